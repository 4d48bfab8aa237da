"""What every store promises. Stores are ignorant of what events mean.

An event is a Draft: a JSON object, and the client's `id` if it carries one. The store numbers a session's
events 1, 2, 3 … in the order of their commits, and puts `seq` and `at` in front of each.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kit.errors import KitError
from kit.events import Draft


class Stored(NamedTuple):
    """A session as the store knows it: `key_hash` opens it, `seq` and `at` are those of its last event."""

    code: str
    key_hash: bytes
    seq: int
    at: str


class Commit(NamedTuple):
    """One append that is durable: the log's lines from `first` on, and whose append it was.

    A repeated command stores nothing new: its `lines` are empty and `first` is where it stands since the first time.
    """

    code: str
    first: int
    lines: Sequence[bytes]
    token: Any


class Failure(NamedTuple):
    """One append of which nothing was stored, and why."""

    code: str
    error: KitError
    token: Any


Outcome = Commit | Failure
Listener = Callable[[Sequence[Outcome]], None]


class Store(ABC):
    """The logs of all sessions. `submit` may be called by any thread; outcomes come on the store's own thread."""

    @abstractmethod
    def create(self, code: str, key_hash: bytes, drafts: Sequence[Draft]) -> bool:
        """Begin a session with its first events in one commit; False if the code is taken.

        Raises StoreFailed if nothing could be written.
        """

    @abstractmethod
    def adopt(self, code: str, key_hash: bytes, lines: Sequence[bytes]) -> int:
        """Take over a log as it was kept elsewhere, with its places and times, in one commit.

        Returns how many lines were new: of a session that is here already only what goes beyond its own log, under
        its own key. Nobody may serve it meanwhile. Raises Refused if the two logs differ, InvalidEvent for a line
        that is none or not in its place, StoreFailed if nothing could be written.
        """

    @abstractmethod
    def find(self, code: str) -> Stored | None:
        """The session with this code, or None."""

    @abstractmethod
    def sessions(self) -> list[Stored]:
        """All sessions, the one with the newest event first."""

    @abstractmethod
    def read(self, code: str, after: int = 0) -> list[bytes]:
        """The log's lines behind `after`, in order. An unknown code has an empty log."""

    @abstractmethod
    def submit(self, code: str, drafts: Sequence[Draft], token: Any = None) -> None:
        """Append these drafts, whole or not at all and without a gap; the outcome goes to the listeners.

        The commit is durable before the outcome is told. Drafts whose `id`s stand in the log with the same
        bodies are a repetition and not stored again; with other bodies they fail as IdTaken.
        """

    @abstractmethod
    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` every outcome, a session's commits in the order of its log; returns what ends it.

        Called on the store's own thread with all outcomes of one group commit; it must return soon.
        """

    @abstractmethod
    def close(self) -> None:
        """Write what was submitted, then let go of the database."""

    def append(self, code: str, drafts: Sequence[Draft]) -> int:
        """Append and wait; returns the `seq` of the first. Raises what the Failure names."""
        told: list[Outcome] = []
        done = threading.Event()
        token = object()

        def hear(outcomes: Sequence[Outcome]) -> None:
            for outcome in outcomes:
                if outcome.token is token:
                    told.append(outcome)
                    done.set()

        end = self.listen(hear)
        try:
            self.submit(code, drafts, token)
            done.wait()
        finally:
            end()
        outcome = told[0]
        if isinstance(outcome, Failure):
            raise outcome.error
        return outcome.first
