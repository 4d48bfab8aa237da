"""The lobby: open a session or go on with one; the way in for phones; who is here; the door; the end."""

from __future__ import annotations

import functools

import ipywidgets as w
import segno

from kit import events as ev
from kit import network
from kit.live import Kept, Live
from kit.panels.door import Door
from kit.panels.parts import Panel, badge, labelled, put, row, safe, say, show
from kit.panels.people import People
from kit.panels.rehearse import Rehearse, is_rehearsal
from kit.qr import room_code, wifi_code
from kit.rehearsal import notes
from kit.session import Session
from kit.state import Person


class Lobby(Panel):
    """First a choice of sessions; once one is live, the room."""

    name = "lobby"

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self.heading = w.HTML()
        # Before there is a session
        self.which = w.Dropdown(layout=w.Layout(width="700px", max_width="100%"))
        self.go_on = self.button(say("lobby.go_on"), self._go_on)
        self.title = w.Text(
            value=live.title, placeholder=say("lobby.title_hint"), layout=w.Layout(width="480px"),
            **labelled(say("lobby.title")),
        )  # fmt: skip
        self.open = self.button(say("lobby.new"), self._open, next_step=True)
        self.alone = self.button(say("class.alone"), lambda: self._open(rehearsal=True))
        self.again = self.button(say("lobby.try_again"), self._try_again, next_step=True)
        self.still_open = row(self.which, self.go_on)
        hint = w.HTML(f'<p class="kit-quiet">{safe(say("class.hint"))}</p>')
        self.begin = w.VBox([row(self.title, self.open, self.alone), hint])
        # Once there is one
        self.codes = w.HTML()
        self.here = w.HTML()
        self.wall = w.HTML()
        self.lock = self.button(say("lobby.lock"), self._lock, often=True)
        self.actions = row(self.wall, self.lock)
        self.rehearse = Rehearse(self)
        self.tips = w.HTML()
        self.people = People(self)
        self.door = Door(self)
        self.help = w.HTML()
        drawers = {
            "people": self.people.box,
            "network": self.door.box,
            "help": self.help,
            "end": self._end_box(),
        }
        self.more = w.Accordion(children=list(drawers.values()), selected_index=None)
        self.more.titles = tuple(say(f"lobby.more_{name}") for name in drawers)
        self._page: tuple[str, bool] | None = None
        self.reopen = self.button(say("lobby.reopen"), self._reopen)
        self.ended = row(self.reopen)
        self.fill(
            self.heading, self.rehearse.top, self.still_open, self.begin, self.again,
            self.codes, self.here, self.actions, self.rehearse.box, self.tips, self.more, self.ended,
        )  # fmt: skip

    def _end_box(self) -> w.VBox:
        self.end = self.button(say("lobby.end"), self._ask_end)
        self.end_sure = self.button(say("lobby.end_sure"), self._end)
        self.end_keep = self.button(say("lobby.end_keep"), self._keep)
        self._keep()
        note = w.HTML(f'<p class="kit-quiet">{safe(say("lobby.end_note"))}</p>')
        return w.VBox([note, row(self.end, self.end_sure, self.end_keep)])

    # What the buttons do

    def _open(self, *, rehearsal: bool = False) -> None:
        if self.live.feed is not None and self.live.feed.session.closed is None:
            return  # another impatient finger
        self.tell(say("lobby.opening"))
        self.live.open(self.title.value.strip()[:200] or self.live.title, rehearsal=rehearsal)
        self.tell("")

    def _go_on(self) -> None:
        if self.which.value is not None:
            self.live.go_on(self.which.value)

    def _try_again(self) -> None:
        self.tell(say("lobby.opening"))
        self.live.resume()
        self.tell("")

    def _lock(self) -> None:
        assert self.live.feed is not None, "the button is shown with a live session only"
        self.live.change(locked=not self.live.feed.session.settings.get("locked"))

    def _ask_end(self) -> None:
        self._sure(True)

    def _keep(self) -> None:
        self._sure(False)

    def _sure(self, asking: bool) -> None:
        show(self.end, not asking)
        show(self.end_sure, asking)
        show(self.end_keep, asking)

    def _end(self) -> None:
        self._keep()
        self.live.post(ev.SessionClosed())

    def _reopen(self) -> None:
        # A class that saw the end has gone, and could not say so any more.
        feed = self.live.feed
        gone = [notes.left()] if feed is not None and notes.came_last(feed.session) else []
        self.live.post(ev.SessionReopened(), *gone)

    # Painting

    def paint(self) -> None:
        feed = self.live.feed
        self._turn_page(feed.session if feed is not None else None)
        live = feed is not None and feed.session.opened is not None
        ended = live and feed is not None and feed.session.closed is not None
        waiting = feed is not None and not live
        stuck = feed is None and bool(self.live.trouble)
        for widget in (self.codes, self.here, self.actions, self.more):
            show(widget, live and not ended)
        show(self.ended, ended)
        show(self.still_open, feed is None and bool(self.live.earlier))
        show(self.begin, (feed is None and not stuck) or ended)
        show(self.again, stuck)
        show(self.heading, not waiting)
        show(self.tips, live and not ended)
        self.rehearse.paint(feed.session if feed is not None else None)
        if feed is None:
            self._paint_choice()
        elif live:
            self._paint_room(feed.session)

    def _turn_page(self, session: Session | None) -> None:
        """Close the drawers, and take every question back, when a session begins or ends.

        What is painted here reaches the browser piece by piece: nobody may scan the last room's code meanwhile.
        """
        page = (session.code, session.closed is None) if session is not None else None
        if page != self._page:
            self._page = page
            put(self.codes, "")
            put(self.here, "")
            self.more.selected_index = None
            self._keep()
            self.rehearse.keep()

    def _paint_choice(self) -> None:
        kept = self.live.earlier
        told = "lobby.no_server" if self.live.trouble else "lobby.choose" if kept else "lobby.none_yet"
        put(self.heading, f"<h3>{safe(say('lobby.heading'))}</h3><p>{safe(say(told))}</p>")
        options = [
            (
                say(
                    "lobby.choice_ended" if k.ended else "lobby.choice",
                    title=_title(k),
                    code=k.code,
                    at=f"{k.at:%d %b, %H:%M}",
                    people=k.people,
                ),
                k.code,
            )
            for k in kept
        ]
        if tuple(options) != tuple(self.which.options):
            self.which.options = options
            self.which.value = options[0][1] if options else None

    def _paint_room(self, session: Session) -> None:
        assert session.opened is not None, "a room is painted once its opening is known"
        ended = "class.ended" if is_rehearsal(session) else "lobby.ended"
        note = f"<p>{safe(say(ended))}</p>" if session.closed is not None else ""
        put(self.heading, f"<h3>{safe(session.opened.title)}{badge(session)}</h3>{note}")
        if session.closed is not None:
            return
        base = self.live.room_url
        wifi = self.live.folder.wifi() if session.settings.get("wifi") else None
        put(self.codes, codes(base, session.code, wifi))
        put(self.here, here(session, class_left=self.rehearse.went(session)))
        put(self.wall, wall_link(self.live.wall_url, next_step=not session.rounds))
        self.lock.description = say("lobby.unlock" if session.settings.get("locked") else "lobby.lock")
        advice = tips(network.adapters())
        put(self.help, advice)
        put(self.tips, "" if session.people else f'<p class="kit-quiet">{safe(say("tips.heading"))}</p>{advice}')
        self.people.paint(session)
        self.door.paint(session)


def _title(kept: Kept) -> str:
    """A session's name, and what kind it is if that is not the usual one."""
    kinds = ("rehearsal",) * kept.rehearsal + ("imported",) * kept.imported
    # In front, where a long name can't push it out of sight.
    return ": ".join([*(say(f"lobby.{kind}") for kind in kinds), kept.title])


@functools.lru_cache(maxsize=8)
def codes(base: str, code: str, wifi: tuple[str, str] | None) -> str:
    """The way in: the Wi-Fi's QR code if it is shown, the room's, and what to type instead."""
    url = f"{base}/{code}"
    address = base.removeprefix("http://").removeprefix("https://")
    figures = []
    if wifi is not None:
        label = say("lobby.wifi_scan", network=wifi[0])
        figures.append(_figure(wifi_code(*wifi), label))
    figures.append(_figure(room_code(url), say("lobby.room_scan") if wifi is not None else ""))
    typed = (
        f'<div><p class="kit-quiet">{safe(say("lobby.scan"))}</p><p class="kit-big">{safe(address)}</p>'
        f'<p class="kit-quiet">{safe(say("lobby.code"))}</p><p class="kit-big">{safe(code)}</p></div>'
    )
    return f'<div class="kit-codes">{"".join(figures)}{typed}</div>'


def _figure(code: segno.QRCode, label: str) -> str:
    drawn = code.svg_inline(scale=6, border=3, light="#ffffff")
    return f"<figure>{drawn}<figcaption>{safe(label)}</figcaption></figure>"


def here(session: Session, *, class_left: bool = False) -> str:
    """Who is here: the count, the names, whether the door is locked. A class that left stays in the log's list."""
    people = session.present
    one, many = ("class.joined_one", "class.joined_many") if class_left else ("lobby.here_one", "lobby.here_many")
    told = say("lobby.here_none" if not people else one if len(people) == 1 else many, n=len(people))
    locked = f'<p class="kit-quiet">{safe(say("lobby.locked"))}</p>' if session.settings.get("locked") else ""
    return f'<p class="kit-count">{safe(told)}</p>{locked}{_names(people)}'


def _names(people: list[Person]) -> str:
    """The names, in a box that keeps its height: what is below it must not move while people join."""
    if not people:
        return ""
    names = "".join(f'<span dir="auto">{safe(person.name)}</span>' for person in people)
    return f'<div class="kit-names" tabindex="0" role="group" aria-label="{safe(say("lobby.names"))}">{names}</div>'


def wall_link(url: str, *, next_step: bool) -> str:
    """The link to the wall; a link, since only the browser can open a page."""
    kind = "kit-link kit-next" if next_step else "kit-link"
    return f'<a class="{kind}" href="{safe(url)}" target="_blank" rel="noopener">{safe(say("lobby.wall"))} ↗</a>'


def tips(adapters: list[network.Adapter]) -> str:
    """What to try while nobody comes."""
    networks = ", ".join(f"{adapter.name} ({adapter.address})" for adapter in adapters)
    first = say("tips.wifi", networks=networks) if networks else say("lobby.address_none")
    keys = ("mobile", *(("address",) if len(adapters) > 1 else ()), "guest", "firewall", "hands")
    items = "".join(f"<li>{safe(line)}</li>" for line in (first, *(say(f"tips.{key}") for key in keys)))
    return f'<ol class="kit-quiet">{items}</ol>'
