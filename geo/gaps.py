"""Where the people are whom nobody reaches: neighbouring uncovered cells as one gap, the largest first.

Sparsely settled land is uncovered nearly everywhere, and its cells all touch: taken together they would be
one gap as wide as Guangxi. A gap is therefore made of cells that are settled at least as densely as the
international Degree of Urbanisation asks of an urban cluster, 300 people a square kilometre, joined with
their eight neighbours as it joins them (Dijkstra et al. 2021, https://doi.org/10.1016/j.jue.2020.103312). The
density can be chosen; what lies below it is counted, not drawn.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import ellipsoid
from geo.coverage import DISTANCE_M
from geo.errors import InvalidValueError
from geo.nearest import nearest_place
from geo.people import WHO_COUNTS, people_of, require_distances, require_thresholds
from geo.places import demand_places, facility_places
from geo.schema import AREA_KM2, COUNTY, LAT, LON, NAME, PEOPLE, WGS84

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

GAP_ID = "gap_id"
CELLS = "cells"
NEAREST_M, MEAN_M, FARTHEST_M = "nearest_m", "mean_m", "farthest_m"
TOWNSHIP = "township"
GAP_COLUMNS = (*WHO_COUNTS, CELLS, AREA_KM2, COUNTY, TOWNSHIP, NAME, NEAREST_M, MEAN_M, FARTHEST_M, LON, LAT)

# The shipped grid: 30 seconds of arc.
CELL_DEGREES = 1 / 120
URBAN_CLUSTER_PER_KM2 = 300.0
_ROW = "row"


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
        As `geo.coverage.covered_people`; or `who`, the density, the cell or the number is not allowed.
    """
    cells = settle_cells(distance_m, demand, least_per_km2=least_per_km2, cell_degrees=cell_degrees)
    return gaps_among(cells, threshold_m=threshold_m, townships=townships, who=who, largest=largest)


@dataclass(frozen=True)
class SettledCells:
    """Hold the cells that are settled densely enough, with their distance; what each threshold looks at.

    `cells` has a row a cell, in rising order; `parts` one a cell and county, as a border divides it.
    """

    grid: "_Grid"
    cells: pd.DataFrame
    parts: pd.DataFrame


def settle_cells(
    distance_m: pd.Series,
    demand: gpd.GeoDataFrame,
    *,
    least_per_km2: float = URBAN_CLUSTER_PER_KM2,
    cell_degrees: float = CELL_DEGREES,
) -> SettledCells:
    """Sum up the cells that can be part of a gap, once for all thresholds.

    Parameters
    ----------
    distance_m, demand, least_per_km2, cell_degrees
        As `find_gaps` takes them.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `find_gaps`.
    """
    _require_cells(least_per_km2, cell_degrees)
    along_m = require_distances(distance_m, demand)
    weights = dict(zip(WHO_COUNTS, people_of(demand), strict=True))
    grid = _Grid(*demand_places(demand), cell_degrees)
    cells = _sum_cells(grid, {**weights, DISTANCE_M: along_m})
    cells = cells[cells[PEOPLE] >= least_per_km2 * cells[AREA_KM2]]
    row = cells.index.get_indexer(pd.Index(grid.cell))
    inside = row >= 0
    parts = pd.DataFrame({_ROW: row, COUNTY: demand[COUNTY].to_numpy(), **weights})[inside]
    return SettledCells(grid, cells, parts.groupby([_ROW, COUNTY]).sum().reset_index())


def gaps_among(
    settled: SettledCells,
    *,
    threshold_m: float,
    townships: gpd.GeoDataFrame,
    who: str = PEOPLE,
    largest: int | None = None,
) -> gpd.GeoDataFrame:
    """Find the gaps among settled cells; what `find_gaps` gives.

    Parameters
    ----------
    settled
        Of `settle_cells`.
    threshold_m, townships, who, largest
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
        for _, boxes in settled.grid.boxes(cells.index).groupby(cells[GAP_ID].to_numpy())
    ]
    return gpd.GeoDataFrame(gaps, geometry=outlines, crs=WGS84)


def list_gaps(
    settled: SettledCells,
    *,
    threshold_m: float,
    townships: gpd.GeoDataFrame,
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


def _cells_of_gaps(settled: SettledCells, threshold_m: float, who: str, largest: int | None) -> pd.DataFrame:
    """Take the cells of the largest gaps, with the gap and the row of each."""
    limit_m = float(require_thresholds([threshold_m])[0])
    _require_choice(who, largest)
    cells = settled.cells
    people = cells[who].to_numpy()
    row = np.flatnonzero((cells[DISTANCE_M].to_numpy() > limit_m) & (people > 0))
    gap = _ranked(_clusters(cells.index.to_numpy()[row], settled.grid.width), people[row])
    if largest is not None:
        row, gap = row[gap <= largest], gap[gap <= largest]
    return cells.iloc[row].assign(**{GAP_ID: gap, _ROW: row})


def _described(
    settled: SettledCells, cells: pd.DataFrame, townships: gpd.GeoDataFrame, who: str
) -> pd.DataFrame:
    gap = np.zeros(len(settled.cells), np.int64)
    gap[cells[_ROW]] = cells[GAP_ID]
    gaps = _measure(cells, who)
    gaps[COUNTY] = _main_county(settled.parts, gap, who)
    gaps[[TOWNSHIP, NAME]] = _nearest_town(gaps, townships)
    return gaps[list(GAP_COLUMNS)]


class _Grid:
    """Hold the cell of each demand row: row * width + column, so that no end of a row meets the next."""

    def __init__(self, lon: Floats, lat: Floats, cell_degrees: float) -> None:
        self.step = cell_degrees
        # Counted from the outermost points, so that points of any grid fall into the middle of their cells.
        self.west, self.south = (
            float(degrees.min(initial=0 if not len(degrees) else np.inf)) for degrees in (lon, lat)
        )
        column = np.rint((lon - self.west) / cell_degrees).astype(np.int64)
        row = np.rint((lat - self.south) / cell_degrees).astype(np.int64)
        self.width = int(column.max(initial=0)) + 2
        self.cell = row * self.width + column

    def centres(self, cell: npt.ArrayLike) -> tuple[Floats, Floats]:
        row, column = np.divmod(np.asarray(cell), self.width)
        return self.west + column * self.step, self.south + row * self.step

    def boxes(self, cell: pd.Index) -> pd.Series:
        row, column = np.divmod(cell.to_numpy(), self.width)
        # Neighbours compute their common side alike, to the last bit: halves are exact.
        west, east = (self.west + (column + half) * self.step for half in (-0.5, 0.5))
        south, north = (self.south + (row + half) * self.step for half in (-0.5, 0.5))
        return pd.Series(shapely.box(west, south, east, north), index=cell)


def _sum_cells(grid: _Grid, values: dict[str, Floats]) -> pd.DataFrame:
    """Give each cell once: its people, its distance (all rows of a cell share one point), place and area."""
    cell, first, row = np.unique(grid.cell, return_index=True, return_inverse=True)
    columns: dict[str, Floats] = {
        name: np.asarray(np.bincount(row, value, minlength=len(cell)), np.float64)
        for name, value in values.items()
        if name != DISTANCE_M
    }
    lon, lat = grid.centres(cell)
    columns |= {DISTANCE_M: values[DISTANCE_M][first], LON: lon, LAT: lat}
    columns[AREA_KM2] = ellipsoid.cell_km2(lat, grid.step)
    return pd.DataFrame(columns, index=cell)


def _clusters(cell: Positions, width: int) -> Positions:
    """Give each cell, in rising order, the number of its group of cells that touch by a side or a corner."""
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
    """Give each cell the rank of its cluster: 1 has the most people; of equals the one met first."""
    total = np.bincount(cluster, people)
    first = np.full(len(total), len(cluster))
    np.minimum.at(first, cluster, np.arange(len(cluster)))
    # People are sums of fractions: what differs by less than a millionth of a person is equal.
    order = np.lexsort([first, -np.round(total, 6)])
    rank = np.empty_like(order)
    rank[order] = np.arange(1, len(order) + 1)
    return rank[cluster]


def _measure(cells: pd.DataFrame, who: str) -> pd.DataFrame:
    groups = cells.groupby(GAP_ID, sort=True)
    gaps = groups[[*WHO_COUNTS, AREA_KM2]].sum()
    gaps[CELLS] = groups.size()
    gaps[NEAREST_M], gaps[FARTHEST_M] = groups[DISTANCE_M].min(), groups[DISTANCE_M].max()
    person_m = (cells[who] * cells[DISTANCE_M]).groupby(cells[GAP_ID]).sum()
    gaps[MEAN_M] = person_m / gaps[who]
    heart = cells.sort_values(who, ascending=False, kind="stable").drop_duplicates(GAP_ID).set_index(GAP_ID)
    gaps[[LON, LAT]] = heart[[LON, LAT]]
    return gaps


def _main_county(parts: pd.DataFrame, gap: Positions, who: str) -> pd.Series:
    """Find the county where most of a gap's people live; of equals the lower code."""
    of_gap = gap[parts[_ROW].to_numpy()]
    inside = of_gap > 0
    rows = parts[inside][[COUNTY, who]].assign(**{GAP_ID: of_gap[inside]})
    people = rows.groupby([GAP_ID, COUNTY])[[who]].sum().reset_index()
    people = people.sort_values(who, ascending=False, kind="stable")
    main: pd.Series = people.drop_duplicates(GAP_ID).set_index(GAP_ID)[COUNTY]
    return main


def _nearest_town(gaps: pd.DataFrame, townships: gpd.GeoDataFrame) -> pd.DataFrame:
    try:
        codes, lon, lat = facility_places(townships)
    except InvalidValueError:
        raise InvalidValueError("No township has a known place; give some to name the gaps by.") from None
    position = nearest_place(gaps[LON].to_numpy(), gaps[LAT].to_numpy(), lon, lat)[0]
    code = codes.take(position)
    names = townships[NAME].reindex(code).to_numpy()
    return pd.DataFrame({TOWNSHIP: code, NAME: names}, index=gaps.index)


def _require_cells(least_per_km2: float, cell_degrees: float) -> None:
    if not (np.isfinite(least_per_km2) and least_per_km2 >= 0):
        raise InvalidValueError(f"The density is {least_per_km2}; give people a square kilometre, 0 or more.")
    if not 0 < cell_degrees <= 1:
        raise InvalidValueError(f"The cell is {cell_degrees} degrees wide; give more than 0 and at most 1.")


def _require_choice(who: str, largest: int | None) -> None:
    if who not in WHO_COUNTS:
        raise InvalidValueError(f"{who!r} does not count people; use one of {', '.join(WHO_COUNTS)}.")
    if largest is not None and largest < 1:
        raise InvalidValueError(f"The number of gaps is {largest}; give at least 1, or nothing for all.")
