"""The cookie lies below its own room and nowhere else; pages work under a URL prefix that a proxy takes away."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.serving import Facilitator, Inside, Phone, Server, hosting, web

PREFIX = "/training/rooms"


def _set_cookie(answer: httpx.Response) -> list[str]:
    return [part.strip() for part in answer.headers["set-cookie"].split(";")]


def test_the_cookie_is_httponly_samesite_lax_and_not_secure(room: Facilitator) -> None:
    """Phones are not on https: a Secure cookie would never come back."""
    parts = _set_cookie(room.phone().join("Ana"))
    assert "HttpOnly" in parts
    assert "SameSite=Lax" in parts
    assert not any(part.lower().startswith(("secure", "domain")) for part in parts)
    assert any(re.fullmatch(r"Max-Age=\d{6,}", part) for part in parts), "a reboot of the phone must not lose the seat"


def test_the_cookie_is_sent_below_its_room_only(room: Facilitator, server: Server) -> None:
    phone = room.phone("Ana")
    (cookie,) = phone.http.cookies.jar
    assert cookie.path == f"/{room.code}"
    with hosting(server.url, server.key) as other:
        request = phone.http.build_request("GET", f"/{other.code}/results.json")
        assert "cookie" not in request.headers


def test_joining_by_a_code_typed_small_gives_a_cookie_that_the_room_gets(room: Facilitator) -> None:
    phone = room.phone()
    phone.http.post(f"/{room.code.lower()}/join", data={"name": "Ana"}, follow_redirects=True)
    assert "Ana" in phone.page()
    assert len(room.session.present) == 1


@pytest.mark.parametrize("forged", ["", "x", "{p}", "{p}.", "{p}.AAAA", "{p}.{s}x", "pffffffffffffff.{s}", "{s}.{p}"])
def test_a_cookie_that_this_room_did_not_sign_is_nobody(room: Facilitator, forged: str) -> None:
    room.ask()
    participant, _, signature = room.phone("Ana").cookie.partition(".")
    stranger = room.phone()
    stranger.http.headers["Cookie"] = f"kit={forged.format(p=participant, s=signature)}"
    assert stranger.vote("a").status_code == 401
    assert room.log("ballot.cast") == []


def test_a_redirect_never_repeats_what_was_typed(room: Facilitator) -> None:
    """A code with line breaks must not end in a header."""
    room.ask()
    phone = room.phone(Accept="text/html")
    phone.http.headers["Cookie"] = f"kit={room.phone('Ana').cookie}"
    for path in (f"/%0D%0AX-Evil:1%0D%0A{room.code}/ballots/r1", f"/{room.code}%0D%0A/ballots/r1"):
        answer = phone.http.post(path, data={"answer": "a"})
        assert answer.status_code in (303, 404)
        assert "x-evil" not in answer.headers
        assert answer.headers.get("location", f"../../{room.code}") == f"../../{room.code}"


class _Proxy(ThreadingHTTPServer):
    """Takes PREFIX from each address and passes the rest on, as nginx does."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target = target
        self.url = f"http://127.0.0.1:{self.server_address[1]}{PREFIX}"


class _Passing(BaseHTTPRequestHandler):
    server: _Proxy

    def _pass(self) -> None:
        if not self.path.startswith(f"{PREFIX}/"):
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with web(self.server.target) as http:
            kept = [(name, value) for name, value in self.headers.items() if name.lower() != "accept-encoding"]
            answer = http.request(self.command, self.path.removeprefix(PREFIX), content=body, headers=kept)
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = _pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy(server: Server) -> Iterator[_Proxy]:
    passing = _Proxy(server.url)
    thread = threading.Thread(target=passing.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield passing
    passing.shutdown()
    thread.join()
    passing.server_close()


def _links(page: httpx.Response) -> set[str]:
    found = re.findall(r"""(?:src|href|action)=["']([^"'#]+)["']|"stream": ?"([^"]+)\"""", page.text)
    return {str(page.url.join(link or stream)) for link, stream in found}


def _walk(phone: Phone, prefix: str, code: str) -> None:
    """Go in by the front door, join, vote, and look at all that the pages name on the way."""
    seen: set[str] = set()
    page = phone.http.get(f"{prefix}/", params={"code": code.lower()}, follow_redirects=True)
    seen |= _links(page)
    answer = phone.http.post(f"{prefix}/{code}/join", data={"name": "Ana"})
    (cookie,) = phone.http.cookies.jar
    assert cookie.path == f"{prefix}/{code}"
    page = phone.http.get(answer.url.join(answer.headers["location"]))
    assert "Ana" in page.text
    seen |= _links(page)
    answer = phone.http.post(f"{prefix}/{code}/ballots/r1", data={"answer": "a"}, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.url.join(answer.headers["location"]) == page.url
    seen |= _links(phone.http.get(f"{prefix}/{code}/wall"))
    for bad in ("/AAAAAA", "/nowhere/at/all", f"/{code}/ballots/r9", f"/{code}/"):
        answer = phone.http.get(f"{prefix}{bad}", headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.url.path.startswith(f"{prefix}/"), bad
        seen |= _links(answer)
    assert len(seen) > 5
    origin = str(phone.http.base_url).rstrip("/").removesuffix(prefix)
    assert [link for link in seen if not link.startswith(f"{origin}{prefix}/")] == []
    pictures = [link for link in seen if link.endswith((".css", ".js", ".svg")) and "wifi" not in link]
    assert pictures
    assert {phone.http.get(link).status_code for link in pictures} == {200}


def test_everything_works_under_a_prefix_that_a_proxy_takes_away(room: Facilitator, proxy: _Proxy) -> None:
    room.ask()
    phone = Phone(proxy.url.removesuffix(PREFIX), room.code)
    try:
        _walk(phone, PREFIX, room.code)
    finally:
        phone.close()
    assert len(room.log("ballot.cast")) == 1


def test_everything_works_under_a_prefix_that_the_server_is_told(tmp_path: Path) -> None:
    with Inside(tmp_path, root_path=PREFIX) as inside, hosting(inside.url, inside.key) as facilitator:
        facilitator.ask()
        _walk(facilitator.phone(), "", facilitator.code)
