"""Two ways to load the server: so many requests always under way, and a burst at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from statistics import quantiles
from typing import NamedTuple

from benchmarks._lines import Line

OK = b"HTTP/1.1 200"


class Sustained(NamedTuple):
    """What a time of steady load brought: `answered` in the time, `acknowledged` with what was then under way."""

    answered: int
    acknowledged: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


class Burst(NamedTuple):
    """The answers to one burst, the seconds each took from the moment of the burst, and when the last one came."""

    answers: list[bytes]
    times: list[float]
    last: float

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20, method="inclusive")[-1]


async def sustain(lines: Sequence[Line], requests: Sequence[bytes], seconds: float) -> Sustained:
    """Keep every line busy for so long, each with its share of the requests in turn."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    end = begin + seconds
    answered, acknowledged, busy = 0, 0, len(lines)
    done = asyncio.Event()

    def go_on(line: Line, turns: cycle[bytes], answer: bytes) -> None:
        nonlocal answered, acknowledged, busy
        if not answer.startswith(OK):
            raise SystemExit(f"Under load the server answered: {answer[:400]!r}")
        acknowledged += 1
        if loop.time() < end:
            answered += 1
            line.send(next(turns))
        else:
            busy -= 1
            if not busy:
                done.set()

    for place, line in enumerate(lines):
        turns = cycle(requests[place :: len(lines)])
        line.answered = partial(go_on, line, turns)
        line.send(next(turns))
    await asyncio.wait_for(done.wait(), seconds + 30)
    return Sustained(answered, acknowledged, seconds)


async def burst(lines: Sequence[Line], requests: Sequence[bytes]) -> Burst:
    """Send all requests at one moment, each on its own line, and wait for all answers."""
    loop = asyncio.get_running_loop()
    answers: list[bytes] = []
    times: list[float] = []
    done = asyncio.Event()

    def take(answer: bytes) -> None:
        answers.append(answer)
        times.append(loop.time() - begin)
        if len(answers) == len(requests):
            done.set()

    begin = loop.time()
    for line, asked in zip(lines, requests, strict=True):
        line.answered = take
        line.send(asked)
    await asyncio.wait_for(done.wait(), 30)
    return Burst(answers, times, begin + times[-1])
