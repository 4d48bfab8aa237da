"""What an author should mend: all findings at once, each with its line and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from kit.forms.choice import LEAST, MOST
from kit.scenario import ENDS, GOOD, GRADES, LEAST_MOOD, MOST_MOOD, SKILLS, Scenario
from kit.scenarios.markdown import FACTS, Fact, Finding, RawResponse, RawTurn, Script

# What can be read from the back row on one screen, in characters, and what an event can hold at all.
LONGEST = {
    "customer": (60, 80), "name": (40, 80), "line": (320, 4000), "direction": (180, 4000),
    "response": (160, 500), "reason": (200, 4000),
}  # fmt: skip
LONGEST_GRADE = 80
LARGEST_EFFECT = 5
# As many turns as a message lists.
LISTED = 30
OPTIONAL = frozenset({"mood"})


def check(script: Script, scenario: Scenario | None) -> list[Finding]:
    """All findings of a script, in the order of its lines; `scenario` is what could be built of it."""
    findings = [*script.findings, *_facts(script), *_turns(script)]
    if scenario is not None:
        findings += _roads(script, scenario)
    return sorted(set(findings))


# The facts on top


def _facts(script: Script) -> Iterator[Finding]:
    facts = script.facts
    if not facts and any(finding.stops for finding in script.findings):
        return  # the whole block is missing, which was told already
    for key in FACTS:
        if not (key in facts and facts[key].value.strip(", ")) and key not in OPTIONAL:
            line = facts[key].line if key in facts else 1
            yield Finding(line, f'"{key}:" is missing among the facts on top.', stops=key == "title")
    yield from _whole(facts.get("minutes"), "minutes", 1, 480)
    yield from _whole(facts.get("intensity"), "intensity", 1, 3)
    yield from _whole(facts.get("mood"), "mood", LEAST_MOOD, MOST_MOOD)
    customer = facts.get("customer")
    if customer is not None:
        yield from _long(customer.value, customer.line, "customer", "customer's name")
    language = facts.get("language")
    if language is not None and language.value and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", language.value):
        yield Finding(language.line, f'language "{language.value}" is no language tag; write one such as en.')
    skills = facts.get("skills")
    if skills is not None:
        for name in split(skills.value):
            if name not in SKILLS:
                yield Finding(skills.line, f'skill "{name}" is none of {", ".join(SKILLS)}.')


def _whole(fact: Fact | None, key: str, least: int, most: int) -> Iterator[Finding]:
    if fact is not None and fact.value:
        value = number(fact.value)
        if value is None or not least <= value <= most:
            yield Finding(fact.line, f'{key} "{fact.value}" must be a whole number from {least} to {most}.')


# Turn by turn


def _turns(script: Script) -> Iterator[Finding]:
    if not script.turns:
        yield Finding(1, "there is no turn yet. A turn begins with a heading, such as ## The call.", stops=True)
    seen: dict[str, int] = {}
    for turn in script.turns:
        if not turn.name:
            yield Finding(turn.line, "this heading is empty; it must name its turn.", stops=True)
        elif turn.name.casefold() in seen:
            told = f'the turn "{turn.name}" stands here twice; the first is on line {seen[turn.name.casefold()]}.'
            yield Finding(turn.line, told, stops=True)
        seen.setdefault(turn.name.casefold(), turn.line)
        yield from _long(turn.name, turn.line, "name", "turn's name")
        yield from _turn(turn)
        for response in turn.responses:
            yield from _response(script, response)


def _turn(turn: RawTurn) -> Iterator[Finding]:
    if turn.quote is None or not turn.quote.value:
        yield Finding(turn.line, f'in the turn "{turn.name}" the customer says nothing; begin their line with >.', True)
    else:
        yield from _long(turn.quote.value, turn.quote.line, "line", "customer's line")
    direction = " · ".join(turn.facts[key].value for key in ("tone", "sees") if key in turn.facts)
    yield from _long(direction, turn.line, "direction", "tone and what one sees")
    end = turn.facts.get("end")
    if end is not None and end.value not in ENDS:
        yield Finding(end.line, f'end "{end.value}" is none of {", ".join(ENDS)}.')
    if turn.responses and end is not None:
        yield Finding(end.line, f'the turn "{turn.name}" has responses, so it is no end; take away one or the other.')
    if not turn.responses and end is None:
        told = f'loose end: the turn "{turn.name}" has no responses. Give it some, or a line end: and one of '
        yield Finding(turn.line, f"{told}{', '.join(ENDS)}.")
    if turn.responses:
        yield from _choice(turn)


def _choice(turn: RawTurn) -> Iterator[Finding]:
    count = len(turn.responses)
    if not LEAST <= count <= MOST:
        told = f'the turn "{turn.name}" has {count} response{"s" if count > 1 else ""}; a vote takes {LEAST} to {MOST}.'
        yield Finding(turn.line, told, stops=True)
    good = sum(_value(response, "grade") in GOOD for response in turn.responses)
    if 2 * good > count:
        told = f'{good} of {count} responses in "{turn.name}" are good (best or workable); more than half is no choice.'
        yield Finding(turn.line, told)
    if not good and all(_value(response, "grade") in GRADES for response in turn.responses):
        yield Finding(turn.line, f'no response in "{turn.name}" is good; give the room at least one that is.')
    texts = [response.text for response in turn.responses]
    for n, response in enumerate(turn.responses):
        if response.text and response.text in texts[:n]:
            yield Finding(response.line, f'the response "{_short(response.text)}" stands in this turn twice.')


def _response(script: Script, response: RawResponse) -> Iterator[Finding]:
    name = f'the response "{_short(response.text)}"'
    if not response.text:
        yield Finding(response.line, "this response has no words.", stops=True)
    yield from _long(response.text, response.line, "response", "response")
    grade = _value(response, "grade")
    if not grade:
        yield Finding(response.line, f"{name} has no grade; add one of {', '.join(GRADES)}.")
    elif grade not in GRADES:
        told = f'grade "{_short(grade)}" is none of {", ".join(GRADES)}.'
        yield Finding(response.facts["grade"].line, told, stops=len(grade) > LONGEST_GRADE)
    if not _value(response, "reason"):
        yield Finding(response.line, f"{name} has no reason; add one, since the room will ask for it.")
    else:
        yield from _long(response.facts["reason"].value, response.facts["reason"].line, "reason", "reason")
    yield from _whole(response.facts.get("mood"), "mood", -LARGEST_EFFECT, LARGEST_EFFECT)
    yield from _effects(script, response)
    yield from _way(script, response, name)


def _effects(script: Script, response: RawResponse) -> Iterator[Finding]:
    fact = response.facts.get("skills")
    if fact is None or not fact.value:
        return
    declared = split(script.facts["skills"].value) if "skills" in script.facts else []
    seen: set[str] = set()
    for part in split(fact.value):
        found = effect(part)
        if found is not None and found[0] in seen:
            yield Finding(fact.line, f'skill "{found[0]}" stands here twice; add the two effects.')
        seen |= {found[0]} if found is not None else set()
        if found is None:
            yield Finding(fact.line, f'"{part}" is no effect on a skill; write one such as listening +1.')
        elif found[0] not in SKILLS:
            yield Finding(fact.line, f'skill "{found[0]}" is none of {", ".join(SKILLS)}.')
        elif declared and found[0] not in declared:
            yield Finding(fact.line, f'skill "{found[0]}" is not among the scenario\'s own: {", ".join(declared)}.')
        elif abs(found[1]) > LARGEST_EFFECT:
            told = f'"{part}" is too much: an effect is −{LARGEST_EFFECT} to +{LARGEST_EFFECT}.'
            yield Finding(fact.line, told)


def _way(script: Script, response: RawResponse, name: str) -> Iterator[Finding]:
    fact = response.facts.get("go to")
    names = [turn.name for turn in script.turns]
    here = ", ".join(names[:LISTED]) + (", …" if len(names) > LISTED else "")
    if fact is None or not fact.value:
        told = f'loose end: {name} leads nowhere; add "go to:" and a turn. Turns here: {here}.'
        yield Finding(fact.line if fact else response.line, told, stops=True)
    elif goal(script, fact.value) is None:
        known = {name.casefold(): name for name in names}
        near = get_close_matches(fact.value.casefold(), known, 1)
        hint = f' Did you mean "{known[near[0]]}"?' if near else ""
        yield Finding(fact.line, f'"go to: {fact.value}" names no turn.{hint} Turns here: {here}.', stops=True)


# Where roads lead


def _roads(script: Script, scenario: Scenario) -> Iterator[Finding]:
    start, *rest = scenario.turns
    reached = scenario.reached(start)
    for turn in rest:
        if turn.name not in reached:
            yield Finding(turn.at, f'unreachable: no road leads from "{start.name}" to the turn "{turn.name}".')
    ends = [turn.name for turn in scenario.turns if not turn.responses]
    if not ends:
        told = "no end: every turn has responses. Add a turn without any, with a line end: and one of "
        yield Finding(start.at, f"{told}{', '.join(ENDS)}.")
        return
    # A response that leads nowhere was told already; who knows where it should lead?
    open_ = [turn.name for turn in scenario.turns if not all(response.to for response in turn.responses)]
    for turn in scenario.turns:
        if turn.name in reached and not scenario.reached(turn) & {*ends, *open_}:
            yield Finding(
                turn.at, f'no end: from the turn "{turn.name}" the conversation can only go round in circles.'
            )


# Words and numbers as authors write them


def goal(script: Script, name: str) -> RawTurn | None:
    """The turn that a response names; capitals and spaces don't matter."""
    wanted = " ".join(name.split()).casefold()
    return next((turn for turn in script.turns if turn.name.casefold() == wanted), None)


def split(text: str) -> list[str]:
    """The parts of a list with commas."""
    return [" ".join(part.split()).casefold() for part in text.split(",") if part.strip()]


def number(text: str) -> int | None:
    """A whole number with or without a sign, also with a true minus; None if it is none."""
    plain = text.strip().replace("−", "-")
    return int(plain) if re.fullmatch(r"[+-]?[0-9]{1,6}", plain) else None


def effect(part: str) -> tuple[str, int] | None:
    """`listening +1` as the skill and its number; None if it is no such thing."""
    name, _, amount = part.rpartition(" ")
    value = number(amount)
    return (name.strip(), value) if name.strip() and value is not None else None


def _value(response: RawResponse, key: str) -> str:
    return response.facts[key].value if key in response.facts else ""


def _long(text: str, line: int, kind: str, name: str) -> Iterable[Finding]:
    readable, most = LONGEST[kind]
    if len(text) > readable:
        told = f"this {name} has {len(text)} characters; more than {readable} can't be read from the back row."
        yield Finding(line, told, stops=len(text) > most)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
