"""The panel for questions: its buttons, and what they do to a real room."""

from __future__ import annotations

import threading

import pytest

from kit.errors import KitError
from kit.live import Live
from kit.panels.ask import Ask
from kit.panels.parts import Panel
from kit.ready import ready_questions
from tests.serving import Facilitator, until
from tests.unit.panels.looking import Tags, filled, seen, text


@pytest.fixture
def ask(live: Live, followed: Facilitator) -> Ask:
    return Ask(live)


def said(panel: Panel) -> str:
    return Tags(panel.said.value).said


def fill(ask: Ask, prompt: str, *options: str) -> None:
    ask.prompt.value = prompt
    for n, field in enumerate(ask.options):
        field.value = options[n] if n < len(options) else ""


def shows(ask: Ask, *parts: str) -> None:
    for part in parts:
        until(lambda part=part: part in Tags(text(ask.widget)).said, say=f"the panel does not show {part!r}")


def kinds(room: Facilitator) -> list[str]:
    return [event["kind"] for event in room.log() if event["kind"].startswith("round")]


def test_before_there_is_a_session_it_waits(live: Live, room: Facilitator) -> None:
    ask = Ask(live)
    assert ask.open not in list(seen(ask.widget))
    assert "Open a session in the lobby first" in text(ask.widget)
    fill(ask, "Which?", "One", "Two")
    ask.open.click()
    assert said(ask) == "No session is open. Open one in the lobby first."
    assert kinds(room) == []


def test_a_typed_question_goes_all_the_way(ask: Ask, followed: Facilitator) -> None:
    people = followed.phones(3)
    for phone in people:
        phone.seat()
    assert filled(ask.widget) == ["Open the vote"]
    fill(ask, "  Which first?  ", " One ", "", "Two", "Three")
    ask.seconds.value, ask.confidence.value, ask.reason.value = 60, True, True
    ask.open.click()
    opened = followed.session.rounds["ask-1"].opened
    assert (opened.prompt, [option.text for option in opened.options]) == ("Which first?", ["One", "Two", "Three"])
    assert [option.id for option in opened.options] == ["a", "b", "c"]
    assert (opened.seconds, opened.confidence, opened.reason) == (60, True, True)
    shows(ask, "Which first?", "0 of 3 have voted")
    assert filled(ask.widget) == ["Close the vote"]
    assert ask.form not in list(seen(ask.widget))

    for phone, answer in zip(people, "abb", strict=True):
        assert phone.vote(answer, "ask-1").status_code == 200
    shows(ask, "3 of 3 have voted", "2 of 3 · 67 %")
    ask.add.click()
    assert followed.session.rounds["ask-1"].seconds == 90
    ask.close.click()
    assert followed.session.rounds["ask-1"].closed is not None
    shows(ask, "The vote is closed.")
    assert filled(ask.widget) == ["Ask it again"], "people drift to a majority that they have seen"
    ask.reveal.click()
    revealed = followed.session.rounds["ask-1"].revealed
    assert revealed is not None
    assert revealed.where == "everywhere"
    assert filled(ask.widget) == ["A new question"]
    ask.new.click()
    assert ask.form in list(seen(ask.widget))
    assert ask.prompt.value == ""
    assert filled(ask.widget) == ["Open the vote"]
    fill(ask, "And now?", "Yes", "No")
    ask.open.click()
    assert "ask-2" in followed.session.rounds


def test_asked_again_it_is_a_revote_shown_beside_the_first(ask: Ask, followed: Facilitator) -> None:
    fill(ask, "Which?", "One", "Two")
    ask.open.click()
    ask.close.click()
    ask.again.click()
    again = followed.session.rounds["ask-2"].opened
    first = followed.session.rounds["ask-1"].opened
    assert (again.repeats, again.prompt, again.options) == ("ask-1", first.prompt, first.options)
    ask.close.click()
    assert filled(ask.widget) == ["Show to everyone"]
    ask.reveal_wall.click()
    revealed = followed.session.rounds["ask-2"].revealed
    assert revealed is not None
    assert (revealed.where, revealed.beside) == ("wall", "ask-1")


@pytest.mark.parametrize("number", range(len(ready_questions())))
def test_every_ready_question_can_be_asked(ask: Ask, followed: Facilitator, number: int) -> None:
    ask.ready.value = number
    ask.open.click()
    opened = followed.session.rounds["ask-1"].opened
    ready = ready_questions()[number]
    assert (opened.prompt, tuple(option.text for option in opened.options)) == (ready.prompt, ready.options)


@pytest.mark.parametrize(
    ("prompt", "options", "sentence"),
    [
        (" ", ("One", "Two"), "Type a question first."),
        ("Which?", ("One", " "), "Give at least two answers."),
        ("Which?", ("One", "Two", " One "), "Two answers are the same: One"),
        ("x" * 4001, ("One", "Two"), "4000"),
        ("Which?", ("One", "x" * 501), "500"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_posted(
    ask: Ask, followed: Facilitator, prompt: str, options: tuple[str, ...], sentence: str
) -> None:
    fill(ask, prompt, *options)
    ask.open.click()
    assert sentence in said(ask)
    assert kinds(followed) == []
    # The next try that goes well takes the sentence away.
    fill(ask, "Which?", "One", "Two")
    ask.open.click()
    assert said(ask) == ""
    assert kinds(followed) == ["round.opened"]


def test_another_panels_round_is_left_alone(ask: Ask, followed: Facilitator) -> None:
    followed.ask("turn-1")
    shows(ask, "Another question is open just now.")
    assert ask.open.disabled
    followed.shut("turn-1")
    until(lambda: not ask.open.disabled)


def test_a_second_click_while_the_first_is_carried_out_is_ignored(
    ask: Ask, followed: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(ask, "Which?", "One", "Two")
    begun, go, post = threading.Event(), threading.Event(), ask.live.post

    def slow(*events: object) -> None:
        begun.set()
        assert go.wait(10)
        post(*events)  # type: ignore[arg-type]

    monkeypatch.setattr(ask.live, "post", slow)
    first = threading.Thread(target=ask.open.click)
    first.start()
    assert begun.wait(10)
    ask.open.click()
    ask.open.click()
    go.set()
    first.join()
    assert kinds(followed) == ["round.opened"]
    assert said(ask) == ""
    ask.close.click()
    assert kinds(followed) == ["round.opened", "round.closed"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KitError("The disk <b>is</b> full."), "The disk <b>is</b> full."),
        (RuntimeError("<img src=x>"), "That did not work (RuntimeError: <img src=x>). Nothing that was saved is lost"),
    ],
)
def test_whatever_goes_wrong_is_a_sentence_and_the_next_click_works(
    ask: Ask, followed: Facilitator, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    fill(ask, "Which?", "One", "Two")
    with monkeypatch.context() as patch:
        patch.setattr(ask.live, "post", fail)
        ask.open.click()
    assert said(ask).startswith(sentence)
    assert not {"img"} & Tags(ask.said.value).tags
    ask.open.click()
    assert kinds(followed) == ["round.opened"]


def test_a_panel_that_cannot_be_drawn_says_so_on_itself(
    ask: Ask, followed: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise ValueError("no such <b>word</b>")

    monkeypatch.setattr("kit.panels.ask.picture", fail)
    followed.ask("ask-1")
    until(lambda: "ValueError" in said(ask), 5, say="the panel that failed says nothing")
    assert "<b>word" in said(ask)
