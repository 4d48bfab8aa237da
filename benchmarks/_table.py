"""A figure, and the table of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEAD = ("figure", "measured", "limit", "ratio", "target", "", "")
NUMBERS = (1, 2, 3)


class Figure(NamedTuple):
    """One row: what was measured, what the same machine can do at best, their ratio, and what it must be."""

    name: str
    measured: str
    limit: str = ""
    ratio: str = ""
    target: str = ""
    passed: bool = True
    note: str = ""


def counted(name: str, sent: int, acknowledged: int, stored: int, shown: int) -> Figure:
    """A row for ballots, of which none may be missing and none be there twice."""
    found = {acknowledged, stored, shown}
    measured = f"{sent:,}" if found == {sent} else f"{acknowledged:,} {stored:,} {shown:,}"
    return Figure(f"{name}: acknowledged, stored, shown", measured, target=f"{sent:,} each", passed=found == {sent})


def table(figures: Sequence[Figure]) -> str:
    """All figures, one a line, columns under one another."""
    rows = [HEAD, *((*figure[:5], _verdict(figure), figure.note) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(_line(row, widths) for row in rows)


def _verdict(figure: Figure) -> str:
    if not figure.passed:
        return "OVER"
    return "pass" if figure.target else ""


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if column in NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
