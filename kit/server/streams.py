"""The three streams: a phone's screen, the wall's screen, the facilitator's log. Server-sent events over raw ASGI.

A phone or wall needs only the newest screen, so there is no queue: a slow one skips what it missed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kit.errors import KitError, NotJoined
from kit.server.cookies import participant_of
from kit.server.doors import Doors
from kit.server.reply import send_error
from kit.server.room import Room, Waiter
from kit.server.rooms import Rooms

HEAD = {
    "type": "http.response.start",
    "status": 200,
    # Proxies such as nginx would hold the stream back without the last one.
    "headers": [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")],
}
KEEP_ALIVE = b":\n\n"
# A page's script can't see a comment, so that a line which looks alive but is dead would keep it waiting.
BEAT = KEEP_ALIVE + b"event: beat\ndata: 1\n\n"

# Counts go to a wall at most four times a second.
COUNT_PAUSE = 0.25


async def serve(receive: Receive, send: Send, waiters: set[Waiter], write: Callable[[], Awaitable[None]]) -> None:
    """Run one stream until its reader hangs up: `write` is called at once and whenever the waiter is woken."""
    waiter = Waiter(write)
    await send(HEAD)
    waiters.add(waiter)
    waiter.wake()
    try:
        # The first message is the request itself; without this watch, dead phones would stay for ever.
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        waiters.discard(waiter)
        waiter.leave()


class PhoneStream:
    """GET /{code}/stream: what this phone shows now, on every change."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            room = await self.rooms.find(scope["path_params"]["code"])
            participant = participant_of(scope, room)
            if participant is None:
                raise NotJoined("This phone has no seat in this room yet. Open the room's page and join.")
        except KitError as error:
            await send_error(scope, send, error)
            return
        await serve(receive, send, room.phones, self._writer(room, participant, send))

    @staticmethod
    def _writer(room: Room, participant: str, send: Send) -> Callable[[], Awaitable[None]]:
        edition, beats, shown = -1, room.beats, b""
        person = room.session.people[participant]
        name = person.name

        async def write() -> None:
            nonlocal edition, beats, shown, name
            body = news = b""
            if edition != room.edition:
                edition, news = room.edition, room.phone_news(participant)
            if news != shown and news:
                body = shown = news
            if name != person.name:
                name = person.name
                body += b"event: name\ndata: %s\n\n" % " ".join(name.split()).encode()
            if not body and beats != room.beats:
                body = BEAT
            if not body:
                return
            beats = room.beats
            await send({"type": "http.response.body", "body": body, "more_body": True})

        return write


class WallStream:
    """GET /{code}/wall/stream: what the wall shows now; the stage at once, counts at most four times a second."""

    def __init__(self, rooms: Rooms, doors: Doors) -> None:
        self.rooms = rooms
        self.doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            room = await self.rooms.find(scope["path_params"]["code"])
        except KitError as error:
            await send_error(scope, send, error)
            return
        edition, counted, beats, last = -1, -1, room.beats, 0.0

        async def write() -> None:
            nonlocal edition, counted, beats, last
            pause = last + COUNT_PAUSE - time.monotonic()
            if edition == room.edition and counted != room.counted and pause > 0:
                await asyncio.sleep(pause)
            if (edition, counted) != (room.edition, room.counted):
                edition, counted, last = room.edition, room.counted, time.monotonic()
                body = room.wall_news(self.doors.address(room))
            elif beats != room.beats:
                body = BEAT
            else:
                return
            beats = room.beats
            await send({"type": "http.response.body", "body": body, "more_body": True})

        await serve(receive, send, room.walls, write)


class LogStream(Response):
    """The facilitator's side of GET /api/sessions/{code}/events: the log's lines, then each new one."""

    def __init__(self, room: Room, after: int) -> None:
        super().__init__()
        self.room = room
        self.after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        room, seen, beats = self.room, self.after, self.room.beats
        started = False

        async def write() -> None:
            nonlocal seen, beats, started
            lines = room.lines[seen:]
            if lines:
                body = b"".join(b"id: %d\ndata: %s\n\n" % (seq, line) for seq, line in enumerate(lines, seen + 1))
            elif not started or beats != room.beats:
                # Something at once, so that the notebook knows that it is connected.
                body = KEEP_ALIVE
            else:
                return
            seen, beats, started = seen + len(lines), room.beats, True
            await send({"type": "http.response.body", "body": body, "more_body": True})

        await serve(receive, send, room.followers, write)
