"""The application: one table of routes over the rooms."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from kit.errors import KitError, NotFound, Refused
from kit.folders import Folder
from kit.server.ballots import Ballots
from kit.server.clock import Clock
from kit.server.doors import Doors
from kit.server.facilitator import Facilitator
from kit.server.phones import Phones
from kit.server.reply import Armour, send_error
from kit.server.rooms import Rooms
from kit.server.streams import PhoneStream, WallStream
from kit.store import Store

log = logging.getLogger(__name__)


class _Told(Response):
    """A KitError as an answer, for handlers that work with Starlette's responses."""

    def __init__(self, error: KitError) -> None:
        super().__init__(status_code=error.status)
        self.error = error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_error(scope, send, self.error)


def _say_kit_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KitError)
    return _Told(error)


def _say_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _Told(NotFound("There is no such page here. Begin at the room's address, or scan the code on the wall."))
    told = Refused(f"This address does not take {request.method} ({error.detail}).")
    told.code, told.status = "not_allowed", error.status_code
    return _Told(told)


def _say_slip(request: Request, error: Exception) -> Response:
    log.error("A slip of ours at %s", request.url.path, exc_info=error)
    return _Told(KitError("Something went wrong on our side. Nothing was lost that was saved; load the page again."))


def create_app(
    *,
    store: Store,
    folder: Folder,
    server_key: str,
    doors: Doors,
    instance: str,
    idle_hours: float,
    stop: Callable[[], None],
) -> Starlette:
    """The room server as an ASGI application. Call it inside a running loop; `stop` is called to end the server."""
    rooms = Rooms(store, server_key)
    clock = Clock(rooms, doors, idle_hours=idle_hours, stop=stop)
    phones = Phones(rooms, doors, folder)
    facilitator = Facilitator(rooms, doors, instance, stop)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(clock.run())
        try:
            yield
        finally:
            ticking.cancel()
            rooms.close()

    routes = [
        Route("/{code}/ballots/{round}", Ballots(rooms, doors.room_url), methods=["POST"]),
        Route("/{code}/stream", PhoneStream(rooms), methods=["GET"]),
        Route("/", phones.home),
        Mount("/static", StaticFiles(packages=[("kit.server", "pages/static")])),
        Route("/api/health", facilitator.health),
        Route("/api/stop", facilitator.stop, methods=["POST"]),
        Route("/api/sessions", facilitator.create, methods=["POST"]),
        Route("/api/sessions/{code}/events", facilitator.post_events, methods=["POST"]),
        Route("/api/sessions/{code}/events", facilitator.get_events, methods=["GET"]),
        Route("/{code}", phones.room),
        Route("/{code}/", phones.slash),
        Route("/{code}/join", phones.join, methods=["POST"]),
        Route("/{code}/wall", phones.wall),
        Route("/{code}/wall/stream", WallStream(rooms, doors), methods=["GET"]),
        Route("/{code}/qr.svg", phones.qr),
        Route("/{code}/wifi.svg", phones.wifi),
        Route("/{code}/results.json", phones.results),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Armour, used=clock.touch)],
        exception_handlers={KitError: _say_kit_error, HTTPException: _say_http_error, Exception: _say_slip},
    )
    # Its redirects are absolute, which leads out of a URL prefix.
    app.router.redirect_slashes = False
    return app
