"""The SQLite file: how it is opened, its tables and how they came about, and what it says when it can't go on."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kit.errors import NewerDatabase, StoreFailed

# Each entry brings the database from its place in the list to the next; user_version says how many ran.
MIGRATIONS = (
    """
    CREATE TABLE session (
        code TEXT PRIMARY KEY, key_hash BLOB NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE event (
        code TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, id TEXT, body BLOB NOT NULL,
        PRIMARY KEY (code, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX event_id ON event (code, id) WHERE id IS NOT NULL;
    """,
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose commits are durable; the file is made if it isn't there."""
    if not path.exists():
        # For the owner alone; SQLite gives its side files the same mode.
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # Where fsync alone leaves the data in the drive's cache (macOS).
    connection.execute("PRAGMA fullfsync = ON")
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables to this version. Raises NewerDatabase if a later one wrote them."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise NewerDatabase(
            f"{path} was written by a newer version of the kit. Update the kit, or name another file in KIT_DATABASE."
        )
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")


def failed(error: Exception, path: Path) -> StoreFailed:
    """What the database said, as a sentence that says what to do."""
    said = str(error)
    if "full" in said:
        advice = "The disk is full: make room, and the next vote is stored again."
    elif "readonly" in said or isinstance(error, PermissionError):
        advice = "The file can't be written: allow this user to write it, or name another in KIT_DATABASE."
    elif "not a database" in said or "malformed" in said:
        advice = "The file is no room database: move it away, or name another in KIT_DATABASE."
    else:
        advice = "Check the disk, or name another file in KIT_DATABASE."
    return StoreFailed(f"Nothing was stored in {path.name} ({said}). {advice}")
