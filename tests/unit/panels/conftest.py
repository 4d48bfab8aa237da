"""A notebook's live session: followed on a real room server, or a log that was folded before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

import pytest

from kit import events as ev
from kit import scenarios
from kit.client import Client
from kit.feed import Feed
from kit.live import Live
from kit.panels.parts import Panel
from kit.panels.play import PlayPanel
from kit.scenarios import Reading
from kit.settings import read
from tests.serving import Facilitator, Server
from tests.unit.making import CODE, Log, now
from tests.unit.panels.clicking import Seat
from tests.unit.playing import TEXT, Table


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No click here is an impatient finger's, unless a test says so."""
    monkeypatch.setattr(PlayPanel, "settle", 0.0)
    monkeypatch.setattr(Panel, "pause", 0.0)


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


@pytest.fixture
def small(tmp_path: Path) -> Reading:
    """The small scenario in a file of its own."""
    path = tmp_path / "small.md"
    path.write_text(TEXT, encoding="utf-8")
    return scenarios.read(path)


@pytest.fixture
def seat(folded: Callable[[Log], Live], small: Reading, monkeypatch: pytest.MonkeyPatch) -> Seat:
    """A play panel at a table: its clicks go straight into the table's log, or are refused as the server would."""

    def sit(table: Table, readings: Sequence[Reading] = (small,)) -> PlayPanel:
        live = folded(table)

        def post(*events: ev.Event) -> None:
            objection = table.session.objection_to(events)
            if objection is not None:
                raise objection
            table.do(events)
            live.repaint()

        monkeypatch.setattr(live, "post", post)
        monkeypatch.setattr(
            "kit.panels.play.time", SimpleNamespace(time=lambda: now(table.second), monotonic=monotonic)
        )
        return PlayPanel(live, readings)

    return sit
