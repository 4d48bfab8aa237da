"""A new workshop from the template: notebook, scenario and guide, with TODO where an author writes."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from kit.errors import BadScenario
from kit.scenarios import workshops

# Where each part of the template goes, seen from the folder that holds `workshops/`.
PARTS = {
    "notebook.ipynb": "workshops/{name}.ipynb",
    "scenario.md": "workshops/scenarios/{name}.md",
    "guide.md": "facilitator_guides/{name}.md",
}


def new(slug: str) -> list[Path]:
    """Write a new workshop's three files; returns where they are.

    `slug` is `NN-some-words`, or `some-words` for the next free number. Raises BadScenario for a name that can't
    be one, for files that are there already, and where there is no folder of workshops.
    """
    folder = workshops()
    if folder is None:
        raise BadScenario("There is no folder workshops/ with scenarios here. Run this in the kit's own folder.")
    name = _name(slug, folder)
    root = folder.parent
    places = {part: root / place.format(name=name) for part, place in PARTS.items()}
    for place in places.values():
        if place.exists():
            raise BadScenario(f"{place} is there already. Choose another name.")
    title = name[3:].replace("-", " ").capitalize()
    for part, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_fill(part, name=name, title=title), encoding="utf-8", newline="\n")
    return list(places.values())


def _name(slug: str, folder: Path) -> str:
    match = re.fullmatch(r"(?:([0-9][0-9])-)?([a-z0-9]+(?:-[a-z0-9]+)*)", slug)
    if match is None or len(slug) > 60:
        raise BadScenario(f"{slug!r} can't be a name. Write small letters, digits and dashes, such as the-broken-lamp.")
    taken = {int(path.name[:2]) for path in folder.glob("[0-9][0-9]-*.ipynb")}
    if match[1] is not None:
        if int(match[1]) in taken:
            raise BadScenario(f"The number {match[1]} is taken. Leave it out, and the next free one is used.")
        return slug
    free = next((n for n in range(max(taken, default=0) + 1, 100)), None)
    if free is None:
        raise BadScenario("The last number, 99, is taken. Give one that is free, such as 42-the-broken-lamp.")
    return f"{free:02d}-{match[2]}"


def _fill(part: str, **values: str) -> str:
    text = files(__package__).joinpath("template", part).read_text(encoding="utf-8")
    return Template(text).substitute(values)
