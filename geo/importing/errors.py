"""How a file that cannot be read says so: one clear line in each language, with the cure."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from geo.errors import GeoDataError, Message
from geo.importing.source_table import (
    MAX_CELL_LENGTH,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_FILLED,
    MAX_ROWS,
    MAX_TABLES,
    MAX_VERTICES,
)

LONGEST_SENTENCE = 400
NAME_LENGTH = 60
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class UnreadableListError(GeoDataError):
    """Report a file that is refused, or that is not what its name says; nothing of it was kept.

    Its sentence is one line of letters that can be shown, whatever the file put into it.
    """

    def in_language(self, language: str, *, name_of: Callable[[str], str] = str) -> str:
        """Return the sentence in one line."""
        return _one_line(super().in_language(language, name_of=name_of))


class UnknownEncodingError(UnreadableListError):
    """Report a text whose encoding must be asked for; `previews` shows its start in each likely one."""

    def __init__(self, code: str, /, *, previews: Mapping[str, str], **values: object) -> None:
        super().__init__(code, **values)
        self.previews = MappingProxyType(dict(previews))


class ReadingCancelledError(GeoDataError):
    """Report that whoever asked for a file to be read called it off; nothing of it was kept."""


class Bound(NamedTuple):
    """Describe a bound of what is read: how much at most, of what, and what to do about more."""

    most: int
    unit: Message
    cure: Message


SPLIT = Message("cure_split")
OUTSIDE = Message("cure_outside")
PLAINER = Message("cure_plainer")
ROWS, COLUMNS, CELLS, FILLED = "rows", "columns", "cells", "filled"
CELL_LENGTH, TABLES, VERTICES = "cell_length", "tables", "vertices"
BOUNDS = MappingProxyType(
    {
        ROWS: Bound(MAX_ROWS, Message("unit_rows"), SPLIT),
        COLUMNS: Bound(MAX_COLUMNS, Message("unit_columns"), OUTSIDE),
        CELLS: Bound(MAX_CELLS, Message("unit_cells"), SPLIT),
        # Of a sheet, from its first corner to the last cell that holds something.
        FILLED: Bound(MAX_FILLED, Message("unit_filled"), OUTSIDE),
        CELL_LENGTH: Bound(
            MAX_CELL_LENGTH,
            Message("unit_letters"),
            Message("cure_shorten"),
        ),
        TABLES: Bound(MAX_TABLES, Message("unit_tables"), SPLIT),
        VERTICES: Bound(MAX_VERTICES, Message("unit_vertices"), PLAINER),
    }
)


def beyond(
    bound: str, found: int | None, *, file_name: str, where: str = "", line: int | None = None
) -> UnreadableListError:
    """Say which bound a file passes, by how much, and what to do.

    Parameters
    ----------
    bound
        A key of `BOUNDS`.
    found
        What the file has; None where the reading stopped as soon as the bound was passed.
    file_name
        As the user has it.
    where
        The sheet or layer that has too much; blank for the whole file.
    line
        The line of a text that has too much.

    Returns
    -------
    UnreadableListError
        To be raised.
    """
    most, unit, cure = BOUNDS[bound]
    number = Message("more_than", most=most) if found is None else Message("so_many", number=found)
    place = where[:NAME_LENGTH] if line is None else Message("in_line", line=line)
    there = Message("place_has", place=place) if place else ""
    return UnreadableListError(
        "list_too_large", file_name=file_name, there=there, number=number, unit=unit, most=most, cure=cure
    )


def unexpected(file_name: str) -> UnreadableListError:
    """Say that a file could not be read for a reason no reader foresaw; the reason stands in the log."""
    return UnreadableListError("list_unexpected", file_name=file_name)


def encrypted(file_name: str) -> UnreadableListError:
    """Say that a workbook is encrypted, which "protect the workbook" does too, without asking on opening."""
    return UnreadableListError("list_encrypted", file_name=file_name)


def _one_line(sentence: str) -> str:
    line = " ".join(_UNSHOWN.sub(" ", sentence).split())
    # What is long is a name, which stands first; the reason and the cure stand last.
    last = LONGEST_SENTENCE - NAME_LENGTH - 1
    return line if len(line) <= LONGEST_SENTENCE else f"{line[:NAME_LENGTH]}…{line[-last:]}"
