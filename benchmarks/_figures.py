"""The figures that need a server under load, each beside its limit from the same runs."""

from __future__ import annotations

import asyncio
import time
from statistics import median
from typing import NamedTuple

from benchmarks._hall import Hall, hall
from benchmarks._lines import Line, Stream, body, connect, request, status
from benchmarks._load import Burst, Sustained, burst, sustain
from benchmarks._panel import NEVER, Panel, panel
from benchmarks._place import STREAM, WRITE, Place, place
from benchmarks._table import Figure, counted

RUNS = 5
IN_FLIGHT = 256
PHONES = 1000
MANY = 5000
SECONDS, WARM_SECONDS = 3.0, 1.0
BURSTS = (30, 100, 1000)

BALLOTS_OF_LIMIT = 0.55
ACK_OF_LIMIT = 2.5
PANEL_SECONDS = 0.150
PHONE_BYTES = 20_000
SCREEN_OF_LIMIT = 2.0


class Pair(NamedTuple):
    """A run of ballots, the run of its limit, and the processor time each took from the server."""

    ballots: Sustained
    limit: Sustained
    ballots_cpu: float
    limit_cpu: float

    @property
    def ratio(self) -> float:
        return self.ballots.rate / self.limit.rate


async def ballots(slower: int) -> list[Figure]:
    """Ballots a second with so many in flight; each commit takes `slower` milliseconds longer."""
    with place(slower=slower) as here:
        async with hall(here, PHONES) as full:
            round_id = await full.ask()
            before = (await full.shown(PHONES)).seq
            lines = await connect(here, [Line] * IN_FLIGHT)
            nothings, votes = full.nothings(), full.ballots()
            await sustain(lines, nothings, WARM_SECONDS)
            warm = await sustain(lines, votes, WARM_SECONDS)
            begin = time.process_time()
            pairs = [await _pair(here, lines, nothings, votes) for _ in range(RUNS)]
            own = (time.process_time() - begin) / (2 * RUNS * SECONDS)
            acknowledged = warm.acknowledged + sum(pair.ballots.acknowledged for pair in pairs)
            shown = (await full.shown(before + acknowledged)).seq - before
            stored = full.stored(round_id)
    return [
        _ballots_figure(pairs, slower, own),
        counted(f"  all {acknowledged:,} of them", acknowledged, acknowledged, stored, shown),
    ]


async def _pair(here: Place, lines: list[Line], nothings: list[bytes], votes: list[bytes]) -> Pair:
    before = here.cpu()
    limit = await sustain(lines, nothings, SECONDS)
    between = here.cpu()
    run = await sustain(lines, votes, SECONDS)
    return Pair(run, limit, here.cpu() - between, between - before)


def _ballots_figure(pairs: list[Pair], slower: int, own: float) -> Figure:
    ratio = median(pair.ratio for pair in pairs)
    busy = median(pair.ballots_cpu for pair in pairs) / SECONDS
    each = median(pair.ballots_cpu / pair.ballots.acknowledged for pair in pairs)
    least = median(pair.limit_cpu / pair.limit.acknowledged for pair in pairs)
    return Figure(
        f"ballots a second, {IN_FLIGHT} in flight" + (f", commits {slower} ms slower" if slower else ""),
        f"{median(pair.ballots.rate for pair in pairs):,.0f}",
        f"{median(pair.limit.rate for pair in pairs):,.0f}",
        f"{ratio:.2f}",
        # On a slow disk 256 voters wait for it, not for us: that row is there to be looked at.
        "" if slower else f"≥ {BALLOTS_OF_LIMIT}",
        bool(slower) or ratio >= BALLOTS_OF_LIMIT,
        f"server {busy:.0%}, load {own:.0%} of a core; processor {each * 1e6:.0f} µs a ballot, {least * 1e6:.0f} µs "
        "the limit; single runs " + ", ".join(f"{pair.ratio:.2f}" for pair in pairs),
    )


class Vote(NamedTuple):
    """One burst of ballots: p95 of its answers, seconds from the last one to the panel's picture, what became of it."""

    ack: float
    limit: float
    painted: float
    acknowledged: int
    stored: int
    shown: int


async def bursts(phones: int, sizes: tuple[int, ...], runs: int = RUNS) -> dict[int, list[Vote]]:
    """So many phones connected, of which as many as a size says vote at one moment."""
    with place() as here, panel(here) as board:
        async with hall(here, phones) as full:
            lines = await connect(here, [Line] * phones)
            await burst(lines, full.nothings())
            return {size: [await _vote(full, lines[:size], board) for _ in range(runs)] for size in sizes}


async def _vote(full: Hall, lines: list[Line], board: Panel) -> Vote:
    size = len(lines)
    round_id = await full.ask()
    limit = await burst(lines, full.nothings()[:size])
    run = await burst(lines, full.ballots()[:size])
    painted = await asyncio.to_thread(board.complete, round_id, size)
    seqs = _seqs(run)
    session = await full.shown(max(seqs, default=0))
    shown = sum(session.tally(round_id).values())
    return Vote(run.p95, limit.p95, painted - run.last, len(set(seqs)), full.stored(round_id), shown)


def _seqs(run: Burst) -> list[int]:
    """Where each acknowledged ballot stands in the log, as its answer says."""
    return [int(body(answer).split(b":")[1].split(b",")[0]) for answer in run.answers if status(answer) == 200]


def counts(size: int, votes: list[Vote]) -> list[Figure]:
    """What became of the bursts of one size: the fewest of all runs, and whether the panel showed them all."""
    found = ((vote.acknowledged, vote.stored, vote.shown) for vote in votes)
    fewest = (min(column) for column in zip(*found, strict=True))
    complete = sum(vote.painted < NEVER for vote in votes)
    return [
        counted(f"burst of {size:,}", size, *fewest),
        Figure("  panel complete", f"{complete} of {len(votes)}", passed=complete == len(votes)),
    ]


def times(votes: list[Vote]) -> list[Figure]:
    """How long the bursts of one size took."""
    ratio = median(vote.ack / vote.limit for vote in votes)
    late = median(vote.painted for vote in votes)
    return [
        Figure(
            "  acknowledged, p95",
            f"{median(vote.ack for vote in votes) * 1000:.1f} ms",
            f"{median(vote.limit for vote in votes) * 1000:.1f} ms",
            f"{ratio:.2f}",
            f"≤ {ACK_OF_LIMIT}",
            ratio <= ACK_OF_LIMIT,
            "single runs " + ", ".join(f"{vote.ack / vote.limit:.2f}" for vote in votes),
        ),
        Figure(
            "  panel complete after the last",
            f"{late * 1000:.0f} ms",
            target=f"≤ {PANEL_SECONDS * 1000:.0f} ms",
            passed=late <= PANEL_SECONDS,
            note=f"worst {max(vote.painted for vote in votes) * 1000:.0f} ms",
        ),
    ]


async def phones() -> list[Figure]:
    """Memory a phone, and how soon the last of many shows a change."""
    with place() as here:
        async with hall(here, 0) as full:
            # The first phone pays for what all share.
            await full.seat(1)
            await full.follow()
            empty, figures = here.memory(), []
            for many in (PHONES, MANY):
                await full.seat(many - len(full.cookies))
                await full.follow()
                each = (here.memory() - empty) / (many - 1)
                figures.append(
                    Figure(
                        f"memory a phone, {many:,} connected",
                        f"{each / 1000:.1f} kB",
                        target=f"≤ {PHONE_BYTES / 1000:.0f} kB",
                        passed=each <= PHONE_BYTES,
                    )
                )
            return [*figures, await _change(full)]


async def _change(full: Hall) -> Figure:
    """A message to all phones, beside bare writes of as many bytes to as many streams."""
    here = full.place
    asked = request(here, "GET", STREAM, accept="text/event-stream")
    bare = await connect(here, [lambda: Stream(asked, full.watch)] * len(full.streams))
    (line,) = await connect(here, [Line])
    pairs = []
    for number in range(RUNS + 1):
        word = f"change{number}"
        message = b'{"kind":"message.shown","title":"%s","body":"Look up."}' % word.encode()
        post = {"content_type": "application/json", "authorization": f"Bearer {here.key}"}
        change = request(here, "POST", f"/api/sessions/{here.code}/events", message, **post)
        changed = await _last(full, line, change, word, full.streams)
        news = full.streams[0].newest
        news = news[news.index(b"event: screen") : -2]
        pairs.append((changed, await _last(full, line, request(here, "POST", WRITE, news), word, bare)))
    for stream in bare:
        stream.close()
    ratio = median(changed / limit for changed, limit in pairs[1:])
    return Figure(
        f"a change at the last of {len(full.streams):,} phones",
        f"{median(changed for changed, _ in pairs[1:]) * 1000:.0f} ms",
        f"{median(limit for _, limit in pairs[1:]) * 1000:.0f} ms",
        f"{ratio:.2f}",
        f"≤ {SCREEN_OF_LIMIT:.0f}",
        ratio <= SCREEN_OF_LIMIT,
        f"{len(news):,} bytes each",
    )


async def _last(full: Hall, line: Line, asked: bytes, word: str, streams: list[Stream]) -> float:
    """Seconds from sending this request until the last of the streams has brought the word."""
    await asyncio.sleep(0.3)
    full.watch.expect(word.encode(), streams)
    begin = time.monotonic()
    answer = await line.ask(asked)
    if status(answer) not in (200, 201):
        raise SystemExit(f"The change was not taken: {answer[:400]!r}")
    await full.all_show(word)
    return full.watch.last - begin
