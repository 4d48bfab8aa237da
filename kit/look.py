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

# What stands beside a grade's word, as paths on a square of 24: a disc or a ring, and a sign in it.
_DISC = "M12 1a11 11 0 1 0 0 22a11 11 0 1 0 0-22z"
_CROSS = "M8.3 6.6L12 10.3l3.7-3.7 1.7 1.7-3.7 3.7 3.7 3.7-1.7 1.7-3.7-3.7-3.7 3.7-1.7-1.7 3.7-3.7-3.7-3.7z"
_RING = f"{_DISC}m0 2.4a8.6 8.6 0 1 1 0 17.2a8.6 8.6 0 1 1 0-17.2z"
GRADES = {
    "best": f"{_DISC}M10.2 17.4L5 12.2l1.8-1.8 3.4 3.4 7-7L19 8.6z",
    "workable": f"{_RING}M10.4 16.6l-4-4L8 11l2.4 2.4 5.6-5.6 1.6 1.6z",
    "weak": f"{_RING}M7 10.8h10v2.4H7z",
    "harmful": _DISC + _CROSS,
}

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
SPEECH = "Charter, 'Bitstream Charter', Georgia, 'Liberation Serif', serif"
