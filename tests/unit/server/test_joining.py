"""Who is in the room: names, double taps, the door, coming back, being removed."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from kit.keys import SIMULATED
from tests.serving import Facilitator, Inside, Server, at_once, hosting, is_error, question, web

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


def _names(room: Facilitator) -> list[str]:
    return [person.name for person in room.session.present]


def test_no_name_is_fine(room: Facilitator) -> None:
    room.phone("")
    room.phone("   ")
    first, second = _names(room)
    assert first
    assert second
    assert first != second


def test_a_duplicate_name_gets_a_number(room: Facilitator) -> None:
    for name in ("Ana", "Ana", "ana ", "Bo"):
        room.phone(name)
    assert _names(room) == ["Ana", "Ana (2)", "ana (3)", "Bo"]


def test_a_name_of_300_characters_is_refused_in_words(room: Facilitator) -> None:
    answer = room.phone().join("x" * 300)
    assert "300" in is_error(answer, 422, "invalid_name")
    assert "set-cookie" not in answer.headers
    assert _names(room) == []


def test_a_browser_is_told_beside_the_field_and_keeps_its_ticket_form(room: Facilitator) -> None:
    answer = room.phone(Accept="text/html").join("<i>" * 100)
    assert answer.status_code == 422
    assert 'name="ticket"' in answer.text
    assert "<i><i>" not in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (FAMILY, FAMILY),
        ("Zoë \N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", None),
        ("علي", None),
        ("\N{RIGHT-TO-LEFT OVERRIDE}Ana\N{POP DIRECTIONAL FORMATTING}", "Ana"),
        ("\N{RIGHT-TO-LEFT ISOLATE}Bo", "Bo"),
        ("A\x00n\x1ba\x7f", "Ana"),
        ("Ana\r\nMaria", "Ana Maria"),
        ("A\N{LINE SEPARATOR}B", "A B"),
        ("\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}", "Guest 1"),
        ('O\'Neil & "Söhne"', None),
        ("=1+1", None),
    ],
)
def test_names_of_all_kinds_are_shown_as_one_harmless_line(room: Facilitator, typed: str, kept: str | None) -> None:
    phone = room.phone(typed)
    assert _names(room) == [typed if kept is None else kept]
    assert phone.http.get(f"/{room.code}").status_code == 200


def test_a_name_is_escaped_wherever_it_is_shown(room: Facilitator) -> None:
    nasty = "<script>alert('x')</script>"
    phone = room.phone(nasty)
    room.ask()
    stream = phone.stream()
    stream.wait(lambda message: message.event == "screen")
    for text in (phone.page(), room.http.get(f"/{room.code}/wall").text, stream.text):
        assert "<script>alert" not in text
        assert "alert('x')</script>" not in text
    assert "&lt;script&gt;" in phone.page()


def test_what_facilitators_type_is_escaped_too(room: Facilitator) -> None:
    nasty = "</p><script>alert(1)</script>"
    phone = room.phone("Ana")
    stream, wall = phone.stream(), room.wall()
    room.post("scene.shown", speaker=nasty, line=nasty)
    offered = [{"id": nasty[:60], "text": nasty}, {"id": "b", "text": "b"}]
    room.post(**question() | {"prompt": nasty, "options": offered})
    stream.wait_text('data-view="question"')
    wall.wait_text('data-view="question"')
    for text in (phone.page(), stream.text, wall.text, room.http.get(f"/{room.code}/wall").text):
        assert "<script>alert" not in text


def test_the_same_ticket_twice_is_one_person(room: Facilitator) -> None:
    phone = room.phone()
    found = re.search(r'name="ticket" value="([^"]+)"', phone.page())
    assert found is not None
    first, second = phone.join("Ana", ticket=found[1]), phone.join("Ana", ticket=found[1])
    assert first.status_code == second.status_code == 303
    assert _names(room) == ["Ana"]


def test_a_double_tapped_join_is_one_person(room: Facilitator) -> None:
    """Both taps leave before the first answer brings the cookie."""
    clients = [web(room.url) for _ in range(6)]
    form = {"name": "Ana", "ticket": "t" * 22}
    answers = at_once(*[lambda http=http: http.post(f"/{room.code}/join", data=form) for http in clients])
    assert {answer.status_code for answer in answers} == {303}
    assert len({http.cookies["kit"] for http in clients}) == 1
    for client in clients:
        client.close()
    assert _names(room) == ["Ana"]


def test_one_who_is_in_stays_the_same_person_when_joining_again(room: Facilitator) -> None:
    phone = room.phone("Ana")
    before = phone.cookie
    assert phone.join("Other name").status_code == 303
    assert phone.cookie == before
    assert _names(room) == ["Ana"]


def test_two_tabs_of_one_phone_are_one_person(room: Facilitator) -> None:
    room.ask()
    first = room.phone("Ana")
    second = room.phone()
    second.http.cookies = first.http.cookies
    assert first.vote("a").status_code == second.vote("b").status_code == 200
    assert room.session.tally("r1") == {"a": 0, "b": 1}


@pytest.mark.parametrize(
    "typed", [str, str.upper, lambda word: f" {word.replace('-', ' ')} ", lambda word: word.replace("-", "")]
)
def test_the_word_gives_the_same_person_on_another_phone(room: Facilitator, typed: Callable[[str], str]) -> None:
    room.ask()
    phone = room.phone("Ana")
    phone.vote("a")
    other = room.phone()
    assert other.join(word=typed(phone.word)).status_code == 303
    assert other.participant == phone.participant
    assert other.vote("b").status_code == 200
    assert room.session.tally("r1") == {"a": 0, "b": 1}
    assert _names(room) == ["Ana"]


def test_a_wrong_word_is_nobody(room: Facilitator) -> None:
    room.phone("Ana")
    answer = room.phone().join(word="wrong-word")
    is_error(answer, 422, "unknown_word")
    assert "set-cookie" not in answer.headers


def test_a_word_is_good_in_its_own_room_only(room: Facilitator, inside_room: Facilitator) -> None:
    is_error(inside_room.phone().join(word=room.phone("Ana").word), 422, "unknown_word")


def test_the_word_of_a_removed_person_is_nobodys(room: Facilitator) -> None:
    phone = room.phone("Ana")
    word = phone.word
    room.post("participant.removed", participant=phone.participant)
    is_error(room.phone().join(word=word), 422, "unknown_word")


def test_too_many_words_are_429(inside_room: Facilitator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.server.phones.TRIES_A_MINUTE", 5)
    # A minute may end in between, so twice as many and one more.
    answers = [inside_room.phone().join(word="lulu-lulu") for _ in range(11)]
    assert {answer.status_code for answer in answers} == {422, 429}
    is_error(answers[-1], answers[-1].status_code)
    assert inside_room.phone().join("Ana").status_code == 303, "only words are limited"


def test_a_locked_door_lets_nobody_new_in_and_everybody_back(room: Facilitator) -> None:
    phone = room.phone("Ana")
    word = phone.word
    room.post("settings.changed", settings={"locked": True})
    is_error(room.phone().join("Bo"), 403, "door_locked")
    assert phone.http.get(f"/{room.code}").status_code == 200
    assert room.phone().join(word=word).status_code == 303
    room.post("settings.changed", settings={"locked": False})
    assert room.phone().join("Bo").status_code == 303
    assert _names(room) == ["Ana", "Bo"]


def test_a_removed_phone_cannot_vote_and_its_ballots_do_not_count(room: Facilitator) -> None:
    room.ask()
    ana, bo = room.phone("Ana"), room.phone("Bo")
    ana.vote("a")
    bo.vote("b")
    stream = ana.stream()
    room.post("participant.removed", participant=ana.participant)
    assert ana.vote("a").status_code in (401, 409)
    stream.wait_text('data-view="removed"')
    room.shut()
    room.reveal()
    (told,) = room.http.get(f"/{room.code}/results.json").json()["rounds"]
    assert told == {"round": "r1", "tally": {"a": 0, "b": 1}, "voted": 1, "joined": 1}
    is_error(room.send({"kind": "participant.removed", "participant": ana.participant}), 401)


def test_a_removed_phone_sees_nothing_of_the_round(room: Facilitator) -> None:
    ana = room.phone("Ana")
    room.post("participant.removed", participant=ana.participant)
    room.ask(prompt="A secret question")
    stream = ana.stream()
    stream.wait(lambda message: message.event == "screen")
    assert "A secret question" not in ana.page()
    assert "A secret question" not in stream.text


def test_a_renamed_person_is_told_the_new_name(room: Facilitator) -> None:
    ana = room.phone("Ana")
    room.phone("Bo")
    room.post("participant.renamed", participant=ana.participant, name="Bo")
    assert _names(room) == ["Bo (2)", "Bo"]
    assert "Bo (2)" in ana.page()


def test_a_card_goes_to_one_phone_only(room: Facilitator) -> None:
    ana, bo = room.phone("Ana"), room.phone("Bo")
    streams = ana.stream(), bo.stream()
    wall = room.wall()
    room.post("card.dealt", participant=ana.participant, title="For you", body="You are the customer")
    streams[0].wait_text("You are the customer")
    room.post("message.shown", title="Now", body="all of you")
    for stream in (*streams, wall):
        stream.wait_text("all of you")
    assert "You are the customer" in ana.page()
    for text in (streams[1].text, wall.text, bo.page(), room.http.get(f"/{room.code}/wall").text):
        assert "You are the customer" not in text


def test_a_join_under_a_key_of_another_server_is_nobody(
    inside: Inside, inside_room: Facilitator, room: Facilitator
) -> None:
    """Cookies are signed under the server's key and the room's code."""
    stranger = inside_room.phone()
    stranger.http.headers["Cookie"] = f"kit={room.phone('Ana').cookie}"
    inside_room.ask()
    is_error(stranger.vote("a"), 401, "not_joined")


def test_after_the_end_a_newcomer_is_told_so_and_gets_no_form_for_a_name(room: Facilitator) -> None:
    room.post("session.closed")
    page = httpx.get(f"{room.url}/{room.code}").text
    assert "This session has ended" in page
    assert 'name="name"' not in page


def test_simulated_people_are_let_into_rehearsals_only(server: Server, room: Facilitator) -> None:
    """Whatever a class that lost its server takes this room for."""
    ticket = f"{SIMULATED}1 1"
    is_error(room.phone().join("Ada", ticket=ticket), 409)
    assert _names(room) == []
    with hosting(server.url, server.key, rehearsal=True) as rehearsal:
        assert rehearsal.phone().join("Ada", ticket=ticket).status_code == 303
