"""A session kept up to date in the kernel: complete, painted seldom, and never dead in silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kit import feed as module
from kit.client import Client
from kit.errors import NoRoomServer
from kit.feed import Feed
from tests.serving import Facilitator, at_once, free_port, until


@pytest.fixture
def follow(room: Facilitator) -> Iterator[Callable[..., Feed]]:
    """Make feeds of the room; they and their clients are closed at the end."""
    made: list[Feed] = []

    def make(url: str = "", key: str = "", revive: Callable[[], str] | None = None) -> Feed:
        client = Client(url or room.url, room.code, key or room.key)
        feed = Feed(client, revive or (lambda: room.url))
        made.append(feed)
        feed.start()
        return feed

    yield make
    for feed in made:
        feed.close()
        feed.client.close()


def test_a_burst_of_200_votes_is_painted_few_times_and_completely(
    room: Facilitator, follow: Callable[..., Feed]
) -> None:
    room.ask()
    phones = room.phones(50)
    feed = follow()
    assert feed.wait_for(len(room.log()), 10)
    seen: list[int] = []
    painted = threading.Event()

    def paint() -> None:
        seen.append(sum(feed.session.tally("r1").values()))
        if seen[-1] == 50:
            painted.set()

    feed.paint("panel", paint)
    started = time.monotonic()
    for answer in "abab":
        at_once(*[lambda phone=phone, answer=answer: phone.vote(answer) for phone in phones])
    assert feed.wait_for(len(room.log()), 10)
    assert painted.wait(5)
    assert len(seen) <= 3 + (time.monotonic() - started) / module.PAINT_PAUSE
    assert len(seen) < 100
    with feed.lock:
        assert feed.session.tally("r1") == room.session.tally("r1") == {"a": 0, "b": 50}
        assert feed.session.seq == len(room.log())


def test_the_last_change_is_always_painted(room: Facilitator, follow: Callable[..., Feed]) -> None:
    feed = follow()
    seen: list[int] = []
    feed.paint("panel", lambda: seen.append(feed.session.seq))
    for number in range(20):
        room.post("message.shown", title=str(number))
    until(lambda: 21 in seen, say="the last change was not painted")


def test_a_painter_takes_the_place_of_its_name(room: Facilitator, follow: Callable[..., Feed]) -> None:
    """Run all makes each panel anew; the old one must not be painted for ever."""
    feed = follow()
    old, new = threading.Event(), threading.Event()
    feed.paint("panel", old.set)
    assert old.wait(5)
    feed.paint("panel", new.set)
    assert new.wait(5)
    with feed.lock:
        old.clear()
    new.clear()
    room.ask()
    assert new.wait(5)
    assert not old.is_set()


def test_a_painters_exception_is_shown_and_stops_no_other_painter(
    room: Facilitator, follow: Callable[..., Feed]
) -> None:
    feed = follow()
    other = threading.Event()

    def slip() -> None:
        raise KeyError("where is my widget")

    feed.paint("broken", slip)
    feed.paint("whole", other.set)
    assert other.wait(5)
    until(lambda: feed.slip)
    assert "KeyError" in feed.slip
    assert "where is my widget" in feed.slip
    other.clear()
    room.ask()
    assert other.wait(5), "the feed died of one painter"


def test_painting_happens_once_a_second_without_news(follow: Callable[..., Feed]) -> None:
    """A running round's clock is on the panel."""
    feed = follow()
    seen: list[float] = []
    feed.paint("clock", lambda: seen.append(time.monotonic()))
    until(lambda: len(seen) >= 3, 6, "the clock stands still")


def test_waiting_for_a_seq_sees_what_was_just_done(room: Facilitator, follow: Callable[..., Feed]) -> None:
    feed = follow()
    for number in range(10):
        assert feed.wait_for(room.post("message.shown", title=str(number)))
        with feed.lock:
            assert feed.session.message is not None
            assert feed.session.message.title == str(number)
    assert feed.wait_for(10_000, 0.05) is False


def test_two_feeds_of_one_session_see_the_same(room: Facilitator, follow: Callable[..., Feed]) -> None:
    feeds = follow(), follow()
    room.ask()
    phone = room.phone("Ana")
    phone.vote("a")
    seq = room.shut()
    for feed in feeds:
        assert feed.wait_for(seq, 10)
        with feed.lock:
            assert feed.session.tally("r1") == {"a": 1, "b": 0}
            assert feed.session.open is None


def test_a_wrong_key_is_told_and_not_taken_for_a_lost_line(follow: Callable[..., Feed]) -> None:
    feed = follow(key="wrong")
    until(lambda: feed.line == "refused")
    assert feed.trouble.endswith(".")
    assert "key" in feed.trouble


def test_a_server_that_moved_is_found_again(room: Facilitator, follow: Callable[..., Feed]) -> None:
    """`revive` says where it is now."""
    feed = follow(url=f"http://127.0.0.1:{free_port()}")
    until(lambda: feed.line == "live", say="the feed did not ask where the server is")
    assert feed.client.url == room.url
    assert feed.wait_for(1)


def test_no_server_at_all_is_told_in_words(follow: Callable[..., Feed]) -> None:
    def gone() -> str:
        raise NoRoomServer("The room server was stopped. Run all starts it again.")

    feed = follow(url=f"http://127.0.0.1:{free_port()}", revive=gone)
    until(lambda: "was stopped" in feed.trouble)
    assert feed.line == "reconnecting"


@pytest.mark.parametrize("error", [OSError("no space left"), RuntimeError("a slip")])
def test_a_failure_that_nobody_foresaw_does_not_end_the_feed(
    room: Facilitator, follow: Callable[..., Feed], error: Exception
) -> None:
    """A listener that dies in silence is found by the audience."""
    asked = threading.Semaphore(0)
    calm = threading.Event()

    def revive() -> str:
        asked.release()
        if calm.is_set():
            return room.url
        raise error

    feed = follow(url=f"http://127.0.0.1:{free_port()}", revive=revive)
    for _ in range(2):
        assert asked.acquire(timeout=5), "the feed asked once and never again"
    assert feed.trouble
    calm.set()
    until(lambda: feed.line == "live")


def test_a_closed_feed_lets_its_threads_end(room: Facilitator) -> None:
    client = Client(room.url, room.code, room.key)
    before = set(threading.enumerate())
    feed = Feed(client, lambda: room.url)
    feed.start()
    ours = set(threading.enumerate()) - before
    assert len(ours) == 2
    assert feed.wait_for(1)
    feed.close()
    # The next line of the log, or the next beat, wakes the one that follows.
    room.ask()
    until(lambda: not any(thread.is_alive() for thread in ours), 10, "a thread outlives its feed")
    client.close()
