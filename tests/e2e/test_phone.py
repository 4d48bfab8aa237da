"""A session as a person with a phone goes through it, and the wall beside."""

from __future__ import annotations

import re
import threading
from typing import Any

from playwright.sync_api import Route, expect

from tests.e2e.browser import picture
from tests.e2e.guests import Guests, wall_sees
from tests.serving import Facilitator

OPTIONS = [
    {"id": "a", "text": "I'm sorry, we are very busy today."},
    {"id": "b", "text": "Forty minutes, and nobody told you how long it would take."},
    {"id": "c", "text": "Let me see what I can do for you."},
]


def ask(room: Facilitator, round_: str = "r1", **more: Any) -> None:
    room.post(
        "round.opened",
        round=round_,
        form="choice",
        prompt="“I have been waiting for forty minutes.” What do you say first?",
        options=OPTIONS,
        **more,
    )


def test_a_whole_session_from_the_scan_to_the_end(guests: Guests, room: Facilitator) -> None:
    wall = guests.wall()
    wall_sees(wall, "lobby")
    picture(wall, "wall-1080-lobby")
    # The first tap was the camera's; the second one is this.
    phone = guests.phone()
    picture(phone.page, "phone-join")
    phone.tap("Join")
    phone.sees("lobby")
    expect(phone.screen).to_contain_text("You are here as Guest 1")
    picture(phone.page, "phone-lobby")
    expect(wall.locator(".here")).to_have_text("1 person is here")

    room.post("scene.shown", speaker="Ms Okafor", line="I have been waiting for forty minutes.", mood=2)
    phone.sees("scene")
    picture(phone.page, "phone-scene")
    wall_sees(wall, "scene")
    picture(wall, "wall-1080-scene")

    ask(room)
    phone.sees("question").is_("idle")
    picture(phone.page, "phone-question")
    wall_sees(wall, "question")
    expect(wall.locator(".voted")).to_have_text("0 of 1 have voted")

    # The acknowledgement is held back: until it is here nothing is said to be saved.
    held: list[Route] = []
    phone.page.route(re.compile("/ballots/"), lambda route: held.append(route), times=1)
    phone.vote("B").is_("saving", "B").has_own("B")
    picture(phone.page, "phone-saving")
    assert room.log("ballot.cast") == []
    held[0].continue_()
    phone.is_("saved", "Saved: B.", "You can change it until the round closes").has_own("B")
    picture(phone.page, "phone-saved")
    expect(wall.locator(".voted")).to_have_text("1 of 1 have voted")
    picture(wall, "wall-1080-question")

    phone.vote("A").is_("saved", "Saved: A.").has_own("A")
    room.shut()
    phone.sees("closed").is_("counted", "Your vote: A").has_own("A")
    picture(phone.page, "phone-closed")
    wall_sees(wall, "closed")
    picture(wall, "wall-1080-closed")
    assert room.session.tally("r1") == {"a": 1, "b": 0, "c": 0}

    room.reveal(where="wall")
    expect(phone.page.get_by_role("heading", name="The results are on the wall")).to_be_visible()
    wall_sees(wall, "results")
    expect(phone.page.locator(".votes")).to_have_count(0)
    room.reveal(where="everywhere")
    phone.sees("results").has_own("A")
    expect(phone.page.locator('[data-answer="a"] .votes')).to_contain_text("1 of 1")
    picture(phone.page, "phone-results")
    picture(wall, "wall-1080-results")

    room.post("message.shown", title="Five minutes", body="Stand up, walk, come back.")
    phone.sees("message")
    expect(phone.screen).to_contain_text("Stand up, walk, come back.")
    picture(phone.page, "phone-message")
    room.post("card.dealt", participant=room.session.present[0].id, title="You are the customer", body="You are late.")
    expect(phone.page.locator(".card")).to_contain_text("You are the customer")
    expect(wall.locator("body")).not_to_contain_text("You are the customer")
    picture(phone.page, "phone-card")

    room.post("session.closed")
    phone.sees("ended")
    wall_sees(wall, "ended")
    picture(phone.page, "phone-ended")
    picture(wall, "wall-1080-ended")


def test_no_running_tally_reaches_a_phone(guests: Guests, room: Facilitator) -> None:
    wall, phone = guests.wall(), guests.joined("Ana")
    ask(room)
    phone.sees("question").vote("B").is_("saved")
    came: list[str] = []
    phone.page.on("response", lambda answer: came.append(answer.url))
    before = phone.page.content()
    others = room.phones(4)
    for other, answer in zip(others, "aabc", strict=True):
        assert other.seat().vote(answer).status_code == 200
    expect(wall.locator(".voted")).to_have_text("5 of 5 have voted")
    expect(wall.locator(".votes, .bar, .chart")).to_have_count(0)
    room.shut()
    phone.sees("closed")
    expect(phone.page.locator(".votes, .bar, .chart")).to_have_count(0)
    assert not re.search(r"\d+ of \d+|\d+ %", phone.page.locator("body").inner_text() + before)
    assert phone.page.request.get(f"{phone.address}/results.json").json() == {"rounds": []}
    assert not [address for address in came if "results" in address]
    room.reveal()
    expect(phone.page.locator('[data-answer="a"] .votes')).to_contain_text("2 of 5")
    expect(wall.locator('[data-answer="b"] .votes')).to_contain_text("2 of 5")


def test_who_comes_late_lands_on_the_open_question(guests: Guests, room: Facilitator) -> None:
    ask(room)
    phone = guests.phone()
    phone.tap("Join")
    phone.sees("question").vote("C").is_("saved", "Saved: C.")
    assert room.session.tally("r1")["c"] == 1


def test_a_reload_is_the_same_person_with_the_vote_marked(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined("Ana")
    ask(room)
    phone.sees("question").vote("B").is_("saved")
    phone.page.reload()
    phone.sees("question").is_("saved", "Saved: B.").has_own("B")
    expect(phone.page.locator("footer.you")).to_contain_text("Ana")
    phone.vote("C").is_("saved", "Saved: C.").has_own("C")
    assert [person.name for person in room.session.present] == ["Ana"]
    assert room.session.tally("r1") == {"a": 0, "b": 0, "c": 1}


def test_two_tabs_are_one_person_and_each_shows_the_vote_of_the_other(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined("Ana")
    ask(room)
    phone.sees("question").vote("B").is_("saved")
    tab = guests.second_tab(phone).sees("question").is_("saved", "B").has_own("B")
    tab.vote("A").is_("saved", "Saved: A.").has_own("A")
    phone.is_("saved", "Saved: A.").has_own("A")
    assert len(room.session.present) == 1
    assert room.session.tally("r1") == {"a": 1, "b": 0, "c": 0}


def test_a_removed_phone_is_told_and_counts_no_more(guests: Guests, room: Facilitator) -> None:
    phone, other = guests.joined("Ana"), guests.joined("Ben")
    phone.watch.allow("status of 40[013]")
    ask(room)
    phone.sees("question").vote("A").is_("saved")
    other.sees("question").vote("B").is_("saved")
    room.post("participant.removed", participant=room.session.present[0].id)
    expect(phone.page.get_by_text("You are no longer in this room").first).to_be_visible()
    expect(phone.page.locator("button.answer")).to_have_count(0)
    picture(phone.page, "phone-removed")
    assert room.session.tally("r1") == {"a": 0, "b": 1, "c": 0}
    phone.page.reload()
    expect(phone.page.get_by_text("You are no longer in this room").first).to_be_visible()
    # The door is not locked: it may come in again, as somebody new.
    phone.join("Ana").sees("question").is_("idle")


def test_the_word_brings_the_same_person_back_in_another_browser(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined("Ana")
    ask(room)
    phone.sees("question").vote("B").is_("saved")
    word = phone.word
    assert re.fullmatch(r"[a-z]{4}-[a-z]{4}", word)
    other = guests.phone(allow=["status of 422"])
    other.page.get_by_text("Were you here before?").tap()
    other.page.locator("#word").fill("nobo-dyis")
    other.tap("Come back")
    expect(other.page.locator("#word-error")).to_contain_text("Nobody in this room has this word")
    picture(other.page, "phone-wrong-word")
    other.page.locator("#word").fill(f" {word.upper().replace('-', ' ')} ")
    other.tap("Come back")
    other.sees("question").is_("saved", "B").has_own("B")
    expect(other.page.locator("footer.you")).to_contain_text("Ana")
    assert len(room.session.people) == 1


def test_confidence_and_reason_go_with_the_answer(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined()
    ask(room, confidence=True, reason=True, seconds=300)
    phone.sees("question")
    picture(phone.page, "phone-question-full")
    phone.page.get_by_label("fairly sure").tap()
    phone.is_("idle", "Now tap an answer")
    reason = phone.page.locator("#reason")
    reason.press_sequentially("She has waited")
    # A new fragment must not touch what somebody is typing.
    room.post("round.extended", round="r1", seconds=600)
    expect(phone.page.locator(".time")).to_contain_text(re.compile("^1[45]:"))
    assert reason.input_value() == "She has waited"
    expect(reason).to_be_focused()
    reason.press_sequentially(" long")
    reason.press("Enter")
    phone.is_("idle", "Now tap an answer")
    phone.vote("B").is_("saved", "B, fairly sure, with your reason")
    assert reason.input_value() == "She has waited long"
    picture(phone.page, "phone-saved-full")
    ballot = room.session.rounds["r1"].ballots[room.session.present[0].id]
    assert (ballot.answer, ballot.confidence, ballot.reason) == ("b", 2, "She has waited long")
    # Later additions are saved by themselves or by the button.
    phone.page.get_by_label("sure", exact=True).tap()
    phone.is_("saved", "B, sure, with your reason")
    reason.fill("She has waited for long")
    phone.tap("Save")
    phone.is_("saved", "B, sure")
    phone.page.reload()
    phone.is_("saved", "B, sure, with your reason").has_own("B")
    assert reason.input_value() == "She has waited for long"


def test_a_reason_that_was_not_sent_is_given_back(guests: Guests, room: Facilitator) -> None:
    phone = guests.joined()
    ask(room, reason=True)
    phone.sees("question").vote("A").is_("saved")
    phone.page.locator("#reason").fill("Because it is short")
    room.shut()
    phone.sees("closed").is_("halt", "Because it is short")
    picture(phone.page, "phone-reason-too-late")


def test_thirty_phones_vote_while_two_look(guests: Guests, room: Facilitator) -> None:
    wall, phone = guests.wall(), guests.joined("Ana")
    others = room.phones(29)
    for other in others:
        other.seat()
    ask(room)
    phone.sees("question").vote("C")
    votes = [threading.Thread(target=other.vote, args=("abc"[n % 3],)) for n, other in enumerate(others)]
    for vote in votes:
        vote.start()
    for vote in votes:
        vote.join()
    phone.is_("saved", "C")
    expect(wall.locator(".voted")).to_have_text("30 of 30 have voted")
    assert room.session.tally("r1") == {"a": 10, "b": 10, "c": 10}
