"""The play's way on: the room's choice is preselected; the facilitator may take another one and say why."""

from __future__ import annotations

import ipywidgets as w

from kit.errors import KitError
from kit.panels.parts import labelled, put, row, safe, say, show
from kit.play import Play, votes, winners
from kit.scenario import Response
from kit.session import Session


class Way:
    """Which response the conversation follows, and why it is not the room's."""

    def __init__(self, go_on: w.Button) -> None:
        self.told = w.HTML()
        self.which = w.Dropdown(layout=w.Layout(width="520px", max_width="100%"), **labelled(say("play.way")))
        self.why = w.Text(
            placeholder=say("play.why_hint"), layout=w.Layout(width="520px", max_width="100%"),
            **labelled(say("play.why")),
        )  # fmt: skip
        self.box = w.VBox([self.told, row(self.which), row(self.why, go_on)])
        # For which visit and votes the choice stands.
        self._for: tuple[object, ...] = (None,)
        self.painting = False

    def paint(self, session: Session, play: Play, *, skipping: bool) -> None:
        """Offer the turn's responses; choose the room's when the votes have changed."""
        first = winners(session, play)
        counts = votes(session, play.last) if play.last is not None else {}
        options = [(_option(response, counts), response.id) for response in play.turn.responses]
        standing = (play.road.visit, skipping, play.last.opened.round if play.last is not None else "", options)
        put(self.told, _told(first, counts, skipping))
        show(self.why, bool(first))
        if standing == self._for:
            return
        self._for = standing
        self.painting = True
        try:
            self.which.options = [(say("play.way_choose"), ""), *options]
            self.which.value = _preselected(play, first)
            self.why.value = ""
        finally:
            self.painting = False

    def chosen(self, session: Session, play: Play, *, needs_why: bool = True) -> tuple[Response, str]:
        """The response to follow, and why. Raises KitError, as a sentence, when one of the two is missing."""
        if self._for[0] != play.road.visit:
            raise KitError(say("play.moved_on"))
        response = play.turn.response(self.which.value)
        if response is None:
            raise KitError(say("play.need_way"))
        first, why = winners(session, play), self.why.value.strip()
        if needs_why and first and response not in first and not why:
            raise KitError(say("play.need_why", letter=", ".join(each.letter for each in first)))
        return response, why


def _told(first: list[Response], counts: dict[str, int], skipping: bool) -> str:
    if skipping and not first:
        return f"<p>{safe(say('play.way_skip'))}</p>"
    if not first:
        return f"<p>{safe(say('play.way_nobody'))}</p>"
    return f'<p class="kit-advice">{safe(say("play.way_tie"))}</p>' if len(first) > 1 else ""


def _preselected(play: Play, first: list[Response]) -> str:
    """The room's choice; without any vote the author's best; at a tie nothing."""
    if len(first) == 1:
        return first[0].id
    best = next((response.id for response in play.turn.responses if response.grade == "best"), "")
    return "" if first else best


def _option(response: Response, counts: dict[str, int]) -> str:
    key = "play.way_option" if any(counts.values()) else "play.way_plain"
    return say(key, letter=response.letter, to=response.to, n=counts.get(response.id, 0))
