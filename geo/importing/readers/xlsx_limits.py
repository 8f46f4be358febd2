"""Count what a workbook holds before it is unpacked into memory; refuse what no list can be.

No pattern here looks past the next bracket, so that each takes time in proportion to the text.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from geo.importing.errors import COLUMNS, FILLED, ROWS, UnreadableListError, beyond
from geo.importing.readers.archives import member_names, member_pieces, read_members
from geo.importing.readers.budget import Budget
from geo.importing.source_table import MAX_ROWS, SPARE_ROWS

OVERLAP = 4096
MAX_SHARED = 64 * 2**20
MAX_SHEET = 256 * 2**20
MAX_ODS = 96 * 2**20
# Excel lets users format down to the last row; only cells that hold something count.
_CELL = re.compile(
    rb"<(?:\w+:)?c\s[^<>]{0,300}?\br\s*+=\s*+[\"']([A-Za-z]{1,3})([0-9]{1,8})[\"'][^<>]{0,300}?(/?)>"
)
_ANY_CELL = re.compile(rb"<(?:\w{1,20}:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:\w{1,20}:)?row\s[^<>]{0,300}?\br\s*+=\s*+[\"']([0-9]{1,8})[\"']")
_ODS_SHEET = re.compile(rb"<table:table[\s>]")
_ODS_ROW = re.compile(rb"<table:table-row\b([^<>]*)>")
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^<>]*?)(/?)>")
_ODS_REPEAT = re.compile(rb"table:number-(?:rows|columns)-repeated\s*+=\s*+[\"'](\d{1,12})[\"']")
_SHEET_START = re.compile(rb"<(?:\w+:)?worksheet[\s>]")
SHEET_HEAD = 65_536
OTHER_WORKBOOKS = {"xl/workbook.bin", "content.xml"}
_ALPHABET = 26
_BEFORE_A = ord("A") - 1


def require_size(bottom: int, right: int, budget: Budget, *, where: str = "") -> None:
    """Count a sheet of so many rows and columns, blank ones between them included.

    Raises
    ------
    UnreadableListError
        It has more rows or columns than a list, or all sheets together have too many cells.
    """
    if bottom > MAX_ROWS + SPARE_ROWS:
        raise beyond(ROWS, bottom, file_name=budget.file_name, where=where)
    budget.require(COLUMNS, right, where=where)
    budget.require(FILLED, bottom * right, where=where)
    budget.take(FILLED, bottom * right)


def require_small_xlsx(data: bytes, *, budget: Budget) -> None:
    """Raise unless every sheet of an .xlsx is of the size of a list.

    The parts are unpacked piece by piece and only counted, so that a bomb costs time and no memory.

    Raises
    ------
    UnreadableListError
        A sheet reaches too far down or right, holds too many cells, or the texts are too many; also when
        the archive is refused.
    """
    names = {name.lower() for name in member_names(data, file_name=budget.file_name)}
    # The reader takes whichever kind of workbook it finds first in a zip.
    if names & OTHER_WORKBOOKS:
        raise UnreadableListError("workbook_not_plain", file_name=budget.file_name)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # A sheet may have any name: what is one tells its first tag.
        for info in archive.infolist():
            pieces = member_pieces(archive, info, file_name=budget.file_name)
            first = next(pieces, b"")
            sheet = bool(_SHEET_START.search(first[:SHEET_HEAD]))
            bounded = _bounded(itertools.chain([first], pieces), MAX_SHEET if sheet else MAX_SHARED, budget)
            if sheet:
                require_size(*_sheet_size(bounded, budget), budget)
            else:
                for _ in bounded:
                    pass


def require_small_ods(data: bytes, *, budget: Budget) -> None:
    """Raise unless every sheet of an .ods is of the size of a list, repeated cells counted as often.

    Raises
    ------
    UnreadableListError
        As `require_small_xlsx`.
    """
    parts = read_members(data, file_name=budget.file_name, endings=("content.xml",))
    content = b"".join(parts.values())
    if len(content) > MAX_ODS:
        raise _too_long(MAX_ODS, budget.file_name)
    for name, part in parts.items():
        if name.lower() == "content.xml":
            _require_whole_xml(part, budget.file_name)
    for sheet in _ODS_SHEET.split(content)[1:]:
        require_size(*_ods_size(sheet), budget)


def _require_whole_xml(content: bytes, file_name: str) -> None:
    """Raise unless every tag is closed: the reader waits for the end of a table for ever."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it so
    except expat.ExpatError as fault:
        raise UnreadableListError("workbook_damaged", file_name=file_name, reason=str(fault)) from fault


def _refuse_entity(name: str, *_declared: object) -> None:
    raise expat.ExpatError(f"it declares the entity {name[:40]!r}")


def _ods_size(sheet: bytes) -> tuple[int, int]:
    """Return how far down and right a sheet is filled; blank rows count once another stands below them."""
    rows = bottom = right = 0
    pieces = _ODS_ROW.split(sheet)[1:]
    for attributes, cells in zip(pieces[::2], pieces[1::2], strict=True):
        rows += _repeat(attributes)
        columns = _ods_columns(cells)
        if columns:
            bottom, right = rows, max(right, columns)
    return bottom, right


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


def _sheet_size(pieces: Iterator[bytes], budget: Budget) -> tuple[int, int]:
    """Return how far down and right a sheet of an .xlsx is filled."""
    bottom = loose_rows = loose_cells = 0
    letters: set[bytes] = set()
    for window in _whole_tags(pieces):
        cells = _CELL.findall(window)
        letters.update(column for column, _, closed in cells if not closed)
        bottom = max(bottom, max((int(row) for _, row, closed in cells if not closed), default=0))
        # Cells without an address stand one beside the other, such rows one below the other.
        if len(_ANY_CELL.findall(window)) > len(cells):
            bottom = max(bottom, max(map(int, _ROW_NUMBER.findall(window)), default=0))
            rows = _ROW.split(window)
            loose_rows += len(rows) - 1
            loose_cells = max(loose_cells, *(len(_ANY_CELL.findall(row)) for row in rows))
        if bottom > MAX_ROWS + SPARE_ROWS:
            raise beyond(ROWS, None, file_name=budget.file_name)
    right = max((_column_number(letter) for letter in letters), default=0)
    return bottom + loose_rows, right + loose_cells


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a text where no tag is: all behind the last bracket waits for the next piece."""
    tail = b""
    for piece in pieces:
        window = tail + piece
        last = window.rfind(b"<")
        cut = last if len(window) - last < OVERLAP else len(window)
        yield window[:cut]
        tail = window[cut:]
    yield tail


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * _ALPHABET + letter - _BEFORE_A
    return number


def _bounded(pieces: Iterator[bytes], most: int, budget: Budget) -> Iterator[bytes]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > most:
            raise _too_long(most, budget.file_name)
        budget.step(0.0)
        yield piece


def _too_long(most: int, file_name: str) -> UnreadableListError:
    return UnreadableListError("workbook_part_too_large", file_name=file_name, most=most >> 20)
