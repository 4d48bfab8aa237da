"""Only one class of a session at a time: two would sit on the same seats. Who takes part holds a lock file."""

from __future__ import annotations

from pathlib import Path

import filelock

from kit.errors import Refused, StoreFailed
from kit.settings import Settings


def hold(settings: Settings, code: str, seconds: float) -> filelock.BaseFileLock:
    """Hold the session's lock, waiting so long for another class. Raises Refused if that stays, or StoreFailed."""
    lock = _lock(settings, code)
    try:
        lock.acquire(timeout=seconds)
    except filelock.Timeout:
        raise Refused("A simulated class is in this session already. Send it away first.") from None
    except OSError as error:
        raise StoreFailed(f"The class can't write in {_path(settings, code).parent} ({error.strerror}).") from None
    return lock


def is_running(settings: Settings, code: str) -> bool:
    """Whether a class holds the session's lock just now: a process that was killed does not. Waits for nothing."""
    if not _path(settings, code).exists():
        return False
    lock = _lock(settings, code)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return True
    except OSError:
        # Nobody can tell; the log's word stands.
        return True
    lock.release()
    return False


def _lock(settings: Settings, code: str) -> filelock.BaseFileLock:
    # The thread that lets go of it may be another one.
    return filelock.FileLock(_path(settings, code), mode=0o600, thread_local=False)


def _path(settings: Settings, code: str) -> Path:
    return settings.data / "sessions" / f"{code}.rehearsal.lock"
