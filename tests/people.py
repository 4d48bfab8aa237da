"""Who speaks HTTP to a room server in tests: phones, a facilitator, and readers of streams."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from kit.session import Session

PATIENCE = 20.0

T = TypeVar("T")


def until(true: Callable[[], T], seconds: float = PATIENCE, say: str = "it did not happen") -> T:
    """Wait for a condition, never for luck; returns what `true` returned."""
    give_up = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < give_up, f"After {seconds:g} seconds: {say}."
        time.sleep(0.01)
    return found


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make these calls from as many threads, all let go at the same moment; their results in order."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        gate.wait(PATIENCE)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def web(url: str, **more: Any) -> httpx.Client:
    """A client of its own: cookies and connections are shared with nobody."""
    # There are no certificates to load, which would take long: the line is plain HTTP.
    return httpx.Client(base_url=url, timeout=PATIENCE, verify=False, trust_env=False, **more)


class Message(NamedTuple):
    """One message of a stream; a comment is one with the event ":". `when` is monotonic."""

    event: str
    data: str
    id: str
    when: float


class Stream:
    """An open stream, read by a thread of its own; one that sleeps reads nothing until `awake` is set."""

    def __init__(self, url: str, path: str, headers: dict[str, str] | None = None, *, asleep: bool = False) -> None:
        self.messages: list[Message] = []
        self.broken = threading.Event()
        self.awake = threading.Event()
        self._news = threading.Condition()
        self._line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        if asleep:
            self._line.sock = socket.socket()
            # Little of what is sent waits on this side.
            self._line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            self._line.sock.settimeout(PATIENCE)
            self._line.sock.connect((self._line.host, self._line.port))
        else:
            self.awake.set()
        self._line.request("GET", path, headers=headers or {})
        self._socket = self._line.sock
        self.answer = self._line.getresponse()
        self.status = self.answer.status
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        fields: dict[str, list[str]] = {}
        self.awake.wait()
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            while line := self.answer.readline():
                name, colon, value = line.decode().rstrip("\n").partition(":")
                if colon:
                    fields.setdefault(name or ":", []).append(value.removeprefix(" "))
                elif fields:
                    self._add(fields)
                    fields = {}
        self.broken.set()

    def _add(self, fields: dict[str, list[str]]) -> None:
        event = ":" if ":" in fields else fields.get("event", ["message"])[0]
        message = Message(event, "\n".join(fields.get("data", [])), fields.get("id", [""])[0], time.monotonic())
        with self._news:
            self.messages.append(message)
            self._news.notify_all()

    def wait(
        self, right: Callable[[Message], bool], say: str = "no such message came", seconds: float = PATIENCE
    ) -> Message:
        """The first message that is right, once it is there."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(right, self.messages)), seconds), f"{say}: {self.messages}"
            return next(filter(right, self.messages))

    def wait_text(self, text: str) -> Message:
        """The first screen that holds this text."""
        return self.wait(lambda message: text in message.data, f"no screen said {text!r}")

    @property
    def text(self) -> str:
        """All that came so far."""
        return "\n".join(message.data for message in self.messages)

    def close(self) -> None:
        """Hang up, as a phone that goes out of reach."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.awake.set()
        self._thread.join(PATIENCE)
        self.answer.close()
        self._line.close()
        self._socket.close()


class Phone:
    """One participant's browser, without its scripts."""

    def __init__(self, url: str, code: str, **headers: str) -> None:
        self.url = url
        self.code = code
        self.http = web(url, headers=headers)
        self._streams: list[Stream] = []

    def join(self, name: str = "", **fields: str) -> httpx.Response:
        return self.http.post(f"/{self.code}/join", data={"name": name, **fields})

    def seat(self, name: str = "") -> Phone:
        """Join, and be let in."""
        answer = self.join(name)
        assert answer.status_code == 303, answer.text
        return self

    @property
    def cookie(self) -> str:
        return self.http.cookies["kit"]

    @property
    def participant(self) -> str:
        return self.cookie.partition(".")[0]

    def vote(self, answer: Any, round_: str = "r1", **more: Any) -> httpx.Response:
        return self.http.post(f"/{self.code}/ballots/{quote(round_, safe='')}", json={"answer": answer, **more})

    def page(self) -> str:
        return self.http.get(f"/{self.code}").text

    @property
    def word(self) -> str:
        """The come-back word, as the page tells it to this phone."""
        found = re.search(r'"word": ?"(\w{4}-\w{4})"', self.page())
        assert found is not None, "the page has no come-back word"
        return found[1]

    def stream(self, *, asleep: bool = False) -> Stream:
        headers = {"Cookie": f"kit={self.cookie}"}
        self._streams.append(Stream(self.url, f"/{self.code}/stream", headers, asleep=asleep))
        return self._streams[-1]

    def close(self) -> None:
        for stream in self._streams:
            stream.close()
        self.http.close()


class Facilitator:
    """The holder of one session's key."""

    def __init__(self, url: str, server_key: str, **facts: Any) -> None:
        self.url = url
        self.http = web(url)
        facts = {"workshop": "00-start-here", "title": "A try", "language": "en"} | facts
        answer = self.http.post("/api/sessions", json=facts, headers={"Authorization": f"Bearer {server_key}"})
        assert answer.status_code == 201, answer.text
        self.opened = answer.json()
        self.code, self.key = self.opened["code"], self.opened["key"]
        self.headers = {"Authorization": f"Bearer {self.key}"}
        self.events = f"/api/sessions/{self.code}/events"
        self._closing: list[Phone | Stream] = []

    def send(self, body: Any, **headers: str) -> httpx.Response:
        """Post a body as it is: one event, a list, or nonsense."""
        content = body if isinstance(body, bytes | str) else msgspec.json.encode(body)
        return self.http.post(self.events, content=content, headers=self.headers | headers)

    def post(self, kind: str, **fields: Any) -> int:
        """Post one event that must be taken; returns its seq."""
        answer = self.send({"kind": kind, **fields})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["seq"])

    def ask(self, round_: str = "r1", options: str = "ab", **more: Any) -> int:
        return self.post(**question(round_, options, **more))

    def shut(self, round_: str = "r1") -> int:
        return self.post("round.closed", round=round_)

    def reveal(self, round_: str = "r1", **more: Any) -> int:
        return self.post("round.revealed", round=round_, **more)

    def lines(self, after: int = 0) -> list[bytes]:
        answer = self.http.get(self.events, params={"after": after}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.content.splitlines()

    def log(self, kind: str = "") -> list[dict[str, Any]]:
        """The log's events, all or those of one kind."""
        events = [msgspec.json.decode(line) for line in self.lines()]
        return [event for event in events if not kind or event["kind"] == kind]

    @property
    def session(self) -> Session:
        """The log, folded anew."""
        return Session.replay(self.code, self.lines())

    def follow(self, path: str = "", **headers: str) -> Stream:
        sent = self.headers | {"Accept": "text/event-stream"} | headers
        return self._keep(Stream(self.url, self.events + path, sent))

    def wall(self) -> Stream:
        return self._keep(Stream(self.url, f"/{self.code}/wall/stream"))

    def phone(self, name: str | None = None, **headers: str) -> Phone:
        """A phone in this room: with a name, even an empty one, it has joined."""
        phone = self._keep(Phone(self.url, self.code, **headers))
        return phone if name is None else phone.seat(name)

    def phones(self, number: int) -> Sequence[Phone]:
        return [self.phone("") for _ in range(number)]

    def _keep(self, thing: Any) -> Any:
        self._closing.append(thing)
        return thing

    def close(self) -> None:
        for thing in self._closing:
            thing.close()
        self.http.close()


def question(round_: str = "r1", options: str = "ab", **more: Any) -> dict[str, Any]:
    """The opening of a choice whose options are called by these letters."""
    offered = [{"id": letter, "text": f"Say {letter}"} for letter in options]
    return {
        "kind": "round.opened",
        "round": round_,
        "form": "choice",
        "prompt": "What now?",
        "options": offered,
        **more,
    }


def is_error(answer: httpx.Response, status: int, code: str = "") -> str:
    """Check the one shape that every error has; returns its sentence."""
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text[:300]}"
    assert answer.headers["content-type"] == "application/json", answer.text[:300]
    told = answer.json()
    assert set(told) == {"error"}
    assert set(told["error"]) == {"code", "message"}
    assert re.fullmatch(r"[a-z_]+", told["error"]["code"])
    assert code in ("", told["error"]["code"]), told
    message = told["error"]["message"]
    assert message.endswith((".", "?", "!"))
    assert "Traceback" not in message
    return str(message)


@contextlib.contextmanager
def hosting(url: str, key: str, **facts: Any) -> Iterator[Facilitator]:
    """A new session, its facilitator, and all phones and streams that she makes, closed at the end."""
    facilitator = Facilitator(url, key, **facts)
    try:
        yield facilitator
    finally:
        facilitator.close()
