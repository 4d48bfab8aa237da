"""A rehearsal on a real room server, and classes in it that are sent away at the end of each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from kit.folders import Folder
from kit.rehearsal import Crowd
from kit.settings import Settings, read
from tests.serving import Facilitator, Server, hosting

# Makes and starts a class in this room: as many people, as fast.
Bring = Callable[..., Crowd]


def settings_of(server: Server) -> Settings:
    return read({"KIT_DATA": str(server.data), "KIT_HOST": "127.0.0.1", "KIT_PORT": str(server.port)})


def keep(server: Server, room: Facilitator) -> Facilitator:
    """The room's key lies where the lobby keeps those of the sessions that it opened."""
    Folder(server.data).keep_session(room.code, {"key": room.key})
    return room


@pytest.fixture
def settings(server: Server) -> Settings:
    return settings_of(server)


@pytest.fixture
def stage(server: Server) -> Iterator[Facilitator]:
    """A rehearsal on the shared server."""
    with hosting(server.url, server.key, rehearsal=True) as room:
        yield keep(server, room)


@pytest.fixture
def own_stage(own_server: Server) -> Iterator[Facilitator]:
    """A rehearsal on this test's own server."""
    with hosting(own_server.url, own_server.key, rehearsal=True) as room:
        yield keep(own_server, room)


@pytest.fixture
def bring(server: Server) -> Iterator[Bring]:
    """Starts classes, on the shared server unless another one is named."""
    with ExitStack() as leaving:

        def start(room: Facilitator, at: Server = server, **more: object) -> Crowd:
            crowd = Crowd(settings_of(at), room.code, **({"people": 12, "speed": 400.0} | more))  # type: ignore[arg-type]
            crowd.start()
            leaving.callback(crowd.stop)
            return crowd

        yield start
