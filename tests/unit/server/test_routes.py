"""Each address of the protocol: status, shape and headers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kit.keys import CODE_LETTERS
from tests.serving import Facilitator, Server, is_error, web

PAGES = ("/", "/{code}", "/{code}/wall", "/{code}/qr.svg", "/{code}/results.json", "/api/health", "/nowhere/at/all")


def test_creating_a_session_answers_201_with_code_key_and_addresses(room: Facilitator) -> None:
    opened = room.opened
    assert set(opened) == {"session", "code", "key", "join_url", "wall_url"}
    assert re.fullmatch(f"[{CODE_LETTERS}]{{6}}", opened["code"])
    assert opened["join_url"].endswith(f"/{opened['code']}")
    assert opened["wall_url"] == f"{opened['join_url']}/wall"
    assert len(opened["key"]) >= 22


def test_the_log_begins_with_the_opening(room: Facilitator) -> None:
    (first,) = room.log()
    assert first["seq"] == 1
    assert first["kind"] == "session.opened"
    assert (first["workshop"], first["title"], first["language"]) == ("00-start-here", "A try", "en")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["at"])


def test_events_answer_201_with_the_seq_of_the_first(room: Facilitator) -> None:
    assert room.post("message.shown", title="One") == 2
    listed = [{"kind": "message.shown", "title": title} for title in ("Two", "Three", "Four")]
    answer = room.send(listed)
    assert (answer.status_code, answer.json()) == (201, {"seq": 3})
    assert [event["seq"] for event in room.log()] == [1, 2, 3, 4, 5]
    assert [event["title"] for event in room.log("message.shown")] == ["One", "Two", "Three", "Four"]


def test_a_list_is_taken_whole_or_not_at_all(room: Facilitator) -> None:
    good = {"kind": "message.shown", "title": "Fine"}
    is_error(room.send([good, {"kind": "round.closed", "round": "r9"}]), 404)
    is_error(room.send([good, {"kind": "message.shown", "title": 7}]), 422)
    assert len(room.log()) == 1


def test_the_log_is_read_from_where_one_was(room: Facilitator) -> None:
    for title in "abc":
        room.post("message.shown", title=title)
    answer = room.http.get(room.events, headers=room.headers)
    assert answer.headers["content-type"].startswith("application/jsonl")
    assert answer.content.endswith(b"\n")
    assert len(room.lines()) == 4
    assert room.lines(after=2) == room.lines()[2:]
    assert room.lines(after=99) == []


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "٣", "9" * 30])
def test_reading_after_no_number_is_refused(room: Facilitator, after: str) -> None:
    is_error(room.http.get(room.events, params={"after": after}, headers=room.headers), 422)


def test_health_says_who_answers(server: Server, room: Facilitator) -> None:
    room.phone("Ana")
    health = room.http.get("/api/health").json()
    assert set(health) == {"ok", "version", "instance", "store", "sessions", "participants"}
    assert health["ok"] is True
    assert health["instance"] == server.instance
    assert health["store"] == "sqlite"
    assert health["sessions"] >= 1
    assert health["participants"] >= 1


def test_home_leads_to_the_room_of_a_code(room: Facilitator) -> None:
    assert room.http.get("/").status_code == 200
    answer = room.http.get("/", params={"code": room.code})
    assert answer.status_code == 303
    assert room.http.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}"]
)
def test_a_code_may_be_typed_small_and_with_spaces(room: Facilitator, change: Callable[[str], str]) -> None:
    typed = change(room.code)
    for answer in (room.http.get("/", params={"code": typed}), room.http.get(f"/{typed}")):
        assert answer.status_code == 303
        assert answer.headers["location"] in (f"./{room.code}", room.code)


def test_the_room_asks_a_newcomer_to_join_and_shows_itself_to_one_who_has(room: Facilitator) -> None:
    phone = room.phone()
    assert 'name="ticket"' in phone.page()
    phone.seat("Ana")
    assert 'name="ticket"' not in phone.page()
    assert "Ana" in phone.page()


def test_joining_leads_back_to_the_room(room: Facilitator) -> None:
    answer = room.phone().join("Ana")
    assert answer.status_code == 303
    assert answer.url.join(answer.headers["location"]).path == f"/{room.code}"


def test_a_ballot_answers_with_what_is_stored(room: Facilitator) -> None:
    room.ask(confidence=True, reason=True)
    phone = room.phone("Ana")
    answer = phone.vote("a", confidence=2, reason="Because")
    assert answer.status_code == 200
    (stored,) = room.log("ballot.cast")
    assert answer.json() == {"seq": stored["seq"], "answer": "a"}
    assert (stored["participant"], stored["answer"]) == (phone.participant, "a")
    assert (stored["confidence"], stored["reason"]) == (2, "Because")


def test_a_ballot_by_a_plain_form_leads_back_to_the_room(room: Facilitator) -> None:
    room.ask(confidence=True, reason=True)
    phone = room.phone("Ana", Accept="text/html")
    fields = {"answer": "b", "confidence": "3", "reason": " So "}
    answer = phone.http.post(f"/{room.code}/ballots/r1", data=fields)
    assert answer.status_code == 303
    assert answer.url.join(answer.headers["location"]).path == f"/{room.code}"
    (stored,) = room.log("ballot.cast")
    assert (stored["answer"], stored["confidence"], stored["reason"]) == ("b", 3, "So")


def test_a_ballot_keeps_only_what_the_round_asked_for(room: Facilitator) -> None:
    room.ask()
    assert room.phone("Ana").vote("a", confidence=2, reason="Because").status_code == 200
    (stored,) = room.log("ballot.cast")
    assert "confidence" not in stored
    assert "reason" not in stored


def test_wall_and_pictures_need_no_seat(room: Facilitator) -> None:
    assert room.code in room.http.get(f"/{room.code}/wall").text
    qr = room.http.get(f"/{room.code}/qr.svg")
    assert qr.headers["content-type"].startswith("image/svg+xml")
    assert b"<svg" in qr.content
    is_error(room.http.get(f"/{room.code}/wifi.svg"), 404)


def test_results_are_there_once_revealed(room: Facilitator) -> None:
    assert room.http.get(f"/{room.code}/results.json").json() == {"rounds": []}
    room.ask()
    for answer in "aab":
        room.phone("").vote(answer)
    room.phone("")
    room.shut()
    assert room.http.get(f"/{room.code}/results.json").json() == {"rounds": []}
    room.reveal()
    told = room.http.get(f"/{room.code}/results.json").json()
    assert told == {"rounds": [{"round": "r1", "tally": {"a": 2, "b": 1}, "voted": 3, "joined": 4}]}


def test_every_answer_carries_the_safety_headers(room: Facilitator) -> None:
    for path in PAGES:
        headers = room.http.get(path.format(code=room.code)).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] in ("same-origin", "no-referrer"), path
        assert "set-cookie" not in headers, path


def test_pages_have_nothing_that_their_policy_forbids(room: Facilitator) -> None:
    """No inline script, style or handler, no other host: `default-src 'self'` would drop it without a word."""
    room.ask(seconds=60, confidence=True, reason=True)
    phone = room.phone("Ana")
    for page in (phone.page(), room.phone().page(), room.http.get(f"/{room.code}/wall").text, room.http.get("/").text):
        assert not re.search(r"<script(?![^>]*(?:\bsrc=|application/json))", page)
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)


def test_every_file_that_the_pages_name_is_there(room: Facilitator) -> None:
    phone, wall = room.phone("Ana"), f"/{room.code}/wall"
    for address in (f"/{room.code}", wall, "/"):
        page = phone.http.get(address)
        named = re.findall(r"""(?:src|href)=["']([^"'#]+)["']""", page.text)
        assert named, address
        for name in named:
            answer = phone.http.get(page.url.join(name))
            assert answer.status_code == 200, name


def test_a_restarted_browser_starts_from_the_log(room: Facilitator) -> None:
    """A late joiner lands on the current round."""
    room.ask("r7")
    page = room.phone("Late").page()
    assert 'data-view="question"' in page
    assert 'data-round="r7"' in page


def test_two_rooms_know_nothing_of_each_other(room: Facilitator, server: Server) -> None:
    other = Facilitator(server.url, server.key)
    try:
        phone = room.phone("Ana")
        other.ask()
        stranger = web(server.url, cookies={"kit": phone.cookie})
        is_error(stranger.post(f"/{other.code}/ballots/r1", json={"answer": "a"}), 401)
        stranger.close()
        assert other.log("ballot.cast") == []
    finally:
        other.close()
