"""A room server as tests need it, in its own process or in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn

import kit
from kit.folders import Folder
from tests.people import (
    PATIENCE,
    Facilitator,
    Message,
    Phone,
    Stream,
    at_once,
    hosting,
    is_error,
    question,
    until,
    web,
)

__all__ = [
    "PATIENCE",
    "POSIX",
    "ROOT",
    "Facilitator",
    "Inside",
    "Message",
    "Phone",
    "Server",
    "Stream",
    "at_once",
    "command",
    "environment",
    "free_port",
    "hosting",
    "is_error",
    "question",
    "until",
    "web",
]

ROOT = Path(kit.__file__).parent.parent
POSIX = os.name == "posix"


def free_port() -> int:
    """A port that nobody has: below those that systems give to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def environment(data: Path, **variables: str) -> dict[str, str]:
    """This process's environment without anybody's settings, then the kit's folder and these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    return kept | {"PYTHONPATH": str(ROOT), "KIT_DATA": str(data), "PYTHONUTF8": "1"} | variables


def command(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m kit …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "kit", *words],
        env=environment(data, **variables),
        cwd=data.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


class Server:
    """One `python -m kit serve`: after a kill or a stop, `start` takes the same folder and port.

    `tweak` is Python that runs in the server's process first: for waits too long for a test.
    """

    def __init__(self, data: Path, *, tweak: str = "", port: int | None = None, **variables: str) -> None:
        self.data = data
        self.port = free_port() if port is None else port
        self.output = data.parent / f"{data.name}.said"
        self.url = ""
        self.instance = ""
        self._tweak = tweak
        self._variables = {"KIT_HOST": "127.0.0.1"} | variables
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it to answer."""
        code = f"{self._tweak}\nimport sys; from kit.__main__ import main; sys.exit(main(['serve']))"
        with self.output.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code] if self._tweak else [sys.executable, "-m", "kit", "serve"],
                env=environment(self.data, KIT_PORT=str(self.port), **self._variables),
                cwd=self.data.parent,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def start(self) -> Server:
        """Start, and wait until it answers as the one that room.json names."""
        process = self.spawn()

        def ready() -> bool:
            assert process.poll() is None, f"The server ended: {self.said}"
            room = Folder(self.data).read(self.data / "room.json") or {}
            if room.get("pid") != process.pid:
                return False
            self.url, self.instance = room["url"], room["instance"]
            with contextlib.suppress(httpx.HTTPError), web(self.url) as http_:
                return bool(http_.get("/api/health").json()["instance"] == self.instance)
            return False

        until(ready, say="the server does not answer")
        self.port = urlsplit(self.url).port or 0
        return self

    @property
    def said(self) -> str:
        """All that it ever printed."""
        return self.output.read_text(encoding="utf-8")

    @property
    def key(self) -> str:
        return (self.data / "server.key").read_text(encoding="utf-8").strip()

    def kill(self) -> None:
        """As `kill -9` does: no goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """As `python -m kit stop` does; returns the exit status."""
        assert self.process is not None
        httpx.post(f"{self.url}/api/stop", headers={"Authorization": f"Bearer {self.key}"}, verify=False)
        return self.process.wait(PATIENCE)

    def restart(self) -> Server:
        self.kill()
        return self.start()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


class Inside:
    """The same application in a thread of this process, for what a test must shorten or look at from within."""

    def __init__(self, data: Path, *, idle_hours: float = 6.0, root_path: str = "") -> None:
        self.data = data
        self.idle_hours = idle_hours
        self.root_path = root_path
        self.key = "k" * 43
        self.stopped = threading.Event()
        self.rooms: Any = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(1024)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._ready = threading.Event()

    async def _serve(self) -> None:
        from kit.server import app
        from kit.server.doors import Doors
        from kit.store import open_store

        self.loop = asyncio.get_running_loop()
        store = open_store(f"sqlite:///{(self.data / 'room.db').as_posix()}")
        seen: list[Any] = []

        class Seen(app.Rooms):
            def __init__(self, *given: Any) -> None:
                super().__init__(*given)
                seen.append(self)

        plain, app.Rooms = app.Rooms, Seen  # type: ignore[misc]
        try:
            asgi = app.create_app(
                store=store,
                folder=Folder(self.data),
                server_key=self.key,
                doors=Doors("", self._listener.getsockname()[1], "127.0.0.1"),
                instance="inside",
                idle_hours=self.idle_hours,
                stop=self.stopped.set,
            )
        finally:
            app.Rooms = plain  # type: ignore[misc]
        self.rooms = seen[0]
        config = uvicorn.Config(
            asgi, log_level="critical", ws="none", root_path=self.root_path, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._ready.set()
        await self._server.serve([self._listener])
        store.close()

    def __enter__(self) -> Inside:
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the application was not made"
        until(lambda: self._server.started, say="the application does not listen")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
