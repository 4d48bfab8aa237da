"""The map: all turns of the scenario by their distance from the start, the road so far, and where the room stands."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from kit.panels.parts import safe, say
from kit.road import Step
from kit.scenario import Scenario, Turn

# The picture's grid in its own pixels; it shrinks with the panel.
WIDE, TALL, ACROSS, DOWN, EDGE = 158, 46, 14, 34, 6
LETTERS = 18  # of a turn's name in one line


class Place(NamedTuple):
    """Where a turn's box stands: its middle, and its top."""

    x: float
    y: float


def places(scenario: Scenario) -> tuple[dict[str, Place], int, int]:
    """Each turn's place, and the picture's width and height. A row holds the turns at one distance from the start."""
    rows: dict[int, list[Turn]] = {}
    depths = scenario.depths()
    for turn in scenario.turns:
        rows.setdefault(depths[turn.name], []).append(turn)
    most = max(len(row) for row in rows.values())
    width = most * (WIDE + ACROSS) - ACROSS + 2 * EDGE
    found: dict[str, Place] = {}
    for level, depth in enumerate(sorted(rows)):
        row = _near(rows[depth], scenario, found)
        left = (width - (len(row) * (WIDE + ACROSS) - ACROSS)) / 2
        for n, turn in enumerate(row):
            found[turn.name] = Place(left + n * (WIDE + ACROSS) + WIDE / 2, EDGE + level * (TALL + DOWN))
    return found, width, EDGE * 2 + len(rows) * (TALL + DOWN) - DOWN


def _near(row: list[Turn], scenario: Scenario, found: dict[str, Place]) -> list[Turn]:
    """The row's turns, each as near as can be below those that lead to it, so that few lines cross."""

    def middle(turn: Turn) -> float:
        above = [
            found[other.name].x
            for other in scenario.turns
            if other.name in found and any(response.to == turn.name for response in other.responses)
        ]
        return sum(above) / len(above) if above else 0.0

    return sorted(row, key=middle)


def draw(scenario: Scenario, steps: Sequence[Step] = ()) -> str:
    """The map as a picture, with the same in words for a screen reader; without steps as it is before the start."""
    where, width, height = places(scenario)
    taken = {(step.turn, after.turn) for step, after in pairwise(steps)}
    visited = {step.turn for step in steps}
    edges = dict.fromkeys(
        (turn.name, response.to)
        for turn in scenario.turns
        for response in turn.responses
        if response.to in where and response.to != turn.name
    )
    # What was taken is drawn last, over the ways ahead and the rest.
    here = steps[-1].turn if steps else ""
    kinds = {edge: "kit-taken" if edge in taken else "kit-ahead" if edge[0] == here else "" for edge in edges}
    lines = "".join(_edge(where[a], where[b], kinds[a, b]) for a, b in sorted(edges, key=lambda e: kinds[e]))
    boxes = "".join(_box(turn, where[turn.name], here, visited) for turn in scenario.turns)
    road = " → ".join(f"{step.turn} ({step.letter})" if step.letter else step.turn for step in steps)
    told = say("play.map_here", turn=here, road=road) if steps else ""
    label = safe(f"{say('play.map_label')}. {told}".strip())
    return (
        f'<p class="kit-quiet">{safe(told)}</p><svg class="kit-map" role="img" aria-label="{label}" '
        f'viewBox="0 0 {width} {height}" style="max-width:{width}px">{lines}{boxes}</svg>'
    )


def _edge(start: Place, end: Place, kind: str) -> str:
    if end.y == start.y:
        # To a turn in the same row: in a bow below both.
        low = start.y + TALL
        path = f"M{start.x:.0f} {low:.0f} Q{(start.x + end.x) / 2:.0f} {low + DOWN:.0f} {end.x:.0f} {low:.0f}"
    else:
        # Down from below, or back up from above; boxes on the way lie over it.
        down = end.y > start.y
        y1, y2, bend = (start.y + TALL, end.y, DOWN) if down else (start.y, end.y + TALL, -DOWN)
        path = (
            f"M{start.x:.0f} {y1:.0f} C{start.x:.0f} {y1 + bend:.0f} {end.x:.0f} {y2 - bend:.0f} {end.x:.0f} {y2:.0f}"
        )
    return f'<path class="{f"kit-edge {kind}".strip()}" d="{path}"/>'


def _box(turn: Turn, place: Place, here: str, visited: set[str]) -> str:
    kinds = ["kit-turn"]
    if not turn.responses:
        kinds.append("kit-ending")
    if turn.name == here:
        kinds.append("kit-here")
    elif turn.name in visited:
        kinds.append("kit-visited")
    left = place.x - WIDE / 2
    lines = textwrap.wrap(turn.name, LETTERS, max_lines=2, placeholder="…") or [""]
    first = place.y + TALL / 2 + 5 - 8 * (len(lines) - 1)
    said = "".join(
        f'<text x="{place.x:.0f}" y="{first + 16 * n:.0f}">{safe(line)}</text>' for n, line in enumerate(lines)
    )
    box = f'<rect x="{left:.0f}" y="{place.y:.0f}" width="{WIDE}" height="{TALL}" rx="8"/>'
    return f'<g class="{" ".join(kinds)}"><title>{safe(turn.name)}</title>{box}{said}</g>'
