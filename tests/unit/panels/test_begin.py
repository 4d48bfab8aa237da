"""The beginning: which scenario, what is still to be mended in it, and the file as it is now."""

from __future__ import annotations

from pathlib import Path

from kit import scenarios
from kit.scenarios import Reading
from tests.unit.panels.clicking import Seat, click, rows, said, shown
from tests.unit.panels.looking import filled, seen
from tests.unit.playing import TEXT, Table


def write(folder: Path, name: str, text: str = TEXT) -> Reading:
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return scenarios.read(path)


def test_one_scenario_is_there_to_begin_with(seat: Seat, small: Reading) -> None:
    panel = seat(Table(None))
    assert panel.begin.which not in list(seen(panel.widget))
    assert filled(panel.widget) == ["Begin the conversation"]
    assert rows(panel) == []
    assert "A small one" in shown(panel)
    assert "She waited." in shown(panel)
    assert "small.md can be played. An author would still mend:" in shown(panel)
    assert "no road leads from" in shown(panel)


def test_of_several_one_is_chosen(seat: Seat, tmp_path: Path) -> None:
    other = TEXT.replace("A small one", "Another one").replace("She waited.", "He waited.")
    readings = [write(tmp_path, "02-small"), write(tmp_path, "02-small-b", other)]
    table = Table(None)
    panel = seat(table, readings)
    assert panel.begin.which in list(seen(panel.widget))
    assert [title for title, _ in panel.begin.which.options] == ["A small one", "Another one"]
    panel.begin.which.value = "02-small-b"
    assert "He waited." in shown(panel)
    click(panel, "Begin the conversation")
    assert (table.play.file, table.play.scenario.title) == ("02-small-b", "Another one")
    assert panel.begin.which not in list(seen(panel.widget))
    assert filled(panel.widget) == ["Open the vote"]


def test_without_a_scenario_it_says_where_one_belongs(seat: Seat) -> None:
    panel = seat(Table(None), [])
    assert "Put one beside the others in workshops/scenarios" in shown(panel)
    assert filled(panel.widget) == []


def test_a_scenario_that_cannot_be_played_says_all_that_is_to_be_mended(seat: Seat, tmp_path: Path) -> None:
    panel = seat(Table(None), [write(tmp_path, "bad", TEXT.replace("go to: Storm", "go to: Strom"))])
    assert "bad.md can't be played yet. What is to be mended:" in shown(panel)
    assert 'Did you mean "Storm"?' in shown(panel)
    assert filled(panel.widget) == []
    assert panel.begin.go not in list(seen(panel.widget))


def test_many_findings_are_counted(seat: Seat, tmp_path: Path) -> None:
    panel = seat(Table(None), [write(tmp_path, "long", TEXT.replace("grade: ", "grade: so "))])
    total = len(panel.begin.readings["long"].findings)
    assert total > 8
    assert f"and {total - 8} more" in shown(panel)


def test_the_file_is_read_again_when_it_is_begun(seat: Seat, tmp_path: Path) -> None:
    table = Table(None)
    panel = seat(table, [write(tmp_path, "small")])
    write(tmp_path, "small", TEXT.replace("mood: 3", "mood: 7", 1))
    click(panel, "Begin the conversation")
    assert table.here == ("Call", 7)
    assert panel.begin.changed not in list(seen(panel.widget)), "what was begun is what is there"


def test_a_file_that_was_broken_meanwhile_is_a_sentence(seat: Seat, tmp_path: Path) -> None:
    table = Table(None)
    panel = seat(table, [write(tmp_path, "small")])
    write(tmp_path, "small", TEXT.replace("grade: best", "grade: great").replace("go to: Lost", "go to: Hell"))
    click(panel, "Begin the conversation")
    # Among several findings the one that stops is the one to mend now.
    assert '"go to: Hell" names no turn.' in said(panel)
    assert len(table.session.notes) == 0
    assert "can't be played yet" in shown(panel)


def test_a_file_that_is_gone_is_a_sentence(seat: Seat, tmp_path: Path) -> None:
    table = Table(None)
    panel = seat(table, [write(tmp_path, "small")])
    (tmp_path / "small.md").unlink()
    click(panel, "Begin the conversation")
    assert said(panel).startswith("There is no scenario")
    assert len(table.session.notes) == 0


# A file that was changed


def test_a_changed_file_is_offered_and_taken_where_the_room_stands(seat: Seat, tmp_path: Path) -> None:
    table = Table()
    table.take("c")
    reading = write(tmp_path, "small", TEXT.replace("Storm!", "Thunder!"))
    panel = seat(table, [reading])
    assert "The scenario's file was changed since this conversation began." in shown(panel)
    click(panel, "Use the changed file")
    assert table.play.turn.line == "Thunder!"
    assert table.here == ("Storm", 0)
    assert table.play.road.visit == 2
    assert "was changed since" not in shown(panel)


def test_a_changed_file_without_the_turn_where_the_room_stands_is_not_offered(seat: Seat, tmp_path: Path) -> None:
    table = Table()
    table.take("c")
    panel = seat(table, [write(tmp_path, "small", TEXT.replace("Storm", "Rain"))])
    assert "was changed since" not in shown(panel)
    assert rows(panel)[0] == ["Open the vote"]


def test_the_same_file_another_file_or_none_is_not_offered(seat: Seat, tmp_path: Path, small: Reading) -> None:
    broken = write(tmp_path, "small", TEXT.replace("go to: Lost", "go to: Hell"))
    other = write(tmp_path, "other", TEXT.replace("Storm!", "Thunder!"))
    for readings in ([small], [other], [broken], []):
        panel = seat(Table(), readings)
        assert "was changed since" not in shown(panel)
        assert filled(panel.widget) == ["Open the vote"]
