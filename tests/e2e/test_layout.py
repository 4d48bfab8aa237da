"""How phone pages fit a hand: targets, width, height, keyboard, motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import picture
from tests.e2e.guests import Guests, PhonePage
from tests.serving import Facilitator

LEAST = 44
NARROW = {"width": 320, "height": 568}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

# The size of each thing that can be tapped: its own, or its label's where that is what one taps.
TARGETS = """() => [...document.querySelectorAll('a, button, input, summary, [role=button]')]
    .filter(node => node.type !== 'hidden' && node.getClientRects().length)
    .map(node => {
        const box = (node.type === 'radio' ? node.closest('label') : node).getBoundingClientRect();
        return [node.outerHTML.slice(0, 90), Math.round(box.width), Math.round(box.height)];
    })"""
WIDER = """() => [...document.querySelectorAll('body *')]
    .filter(node => node.getClientRects().length && !node.closest('.unseen, svg'))
    .filter(node => node.getBoundingClientRect().right > innerWidth + 0.5 || node.getBoundingClientRect().left < -0.5)
    .map(node => node.outerHTML.slice(0, 120))"""


def check_targets(page: Page) -> None:
    targets = page.evaluate(TARGETS)
    small = [target for target in targets if min(target[1:]) < LEAST]
    assert not small, small


def check_width(page: Page) -> None:
    # In one question: the page may be about to change, such as when its style sheet comes.
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(WIDER) == []


def full_round(room: Facilitator, number: int = 3, **more: object) -> None:
    room.post(
        "round.opened",
        round="r1",
        form="choice",
        prompt="“I have been waiting for forty minutes.” What do you say first?",
        options=[{"id": f"o{n}", "text": "Forty minutes, and nobody told you how long."} for n in range(number)],
        **more,
    )


def test_targets_are_large_enough_and_three_options_need_no_scrolling(guests: Guests, room: Facilitator) -> None:
    phone = guests.phone()
    check_targets(phone.page)
    phone.page.get_by_text("Were you here before?").tap()
    check_targets(phone.page)
    phone.join("Ana")
    check_targets(phone.page)
    full_round(room)
    phone.sees("question")
    check_targets(phone.page)
    bottom = phone.status.bounding_box()
    assert bottom is not None
    for letter in "ABC":
        box = phone.answer(letter).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= bottom["y"], f"option {letter} is below the fold"
    assert phone.page.evaluate("scrollY") == 0
    phone.vote("B").is_("saved")
    check_targets(phone.page)
    room.shut()
    phone.sees("closed")
    check_targets(phone.page)
    room.reveal()
    phone.sees("results")
    check_targets(phone.page)


def test_the_fields_beside_an_answer_are_large_enough_too(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined()
    full_round(room, confidence=True, reason=True, seconds=600)
    phone.sees("question").vote("A").is_("saved")
    expect(phone.page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    check_targets(phone.page)
    # Whatever is above it: what the room said about the vote stays in sight.
    expect(phone.status).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("text", ["Forty minutes, and nobody told you how long it would take.", LONG])
def test_nothing_is_wider_than_a_small_phone(guests: Guests, room: Facilitator, text: str) -> None:
    phone = guests.phone(viewport=NARROW)
    check_width(phone.page)
    phone.join("W" * 40)
    check_width(phone.page)
    room.post("scene.shown", speaker=text[:80], line=text, mood=9)
    phone.sees("scene")
    check_width(phone.page)
    room.post(
        "round.opened",
        round="r1",
        form="choice",
        prompt=text,
        options=[{"id": f"o{n}", "text": text} for n in range(6)],
        confidence=True,
        reason=True,
        seconds=600,
    )
    phone.sees("question").vote("B").is_("saved")
    check_width(phone.page)
    picture(phone.page, f"phone-320-question-{len(text)}")
    room.shut()
    phone.sees("closed")
    check_width(phone.page)
    room.post("hands.counted", round="r1", counts={"o0": 12})
    room.reveal(notes={"o1": {"grade": "best", "reason": text}})
    phone.sees("results")
    check_width(phone.page)
    picture(phone.page, f"phone-320-results-{len(text)}")
    room.post("card.dealt", participant=room.session.present[0].id, title=text, body=text)
    room.post("message.shown", title=text, body=text)
    expect(phone.page.locator(".card")).to_be_visible()
    phone.sees("message")
    check_width(phone.page)


def focused(phone: PhonePage) -> str:
    return str(phone.page.evaluate("document.activeElement.getAttribute('data-letter') || ''"))


def test_a_keyboard_alone_is_enough(guests: Guests, room: Facilitator) -> None:
    phone = guests.phone()
    keys = phone.page.keyboard
    phone.page.locator("#name").focus()
    keys.type("Ana")
    keys.press("Enter")
    phone.sees("lobby")
    room.ask(options="abc")
    phone.sees("question")
    # The new question's heading has the focus, so that it is read out and the answers come next.
    expect(phone.page.locator("h1")).to_be_focused()
    keys.press("Tab")
    assert focused(phone) == "A"
    keys.press("Tab")
    assert focused(phone) == "B"
    outline = phone.answer("B").evaluate(
        "node => getComputedStyle(node).outlineStyle + getComputedStyle(node).outlineWidth"
    )
    assert outline == "solid3px"
    keys.press("Space")
    phone.is_("saved", "Saved: B.")
    assert focused(phone) == "B"
    keys.press("Shift+Tab")
    keys.press("Enter")
    phone.is_("saved", "Saved: A.").has_own("A")
    expect(phone.answer("A")).to_have_attribute("aria-pressed", "true")
    expect(phone.answer("B")).to_have_attribute("aria-pressed", "false")


def test_who_wants_no_motion_sees_none(guests: Guests, room: Facilitator) -> None:
    still, lively = guests.joined(reduced_motion="reduce"), guests.joined(reduced_motion="no-preference")
    wall = guests.wall()
    wall.emulate_media(reduced_motion="reduce")
    room.ask()
    moving = "() => [...document.querySelectorAll('*')].filter(n => n.getAnimations().length).length"
    held: list[object] = []
    for phone, most in ((still, 0), (lively, 1)):
        phone.page.route("**/ballots/*", lambda route: held.append(route), times=1)
        phone.sees("question").vote("A").is_("saving")
        assert phone.page.evaluate(moving) == most
    room.shut()
    room.reveal()
    expect(wall.locator(".bar .level").first).to_have_css("transition-property", "none")
