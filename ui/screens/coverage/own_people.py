"""People of the user's own: kept by what they are, under a mark that stands in the link."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd

from geo import schema
from geo.caching.register import register
from geo.coverage.settled_cells import CELL_DEGREES
from geo.errors import UnknownNameError
from geo.population.own_table import TIFF_ENDINGS, cell_degrees_of, read_people
from ui.screens.coverage.question import OWN_MARK

_MARK_LETTERS = 16
_kept = register.cache(
    "people of the user's own",
    holds="Files of people that visitors handed over.",
    most_entries=6,
    handed_over=True,
)


@dataclass(frozen=True)
class Own:
    """Hold the people of one file: its name, how many live outside the counties, the side of its cells.

    `covered` are the adcodes of the counties it knows anybody of; of the others it says nothing.
    """

    file_name: str
    demand: gpd.GeoDataFrame
    outside_people: float
    cell_degrees: float

    @cached_property
    def covered(self) -> frozenset[str]:
        """Return the counties the file covers."""
        return frozenset(map(str, self.demand[schema.COUNTY].unique()))


def keep_own(
    data: bytes,
    regions: gpd.GeoDataFrame,
    *,
    file_name: str,
    datum: str,
    progress: Callable[[float], None] | None = None,
) -> str:
    """Read a file of people, keep it, and give its mark; the oldest of many are let go.

    The mark is made of the content: the same file has the same mark, and who has not seen it cannot guess it.

    Parameters
    ----------
    data, regions, file_name, datum, progress
        As `geo.population.own_table.read_people` takes them.

    Raises
    ------
    UnreadablePeopleError, UnreadableListError
        As `geo.population.own_table.read_people`; nothing is kept, and what was kept stays.
    """
    mark = OWN_MARK + hashlib.sha256(datum.encode() + b"\0" + data).hexdigest()[:_MARK_LETTERS]
    if not has_own(mark):
        found = read_people(data, regions, file_name=file_name, datum=datum, progress=progress)
        gridded = file_name.casefold().endswith(TIFF_ENDINGS)
        cell_degrees = cell_degrees_of(found.demand) if gridded else CELL_DEGREES
        _kept.put(mark, Own(file_name, found.demand, found.outside_people, cell_degrees))
    return mark


def has_own(mark: str) -> bool:
    """Return whether a file is still kept."""
    return mark in _kept


def find_own(mark: str) -> Own:
    """Return a file that is kept.

    Raises
    ------
    UnknownNameError
        It is kept no longer.
    """
    own: Own | None = _kept.get(mark)
    if own is None:
        raise UnknownNameError("people_not_kept", mark=mark)
    return own
