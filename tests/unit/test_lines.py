"""A log's lines are taken apart as they were put together; what is no log is said with its line."""

from __future__ import annotations

import json

import pytest

from kit import events as ev
from kit.errors import InvalidEvent
from kit.lines import check, unstamp
from tests.unit.making import room, shut, start


@pytest.mark.parametrize(
    "event", [start(), shut(), ev.MessageShown(title="é “x” \u2028", body='"seq":1,"at":"'), ev.SessionClosed(id="c1")]
)
def test_what_was_stamped_comes_apart_byte_for_byte(event: ev.Event) -> None:
    draft = ev.draft(event)
    line = ev.stamp(draft.body, 12, "2026-11-23T10:02:11.512Z")
    assert unstamp(line) == (12, "2026-11-23T10:02:11.512Z", draft)


def test_a_line_that_another_program_wrote_is_read_by_its_meaning() -> None:
    line = b'{ "kind": "session.closed", "at": "2026-11-23T10:02:11Z", "seq": 3, "id": "c", "extra": [1] }'
    seq, at, draft = unstamp(line)
    assert (seq, at, draft.id) == (3, "2026-11-23T10:02:11Z", "c")
    assert json.loads(draft.body) == {"kind": "session.closed", "id": "c", "extra": [1]}


BAD = {
    b"": "no JSON",
    b"{": "no JSON",
    b"\xff": "no JSON",
    b"[]": "object",
    b'"x"': "object",
    b'{"seq":1,"at":"2026-11-23T10:02:11Z"}': "kind",
    b'{"seq":"1","at":"2026-11-23T10:02:11Z","kind":"x"}': "seq",
    b'{"seq":true,"at":"2026-11-23T10:02:11Z","kind":"x"}': "seq",
    b'{"seq":1,"kind":"x"}': "at",
    b'{"seq":1,"at":"yesterday","kind":"x"}': "at",
    b'{"seq":1,"at":"2026-11-23T10:02:11","kind":"x"}': "at",
    b'{"seq":1,"at":7,"kind":"x"}': "at",
    b'{"seq":1,"at":"2026-11-23\\"10:02:11Z","kind":"x"}': "at",
    b'{"seq":1,"at":"0001-01-01T00:00:00+14:00","kind":"x"}': "at",
    b'{"seq":1,"at":"9999-12-31T23:59:59-12:00","kind":"x"}': "at",
    b'{"seq":1,"at":"2026-13-23T10:02:11Z","kind":"x"}': "at",
    b'{"seq":1,"at":"2026-11-23T10:02:11Z","kind":"x","id":7}': "id",
    b'{"a":' * 5000 + b"1" + b"}" * 5000: "no JSON",
    b'{"seq":1,"at":"2026-11-23T10:02:11Z","kind":"x","a":' + b"[" * 40 + b"]" * 40 + b"}": "depth",
}


@pytest.mark.parametrize("line", BAD, ids=range(len(BAD)))
def test_what_is_no_line_of_a_log_is_refused(line: bytes) -> None:
    with pytest.raises(InvalidEvent, match=BAD[line]):
        unstamp(line)


def test_a_log_from_its_opening_on_is_one() -> None:
    check("session.jsonl", room("ana").lines)


def says(lines: list[bytes]) -> str:
    with pytest.raises(InvalidEvent) as caught:
        check("mine.jsonl", lines)
    assert caught.value.sentence.endswith(".")
    return caught.value.sentence


def test_what_is_no_log_is_said_with_file_and_line() -> None:
    lines = room("ana", "bo").lines
    assert "mine.jsonl does not begin" in says([])
    assert "mine.jsonl:1 says seq 2" in says(lines[1:])
    assert "mine.jsonl:2 says seq 3" in says([lines[0], lines[2]])
    assert "mine.jsonl:2 is no event" in says([lines[0], b"nonsense"])
    twin = ev.stamp(ev.draft(shut()).body, 1, "2026-11-23T10:02:11.512Z")
    assert "does not begin" in says([twin])


def test_two_commands_of_one_id_are_no_log() -> None:
    log = room("ana")
    log.add(ev.MessageShown(title="x", id="c1"), ev.MessageShown(title="y", id="c1"))
    assert "mine.jsonl:4" in says(log.lines)
