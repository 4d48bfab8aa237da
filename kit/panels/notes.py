"""The play's drawer for the facilitator's own notes: kept in the log, shown on no wall and no phone."""

from __future__ import annotations

import ipywidgets as w

from kit import events as ev
from kit.aliases import PRIVATE as TOPIC
from kit.errors import KitError
from kit.panels.parts import Panel, say
from kit.session import Session

# A note is text that a person types; a whole book pasted by mistake would be posted on each change.
LONGEST = 20_000


class Notes:
    """One text for the session, saved as soon as the field is left."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.text = w.Textarea(
            placeholder=say("play.notes_hint"), rows=4, continuous_update=False, layout=w.Layout(width="98%")
        )
        self.text.observe(lambda _: self._typed(), names="value")
        self.box = w.VBox([self.text])
        self._kept = ""

    def _typed(self) -> None:
        # Painting sets the value too; only what a person typed differs from what is kept.
        if self.text.value == self._kept:
            return
        try:
            # Not as a click: one that is being carried out just now must not cost a note.
            self.panel.live.post(ev.NoteRecorded(topic=TOPIC, fields={"text": self.text.value[:LONGEST]}))
            self.panel.tell("")
        except KitError as error:
            self.panel.tell(error.sentence)

    def paint(self, session: Session) -> None:
        """Show what is kept, unless something else is being typed."""
        kept = read(session)
        if kept != self._kept:
            untouched = self.text.value == self._kept
            self._kept = kept
            if untouched:
                self.text.value = kept


def read(session: Session) -> str:
    """The notes as they were left."""
    found = (note.fields.get("text") for note in reversed(session.notes) if note.topic == TOPIC)
    return next((text for text in found if isinstance(text, str)), "")
