"""Read .xlsx, .xls and .ods; text cells stay text, numbers lose nothing, formulas are never computed."""

import datetime as dt
import io
from collections.abc import Callable
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from geo.errors import Message
from geo.importing.errors import ROWS, TABLES, UnreadableListError, encrypted
from geo.importing.readers.budget import Budget
from geo.importing.readers.file_kind import ODS, XLSX
from geo.importing.readers.table_header import find_table
from geo.importing.readers.xls_limits import require_small_xls
from geo.importing.readers.xlsx_limits import require_size, require_small_ods, require_small_xlsx
from geo.importing.source_table import NOTES_SHEET, Remark, SourceTable
from geo.importing.synonyms import ListWords

Read = TypeVar("Read")
Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
WHOLE_UP_TO = 1e15
# Shares of the reading of a sheet: it is unpacked, its cells are Python's, they are texts.
UNPACKED, TURNED, WRITTEN = 0.4, 0.5, 0.7
# pyo3 gives a panic of the Rust reader as a class that is no Exception and cannot be imported.
PANIC = "PanicException"


def read_workbook(
    data: bytes, *, budget: Budget, kind: str, words: ListWords
) -> tuple[list[SourceTable], tuple[str, ...]]:
    """Read every visible sheet that holds a table.

    Parameters
    ----------
    data
        The whole file.
    budget
        Names the file and counts what it gives.
    kind
        One of `sniffing.WORKBOOKS`.
    words
        The words headers are known by.

    Returns
    -------
    tuple
        One table a sheet, in the order of the sheets, those without any table left out; and the names of the
        hidden sheets, which are not read.

    Raises
    ------
    UnreadableListError
        The workbook is broken, protected by a password, or too large.
    """
    require_small = {XLSX: require_small_xlsx, ODS: require_small_ods}.get(kind, require_small_xls)
    require_small(data, budget=budget)
    book = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)), budget.file_name)
    hidden = tuple(sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible)
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.name not in (*hidden, NOTES_SHEET)
    ]
    budget.take(TABLES, len(names))
    tables = []
    for number, name in enumerate(names):
        budget.begin(number, len(names))
        table = _read_sheet(book, name, budget=budget, kind=kind, words=words)
        if table is not None:
            tables.append(table)
    return tables, hidden


def cell_text(cell: Cell) -> str:
    """Write a cell as its text: whole numbers without a point, dates as ISO 8601, nothing rounded."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE_UP_TO else repr(cell)
    if isinstance(cell, dt.datetime):
        day = cell.time() == dt.time()
        return cell.date().isoformat() if day else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.timedelta):
        return _duration_text(cell)
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _duration_text(cell: dt.timedelta) -> str:
    """Write a duration as Excel shows [h]:mm:ss, hours over 24 and all; Excel itself keeps milliseconds."""
    thousandths = round(abs(cell) / dt.timedelta(milliseconds=1))
    seconds, fraction = divmod(thousandths, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{'-' if cell < dt.timedelta() else ''}{text}" + (f".{fraction:03d}" if fraction else "")


def _read_sheet(
    book: CalamineWorkbook, name: str, *, budget: Budget, kind: str, words: ListWords
) -> SourceTable | None:
    file_name = budget.file_name
    sheet: CalamineSheet = _guarded(lambda: book.get_sheet_by_name(name), file_name)
    # What was counted before it was unpacked is counted again as the reader understands it.
    require_size(sheet.total_height, sheet.total_width, Budget(file_name), where=name)
    budget.step(UNPACKED)
    cells = _guarded(lambda: sheet.to_python(skip_empty_area=False), file_name)
    merges = _guarded(lambda: sheet.merged_cell_ranges, file_name) or ()
    budget.step(TURNED)
    grid = [[cell if isinstance(cell, str) else cell_text(cell) for cell in row] for row in cells]
    budget.step(WRITTEN)
    found = find_table(grid, words, merges=merges)
    if found is None:
        return None
    budget.take(ROWS, len(found.rows), where=name)
    return SourceTable(
        file_name=file_name,
        part=name,
        kind=kind,
        rows=found.rows,
        left_out=found.left_out,
        remarks=(Remark("merged_cells", str(len(merges))),) if merges else (),
    )


def _guarded(read: Callable[[], Read], file_name: str) -> Read:
    """Turn what the reader raises, a panic too, into one clear line."""
    try:
        return read()
    except (CalamineError, ValueError, OSError, OverflowError) as fault:
        raise _damaged(file_name, str(fault)) from None
    except BaseException as fault:
        if type(fault).__name__ != PANIC:
            raise
        raise _damaged(file_name, "") from None


def _damaged(file_name: str, detail: str) -> UnreadableListError:
    short = detail.strip().splitlines()[0][:80] if detail.strip() else Message("no_reason")
    if "password" in detail.lower():
        return encrypted(file_name)
    return UnreadableListError("workbook_damaged", file_name=file_name, reason=short)
