"""The catalogue: every word on pages and panels, one TOML file a language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

DEFAULT = "en"


class Words:
    """One language's words. Keys are dotted: `words("join.title")`, `words("wall.voted", voted=3, joined=9)`."""

    def __init__(self, language: str, table: dict[str, str]) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its {places} filled. Raises KeyError for a key that no catalogue has."""
        text = self._table[key]
        return text.format(**values) if values else text

    def part(self, prefix: str) -> dict[str, str]:
        """All texts below `prefix`, keyed by what follows it: what a page's script needs."""
        return {key.removeprefix(prefix): text for key, text in self._table.items() if key.startswith(prefix)}


@cache
def words(language: str = DEFAULT) -> Words:
    """The catalogue of `language`; what it lacks, and a language without a file, is said in English."""
    table = _read(DEFAULT)
    if language != DEFAULT and language in languages():
        return Words(language, table | _read(language))
    return Words(DEFAULT, table)


@cache
def languages() -> frozenset[str]:
    """The languages that have a catalogue."""
    names = (entry.name for entry in files(__name__).iterdir())
    return frozenset(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def _read(language: str) -> dict[str, str]:
    nested = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in nested.items() for key, text in texts.items()}
