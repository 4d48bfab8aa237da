"""The front door of a notebook: one Workshop, one method for each panel."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from kit import settings
from kit.errors import BadScenario, UnknownWorkshop
from kit.live import Live

if TYPE_CHECKING:
    from ipywidgets import Widget

# The workshops of this kernel, so that running a notebook again lets go of what its last run followed.
_running: dict[str, Live] = {}


class Workshop:
    """A workshop by its name, such as "00-start-here", or by a scenario's file, such as "my/own.md".

    Making one creates nothing. It goes on with this workshop's session if exactly one is open and had an event in
    the last four hours. Raises UnknownWorkshop for a name that can't be one, BadScenario for a file that isn't
    there, BadSetting for a KIT_… variable that can't be used.
    """

    def __init__(self, name: str) -> None:
        path = Path(name).expanduser() if name.endswith(".md") else None
        self.name = path.stem if path is not None else name
        match = re.fullmatch(r"(?:\d\d-)?(.+)" if path is not None else r"\d\d-([a-z0-9]+(?:-[a-z0-9]+)*)", self.name)
        if match is None:
            raise UnknownWorkshop(
                f"{name!r} is no workshop's name; one looks like 00-start-here. A scenario's file ends in .md."
            )
        self._scenario = _there(path) if path is not None else None
        old = _running.pop(self.name, None)
        if old is not None:
            old.leave()
        title = match[1].replace("-", " ").capitalize()
        self._live = _running[self.name] = Live(self.name, title, settings.read(os.environ))
        self._live.resume()

    def lobby(self) -> Widget:
        """Open a session or go on with one; QR code, code, address, who is here, the door."""
        from kit.panels.lobby import Lobby

        return Lobby(self._live).widget

    def ask(self) -> Widget:
        """Put a question to the room: type it, or take a ready one; open, close, reveal, ask again."""
        from kit.panels.ask import Ask

        return Ask(self._live).widget

    def play(self) -> Widget:
        """Play the workshop's scenario with the room, turn by turn: vote, talk, vote again, show, say it, go on."""
        from kit import scenarios
        from kit.panels.play import PlayPanel

        paths = [self._scenario] if self._scenario is not None else scenarios.of_workshop(self.name)
        return PlayPanel(self._live, [scenarios.read(path) for path in paths]).widget

    def export(self) -> Widget:
        """Take the session home: its log, tables and summary, under aliases, in a folder of their own."""
        from kit.panels.export import ExportPanel

        return ExportPanel(self._live).widget


def _there(path: Path) -> Path:
    """The file as seen from anywhere."""
    if not path.is_file():
        raise BadScenario(f"There is no scenario {path}, seen from {Path.cwd()}. Look at its name and folder.")
    return path.absolute()
