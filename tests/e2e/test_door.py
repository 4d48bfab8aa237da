"""Doors: a wrong code, a locked door, an ended room, names that try to be clever."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.browser import picture
from tests.e2e.guests import PHONE, Guests, wall_sees
from tests.serving import Facilitator

NASTY = '<img src=x onerror="document.title=1"> $x$'
NAMES = {
    "Ana": "Ana (2)",
    "👩🏽‍🚒 Zoë": "👩🏽‍🚒 Zoë",
    "عمر": "عمر",
    '<b onclick="x">Bo</b>': '<b onclick="x">Bo</b>',
    "": "Guest 6",
}


def test_a_wrong_code_is_said_and_the_right_one_leads_in(guests: Guests, room: Facilitator) -> None:
    context, watch = guests.context(viewport=PHONE, has_touch=True, is_mobile=True)
    watch.allow("status of 404")
    page = context.new_page()
    page.goto(f"{guests.origin}/")
    picture(page, "phone-home")
    page.get_by_label("The room's code").fill("QQQQQQ")
    page.get_by_role("button", name="Go to the room").tap()
    expect(page.get_by_role("alert")).to_contain_text("QQQQQQ")
    picture(page, "phone-wrong-code")
    # As people type it: small letters and a gap.
    page.get_by_label("The room's code").fill(f"{room.code[:3]} {room.code[3:]}".lower())
    page.get_by_role("button", name="Go to the room").tap()
    page.wait_for_url(f"**/{room.code}")
    expect(page.get_by_role("button", name="Join", exact=True)).to_be_visible()
    page.goto(f"{guests.origin}/{room.code.lower()}")
    expect(page).to_have_url(f"{guests.origin}/{room.code}")


def test_a_locked_door_keeps_new_ones_out_and_lets_old_ones_back(guests: Guests, room: Facilitator) -> None:
    inside, waiting = guests.joined("Ana"), guests.phone(allow=["status of 403"])
    wall = guests.wall()
    room.post("settings.changed", settings={"locked": True})
    expect(wall.locator(".here")).to_contain_text("The door is locked")
    waiting.tap("Join")
    expect(waiting.page.get_by_text("locked the door")).to_be_visible()
    waiting.page.goto(waiting.address)
    expect(waiting.page.get_by_role("heading", name="The door is locked")).to_be_visible()
    expect(waiting.page.get_by_role("button", name="Join", exact=True)).to_have_count(0)
    picture(waiting.page, "phone-locked")
    waiting.page.locator("#word").fill(inside.word)
    waiting.tap("Come back")
    waiting.sees("lobby")
    expect(waiting.page.locator("footer.you")).to_contain_text("Ana")
    assert len(room.session.people) == 1
    room.post("settings.changed", settings={"locked": False})
    assert guests.joined("Ben").word != inside.word


def test_an_ended_room_lets_nobody_join(guests: Guests, room: Facilitator) -> None:
    phone = guests.phone(allow=["status of 4"])
    room.post("session.closed")
    phone.tap("Join")
    expect(phone.page.get_by_text("This session has ended")).to_be_visible()
    picture(phone.page, "phone-error")
    room.post("session.reopened")
    phone.open().join("Ana").sees("lobby")


def test_names_are_shown_as_they_were_typed(guests: Guests, room: Facilitator) -> None:
    room.phone("Ana")
    for typed, shown in NAMES.items():
        phone = guests.joined(typed)
        expect(phone.page.locator(".me bdi")).to_have_text(shown)
        expect(phone.page.locator("footer.you bdi")).to_have_text(shown)
        assert room.session.present[-1].name == shown


def test_a_name_of_300_characters_is_refused_with_a_sentence(guests: Guests, room: Facilitator) -> None:
    phone = guests.phone(allow=["status of 422"])
    # The field itself stops at 40; whoever gets around it is told.
    phone.page.locator("#name").evaluate("field => { field.maxLength = 400; field.value = 'x'.repeat(300) }")
    phone.tap("Join")
    expect(phone.page.locator("#name-error")).to_contain_text("300 characters; 40 fit")
    picture(phone.page, "phone-long-name")
    phone.page.locator("#name").fill("Ana")
    phone.tap("Join")
    phone.sees("lobby")


def test_what_people_type_never_runs_on_phone_or_wall(guests: Guests, room: Facilitator) -> None:
    wall, phone = guests.wall(), guests.joined(NASTY[:40])
    room.post("scene.shown", speaker=NASTY, line=NASTY, mood=0)
    wall_sees(wall, "scene")
    room.post(
        "round.opened",
        round="r1",
        form="choice",
        prompt=NASTY,
        reason=True,
        options=[{"id": "i", "text": NASTY}, {"id": "j", "text": "</script><script>document.title=1</script>"}],
    )
    phone.sees("question")
    phone.page.locator("#reason").fill(NASTY)
    phone.vote("B").is_("saved", "B")
    phone.vote("A").is_("saved", "A")
    phone.page.reload()
    phone.is_("saved", "A").has_own("A")
    room.shut()
    room.reveal(notes={"i": {"grade": NASTY, "reason": NASTY}})
    phone.sees("results").has_own("A")
    wall_sees(wall, "results")
    room.post("message.shown", title=NASTY, body=NASTY)
    room.post("card.dealt", participant=room.session.present[0].id, title=NASTY, body=NASTY)
    expect(phone.page.locator(".card")).to_contain_text("onerror")
    for page in (phone.page, wall):
        assert page.title() != "1"
        assert page.locator("#screen img:not(.qr), #screen script, #screen b[onclick]").count() == 0
