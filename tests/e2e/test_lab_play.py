"""The heart of the kit: JupyterLab, the wall and three phones play the late delivery, to two different ends."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kit import scenarios
from kit.scenario import Response, Scenario, Turn
from tests.e2e.browser import picture
from tests.e2e.guests import LINE_CUT, SMALL_WALL, Guests, wall_sees
from tests.e2e.lab import Lab, Notebook
from tests.e2e.panel import SLOW, Panel
from tests.serving import ROOT, until, web

NAME = "02-the-late-delivery"
Invite = Callable[[str], Guests]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def scenario() -> Scenario:
    found = scenarios.read(ROOT / "workshops" / "scenarios" / f"{NAME}.md").scenario
    assert found is not None
    return found


def road_to(end: str, *grades: str) -> list[tuple[Turn, Response]]:
    """A shortest road to an end of this kind, by responses of these grades alone."""
    story = scenario()
    roads: list[tuple[Turn, list[tuple[Turn, Response]]]] = [(story.turns[0], [])]
    for turn, road in roads:
        if turn.end == end:
            return road
        for response in (each for each in turn.responses if each.grade in grades):
            following = story.turn(response.to)
            assert following is not None
            roads.append((following, [*road, (turn, response)]))
    raise AssertionError(f"no road leads to {end}")


@pytest.fixture
def notebook(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """The workshop's notebook, opened and not yet run; at the end nothing may have gone wrong in it."""
    notebook = Notebook(browser, lab, NAME)
    try:
        yield notebook.open()
        notebook.check()
    finally:
        notebook.close()


class Stage:
    """The notebook, a wall on the projector and a small one, and three phones in one room."""

    def __init__(self, notebook: Notebook, invite: Invite) -> None:
        self.notebook = notebook
        code = notebook.run_all().open_session()
        self.guests = invite(code)
        self.wall, self.small = self.guests.wall(), self.guests.wall(SMALL_WALL, theme="light")
        self.people = [self.guests.joined(name) for name in ("Ana", "Ben", "Cleo")]

    @property
    def panel(self) -> Panel:
        return Panel(self.notebook.panels.nth(1))

    def vote(self, *letters: str) -> None:
        for phone, letter in zip(self.people, letters, strict=True):
            phone.sees("question").vote(letter).is_("saved")

    def pictures(self, name: str) -> None:
        picture(self.notebook.page, f"play-{name}-panel")
        picture(self.wall, f"play-{name}-wall")
        picture(self.small, f"play-{name}-small-wall")
        picture(self.people[0].page, f"play-{name}-phone")

    def turn(self, turn: Turn, response: Response) -> None:
        """One turn in short: everybody votes for this response, no revote, on to the next."""
        self.panel.says(turn.line).filled("Open the vote")
        self.line(turn)
        self.panel.click("Open the vote").says("0 of 3 have voted")
        self.vote(*[response.letter] * 3)
        self.panel.says("3 of 3 have voted").click("Close the vote").says("The vote is closed.")
        self.panel.click("Show without a second vote").filled("Say it aloud")
        wall_sees(self.wall, "results")
        self.panel.click("Go on")
        wall_sees(self.wall, "scene")

    def line(self, turn: Turn) -> None:
        """The customer's line is on the wall and on the phones."""
        for wall in (self.wall, self.small):
            expect(wall.locator(".speech")).to_have_text(turn.line)
        for phone in self.people:
            phone.sees("scene")
            expect(phone.page.locator(".speech")).to_have_text(turn.line)


@pytest.fixture
def stage(notebook: Notebook, invite: Invite) -> Stage:
    notebook.watch.allow("Connection lost, reconnecting")
    return Stage(notebook, invite)


def no_numbers(wall: Page) -> None:
    """Neither bars nor shares are on the wall."""
    expect(wall.locator(".chart")).to_have_count(0)
    expect(wall.locator(".votes")).to_have_count(0)


def test_a_whole_turn_then_two_ends_with_a_server_that_dies_between(stage: Stage, lab: Lab) -> None:
    panel, story = stage.panel, scenario()
    good = road_to("resolved", "best", "workable")
    (first, best), (second, _) = good[0], good[1]
    other = next(response for response in first.responses if not response.good)
    panel.says(story.title).filled("Begin the conversation")
    stage.pictures("before")
    panel.click("Begin the conversation").says(first.line, "We are here: " + first.name).filled("Open the vote")
    # It is where the facilitator looks, though the panel has grown.
    expect(panel.button("Open the vote")).to_be_in_viewport()
    stage.line(first)
    stage.pictures("scene")

    # Alone
    panel.click("Open the vote").says("0 of 3 have voted").filled("Close the vote")
    wall_sees(stage.wall, "question")
    stage.vote(other.letter, best.letter, other.letter)
    panel.says("3 of 3 have voted")
    no_numbers(stage.wall)
    stage.pictures("vote")
    panel.click("Close the vote").says("1 of 3 chose a good response (33 %).", "Between 30 and 70 %")
    panel.filled("Find your opposite")
    wall_sees(stage.wall, "closed")
    no_numbers(stage.wall)
    stage.pictures("talk")

    # In pairs
    panel.click("Find your opposite").says("find somebody who chose differently").filled("Vote again")
    wall_sees(stage.wall, "opposite")
    no_numbers(stage.wall)
    for phone, letter in zip(stage.people, (other.letter, best.letter, other.letter), strict=True):
        phone.sees("opposite")
        expect(phone.page.locator("[data-answer]:visible")).to_have_attribute("data-letter", letter)
    stage.pictures("opposite")
    panel.click("Add 30 seconds")
    expect(stage.wall.locator("[data-seconds]")).to_contain_text("2:")

    # Again, and shown
    panel.click("Vote again").says("0 of 3 have voted")
    stage.vote(best.letter, best.letter, other.letter)
    panel.says("3 of 3 have voted").click("Close the vote").says("2 of 3 chose a good response (67 %).")
    panel.says("Too few to tell", "1 moved to a good response, 0 away").filled("Show both votes")
    no_numbers(stage.wall)
    panel.click("Show both votes").filled("Say it aloud")
    for page in (stage.wall, stage.people[0].page):
        row = page.locator(f'[data-answer="{best.id}"]')
        expect(row).to_contain_text("2 of 3")
        expect(row).to_contain_text("1 of 3")
        expect(row).to_contain_text(best.reason)
    stage.pictures("shown")
    panel.click("Say it aloud").filled("Go on")
    wall_sees(stage.wall, "message")
    expect(stage.wall.locator(".body")).to_contain_text(best.text)
    stage.pictures("aloud")
    panel.click("In your own words")
    expect(stage.wall.locator("[data-seconds]")).to_be_visible()
    stage.pictures("own-words")
    panel.click("Go on").says(second.line, f"{first.name} ({best.letter})")
    stage.line(second)
    expect(panel.button("Open the vote")).to_be_in_viewport()
    stage.pictures("second-scene")

    # The server dies while people vote: nothing is lost, and the notebook starts it again by itself.
    panel.click("Open the vote").says("0 of 3 have voted")
    stage.people[0].sees("question").vote("A").is_("saved")
    panel.says("1 of 3 have voted")
    kill_server(stage, lab)
    panel.says("1 of 3 have voted", second.line)
    stage.vote(*[good[1][1].letter] * 3)
    panel.says("3 of 3 have voted").click("Close the vote").click("Show without a second vote").click("Go on")
    for turn, response in good[2:]:
        stage.turn(turn, response)
    panel.says("The end: resolved").filled("Show the whole road")
    panel.click("Show the whole road").filled("Hide the road")
    wall_sees(stage.wall, "road")
    told = stage.wall.locator(".stage [role=img]").first.get_attribute("aria-label") or ""
    assert all(turn.name in told for turn, _ in good), told
    stage.pictures("end")

    # The same session, another road
    panel.click("Play it again").click("Yes, from the start").says(first.line)
    stage.line(first)
    for turn, response in road_to("lost", "weak", "harmful"):
        stage.turn(turn, response)
    panel.says("The end: lost").click("Show the whole road")
    wall_sees(stage.wall, "road")
    stage.pictures("other-end")


def kill_server(stage: Stage, lab: Lab) -> None:
    """Kill the room server as a crash would, and wait until the notebook has started it again."""
    stage.guests.allow(*LINE_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING", "status of 5")
    room = lab.data / "room.json"
    pid = json.loads(room.read_text(encoding="utf-8"))["pid"]
    psutil.Process(pid).kill()

    def back() -> bool:
        with contextlib.suppress(OSError, ValueError):
            return bool(json.loads(room.read_text(encoding="utf-8"))["pid"] != pid)
        return False

    until(back, say="nobody started the room server again")


def test_hands_alone_and_a_reason_for_another_way(stage: Stage) -> None:
    panel, story = stage.panel, scenario()
    first = story.turns[0]
    best = next(response for response in first.responses if response.grade == "best")
    weak = next(response for response in first.responses if response.grade == "weak")
    panel.says(story.title).click("Begin the conversation").says(first.line)
    panel.click("Open the vote").click("Close the vote").says("Nobody has voted. Count hands")
    drawer(panel, "Count hands")
    hands(panel, weak).fill("9")
    hands(panel, best).fill("4")
    stage.notebook.typed()
    panel.click("Save the count").says("4 of 13 chose a good response (31 %), hands counted.")
    stage.pictures("hands")
    panel.click("Show without a second vote")
    row = stage.wall.locator(f'[data-answer="{weak.id}"]')
    expect(row).to_contain_text("9 hands")
    stage.pictures("hands-shown")
    panel.place.get_by_label("Which way").select_option(value=way(panel, best.letter))
    panel.click("Go on").says(f"The room chose {weak.letter}.")
    panel.place.get_by_label("Why this way").fill("We want to see the good one.")
    stage.notebook.typed()
    panel.click("Go on").says(f"{first.name} ({best.letter})")
    # A private note stays in the panel.
    drawer(panel, "Your notes")
    panel.place.locator("textarea").fill("Ask Ben about <b>Friday</b>.")
    panel.place.locator("textarea").blur()
    panel.click("Go back one turn").says(first.line, "The road so far: " + first.name + ".")
    stage.notebook.restart_kernel()
    stage.notebook.run_all()
    stage.panel.says(first.line)
    drawer(stage.panel, "Your notes")
    expect(stage.panel.place.locator("textarea")).to_have_value("Ask Ben about <b>Friday</b>.", timeout=SLOW)
    for page in (stage.wall, *(phone.page for phone in stage.people)):
        assert "Ask Ben" not in page.content()


def test_run_all_goes_on_at_every_stage_after_kernel_tab_or_server_is_gone(stage: Stage, lab: Lab) -> None:
    notebook, first = stage.notebook, scenario().turns[0]
    best = next(response for response in first.responses if response.grade == "best")
    stage.panel.says(scenario().title).click("Begin the conversation").says(first.line).filled("Open the vote")
    again(notebook)
    stage.panel.says(first.line).filled("Open the vote").click("Open the vote").says("0 of 3 have voted")
    stage.vote(best.letter, best.letter, first.responses[0].letter)
    stage.panel.says("3 of 3 have voted")
    again(notebook)
    stage.panel.says("3 of 3 have voted").filled("Close the vote").click("Close the vote")
    stage.panel.filled("Find your opposite")
    again(notebook)
    stage.panel.says("2 of 3 chose a good response").filled("Find your opposite").click("Find your opposite")
    stage.panel.filled("Vote again")
    notebook.save()
    notebook.open_again()
    stage.panel.says("find somebody who chose differently").filled("Vote again")
    kill_server(stage, lab)
    again(notebook)
    wall_sees(stage.wall, "opposite")
    stage.panel.filled("Vote again").click("Vote again").says("0 of 3 have voted")
    stage.vote(*[best.letter] * 3)
    stage.panel.says("3 of 3 have voted").click("Close the vote").filled("Show both votes")
    again(notebook)
    stage.panel.says("1 moved to a good response").filled("Show both votes").click("Show both votes")
    stage.panel.filled("Say it aloud")
    again(notebook)
    stage.panel.filled("Say it aloud").click("Say it aloud").filled("Go on")
    again(notebook)
    stage.panel.filled("Go on").click("Go on").says(f"{first.name} ({best.letter})")
    # To the end without a vote: the best response is chosen by itself.
    for _ in range(20):
        if stage.panel.button("Show the whole road").is_visible():
            break
        here = stage.panel.place.locator(".kit-speech").inner_text()
        stage.panel.click("Skip the vote").filled("Go on").click("Go on").says_no_more(here)
    stage.panel.says("The end: ").click("Show the whole road").filled("Hide the road")
    again(notebook)
    stage.panel.says("The end: ").filled("Hide the road")
    wall_sees(stage.wall, "road")


def test_a_double_click_is_one_step_and_every_button_takes_a_click_at_its_edge(stage: Stage) -> None:
    panel, first = stage.panel, scenario().turns[0]
    panel.says(scenario().title)
    for label in ("Begin the conversation", "Open the vote", "Close the vote"):
        panel.filled(label)
        button = panel.button(label)
        expect(button).to_be_enabled()
        button.scroll_into_view_if_needed()
        # Lab lays a strip for folding an output over its left edge.
        button.dblclick(position={"x": 6, "y": 20}, delay=20)
    panel.filled("Run this turn again").says("Nobody has voted")
    assert "Dana" in panel.place.inner_text()
    expect(panel.place.locator(".kit-map .kit-here")).to_contain_text(first.name)
    log = kinds(stage)
    assert [kind for kind in log if kind in ("round.opened", "round.closed")] == ["round.opened", "round.closed"]
    assert log.count("scene.shown") == 1
    expect(stage.notebook.page.locator(".jp-mod-outputsScrolled")).to_have_count(0)


def kinds(stage: Stage) -> list[str]:
    """The kinds of what stands in the session's log."""
    lab = stage.notebook.lab
    (kept,) = (lab.data / "sessions").glob("*.json")
    key = json.loads(kept.read_text(encoding="utf-8"))["key"]
    with web(lab.room_url, headers={"Authorization": f"Bearer {key}"}) as http:
        lines = http.get(f"/api/sessions/{stage.guests.code}/events").text.splitlines()
    return [json.loads(line)["kind"] for line in lines]


def again(notebook: Notebook) -> None:
    """A new kernel, and Run all."""
    notebook.restart_kernel()
    notebook.run_all()


def drawer(panel: Panel, name: str) -> None:
    panel.place.locator(".jupyter-widget-Collapse-header").get_by_text(name, exact=True).click()


def hands(panel: Panel, response: Response) -> Locator:
    return panel.place.get_by_role("spinbutton", name=re.compile(f"{response.letter}$"))


def way(panel: Panel, letter: str) -> str:
    options = panel.place.get_by_label("Which way").locator("option")
    found = options.filter(has_text=f"{letter} →").get_attribute("value")
    assert found is not None
    return found
