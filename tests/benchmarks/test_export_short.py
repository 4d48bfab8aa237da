"""The export benchmark's short form: counts, never times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXPORT = Path(__file__).resolve().parents[2] / "benchmarks" / "export.py"


def test_every_ballot_is_exported() -> None:
    run = subprocess.run([sys.executable, str(EXPORT), "--short"], capture_output=True, encoding="utf-8", timeout=100)
    assert run.returncode == 0, run.stdout + run.stderr
    (row,) = (row for row in run.stdout.splitlines() if row.startswith("export: ballots"))
    assert row.split()[-2:] == ["180", "pass"]
