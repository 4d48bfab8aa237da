"""What tests of several floors share: one room server for all that disturb nobody, a room for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Facilitator, Inside, Server, hosting


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs as long as the tests do: make rooms in it, don't end it."""
    with Server(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@pytest.fixture
def room(server: Server) -> Iterator[Facilitator]:
    """A new session on the shared server, held by its facilitator."""
    with hosting(server.url, server.key) as facilitator:
        yield facilitator


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, to be killed, stopped and started again."""
    with Server(tmp_path / "data") as running:
        yield running


@pytest.fixture
def own_room(own_server: Server) -> Iterator[Facilitator]:
    """A new session on this test's own server."""
    with hosting(own_server.url, own_server.key) as facilitator:
        yield facilitator


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    """The application in a thread of this process."""
    with Inside(tmp_path) as running:
        yield running


@pytest.fixture
def inside_room(inside: Inside) -> Iterator[Facilitator]:
    """A new session in the application in this process."""
    with hosting(inside.url, inside.key) as facilitator:
        yield facilitator
