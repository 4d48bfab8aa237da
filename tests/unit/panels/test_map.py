"""The map: every turn once, no box over another, the road that was taken, and where the room stands."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given

from kit.panels.map import TALL, WIDE, draw, places
from kit.play import Play
from kit.scenario import Scenario
from tests.unit.panels.looking import Tags
from tests.unit.playing import SMALL, Table, real, response, scenarios, turn


def drawn(play: Play) -> str:
    return draw(play.scenario, play.road.steps)


def check(scenario: Scenario) -> None:
    found, width, height = places(scenario)
    assert list(sorted(found)) == sorted(turn.name for turn in scenario.turns)
    for place in found.values():
        assert place.x - WIDE / 2 >= 0
        assert place.x + WIDE / 2 <= width
        assert place.y >= 0
        assert place.y + TALL <= height
    for one, other in combinations(found.values(), 2):
        assert abs(one.x - other.x) >= WIDE or abs(one.y - other.y) >= TALL


@pytest.mark.parametrize("scenario", [SMALL, real()], ids=["small", "real"])
def test_every_turn_has_a_place_of_its_own(scenario: Scenario) -> None:
    check(scenario)


@given(scenarios())
def test_every_turn_of_any_scenario_has_a_place_of_its_own(scenario: Scenario) -> None:
    check(scenario)
    html = drawn(Table(scenario).play)
    assert html.count("<rect") == len(scenario.turns)
    assert html.count("kit-here") == 1
    assert not set(re.findall(r"-?nan|inf", html))


def test_what_is_further_from_the_start_lies_lower() -> None:
    found, _, _ = places(SMALL)
    assert found["Call"].y < found["Storm"].y == found["Calm"].y < found["Done"].y == found["Lost"].y
    assert found["Nowhere"].y > found["Done"].y, "what nothing leads to comes last"


def boxes(html: str) -> dict[str, set[str]]:
    """The classes of each turn's box."""
    return {name: set(kinds.split()) for kinds, name in re.findall(r'<g class="([^"]*)"><title>(.*?)</title>', html)}


def test_it_shows_where_the_room_stands_and_was() -> None:
    table = Table()
    table.take("c")
    table.take("a")
    table.take("a")
    html = drawn(table.play)
    kinds = boxes(html)
    assert kinds["Calm"] >= {"kit-here"}
    assert [name for name, classes in kinds.items() if "kit-visited" in classes] == ["Call", "Storm"]
    assert [name for name, classes in kinds.items() if "kit-ending" in classes] == ["Done", "Lost", "Nowhere"]
    assert html.count("kit-taken") == 3
    assert "We are here: Calm. The road so far: Call (C) → Storm (A) → Call (A) → Calm." in Tags(html).said
    table.back()
    assert drawn(table.play).count("kit-taken") == 2, "what was gone back on is no longer the road"


def test_a_turn_that_leads_to_itself_needs_no_line() -> None:
    scenario = Scenario("x", [turn("Call", response("a", "", 0, "Call"), response("b", "", 0, "End")), turn("End")])
    assert drawn(Table(scenario).play).count("<path") == 1


def test_the_same_is_said_to_who_cannot_see_it() -> None:
    html = drawn(Table().play)
    found = Tags(html)
    assert {"role", "aria-label"} <= found.attributes
    assert 'aria-label="Map of the scenario&#x27;s turns. We are here: Call. The road so far: Call."' in html


def test_long_names_stay_in_two_lines_and_names_are_no_markup() -> None:
    name = 'A "very" long name, <b> that no box can hold &amp; more of it'
    scenario = Scenario("x", [turn(name, response("a", "", 0, name), response("b", "", 0, name))])
    html = drawn(Table(scenario).play)
    assert html.count("<text") == 2
    found = Tags(html)
    assert found.tags == {"p", "svg", "g", "title", "rect", "text"}
    assert name in found.said
