"""Read .csv, .tsv and .txt: first the encoding, then what separates the columns."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from geo.importing.errors import (
    CELL_LENGTH,
    CELLS,
    COLUMNS,
    ROWS,
    UnknownEncodingError,
    UnreadableListError,
    beyond,
)
from geo.importing.readers.budget import Budget
from geo.importing.readers.table_header import Grid, find_table
from geo.importing.source_table import BLANK, MAX_CELL_LENGTH, MAX_COLUMNS, MAX_ROWS, SPARE_ROWS, SourceTable
from geo.importing.synonyms import ListWords

UTF8, UTF16_LE, UTF16_BE, GB18030 = "utf-8", "utf-16-le", "utf-16-be", "gb18030"
BOMS = {codecs.BOM_UTF8: UTF8, codecs.BOM_UTF16_LE: UTF16_LE, codecs.BOM_UTF16_BE: UTF16_BE}
# What the user may choose when nothing fits strictly.
CHOICES = (GB18030, UTF8, "big5", UTF16_LE)
PREVIEW = 200
SEPARATORS = (",", "\t", ";", "|", "，", "；")
SAMPLE_ROWS, SAMPLE_LETTERS = 50, 200_000
QUOTE, CHECK = '"', "end"
WIDE_PART = 20
# A text of Guangxi in a wrong encoding decodes to letters nobody there uses.
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufffd]")


def decode_text(data: bytes, *, file_name: str, encoding: str | None = None) -> tuple[str, str]:
    """Decode a text: by its byte-order mark, else strictly as UTF-8, UTF-16 without a mark, or GB18030.

    Parameters
    ----------
    data
        The whole file.
    file_name
        For the message.
    encoding
        What the user chose; nothing else is tried then, and what does not decode becomes U+FFFD.

    Returns
    -------
    tuple
        The text without a mark, and the encoding's name.

    Raises
    ------
    UnknownEncodingError
        None fits; holds a preview in each likely encoding.
    UnreadableListError
        The chosen encoding does not exist.
    """
    if encoding is not None:
        return _decode_as(data, encoding, file_name)
    for mark, name in BOMS.items():
        if data.startswith(mark):
            try:
                return data.removeprefix(mark).decode(name), name
            except UnicodeDecodeError:
                break
    for likely in filter(None, (_wide(data), UTF8, GB18030)):
        text = _strictly(data, likely)
        if text is not None and not (likely == GB18030 and _STRANGE.search(text)):
            return text, likely
    raise UnknownEncodingError(
        "encoding_unclear",
        file_name=file_name,
        previews={name: data[: 2 * PREVIEW].decode(name, "replace")[:PREVIEW] for name in CHOICES},
    )


def read_text(
    data: bytes, *, budget: Budget, words: ListWords, encoding: str | None = None
) -> list[SourceTable]:
    """Read a table of text.

    Parameters
    ----------
    data
        The whole file.
    budget
        Names the file and counts what it gives.
    words
        The words headers are known by.
    encoding
        What the user chose after `UnknownEncodingError`, or None.

    Returns
    -------
    list
        One table, or none where nothing looks like one.

    Raises
    ------
    UnreadableListError
        The text is larger than a list, or its quotes do not close; see also `decode_text`.
    """
    file_name = budget.file_name
    text, name = decode_text(data, file_name=file_name, encoding=encoding)
    if "\x00" in text:
        raise UnreadableListError("text_null", file_name=file_name)
    found = find_table(_grid(text, _separator(text), budget), words)
    if found is None:
        return []
    budget.take(ROWS, len(found.rows))
    return [
        SourceTable(
            file_name=file_name,
            part=BLANK,
            kind="csv",
            rows=found.rows,
            left_out=found.left_out,
            encoding=name,
        )
    ]


def _decode_as(data: bytes, encoding: str, file_name: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(encoding).name
        return data.decode(name, "replace").removeprefix("\ufeff"), name
    except (LookupError, ValueError):
        raise UnreadableListError(
            "encoding_unknown", file_name=file_name, encoding=encoding, known=[*CHOICES]
        ) from None


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark by the null bytes of its digits, separators and line ends."""
    start = data[:4096]
    low, high = start[1::2].count(0), start[::2].count(0)
    if max(low, high) <= len(start) // WIDE_PART or len(data) % 2:
        return None
    return UTF16_LE if low > high else UTF16_BE


def _separator(text: str) -> str:
    """Choose what cuts most of the upper rows into one number of columns; of equals what makes more."""
    scores = {}
    for rank, separator in enumerate(SEPARATORS):
        try:
            rows = list(itertools.islice(_reader(text[:SAMPLE_LETTERS], separator), SAMPLE_ROWS))
        except csv.Error:
            rows = []
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, agreeing = (widths.most_common(1) or [(0, 0)])[0]
        scores[separator] = (agreeing, width, -rank)
    return max(scores, key=lambda separator: scores[separator])


def _reader(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _grid(text: str, separator: str, budget: Budget) -> Grid:
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator)
    grid: Grid = []
    begin = 0
    try:
        for row in budget.each(reader, len(lines)):
            record = lines[begin : reader.line_num]
            width = len(grid[0]) if grid else len(row)
            last = reader.line_num == len(lines)
            if (last or len(record) > 1) and not _closes(record, width, separator):
                raise _open_quote(begin + 1, budget.file_name)
            grid.append(row)
            _require_small(row, begin + 1, budget)
            if len(grid) > MAX_ROWS + SPARE_ROWS:
                raise beyond(ROWS, None, file_name=budget.file_name)
            begin = reader.line_num
    except csv.Error:
        # The module gives up at a cell of 131,072 letters, which says nothing of why it is so long.
        if _holds_rows(lines[begin : reader.line_num], len(grid[0]) if grid else 1, separator):
            raise _open_quote(begin + 1, budget.file_name) from None
        raise beyond(CELL_LENGTH, None, file_name=budget.file_name, line=begin + 1) from None
    return grid


def _require_small(row: list[str], line: int, budget: Budget) -> None:
    budget.take(CELLS, len(row))
    if len(row) > MAX_COLUMNS:
        raise beyond(COLUMNS, len(row), file_name=budget.file_name, line=line)
    longest = max(map(len, row), default=0)
    if longest > MAX_CELL_LENGTH:
        raise beyond(CELL_LENGTH, longest, file_name=budget.file_name, line=line)


def _closes(record: list[str], width: int, separator: str) -> bool:
    """Return whether the quotes of a record close, and not at the next quote of some later row."""
    if not any(QUOTE in line for line in record):
        return True
    # What closes leaves the next line alone.
    *_, last = csv.reader([*record, CHECK], delimiter=separator)
    if last != [CHECK] or len(record) == 1:
        return last == [CHECK]
    try:
        list(csv.reader(record, delimiter=separator, strict=True))
    except csv.Error:
        return False
    return not _holds_rows(record, width, separator)


def _holds_rows(record: list[str], width: int, separator: str) -> bool:
    """Return whether most lines within a pair of quotes look like rows of the table."""
    inner = [line.count(separator) for line in record[1:-1] if line.strip()]
    rows = sum(count == width - 1 for count in inner)
    return width > 1 and 2 * rows > len(inner)


def _open_quote(line: int, file_name: str) -> UnreadableListError:
    return UnreadableListError("text_quote_open", line=line, file_name=file_name)
