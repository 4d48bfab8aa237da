"""The fold: `Session.apply(event)` is the only way in which anything happens to a session.

Server, notebook, exporter and tests use this same fold. The log's order decides, not clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kit import events as ev
from kit.errors import KitError
from kit.forms import form_of
from kit.rules import objection
from kit.state import Person, Round, State


class Session(State):
    """A session's state, and how each event changes it. A change may trust that the rules had no objection."""

    @classmethod
    def replay(cls, code: str, lines: Iterable[bytes]) -> Session:
        """The session that a log tells, from its first line."""
        session = cls(code)
        for line in lines:
            session.apply(ev.decode(line))
        return session

    def apply(self, event: ev.Event) -> bool:
        """Take the log's next event; True if it took effect. What the session doesn't allow is skipped."""
        allowed = objection(self, event) is None
        change = _CHANGES.get(type(event))
        if allowed and change is not None:
            change(self, event)
        self.seq, self.at = event.seq, event.at
        return allowed

    def objection_to(self, events: Iterable[ev.Event]) -> KitError | None:
        """Why these events can't happen in this order; None if they can. Nothing changes."""
        trial = self
        for event in events:
            error = objection(trial, event)
            if error is not None:
                return error
            trial = trial.copy() if trial is self else trial
            trial.apply(event)
        return None

    def _open_session(self, event: ev.SessionOpened) -> None:
        self.opened = event
        self._change_settings(ev.SettingsChanged(at=event.at, settings=event.settings))

    def _change_settings(self, event: ev.SettingsChanged) -> None:
        self.settings |= event.settings
        if "timer" in event.settings:
            self.timer_from = event.at
        letters = self.rounds.get(event.settings.get("opposite") or "")
        if letters is not None and letters.closed is not None and letters.revealed is None and self.open is None:
            # Another question, or a message, may have come to the stage since.
            self.stage, self.message = letters, None

    def _join(self, event: ev.ParticipantJoined) -> None:
        number = len(self.people) + 1
        name = self._distinct(event.name.strip() or f"Guest {number}")
        self.people[event.participant] = Person(event.participant, number, name, event.team, event.seq)

    def _rename(self, event: ev.ParticipantRenamed) -> None:
        person = self.people[event.participant]
        self._names.discard(person.name.casefold())
        person.name = self._distinct(event.name.strip() or f"Guest {person.number}")

    def _remove(self, event: ev.ParticipantRemoved) -> None:
        person = self.people[event.participant]
        person.removed = event.seq
        self._names.discard(person.name.casefold())

    def _distinct(self, name: str) -> str:
        shown, number = name, 1
        while shown.casefold() in self._names:
            number += 1
            shown = f"{name} ({number})"
        self._names.add(shown.casefold())
        return shown

    def _show_scene(self, event: ev.SceneShown) -> None:
        self.scene = event
        self.stage = self.open
        self.message = None

    def _open_round(self, event: ev.RoundOpened) -> None:
        self.open = self.rounds[event.round] = Round(event, form_of(event), event.seconds)
        self.stage = self.open
        self.message = None

    def _extend(self, event: ev.RoundExtended) -> None:
        round_ = self.rounds[event.round]
        assert round_.seconds is not None, "the rules let only a timed round be extended"
        round_.seconds += event.seconds

    def _vote(self, event: ev.BallotCast) -> None:
        self.rounds[event.round].ballots[event.participant] = event

    def _close_round(self, event: ev.RoundClosed) -> None:
        self.rounds[event.round].closed = event.seq
        self.open = None

    def _count_hands(self, event: ev.HandsCounted) -> None:
        self.rounds[event.round].hands = dict(event.counts)

    def _reveal(self, event: ev.RoundRevealed) -> None:
        round_ = self.rounds[event.round]
        round_.revealed = event
        if self.open is None:
            self.stage = round_
            self.message = None

    def _show_message(self, event: ev.MessageShown) -> None:
        self.message = event if event.title or event.body else None

    def _deal(self, event: ev.CardDealt) -> None:
        if event.title or event.body:
            self.cards[event.participant] = event
        else:
            self.cards.pop(event.participant, None)

    def _assign(self, event: ev.RolesAssigned) -> None:
        self.roles = event

    def _note(self, event: ev.NoteRecorded) -> None:
        self.notes.append(event)

    def _close_session(self, event: ev.SessionClosed) -> None:
        if self.open is not None:
            self.open.closed = event.seq
            self.open = None
        self.closed = event.seq

    def _reopen(self, event: ev.SessionReopened) -> None:
        self.closed = None


_CHANGES: dict[type[ev.Event], Callable[[Session, Any], None]] = {
    ev.SessionOpened: Session._open_session,
    ev.SettingsChanged: Session._change_settings,
    ev.ParticipantJoined: Session._join,
    ev.ParticipantRenamed: Session._rename,
    ev.ParticipantRemoved: Session._remove,
    ev.SceneShown: Session._show_scene,
    ev.RoundOpened: Session._open_round,
    ev.RoundExtended: Session._extend,
    ev.BallotCast: Session._vote,
    ev.RoundClosed: Session._close_round,
    ev.HandsCounted: Session._count_hands,
    ev.RoundRevealed: Session._reveal,
    ev.MessageShown: Session._show_message,
    ev.CardDealt: Session._deal,
    ev.RolesAssigned: Session._assign,
    ev.NoteRecorded: Session._note,
    ev.SessionClosed: Session._close_session,
    ev.SessionReopened: Session._reopen,
}
