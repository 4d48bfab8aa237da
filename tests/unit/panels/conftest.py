"""A notebook's live session: followed on a real room server, or a log that was folded before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.client import Client
from kit.feed import Feed
from kit.live import Live
from kit.settings import read
from tests.serving import Facilitator, Server
from tests.unit.making import CODE, Log


@pytest.fixture
def live(server: Server, request: pytest.FixtureRequest) -> Iterator[Live]:
    """A workshop of this test's own on the shared server, without a session."""
    values = {"KIT_DATA": str(server.data), "KIT_HOST": "127.0.0.1", "KIT_PORT": str(server.port)}
    live = Live(f"test {request.node.name}", "A try", read(values))
    yield live
    live.leave()


@pytest.fixture
def followed(live: Live, room: Facilitator) -> Facilitator:
    """The room that `live` follows, held by its facilitator too."""
    facts = {"workshop": live.workshop, "title": "A try", "key": room.key, "where": ""}
    live.folder.keep_session(room.code, facts)
    live.go_on(room.code)
    assert live.feed is not None
    assert live.feed.wait_for(1)
    return room


@pytest.fixture
def folded(tmp_path: Path) -> Callable[[Log], Live]:
    """A live session that stands where this log ends; nobody follows it."""

    def stand(log: Log) -> Live:
        live = Live("02-the-late-delivery", "Late again", read({"KIT_DATA": str(tmp_path), "KIT_HOST": "127.0.0.1"}))
        live.feed = Feed(Client("http://127.0.0.1:9", CODE, "no key"), lambda: "")
        live.feed.session = log.session
        live.feed.line = "live"
        return live

    return stand
