"""The server dies: nothing acknowledged is lost, and everybody comes back by themselves."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import httpx

from kit import launch
from kit.client import Client
from kit.feed import Feed
from kit.settings import read
from tests.serving import Facilitator, Phone, Server, hosting, is_error, until


class Said(NamedTuple):
    """A vote that a phone sent: what it answered, and the seq of the acknowledgement, None without one."""

    answer: str
    seq: int | None


def vote_on(phone: Phone, dead: threading.Event) -> list[Said]:
    """Vote as fast as the server takes it, until it is gone."""
    said = []
    while not dead.is_set():
        answer = random.choice("abc")
        try:
            told = phone.vote(answer)
        except httpx.HTTPError:
            said.append(Said(answer, None))
            return said
        if told.status_code == 200:
            said.append(Said(answer, told.json()["seq"]))
        time.sleep(0.01)
    return said


def test_a_kill_in_a_burst_of_votes_loses_no_acknowledged_ballot_and_counts_each_once(
    own_server: Server, own_room: Facilitator
) -> None:
    """Three times: vote from many threads, kill -9, start again on the same port."""
    phones = own_room.phones(24)
    own_room.ask(options="abc")
    everything: dict[str, list[Said]] = {phone.participant: [] for phone in phones}
    for _ in range(3):
        dead = threading.Event()
        with ThreadPoolExecutor(len(phones)) as pool:
            running = [pool.submit(vote_on, phone, dead) for phone in phones]
            time.sleep(random.uniform(0.15, 0.4))
            port = own_server.port
            own_server.kill()
            dead.set()
            for phone, votes in zip(phones, running, strict=True):
                everything[phone.participant] += votes.result()
        own_server.start()
        assert own_server.port == port
        check(own_room, everything)
    acknowledged = sum(said.seq is not None for votes in everything.values() for said in votes)
    assert acknowledged > 100, "the burst was no burst"


def check(room: Facilitator, everything: dict[str, list[Said]]) -> None:
    log = {event["seq"]: event for event in room.log()}
    assert list(log) == list(range(1, len(log) + 1)), "the log has no gaps"
    session = room.session
    counted = session.ballots("r1")
    assert sum(session.tally("r1").values()) == len(counted), "one ballot for each person"
    for participant, votes in everything.items():
        for said in votes:
            if said.seq is not None:
                assert (log[said.seq]["participant"], log[said.seq]["answer"]) == (participant, said.answer)
        acknowledged = [said for said in votes if said.seq is not None]
        if acknowledged:
            last = counted[participant]
            assert last.seq >= (acknowledged[-1].seq or 0)
            # Later than the last acknowledged can only be the one whose answer was lost.
            unsure = {said.answer for said in votes if said.seq is None}
            assert last.answer == acknowledged[-1].answer or last.answer in unsure
            assert last.seq == acknowledged[-1].seq or last.answer in unsure


def test_after_a_restart_every_phone_is_who_it_was(own_server: Server, own_room: Facilitator) -> None:
    ana, bo = own_room.phone("Ana"), own_room.phone("Bo")
    own_room.ask(reason=True)
    ana.vote("a", reason="My own words")
    word, page = ana.word, ana.page()
    own_server.restart()
    assert ana.page() == page
    assert ana.word == word
    assert "My own words" in page
    assert ana.vote("b").status_code == bo.vote("b").status_code == 200
    assert own_room.session.tally("r1") == {"a": 0, "b": 2}
    assert [person.name for person in own_room.session.present] == ["Ana", "Bo"]
    own_room.shut()
    is_error(ana.vote("a"), 409, "round_closed")


def test_a_command_repeated_after_a_restart_is_still_the_same_command(
    own_server: Server, own_room: Facilitator
) -> None:
    event = {"kind": "message.shown", "title": "Once", "id": "c1"}
    first = own_room.send(event).json()
    own_server.restart()
    assert own_room.send(event).json() == first
    is_error(own_room.send(event | {"title": "Other"}), 409, "id_taken")
    assert len(own_room.log()) == 2


def test_a_server_that_was_stopped_goes_on_after_the_next_start(own_server: Server, own_room: Facilitator) -> None:
    ana = own_room.phone("Ana")
    own_room.ask()
    ana.vote("a")
    assert own_server.stop() == 0
    own_server.start()
    assert ana.vote("b").status_code == 200
    assert own_room.session.tally("r1") == {"a": 0, "b": 1}


def test_the_notebooks_feed_comes_back_by_itself(own_server: Server, own_room: Facilitator) -> None:
    """It shows that the line is broken, and nothing is missing or doubled afterwards."""
    client = Client(own_server.url, own_room.code, own_room.key)
    feed = Feed(client, lambda: own_server.url)
    feed.start()
    try:
        own_room.ask()
        phones = own_room.phones(5)
        phones[0].vote("a")
        assert feed.wait_for(len(own_room.log()), 10)
        assert feed.line == "live"
        own_server.kill()
        until(lambda: feed.line == "reconnecting", say="the feed did not notice")
        assert feed.trouble.endswith(".")
        own_server.start()
        for phone in phones:
            phone.vote("b")
        until(lambda: feed.line == "live", say="the feed did not come back")
        assert feed.wait_for(len(own_room.log()), 10)
        assert feed.trouble == ""
        with feed.lock:
            assert feed.session.tally("r1") == {"a": 0, "b": 5}
    finally:
        feed.close()
        client.close()


def test_a_feed_starts_a_killed_server_again_but_not_a_stopped_one(own_server: Server, own_room: Facilitator) -> None:
    settings = read({"KIT_DATA": str(own_server.data), "KIT_HOST": "127.0.0.1", "KIT_PORT": str(own_server.port)})
    assert launch.find(settings) == own_server.url
    assert not launch.was_killed(settings)
    own_server.kill()
    assert launch.find(settings) is None
    assert launch.was_killed(settings)
    own_server.start()
    own_server.stop()
    assert launch.find(settings) is None
    assert not launch.was_killed(settings)


def test_losing_the_facilitators_tab_loses_nothing(own_server: Server) -> None:
    """All that a new notebook needs is the session's key: the log tells the rest."""
    with hosting(own_server.url, own_server.key) as room:
        room.ask()
        room.phone("Ana").vote("a")
        before = room.lines()
        room.http.close()
        client = Client(own_server.url, room.code, room.key)
        assert client.lines() == before
        client.close()
