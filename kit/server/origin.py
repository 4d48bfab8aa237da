"""Posts from another site's page are refused: a browser says where a post comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from kit.errors import CrossSite


def require_same_origin(scope: Scope, room_url: str) -> None:
    """Raise CrossSite unless the post comes from our own page, or from no browser at all.

    `room_url` is the public address of a server behind a proxy, whose pages name it as their origin.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    ours = {headers.get("host", ""), urlsplit(room_url).netloc}
    if origin is not None:
        # "null" and addresses without a host are nobody's.
        foreign = urlsplit(origin).netloc not in ours - {""}
    else:
        foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign:
        raise CrossSite("This was sent by a page of another site. Open the room's own page and answer there.")
