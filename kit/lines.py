"""The lines of a log as files keep them: taken apart, and checked to be one session's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from kit.errors import InvalidEvent
from kit.events import Draft, is_flat

# How the store begins a line.
_STAMPED = re.compile(rb'\{"seq":\d+,"at":"[^"\\]*",(?=")')

# Python reads more than a log may hold: any character between date and time, even a quotation mark.
_TIME = re.compile(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def unstamp(line: bytes) -> tuple[int, str, Draft]:
    """The place, the time and the draft of which `events.stamp` made this line.

    Raises InvalidEvent for what is no line of a log.
    """
    try:
        event = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidEvent(f"no JSON ({error})") from None
    if not isinstance(event, dict) or not is_flat(event):
        raise InvalidEvent("no JSON object of an event's depth")
    seq, at, kind, id_ = (event.pop("seq", None), event.pop("at", None), event.get("kind"), event.get("id"))
    if type(seq) is not int or not isinstance(kind, str) or not isinstance(id_, str | None):
        raise InvalidEvent("seq must be a whole number, kind and id must be text")
    if not isinstance(at, str) or not _is_time(at):
        raise InvalidEvent(f"at is {str(at)[:40]!r}; it must be a time such as 2026-11-23T10:02:11.512Z")
    stamped = _STAMPED.match(line)
    body = b"{" + line[stamped.end() :].rstrip() if stamped is not None else msgspec.json.encode(event)
    return seq, at, Draft(body, id_)


def _is_time(text: str) -> bool:
    try:
        return _TIME.fullmatch(text) is not None and datetime.fromisoformat(text).astimezone(UTC).year < 2999
    except (ValueError, OverflowError):
        return False


def check(name: str, lines: Sequence[bytes]) -> None:
    """Raise InvalidEvent, naming file and line, unless these are a session's log from its opening on."""
    ids: set[str] = set()
    for number, line in enumerate(lines, 1):
        try:
            seq, _, draft = unstamp(line)
        except InvalidEvent as error:
            if number == 1:
                raise InvalidEvent(f"{name}:1 is no line of a log. Use the file session.jsonl of an export.") from None
            raise InvalidEvent(
                f"{name}:{number} is no event of a session: {error}. Use the file as exported."
            ) from None
        if seq != number:
            raise InvalidEvent(
                f"{name}:{number} says seq {seq}; a line is missing, or one too many. Use the whole file."
            )
        if draft.id is not None and draft.id in ids:
            raise InvalidEvent(f"{name}:{number}: the id {draft.id!r} came before; every command has its own.")
        ids |= {draft.id} if draft.id is not None else set()
    if not lines or msgspec.json.decode(lines[0]).get("kind") != "session.opened":
        raise InvalidEvent(f"{name} does not begin with a session's opening. Use the file session.jsonl of an export.")
