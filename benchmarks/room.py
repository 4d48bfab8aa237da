"""The load benchmark of the room server: python benchmarks/room.py [--short]

One table: each figure beside its limit, which the same server reached in the same run with endpoints that do
nothing. Medians of five alternating runs; ratios are taken pair by pair, since other programs disturb both.
--short takes seconds, and asserts counts only.
"""

from __future__ import annotations

import asyncio
import gc
import io
import sys
from collections.abc import Iterator
from pathlib import Path

# Run as a script, Python looks beside this file only; the kit lies one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import _alone, _figures
from benchmarks._table import Figure, table

SHORT_PHONES, SHORT_BURSTS, SHORT_EVENTS = 100, (30, 100), 10_000
SLOWER = 5


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--short"]):
        print(__doc__)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    # A collection in the load's process would look like a pause of the server.
    gc.disable()
    figures = list(_short() if arguments else _all())
    print(table(figures))
    print(_alone.machine())
    return 0 if all(figure.passed for figure in figures) else 1


def _all() -> Iterator[Figure]:
    yield from _alone.imports()
    yield from _alone.replay()
    yield from asyncio.run(_figures.phones())
    for slower in (0, SLOWER):
        yield from asyncio.run(_figures.ballots(slower))
    for size, votes in asyncio.run(_figures.bursts(_figures.PHONES, _figures.BURSTS)).items():
        yield from _figures.counts(size, votes)
        yield from _figures.times(votes)


def _short() -> Iterator[Figure]:
    """Counts alone. That every phone shows each question is waited for on the way, and fails if one does not."""
    yield from _alone.replay(events=SHORT_EVENTS, runs=1)[:1]
    for size, votes in asyncio.run(_figures.bursts(SHORT_PHONES, SHORT_BURSTS, runs=1)).items():
        yield from _figures.counts(size, votes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
