"""Exports name nobody: names, ids and private notes are gone, and everything else is as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kit import events as ev
from kit.aliases import PRIVATE, aliased
from kit.session import Session
from tests.unit.making import CODE, Log, ask, join, remove, rename, reveal, room, shut, start, vote


def told(log: Log) -> list[dict[str, Any]]:
    return [json.loads(line) for line in aliased(log.lines)]


def folded(log: Log) -> Session:
    return Session.replay(CODE, aliased(log.lines))


def names(session: Session) -> list[str]:
    return [person.name for person in session.people.values()]


def full() -> Log:
    log = room("pana", "pbo")
    log.add(join("pcy"), rename("pana", "Ana Maria"), ask(reason=True), vote("pana", "a", reason="Because"))
    log.add(vote("pbo", "b", confidence=2), remove("pbo"), join("pdee", "Dee"), shut(), reveal())
    return log


def test_people_are_called_by_their_place_in_the_order_of_joining() -> None:
    session = folded(full())
    assert names(session) == ["Person 1", "Person 2", "Person 3", "Person 4"]
    assert list(session.people) == ["person-1", "person-2", "person-3", "person-4"]


def test_nobody_s_name_or_id_is_left_anywhere() -> None:
    text = b"\n".join(aliased(full().lines)).decode()
    for word in ("Ana", "Bo", "Dee", "pana", "pbo", "pcy", "pdee", "Guest"):
        assert word not in text


def test_everything_else_is_the_same_session() -> None:
    log = full()
    session, before = folded(log), log.session
    assert [event["seq"] for event in told(log)] == list(range(1, len(log.lines) + 1))
    assert session.tally("r1") == before.tally("r1") == {"a": 1, "b": 0, "c": 0}
    assert session.ballots("r1")["person-1"].reason == "Because"
    assert [person.removed for person in session.people.values()] == [p.removed for p in before.people.values()]
    assert (session.seq, session.at) == (before.seq, before.at)


def test_aliases_of_aliases_are_the_same() -> None:
    lines = aliased(full().lines)
    assert aliased(lines) == lines


def test_a_person_called_like_an_answer_changes_no_answer() -> None:
    """A client may call people as it likes."""
    log = room("a", "b")
    log.add(ask(), vote("a", "b"), vote("b", "a"))
    session = folded(log)
    assert {who: ballot.answer for who, ballot in session.ballots("r1").items()} == {"person-1": "b", "person-2": "a"}


def test_private_notes_are_blank_and_keep_their_place() -> None:
    log = room("pana")
    log.add(
        ev.NoteRecorded(topic=PRIVATE, fields={"text": "Watch Ana"}), ev.NoteRecorded(topic="road", fields={"x": 1})
    )
    private, road = told(log)[-2:]
    assert (private["topic"], private["fields"], private["seq"]) == (PRIVATE, {}, 3)
    assert road["fields"] == {"x": 1}


def test_this_machine_s_address_stays_here() -> None:
    log = Log(start(settings={"address": "192.168.7.7", "live": True}))
    log.add(ev.SettingsChanged(settings={"address": "10.0.0.1"}))
    opened, changed = told(log)
    assert opened["settings"] == {"address": "", "live": True}
    assert changed["settings"] == {"address": ""}


def test_ids_inside_commands_ids_are_aliases_too_and_stay_unique() -> None:
    log = Log(start())
    for who in ("p1", "p2"):
        log.add(ev.ParticipantJoined(participant=who, name="X", id=f"join {who}"))
    assert [event["id"] for event in told(log)[1:]] == ["join person-1", "join person-2"]


def test_roles_cards_and_notes_name_people_by_their_alias() -> None:
    log = room("pana")
    log.add(
        ev.RolesAssigned(rotation=1, groups=[[ev.Role("pana", "customer")]]),
        ev.CardDealt(participant="pana", title="You", body="are Dana"),
        ev.NoteRecorded(topic="star", fields={"texts": [{"participant": "pana", "round": "r1"}]}),
    )
    assert "pana" not in json.dumps(told(log))
    assert told(log)[-1]["fields"] == {"texts": [{"participant": "person-1", "round": "r1"}]}


def test_a_rating_names_whose_text_it_is_by_alias_in_rating_rounds_only() -> None:
    """Of forms that this version can't ask yet: a log is kept as it is."""
    log = room("pana", "pbo")
    log.add(b'{"kind":"round.opened","round":"t","form":"rate","prompt":"?","of":"x"}')
    log.add(b'{"kind":"round.opened","round":"f","form":"fields","prompt":"?"}')
    log.add(b'{"kind":"ballot.cast","round":"t","participant":"pana","answer":{"pbo":{"score":4}}}')
    log.add(b'{"kind":"ballot.cast","round":"f","participant":"pana","answer":{"pbo":"yes"}}')
    rating, fields = told(log)[-2:]
    assert rating["answer"] == {"person-2": {"score": 4}}
    assert fields["answer"] == {"pbo": "yes"}


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"participant.joined"}',
        b'{"kind":"participant.joined","participant":7,"name":"Ana"}',
        b'{"kind":"participant.joined","participant":["x"],"name":"Ana"}',
        b'{"kind":"participant.renamed","participant":"nobody","name":"Ana"}',
        b'{"kind":"unheard.of","participant":"pana","name":7}',
        b'{"kind":"note.recorded","topic":"x","fields":"none"}',
        b'{"kind":"settings.changed","settings":[1]}',
        b'{"kind":"round.opened","round":[1],"form":"rate"}',
        b'{"kind":"ballot.cast","round":["t"],"participant":{"a":1},"answer":{"pbo":1}}',
    ],
)
def test_a_line_that_this_version_cannot_read_names_nobody_and_breaks_nothing(line: bytes) -> None:
    log = room("pana")
    log.add(line)
    assert len(told(log)) == 3
    text = json.dumps(told(log)[-1])
    assert "Ana" not in text
    assert "pana" not in text


def test_a_joining_that_was_not_allowed_names_nobody_and_takes_no_number() -> None:
    log = room("pana")
    log.add(ev.SessionClosed(), join("pbo", "Bo"), ev.SessionReopened(), join("pcy", "Cy"))
    assert names(folded(log)) == ["Person 1", "Person 2"]
    assert "Bo" not in json.dumps(told(log))
    assert "pbo" not in json.dumps(told(log))


def test_the_same_log_gives_the_same_bytes() -> None:
    assert aliased(full().lines) == aliased(full().lines)


def test_nothing_of_a_private_note_stays() -> None:
    log = room("pana")
    log.add(ev.NoteRecorded(topic=PRIVATE, fields={"text": "x", "about": "Ana cried"}))
    log.add(b'{"kind":"note.recorded","topic":"private","text":"Ana cried"}')
    assert [event["fields"] for event in told(log)[-2:]] == [{}, {}]
    assert "cried" not in json.dumps(told(log))


def test_two_who_were_not_let_in_stay_two() -> None:
    log = Log(start(), ev.SessionClosed(), join("pana"), join("pben"))
    assert len({event["participant"] for event in told(log)[2:]}) == 2


WHO = "q8Zr1TbnKJ2mFw"
JOINED = f'{{"kind":"participant.joined","participant":"{WHO}","name":"Anna Meyer"}}'


@pytest.mark.parametrize(
    "lines",
    [
        [JOINED.replace('"name"', '"email":"anna@example.org","name"')],
        [JOINED, f'{{"kind":"note.recorded","topic":"stars","fields":{{"people":["{WHO}"]}}}}'],
        [JOINED, f'{{"kind":"note.recorded","topic":"stars","fields":{{"participant":["{WHO}"]}}}}'],
        [JOINED, f'{{"kind":"note.recorded","topic":"scores","fields":{{"{WHO}":3}}}}'],
        [JOINED, f'{{"kind":"note.recorded","topic":"override","fields":{{"who":"{WHO}"}}}}'],
        [JOINED.replace('"name"', f'"id":"join:{WHO}","name"')],
        [JOINED.replace('"name"', f'"id":"join-{WHO}","name"')],
        [f'{{"kind":"ballot.cast","round":"r","participant":"{WHO}","answer":"a"}}', JOINED],
        [f'{{"kind":"participant.renamed","participant":"{WHO}","name":"Anna"}}', JOINED],
        [f'{{"kind":"participant.removed","participant":"{WHO}"}}'],
        ['{"kind":"settings.changed","settings":{"wifi_password":"geheim","join_url":"http://192.168.7.9"}}'],
        ['{"kind":"settings.changed","settings":{"network":{"address":"192.168.7.9"}}}'],
    ],
)
def test_what_other_clients_may_write_names_nobody(lines: list[str]) -> None:
    log = Log(start())
    log.add(*(line.encode() for line in lines))
    text = b"\n".join(aliased(log.lines)).decode()
    for word in (WHO, "Anna", "anna", "192.168", "geheim"):
        assert word not in text
    assert aliased(aliased(log.lines)) == aliased(log.lines)


def test_who_never_joined_is_not_taken_for_somebody_who_did() -> None:
    """A ballot that did not count must not count under aliases."""
    log = room("pana")
    log.add(ask(), vote("person-1", "a"))
    assert log.session.tally("r1") == folded(log).tally("r1") == {"a": 0, "b": 0, "c": 0}
