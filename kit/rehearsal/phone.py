"""A simulated person's phone: it joins, follows its screen and votes by the public protocol, as any phone does."""

from __future__ import annotations

import re
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NamedTuple

import httpx

from kit.errors import DoorLocked, NoRoomServer, NotJoined, Refused
from kit.network import past_proxies
from kit.rehearsal.answers import Ballot

# The server writes at least every ten seconds; twice that without a word is a dead line.
SILENCE = httpx.Timeout(5.0, read=21.0, pool=None)
PATIENCE = httpx.Timeout(5.0, pool=None)

# So many posts are under way at once: a class is no load test.
POSTS = 20

_SCREEN = re.compile(rb'data-view="(\w+)" data-round="([^"]*)"')


class Seen(NamedTuple):
    """What the phone shows: a view of `kit.screen`, and the round in it, "" without one."""

    view: str
    round: str


class Wire:
    """What all phones of a class share: where the room server is now, and the connections to it."""

    def __init__(self, url: str, code: str) -> None:
        self.url = url
        self.code = code
        trust = not past_proxies(url)
        # Each phone sends its own cookie; a jar would mix them.
        self.posts = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=POSTS), timeout=PATIENCE, trust_env=trust, cookies=_no_jar()
        )
        self.streams = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            timeout=SILENCE, trust_env=trust, cookies=_no_jar(),
        )  # fmt: skip

    @property
    def room(self) -> str:
        return f"{self.url}/{self.code}"

    async def close(self) -> None:
        await self.posts.aclose()
        await self.streams.aclose()


def _no_jar() -> CookieJar:
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


class Phone:
    """One seat. `ticket` is what the server knows it by: the same one always gets the same seat."""

    def __init__(self, wire: Wire, ticket: str, name: str) -> None:
        self.cookie = ""
        self._wire = wire
        self._join = {"ticket": ticket, "name": name}

    @property
    def participant(self) -> str:
        """The seat's id in the log."""
        return self.cookie.partition(".")[0]

    async def join(self) -> None:
        """Take the seat. Raises DoorLocked, Refused for good, NoRoomServer if it is worth another try."""
        answer = await self._post("join", data=self._join)
        if answer.status_code != 303:
            raise _refusal(answer)
        name, _, value = answer.headers.get("set-cookie", "").partition(";")[0].partition("=")
        if name == "kit":
            self.cookie = value

    async def vote(self, round_: str, ballot: Ballot) -> int:
        """Send a ballot; returns the `seq` under which it is stored. Raises Refused, NoRoomServer for a lost answer."""
        body = {"answer": ballot.answer, "confidence": ballot.confidence, "reason": ballot.reason}
        answer = await self._post(f"ballots/{round_}", json={key: v for key, v in body.items() if v is not None})
        if answer.status_code != 200:
            raise _refusal(answer)
        return int(answer.json()["seq"])

    async def follow(self, see: Callable[[Seen], bool]) -> None:
        """Hold the phone's stream open and tell each new screen, until `see` says that it is enough.

        Raises NotJoined for a phone without a seat, NoRoomServer when the line breaks.
        """
        try:
            async with self._wire.streams.stream("GET", f"{self._wire.room}/stream", headers=self._headers) as answer:
                if answer.status_code != 200:
                    await answer.aread()
                    raise _refusal(answer)
                held = b""
                async for chunk in answer.aiter_raw():
                    *messages, held = (held + chunk).split(b"\n\n")
                    if not all(map(see, filter(None, map(_screen, messages)))):
                        return
        except httpx.HTTPError as error:
            raise _no_answer(self._wire.url) from error
        raise _no_answer(self._wire.url)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"kit={self.cookie}"} if self.cookie else {}

    async def _post(self, path: str, **body: Any) -> httpx.Response:
        try:
            return await self._wire.posts.post(f"{self._wire.room}/{path}", headers=self._headers, **body)
        except httpx.HTTPError as error:
            raise _no_answer(self._wire.url) from error


def _screen(message: bytes) -> Seen | None:
    """What a message of the stream shows; None for a sign of life."""
    found = _SCREEN.search(message) if message.startswith(b"event: screen\n") else None
    return Seen(found[1].decode(), found[2].decode()) if found is not None else None


def _no_answer(url: str) -> NoRoomServer:
    return NoRoomServer(f"The room server at {url} does not answer just now.")


def _refusal(answer: httpx.Response) -> NoRoomServer | NotJoined | DoorLocked | Refused:
    """What the status means to a phone: try again, join again, knock again, or leave it."""
    try:
        told = answer.json()["error"]
        code, message = str(told["code"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        code, message = "", f"{answer.url.host} answered with status {answer.status_code}."
    if answer.status_code == 429 or answer.status_code >= 500:
        return NoRoomServer(message)
    if answer.status_code == 401:
        return NotJoined(message)
    return DoorLocked(message) if code == DoorLocked.code else Refused(message)
