"""What a session allows: for each kind of event the reason why it can't happen now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kit import events as ev
from kit.errors import InvalidEvent, KitError, NotFound, NotJoined, Refused, RoundClosed, SessionEnded
from kit.forms import form_of
from kit.state import SETTINGS, Person, Round, State


def objection(state: State, event: ev.Event) -> KitError | None:
    """Why this event can't happen now, as a sentence; None if it can."""
    try:
        if state.closed is not None and not isinstance(event, ev.SessionReopened):
            raise SessionEnded("This session has ended. Reopen it, or begin a new one.")
        check = _CHECKS.get(type(event))
        if check is not None:
            check(state, event)
    except KitError as error:
        return error
    return None


def _round(state: State, round_id: str) -> Round:
    if round_id not in state.rounds:
        raise NotFound(f"No round {round_id!r} in this session.")
    return state.rounds[round_id]


def _person(state: State, participant: str) -> Person:
    person = state.people.get(participant)
    if person is None or person.removed is not None:
        raise NotJoined(f"Participant {participant!r} is not in this room.")
    return person


def _may_open_session(state: State, event: ev.SessionOpened) -> None:
    if state.opened is not None:
        raise Refused("This session was opened before; a session is opened once.")
    _check_settings(event.settings)


def _may_change_settings(state: State, event: ev.SettingsChanged) -> None:
    _check_settings(event.settings)


def _may_join(state: State, event: ev.ParticipantJoined) -> None:
    if event.participant in state.people:
        raise Refused(f"Participant {event.participant!r} has joined before.")


def _may_touch(state: State, event: ev.ParticipantRenamed | ev.ParticipantRemoved | ev.CardDealt) -> None:
    _person(state, event.participant)


def _may_open_round(state: State, event: ev.RoundOpened) -> None:
    if event.round in state.rounds:
        raise Refused(f"Round {event.round!r} was opened before; every round needs its own id.")
    if state.open is not None:
        raise Refused(f"Round {state.open.opened.round!r} is still open. Close it before the next one.")
    if event.repeats is not None:
        _round(state, event.repeats)
    form_of(event).check_opening(event)


def _may_extend(state: State, event: ev.RoundExtended) -> None:
    if _round(state, event.round).closed is not None:
        raise RoundClosed("This round is closed already; ask it again instead.")
    if state.rounds[event.round].seconds is None:
        raise Refused("This round has no time limit that could be extended.")


def _may_vote(state: State, event: ev.BallotCast) -> None:
    round_ = _round(state, event.round)
    _person(state, event.participant)
    if round_.closed is not None:
        raise RoundClosed("This round was closed before your answer arrived.")
    round_.form.check(round_.opened, event.answer)


def _may_close_round(state: State, event: ev.RoundClosed) -> None:
    round_ = _round(state, event.round)
    if round_.closed is not None:
        raise Refused(f"Round {event.round!r} is closed already.")
    if event.by == "time" and event.at:
        deadline = round_.deadline
        if deadline is None or datetime.fromisoformat(event.at).timestamp() < deadline:
            raise Refused(f"Round {event.round!r} still has time.")


def _may_count_hands(state: State, event: ev.HandsCounted) -> None:
    offered = _round(state, event.round).form.tally(state.rounds[event.round].opened, ())
    for option in event.counts:
        if option not in offered:
            raise InvalidEvent(f"Field counts: {option!r} is none of {', '.join(offered)}.")


def _may_reveal(state: State, event: ev.RoundRevealed) -> None:
    if _round(state, event.round).closed is None:
        raise Refused(f"Round {event.round!r} is still open. Close it before its results are shown.")
    if event.beside is not None and _round(state, event.beside).closed is None:
        raise Refused(f"Round {event.beside!r} is still open; it can't be shown beside another yet.")


def _may_reopen(state: State, event: ev.SessionReopened) -> None:
    if state.closed is None:
        raise Refused("This session is open; only an ended one can be reopened.")


def _check_settings(settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        if name in SETTINGS and not isinstance(value, SETTINGS[name]):
            raise InvalidEvent(f"Field settings.{name}: expected {SETTINGS[name].__name__}, got {value!r}.")


_CHECKS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    ev.SessionOpened: _may_open_session,
    ev.SettingsChanged: _may_change_settings,
    ev.ParticipantJoined: _may_join,
    ev.ParticipantRenamed: _may_touch,
    ev.ParticipantRemoved: _may_touch,
    ev.CardDealt: _may_touch,
    ev.RoundOpened: _may_open_round,
    ev.RoundExtended: _may_extend,
    ev.BallotCast: _may_vote,
    ev.RoundClosed: _may_close_round,
    ev.HandsCounted: _may_count_hands,
    ev.RoundRevealed: _may_reveal,
    ev.SessionReopened: _may_reopen,
}
