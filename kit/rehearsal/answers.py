"""What the simulated people answer, and when. Pure: the same seed gives the same answers on any machine, at any speed.

The gain between vote and revote is that of discussion, about 21 points where the room is split: Lasry, Charles,
Whittaker and Lautman, When talking is better than staying quiet (2009). Where few are right there are few to learn
from, and where most are right little is left to gain. Forms are a table, as in `kit.forms`: a new form is a function
here, from a seed, a person and a question to what that person thinks, and its row in FORMS. For a form without a row
the people watch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from kit.rehearsal.people import Person, person, rank
from kit.rehearsal.questions import Question
from kit.scenario import GOOD
from kit.words import words

SOONEST, LATEST = 4.0, 25.0  # seconds that an answer takes

ABSTAIN, SECOND_THOUGHTS, NO_CONFIDENCE, OUT_OF_REACH = 0.06, 0.08, 0.12, 0.4

# A first vote: between these shares choose a good response, by how hard the turn is. So a conversation of six or seven
# turns usually has one that is to be taught, one that is clear already, and more to be talked over.
HARDEST, EASIEST = 0.18, 0.85

# After the talk: who moves to a good response at the most, who away from one, who to another where none is good.
MOVE_TO, MOVE_AWAY, MOVE_ON = 0.55, 0.06, 0.3

WEIGHTS = {"best": 3.0, "workable": 2.0, "weak": 3.0, "harmful": 1.5}
UNEVEN = (8.0, 5.0, 3.0, 2.0, 1.5, 1.0)

# Below these a person is guessing, or fairly sure. Who is right is hardly surer: confidence must not tell the answer.
GUESSING, FAIRLY, RIGHT, TALKED = 0.4, 0.72, 0.08, 0.15

# In so many people no reason is said twice as long as there are enough.
EARSHOT = 100


class Thought(NamedTuple):
    """What a person thinks of a question: the first idea, the answer that stays, and whether that is a good one."""

    first: Any
    answer: Any
    good: bool | None = None


class Ballot(NamedTuple):
    """One tap: so many seconds after the question came."""

    after: float
    answer: Any
    confidence: int | None = None
    reason: str | None = None


class Gap(NamedTuple):
    """When a phone loses the connection, in seconds after the question came, and for how long."""

    after: float
    length: float


class Plan(NamedTuple):
    """What a person does in a round: no ballot, one, or two where they change their mind; perhaps a gap."""

    ballots: tuple[Ballot, ...] = ()
    gap: Gap | None = None


def plan(seed: int, person: Person, question: Question) -> Plan:
    """What this person does when the question appears on their phone."""
    draw = _draw(seed, person, question, "plan")
    out_of_reach = person.flaky and draw.random() < OUT_OF_REACH
    gap = Gap(draw.uniform(0, 12), draw.uniform(6, 25)) if out_of_reach else None
    thought = _thought(seed, person, question)
    if thought is None:
        return Plan((), gap)
    after = SOONEST + (LATEST - SOONEST) * min(1.0, draw.betavariate(2, 3.5) * person.pace)
    first = (Ballot(after, thought.first),) if thought.first != thought.answer else ()
    after += draw.uniform(2, 8) if first else 0
    sure, why = _confidence(draw, person, question, thought), _reason(seed, person, question)
    return Plan((*first, Ballot(after, thought.answer, sure, why)), gap)


def _thought(seed: int, person: Person, question: Question) -> Thought | None:
    """What the person answers in the end; None for who abstains, was not there yet, or can only watch."""
    think = FORMS.get(question.opened.form)
    if think is None or question.number < person.late:
        return None
    if _draw(seed, person, question, "abstain").random() < ABSTAIN:
        return None
    return think(seed, person, question)


def _draw(seed: int, person: Person, question: Question, what: str) -> Random:
    return Random(f"{seed} {person.number} {question.number} {what}")


# A choice


def choice(seed: int, person: Person, question: Question) -> Thought:
    """One option: by how good the responses are where that is known, else a spread with a favourite."""
    draw = _draw(seed, person, question, "choice")
    answer = _choose(seed, person, question, draw)
    others = [option.id for option in question.opened.options if option.id != answer]
    wavers = bool(others) and draw.random() < SECOND_THOUGHTS
    known = question.good and answer in question.options
    return Thought(draw.choice(others) if wavers else answer, answer, answer in question.good if known else None)


def _choose(seed: int, person: Person, question: Question, draw: Random) -> str:
    before = _thought(seed, person, question.before) if question.before is not None else None
    earlier = str(before.answer) if before is not None else ""
    weights = _weights(seed, question)
    if not question.good or question.good == set(question.options):
        return _any(seed, person, question, draw, weights, earlier)
    good = [id_ for id_ in question.options if id_ in question.good]
    rest = [id_ for id_ in question.options if id_ not in question.good]
    share, place = _easiness(seed, question), _rank(seed, person, question)
    # Nobody is won over where nobody is right: at most as many move as there are to learn from.
    won = min(MOVE_TO, share)
    if earlier in question.good:
        return _pick(draw, rest, weights) if place < MOVE_AWAY else earlier
    if earlier in rest:
        return _pick(draw, good, weights) if place < won else earlier
    if question.before is not None:
        share += (1 - share) * won - share * MOVE_AWAY
    return _pick(draw, good if place < share else rest, weights)


def _any(seed: int, person: Person, question: Question, draw: Random, weights: dict[str, float], earlier: str) -> str:
    """Without good and other responses: an uneven spread; after a talk some say what somebody else said."""
    if earlier in weights:
        return _pick(draw, list(weights), weights) if draw.random() < MOVE_ON else earlier
    place = rank(seed, person.number, f"{question.topic} spread") * sum(weights.values())
    for id_, weight in weights.items():
        place -= weight
        if place < 0:
            return id_
    return question.options[-1]


def _rank(seed: int, person: Person, question: Question) -> float:
    # Skill is in the first answer already; what a talk does to it is another matter.
    return rank(seed, person.number, f"{question.topic} {question.number}", by_skill=question.before is None)


def _easiness(seed: int, question: Question) -> float:
    """The share that chooses a good response at first; the same whenever the same is asked."""
    return Random(f"{seed} easy {question.topic}").uniform(HARDEST, EASIEST)


def _weights(seed: int, question: Question) -> dict[str, float]:
    """How much each option attracts, unevenly; the same whenever the same is asked."""
    draw = Random(f"{seed} weights {question.topic}")
    if not question.grades:
        spread = list(UNEVEN[: len(question.options)])
        draw.shuffle(spread)
        return dict(zip(question.options, spread, strict=True))
    return {id_: WEIGHTS.get(question.grades.get(id_, ""), 2.0) * draw.uniform(0.6, 1.4) for id_ in question.options}


def _pick(draw: Random, among: Sequence[str], weights: dict[str, float]) -> str:
    return draw.choices(among, [weights[id_] for id_ in among])[0]


FORMS: dict[str, Callable[[int, Person, Question], Thought]] = {"choice": choice}


# What goes with an answer


def _confidence(draw: Random, person: Person, question: Question, thought: Thought) -> int | None:
    """How sure, 1–3: hardly more with a good answer, a little more after the talk."""
    sure = 0.6 * person.sure + 0.4 * draw.random()
    sure += (RIGHT if thought.good else 0) + (TALKED if question.before is not None else 0)
    left_out = draw.random() < NO_CONFIDENCE
    if left_out or not question.opened.confidence:
        return None
    return 1 if sure < GUESSING else 2 if sure < FAIRLY else 3


def _reason(seed: int, person: Person, question: Question) -> str | None:
    """What the person gives as a reason, if any: what nobody before them said in this round."""
    kind = _speaks(seed, person.number, question) if question.opened.reason else ""
    if not kind:
        return None
    reasons = list(words().part(f"rehearse.{kind}_").values())
    Random(f"{seed} {question.number} {kind}").shuffle(reasons)
    first = (person.number - 1) // EARSHOT * EARSHOT + 1
    said = sum(_speaks(seed, number, question) == kind for number in range(first, person.number))
    return reasons[said % len(reasons)]


@lru_cache(maxsize=8192)
def _speaks(seed: int, number: int, question: Question) -> str:
    """Which kind of reason this person gives for the answer; "" for none."""
    one = person(seed, number)
    thought = _thought(seed, one, question)
    if thought is None or _draw(seed, one, question, "reason").random() >= 0.15 + 0.6 * one.talk:
        return ""
    return {True: "good", None: "plain", False: "other"}[thought.good]


assert set(WEIGHTS) >= GOOD, "every good grade attracts"
