"""The figures that need no server, and what this machine is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median

import uvicorn

from benchmarks._place import ROOT, environment
from benchmarks._table import Figure
from kit import events as ev
from kit.session import Session
from kit.store import open_store

EVENTS = 100_000
VOTERS = 1000
REPLAY_SECONDS = 0.5
IMPORT_SECONDS = 0.150
STARTS = 7
RUNS = 5
SYNCS = 50


def replay(*, events: int = EVENTS, runs: int = RUNS) -> list[Figure]:
    """A log of so many events, read from the store and folded."""
    with tempfile.TemporaryDirectory(prefix="kit-benchmark-") as folder:
        store = open_store(f"sqlite:///{folder}/room.db")
        try:
            drafts = [ev.draft(event) for event in _log(events)]
            store.create("REPLAY", b"", drafts[:1])
            store.append("REPLAY", drafts[1:])
            times, reads = [], []
            for _ in range(runs):
                begin = time.perf_counter()
                lines = store.read("REPLAY")
                reads.append(time.perf_counter() - begin)
                session = Session.replay("REPLAY", lines)
                times.append(time.perf_counter() - begin)
        finally:
            store.close()
    votes = sum(len(round_.ballots) for round_ in session.rounds.values())
    whole = session.seq == events and votes == VOTERS * len(session.rounds)
    return [
        Figure("replay: events in the log", f"{session.seq:,}", target=f"{events:,}", passed=whole),
        Figure(
            "replay: read and folded",
            f"{median(times):.3f} s",
            target=f"≤ {REPLAY_SECONDS} s",
            passed=median(times) <= REPLAY_SECONDS,
            note=f"of it read {median(reads):.3f} s",
        ),
    ]


def _log(events: int) -> list[ev.Event]:
    """A thousand people, then rounds in which all vote, each twice, until there are so many events."""
    options = [ev.Option(id=f"o{n}", text=f"Answer {n}") for n in range(4)]
    log: list[ev.Event] = [ev.SessionOpened(workshop="00-benchmark", title="Benchmark")]
    log += [ev.ParticipantJoined(participant=f"p{n}", name=f"Phone {n}") for n in range(VOTERS)]
    number = 0
    while len(log) + 2 * VOTERS + 2 <= events:
        number += 1
        log.append(ev.RoundOpened(round=f"r{number}", form="choice", prompt="What now?", options=options))
        log += [
            ev.BallotCast(round=f"r{number}", participant=f"p{n % VOTERS}", answer=f"o{(n + n // VOTERS) % 4}")
            for n in range(2 * VOTERS)
        ]
        log.append(ev.RoundClosed(round=f"r{number}"))
    log += [ev.NoteRecorded(topic="filler") for _ in range(events - len(log))]
    return log


def imports() -> list[Figure]:
    """`import kit` in a fresh process, beside a Python that imports nothing."""
    pairs = [(_start("import kit"), _start("pass")) for _ in range(STARTS)]
    taken = median(kit - bare for kit, bare in pairs)
    return [
        Figure(
            "import kit",
            f"{taken * 1000:.0f} ms",
            target=f"≤ {IMPORT_SECONDS * 1000:.0f} ms",
            passed=taken <= IMPORT_SECONDS,
            note=f"beside the {median(bare for _, bare in pairs) * 1000:.0f} ms of a bare Python",
        )
    ]


def _start(statement: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, cwd=ROOT, env=environment())
    return time.perf_counter() - begin


def machine() -> str:
    """What the figures were measured on."""
    version = ".".join(map(str, sys.version_info[:3]))
    return (
        f"fsync {_sync() * 1000:.2f} ms in {tempfile.gettempdir()}, {os.cpu_count()} cores, "
        f"Python {version}, uvicorn {uvicorn.__version__}, {sys.platform}"
    )


def _sync() -> float:
    """Seconds that a page written and synchronised takes, where the benchmark's databases lie."""
    sync = _full_sync()
    with tempfile.TemporaryFile(buffering=0) as file:
        times = []
        for _ in range(SYNCS):
            begin = time.perf_counter()
            file.write(bytes(4096))
            sync(file.fileno())
            times.append(time.perf_counter() - begin)
    return median(times)


def _full_sync() -> Callable[[int], object]:
    """What SQLite does here: on macOS fsync alone leaves the data in the drive's cache."""
    if sys.platform == "darwin":
        import fcntl

        return lambda number: fcntl.fcntl(number, fcntl.F_FULLFSYNC)
    return os.fsync
