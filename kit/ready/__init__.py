"""Ready questions for any room, one TOML file a language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

DEFAULT = "en"


class ReadyQuestion(NamedTuple):
    """A question that may be asked as it is: two to six options."""

    name: str
    prompt: str
    options: tuple[str, ...]


@cache
def ready_questions(language: str = DEFAULT) -> tuple[ReadyQuestion, ...]:
    """The ready questions of `language`, the English ones where it has none."""
    file = files(__name__).joinpath(f"{language}.toml")
    if not file.is_file():
        file = files(__name__).joinpath(f"{DEFAULT}.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["question"]
    return tuple(ReadyQuestion(row["name"], row["prompt"], tuple(row["options"])) for row in rows)
