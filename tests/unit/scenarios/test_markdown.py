"""Markdown to a Script: what is speech, what is a fact, what is for the facilitator, and on which line each stands."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from kit.scenarios.markdown import Fact, RawTurn, Script, parse

TOP = "---\ntitle: The broken lamp\n---\n"


class Said(NamedTuple):
    text: str
    grade: str


def turn(body: str) -> RawTurn:
    """The only turn of a script; `body` begins on the file's line 5."""
    script = parse(f"{TOP}## The lamp\n{body}")
    (found,) = script.turns
    return found


def quote(body: str) -> str:
    found = turn(body).quote
    return found.value if found is not None else ""


def response(body: str) -> Said:
    (found,) = turn(body).responses
    return Said(found.text, found.facts["grade"].value if "grade" in found.facts else "")


def told(script: Script) -> list[tuple[int, str]]:
    return [(finding.line, finding.message) for finding in script.findings]


# The facts on top


def test_facts_on_top_stand_between_two_lines_of_dashes() -> None:
    script = parse("---\n# by me\n\ntitle: Late: again\n Kind  Of customer :  anxious  \n---\nStory.\n")
    assert script.facts == {"title": Fact("Late: again", 4), "kind of customer": Fact("anxious", 5)}
    assert script.story == ["Story."]
    assert script.findings == []


def test_facts_on_top_are_no_markdown() -> None:
    script = parse("---\ntitle: *The* `lamp` <b>&amp;</b> # 1 <!-- A01 -->\n---\n")
    assert script.facts["title"].value == "*The* `lamp` <b>&amp;</b> # 1"


def test_dashes_further_down_are_only_a_line() -> None:
    script = parse(f"{TOP}Story.\n\n---\n\nMore.\n\n## The lamp\n\n---\n\nNote.\n")
    assert script.story == ["Story.", "More."]
    assert script.turns[0].note == ["Note."]
    assert script.findings == []


# Speech and facts


@pytest.mark.parametrize(
    "line",
    [
        "Listen: I had guests.",
        "At 10:30: nobody. At 11:00: nobody.",
        "A friend said: grade: best",
        "The tone: that is what I mind.",
        "https://lamps.example/",
        "“Mood”: bad.",
        "– What?",
        "Two plus two: four",
        "Ça alors: 電気 🤯 — naïve, isn’t it?",
        "5 < 6 & 7 > 2",
        "a_b_c and 2 * 3 * 4",
        "[sighs]: fine",
        "[sighs] Fine.",
        "<sighs> Fine.",
        "100 % of it\\",
    ],
)
def test_speech_stays_speech(line: str) -> None:
    assert quote(f"> {line}") == line
    assert response(f"- {line}\n  - grade: best\n") == Said(line, "best")


def test_a_quote_keeps_its_paragraphs_and_a_response_is_one() -> None:
    assert quote("> One.\n> Two.\n>\n> Three.\n") == "One. Two.\nThree."
    assert response("- One.\n  Two.\n\n  Three.\n").text == "One. Two. Three."


def test_emphasis_links_images_entities_and_comments_are_taken_off() -> None:
    line = (
        "*One* **two** ***three*** `four` [five](https://five.example) ![six](6.png) &amp; <https://7.example>"
        " <!-- A01 -->"
    )
    assert quote(f"> {line}") == "One two three four five six & https://7.example"
    assert response(f"- {line}").text == "One two three four five six & https://7.example"
    assert turn(line).note == ["One two three four five six & https://7.example"]


def test_a_comment_between_words_leaves_one_space() -> None:
    assert quote("> Six hours. <!-- D01 --> Nobody came.") == "Six hours. Nobody came."
    assert response("- Six hours. <!-- D01 --> Nobody came.").text == "Six hours. Nobody came."


@pytest.mark.parametrize(
    "line",
    [
        "<!-- D01 --> Six hours.",
        "<b>Six hours.</b> Nobody came.",
        "<div>Six hours.</div>",
        "<p>Six hours.",
        "<script>alert('Six hours.')</script>",
    ],
)
@pytest.mark.parametrize("before", ["", "Well.\n", "Well.\n\n"], ids=["at first", "on the next line", "apart"])
def test_words_beside_html_are_read_or_found_but_never_lost(line: str, before: str) -> None:
    text = f"{before}{line}"
    quoted = "\n".join(f"> {each}".rstrip() for each in text.split("\n"))
    listed = text.replace("\n", "\n  ")
    for body in (quoted, f"- {listed}", text):
        script = parse(f"{TOP}## The lamp\n\n{body}\n")
        (found,) = script.turns
        words = [found.quote.value if found.quote else "", *found.note, *(each.text for each in found.responses)]
        place = 5 + len(text.split("\n"))
        assert any("Six hours." in each for each in words) or place in [line for line, _ in told(script)], body


def test_facts_stand_below_a_response_or_on_its_next_lines() -> None:
    below = turn("\n- Yes.\n  - grade: best\n  - go to: The bill\n").responses[0]
    beside = turn("\n- Yes.\n  grade: best\n  go to: The bill\n").responses[0]
    assert below == beside
    assert below.facts == {"grade": Fact("best", 7), "go to": Fact("The bill", 8)}


def test_a_value_goes_on_in_the_next_line() -> None:
    first, second = turn(
        "\n- Yes.\n  - reason: One\n    two\n  three\n- No.\n  reason: One\n  two\n\n  three\n"
    ).responses
    assert first.facts == {"reason": Fact("One two three", 7)}
    assert second.facts == {"reason": Fact("One two three", 11)}
    assert (first.text, second.text) == ("Yes.", "No.")


def test_what_one_sees_goes_on_in_the_next_line_of_the_quote() -> None:
    """Or it would be spoken."""
    found = turn("> Fine.\n>\n> tone: cold, every\n> word on its own\n> sees: a tap\n> is turned off\n")
    assert found.quote == Fact("Fine.", 5)
    assert found.facts == {"tone": Fact("cold, every word on its own", 7), "sees": Fact("a tap is turned off", 9)}


def test_a_new_paragraph_of_the_quote_is_speech_again() -> None:
    found = turn("> tone: cold\n>\n> Fine.\n")
    assert quote("> tone: cold\n>\n> Fine.\n") == "Fine."
    assert found.facts == {"tone": Fact("cold", 5)}


def test_words_below_the_facts_are_speech_again() -> None:
    assert response("- Yes.\n  - grade: best\n\n  Really.\n") == Said("Yes. Really.", "best")


def test_more_below_a_fact_is_not_lost_in_silence() -> None:
    script = parse(f"{TOP}## The lamp\n\n- Yes.\n  - reason: Because.\n    - It is so.\n")
    reason = script.turns[0].responses[0].facts["reason"].value
    assert "It is so." in reason or 8 in [line for line, _ in told(script)]


def test_keys_are_told_by_their_letters_not_by_case_spaces_or_emphasis() -> None:
    found = turn("\n- Yes.\n  - GRADE : best\n  - **Go  to:** The bill\n").responses[0]
    assert found.facts == {"grade": Fact("best", 7), "go to": Fact("The bill", 8)}


def test_a_paragraph_in_a_turn_is_a_note_and_may_hold_the_end() -> None:
    found = turn("One.\nend: handed up\nTwo.\n\n> Fine.\n\nThree.\n")
    assert found.note == ["One. Two.", "Three."]
    assert found.facts == {"end": Fact("handed up", 6)}


def test_a_turn_begins_with_a_heading_of_any_kind() -> None:
    script = parse(
        f"{TOP}# One\n\n###### Two ######\n\nThree\n=====\n\nFour\n---\n\n## The *fifth* [one](x) <!-- A01 -->\n"
    )
    assert [(turn.name, turn.line) for turn in script.turns] == [
        ("One", 4), ("Two", 6), ("Three", 8), ("Four", 11), ("The fifth one", 14),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["-", "*", "+", "1.", "7)"])
def test_a_response_is_an_item_of_any_list(mark: str) -> None:
    inside = " " * (len(mark) + 1)
    found = turn(f"\n{mark} Yes.\n{inside}{mark.replace('7', '1')} grade: best\n{mark} No.\n")
    assert [(each.text, each.line, len(each.facts)) for each in found.responses] == [("Yes.", 6, 1), ("No.", 8, 0)]


def test_two_lists_in_a_turn_are_read_one_after_the_other() -> None:
    assert [each.text for each in turn("- One.\n- Two.\n\nA note.\n\n1. Three.\n").responses] == [
        "One.",
        "Two.",
        "Three.",
    ]


# Lines


def test_a_comment_over_several_lines_keeps_the_count() -> None:
    found = turn("> One. <!-- A\n> B\n> C --> Two.\n>\n> tone: cold\n")
    assert found.facts["tone"].line == 9
    assert quote("> One. <!-- A\n> B\n> C --> Two.\n").split() == ["One.", "Two."]


@pytest.mark.parametrize(
    "above",
    [
        "A [link\n> of two lines](x).",
        "![A picture\n> of two lines](x.png)",
        "*Two\n> lines*",
        "Two\\\n> lines",
        "Two  \n> lines",
    ],
)
def test_marks_over_several_lines_keep_the_count(above: str) -> None:
    found = turn(f"> {above}\n> tone: cold\n")
    assert found.facts["tone"].line == 6 + above.count("\n")


def test_a_line_break_as_an_entity_is_no_line_of_the_file() -> None:
    script = parse(f"{TOP}## The lamp\n> One.&#10;tone: a&#10;tone: b&NewLine;sees: c")
    assert all(line <= 5 for line, _ in told(script))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_may_end_in_any_way(end: str) -> None:
    text = f"{TOP}## The lamp\n\n> One.\n> Two.\n>\n> tone: cold\n\n- Yes.\n  - grade: best\n"
    assert parse(text.replace("\n", end)) == parse(text)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_no_other_mark_is_a_line_to_an_editor(mark: str) -> None:
    """Word processors leave them behind; a finding's line would no longer be the editor's."""
    found = turn(f"> One.{mark}Two.\n\n- Yes.\n")
    assert found.responses[0].line == 7


def test_the_last_line_needs_no_end() -> None:
    text = f"{TOP}## The lamp\n\n> One.\n>\n> tone: cold"
    assert parse(text) == parse(text + "\n") == parse(text + "\n\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "*a " * 5_000 + "b*" * 5_000,
        "*a **b " * 3_000 + "c** d*" * 3_000,
        "[" * 20_000,
        "![" * 3_000 + "a" + "](b)" * 3_000,
        ">" * 20_000 + "a",
        "- " * 20_000 + "a",
        "`" * 20_000,
        "<!-- " * 20_000,
        "&" * 20_000,
    ],
    ids=lambda text: text[:6],
)
def test_marks_within_marks_without_end_are_no_crash(text: str) -> None:
    parse(f"{TOP}## The lamp\n\n{text}\n")
    parse(text)
