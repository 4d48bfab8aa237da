"""A simulated class, with which a facilitator rehearses a whole workshop alone.

Its people join by the public protocol and do what phones can do. They join no session but a rehearsal.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from kit import launch
from kit.errors import StoreFailed
from kit.folders import Folder
from kit.rehearsal.alone import is_running
from kit.rehearsal.crowd import Crowd
from kit.settings import Settings

__all__ = ["Crowd", "bring", "is_running", "last_words", "rehearse"]


def rehearse(
    settings: Settings, code: str, *, people: int, seed: int, speed: float, say: Callable[[str], None]
) -> None:
    """Have a class take part in a rehearsal until the session ends, the class is sent away, or Ctrl-C.

    The same `seed` makes the same people with the same answers; `speed` divides all their waiting. Raises
    UnknownRoom for a session whose key is not on this machine, Refused for one that is no rehearsal, BadSetting
    for a number that can't be used, NoRoomServer.
    """
    Crowd(settings, code, people=people, seed=seed, speed=speed, say=say).run()


def bring(settings: Settings, code: str, *, people: int, seed: int, speed: float) -> None:
    """Start a class in a process of its own, which outlives this one. The session's log tells when it came.

    Raises StoreFailed if it can't be started; what goes wrong later is its last words.
    """
    command = ["rehearse", code, "--people", str(people), "--seed", str(seed), "--speed", f"{speed:g}"]
    try:
        launch.apart(command, _log_file(settings), settings)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StoreFailed(f"The class can't be started with the folder {settings.data} ({error}).") from None


def last_words(settings: Settings) -> str:
    """Why the class that was brought last did not come, "" as long as all is well."""
    return launch.last_words(_log_file(settings))


def _log_file(settings: Settings) -> Path:
    return Folder(settings.data).path / "rehearsal.log"
