"""A new workshop from the template: three files that are tidy at once, and whole once the TODOs are words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kit import scenarios
from kit.errors import BadScenario
from kit.scenario import GRADES
from kit.scenarios import of_workshop, read
from kit.scenarios.new import PARTS, new
from tests.notebooks import test_hygiene as hygiene

NAME = "01-the-broken-lamp"
# Each rule that `tests/notebooks` holds the shipped notebooks to, one notebook at a time.
RULES = [rule for name, rule in vars(hygiene).items() if name.startswith("test_") and getattr(rule, "pytestmark", None)]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit's folder, and nothing in it but the folder of scenarios."""
    (tmp_path / "workshops" / "scenarios").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hygiene, "ROOT", tmp_path)
    monkeypatch.setattr(hygiene, "GUIDES", tmp_path / "facilitator_guides")
    return tmp_path


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def notebooks(root: Path, *stems: str) -> None:
    for stem in stems:
        (root / "workshops" / f"{stem}.ipynb").write_text("{}", encoding="utf-8")


def written(text: str) -> str:
    """What an author makes of the TODOs."""
    return re.sub(r"TODO( [^\W\d]+)?", lambda todo: f"lamp{todo[1] or ''}", text)


def test_it_makes_notebook_scenario_and_guide_of_one_name(root: Path) -> None:
    made = new("the-broken-lamp")
    assert [path.relative_to(root).as_posix() for path in made] == [
        f"workshops/{NAME}.ipynb",
        f"workshops/scenarios/{NAME}.md",
        f"facilitator_guides/{NAME}.md",
    ]
    assert files(root) == sorted(path.relative_to(root).as_posix() for path in made)
    for path in made:
        raw = path.read_bytes()
        assert b"\r" not in raw
        assert raw.endswith(b"\n")
        text = raw.decode()
        assert "$" not in text
        assert "TODO" in text
        assert "The broken lamp" in text
    assert of_workshop(NAME) == [made[1]]


def test_the_notebook_and_its_guide_lead_to_each_other(root: Path) -> None:
    notebook, _, guide = new("the-broken-lamp")
    assert f"(../facilitator_guides/{NAME}.md)" in notebook.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", guide.read_text(encoding="utf-8"))
    assert len(links) >= 2
    assert {(guide.parent / link).resolve() for link in links} == {notebook.resolve()}


def test_there_are_rules_for_notebooks() -> None:
    assert len(RULES) >= 6


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
def test_a_new_notebook_is_tidy_at_once(root: Path, rule: object) -> None:
    assert callable(rule)
    rule(new("the-broken-lamp")[0])


def test_a_new_notebook_can_be_run(root: Path) -> None:
    cells = json.loads(new("the-broken-lamp")[0].read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert sources == [
        f'from kit import Workshop\nworkshop = Workshop("{NAME}")', "workshop.lobby()", "workshop.play()",
    ]  # fmt: skip


def test_a_new_scenario_lacks_nothing_but_words(root: Path) -> None:
    path = new("the-broken-lamp")[1]
    found = read(path)
    todo = [n for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if "TODO" in line]
    assert len(todo) > 10
    assert [(finding.line, finding.message) for finding in found.findings] == [
        (line, "TODO: this is still to be written.") for line in todo
    ]
    assert found.scenario is not None
    assert found.scenario.title == "The broken lamp"


def test_with_words_for_the_todos_there_is_nothing_to_mend(root: Path) -> None:
    path = new("the-broken-lamp")[1]
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = read(path)
    assert found.says() == []
    assert found.scenario is not None
    assert {response.grade for turn in found.scenario.turns for response in turn.responses} == set(GRADES)
    assert found.scenario.depths() == {"The first line": 0, "The second line": 1, "Resolved": 1, "Lost": 2}


def test_the_guide_has_a_row_for_each_turn_that_is_voted_on(root: Path) -> None:
    _, scenario, guide = new("the-broken-lamp")
    found = read(scenario).scenario
    assert found is not None
    for turn in found.turns:
        assert (f"\n| {turn.name} |" in guide.read_text(encoding="utf-8")) is bool(turn.responses)


# Names and numbers


@pytest.mark.parametrize(
    ("there", "slug", "name"),
    [
        ([], "lamp", "01-lamp"),
        (["00-start-here"], "lamp", "01-lamp"),
        (["00-start-here", "02-late"], "lamp", "03-lamp"),
        (["07-late"], "lamp", "08-lamp"),
        (["08-late"], "lamp", "09-lamp"),
        (["09-late"], "lamp", "10-lamp"),
        (["98-late"], "lamp", "99-lamp"),
        (["02-late"], "01-lamp", "01-lamp"),
        (["99-late"], "42-the-broken-lamp", "42-the-broken-lamp"),
        ([], "7-eleven", "01-7-eleven"),
        ([], "100-lamps", "01-100-lamps"),
        ([], "a", "01-a"),
        ([], "lamp-2", "01-lamp-2"),
    ],
)
def test_it_takes_the_number_that_is_given_or_the_next(root: Path, there: list[str], slug: str, name: str) -> None:
    notebooks(root, *there)
    assert [path.stem for path in new(slug)] == [name] * 3


def test_one_after_the_other_they_are_numbered(root: Path) -> None:
    assert [new(slug)[0].stem for slug in ("lamp", "bed", "lamp")] == ["01-lamp", "02-bed", "03-lamp"]


def refused(slug: str, root: Path) -> str:
    """What it says; nothing is written."""
    before = files(root)
    with pytest.raises(BadScenario) as caught:
        new(slug)
    assert files(root) == before
    assert not list(root.parent.glob("*.ipynb"))
    return caught.value.sentence


def test_a_taken_number_is_refused(root: Path) -> None:
    notebooks(root, "02-late")
    told = "The number 02 is taken. Leave it out, and the next free one is used."
    assert refused("02-lamp", root) == told
    assert refused("02-late", root) == told


def test_after_99_a_free_number_must_be_given(root: Path) -> None:
    notebooks(root, "99-late")
    said = refused("lamp", root)
    assert "99" in said
    assert "42-the-broken-lamp" in said
    # There are ninety-nine others.
    assert "All numbers" not in said


@pytest.mark.parametrize(
    "slug",
    [
        "", " ", "-", "Lamp", "The-broken-lamp", "the broken lamp", "../lamp", "..", ".", "/lamp", "a/b", "a\\b", "*",
        "?", "lamp.md", "lamp-", "-lamp", "the--lamp", "the_lamp", "lämp", "lamp\n", "\nlamp", "lamp\t", "lamp\0",
        "lamp 02", "lamp;rm", "1-", "07-", "002-", "02-Lamp", "٠٧-lamp", "०१-lamp", "$name", "{name}", "C:lamp",
        "--help", "a" * 61,
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_one_is_refused_with_an_example(root: Path, slug: str) -> None:
    said = refused(slug, root)
    assert repr(slug) in said
    assert "such as the-broken-lamp" in said


def test_the_longest_name_is_taken(root: Path) -> None:
    assert new("a" * 60)[0].is_file()


@pytest.mark.parametrize("place", PARTS.values())
def test_a_file_that_is_there_is_never_written_over(root: Path, place: str) -> None:
    there = root / place.format(name="05-lamp")
    there.parent.mkdir(exist_ok=True)
    there.write_text("mine", encoding="utf-8")
    said = refused("05-lamp", root)
    # A notebook has taken the number; the others only the name.
    assert said.startswith("The number 05 is taken." if there.suffix == ".ipynb" else f"{there} is there already.")
    assert there.read_text(encoding="utf-8") == "mine"


def test_without_a_folder_of_workshops_it_says_where_to_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(scenarios, "__file__", str(elsewhere / "kit" / "scenarios" / "__init__.py"))
    said = refused("lamp", root)
    assert said == "There is no folder workshops/ with scenarios here. Run this in the kit's own folder."


def test_it_works_from_the_folder_of_workshops_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "workshops")
    new("lamp")
    assert files(root) == ["facilitator_guides/01-lamp.md", "workshops/01-lamp.ipynb", "workshops/scenarios/01-lamp.md"]
