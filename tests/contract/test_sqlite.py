"""The store in one SQLite file: the contract, and what only a file can do."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import kit
from kit.errors import BadSetting, NewerDatabase, StoreFailed
from kit.events import Draft
from kit.store import Commit, Failure, open_store
from kit.store.sqlite import SQLiteStore
from tests.contract.hearing import Ear, draft, held, seqs, topics
from tests.contract.store_contract import StoreContract

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


class TestSQLite(StoreContract):
    def open(self, place: Path) -> SQLiteStore:
        return SQLiteStore(place / "room.db")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(tmp_path / "room.db")
    store.create("ROOM22", b"hash", [draft("opened")])
    yield store
    store.close()


# The address


def test_the_address_chooses_the_driver_and_the_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{(tmp_path / 'new' / 'room.db').as_posix()}")
    store.create("ROOM22", b"", [draft("opened")])
    store.close()
    assert (tmp_path / "new" / "room.db").is_file()


@pytest.mark.parametrize("url", ["", "sqlite:///", "sqlite://", "room.db", "mysql://host/room", "sqlite"])
def test_an_address_of_no_known_kind_is_refused_with_one_that_would_do(url: str) -> None:
    with pytest.raises(BadSetting, match=r"KIT_DATABASE begins with .* sqlite:///path/to/room.db"):
        open_store(url)


def test_an_address_that_is_refused_is_not_repeated_with_its_password() -> None:
    with pytest.raises(BadSetting) as refused:
        open_store("mysql://kit:secret@db.example.org/rooms")
    assert "secret" not in refused.value.sentence


def test_what_is_submitted_after_the_close_fails_at_once(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "room.db")
    store.create("ABCDEF", b"", [Draft(b'{"kind":"session.closed"}')])
    store.close()
    with pytest.raises(StoreFailed, match="closed"):
        store.append("ABCDEF", [Draft(b'{"kind":"session.reopened"}')])


# Files that can't be used


def test_a_database_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "room.db"
    SQLiteStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1000")
    connection.close()
    with pytest.raises(NewerDatabase, match=r"room\.db was written by a newer version of the kit\. Update the kit"):
        SQLiteStore(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (1000,)
    connection.close()


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "room.db"
    path.write_bytes(b"Dear diary, " * 500)
    with pytest.raises(StoreFailed, match="no room database: move it away"):
        SQLiteStore(path)
    assert path.read_bytes() == b"Dear diary, " * 500


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "room.db").mkdir()
    with pytest.raises(StoreFailed, match=r"room\.db .* another file in KIT_DATABASE"):
        SQLiteStore(tmp_path / "room.db")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StoreFailed, match="KIT_DATABASE"):
        SQLiteStore(tmp_path / "data" / "room.db")


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root may write everywhere; a test about permissions is run by someone who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@POSIX
def test_a_folder_that_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with as_somebody_else(), pytest.raises(StoreFailed, match="can't be written: allow this user to write it"):
        SQLiteStore(tmp_path / "room.db")


@POSIX
def test_the_file_is_for_its_owner_alone(store: SQLiteStore) -> None:
    store.append("ROOM22", [draft("a")])
    files = sorted(store.path.parent.iterdir())
    assert [file.name for file in files] == ["room.db", "room.db-shm", "room.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


# Disks that can't be written


@contextmanager
def full_disk(store: SQLiteStore) -> Iterator[None]:
    """The database may not grow: SQLite says what it says when the disk is full."""
    [pages] = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages}")
    yield
    store._writer.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def write_protected(store: SQLiteStore) -> Iterator[None]:
    store._writer.execute("PRAGMA query_only = ON")
    yield
    store._writer.execute("PRAGMA query_only = OFF")


Trouble = Callable[[SQLiteStore], AbstractContextManager[None]]
HUGE = draft("huge", text="x" * 100_000)
TROUBLES = pytest.mark.parametrize(
    ("trouble", "says"), [(full_disk, "The disk is full: make room"), (write_protected, "The file can't be written")]
)


@TROUBLES
def test_what_cannot_be_written_is_refused_with_a_sentence_and_stored_later(
    store: SQLiteStore, trouble: Trouble, says: str
) -> None:
    before = store.find("ROOM22")
    with trouble(store):
        with pytest.raises(StoreFailed, match=f"Nothing was stored in room.db .*{says}"):
            store.append("ROOM22", [draft("small"), HUGE])
        with pytest.raises(StoreFailed, match=says):
            store.create("ROOM33", b"", [HUGE])
        assert (store.find("ROOM22"), topics(store.read("ROOM22"))) == (before, ["opened"])
        assert store.find("ROOM33") is None
    assert store.append("ROOM22", [draft("small"), HUGE]) == 2
    assert store.create("ROOM33", b"", [HUGE]) is True
    assert topics(store.read("ROOM22")) == ["opened", "small", "huge"]


@TROUBLES
def test_of_a_group_that_cannot_be_written_everybody_is_told_and_nothing_stored(
    store: SQLiteStore, trouble: Trouble, says: str
) -> None:
    ear = Ear(store)
    with ExitStack() as until_told:
        with held(store):
            until_told.enter_context(trouble(store))
            for number, each in enumerate([draft("a"), draft("b", "c1"), HUGE, draft("c")]):
                store.submit("ROOM22", [each], number)
        outcomes = ear.wait_for(0, 1, 2, 3)
    assert all(isinstance(outcome, Failure) and says in outcome.error.sentence for outcome in outcomes)
    assert topics(store.read("ROOM22")) == ["opened"]
    assert store.append("ROOM22", [draft("b", "c1")]) == 2


def test_an_append_that_python_cannot_hand_to_the_database_does_not_end_the_writer(store: SQLiteStore) -> None:
    ear = Ear(store)
    store.submit("ROOM22", [Draft(draft("a").body, "\ud800")], "bad")
    [bad] = ear.wait_for("bad")
    assert isinstance(bad, Failure)
    store.submit("ROOM22", [draft("b")], "good")
    [good] = ear.wait_for("good")
    assert isinstance(good, Commit)
    assert topics(store.read("ROOM22")) == ["opened", "b"]


# Sudden death

BURST = """
import os, sys, threading
from kit.events import Draft
from kit.store.sqlite import SQLiteStore

store = SQLiteStore(sys.argv[1])
store.create("ROOM22", b"", [Draft(b'{"kind":"note.recorded","topic":"opened"}')])
room = threading.Semaphore(256)

def acknowledge(outcomes):
    for outcome in outcomes:
        os.write(1, b"%d %s\\n" % (outcome.first, outcome.token.encode()))
        room.release()

store.listen(acknowledge)
for number in range(1_000_000):
    room.acquire()
    store.submit("ROOM22", [Draft(b'{"kind":"note.recorded","topic":"%d"}' % number)] * (1 + number % 3), str(number))
"""


def test_what_was_acknowledged_before_a_kill_is_there_afterwards(tmp_path: Path) -> None:
    root = Path(kit.__file__).parents[1]
    command = [sys.executable, "-c", BURST, str(tmp_path / "room.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(3000)]
        writer.kill()
        # The last line may be cut off; what stands before it was acknowledged.
        acknowledged += [line for line in writer.stdout if line.endswith(b"\n")]
    store = SQLiteStore(tmp_path / "room.db")
    lines = store.read("ROOM22")
    assert seqs(lines) == list(range(1, len(lines) + 1))
    found = store.find("ROOM22")
    assert found is not None
    assert found.seq == len(lines)
    stored = topics(lines)
    for line in acknowledged:
        first, name = line.decode().split()
        length = 1 + int(name) % 3
        assert stored[int(first) - 1 :][:length] == [name] * length
    assert store.append("ROOM22", [draft("after")]) == len(lines) + 1
    store.close()


def test_a_log_is_adopted_in_one_commit(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(rows: list[Any]) -> None:
        raise StoreFailed("The disk is full.")

    line = b'{"seq":1,"at":"2026-11-23T10:02:11.512Z","kind":"session.opened"}'
    with monkeypatch.context() as patch:
        patch.setattr(store, "_flush", fail)
        with pytest.raises(StoreFailed):
            store.adopt("ROOM33", b"key", [line])
    assert store.find("ROOM33") is None
    assert store.adopt("ROOM33", b"key", [line]) == 1
