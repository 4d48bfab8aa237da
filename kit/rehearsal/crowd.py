"""The simulated class: its people, from coming in to having left, in one loop; whatever it does is in the log."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import filelock

from kit import launch
from kit.client import Client
from kit.errors import BadSetting, KitError, Refused, SessionEnded, UnknownRoom
from kit.folders import Folder
from kit.keys import SIMULATED, tidy_code
from kit.rehearsal import alone, notes
from kit.rehearsal.member import Acknowledged, Member
from kit.rehearsal.people import person
from kit.rehearsal.phone import Phone, Wire
from kit.rehearsal.stage import Stage
from kit.session import Session
from kit.settings import Settings
from kit.words import words

MOST_PEOPLE = 1000
SLOWEST, FASTEST = 0.1, 1000.0
# What every reader of the log can hold exactly.
LARGEST_SEED = 2**53

# So many seconds a class waits for another one that is just leaving, and for everybody to see the goodbye.
LEAVING = 10.0

# A server that has been gone for so long does not come back.
GONE = 600.0

_say = words()


class Crowd:
    """One class in one session. Making it does nothing yet.

    `acknowledged` holds every ballot that the room said is stored, in that order; any thread may read it.
    Raises BadSetting for a number that can't be used.
    """

    def __init__(
        self, settings: Settings, code: str, *, people: int = 24, seed: int = 1, speed: float = 10.0,
        say: Callable[[str], None] = lambda sentence: None, gone: float = GONE,
    ) -> None:  # fmt: skip
        if not 1 <= people <= MOST_PEOPLE:
            raise BadSetting(f"people is {people}; a class has from 1 to {MOST_PEOPLE}.")
        if not 0 <= seed <= LARGEST_SEED:
            raise BadSetting(f"seed is {seed}; it must be a whole number from 0 to {LARGEST_SEED}.")
        if not SLOWEST <= speed <= FASTEST:
            raise BadSetting(f"speed is {speed:g}; it must be a number from {SLOWEST:g} to {FASTEST:g}.")
        self.acknowledged: list[Acknowledged] = []
        self._settings, self._code = settings, tidy_code(code) or code.strip()
        self._people, self._seed, self._speed = people, seed, speed
        self._tell, self._gone = say, gone
        self._stop = threading.Event()
        self._stage: Stage | None = None
        self._client: Client | None = None
        self._lock: filelock.BaseFileLock | None = None
        self._thread: threading.Thread | None = None

    # In the foreground, or in a thread

    def run(self) -> None:
        """Take part until the session ends or the class is sent away; Ctrl-C sends it away too.

        Raises what keeps it from coming: then nobody has joined.
        """
        self._enter()
        self._take_part()

    def start(self) -> None:
        """Take part in a thread of its own. Raises what keeps the class from coming."""
        self._enter()
        self._thread = threading.Thread(target=self._take_part, name="simulated class", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Have everybody leave, and wait until they have."""
        self._stop.set()
        if self._stage is not None:
            self._stage.wake()
        self.wait()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the class has left; False if time ran out."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    # Coming and leaving

    def _enter(self) -> None:
        facts = Folder(self._settings.data).kept_sessions().get(self._code)
        if facts is None or not facts.get("key"):
            raise UnknownRoom(
                f"No session with the code {self._code[:20]} was opened on this machine, so nobody may be simulated in "
                "it. Look at the lobby for the right code."
            )
        client = Client(launch.ensure(self._settings), self._code, str(facts["key"]))
        try:
            _require_rehearsal(Session.replay(self._code, client.lines()))
            self._lock = alone.hold(self._settings, self._code, LEAVING)
            came = client.post(notes.came(self._people, self._seed, self._speed))
        except BaseException:
            client.close()
            self._unlock()
            raise
        self._client, self._stage = client, Stage(self._settings, client, came)
        self._tell(_say("rehearse.coming", n=self._people, seed=self._seed, speed=f"{self._speed:g}"))

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _take_part(self) -> None:
        assert self._stage is not None, "who takes part has entered"
        try:
            # After Ctrl-C everybody has left, as was wanted.
            with suppress(KeyboardInterrupt):
                asyncio.run(self._play(self._stage))
        finally:
            self._say_left()
            self._stage.end()
            self._unlock()
        self._tell(_say("rehearse.left"))

    def _say_left(self) -> None:
        assert self._client is not None, "who leaves has entered"
        # The session may have ended, or the room be gone: then nobody is left who would be told.
        with suppress(KitError):
            self._client.post(notes.left())

    # Taking part

    async def _play(self, stage: Stage) -> None:
        stage.begin()
        wire = Wire(stage.url, self._code)
        members = [self._member(number, wire, stage) for number in range(1, self._people + 1)]
        lives = [asyncio.create_task(member.live()) for member in members]
        try:
            await self._until_over(stage, wire, members, lives)
        finally:
            for life in lives:
                life.cancel()
            ends = await asyncio.gather(*lives, *(member.leave() for member in members), return_exceptions=True)
            await wire.close()
        for slip in ends:
            if isinstance(slip, Exception):
                raise slip

    def _member(self, number: int, wire: Wire, stage: Stage) -> Member:
        one = person(self._seed, number)
        phone = Phone(wire, f"{SIMULATED}{self._seed} {number}", one.name)
        return Member(one, phone, stage, seed=self._seed, speed=self._speed, saved=self.acknowledged.append)

    async def _until_over(
        self, stage: Stage, wire: Wire, members: list[Member], lives: list[asyncio.Task[None]]
    ) -> None:
        watch = _Watch(members, self._tell)
        while not (
            self._stop.is_set() or stage.away or stage.gone_for > self._gone or all(life.done() for life in lives)
        ):
            await stage.news()
            wire.url = stage.url
            watch.look(stage)
            if stage.closed:
                # Whoever is there sees the goodbye; who waits outside need not come any more.
                here = [life for life, member in zip(lives, members, strict=True) if member.phone.cookie]
                await asyncio.wait(here or lives[:1], timeout=LEAVING if here else 0)
                return


class _Watch:
    """Tells on the way how the class fares."""

    def __init__(self, members: list[Member], tell: Callable[[str], None]) -> None:
        self._members = members
        self._tell = tell
        self._joined = False
        self._lost = False

    def look(self, stage: Stage) -> None:
        here = sum(bool(member.phone.cookie) for member in self._members)
        late = sum(bool(member.person.late) for member in self._members)
        if not self._joined and all(member.phone.cookie or member.person.late for member in self._members):
            self._joined = True
            self._tell(_say("rehearse.joined", n=here, late=late))
        if self._lost != (stage.gone_for > 0):
            self._lost = not self._lost
            self._tell(_say("rehearse.lost" if self._lost else "rehearse.back"))


def _require_rehearsal(session: Session) -> None:
    if session.opened is None or not session.opened.rehearsal:
        raise Refused(
            f"The session {session.code} is no rehearsal, so nobody is simulated in it. "
            "Open one in the lobby with “Rehearse alone”."
        )
    if session.closed is not None:
        raise SessionEnded(f"The session {session.code} has ended. Open it again in the lobby, or open another one.")
