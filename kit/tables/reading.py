"""What several tables ask of a log: the visits of its plays, what was graded how, and when things happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property

from kit import events as ev
from kit import history
from kit.history import Visit
from kit.questions import as_asked, how_shown
from kit.road import Road
from kit.scenario import GOOD, Turn
from kit.session import Session
from kit.state import Round


class Told:
    """A session and its events; what takes long to find out is found out once."""

    def __init__(self, session: Session, events: Sequence[ev.Event]) -> None:
        self.session = session
        self.events = events

    def at(self, seq: int | None) -> datetime | None:
        """When this line of the log was written; None for None."""
        return moment(self.events[seq - 1].at) if seq is not None else None

    @cached_property
    def visits(self) -> list[Visit]:
        """All arrivals at a turn, in the order of the log."""
        return list(history.visits(self.session))

    @cached_property
    def final(self) -> set[int]:
        """The `seq` of each visit that its play's road led through in the end: those gone back on are not."""
        return {visit.seq for playing in history.playings(self.visits) for visit in playing.on_road}

    @cached_property
    def final_roads(self) -> dict[int, Road]:
        """By play, the whole road as it was when the play ended or was left."""
        return {visit.playing: visit.road for visit in self.visits}

    def followed(self) -> Iterator[tuple[Visit, Visit | None]]:
        """Each visit and the one after it, which tells how the first was left."""
        return zip(self.visits, [*self.visits[1:], None], strict=False)

    def visit_of(self, round_: Round) -> Visit | None:
        """The visit in which this was voted on; None for what was asked beside a play."""
        return next((visit for visit in self.visits if visit.has(round_)), None)

    @cached_property
    def turns(self) -> dict[str, Turn]:
        """By round of a play, the turn that was voted on, as the scenario in the log had it when the votes were shown;
        where they never were, when the vote was opened. Its author may have mended it in between."""
        found = ((id_, as_asked(self.session, round_)) for id_, round_ in self.session.rounds.items())
        return {id_: turn for id_, turn in found if turn is not None}

    def notes(self, round_: Round) -> dict[str, ev.Note]:
        """The author's grade and reason by option."""
        turn, shown = self.turns.get(round_.opened.round), how_shown(self.session, round_)
        given = dict(shown.notes) if shown is not None else {}
        responses = turn.responses if turn is not None else []
        return given | {response.id: ev.Note(response.grade, response.reason) for response in responses}

    @cached_property
    def times_cast(self) -> Counter[tuple[str, str]]:
        """How many valid ballots each person cast in each round, by (round, participant)."""
        trial, count = Session(self.session.code), Counter[tuple[str, str]]()
        for event in self.events:
            if trial.apply(event) and isinstance(event, ev.BallotCast):
                count[event.round, event.participant] += 1
        return count


def moment(at: str) -> datetime | None:
    """A log's time in UTC, without a zone, as spreadsheets have none, in whole seconds; None for an empty one."""
    if not at:
        return None
    return datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None, microsecond=0)


def is_good(grade: str) -> bool | None:
    """Whether this grade is a good one; None without a grade."""
    return grade in GOOD if grade else None
