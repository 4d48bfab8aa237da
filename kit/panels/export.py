"""Take the session home: write the export's folder, and say where it lies."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import ipywidgets as w

from kit.export import LOG, SUMMARY, TABLES, export, folder_name
from kit.live import Live
from kit.panels.parts import Panel, badge, emphasise, put, row, safe, say, show
from kit.session import Session


class ExportPanel(Panel):
    """One button; then the folder, and what is in it."""

    name = "export"

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self.heading = w.HTML()
        self.make = self.button(say("export.make"), self._make, next_step=True)
        self.done = w.HTML()
        # The folder that was written, the log's seq then, and the session's code.
        self._written: tuple[Path, int, str] | None = None
        self._failed = False
        self.fill(self.heading, row(self.make), self.said, self.done)

    def _make(self) -> None:
        feed = self.live.feed
        if feed is None:
            self.tell(say("panel.no_session"))
            return
        self.tell(say("export.reading"))
        self._failed = True
        lines = feed.client.lines()
        code = feed.session.code
        folder = export(
            code, lines, self.live.settings.sessions, lambda name: self.tell(say("export.making", name=name))
        )
        self._written, self._failed = (folder, len(lines), code), False
        self.tell("")

    def paint(self) -> None:
        feed = self.live.feed
        session = feed.session if feed is not None and feed.session.opened is not None else None
        told = (
            "panel.no_session" if session is None else "export.ended" if session.closed is not None else "export.open"
        )
        put(self.heading, f"<h3>{safe(say('export.heading'))}{badge(session)}</h3><p>{safe(say(told))}</p>")
        show(self.make, session is not None)
        found = self._files(session) if session is not None else None
        show(self.done, found is not None)
        emphasise(self.make, found is None or bool(found[1]))
        put(self.done, _done(*found) if found is not None else "")

    def _files(self, session: Session) -> tuple[Path, str] | None:
        """Where the session's files are, and the word that says why they are not the newest; None without files."""
        if self._written is not None and self._written[2] == session.code:
            folder, seq, _ = self._written
            return folder, "export.earlier" if self._failed else "export.newer" if session.seq > seq else ""
        # A kernel before this one may have made them.
        folder = self.live.settings.sessions / folder_name(session)
        return (folder, "export.earlier") if (folder / SUMMARY).is_file() else None


def _done(folder: Path, old: str) -> str:
    """Where the files are and what is in them, as safe HTML."""
    parts = [f"<p>{safe(say(old))}</p>"] if old else []
    link = _link(folder / SUMMARY)
    if link:
        kind = "kit-link" if old else "kit-link kit-next"
        opened = (
            f'<a class="{kind}" href="{safe(link)}" target="_blank" rel="noopener">{safe(say("export.look"))} ↗</a>'
        )
        parts.append(f"<p>{opened}</p>")
    items = ((SUMMARY, "summary"), (TABLES, "tables"), (LOG, "log"))
    told = "".join(f"<li><b>{name}</b>: {safe(say(f'export.{key}'))}</li>" for name, key in items)
    parts.append(f"<p>{safe(say('export.where'))} <code>{safe(folder)}</code></p><ul>{told}</ul>")
    parts.append(f'<p class="kit-quiet">{safe(say("export.care"))}</p>')
    return "".join(parts)


def _link(file: Path) -> str:
    """The file as JupyterLab serves it to a notebook in its folder workshops/; "" if it lies elsewhere."""
    notebook = Path(os.environ.get("JPY_SESSION_NAME", ""))
    root = notebook.parent.parent
    if notebook.parent.name != "workshops" or not file.is_relative_to(root):
        return ""
    # From /doc/tree/workshops/… or /lab/tree/workshops/…, whatever stands before them.
    return f"../../../files/{quote(file.relative_to(root).as_posix())}"
