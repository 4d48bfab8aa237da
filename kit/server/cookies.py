"""The participant's cookie: one signed value, which lies below the room's own path and nowhere else."""

from __future__ import annotations

from starlette.types import Scope

from kit.server.reply import header
from kit.server.room import Room

NAME = "kit"
_PREFIX = b"kit="

# A workshop may run over several days.
MAX_AGE = 14 * 24 * 3600


def participant_of(scope: Scope, room: Room) -> str | None:
    """Who this request comes from: somebody who joined this room, perhaps removed since; else None."""
    for part in (header(scope, b"cookie") or b"").split(b"; "):
        if part.startswith(_PREFIX):
            return room.participant_of(part[len(_PREFIX) :].decode("latin-1"))
    return None


def set_cookie(room: Room, participant: str) -> tuple[bytes, bytes]:
    """The header that gives a phone its seat.

    Without a Path the browser takes the folder of the page that set it, /{code} of /{code}/join: that is
    right under any URL prefix, and rooms can't see each other's cookies.
    """
    value = f"{NAME}={room.seats.cookie(participant)}; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax"
    return b"set-cookie", value.encode()
