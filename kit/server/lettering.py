"""How wide letters are, and where a text breaks into lines: for pictures in which no browser breaks them. Pure."""

from __future__ import annotations

import unicodedata

SIZE = 32  # of letters in pictures on the wall, in pixels at 1080p


def wrap(text: str, wide: float, most: int) -> tuple[tuple[str, ...], bool]:
    """The text in at most `most` lines of this width, and whether all of it is there with no word broken."""
    lines: list[str] = []
    whole_, line = True, ""
    for given in text.split():
        word = given
        if line and width(f"{line} {word}") <= wide:
            line += f" {word}"
            continue
        if line:
            lines.append(line)
        while width(word) > wide:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width(f"{word[:n]}-") <= wide)
            lines.append(f"{word[:fits]}-")
            word, whole_ = word[fits:], False
        line = word
    if line:
        lines.append(line)
    if len(lines) > most:
        cut = lines[most - 1]
        while cut and width(f"{cut}…") > wide:
            cut = cut[:-1]
        lines, whole_ = [*lines[: most - 1], f"{cut.rstrip()}…"], False
    return tuple(lines), whole_


def width(text: str, size: float = SIZE) -> float:
    """About how wide this text is in the widest of the common fonts."""
    return sum(_wide(letter) for letter in text) * size * 1.1


def _wide(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "ijltfrI .,:;'!|()[]-’":
        return 0.32
    if letter in "mwMW@%—…→":
        return 0.92
    return 0.7 if letter.isupper() else 0.56
