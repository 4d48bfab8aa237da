"""Who the simulated people are. Pure: the same seed makes the same people, and one more changes none of the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from kit.words import words

# In each so many people exactly one comes late, one loses the connection at times; in twice as many one leaves.
BLOCK = 10

# All who come at once have come within so many seconds.
ARRIVAL = 60.0


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated person. `skill`, `sure` and `talk` are 0–1; `pace` is how slow they are, about 1.

    `comes` is when they join, in seconds; who is late comes so long after `late` rounds were opened. `leaves` is
    after how many rounds they leave for good, 0 for never; `flaky` phones lose the connection at times.
    """

    number: int
    name: str
    skill: float
    sure: float
    talk: float
    pace: float
    comes: float
    late: int
    leaves: int
    flaky: bool


@lru_cache(maxsize=2048)
def person(seed: int, number: int) -> Person:
    """The person with this number, from 1."""
    draw = Random(f"{seed} person {number}")
    late = draw.randint(1, 3) if _chosen(seed, number, BLOCK, "late") else 0
    leaves = draw.randint(3, 6) if not late and _chosen(seed, number, 2 * BLOCK, "leaves") else 0
    return Person(
        number=number,
        name="" if draw.random() < 0.2 else _name(seed, number),
        skill=draw.random(),
        sure=draw.random(),
        talk=draw.random(),
        pace=draw.uniform(0.6, 1.4),
        # Somebody breaks the ice.
        comes=draw.uniform(1, 3) if number == 1 else draw.uniform(2, 15 if late else ARRIVAL),
        late=late,
        leaves=leaves,
        flaky=_chosen(seed, number, BLOCK, "flaky"),
    )


def _chosen(seed: int, number: int, size: int, what: str) -> bool:
    """Whether this is the one of its block; never the first person, who is there from the beginning to the end."""
    block = (number - 1) // size
    first = block * size + 1
    return number == Random(f"{seed} {what} {block}").randrange(first + (block == 0), first + size)


def _name(seed: int, number: int) -> str:
    names = _names(seed)
    return names[(number - 1) % len(names)]


@lru_cache(maxsize=8)
def _names(seed: int) -> list[str]:
    names = [name.strip() for name in words()("rehearse.names").split(",")]
    Random(f"{seed} names").shuffle(names)
    return names


@lru_cache(maxsize=8192)
def rank(seed: int, number: int, what: str, *, by_skill: bool = False) -> float:
    """A person's place in the class, 0–1, drawn anew for each `what`: in every ten people each tenth comes once.

    So even a small class is spread as a large one would be. `by_skill` gives the skilled ones lower places.
    """
    first = (number - 1) // BLOCK * BLOCK + 1
    mine = _lot(seed, number, what, by_skill)
    before = sum(_lot(seed, other, what, by_skill) < mine for other in range(first, first + BLOCK))
    return (before + Random(f"{seed} {number} {what} within").random()) / BLOCK


@lru_cache(maxsize=8192)
def _lot(seed: int, number: int, what: str, by_skill: bool) -> float:
    lot = Random(f"{seed} {number} {what}").random()
    return lot + 0.6 * (1 - person(seed, number).skill) if by_skill else lot
