"""Where phones find the rooms: the address that QR codes and walls name."""

from __future__ import annotations

from kit.network import Adapter, adapters, base_url
from kit.server.room import Room


class Doors:
    """Knows this server's port and, from time to time, the machine's addresses."""

    def __init__(self, room_url: str, port: int, host: str) -> None:
        self.room_url = room_url
        self.port = port
        self.host = host
        self._adapters: list[Adapter] = []
        self.look()

    def look(self) -> bool:
        """Look which addresses the machine has now; True if they changed since the last look."""
        found = adapters()
        changed, self._adapters = found != self._adapters, found
        return changed

    def base(self, room: Room) -> str:
        """The room server's URL for phones, without a slash at its end."""
        return base_url(
            room_url=self.room_url,
            host=self.host,
            port=self.port,
            chosen=str(room.session.settings.get("address", "")),
            found=self._adapters,
        )

    def address(self, room: Room) -> str:
        """The address as people type it."""
        return self.base(room).removeprefix("http://").removeprefix("https://")

    def join_url(self, room: Room) -> str:
        return f"{self.base(room)}/{room.code}"

    def wall_url(self, room: Room) -> str:
        return f"{self.join_url(room)}/wall"
