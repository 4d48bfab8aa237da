"""A conversation on wall and phones: find your opposite, running results, the clock, both votes, the road."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import grave, picture
from tests.e2e.guests import FULL_HD, SMALL_WALL, Guests, wall_sees
from tests.e2e.test_layout import NARROW, check_width
from tests.e2e.test_wall import check
from tests.serving import Facilitator

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = pytest.mark.parametrize("size", [FULL_HD, SMALL_WALL], ids=["1080p", "720p"])
TEXTS = [
    "Unfortunately the carrier had too many stops on Friday. We only hand the boxes over to them, you must see.",
    "I can put that right straight away for you: the next free delivery is Tuesday next week, from eight to two.",
    "So you gave up a day's pay for us, you sat at the window for six hours, and nobody even rang. Is that right?",
    "I can see how that would be frustrating. May I look up what happened to your delivery on that bad Friday?",
]
WHY = (
    "It may be true. It explains us, and her day at the window is not in it. "
    "She hears somebody who defends before he has listened."
)
LINE = (
    "Six hours. I took Friday off for you, unpaid, and I sat at the window like an idiot. "
    "Nobody came. Nobody even rang."
)
NAMES = [
    "The delivery that nobody saw",
    "Somebody else has promised",
    "What the neighbour told her twice",
    "The call",
    "Manager Hendriksen takes it over",
    "Unannounced visit of the carrier",
    "A call with a time",
    "He will be six on Sunday evening",
    "Nothing is promised but a call",
    "A good-bye without hard feelings",
]
MOODS = (3, 2, 4, 3, 5, 0, 1, 7, 10, 9)


def ask(room: Facilitator, round_: str = "r1", **more: Any) -> None:
    options = [{"id": letter, "text": text} for letter, text in zip("abcd", TEXTS, strict=True)]
    room.post("round.opened", round=round_, form="choice", prompt="What do you answer?", options=options, **more)


def settle(room: Facilitator, **settings: Any) -> None:
    room.post("settings.changed", settings=settings)


def go(room: Facilitator, number: int, end: str = "") -> None:
    """Be at the road's step of this number, and on the scene there."""
    steps = []
    for n, (name, mood) in enumerate(zip(NAMES[:number], MOODS[:number], strict=True)):
        others = [
            {"letter": letter, "to": f"Way {letter}{n}", "mood": (mood + k) % 11} for k, letter in enumerate("ACD")
        ]
        steps.append({"turn": name, "mood": mood, "letter": "B", "text": TEXTS[1], "others": others})
    steps[-1] = {"turn": NAMES[number - 1], "mood": MOODS[number - 1], "end": end}
    room.post("note.recorded", topic="road", fields={"visit": number, "steps": steps})
    room.post("scene.shown", title="fast", speaker="Dana Whitlock", line=LINE, mood=MOODS[number - 1])


def opposite(room: Facilitator) -> None:
    room.shut()
    settle(room, opposite="r1", timer=120)


def test_a_phone_becomes_its_own_letter(guests: Guests, room: Facilitator) -> None:
    wall, phone, silent = guests.wall(), guests.joined("Ana"), guests.joined("Ben")
    ask(room)
    phone.sees("question").vote("B").is_("saved")
    silent.sees("question")
    opposite(room)
    phone.sees("opposite").is_("", "")
    expect(phone.page.locator(".held:visible")).to_have_attribute("data-letter", "B")
    expect(phone.page.locator(".letterless")).to_be_hidden()
    expect(phone.page.get_by_role("heading", name="Your letter: B")).to_be_focused()
    expect(phone.page.locator(".held:visible")).to_contain_text(TEXTS[1])
    expect(phone.page.locator(".time")).to_have_text(re.compile(r"^(2:00|1:5\d) left$"))
    picture(phone.page, "phone-opposite")
    box = phone.page.locator(".held:visible").bounding_box()
    letter = phone.page.locator(".held:visible .sign b").bounding_box()
    assert box is not None
    assert letter is not None
    assert box["width"] == 390
    assert box["height"] > 650
    assert letter["height"] > 250
    assert phone.page.evaluate("document.documentElement.scrollHeight") <= 844
    silent.sees("opposite")
    expect(silent.page.locator(".held:visible")).to_have_count(0)
    expect(silent.page.get_by_role("heading", name=re.compile("^You did not vote in this round"))).to_be_focused()
    picture(silent.page, "phone-opposite-none")
    wall_sees(wall, "opposite")
    for page in (phone.page, silent.page, wall):
        assert not re.search(r"\d+ of \d+|\d+ %", page.locator("body").inner_text())
    # A reload comes back to the same letter.
    phone.page.reload()
    phone.sees("opposite")
    expect(phone.page.locator(".held:visible")).to_have_attribute("data-letter", "B")
    # Everything is as before when the talk is over.
    settle(room, opposite="", timer=0)
    phone.sees("closed").is_("counted", "Your vote: B").has_own("B")


def test_a_phone_becomes_its_own_letter_without_javascript(guests: Guests, room: Facilitator) -> None:
    context, _ = guests.context(viewport=NARROW, has_touch=True, is_mobile=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{guests.origin}/{room.code}")
    page.get_by_role("button", name="Join", exact=True).tap()
    ask(room)
    page.locator(".refresh a").tap()
    page.locator('button.answer[data-letter="C"]').tap()
    expect(page.locator("#status")).to_contain_text("Saved: C")
    opposite(room)
    page.goto(f"{guests.origin}/{room.code}")
    expect(page.locator(".held:visible")).to_have_attribute("data-letter", "C")
    expect(page.get_by_role("heading", name="Your letter: C")).to_be_visible()
    expect(page.locator("#status")).to_be_hidden()
    expect(page.locator('meta[http-equiv="refresh"]')).to_have_attribute("content", "10")
    ask(room, "r2")
    room.shut("r2")
    settle(room, opposite="r2")
    page.goto(f"{guests.origin}/{room.code}")
    expect(page.locator(".held:visible")).to_have_count(0)
    expect(page.get_by_text("You did not vote in this round")).to_be_visible()


@pytest.mark.parametrize("viewport", [NARROW, {"width": 844, "height": 390}], ids=["narrow", "landscape"])
def test_the_letter_fits_other_phones(guests: Guests, room: Facilitator, viewport: dict[str, int]) -> None:
    phone = guests.joined(viewport=viewport)
    ask(room)
    phone.sees("question").vote("D").is_("saved")
    opposite(room)
    phone.sees("opposite")
    check_width(phone.page)
    picture(phone.page, f"phone-opposite-{viewport['width']}")
    sign = phone.page.locator(".held:visible .sign")
    sign.scroll_into_view_if_needed()
    expect(sign).to_be_in_viewport(ratio=1)


def test_a_vote_that_came_too_late_is_explained_beside_the_letter(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined(allow=["status of 409"])
    ask(room)
    phone.sees("question").vote("A").is_("saved")
    phone.cut()
    phone.vote("B").is_("kept")
    opposite(room)
    phone.mend()
    phone.sees("opposite").is_("halt", "Too late for B", "Your earlier vote, A, counts")
    expect(phone.page.locator(".held:visible")).to_have_attribute("data-letter", "A")


def test_live_results_run_on_the_wall_and_never_on_a_phone(guests: Guests, room: Facilitator) -> None:
    wall, phone = guests.wall(), guests.joined("Ana")
    settle(room, live=True)
    ask(room)
    wall_sees(wall, "question")
    expect(wall.locator(".so-far")).to_have_text("So far")
    expect(wall.locator(".bar")).to_have_count(4)
    expect(wall.locator("main")).not_to_contain_text("No votes")
    phone.sees("question").vote("C").is_("saved")
    expect(wall.locator('[data-answer="c"] .votes')).to_contain_text("1 of 1")
    for other, answer in zip(room.phones(3), "cad", strict=True):
        other.seat().vote(answer)
    expect(wall.locator('[data-answer="c"] .votes')).to_contain_text("2 of 4")
    expect(wall.locator('[data-answer="c"] .level')).to_have_attribute("width", "50.0%")
    expect(phone.page.locator(".votes, .bar, .chart, .so-far")).to_have_count(0)
    check(wall, "question", name="question-live")
    opposite(room)
    wall_sees(wall, "opposite")
    expect(wall.locator(".votes, .bar, .chart")).to_have_count(0)


def seconds(page: Page, place: str) -> int:
    minutes, rest = re.findall(r"(\d+):(\d\d)", page.locator(place).inner_text())[0]
    return int(minutes) * 60 + int(rest)


def test_the_clock_ticks_where_people_talk_and_in_the_corner(guests: Guests, room: Facilitator) -> None:
    wall, phone = guests.wall(), guests.joined()
    room.post("scene.shown", speaker="Dana Whitlock", line=LINE, mood=3)
    settle(room, timer=90)
    expect(wall.locator(".corner .time")).to_have_text(re.compile(r"^1:\d\d left$"))
    before = seconds(wall, ".corner .time")
    wall.wait_for_function(
        "before => !document.querySelector('.time').textContent.includes(before)", arg=f"{before % 60:02}"
    )
    assert seconds(wall, ".corner .time") < before
    settle(room, timer=2)
    room.post("message.shown", title="In your own words", body="“Six hours, and nobody came.”")
    wall_sees(wall, "message")
    expect(wall.locator(".stage .clock")).to_have_text(re.compile(r"^0:0[012]$|^The time is up\.$"))
    expect(wall.locator(".corner .time")).to_have_count(0)
    expect(wall.locator(".stage .clock")).to_have_text("The time is up.")
    expect(phone.page.locator(".view-message .time")).to_have_text("The time is up.")
    check(wall, "message", name="message-time-up")
    settle(room, timer=0)
    expect(wall.locator("[data-seconds]")).to_have_count(0)


def test_the_mood_is_seen_to_move_unless_motion_is_not_wanted(guests: Guests, room: Facilitator) -> None:
    lively, still = guests.wall(), guests.wall()
    lively.emulate_media(reduced_motion="no-preference")
    still.emulate_media(reduced_motion="reduce")
    go(room, 1)
    for page in (lively, still):
        wall_sees(page, "scene")
        expect(page.locator(".mood")).to_have_attribute("aria-label", "Mood: angry, 3 of 10")
        expect(page.locator(".strip")).to_have_count(0)
    ask(room)
    wall_sees(lively, "question")
    wall_sees(still, "question")
    room.shut()
    go(room, 3)
    for page, name in ((lively, "set-out"), (still, "none")):
        wall_sees(page, "scene")
        expect(page.locator(".mood .here")).to_have_css("animation-name", name)
        expect(page.locator(".mood .was")).to_have_attribute("cx", "20%")
        expect(page.locator(".strip")).to_be_visible()
    length = lively.locator(".mood .here").evaluate("node => getComputedStyle(node).animationDuration")
    assert float(length.removesuffix("s")) < 1


@SIZES
def test_every_view_of_a_play_is_whole_and_large_enough(
    guests: Guests, room: Facilitator, size: dict[str, int]
) -> None:
    wall = guests.wall(size)
    go(room, 8)
    settle(room, timer=100)
    check(wall, "scene", name="scene-road")
    people = [phone.seat() for phone in room.phones(12)]
    ask(room, seconds=300)
    check(wall, "question", name="question-road")
    for n, phone in enumerate(people):
        phone.vote("abcd"[n % 4])
    opposite(room)
    check(wall, "opposite", name="opposite")
    ask(room, "r2", repeats="r1")
    for n, phone in enumerate(people):
        phone.vote("ccbd"[n % 4], "r2")
    room.shut("r2")
    notes = {letter: {"grade": "workable", "reason": WHY} for letter in "abcd"}
    room.reveal("r2", beside="r1", notes=notes)
    expect(wall.locator(".which")).to_have_count(8)
    expect(wall.locator(".band")).to_have_count(8 + 1)  # and the legend's
    check(wall, "results", name="results-both")
    expect(wall.locator('[data-answer="c"] .measure.old')).to_contain_text("first vote")
    expect(wall.locator('[data-answer="c"] .measure:not(.old)')).to_contain_text("6 of 12")


FIVE = [
    "You should have got an e-mail on Friday morning. Could it be in the spam?",
    "You paid us, so we answer for it. What happened at your end on Friday?",
    "Your complaint is noted, and we are processing it with the carrier now.",
    "You're right, I was explaining. What you got for it was an empty Friday.",
    "Then it stops with me. You get my name and number, and I keep it open.",
]
REASON = "Answers the real trouble, that nobody kept it, with a thing one can do: a name and a number for her."


@SIZES
def test_five_answers_and_their_reasons_can_be_read(guests: Guests, room: Facilitator, size: dict[str, int]) -> None:
    wall = guests.wall(size)
    go(room, 8)
    people = [phone.seat() for phone in room.phones(12)]
    options = [{"id": letter, "text": text} for letter, text in zip("abcde", FIVE, strict=True)]
    notes = {letter: {"grade": "workable", "reason": REASON} for letter in "abcde"}
    for round_, more in (("r1", {}), ("r2", {"repeats": "r1"})):
        room.post("round.opened", round=round_, form="choice", prompt="What do you answer?", options=options, **more)
        for n, phone in enumerate(people):
            phone.vote("abcde"[n % 5], round_)
        room.shut(round_)
    room.reveal("r1", notes=notes)
    expect(wall.locator(".grade")).to_have_count(5)
    check(wall, "results", name="results-5")
    room.reveal("r2", beside="r1", notes=notes)
    expect(wall.locator(".which")).to_have_count(10)
    check(wall, "results", name="results-5-both")
    expect(wall.get_by_role("heading", name="What do you answer?")).to_be_in_viewport(ratio=1)
    expect(wall.locator(".legend")).to_be_visible()


@SIZES
def test_what_is_said_aloud_stands_below_the_customers_line(
    guests: Guests, room: Facilitator, size: dict[str, int]
) -> None:
    wall, phone = guests.wall(size), guests.joined()
    line, answer = f"{LINE} {LINE} And now you.", f"“{FIVE[4]} {FIVE[4]}”"
    assert len(line) > 240
    assert len(answer) > 140
    room.post("scene.shown", title="fast", speaker="Dana Whitlock", line=line, mood=3)
    room.post("message.shown", title="Say it aloud. One of you is Dana Whitlock; another one answers:", body=answer)
    check(wall, "message", name="message-aloud")
    settle(room, timer=60)
    expect(wall.locator(".stage .clock")).to_be_visible()
    check(wall, "message", name="message-aloud-clock")
    for page in (wall, phone.page):
        places = [page.locator(place).bounding_box() for place in (".scene", "h1", ".body.speech", "[data-seconds]")]
        tops = [place["y"] for place in places if place is not None]
        assert len(tops) == 4
        assert tops == sorted(tops)
    picture(phone.page, f"phone-message-aloud-{size['height']}")
    assert phone.page.evaluate("document.documentElement.scrollHeight") <= 844
    check_width(phone.page)


LABELS = """() => [...document.querySelectorAll('.map text')].map(node => {
    const box = node.getBoundingClientRect();
    return [node.textContent.trim().replace(/\\s+/g, ' '), box.left, box.top, box.right, box.bottom];
})"""


@SIZES
@pytest.mark.parametrize("number", [2, 6, 10])
def test_no_label_of_the_whole_road_lies_over_another(
    guests: Guests, room: Facilitator, size: dict[str, int], number: int
) -> None:
    wall = guests.wall(size)
    go(room, number, "handed up")
    settle(room, road=True)
    check(wall, "road", name=f"road-{number}")
    labels = wall.evaluate(LABELS)
    assert len(labels) >= 6 + 2 * number - 1
    corner, under = wall.locator(".corner .qr").bounding_box(), wall.locator(".unvisited").bounding_box()
    assert corner is not None
    assert under is not None
    for text, left, top, right, bottom in labels:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= corner["x"], text
        assert bottom <= under["y"] + 2, text
    for one, other in combinations(labels, 2):
        wide = min(one[3], other[3]) - max(one[1], other[1])
        # A line's box is taller than its letters.
        high = min(one[4], other[4]) - max(one[2], other[2])
        assert wide <= 1 or high <= 0.3 * min(one[4] - one[2], 40), f"{one} over {other}"
    assert under["y"] + under["height"] <= size["height"]
    settle(room, road=False)
    wall_sees(wall, "scene")


def test_axe_finds_nothing_on_the_pages_of_a_play(guests: Guests, room: Facilitator) -> None:
    walls = [guests.wall(theme=theme) for theme in ("dark", "light")]
    phone, silent = guests.joined("Ana"), guests.joined()
    findings: list[str] = []

    def look(view: str) -> None:
        for page, theme in zip(walls, ("dark", "light"), strict=True):
            wall_sees(page, view)
            page.emulate_media(reduced_motion="reduce")
            findings.extend(grave(page, f"wall {view}, {theme}"))

    def look_at_phones(view: str) -> None:
        for each in (phone, silent):
            each.sees(view)
            for scheme in SCHEMES:
                each.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                findings.extend(grave(each.page, f"phone {view}, {scheme}"))

    go(room, 6, "parked")
    look("scene")
    settle(room, road=True)
    look("road")
    settle(room, road=False, live=True)
    ask(room)
    for letter in "ABCD":
        phone.sees("question").vote(letter).is_("saved", f"Saved: {letter}.")
    look("question")
    opposite(room)
    look("opposite")
    look_at_phones("opposite")
    room.reveal(notes={letter: {"grade": "best", "reason": WHY} for letter in "abcd"}, beside="r1")
    look("results")
    look_at_phones("results")
    room.post("message.shown", title="Ana says it aloud", body="“Is that right?”")
    look("message")
    look_at_phones("message")
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("letter", "ABCDEF")
def test_every_letter_can_be_read_on_its_colour(guests: Guests, room: Facilitator, letter: str) -> None:
    phone = guests.joined()
    room.ask(options="abcdef")
    phone.sees("question").vote(letter).is_("saved")
    opposite(room)
    phone.sees("opposite")
    expect(phone.page.locator(".held:visible")).to_have_attribute("data-letter", letter)
    for scheme in SCHEMES:
        phone.page.emulate_media(color_scheme=scheme)
        assert grave(phone.page, f"{letter}, {scheme}", only="color-contrast") == []
