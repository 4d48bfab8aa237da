"""The addresses under which phones can reach this machine, and a port to listen on."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]

from kit.errors import RoomBusy

LOOPBACK = "127.0.0.1"

# Listening on these means listening on every card.
EVERYWHERE = ("0.0.0.0", "::")

# So many ports above the chosen one are tried.
TRIES = 20


class Adapter(NamedTuple):
    """A network card that is up, and its IPv4 address."""

    name: str
    address: str


def adapters() -> list[Adapter]:
    """The cards that phones might reach, the likeliest first: the one that leads outward, then private addresses."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        Adapter(name, entry.address)
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if name in up and entry.family == socket.AF_INET and _serves_phones(entry.address)
    ]
    outward = _outward()
    return sorted(found, key=lambda adapter: (adapter.address != outward, not _is_home(adapter.address), adapter.name))


def past_proxies(url: str) -> bool:
    """Whether requests to `url` go straight there: over plain http a proxy would read the keys, and this machine's
    own server is none of its business."""
    return urlsplit(url).scheme == "http"


def base_url(*, room_url: str, host: str, port: int, chosen: str, found: Sequence[Adapter]) -> str:
    """The room server's URL for phones, without a slash at its end.

    `room_url` is its public address if it has one, `host` what it listens on, `chosen` the facilitator's choice
    among this machine's addresses, which counts while a card still has it; else the likeliest is taken, else loopback.
    """
    if room_url:
        return room_url
    if host not in EVERYWHERE:
        return f"http://{host}:{port}"
    addresses = [adapter.address for adapter in found]
    address = chosen if chosen in addresses else (addresses or [LOOPBACK])[0]
    return f"http://{address}:{port}"


def bind(host: str, port: int) -> socket.socket:
    """A listening socket at `port`, or at the next free one of the twenty after it; port 0 is any free one.

    Raises RoomBusy when none is free or `host` is not an address of this machine.
    """
    for candidate in range(port, min(port + TRIES, 65536)) if port else (0,):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio sets TCP_NODELAY only on a socket that names its protocol; without it every answer waits 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            # On Windows the same option would let two servers share a port.
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, candidate))
            listener.listen(4096)
            return listener
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise RoomBusy(
                    f"KIT_HOST is {host!r}, which is no address of this machine ({error.strerror})."
                ) from None
    raise RoomBusy(
        f"Every port from {port} to {port + TRIES - 1} is in use. "
        f"Set KIT_PORT to another number, such as {port - 1000 if port > 60000 else port + 1000}."
    )


def _outward() -> str:
    """The address that leads outward. Connecting a datagram socket sends nothing; it only asks for the route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def _serves_phones(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def _is_home(address: str) -> bool:
    """192.168 and 10 are what hotspots and hotels hand out; 172.16–31 is more often a virtual machine's."""
    return address.startswith(("192.168.", "10."))
