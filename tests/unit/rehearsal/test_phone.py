"""A simulated phone reads the room's pages as they are, and speaks the protocol of phones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest

from kit.errors import DoorLocked, KitError, NoRoomServer, NotJoined, Refused
from kit.rehearsal import phone as phones
from kit.rehearsal.answers import Ballot
from kit.rehearsal.phone import Phone, Seen, Wire
from kit.screen import Viewer, screen
from kit.server import render
from tests.serving import Facilitator, free_port
from tests.unit.making import CODE, Log, ask, join, now, remove, reveal, shut, start
from tests.unit.playing import Table


def shown(log: Log, who: str = "p1") -> Seen | None:
    fragment = render.phone_fragment(screen(log.session, Viewer("phone", who), now(0)))
    lines = "".join(f"data: {line}\n" for line in fragment.splitlines())
    return phones._screen(f"event: screen\n{lines}".encode())


def test_each_screen_says_its_view_and_its_round() -> None:
    log = Log(start(), join("p1"))
    assert shown(log) == Seen("lobby", "")
    log.add(ask("ask-1"))
    assert shown(log) == Seen("question", "ask-1")
    log.add(shut("ask-1"))
    assert shown(log) == Seen("closed", "ask-1")
    log.add(reveal("ask-1"))
    assert shown(log) == Seen("results", "ask-1")
    log.add(remove("p1"))
    assert shown(log) == Seen("removed", "")
    table = Table()
    assert shown(table, "ana") == Seen("scene", "")
    table.open()
    assert shown(table, "ana") == Seen("question", "play-1-1")


@pytest.mark.parametrize("message", [b"", b":", b"event: beat\ndata: 1", b'event: name\ndata: data-view="question"'])
def test_a_sign_of_life_is_no_screen(message: bytes) -> None:
    assert phones._screen(message) is None


Act = Callable[[Phone], Coroutine[Any, Any, Any]]


def act(room: Facilitator, run: Act, url: str = "") -> Any:
    """Have one phone do this in the room."""

    async def main() -> Any:
        wire = Wire(url or room.url, room.code)
        try:
            return await run(Phone(wire, "a ticket", "Ana"))
        finally:
            await wire.close()

    return asyncio.run(main())


async def join_and_vote(phone: Phone) -> tuple[str, int]:
    await phone.join()
    return phone.participant, await phone.vote("r1", Ballot(0, "a", 2, "Because"))


def test_it_joins_and_votes_and_the_answer_names_what_is_stored(room: Facilitator) -> None:
    room.ask(confidence=True, reason=True)
    who, seq = act(room, join_and_vote)
    (ballot,) = room.session.ballots("r1").values()
    assert (ballot.participant, ballot.seq, ballot.answer) == (who, seq, "a")
    assert (ballot.confidence, ballot.reason) == (2, "Because")
    assert [one.name for one in room.session.present] == ["Ana"]
    assert act(room, join_and_vote)[0] == who, "the same ticket is the same seat"


def test_two_phones_of_one_class_have_their_own_seats(room: Facilitator) -> None:
    async def main() -> set[str]:
        wire = Wire(room.url, room.code)
        pair = [Phone(wire, f"ticket {n}", "") for n in range(2)]
        for phone in [*pair, *pair]:
            await phone.join()
        await wire.close()
        return {phone.participant for phone in pair}

    assert asyncio.run(main()) == {one.id for one in room.session.present}
    assert len(room.session.present) == 2


async def watch(phone: Phone) -> list[Seen]:
    await phone.join()
    seen: list[Seen] = []
    await phone.follow(lambda new: bool(seen.append(new)))
    return seen


def test_it_hangs_up_when_it_has_seen_enough(room: Facilitator) -> None:
    room.ask("r1")
    assert act(room, watch) == [Seen("question", "r1")]


async def watch_unseated(phone: Phone) -> None:
    await phone.follow(lambda seen: True)


async def vote_unseated(phone: Phone) -> None:
    await phone.vote("r1", Ballot(0, "a"))


async def vote_nonsense(phone: Phone) -> None:
    await phone.join()
    await phone.vote("r1", Ballot(0, "nothing"))


async def vote_nowhere(phone: Phone) -> None:
    await phone.join()
    await phone.vote("r7", Ballot(0, "a"))


@pytest.mark.parametrize(
    ("run", "kind"),
    [(watch_unseated, NotJoined), (vote_unseated, NotJoined), (vote_nonsense, Refused), (vote_nowhere, Refused)],
)
def test_what_the_room_refuses_is_told_apart(room: Facilitator, run: Act, kind: type[KitError]) -> None:
    room.ask()
    with pytest.raises(kind):
        act(room, run)


def test_a_locked_door_and_a_room_that_has_ended_are_told_apart(room: Facilitator) -> None:
    room.post("settings.changed", settings={"locked": True})
    with pytest.raises(DoorLocked):
        act(room, Phone.join)
    room.post("session.closed")
    with pytest.raises(Refused, match="ended"):
        act(room, Phone.join)


@pytest.mark.parametrize("run", [Phone.join, vote_unseated, watch_unseated])
def test_a_room_that_does_not_answer_is_worth_another_try(room: Facilitator, run: Act) -> None:
    with pytest.raises(NoRoomServer, match="does not answer"):
        act(room, run, f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, NoRoomServer), (507, NoRoomServer), (429, NoRoomServer), (401, NotJoined), (413, Refused)],
)
def test_a_status_is_understood_even_without_words(status: int, kind: type[KitError]) -> None:
    answer = httpx.Response(status, text="<html>", request=httpx.Request("GET", f"http://127.0.0.1/{CODE}"))
    found = phones._refusal(answer)
    assert type(found) is kind
    assert found.sentence == f"127.0.0.1 answered with status {status}."
