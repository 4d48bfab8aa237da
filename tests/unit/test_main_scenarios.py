"""`python -m kit check` and `new`: what they print, where, and how they end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kit import scenarios
from kit.__main__ import main
from tests.serving import ROOT, command
from tests.unit.scenarios.planting import CORRECT, file, instead, planted

SLIP = instead("grade: weak", "grade: poor")
LINE = 'grade "poor" is none of best, workable, weak, harmful.'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where we are: a kit's folder with one scenario."""
    folder = tmp_path / "workshops" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "01-lamp.md").write_text(CORRECT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where we are: outside of any kit, with a package that was installed without its workshops."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scenarios, "__file__", str(tmp_path / "site" / "kit" / "scenarios" / "__init__.py"))
    return tmp_path


Out = pytest.CaptureFixture[str]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_findings_it_says_so_and_ends_well(root: Path, capsys: Out) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr() == ("1 scenario, nothing to mend.\n", "")


@pytest.mark.parametrize("place", ["workshops/scenarios/01-lamp.md", "workshops/scenarios", "workshops/scenarios/"])
def test_a_file_or_a_folder_can_be_named(root: Path, capsys: Out, place: str) -> None:
    assert main(["check", place]) == 0
    assert capsys.readouterr().out == "1 scenario, nothing to mend.\n"


def test_several_can_be_named(root: Path, capsys: Out) -> None:
    write(root / "other.txt", CORRECT)
    assert main(["check", "other.txt", "workshops/scenarios"]) == 0
    assert capsys.readouterr().out == "2 scenarios, nothing to mend.\n"


def test_findings_are_told_with_file_and_line_and_it_ends_with_1(root: Path, capsys: Out) -> None:
    write(root / "workshops" / "scenarios" / "02-lamp.md", SLIP)
    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert said.out == f"{Path('workshops/scenarios/02-lamp.md')}:33: {LINE}\n"
    assert said.err == "1 finding in 2 scenarios.\n"


def test_all_findings_of_all_files_are_told_at_once(root: Path, capsys: Out) -> None:
    text, expected = planted(file("all-at-once"))
    paths = [write(root / name, text) for name in ("a.md", "b.md")]
    assert main(["check", *map(str, paths)]) == 1
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split(":")[:2] for line in lines] == [
        [name, str(line)] for name in ("a.md", "b.md") for line in sorted(line for line, _ in expected)
    ]
    assert said.err == f"{len(lines)} findings in 2 scenarios.\n"


def test_the_place_is_told_as_seen_from_here(root: Path, capsys: Out) -> None:
    path = write(root / "lamp.md", SLIP)
    elsewhere = write(root.parent / f"{root.name}.md", SLIP)
    main(["check", str(path), str(elsewhere), "workshops/../lamp.md"])
    assert [line.removesuffix(f":33: {LINE}") for line in capsys.readouterr().out.splitlines()] == [
        "lamp.md", str(elsewhere), str(Path("workshops/../lamp.md")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("none.md", "There is no scenario none.md. Look at its name and folder."),
        ("none/", "There is no scenario none. Look at its name and folder."),
        ("", "There is no scenario in the folder .; one is a file that ends in .md."),
        ("workshops", "There is no scenario in the folder workshops; one is a file that ends in .md."),
    ],
)
def test_a_place_that_has_none_is_a_sentence(root: Path, capsys: Out, place: str, told: str) -> None:
    assert main(["check", place]) == 1
    assert capsys.readouterr() == ("", f"{told}\n")


def test_a_place_with_a_name_too_long_for_any_is_a_sentence(root: Path, capsys: Out) -> None:
    assert main(["check", "a" * 5_000]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_file_that_cannot_be_read_does_not_hide_what_is_to_be_mended_in_others(root: Path, capsys: Out) -> None:
    (root / "a.md").write_bytes(b"\xff\xfe")
    write(root / "b.md", SLIP)
    assert main(["check", "a.md", "none.md", "b.md"]) == 1
    said = "".join(capsys.readouterr())
    assert "a.md is no UTF-8 text." in said
    assert "There is no scenario none.md." in said
    assert f"b.md:33: {LINE}" in said


def test_elsewhere_the_kits_own_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    own = len(list((ROOT / "workshops" / "scenarios").glob("*.md")))
    assert own
    assert capsys.readouterr().out.startswith(f"{own} scenario")


def test_outside_of_any_kit_a_place_must_be_named(nowhere: Path, capsys: Out) -> None:
    assert main(["check"]) == 1
    assert capsys.readouterr().err == (
        "There is no folder workshops/ with scenarios here. Name a scenario or a folder.\n"
    )
    write(nowhere / "lamp.md", CORRECT)
    assert main(["check", "lamp.md"]) == 0


def test_new_says_what_it_made_and_what_to_do(root: Path, capsys: Out) -> None:
    assert main(["new", "the-broken-bed"]) == 0
    said = capsys.readouterr()
    *places, told = said.out.splitlines()
    assert places == [
        str(Path(place))
        for place in (
            "workshops/01-the-broken-bed.ipynb",
            "workshops/scenarios/01-the-broken-bed.md",
            "facilitator_guides/01-the-broken-bed.md",
        )
    ]
    assert all(Path(place).is_file() for place in places)
    assert told == "Look for TODO in all three; `check` lists what is left in the scenario."
    assert said.err == ""
    assert main(["check"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert len(out) > 10
    assert all(line.endswith(": TODO: this is still to be written.") for line in out)


@pytest.mark.parametrize("slug", ["The Broken Bed", "../bed", "", "x" * 99])
def test_new_refuses_in_one_sentence(root: Path, capsys: Out, slug: str) -> None:
    assert main(["new", slug]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{slug!r} can't be a name. ")
    assert said.err.count("\n") == 1


def test_new_outside_of_any_kit_makes_nothing(nowhere: Path, capsys: Out) -> None:
    assert main(["new", "the-broken-bed"]) == 1
    assert capsys.readouterr().err.startswith("There is no folder workshops/ with scenarios here.")
    assert list(nowhere.iterdir()) == []


@pytest.mark.parametrize("words", [["new"], ["new", "a", "b"], ["check", "--what"], ["chekc"]])
def test_what_is_no_command_is_answered_with_how_to_write_it(capsys: Out, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "It is written like this: python -m kit" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(("words", "part"), [(["check"], "a scenario or a folder"), (["new"], "the-broken-lamp")])
def test_each_command_explains_itself(capsys: Out, words: list[str], part: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    assert part in " ".join(capsys.readouterr().out.split())


# As a process of its own


def test_as_a_command_of_the_terminal(root: Path) -> None:
    data = root / "data"
    done = command(data, "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 scenario, nothing to mend.\n", "")
    write(root / "lamp.md", SLIP)
    done = command(data, "check", "lamp.md")
    assert (done.returncode, done.stdout, done.stderr) == (1, f"lamp.md:33: {LINE}\n", "1 finding in 1 scenario.\n")
    done = command(data, "new", "02-bed")
    assert (done.returncode, done.stderr) == (0, "")
    assert (root / "workshops" / "02-bed.ipynb").is_file()
    # Neither needs a room server, a key or a data folder.
    assert not data.exists()


def test_a_terminal_that_lacks_a_letter_shows_the_rest(root: Path) -> None:
    """A pipe on Windows has no −, no ü and no 🙂."""
    write(root / "lamp.md", instead("go to: The door", "go to: Tür 🙂"))
    done = subprocess.run(
        [sys.executable, "-m", "kit", "check", "lamp.md"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        cwd=root,
        capture_output=True,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    assert b"names no turn." in done.stdout
    assert done.returncode == 1
