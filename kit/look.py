"""The visual language as Python values, for panels and charts; phone and wall take the same from look.css."""

from __future__ import annotations

from typing import NamedTuple


class Shade(NamedTuple):
    """One colour on paper and on the dark wall, as #RRGGBB."""

    light: str
    dark: str


class Mark(NamedTuple):
    """How an answer is told apart: letter, shape and colour, never colour alone."""

    letter: str
    shape: str
    colour: Shade


PAPER = Shade("#FAF8F4", "#14171A")
INK = Shade("#14171A", "#F4F1EA")
QUIET = Shade("#5A6068", "#A9AFB6")
LINE = Shade("#DDD8CE", "#343A40")
ACCENT = Shade("#0B5FA5", "#6CB4F0")

MARKS = (
    Mark("A", "●", Shade("#0B5FA5", "#6CB4F0")),
    Mark("B", "■", Shade("#B84A00", "#FF9A57")),
    Mark("C", "▲", Shade("#00705A", "#4FD1A8")),
    Mark("D", "◆", Shade("#8A3A7C", "#E59AD6")),
    Mark("E", "★", Shade("#6A5A00", "#E6CF4D")),
    Mark("F", "✚", Shade("#4A5560", "#B4C2CE")),
)

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
SPEECH = "Charter, 'Bitstream Charter', Georgia, 'Liberation Serif', serif"
