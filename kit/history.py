"""The history of a session's plays: every visit to a turn, as the log told it then, and the roads they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from itertools import zip_longest
from typing import NamedTuple

from kit import play as plays
from kit import road as roads
from kit.play import Play, prefix
from kit.road import Road
from kit.session import Session
from kit.state import Round


class Visit(NamedTuple):
    """One arrival at a turn: in which playing, counted from 1, by which road, in which line of the log.

    `play` has the scenario as it was when the visit ended, and the rounds that decide; None if this version can't
    read it. `after` is the road of the next arrival, which tells how this one was left; None if there was none.
    """

    playing: int
    road: Road
    seq: int
    play: Play | None
    after: Road | None

    def has(self, round_: Round) -> bool:
        """Whether the round was voted on in this visit."""
        return round_.opened.round.startswith(prefix(self.road.visit))


class Playing(NamedTuple):
    """What was played between one beginning and the next: the visits on its road as it was in the end, and those
    that were gone back on."""

    on_road: list[Visit]
    left: list[Visit]


def visits(session: Session) -> Iterator[Visit]:
    """All arrivals at a turn, in the order of the log."""
    notes = session.notes
    arrivals = [(n, road) for n, note in enumerate(notes) if (road := roads.of(note)) is not None]
    playing = 0
    for (n, road), following in zip_longest(arrivals, arrivals[1:]):
        end, after = following or (len(notes), None)
        if after is not None and after.move == "begin" and notes[end - 1].topic == plays.TOPIC:
            end -= 1  # the scenario of the playing that begins there
        # A scenario that was changed since may know this turn no more.
        play = plays.read(told(session, end)) or plays.read(told(session, n + 1))
        playing += road.move == "begin" or not playing
        yield Visit(playing, road, notes[n].seq, play, after)


def playings(found: Iterable[Visit]) -> list[Playing]:
    """The visits, playing by playing."""
    made: list[Playing] = []
    for visit in found:
        if visit.playing > len(made):
            made.append(Playing([], []))
        on_road, left = made[-1]
        place = len(visit.road.steps) - 1
        left += on_road[place:]
        on_road[place:] = [visit]
    return made


def told(session: Session, notes: int) -> Session:
    """The session as it is with its first `notes` notes alone, to be read and not written."""
    twin = copy(session)
    twin.notes = session.notes[:notes]
    return twin
