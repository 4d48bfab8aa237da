"""The summary: a session's figures as plain structures, computed from its log alone. No words, no files.

A conversation is what was played between one beginning and the next; a stop is one visit to a turn in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from itertools import zip_longest
from typing import NamedTuple

from kit import events as ev
from kit import play as plays
from kit import road as roads
from kit.play import Play, prefix
from kit.questions import Question, asked, question
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


class _Visit(NamedTuple):
    road: Road
    play: Play | None
    stop: Stop


def _conversations(session: Session) -> tuple[list[Conversation], set[str]]:
    """The conversations in order, and the ids of the rounds that belong to one."""
    talks: list[tuple[list[_Visit], list[_Visit]]] = []
    claimed: set[str] = set()
    for visit in _visits(session):
        if visit.road.move == "begin" or not talks:
            talks.append(([], []))
        on_road, left = talks[-1]
        place = len(visit.road.steps) - 1
        left += on_road[place:]
        on_road[place:] = [visit]
        if visit.play is not None:
            claimed |= {id_ for id_ in session.rounds if id_.startswith(prefix(visit.road.visit))}
    return [_conversation(*talk) for talk in talks], claimed


def _conversation(on_road: list[_Visit], left: list[_Visit]) -> Conversation:
    scenario = next((visit.play.scenario for visit in reversed(on_road) if visit.play is not None), None)
    return Conversation(
        title=scenario.title if scenario is not None else "",
        customer=scenario.customer if scenario is not None else "",
        steps=on_road[-1].road.steps,
        stops=tuple(visit.stop for visit in on_road),
        left=tuple(visit.stop for visit in left),
    )


def _visits(session: Session) -> Iterator[_Visit]:
    """Every arrival at a turn, as the log told it until the next one."""
    notes = session.notes
    arrivals = [(n, road) for n, note in enumerate(notes) if (road := roads.of(note)) is not None]
    for (n, road), after in zip_longest(arrivals, arrivals[1:]):
        end, following = after or (len(notes), None)
        if following is not None and following.move == "begin" and notes[end - 1].topic == plays.TOPIC:
            end -= 1  # the scenario of the conversation that begins there
        # A scenario that was changed since may know this turn no more.
        play = plays.read(_told(session, end)) or plays.read(_told(session, n + 1))
        yield _Visit(road, play, _stop(session, road, play, following))


def _told(session: Session, notes: int) -> Session:
    """The session with so many of its notes, to be read and not written."""
    twin = copy(session)
    twin.notes = session.notes[:notes]
    return twin


def _stop(session: Session, road: Road, play: Play | None, following: Road | None) -> Stop:
    here = road.here
    way = _way(following) if following is not None and following.move in ONWARD else None
    if play is None:
        return Stop(Turn(here.turn, end=here.end), here.mood, way=way)
    mine = [round_ for id_, round_ in session.rounds.items() if id_.startswith(prefix(road.visit))]
    deciding = [round_ for round_ in (play.first, play.second) if round_ is not None]
    voted = question(session, deciding, play.turn) if deciding else None
    ids = {round_.opened.round for round_ in deciding}
    earlier = asked(session, [round_ for round_ in mine if round_.opened.round not in ids], play.turn)
    return Stop(play.turn, here.mood, voted, tuple(earlier), way)


def _way(following: Road) -> Way | None:
    if len(following.steps) < 2:
        return None
    taken = following.steps[-2]
    return Way(taken.letter, taken.text, following.move, following.why, following.here.mood)
