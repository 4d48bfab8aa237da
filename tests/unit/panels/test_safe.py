"""Text typed by people reaches no widget as HTML, wherever a panel shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import ipywidgets as w
import pytest

from kit import network
from kit.live import Kept, Live
from kit.panels.ask import Ask, picture
from kit.panels.lobby import Lobby, codes, here, tips, wall_link
from kit.panels.parts import Bar, Panel, bars, safe
from kit.state import Round
from tests.unit.making import NOON, Log, ask, join, now, reveal, shut, start, vote
from tests.unit.panels.looking import Tags, everything, text

NASTY = "<img src=x onerror=alert(1)>$x$\"'&"
SHORT = "<img src=x onerror=1>$x$\"'"

# All that panels draw with.
OURS = {
    "style", "div", "span", "p", "b", "h3", "ul", "ol", "li", "a", "figure", "figcaption", "svg", "g", "path",
}  # fmt: skip


def check(panel: Panel) -> None:
    """No widget of the panel has a tag, or an attribute, that somebody typed."""
    htmls = 0
    for widget in everything(panel.widget):
        # Label and HTMLMath turn $…$ into formulas; a description does too.
        assert not isinstance(widget, w.HTMLMath)
        if isinstance(widget, w.Label):
            assert "$" not in widget.value
        if isinstance(widget, w.DOMWidget) and hasattr(widget, "style") and hasattr(widget.style, "description_width"):
            assert "$x$" not in widget.description
            assert not widget.description_allow_html
        if isinstance(widget, w.HTML):
            htmls += 1
            found = Tags(widget.value)
            assert found.tags <= OURS, found.tags - OURS
            assert not [name for name in found.attributes if name.startswith("on") or name == "src"]
    assert htmls > 3


def typed() -> Iterator[Log]:
    """Rooms in which people, and the facilitator, typed what they should not."""
    names = [join("p1", NASTY), join("p2", NASTY), join("p3", "عمر‮ <b>")]
    question = ask(options="abc", round_="ask-1", reason=True, confidence=True)
    question.options[0] = type(question.options[0])("a", NASTY)
    question = type(question)(
        **{name: getattr(question, name) for name in question.__struct_fields__} | {"prompt": NASTY}
    )
    votes = [vote("p1", "a", "ask-1", reason=NASTY, confidence=3), vote("p2", "b", "ask-1", reason="</ul><script>1")]
    yield Log(start(NASTY), *names)
    yield Log(start(NASTY), *names, question, *votes)
    yield Log(start(NASTY), *names, question, *votes, shut("ask-1"))
    yield Log(
        start(NASTY, settings={"address": NASTY, "locked": True}), *names, question, shut("ask-1"), reveal("ask-1")
    )


def test_safe_leaves_no_letter_that_html_could_take() -> None:
    assert safe(NASTY) == "&lt;img src=x onerror=alert(1)&gt;$x$&quot;&#x27;&amp;"
    assert safe(7) == "7"


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("panel", [Lobby, Ask])
def test_no_panel_shows_what_people_typed_as_html(
    folded: Callable[[Log], Live], monkeypatch: pytest.MonkeyPatch, panel: type[Panel], number: int
) -> None:
    monkeypatch.setattr(network, "adapters", lambda: [network.Adapter(NASTY, "192.168.1.7")])
    live = folded(list(typed())[number])
    live.folder.keep_wifi(NASTY, NASTY)
    assert live.feed is not None
    live.feed.session.settings["wifi"] = True
    check(panel(live))


def test_each_place_shows_the_words_themselves(folded: Callable[[Log], Live], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "adapters", lambda: [network.Adapter(NASTY, "192.168.1.7")])
    logs = list(typed())
    lobby = Lobby(folded(logs[1]))
    assert Tags(lobby.heading.value).said.startswith(NASTY)
    assert Tags(lobby.here.value).said.count("<img") == 2
    assert (NASTY, "p1") in lobby.people.who.options
    lobby.people.who.value = "p1"
    lobby.people.remove.click()
    assert lobby.people.sure.description == f"Yes, remove {NASTY}"
    question = Ask(folded(logs[1]))
    shown = Tags(question.round.value).said
    # The prompt, the first option, the reason of its voter.
    assert shown.count(NASTY) == 3
    assert "</ul><script>1" in shown


def test_sessions_to_choose_from_are_plain_text(folded: Callable[[Log], Live]) -> None:
    live = folded(Log(start()))
    live.feed = None
    live.earlier = [Kept("ABC234", NASTY, datetime(2026, 11, 23, 10, tzinfo=UTC), 3, False)]
    lobby = Lobby(live)
    check(lobby)
    assert NASTY in lobby.which.options[0][0]


@pytest.mark.parametrize("panel", [Lobby, Ask])
def test_trouble_is_shown_as_a_sentence_and_never_as_html(folded: Callable[[Log], Live], panel: type[Panel]) -> None:
    live = folded(Log(start()))
    assert live.feed is not None
    made = panel(live)
    live.feed.line, live.feed.trouble = "reconnecting", NASTY
    live.repaint()
    check(made)
    assert NASTY in Tags(made.said.value).said
    live.feed.slip = NASTY
    live.repaint()
    check(made)
    live.trouble = SHORT
    live.repaint()
    check(made)
    assert Tags(made.said.value).said == SHORT
    made.tell(NASTY)
    check(made)
    assert NASTY in Tags(text(made.widget)).said


def test_the_pieces_escape_what_they_are_given() -> None:
    log = Log(start(), join("p1", NASTY), ask("r1"), vote("p1", "a", reason=NASTY))
    round_: Round = log.session.rounds["r1"]
    pieces = [
        bars([Bar("A", "●", NASTY, 1)]),
        picture(log.session, round_, now(0)),
        here(log.session),
        tips([network.Adapter(NASTY, "10.0.0.1"), network.Adapter("b", "10.0.0.2")]),
        codes(f"http://{NASTY}", "ABC234", (NASTY, NASTY)),
        wall_link(f"http://h/{NASTY}/wall", next_step=True),
    ]
    for piece in pieces:
        found = Tags(piece)
        assert found.tags <= OURS, found.tags - OURS
        assert not [name for name in found.attributes if name.startswith("on")], piece
    assert NOON.year == 2026
