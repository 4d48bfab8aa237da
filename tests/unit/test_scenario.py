"""A scenario as plain data: where its turns lead, and how a mood changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.look import MARKS
from kit.scenario import ENDS, GOOD, GRADES, SKILLS, Response, Scenario, Turn, changed, ids, letter_of


def turn(name: str, *to: str) -> Turn:
    """A turn whose responses lead to these."""
    return Turn(name, responses=[Response(id_, f"Say {goal}", to=goal) for id_, goal in zip(ids(), to, strict=False)])


def scenario(*turns: Turn) -> Scenario:
    return Scenario("A tale", list(turns))


# A circle a–b, a short cut from a to d, two ends, an island, and a response to nowhere.
TALE = scenario(
    turn("a", "b", "d", "b"),
    turn("b", "a", "c", "nowhere"),
    turn("c", "d"),
    turn("d"),
    turn("island", "d", "island"),
    turn("e"),
)


def names(turns: list[Turn]) -> list[str]:
    return [found.name for found in turns]


def first(tale: Scenario, name: str) -> Turn:
    found = tale.turn(name)
    assert found is not None
    return found


def test_a_turn_is_found_by_its_exact_name() -> None:
    assert TALE.turn("c") is TALE.turns[2]
    assert TALE.turn("C") is TALE.turn("") is TALE.turn("nowhere") is None


def test_a_response_is_found_by_its_id() -> None:
    a = TALE.turns[0]
    assert a.response("b") is a.responses[1]
    assert a.response("B") is a.response("z") is a.response("") is None


def test_what_comes_after_a_turn_comes_once_and_in_the_order_of_its_responses() -> None:
    assert names(TALE.after(first(TALE, "a"))) == ["b", "d"]
    assert names(TALE.after(first(TALE, "b"))) == ["a", "c"]
    assert TALE.after(first(TALE, "d")) == []


def test_what_is_reached_is_all_that_a_conversation_can_come_to() -> None:
    assert TALE.reached(first(TALE, "a")) == {"a", "b", "c", "d"}
    assert TALE.reached(first(TALE, "c")) == {"c", "d"}
    assert TALE.reached(first(TALE, "d")) == {"d"}
    assert TALE.reached(first(TALE, "island")) == {"island", "d"}


def test_a_turns_depth_is_the_shortest_way_to_it_and_what_nothing_leads_to_is_deepest() -> None:
    assert TALE.depths() == {"a": 0, "b": 1, "d": 1, "c": 2, "island": 3, "e": 3}


def test_a_single_turn_has_a_depth() -> None:
    assert scenario(turn("a")).depths() == {"a": 0}
    assert scenario(turn("a", "a")).depths() == {"a": 0}
    assert scenario().depths() == {}


def ladder(rungs: int) -> Scenario:
    """Two turns on each rung, and from each of them a way to both of the next: 2 ** rungs roads."""
    return scenario(
        *[turn(f"{side}{rung}", f"l{rung + 1}", f"r{rung + 1}") for rung in range(rungs) for side in "lr"],
        turn(f"l{rungs}"),
        turn(f"r{rungs}"),
    )


def test_each_turn_is_looked_at_once_however_many_roads_lead_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the notebook would wait for ever on a scenario of forty turns."""
    tale, looked = ladder(12), []
    after = Scenario.after

    def counted(self: Scenario, found: Turn) -> list[Turn]:
        looked.append(found.name)
        return after(self, found)

    monkeypatch.setattr(Scenario, "after", counted)
    assert len(tale.reached(tale.turns[0])) == 25
    assert len(looked) <= len(tale.turns)
    looked.clear()
    assert tale.depths()["r12"] == 12
    assert len(looked) <= len(tale.turns)


@given(st.lists(st.lists(st.integers(0, 7), max_size=6), min_size=1, max_size=7))
def test_depth_and_reach_agree_on_any_scenario(ways: list[list[int]]) -> None:
    tale = scenario(*[turn(str(n), *map(str, way)) for n, way in enumerate(ways)])
    reached = tale.reached(tale.turns[0])
    depths = tale.depths()
    assert set(depths) == set(names(tale.turns))
    assert depths["0"] == 0
    deepest = max(depths[name] for name in reached)
    assert all(depths[name] == deepest + 1 for name in depths if name not in reached)
    for found in tale.turns:
        for following in tale.after(found):
            if found.name in reached:
                assert following.name in reached
                assert depths[following.name] <= depths[found.name] + 1
    for name in reached - {"0"}:
        assert any(
            depths[before.name] == depths[name] - 1 for before in tale.turns if first(tale, name) in tale.after(before)
        )


@pytest.mark.parametrize(
    ("mood", "effect", "after"),
    [
        (3, 2, 5),
        (3, -2, 1),
        (3, 0, 3),
        (1, -5, 0),
        (0, -1, 0),
        (9, 5, 10),
        (10, 1, 10),
        (10, -999999, 0),
        (0, 999999, 10),
    ],
)
def test_a_mood_stays_on_its_scale(mood: int, effect: int, after: int) -> None:
    assert changed(mood, effect) == after


def test_ids_and_letters_are_those_of_the_marks() -> None:
    assert list(ids()) == ["a", "b", "c", "d", "e", "f"]
    assert [letter_of(id_) for id_ in ids()] == [mark.letter for mark in MARKS]
    assert Response("c", "Yes.").letter == "C"


@pytest.mark.parametrize("id_", ["", "g", "A", "ab", "1", " a"])
def test_what_is_no_id_has_no_letter(id_: str) -> None:
    assert letter_of(id_) == ""


def test_best_and_workable_are_good() -> None:
    assert set(GRADES) > GOOD
    assert [grade for grade in (*GRADES, "", "Best") if Response("a", "Yes.", grade).good] == ["best", "workable"]


def test_words_that_authors_write_are_small_and_all_different() -> None:
    for words in (GRADES, SKILLS, ENDS):
        assert len(set(words)) == len(words) > 3
        assert all(word == " ".join(word.casefold().split()) and "," not in word for word in words)
