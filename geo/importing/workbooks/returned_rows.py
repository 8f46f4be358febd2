"""Write the rows that must be fixed: an .xlsx in the user's own columns, each row with its findings."""

import datetime as dt
from io import BytesIO

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geo.export.columns import writable
from geo.importing.checks.check_list import Checked
from geo.importing.checks.edits import OWN_DATUM_HEADER
from geo.importing.findings import (
    CURE,
    ERROR,
    MESSAGE,
    SEVERITY,
    SOURCE_COLUMN,
    SOURCE_ROW,
    WARNING,
    join_by_row,
    say_findings,
)
from geo.importing.location.placing import GIVEN_DATUM
from geo.importing.source_table import HELP_SHEET, MAX_CELL_LENGTH
from geo.importing.synonyms import DATUM, FINDING

FINDING_HEADER, ROW_HEADER = "桂工图核对结果", "桂工图原行号"
SHEET = "待修改"
WORDS_ZH = {ERROR: "错误", WARNING: "提醒", "note": "说明"}
COLOURS = {ERROR: "#F8CBAD", WARNING: "#FFE699"}
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
HELP = (
    "1. 红色单元格必须修改，黄色请核对；每行的问题和改法写在“桂工图核对结果”列。",
    "2. 直接在原来的列里修改，然后保存，再导入这个文件即可；不需要的行可以删去。",
    "3. “桂工图核对结果”和“桂工图原行号”两列导入时不读；“桂工图坐标系”是这一行坐标的坐标系，不会重复换算。",
    "4. 选定县区：在原来的县区列里写明“设区市+县区”，如 柳州市城中区。",
)
Looks = dict[int, dict[str, Format]]
NARROW, WIDE, LONGEST = 10, 60, 40
# The clock has no say in what is written.
CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001


def to_rest_workbook(checked: Checked, *, rows: pd.Index | None = None) -> bytes:
    """Write the rows that were not accepted, to be fixed in Excel and imported again.

    Parameters
    ----------
    checked
        The list after the check.
    rows
        The numbers of the rows to write; those with an error if None.

    Returns
    -------
    bytes
        A workbook with the user's own headers and texts, then 桂工图核对结果 (all findings of the row with
        their cures), 桂工图原行号, and 桂工图坐标系 where the list has no column of its own for the datum.
        Cells with an error are red, with a warning yellow. The same for the same input.
    """
    wanted = checked.rest if rows is None else checked.originals.index.intersection(rows, sort=False)
    own = (*checked.mapping.headers(FINDING),)
    originals = checked.originals.loc[wanted].drop(columns=[name for name in own if name == FINDING_HEADER])
    table = originals.drop(columns=[ROW_HEADER], errors="ignore")
    table[FINDING_HEADER] = _texts(checked.findings, wanted)
    table[ROW_HEADER] = wanted.astype("str")
    if DATUM not in checked.mapping.fields:
        table[OWN_DATUM_HEADER] = checked.places.loc[wanted, GIVEN_DATUM]
    stream = BytesIO()
    # A row is let go as soon as it is written, and all are written in their order.
    with xlsxwriter.Workbook(stream, OPTIONS | {"in_memory": False, "constant_memory": True}) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet(SHEET)
        header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EAEAEA"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        marks = {severity: book.add_format({"bg_color": colour}) for severity, colour in COLOURS.items()}
        _write(sheet, table, header, plain, _marked(checked.findings, marks))
        guide = book.add_worksheet(HELP_SHEET)
        guide.set_column(0, 0, 100)
        for number, line in enumerate(HELP):
            guide.write_string(number, 0, line)
    return stream.getvalue()


def _texts(findings: pd.DataFrame, rows: pd.Index) -> pd.Series:
    """Join the findings of each row, the gravest first, each with its cure."""
    of_rows = findings[findings[SOURCE_ROW].isin(rows)]
    said = say_findings(of_rows, language="zh")
    words = of_rows[SEVERITY].astype("str").map(WORDS_ZH)
    lines = words + "：" + said[MESSAGE] + "。改法：" + said[CURE] + "。"
    return join_by_row(lines, of_rows[SOURCE_ROW], between="\n").reindex(rows)


def _marked(findings: pd.DataFrame, marks: dict[str, Format]) -> Looks:
    """Return the look of each cell that has a finding, by row and header; an error covers a warning."""
    graver = findings[
        findings[SEVERITY].isin(marks) & findings[SOURCE_ROW].notna() & findings[SOURCE_COLUMN].notna()
    ]
    parts = (graver[SOURCE_ROW], graver[SOURCE_COLUMN], graver[SEVERITY])
    cells = zip(*(part.tolist() for part in parts), strict=True)
    looks: Looks = {}
    for row, column, severity in sorted(cells, key=lambda cell: cell[2] == ERROR):
        looks.setdefault(int(row), {})[column] = marks[severity]
    return looks


def _write(
    sheet: Worksheet,
    table: pd.DataFrame,
    header: Format,
    plain: Format,
    looks: Looks,
) -> None:
    names = list(map(str, table.columns))
    for column, name in enumerate(names):
        sheet.set_column(column, column, _width(name, table.iloc[:, column].dropna()))
        sheet.write_string(0, column, writable(name), header)
    findings_at = names.index(FINDING_HEADER)
    places = {name: column for column, name in enumerate(names)}
    columns = [table.iloc[:, column].tolist() for column in range(len(names))]
    for number, (row, *texts) in enumerate(zip(table.index.tolist(), *columns, strict=True), start=1):
        look_at = {places[name]: look for name, look in looks.get(row, {}).items() if name in places}
        look_at.setdefault(findings_at, plain)
        for column, text in enumerate(texts):
            look = look_at.get(column)
            if isinstance(text, str):
                sheet.write_string(number, column, writable(text)[:MAX_CELL_LENGTH], look)
            elif look is not None:
                sheet.write_blank(number, column, None, look)
    sheet.freeze_panes(1, 0)


def _width(name: str, texts: pd.Series) -> int:
    longest = int(texts.str.len().max()) if len(texts) else 0
    return WIDE if name == FINDING_HEADER else min(LONGEST, max(NARROW, 2 * len(name), longest))
