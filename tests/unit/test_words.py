"""The catalogue: every word that a panel says is there, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kit.words import Words, languages, words

PANELS = Path(__file__).parents[2] / "kit" / "panels"
# Keys that are put together: what follows the prefix is checked by the parts' own tests.
BUILT = {"lobby.more_": 4, "panel.line_": 3, "ask.revealed_": 2, "tips.": 6}


def said() -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in PANELS.glob("*.py"))
    keys = set(re.findall(r"[\"']((?:panel|lobby|ask|tips)\.[a-z_]+)[\"']", text)) - {"panel.css"}
    assert len(keys) > 40
    return keys


def sections(catalogue: Words, *names: str) -> set[str]:
    return {key for key in catalogue.part("") if key.partition(".")[0] in names}


def test_every_word_that_a_panel_says_is_in_the_catalogue() -> None:
    assert not said() - sections(words(), "panel", "lobby", "ask", "tips")


def test_no_word_of_the_panels_is_left_over() -> None:
    written = sections(words(), "panel", "lobby", "ask", "tips")
    for prefix, count in BUILT.items():
        built = {key for key in written if key.startswith(prefix)}
        assert len(built) >= count
        written -= built
    assert not written - said()


def test_a_language_without_a_file_is_said_in_english() -> None:
    assert "en" in languages()
    assert words("xx")("lobby.code") == words("en")("lobby.code") == "Code"


def test_a_key_that_nobody_wrote_is_our_slip() -> None:
    with pytest.raises(KeyError):
        words()("lobby.nothing_of_the_kind")
