"""How wide letters are, and where a text breaks into lines: for what no browser has laid out yet. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from math import ceil
from typing import NamedTuple

SIZE = 32  # of letters in pictures on the wall, in pixels at 1080p

# How wide letters are as parts of their size: those of DejaVu Sans, the widest of the common fonts, rounded up.
WIDTHS = {
    letter: wide
    for wide, letters in (
        (0.3, "ijlIJ'"), (0.32, " .,’‘·"), (0.36, ":;/|\\f-"), (0.41, "rt()[]!"), (0.47, '"'), (0.53, "sz?*_`“”„–"),
        (0.55, "c"), (0.6, "kvxyFLP"), (0.62, "aeoTY"), (0.64, "bdghnpquES$0123456789"), (0.7, "ABCKRVXZ"),
        (0.79, "DGHNOQU&"), (0.84, "w+<=>#~→"), (0.98, "m"), (1.0, "MW@%—…"),
    )
    for letter in letters
}  # fmt: skip
BOLD = 1.14  # how much wider bold letters are


class Word(NamedTuple):
    """What no line breaks in: how wide it is, and the space before it, as parts of the letters' size."""

    space: float
    wide: float


def lines(text: str, wide: float, indent: float = 0.0) -> int:
    """Into how many lines a browser breaks this text, whose first line begins at `indent`.

    Both are parts of the letters' size. A word that is too long for a line is broken."""
    count = 0
    for paragraph in _paragraphs(text):
        count, at = count + 1, 0.0 if count else indent
        for word in paragraph:
            if at + word.space + word.wide <= wide:
                at += word.space + word.wide
                continue
            pieces = ceil(word.wide / max(1.0, wide - 1.0)) if word.wide > wide else 1
            count += pieces if at else pieces - 1
            at = wide if pieces > 1 else word.wide
    return count


@lru_cache(512)
def _paragraphs(text: str) -> tuple[tuple[Word, ...], ...]:
    return tuple(tuple(_words(line)) for line in text.splitlines())


def _words(line: str) -> list[Word]:
    """Chinese, Japanese and Korean break at every letter."""
    found: list[Word] = []
    for text in line.split():
        space, begun = WIDTHS[" "] if found else 0.0, ""
        for letter in text:
            if _is_wide(letter):
                found += [Word(space, width(begun, 1))] if begun else []
                found.append(Word(0.0 if begun else space, 1.0))
                space, begun = 0.0, ""
            else:
                begun += letter
        found += [Word(space, width(begun, 1))] if begun else []
    return found


def wrap(text: str, wide: float, most: int) -> tuple[tuple[str, ...], bool]:
    """The text in at most `most` lines of this width, and whether all of it is there with no word broken."""
    found: list[str] = []
    whole_, line = True, ""
    for given in text.split():
        word = given
        if line and width(f"{line} {word}") <= wide:
            line += f" {word}"
            continue
        if line:
            found.append(line)
        while width(word) > wide:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width(f"{word[:n]}-") <= wide)
            found.append(f"{word[:fits]}-")
            word, whole_ = word[fits:], False
        line = word
    if line:
        found.append(line)
    if len(found) > most:
        cut = found[most - 1]
        while cut and width(f"{cut}…") > wide:
            cut = cut[:-1]
        found, whole_ = [*found[: most - 1], f"{cut.rstrip()}…"], False
    return tuple(found), whole_


def width(text: str, size: float = SIZE) -> float:
    """About how wide this text is in the widest of the common fonts."""
    return sum(map(_wide, text)) * size


def _wide(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if _is_wide(letter):
        return 1.0
    return WIDTHS.get(letter, 0.79 if letter.isupper() else 0.64)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
