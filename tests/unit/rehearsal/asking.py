"""Questions for simulated people, and what a whole class answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit import events as ev
from kit.rehearsal import answers
from kit.rehearsal.answers import Ballot
from kit.rehearsal.people import person
from kit.rehearsal.questions import Question
from kit.scenario import GOOD

# A turn as authors write it: half of the responses at most are good.
GRADES = {"a": "harmful", "b": "best", "c": "weak", "d": "workable"}


def asked(
    number: int = 1, topic: str = "What now?", *, grades: Mapping[str, str] = GRADES, options: str = "abcd",
    before: Question | None = None, **more: Any,
) -> Question:  # fmt: skip
    """A choice between these letters; `before` makes it a revote."""
    opened = ev.RoundOpened(
        round=f"r{number}",
        form=more.pop("form", "choice"),
        prompt=topic,
        options=[ev.Option(letter, f"Say {letter}") for letter in options],
        repeats=before.opened.round if before is not None else None,
        **more,
    )
    return Question(number, opened, grades, before)


def ballots(seed: int, people: int, question: Question) -> list[Ballot]:
    """The last ballot of each who votes."""
    plans = [answers.plan(seed, person(seed, number), question) for number in range(1, people + 1)]
    return [plan.ballots[-1] for plan in plans if plan.ballots]


def share(votes: list[Ballot], grades: Mapping[str, str] = GRADES) -> float:
    """How many of these ballots are for a good response, 0–1."""
    return sum(grades[vote.answer] in GOOD for vote in votes) / len(votes)
