"""What goes on in the room, as the facilitator's side tells the class: the session's log, followed."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from kit.client import Client
from kit.errors import NoRoomServer
from kit.feed import Feed
from kit.launch import find
from kit.rehearsal import notes, questions
from kit.rehearsal.questions import Question
from kit.session import Session
from kit.settings import Settings

# The class may see a question before its log line is read here.
LOOK_AGAIN = 0.02


class Stage:
    """Follows the log in the feed's threads; everything here is for the class's loop, but for `wake`.

    `rounds` is how many were opened, `closed` and `away` say that the session ended and that the class is to leave.
    """

    def __init__(self, settings: Settings, client: Client, came: int) -> None:
        self.rounds = 0
        self.closed = False
        self.away = False
        self._settings = settings
        self._came = came
        self._feed = Feed(client, self._revive)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._gone: float | None = None
        self._known: dict[str, Question] = {}

    def begin(self) -> None:
        """Follow the log from now on; the running loop is told of news."""
        self._loop = asyncio.get_running_loop()
        self._feed.paint("class", self.wake)
        self._feed.start()

    def end(self) -> None:
        self._feed.close()

    @property
    def url(self) -> str:
        """Where the room server is, or was last."""
        return self._feed.client.url

    @property
    def gone_for(self) -> float:
        """For how many seconds the room server has not been there."""
        return time.monotonic() - self._gone if self._gone is not None else 0.0

    async def news(self) -> None:
        """Wait for something new, a second at the most."""
        await self._news.wait()

    async def question(self, round_id: str) -> Question:
        """The question of a round that a phone has shown."""
        while round_id not in self._known:
            with self._feed.lock:
                found = questions.read(self._feed.session, round_id)
            if found is None:
                await asyncio.sleep(LOOK_AGAIN)
            else:
                self._known[round_id] = found
        return self._known[round_id]

    def wake(self) -> None:
        """Have the loop look at the log, from any thread."""
        # The loop may not have begun, or have ended a moment before.
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        with self._feed.lock:
            self._read(self._feed.session)
        if self._feed.line in ("live", "connecting"):
            self._gone = None
        elif self._gone is None:
            self._gone = time.monotonic()
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _read(self, session: Session) -> None:
        self.rounds = len(session.rounds)
        self.closed = session.closed is not None
        self.away = notes.told_to_leave(session, self._came)

    def _revive(self) -> str:
        """Where the server is now. Starting it again is for the notebook."""
        url = find(self._settings)
        if url is None:
            raise NoRoomServer("The room server is not there.")
        return url
