"""Answers: the one error shape, as JSON or as a page, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import parse_qs

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.errors import InvalidAnswer, KitError, LineBroken, TooLarge
from kit.server import render
from kit.words import words

HEADERS = (
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)

JSON = b"application/json"
HTML = b"text/html; charset=utf-8"

# A phone's longest honest post is a name or a few hundred characters; a notebook's is a list of events.
PHONE_LIMIT = 16_000
NOTEBOOK_LIMIT = 2_000_000
# A body over the limit is still read this far, so that its sender hears the answer and not a broken line.
DRAIN_LIMIT = 64_000_000


async def send_whole(
    send: Send, status: int, body: bytes, kind: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """One complete answer, without a detour through a Response object: the way of the busy endpoints."""
    length = (b"content-length", b"%d" % len(body))
    start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind), length, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def read_whole(receive: Receive, limit: int) -> bytes:
    """The request's body, in bytes. Raises TooLarge above `limit`."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more and size < DRAIN_LIMIT:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise LineBroken("The line broke before all of it arrived; nothing of it was taken.")
        size += len(message.get("body", b""))
        if size <= limit:
            chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    if size > limit:
        raise TooLarge(f"That is more than the room takes at once (the limit is {limit // 1000} kB). Shorten it.")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def form_fields(body: bytes) -> dict[str, str]:
    """A posted form's fields, the last one of each name. Raises InvalidAnswer for what no form of ours sends."""
    try:
        return {name: values[-1] for name, values in parse_qs(body.decode(), max_num_fields=20).items()}
    except ValueError:
        raise InvalidAnswer("This is no form of this room. Load its page again and answer there.") from None


def header(scope: Scope, name: bytes) -> bytes | None:
    """A request's header; `name` in small letters."""
    for given, value in scope["headers"]:
        if given == name:
            return bytes(value)
    return None


def is_json(scope: Scope) -> bool:
    """Whether the request's body says that it is JSON."""
    return b"json" in (header(scope, b"content-type") or b"")


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, rather than a script for data."""
    return b"text/html" in (header(scope, b"accept") or b"") and not is_json(scope)


async def send_error(scope: Scope, send: Send, error: KitError) -> None:
    """The error as a page for a browser, else in the protocol's shape."""
    if wants_page(scope) and not scope["path"].startswith(f"{scope.get('root_path', '')}/api/"):
        depth = scope["path"].count("/") - scope.get("root_path", "").count("/") - 1
        home = scope.get("path_params", {}).get("code", "")
        page = render.error_page(words(), status=error.status, message=error.sentence, home=home, depth=depth)
        await send_whole(send, error.status, page.encode(), HTML, HEADERS)
    else:
        shape = {"error": {"code": error.code, "message": error.sentence}}
        await send_whole(send, error.status, msgspec.json.encode(shape), JSON, HEADERS)


class Armour:
    """Adds the headers that every answer carries, unless the answer has set its own; tells `used` of each request."""

    def __init__(self, app: ASGIApp, used: Callable[[], None]) -> None:
        self.app = app
        self.used = used

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.used()

        async def armoured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message.get("headers", ()))
                names = {name for name, _ in headers}
                headers.extend(header for header in HEADERS if header[0] not in names)
            await send(message)

        await self.app(scope, receive, armoured)
