"""Each notebook rehearsed alone: from the lobby, with a simulated class, to the export that opens in the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kit.client import Client
from kit.session import Session
from tests.e2e.browser import grave, picture
from tests.e2e.guests import Guests, wall_sees
from tests.e2e.lab import Lab, Notebook
from tests.e2e.panel import SLOW, Panel
from tests.serving import ROOT, until

Invite = Callable[[str], Guests]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PEOPLE = 12
NOTEBOOKS = sorted(path.stem for path in (ROOT / "workshops").glob("*.ipynb"))


class Rehearsal:
    """A notebook with a rehearsal in it, a wall, and the facilitator's own phone."""

    def __init__(self, notebook: Notebook, invite: Invite) -> None:
        self.notebook = notebook
        self.lobby = notebook.run_all().lobby
        self.lobby.click("Rehearse alone")
        expect(self.lobby.place.locator(".kit-codes")).to_be_visible(timeout=SLOW)
        self.code = notebook.code
        self.guests = invite(self.code)
        self.wall = self.guests.wall()
        self.phone = self.guests.joined("Facilitator")

    @property
    def panel(self) -> Panel:
        return Panel(self.notebook.panels.nth(1))

    @property
    def export(self) -> Panel:
        return Panel(self.notebook.panels.last)

    def bring(self) -> None:
        """The class comes in, in a hurry: nobody waits for it here."""
        people, pace = self.lobby.place.get_by_label("People"), self.lobby.place.get_by_label("Pace")
        people.fill(str(PEOPLE))
        people.press("Tab")
        pace.select_option(label=pace.locator("option").last.inner_text())
        self.lobby.click("Bring in the simulated class")
        # Most are soon there; one in ten comes late.
        expect(self.lobby.place.locator(".kit-count")).to_have_text(re.compile(r"^(1[0-3]) people"), timeout=SLOW)

    def is_marked(self) -> None:
        """On every screen."""
        for page in (self.wall, self.phone.page):
            expect(page.locator(".rehearsal")).to_be_visible()
        for n in range(self.notebook.panels.count()):
            expect(self.notebook.panels.nth(n).locator(".kit-badge")).to_be_visible()

    @property
    def session(self) -> Session:
        """The log as it is now."""
        kept = json.loads((self.notebook.lab.data / "sessions" / f"{self.code}.json").read_text(encoding="utf-8"))
        client = Client(self.notebook.lab.room_url, self.code, kept["key"])
        try:
            return Session.replay(self.code, client.lines())
        finally:
            client.close()

    def votes(self) -> None:
        """The class votes by itself: more than half of it, in a moment."""
        voted = self.panel.place.get_by_text(re.compile(r"^\d+ of \d+ have voted")).first

        def most() -> bool:
            still_open = self.session.open
            return still_open is not None and len(still_open.ballots) > PEOPLE // 2

        until(most, seconds=60, say="the class does not vote")
        expect(voted).to_have_text(re.compile(rf"^([{PEOPLE // 2 + 1}-9]|1\d) of"), timeout=SLOW)

    def vote(self, opens: str, closes: str = "Close the vote") -> None:
        self.panel.click(opens)
        wall_sees(self.wall, "question")
        self.is_marked()
        self.votes()
        self.panel.click(closes)
        wall_sees(self.wall, "closed")

    def finish(self) -> None:
        """The end for everybody."""
        self.lobby.place.get_by_text("End this session", exact=True).click()
        self.lobby.click("End the session").click("Yes, end it for everybody")
        wall_sees(self.wall, "ended")
        self.phone.sees("ended")
        self.is_marked()

    def exported(self) -> tuple[Path, Page]:
        """Press the button, then the link: the folder, and the summary's page."""
        self.export.filled("Export the session").click("Export the session").says("The files are in", "summary.html")
        (folder,) = self.notebook.lab.exports.glob("2*")
        with self.notebook.context.expect_page() as opened:
            self.export.place.get_by_role("link", name="Open the summary").click()
        summary = opened.value
        summary.wait_for_load_state()
        return folder, summary


@pytest.fixture
def rehearse(browser: Browser, lab: Lab, invite: Invite) -> Iterator[Callable[[str], Rehearsal]]:
    notebooks: list[Notebook] = []

    def begin(name: str) -> Rehearsal:
        notebooks.append(Notebook(browser, lab, name))
        # A page of its own kind, which asks for nothing: no icon either.
        notebooks[0].watch.allow("Connection lost, reconnecting")
        return Rehearsal(notebooks[0].open(), invite)

    yield begin
    notebooks[0].check()
    notebooks[0].close()


def start_here(this: Rehearsal) -> None:
    this.panel.place.get_by_label("Ready to ask").select_option(index=1)
    this.vote("Open the vote")
    this.panel.click("Ask it again")
    this.votes()
    this.panel.click("Close the vote").click("Show to everyone")
    wall_sees(this.wall, "results")


def the_late_delivery(this: Rehearsal) -> None:
    this.panel.click("Begin the conversation")
    this.vote("Open the vote")
    this.vote("Vote again")
    this.panel.click("Show both votes")
    wall_sees(this.wall, "results")
    this.is_marked()
    go_on(this)
    # The rest in short, to the end.
    for _ in range(12):
        following = this.panel.place.locator(".kit-next:visible")
        expect(following).to_have_text(re.compile("^(Open the vote|Show the whole road)$"), timeout=SLOW)
        if following.inner_text() == "Show the whole road":
            return
        this.vote("Open the vote")
        this.panel.click("Show without a second vote")
        wall_sees(this.wall, "results")
        go_on(this)
    raise AssertionError("the conversation did not end")


def go_on(this: Rehearsal) -> None:
    """By the room's choice, or by the first of those that are tied."""
    this.panel.button("Go on").wait_for()
    way = this.panel.place.get_by_label("Which way")
    if way.input_value() == "choose" or this.panel.place.get_by_text("It is a tie").is_visible():
        tied = way.locator("option").all_inner_texts()
        most = max(int(number[-1]) for text in tied if (number := re.findall(r"\((\d+)\)", text)))
        way.select_option(label=next(text for text in tied if text.endswith(f"({most})")))
    this.panel.click("Go on")
    wall_sees(this.wall, "scene")


PLAYS = {"00-start-here": start_here, "02-the-late-delivery": the_late_delivery}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_workshop_is_rehearsed_alone_from_the_lobby_to_the_opened_export(
    rehearse: Callable[[str], Rehearsal], name: str
) -> None:
    assert len(NOTEBOOKS) > 1
    this = rehearse(name)
    this.is_marked()
    this.bring()
    picture(this.notebook.page, f"rehearse-{name}-lobby")
    PLAYS[name](this)
    picture(this.notebook.page, f"rehearse-{name}-panel")
    this.finish()
    folder, summary = this.exported()
    picture(this.export.place, f"rehearse-{name}-export")
    is_right(folder, summary, this.code)
    looks_right(summary, name)


def is_right(folder: Path, summary: Page, code: str) -> None:
    """The page says of the session what its log says."""
    lines = (folder / "session.jsonl").read_bytes().splitlines()
    session = Session.replay(code, lines)
    assert session.closed is not None
    assert session.opened is not None
    assert session.opened.rehearsal
    text = summary.locator("body").inner_text()
    assert "Rehearsal" in text
    assert f"{len(session.present)} people" in text
    for round_, opened in session.rounds.items():
        for id_, count in session.tally(round_).items():
            total = sum(session.tally(round_).values())
            assert not total or f"{count} of {total}" in text, (opened.opened.prompt, id_)
    names = [json.loads(line).get("name", "Person") for line in lines]
    assert all(each.startswith("Person") for each in names)
    assert "Facilitator" not in text
    assert (folder / "session.xlsx").stat().st_size > 5000


def looks_right(summary: Page, name: str) -> None:
    """At a desk and on a phone; readable for everybody."""
    for size, width in (("desk", 1280), ("phone", 390)):
        summary.set_viewport_size({"width": width, "height": 844})
        assert summary.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
        picture(summary, f"rehearse-{name}-summary-{size}")
        assert not grave(summary, f"summary at {width}")
