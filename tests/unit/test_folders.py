"""The data folder: for the owner alone, each file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import pytest

from kit.errors import KitError
from kit.folders import Folder
from tests.serving import POSIX, at_once

only_posix = pytest.mark.skipif(not POSIX, reason="Windows keeps the profile's folder for its user")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "deep" / "data")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_looking_makes_nothing(folder: Folder) -> None:
    assert folder.read(folder.room_file) is None
    assert folder.kept_sessions() == {}
    assert folder.wifi() is None
    assert not folder.path.exists()


@only_posix
def test_folder_and_files_are_for_the_owner_alone(folder: Folder) -> None:
    old = os.umask(0)
    try:
        folder.server_key()
        folder.write(folder.room_file, {"url": "x"})
        folder.keep_session("ACDEFG", {"key": "secret"})
        folder.keep_wifi("net", "password")
    finally:
        os.umask(old)
    assert mode(folder.path) == mode(folder.path / "sessions") == 0o700
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    assert len(files) == 5, "key, its lock, room.json, a session, the Wi-Fi"
    assert {mode(path) for path in files} == {0o600}


def test_the_server_key_is_made_once(folder: Folder) -> None:
    key = folder.server_key()
    assert len(key) >= 22
    assert folder.server_key() == Folder(folder.path).server_key() == key


def test_the_server_key_is_one_however_many_ask_for_it_first(tmp_path: Path) -> None:
    for attempt in range(20):
        folder = Folder(tmp_path / str(attempt))
        keys = at_once(*[folder.server_key] * 8)
        assert len(set(keys)) == 1
        assert len(keys[0]) >= 22, "a key that is still being written was read"


def test_an_empty_key_file_is_no_key(folder: Folder) -> None:
    """A full disk leaves one. Who sends no key must not be let in by it."""
    folder.make()
    (folder.path / "server.key").touch()
    with contextlib.suppress(KitError):
        assert len(folder.server_key()) >= 22


def test_a_file_is_whole_while_it_is_written_again(folder: Folder) -> None:
    done = threading.Event()
    long = "x" * 100_000

    def write() -> None:
        for number in range(100):
            folder.write(folder.room_file, {"number": number, "long": long})
        done.set()

    folder.write(folder.room_file, {"number": -1, "long": long})
    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        assert (folder.read(folder.room_file) or {})["long"] == long
    writer.join()
    assert [path.name for path in folder.path.iterdir()] == ["room.json"], "no torn copies stay behind"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"7", b"\xff\xfe", b"null"])
def test_what_is_no_object_reads_as_nothing(folder: Folder, content: bytes) -> None:
    folder.make()
    folder.room_file.write_bytes(content)
    assert folder.read(folder.room_file) is None


def test_sessions_are_kept_the_newest_first(folder: Folder) -> None:
    for number, code in enumerate(("AAAAAA", "CCCCCC", "DDDDDD")):
        folder.keep_session(code, {"key": code, "title": "Zoë"})
        os.utime(folder.path / "sessions" / f"{code}.json", (number, number))
    assert list(folder.kept_sessions()) == ["DDDDDD", "CCCCCC", "AAAAAA"]
    assert folder.kept_sessions()["AAAAAA"] == {"key": "AAAAAA", "title": "Zoë"}


def test_one_damaged_session_hides_no_other(folder: Folder) -> None:
    folder.keep_session("AAAAAA", {"key": "a"})
    folder.keep_session("CCCCCC", {"key": "c"})
    (folder.path / "sessions" / "AAAAAA.json").write_text("{")
    assert list(folder.kept_sessions()) == ["CCCCCC"]


def test_the_wifi_is_kept_until_another_is_entered(folder: Folder) -> None:
    folder.keep_wifi("Hôtel", "geheim")
    assert folder.wifi() == ("Hôtel", "geheim")
    folder.keep_wifi("Open", "")
    assert folder.wifi() == ("Open", "")
    folder.keep_wifi("", "")
    assert folder.wifi() is None
