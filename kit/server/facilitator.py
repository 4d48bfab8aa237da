"""The facilitator's side of the protocol: sessions, events, health, stop. Every call names its key."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from kit import __version__
from kit import events as ev
from kit.errors import InvalidEvent, WrongKey
from kit.keys import hash_key, same
from kit.rules import objection
from kit.server.doors import Doors
from kit.server.reply import NOTEBOOK_LIMIT, read_whole
from kit.server.room import Room
from kit.server.rooms import Rooms
from kit.server.streams import LogStream
from kit.state import State


class Facilitator:
    """Handlers of /api."""

    def __init__(self, rooms: Rooms, doors: Doors, instance: str, stop: Callable[[], None]) -> None:
        self.rooms = rooms
        self.doors = doors
        self.instance = instance
        self.stop_server = stop

    async def health(self, request: Request) -> Response:
        """GET /api/health: who answers here; a client trusts room.json only if the instance is the same."""
        rooms = self.rooms.live.values()
        return JSONResponse(
            {
                "ok": True,
                "version": __version__,
                "instance": self.instance,
                "store": type(self.rooms.store).__name__.removesuffix("Store").lower(),
                "sessions": len(rooms),
                "participants": sum(len(room.session.present) for room in rooms),
            }
        )

    async def stop(self, request: Request) -> Response:
        """POST /api/stop: end this server; what is acknowledged is stored already."""
        self._require_server_key(request.scope)
        self.stop_server()
        return JSONResponse({"ok": True})

    async def create(self, request: Request) -> Response:
        """POST /api/sessions: a new session, its code and its key."""
        body = await read_whole(request.receive, NOTEBOOK_LIMIT)
        self._require_server_key(request.scope)
        try:
            wanted = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        except msgspec.MsgspecError as error:
            raise InvalidEvent(f"The body is no JSON object ({error}).") from None
        opening = msgspec.json.encode(wanted | {"kind": "session.opened"})
        ((opened, _),) = ev.parse(opening)
        assert isinstance(opened, ev.SessionOpened)
        problem = objection(State(""), opened)
        if problem is not None:
            raise problem
        room, key = await self.rooms.create(opened)
        answer = {
            "session": room.code,
            "code": room.code,
            "key": key,
            "join_url": self.doors.join_url(room),
            "wall_url": self.doors.wall_url(room),
        }
        return JSONResponse(answer, 201)

    async def post_events(self, request: Request) -> Response:
        """POST /api/sessions/{code}/events: one event or a list, whole or not at all."""
        body = await read_whole(request.receive, NOTEBOOK_LIMIT)
        room = await self._room(request.scope)
        events, drafts = zip(*ev.parse(body), strict=True)
        if any(isinstance(event, ev.RoundClosed) and event.by == "time" for event in events):
            raise InvalidEvent("Field by: only the room server closes a round by time; say facilitator.")
        # A repeated command was allowed when it came first; whether it is the same, the store decides.
        if not any(event.id in room.ids for event in events if event.id is not None):
            problem = room.session.objection_to(events)
            if problem is not None:
                raise problem
        first = await self.rooms.append(room, drafts)
        return JSONResponse({"seq": first}, 201)

    async def get_events(self, request: Request) -> Response:
        """GET /api/sessions/{code}/events?after=N: JSON lines, or the stream that goes on."""
        room = await self._room(request.scope)
        after = _after(request)
        if "text/event-stream" in request.headers.get("accept", ""):
            return LogStream(room, after)
        return Response(b"".join(line + b"\n" for line in room.lines[after:]), media_type="application/jsonl")

    async def _room(self, scope: Scope) -> Room:
        key = hash_key(_bearer(scope))
        room = await self.rooms.find(scope["path_params"]["code"])
        if not same(key, room.key_hash):
            raise WrongKey(f"This key does not open the session {room.code}. Use the one it was opened with.")
        return room

    def _require_server_key(self, scope: Scope) -> None:
        if not same(hash_key(_bearer(scope)), hash_key(self.rooms.server_key)):
            raise WrongKey("This is not the server's key. On the server's machine the kit finds it by itself.")


def _bearer(scope: Scope) -> str:
    """The key that a request names. Raises WrongKey if it names none."""
    kind, _, key = Request(scope).headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise WrongKey("This call needs a key: Authorization: Bearer and the key.")
    return key.strip()


def _after(request: Request) -> int:
    given = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    if not (given.isascii() and given.isdigit()) or len(given) > 15:
        raise InvalidEvent(f"after is {given[:20]!r}; it must be a whole number from 0.")
    return int(given)
