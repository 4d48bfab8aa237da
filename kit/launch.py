"""Find this machine's room server, or start one that outlives the kernel which started it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import filelock
import httpx

from kit import __version__
from kit.errors import NoRoomServer
from kit.folders import Folder
from kit.network import past_proxies
from kit.settings import Settings

ANSWER_SECONDS = 2.0
START_SECONDS = 30.0
OTHER_SECONDS = 3.0


def find(settings: Settings) -> str | None:
    """The URL of a room server that answers: the one elsewhere that the settings name, or this machine's own."""
    found = _look(settings)
    return found[0] if found is not None else None


def _look(settings: Settings) -> tuple[str, str] | None:
    """The URL of the room server that answers, and the kit's version that it runs."""
    folder = Folder(settings.data)
    room = folder.read(folder.room_file) or {}
    url = settings.room_url or str(room.get("url", ""))
    health = _health(url) if url else None
    # Another program may have taken the port since room.json was written.
    if health is None or not (settings.room_url or health.get("instance") == room.get("instance")):
        return None
    return url, str(health.get("version"))


def was_killed(settings: Settings) -> bool:
    """Whether this machine's server died without saying goodbye: one that is stopped takes its room.json away."""
    return not settings.room_url and Folder(settings.data).room_file.exists() and find(settings) is None


def ensure(settings: Settings) -> str:
    """The URL of a room server, started if there is none. Raises NoRoomServer, which says why not.

    A server of this machine that was started before the kit was brought up to date is started anew: its rooms go on.
    """
    found = _look(settings)
    if found is not None:
        url, version = found
        if settings.room_url or version == __version__:
            return url
        stop(settings)
        # Its phones knock at its port.
        settings = replace(settings, port=urlsplit(url).port or settings.port)
    if settings.room_url:
        raise NoRoomServer(
            f"The room server at {settings.room_url} does not answer. Check the network, then try again."
        )
    _start(settings)
    give_up = time.monotonic() + START_SECONDS
    said_since: float | None = None
    while time.monotonic() < give_up:
        started = find(settings)
        if started is not None:
            return started
        # It says something only when it can't run. Perhaps because another is just starting: that one is waited for.
        if said_since is None and last_words(Folder(settings.data).log_file):
            said_since = time.monotonic()
        if said_since is not None and time.monotonic() - said_since > OTHER_SECONDS:
            break
        time.sleep(0.05)
    raise NoRoomServer(f"The room server did not start. {last_words(Folder(settings.data).log_file)}".strip())


def stop(settings: Settings) -> str:
    """End this machine's room server; returns a sentence. Raises NoRoomServer if it does not obey."""
    url = find(settings)
    if url is None:
        return "No room server is running here."
    key = settings.room_key or Folder(settings.data).server_key()
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{url}/api/stop", headers=headers, timeout=ANSWER_SECONDS, trust_env=not past_proxies(url))
    if answer.is_error:
        raise NoRoomServer(answer.json()["error"]["message"])
    try:
        # It answers no more a while before it lets go of the database; only then can another one take it.
        with Folder(settings.data).lock(settings.database, START_SECONDS):
            return "The room server has stopped. Everything is kept; the next start goes on from here."
    except filelock.Timeout:
        raise NoRoomServer(
            f"The room server at {url} was told to stop, but is still there. Try again in a minute."
        ) from None


def _health(url: str) -> dict[str, object] | None:
    try:
        answer = httpx.get(f"{url}/api/health", timeout=ANSWER_SECONDS, trust_env=not past_proxies(url))
        health = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    return health if isinstance(health, dict) and health.get("ok") else None


def _start(settings: Settings) -> None:
    try:
        apart(["serve"], Folder(settings.data).log_file, settings)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoRoomServer(
            f"The room server can't be started with the folder {settings.data} ({error}). Set KIT_DATA to another."
        ) from None


def apart(words: Sequence[str], log_file: Path, settings: Settings) -> None:
    """Run `python -m kit` with these words in a process that outlives this one; its errors go to `log_file`, anew.

    It is started through a process that exits at once. ipykernel ends its process group on POSIX and all its
    descendants on Windows; what has lost its parent and has a session of its own is neither. Raises OSError or
    CalledProcessError if the log file can't be written or there are no processes to be had.
    """
    command = [sys.executable, "-m", "kit.launch", str(log_file), *words]
    # The kernel's working folder is the notebook's; the kit is found beside this file.
    paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "KIT_DATA": str(settings.data)}
    environment |= {"KIT_PORT": str(settings.port), "KIT_ROOM_URL": settings.room_url}
    Folder(settings.data).make()
    subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        start_new_session=True,
        creationflags=_flags(),
    )


def _flags() -> int:
    """Windows' flags for a process apart from the one that starts it; elsewhere start_new_session does that."""
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def last_words(log_file: Path) -> str:
    """The last sentence of what ran apart, "" as long as all is well."""
    try:
        lines = log_file.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    said = [line for line in lines if line.strip()]
    return said[-1] if said else ""


def _between(log_file: str, *words: str) -> None:
    """The process between: start what is to run apart, then exit."""
    with os.fdopen(os.open(log_file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as log:
        subprocess.Popen(
            [sys.executable, "-m", "kit", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=Path(log_file).parent,
            start_new_session=True,
            creationflags=_flags(),
        )


if __name__ == "__main__":
    _between(*sys.argv[1:])
