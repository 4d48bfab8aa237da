"""Each listener has one way out: who leaves a session, or runs all again, holds no line to it any more."""

from __future__ import annotations

import psutil

from kit.live import Live
from kit.settings import read
from tests.serving import Facilitator, Server, until


def lines_to(server: Server) -> int:
    """How many connections this process has to the server."""
    found = psutil.Process().net_connections("tcp")
    return len(
        [line for line in found if line.raddr and line.raddr.port == server.port and line.status == "ESTABLISHED"]
    )


def test_leaving_closes_both_lines(own_server: Server, own_room: Facilitator) -> None:
    live = Live("00-start-here", "A try", read({"KIT_DATA": str(own_server.data), "KIT_HOST": "127.0.0.1"}))
    live.folder.keep_session(own_room.code, {"workshop": live.workshop, "key": own_room.key, "where": ""})
    own_room.http.close()
    before = lines_to(own_server)
    live.go_on(own_room.code)
    feed = live.feed
    assert feed is not None
    assert feed.wait_for(1)
    live.change(locked=True)
    assert lines_to(own_server) > before
    live.leave()
    try:
        until(lambda: lines_to(own_server) == before, 3, say="a feed that was left still holds its lines")
    finally:
        feed.client.close()
