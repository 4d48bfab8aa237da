"""The load benchmark's short form: counts, never times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "benchmarks" / "room.py"


def test_bursts_lose_nothing_and_a_log_is_replayed_whole() -> None:
    run = subprocess.run([sys.executable, str(ROOM), "--short"], capture_output=True, encoding="utf-8", timeout=100)

    assert run.returncode == 0, run.stdout + run.stderr
    rows = run.stdout.splitlines()
    for size in (30, 100):
        (row,) = (row for row in rows if row.startswith(f"burst of {size}:"))
        assert row.split("shown")[1].split() == [str(size), str(size), "each", "pass"]
    assert sum(row.split()[:2] == ["panel", "complete"] for row in rows) == 2
    assert any(row.startswith("replay: events in the log") and row.endswith("pass") for row in rows)
