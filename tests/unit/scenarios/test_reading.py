"""From a file to a scenario: every field, every way of writing it, and every kind of file that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import moves, play
from kit import scenarios as reader
from kit.errors import BadScenario
from kit.events import parse
from kit.forms import form_of
from kit.forms.choice import LEAST, MOST
from kit.scenario import Response, Scenario, Turn, pack, unpack
from kit.scenarios import LARGEST, all_in, of_workshop, read, workshops
from kit.session import Session
from tests.unit.making import room
from tests.unit.scenarios.planting import CORPUS, CORRECT, PATH, file, instead, planted, reading

LAMP = Scenario(
    title="The broken lamp",
    minutes=10,
    trade="lamp shop, at the counter",
    customer="Ida Berg",
    kind="complaining",
    intensity=1,
    skills=["listening", "clarity"],
    language="en",
    mood=4,
    story="Ida Berg bought a lamp yesterday. It broke on the first evening.\n\nThe shop has three more of them.",
    turns=[
        Turn(
            name="The lamp",
            line="It broke on the first evening. I had guests.",
            tone="tired, polite",
            sees="she puts the box on the counter",
            note="She wants to be believed, first of all.",
            at=17,
            responses=[
                Response(
                    id="a",
                    text="It broke while your guests were there. Is that right?",
                    grade="best",
                    reason="Gives her evening back, then checks.",
                    mood=1,
                    skills={"listening": 2, "clarity": 1},
                    to="Thank you",
                    at=26,
                ),
                Response(
                    id="b",
                    text="Lamps do break, you know.",
                    grade="weak",
                    reason="True, and no help.",
                    mood=-1,
                    skills={"listening": -1},
                    to="The bill",
                    at=32,
                ),
            ],
        ),
        Turn(
            name="The bill",
            line="I have the bill here. What else do you want to see?",
            tone="sharp",
            sees="she unfolds a piece of paper",
            at=39,
            responses=[
                Response(
                    id="a",
                    text="You kept it all together. I take the lamp back, now.",
                    grade="workable",
                    reason="Clear, and late.",
                    mood=1,
                    skills={"clarity": 1},
                    to="Thank you",
                    at=46,
                ),
                Response(
                    id="b",
                    text="Without the carton there is nothing that I can do.",
                    grade="harmful",
                    reason="Closes the door.",
                    mood=-2,
                    to="The door",
                    at=52,
                ),
            ],
        ),
        Turn(name="Thank you", line="Good. Thank you.", tone="relieved", end="resolved", at=58),
        Turn(
            name="The door", line="Then keep it.", tone="cold", sees="the lamp stays on the counter", end="lost", at=66
        ),
    ],
)
SAME = sorted(CORPUS.glob("same-*.md"))
TEXTS = [planted(path.read_text(encoding="utf-8")).text for path in sorted(CORPUS.glob("*.md"))]
LINES = sorted({line for text in TEXTS for line in text.split("\n")})
PIECES = [
    *"\n\t >-*#`<&:|\\[]()!=~_0\0\u2028", "---\n", "```", "<!--", "-->", "\n\n", "    ", "## ", "> ", "- ", "  - ",
    "tone: ", "end: ", "grade: ", "go to: ", "mood: −", "&#10;", "<b>", "</div>", "[a]: b", "1. ",
    "TODO", "é", "🙂", "The lamp",
]  # fmt: skip


def without_lines(scenario: Scenario) -> Scenario:
    turns = [
        msgspec.structs.replace(
            turn, at=0, responses=[msgspec.structs.replace(response, at=0) for response in turn.responses]
        )
        for turn in scenario.turns
    ]
    return msgspec.structs.replace(scenario, turns=turns)


def on_disk(folder: Path, raw: bytes, name: str = "02-the-broken-lamp.md") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


# Every field, and every way of writing it


def test_a_scenario_is_read_field_by_field() -> None:
    read = reading(CORRECT)
    assert read.path == PATH
    assert read.findings == []
    assert read.scenario == LAMP


def test_there_are_other_ways_of_writing_it() -> None:
    assert len(SAME) >= 4


@pytest.mark.parametrize("path", SAME, ids=lambda path: path.stem)
def test_the_same_scenario_written_otherwise_is_the_same(path: Path) -> None:
    read = reading(path.read_text(encoding="utf-8"))
    assert read.scenario is not None
    assert without_lines(read.scenario) == without_lines(LAMP)


def test_the_shipped_line_ends_and_marks_of_every_system_are_read(tmp_path: Path) -> None:
    for raw in (CORRECT.encode(), CORRECT.replace("\n", "\r\n").encode(), CORRECT.encode("utf-8-sig")):
        assert read(on_disk(tmp_path, raw)).scenario == LAMP


def test_every_alphabet_is_kept_as_it_is() -> None:
    text = CORRECT
    for word, other in (
        ("Ida Berg\n", "井出 Ида أيدا\n"),
        ("> Then keep it.", "> そのまま… 🙃 “naïve”"),
        ("The door", "La porte d’à côté"),
    ):
        text = text.replace(word, other)
    read = reading(text)
    assert read.findings == []
    assert read.scenario is not None
    assert read.scenario.customer == "井出 Ида أيدا"
    assert read.scenario.turns[3].name == read.scenario.turns[1].responses[1].to == "La porte d’à côté"
    assert read.scenario.turns[3].line == "そのまま… 🙃 “naïve”"


def test_a_title_may_have_a_colon() -> None:
    read = reading(instead("title: The broken lamp", "title: The lamp: a tale: 1"))
    assert read.findings == []
    assert read.scenario is not None
    assert read.scenario.title == "The lamp: a tale: 1"


def test_html_is_words_to_us_and_never_a_page() -> None:
    """As it was typed; wall, phones and panels escape it."""
    html = "<b>Lamps</b> <script>alert(1)</script> <img src=x onerror=alert(1)> break &lt;/p&gt;"
    text = instead("Lamps do break, you know.", html)
    for old in (
        "lamp shop, at the counter",
        "True, and no help.",
        "Then keep it.",
        "Ida Berg bought a lamp yesterday.",
    ):
        text = instead(old, html, text)
    read = reading(text)
    assert read.findings == []
    assert read.scenario is not None
    lamp, *_, door = read.scenario.turns
    shown = html.replace("&lt;/p&gt;", "</p>")
    assert read.scenario.trade == html
    assert (lamp.responses[1].text, lamp.responses[1].reason, door.line) == (shown, shown, shown)
    assert read.scenario.story.startswith(shown)


def test_what_is_out_of_range_is_kept_on_the_scale() -> None:
    for written, mood in (("11", 10), ("-4", 0), ("−1", 0), ("many", 3), ("", 3)):
        read = reading(instead("mood: 4", f"mood: {written}"))
        assert read.scenario is not None
        assert read.scenario.mood == mood


def test_a_scenario_is_the_same_after_the_log() -> None:
    for scenario in (LAMP, reading(file("all-at-once")).scenario, Scenario("x", [Turn("y")])):
        if scenario is not None:
            assert unpack(json.loads(json.dumps(pack(scenario)))) == scenario


# What is no scenario


@pytest.mark.parametrize(
    "raw",
    [
        CORRECT.replace("Ida", "Idä").encode("latin-1"),
        CORRECT.encode("utf-16"),
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        CORRECT.encode() + b"\xc3",
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
    ids=["Latin-1", "UTF-16", "binary", "a picture", "cut off", "half a sign"],
)
def test_a_file_that_is_no_text_says_how_to_save_it(tmp_path: Path, raw: bytes) -> None:
    path = on_disk(tmp_path, raw)
    with pytest.raises(BadScenario) as caught:
        read(path)
    assert caught.value.sentence == f"{path} is no UTF-8 text. Save it again as plain text with the encoding UTF-8."


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadScenario) as caught:
        read(tmp_path / "none.md")
    assert caught.value.sentence == f"There is no scenario {tmp_path / 'none.md'}. Look at its name and folder."


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(BadScenario, match=r"The scenario .* can't be read \(.+\)\."):
        read(tmp_path)


def test_a_file_below_a_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadScenario):
        read(on_disk(tmp_path, b"") / "inside.md")


def test_a_novel_is_refused_with_its_size_before_it_is_read(tmp_path: Path) -> None:
    path = on_disk(tmp_path, b"x" * 2_000_000)
    with pytest.raises(BadScenario) as caught:
        read(path)
    assert "2,000,000 bytes; a scenario has at most 1,000,000" in caught.value.sentence


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    filled = CORRECT.encode() + b"\n<!--" + b"x" * (LARGEST - len(CORRECT.encode()) - 8) + b"-->"
    assert len(filled) == LARGEST
    assert read(on_disk(tmp_path, filled)).scenario == LAMP


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xef\xbb\xbf", b"---\n---\n", b"---\ntitle: x\n---", b"\0", b"\0" * 999])
def test_a_file_with_nothing_in_it_has_findings_and_no_scenario(tmp_path: Path, raw: bytes) -> None:
    found = read(on_disk(tmp_path, raw))
    assert found.scenario is None
    assert found.findings
    assert {finding.line for finding in found.findings} == {1}


def test_a_sign_that_is_none_does_no_harm(tmp_path: Path) -> None:
    found = read(on_disk(tmp_path, CORRECT.replace("Then keep it.", "Then\0keep it.").encode()))
    assert found.findings == []
    assert found.scenario is not None
    assert found.scenario.turns[3].line == "Then\ufffdkeep it."


@pytest.mark.parametrize(
    "packed",
    [
        None, 1, "x", [], [1], {}, {"title": "x"}, {"turns": []}, {"title": "x", "turns": []},
        {"title": 1, "turns": [{}]},
        {"title": "x", "turns": [{"name": 1}]}, {"title": "x", "turns": ["y"]}, {"title": "x", "turns": {"name": "y"}},
        {"title": "x", "turns": [{"name": "y", "responses": [{"id": "a"}]}]}, {"title": "x", "turns": None},
        {"title": "x", "turns": [{"name": "y"}], "mood": "3"}, {"title": "x", "turns": [{"name": "y"}], "mood": 1.5},
        {"title": "x", "turns": [{"name": "y", "responses": [{"id": "a", "text": "b", "skills": {"clarity": "1"}}]}]},
    ],
)  # fmt: skip
def test_what_is_no_packed_scenario_is_none(packed: object) -> None:
    assert unpack(packed) is None


def test_another_versions_fields_are_left_aside() -> None:
    assert unpack({"title": "x", "turns": [{"name": "y", "later": 1}], "later": {}}) == Scenario("x", [Turn("y")])


# Whatever is written


def posted(*events: Any) -> None:
    """These as the notebook would send them: what the vocabulary does not have raises InvalidEvent."""
    taken = parse(msgspec.json.encode(list(events)))
    assert [type(event) for event, _ in taken] == [type(event) for event in events]


def can_be_led(scenario: Scenario) -> None:
    """Each turn can be shown, voted on and revealed."""
    names = [turn.name for turn in scenario.turns]
    assert len(set(names)) == len(names)
    log = room("ana")
    log.add(*moves.begin(log.session, scenario, "02-x"))
    posted(*moves.begin(Session("ABC234"), scenario, "02-x"))
    for turn in scenario.turns:
        assert turn.name
        assert not turn.responses or LEAST <= len(turn.responses) <= MOST
        assert [each.letter for each in turn.responses] == list("ABCDEF"[: len(turn.responses)])
        posted(moves.scene(scenario, turn, scenario.mood))
        for response in turn.responses:
            assert response.to in names
            assert turn.response(response.id) == response
    here = play.read(log.session)
    assert here is not None
    assert here.scenario == scenario
    for _ in range(4):
        if not here.turn.responses:
            break
        vote = moves.open_vote(log.session, here, "What do you say?")
        posted(*vote)
        form_of(vote[-1]).check_opening(vote[-1])  # type: ignore[arg-type]
        assert all(log.add(*vote))
        here = play.read(log.session)
        assert here is not None
        assert all(log.add(*moves.close_vote(here)))
        here = play.read(log.session)
        assert here is not None
        posted(*moves.reveal(log.session, here))
        going = moves.take(log.session, here, here.turn.responses[-1])
        posted(*going)
        assert all(log.add(*going))
        here = play.read(log.session)
        assert here is not None


def holds(text: str) -> None:
    """What is so for every text there is."""
    found = reading(text)
    last = max(1, text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
    lines = [finding.line for finding in found.findings]
    assert lines == sorted(lines)
    assert all(1 <= line <= last for line in lines)
    assert len(set(found.says())) == len(found.says())
    assert all("\n" not in line for line in found.says())
    assert (found.scenario is None) == any(finding.stops for finding in found.findings)
    if found.scenario is not None:
        can_be_led(found.scenario)
        assert unpack(json.loads(json.dumps(pack(found.scenario)))) == found.scenario


@given(st.text(max_size=400))
def test_any_text_is_a_scenario_or_has_findings(text: str) -> None:
    holds(text)


@given(st.lists(st.sampled_from([*PIECES, *LINES]), max_size=60).map("".join))
def test_any_pieces_of_scenarios_are_too(text: str) -> None:
    holds(text)


@given(st.lists(st.sampled_from(LINES), max_size=60).map("\n".join))
def test_any_lines_of_scenarios_are_too(text: str) -> None:
    holds(text)


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A scenario after an accident or three: lines lost, doubled, moved, or with something typed into them."""
    lines = draw(st.sampled_from([*TEXTS, *[CORRECT] * 10])).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["lost", "doubled", "moved", "typed", "replaced", "long"]))
        line = lines.pop(at)
        place = draw(st.integers(0, len(line)))
        other = draw(st.integers(0, len(lines)))
        typed = draw(st.sampled_from(PIECES) | st.text(max_size=5))
        if what == "doubled":
            lines[at:at] = [line, line]
        elif what == "moved":
            lines.insert(other, line)
        elif what == "typed":
            lines.insert(at, line[:place] + typed + line[place:])
        elif what == "replaced":
            lines.insert(at, draw(st.sampled_from(LINES)))
        elif what == "long":
            lines.insert(at, line[:place] + "m" * draw(st.sampled_from([60, 100, 600, 5_000])) + line[place:])
        lines = lines or [""]
    return "\n".join(lines)


@given(spoiled())
def test_a_spoiled_scenario_is_still_one_or_says_why(text: str) -> None:
    holds(text)


@pytest.mark.parametrize("text", TEXTS, ids=[path.stem for path in sorted(CORPUS.glob("*.md"))])
def test_the_corpus_itself_is_a_scenario_or_says_why(text: str) -> None:
    holds(text)


FIELDS = st.sampled_from([*Scenario.__struct_fields__, *Turn.__struct_fields__, *Response.__struct_fields__])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5) | FIELDS, inside, max_size=4),
)


@given(JSON)
def test_whatever_a_log_holds_is_a_scenario_or_none(packed: object) -> None:
    found = unpack(packed)
    assert found is None or found.turns


# Where they are


def kept(folder: Path, *names: str) -> Path:
    scenarios = folder / "workshops" / "scenarios"
    scenarios.mkdir(parents=True)
    for name in names:
        on_disk(scenarios, CORRECT.encode(), name)
    return scenarios


def test_a_workshops_scenarios_begin_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(
        tmp_path,
        "02-late.md",
        "02-late-b.md",
        "02-late-a.md",
        "02-later.md",
        "03-late.md",
        "02-late.txt",
        "x-02-late.md",
    )
    monkeypatch.chdir(tmp_path)
    assert [path.name for path in of_workshop("02-late")] == ["02-late.md", "02-late-a.md", "02-late-b.md"]
    assert of_workshop("04-none") == []
    # JupyterLab runs a notebook in its own folder.
    monkeypatch.chdir(tmp_path / "workshops")
    assert len(of_workshop("02-late")) == 3


def test_from_elsewhere_the_kits_own_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path(reader.__file__).parents[2] / "workshops"
    assert workshops() == own
    assert of_workshop("02-the-late-delivery") == [own / "scenarios" / "02-the-late-delivery.md"]


def test_where_there_are_none_there_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reader, "__file__", str(tmp_path / "kit" / "scenarios" / "__init__.py"))
    assert workshops() is None
    assert of_workshop("02-the-late-delivery") == []


def test_the_kits_own_code_is_no_folder_of_workshops(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a folder `scenarios` too."""
    code = Path(reader.__file__).parents[1]
    monkeypatch.chdir(code)
    assert workshops() == code.parent / "workshops"


def test_a_place_is_a_file_or_a_folder(tmp_path: Path) -> None:
    folder = kept(tmp_path, "b.md", "a.md", "c.txt")
    assert all_in([folder]) == [folder / "a.md", folder / "b.md"]
    assert all_in([folder / "c.txt", folder]) == [folder / "c.txt", folder / "a.md", folder / "b.md"]
    with pytest.raises(BadScenario, match="There is no scenario in the folder"):
        all_in([folder, tmp_path])
