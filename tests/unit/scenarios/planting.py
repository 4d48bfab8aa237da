"""The corpus: scenarios with slips planted. Behind a ⟵ stands a part of what must be said about that line."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kit.scenarios import Reading, read_text
from kit.scenarios.markdown import Finding

CORPUS = Path(__file__).parent / "corpus"
ARROW = "⟵"


class Planted(NamedTuple):
    """A scenario without the arrows, and what they point at: line and part of the message."""

    text: str
    expected: list[tuple[int, str]]


def planted(text: str) -> Planted:
    """Take the arrows off."""
    lines, expected = [], []
    for number, line in enumerate(text.split("\n"), 1):
        said, *parts = line.split(ARROW)
        lines.append(said.rstrip() if parts else said)
        expected += [(number, part.strip()) for part in parts]
    return Planted("\n".join(lines), expected)


def file(name: str) -> str:
    """A file of the corpus, as it stands there."""
    return (CORPUS / f"{name}.md").read_text(encoding="utf-8")


CORRECT = file("correct")
PATH = Path("02-the-broken-lamp.md")


def reading(text: str) -> Reading:
    return read_text(text, PATH)


def instead(old: str, new: str, text: str = CORRECT) -> str:
    """The correct scenario with these words instead of those, which must stand there once."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def findings(old: str, new: str) -> list[Finding]:
    return reading(instead(old, new)).findings


def line_of(words: str, text: str = CORRECT) -> int:
    """The line on which these words stand first, from 1."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)
