"""The play's drawer for hands: one number for each response, saved as a count of its own."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from kit import moves
from kit.look import MARKS
from kit.panels.parts import Panel, put, row, safe, say, show
from kit.play import Play
from kit.screen import answers
from kit.state import Round


class Hands:
    """Counts for the turn's last round. What was counted before stands in the fields."""

    def __init__(self, panel: Panel, play: Callable[[], Play]) -> None:
        self.panel = panel
        self.play = play
        self.told = w.HTML()
        self.fields = [
            w.BoundedIntText(
                min=0,
                max=100_000,
                description=f"{mark.shape} {mark.letter}",
                layout=w.Layout(width="130px"),
                style={"description_width": "40px"},
            )
            for mark in MARKS
        ]
        self.save = panel.button(say("play.hands_save"), self._save, often=True)
        note = w.HTML(f'<p class="kit-quiet">{safe(say("play.hands_note"))}</p>')
        self.box = w.VBox([self.told, row(*self.fields, self.save), note])
        # Which round, and which count of it, the fields hold.
        self._holds: tuple[str, object] = ("", None)

    def _save(self) -> None:
        play = self.play()
        offered = play.last.opened.options if play.last is not None else []
        fields = zip(offered, self.fields, strict=False)
        self.panel.live.post(*moves.count_hands(play, {option.id: field.value for option, field in fields}))

    def paint(self, play: Play | None) -> None:
        """Keep the fields in step with the turn; what is being typed stays until another count is saved."""
        round_ = play.last if play is not None else None
        offered = len(round_.opened.options) if round_ is not None else 0
        for n, field in enumerate(self.fields):
            show(field, n < offered)
        show(self.save, offered > 0)
        put(self.told, f"<p>{safe(_told(play, round_))}</p>")
        if play is None or round_ is None:
            return
        holds = (round_.opened.round, dict(round_.hands) if round_.hands is not None else None)
        if holds != self._holds:
            self._holds = holds
            for option, field in zip(round_.opened.options, self.fields, strict=False):
                field.value = (round_.hands or {}).get(option.id, 0)


def _told(play: Play | None, round_: Round | None) -> str:
    if play is None or round_ is None:
        return say("play.hands_none")
    if round_.hands is None:
        return ""
    found = (f"{answer.letter} {round_.hands.get(answer.id, 0)}" for answer in answers(round_))
    return say("play.hands_saved", counts=", ".join(found))
