"""The catalogue: every word that a panel says is there, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from kit.panels.play import STAGES
from kit.play import Advice
from kit.scenario import ENDS, GRADES
from kit.screen import mood_word
from kit.words import Words, languages, words

PANELS = Path(__file__).parents[2] / "kit" / "panels"
SECTIONS = ("panel", "lobby", "ask", "tips", "play", "end", "mood", "grade", "class", "export")
# Keys that are put together: what follows the prefix is checked by the parts' own tests.
BUILT = {
    "lobby.more_": 4, "panel.line_": 3, "ask.revealed_": 2, "tips.": 6, "play.advice_": 3, "play.more_": 4,
    "end.": 5, "mood.": 6, "grade.": 4, "play.switches_": 4,
}  # fmt: skip


def buttons() -> set[str]:
    """The labels of the play's buttons are found by their names, and those that change by what is in their place."""
    names = {name for rows in STAGES.values() for row in rows for name in row} - {"reveal"}
    return {f"play.{name}" for name in names | {"reveal_one", "reveal_both", "no_skip", "no_road"}}


def said() -> set[str]:
    # Some of what a panel says, an exported summary says too.
    places = [*PANELS.glob("*.py"), PANELS.parent / "sentences.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in places)
    keys = set(re.findall(rf"[\"']((?:{'|'.join(SECTIONS)})\.[a-z_]+)[\"']", text)) - {"panel.css"}
    assert len(keys) > 80
    return keys | buttons() | {"lobby.imported", "export.summary", "export.tables", "export.log"}


def sections(catalogue: Words, *names: str) -> set[str]:
    return {key for key in catalogue.part("") if key.partition(".")[0] in names}


def test_every_word_that_a_panel_says_is_in_the_catalogue() -> None:
    assert not said() - sections(words(), *SECTIONS)


def test_no_word_of_the_panels_is_left_over() -> None:
    written = sections(words(), *SECTIONS)
    for prefix, count in BUILT.items():
        built = {key for key in written if key.startswith(prefix)}
        assert len(built) >= count
        written -= built
    assert not written - said()


def test_what_is_put_together_is_in_the_catalogue() -> None:
    written = sections(words(), *SECTIONS)
    assert {f"play.advice_{advice}" for advice in get_args(Advice)} <= written
    assert {f"end.{end.replace(' ', '_')}" for end in ENDS} | {"end.none"} == sections(words(), "end")
    assert {f"grade.{grade}" for grade in GRADES} == sections(words(), "grade")
    assert {f"mood.{n}" for n in range(mood_word(10) + 1)} == sections(words(), "mood")
    assert {words()(f"wall.end_{end.replace(' ', '_')}") for end in ENDS}
    assert buttons() <= written


def test_a_language_without_a_file_is_said_in_english() -> None:
    assert "en" in languages()
    assert words("xx")("lobby.code") == words("en")("lobby.code") == "Code"


def test_a_key_that_nobody_wrote_is_our_slip() -> None:
    with pytest.raises(KeyError):
        words()("lobby.nothing_of_the_kind")
