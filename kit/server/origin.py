"""Posts from another site's page are refused: a browser says where a post comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import Scope

from kit.errors import CrossSite
from kit.server.reply import header


def require_same_origin(scope: Scope, room_url: str) -> None:
    """Raise CrossSite unless the post comes from our own page, or from no browser at all.

    `room_url` is the public address of a server behind a proxy, whose pages name it as their origin.
    """
    origin = header(scope, b"origin")
    if origin is not None:
        place = origin.partition(b"://")[2]
        ours = (header(scope, b"host"), urlsplit(room_url).netloc.encode())
        # "null" and addresses without a host are nobody's.
        foreign = not place or place not in ours
    else:
        foreign = (header(scope, b"sec-fetch-site") or b"none") not in (b"same-origin", b"none")
    if foreign:
        raise CrossSite("This was sent by a page of another site. Open the room's own page and answer there.")
