"""The notebook's side of the protocol: retries that double nothing, errors as sentences."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from kit import client
from kit import events as ev
from kit.client import Client
from kit.errors import KitError, NoRoomServer, Refused, UnknownRoom, WrongKey
from tests.serving import Facilitator, Server, free_port


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSES", (0.01, 0.02, 0.03))


@pytest.fixture
def mine(room: Facilitator) -> Iterator[Client]:
    with closing(Client(room.url, room.code, room.key)) as made:
        yield made


class Dropper:
    """Passes everything on, but hangs up instead of giving the first answers back: they are lost on the way."""

    def __init__(self, target: str, lose: int) -> None:
        self.lose = lose
        self.lost = 0
        self._target = (urlsplit(target).hostname or "", urlsplit(target).port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with near, socket.create_connection(self._target) as far:
                    self._pass(near, far)

    def _pass(self, near: socket.socket, far: socket.socket) -> None:
        request = near.recv(65536)
        while b"\r\n\r\n" not in request or len(request.partition(b"\r\n\r\n")[2]) < _length(request):
            request += near.recv(65536)
        far.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        answer = b"".join(iter(lambda: far.recv(65536), b""))
        if self.lost < self.lose:
            self.lost += 1
        else:
            near.sendall(answer)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def _length(request: bytes) -> int:
    fields = (line.partition(b":") for line in request.partition(b"\r\n\r\n")[0].lower().split(b"\r\n"))
    return next((int(value) for name, _, value in fields if name == b"content-length"), 0)


@pytest.mark.parametrize("lose", [1, 3])
def test_a_command_whose_answer_was_lost_is_sent_again_and_stored_once(room: Facilitator, lose: int) -> None:
    with closing(Dropper(room.url, lose)) as dropper, closing(Client(dropper.url, room.code, room.key)) as mine:
        seq = mine.post(ev.MessageShown(title="One"), ev.MessageShown(title="Two"))
        assert dropper.lost == lose
    stored = room.log("message.shown")
    assert [event["title"] for event in stored] == ["One", "Two"]
    assert seq == stored[0]["seq"]


def test_an_answer_that_is_always_lost_is_a_sentence_in_the_end(room: Facilitator) -> None:
    always = pytest.raises(NoRoomServer, match=r"does not answer.*\.$")
    with closing(Dropper(room.url, 99)) as lossy, closing(Client(lossy.url, room.code, room.key)) as mine, always:
        mine.post(ev.MessageShown(title="One"))
    assert len(room.log("message.shown")) == 1


def test_posting_twice_is_two_commands(mine: Client, room: Facilitator) -> None:
    assert mine.post(ev.MessageShown(title="Same")) < mine.post(ev.MessageShown(title="Same"))
    assert len(room.log("message.shown")) == 2
    assert len({event["id"] for event in room.log("message.shown")}) == 2


def test_an_id_of_ones_own_is_kept(mine: Client, room: Facilitator) -> None:
    event = ev.MessageShown(title="Once", id="mine")
    assert mine.post(event) == mine.post(event)
    assert len(room.log("message.shown")) == 1


def test_what_the_session_refuses_is_not_tried_again(mine: Client, room: Facilitator) -> None:
    with pytest.raises(KitError, match="No round 'r9'"):
        mine.post(ev.RoundClosed(round="r9"))
    room.ask()
    with pytest.raises(Refused, match="still open"):
        mine.post(ev.RoundRevealed(round="r1"))
    assert len(room.log()) == 2


def test_wrong_keys_and_codes_are_told_apart(room: Facilitator) -> None:
    for code, key, error in ((room.code, "wrong", WrongKey), ("AAAAAA", room.key, UnknownRoom)):
        with closing(Client(room.url, code, key)) as other:
            with pytest.raises(error):
                other.post(ev.SessionClosed())
            with pytest.raises(error):
                other.lines()
            with pytest.raises(error), other.follow(0) as lines:
                next(lines)


def test_lines_begin_behind_a_seq(mine: Client, room: Facilitator) -> None:
    room.ask()
    room.shut()
    assert mine.lines() == room.lines()
    assert mine.lines(after=2) == room.lines()[2:]


def test_following_gives_old_lines_then_new_ones(mine: Client, room: Facilitator) -> None:
    room.ask()
    with mine.follow(1) as lines:
        found = [line for line in (next(lines) for _ in range(1)) if line is not None]
        room.shut()
        while len(found) < 2:
            line = next(lines)
            found += [line] if line is not None else []
    assert found == room.lines()[1:]


def test_creating_opens_a_session(server: Server) -> None:
    opened = client.create(server.url, server.key, workshop="w", title="t", language="en")
    assert opened.wall_url == f"{opened.join_url}/wall"
    with closing(Client(server.url, opened.code, opened.key)) as mine:
        assert len(mine.lines()) == 1
    with pytest.raises(WrongKey):
        client.create(server.url, opened.key, workshop="w", title="t")


def test_nobody_there_is_a_sentence(room: Facilitator) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with closing(Client(url, room.code, room.key)) as mine:
        for call in (lambda: mine.post(ev.SessionClosed()), mine.lines, lambda: mine.follow(0).__enter__()):
            with pytest.raises(NoRoomServer, match=url):
                call()


def test_another_program_at_the_port_is_a_sentence(room: Facilitator) -> None:
    """It answers, but not as a room server does."""

    def answer(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                with line:
                    line.recv(65536)
                    line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            closing(Client(url, room.code, room.key)) as mine,
            pytest.raises(NoRoomServer, match="is it a room server"),
        ):
            mine.lines()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_silent_line_is_a_dead_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Wi-Fi is gone and no packet says so."""
    import httpx

    monkeypatch.setattr(client, "SILENCE", httpx.Timeout(5.0, read=0.3))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        started = time.monotonic()
        dead = pytest.raises(NoRoomServer)
        with closing(Client(url, "AAAAAA", "key")) as mine, dead, mine.follow(0) as lines:
            next(lines)
        assert time.monotonic() - started < 5


def test_silence_is_longer_than_two_beats_of_the_server() -> None:
    from kit.server import clock

    assert client.SILENCE.read is not None
    assert client.SILENCE.read > 2 * clock.BEAT
