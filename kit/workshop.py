"""The front door of a notebook: one Workshop, one method for each panel."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from kit import settings
from kit.errors import UnknownWorkshop
from kit.live import Live

if TYPE_CHECKING:
    from ipywidgets import Widget

# The workshops of this kernel, so that running a notebook again lets go of what its last run followed.
_running: dict[str, Live] = {}


class Workshop:
    """A workshop by its name, such as "00-start-here". Making one creates nothing.

    It goes on with this workshop's session if exactly one is open and had an event in the last four hours.
    Raises UnknownWorkshop for a name that can't be one, BadSetting for a KIT_… variable that can't be used.
    """

    def __init__(self, name: str) -> None:
        match = re.fullmatch(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)", name)
        if match is None:
            raise UnknownWorkshop(f"{name!r} is no workshop's name; one looks like 00-start-here.")
        self.name = name
        old = _running.pop(name, None)
        if old is not None:
            old.leave()
        self._live = _running[name] = Live(name, match[2].replace("-", " ").capitalize(), settings.read(os.environ))
        self._live.resume()

    def lobby(self) -> Widget:
        """Open a session or go on with one; QR code, code, address, who is here, the door."""
        from kit.panels.lobby import Lobby

        return Lobby(self._live).widget

    def ask(self) -> Widget:
        """Put a question to the room: type it, or take a ready one; open, close, reveal, ask again."""
        from kit.panels.ask import Ask

        return Ask(self._live).widget
