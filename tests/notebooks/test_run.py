"""Every notebook runs from top to bottom: on a fresh machine, and in the middle of a session."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import events as ev
from kit.live import Live
from kit.settings import read
from tests.serving import ROOT, command, environment, free_port

NOTEBOOKS = sorted((ROOT / "workshops").glob("*.ipynb"))
each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


class Machine:
    """A user's data folder and port; the room server that a notebook starts there outlives the notebook."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port = free_port()

    def run(self, notebook: Path) -> str:
        """Run all cells by nbval as in a fresh kernel; returns what it printed."""
        nbval = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=60"]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *nbval, "-p", "no:cacheprovider", "--color=no", "-q", str(notebook)],
            env=environment(self.data, KIT_PORT=str(self.port), IPYTHONDIR=str(self.data.parent / "ipython")),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=110,
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0, said
        return said

    def live(self, workshop: str) -> Live:
        return Live(workshop, "A try", read({"KIT_DATA": str(self.data), "KIT_PORT": str(self.port)}))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    command(machine.data, "stop")


def cells(notebook: Path) -> int:
    kinds = [cell["cell_type"] for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    return kinds.count("code")


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@each
def test_on_a_fresh_machine_it_runs_and_opens_nothing(machine: Machine, notebook: Path) -> None:
    assert f"{cells(notebook)} passed" in machine.run(notebook)
    # The room is ready, and no session was made.
    assert json.loads((machine.data / "room.json").read_text(encoding="utf-8"))["url"].endswith(f":{machine.port}")
    assert not list(machine.data.glob("sessions/*"))


@each
def test_in_a_round_it_runs_and_changes_nothing(machine: Machine, notebook: Path) -> None:
    live = machine.live(notebook.stem)
    live.open("In the middle")
    try:
        options = [ev.Option("a", "This"), ev.Option("b", "That")]
        live.post(ev.RoundOpened(round="ask-1", form="choice", prompt="Which?", options=options))
        assert live.feed is not None
        before = live.feed.client.lines()
        assert f"{cells(notebook)} passed" in machine.run(notebook)
        assert live.feed.client.lines() == before
    finally:
        live.leave()
