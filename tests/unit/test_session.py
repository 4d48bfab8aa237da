"""The fold: what each kind of event does to a session."""

from __future__ import annotations

import pytest

from kit import errors
from kit import events as ev
from tests.unit.making import (
    Log,
    ask,
    at,
    hands,
    join,
    remove,
    rename,
    room,
    shut,
    start,
    vote,
)


def names(log: Log) -> list[str]:
    return [person.name for person in log.session.present]


# The session


def test_a_session_is_opened_once() -> None:
    log = Log(start("Monday", settings={"live": True}))
    assert log.add(start("Tuesday")) == [False]
    assert log.session.opened is not None
    assert log.session.opened.title == "Monday"
    assert log.session.settings == {"live": True}


def test_settings_change_one_by_one_and_unknown_ones_are_kept() -> None:
    log = Log(start(settings={"live": True, "colour": "red"}))
    log.add(ev.SettingsChanged(settings={"locked": True}), ev.SettingsChanged(settings={"live": False}))
    assert log.session.settings == {"live": False, "locked": True, "colour": "red"}


def test_a_session_knows_its_last_event() -> None:
    log = room("ana")
    log.second = 5
    log.add(b'{"kind":"phone.shaken"}')
    assert (log.session.seq, log.session.at) == (3, at(5))


def test_the_end_closes_the_open_round_and_a_reopening_leaves_it_closed() -> None:
    log = room("ana")
    log.add(ask(), ev.SessionClosed(), ev.SessionReopened())
    assert log.session.open is None
    assert log.session.rounds["r1"].closed == 4
    assert log.add(vote("ana", "a")) == [False]


def test_unknown_events_are_skipped() -> None:
    log = room("ana")
    log.add(b'{"kind":"phone.shaken"}', b'{"kind":"round.opened","round":9}', ask(), vote("ana", "a"))
    assert log.session.tally("r1") == {"a": 1, "b": 0, "c": 0}


# People


def test_people_are_kept_in_the_order_of_joining() -> None:
    log = room("ben", "ana")
    assert [(person.id, person.number) for person in log.session.present] == [("ben", 1), ("ana", 2)]


def test_names_are_made_distinct_whatever_their_case() -> None:
    log = room()
    log.add(join("p1", "Ana"), join("p2", "Ana"), join("p3", "ANA"), join("p4", "Ana (2)"))
    assert names(log) == ["Ana", "Ana (2)", "ANA (3)", "Ana (2) (2)"]


def test_without_a_name_one_is_a_numbered_guest() -> None:
    log = room("ana")
    log.add(join("p2"), join("p3", "   "), join("p4", "Guest 5"), join("p5"))
    assert names(log) == ["Ana", "Guest 2", "Guest 3", "Guest 5", "Guest 5 (2)"]


@pytest.mark.parametrize("name", ["Zoë 🦊", "عمر", "<b>Ana</b>", "n" * 77])
def test_a_name_is_kept_as_it_was_written(name: str) -> None:
    log = room()
    log.add(join("p1", f"  {name} "))
    assert names(log) == [name]


def test_a_renamed_person_frees_the_old_name_and_may_keep_ones_own() -> None:
    log = room("ana", "ben")
    log.add(rename("ana", "Ana"), rename("ben", "Ana"), rename("ana", "Cy"), rename("ben", "Ana"), rename("ana", ""))
    assert names(log) == ["Guest 1", "Ana"]


def test_one_joins_once_and_a_removed_person_stays_out() -> None:
    log = room("ana")
    assert log.add(join("ana", "Eve"), remove("ana"), join("ana")) == [False, True, False]
    assert names(log) == []


def test_a_removed_persons_name_is_free_again() -> None:
    log = room("ana")
    log.add(remove("ana"), join("p2", "Ana"))
    assert names(log) == ["Ana"]


# Rounds and ballots


def test_the_last_ballot_between_opening_and_closing_counts() -> None:
    log = room("ana", "ben")
    early, *rest = log.add(vote("ana", "a"), ask(), vote("ana", "b"), vote("ben", "b"), vote("ana", "c"), shut())
    assert (early, rest) == (False, [True] * 5)
    assert log.add(vote("ana", "a")) == [False]
    assert log.session.tally("r1") == {"a": 0, "b": 1, "c": 1}
    assert {who: ballot.answer for who, ballot in log.session.ballots("r1").items()} == {"ana": "c", "ben": "b"}


def test_an_invalid_answer_leaves_the_valid_one_before_it() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "b"))
    assert isinstance(log.session.objection_to([vote("ana", "z")]), errors.InvalidAnswer)
    assert log.add(vote("ana", "z"), vote("ana", ["a"]), vote("ana", None)) == [False] * 3
    assert log.session.tally("r1") == {"a": 0, "b": 1, "c": 0}


def test_a_ballot_keeps_its_confidence_and_reason() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "b", confidence=3, reason="calm"))
    ballot = log.session.ballots("r1")["ana"]
    assert (ballot.confidence, ballot.reason) == (3, "calm")


def test_a_removed_persons_ballots_do_not_count_in_any_round() -> None:
    log = room("ana", "ben")
    log.add(ask(), vote("ana", "a"), shut(), ask("r2"), vote("ana", "a", "r2"), vote("ben", "a", "r2"), remove("ana"))
    assert log.session.tally("r1") == {"a": 0, "b": 0, "c": 0}
    assert log.session.tally("r2") == {"a": 1, "b": 0, "c": 0}
    assert list(log.session.ballots("r2")) == ["ben"]


def test_a_second_opening_of_a_round_is_ignored() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "c"))
    assert log.add(ask(options="xy"), shut(), ask(options="xy")) == [False, True, False]
    assert log.session.tally("r1") == {"a": 0, "b": 0, "c": 1}


def test_a_second_closing_of_a_round_is_ignored() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "a"), shut())
    assert log.add(shut()) == [False]
    assert log.session.rounds["r1"].closed == 5


def test_closing_an_old_round_again_leaves_the_open_one_open() -> None:
    log = room("ana")
    log.add(ask(), shut(), ask("r2"))
    assert log.add(shut(), vote("ana", "a", "r2")) == [False, True]


def test_a_revote_has_ballots_of_its_own() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "a"), shut(), ask("r2", repeats="r1"), vote("ana", "b", "r2"))
    assert log.session.tally("r1") == {"a": 1, "b": 0, "c": 0}
    assert log.session.tally("r2") == {"a": 0, "b": 1, "c": 0}


# Hands, results, the stage


def test_the_last_count_of_hands_replaces_the_one_before_and_stays_apart_from_ballots() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "a"), hands(a=5, b=1), shut(), hands(b=7))
    assert log.session.rounds["r1"].hands == {"b": 7}
    assert log.session.tally("r1") == {"a": 1, "b": 0, "c": 0}


def test_scene_message_card_roles_and_notes_are_kept() -> None:
    log = room("ana")
    scene, message = ev.SceneShown(line="Where is it?", mood=2), ev.MessageShown(title="Break")
    card, roles = ev.CardDealt(participant="ana", title="Customer"), ev.RolesAssigned(rotation=1, groups=[])
    notes = [ev.NoteRecorded(topic="road"), ev.NoteRecorded(topic="star")]
    assert all(log.add(scene, message, card, roles, *notes))
    session = log.session
    assert session.scene is not None and session.scene.line == "Where is it?"  # noqa: PT018
    assert session.message is not None and session.message.title == "Break"  # noqa: PT018
    assert session.cards["ana"].title == "Customer"
    assert session.roles is not None and session.roles.rotation == 1  # noqa: PT018
    assert [note.topic for note in session.notes] == ["road", "star"]


def test_an_empty_message_and_an_empty_card_take_the_old_one_away() -> None:
    log = room("ana")
    log.add(ev.MessageShown(title="Break"), ev.CardDealt(participant="ana", body="x"))
    log.add(ev.MessageShown(), ev.CardDealt(participant="ana"))
    assert log.session.message is None
    assert log.session.cards == {}
