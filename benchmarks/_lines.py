"""The load: many connections on one loop, with requests made beforehand and as little work as can be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from benchmarks._place import Place

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
SCREEN = b"event: screen\n"
MESSAGE_END = b"\n\n\r\n"  # of a message that is a chunk by itself, as uvicorn sends it

# So many connections are opened at once: more would overrun the queue of new ones on some systems.
OPENING = 200

P = TypeVar("P", bound=asyncio.Protocol)


class Line(asyncio.Protocol):
    """One connection that is kept: a request, its answer, the next request."""

    def __init__(self) -> None:
        self.answered: Callable[[bytes], None] = lambda answer: None
        self._transport: Any = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self, request: bytes) -> None:
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self._read + data if self._read else data
        head = data.find(HEAD_END)
        if head >= 0:
            at = data.find(LENGTH, 0, head) + len(LENGTH)
            if len(data) >= head + len(HEAD_END) + int(data[at : data.index(b"\r", at)]):
                self._read = b""
                self.answered(data)
                return
        self._read = data

    async def ask(self, request: bytes) -> bytes:
        """Send one request and wait for its answer."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.answered = answer.set_result
        self.send(request)
        return await answer

    def connection_lost(self, error: Exception | None) -> None:
        self.answered = lambda answer: None

    def close(self) -> None:
        self._transport.close()


class Watch:
    """Waits until each of many streams has brought a message with a certain word in it."""

    def __init__(self) -> None:
        self.word = b""
        self.missing: set[Stream] = set()
        self.last = 0.0
        self._all = asyncio.Event()

    def expect(self, word: bytes, streams: list[Stream]) -> None:
        self.word, self.missing = word, set(streams)
        self._all.clear()

    def arrived(self, stream: Stream, message: bytes) -> None:
        if stream in self.missing and self.word in message:
            self.missing.discard(stream)
            if not self.missing:
                self.last = asyncio.get_running_loop().time()
                self._all.set()

    async def all(self, seconds: float) -> bool:
        """Whether all came within so many seconds; `last` says when the last one did."""
        try:
            async with asyncio.timeout(seconds):
                await self._all.wait()
        except TimeoutError:
            return False
        return True


class Stream(asyncio.Protocol):
    """One phone's open stream: keeps the newest message only."""

    def __init__(self, request: bytes, watch: Watch) -> None:
        self.newest = b""
        self._request = request
        self._watch = watch
        self._read = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        if self._read.endswith(MESSAGE_END):
            if SCREEN in self._read:
                self.newest = self._read
                self._watch.arrived(self, self._read)
            self._read = b""

    def close(self) -> None:
        self._transport.close()


class Follower(asyncio.Protocol):
    """The facilitator's stream: keeps all that it brings until somebody takes it."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._read: list[bytes] = []
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._read.append(data)

    def lines(self) -> list[bytes]:
        """The log's lines that it has brought so far, from the first."""
        self._read = [b"".join(self._read)]
        # What stands behind the last line's end may be half a line.
        return [line[6:] for line in self._read[0].split(b"\n")[:-1] if line.startswith(b"data: ")]

    def close(self) -> None:
        self._transport.close()


async def connect(place: Place, makers: list[Callable[[], P]]) -> list[P]:
    """Open a connection for each of these protocols."""
    loop = asyncio.get_running_loop()
    opened: list[P] = []
    for start in range(0, len(makers), OPENING):
        opening = (loop.create_connection(maker, "127.0.0.1", place.port) for maker in makers[start : start + OPENING])
        opened += [protocol for _, protocol in await asyncio.gather(*opening)]
    return opened


def request(place: Place, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as a phone's browser sends it, with the headers that they all send."""
    told = {
        "host": f"127.0.0.1:{place.port}",
        "connection": "keep-alive",
        "user-agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "accept-language": "en-GB,en;q=0.9",
        "referer": f"{place.url}/{place.code}",
        "origin": place.url,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if body:
        told["content-length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def status(answer: bytes) -> int:
    return int(answer[9:12])


def header(answer: bytes, name: str) -> str:
    """The value of a header, or nothing."""
    for line in answer[: answer.find(HEAD_END)].decode("latin-1").split("\r\n")[1:]:
        if line.lower().startswith(f"{name}: "):
            return line[len(name) + 2 :]
    return ""


def body(answer: bytes) -> bytes:
    return answer[answer.find(HEAD_END) + len(HEAD_END) :]
