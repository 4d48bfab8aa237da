"""The summary: a session's figures as plain structures, computed from its log alone. No words, no files.

A conversation is what was played between one beginning and the next; a stop is one visit to a turn in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kit import events as ev
from kit import history
from kit.history import Playing, Visit
from kit.questions import Question, as_asked, asked, question
from kit.road import Road, Step
from kit.scenario import Turn
from kit.session import Session

# The moves by which a conversation goes on to the turn that a response leads to.
ONWARD = frozenset({"next", "other", "tie", "skip"})


class Way(NamedTuple):
    """How a stop was left: the response by letter and words, by which move and why, and the mood it led to."""

    letter: str
    text: str
    move: str
    why: str
    mood: int


class Stop(NamedTuple):
    """One visit to a turn, in the mood with which the customer came to it. `earlier` are votes that were set aside
    when the turn was run again."""

    turn: Turn
    mood: int
    question: Question | None = None
    earlier: tuple[Question, ...] = ()
    way: Way | None = None


class Conversation(NamedTuple):
    """One playing of a scenario: the stops of its road as it was in the end, and those that were gone back on."""

    title: str
    customer: str
    steps: tuple[Step, ...]
    stops: tuple[Stop, ...]
    left: tuple[Stop, ...]


class Summary(NamedTuple):
    """All of it. Times are UTC in ISO 8601; `ended` is "" while the session is open, `at` that of its last event.
    `people` joined and were not removed, `removed` were."""

    title: str
    workshop: str
    code: str
    language: str
    rehearsal: bool
    opened: str
    ended: str
    at: str
    people: int
    removed: int
    conversations: tuple[Conversation, ...]
    others: tuple[Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All that was asked: on the road, then what was set aside, then the others."""
        stops = [stop for talk in self.conversations for stop in talk.stops]
        left = [stop for talk in self.conversations for stop in talk.left]
        asked = [stop.question for stop in [*stops, *left] if stop.question is not None]
        return (*asked, *(each for stop in [*left, *stops] for each in stop.earlier), *self.others)


def read(session: Session, events: Sequence[ev.Event]) -> Summary:
    """The figures of a session; `events` are its whole log in order, so that `events[seq - 1]` is number `seq`."""
    opened = session.opened or ev.SessionOpened(workshop="", title="")
    talks, claimed = _conversations(session)
    rest = [round_ for id_, round_ in session.rounds.items() if id_ not in claimed]
    return Summary(
        title=opened.title,
        workshop=opened.workshop,
        code=session.code,
        language=opened.language,
        rehearsal=opened.rehearsal,
        opened=opened.at,
        ended=events[session.closed - 1].at if session.closed is not None else "",
        at=session.at,
        people=len(session.present),
        removed=len(session.people) - len(session.present),
        conversations=tuple(talks),
        others=tuple(asked(session, rest, None)),
    )


# Conversations


def _conversations(session: Session) -> tuple[list[Conversation], set[str]]:
    """The conversations in order, and the ids of the rounds that belong to one."""
    visits = list(history.visits(session))
    claimed = {
        id_ for visit in visits if visit.play is not None for id_, round_ in session.rounds.items() if visit.has(round_)
    }
    return [_conversation(session, playing) for playing in history.playings(visits)], claimed


def _conversation(session: Session, playing: Playing) -> Conversation:
    on_road, left = playing
    scenario = next((visit.play.scenario for visit in reversed(on_road) if visit.play is not None), None)
    return Conversation(
        title=scenario.title if scenario is not None else "",
        customer=scenario.customer if scenario is not None else "",
        steps=on_road[-1].road.steps,
        stops=tuple(_stop(session, visit) for visit in on_road),
        left=tuple(_stop(session, visit) for visit in left),
    )


def _stop(session: Session, visit: Visit) -> Stop:
    here, play, after = visit.road.here, visit.play, visit.after
    way = _way(after) if after is not None and after.move in ONWARD else None
    if play is None:
        return Stop(Turn(here.turn, end=here.end), here.mood, way=way)
    mine = [round_ for round_ in session.rounds.values() if visit.has(round_)]
    deciding = [round_ for round_ in (play.first, play.second) if round_ is not None]
    voted = question(session, deciding, as_asked(session, deciding[-1]) or play.turn) if deciding else None
    ids = {round_.opened.round for round_ in deciding}
    earlier = asked(session, [round_ for round_ in mine if round_.opened.round not in ids], play.turn)
    return Stop(play.turn, here.mood, voted, tuple(earlier), way)


def _way(following: Road) -> Way | None:
    if len(following.steps) < 2:
        return None
    taken = following.steps[-2]
    return Way(taken.letter, taken.text, following.move, following.why, following.here.mood)
