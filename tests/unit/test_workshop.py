"""The front door of a notebook: a workshop by its name, or by a scenario of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import workshop
from kit.errors import BadScenario, UnknownWorkshop
from kit.live import Live
from kit.panels.play import PlayPanel
from kit.workshop import Workshop
from tests.unit.panels.looking import Tags, everything, text
from tests.unit.playing import SCENARIOS, SMALL, TEXT


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without workshops, and no room server."""
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(Live, "resume", lambda _: None)
    monkeypatch.setattr(workshop, "_running", {})
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str = TEXT) -> Path:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return Path(path)


def offered(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The scenarios that the play panel is given."""
    found: list[Path] = []
    init = PlayPanel.__init__

    def note(panel: PlayPanel, live: Live, readings: list) -> None:  # type: ignore[type-arg]
        found.extend(reading.path for reading in readings)
        init(panel, live, readings)

    with monkeypatch.context() as patch:
        patch.setattr(PlayPanel, "__init__", note)
        widget = made.play()
    assert len(list(everything(widget))) > 20
    return found


def test_a_scenario_of_ones_own_is_a_workshop(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("my/late-again.md").absolute()
    made = Workshop("my/late-again.md")
    assert (made.name, made._live.workshop, made._live.title) == ("late-again", "late-again", "Late again")
    monkeypatch.chdir("/")
    assert offered(made, monkeypatch) == [path], "also from another folder"


def test_a_number_before_its_name_is_no_part_of_the_title() -> None:
    write("07-late-again.md")
    assert Workshop("07-late-again.md")._live.title == "Late again"


@pytest.mark.parametrize("name", ["Frau Müllers Bett.md", "UPPER.md", "1.md"])
def test_a_file_may_be_called_as_its_author_likes(name: str) -> None:
    write(name)
    assert Workshop(name).name == name.removesuffix(".md")


def test_the_own_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write("own.md")
    assert Workshop("~/own.md").name == "own"


@pytest.mark.parametrize("name", ["my/own.md", "own.md", "folder.md"])
def test_a_file_that_is_not_there_is_a_sentence(name: str, tmp_path: Path) -> None:
    Path("folder.md").mkdir()
    with pytest.raises(BadScenario) as error:
        Workshop(name)
    assert str(Path(name)) in error.value.sentence
    assert str(tmp_path) in error.value.sentence
    assert workshop._running == {}


@pytest.mark.parametrize("name", ["", "start", "0-start", "00_start", "00-Start", "00-start-", "../00-start", "a.txt"])
def test_a_name_that_can_be_none_is_a_sentence(name: str) -> None:
    with pytest.raises(UnknownWorkshop, match="one looks like 00-start-here"):
        Workshop(name)


def test_a_workshop_plays_the_scenarios_that_bear_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("02-bed", "02-bed-b", "02-bedroom", "03-bed"):
        write(f"workshops/scenarios/{name}.md")
    found = offered(Workshop("02-bed"), monkeypatch)
    assert {path.stem for path in found} == {"02-bed", "02-bed-b"}


def test_the_shipped_scenario_is_found_from_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(Workshop("02-the-late-delivery"), monkeypatch) == [SCENARIOS / "02-the-late-delivery.md"]


def test_a_workshop_without_a_scenario_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(Workshop("00-start-here"), monkeypatch) == []


def test_a_file_that_cannot_be_played_is_shown_with_what_is_to_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    write("own.md", "Once upon a time")
    made = Workshop("own.md")
    assert "Open a session in the lobby first" in Tags(text(made.play())).said
    assert SMALL.title not in Tags(text(made.play())).said


def test_running_a_notebook_again_lets_go_of_what_its_last_run_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[Live] = []
    monkeypatch.setattr(Live, "leave", lambda live: left.append(live))
    write("own.md")
    first = Workshop("own.md")
    other = Workshop("00-start-here")
    assert left == []
    second = Workshop("own.md")
    assert left == [first._live]
    assert second._live is not first._live
    assert workshop._running == {"own": second._live, "00-start-here": other._live}
