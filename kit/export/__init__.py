"""The export of a session: a folder with the log, the tables and the summary, all of it under aliases."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import filelock

from kit import events as ev
from kit.aliases import aliased
from kit.errors import ExportFailed, KitError
from kit.folders import insist
from kit.session import Session

LOG, TABLES, SUMMARY = "session.jsonl", "session.xlsx", "summary.html"

LOCK, LOCK_SECONDS = ".lock", 60.0


def export(code: str, lines: Sequence[bytes], into: Path, say: Callable[[str], None] = lambda _: None) -> Path:
    """Write a session's three files into a folder below `into`; returns the folder.

    All three are made before the first is put in its place, and what else lies in the folder stays. `lines` is the
    session's log; `say` is told each file's name before it is made. The same log gives the same bytes.
    Raises ExportFailed if the files can't be written.
    """
    told = aliased(lines)
    session = Session.replay(code, told)
    events = [ev.decode(line) for line in told]
    if session.opened is None:
        raise KitError(f"The log of {code} does not begin with a session's opening; there is nothing to export.")
    files = {}
    for name, content in _contents(told, session, events, say):
        files[name] = content
    folder = into / folder_name(session)
    try:
        _put(folder, files)
    except filelock.Timeout:
        raise ExportFailed(f"Another export into {into} is still under way. Try again in a minute.") from None
    except OSError as error:
        raise ExportFailed(_why(error, folder)) from None
    return folder


def _contents(
    lines: Sequence[bytes], session: Session, events: Sequence[ev.Event], say: Callable[[str], None]
) -> Iterator[tuple[str, bytes]]:
    # The writers bring heavy libraries with them.
    from kit.export import html, xlsx

    # The one that another program may hold open comes first, so that nothing has changed if it can't be replaced.
    say(TABLES)
    yield TABLES, xlsx.write(session, events)
    say(SUMMARY)
    yield SUMMARY, html.write(session, events)
    say(LOG)
    yield LOG, b"".join(line + b"\n" for line in lines)


def folder_name(session: Session) -> str:
    """`<date>-<slug>-<code>`: the day on which it was opened, here; the workshop without its number."""
    assert session.opened is not None, "a session that was opened"
    day = datetime.fromisoformat(session.opened.at).astimezone()
    plain = unicodedata.normalize("NFKD", session.opened.workshop).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^\d\d-", "", plain)).strip("-")[:60].strip("-")
    return f"{day:%Y-%m-%d}-{slug or 'session'}-{session.code}"


def _put(folder: Path, files: dict[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The panel and a terminal may export the same session at the same time.
    with filelock.FileLock(folder.with_name(LOCK), timeout=LOCK_SECONDS):
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        try:
            part.mkdir()
            for name, content in files.items():
                _write(part / name, content)
            if folder.exists():
                _replace(part, folder, files)
            else:
                insist(lambda: part.rename(folder))
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _replace(part: Path, folder: Path, names: Iterable[str]) -> None:
    """All of these files anew, or all of them as they were."""
    done: list[str] = []
    try:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                # A copy: whoever is killed in between leaves the old file where it was.
                shutil.copyfile(folder / name, part / f"{name}.old")
            done.append(name)
            (part / name).replace(folder / name)
    except OSError:
        for name in done:
            with contextlib.suppress(OSError):
                (part / f"{name}.old").replace(folder / name)
        raise


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _why(error: OSError, folder: Path) -> str:
    if isinstance(error, PermissionError) and folder.is_dir() and os.access(folder, os.W_OK):
        return f"{folder} can't be written: another program has a file in it open. Close it, then export again."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full, so that nothing was exported to {folder}. Make room, then export again."
    return (
        f"{folder} can't be written ({error.strerror}). Allow it, or start the kit with another folder for exports "
        "(KIT_SESSIONS; the README says how)."
    )
