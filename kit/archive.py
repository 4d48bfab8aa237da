"""Sessions on their way from one machine to another: a backup of all of them, and an exported one taken in.

A backup holds everything: names, keys, what was noted in private. It is one ZIP file: a log for each session, and
`machine.json` with the keys.
"""

from __future__ import annotations

import contextlib
import lzma
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from kit import lines
from kit.errors import BadArchive, ExportFailed, InvalidEvent, Refused, StoreFailed
from kit.folders import Folder
from kit.keys import CODE_LENGTH, CODE_LETTERS, hash_key, new_code, new_key
from kit.session import Session
from kit.store import Store

MACHINE = "machine.json"
VERSION = 1

# Unpacked: far more than a machine of years has, far less than makes it swap.
LARGEST = 256 * 1024 * 1024

Say = Callable[[str], None]


class Kept(Struct):
    """A session in a backup: the hash of its key as hexadecimal digits, and what this machine remembered of it."""

    code: Annotated[str, Meta(pattern=f"^[{CODE_LETTERS}]{{{CODE_LENGTH}}}\\Z")]
    key_hash: Annotated[str, Meta(pattern="^([0-9a-f]{2})*\\Z")]
    facts: dict[str, Any] | None = None


class Machine(Struct):
    """What a backup says beside the logs."""

    version: int
    server_key: str
    sessions: list[Kept]


class Restored(NamedTuple):
    """What a restoring did: sessions that are new here, that grew, that were here already, and why some were left."""

    new: int
    grown: int
    same: int
    left: tuple[str, ...]


def backup(store: Store, folder: Folder, file: Path) -> int:
    """Write all sessions and keys into one new file, whole or not at all, for the owner alone; returns how many.

    Sessions may go on meanwhile. Raises ExportFailed if there is such a file, or it can't be written.
    """
    if file.exists():
        raise ExportFailed(f"{file} is there already. Name a new file; an old backup is never overwritten.")
    stored = sorted(store.sessions(), key=lambda session: session.code)
    name = ""
    try:
        known = folder.kept_sessions()
        kept = [Kept(session.code, session.key_hash.hex(), known.get(session.code)) for session in stored]
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(MACHINE, msgspec.json.encode(Machine(VERSION, folder.known_server_key(), kept)))
                for session in stored:
                    log = b"".join(line + b"\n" for line in store.read(session.code))
                    packed.writestr(_log_name(session.code), log)
            out.flush()
            os.fsync(out.fileno())
        _put_new(Path(name), file)
    except FileExistsError:
        raise ExportFailed(f"{file} is there already. Name a new file; an old backup is never overwritten.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ExportFailed(
            f"{file} can't be written ({getattr(error, 'strerror', error)}). Name a file in another folder."
        ) from None
    finally:
        # Whatever ended it, Ctrl-C too: names and keys must not lie about under a hidden name.
        if name:
            Path(name).unlink(missing_ok=True)
    return len(kept)


def _put_new(part: Path, file: Path) -> None:
    """Call the whole file by its name, unless somebody has it by now: FileExistsError."""
    if os.name == "nt":
        part.rename(file)  # refuses where one is
        return
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:  # a stick without hard links
        with contextlib.suppress(FileNotFoundError):
            file.lstat()
            raise FileExistsError(file) from None
        part.replace(file)


def restore(store: Store, folder: Folder, file: Path, say: Say) -> Restored:
    """Bring back a backup's sessions and keys. What is here already stays; a log that differs is left alone.

    No room server may run on this store meanwhile. Raises BadArchive for a file that is no backup.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise BadArchive(f"{file} unpacks to more than any backup. Use another copy of it.")
            machine = _machine(packed, file)
            # All of it is read and checked before anything is written.
            logs = {kept.code: _log(packed, kept.code) for kept in machine.sessions}
    except OSError as error:
        raise BadArchive(f"{file} can't be read ({error.strerror}). Check its name and folder.") from None
    except (
        zipfile.BadZipFile,
        KeyError,
        msgspec.MsgspecError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
        lzma.LZMAError,
        zlib.error,
    ):
        raise BadArchive(f"{file} is no backup of this kit, or was cut short. Use another copy of it.") from None
    try:
        return _restore(store, folder, logs, machine, say)
    except OSError as error:
        raise StoreFailed(
            f"{folder.path} can't be written ({error.strerror}). Make room, then restore again: it goes on from there."
        ) from None


def _machine(packed: zipfile.ZipFile, file: Path) -> Machine:
    machine = msgspec.json.decode(packed.read(MACHINE), type=Machine)
    if machine.version > VERSION:
        raise BadArchive(f"{file} was written by a newer version of the kit. Update the kit, then restore again.")
    return machine


def _restore(store: Store, folder: Folder, logs: dict[str, list[bytes]], machine: Machine, say: Say) -> Restored:
    if machine.server_key:
        folder.adopt_server_key(machine.server_key)
        if folder.known_server_key() != machine.server_key:
            say("This machine keeps its own server key: phones of the restored sessions would have to join anew.")
    known, new, grown, same, left = folder.kept_sessions(), 0, 0, 0, []
    for kept in machine.sessions:
        there = store.find(kept.code) is not None
        try:
            added = store.adopt(kept.code, bytes.fromhex(kept.key_hash), logs[kept.code])
        except Refused as error:
            left.append(error.sentence)
            continue
        new, grown, same = new + (not there), grown + (there and added > 0), same + (there and not added)
        if kept.facts is not None and kept.code not in known:
            folder.keep_session(kept.code, kept.facts)
    return Restored(new, grown, same, tuple(left))


def _log(packed: zipfile.ZipFile, code: str) -> list[bytes]:
    name = _log_name(code)
    log = packed.read(name).splitlines()
    try:
        lines.check(name, log)
    except InvalidEvent as error:
        raise BadArchive(f"The backup is damaged. {error.sentence}") from None
    return log


def _log_name(code: str) -> str:
    return f"logs/{code}.jsonl"


def take_in(store: Store, folder: Folder, file: Path, where: str = "") -> str:
    """Take in an exported `session.jsonl` as a session of its own, with its times; returns its new code.

    `where` says which room server it belongs to, "" for this machine's. Raises BadArchive for what is no session.
    """
    try:
        log = file.read_bytes().splitlines()
        lines.check(file.name, log)
    except OSError as error:
        advice = "Name the file session.jsonl in it." if file.is_dir() else "Check its name and folder."
        raise BadArchive(f"{file} can't be read ({error.strerror}). {advice}") from None
    except InvalidEvent as error:
        raise BadArchive(error.sentence) from None
    opened = Session.replay("", log[:1]).opened
    if opened is None:
        raise BadArchive(f"{file.name}:1 opens no session that this kit can read. Use the file as exported.")
    key = new_key()
    code = next(code for code in iter(new_code, "") if store.find(code) is None)
    facts = {"workshop": opened.workshop, "title": opened.title, "key": key, "where": where, "imported": True}
    try:
        # The key first: a session without one could never be opened, a key without a session opens nothing.
        folder.keep_session(code, facts)
        store.adopt(code, hash_key(key), log)
    except OSError as error:
        raise StoreFailed(f"Nothing was taken in: {folder.path} can't be written ({error.strerror}).") from None
    return code
