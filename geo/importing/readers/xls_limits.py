"""Count what an .xls holds before it is unpacked into memory: one cell in a far corner must not fill it.

The file is a compound file ([MS-CFB]); its stream `Workbook` is a row of records ([MS-XLS] 2.1.4), of which
those of cells name row and column. Only these are looked at; whatever is not as it should be is refused.
"""

import struct
from collections.abc import Iterator

from geo.importing.errors import UnreadableListError, encrypted
from geo.importing.readers.budget import Budget
from geo.importing.readers.xlsx_limits import require_size

HEADER = 512
FREE_FROM = 0xFFFFFFFA
HEADER_FAT, FAT_IN_HEADER = 76, 109
ENTRY = 128
# Where the header says how many sectors the directory and the three tables of sectors have.
COUNTS = (40, 44, 64, 72)
STREAMS = {"workbook", "book"}
SMALL_STREAM = 4096
BEGIN = {0x0009, 0x0209, 0x0409, 0x0809}
# Blank cells and those of one value: row, column; the two of many columns end with the last one.
ONE_CELL = {
    0x0002,
    0x0003,
    0x0004,
    0x0005,
    0x0006,
    0x0203,
    0x0204,
    0x0205,
    0x0206,
    0x0406,
    0x027E,
    0x00FD,
    0x00D6,
}
MANY_CELLS = {0x00BD}
# Everything after it is encrypted ([MS-XLS] 2.4.117).
FILE_PASS = 0x002F
TEXTS, DIMENSIONS = 0x00FC, 0x0200
# First and last row, first and last column, of Excel 97 and later and of older ones.
DIMENSIONS_FORM = {14: "<IIHH", 10: "<HHHH"}
MOST_ROWS, MOST_COLUMNS = 65_536, 256
PLACE = 4


def require_small_xls(data: bytes, *, budget: Budget) -> None:
    """Raise unless every sheet of an .xls is of the size of a list.

    Raises
    ------
    UnreadableListError
        The file is no sound compound file, holds no workbook, is encrypted, or a sheet reaches too far down
        and right.
    """
    file_name = budget.file_name
    try:
        stream = _workbook_stream(data)
        if stream is None:
            raise _no_workbook(file_name)
        if any(kind == FILE_PASS for kind, _, _ in _records(stream)):
            raise encrypted(file_name)
        sizes = list(_sheet_sizes(stream))
    except (struct.error, LookupError, ValueError, OverflowError) as fault:
        if isinstance(fault, UnreadableListError):
            raise
        raise UnreadableListError("workbook_damaged_inside", file_name=file_name) from None
    for bottom, right in sizes:
        require_size(bottom, right, budget)


def _no_workbook(file_name: str) -> UnreadableListError:
    return UnreadableListError("workbook_missing", file_name=file_name)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Return kind, place and length of each record."""
    at = 0
    while at + PLACE <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + PLACE, length
        at += PLACE + length


def _sheet_sizes(stream: bytes) -> Iterator[tuple[int, int]]:
    """Return how far down and right each sheet reaches."""
    bottom = right = 0
    for kind, at, length in _records(stream):
        if kind in BEGIN:
            yield bottom, right
            bottom = right = 0
        elif (kind in ONE_CELL or kind in MANY_CELLS) and length >= PLACE:
            row, column = struct.unpack_from("<HH", stream, at)
            if kind in MANY_CELLS:
                column = struct.unpack_from("<H", stream, at + length - 2)[0]
            bottom, right = max(bottom, row + 1), max(right, column + 1)
        elif kind in {TEXTS, DIMENSIONS}:
            _require_possible(kind, stream[at : at + length], len(stream))
    yield bottom, right


def _require_possible(kind: int, record: bytes, room: int) -> None:
    """Raise where the reader would set aside memory for more texts or cells than there can be.

    It believes these numbers, takes the first row from the last, and ends the whole program without room.
    """
    if kind == TEXTS:
        possible = struct.unpack_from("<I", record, PLACE)[0] <= room
    else:
        first_row, last_row, first, last = struct.unpack_from(DIMENSIONS_FORM[len(record)], record, 0)
        # All zero where the sheet is blank.
        possible = first_row <= last_row <= MOST_ROWS and first <= last <= MOST_COLUMNS
    if not possible:
        raise ValueError("more texts or cells than there can be")


def _workbook_stream(data: bytes) -> bytes | None:
    """Take the stream of the workbook out of a compound file, if it has one.

    Every chain the reader follows is followed here first, and every length it sets memory aside for compared
    with the file's.
    """
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small_size = 1 << struct.unpack_from("<H", data, 32)[0]
    _require_room(data, size * max(struct.unpack_from(f"<{place}xI", data)[0] for place in COUNTS))
    first_entry, small_from = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 60)[0]
    fat = _fat(data, size)
    directory = _chain(data, fat, first_entry, size)
    entries = [directory[at : at + ENTRY] for at in range(0, len(directory) - ENTRY + 1, ENTRY)]
    _require_room(data, max(_length(entry, size) for entry in entries))
    # Small streams lie in one that belongs to the root, in sectors of their own.
    smalls = _chain(data, fat, struct.unpack_from("<I", entries[0], 116)[0], size)
    table = _chain(data, fat, small_from, size)
    small_fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        if name.lower() in STREAMS:
            start, length = struct.unpack_from("<I", entry, 116)[0], _length(entry, size)
            if length >= SMALL_STREAM:
                return _chain(data, fat, start, size)[:length]
            return _chain(smalls, small_fat, start, small_size, begin=0)[:length]
    return None


def _length(entry: bytes, size: int) -> int:
    """Return the length of a stream; only files of large sectors have eight bytes for it."""
    found: int = struct.unpack_from("<Q" if size > HEADER else "<I", entry, 120)[0]
    return found


def _require_room(data: bytes, length: int) -> None:
    if length > len(data) + HEADER:
        raise ValueError("a part longer than the file")


def _fat(data: bytes, size: int) -> tuple[int, ...]:
    sectors = list(struct.unpack_from(f"<{FAT_IN_HEADER}I", data, HEADER_FAT))
    extra, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if extra >= FREE_FROM:
            break
        listed = struct.unpack_from(f"<{size // 4}I", data, _begin(size) + extra * size)
        sectors += listed[:-1]
        extra = listed[-1]
    used = [at for at in sectors if at < FREE_FROM]
    _require_room(data, size * max(used, default=0))
    joined = b"".join(data[_begin(size) + at * size : _begin(size) + (at + 1) * size] for at in used)
    return struct.unpack(f"<{len(joined) // 4}I", joined)


def _chain(data: bytes, fat: tuple[int, ...], start: int, size: int, *, begin: int | None = None) -> bytes:
    """Join the sectors of a chain; one that comes back to itself is none."""
    first = _begin(size) if begin is None else begin
    pieces: list[bytes] = []
    at = start
    while at < FREE_FROM:
        if len(pieces) > len(fat):
            raise ValueError("a chain of sectors without an end")
        pieces.append(data[first + at * size : first + (at + 1) * size])
        at = fat[at]
    return b"".join(pieces)


def _begin(size: int) -> int:
    """Return where the first sector begins: the header fills a whole one where they are large."""
    return max(HEADER, size)
