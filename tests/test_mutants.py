"""The suite catches the bugs that `tests/mutants.py` plants."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import mutants
from tests.mutants import MUTANTS, Mutant, NotPlanted, plant, table, try_all


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_planted_bug_is_caught() -> None:
    results = try_all(MUTANTS)
    assert len(results) >= 12
    survivors = [result.mutant.name for result in results if not result.caught]
    assert survivors == [], f"\n{table(results)}"


def test_every_bug_can_be_planted_in_the_kit_as_it_is() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        assert mutant.old != mutant.new
        found = (mutants.ROOT / "kit" / mutant.file).read_text(encoding="utf-8").count(mutant.old)
        assert found == 1, f"{mutant.name}: the text is {found} times in kit/{mutant.file}"


@pytest.mark.parametrize("text", ["", "x = 1\nx = 1\n"])
def test_a_text_that_is_not_there_exactly_once_is_told_aloud(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    with pytest.raises(NotPlanted, match=r"a\.py"):
        plant(tmp_path, Mutant("a bug", "a.py", "x = 1", "x = 2", ()))
