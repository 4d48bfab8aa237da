"""One session live in this server: its fold, its log, what its pages show, and who waits for news of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from kit import events as ev
from kit.keys import Seats
from kit.screen import WALL, Screen, Viewer, screen
from kit.server import render
from kit.session import Session
from kit.store import Commit

log = logging.getLogger(__name__)

# What phones never show: everything else gives them a new edition of their screen.
QUIET_FOR_PHONES = (ev.BallotCast, ev.HandsCounted, ev.ParticipantJoined, ev.NoteRecorded, ev.RolesAssigned, ev.Unknown)


class Waiter:
    """One open stream: writes when there is news, or when its line is to be kept alive.

    A task is there only while something is written: thousands of phones that wait cost no task each.
    """

    __slots__ = ("_again", "_write", "_writing")

    def __init__(self, write: Callable[[], Awaitable[None]]) -> None:
        self._write = write
        self._writing: asyncio.Task[None] | None = None
        self._again = False

    def wake(self) -> None:
        """There is news. What comes while the last is still being written is part of the next writing."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._run())
        else:
            self._again = True

    def leave(self) -> None:
        """The other side hung up."""
        if self._writing is not None:
            self._writing.cancel()

    async def _run(self) -> None:
        self._again = True
        try:
            while self._again:
                self._again = False
                await self._write()
        except OSError:
            pass  # the line broke while we wrote
        except Exception:
            log.exception("A screen could not be written.")
        finally:
            self._writing = None


class Room:
    """Touched by the server's loop only. `edition` counts what phones see, `counted` what only walls see."""

    def __init__(self, code: str, key_hash: bytes, seats: Seats, lines: Sequence[bytes]) -> None:
        self.session = Session(code)
        self.key_hash = key_hash
        self.seats = seats
        self.lines: list[bytes] = []
        self.ids: dict[str, int] = {}
        self.refused: set[int] = set()
        self.words: dict[str, str] = {}
        self.edition = 0
        self.counted = 0
        self.beats = 0
        self.phones: set[Waiter] = set()
        self.walls: set[Waiter] = set()
        self.followers: set[Waiter] = set()
        self.changed: Callable[[Room], None] = lambda room: None
        self._word_of: dict[str, str] = {}
        self._known_cookies: dict[str, str] = {}
        self._fragments: dict[tuple[str, int], bytes] = {}
        self._fold(lines)

    @property
    def code(self) -> str:
        return self.session.code

    # The log

    def take(self, commits: Sequence[Commit]) -> None:
        """Fold what was committed, in the log's order; wake who waits for it once."""
        edition = self.edition
        for commit in commits:
            assert not commit.lines or commit.first == self.session.seq + 1, "a store tells commits in the log's order"
            self._fold(commit.lines)
        if self.edition != edition:
            self.changed(self)
            self._wake(self.phones)
        self._wake(self.walls)
        self._wake(self.followers)

    def _fold(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            event = ev.decode(line)
            if event.id is not None:
                self.ids[event.id] = event.seq
            if not self.session.apply(event):
                self.refused.add(event.seq)
            elif isinstance(event, ev.ParticipantJoined):
                self._give_word(event.participant)
            if not isinstance(event, QUIET_FOR_PHONES):
                self.edition += 1
            self.counted += 1
        self.lines += lines
        self._fragments.clear()

    def _give_word(self, participant: str) -> None:
        """The word depends on the log alone, so that every server process gives the same one."""
        salt = 0
        while (word := self.seats.word(participant, salt)) in self.words:
            salt += 1
        self.words[word] = participant
        self._word_of[participant] = word

    # People

    def participant_of(self, cookie: str) -> str | None:
        """Who holds this cookie: somebody who joined, perhaps removed since; else None."""
        known = self._known_cookies.get(cookie)
        if known is not None:
            return known
        participant = self.seats.read_cookie(cookie)
        if participant is None or participant not in self.session.people:
            return None
        self._known_cookies[cookie] = participant
        return participant

    def own(self, participant: str) -> render.Own:
        """What only this phone may see: its name, its word, its own ballot in the round on stage."""
        stage = self.session.stage
        ballot = stage.ballots.get(participant) if stage is not None else None
        return render.Own(
            name=self.session.people[participant].name,
            word=self._word_of[participant],
            answer=ballot.answer if ballot else None,
            confidence=ballot.confidence if ballot else None,
            reason=ballot.reason if ballot else None,
        )

    # Screens

    def screen(self, viewer: Viewer) -> Screen:
        return screen(self.session, viewer, time.time())

    def phone_news(self, participant: str) -> bytes:
        """The `screen` message for this phone; phones that show the same share one."""
        return self._news(participant if self._is_special(participant) else "", self._phone_fragment)

    def wall_news(self, address: str) -> bytes:
        """The `screen` message for walls that name this address."""
        return self._news(f"wall {address}", lambda _: render.wall_fragment(self.screen(WALL), address=address))

    def _is_special(self, participant: str) -> bool:
        return participant in self.session.cards or self.session.people[participant].removed is not None

    def _phone_fragment(self, participant: str) -> str:
        return render.phone_fragment(self.screen(Viewer("phone", participant)))

    def _news(self, variant: str, make: Callable[[str], str]) -> bytes:
        # A running clock makes a screen stale within the second.
        session = self.session
        timed = session.timer_ends is not None or (session.open is not None and session.open.seconds is not None)
        key = (variant, int(time.time()) if timed else 0)
        news = self._fragments.get(key)
        if news is None:
            lines = "".join(f"data: {line}\n" for line in make(variant).splitlines())
            news = self._fragments[key] = f"event: screen\n{lines}\n".encode()
        return news

    # Who waits

    def beat(self) -> None:
        """Have every stream write something, so that dead lines are noticed at both ends."""
        self.beats += 1
        for waiters in (self.phones, self.walls, self.followers):
            self._wake(waiters)

    def redraw_walls(self) -> None:
        """Something outside the log changed what walls show, such as the address."""
        self.counted += 1
        self._fragments.clear()
        self._wake(self.walls)

    @staticmethod
    def _wake(waiters: set[Waiter]) -> None:
        for waiter in waiters:
            waiter.wake()
