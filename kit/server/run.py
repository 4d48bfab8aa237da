"""`python -m kit serve`: one room server in the foreground, until it is told to stop or nobody comes any more."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import filelock
import uvicorn

from kit.errors import RoomBusy, StoreFailed
from kit.folders import Folder
from kit.network import EVERYWHERE, LOOPBACK, adapters, bind
from kit.server.app import create_app
from kit.server.doors import Doors
from kit.settings import Settings
from kit.store import open_store

# Streams never end by themselves; so long may an answer that is under way still take.
SHUTDOWN_SECONDS = 1

# Who waits for a server's end holds the lock for a moment.
LOCK_SECONDS = 0.5


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until stopped. Raises what keeps it from starting, as a sentence: RoomBusy, StoreFailed, NewerDatabase …"""
    raise_file_limit()
    folder = Folder(settings.data)
    try:
        folder.make()
    except OSError as error:
        raise StoreFailed(
            f"The folder {settings.data} can't be made ({error.strerror}). Set KIT_DATA to another."
        ) from None
    with _only_server_of(settings, folder):
        try:
            asyncio.run(_serve(settings, folder, say))
        except KeyboardInterrupt:
            folder.forget_room()
            raise
        # Whoever dies of anything else has not said goodbye: the notebook starts it again.
        folder.forget_room()


async def _serve(settings: Settings, folder: Folder, say: Callable[[str], None]) -> None:
    store = await asyncio.to_thread(open_store, settings.database)
    wanted = _port_of_the_killed(folder) or settings.port
    listener = bind(settings.host, wanted)
    port = listener.getsockname()[1]
    instance = secrets.token_hex(8)
    doors = Doors(settings.room_url, port, settings.host)
    server: uvicorn.Server

    def stop() -> None:
        server.should_exit = True
        # At once: whoever finds nobody here must know that this was no accident.
        folder.forget_room()

    app = create_app(
        store=store,
        folder=folder,
        server_key=settings.room_key or folder.server_key(),
        doors=doors,
        instance=instance,
        idle_hours=settings.idle_hours,
        stop=stop,
    )
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        # Who asks, and by which scheme, decides nothing here.
        proxy_headers=False,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        backlog=4096,
    )
    server = uvicorn.Server(config)
    local = f"http://{LOOPBACK if settings.host in EVERYWHERE else settings.host}:{port}"
    folder.write(folder.room_file, {"url": local, "pid": os.getpid(), "instance": instance})
    for line in _introduction(settings, local, port, wanted):
        say(line)
    _collect_rarely()
    # uvicorn hands a signal on when it has ended in order; as an interrupt it leaves us time to do the same.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        await server.serve([listener])
    finally:
        await asyncio.to_thread(store.close)


def _port_of_the_killed(folder: Folder) -> int | None:
    """A server that was killed left its room.json, and its phones knock at its port."""
    killed = folder.read(folder.room_file) or {}
    try:
        return urlsplit(str(killed.get("url", ""))).port
    except ValueError:
        return None


def _introduction(settings: Settings, local: str, port: int, wanted: int) -> Iterator[str]:
    yield f"The room server runs at {local}."
    if wanted and port != wanted:
        yield f"Port {wanted} was in use; this is the next free one."
    found = adapters()
    if settings.room_url:
        yield f"Phones reach it at {settings.room_url}."
    elif settings.host == LOOPBACK:
        yield "It listens on this machine only; phones can't reach it."
    elif not found:
        yield "This machine has no network that phones could reach. Join a Wi-Fi or open a hotspot."
    for adapter in found if settings.host in EVERYWHERE and not settings.room_url else ():
        yield f"Phones on {adapter.name} reach it at http://{adapter.address}:{port}."
    yield "Stop it with Ctrl-C, or with: python start.py stop"


@contextlib.contextmanager
def _only_server_of(settings: Settings, folder: Folder) -> Iterator[None]:
    """Hold the database's lock. Raises RoomBusy if another room server holds it."""
    try:
        lock = folder.lock(settings.database, LOCK_SECONDS)
    except filelock.Timeout as error:
        place = Path(error.lock_file).stem
        raise RoomBusy(
            f"Another room server already serves {place}. Use that one, or end it with: python start.py stop"
        ) from None
    except OSError as error:
        raise StoreFailed(
            f"The lock {error.filename} can't be written ({error.strerror}). Set KIT_DATA to another folder."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _collect_rarely() -> None:
    """Let the garbage collector leave the program itself alone, and look at the rest seldom.

    Hundreds of ballots that wait for a commit look to it like garbage that isn't: that was a third of a ballot's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def raise_file_limit() -> None:
    """Every phone is an open file; many systems begin with 256 or 1,024."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if soft < wanted:
        # macOS refuses more than its own maximum, whatever the hard limit says.
        for limit in (wanted, 10_240):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
                return
