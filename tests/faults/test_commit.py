"""An answer comes after the commit: seen with a disk whose commits are slow, or fail at the last moment."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import Facilitator, Inside, hosting, is_error, until


class Disk:
    """Holds commits back while `hold` is set, and lets them fail while `broken` is."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.waiting = threading.Event()
        self.broken = False

    def commit(self) -> None:
        if not self.free.is_set():
            self.waiting.set()
            assert self.free.wait(20)
        if self.broken:
            raise sqlite3.OperationalError("database or disk is full")

    def hold(self) -> None:
        self.waiting.clear()
        self.free.clear()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.strip().upper().startswith(("COMMIT", "END")):
                made.commit()
            return super().execute(sql, *values)

        def commit(self) -> None:
            made.commit()
            super().commit()

    plain = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: plain(*given, **named, factory=Connection))
    return made


@pytest.fixture
def room(disk: Disk, tmp_path: Path) -> Iterator[Facilitator]:
    with Inside(tmp_path) as inside, hosting(inside.url, inside.key) as facilitator:
        facilitator.path = tmp_path / "room.db"  # type: ignore[attr-defined]
        yield facilitator
        disk.free.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as made:
        yield made


def stored(room: Facilitator) -> int:
    """How many ballots another process finds in the file."""
    database = sqlite3.connect(room.path)  # type: ignore[attr-defined]
    try:
        return int(database.execute("SELECT count(*) FROM event WHERE instr(body, 'ballot.cast')").fetchone()[0])
    finally:
        database.close()


def test_no_vote_is_acknowledged_shown_or_counted_before_its_commit(
    room: Facilitator, disk: Disk, pool: ThreadPoolExecutor
) -> None:
    room.ask()
    phone = room.phone("Ana")
    stream = room.follow()
    stream.wait(lambda message: "participant.joined" in message.data)
    disk.hold()
    vote = pool.submit(phone.vote, "a")
    assert disk.waiting.wait(10)
    time.sleep(0.2)
    assert not vote.done(), "acknowledged before the commit"
    assert stored(room) == 0
    assert "ballot.cast" not in stream.text, "told before the commit"
    disk.free.set()
    assert vote.result().status_code == 200
    assert stored(room) == 1


def test_a_commit_that_fails_at_the_last_moment_is_507_and_nothing_of_it_is_seen(room: Facilitator, disk: Disk) -> None:
    room.ask()
    phone = room.phone("Ana")
    stream = room.follow()
    disk.broken = True
    is_error(phone.vote("a"), 507, "store_failed")
    is_error(room.send({"kind": "round.closed", "round": "r1"}), 507, "store_failed")
    is_error(room.phone().join("Bo"), 507, "store_failed")
    disk.broken = False
    assert phone.vote("b").json()["seq"] == 4
    stream.wait(lambda message: message.id == "4")
    assert [message.id for message in stream.messages if message.id] == ["1", "2", "3", "4"]
    assert room.session.tally("r1") == {"a": 0, "b": 1}


def test_a_vote_behind_a_closing_that_is_not_folded_yet_is_409(
    room: Facilitator, disk: Disk, pool: ThreadPoolExecutor
) -> None:
    """The server knew of no closing when the vote came; the log's order decides."""
    room.ask()
    early, late = room.phone("Early"), room.phone("Late")
    disk.hold()
    first = pool.submit(early.vote, "a")
    assert disk.waiting.wait(10)
    closing = pool.submit(room.send, {"kind": "round.closed", "round": "r1"})
    time.sleep(0.2)
    second = pool.submit(late.vote, "b")
    time.sleep(0.2)
    disk.free.set()
    assert first.result().status_code == 200
    assert closing.result().status_code == 201
    is_error(second.result(), 409, "round_closed")
    assert room.session.tally("r1") == {"a": 1, "b": 0}


def test_a_second_opening_behind_one_that_is_not_folded_yet_is_409(
    room: Facilitator, disk: Disk, pool: ThreadPoolExecutor
) -> None:
    from tests.serving import question, web

    disk.hold()
    with web(room.url, headers=room.headers) as other:
        first = pool.submit(room.send, question("r1"))
        assert disk.waiting.wait(10)
        second = pool.submit(lambda: other.post(room.events, json=question("r2")))
        time.sleep(0.2)
        disk.free.set()
        assert first.result().status_code == 201
        is_error(second.result(), 409)
    assert list(room.session.rounds) == ["r1"]


def test_votes_that_wait_for_a_slow_commit_share_the_next_one(
    room: Facilitator, disk: Disk, pool: ThreadPoolExecutor
) -> None:
    """A slow disk costs each voter one wait, not the room a hundred."""
    room.ask()
    phones = room.phones(16)
    commits = 0
    plain = disk.commit

    def counted() -> None:
        nonlocal commits
        commits += 1
        plain()

    disk.commit = counted  # type: ignore[method-assign]
    disk.hold()
    votes: list[Future[httpx.Response]] = [pool.submit(phones[0].vote, "a")]
    assert disk.waiting.wait(10)
    votes += [pool.submit(phone.vote, "b") for phone in phones[1:]]
    time.sleep(0.4)
    disk.free.set()
    until(lambda: all(vote.done() for vote in votes))
    assert {vote.result().status_code for vote in votes} == {200}
    assert commits <= 4
    assert room.session.tally("r1") == {"a": 1, "b": 15}
