"""The benchmark of an export: python benchmarks/export.py [--short]

A thousand people answer twenty questions twice; the session is exported whole. Beside it the limit of the same run:
XlsxWriter with as many cells of plain text and nothing else. Medians of three alternating runs.
--short has thirty people, and asserts counts only.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

# Run as a script, Python looks beside this file only; the kit lies one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import xlsxwriter

from benchmarks import _alone
from benchmarks._table import Figure, table
from kit import events as ev
from kit.aliases import aliased
from kit.export import LOG, export
from kit.session import Session
from kit.tables import tables

PEOPLE, QUESTIONS, RUNS = 1000, 20, 3
SHORT_PEOPLE, SHORT_QUESTIONS = 30, 3
AT = "2026-11-24T10:00:00.000Z"
CODE = "ACDEFG"
# Texts, numbers, times and their formats, the log, the page with its charts: so many times the bare cells.
MOST = 3.0


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--short"]):
        print(__doc__)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    figures = list(_figures(SHORT_PEOPLE, SHORT_QUESTIONS)) if arguments else list(_figures(PEOPLE, QUESTIONS, RUNS))
    print(table(figures))
    print(_alone.machine())
    return 0 if all(figure.passed for figure in figures) else 1


def _figures(people: int, questions: int, runs: int = 0) -> Iterator[Figure]:
    """The ballots that are exported; with `runs`, the times."""
    lines = _log(people, questions)
    with tempfile.TemporaryDirectory(prefix="kit-benchmark-") as place:
        folder = export(CODE, lines, Path(place))
        again = Session.replay(CODE, (folder / LOG).read_bytes().splitlines())
        ballots, wanted = sum(len(round_.ballots) for round_ in again.rounds.values()), 2 * people * questions
        yield Figure("export: ballots in the log", f"{ballots:,}", target=f"{wanted:,}", passed=ballots == wanted)
        if runs:
            yield _times(lines, Path(place), runs)


def _times(lines: list[bytes], place: Path, runs: int) -> Figure:
    told = aliased(lines)
    made = tables(Session.replay(CODE, told), [ev.decode(line) for line in told])
    cells = sum(len(sheet.columns) * (len(sheet.rows) + 1) for sheet in made)
    pairs = [(_seconds(lambda: export(CODE, lines, place)), _seconds(lambda: _bare(cells))) for _ in range(runs)]
    seconds, limit = median(taken for taken, _ in pairs), median(bare for _, bare in pairs)
    ratio = median(taken / bare for taken, bare in pairs)
    return Figure(
        "export: log, tables and summary", f"{seconds:.2f} s", f"{limit:.2f} s", f"{ratio:.2f}", f"≤ {MOST:g}",
        ratio <= MOST, f"limit: {cells:,} bare cells",
    )  # fmt: skip


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _bare(cells: int) -> None:
    """As many cells with a text, ten in a row."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    for number in range(cells):
        sheet.write_string(number // 10, number % 10, f"cell {number % 1000}")
    book.close()


def _log(people: int, questions: int) -> list[bytes]:
    """A session in which everybody answers every question, and again after the talk."""
    options = [ev.Option(letter, f"Answer {letter}") for letter in "abcd"]
    log: list[ev.Event] = [ev.SessionOpened(workshop="00-benchmark", title="Benchmark")]
    log += [ev.ParticipantJoined(participant=f"p{n}", name=f"Phone {n}") for n in range(people)]
    for number in range(questions):
        for repeats in (None, f"r{number}-1"):
            id_ = f"r{number}-{2 if repeats else 1}"
            prompt = f"Question {number}?"
            log.append(ev.RoundOpened(round=id_, form="choice", prompt=prompt, options=options, repeats=repeats))
            log += [
                ev.BallotCast(round=id_, participant=f"p{n}", answer="abcd"[(n * (2 if repeats else 1) + number) % 4])
                for n in range(people)
            ]
            log.append(ev.RoundClosed(round=id_))
    return [ev.stamp(ev.draft(event).body, seq, AT) for seq, event in enumerate(log, 1)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
