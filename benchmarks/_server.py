"""The room server under load: `python -m benchmarks._server FOLDER SLOWER`, in a process of its own.

It is started as `kit.server.run` starts it; added are two endpoints that show what the same server can do at
best, and a store whose every commit takes SLOWER milliseconds longer.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from benchmarks._place import NOTHING, STREAM, WRITE, settings_of
from kit.server import ballots, run
from kit.server.app import create_app
from kit.server.reply import JSON, read_whole, send_whole
from kit.server.streams import HEAD
from kit.store import Outcome, Store, open_store
from kit.store.sqlite import SQLiteStore

# As long as the answer to a ballot.
ANSWER = b'{"seq":12345,"answer":"o1"}'
BODY_LIMIT = 100_000


class Nothing:
    """The limit of a ballot: reads the body, answers with as much, does nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await read_whole(receive, BODY_LIMIT)
        await send_whole(send, 200, ANSWER, JSON)


class Bare:
    """The limit of a screen change: streams that all write the same bytes at one moment, as soon as they come in."""

    def __init__(self) -> None:
        self.news: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def write(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_whole(receive, BODY_LIMIT)
        news, self.news = self.news, asyncio.get_running_loop().create_future()
        news.set_result(body)
        await send_whole(send, 200, ANSWER, JSON)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(HEAD)
        while True:
            body = await self.news
            await send({"type": "http.response.body", "body": body, "more_body": True})


class Raw:
    """A method as an ASGI application: Route takes a function for a handler of requests."""

    def __init__(self, handle: Callable[[Scope, Receive, Send], Any]) -> None:
        self.handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.handle(scope, receive, send)


class SlowerStore(SQLiteStore):
    """A store on a slower disk."""

    def __init__(self, path: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(path)

    def _commit(self, group: list[Any]) -> list[Outcome]:
        time.sleep(self.seconds)
        return super()._commit(group)


def main(folder: str, slower: str) -> None:
    settings = settings_of(Path(folder))

    def with_limits(**parts: Any) -> Starlette:
        app = create_app(**parts)
        bare = Bare()
        # In front: the limit is not slowed down by routes that it passes, as a ballot is by one.
        app.router.routes.insert(0, Route(NOTHING, Nothing(), methods=["POST"]))
        app.router.routes += [Route(WRITE, Raw(bare.write), methods=["POST"]), Route(STREAM, Raw(bare.stream))]
        return app

    def slower_store(url: str) -> Store:
        seconds = float(slower) / 1000
        return SlowerStore(url.removeprefix("sqlite:///"), seconds) if seconds else open_store(url)

    threading.Thread(target=_end_with_parent, daemon=True).start()
    with (
        mock.patch.object(run, "create_app", with_limits),
        mock.patch.object(run, "open_store", slower_store),
        # A thousand phones vote here as often as a hundred thousand would.
        mock.patch.object(ballots, "PER_WINDOW", 100_000),
    ):
        run.serve(settings, lambda line: None)


def _end_with_parent() -> None:
    """A benchmark that was killed must not leave a server behind: its end of the pipe closes."""
    # Not through sys.stdin: its buffer would be locked when the server ends by itself.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
