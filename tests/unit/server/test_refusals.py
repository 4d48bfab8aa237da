"""Every error has one shape, however it arises; nothing that is sent brings the server down."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from tests.serving import Facilitator, Inside, Server, at_once, is_error, until, web

BIG = b"x" * 10_000_000


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere/at/all", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/static/..%2F..%2Fapp.py", 404),
        ("GET", "/api", 404),
        ("GET", "/api/nothing", 404),
        ("POST", "/", 405),
        ("DELETE", "/{code}", 405),
        ("GET", "/{code}/join", 405),
        ("GET", "/{code}/ballots/r1", 405),
        ("POST", "/{code}/stream", 405),
        ("POST", "/{code}/wall", 405),
        ("POST", "/api/health", 405),
        ("GET", "/api/sessions", 405),
        ("PUT", "/api/sessions/{code}/events", 405),
        ("GET", "/api/stop", 405),
    ],
)
def test_an_unknown_page_or_method_is_told_in_the_one_shape(
    room: Facilitator, method: str, path: str, status: int
) -> None:
    is_error(room.http.request(method, path.format(code=room.code)), status)


ADDRESSES = (
    ("GET", "/{code}"),
    ("POST", "/{code}/join"),
    ("GET", "/{code}/stream"),
    ("POST", "/{code}/ballots/r1"),
    ("GET", "/{code}/wall"),
    ("GET", "/{code}/wall/stream"),
    ("GET", "/{code}/qr.svg"),
    ("GET", "/{code}/wifi.svg"),
    ("GET", "/{code}/results.json"),
    ("GET", "/api/sessions/{code}/events"),
    ("POST", "/api/sessions/{code}/events"),
    ("GET", "/?code={code}"),
)


@pytest.mark.parametrize("code", ["AAAAAA", "0O1I2Z", "abc", "%F0%9F%98%80"])
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_wrong_code_is_an_unknown_room_everywhere(room: Facilitator, method: str, path: str, code: str) -> None:
    body = {"json": {"kind": "message.shown"}} if method == "POST" else {}
    answer = room.http.request(method, path.format(code=code), headers=room.headers, **body)
    is_error(answer, 404, "unknown_room")


@pytest.mark.parametrize("path", ["/AAAAAA", "/?code=AAAAAA", "/AAAAAA/wall", "/nowhere/at/all"])
def test_a_browser_is_told_the_error_by_a_page(room: Facilitator, path: str) -> None:
    answer = room.http.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_a_ballot_without_a_seat_is_401(room: Facilitator) -> None:
    room.ask()
    is_error(room.phone().vote("a"), 401, "not_joined")
    is_error(room.http.get(f"/{room.code}/stream"), 401, "not_joined")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b'"a"', b"[1]", b"{}", b'{"answer": "a", "confidence": 9}', b"\xff"]
)
def test_a_malformed_ballot_is_422(room: Facilitator, body: bytes) -> None:
    room.ask()
    phone = room.phone("Ana")
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = phone.http.post(f"/{room.code}/ballots/r1", content=body, headers={"Content-Type": kind})
        is_error(answer, 422, "invalid_answer")
    assert room.log("ballot.cast") == []


@pytest.mark.parametrize("deep", ["[" * 7000 + "]" * 7000, '{"answer":' * 1000 + "1" + "}" * 1000])
def test_a_deep_ballot_is_422(room: Facilitator, deep: str) -> None:
    room.ask()
    phone = room.phone("Ana")
    body = f'{{"answer": {deep}}}'
    answer = phone.http.post(f"/{room.code}/ballots/r1", content=body, headers={"Content-Type": "application/json"})
    is_error(answer, 422, "invalid_answer")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "round.opened", "form": "choice", "prompt": "?"}, "round"),
        ({"kind": "round.opened", "round": "r1", "form": "dance", "prompt": "?"}, "form"),
        ({"kind": "round.opened", "round": "r1", "form": "choice", "prompt": "?"}, "options"),
        ({"kind": "round.opened", "round": "r1", "form": "choice", "prompt": "?", "options": [{"id": "a"}]}, "text"),
        ({"kind": "round.opened", "round": "r1", "form": "choice", "prompt": "?", "seconds": "ten"}, "seconds"),
        ({"kind": "scene.shown", "mood": 11}, "mood"),
        ({"kind": "round.revealed", "round": "r1", "where": "nowhere"}, "where"),
        ({"kind": "message.shown", "title": 7}, "title"),
        ({"kind": "settings.changed", "settings": {"locked": "yes"}}, "settings.locked"),
        ({"kind": "participant.joined", "participant": ""}, "participant"),
        ({"kind": "participant.exploded"}, "kind"),
        ({"title": "no kind"}, "kind"),
        ({"kind": "session.closed", "id": "x" * 101}, "id"),
        ({"kind": "round.closed", "round": "r1", "by": "time"}, "by"),
    ],
)
def test_a_malformed_event_is_422_and_names_the_field(room: Facilitator, fields: dict[str, object], named: str) -> None:
    sentence = is_error(room.send(fields), 422, "invalid_event")
    assert re.search(rf"[Ff]ield \S*{re.escape(named)}\b", sentence), sentence
    assert len(room.log()) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"[[]]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_event_is_422(room: Facilitator, body: bytes) -> None:
    is_error(room.send(body), 422, "invalid_event")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"{}", b'{"workshop": "a"}', b'{"workshop": 1, "title": "x"}', b"\xff"]
)
def test_a_malformed_opening_is_422(server: Server, room: Facilitator, body: bytes) -> None:
    answer = room.http.post("/api/sessions", content=body, headers={"Authorization": f"Bearer {server.key}"})
    is_error(answer, 422, "invalid_event")


def _ballots(room: Facilitator, http: httpx.Client) -> httpx.Response:
    return http.post(f"/{room.code}/ballots/r1", content=BIG, headers={"Content-Type": "application/json"})


def _join(room: Facilitator, http: httpx.Client) -> httpx.Response:
    return http.post(f"/{room.code}/join", content=BIG)


def _events(room: Facilitator, http: httpx.Client) -> httpx.Response:
    return http.post(room.events, content=BIG, headers=room.headers)


def _sessions(room: Facilitator, http: httpx.Client) -> httpx.Response:
    return http.post("/api/sessions", content=BIG, headers=room.headers)


@pytest.mark.parametrize("post", [_ballots, _join, _events, _sessions])
def test_ten_megabytes_are_413_and_the_server_lives(
    room: Facilitator, post: Callable[[Facilitator, httpx.Client], httpx.Response]
) -> None:
    room.ask()
    phone = room.phone("Ana")
    is_error(post(room, phone.http), 413, "too_large")
    assert phone.vote("a").status_code == 200


def test_too_many_answers_in_a_few_seconds_are_429_for_that_phone_alone(room: Facilitator) -> None:
    room.ask()
    phone, other = room.phone("Ana"), room.phone("Bo")
    answers = [answer for _ in range(10) for answer in at_once(*[lambda: phone.vote("a")] * 45)]
    assert {answer.status_code for answer in answers} == {200, 429}
    is_error(next(answer for answer in answers if answer.status_code == 429), 429, "too_many")
    assert other.vote("b").status_code == 200


def test_a_full_room_is_429(inside_room: Facilitator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.server.phones.PEOPLE_LIMIT", 2)
    inside_room.phones(2)
    is_error(inside_room.phone().join("Third"), 429, "too_many")


def test_more_fields_than_a_form_has_are_no_slip_of_ours(room: Facilitator) -> None:
    fields = {f"field{n}": "x" for n in range(50)}
    assert 400 <= room.phone().join("Ana", **fields).status_code < 500
    room.ask()
    phone = room.phone("Bo")
    is_error(phone.http.post(f"/{room.code}/ballots/r1", data=fields), 422, "invalid_answer")


def test_a_slip_of_ours_has_the_shape_and_the_headers_too(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    def slip(*_: object, **__: object) -> str:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("kit.server.render.home_page", slip)
    with web(inside.url) as http:
        answer = http.get("/")
        assert "secret" not in is_error(answer, 500)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert http.get("/api/health").status_code == 200


def test_half_a_ballot_from_a_line_that_broke_is_not_stored(room: Facilitator) -> None:
    """`answer=ab`, cut after `answer=a`, is another answer."""
    room.post(
        "round.opened", round="r1", form="choice", prompt="?", options=[{"id": i, "text": i} for i in ("a", "ab")]
    )
    phone = room.phone("Ana")
    with socket.create_connection((urlsplit(room.url).hostname or "", urlsplit(room.url).port or 0)) as line:
        head = (
            f"POST /{room.code}/ballots/r1 HTTP/1.1\r\nHost: x\r\nCookie: kit={phone.cookie}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
        )
        line.sendall(head.encode() + b"answer=a")
    until(lambda: phone.vote("ab").status_code == 200)
    assert [ballot["answer"] for ballot in room.log("ballot.cast")] == ["ab"]


def test_nonsense_on_the_line_leaves_the_server_alive(server: Server, room: Facilitator) -> None:
    for nonsense in (b"\x00\xff" * 500, b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(nonsense)
    assert room.http.get("/api/health").status_code == 200
