"""A room full of phones: joined, each with its stream open, the facilitator's stream following."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

from benchmarks._lines import Follower, Line, Stream, Watch, connect, header, request, status
from benchmarks._place import NOTHING, Place
from kit import events as ev
from kit.session import Session

OPTIONS = [ev.Option(id=f"o{n}", text=text) for n, text in enumerate(("Ask", "Explain", "Apologise", "Wait"), 1)]
JOINING = 64
PATIENCE = 30.0


class Hall:
    """The phones of one place, by the order of their joining."""

    def __init__(self, place: Place, follower: Follower) -> None:
        self.place = place
        self.follower = follower
        self.cookies: list[str] = []
        self.streams: list[Stream] = []
        self.watch = Watch()
        self.round = ""
        self._rounds = count(1)

    # Coming in

    async def seat(self, phones: int) -> None:
        """Have so many more phones join, by the form, as people do."""
        turns = iter(range(len(self.cookies), len(self.cookies) + phones))
        lines = await connect(self.place, [Line] * min(JOINING, phones))
        seats = await asyncio.gather(*(self._join(line, turns) for line in lines))
        for line in lines:
            line.close()
        self.cookies += [cookie for of_line in seats for cookie in of_line]

    async def _join(self, line: Line, turns: Iterator[int]) -> list[str]:
        cookies = []
        for number in turns:
            form = f"name=Phone+{number}&ticket=ticket{number}".encode()
            kind = "application/x-www-form-urlencoded"
            path = f"/{self.place.code}/join"
            answer = await line.ask(request(self.place, "POST", path, form, accept="text/html", content_type=kind))
            if status(answer) != 303:
                raise SystemExit(f"A phone could not join: {answer[:400]!r}")
            cookies.append(header(answer, "set-cookie").partition(";")[0])
        return cookies

    async def follow(self) -> None:
        """Open the streams of all phones that have none yet, and wait until each shows something."""
        path = f"/{self.place.code}/stream"
        waiting = self.cookies[len(self.streams) :]
        requests = (request(self.place, "GET", path, accept="text/event-stream", cookie=cookie) for cookie in waiting)
        opened = await connect(self.place, [partial(Stream, asked, self.watch) for asked in requests])
        self.streams += opened
        self.watch.expect(b"", opened)
        # What came before we began to watch counts as well.
        for stream in opened:
            if stream.newest:
                self.watch.arrived(stream, stream.newest)
        await self.all_show("something")

    async def all_show(self, what: str) -> None:
        """Wait until every stream has brought what the watch expects."""
        if not await self.watch.all(PATIENCE):
            raise SystemExit(f"{len(self.watch.missing)} of {len(self.streams)} phones never showed {what}.")

    # What the facilitator does

    async def ask(self) -> str:
        """Close the round that is open, open the next one, and wait until every phone shows it; returns its id."""
        events: list[ev.Event] = [ev.RoundClosed(round=self.round)] if self.round else []
        self.round = f"r{next(self._rounds):02}"
        prompt = f"What do you say next, in {self.round}?"
        events.append(ev.RoundOpened(round=self.round, form="choice", prompt=prompt, options=OPTIONS))
        self.watch.expect(prompt.encode(), self.streams)
        await asyncio.to_thread(self.place.client.post, *events)
        if self.streams:
            await self.all_show(self.round)
        return self.round

    # What the phones send

    def ballots(self) -> list[bytes]:
        """A ballot of each phone in the open round."""
        return self._posts(f"/{self.place.code}/ballots/{self.round}")

    def nothings(self) -> list[bytes]:
        """For each phone's ballot a request of the same size that does nothing."""
        return self._posts(NOTHING)

    def _posts(self, path: str) -> list[bytes]:
        return [
            request(self.place, "POST", path, body, content_type="application/json", cookie=cookie)
            for number, cookie in enumerate(self.cookies)
            for body in [b'{"answer":"%s"}' % OPTIONS[number % len(OPTIONS)].id.encode()]
        ]

    # What became of it

    async def shown(self, seq: int) -> Session:
        """The session as the facilitator's stream tells it, once that has come as far as event `seq`."""
        for _ in range(500):
            lines = self.follower.lines()
            if len(lines) >= seq:
                break
            await asyncio.sleep(0.01)
        return Session.replay(self.place.code, lines)

    def stored(self, round_id: str) -> int:
        """How many ballots of this round lie on the disk."""
        events = map(ev.decode, self.place.stored())
        return sum(isinstance(event, ev.BallotCast) and event.round == round_id for event in events)


@asynccontextmanager
async def hall(place: Place, phones: int) -> AsyncIterator[Hall]:
    """A hall with so many phones connected, until the block ends."""
    path = f"/api/sessions/{place.code}/events"
    asked = request(place, "GET", path, accept="text/event-stream", authorization=f"Bearer {place.key}")
    makers: list[Callable[[], Follower]] = [partial(Follower, asked)]
    (follower,) = await connect(place, makers)
    here = Hall(place, follower)
    try:
        if phones:
            await here.seat(phones)
            await here.follow()
        yield here
    finally:
        for stream in here.streams:
            stream.close()
        follower.close()
        await asyncio.sleep(0)
