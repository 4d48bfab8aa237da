"""A panel in a process of its own, as in a kernel: `python -m benchmarks._panel URL CODE`, the key on standard input.

Says each change of its tally as a line of JSON: {"round", "voted", "at"}, `at` in seconds of time.monotonic().
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from benchmarks._place import ROOT, Place, environment
from kit.client import Client
from kit.feed import Feed

PATIENCE = 20.0
NEVER = float("inf")


class Panel:
    """Our end of it: what the panel has said so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._said: dict[str, dict[int, float]] = {}
        self._thread = Thread(target=self._listen, args=(process,), daemon=True)
        self._thread.start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            self._said.setdefault(said["round"], {})[said["voted"]] = said["at"]

    def complete(self, round_id: str, voted: int) -> float:
        """When it had painted so many ballots of this round; NEVER if it did not in twenty seconds."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            at = self._said.get(round_id, {}).get(voted)
            if at is not None:
                return at
            time.sleep(0.01)
        return NEVER


@contextmanager
def panel(place: Place) -> Iterator[Panel]:
    """A panel that follows the place's session until the block ends."""
    command = [sys.executable, "-m", "benchmarks._panel", place.url, place.code]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(f"{place.key}\n".encode())
    process.stdin.flush()
    try:
        yield Panel(process)
    finally:
        process.stdin.close()
        process.wait(PATIENCE)


def main(url: str, code: str) -> None:
    def revive() -> str:
        return url

    feed = Feed(Client(url, code, sys.stdin.readline().strip()), revive)
    told: dict[str, Any] = {}

    def paint() -> None:
        if feed.session.open is None:
            return
        round_id = feed.session.open.opened.round
        now = {"round": round_id, "voted": sum(feed.session.tally(round_id).values())}
        if now != told:
            told.update(now)
            print(json.dumps(now | {"at": time.monotonic()}), flush=True)

    feed.paint("panel", paint)
    feed.start()
    sys.stdin.read()
    feed.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
