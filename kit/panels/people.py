"""The lobby's drawer for people: rename, remove."""

from __future__ import annotations

import ipywidgets as w

from kit import events as ev
from kit.panels.parts import Panel, labelled, row, safe, say, show
from kit.session import Session


class People:
    """One chosen participant, a new name, and a removal that asks before it acts."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.who = w.Dropdown(options=[(say("lobby.nobody"), "")], **labelled(say("lobby.who")))
        self.new_name = w.Text(placeholder=say("lobby.new_name"))
        self.rename = panel.button(say("lobby.rename"), self._rename, often=True)
        self.remove = panel.button(say("lobby.remove"), self._ask)
        self.sure = panel.button("", self._remove)
        self.keep = panel.button(say("lobby.keep"), self._forget)
        note = w.HTML(f'<p class="kit-quiet">{safe(say("lobby.remove_note"))}</p>')
        self.box = w.VBox([row(self.who, self.new_name, self.rename, self.remove, self.sure, self.keep), note])
        self.who.observe(lambda _: self._chosen(), names="value")
        # Whose removal is asked for; the list may change while the facilitator makes up their mind.
        self._asked = ""
        self._painting = False
        self._forget()

    def _chosen(self) -> None:
        if not self._painting:
            self._forget()

    def _rename(self) -> None:
        if self.who.value:
            self.panel.live.post(ev.ParticipantRenamed(participant=self.who.value, name=self.new_name.value[:80]))
            self.new_name.value = ""

    def _ask(self) -> None:
        if self.who.value:
            self._asked = self.who.value
            self.sure.description = say("lobby.remove_sure", name=self.who.label)
            self._show()

    def _remove(self) -> None:
        who = self._asked
        self._forget()
        if who:
            self.panel.live.post(ev.ParticipantRemoved(participant=who))

    def _forget(self) -> None:
        self._asked = ""
        self._show()

    def _show(self) -> None:
        asking = bool(self._asked)
        show(self.remove, not asking)
        show(self.sure, asking)
        show(self.keep, asking)

    def paint(self, session: Session) -> None:
        """Keep the list in step with the room, and the choice where it was."""
        options = [(person.name, person.id) for person in session.present] or [(say("lobby.nobody"), "")]
        if tuple(self.who.options) == tuple(options):
            return
        chosen, ids = self.who.value, [id_ for _, id_ in options]
        self._painting = True
        try:
            self.who.options = options
            self.who.value = chosen if chosen in ids else ids[0]
        finally:
            self._painting = False
        if self._asked not in ids:
            self._forget()
