"""What the contract is written with: drafts in few words, an ear for outcomes, threads that are waited for."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kit.events import Draft
from kit.store import Outcome, Store

LONG = 10  # seconds, after which a wait is a failure


def draft(name: str, id: str | None = None, **more: Any) -> Draft:
    """An event that is told apart by its name; `id` as a client would send it."""
    body = {"kind": "note.recorded", "topic": name} | more | ({} if id is None else {"id": id})
    return Draft(json.dumps(body).encode(), id)


def topics(lines: Sequence[bytes]) -> list[str]:
    return [json.loads(line)["topic"] for line in lines]


def seqs(lines: Sequence[bytes]) -> list[int]:
    return [json.loads(line)["seq"] for line in lines]


def in_threads(number: int, work: Callable[[int], None]) -> None:
    """Run `work(0)` … `work(number - 1)` at the same time; what one of them raises is raised here."""
    raised: list[BaseException] = []
    together = threading.Barrier(number)

    def run(worker: int) -> None:
        together.wait(LONG)
        try:
            work(worker)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(worker,), daemon=True) for worker in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert not any(thread.is_alive() for thread in threads), "a thread never came back"
    if raised:
        raise raised[0]


class Ear:
    """A listener that keeps what it was told."""

    def __init__(self, store: Store) -> None:
        self.told: list[Outcome] = []
        self._news = threading.Condition()
        self.end = store.listen(self._hear)

    def _hear(self, outcomes: Sequence[Outcome]) -> None:
        with self._news:
            self.told += outcomes
            self._news.notify_all()

    def wait_for(self, *tokens: object) -> list[Outcome]:
        """The outcomes of these appends, in the order of the tokens."""
        with self._news:
            assert self._news.wait_for(lambda: set(tokens) <= {outcome.token for outcome in self.told}, LONG)
        return [next(outcome for outcome in self.told if outcome.token == token) for token in tokens]


@contextmanager
def held(store: Store) -> Iterator[None]:
    """What is submitted in here waits behind a commit that is being told, and then shares the next one."""
    store.create("HOLD22", b"", [draft("held")])
    inside, go = threading.Event(), threading.Event()

    def hold(outcomes: Sequence[Outcome]) -> None:
        inside.set()
        assert go.wait(LONG)

    end = store.listen(hold)
    store.submit("HOLD22", [draft("hold")])
    assert inside.wait(LONG)
    end()
    try:
        yield
    finally:
        go.set()


@contextmanager
def restless() -> Iterator[None]:
    """Threads take turns as often as they can, so that a race that is rare elsewhere shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def next_millisecond() -> None:
    """Until the clock that dates events has moved on."""
    before = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 <= before + 1:
        pass
