"""Where nobody is within reach: neighbouring uncovered cells as one gap, the largest first.

Sparsely settled land is uncovered nearly everywhere, and its cells all touch: taken together they would be
one gap as wide as Guangxi. A gap is therefore made of cells that are settled at least as densely as the
international Degree of Urbanisation asks of an urban cluster, 300 people a square kilometre, joined with
their eight neighbours as it joins them (Dijkstra et al. 2021, https://doi.org/10.1016/j.jue.2020.103312). The
density can be chosen; what lies below it is counted, not drawn.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.arrays import Floats, Positions
from geo.coverage.people import WHO_COUNTS, require_thresholds
from geo.coverage.settled_cells import (
    CELL_DEGREES,
    ROW,
    URBAN_CLUSTER_PER_KM2,
    SettledCells,
    settle_cells,
)
from geo.coverage.shares import DISTANCE_M
from geo.errors import InvalidValueError
from geo.proximity.grid import facility_places
from geo.proximity.nearest import nearest_place
from geo.schema import AREA_KM2, COUNTY, LAT, LON, NAME, PEOPLE, WGS84

GAP_ID = "gap_id"
CELLS = "cells"
NEAREST_M, MEAN_M, FARTHEST_M = "nearest_m", "mean_m", "farthest_m"
TOWNSHIP = "township"
GAP_COLUMNS = (*WHO_COUNTS, CELLS, AREA_KM2, COUNTY, TOWNSHIP, NAME, NEAREST_M, MEAN_M, FARTHEST_M, LON, LAT)


@dataclass(frozen=True)
class TownNames:
    """Hold the townships that gaps are named by: codes, names and places of those with a place."""

    codes: pd.Index
    names: npt.NDArray[np.object_]
    lon: Floats
    lat: Floats

    def nearest(self, lon: Floats, lat: Floats) -> tuple[pd.Index, npt.NDArray[np.object_]]:
        """Return the code and name of the township nearest to each place."""
        position = nearest_place(lon, lat, self.lon, self.lat)[0]
        return self.codes.take(position), self.names[position]


def read_town_names(townships: gpd.GeoDataFrame) -> TownNames:
    """Sort townships once for many lists of gaps.

    Parameters
    ----------
    townships
        As `find_gaps` takes them.

    Raises
    ------
    InvalidValueError
        None has a known place.
    """
    try:
        codes, lon, lat = facility_places(townships)
    except InvalidValueError:
        raise InvalidValueError("no_township_placed") from None
    return TownNames(codes, townships[NAME].reindex(codes).to_numpy(object), lon, lat)


def find_gaps(
    distance_m: pd.Series,
    demand: gpd.GeoDataFrame,
    *,
    threshold_m: float,
    townships: gpd.GeoDataFrame,
    who: str = PEOPLE,
    least_per_km2: float = URBAN_CLUSTER_PER_KM2,
    cell_degrees: float = CELL_DEGREES,
    largest: int | None = None,
) -> gpd.GeoDataFrame:
    """Join the uncovered cells that touch, by a side or a corner, into gaps, and rank them by their people.

    Give the demand of one county to see that county's gaps alone.

    Parameters
    ----------
    distance_m
        Metres to the nearest facility, indexed like `demand`; infinite where nothing can be reached.
    demand
        Cell centres in WGS-84; `people`, `urban_people`, `workers` (persons), `county`. Rows of one cell,
        which a border crosses, are one cell.
    threshold_m
        Metres; a distance equal to it is covered.
    townships
        Points in WGS-84 with `name`: what a gap is named by.
    who
        Whose number ranks the gaps, one of `WHO_COUNTS`.
    least_per_km2
        The residents a square kilometre that a cell must have to be part of a gap; 0 takes every cell where
        somebody counts.
    cell_degrees
        The side of a cell. Points that are no grid are put into cells of this size.
    largest
        How many gaps to give at most; all if missing.

    Returns
    -------
    GeoDataFrame
        Indexed by `gap_id`, 1 for the largest; of equal ones the one that begins farther south, then west,
        comes first. `people`, `urban_people`, `workers` (persons left out), `cells` and `area_km2` (square
        kilometres on the ellipsoid), `county` (adcode of most of its `who`), `township` (code) and `name` of
        the township nearest to the gap's heart, `nearest_m`, `mean_m` (weighted by `who`) and
        `farthest_m` to the nearest facility, and `lon`, `lat`, the gap's heart: the centre of its most
        populous cell. The geometry is the cells' outline, WGS-84.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.shares.covered_people`; or `who`, the density, the cell or the number is not allowed.
    """
    cells = settle_cells(distance_m, demand, least_per_km2=least_per_km2, cell_degrees=cell_degrees)
    return gaps_among(cells, threshold_m=threshold_m, townships=townships, who=who, largest=largest)


def gaps_among(
    settled: SettledCells,
    *,
    threshold_m: float,
    townships: gpd.GeoDataFrame | TownNames,
    who: str = PEOPLE,
    largest: int | None = None,
) -> gpd.GeoDataFrame:
    """Find the gaps among settled cells; what `find_gaps` gives.

    Parameters
    ----------
    settled
        Of `settle_cells`.
    townships
        As `find_gaps` takes them, or `read_town_names` of them.
    threshold_m, who, largest
        As `find_gaps` takes them.

    Raises
    ------
    InvalidValueError
        As `find_gaps`.
    """
    cells = _cells_of_gaps(settled, threshold_m, who, largest)
    gaps = _described(settled, cells, townships, who)
    outlines = [
        shapely.coverage_union_all(boxes)
        for _, boxes in settled.grid.boxes(settled.cells.index[cells.row]).groupby(cells.gap)
    ]
    return gpd.GeoDataFrame(gaps, geometry=outlines, crs=WGS84)


def list_gaps(
    settled: SettledCells,
    *,
    threshold_m: float,
    townships: gpd.GeoDataFrame | TownNames,
    who: str = PEOPLE,
    largest: int | None = None,
) -> pd.DataFrame:
    """Find the gaps among settled cells without their outlines, which take the longest.

    Parameters
    ----------
    settled, threshold_m, townships, who, largest
        As `gaps_among` takes them.

    Raises
    ------
    InvalidValueError
        As `find_gaps`.
    """
    return _described(settled, _cells_of_gaps(settled, threshold_m, who, largest), townships, who)


@dataclass(frozen=True)
class _GapCells:
    """Hold the cells of gaps: the row of each among the settled cells, and its gap; in the order of rows."""

    row: Positions
    gap: Positions


def _cells_of_gaps(settled: SettledCells, threshold_m: float, who: str, largest: int | None) -> _GapCells:
    """Take the cells of the largest gaps, with the gap and the row of each."""
    limit_m = float(require_thresholds([threshold_m])[0])
    _require_choice(who, largest)
    cells = settled.cells
    people = cells[who].to_numpy()
    row = np.flatnonzero((cells[DISTANCE_M].to_numpy() > limit_m) & (people > 0))
    gap = _ranked(_clusters(cells.index.to_numpy()[row], settled.grid.width), people[row])
    kept = np.ones(len(row), bool) if largest is None else gap <= largest
    return _GapCells(row[kept], gap[kept])


def _described(
    settled: SettledCells, cells: _GapCells, townships: gpd.GeoDataFrame | TownNames, who: str
) -> pd.DataFrame:
    """Describe each gap, all figures as arrays; the frame is made once, at the end."""
    count = int(cells.gap.max(initial=0))
    index = pd.RangeIndex(1, count + 1).astype("int64").rename(GAP_ID)
    columns = _measure(settled.cells, cells, who, count)
    columns[COUNTY] = _main_county(settled.parts, settled.cells, cells, who)
    towns = townships if isinstance(townships, TownNames) else read_town_names(townships)
    columns[TOWNSHIP], columns[NAME] = towns.nearest(columns[LON], columns[LAT])
    return pd.DataFrame({name: columns[name] for name in GAP_COLUMNS}, index=index)


def _clusters(cell: Positions, width: int) -> Positions:
    """Count off the groups of cells that touch by a side or a corner: one number a cell, in rising order."""
    from scipy import sparse  # noqa: PLC0415 - scipy takes a quarter of a second to import

    pairs = []
    for step in (1, width - 1, width, width + 1):
        at = np.searchsorted(cell, cell + step)
        touches = np.flatnonzero(np.append(cell, -1)[at] == cell + step)
        pairs.append(np.stack([touches, at[touches]]))
    here, there = np.concatenate(pairs, axis=1)
    links = sparse.coo_array((np.ones(len(here), bool), (here, there)), shape=(len(cell), len(cell)))
    number: Positions = sparse.csgraph.connected_components(links, directed=False)[1]
    return number


def _ranked(cluster: Positions, people: Floats) -> Positions:
    """Rank each cell by its cluster: 1 has the most people; of equals the one met first."""
    total = np.bincount(cluster, people)
    first = np.full(len(total), len(cluster))
    np.minimum.at(first, cluster, np.arange(len(cluster)))
    # People are sums of fractions: what differs by less than a millionth of a person is equal.
    order = np.lexsort([first, -np.round(total, 6)])
    rank = np.empty_like(order)
    rank[order] = np.arange(1, len(order) + 1)
    return rank[cluster]


def _measure(settled: pd.DataFrame, cells: _GapCells, who: str, count: int) -> dict[str, Any]:
    """Sum up the cells of each gap, and find its heart."""
    names = [*WHO_COUNTS, AREA_KM2, DISTANCE_M, LON, LAT]
    value = {name: settled[name].to_numpy()[cells.row] for name in names}
    along_m = value[DISTANCE_M]
    summed = {name: value[name] for name in (*WHO_COUNTS, AREA_KM2)} | {MEAN_M: value[who] * along_m}
    sums = pd.DataFrame(summed).groupby(cells.gap).sum()
    columns: dict[str, Any] = {str(name): sums[name].to_numpy() for name in sums.columns}
    columns[MEAN_M] = columns[MEAN_M] / columns[who]
    columns[CELLS] = np.bincount(cells.gap, minlength=count + 1)[1:]
    # The most people first within each gap; of equals the cell met first.
    order = np.lexsort([-value[who], cells.gap])
    start = np.searchsorted(cells.gap[order], np.arange(1, count + 1))
    columns[LON], columns[LAT] = value[LON][order[start]], value[LAT][order[start]]
    if count:
        columns[NEAREST_M] = np.minimum.reduceat(along_m[order], start)
        columns[FARTHEST_M] = np.maximum.reduceat(along_m[order], start)
    else:
        columns[NEAREST_M] = columns[FARTHEST_M] = np.empty(0)
    return columns


def _main_county(parts: pd.DataFrame, settled: pd.DataFrame, cells: _GapCells, who: str) -> Any:
    """Find the county where most of a gap's people live; of equals the lower code."""
    gap_of = np.zeros(len(settled), np.int64)
    gap_of[cells.row] = cells.gap
    gap = gap_of[parts[ROW].to_numpy()]
    inside = np.flatnonzero(gap)
    gap, county = gap[inside], parts[COUNTY].cat.codes.to_numpy()[inside].astype(np.int64)
    codes = parts[COUNTY].cat.categories
    key, number = np.unique(gap * len(codes) + county, return_inverse=True)
    people = np.bincount(number, parts[who].to_numpy()[inside], minlength=len(key))
    order = np.lexsort([key, -people, key // len(codes)])
    first = order[np.unique(key[order] // len(codes), return_index=True)[1]]
    return codes.take(key[first] % len(codes)).astype("str")


def _require_choice(who: str, largest: int | None) -> None:
    if who not in WHO_COUNTS:
        raise InvalidValueError("who_unknown", who=who, known=[*WHO_COUNTS])
    if largest is not None and largest < 1:
        raise InvalidValueError("gaps_number_unusable", count=largest)
