"""A phone whose browser runs no scripts: the same way by plain forms and reloads."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.browser import picture
from tests.e2e.guests import Guests
from tests.serving import Facilitator


def test_join_vote_change_and_see_results_without_javascript(guests: Guests, room: Facilitator) -> None:
    wall = guests.wall()
    # There is nothing to ask for a secure context without a script; guests.phone would.
    context, _ = guests.context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{guests.origin}/{room.code}")
    page.locator("#name").fill("Ana")
    page.get_by_role("button", name="Join", exact=True).tap()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    # What waits looks for news by itself.
    expect(page.locator('meta[http-equiv="refresh"]')).to_have_attribute("content", "10")

    room.ask(options="abc", confidence=True, reason=True)
    page.locator(".refresh a").tap()
    expect(page.locator("button.answer")).to_have_count(3)
    # What is being filled in does not.
    expect(page.locator('meta[http-equiv="refresh"]')).to_have_count(0)
    expect(page.locator(".refresh")).to_be_visible()
    expect(page.locator(".refresh")).to_have_text(re.compile("This browser runs no scripts"))
    page.get_by_label("fairly sure").tap()
    page.locator("#reason").fill("It is short")
    page.locator('button.answer[data-letter="A"]').tap()
    expect(page.locator("#status")).to_contain_text("Saved: A, fairly sure, with your reason")
    picture(page, "phone-plain-saved")
    expect(page.get_by_label("fairly sure")).to_be_checked()
    page.locator('button.answer[data-letter="C"]').tap()
    expect(page.locator("#status")).to_contain_text("Saved: C")
    expect(page.locator("[data-answer].own")).to_have_attribute("data-letter", "C")
    # Enter in the reason sends the answer that was given, not the first button on the page.
    page.locator("#reason").fill("It is kind")
    page.locator("#reason").press("Enter")
    expect(page.locator("#reason")).to_have_value("It is kind")
    expect(page.locator("#status")).to_contain_text("Saved: C")
    expect(wall.locator(".voted")).to_have_text("1 of 1 have voted")
    ballot = next(iter(room.session.rounds["r1"].ballots.values()))
    assert (ballot.answer, ballot.confidence, ballot.reason) == ("c", 2, "It is kind")

    room.shut()
    page.locator(".refresh a").tap()
    expect(page.locator("#status")).to_contain_text("Your vote: C")
    room.reveal()
    page.locator(".refresh a").tap()
    expect(page.locator('[data-answer="c"] .votes')).to_contain_text(re.compile("1 of 1"))
    picture(page, "phone-plain-results")


def test_a_late_vote_without_javascript_gets_a_sentence_and_a_way_back(guests: Guests, room: Facilitator) -> None:
    context, watch = guests.context(java_script_enabled=False, has_touch=True)
    watch.allow("status of 409")
    page = context.new_page()
    page.goto(f"{guests.origin}/{room.code}")
    page.get_by_role("button", name="Join", exact=True).tap()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    room.ask()
    page.goto(f"{guests.origin}/{room.code}")
    room.shut()
    page.locator('button.answer[data-letter="A"]').tap()
    expect(page.get_by_text("This round was closed before your answer arrived.")).to_be_visible()
    page.get_by_role("link", name="Back to the room").tap()
    expect(page.get_by_role("heading", name="The vote is closed")).to_be_visible()


def test_the_wall_without_javascript_shows_the_room(guests: Guests, room: Facilitator) -> None:
    room.ask()
    context, _ = guests.context(java_script_enabled=False, viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(f"{guests.origin}/{room.code}/wall")
    expect(page.get_by_role("heading", name="What now?")).to_be_visible()
    room.shut()
    expect(page.get_by_text("The vote is closed")).to_be_visible()
