"""The three streams: a phone's screen, the wall's screen, the facilitator's log."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kit.server import clock
from tests.serving import Facilitator, Inside, Message, Server, Stream, at_once, hosting, until


def is_screen(message: Message) -> bool:
    return message.event == "screen"


def seqs(stream: Stream) -> list[int]:
    return [int(message.id) for message in stream.messages if message.id]


def test_a_phone_gets_its_screen_at_once_and_on_every_change(room: Facilitator) -> None:
    stream = room.phone("Ana").stream()
    assert stream.answer.headers["content-type"].startswith("text/event-stream")
    assert "no-store" in stream.answer.headers["cache-control"]
    assert "default-src 'self'" in stream.answer.headers["content-security-policy"]
    assert is_screen(stream.wait(lambda message: True))
    changes = (
        (lambda: room.post("scene.shown", speaker="Mr Berg", line="Where is my parcel?"), "Where is my parcel?"),
        (lambda: room.ask("r1"), "What now?"),
        (lambda: room.shut("r1"), 'data-view="closed"'),
        (lambda: room.reveal("r1"), 'data-view="results"'),
        (lambda: room.post("message.shown", title="Talk", body="it over"), "it over"),
        (lambda: room.ask("r2", repeats="r1"), 'data-round="r2"'),
        (lambda: room.post("session.closed"), 'data-view="ended"'),
    )
    for change, text in changes:
        change()
        stream.wait_text(text)
    assert {message.event for message in stream.messages} <= {"screen", ":"}


def test_a_fragment_is_what_the_page_shows(room: Facilitator) -> None:
    """A reloaded page and one that followed look alike, but for one's own answer."""
    room.ask()
    phone = room.phone("Ana")
    fragment = phone.stream().wait(is_screen).data
    attributes = re.findall(r'data-(?:view|round|answer|key)="[^"]*"', fragment)
    assert len(attributes) > 3
    page = phone.page()
    assert [attribute for attribute in attributes if attribute not in page] == []


def test_a_line_break_in_a_text_does_not_end_a_message(room: Facilitator) -> None:
    stream = room.phone("Ana").stream()
    wall = room.wall()
    nasty = "one\r\nevent: evil\r\rdata: two\n\n\nid: 7\u2028three\x85four"
    room.post("message.shown", title="Breaks", body=nasty)
    for open_ in (stream, wall):
        told = open_.wait_text("Breaks").data
        assert "event: evil" in told
        assert "four" in told
        assert {message.event for message in open_.messages} <= {"screen", ":"}
        assert not any(message.id for message in open_.messages)


def test_the_wall_hears_of_every_vote(room: Facilitator) -> None:
    room.ask()
    phones = room.phones(3)
    wall = room.wall()
    first = wall.wait(is_screen).data
    for phone in phones:
        phone.vote("a")
    until(lambda: re.search(r"\b3\b[^<]*\b3\b", wall.messages[-1].data), say="the wall does not say 3 of 3")
    assert first != wall.messages[-1].data


def test_counts_go_to_the_wall_at_most_four_times_a_second(room: Facilitator) -> None:
    room.ask()
    phones = room.phones(40)
    wall = room.wall()
    wall.wait(is_screen)
    for start in range(0, 40, 4):
        at_once(*[lambda phone=phone: phone.vote("a") for phone in phones[start : start + 4]])
        threading.Event().wait(0.05)
    until(lambda: re.search(r"\b40\b[^<]*\b40\b", wall.messages[-1].data), say="the last count does not come")
    times = [message.when for message in wall.messages if is_screen(message)]
    assert len(times) >= 3
    # The reader's own thread may be late by a little.
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.15
    assert len(times) <= 2 + 4 * (times[-1] - times[0] + 0.25)


def test_a_stage_change_does_not_wait_for_the_counts_pause(room: Facilitator) -> None:
    wall = room.wall()
    wall.wait(is_screen)
    room.post("message.shown", title="One")
    room.post("message.shown", title="Two")
    one = wall.wait_text("Two")
    assert one.when - wall.messages[0].when < 5


def test_the_log_stream_tells_each_event_once_and_in_order(room: Facilitator) -> None:
    room.ask()
    stream = room.follow()
    phones = room.phones(20)
    at_once(*[lambda phone=phone: phone.vote("a") for phone in phones])
    room.shut()
    stream.wait(lambda message: "round.closed" in message.data)
    lines = room.lines()
    assert seqs(stream) == list(range(1, len(lines) + 1))
    assert [message.data.encode() for message in stream.messages if message.id] == lines
    assert all(json.loads(message.data)["seq"] == int(message.id) for message in stream.messages if message.id)


def test_the_log_stream_goes_on_from_last_event_id_and_from_after(room: Facilitator) -> None:
    for title in "abcd":
        room.post("message.shown", title=title)
    resumed, after = room.follow(**{"Last-Event-ID": "3"}), room.follow("?after=4")
    # What the browser says last counts, not the address that it began with.
    both = room.follow("?after=1", **{"Last-Event-ID": "4"})
    room.post("message.shown", title="e")
    for stream, expected in ((resumed, [4, 5, 6]), (after, [5, 6]), (both, [5, 6])):
        stream.wait(lambda message: message.id == "6")
        assert seqs(stream) == expected


def test_a_log_stream_says_something_at_once_even_without_news(room: Facilitator) -> None:
    room.follow("?after=1").wait(lambda message: message.event == ":")


@pytest.fixture
def fast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Facilitator]:
    """The application with a heart that beats five times a second."""
    monkeypatch.setattr(clock, "BEAT", 0.2)
    with Inside(tmp_path) as inside, hosting(inside.url, inside.key) as facilitator:
        yield facilitator


def test_the_heart_beats_at_least_every_fifteen_seconds() -> None:
    assert clock.BEAT <= 15 - 1


def test_every_stream_is_kept_alive_by_comments(fast: Facilitator) -> None:
    room = fast
    for stream in (room.phone("Ana").stream(), room.wall(), room.follow()):
        until(lambda stream=stream: [m.event for m in stream.messages].count(":") >= 3, say="no comments came")


def test_dead_phones_do_not_leak(inside: Inside, inside_room: Facilitator) -> None:
    room = inside.rooms.live[inside_room.code]
    phones = inside_room.phones(50)
    open_ = [phone.stream() for phone in phones] + [inside_room.wall(), inside_room.follow()]
    until(lambda: (len(room.phones), len(room.walls), len(room.followers)) == (50, 1, 1))
    for stream in open_:
        stream.close()
    until(lambda: not (room.phones or room.walls or room.followers), 3, "streams of the dead stay")


def test_a_slow_phone_skips_what_it_missed_and_holds_nobody_up(inside_room: Facilitator) -> None:
    """No queue: what waits for a phone that does not read is the newest screen, not the whole evening."""
    stalled, quick = inside_room.phone("Slow").stream(asleep=True), inside_room.phone("Quick").stream()
    changes, text = 300, "'" * 3900
    for number in range(changes):
        inside_room.post("message.shown", title=f"Number {number}!", body=text)
    quick.wait_text(f"Number {changes - 1}!")
    stalled.awake.set()
    stalled.wait_text(f"Number {changes - 1}!")
    assert sum(map(is_screen, stalled.messages)) < changes


def test_a_server_that_ends_hangs_up_on_its_streams(own_server: Server, own_room: Facilitator) -> None:
    stream = own_room.phone("Ana").stream()
    stream.wait(is_screen)
    assert own_server.stop() == 0
    assert stream.broken.wait(10)


def test_every_phone_hears_of_a_change(inside_room: Facilitator) -> None:
    opened = [phone.stream() for phone in inside_room.phones(40)]
    inside_room.ask()
    for stream in opened:
        stream.wait_text("What now?")


def test_a_new_name_reaches_the_phone_that_has_it_and_no_other(room: Facilitator) -> None:
    ana, ben = room.phone("Ana"), room.phone("Ben")
    hers, his = ana.stream(), ben.stream()
    for stream in (hers, his):
        stream.wait(is_screen)
    room.post("participant.renamed", participant=ana.participant, name="Anastasia\nsecond line")
    assert hers.wait(lambda message: message.event == "name").data == "Anastasia second line"
    room.ask()
    his.wait_text("What now?")
    assert not [message for message in his.messages if message.event == "name"]
