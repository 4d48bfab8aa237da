"""The user-data folder: database, keys and room.json, for the owner alone; never the clone, never a shared folder."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import filelock

from kit.errors import StoreFailed
from kit.keys import new_key
from kit.settings import SHORTEST_KEY


class Folder:
    """One data folder, made when something is first written to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def room_file(self) -> Path:
        """Where a running room server says its URL, pid and instance."""
        return self.path / "room.json"

    @property
    def log_file(self) -> Path:
        """What a room server has to say while nobody watches it."""
        return self.path / "room.log"

    def lock(self, database: str, seconds: float) -> filelock.BaseFileLock:
        """Hold a database's lock, which only one room server has at a time; release it when done.

        Waits for it so long. Raises filelock.Timeout while somebody else holds it, OSError if it can't be written.
        """
        scheme, _, place = database.partition(":///")
        path = Path(place) if scheme == "sqlite" and place else self.path / "room"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(f"{path}.lock", mode=0o600)
        lock.acquire(timeout=seconds)
        return lock

    def make(self) -> None:
        """Make the folder, for the owner alone."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def server_key(self) -> str:
        """This machine's server key, made on first use. Raises StoreFailed if the folder can't hold one."""
        path = self.path / "server.key"
        try:
            self.make()
            # Of two that make it at once, one waits; one that the disk cut short is made anew.
            with filelock.FileLock(f"{path}.lock", mode=0o600):
                key = path.read_text(encoding="utf-8").strip() if path.exists() else ""
                if len(key) < SHORTEST_KEY:
                    key = new_key()
                    self._write(path, key)
        except OSError as error:
            raise StoreFailed(
                f"The server key can't be kept in {self.path} ({error.strerror}). Set KIT_DATA to another folder."
            ) from None
        return key

    def known_server_key(self) -> str:
        """This machine's server key as far as one was made; else ""."""
        path = self.path / "server.key"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    def adopt_server_key(self, key: str) -> bool:
        """Take over a server key from a backup, if this machine has none yet; False if it keeps its own."""
        if self.known_server_key():
            return False
        self.make()
        self._write(self.path / "server.key", key)
        return True

    def write(self, path: Path, value: Mapping[str, Any]) -> None:
        """Write a JSON file, whole or not at all, for the owner alone."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write(path, json.dumps(value, ensure_ascii=False, indent=1))

    @staticmethod
    def _write(path: Path, text: str) -> None:
        # mkstemp makes it with mode 0600.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                # A power cut must not leave an empty key behind a name that is there.
                os.fsync(file.fileno())
            insist(lambda: Path(name).replace(path))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def forget_room(self) -> None:
        """Take room.json away: the server that wrote it says goodbye."""
        insist(lambda: self.room_file.unlink(missing_ok=True))

    def read(self, path: Path) -> dict[str, Any] | None:
        """A JSON file's object; None where there is none, or none that can be read."""
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    # Keys of the sessions that were opened on this machine

    def keep_session(self, code: str, facts: Mapping[str, Any]) -> None:
        """Remember a session's key and where its room is."""
        self.write(self.path / "sessions" / f"{code}.json", facts)

    def kept_sessions(self) -> dict[str, dict[str, Any]]:
        """The remembered sessions by code, the newest first."""
        files = sorted((self.path / "sessions").glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        kept = {file.stem: self.read(file) for file in files}
        return {code: facts for code, facts in kept.items() if facts is not None}

    # The Wi-Fi that the facilitator entered

    def keep_wifi(self, network: str, password: str) -> None:
        """Remember the room's Wi-Fi on this machine only; no log, no export ever holds it."""
        self.write(self.path / "wifi.json", {"network": network, "password": password})

    def wifi(self) -> tuple[str, str] | None:
        """Network name and password, if the facilitator entered them."""
        facts = self.read(self.path / "wifi.json") or {}
        network, password = facts.get("network"), facts.get("password")
        return (network, password) if isinstance(network, str) and isinstance(password, str) and network else None


def insist(act: Callable[[], object]) -> None:
    """Windows refuses to replace or remove a file that somebody is just reading; nobody reads for long."""
    for _ in range(50):
        try:
            act()
            return
        except PermissionError:
            time.sleep(0.02)
    act()
