"""axe-core finds nothing serious on any view of phone and wall, light or dark."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser import grave
from tests.e2e.guests import LINE_CUT, PHONE, Guests, PhonePage, wall_sees
from tests.serving import Facilitator

LINE = "I have been waiting for forty minutes."


class Findings:
    """Looks at a page in both colour schemes and keeps what axe-core finds."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def look(self, page: Page, name: str) -> None:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.found += grave(page, f"{name}, light")
        # The dark page differs in nothing but its colours.
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self.found += grave(page, f"{name}, dark", only="color-contrast")

    def none(self) -> None:
        assert not self.found, "\n".join(self.found)


def ask(room: Facilitator, round_: str = "r1", **more: Any) -> None:
    options = [{"id": f"o{n}", "text": f"Answer number {n}"} for n in range(6)]
    room.post("round.opened", round=round_, form="choice", prompt="What now?", options=options, **more)


def test_every_door_of_a_phone(guests: Guests, room: Facilitator) -> None:
    findings = Findings()
    context, watch = guests.context(viewport=PHONE, has_touch=True, is_mobile=True)
    watch.allow("status of 4")
    page = context.new_page()
    address = f"{guests.origin}/{room.code}"
    page.goto(f"{guests.origin}/")
    findings.look(page, "home")
    page.goto(f"{guests.origin}/QQQQQQ")
    findings.look(page, "wrong code")
    page.goto(address)
    findings.look(page, "join")
    page.locator("#name").evaluate("field => { field.maxLength = 99; field.value = 'x'.repeat(60) }")
    page.get_by_role("button", name="Join", exact=True).tap()
    expect(page.locator("#name-error")).to_be_visible()
    findings.look(page, "join, too long a name")
    page.get_by_text("Were you here before?").tap()
    page.locator("#word").fill("nobo-dyis")
    page.get_by_role("button", name="Come back").tap()
    expect(page.locator("#word-error")).to_be_visible()
    findings.look(page, "join, wrong word")
    room.post("settings.changed", settings={"locked": True})
    page.goto(address)
    findings.look(page, "locked")
    page.goto(f"{address}/nothing")
    findings.look(page, "error")
    findings.none()


def test_every_view_of_a_phone(guests: Guests, room: Facilitator) -> None:
    findings = Findings()
    phone = guests.joined("Ana", allow=["status of 4"])

    def look(view: str, name: str = "") -> PhonePage:
        phone.sees(view)
        findings.look(phone.page, name or view)
        return phone

    look("lobby")
    me = room.session.present[0].id
    room.post("scene.shown", speaker="Ms Okafor", line=LINE, mood=2)
    look("scene")
    ask(room, confidence=True, reason=True, seconds=600)
    look("question").vote("B").is_("saved")
    phone.page.get_by_label("fairly sure").tap()
    look("question", "question, saved")
    phone.cut()
    phone.vote("C").is_("kept")
    expect(phone.line).not_to_be_empty()
    look("question", "question, kept")
    room.shut()
    phone.mend()
    look("closed").is_("halt")
    room.reveal(where="wall")
    expect(phone.page.get_by_role("heading", name="The results are on the wall")).to_be_visible()
    look("closed", "on the wall")
    ask(room, "r2", repeats="r1")
    phone.sees("question").vote("D").is_("saved")
    findings.look(phone.page, "question again")
    room.shut("r2")
    room.post("hands.counted", round="r2", counts={"o0": 3})
    notes = {
        f"o{n}": {"grade": grade, "reason": LINE} for n, grade in enumerate(("best", "workable", "weak", "harmful"))
    }
    room.reveal("r2", beside="r1", notes=notes)
    look("results")
    room.post("message.shown", title="Five minutes", body="Stand up.")
    room.post("card.dealt", participant=me, title="You are the customer", body="You are late.")
    expect(phone.page.locator(".card")).to_be_visible()
    look("message", "message and card")
    room.post("session.closed")
    look("ended")
    room.post("session.reopened")
    phone.sees("message")
    room.post("participant.removed", participant=me)
    expect(phone.page.get_by_text("You are no longer in this room").first).to_be_visible()
    findings.look(phone.page, "removed")
    findings.none()


def test_every_view_of_the_wall(guests: Guests, room: Facilitator) -> None:
    findings: list[str] = []
    walls = [guests.wall(theme=theme) for theme in ("dark", "light")]
    guests.allow(*LINE_CUT)

    def look(view: str) -> None:
        for page, theme in zip(walls, ("dark", "light"), strict=True):
            wall_sees(page, view)
            page.emulate_media(reduced_motion="reduce")
            findings.extend(grave(page, f"wall {view}, {theme}", only="" if theme == "dark" else "color-contrast"))

    look("lobby")
    room.post("scene.shown", speaker="Ms Okafor", line=LINE, mood=2)
    look("scene")
    ask(room, seconds=600)
    look("question")
    for phone, letter in zip(room.phones(3), (0, 1, 1), strict=True):
        phone.seat().vote(f"o{letter}")
    room.shut()
    look("closed")
    room.reveal(notes={"o1": {"grade": "best", "reason": LINE}, "o0": {"grade": "harmful", "reason": LINE}})
    look("results")
    room.post("message.shown", title="Five minutes", body="Stand up.")
    look("message")
    for page in walls:
        page.context.set_offline(True)
        expect(page.locator("#line")).not_to_be_empty()
        findings.extend(grave(page, "wall without its line"))
        page.context.set_offline(False)
        expect(page.locator("#line")).to_be_empty()
    room.post("session.closed")
    look("ended")
    assert not findings, "\n".join(findings)
