"""What a phone does when the line, the server or the acknowledgement is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser import picture
from tests.e2e.guests import LINE_CUT, Guests, PhonePage, wall_sees
from tests.serving import Facilitator, Server, until

BALLOTS = re.compile("/ballots/")


def ballots(room: Facilitator) -> list[Any]:
    return [event["answer"] for event in room.log("ballot.cast")]


@pytest.fixture
def voter(guests: Guests, room: Facilitator) -> PhonePage:
    """A phone before an open question."""
    phone = guests.joined("Ana")
    room.ask(options="abc")
    return phone.sees("question")


def test_a_vote_made_without_a_line_is_kept_and_sent_when_it_is_back(voter: PhonePage, room: Facilitator) -> None:
    voter.cut()
    voter.vote("B").is_("kept", "Not sent yet: B is kept on this phone").has_own("B")
    expect(voter.line).to_contain_text("Looking for the room. Your place is kept.")
    picture(voter.page, "phone-kept")
    assert ballots(room) == []
    voter.mend()
    voter.is_("saved", "Saved: B.").has_own("B")
    expect(voter.line).to_be_empty()
    assert ballots(room) == ["b"]


def test_of_many_votes_made_without_a_line_the_last_one_counts_once(voter: PhonePage, room: Facilitator) -> None:
    voter.vote("A").is_("saved")
    voter.cut()
    for letter in "BCB":
        voter.vote(letter).is_("kept", letter)
    voter.vote("C").is_("kept", "C")
    voter.mend()
    voter.is_("saved", "Saved: C.").has_own("C")
    assert ballots(room)[-1] == "c"
    assert room.session.tally("r1") == {"a": 0, "b": 0, "c": 1}


def test_a_vote_that_waits_survives_a_reload(voter: PhonePage, room: Facilitator) -> None:
    voter.watch.allow(*LINE_CUT)
    voter.page.route(BALLOTS, lambda route: route.abort("connectionfailed"))
    voter.vote("C").is_("kept", "C")
    voter.page.reload()
    voter.is_("kept", "C").has_own("C")
    voter.page.unroute(BALLOTS)
    voter.is_("saved", "Saved: C.")
    assert ballots(room) == ["c"]


def test_a_lost_acknowledgement_is_asked_for_again_and_counted_once(voter: PhonePage, room: Facilitator) -> None:
    voter.watch.allow(*LINE_CUT)

    def swallow(route: Route) -> None:
        route.fetch()  # the room has stored it, and nobody hears
        route.abort("connectionreset")

    voter.page.route(BALLOTS, swallow, times=1)
    voter.vote("B").is_("saved", "Saved: B.")
    assert set(ballots(room)) == {"b"}
    assert room.session.tally("r1") == {"a": 0, "b": 1, "c": 0}


def test_a_login_page_that_answers_200_is_no_acknowledgement(voter: PhonePage, room: Facilitator) -> None:
    voter.page.route(
        BALLOTS, lambda route: route.fulfill(body="<h1>Welcome to the hotel</h1>", content_type="text/html")
    )
    voter.vote("B").is_("kept", "B")
    assert ballots(room) == []
    voter.page.unroute(BALLOTS)
    voter.is_("saved", "Saved: B.")


def test_a_room_that_is_busy_or_full_is_asked_again(voter: PhonePage, room: Facilitator) -> None:
    voter.watch.allow("status of 50[37]", "status of 429")
    answers = iter((507, 429, 503))
    voter.page.route(BALLOTS, lambda route: route.fulfill(status=next(answers), json={}), times=3)
    voter.vote("B").is_("kept", "the room is busy")
    voter.is_("saved", "Saved: B.")
    assert next(answers, None) is None
    assert room.session.tally("r1")["b"] == 1


def test_an_answer_that_is_refused_is_said_and_not_marked_as_saved(voter: PhonePage, room: Facilitator) -> None:
    voter.watch.allow("status of 422")
    said = {"error": {"code": "invalid_answer", "message": "This answer is none of the offered ones."}}
    voter.page.route(BALLOTS, lambda route: route.fulfill(status=422, json=said), times=1)
    voter.vote("B").is_("halt", "Not saved: This answer is none of the offered ones.")
    expect(voter.page.locator("[data-answer].own")).to_have_count(0)
    picture(voter.page, "phone-refused")
    voter.vote("A").is_("saved", "Saved: A.")


def test_a_vote_that_comes_too_late_is_said_to_be_too_late(voter: PhonePage, room: Facilitator) -> None:
    voter.vote("A").is_("saved")
    voter.cut()
    voter.watch.allow("status of 409")
    voter.vote("B").is_("kept", "B")
    room.shut()
    voter.mend()
    voter.sees("closed").is_("halt", "Too late for B: the round had closed. Your earlier vote, A, counts.").has_own("A")
    picture(voter.page, "phone-too-late")
    assert room.session.tally("r1") == {"a": 1, "b": 0, "c": 0}


def test_who_was_away_for_a_whole_round_sees_where_the_room_is_now(voter: PhonePage, room: Facilitator) -> None:
    voter.cut()
    expect(voter.line).to_contain_text("Looking for the room")
    room.shut()
    room.reveal()
    room.ask("r2")
    voter.mend()
    expect(voter.page.locator("[data-round]")).to_have_attribute("data-round", "r2")
    voter.vote("A").is_("saved", "Saved: A.")
    assert room.session.tally("r2")["a"] == 1


def test_a_killed_server_comes_back_and_everybody_is_where_they_were(
    own_guests: Guests, own_room: Facilitator, own_server: Server
) -> None:
    wall = own_guests.wall()
    ana, ben, away = (own_guests.joined(name) for name in ("Ana", "Ben", "Cem"))
    own_guests.allow(*LINE_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING")
    own_room.ask(options="abc")
    ana.sees("question").vote("B").is_("saved")
    own_server.kill()
    ben.sees("question").vote("C").is_("kept", "C")
    expect(ana.line).to_contain_text("Looking for the room")
    expect(wall.locator("#line")).to_contain_text("Looking for the room")
    picture(wall, "wall-1080-no-room")
    wall_sees(wall, "question")
    own_server.start()
    ben.is_("saved", "Saved: C.")
    for page in (ana.page, ben.page, away.page, wall):
        expect(page.locator("#line")).to_be_empty()
    ana.is_("saved", "Saved: B.").has_own("B")
    away.vote("A").is_("saved")
    expect(wall.locator(".voted")).to_have_text("3 of 3 have voted")
    assert own_room.session.tally("r1") == {"a": 1, "b": 1, "c": 1}
    assert len(own_room.session.people) == 3
    own_room.shut()
    own_room.reveal()
    ana.sees("results").has_own("B")
    wall_sees(wall, "results")


def test_a_timed_round_is_closed_by_a_server_that_was_away(
    own_guests: Guests, own_room: Facilitator, own_server: Server
) -> None:
    phone = own_guests.joined()
    own_guests.allow(*LINE_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING")
    own_room.ask(seconds=2)
    phone.sees("question").vote("A").is_("saved")
    expect(phone.page.locator(".time")).to_contain_text("0:0")
    own_server.kill()
    expect(phone.page.locator(".time")).to_have_text("The time is up.")
    own_server.start()
    phone.sees("closed").is_("counted", "Your vote: A")
    until(lambda: own_room.log("round.closed"), say="nobody closed the round")
    assert own_room.log("round.closed")[0]["by"] == "time"
