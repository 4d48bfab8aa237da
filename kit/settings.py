"""The settings, in one table, read once: `KIT_…` variables, each also a flag of `python -m kit serve`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from kit.errors import BadSetting

APP = "facilitator-kit"

# 22 characters of base 64 carry the 128 bits that a key must have.
SHORTEST_KEY = 22


@dataclass(frozen=True)
class Setting:
    """One row of the table: the variable, its default, and what it is for."""

    name: str
    default: str
    says: str

    @property
    def flag(self) -> str:
        return "--" + self.name.removeprefix("KIT_").lower().replace("_", "-")


TABLE = (
    Setting("KIT_HOST", "0.0.0.0", "The address to listen on; 127.0.0.1 keeps phones out."),
    Setting("KIT_PORT", "8765", "The port to listen on; the next free one is taken if it is in use."),
    Setting("KIT_DATABASE", "", "Where the log lives, sqlite:///path; empty means room.db in the data folder."),
    Setting("KIT_ROOM_KEY", "", "The server key, which opens new sessions; empty means one made for this machine."),
    Setting(
        "KIT_ROOM_URL",
        "",
        "The address of the room server when phones reach it elsewhere, such as https://rooms.example.org.",
    ),
    Setting("KIT_DATA", "", "The folder for database and keys; empty means this user's data folder."),
    Setting("KIT_SESSIONS", "", "The folder for exports; empty means sessions/ beside the folder workshops/."),
    Setting("KIT_IDLE_HOURS", "6", "After so many hours without anybody, the room server ends by itself."),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The table's values, checked. `port` is 0–65535 (0: any free one), `idle_hours` is above 0."""

    host: str
    port: int
    database: str
    room_key: str
    room_url: str
    data: Path
    sessions: Path
    idle_hours: float


def read(values: Mapping[str, str]) -> Settings:
    """Check the table's values, taking the default where a variable is missing or empty.

    Raises BadSetting, naming the variable and its value.
    """
    chosen = {row.name: values.get(row.name, "").strip() or row.default for row in TABLE}
    data = _folder(chosen["KIT_DATA"]) or platformdirs.user_data_path(APP, False)
    return Settings(
        host=chosen["KIT_HOST"],
        port=int(_number("KIT_PORT", chosen["KIT_PORT"], least=0, most=65535, whole=True)),
        database=chosen["KIT_DATABASE"] or f"sqlite:///{(data / 'room.db').as_posix()}",
        room_key=_key(chosen["KIT_ROOM_KEY"]),
        room_url=_web_address("KIT_ROOM_URL", chosen["KIT_ROOM_URL"]),
        data=data,
        sessions=_folder(chosen["KIT_SESSIONS"]) or _clone() / "sessions",
        idle_hours=_number("KIT_IDLE_HOURS", chosen["KIT_IDLE_HOURS"], least=0.001, most=10_000),
    )


def _folder(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def _clone() -> Path:
    """The folder that holds workshops/: that of the kit, else, where the kit is installed elsewhere, this one."""
    beside = Path(__file__).parents[1]
    return beside if (beside / "workshops").is_dir() else Path.cwd()


def _number(name: str, text: str, *, least: float, most: float, whole: bool = False) -> float:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise BadSetting(f"{name} is {text!r}; it must be a number from {least:g} to {most:g}.")
    return value


def _key(text: str) -> str:
    if text and len(text) < SHORTEST_KEY:
        raise BadSetting(f"KIT_ROOM_KEY is too short; a server key has at least {SHORTEST_KEY} characters.")
    return text


def _web_address(name: str, text: str) -> str:
    parts = urlsplit(text)
    if text and not (parts.scheme in ("http", "https") and parts.netloc):
        raise BadSetting(f"{name} is {text!r}; it must look like https://rooms.example.org.")
    return text.rstrip("/")
