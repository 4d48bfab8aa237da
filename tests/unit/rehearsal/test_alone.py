"""One class of a session at a time, and how others see whether there is one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kit.errors import Refused
from kit.rehearsal import alone, is_running
from kit.settings import Settings, read


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    (tmp_path / "sessions").mkdir()
    return read({"KIT_DATA": str(tmp_path)})


def test_a_class_runs_as_long_as_it_holds_the_lock(here: Settings) -> None:
    assert not is_running(here, "ABC234")
    assert not list((here.data / "sessions").iterdir()), "looking leaves no file"
    held = alone.hold(here, "ABC234", 0)
    assert is_running(here, "ABC234")
    assert not is_running(here, "XYZ789")
    with pytest.raises(Refused, match="A simulated class is in this session already"):
        alone.hold(here, "ABC234", 0)
    held.release()
    assert not is_running(here, "ABC234")
    alone.hold(here, "ABC234", 0).release()


def test_looking_takes_no_time_and_keeps_nothing(here: Settings) -> None:
    held = alone.hold(here, "ABC234", 0)
    began = time.monotonic()
    assert all(is_running(here, "ABC234") for _ in range(20))
    assert time.monotonic() - began < 1
    held.release()
    for _ in range(3):
        assert not is_running(here, "ABC234")
    alone.hold(here, "ABC234", 0).release()


def test_without_a_folder_nobody_runs(tmp_path: Path) -> None:
    assert not is_running(read({"KIT_DATA": str(tmp_path / "none")}), "ABC234")
