"""Each slip that an author can make is found: all at once, each with its line, and nothing beside it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kit.scenario import ENDS, GRADES, SKILLS
from kit.scenarios import checker, markdown
from kit.scenarios.checker import LONGEST, effect, number, split
from kit.scenarios.markdown import Finding
from tests.unit.scenarios.planting import CORPUS, CORRECT, PATH, file, findings, instead, line_of, planted, reading

FILES = sorted(CORPUS.glob("*.md"))
SLIPS = [path.stem for path in FILES if not path.stem.startswith(("correct", "same-"))]
TOP = CORRECT.partition("\n\n")[0]
# What these say is about a whole file, so no line of it could carry an arrow.
WHOLE = {
    "": ["must begin with its facts", "there is no turn yet"],
    "\n\n": ["must begin with its facts", "there is no turn yet"],
    "---\n---\n": ["there is no turn yet"],
    "---": ["the facts on top have no end: add a line --- after them", "there is no turn yet"],
    CORRECT.replace("\n---\n", "\n", 1): ["the facts on top have no end", "there is no turn yet"],
    "*a " * 5_000 + "b*" * 5_000: ["must begin with its facts", "marks"],
    CORRECT.replace(TOP, ""): ["must begin with its facts: a line ---, then title: and so on, then a line ---."],
}
MISSING = [f'"{key}:" is missing among the facts on top.' for key in markdown.FACTS if key != "mood"]


def messages() -> list[str]:
    """All that is said about the corpus."""
    texts = [planted(path.read_text(encoding="utf-8")).text for path in FILES]
    return [finding.message for text in [*texts, *WHOLE] for finding in reading(text).findings]


def sentences(module: Path) -> list[str]:
    """The fixed words of each sentence in a module's code."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    texts = {
        node.value.strip()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
    }
    documented = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
    }
    return [text for text in texts - documented if text.count(" ") >= 2 and "kind of" not in text]


def at_one_line(found: list[Finding]) -> dict[int, list[str]]:
    return {finding.line: [each.message for each in found if each.line == finding.line] for finding in found}


def test_the_corpus_holds_what_it_should() -> None:
    assert len(SLIPS) > 35
    assert CORRECT in [path.read_text(encoding="utf-8") for path in FILES]
    for name in SLIPS:
        assert planted(file(name)).expected, f"{name}.md has no slip"


@pytest.mark.parametrize("name", SLIPS)
def test_each_slip_is_found_on_its_line_and_nothing_else(name: str) -> None:
    text, expected = planted(file(name))
    found = reading(text).findings
    said = "\n".join(f"{finding.line}: {finding.message}" for finding in found)
    assert [finding.line for finding in found] == sorted(line for line, _ in expected), said
    for line, part in expected:
        assert sum(part in message for message in at_one_line(found)[line]) == 1, f"{line}: {part}\n\n{said}"


@pytest.mark.parametrize("path", [path for path in FILES if path.stem not in SLIPS], ids=lambda path: path.stem)
def test_a_correct_scenario_has_nothing_to_mend(path: Path) -> None:
    assert reading(path.read_text(encoding="utf-8")).says() == []


@pytest.mark.parametrize("text", WHOLE, ids=["empty", "blank", "no facts", "one line", "no end", "deep", "no top"])
def test_a_file_without_its_facts_is_told_so_on_line_1_once(text: str) -> None:
    found = reading(text)
    assert found.scenario is None
    assert {finding.line for finding in found.findings} == {1}
    said = [finding.message for finding in found.findings]
    # Where the block of facts is there and empty, each is named; where there is none, that is the one thing to say.
    framed = text.startswith("---\n---")
    for part in [*WHOLE[text], *MISSING]:
        assert sum(part in message for message in said) == (framed or part not in MISSING), part


def test_without_the_facts_on_top_the_turns_are_still_looked_at() -> None:
    text = instead("grade: weak", "grade: poor", CORRECT.replace(TOP, ""))
    said = at_one_line(reading(text).findings)
    assert f'grade "poor" is none of {", ".join(GRADES)}.' in said[line_of("grade: poor", text)]


@pytest.mark.parametrize("module", [checker, markdown], ids=["checker", "markdown"])
def test_every_sentence_of_the_checker_is_said_somewhere_in_the_corpus(module: object) -> None:
    said = "\n".join(messages())
    written = sentences(Path(str(vars(module)["__file__"])))
    assert len(written) > 8
    for words in written:
        assert words in said, f"no file of the corpus shows: {words}"


def test_findings_come_in_the_order_of_lines_each_once_as_path_line_and_sentence() -> None:
    read = reading(planted(file("all-at-once")).text)
    said = read.says()
    assert len(said) > 8
    assert said == [f"{PATH}:{finding.line}: {finding.message}" for finding in read.findings]
    assert read.findings == sorted(set(read.findings))
    assert said[0] == '02-the-broken-lamp.md:1: "language:" is missing among the facts on top.'
    for finding in read.findings:
        assert "\n" not in finding.message
        assert finding.message.endswith((".", "?")), finding.message


def test_a_wrong_word_is_answered_with_the_right_ones() -> None:
    for old, allowed in (("grade: best", GRADES), ("end: lost", ENDS), ("skills: listening -1", SKILLS)):
        key = old.partition(":")[0]
        new = f"{key}: wrong -1" if key == "skills" else f"{key}: wrong"
        (finding,) = findings(old, new)
        assert ", ".join(allowed) in finding.message


def test_facts_on_top_are_missed_at_the_line_where_they_stand_empty() -> None:
    for key in ("title", "trade", "language"):
        line = next(line for line in CORRECT.split("\n") if line.startswith(f"{key}:"))
        (finding,) = findings(f"\n{line}\n", f"\n{key}:\n")
        assert finding == Finding(line_of(line), f'"{key}:" is missing among the facts on top.', key == "title")


@pytest.mark.parametrize(
    ("new", "line"), [("", 1), ("skills:\n", line_of("skills:")), ("skills: ,\n", line_of("skills:"))]
)
def test_without_skills_on_top_only_that_is_said(new: str, line: int) -> None:
    """Not once more for each effect of a response."""
    assert findings("skills: listening, clarity\n", new) == [
        Finding(line, '"skills:" is missing among the facts on top.'),
    ]


def test_the_mood_may_be_left_out() -> None:
    read = reading(instead("mood: 4\n", ""))
    assert read.findings == []
    assert read.scenario is not None
    assert read.scenario.mood == 3


@pytest.mark.parametrize("tag", ["en", "de", "gsw", "pt-BR", "zh-Hant-TW"])
def test_a_language_tag_is_one(tag: str) -> None:
    assert findings("language: en", f"language: {tag}") == []


@pytest.mark.parametrize("tag", ["EN", "en_US", "e", "english", "en-", "-", "en de"])
def test_anything_else_is_no_language_tag(tag: str) -> None:
    assert [finding.line for finding in findings("language: en", f"language: {tag}")] == [line_of("language:")]


# What stops, and what can be played all the same


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("grade: weak", "grade: poor"),
        ("  - grade: weak\n", ""),
        ("  - reason: Closes the door.\n", ""),
        ("end: lost", "end: gone"),
        ("end: lost\n", ""),
        ("minutes: 10", "minutes: ten"),
        ("mood: 4", "mood: 99"),
        ("mood: -2", "mood: -99"),
        ("skills: listening -1", "skills: patience -1"),
        ("trade: lamp shop, at the counter", "trade: TODO"),
        ("trade: lamp shop, at the counter\n", ""),
        ("grade: weak", "grade: best"),
        ("grade: workable", "grade: weak"),
        ("## Thank you", "## Elsewhere\n\nend: left\n\n> Here.\n\n## Thank you"),
        ("She wants", "```\nShe wants\n```\n\nShe wants"),
    ],
)
def test_what_is_only_not_good_can_be_played(old: str, new: str) -> None:
    read = reading(instead(old, new))
    assert read.findings
    assert read.scenario is not None
    assert not any(finding.stops for finding in read.findings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: The broken lamp\n", ""),
        ("go to: The door", "go to: Nowhere"),
        ("  - go to: The door\n", ""),
        ("## Thank you", "## The bill"),
        ("## Thank you", "##"),
        ("> Good. Thank you.\n>\n> tone: relieved\n", ""),
        ("- Lamps do break, you know.", "-"),
        ("## The lamp", "<!--\n\n## The lamp"),
    ],
)
def test_what_nobody_could_play_is_no_scenario(old: str, new: str) -> None:
    read = reading(instead(old, new))
    assert read.scenario is None
    assert any(finding.stops for finding in read.findings)


PLACES = {
    "customer": ("Ida Berg\n", "\n", "customer: "),
    "line": ("Then keep it.", "", "> Then keep it."),
    "direction": ("tone: relieved", "tone: ", "## Thank you"),
    "response": ("Lamps do break, you know.", "", "- Lamps do break"),
    "reason": ("reason: Closes the door.", "reason: ", "reason: Closes"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_a_text_is_long_when_the_back_row_cannot_read_it_and_stops_when_no_event_can_hold_it(kind: str) -> None:
    old, before, place = PLACES[kind]
    if kind == "customer":
        old, before = "customer: Ida Berg", "customer: "
    readable, most = LONGEST[kind]
    assert findings(old, before + "m" * readable) == []
    for length, stops in ((readable + 1, False), (most, False), (most + 1, True)):
        read = reading(instead(old, before + "m" * length))
        (finding,) = read.findings
        assert (finding.line, finding.stops) == (line_of(place), stops)
        assert f"has {length} characters; more than {readable} " in finding.message
        assert (read.scenario is None) is stops


def test_a_turns_name_is_long_in_the_same_way() -> None:
    readable, most = LONGEST["name"]
    for length, count, stops in ((readable, 0, False), (readable + 1, 1, False), (most, 1, False), (most + 1, 1, True)):
        name = "m" * length
        read = reading(instead("## The door", f"## {name}", instead("go to: The door", f"go to: {name}")))
        assert [finding.line for finding in read.findings] == [line_of("## The door")] * count
        assert (read.scenario is None) is stops


def test_a_grade_that_no_event_can_hold_stops() -> None:
    """The vote could be opened, and its result not be shown."""
    read = reading(instead("grade: weak", f"grade: {'weak ' * 20}"))
    assert [finding.line for finding in read.findings] == [line_of("grade: weak")]
    assert read.scenario is None


def test_many_turns_do_not_make_a_finding_longer_than_a_screen() -> None:
    """A change log by mistake: a thousand headings, and under each a list."""
    text = TOP + "".join(f"\n\n## Version {n}\n\n- A change.\n- Another one." for n in range(200))
    longest = max(reading(text).says(), key=len)
    assert len(longest) < 2_000, longest[:200]


def test_the_same_effect_twice_is_a_slip() -> None:
    found = findings("skills: listening -1", "skills: listening -1, listening +2")
    assert [finding.line for finding in found] == [line_of("skills: listening -1")]


# Words and numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("7", 7), ("+7", 7), ("-7", -7), ("−7", -7), (" 7 ", 7), ("007", 7), ("999999", 999999)],
)
def test_a_number_is_read_with_any_sign(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["", "+", "-", "1.5", "1,5", "+ 1", "--1", "±1", "７", "٣", "1000000", "one", "1_0", "²"]
)
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("listening +1", ("listening", 1)),
        ("listening 1", ("listening", 1)),
        ("follow-up −2", ("follow-up", -2)),
        ("two words -3", ("two words", -3)),
        ("listening", None),
        ("listening+1", None),
        ("+1", None),
        ("", None),
    ],
)
def test_an_effect_is_a_skill_and_a_number(part: str, found: tuple[str, int] | None) -> None:
    assert effect(part) == found


def test_a_list_is_split_at_commas() -> None:
    assert split(" Listening,  follow-up ,, Two  words,") == ["listening", "follow-up", "two words"]
    assert split("") == split(" , ") == []
