"""Read .xlsx, .xls and .ods; text cells stay text, numbers lose nothing, formulas are never computed."""

import datetime as dt
import io
from collections.abc import Callable
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from geo.importing.list_words import ListWords
from geo.importing.old_workbook_bounds import require_small_xls
from geo.importing.refusals import UnreadableListError
from geo.importing.sniffing import ODS, XLSX
from geo.importing.source_table import (
    BLANK,
    MAX_COLUMNS,
    MAX_ROWS,
    NOTES_SHEET,
    Remark,
    SourceTable,
)
from geo.importing.table_finding import find_table
from geo.importing.workbook_bounds import require_small_ods, require_small_xlsx

Read = TypeVar("Read")
Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
WHOLE_UP_TO = 1e15
# pyo3 gives a panic of the Rust reader as a class that is no Exception and cannot be imported.
PANIC = "PanicException"


def read_workbook(
    data: bytes, *, file_name: str, kind: str, words: ListWords
) -> tuple[list[SourceTable], tuple[str, ...]]:
    """Read every visible sheet that holds a table.

    Parameters
    ----------
    data
        The whole file.
    file_name
        As the user has it.
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
    if kind == XLSX:
        require_small_xlsx(data, file_name=file_name)
    elif kind == ODS:
        require_small_ods(data, file_name=file_name)
    else:
        require_small_xls(data, file_name=file_name)
    book = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)), file_name)
    tables = []
    hidden = tuple(sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible)
    for sheet in book.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet or sheet.name in (*hidden, NOTES_SHEET):
            continue
        table = _read_sheet(book, sheet.name, file_name=file_name, kind=kind, words=words)
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
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _read_sheet(
    book: CalamineWorkbook, name: str, *, file_name: str, kind: str, words: ListWords
) -> SourceTable | None:
    sheet: CalamineSheet = _guarded(lambda: book.get_sheet_by_name(name), file_name)
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise UnreadableListError(
            zh=f"{file_name} 的工作表 {name} 有 {sheet.total_height} 行、{sheet.total_width} 列，超过上限 "
            f"{MAX_ROWS} 行、{MAX_COLUMNS} 列。请删除表外的内容后重新保存。",
            en=f"Sheet {name} of {file_name} has {sheet.total_height} rows and {sheet.total_width} columns; "
            f"at most {MAX_ROWS} and {MAX_COLUMNS} are read. Delete what stands outside the list.",
        )
    cells = _guarded(lambda: sheet.to_python(skip_empty_area=False), file_name)
    grid = [[cell if isinstance(cell, str) else cell_text(cell) for cell in row] for row in cells]
    found = find_table(grid, words, merges=sheet.merged_cell_ranges or ())
    if found is None:
        return None
    remarks = (Remark("merged_cells", str(len(sheet.merged_cell_ranges or ()))),)
    return SourceTable(
        file_name=file_name,
        part=name,
        kind=kind,
        rows=found.rows,
        left_out=found.left_out,
        remarks=remarks if sheet.merged_cell_ranges else (),
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
    short = detail.splitlines()[0][:80] if detail else BLANK
    if "password" in short.lower():
        return UnreadableListError(
            zh=f"{file_name} 设有打开密码。请在 Excel 中取消密码后再导入。",
            en=f"{file_name} is protected by a password. Take the password off in Excel.",
        )
    return UnreadableListError(
        zh=f"{file_name} 不是完好的工作簿，无法打开。请在 Excel 或 WPS 中打开，另存为 .xlsx 后再导入。",
        en=f"{file_name} is no sound workbook ({short or 'unreadable'}). Save it as .xlsx in Excel or WPS.",
    )
