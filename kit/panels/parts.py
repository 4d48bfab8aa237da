"""What all panels are made of: the look, safe HTML, bars, buttons, and the way in which a click is carried out."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import ipywidgets as w

from kit import look
from kit.errors import KitError
from kit.live import Live
from kit.session import Session
from kit.statistics import Interval, percent
from kit.words import words

say = words()


def _style() -> str:
    """The panels' style sheet, with the look's colours as its variables."""
    shades = {
        "paper": look.PAPER, "ink": look.INK, "quiet": look.QUIET, "line": look.LINE, "accent": look.ACCENT,
    }  # fmt: skip
    variables = "".join(f"--{name}: {shade.light}; " for name, shade in shades.items())
    marks = "".join(f".kit-mark-{mark.letter} {{ --mark: {mark.colour.light}; }}" for mark in look.MARKS)
    sheet = files(__package__).joinpath("panel.css").read_text(encoding="utf-8")
    root = f".kit-panel {{ {variables}--sans: {look.SANS}; --speech: {look.SPEECH}; }}"
    return f"<style>{root} {marks} {sheet}</style>"


STYLE = _style()


def safe(text: object) -> str:
    """Text typed by people, as it may stand in a widget's HTML. The only way in which it may get there."""
    return html.escape(str(text))


def badge(session: Session | None) -> str:
    """What marks a rehearsal, as safe HTML behind a heading's words; "" for any other session."""
    if session is None or session.opened is None or not session.opened.rehearsal:
        return ""
    return f' <span class="kit-badge">{safe(say("lobby.rehearsal"))}</span>'


class Bar(NamedTuple):
    """One answer's bar: letter, shape and words, how many of the votes it has, and had before; hands counted
    beside them; safe HTML to stand under the words; the share's 95 % interval."""

    letter: str
    shape: str
    text: str
    votes: int
    before: int | None = None
    hands: int | None = None
    under: str = ""
    interval: Interval | None = None


class _Whole(NamedTuple):
    """What the bars' numbers are parts of: votes by phone, those before them, hands."""

    votes: int
    before: int
    hands: int


def bars(rows: Sequence[Bar]) -> str:
    """Votes as bars, "9 of 14" before "64 %"; hands where no phone voted."""
    whole = _Whole(
        sum(row.votes for row in rows), sum(row.before or 0 for row in rows), sum(row.hands or 0 for row in rows)
    )
    return f'<div class="kit-bars">{"".join(_bar(row, whole) for row in rows)}</div>'


def _bar(row: Bar, whole: _Whole) -> str:
    count, of = (row.votes, whole.votes) if whole.votes else (row.hands or 0, whole.hands)
    share = percent(count, of)
    key = "panel.number" if whole.votes else "panel.by_hand" if of else "panel.no_number"
    number = say(key, votes=count, total=of, share=share)
    if row.hands is not None and whole.votes:
        number += f'<div class="kit-quiet">{safe(say("panel.hands", n=row.hands))}</div>'
    band = ""
    if row.interval is not None:
        left, width = 100 * row.interval.low, 100 * (row.interval.high - row.interval.low)
        band = f'<div class="kit-band" style="left:{left:.1f}%;width:{width:.1f}%"></div>'
    old = ""
    if row.before is not None:
        width = percent(row.before, whole.before)
        number += f'<div class="kit-quiet">{safe(say("panel.before", votes=row.before, total=whole.before))}</div>'
        old = f'<div class="kit-old"><div style="width:{width}%"></div></div>'
    return (
        f'<div class="kit-letter kit-mark-{row.letter}">{row.shape} {row.letter}</div>'
        f'<div dir="auto">{safe(row.text)}{row.under}</div>'
        f'<div><div class="kit-track kit-mark-{row.letter}"><div style="width:{share}%"></div>{band}</div>{old}</div>'
        f'<div class="kit-number">{number}</div>'
    )


# The widths of a form, so that its fields stand in one line.
LABEL, FIELD = "110px", "660px"


def labelled(text: str) -> dict[str, Any]:
    """A field's arguments for a label in the form's first column."""
    return {"description": text, "style": {"description_width": LABEL}}


def show(widget: w.Widget, visible: bool) -> None:
    """Show a widget, or take it out of sight and out of the layout."""
    display = "" if visible else "none"
    if widget.layout.display != display:
        widget.layout.display = display


def emphasise(button: w.Button, is_next: bool) -> None:
    """Fill the button that is the next sensible step; leave the others quiet."""
    if is_next != ("kit-next" in button._dom_classes):
        (button.add_class if is_next else button.remove_class)("kit-next")


def put(widget: w.Widget, value: str) -> None:
    """Set a widget's value if it differs: what is the same must not flicker or travel."""
    if widget.value != value:
        widget.value = value


def row(*children: w.Widget) -> w.HBox:
    """Widgets side by side, going on in the next line where there is no room."""
    return w.HBox(
        children, layout=w.Layout(flex_flow="row wrap", align_items="center", grid_gap="10px", margin="6px 0")
    )


class Panel:
    """A panel: its box, its line for what to say, and how a click is carried out.

    Callbacks run on whatever thread ipykernel chooses; one click is carried out at a time, and a second one
    meanwhile is the same impatient finger.
    """

    name = "panel"
    # For so many seconds after a button has done its work a second click on it is the same impatient finger.
    pause = 0.6

    def __init__(self, live: Live) -> None:
        self.live = live
        self.said = w.HTML()
        self.said.add_class("kit-said")
        self.widget = w.VBox()
        self.widget.add_class("kit-panel")
        self._saying = ""
        self._slip = ""
        self._busy = threading.Lock()
        self._clicked: w.Button | None = None
        self._resting = 0.0

    def fill(self, *children: w.Widget) -> None:
        """Put the panel together, and have it painted from now on. What it says stands last, unless placed."""
        style = w.HTML(STYLE, layout=w.Layout(display="none"))
        self.widget.children = (style, *children, *(() if self.said in children else (self.said,)))
        self.live.paint(self.name, self.draw)

    def draw(self) -> None:
        """Paint, and say at the panel's foot what went wrong with it; the session's lock is held."""
        try:
            self.paint()
            self._slip = ""
        except Exception as error:
            # It happens on a thread whose exceptions nobody sees.
            self._slip = say("panel.undrawn", error=f"{type(error).__name__}: {error}")
        put(self.said, self._status())

    def paint(self) -> None:
        """Show the session as it stands now."""
        raise NotImplementedError

    def button(self, text: str, act: Callable[[], None], *, next_step: bool = False, often: bool = False) -> w.Button:
        """A button that carries out `act`; the next sensible step is the one filled button. Unless it is meant to be
        pressed `often`, a second click right after it has done its work is the same impatient finger."""
        made = w.Button(description=text)
        made.add_class("kit-act")
        if next_step:
            made.add_class("kit-next")
        made.on_click(lambda _: self.carry_out(act) if often else self._click(made, act))
        return made

    def _click(self, button: w.Button, act: Callable[[], None]) -> None:
        if button is self._clicked and time.monotonic() < self._resting:
            return
        self.carry_out(act)
        # What was refused may be tried again at once.
        self._clicked, self._resting = button, 0.0 if self._saying else time.monotonic() + self.pause

    def carry_out(self, act: Callable[[], None]) -> None:
        """Do it; what went wrong is said in the panel, as a sentence."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._saying = ""
            act()
        except KitError as error:
            self._saying = error.sentence
        except Exception as error:
            # A notebook hides what goes wrong in a callback, and the room is waiting.
            self._saying = say("panel.slip", error=f"{type(error).__name__}: {error}")
        finally:
            self._busy.release()
        self.live.repaint()

    def tell(self, sentence: str) -> None:
        """Say something at the panel's foot at once."""
        self._saying = sentence
        put(self.said, self._status())

    def _status(self) -> str:
        """What the line at the foot says: this panel's last word, else how the connection stands."""
        feed = self.live.feed
        trouble = self._saying or self._slip or self.live.trouble or (feed.slip if feed is not None else "")
        if trouble:
            return f"<b>{safe(trouble)}</b>"
        if feed is not None and feed.line != "live":
            return f'<span class="kit-quiet">{safe(say(f"panel.line_{feed.line}"))} {safe(feed.trouble)}</span>'
        return ""
