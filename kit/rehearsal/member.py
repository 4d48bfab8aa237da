"""One simulated person in the room: comes, watches the phone, votes, loses the line, finds it again, leaves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from kit.errors import DoorLocked, NoRoomServer, NotJoined, Refused
from kit.rehearsal import answers
from kit.rehearsal.answers import Ballot, Gap
from kit.rehearsal.people import Person
from kit.rehearsal.phone import Phone, Seen
from kit.rehearsal.stage import Stage

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
KNOCK_AGAIN = 15.0


class Acknowledged(NamedTuple):
    """A ballot of which the room said that it is stored."""

    round: str
    participant: str
    answer: Any
    seq: int


class Member:
    """A person of the model at a phone. `speed` divides all waiting; `saved` is told each acknowledged ballot."""

    def __init__(
        self, person: Person, phone: Phone, stage: Stage, *, seed: int, speed: float,
        saved: Callable[[Acknowledged], None],
    ) -> None:  # fmt: skip
        self.person = person
        self.phone = phone
        self._stage = stage
        self._seed = seed
        self._speed = speed
        self._saved = saved
        self._seen = Seen("", "")
        self._online = asyncio.Event()
        self._line: asyncio.Timeout | None = None
        self._away = 0.0
        self._over = False
        self._pause = FIRST_PAUSE
        self._answering: dict[str, asyncio.Task[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """From coming in to having seen the goodbye, or leaving before."""
        await self._wait_outside()
        while not self._over:
            try:
                await self._join()
                await self._watch()
            except TimeoutError:
                await self._rest(self._away)
            except NotJoined:
                self.phone.cookie = ""
                await self._stumble()
            except NoRoomServer:
                await self._stumble()
            except DoorLocked:
                await self._rest(KNOCK_AGAIN)
            except Refused:
                # The session has ended, or the room is full: there is nothing to wait for.
                self._over = True

    async def leave(self) -> None:
        """Send nothing more; a ballot that is under way is still waited for."""
        self._over = True
        tasks = list(self._answering.values())
        for task in set(tasks) - self._sending:
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(done, Exception):
                raise done

    async def _wait_outside(self) -> None:
        while self._stage.rounds < self.person.late:
            await self._stage.news()
        if self.person.leaves and self._stage.rounds > self.person.leaves:
            self._over = True
        else:
            await self._rest(self.person.comes)

    async def _join(self) -> None:
        if not self.phone.cookie:
            await self.phone.join()

    async def _watch(self) -> None:
        """Follow the screen; TimeoutError is the moment in which this phone loses its line."""
        try:
            async with asyncio.timeout(None) as self._line:
                await self.phone.follow(self._see)
        finally:
            self._line = None
            self._online.clear()

    def _see(self, seen: Seen) -> bool:
        """Take in a new screen; False when there is nothing more to see."""
        self._seen, self._pause = seen, FIRST_PAUSE
        self._online.set()
        if seen.view == "question" and seen.round not in self._answering:
            self._answering[seen.round] = asyncio.create_task(self._answer(seen.round))
        self._over = self._over or seen.view in ("ended", "removed")
        return not self._over

    async def _answer(self, round_: str) -> None:
        question = await self._stage.question(round_)
        if self.person.leaves and question.number > self.person.leaves:
            self._over = True
            self._hang_up(Gap(0, 0))
            return
        plan = answers.plan(self._seed, self.person, question)
        if plan.gap is not None:
            self._hang_up(plan.gap)
        begun = self._now()
        for ballot in plan.ballots:
            await asyncio.sleep(max(0.0, begun + ballot.after / self._speed - self._now()))
            # Who is out of reach taps when the phone is back, if the question still is there.
            await self._online.wait()
            if self._over or self._seen != Seen("question", round_):
                return
            await self._send(round_, ballot)

    async def _send(self, round_: str, ballot: Ballot) -> None:
        """Send the ballot until the room has taken or refused it."""
        pause, task = FIRST_PAUSE, self._answering[round_]
        while not self._over:
            self._sending.add(task)
            try:
                seq = await self.phone.vote(round_, ballot)
                self._saved(Acknowledged(round_, self.phone.participant, ballot.answer, seq))
                return
            except NoRoomServer:
                self._sending.discard(task)
                pause = await self._sleep(pause)
            except (Refused, NotJoined):
                return
            finally:
                self._sending.discard(task)

    def _hang_up(self, gap: Gap) -> None:
        """Lose the line so long after now, for so long."""
        self._away = gap.length
        if self._line is not None and not self._line.expired():
            self._line.reschedule(self._now() + gap.after / self._speed)

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    async def _stumble(self) -> None:
        self._pause = await self._sleep(self._pause)

    async def _sleep(self, pause: float) -> float:
        """Wait before the next try; returns how long to wait for the one after it."""
        # All phones of a room lose a server in the same moment; they must not all come back in one.
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        return min(2 * pause, LONGEST_PAUSE)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
