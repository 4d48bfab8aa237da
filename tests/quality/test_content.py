"""What authors wrote: scenarios with nothing to mend, guides that name their turns, ids in the right form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kit.scenarios import read

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted((ROOT / "workshops" / "scenarios").glob("*.md"))
GUIDES = sorted((ROOT / "facilitator_guides").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "workshops").glob("*.ipynb"))
# The checklist's groups, and how many points each has.
POINTS = {
    "A": 11, "B": 31, "C": 9, "D": 24, "E": 12, "F": 22, "G": 16, "H": 4, "I": 11, "J": 16, "K": 9, "L": 5, "M": 6,
    "N": 16, "O": 8, "P": 16, "Q": 9, "R": 8, "S": 5,
}  # fmt: skip


def comments(path: Path) -> list[tuple[int, str]]:
    """Each comment and the line on which it begins, from 1."""
    text = path.read_text(encoding="utf-8")
    found = re.finditer(r"<!--(.*?)(?:-->|\Z)", text, re.DOTALL)
    return [(text.count("\n", 0, comment.start()) + 1, comment[1]) for comment in found]


def is_point(word: str) -> bool:
    match = re.fullmatch(r"([A-S])([0-9]{2})", word)
    return match is not None and 1 <= int(match[2]) <= POINTS[match[1]]


def test_there_are_scenarios_guides_and_ids() -> None:
    assert SCENARIOS
    assert len(GUIDES) == len(NOTEBOOKS) >= 2
    assert sum(len(comments(path)) for path in SCENARIOS) > 20
    assert sum(len(comments(path)) for path in GUIDES) > 5


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario_has_nothing_to_mend(path: Path) -> None:
    found = read(path)
    assert found.says() == []
    assert found.scenario is not None


@pytest.mark.parametrize("path", [*SCENARIOS, *GUIDES, *NOTEBOOKS], ids=lambda path: path.name)
def test_a_comment_holds_one_or_two_ids_of_the_checklist(path: Path) -> None:
    for line, comment in comments(path):
        words = comment.split()
        assert 1 <= len(words) <= 2, f"{path.name}:{line}: <!--{comment}--> holds {len(words)} words; at most two ids"
        assert len(set(words)) == len(words), f"{path.name}:{line}: <!--{comment}--> says the same twice"
        for word in words:
            assert is_point(word), f"{path.name}:{line}: {word} is no id of the checklist, such as R04"


@pytest.mark.parametrize("path", [*SCENARIOS, *GUIDES], ids=lambda path: path.name)
def test_a_line_claims_at_most_two_points(path: Path) -> None:
    lines = [line for line, comment in comments(path) for _ in comment.split()]
    for line in lines:
        assert lines.count(line) <= 2, f"{path.name}:{line}: more than two ids"


@pytest.mark.parametrize("path", [*SCENARIOS, *GUIDES, *NOTEBOOKS], ids=lambda path: path.name)
def test_nothing_that_is_shipped_is_still_to_be_written(path: Path) -> None:
    assert not re.search(r"\bTODO\b", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_guide_says_a_sentence_for_each_turn_that_is_voted_on(path: Path) -> None:
    scenario = read(path).scenario
    assert scenario is not None
    guide = (ROOT / "facilitator_guides" / path.name).read_text(encoding="utf-8")
    table = guide.partition("## Turn by turn\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)[1:]
    assert sorted(rows) == sorted(turn.name for turn in scenario.turns if turn.responses)
