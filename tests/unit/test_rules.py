"""What a session refuses, why, and that a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kit import errors
from kit import events as ev
from kit.session import Session
from tests.unit.making import CODE, Log, ask, extend, hands, join, now, remove, rename, reveal, room, shut, start, vote


def refusal(log: Log, *events: ev.Event) -> errors.KitError | None:
    """Why these can't happen now, one after the other."""
    return log.session.objection_to(events)


# The session


@pytest.mark.parametrize(
    ("name", "value"), [("live", 1), ("live", "yes"), ("locked", None), ("address", 7), ("wifi", "net")]
)
def test_a_setting_of_the_wrong_type_is_refused_by_name(name: str, value: Any) -> None:
    log = room()
    error = refusal(log, ev.SettingsChanged(settings={name: value}))
    assert isinstance(error, errors.InvalidEvent)
    assert f"Field settings.{name}: expected " in error.sentence
    assert isinstance(Session(CODE).objection_to([start(settings={name: value})]), errors.InvalidEvent)


def test_after_the_end_nothing_happens_but_a_reopening() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "a"), ev.SessionClosed())
    for event in [start(), join("ben"), vote("ana", "b"), shut(), ask("r2"), reveal(), ev.SessionClosed()]:
        assert isinstance(refusal(log, event), errors.SessionEnded), event
        assert log.add(event) == [False], event
    assert log.session.tally("r1") == {"a": 1, "b": 0, "c": 0}
    assert log.add(ev.SessionReopened(), join("ben"), ask("r2")) == [True, True, True]


def test_an_open_session_cannot_be_reopened() -> None:
    assert isinstance(refusal(room(), ev.SessionReopened()), errors.Refused)


# People


@pytest.mark.parametrize(
    "event", [rename("ana", "Eve"), remove("ana"), ev.CardDealt(participant="ana"), vote("ana", "a")]
)
def test_who_is_not_in_the_room_is_named(event: ev.Event) -> None:
    log = room("ben")
    log.add(ask())
    assert isinstance(refusal(log, event), errors.NotJoined)
    log.add(join("ana"), remove("ana"))
    error = refusal(log, event)
    assert isinstance(error, errors.NotJoined)
    assert "'ana'" in error.sentence


# Rounds


def test_an_opening_while_another_round_is_open_is_refused() -> None:
    log = room()
    log.add(ask())
    error = refusal(log, ask("r2"))
    assert isinstance(error, errors.Refused)
    assert "'r1' is still open" in error.sentence
    assert log.add(ask("r2")) == [False]
    assert list(log.session.rounds) == ["r1"]


@pytest.mark.parametrize("event", [vote("ana", "a", "r9"), shut("r9"), extend(9, "r9"), reveal("r9"), hands("r9", a=1)])
def test_a_round_that_is_not_there_is_named(event: ev.Event) -> None:
    error = refusal(room("ana"), event)
    assert isinstance(error, errors.NotFound)
    assert "'r9'" in error.sentence


@pytest.mark.parametrize("opening", [ask(options="a"), ask(options="aa"), ask(repeats="r9")])
def test_a_question_that_cannot_be_asked_is_refused(opening: ev.RoundOpened) -> None:
    log = room()
    assert isinstance(refusal(log, opening), errors.InvalidEvent | errors.NotFound)
    assert log.add(opening, ask()) == [False, True]


def test_a_late_ballot_is_told_that_the_round_is_closed() -> None:
    log = room("ana")
    log.add(ask(), shut())
    assert isinstance(refusal(log, vote("ana", "a")), errors.RoundClosed)


def test_hands_are_counted_for_options_of_the_round_only() -> None:
    log = room()
    log.add(ask())
    error = refusal(log, hands(z=1))
    assert isinstance(error, errors.InvalidEvent)
    assert "'z' is none of a, b, c" in error.sentence


def test_an_open_round_is_not_revealed() -> None:
    log = room()
    log.add(ask())
    assert log.add(reveal(), shut(), reveal()) == [False, True, True]


def test_results_are_compared_with_a_round_that_is_there_only() -> None:
    log = room()
    log.add(ask(), shut())
    assert isinstance(refusal(log, reveal(beside="r9")), errors.NotFound)


# Time


def test_the_clock_closes_a_timed_round_when_its_time_is_up() -> None:
    log = room("ana")
    log.add(ask(seconds=30))
    log.second = 29.999
    assert log.add(shut(by="time"), vote("ana", "a")) == [False, True]
    log.second = 30
    assert log.add(shut(by="time"), vote("ana", "b")) == [True, False]


def test_a_closing_by_the_clock_is_ignored_if_time_was_added_meanwhile() -> None:
    log = room()
    log.add(ask(seconds=30), extend(20))
    log.second = 30
    assert log.add(shut(by="time")) == [False]
    assert log.session.rounds["r1"].deadline == now(50)
    log.second = 50
    assert log.add(shut(by="time")) == [True]


def test_the_clock_never_closes_a_round_without_a_time_limit() -> None:
    log = room()
    log.add(ask())
    log.second = 10**6
    assert log.add(shut(by="time"), shut()) == [False, True]


def test_only_an_open_timed_round_is_extended() -> None:
    log = room()
    assert log.add(ask(), extend(9), shut(), ask("r2", seconds=5), shut("r2")) == [True, False, True, True, True]
    assert isinstance(refusal(log, extend(9, "r2")), errors.RoundClosed)


# Lists of events


def test_a_list_is_judged_as_if_its_events_had_happened_in_turn() -> None:
    assert refusal(room(), join("ana"), ask(), vote("ana", "a"), shut(), reveal(), ask("r2", repeats="r1")) is None


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([ask(), ask("r2")], errors.Refused),
        ([ask(), shut(), vote("ana", "a")], errors.RoundClosed),
        ([remove("ana"), rename("ana", "Eve")], errors.NotJoined),
        ([ev.SessionClosed(), join("ben")], errors.SessionEnded),
        ([join("ben"), join("ben")], errors.Refused),
        ([ask(), vote("ana", "a"), vote("ana", "z")], errors.InvalidAnswer),
    ],
)
def test_one_refused_event_refuses_the_list(events: list[ev.Event], error: type[errors.KitError]) -> None:
    assert isinstance(refusal(room("ana"), *events), error)


def test_judging_a_list_changes_nothing() -> None:
    log, untouched = room("ana", "ben"), room("ana", "ben")
    for each in log, untouched:
        each.add(ask(seconds=60), vote("ana", "a"), ev.CardDealt(participant="ana", title="Customer"))
    everything = [
        ev.SettingsChanged(settings={"live": True}), vote("ana", "b"), vote("ben", "b"), extend(30), hands(a=3), shut(),
        reveal(), ask("r2"), ev.SceneShown(line="Well?"), ev.MessageShown(title="Break"), rename("ben", "Eve"),
        ev.CardDealt(participant="ana"), remove("ana"), join("cy"), ev.NoteRecorded(topic="star"), ev.SessionClosed(),
    ]  # fmt: skip
    assert refusal(log, *everything) is None
    assert refusal(log, *everything, join("dee")) is not None
    assert vars(log.session) == vars(untouched.session)
    assert log.add(vote("ben", "b")) == [True]
    assert log.session.tally("r1") == {"a": 1, "b": 1, "c": 0}


@pytest.mark.parametrize("copied_moves", [True, False])
def test_a_copy_and_its_original_go_their_own_ways(copied_moves: bool) -> None:
    log, untouched = room("ana", "ben"), room("ana", "ben")
    for each in log, untouched:
        each.add(ask(seconds=60), vote("ana", "a"), hands(a=1))
    twin = log.session.copy()
    assert vars(twin) == vars(log.session)
    moving, still = (twin, log.session) if copied_moves else (log.session, twin)
    for event in [
        vote("ana", "b"), extend(30), hands(b=2), remove("ana"), shut(), reveal(), rename("ben", "Eve"), ask("r2"),
        join("cy"), ev.CardDealt(participant="ben", title="x"), ev.SettingsChanged(settings={"live": True}),
        ev.NoteRecorded(topic="star"), ev.MessageShown(title="x"), ev.SceneShown(line="x"), ev.SessionClosed(),
    ]:  # fmt: skip
        assert moving.apply(log.read(event)), event
        assert vars(still) == vars(untouched.session), event
