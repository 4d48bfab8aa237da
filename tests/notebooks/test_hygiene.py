"""Notebooks are stage scripts: Markdown to say, cells that show a panel, nothing else."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.serving import ROOT

NOTEBOOKS = sorted((ROOT / "workshops").glob("*.ipynb"))
GUIDES = ROOT / "facilitator_guides"
IMPORT = "from kit import Workshop"
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.If,
    ast.With, ast.AsyncWith, ast.Try, ast.Match, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def read(notebook: Path) -> dict[str, Any]:
    """The notebook as git has it: JupyterLab saves a session's panels into the file that it is led from."""
    kept = subprocess.run(["git", "show", f":{notebook.relative_to(ROOT).as_posix()}"], cwd=ROOT, capture_output=True)
    found = json.loads(kept.stdout if kept.returncode == 0 else notebook.read_bytes())
    assert isinstance(found, dict)
    return found


def cells(notebook: Path, kind: str = "") -> list[dict[str, Any]]:
    return [cell for cell in read(notebook)["cells"] if kind in ("", cell["cell_type"])]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_there_are_notebooks_and_each_has_its_guide() -> None:
    stems = [notebook.stem for notebook in NOTEBOOKS]
    assert stems
    assert stems == sorted(guide.stem for guide in GUIDES.glob("[0-9][0-9]-*.md"))
    for stem in stems:
        assert re.fullmatch(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*", stem)
    numbers = [stem[:2] for stem in stems]
    assert len(set(numbers)) == len(numbers)


def test_every_scenario_belongs_to_a_notebook() -> None:
    stems = tuple(notebook.stem for notebook in NOTEBOOKS)
    for scenario in (ROOT / "workshops" / "scenarios").glob("*.md"):
        assert scenario.stem.startswith(stems), f"{scenario.name} begins with no notebook's name: {', '.join(stems)}"


@each
def test_it_is_a_valid_notebook_with_cells_named_for_good(notebook: Path) -> None:
    nbformat.validate(read(notebook), relax_add_props=False)
    ids = [cell["id"] for cell in cells(notebook)]
    assert len(set(ids)) == len(ids)
    for id_ in ids:
        # A name, not eight hexadecimal digits that Jupyter made up.
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", id_), id_
        assert not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]+)*", id_), id_


@each
def test_nothing_is_stored_in_it(notebook: Path) -> None:
    for cell in cells(notebook, "code"):
        assert cell["outputs"] == [], f"cell {cell['id']} has stored outputs; clear them before a commit"
        assert cell["execution_count"] is None, cell["id"]
    assert all("attachments" not in cell for cell in cells(notebook))
    assert set(read(notebook)["metadata"]) <= {"kernelspec", "language_info"}


@each
def test_code_is_hidden_and_no_cell_can_be_spoiled(notebook: Path) -> None:
    for cell in cells(notebook):
        metadata = cell["metadata"]
        assert (metadata.get("editable"), metadata.get("deletable")) == (False, False), cell["id"]
    for cell in cells(notebook, "code"):
        assert cell["metadata"]["jupyter"] == {"source_hidden": True}, cell["id"]
        assert "hide-input" in cell["metadata"]["tags"], cell["id"]


@each
def test_code_is_short_and_without_logic(notebook: Path) -> None:
    codes = [source(cell) for cell in cells(notebook, "code")]
    assert codes
    for code in codes:
        assert 1 <= len(code.splitlines()) <= 3, code
        tree = ast.parse(code)  # a line with % or ! is none of Python's
        assert not [node for node in ast.walk(tree) if isinstance(node, LOGIC)], code
    imports = [line for code in codes for line in code.splitlines() if re.match(r"\s*(import|from)\b", line)]
    assert imports == [IMPORT]
    assert f'Workshop("{notebook.stem}")' in codes[0]


@each
def test_the_first_cell_says_what_it_is(notebook: Path) -> None:
    first = cells(notebook)[0]
    text = source(first)
    assert first["cell_type"] == "markdown"
    assert re.match(r"# \S.*\n", text), "the title comes first"
    assert re.search(r"\b\d+ minutes\b", text), "say how many minutes it takes"
    assert re.search(r"\bfor (everybody|people|groups?|teams?|those|all|new)\b", text), "say who it is for"
    link = re.search(r"\]\((\.\./facilitator_guides/[^)]+)\)", text)
    assert link is not None, "link to the facilitator guide"
    assert (notebook.parent / link[1]).resolve() == (GUIDES / f"{notebook.stem}.md").resolve()


@each
def test_every_link_leads_somewhere_on_this_machine(notebook: Path) -> None:
    for cell in cells(notebook, "markdown"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", source(cell)):
            assert not re.match(r"\w+:", target), f"{target} needs the internet"
            assert (notebook.parent / target).exists(), f"{target} is not there"
