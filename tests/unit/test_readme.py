"""The README says what is so: settings, commands, libraries, floors."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from kit.settings import TABLE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_setting_stands_in_the_readme_as_in_the_table() -> None:
    assert TABLE
    for row in TABLE:
        default = f"`{row.default}`" if row.default else "–"
        assert f"| `{row.name}` | {default} | {row.says} |" in README
    assert len(re.findall(r"^\| `KIT_", README, re.MULTILINE)) == len(TABLE)


def test_every_library_has_its_reason() -> None:
    names = [re.split(r"[<>=!~;\[ ]", line)[0] for line in PROJECT["project"]["dependencies"]]
    assert len(names) > 10
    reasons = README.partition("Why each library:")[2]
    for name in names:
        assert re.search(rf"\b{re.escape(name)}\b", reasons), f"README gives no reason for {name}"


def test_every_module_of_the_kit_stands_on_a_floor() -> None:
    floors = README.partition("ground floor first")[2].partition("A new form of round")[0]
    modules = {path.stem for path in (ROOT / "kit").glob("*.py")}
    packages = {path.parent.name + "/" for path in (ROOT / "kit").glob("*/__init__.py")}
    assert modules
    assert packages
    for name in modules | packages:
        assert f"`{name}`" in floors, f"README puts {name} on no floor"


def test_both_commands_and_the_picture_are_there() -> None:
    assert "python start.py\n" in README
    assert "python start.py test\n" in README
    pictures = re.findall(r"!\[[^\]]{10,}\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
