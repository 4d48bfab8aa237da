"""The facilitator's way through JupyterLab itself, by clicking, with the shipped settings and with Lab's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import picture
from tests.e2e.guests import Guests, PhonePage, wall_sees
from tests.e2e.lab import MODES, PANELS, Lab, Notebook

Invite = Callable[[str], Guests]
both = pytest.mark.parametrize("lab", MODES, indirect=True)
pytestmark = pytest.mark.slow


def type_question(notebook: Notebook, prompt: str, *options: str) -> None:
    ask = notebook.ask.place
    ask.get_by_label("Question").fill(prompt)
    for letter, option in zip("ABCDEF", options, strict=False):
        ask.get_by_placeholder(f"Answer {letter}", exact=True).fill(option)
    notebook.typed()


def drawer(lobby: Locator, name: str) -> None:
    lobby.locator(".jupyter-widget-Collapse-header").get_by_text(name).click()


@both
def test_run_ask_vote_show_and_ask_again(notebook: Notebook, lab: Lab, invite: Invite, outside: str) -> None:
    assert notebook.hints == PANELS
    picture(notebook.page, "lab-before-run-all")
    notebook.run_all()
    assert notebook.comms == ("disabled" if lab.mode == "shipped" else "perCommTarget")
    lobby, ask = notebook.lobby, notebook.ask
    lobby.says("No session of this workshop is open").filled("Open a new session")
    # Lab goes to the last cell that it ran; the facilitator begins at the first.
    expect(lobby.button("Open a new session")).to_be_in_viewport()
    ask.says("Open a session in the lobby first")
    expect(ask.button("Open the vote")).to_have_count(0)
    picture(notebook.page, "lab-lobby-none")
    code = notebook.open_session()
    lobby.says("Nobody is here yet.", "Nobody joins? Try these, in this order").filled("Open the wall ↗")
    expect(lobby.place.locator(".kit-big").first).to_have_text(f"{outside}:{lab.room_url.rpartition(':')[2]}")
    picture(notebook.page, "lab-lobby-open")

    guests = invite(code)
    wall = guests.wall()
    ana, ben = guests.joined("Ana"), guests.joined("Ben")
    lobby.says("2 people are here.", "Ana", "Ben").says_no_more("Nobody joins?")
    picture(lobby.place, "lab-lobby-people")

    # A ready question
    ask.place.get_by_label("Ready to ask").select_option(label="First words")
    expect(ask.place.get_by_placeholder("Answer B", exact=True)).to_have_value(
        "Forty minutes, and nobody told you how long it would take."
    )
    ask.place.get_by_label("Ask how sure they are").check()
    ask.place.get_by_label("Ask for a reason in one line").check()
    notebook.typed()
    picture(ask.place, "lab-ask-form")
    ask.click("Open the vote").says("0 of 2 have voted", "Only you see these bars").filled("Close the vote")
    ana.sees("question")
    ana.page.get_by_label("fairly sure").tap()
    ana.page.locator("#reason").fill("<img src=x onerror=alert(1)> $x$")
    ana.vote("B").is_("saved")
    ask.says("1 of 2 have voted").bars("0", "1 of 1", "0", "0")
    ben.sees("question").vote("A").is_("saved")
    ask.says("2 of 2 have voted", "0 sure, 1 fairly sure, 0 guessing", "<img src=x onerror=alert(1)> $x$")
    ask.bars("1 of 2", "1 of 2", "0 of 2", "0 of 2")
    ben.vote("B").is_("saved")
    ask.bars("0 of 2", "2 of 2")
    picture(ask.place, "lab-ask-open")
    picture(notebook.page, "lab-ask-open-page")
    expect(wall.locator(".voted")).to_have_text("2 of 2 have voted")

    ask.click("Close the vote").says("The vote is closed.").filled("Ask it again")
    picture(ask.place, "lab-ask-closed")
    ana.sees("closed")
    ask.click("Show on the wall only").says("The results are on the wall.").filled("A new question")
    wall_sees(wall, "results")
    ana.sees("closed")

    # The same once more, then shown to all beside the first
    ask.click("Ask it again").says("0 of 2 have voted")
    ana.sees("question").vote("C").is_("saved")
    ask.says("1 of 2 have voted").click("Close the vote").filled("Show to everyone")
    ask.click("Show to everyone").says("on the wall and on the phones").filled("A new question")
    ana.sees("results").has_own("C")
    expect(ana.page.locator('[data-answer="b"] .old .votes')).to_contain_text("2 of 2")
    picture(ask.place, "lab-ask-shown")
    picture(wall, "wall-1080-beside")
    picture(ana.page, "phone-results-beside")
    ask.click("A new question")
    expect(ask.place.get_by_label("Question")).to_have_value("")
    expect(ask.place.get_by_label("Question")).to_be_visible()


@both
def test_a_typed_question_with_a_time_limit_while_a_long_cell_runs(notebook: Notebook, invite: Invite) -> None:
    guests = invite(notebook.run_all().open_session())
    ana, ben = guests.joined("Ana"), guests.joined("Ben")
    ask = notebook.ask
    ask.says_no_more("Open a session in the lobby first")
    ask.click("Open the vote").says("Type a question first.")
    type_question(notebook, "Which first?", "Same")
    ask.click("Open the vote").says("Give at least two answers.")
    type_question(notebook, "Which first?", "Same", "Same")
    ask.click("Open the vote").says("Two answers are the same: Same")
    picture(ask.place, "lab-ask-refused")
    type_question(notebook, "Which first?", "One", "<b>Two</b>", "$5 or $10", "Four", "Five", "Six")
    ask.place.get_by_label("Time").select_option(label="90 seconds")
    notebook.typed()
    ask.click("Open the vote").says("0 of 2 have voted", "1:", "<b>Two</b>", "$5 or $10")
    ana.sees("question").vote("F").is_("saved")
    ask.says("1 of 2 have voted")

    with notebook.long_cell():
        ben.vote("B").is_("saved")
        ask.says("2 of 2 have voted")
        ana.vote("B").is_("saved")
        ask.bars("0 of 2", "2 of 2")

    ask.click("Add 30 seconds")
    expect(ana.page.locator(".time")).to_contain_text("1:")
    ask.click("Close the vote").filled("Ask it again")
    ask.click("Show to everyone").filled("A new question")
    ana.sees("results")


@both
def test_rename_remove_lock_end_and_open_again(notebook: Notebook, invite: Invite) -> None:
    guests = invite(notebook.run_all().open_session())
    ana, ben = guests.joined("Ana"), guests.joined("Ben")
    lobby, place = notebook.lobby, notebook.lobby.place
    lobby.says("2 people are here.")
    drawer(place, "People: rename, remove")
    place.get_by_label("Who", exact=True).select_option(label="Ana")
    place.get_by_placeholder("New name").fill("Anastasia")
    notebook.typed()
    lobby.click("Rename")
    expect(place.locator(".kit-names")).to_have_text("AnastasiaBen")
    picture(place, "lab-lobby-drawer-people")
    place.get_by_label("Who", exact=True).select_option(label="Ben")
    lobby.click("Remove").click("Keep")
    expect(lobby.button("Remove")).to_be_visible()
    lobby.click("Remove").click("Yes, remove Ben").says("1 person is here.")
    expect(ben.page.get_by_text("You are no longer in this room").first).to_be_visible()

    lobby.click("Lock the door").says("The door is locked")
    late = guests.phone()
    expect(late.page.get_by_role("heading", name="The door is locked")).to_be_visible()
    lobby.click("Unlock the door").says_no_more("The door is locked")
    PhonePage(late.page, late.address, late.watch).open().join("Late")
    lobby.says("2 people are here.")

    drawer(place, "Wi-Fi and network")
    lobby.click("Show the Wi-Fi code").says("Enter the Wi-Fi's name first.")
    place.get_by_label("Wi-Fi name").fill("Kit; room")
    place.get_by_label("Password").fill("pass word")
    notebook.typed()
    lobby.click("Show the Wi-Fi code").says("1. The Wi-Fi: Kit; room")
    wall = guests.wall()
    expect(wall.locator(".qr.wifi")).to_be_visible()
    picture(notebook.page, "lab-lobby-wifi")
    lobby.click("Hide the Wi-Fi code").says_no_more("1. The Wi-Fi")

    drawer(place, "End this session")
    lobby.click("End the session").click("No, go on").click("End the session").click("Yes, end it for everybody")
    lobby.says("This session has ended. Everything is kept.")
    notebook.ask.says("This session has ended.")
    ana.sees("ended")
    picture(notebook.page, "lab-lobby-ended")
    lobby.click("Open it again").says("2 people are here.")
    ana.sees("lobby")
