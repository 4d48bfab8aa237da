"""The wall from the last row: nothing cut off, nothing too small, the way in always there, results only when shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import picture
from tests.e2e.guests import FULL_HD, SMALL_WALL, Guests, wall_sees
from tests.serving import Facilitator

LINE = "I have been waiting for forty minutes, my daughter is in the car, and nobody has said one word to me."
LONG = "Forty minutes, and nobody told you how long it would take: that is too long, and I am sorry."

# Boxes of text and pictures that stick out of the picture or of what they stand in, and letters that are cut.
CUT = """() => {
    const out = [];
    const seen = [...document.querySelectorAll('.wall *')].filter(node => node.getClientRects().length);
    for (const node of seen) {
        if (node.closest('svg') && node.tagName !== 'svg') continue;
        const box = node.getBoundingClientRect();
        const words = node.tagName + '.' + node.getAttribute('class') + ' ' + node.textContent.trim().slice(0, 40);
        if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
            out.push('outside: ' + words + JSON.stringify(box));
        const clips = getComputedStyle(node).overflowX !== 'visible' && node.tagName !== 'svg';
        if (clips && node.scrollWidth > node.clientWidth + 1) out.push('cut: ' + words);
    }
    const stage = document.querySelector('.stage'), top = document.querySelector('.top').getBoundingClientRect();
    for (const node of stage.children) {
        const box = node.getBoundingClientRect();
        if (box.height && box.top < top.bottom - 1) out.push('over the title: ' + node.textContent.trim().slice(0, 40));
    }
    const corner = document.querySelector('.corner, .big');
    if (corner) for (const node of stage.querySelectorAll('h1, .text, .speech, .votes, .grade, .body, .next')) {
        if (corner.contains(node)) continue;
        const a = node.getBoundingClientRect(), b = corner.getBoundingClientRect();
        if (a.height && a.right > b.left + 1 && a.bottom > b.top && a.top < b.bottom)
            out.push('under the corner: ' + node.textContent.trim().slice(0, 40));
    }
    // Lines of text that lie over one another, or over a code.
    const own = node => [...node.childNodes].some(child => child.nodeType === 3 && child.nodeValue.trim());
    const lines = seen.filter(n => n.matches('.qr') || (own(n) && getComputedStyle(n).display !== 'inline'));
    for (const one of lines) for (const other of lines) {
        if (one === other || one.contains(other) || other.contains(one)) continue;
        const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
        const over = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (over > 6 && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 6)
            out.push('over one another: ' + [one, other].map(n => n.textContent.trim().slice(0, 40)).join(' / '));
    }
    return out;
}"""
LETTERS = """() => {
    const sizes = [];
    const walker = document.createTreeWalker(document.querySelector('.wall'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (walker.currentNode.nodeValue.trim() && node.getClientRects().length)
            sizes.push([parseFloat(getComputedStyle(node).fontSize), walker.currentNode.nodeValue.trim()]);
    }
    return sizes.sort((a, b) => a[0] - b[0]);
}"""


def check(page: Page, view: str, *, least: float = 32, name: str = "") -> None:
    """Nothing is cut, the smallest letter has `least` px at 1080p, and the way in can be scanned."""
    wall_sees(page, view)
    page.wait_for_function("document.fonts.status === 'loaded' && [...document.images].every(i => i.naturalWidth)")
    height = page.viewport_size["height"] if page.viewport_size else 0
    if name:
        picture(page, f"wall-{height}-{name}")
    cut = page.evaluate(CUT)
    assert not cut, f"{view}: {cut}"
    size, text = page.evaluate(LETTERS)[0]
    assert size >= least * height / 1080 - 0.01, f"{view}: {text!r} has {size} px"
    if view != "ended":
        code = page.locator(".qr").last.bounding_box()
        assert code is not None
        assert code["width"] >= height / 5
        expect(page.locator(".code")).to_be_visible()
        expect(page.locator(".code")).to_have_text(re.compile("^[A-Z0-9]{6}$"))


def ask(room: Facilitator, texts: list[str], prompt: str = LINE, round_: str = "r1", **more: Any) -> None:
    options = [{"id": f"o{n}", "text": text} for n, text in enumerate(texts)]
    room.post("round.opened", round=round_, form="choice", prompt=prompt, options=options, **more)


@pytest.fixture(params=[FULL_HD, SMALL_WALL], ids=["1080p", "720p"])
def wall(request: pytest.FixtureRequest, guests: Guests) -> Page:
    return guests.wall(request.param)


def test_every_view_is_whole_and_large_enough(wall: Page, room: Facilitator) -> None:
    check(wall, "lobby")
    people = room.phones(24)
    for phone in people:
        phone.seat()
    expect(wall.locator(".here")).to_have_text("24 people are here")
    room.post("settings.changed", settings={"locked": True})
    expect(wall.locator(".here")).to_contain_text("locked")
    check(wall, "lobby", name="lobby-locked")
    room.post("scene.shown", speaker="Ms Okafor", line=LINE, mood=1)
    check(wall, "scene", name="scene-long")
    ask(room, [LONG, "Let me see.", "One moment, please."], seconds=90)
    check(wall, "question", name="question-3")
    expect(wall.locator(".time")).to_have_text(re.compile(r"^1:[0-3]\d left$"))
    for n, phone in enumerate(people[:17]):
        phone.vote(f"o{n % 3}")
    expect(wall.locator(".voted")).to_have_text("17 of 24 have voted")
    expect(wall.locator(".votes, .bar")).to_have_count(0)
    room.shut()
    check(wall, "closed", name="closed-3")
    expect(wall.locator(".votes, .bar")).to_have_count(0)
    room.reveal()
    check(wall, "results", name="results-3")
    expect(wall.locator(".votes").first).to_contain_text("6 of 17")
    room.post("message.shown", title="Five minutes", body=LINE)
    check(wall, "message", name="message")
    room.post("session.closed")
    check(wall, "ended", name="ended")


def test_six_long_options_and_a_long_line(wall: Page, room: Facilitator) -> None:
    room.post("scene.shown", speaker="Ms Okafor", line=LINE, mood=1)
    ask(room, [LONG] * 6, "What do you say first?", seconds=600)
    check(wall, "question", name="question-6-long")
    for n, phone in enumerate(room.phones(12)):
        phone.seat().vote(f"o{n % 5}")
    room.shut()
    check(wall, "closed", name="closed-6-long")
    ask(room, [LONG] * 6, "What do you say first?", "r2", repeats="r1")
    check(wall, "question")
    room.shut("r2")
    room.reveal("r2", beside="r1")
    check(wall, "results", name="results-6-long-beside")
    notes = {f"o{n}": {"grade": "workable", "reason": LINE} for n in range(6)}
    room.reveal("r2", beside="r1", notes=notes)
    expect(wall.locator(".grade")).to_have_count(6)
    # So much on one wall may be smaller than 32 px, but not cut.
    check(wall, "results", least=20, name="results-6-long-notes")


WIDE: dict[str, Callable[[int], str]] = {
    "words": lambda n: ("Forty minutes and nobody told you. " * 20)[:n],
    "one word": lambda n: ("Donaudampfschifffahrtselektrizitäten" * 20)[:n],
    "chinese": lambda n: ("我已经等了四十分钟没有人告诉我" * 40)[:n],
    "arabic": lambda n: ("انتظرت أربعين دقيقة ولم يخبرني أحد. " * 20)[:n],
}


@pytest.mark.parametrize("kind", WIDE)
def test_the_longest_texts_are_small_but_never_cut(wall: Page, room: Facilitator, kind: str) -> None:
    text = WIDE[kind]
    room.post("scene.shown", speaker=text(80), line=text(300), mood=5)
    check(wall, "scene", least=20)
    ask(room, [text(160) for _ in range(6)], text(200), seconds=600)
    check(wall, "question", least=18, name=f"question-{kind}".replace(" ", "-"))
    room.shut()
    room.reveal(notes={"o0": {"grade": "best", "reason": text(120)}})
    check(wall, "results", least=18, name=f"results-{kind}".replace(" ", "-"))


def test_the_rehearsal_is_marked_and_the_wifi_code_is_there(guests: Guests, room: Facilitator, server: Any) -> None:
    (server.data / "wifi.json").write_text('{"network": "Kit", "password": "pass word"}', encoding="utf-8")
    wall = guests.wall()
    room.post("settings.changed", settings={"wifi": True})
    expect(wall.locator(".wifi")).to_be_visible()
    check(wall, "lobby", name="lobby-wifi")
    room.post("settings.changed", settings={"wifi": False})
    expect(wall.locator(".wifi")).to_have_count(0)
