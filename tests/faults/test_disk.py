"""Databases that can't be written: refused with a sentence, never acknowledged, and good again afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kit.store.schema import MIGRATIONS
from tests.serving import Facilitator, Phone, Server, at_once, command, hosting, is_error, until

LINUX_ROOT = sys.platform == "linux" and os.geteuid() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = LINUX_ROOT and shutil.which("mount") is not None
    if (
        not mounted
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True).returncode
    ):
        pytest.skip("only root on Linux can mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 512)
    return ballast


def vote_until_full(phone: Phone, limit: int = 20_000) -> httpx.Response:
    for _ in range(limit):
        answer: httpx.Response = phone.vote("a", reason="x" * 200)
        if answer.status_code == 429:
            continue
        if answer.status_code != 200:
            return answer
    raise AssertionError("the disk never got full")


def is_refused_by_the_disk(answer: httpx.Response) -> None:
    assert "stored" in is_error(answer, 507, "store_failed")


def test_a_full_disk_refuses_with_a_sentence_and_votes_are_stored_again_when_there_is_room(small_disk: Path) -> None:
    with Server(small_disk / "data") as server, hosting(server.url, server.key) as room:
        room.ask(reason=True)
        phones = room.phones(8)
        ballast = fill(small_disk)
        full = vote_until_full(phones[0])
        is_refused_by_the_disk(full)
        assert "room" in is_error(full, 507)
        answers = at_once(*[lambda phone=phone: phone.vote("b") for phone in phones])
        good = [answer.json()["seq"] for answer in answers if answer.status_code == 200]
        for answer in answers:
            if answer.status_code != 200:
                is_refused_by_the_disk(answer)
        is_error(room.send({"kind": "message.shown", "title": "x" * 199, "body": "y" * 3999}), 507, "store_failed")
        is_error(room.phone().join("Late" * 9), 507, "store_failed")
        before = room.log()
        assert set(good) <= {event["seq"] for event in before}
        ballast.unlink()
        assert phones[1].vote("a").status_code == 200
        after = room.log()
        assert after[: len(before)] == before
        assert [event["seq"] for event in after] == list(range(1, len(after) + 1))
        server.restart()
        assert room.log() == after


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose database these tests may break."""
    with Server(tmp_path_factory.mktemp("fault") / "data") as running:
        yield running


@contextlib.contextmanager
def fault(server: Server, says: str) -> Iterator[None]:
    """On any system: SQLite's own refusal, by a trigger on the table."""
    sql(server, f"CREATE TRIGGER fault BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, '{says}'); END")
    try:
        yield
    finally:
        sql(server, "DROP TRIGGER fault")


@pytest.mark.parametrize("says", ["database or disk is full", "attempt to write a readonly database", "disk I/O error"])
def test_a_store_that_fails_is_507_and_never_acknowledged(server: Server, room: Facilitator, says: str) -> None:
    room.ask()
    phone = room.phone("Ana")
    with fault(server, says):
        before = room.log()
        is_refused_by_the_disk(phone.vote("a"))
        is_refused_by_the_disk(room.send({"kind": "round.closed", "round": "r1"}))
        is_refused_by_the_disk(room.phone().join("Bo"))
        headers = {"Authorization": f"Bearer {server.key}"}
        is_refused_by_the_disk(room.http.post("/api/sessions", json={"workshop": "w", "title": "t"}, headers=headers))
        assert room.log() == before
    assert phone.vote("b").json()["seq"] == len(before) + 1
    assert room.session.tally("r1") == {"a": 0, "b": 1}


def sql(server: Server, script: str) -> None:
    database = sqlite3.connect(server.data / "room.db", timeout=10, isolation_level=None)
    database.execute(script)
    database.close()


def test_a_timed_round_is_closed_once_the_disk_takes_it(server: Server, room: Facilitator) -> None:
    room.ask(seconds=1)
    with fault(server, "disk is full"):
        until(lambda: "was not closed by time" in server.said, say="the clock does not say that it failed")
    until(lambda: room.session.open is None, say="the clock gave up")


def test_phones_see_the_room_while_nothing_can_be_written(server: Server, room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    with fault(server, "disk is full"):
        assert 'data-view="question"' in phone.page()
        phone.stream().wait_text("What now?")
        assert room.http.get("/api/health").json()["ok"] is True


def test_a_read_only_database_is_refused_with_a_sentence(small_disk: Path) -> None:
    with Server(small_disk / "data") as server, hosting(server.url, server.key) as room:
        room.ask()
        phone = room.phone("Ana")
        assert server.stop() == 0
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        told = command(small_disk / "data", "serve", KIT_PORT="0")
        is_one_sentence(told)
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
        server.start()
        assert phone.vote("a").status_code == 200


@pytest.mark.skipif(os.name != "posix" or LINUX_ROOT, reason="root may write anything")
def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    is_one_sentence(command(folder, "serve", KIT_PORT="0"))


def is_one_sentence(told: subprocess.CompletedProcess[str]) -> str:
    assert told.returncode == 1, told
    assert told.stderr.count("\n") == 1, told.stderr
    assert told.stderr.rstrip().endswith("."), told.stderr
    assert "Traceback" not in told.stderr
    return told.stderr


def test_a_database_of_a_newer_version_is_refused_and_left_alone(own_server: Server) -> None:
    own_server.stop()
    path = own_server.data / "room.db"
    sql(own_server, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    assert "newer version" in is_one_sentence(command(own_server.data, "serve", KIT_PORT="0"))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"This is a letter, no database. " * 50, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "room.db").write_bytes(content)
    assert "room.db" in is_one_sentence(command(data, "serve", KIT_PORT="0"))
    assert (data / "room.db").read_bytes() == content


def test_a_folder_where_a_file_stands_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert "KIT_DATA" in is_one_sentence(command(tmp_path / "data", "serve", KIT_PORT="0"))


def test_a_database_where_a_folder_stands_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "room.db").mkdir(parents=True)
    is_one_sentence(command(tmp_path / "data", "serve", KIT_PORT="0"))


def test_a_server_key_that_was_never_written_opens_nothing(tmp_path: Path) -> None:
    """A disk that was full at the first start leaves an empty file; an empty key must not be the key."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "server.key").touch(mode=0o600)
    server = Server(data)
    answer = None
    with contextlib.suppress(AssertionError), server:
        facts = {"workshop": "w", "title": "t"}
        answer = httpx.post(f"{server.url}/api/sessions", json=facts, verify=False)
    if answer is not None:
        is_error(answer, 401, "wrong_key")
