"""A session kept up to date in the kernel: one thread follows the log and folds it, one has the panels repaint.

Widget callbacks run on threads that differ between versions of ipykernel, and widgets may be painted from a
plain thread only through their values; hence two daemon threads of our own, and a lock around the session.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Literal

from kit import events as ev
from kit.client import Client
from kit.errors import KitError, NoRoomServer
from kit.session import Session

Line = Literal["connecting", "live", "reconnecting", "refused"]
Painter = Callable[[], None]

PAINT_PAUSE = 0.1
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class Feed:
    """Follows one session from its first event. Read `session` only while holding `lock`.

    `line` says how the connection stands, `trouble` the last error in words, empty when all is well;
    `slip` is a panel's own failure to draw itself.
    `revive` is called when the server has been gone for a while; it returns the URL to go on with.
    """

    def __init__(self, client: Client, revive: Callable[[], str]) -> None:
        self.client = client
        self.session = Session(client.code)
        self.lock = threading.RLock()
        self.line: Line = "connecting"
        self.trouble = ""
        self.slip = ""
        self._revive = revive
        self._painters: dict[str, Painter] = {}
        self._changed = threading.Event()
        self._due = float("inf")
        self._folded = threading.Condition(self.lock)
        self._closed = threading.Event()

    def start(self) -> None:
        """Begin to follow and to paint."""
        for run in (self._follow_on, self._paint_on):
            context = contextvars.copy_context()
            threading.Thread(target=context.run, args=(run,), name=f"kit {run.__name__}", daemon=True).start()

    def close(self) -> None:
        """Let both threads end, and the lines to the server with them; the session stays as it was read."""
        self._closed.set()
        self._changed.set()
        self.client.hang_up()

    def paint(self, name: str, painter: Painter) -> None:
        """Have `painter` called, with the lock held, after every change; it takes the place of the same name's last."""
        with self.lock:
            self._painters[name] = painter
        self._changed.set()

    def paint_within(self, seconds: float) -> None:
        """Paint so much later at the latest, also without news. A painter may ask for it."""
        self._due = time.monotonic() + seconds

    def wait_for(self, seq: int, seconds: float = 3.0) -> bool:
        """Wait until event `seq` is folded, so that what was just done is seen; False if time ran out."""
        with self._folded:
            return self._folded.wait_for(lambda: self.session.seq >= seq, seconds)

    # Following

    def _follow_on(self) -> None:
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            try:
                if self.line == "reconnecting":
                    # The server may have come back elsewhere, or need to be started again.
                    self.client.url = self._revive()
                with self.client.follow(self.session.seq) as lines:
                    for line in lines:
                        if self._closed.is_set():
                            break
                        self._take(line)
                        pause = FIRST_PAUSE
                self._tell("reconnecting", "")
            except NoRoomServer as error:
                self._tell("reconnecting", error.sentence)
            except KitError as error:
                self._tell("refused", error.sentence)
            except Exception as error:
                # Nobody sees an exception in a thread, and without this one the panels would stand still for ever.
                self._tell("reconnecting", f"{type(error).__name__}: {error}")
            self._closed.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self.client.close()

    def _take(self, line: bytes | None) -> None:
        with self._folded:
            if line is not None:
                event = ev.decode(line)
                # After a reconnection the server may send again what we have.
                if event.seq > self.session.seq:
                    self.session.apply(event)
                    self._folded.notify_all()
        self._tell("live", "")

    def _tell(self, line: Line, trouble: str) -> None:
        self.line, self.trouble = line, trouble
        self._changed.set()

    # Painting

    def _paint_on(self) -> None:
        while not self._closed.is_set():
            # Once a second even without news: a running round's clock is on the panel.
            self._changed.wait(max(0.0, min(1.0, self._due - time.monotonic())))
            self._changed.clear()
            if time.monotonic() >= self._due:
                self._due = float("inf")
            if self._closed.is_set():
                return
            with self.lock:
                painters = list(self._painters.values())
                for painter in painters:
                    self._paint(painter)
            time.sleep(PAINT_PAUSE)

    def _paint(self, painter: Painter) -> None:
        try:
            painter()
        except Exception as error:
            # Nobody sees an exception in a thread: show it where the facilitator looks.
            self.slip = f"A panel could not be drawn ({type(error).__name__}: {error}). Run all draws it anew."
