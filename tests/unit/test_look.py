"""look.css and kit/look.py are one visual language: the same names, the same values, in both themes."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from kit import look

CSS = files("kit").joinpath("server/pages/static/look.css").read_text(encoding="utf-8")


def block(selector: str) -> dict[str, str]:
    """The variables of one rule of look.css."""
    found = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", CSS)
    assert found is not None, f"look.css has no rule for {selector}"
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", found[1]))


SHADES = {
    "paper": look.PAPER,
    "ink": look.INK,
    "quiet": look.QUIET,
    "line": look.LINE,
    "accent": look.ACCENT,
} | {mark.letter.lower(): mark.colour for mark in look.MARKS}


def test_the_table_is_not_empty() -> None:
    assert len(look.MARKS) == 6
    assert len(SHADES) == 11


@pytest.mark.parametrize(
    ("selector", "theme"),
    [('[data-theme="light"]', "light"), ('\n[data-theme="dark"]', "dark"), (":root:not([data-theme])", "dark")],
)
def test_each_theme_has_the_colours_of_the_panels(selector: str, theme: str) -> None:
    css = block(selector)
    assert {name: css[name] for name in SHADES} == {name: getattr(shade, theme) for name, shade in SHADES.items()}


def test_both_dark_themes_are_the_same() -> None:
    assert block('\n[data-theme="dark"]') == block(":root:not([data-theme])")


def test_the_two_voices_have_the_same_fonts() -> None:
    css = block('[data-theme="light"]')
    assert (css["sans"], css["speech"]) == (look.SANS, look.SPEECH)


@pytest.mark.parametrize("letter", [mark.letter.lower() for mark in look.MARKS])
def test_each_mark_has_its_class(letter: str) -> None:
    assert f".mark-{letter} {{ --mark: var(--{letter}); }}" in CSS


@pytest.mark.parametrize("name", ["phone.css", "wall.css"])
def test_only_look_css_names_colours(name: str) -> None:
    css = files("kit").joinpath(f"server/pages/static/{name}").read_text(encoding="utf-8")
    # A QR code stands on white, whatever the theme.
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", css)) <= {"#FFFFFF"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_read_on_its_paper(theme: str) -> None:
    paper = getattr(look.PAPER, theme)
    too_pale = {name for name, shade in SHADES.items() if contrast(getattr(shade, theme), paper) < 4.5}
    assert too_pale == {"paper", "line"}


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio of two #RRGGBB colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
