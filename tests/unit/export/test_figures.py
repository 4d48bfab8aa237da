"""Every figure of `summary.html` once more, by pandas from the log's lines alone: no fold, no play, no statistics."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from math import comb
from typing import Any
from xml.etree import ElementTree as xml

import numpy as np
import pandas as pd
import pytest

from tests.unit.export.pages import afternoon, by_id, parse, text, written
from tests.unit.making import Log, ask, hands, room, shut, vote
from tests.unit.playing import Table, real

GOOD = ("best", "workable")
WORDS = ("furious", "angry", "annoyed", "wary", "open", "relieved")
ONWARD = ("next", "other", "tie", "skip")


# From the log


class Told:
    """What the lines of a log say, in tables."""

    def __init__(self, lines: list[bytes]) -> None:
        self.events = [json.loads(line) for line in lines]
        table = pd.DataFrame(self.events)
        joined = table[table["kind"] == "participant.joined"]
        removed = table[table["kind"] == "participant.removed"]
        self.removed = dict(zip(removed.get("participant", []), removed["seq"], strict=True)) if len(removed) else {}
        self.people = len(joined) - len(self.removed)
        opened = table[table["kind"] == "round.opened"]
        self.opened = {row["round"]: row for row in opened.to_dict("records")}
        closed = table[table["kind"] == "round.closed"]
        self.closed = {} if closed.empty else closed.groupby("round")["seq"].min().to_dict()
        ballots = table[table["kind"] == "ballot.cast"]
        self.ballots = ballots if not ballots.empty else pd.DataFrame(columns=["seq", "round", "participant", "answer"])

    def answers(self, id_: str) -> pd.Series:
        """Participant → answer: the last one before closing, of those who were not removed."""
        ballots = self.ballots
        mine = ballots[(ballots["round"] == id_) & (ballots["seq"] < self.closed.get(id_, 10**9))]
        mine = mine[~mine["participant"].isin(self.removed)]
        return mine.sort_values("seq").groupby("participant")["answer"].last()

    def hands(self, id_: str) -> dict[str, int] | None:
        counts = [e["counts"] for e in self.events if e["kind"] == "hands.counted" and e["round"] == id_]
        return counts[-1] if counts else None

    def notes(self, topic: str, before: int = 10**9) -> list[dict[str, Any]]:
        return [
            event
            for event in self.events
            if event["kind"] == "note.recorded" and event["topic"] == topic and event["seq"] < before
        ]

    def grades(self, rounds: list[str], turn: str, seq: int) -> dict[str, str]:
        """As they were revealed, else as the scenario has them."""
        grades: dict[str, str] = {}
        for note in self.notes("scenario", seq):
            for each in note["fields"]["scenario"]["turns"]:
                if each["name"] == turn:
                    grades = {response["id"]: response.get("grade", "") for response in each.get("responses", [])}
        for event in self.events:
            if event["kind"] == "round.revealed" and event["round"] in rounds:
                grades |= {id_: note.get("grade", "") for id_, note in event.get("notes", {}).items()}
        return grades


def walk(told: Told) -> list[list[dict[str, Any]]]:
    """The stops on the road of each conversation: the road notes by which they were come to."""
    talks: list[list[dict[str, Any]]] = []
    for note in told.notes("road"):
        road = note["fields"] | {"seq": note["seq"]}
        if road["move"] == "begin":
            talks.append([])
        at = len(road["steps"]) - 1
        if road["move"] in ONWARD:
            talks[-1][-1] = talks[-1][-1] | {"left": road}
        talks[-1] = [*talks[-1][:at], road]
    return talks


def pair(told: Told, ids: list[str]) -> list[str]:
    """The newest vote, and the newest that repeats it."""
    first = [id_ for id_ in ids if not isinstance(told.opened[id_].get("repeats"), str)][-1]
    return [first, *[id_ for id_ in ids if told.opened[id_].get("repeats") == first][-1:]]


# Formulas, each in another way than the kit's


def whole(share: float) -> int:
    """Per cent with halves up, in decimals."""
    return int((Decimal(repr(float(share))) * 100).to_integral_value(ROUND_HALF_UP))


def wilson(count: int, of: int) -> str:
    """The shares x that are 1.96 of their own standard errors away from the one that was seen."""
    z, share = 1.959963984540054, count / of
    low, high = sorted(np.roots([1 + z * z / of, -2 * share - z * z / of, share * share]).real)
    return f"{whole(max(0.0, low))}–{whole(min(1.0, high))} %"


def mcnemar(gained: int, lost: int) -> float:
    """All splits that are no more probable than this one."""
    switched = gained + lost
    ways = [comb(switched, k) for k in range(switched + 1)]
    return sum(way for way in ways if way <= ways[lost]) / 2**switched


# On the page


def rows(page: xml.Element, id_: str) -> list[list[str]]:
    """A table's rows in words, without its head."""
    caption = by_id(page, id_)
    table = next(each for each in page.iter("table") if caption in list(each))
    found = [row for part in table if part.tag in ("tbody", "tfoot") for row in part.iterfind("tr")]
    assert found
    return [[text(cell) for cell in row] for row in found]


def expected(told: Told, rounds: list[str], grades: dict[str, str]) -> list[list[str]]:
    """The rows of the table of figures."""
    options = [option["id"] for option in told.opened[rounds[0]]["options"]]
    votes = [(told.answers(id_).value_counts(), told.hands(id_)) for id_ in rounds]
    beside = any(counts.sum() and sum((raised or {}).values()) for counts, raised in votes)
    open_ = rounds[-1] not in told.closed
    labels = ["first vote", "after the talk"] if len(rounds) > 1 else ["so far" if open_ else "the vote"]
    table = []
    for n, option in enumerate(options):
        name = ["●■▲◆★✚"[n] + " " + "ABCDEF"[n]]
        for label, (counts, raised) in zip(labels, votes, strict=True):
            by_hand = not counts.sum() and bool(sum((raised or {}).values()))
            count = (raised or {}).get(option, 0) if by_hand else int(counts.get(option, 0))
            of = sum((raised or {}).values()) if by_hand else int(counts.sum())
            row = [*name, label, *cells(count, of, by_hand)]
            if beside:
                row.append(str(raised.get(option, 0)) if raised is not None and not by_hand else "")
            table.append(row)
            name = []
    if not any(grade in (*GOOD, "weak", "harmful") for grade in grades.values()):
        return table
    total, anybody, name = [], False, ["a good response"]
    for label, (counts, raised) in zip(labels, votes, strict=True):
        shown = raised or {}
        of = int(counts.sum()) + sum(shown.values())
        good = sum(int(counts.get(id_, 0)) + shown.get(id_, 0) for id_ in options if grades.get(id_) in GOOD)
        anybody = anybody or of > 0
        part = cells(good, of, not counts.sum() and of > 0)
        if counts.sum() and sum(shown.values()):
            part[2] = ""
        total.append([*name, label, *part, *([""] if beside else [])])
        name = []
    return [*table, *total] if anybody else table


def cells(count: int, of: int, by_hand: bool) -> list[str]:
    if not of:
        return ["nobody voted"]
    return [f"{count} of {of}{' hands' if by_hand else ''}", f"{whole(count / of)} %", wilson(count, of)]


def check_question(page: xml.Element, told: Told, id_: str, rounds: list[str], grades: dict[str, str]) -> bool:
    if not any(len(told.answers(each)) + sum((told.hands(each) or {}).values()) for each in rounds):
        assert page.find(f".//*[@id='{id_}-figures']") is None
        return False
    assert rows(page, f"{id_}-figures") == expected(told, rounds, grades)
    if len(rounds) > 1:
        check_switches(page, told, id_, rounds, grades)
    return True


def check_switches(page: xml.Element, told: Told, id_: str, rounds: list[str], grades: dict[str, str]) -> None:
    both = pd.concat([told.answers(each) for each in rounds], axis=1, join="inner", keys=["before", "after"])
    said = text(by_id(page, f"{id_}-moved"))
    if len(both) < 6:
        assert not re.search(r"\d", said)
        assert ("Fewer than six voted by phone both times" in said) == (len(both) > 0)
        assert page.find(f".//*[@id='{id_}-switches']") is None
        return
    options = [option["id"] for option in told.opened[rounds[0]]["options"]]
    matrix = pd.crosstab(both["before"], both["after"]).reindex(index=options, columns=options, fill_value=0)
    assert [row[1:] for row in rows(page, f"{id_}-switches")] == matrix.astype(str).to_numpy().tolist()
    if not any(grade in (*GOOD, "weak", "harmful") for grade in grades.values()):
        assert f" {int((both['before'] != both['after']).sum())} changed" in said
        assert f"Of {len(both)} " in said
        return
    good = both.isin([id_ for id_ in options if grades.get(id_) in GOOD])
    gained = int((~good["before"] & good["after"]).sum())
    lost = int((good["before"] & ~good["after"]).sum())
    assert said.startswith(
        f"{len(both)} voted by phone both times: {gained} moved to a good response, {lost} away from one."
    )
    if gained + lost < 6:
        assert said.endswith(f"it takes 6 who change between good and not, here {gained + lost} did.")
        return
    p = mcnemar(gained, lost)
    shown = re.search(r"p ([=<]) ([0-9.]+)\)", said)
    assert shown is not None
    assert abs(float(shown[2]) - p) < 0.00501 if shown[1] == "=" else p < 0.0001
    assert ("more than chance" in said) == (p < 0.05)


def check(lines: list[bytes], page: xml.Element) -> int:
    """Compare all of it; how many tables there were."""
    told, tables = Told(lines), 0
    facts = [text(each) for each in page.iterfind(".//dl[@class='facts']/div/dd")]
    assert facts[-1] == {0: "nobody", 1: "1 person"}.get(told.people, f"{told.people} people")
    talks, claimed = walk(told), set()
    for note in told.notes("road"):
        claimed |= {id_ for id_ in told.opened if id_.startswith(f"play-{note['fields']['visit']}-")}
    for t, talk in enumerate(talks, 1):
        check_road(page, f"c{t}", talk[-1]["steps"])
        for n, stop in enumerate(talk, 1):
            tables += check_stop(page, told, f"c{t}-{n}", stop)
    rest = [id_ for id_ in told.opened if id_ not in claimed]
    for n, rounds in enumerate(questions(told, rest), 1):
        tables += check_question(page, told, f"q{n}-votes", rounds, {})
    return tables


def questions(told: Told, ids: list[str]) -> list[list[str]]:
    """A round that another repeats is shown with the last one that does."""
    found: list[list[str]] = []
    for id_ in reversed(ids):
        if any(id_ in rounds for rounds in found):
            continue
        before = told.opened[id_].get("repeats")
        used = [each for rounds in found for each in rounds]
        found.append([before, id_] if isinstance(before, str) and before not in used else [id_])
    return found[::-1]


def check_road(page: xml.Element, id_: str, steps: list[dict[str, Any]]) -> None:
    section = next(each for each in page.iter("section") if each.get("aria-labelledby") == id_)
    items = [text(item) for item in section.iterfind(".//ul[@class='road']/li")]
    assert len(items) == len(steps)
    for n, (item, step) in enumerate(zip(items, steps, strict=True), 1):
        assert item.startswith(f"{n}. {step['turn']}: {WORDS[step['mood'] // 2]}, {step['mood']} of 10")
        assert ("taken: " + step["letter"] + "," in item) if step.get("letter") else "taken" not in item


def check_stop(page: xml.Element, told: Told, id_: str, stop: dict[str, Any]) -> bool:
    article = next(each for each in page.iter("article") if each.get("aria-labelledby") == id_)
    here = stop["steps"][-1]
    said = text(article)
    assert f"{WORDS[here['mood'] // 2]} ({here['mood']} of 10):" in said
    if "left" in stop:
        after = stop["left"]["steps"][-1]["mood"]
        assert f"→ {WORDS[after // 2]} ({after} of 10)." in said
        assert (stop["left"].get("why") or "") in said
    ids = [each for each in told.opened if each.startswith(f"play-{stop['visit']}-")]
    if not ids:
        assert page.find(f".//*[@id='{id_}-votes-figures']") is None
        return False
    rounds = pair(told, ids)
    until = stop["left"]["seq"] if "left" in stop else 10**9
    return check_question(page, told, f"{id_}-votes", rounds, told.grades(rounds, here["turn"], until))


# The sessions


@pytest.mark.parametrize("seed", range(40))
def test_every_figure_of_a_lively_afternoon(seed: int) -> None:
    table = afternoon(seed, people=[14, 30, 2, 1][seed % 4])
    check(table.lines, parse(written(table)))


def test_lively_afternoons_have_figures_to_check() -> None:
    logs = [afternoon(seed) for seed in range(6)]
    assert sum(check(log.lines, parse(written(log))) for log in logs) > 15


def test_a_session_without_votes() -> None:
    logs: list[Log] = [room(), room("person-1"), Table(), Table(people="")]
    for log in logs:
        assert check(log.lines, parse(written(log))) == 0


def test_one_person() -> None:
    table = Table(people="person-1")
    table.voted(**{"person-1": "a"})
    table.again(**{"person-1": "b"})
    table.reveal()
    table.take("b")
    assert check(table.lines, parse(written(table))) == 1


def test_hands_alone_and_beside_phones() -> None:
    table = Table(people="person-1 person-2 person-3")
    table.voted()
    table.count(a=4, c=3)
    table.again()
    table.count(a=6, c=1)
    table.take("a")
    table.voted(**{"person-1": "a", "person-2": "b"})
    table.count(a=2, b=5)
    table.again(**{"person-1": "b", "person-3": "b"})
    table.reveal()
    table.add(ask(), shut(), hands(a=1, b=2))
    page = parse(written(table))
    assert check(table.lines, page) == 3
    assert "6 of 7 hands" in text(page)


def test_a_thousand_people() -> None:
    table = Table(real(), " ".join(f"person-{n}" for n in range(1, 1001)))
    table.open()
    for n in range(1, 1001):
        table.add(vote(f"person-{n}", "abcd"[n % 4], "play-1-1"))
    table.close()
    table.again(**{f"person-{n}": "abcc"[n * 7 % 4] for n in range(1, 990)})
    table.reveal()
    table.take("c")
    page = parse(written(table))
    assert check(table.lines, page) == 1
    assert "1000 people" in text(page)
