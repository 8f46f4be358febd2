"""The cells where people live densely enough to be part of a gap; see `geo.coverage.gaps`."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.arrays import Floats
from geo.coverage.people import WHO_COUNTS, people_of, require_distances
from geo.coverage.shares import DISTANCE_M
from geo.errors import InvalidValueError
from geo.geodesy import ellipsoid
from geo.proximity.grid import demand_places
from geo.schema import AREA_KM2, COUNTY, LAT, LON, PEOPLE

# The shipped grid: 30 seconds of arc.
CELL_DEGREES = 1 / 120
URBAN_CLUSTER_PER_KM2 = 300.0
ROW = "row"


class CellGrid:
    """Hold the cell of each demand row: row * width + column, so that no end of a row meets the next.

    Parameters
    ----------
    lon, lat
        Degrees, WGS-84.
    cell_degrees
        The side of a cell.
    """

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
        """Return the longitudes and latitudes of the middles of cells."""
        row, column = np.divmod(np.asarray(cell), self.width)
        return self.west + column * self.step, self.south + row * self.step

    def boxes(self, cell: pd.Index) -> pd.Series:
        """Return the squares of cells."""
        row, column = np.divmod(cell.to_numpy(), self.width)
        # Neighbours compute their common side alike, to the last bit: halves are exact.
        west, east = (self.west + (column + half) * self.step for half in (-0.5, 0.5))
        south, north = (self.south + (row + half) * self.step for half in (-0.5, 0.5))
        return pd.Series(shapely.box(west, south, east, north), index=cell)


@dataclass(frozen=True)
class SettledCells:
    """Hold the cells that are settled densely enough, with their distance; what each threshold looks at.

    `cells` has a row a cell, in rising order; `parts` one a cell and county, as a border divides it.
    """

    grid: CellGrid
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
        As `geo.coverage.gaps.find_gaps` takes them.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.gaps.find_gaps`.
    """
    _require_cells(least_per_km2, cell_degrees)
    along_m = require_distances(distance_m, demand)
    weights = dict(zip(WHO_COUNTS, people_of(demand), strict=True))
    grid = CellGrid(*demand_places(demand), cell_degrees)
    cells = _sum_cells(grid, {**weights, DISTANCE_M: along_m})
    cells = cells[cells[PEOPLE] >= least_per_km2 * cells[AREA_KM2]]
    row = cells.index.get_indexer(pd.Index(grid.cell))
    inside = row >= 0
    parts = pd.DataFrame({ROW: row, COUNTY: demand[COUNTY].to_numpy(), **weights})[inside]
    parts = parts.groupby([ROW, COUNTY]).sum().reset_index()
    return SettledCells(grid, cells, parts.astype({COUNTY: "category"}))


def _sum_cells(grid: CellGrid, values: dict[str, Floats]) -> pd.DataFrame:
    """Return each cell once: its people, distance (all rows of a cell share one point), place and area."""
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


def _require_cells(least_per_km2: float, cell_degrees: float) -> None:
    if not (np.isfinite(least_per_km2) and least_per_km2 >= 0):
        raise InvalidValueError("density_unusable", density=least_per_km2)
    if not 0 < cell_degrees <= 1:
        raise InvalidValueError("cell_unusable", degrees=cell_degrees)
