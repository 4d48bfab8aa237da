"""A rehearsed session under faults: a facilitator's panel, a simulated class, a wall and a phone, and what must hold.

`python -m tests.faults.rehearsed 100` runs a hundred seeds and prints the table; the tests run ten.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from kit import events as ev
from kit import launch, scenarios
from kit.errors import KitError
from kit.export import export
from kit.live import Live
from kit.panels.play import PlayPanel
from kit.play import read as read_play
from kit.play import winners
from kit.rehearsal import Crowd
from kit.screen import WALL, Screen, Viewer, screen
from kit.session import Session
from kit.settings import Settings, read
from kit.words import words
from tests.e2e import browser as browsers
from tests.e2e.guests import LINE_CUT, Guests
from tests.faults.faulty import CUTTING, Faults, disk
from tests.serving import ROOT, free_port

PEOPLE, SPEED, FAULTS = 12, 60.0, 2
# Far more than it takes; a phone's longest wait between two tries is ten seconds.
PATIENCE = 40.0
SLIP = words()("panel.slip", error="").split("(")[0]


@dataclass
class Report:
    """One seed's run. Times are seconds from the end of a fault until all were back; `acknowledged` counts ballots."""

    seed: int
    faults: list[str] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    events: int = 0
    acknowledged: int = 0
    rounds: int = 0


class Rehearsed:
    """One session, from the lobby to the export. Everything is asked again after each fault."""

    def __init__(self, place: Path, settings: Settings, browser: Browser, seed: int) -> None:
        self.settings = settings
        self.random = random.Random(seed)
        self.report = Report(seed)
        self.faults = Faults(settings, place)
        self._notebook()
        self.live.open(f"Faults {seed}", rehearsal=True)
        assert self.live.feed is not None
        self.code = self.live.feed.client.code
        self.crowd = Crowd(settings, self.code, people=PEOPLE, seed=seed, speed=SPEED)
        self.crowd.start()
        self.guests = Guests(browser, self.live.feed.client.url.replace("127.0.0.1", "kit.test"), self.code)
        self.wall = self.guests.wall()
        self.phone = self.guests.joined("Xanthippe")
        self.guests.allow(*LINE_CUT)
        self.known: list[bytes] = []
        self.stood, self.tries = 0, 0

    def _notebook(self) -> None:
        """A new kernel in which everything was run."""
        self.live = Live("02-the-late-delivery", "Faults", self.settings)
        path = ROOT / "workshops" / "scenarios" / "02-the-late-delivery.md"
        self.panel = PlayPanel(self.live, [scenarios.read(path)])
        self.panel.settle = 0.0

    def close(self) -> None:
        self.crowd.stop()
        self.guests.close()
        self.live.leave()

    # The facilitator

    @property
    def session(self) -> Session:
        assert self.live.feed is not None
        return self.live.feed.session

    def step(self) -> None:
        """Press the panel's next sensible button, once those who are there have mostly voted."""
        play = read_play(self.session)
        voting = self.session.open
        if voting is not None:
            self.wait(lambda: len(voting.ballots) >= PEOPLE // 2, "the class does not vote", needed=False, seconds=3)
        name = self._next() if play is not None else "begin"
        seq = self.session.seq
        self.tries = self.tries + 1 if seq == self.stood else 0
        self.stood = seq
        assert self.tries < 20, f"Seed {self.report.seed}: {name} does nothing. {self.panel.said.value}"
        if name == "begin":
            self.panel.begin.go.click()
        elif name == "go_on":
            self._choose()
        else:
            self.panel.buttons[name].click()
        self.wait(lambda: self.session.seq > seq or self._trouble(), f"{name} did nothing", needed=False, seconds=3)
        assert SLIP not in self.panel.said.value, self.panel.said.value

    def _choose(self) -> None:
        play, way = read_play(self.session), self.panel.way.which
        if play is not None and not way.value:
            way.value = (winners(self.session, play) or play.turn.responses)[0].id
        self.panel.buttons["go_on"].click()

    def _next(self) -> str:
        play = read_play(self.session)
        assert play is not None
        following = {
            "scene": "open", "vote": "close", "talk": "again", "opposite": "again", "revote": "close",
            "voted": "reveal", "revealed": "go_on", "aloud": "go_on",
        }  # fmt: skip
        return following[play.stage]

    def _trouble(self) -> bool:
        return bool(self.panel.said.value)

    # Waiting, and what must hold

    def wait(self, true: Callable[[], Any], say: str, *, needed: bool = True, seconds: float = PATIENCE) -> None:
        give_up = time.monotonic() + seconds
        while not true():
            # Playwright's own events need the time, too.
            self.wall.wait_for_timeout(20)
            if time.monotonic() > give_up:
                assert not needed, f"Seed {self.report.seed}, after {self.report.faults}: {say}."
                return

    def run(self, faults: int) -> Report:
        """Play until so many faults are over, then some steps more; end, export, and check everything."""
        moments = sorted(self.random.sample(range(15, 15 + 60 * faults), faults))
        for moment in moments:
            while self.session.seq < moment and self._goes_on():
                self.step()
            self.suffer(self.random.choice([*self.faults.all, "kernel"]))
        for _ in range(4):
            if self._goes_on():
                self.step()
                self.wait(self._pages_show_it, "a page does not follow")
        self.finish()
        return self.report

    def _goes_on(self) -> bool:
        play = read_play(self.session)
        return play is None or play.stage != "end"

    def suffer(self, name: str) -> None:
        """One fault, and the way back."""
        self.report.faults.append(name)
        rounds = self.session.open.opened.round if self.session.open is not None else ""
        if name == "kernel":
            self.live.leave()
            self._notebook()
        else:
            self.faults.all[name](self.random.uniform(0.5, 2.0))
        if name in ("kernel", "stop"):
            self.live.resume()  # what Run all does
        over = time.monotonic()
        self.wait(self._panel_is_back, "the panel is not back")
        self.wait(self._pages_show_it, "wall or phone are not back")
        self.report.back.append(time.monotonic() - over)
        if rounds and self.session.open is not None:
            # The round went on through it: the class still votes in it, or has voted.
            self.wait(lambda: len(self.session.ballots(rounds)) >= PEOPLE // 2, "the class is not back")
        self.check()

    def _panel_is_back(self) -> bool:
        """A command is taken, and seen."""
        with contextlib.suppress(KitError):
            self.live.post(ev.NoteRecorded(topic="still here"))
            return self.live.feed is not None and self.live.feed.line == "live"
        return False

    def _pages_show_it(self) -> bool:
        """Wall and phone show what the log says, and neither says that its line is lost."""
        assert self.live.feed is not None
        with self.live.feed.lock:
            session = self.session
            own = next(who for who, person in session.people.items() if person.name == "Xanthippe")
            wanted = [screen(session, viewer, time.time()) for viewer in (WALL, Viewer("phone", own))]
        return all(map(_shows, (self.wall, self.phone.page), wanted))

    def check(self) -> None:
        """Acknowledged = stored; nothing that was stored is gone or changed; every reader counts the same."""
        assert self.live.feed is not None
        acknowledged = list(self.crowd.acknowledged)
        lines = self.live.feed.client.lines()
        assert lines[: len(self.known)] == self.known, "the log has changed behind us"
        self.known = lines
        log = [json.loads(line) for line in lines]
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        for ballot in acknowledged:
            event = log[ballot.seq - 1]
            stored = (event["kind"], event["round"], event["participant"], event["answer"])
            assert stored == ("ballot.cast", ballot.round, ballot.participant, ballot.answer), ballot
        session = Session.replay(self.code, lines)
        counted = recount(log)
        assert {id_: +Counter(session.tally(id_)) for id_ in session.rounds} == counted
        assert len({ballot.seq for ballot in acknowledged}) == len(acknowledged), "one ballot was acknowledged twice"
        self.wait(lambda: self.session.seq >= len(log), "the panel lags behind")
        with self.live.feed.lock:
            # The panel may be ahead by ballots that came since.
            shut = [id_ for id_, round_ in session.rounds.items() if round_.closed is not None]
            assert {id_: +Counter(self.session.tally(id_)) for id_ in shut} == {id_: counted[id_] for id_ in shut}
        self.report.events, self.report.acknowledged = len(log), len(acknowledged)
        self.report.rounds = len(counted)

    def finish(self) -> None:
        """The end for everybody; the export says the same twice, and nothing is left of anybody's name."""
        self.live.post(ev.SessionClosed())
        self.wait(self._pages_show_it, "a page does not say goodbye")
        assert self.crowd.wait(PATIENCE), "the class does not leave"
        self.check()
        assert self.live.feed is not None
        lines = self.live.feed.client.lines()
        first = export(self.code, lines, self.settings.sessions / "first")
        again = export(self.code, lines, self.settings.sessions / "again")
        files = sorted(path.name for path in first.iterdir())
        assert files == ["session.jsonl", "session.xlsx", "summary.html"]
        for name in files:
            assert (first / name).read_bytes() == (again / name).read_bytes()
        names = [name for event in map(json.loads, lines) if (name := event.get("name", "")) and len(name) > 4]
        ids = [event["participant"] for event in map(json.loads, lines) if event["kind"] == "participant.joined"]
        text = readable(first)
        assert "Xanthippe" in names
        assert not [word for word in [*names, *ids] if word.encode() in text]


def _shows(page: Page, wanted: Screen) -> bool:
    shown = page.locator("[data-view]")
    round_ = wanted.question.round if wanted.question is not None else ""
    right = shown.get_attribute("data-view") == wanted.view and shown.get_attribute("data-round") in (None, round_)
    return right and not page.locator("#line").inner_text()


def readable(folder: Path) -> bytes:
    """All that can be read in an export's files, the workbook unpacked."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    with zipfile.ZipFile(io.BytesIO(found.pop("session.xlsx"))) as book:
        return b"\n".join([*found.values(), *map(book.read, book.namelist())])


def recount(log: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Ballots that count by round and answer, from the raw log alone: each person's last one while it was open."""
    here: set[str] = set()
    still_open = ""
    ballots: dict[str, dict[str, str]] = {}
    for event in log:
        kind = event["kind"]
        if kind == "participant.joined":
            here.add(event["participant"])
        elif kind == "participant.removed":
            here.discard(event["participant"])
        elif kind == "round.opened" and not still_open:
            still_open = event["round"]
            ballots[still_open] = {}
        elif kind == "ballot.cast" and event["round"] == still_open and event["participant"] in here:
            ballots[still_open][event["participant"]] = event["answer"]
        elif kind in ("round.closed", "session.closed"):
            still_open = "" if event.get("round", still_open) == still_open else still_open
    return {round_: Counter(cast.values()) for round_, cast in ballots.items()}


def run(seed: int, browser: Browser, faults: int = FAULTS) -> Report:
    """One seed, with a data folder, a room server and a disk for its database of its own."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small = stack.enter_context(disk(place / "disk"))
        (place / "sitecustomize.py").write_text(CUTTING, encoding="utf-8")
        variables = {
            "KIT_DATA": str(place / "data"), "KIT_DATABASE": f"sqlite:///{(small / 'room.db').as_posix()}",
            "KIT_HOST": "127.0.0.1", "KIT_PORT": str(free_port()), "KIT_SESSIONS": str(place / "sessions"),
            "PYTHONPATH": os.pathsep.join([str(place), os.environ.get("PYTHONPATH", "")]),
        }  # fmt: skip
        stack.enter_context(environment(variables))
        settings = read(os.environ)
        stack.callback(lambda: launch.stop(settings))
        rehearsed = Rehearsed(small, settings, browser, seed)
        stack.callback(rehearsed.close)
        return rehearsed.run(faults)


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """What the server's process inherits, as from a terminal."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("KIT_")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for which the room server is another machine."""
    path = browsers.find()
    assert path is not None, "No Chrome, Edge or Chromium was found."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=[*browsers.FLAGS, RESOLVE])
        yield running
        running.close()


# Loopback by its number would be trusted more than a phone's line is.
RESOLVE = "--host-resolver-rules=MAP kit.test 127.0.0.1"


def table(reports: list[Report]) -> str:
    """The faults by kind, and how soon everybody was back."""
    back: dict[str, list[float]] = {}
    for report in reports:
        for name, seconds in zip(report.faults, report.back, strict=True):
            back.setdefault(name, []).append(seconds)
    rows = [
        f"| {name} | {len(all_)} | {median(all_):.1f} s | {max(all_):.1f} s |" for name, all_ in sorted(back.items())
    ]
    acknowledged = sum(report.acknowledged for report in reports)
    rounds, events = sum(report.rounds for report in reports), sum(report.events for report in reports)
    head = ["| fault | times | all back, median | longest |", "|---|---|---|---|"]
    foot = f"{len(reports)} sessions, {events} events, {rounds} rounds, {acknowledged} ballots acknowledged and stored."
    return "\n".join([*head, *rows, "", foot])


if __name__ == "__main__":
    done: list[Report] = []
    with chromium() as shown:
        for number in range(1, int(sys.argv[1]) + 1):
            done.append(run(number, shown))
            print(number, done[-1].faults, [round(seconds, 1) for seconds in done[-1].back], flush=True)
    print(table(done))
