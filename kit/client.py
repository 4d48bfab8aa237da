"""The facilitator's side of the protocol, as a notebook speaks it. Thread-agnostic: any thread may call it."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, NamedTuple

import httpx
import msgspec

from kit.errors import KitError, NoRoomServer, NotFound, Refused, UnknownRoom, WrongKey
from kit.events import Event, draft
from kit.network import past_proxies

TIMEOUT = httpx.Timeout(5.0, connect=2.0)

# A command carries its id, so that repeating it after a lost answer is safe.
PAUSES = (0.2, 0.6, 1.5)

# The server writes at least every ten seconds; twice that without a word is a dead line.
SILENCE = httpx.Timeout(5.0, read=21.0)


class Opened(NamedTuple):
    """What the server says of a session that it opened."""

    code: str
    key: str
    join_url: str
    wall_url: str


def create(url: str, server_key: str, **facts: Any) -> Opened:
    """Open a session; `facts` are those of session.opened. Raises NoRoomServer, or what the server refused with."""
    with httpx.Client(timeout=TIMEOUT, trust_env=not past_proxies(url)) as http:
        answer = _post(http, f"{url}/api/sessions", server_key, msgspec.json.encode(facts))
    return Opened(*(str(answer[name]) for name in Opened._fields))


class Client:
    """One session's events: post them, read them, follow them."""

    def __init__(self, url: str, code: str, key: str) -> None:
        self.url = url
        self.code = code
        self._key = key
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=not past_proxies(url))
        self._followed: socket.socket | None = None

    def post(self, *events: Event) -> int:
        """Post these events as one command; returns the first one's `seq`.

        A lost answer is asked for again. Raises NoRoomServer when nobody answers, or what the server refused with.
        """
        named = [msgspec.structs.replace(event, id=event.id or secrets.token_hex(8)) for event in events]
        body = b"[" + b",".join(draft(event).body for event in named) + b"]"
        for pause in PAUSES:
            try:
                return self._post(body)
            except NoRoomServer:
                time.sleep(pause)
        return self._post(body)

    def _post(self, body: bytes) -> int:
        answer = _post(self._http, self._events, self._key, body)
        return int(answer["seq"])

    @property
    def _events(self) -> str:
        return f"{self.url}/api/sessions/{self.code}/events"

    def lines(self, after: int = 0) -> list[bytes]:
        """The log's lines behind `after`. Raises NoRoomServer, UnknownRoom, WrongKey."""
        with _said(self.url):
            answer = self._http.get(self._events, params={"after": after}, headers=_headers(self._key))
        _check(answer)
        return answer.content.splitlines()

    @contextmanager
    def follow(self, after: int) -> Iterator[Iterator[bytes | None]]:
        """The log's lines behind `after` and then each new one; None for a sign of life.

        Raises NoRoomServer when the line breaks or is silent for too long.
        """
        headers = _headers(self._key) | {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        with _said(self.url), self._stream(headers) as answer:
            if answer.is_error:
                answer.read()
            _check(answer)
            self._followed = answer.extensions["network_stream"].get_extra_info("socket")
            yield self._said_lines(answer)

    def _stream(self, headers: dict[str, str]) -> AbstractContextManager[httpx.Response]:
        trust = not past_proxies(self.url)
        return httpx.stream("GET", self._events, headers=headers, timeout=SILENCE, trust_env=trust)

    def _said_lines(self, answer: httpx.Response) -> Iterator[bytes | None]:
        """One line of the log for each message: the server writes a message's data in one line."""
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield line[6:].encode()
            elif line.startswith(":"):
                yield None

    def hang_up(self) -> None:
        """End what `follow` reads, from any thread: closing alone would not wake a thread that waits for a line."""
        if self._followed is not None:
            with suppress(OSError):
                self._followed.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the line that posts go by."""
        self._http.close()


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _post(http: httpx.Client, url: str, key: str, body: bytes) -> dict[str, Any]:
    with _said(url):
        answer = http.post(url, content=body, headers=_headers(key))
    _check(answer)
    parsed = answer.json()
    assert isinstance(parsed, dict)
    return parsed


@contextmanager
def _said(url: str) -> Iterator[None]:
    """Network trouble as a sentence."""
    try:
        yield
    except httpx.HTTPError as error:
        raise NoRoomServer(f"The room server at {url} does not answer just now.") from error


_BY_CODE = {kind.code: kind for kind in (Refused, WrongKey, UnknownRoom, NotFound)}


def _check(answer: httpx.Response) -> None:
    """Raise the protocol's error as the KitError that it names."""
    if not answer.is_error:
        return
    try:
        told = answer.json()["error"]
        code, message = str(told["code"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        raise NoRoomServer(
            f"{answer.url.host} answered with status {answer.status_code}; is it a room server?"
        ) from None
    if answer.status_code == 409:
        raise Refused(message)
    raise _BY_CODE.get(code, KitError)(message)
