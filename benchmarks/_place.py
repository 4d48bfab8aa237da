"""A room server in a folder of its own, one session in it, and what the server's process uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from kit import client, launch
from kit.server.run import raise_file_limit
from kit.settings import Settings, read
from kit.store import open_store

ROOT = Path(__file__).resolve().parent.parent

# The benchmark server's endpoints; the first is as long as a ballot's, "/CODE42/ballots/r01".
NOTHING = "/nothing/at/all/r01"
WRITE = "/nothing/write"
STREAM = "/nothing/bare/stream"

START_SECONDS = 30.0


def settings_of(folder: Path) -> Settings:
    """The settings of a room server that keeps everything below `folder` and that only this machine reaches."""
    return read({"KIT_HOST": "127.0.0.1", "KIT_PORT": "0", "KIT_DATA": str(folder), "KIT_ROOM_URL": ""})


class Place:
    """A running room server with one open session."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], url: str) -> None:
        self.settings = settings_of(folder)
        self.url = url
        self.port = urlsplit(url).port or 0
        key = (folder / "server.key").read_text(encoding="utf-8").strip()
        opened = client.create(url, key, workshop="00-benchmark", title="Benchmark", language="en")
        self.code, self.key = opened.code, opened.key
        self.client = client.Client(url, self.code, self.key)
        self._process = psutil.Process(process.pid)

    def stored(self) -> list[bytes]:
        """The log as it lies on the disk, read past the server."""
        store = open_store(self.settings.database)
        try:
            return store.read(self.code)
        finally:
            store.close()

    def cpu(self) -> float:
        """Seconds of processor time that the server has used."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Bytes of memory that the server holds."""
        return int(self._process.memory_info().rss)


@contextmanager
def place(*, slower: int = 0) -> Iterator[Place]:
    """A room server until the block ends; each of its commits takes `slower` milliseconds longer."""
    raise_file_limit()
    folder = Path(tempfile.mkdtemp(prefix="kit-benchmark-"))
    command = [sys.executable, "-m", "benchmarks._server", str(folder), str(slower)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE)
    assert process.stdin is not None
    try:
        here = Place(folder, process, _url(folder, process))
        yield here
        here.client.close()
        launch.stop(here.settings)
    finally:
        process.stdin.close()  # at which it ends, if it has not yet
        process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def environment() -> dict[str, str]:
    """Where a process of ours finds the kit and these benchmarks."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))}


def _url(folder: Path, process: subprocess.Popen[bytes]) -> str:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        url = launch.find(settings_of(folder))
        if url is not None:
            return url
        time.sleep(0.05)
    sys.exit("The benchmark's room server did not start; what it said stands above.")
