"""The log in one SQLite file: write-ahead log, full synchronisation, one writer thread that commits in groups.

What queued up while the last commit ran goes into the next one, so that a slow disk costs each voter one
wait, not the room a hundred.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from kit.errors import IdTaken, InvalidEvent, KitError, Refused, StoreFailed, UnknownRoom
from kit.events import Draft, stamp
from kit.lines import unstamp
from kit.store.contract import Commit, Failure, Listener, Outcome, Store, Stored
from kit.store.schema import connect, failed, migrate

log = logging.getLogger(__name__)

# At most so many appends share a commit: keeps the first of a burst from waiting for the last.
GROUP = 512

# So many rows of five values stay under the 999 values of old SQLite versions.
ROWS = 128


class _Append(NamedTuple):
    code: str
    drafts: Sequence[Draft]
    token: Any


class SQLiteStore(Store):
    """A store in the file `path`, made with its folder if it isn't there.

    Raises StoreFailed if the file can't be opened or written, NewerDatabase if a later version made it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._reading = threading.Lock()
        self._listening = threading.Lock()
        self._closed = False
        self._listeners: tuple[Listener, ...] = ()
        self._queue: queue.SimpleQueue[_Append | None] = queue.SimpleQueue()
        with contextlib.ExitStack() as opened:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._writer = connect(self.path)
                opened.callback(self._writer.close)
                migrate(self._writer, self.path)
                self._reader = connect(self.path)
                opened.callback(self._reader.close)
                self._reader.execute("PRAGMA query_only = ON")
            except (sqlite3.Error, OSError) as error:
                raise failed(error, self.path) from error
            self._connections = opened.pop_all()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._write_on, name="store", daemon=True)
        self._thread.start()

    def create(self, code: str, key_hash: bytes, drafts: Sequence[Draft]) -> bool:
        at = _now()
        rows = [(code, seq, at, draft.id, draft.body) for seq, draft in enumerate(drafts, 1)]
        with self._writing, self._transaction():
            taken = self._writer.execute("SELECT 1 FROM session WHERE code = ?", (code,)).fetchone()
            if taken:
                return False
            self._writer.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (code, key_hash, len(rows), at))
            self._writer.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", rows)
        return True

    def adopt(self, code: str, key_hash: bytes, lines: Sequence[bytes]) -> int:
        kept = self.read(code)
        shared = min(len(kept), len(lines))
        if kept[:shared] != list(lines[:shared]):
            raise Refused(f"The session {code} here is another one than that in the file. It is left as it is.")
        rows = [(code, *_placed(line, seq)) for seq, line in enumerate(lines[len(kept) :], len(kept) + 1)]
        if not rows:
            return 0
        last, at = rows[-1][1:3]
        with self._writing, self._transaction():
            self._writer.execute("INSERT OR IGNORE INTO session VALUES (?, ?, ?, ?)", (code, key_hash, last, at))
            self._writer.execute("UPDATE session SET seq = ?, at = ? WHERE code = ?", (last, at, code))
            self._flush(rows)
        return len(lines) - len(kept)

    def find(self, code: str) -> Stored | None:
        rows = self._query("SELECT code, key_hash, seq, at FROM session WHERE code = ?", code)
        return Stored(*rows[0]) if rows else None

    def sessions(self) -> list[Stored]:
        rows = self._query("SELECT code, key_hash, seq, at FROM session ORDER BY at DESC, code")
        return [Stored(*row) for row in rows]

    def read(self, code: str, after: int = 0) -> list[bytes]:
        rows = self._query("SELECT body, seq, at FROM event WHERE code = ? AND seq > ? ORDER BY seq", code, after)
        return [stamp(body, seq, at) for body, seq, at in rows]

    def submit(self, code: str, drafts: Sequence[Draft], token: Any = None) -> None:
        assert drafts, "an append has at least one event"
        if self._closed:
            self._tell([Failure(code, StoreFailed("The store is closed; nothing was stored."), token)])
            return
        self._queue.put(_Append(code, drafts, token))

    def listen(self, listener: Listener) -> Callable[[], None]:
        # A new tuple each time: the writer may be walking the old one.
        with self._listening:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._listening:
                self._listeners = tuple(heard for heard in self._listeners if heard is not listener)

        return end

    def close(self) -> None:
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._connections.close()

    # Reading

    def _query(self, sql: str, *values: str | int) -> list[Any]:
        try:
            with self._reading:
                return self._reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise failed(error, self.path) from error

    # Writing

    def _write_on(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < GROUP and not self._queue.empty():
                append = self._queue.get()
                if append is None:
                    last = True
                    break
                group.append(append)
            self._tell(self._commit(group))
            if last:
                return

    def _commit(self, group: list[_Append]) -> list[Outcome]:
        """One transaction for the whole group; if it can't be written, nothing of the group is stored."""
        try:
            with self._writing, self._transaction():
                return self._insert(group)
        except Exception as error:
            if not isinstance(error, StoreFailed):
                # Whatever it was, the thread that all rooms' votes wait for must go on.
                log.exception("An append could not be written.")
                error = StoreFailed(f"Nothing was stored ({type(error).__name__}: {error}). Send it again, corrected.")
            return [Failure(append.code, error, append.token) for append in group]

    def _insert(self, group: list[_Append]) -> list[Outcome]:
        at = _now()
        outcomes: list[Outcome] = []
        rows: list[tuple[str, int, str, str | None, bytes]] = []
        heads: dict[str, int] = {}
        grown: set[str] = set()
        for append in group:
            code = append.code
            try:
                if code not in heads:
                    heads[code] = self._head(code)
                if any(draft.id is not None for draft in append.drafts):
                    # Ids are looked up in the table, so what this group wrote before must stand there.
                    self._flush(rows)
                    first = self._repeated(append)
                    if first is not None:
                        outcomes.append(Commit(code, first, (), append.token))
                        continue
            except KitError as error:
                outcomes.append(Failure(code, error, append.token))
                continue
            first = heads[code] + 1
            heads[code] += len(append.drafts)
            grown.add(code)
            rows += [(code, seq, at, draft.id, draft.body) for seq, draft in enumerate(append.drafts, first)]
            lines = [stamp(draft.body, seq, at) for seq, draft in enumerate(append.drafts, first)]
            outcomes.append(Commit(code, first, lines, append.token))
        self._flush(rows)
        self._writer.executemany(
            "UPDATE session SET seq = ?, at = ? WHERE code = ?", [(heads[code], at, code) for code in grown]
        )
        return outcomes

    def _head(self, code: str) -> int:
        row = self._writer.execute("SELECT seq FROM session WHERE code = ?", (code,)).fetchone()
        if row is None:
            raise UnknownRoom(f"No session has the code {code}.")
        return int(row[0])

    def _flush(self, rows: list[tuple[str, int, str, str | None, bytes]]) -> None:
        # One statement for many rows: executemany would hand the interpreter to another thread after each.
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            places = ", ".join(["(?, ?, ?, ?, ?)"] * len(part))
            self._writer.execute(f"INSERT INTO event VALUES {places}", [value for row in part for value in row])
        rows.clear()

    def _repeated(self, append: _Append) -> int | None:
        """Where these drafts stand already, if they are a repetition; None if they are new.

        Raises IdTaken if an id was used for something else.
        """
        ids = [draft.id for draft in append.drafts if draft.id is not None]
        if len(set(ids)) < len(ids):
            raise IdTaken("Two events of one list carry the same id; every command needs its own.")
        before = next(n for n, draft in enumerate(append.drafts) if draft.id == ids[0])
        sql = "SELECT seq FROM event WHERE code = ? AND id = ?"
        known = [self._writer.execute(sql, (append.code, id_)).fetchone() for id_ in ids]
        if not any(known):
            return None
        if known[0] is not None:
            first = int(known[0][0]) - before
            sql = "SELECT body FROM event WHERE code = ? AND seq >= ? ORDER BY seq LIMIT ?"
            stored = self._writer.execute(sql, (append.code, first, len(append.drafts))).fetchall()
            if [row[0] for row in stored] == [draft.body for draft in append.drafts]:
                return first
        taken = next(id_ for id_, row in zip(ids, known, strict=True) if row)
        raise IdTaken(f"The id {taken!r} was used before for another command; every command needs its own.")

    def _tell(self, outcomes: list[Outcome]) -> None:
        for listener in self._listeners:
            try:
                listener(outcomes)
            except Exception:
                # One listener's slip must not end the thread that all rooms' votes wait for.
                log.exception("A listener of the store failed.")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. Raises StoreFailed, after which nothing of it is stored."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            yield
            self._writer.execute("COMMIT")
        except BaseException as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise failed(error, self.path) from error
            raise


def _placed(line: bytes, seq: int) -> tuple[int, str, str | None, bytes]:
    """A kept line's columns. Raises InvalidEvent if it is not the log's line number `seq`."""
    place, at, draft = unstamp(line)
    if place != seq:
        raise InvalidEvent(f"Line {seq} of the log says seq {place}. A line is missing there, or one too many.")
    return seq, at, draft.id, draft.body


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
