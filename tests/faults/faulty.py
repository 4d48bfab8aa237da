"""The faults: what can happen to a laptop in the middle of a session, each for real."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kit import launch
from kit.folders import Folder
from kit.settings import Settings

LINUX_ROOT = sys.platform == "linux" and hasattr(os, "geteuid") and os.geteuid() == 0

# A process of Python that is told SIGUSR1 drops all its connections, in the middle of whatever they carry.
CUTTING = """
import signal


def cut(*_):
    import gc
    from asyncio.selector_events import _SelectorTransport

    for line in [thing for thing in gc.get_objects() if isinstance(thing, _SelectorTransport) and thing._loop]:
        line.abort()
        line._loop.call_soon_threadsafe(lambda: None)


signal.signal(signal.SIGUSR1, cut)
"""


@contextlib.contextmanager
def disk(place: Path, megabytes: int = 6) -> Iterator[Path]:
    """A small file system of its own where that can be had, else a plain folder."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    mounted = LINUX_ROOT and shutil.which("mount") is not None
    mounted = mounted and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield place
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def is_small(place: Path) -> bool:
    """Whether this is a file system of its own, which may be filled and frozen."""
    return place.is_mount()


class Faults:
    """The faults that this machine can have; each is over when its function returns, but for what must come back."""

    def __init__(self, settings: Settings, place: Path) -> None:
        self.settings = settings
        self.place = place
        self.all: dict[str, Callable[[float], None]] = {"kill": self.kill, "stop": self.stop}
        if os.name == "posix":
            self.all |= {"freeze": self.freeze, "cut": self.cut}
        if is_small(place):
            self.all |= {"full disk": self.full, "read-only": self.read_only}

    def _pid(self) -> int:
        """The room server's process. It may just be starting."""
        give_up = time.monotonic() + 20
        while time.monotonic() < give_up:
            if launch.find(self.settings) is not None:
                room = Folder(self.settings.data).read(Folder(self.settings.data).room_file) or {}
                if "pid" in room:
                    return int(room["pid"])
            time.sleep(0.02)
        raise AssertionError("no room server came up")

    def kill(self, seconds: float) -> None:
        """As `kill -9` does; the notebook starts the server again."""
        os.kill(self._pid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def stop(self, seconds: float) -> None:
        """Somebody stops the room server in order; the facilitator presses Run all."""
        self._pid()
        launch.stop(self.settings)

    def freeze(self, seconds: float) -> None:
        """The laptop sleeps for a while."""
        pid = self._pid()
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)

    def cut(self, seconds: float) -> None:
        """Every connection breaks at once, in the middle of whatever it carries."""
        os.kill(self._pid(), signal.SIGUSR1)

    def full(self, seconds: float) -> None:
        """The disk is full for a while."""
        ballast = self.place / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 512)
        time.sleep(seconds)
        ballast.unlink()

    def read_only(self, seconds: float) -> None:
        """The server dies, and the disk takes nothing for a while: it can't be started again before."""
        pid = self._pid()
        os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + 10
        while subprocess.run(["mount", "-o", "remount,ro", str(self.place)], capture_output=True).returncode:
            assert time.monotonic() < give_up, "the disk could not be frozen"
            time.sleep(0.02)
        time.sleep(seconds)
        subprocess.run(["mount", "-o", "remount,rw", str(self.place)], check=True)
