"""Keys, origins, and results that nobody may see yet."""

from __future__ import annotations

import re

import pytest

from tests.serving import POSIX, Facilitator, Server, at_once, hosting, is_error, web

FOREIGN = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "file://"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_post_of_another_sites_page_is_refused(room: Facilitator, headers: dict[str, str]) -> None:
    room.ask()
    phone = room.phone("Ana")
    for path in (f"/{room.code}/ballots/r1", f"/{room.code}/join"):
        is_error(phone.http.post(path, data={"answer": "a"}, headers=headers), 403, "cross_site")
    newcomer = room.phone().http.post(f"/{room.code}/join", data={"name": "Bo"}, headers=headers)
    is_error(newcomer, 403, "cross_site")
    assert room.log("ballot.cast") == []
    assert len(room.session.present) == 1


def test_a_post_of_our_own_page_is_taken(room: Facilitator) -> None:
    room.ask()
    origin = room.url
    for headers in (
        {"Origin": origin},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": origin, "Sec-Fetch-Site": "same-origin"},
        {},
    ):
        phone = room.phone()
        assert phone.http.post(f"/{room.code}/join", data={"name": "Ana"}, headers=headers).status_code == 303
        assert phone.http.post(f"/{room.code}/ballots/r1", data={"answer": "a"}, headers=headers).status_code == 200


def test_wrong_keys_open_nothing(room: Facilitator, server: Server) -> None:
    with hosting(server.url, server.key) as other:
        keys = ("wrong", server.key, other.key, room.key[:-1], f"{room.key}x")
        for key in keys:
            for headers in ({"Authorization": f"Bearer {key}"}, {"Authorization": f"Basic {key}"}, {}):
                with web(server.url, headers=headers) as http:
                    is_error(http.get(room.events), 401, "wrong_key")
                    is_error(http.get(room.events, headers={"Accept": "text/event-stream"}), 401, "wrong_key")
                    is_error(http.post(room.events, json={"kind": "session.closed"}), 401, "wrong_key")
    assert len(room.log()) == 1


def test_only_the_server_key_opens_sessions_and_stops_the_server(room: Facilitator, server: Server) -> None:
    facts = {"workshop": "w", "title": "t"}
    for headers in ({}, {"Authorization": "Bearer"}, room.headers, {"Authorization": server.key}):
        is_error(room.http.post("/api/sessions", json=facts, headers=headers), 401, "wrong_key")
        is_error(room.http.post("/api/stop", headers=headers), 401, "wrong_key")
    assert room.http.get("/api/health").status_code == 200


def test_a_key_in_the_address_is_not_read(room: Facilitator) -> None:
    is_error(room.http.get(f"{room.events}?key={room.key}"), 401, "wrong_key")


def test_no_key_is_in_any_page_address_or_message(room: Facilitator, server: Server) -> None:
    phone = room.phone("Ana")
    stream, wall = phone.stream(), room.wall()
    room.ask()
    for open_ in (stream, wall):
        open_.wait_text("What now?")
    told = [
        phone.page(),
        room.http.get(f"/{room.code}/wall").text,
        stream.text,
        wall.text,
        b"".join(room.lines()).decode(),
    ]
    told += [room.opened["join_url"], room.opened["wall_url"], server.said, str(room.http.get("/api/health").json())]
    for text in told:
        assert room.key not in text
        assert server.key not in text


def test_the_session_key_is_stored_as_a_hash_only(room: Facilitator, server: Server) -> None:
    stored = b"".join(path.read_bytes() for path in server.data.glob("room.db*"))
    assert room.code.encode() in stored
    assert room.key.encode() not in stored


TALLY = {"a": 7, "b": 3}


def test_no_tally_reaches_a_phone_before_the_reveal(room: Facilitator) -> None:
    """All that phones and strangers can read in a round is the same, however the room votes."""
    phone = room.phone("Watcher")
    stream = phone.stream()
    stream.wait(lambda message: message.event == "screen")
    room.ask()
    stream.wait_text("What now?")
    seen = [_look(room)]
    voters = room.phones(10)
    before = len(stream.messages)
    answers = ["a"] * TALLY["a"] + ["b"] * TALLY["b"]
    told = at_once(
        *[lambda voter=voter, answer=answer: voter.vote(answer) for voter, answer in zip(voters, answers, strict=True)]
    )
    seen.append(_look(room))
    assert {frozenset(answer.json()) for answer in told} == {frozenset({"seq", "answer"})}
    room.shut()
    stream.wait_text('data-view="closed"')
    assert [message.event for message in stream.messages[before:]].count("screen") == 1, "votes are no news for phones"
    assert room.http.get(f"/{room.code}/results.json").json() == {"rounds": []}
    assert seen[0] == seen[1]
    for page in (phone.page().replace(phone.word, ""), stream.text):
        assert not re.search(
            r"\b(7|3|10|70|30)\b", re.sub(r"<(?:path|svg|link|meta|script)[^>]*>|<rect[^>]*>", "", page)
        )
    room.reveal()
    assert "70" in stream.wait_text('data-view="results"').data.replace(room.code, "")


def _look(room: Facilitator) -> tuple[str, str]:
    """What a stranger sees: the door and the results."""
    phone = room.phone()
    page = phone.page()
    head, _, rest = page.partition('name="ticket"')
    return head + rest.partition(">")[2], phone.http.get(f"/{room.code}/results.json").text


def test_results_for_the_wall_stay_off_phones(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    phone.vote("a")
    stream, wall = phone.stream(), room.wall()
    room.shut()
    room.reveal(where="wall")
    wall.wait_text('data-view="results"')
    stream.wait(lambda message: 'data-view="closed"' in message.data)
    assert 'data-view="results"' not in stream.text + phone.page()


def test_live_results_go_to_wall_and_results_only_if_the_settings_say_so(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    phone.vote("a")
    stream = phone.stream()
    assert room.http.get(f"/{room.code}/results.json").json() == {"rounds": []}
    room.post("settings.changed", settings={"live": True})
    (told,) = room.http.get(f"/{room.code}/results.json").json()["rounds"]
    assert told["tally"] == {"a": 1, "b": 0}
    room.post("settings.changed", settings={"live": False})
    assert room.http.get(f"/{room.code}/results.json").json() == {"rounds": []}
    room.shut()
    stream.wait_text('data-view="closed"')
    assert 'data-view="results"' not in stream.text


@pytest.mark.skipif(not POSIX, reason="Windows keeps the profile's folder for its user")
def test_files_are_for_the_owner_alone(server: Server, room: Facilitator) -> None:
    assert server.data.stat().st_mode & 0o777 == 0o700
    files = [path for path in server.data.rglob("*") if path.is_file()]
    assert {"room.db", "server.key", "room.json"} <= {path.name for path in files}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077} == {}
