"""People of the user's own: kept by what they are, under a mark that stands in the link."""

import hashlib
from dataclasses import dataclass

import geopandas as gpd

from geo.caches import register
from geo.errors import UnknownNameError
from geo.people_table import TIFF_ENDINGS, cell_degrees_of, read_people
from geo.settled_cells import CELL_DEGREES
from ui.reach.reach import OWN_MARK

_MARK_LETTERS = 16
_kept = register.cache(
    "people of the user's own",
    holds="Files of people that visitors handed over.",
    most_entries=6,
    handed_over=True,
)


@dataclass(frozen=True)
class Own:
    """Hold the people of one file: its name, how many live outside the counties, the side of its cells."""

    file_name: str
    demand: gpd.GeoDataFrame
    outside_people: float
    cell_degrees: float


def keep_own(data: bytes, regions: gpd.GeoDataFrame, *, file_name: str, datum: str) -> str:
    """Read a file of people, keep it, and give its mark; the oldest of many are let go.

    The mark is made of the content: the same file has the same mark, and who has not seen it cannot guess it.

    Parameters
    ----------
    data, regions, file_name, datum
        As `geo.people_table.read_people` takes them.

    Raises
    ------
    UnreadablePeopleError, UnreadableListError
        As `geo.people_table.read_people`; nothing is kept, and what was kept stays.
    """
    mark = OWN_MARK + hashlib.sha256(datum.encode() + b"\0" + data).hexdigest()[:_MARK_LETTERS]
    if not has_own(mark):
        found = read_people(data, regions, file_name=file_name, datum=datum)
        gridded = file_name.casefold().endswith(TIFF_ENDINGS)
        cell_degrees = cell_degrees_of(found.demand) if gridded else CELL_DEGREES
        _kept.put(mark, Own(file_name, found.demand, found.outside_people, cell_degrees))
    return mark


def has_own(mark: str) -> bool:
    """Tell whether a file is still kept."""
    return mark in _kept


def find_own(mark: str) -> Own:
    """Give a file that is kept.

    Raises
    ------
    UnknownNameError
        It is kept no longer.
    """
    own: Own | None = _kept.get(mark)
    if own is None:
        raise UnknownNameError(f"No people are kept as {mark}; upload the file again.")
    return own
