"""What the room server does by the clock: close timed rounds, keep lines alive, end what is idle."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from kit import events as ev
from kit.errors import KitError
from kit.server.doors import Doors
from kit.server.room import Room
from kit.server.rooms import Rooms
from kit.store import Stored

log = logging.getLogger(__name__)

BEAT = 10.0
SWEEP = 600.0
SESSION_IDLE = 12 * 3600.0

# The store writes milliseconds, rounded down: a closing must not look earlier than its deadline.
GRACE = 0.005
RETRY = 1.0


class Clock:
    """One task for the beat, one for the sweep, one timer for each room with a timed round."""

    def __init__(self, rooms: Rooms, doors: Doors, *, idle_hours: float, stop: Callable[[], None]) -> None:
        self.rooms = rooms
        self.doors = doors
        self.idle = idle_hours * 3600
        self.stop = stop
        self.used = time.monotonic()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        rooms.on_change = self.watch

    async def run(self) -> None:
        """Run until cancelled. Begins with the rooms of today, so that their timed rounds go on."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._beat())
                group.create_task(self._sweep())
        finally:
            for timer in self._timers.values():
                timer.cancel()

    def touch(self) -> None:
        """Somebody is here."""
        self.used = time.monotonic()

    def watch(self, room: Room) -> None:
        """Set the room's timer by its open round."""
        timer = self._timers.pop(room.code, None)
        if timer is not None:
            timer.cancel()
        deadline = room.session.open.deadline if room.session.open is not None else None
        if deadline is not None:
            self._set(room, max(0.0, deadline - time.time()) + GRACE)

    def _set(self, room: Room, wait: float) -> None:
        self._timers[room.code] = asyncio.get_running_loop().call_later(wait, self._ring, room)

    def _ring(self, room: Room) -> None:
        task = asyncio.create_task(self._close(room))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self, room: Room) -> None:
        round_ = room.session.open
        if round_ is None or round_.deadline is None:
            return
        if time.time() < round_.deadline:
            # Time was added, or it is another round by now.
            self.watch(room)
            return
        try:
            await self.rooms.append(room, [ev.draft(ev.RoundClosed(round=round_.opened.round, by="time"))])
        except KitError as error:
            log.warning("Round %s was not closed by time: %s", round_.opened.round, error)
            if room.session.open is round_:
                self._set(room, max(RETRY, round_.deadline - time.time() + GRACE))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            moved = await asyncio.to_thread(self.doors.look)
            for room in list(self.rooms.live.values()):
                room.beat()
                if moved:
                    room.redraw_walls()
            self._end_if_idle()

    def _end_if_idle(self) -> None:
        now = time.monotonic()
        if any(room.phones or room.walls or room.followers for room in self.rooms.live.values()):
            self.used = now
        if now - self.used > self.idle:
            log.warning("Nobody has been here for %.1f hours: the room server ends.", self.idle / 3600)
            self.stop()

    async def _sweep(self) -> None:
        while True:
            try:
                await self._look_after_sessions()
            except Exception:
                # One damaged log must not end the beat, which every open line waits for.
                log.exception("The sessions could not all be looked after.")
            await asyncio.sleep(SWEEP)

    async def _look_after_sessions(self) -> None:
        """Load today's sessions; close those without an event for twelve hours."""
        now = time.time()
        for stored in await asyncio.to_thread(self.rooms.store.sessions):
            try:
                await self._look_after(stored, now)
            except Exception:
                # One damaged log must not leave the sessions behind it alone.
                log.exception("The session %s could not be looked after.", stored.code)

    async def _look_after(self, stored: Stored, now: float) -> None:
        if now - datetime.fromisoformat(stored.at).timestamp() < SESSION_IDLE:
            await self.rooms.find(stored.code)
        elif not await asyncio.to_thread(self._has_ended, stored):
            room = await self.rooms.find(stored.code)
            await self.rooms.append(room, [ev.draft(ev.SessionClosed())])

    def _has_ended(self, stored: Stored) -> bool:
        last = self.rooms.store.read(stored.code, stored.seq - 1)
        return bool(last) and isinstance(ev.decode(last[-1]), ev.SessionClosed)
