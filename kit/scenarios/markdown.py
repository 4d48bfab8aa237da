"""A scenario as an author writes it: Markdown to a Script, in which every part remembers its line in the file.

Facts on top between two lines of `---`; a heading is a turn; a quote is the customer's line; a list item is a
response, and its facts are the items below it. What can't be read is a finding, never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

FACTS = ("title", "minutes", "trade", "customer", "kind of customer", "intensity", "skills", "language", "mood")
TURN_FACTS = ("end",)
QUOTE_FACTS = ("tone", "sees")
RESPONSE_FACTS = ("grade", "reason", "mood", "skills", "go to")

# HTML is words, so that none is lost: comments are taken out before. A line `[sighs]: …` is speech, no link's address.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("reference")
# One that is never closed must not reach to the end of the next.
_COMMENT = re.compile(r"<!--(?:(?!<!--|-->).)*-->", re.DOTALL)


class Finding(NamedTuple):
    """Something an author should mend, and the line on which it stands, from 1. With one that `stops`, the
    scenario can't be played."""

    line: int
    message: str
    stops: bool = False


class Fact(NamedTuple):
    """A value as it was written, and its line."""

    value: str
    line: int


Facts = dict[str, Fact]


@dataclass
class RawResponse:
    """A list item: what is said, and its facts."""

    text: str
    line: int
    facts: Facts = field(default_factory=dict)


@dataclass
class RawTurn:
    """A heading and what stands under it. `facts` are its own and those in the quote."""

    name: str
    line: int
    quote: Fact | None = None
    note: list[str] = field(default_factory=list)
    facts: Facts = field(default_factory=dict)
    responses: list[RawResponse] = field(default_factory=list)


@dataclass
class Script:
    """All that an author wrote, and what could not be read of it."""

    facts: Facts = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    turns: list[RawTurn] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def parse(text: str) -> Script:
    """Read a scenario's text."""
    script = Script()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if re.search(r"\bTODO\b", line):
            _find(script, number, "TODO: this is still to be written.")
    # Only what an editor counts as a line is one; splitlines() knows others.
    lines = _without_comments(script, text).split("\n")
    first = _read_top(script, lines)
    # Blank lines in place of the facts keep the count of lines.
    body = "\n".join([""] * first + lines[first:])
    try:
        for node in SyntaxTreeNode(_MARKDOWN.parse(body)).children:
            _take(script, node)
    except RecursionError:
        _find(script, 1, "this is no scenario: marks stand within marks, deeper than anybody writes.", stops=True)
    return script


def _without_comments(script: Script, text: str) -> str:
    """The text without its comments, line for line; what stands before and after them stays in its quote or item."""

    def lines(comment: re.Match[str]) -> str:
        before = text[text.rfind("\n", 0, comment.start()) + 1 : comment.start()]
        mark = ">" if before.lstrip().startswith(">") else ""
        last = comment[0].rpartition("\n")[2]
        indent = last[: len(last) - len(last.lstrip())] if "\n" in comment[0] else ""
        return f"\n{mark}" * comment[0].count("\n") + indent

    plain = _COMMENT.sub(lines, text)
    for number, line in enumerate(plain.split("\n"), 1):
        if "<!--" in line:
            _find(script, number, "this comment is never closed: add --> after it.", stops=True)
    return plain


def _read_top(script: Script, lines: Sequence[str]) -> int:
    """Read the facts on top; returns how many lines they take."""
    if lines[0].strip() != "---":
        told = "the file must begin with its facts: a line ---, then title: and so on, then a line ---."
        script.findings.append(Finding(1, told, stops=True))
        return 0
    last = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if last is None:
        script.findings.append(Finding(1, "the facts on top have no end: add a line --- after them.", stops=True))
        return len(lines)
    for number, line in enumerate(lines[1:last], 2):
        said = line.strip()
        if said and not said.startswith("#"):
            _add_fact(script, script.facts, said, number, FACTS)
    return last + 1


def _take(script: Script, node: SyntaxTreeNode) -> None:
    turn = script.turns[-1] if script.turns else None
    line = _line(node)
    if node.type == "heading":
        script.turns.append(RawTurn(" ".join(_said(node).split()), line))
    elif node.type == "hr":
        pass
    elif node.type in ("code_block", "fence"):
        _find(script, line, "this is read as code, since it is indented or fenced. Move it to the left edge.")
    elif turn is None:
        if node.type == "paragraph":
            script.story.append(" ".join(line for _, line in _lines(node) if line))
        else:
            _find(
                script, line, "this stands before the first heading. A turn begins with a heading, such as ## The call."
            )
    elif node.type == "paragraph":
        _take_note(script, turn, node)
    elif node.type == "blockquote":
        _take_quote(script, turn, node)
    elif node.type in ("bullet_list", "ordered_list"):
        for item in node.children:
            turn.responses.append(_response(script, item))


def _take_note(script: Script, turn: RawTurn, node: SyntaxTreeNode) -> None:
    """A paragraph in a turn: the turn's facts, or words for the facilitator."""
    note = []
    for number, line in _lines(node):
        key = _key(line, (*TURN_FACTS, *QUOTE_FACTS, *RESPONSE_FACTS))
        if key in TURN_FACTS:
            _add_fact(script, turn.facts, line, number, TURN_FACTS)
        elif key in QUOTE_FACTS:
            _find(script, number, f'"{key}:" belongs into the quote: begin its line with >.')
        elif key:
            _find(script, number, f'"{key}:" belongs to a response: indent it under its list item as "- {key}: …".')
        elif line:
            note.append(line)
    if note:
        turn.note.append(" ".join(note))


def _take_quote(script: Script, turn: RawTurn, node: SyntaxTreeNode) -> None:
    paragraphs: list[str] = []
    for child in node.children:
        if child.type != "paragraph":
            _find(script, _line(child), "a quote holds only the customer's words, tone: and sees:.")
            continue
        said, last = [], ""
        for number, line in _lines(child):
            if _key(line, QUOTE_FACTS):
                last = _add_fact(script, turn.facts, line, number, QUOTE_FACTS)
            elif last:
                _go_on(turn.facts, last, line)
            elif line:
                said.append(line)
        paragraphs += [" ".join(said)] if said else []
    if turn.quote is not None:
        told = f'the turn "{turn.name}" has two quotes; put all of the customer\'s line into one.'
        _find(script, _line(node), told)
        return
    turn.quote = Fact("\n".join(paragraphs), _line(node))


def _response(script: Script, item: SyntaxTreeNode) -> RawResponse:
    """A list item. Its facts may stand as items below it, or simply on the lines that follow."""
    response = RawResponse("", _line(item))
    said: list[str] = []
    last = ""
    for child in item.children:
        if child.type == "paragraph":
            for number, line in _lines(child):
                if _key(line, RESPONSE_FACTS):
                    last = _add_fact(script, response.facts, line, number, RESPONSE_FACTS)
                elif last:
                    _go_on(response.facts, last, line)
                elif line:
                    said.append(line)
        elif child.type in ("bullet_list", "ordered_list"):
            for fact in child.children:
                _take_fact(script, response.facts, fact)
        else:
            _find(script, _line(child), f"a response holds its words and its facts: {', '.join(RESPONSE_FACTS)}.")
    response.text = " ".join(said)
    return response


def _take_fact(script: Script, facts: Facts, item: SyntaxTreeNode) -> None:
    """One item below a response: `key: value`, on one line or several."""
    lines = [line for child in item.children if child.type == "paragraph" for line in _lines(child)]
    for child in item.children:
        if child.type != "paragraph":
            _find(script, _line(child), "a fact is one key: and its value; write this to the left, or into the value.")
    if not lines:
        return
    number, first = lines[0]
    key = _add_fact(script, facts, first, number, RESPONSE_FACTS)
    for number, line in lines[1:]:
        if _key(line, RESPONSE_FACTS):
            key = _add_fact(script, facts, line, number, RESPONSE_FACTS)
        elif key:
            _go_on(facts, key, line)


def _add_fact(script: Script, facts: Facts, line: str, number: int, allowed: Iterable[str]) -> str:
    """Take `key: value`; returns the key, or "" if it is a finding."""
    name, colon, value = line.partition(":")
    key = " ".join(name.split()).casefold()
    if not colon:
        _find(
            script, number, f'"{_short(line)}" is no fact; write one of {", ".join(allowed)}, a colon, and its value.'
        )
        return ""
    if key not in allowed:
        _find(script, number, f'"{_short(name)}:" is none of {", ".join(allowed)}.')
        return ""
    if key in facts:
        _find(script, number, f'"{key}:" stands here twice; the first is on line {facts[key].line}.')
        return ""
    facts[key] = Fact(value.strip(), number)
    return key


def _go_on(facts: Facts, key: str, line: str) -> None:
    """A fact's value that goes on in the next line."""
    facts[key] = facts[key]._replace(value=f"{facts[key].value} {line}".strip())


def _key(line: str, known: Iterable[str]) -> str:
    """The known key with which a line begins, or ""."""
    name, colon, _ = line.partition(":")
    key = " ".join(name.split()).casefold()
    return key if colon and key in known else ""


def _lines(node: SyntaxTreeNode) -> Iterator[tuple[int, str]]:
    """A paragraph's lines as plain words, with their numbers in the file."""
    for number, line in enumerate(_said(node).split("\n"), _line(node)):
        yield number, " ".join(line.split())


def _said(node: SyntaxTreeNode) -> str:
    """Plain words: no emphasis, no links."""
    if node.type in ("text", "code_inline"):
        return node.content.replace("\n", " ")  # an entity may be one
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    return "".join(_said(child) for child in node.children).strip(" ")


def _line(node: SyntaxTreeNode) -> int:
    """The node's first line, from 1."""
    return (node.map[0] if node.map else 0) + 1


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _find(script: Script, line: int, message: str, *, stops: bool = False) -> None:
    script.findings.append(Finding(line, message, stops))
