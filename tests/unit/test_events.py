"""The vocabulary: what is refused says which field and what was expected; what is unknown in a log is skipped."""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import events as ev
from kit.errors import InvalidEvent
from tests.unit.making import ask, at, vote

VOCABULARY = """
    session.opened settings.changed participant.joined participant.renamed participant.removed scene.shown
    round.opened round.extended ballot.cast round.closed hands.counted round.revealed message.shown card.dealt
    roles.assigned note.recorded session.closed session.reopened
"""

OPENING: dict[str, Any] = {"kind": "round.opened", "round": "r1", "form": "choice", "prompt": "What now?"}
BALLOT: dict[str, Any] = {"kind": "ballot.cast", "round": "r1", "participant": "ana", "answer": "a"}
OPENED: dict[str, Any] = {"kind": "session.opened", "workshop": "00-start-here", "title": "Monday"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def parse(item: object) -> list[tuple[ev.Event, ev.Draft]]:
    return ev.parse(json.dumps(item).encode())


def test_the_vocabulary_is_the_promised_one() -> None:
    assert sorted(ev.KINDS) == sorted(VOCABULARY.split())


MALFORMED = [
    (OPENED | {"title": 7}, "field title: expected str, got int."),
    (OPENED | {"settings": []}, "field settings: expected object, got array."),
    (OPENED | {"rehearsal": "yes"}, "field rehearsal: expected bool, got str."),
    ({"kind": "settings.changed"}, "field settings is missing."),
    ({"kind": "participant.joined"}, "field participant is missing."),
    ({"kind": "participant.joined", "participant": ""}, "field participant: expected str of length >= 1."),
    ({"kind": "participant.joined", "participant": "p" * 65}, "field participant: expected str of length <= 64."),
    ({"kind": "participant.joined", "participant": "p", "name": "n" * 300}, "field name: expected str of length <= 80"),
    ({"kind": "participant.renamed", "participant": "p"}, "field name is missing."),
    ({"kind": "participant.removed", "participant": None}, "field participant: expected str, got null."),
    ({"kind": "scene.shown", "mood": 11}, "field mood: expected int <= 10."),
    ({"kind": "scene.shown", "mood": 1.5}, "field mood: expected int | null, got float."),
    ({"kind": "round.opened", "form": "choice", "prompt": "?"}, "field round is missing."),
    (OPENING | {"options": {}}, "field options: expected array, got object."),
    (OPENING | {"options": ["a"]}, "field options[0]: expected object, got str."),
    (OPENING | {"options": [{"id": "a", "text": "A"}, {"id": "b"}]}, "field options[1].text is missing."),
    (OPENING | {"options": [{"id": "", "text": "A"}]}, "field options[0].id: expected str of length >= 1."),
    (OPENING | {"seconds": 0}, "field seconds: expected int >= 1."),
    (OPENING | {"seconds": "60"}, "field seconds: expected int | null, got str."),
    (OPENING | {"confidence": 1}, "field confidence: expected bool, got int."),
    (OPENING | {"id": 5}, "field id: expected str | null, got int."),
    (OPENING | {"id": ""}, "field id: expected str of length >= 1."),
    ({"kind": "round.extended", "round": "r1"}, "field seconds is missing."),
    ({"kind": "ballot.cast", "round": "r1", "participant": "ana"}, "field answer is missing."),
    (BALLOT | {"confidence": 4}, "field confidence: expected int <= 3."),
    (BALLOT | {"reason": "r" * 201}, "field reason: expected str of length <= 200."),
    ({"kind": "round.closed", "round": "r1", "by": "moon"}, "field by: 'moon' is none of facilitator, time."),
    ({"kind": "round.closed", "round": "r1", "by": 5}, "field by: expected str, got int."),
    ({"kind": "hands.counted", "round": "r1", "counts": {"a": -1}}, "field counts[...]: expected int >= 0."),
    ({"kind": "hands.counted", "round": "r1", "counts": {"a": True}}, "field counts[...]: expected int, got bool."),
    ({"kind": "round.revealed", "round": "r1", "where": "moon"}, "field where: 'moon' is none of wall, everywhere."),
    ({"kind": "round.revealed", "round": "r1", "notes": {"a": {"grade": 5}}}, "field notes[...].grade: expected str"),
    ({"kind": "message.shown", "body": ["x"]}, "field body: expected str, got array."),
    ({"kind": "card.dealt", "title": "x"}, "field participant is missing."),
    ({"kind": "roles.assigned", "rotation": 1, "groups": [[{"participant": "p"}]]}, "field groups[0][0].role is"),
    ({"kind": "note.recorded", "fields": {}}, "field topic is missing."),
]


@pytest.mark.parametrize(("item", "says"), MALFORMED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_malformed_event_names_its_kind_the_field_and_what_was_expected(item: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        parse(item)
    assert caught.value.sentence.startswith(f"Event 1 ({item['kind']}): {says}")


@pytest.mark.parametrize("kind", [None, 7, "", "round.exploded", "unknown", ["round.opened"]])
def test_a_kind_outside_the_vocabulary_is_refused_with_all_that_are_in_it(kind: object) -> None:
    with pytest.raises(InvalidEvent, match="Event 1: field kind: ") as caught:
        parse({"kind": kind})
    assert all(known in caught.value.sentence for known in VOCABULARY.split())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "The body is no JSON"),
        (b"{", "The body is no JSON"),
        (b"vote=a", "The body is no JSON"),
        (b'"\\ud800"', "The body is no JSON"),
        (b"[]", "The list of events is empty"),
        (b"7", "Event 1 must be a JSON object, not int"),
        (b'[{"kind":"session.closed"},"x"]', "Event 2 must be a JSON object, not str"),
    ],
)
def test_a_body_without_an_event_is_refused_with_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(InvalidEvent, match=says):
        ev.parse(body)


@pytest.mark.parametrize("body", [b"\xff", b'"\xff"', json.dumps(BALLOT).encode().replace(b'"a"', b'"\xe4"')])
def test_a_body_that_is_not_utf8_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        ev.parse(body)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"kind":"note.recorded","topic":"t","x":' + b"[" * 100_000])
def test_a_body_nested_without_end_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        ev.parse(body)


def test_a_nested_event_that_was_accepted_can_be_read_from_anywhere() -> None:
    """The interpreter limits depth by what the caller has used up; a log must not depend on who reads it."""
    for depth in range(sys.getrecursionlimit(), 0, -10):
        nested = b'{"kind":"note.recorded","topic":"t","fields":{"x":%s}}' % (b"[" * depth + b"]" * depth)
        try:
            [(_, draft)] = ev.parse(nested)
        except InvalidEvent:
            continue
        assert read_from_below(ev.stamp(draft.body, 1, at(0)), frames=100).seq == 1
        return
    pytest.fail("no depth was accepted")


def read_from_below(line: bytes, *, frames: int) -> ev.Event:
    return read_from_below(line, frames=frames - 1) if frames else ev.decode(line)


def test_a_bad_event_in_a_list_is_named_by_its_place() -> None:
    with pytest.raises(InvalidEvent, match=r"Event 2 \(round.opened\): field round is missing"):
        parse([BALLOT, {"kind": "round.opened", "form": "choice", "prompt": "?"}, {"kind": "x"}])


def test_a_list_is_parsed_in_its_order() -> None:
    assert [type(event) for event, _ in parse([OPENING, BALLOT])] == [ev.RoundOpened, ev.BallotCast]


def test_unknown_fields_are_kept_and_seq_and_at_are_not_the_clients() -> None:
    [(event, draft)] = parse({"seq": 99, "at": "never", "mystery": {"x": [1, 2.5, None, "ü😀"]}} | BALLOT)
    assert (event.seq, event.at) == (0, "")
    assert json.loads(draft.body) == BALLOT | {"mystery": {"x": [1, 2.5, None, "ü😀"]}}


def test_the_clients_id_travels_with_the_draft() -> None:
    [(event, draft)] = parse(BALLOT | {"id": "c1"})
    assert event.id == draft.id == json.loads(draft.body)["id"] == "c1"


def test_an_id_of_null_is_none_at_all() -> None:
    [(event, draft)] = parse(BALLOT | {"id": None})
    assert event.id is draft.id is None
    assert json.loads(draft.body) == BALLOT


@given(answer=JSON, mystery=JSON)
def test_what_parse_accepts_comes_back_from_the_log_with_its_place_and_time(answer: Any, mystery: Any) -> None:
    [(event, draft)] = parse(BALLOT | {"answer": answer, "mystery": mystery})
    line = ev.stamp(draft.body, 7, at(1.5))
    assert ev.decode(line) == msgspec.structs.replace(event, seq=7, at="2026-11-23T12:00:01.500Z")
    assert json.loads(line) == BALLOT | {"answer": answer, "mystery": mystery, "seq": 7, "at": at(1.5)}


@given(item=st.fixed_dictionaries({"kind": st.sampled_from(sorted(ev.KINDS))}, optional=dict.fromkeys(
    ["round", "participant", "form", "prompt", "options", "answer", "counts", "groups", "settings", "id", "by"], JSON
)))  # fmt: skip
def test_whatever_is_posted_is_accepted_or_refused_with_a_sentence(item: dict[str, Any]) -> None:
    try:
        [(event, draft)] = parse(item)
    except InvalidEvent as error:
        sentence = error.sentence
    else:
        sentence = ""
        assert ev.decode(ev.stamp(draft.body, 1, at(0))) == msgspec.structs.replace(event, seq=1, at=at(0))
    assert not sentence or sentence.startswith(f"Event 1 ({item['kind']}): field ")


@pytest.mark.parametrize("event", [ask(seconds=30, repeats="r0"), vote("ana", "b", confidence=3, reason="ü"), ask()])
def test_a_drafted_event_comes_back_from_the_log(event: ev.Event) -> None:
    line = ev.stamp(ev.draft(event).body, 3, at(0))
    assert ev.decode(line) == msgspec.structs.replace(event, seq=3, at=at(0))
    assert list(json.loads(line))[:3] == ["seq", "at", "kind"]


def test_only_the_store_sets_seq_and_at() -> None:
    with pytest.raises(AssertionError):
        ev.draft(msgspec.structs.replace(ask(), seq=1))


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "phone.shaken", "round": "r1"},
        {"kind": "unknown"},
        {"kind": None},
        {"round": "r1"},
        {"kind": "ballot.cast", "round": "r1"},
        OPENING | {"seconds": 10**6},
    ],
)
def test_what_this_version_cannot_read_in_a_log_is_unknown_and_keeps_its_place(body: dict[str, Any]) -> None:
    assert ev.decode(ev.stamp(json.dumps(body).encode(), 5, at(0))) == ev.Unknown(seq=5, at=at(0))


def test_a_known_event_with_an_unknown_field_is_still_known() -> None:
    line = ev.stamp(json.dumps(BALLOT | {"mystery": [1]}).encode(), 5, at(0))
    assert ev.decode(line) == msgspec.structs.replace(vote("ana", "a"), seq=5, at=at(0))
