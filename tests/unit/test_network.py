"""Addresses that phones can reach, and a port to listen on."""

from __future__ import annotations

import socket
from collections import namedtuple
from collections.abc import Iterator

import psutil
import pytest

from kit import network
from kit.errors import RoomBusy
from kit.network import LOOPBACK, TRIES, Adapter, adapters, base_url, bind
from tests.serving import free_port

Address = namedtuple("Address", "family address")
State = namedtuple("State", "isup")


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The machine's cards, as the test writes them down; one whose name ends in "-down" is down."""
    found: dict[str, list[str]] = {}
    monkeypatch.setattr(
        psutil, "net_if_addrs", lambda: {name: [Address(_family(a), a) for a in them] for name, them in found.items()}
    )
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {name: State(not name.endswith("-down")) for name in found})
    monkeypatch.setattr(network, "_outward", lambda: "")
    return found


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def test_only_cards_that_are_up_and_addresses_that_phones_can_reach_count(cards: dict[str, list[str]]) -> None:
    cards |= {
        "lo": ["127.0.0.1", "::1"],
        "wifi0": ["192.168.1.7", "fe80::1"],
        "auto0": ["169.254.3.3"],
        "eth0-down": ["10.0.0.9"],
        "none0": ["0.0.0.0"],
    }
    assert adapters() == [Adapter("wifi0", "192.168.1.7")]


def test_the_card_that_leads_outward_comes_first_then_those_that_hotspots_use(
    cards: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cards |= {"docker0": ["172.17.0.1"], "hot0": ["192.168.137.1"], "vpn0": ["100.64.0.2"]}
    assert [adapter.name for adapter in adapters()] == ["hot0", "docker0", "vpn0"]
    monkeypatch.setattr(network, "_outward", lambda: "100.64.0.2")
    assert [adapter.name for adapter in adapters()] == ["vpn0", "hot0", "docker0"]


def test_no_card_is_no_error(cards: dict[str, list[str]]) -> None:
    assert adapters() == []


def test_asking_for_the_way_outward_never_fails() -> None:
    assert network._outward() == "" or socket.inet_aton(network._outward())


def test_the_real_machine_can_be_asked() -> None:
    for adapter in adapters():
        assert not adapter.address.startswith("127.")


FOUND = [Adapter("wifi0", "192.168.1.7"), Adapter("eth0", "10.0.0.3")]


@pytest.mark.parametrize(
    ("room_url", "host", "chosen", "found", "expected"),
    [
        ("", "0.0.0.0", "", FOUND, "http://192.168.1.7:8765"),
        ("", "0.0.0.0", "10.0.0.3", FOUND, "http://10.0.0.3:8765"),
        ("", "0.0.0.0", "10.9.9.9", FOUND, "http://192.168.1.7:8765"),
        ("", "0.0.0.0", "10.0.0.3", [], f"http://{LOOPBACK}:8765"),
        ("", "127.0.0.1", "10.0.0.3", FOUND, "http://127.0.0.1:8765"),
        ("https://rooms.example.org", "0.0.0.0", "10.0.0.3", FOUND, "https://rooms.example.org"),
    ],
)
def test_the_address_for_phones(room_url: str, host: str, chosen: str, found: list[Adapter], expected: str) -> None:
    assert base_url(room_url=room_url, host=host, port=8765, chosen=chosen, found=found) == expected


@pytest.fixture
def taken() -> Iterator[int]:
    """A port where somebody listens."""
    with socket.socket() as other:
        other.bind((LOOPBACK, free_port()))
        other.listen()
        yield other.getsockname()[1]


def test_a_free_port_is_taken_as_it_was_named() -> None:
    port = free_port()
    with bind(LOOPBACK, port) as listener:
        assert listener.getsockname() == (LOOPBACK, port)


def test_a_port_in_use_gives_way_to_the_next_free_one(taken: int) -> None:
    with bind(LOOPBACK, taken) as listener:
        assert taken < listener.getsockname()[1] < taken + TRIES


def test_port_0_is_any_free_one() -> None:
    with bind(LOOPBACK, 0) as listener:
        assert listener.getsockname()[1] > 0


def test_no_free_port_is_a_sentence(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "TRIES", 1)
    with pytest.raises(RoomBusy, match=f"{taken}.*KIT_PORT"):
        bind(LOOPBACK, taken)


def test_the_last_port_has_no_next_one() -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 65535))
        other.listen()
        with pytest.raises(RoomBusy, match="KIT_PORT"):
            bind(LOOPBACK, 65535)


@pytest.mark.parametrize("host", ["203.0.113.77", "no such host"])
def test_an_address_of_another_machine_is_a_sentence(host: str) -> None:
    with pytest.raises(RoomBusy, match=f"KIT_HOST is '{host}'"):
        bind(host, 0)


def test_answers_are_sent_at_once() -> None:
    """asyncio turns Nagle's waiting off only for sockets that say they are TCP; with it each answer takes 40 ms."""
    with bind(LOOPBACK, 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
