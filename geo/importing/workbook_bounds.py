"""Count what a workbook holds before it is unpacked into memory; refuse what no list can be."""

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator

from geo.importing.archives import member_names, read_members
from geo.importing.refusals import UnreadableListError
from geo.importing.source_table import MAX_COLUMNS, MAX_FILLED, MAX_ROWS

PIECE = 2**20
OVERLAP = 4096
MAX_SHARED = 64 * 2**20
MAX_SHEET = 256 * 2**20
MAX_ODS = 96 * 2**20
# Excel lets users format down to the last row; only cells that hold something count.
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,8})[\"'][^>]*?(/?)>")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s>]")
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>")
_ODS_CELL = re.compile(rb"<table:table-cell\b([^>]*?)(/?)>")
_ODS_REPEAT = re.compile(rb"table:number-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,12})[\"']")
_SHEET_START = re.compile(rb"<(?:\w+:)?worksheet[\s>]")
SHEET_HEAD = 65_536
OTHER_WORKBOOKS = {"xl/workbook.bin", "content.xml"}
_ALPHABET = 26
_BEFORE_A = ord("A") - 1


def require_small_xlsx(data: bytes, *, file_name: str) -> None:
    """Raise unless every sheet of an .xlsx is of the size of a list.

    The parts are unpacked piece by piece and only counted, so that a bomb costs time and no memory.

    Raises
    ------
    UnreadableListError
        A sheet reaches too far down or right, holds too many cells, or the texts are too many; also when
        the archive is refused.
    """
    names = {name.lower() for name in member_names(data, file_name=file_name)}
    # The reader takes whichever kind of workbook it finds first in a zip.
    if names & OTHER_WORKBOOKS:
        raise UnreadableListError(
            zh=f"{file_name} 不是普通的 .xlsx 工作簿（可能是 .xlsb）。请在 Excel 或 WPS 中另存为 .xlsx。",
            en=f"{file_name} is no plain .xlsx (an .xlsb perhaps). Save it as .xlsx in Excel or WPS.",
        )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # A sheet may have any name: what is one tells its first tag.
        for info in archive.infolist():
            pieces = _pieces(archive, info, MAX_SHEET, file_name)
            first = next(pieces, b"")
            if _SHEET_START.search(first[:SHEET_HEAD]):
                _require_small_sheet(itertools.chain([first], pieces), file_name)
                continue
            length = len(first)
            for piece in pieces:
                length += len(piece)
                if length > MAX_SHARED:
                    raise _too_large(
                        file_name, f"{MAX_SHARED >> 20} MB 以上的内容", f"more than {MAX_SHARED >> 20} MB"
                    )


def require_small_ods(data: bytes, *, file_name: str) -> None:
    """Raise unless every sheet of an .ods is of the size of a list, repeated cells counted as often.

    Raises
    ------
    UnreadableListError
        As `require_small_xlsx`.
    """
    parts = read_members(data, file_name=file_name, endings=("content.xml",))
    content = b"".join(parts.values())
    if len(content) > MAX_ODS:
        raise _too_large(file_name, "文字", "text")
    rows = filled = 0
    # What stands before the first row is no row.
    pieces = _ODS_ROW.split(content)[1:]
    for attributes, cells in zip(pieces[::2], pieces[1::2], strict=True):
        columns = _ods_columns(cells)
        if columns:
            times = _repeat(attributes)
            rows, filled = rows + times, filled + times * columns
            if columns > MAX_COLUMNS or rows > MAX_ROWS or filled > MAX_FILLED:
                raise _too_large(file_name, f"{rows} 行、{columns} 列", f"{rows} rows of {columns} columns")


def _ods_columns(cells: bytes) -> int:
    """Count the columns of a row up to the last cell that holds something."""
    column = last = 0
    for attributes, closed in _ODS_CELL.findall(cells):
        column += _repeat(attributes)
        if not closed or b"value" in attributes:
            last = column
    return last


def _repeat(attributes: bytes) -> int:
    found = _ODS_REPEAT.search(attributes)
    return int(found[1]) if found else 1


def _require_small_sheet(pieces: Iterator[bytes], file_name: str) -> None:
    cells = bottom = 0
    letters: set[bytes] = set()
    tail = b""
    for piece in pieces:
        window = tail + piece
        # A tag may be cut by the end of the piece: all behind the last bracket waits for the next one.
        cut = window.rfind(b"<") if len(window) - window.rfind(b"<") < OVERLAP else len(window)
        window, tail = window[:cut], window[cut:]
        found = [(column, int(row)) for column, row, closed in _CELL.findall(window) if not closed]
        letters.update(column for column, _ in found)
        bottom = max(bottom, max((row for _, row in found), default=0))
        cells += len(found)
        # Cells without an address stand one beside the other.
        if bottom > MAX_ROWS or cells > MAX_FILLED or len(_ANY_CELL.findall(window)) > 4 * PIECE:
            raise _too_large(
                file_name, f"{max(bottom, cells)} 行或单元格", f"{max(bottom, cells)} rows or cells"
            )
    right = max((_column_number(letter) for letter in letters), default=0)
    if right > MAX_COLUMNS or right * bottom > MAX_FILLED:
        raise _too_large(file_name, f"{bottom} 行、{right} 列", f"{bottom} rows, {right} columns")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * _ALPHABET + letter - _BEFORE_A
    return number


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, file_name: str) -> Iterator[bytes]:
    length = 0
    try:
        with archive.open(info) as stream:
            while piece := stream.read(PIECE):
                length += len(piece)
                if length > most:
                    raise _too_large(file_name, f"{most >> 20} MB 以上的内容", f"more than {most >> 20} MB")
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        raise UnreadableListError(
            zh=f"{file_name} 已损坏，无法打开。请在 Excel 中重新另存后再导入。",
            en=f"{file_name} is damaged. Save it again in Excel.",
        ) from None


def _too_large(file_name: str, what_zh: str, what_en: str) -> UnreadableListError:
    return UnreadableListError(
        zh=f"{file_name} 的工作表太大（{what_zh}）。上限为 {MAX_ROWS} 行、{MAX_COLUMNS} 列；"
        "请删除表外的内容后重新保存。",
        en=f"A sheet of {file_name} is too large ({what_en}). At most {MAX_ROWS} rows and {MAX_COLUMNS} "
        "columns are read; delete what stands outside the list and save it again.",
    )
