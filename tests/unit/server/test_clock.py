"""What the server does by the clock: close timed rounds, end what is idle."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit import events as ev
from kit.keys import hash_key
from kit.server import clock
from kit.server.rooms import Rooms
from kit.store import open_store
from tests.serving import Facilitator, Inside, Server, hosting, is_error, until, web


def seconds(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["at"]).timestamp()


def closing(room: Facilitator) -> dict[str, Any]:
    """The event that closed the round, once it is there."""
    until(lambda: room.session.open is None, say="the round stays open")
    closed = room.session.rounds["r1"].closed
    return next(event for event in room.log() if event["seq"] == closed)


def test_a_timed_round_is_closed_by_the_server_when_its_time_is_up(room: Facilitator) -> None:
    phone = room.phone("Ana")
    stream = phone.stream()
    room.ask(seconds=1)
    assert phone.vote("a").status_code == 200
    end = closing(room)
    assert (end["kind"], end["by"]) == ("round.closed", "time")
    assert 1.0 <= seconds(end) - seconds(room.log("round.opened")[0]) < 3.0
    stream.wait_text('data-view="closed"')
    is_error(phone.vote("b"), 409, "round_closed")


def test_time_added_meanwhile_keeps_the_round_open(room: Facilitator) -> None:
    room.ask(seconds=1)
    room.post("round.extended", round="r1", seconds=1)
    end = closing(room)
    assert end["by"] == "time"
    assert 2.0 <= seconds(end) - seconds(room.log("round.opened")[0]) < 4.0


def test_a_round_without_a_limit_stays_open_and_takes_no_time(room: Facilitator) -> None:
    room.ask()
    is_error(room.send({"kind": "round.extended", "round": "r1", "seconds": 5}), 409)
    assert room.session.open is not None


def test_pages_hear_of_remaining_seconds_never_of_a_time_of_day(room: Facilitator) -> None:
    phone = room.phone("Ana")
    room.ask(seconds=3600)
    told = (phone.page(), phone.stream().wait_text("data-seconds").data, room.http.get(f"/{room.code}/wall").text)
    opened = room.log("round.opened")[0]["at"]
    for text in told:
        assert opened[:10] not in text
        assert any(f'data-seconds="{left}"' in text for left in (3600, 3599, 3598, 3597))


class Interrupted:
    """The clock's closing comes too late: what `first` says stands before it in the log."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, first: ev.Event) -> None:
        plain = Rooms.append
        self.done = threading.Event()

        async def append(rooms: Rooms, room: Any, drafts: Any) -> int:
            if b'"by":"time"' in drafts[0].body and not self.done.is_set():
                self.done.set()
                await plain(rooms, room, [ev.draft(first)])
            return await plain(rooms, room, drafts)

        monkeypatch.setattr(Rooms, "append", append)


def test_time_added_in_the_same_moment_as_the_closing_counts(
    inside_room: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    race = Interrupted(monkeypatch, ev.RoundExtended(round="r1", seconds=1))
    inside_room.ask(seconds=1)
    assert race.done.wait(5)
    assert inside_room.phone("Ana").vote("a").status_code == 200
    end = closing(inside_room)
    assert 2.0 <= seconds(end) - seconds(inside_room.log("round.opened")[0]) < 4.0


def test_a_closing_that_came_too_late_rings_for_no_later_round(
    inside_room: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next round has no limit; the last one's timers must be gone."""
    monkeypatch.setattr(clock, "RETRY", 0.1)
    race = Interrupted(monkeypatch, ev.RoundExtended(round="r1", seconds=1))
    inside_room.ask("r1", seconds=1)
    assert race.done.wait(5)
    until(lambda: inside_room.log("round.closed"), say="the late closing is not in the log")
    inside_room.shut("r1")
    inside_room.ask("r2")
    time.sleep(1.5)
    assert [event for event in inside_room.log("round.closed") if event["round"] == "r2"] == []
    assert inside_room.session.open is not None


def test_a_restart_in_between_still_closes_the_round_in_time(own_server: Server, own_room: Facilitator) -> None:
    own_room.ask(seconds=2)
    own_server.restart()
    end = closing(own_room)
    assert end["by"] == "time"
    assert 2.0 <= seconds(end) - seconds(own_room.log("round.opened")[0]) < 8.0


def test_a_round_whose_time_ran_out_while_the_server_was_down_is_closed_at_once(
    own_server: Server, own_room: Facilitator
) -> None:
    own_room.ask(seconds=1)
    opened = time.monotonic()
    own_server.kill()
    until(lambda: time.monotonic() - opened > 1.2)
    own_server.start()
    assert closing(own_room)["by"] == "time"


def prepare(path: Path, code: str, hours: float, *events: ev.Event) -> str:
    """A session whose last event is so old; returns its key."""
    store = open_store(f"sqlite:///{path.as_posix()}")
    opened = ev.SessionOpened(workshop="w", title="Old")
    key = f"key of {code} that is long enough"
    assert store.create(code, hash_key(key), [ev.draft(event) for event in (opened, *events)])
    store.close()
    at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE session SET at = ? WHERE code = ?", (at, code))
        database.execute("UPDATE event SET at = ? WHERE code = ?", (at, code))
    database.close()
    return key


def kinds(inside: Inside, code: str, key: str) -> list[str]:
    with web(inside.url) as http:
        answer = http.get(f"/api/sessions/{code}/events", headers={"Authorization": f"Bearer {key}"})
        return [event["kind"] for event in map(json.loads, answer.content.splitlines())]


def test_a_session_idle_for_twelve_hours_is_closed_by_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "SWEEP", 0.1)
    option = [ev.Option(id="a", text="A"), ev.Option(id="b", text="B")]
    asked = ev.RoundOpened(round="r1", form="choice", prompt="?", options=option)
    database = tmp_path / "room.db"
    fresh = prepare(database, "AAAAAA", 11.9, asked)
    idle = prepare(database, "CCCCCC", 12.1, asked)
    ended = prepare(database, "DDDDDD", 30, ev.SessionClosed())
    with Inside(tmp_path) as inside:
        until(lambda: kinds(inside, "CCCCCC", idle)[-1] == "session.closed", say="the idle session stays open")
        time.sleep(0.3)
        assert kinds(inside, "CCCCCC", idle) == ["session.opened", "round.opened", "session.closed"]
        assert kinds(inside, "AAAAAA", fresh) == ["session.opened", "round.opened"]
        assert kinds(inside, "DDDDDD", ended) == ["session.opened", "session.closed"]


def test_a_damaged_log_leaves_the_sessions_behind_it_their_care(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "SWEEP", 0.1)
    database = tmp_path / "room.db"
    prepare(database, "DDDDDD", 0.1, ev.SessionClosed())
    idle = prepare(database, "CCCCCC", 12.1, ev.MessageShown(title="Hello"))
    with sqlite3.connect(database) as damaged:
        damaged.execute("UPDATE event SET body = x'6e6f' WHERE code = 'DDDDDD'")
    damaged.close()
    with Inside(tmp_path) as inside:
        until(lambda: kinds(inside, "CCCCCC", idle)[-1] == "session.closed", say="the idle session stays open")


def test_a_server_without_visitors_ends_by_itself(tmp_path: Path) -> None:
    # Its clock runs ten times as fast: the shortest idle time is 3.6 seconds, a beat ten.
    tweak = "import time; plain = time.monotonic; time.monotonic = lambda: 10 * plain()"
    with Server(tmp_path / "data", tweak=tweak, KIT_IDLE_HOURS="0.001") as server:
        assert server.process is not None
        assert server.process.wait(20) == 0
        assert not (server.data / "room.json").exists()


def test_a_server_with_an_open_stream_is_not_idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "BEAT", 0.1)
    with Inside(tmp_path, idle_hours=0.2 / 3600) as inside, hosting(inside.url, inside.key) as room:
        streams = room.phone("Ana").stream(), room.wall(), room.follow()
        for stream in streams:
            assert not inside.stopped.wait(0.5), "somebody is here"
            stream.close()
        assert inside.stopped.wait(10)
