"""Scenarios on disk: read one, find a workshop's, and say what an author should mend."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kit.errors import BadScenario
from kit.scenario import USUAL_MOOD, Response, Scenario, Turn, ids
from kit.scenarios.checker import check, effect, goal, number, split
from kit.scenarios.markdown import Finding, RawResponse, RawTurn, Script, parse

# A novel by mistake must not make the notebook wait.
LARGEST = 1_000_000


class Reading(NamedTuple):
    """What a file holds: the scenario, None if it can't be played, and all findings in the order of the lines."""

    path: Path
    scenario: Scenario | None
    findings: list[Finding]

    def says(self) -> list[str]:
        """The findings as `file:line: sentence`."""
        return [f"{self.path}:{finding.line}: {finding.message}" for finding in self.findings]


def read(path: Path) -> Reading:
    """Read a scenario. Raises BadScenario if there is no such file, or if it is no text."""
    return read_text(_text(path), path)


def read_text(text: str, path: Path) -> Reading:
    """The same from a text that came from `path`."""
    script = parse(text)
    draft = _build(script) if script.turns else None
    findings = check(script, draft)
    stopped = any(finding.stops for finding in findings)
    return Reading(path, None if stopped else draft, findings)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadScenario(f"There is no scenario {path}. Look at its name and folder.") from None
    except OSError as error:
        raise BadScenario(f"The scenario {path} can't be read ({error.strerror}).") from None
    if len(raw) > LARGEST:
        raise BadScenario(f"{path} has {len(raw):,} bytes; a scenario has at most {LARGEST:,}. Is it the right file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadScenario(f"{path} is no UTF-8 text. Save it again as plain text with the encoding UTF-8.") from None


# Building


def _build(script: Script) -> Scenario:
    facts = {key: fact.value for key, fact in script.facts.items()}
    mood = number(facts.get("mood", ""))
    return Scenario(
        title=facts.get("title", ""),
        turns=[_turn(script, turn) for turn in script.turns],
        minutes=number(facts.get("minutes", "")) or 0,
        trade=facts.get("trade", ""),
        customer=facts.get("customer", ""),
        kind=facts.get("kind of customer", ""),
        intensity=number(facts.get("intensity", "")) or 0,
        skills=split(facts.get("skills", "")),
        language=facts.get("language") or "en",
        mood=max(0, min(10, USUAL_MOOD if mood is None else mood)),
        story="\n\n".join(script.story),
    )


def _turn(script: Script, turn: RawTurn) -> Turn:
    facts = {key: fact.value for key, fact in turn.facts.items()}
    return Turn(
        name=turn.name,
        line=turn.quote.value if turn.quote else "",
        tone=facts.get("tone", ""),
        sees=facts.get("sees", ""),
        note="\n\n".join(turn.note),
        responses=[_response(script, id_, raw) for id_, raw in zip(ids(), turn.responses, strict=False)],
        end=facts.get("end", ""),
        at=turn.line,
    )


def _response(script: Script, id_: str, raw: RawResponse) -> Response:
    facts = {key: fact.value for key, fact in raw.facts.items()}
    following = goal(script, facts.get("go to", ""))
    effects = (effect(part) for part in split(facts.get("skills", "")))
    return Response(
        id=id_,
        text=raw.text,
        grade=facts.get("grade", ""),
        reason=facts.get("reason", ""),
        mood=number(facts.get("mood", "")) or 0,
        skills=dict(found for found in effects if found is not None),
        to=following.name if following is not None else "",
        at=raw.line,
    )


# Finding


def workshops() -> Path | None:
    """The folder of workshops: where the notebook runs, or beside the package; None if there is none."""
    here = Path.cwd()
    places = (here, here / "workshops", Path(__file__).parents[2] / "workshops")
    code = Path(__file__).parents[1]  # which has a folder `scenarios` too
    return next((place for place in places if (place / "scenarios").is_dir() and place != code), None)


def of_workshop(name: str) -> list[Path]:
    """The scenarios of a workshop: `NN-slug.md`, then `NN-slug-….md`, by name."""
    folder = workshops()
    if folder is None:
        return []
    found = (folder / "scenarios").glob("*.md")
    mine = (path for path in found if path.stem == name or path.stem.startswith(f"{name}-"))
    return sorted(mine, key=lambda path: path.stem)


def all_in(places: Iterable[Path]) -> list[Path]:
    """The scenarios at these places: a file is itself, a folder all `.md` files in it. Raises BadScenario."""
    found: list[Path] = []
    for place in places:
        inside = sorted(place.glob("*.md")) if _is_folder(place) else [place]
        if not inside:
            raise BadScenario(f"There is no scenario in the folder {place}; one is a file that ends in .md.")
        found += inside
    return found


def _is_folder(place: Path) -> bool:
    try:
        return place.is_dir()
    except OSError:  # no name for a file at all: reading it will say so
        return False
