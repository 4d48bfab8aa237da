"""The rooms of this server: loaded from the store when first asked for, kept in step with its commits."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from kit.errors import KitError, Refused, UnknownRoom
from kit.events import Draft, SessionOpened, draft
from kit.keys import Seats, hash_key, new_code, new_key, tidy_code
from kit.server.room import Room
from kit.store import Commit, Failure, Outcome, Store

log = logging.getLogger(__name__)


class Rooms:
    """Owns the way between the store's thread and the loop: one hop for each group commit."""

    def __init__(self, store: Store, server_key: str) -> None:
        self.store = store
        self.server_key = server_key
        self.live: dict[str, Room] = {}
        self.on_change: Callable[[Room], None] = lambda room: None
        self._loading: dict[str, asyncio.Task[Room]] = {}
        self._loop = asyncio.get_running_loop()
        self._end = store.listen(self._hear)

    def close(self) -> None:
        """Stop listening to the store; it stays open."""
        self._end()

    async def create(self, opened: SessionOpened) -> tuple[Room, str]:
        """Begin a session; returns its room and its key, which is stored nowhere but as a hash."""
        key = new_key()
        while True:
            code = new_code()
            if await asyncio.to_thread(self.store.create, code, hash_key(key), [draft(opened)]):
                return await self.find(code), key

    async def find(self, typed: str) -> Room:
        """The room with this code. Raises UnknownRoom if there is none."""
        room = self.live.get(typed)
        if room is not None:
            return room
        code = tidy_code(typed)
        if code is None:
            raise UnknownRoom(f"No room has the code {typed[:20]}. A code has six letters or digits; look at the wall.")
        if code in self.live:
            return self.live[code]
        if code not in self._loading:
            self._loading[code] = asyncio.create_task(self._load(code))
            self._loading[code].add_done_callback(lambda _: self._loading.pop(code))
        # Shielded: one phone that hangs up must not take the room from the others.
        return await asyncio.shield(self._loading[code])

    async def _load(self, code: str) -> Room:
        room = await asyncio.to_thread(self._read, code)
        self.live[code] = room
        room.changed = self.on_change
        self.on_change(room)
        return room

    def _read(self, code: str) -> Room:
        stored = self.store.find(code)
        if stored is None:
            raise UnknownRoom(f"No room has the code {code}. Look at the wall for the right one.")
        return Room(code, stored.key_hash, Seats(self.server_key, code), self.store.read(code))

    async def append(self, room: Room, drafts: Sequence[Draft]) -> int:
        """Store the drafts; returns the first one's `seq`, once it is durable and folded.

        Raises what the store failed with, and Refused if the log's order left an event without effect.
        """
        answer: asyncio.Future[int] = self._loop.create_future()
        self.store.submit(room.code, drafts, answer)
        first = await answer
        if not room.refused.isdisjoint(range(first, first + len(drafts))):
            raise Refused(f"Something else came first: event {first} had no effect. Look at the room and try again.")
        return first

    # From the store's thread to the loop

    def _hear(self, outcomes: Sequence[Outcome]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._take, outcomes)
        except RuntimeError:
            log.warning("The server had stopped before %d appends were answered; they are stored.", len(outcomes))

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        commits: defaultdict[str, list[Commit]] = defaultdict(list)
        for outcome in outcomes:
            if isinstance(outcome, Commit):
                commits[outcome.code].append(outcome)
        for code, of_room in commits.items():
            if code in self.live:
                self.live[code].take(of_room)
        for outcome in outcomes:
            if isinstance(outcome, Failure):
                _answer(outcome.token, error=outcome.error)
            else:
                _answer(outcome.token, first=outcome.first)


def _answer(token: Any, *, first: int = 0, error: KitError | None = None) -> None:
    if not isinstance(token, asyncio.Future) or token.done():
        return
    if error is not None:
        token.set_exception(error)
    else:
        token.set_result(first)
