"""The session as a workbook: one sheet a table. The same session always gives the same bytes.

What people typed stays text: no cell becomes a formula, a link or a number, also not when it is edited in Excel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import ceil

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kit.events import Event
from kit.session import Session
from kit.tables import Column, Table, Value, tables
from kit.tables.reading import moment
from kit.words import words

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# What a cell holds in Excel, in UTF-16 units.
MOST = 32_767
CUT = "…"
# Where LibreOffice forgets that a cell is yes or no, it would show 1 or 0.
FORMATS = {"time": "yyyy-mm-dd hh:mm:ss", "share": "0.000", "whole": "0", "yesno": '"TRUE";"TRUE";"FALSE"'}
# Room for a header's filter button, and how wide a column gets before its text is wrapped, in characters.
BUTTON, WIDEST = 4, 60
TIME_WIDTH = 21
# A line's height, and the highest row there is, in points; how much of a line words fill before it breaks.
LINE, HIGHEST = 15, 409
FILLED = 0.85
A4 = 9

# XML can't hold these: control characters, halves of surrogate pairs, noncharacters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet would read as a formula's begin, also in full width, also after white space.
_FORMULA = re.compile(r"[\t\n]|\s*[=+\-@＝＋－＠]")


def write(session: Session, events: Sequence[Event]) -> bytes:
    """The workbook of a session under aliases; `events` is its whole log in order."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties(_properties(session))
        styles = _Styles(workbook)
        for table in tables(session, events):
            sheet = workbook.add_worksheet(table.name)
            if session.opened is not None and session.opened.rehearsal:
                # On every page that is printed.
                sheet.set_header(f"&R{words(session.opened.language)('page.rehearsal')}")
            _write_sheet(sheet, table, styles)
    return file.getvalue()


def _properties(session: Session) -> dict[str, object]:
    """A date of its own, as the library would otherwise write today's."""
    opened = session.opened
    created = moment(opened.at) if opened is not None else None
    return {
        "title": fit(opened.title) if opened is not None else "",
        "created": created or datetime(1980, 1, 1),
    }


class _Styles:
    """The few formats there are, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, bool], Format] = {}
        self.header: Format = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.plain: Format = workbook.add_format()

    def __call__(self, number: str = "", *, quoted: bool = False) -> Format:
        """Top-aligned: a text that is wrapped, with `quoted` marked as text for good; or a number in this format."""
        key = (number, quoted)
        if key not in self._made:
            # Indented, so that a number keeps off the text in the next column.
            of_number = {"num_format": number, "align": "right", "indent": 1}
            look = of_number if number else {"text_wrap": True, "quote_prefix": quoted}
            self._made[key] = self._workbook.add_format({"valign": "top", **look})
        return self._made[key]


def _write_sheet(sheet: Worksheet, table: Table, styles: _Styles) -> None:
    heights: dict[int, int] = {}
    for place, column in enumerate(table.columns):
        values = [row[place] for row in table.rows]
        width = _width(column, values)
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, column.name, styles.header)
        for line, value in enumerate(values, 1):
            _write_cell(sheet, line, place, value, column, styles)
            heights[line] = max(heights.get(line, 1), _lines(value, width))
    for line, lines in heights.items():
        if lines > 1:
            # Excel would find the height by itself, LibreOffice does not.
            sheet.set_row(line, min(HIGHEST, LINE * lines))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _width(column: Column, values: list[Value]) -> int:
    texts = (max(map(len, value.splitlines() or [""])) for value in values if isinstance(value, str))
    longest = max(texts, default=0)
    times = TIME_WIDTH if column.type in ("time", "mixed") else 0
    return min(WIDEST, max(len(column.name) + BUTTON, longest + 1, times))


def _lines(value: Value, width: int) -> int:
    """How many lines a cell's text takes at most, as far as one can tell without its font."""
    if not isinstance(value, str) or (len(value) < width and "\n" not in value):
        return 1
    parts = value.replace("\r", "\n").split("\n")
    return sum(1 if len(part) < width else ceil(len(part) / (FILLED * width)) for part in parts)


def _write_cell(sheet: Worksheet, line: int, place: int, value: Value, column: Column, styles: _Styles) -> None:
    match value:
        case None | "":
            pass
        case str():
            _write_text(sheet, line, place, fit(value), styles)
        case bool():
            sheet.write_boolean(line, place, value, styles(FORMATS["yesno"]))
        case datetime():
            sheet.write_datetime(line, place, value, styles(FORMATS["time"]))
        case _:
            sheet.write_number(line, place, value, styles(FORMATS.get(column.type, FORMATS["whole"])))


def _write_text(sheet: Worksheet, line: int, place: int, text: str, styles: _Styles) -> None:
    style = styles(quoted=_FORMULA.match(text) is not None)
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a text for its own markup and would write it unescaped; in two pieces it does not.
        sheet.write_rich_string(line, place, text[:1], styles.plain, text[1:], style)
    else:
        sheet.write_string(line, place, text, style)


def fit(text: str) -> str:
    """The text as a cell can hold it: one kind of line break, `�` for what XML can't hold, cut where it is too long."""
    text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) <= MOST // 2:
        return text
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * MOST else units[: 2 * (MOST - 1)].decode("utf-16-le", "ignore") + CUT
