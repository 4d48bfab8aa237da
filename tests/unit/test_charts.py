"""Charts: pictures that stand in a page, the same every time, with text that stays text."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree as xml

import pytest

from kit import charts
from kit.charts import Bar, drawing
from kit.charts.road import NAME
from kit.charts.votes import LEFT, RIGHT
from kit.look import MARKS
from kit.road import Other, Step

WORDS = ("furious", "angry", "annoyed", "wary", "open", "relieved")
BARS = (Bar("first vote", 5 / 14, (0.16, 0.61), "5 of 14 · 36 %"), Bar("after the talk", None, None, "nobody voted"))
ROAD = (
    Step("Call", 3, "C", "So?", (Other("A", "Storm", 2), Other("B", "Storm", 2), Other("D", "Calm", 5))),
    Step("Calm", 4, "B", "Yes."),
    Step("Done", 10, end="resolved"),
)


def votes(*bars: Bar, name: str = "v", scale: bool = True) -> str:
    colour = MARKS[0].colour.light
    return charts.votes(name, "Votes", "In numbers below.", bars or BARS, shape="●", colour=colour, scale=scale)


def drawn(*bars: Bar, name: str = "v", scale: bool = True) -> xml.Element:
    return xml.fromstring(votes(*bars, name=name, scale=scale))


def texts(picture: xml.Element) -> list[str]:
    return [each.text or "" for each in picture.iter("text")]


def test_a_chart_of_votes_says_its_numbers_directly() -> None:
    said = texts(drawn())
    assert {"0 %", "100 %", "first vote", "5 of 14 · 36 %", "after the talk", "nobody voted"} <= set(said)


def test_a_bar_ends_at_its_share_and_its_band_at_the_interval() -> None:
    full = Bar("the vote", 1.0, (0.5, 1.0), "")
    paths = [each.get("d", "").split() for each in drawn(full).iter("path")]
    assert any(path[:2] == ["M", "8"] and path[4] == "292" for path in paths)
    assert any(path[:2] == ["M", "150"] and path[4] == "292" for path in paths)


def test_a_road_has_its_letters_words_and_end() -> None:
    picture = xml.fromstring(charts.road("r", "Mood", "In words below.", ROAD, WORDS, "resolved"))
    assert {*WORDS, "1. Call", "C", "2. Calm", "B", "3. Done", "resolved", "A B", "D"} == set(texts(picture))


@pytest.mark.parametrize("steps", [ROAD[:1], ROAD * 10, (Step("x" * 80, 0),)])
def test_a_road_of_any_length_stays_in_its_picture(steps: tuple[Step, ...]) -> None:
    picture = xml.fromstring(charts.road("r", "Mood", "", steps, WORDS, ""))
    height = float(picture.attrib["viewBox"].split()[3])
    assert all(0 <= float(each.attrib["y"]) <= height for each in picture.iter("text"))


def test_a_chart_is_named_for_who_cannot_see_it() -> None:
    picture = drawn()
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "v-title v-desc"
    said = {each.get("id"): each.text for each in picture}
    assert (said["v-title"], said["v-desc"]) == ("Votes", "In numbers below.")


def test_a_chart_is_scaled_by_its_box() -> None:
    picture = drawn()
    assert picture.attrib["viewBox"].startswith("0 0 300 ")
    assert not {"width", "height"} & set(picture.attrib)


def test_ids_are_the_charts_own_and_all_that_is_pointed_at_is_there() -> None:
    one, other = (drawn(name=name) for name in ("v1", "v2"))
    ids = [{each.get("id") for each in picture.iter() if each.get("id")} for picture in (one, other)]
    assert not ids[0] & ids[1]
    for picture, found in zip((one, other), ids, strict=True):
        assert {each.attrib["href"][1:] for each in picture.iter("use")} <= found
        assert not [each for each in picture.iter() if "clip-path" in each.attrib]
        assert not list(picture.iter("style")) + list(picture.iter("metadata"))


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 or $x^2$",
        r"\frac{1}{2} $\bad",
        '<script>"x"&',
        "שלום עולם",
        "مرحبا",
        "よろしくお願いします" * 9,
        "😀",
        "a\x00b\x0bc\nd",
        "",
    ],
)
def test_any_text_stays_text(text: str) -> None:
    plain = " ".join(text.replace("\x00", " ").replace("\x0b", " ").split())
    said = "".join(texts(drawn(Bar(text, 0.5, None, "1"))))
    assert plain[:20] in said


def test_a_long_name_of_a_turn_is_cut() -> None:
    for name in ("word " * 800, "x" * 4000):
        picture = xml.fromstring(charts.road("r", "Mood", "", [Step(name, 3)], WORDS, ""))
        assert max(map(len, texts(picture))) <= NAME


def test_every_mark_has_its_shape() -> None:
    assert set(drawing.SHAPES) == {each.shape for each in MARKS}


def test_the_same_chart_gives_the_same_picture_in_any_process() -> None:
    code = "from tests.unit.test_charts import *; print(hash('x') and votes())"
    made = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_who_imports_charts_does_not_wait_for_matplotlib() -> None:
    code = "import sys, kit.charts, kit.export.html; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("text", ["\ufffe", "\uffff", "\x00", "a\ud800b", "\x1b[0m"])
def test_what_xml_cannot_hold_breaks_no_picture(text: str) -> None:
    assert "Say" in " ".join(texts(drawn(Bar(f"Say {text} it", 0.5, None, "1"))))
    step = Step(f"Call {text}", 3, "C", "So?")
    xml.fromstring(charts.road("r", "Mood", "In words below.", [step], WORDS, text))


@pytest.mark.parametrize("setting", [{"savefig.bbox": "tight"}, {"path.sketch": (1, 100, 2)}, {"text.usetex": True}])
def test_what_a_notebook_sets_for_its_own_charts_changes_none_of_these(setting: dict[str, object]) -> None:
    import matplotlib

    plain = votes(), charts.road("r", "t", "d", ROAD, WORDS, "")
    with matplotlib.rc_context(setting):
        assert (votes(), charts.road("r", "t", "d", ROAD, WORDS, "")) == plain


def test_the_band_goes_from_the_low_end_to_the_high_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.axes import Axes

    filled: list[tuple[float, float]] = []
    monkeypatch.setattr(Axes, "fill", lambda self, xs, ys, **_: filled.append((xs[0], xs[1])))
    votes(Bar("v", 0.5, (0.2, 0.9), "1"))
    width = RIGHT - LEFT
    assert filled == [(LEFT + width * 0.2, LEFT + width * 0.9)]


def test_letters_stand_apart_on_many_roads() -> None:
    """No two texts of a road lie over one another."""
    for seed in range(40):
        picture = xml.fromstring(charts.road("r", "Mood", "", walked(random.Random(seed)), WORDS, ""))
        letters = [
            (float(each.attrib["x"]), float(each.attrib["y"]))
            for each in picture.iter("text")
            if re.fullmatch(r"[A-F]( [A-F])*", each.text or "")
        ]
        assert len(set(letters)) == len(letters)
        assert min(abs(x - u) + abs(y - v) for (x, y), (u, v) in combinations(letters, 2)) > 7


def walked(chance: random.Random) -> list[Step]:
    """A road of six turns with up to six responses each."""
    steps, mood = [], chance.randint(1, 8)
    for n in range(6):
        moods = {letter: min(10, max(0, mood + chance.randint(-2, 2))) for letter in "ABCDEF"[: chance.randint(2, 6)]}
        taken = chance.choice(list(moods))
        others = tuple(Other(letter, "x", to) for letter, to in moods.items() if letter != taken)
        steps.append(Step(f"Turn {n}", mood, taken, "So.", others))
        mood = moods[taken]
    return steps
