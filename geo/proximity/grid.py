"""Where demand and facilities are, sorted into a grid, and the compiled loops that search it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from os import cpu_count
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Int32s
from geo.errors import InvalidValueError
from geo.geodesy import ellipsoid
from geo.kernels.loader import WITHIN, are_loaded, load_loops
from geo.schema import located

Grid = tuple[float, float, float, float, int, int]

# Below this many rows the k-d tree has answered before numba is even imported (0.5 s).
COMPILE_FROM_ROWS = 200_000
_MAX_THREADS = 4
_ROWS_PER_THREAD = 50_000
# Some rows take longer than others: with more parts than threads none waits for the other.
_PARTS_PER_THREAD = 4
_PLACES_PER_CELL = 2.0
_LEAST_EXTENT = 1e-6
_MAX_LON, _MAX_LAT = 180, 90


def demand_places(demand: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return the longitudes and latitudes of demand points, each of which must have a place.

    Raises
    ------
    InvalidValueError
        A row has no point.
    """
    places = demand.geometry.to_numpy()
    lon, lat = np.empty((2, len(places)))

    def read(rows: slice) -> None:
        lon[rows], lat[rows] = shapely.get_x(places[rows]), shapely.get_y(places[rows])

    run_in_threads(read, in_threads(len(places)))
    _require_degrees(lon, lat, what="demand")
    placeless = ~np.isfinite(lon + lat)
    if placeless.any():
        raise InvalidValueError(
            "demand_rows_without_point", count=placeless.sum(), first=demand.index[placeless].tolist()[0]
        )
    return lon, lat


def facility_places(facilities: gpd.GeoDataFrame) -> tuple[pd.Index, Floats, Floats]:
    """Return the ids, in rising order, longitudes and latitudes of the facilities whose place is known.

    Raises
    ------
    InvalidValueError
        There is none, an id stands twice, or one is a line or an area.
    """
    if not len(facilities):
        raise InvalidValueError("no_facility_selected")
    if facilities.index.has_duplicates:
        twice = facilities.index[facilities.index.duplicated()][0]
        raise InvalidValueError("facility_twice", name=twice)
    known = facilities[located(facilities).to_numpy()]
    if not len(known):
        raise InvalidValueError("no_facility_has_place", count=len(facilities))
    order = known.index.argsort()
    places = known.geometry.to_numpy()[order]
    lon, lat = shapely.get_x(places), shapely.get_y(places)
    areas = np.isnan(lon)
    if areas.any():
        raise InvalidValueError(
            "facilities_lines_or_areas", count=areas.sum(), first=known.index[order][areas].tolist()[0]
        )
    _require_degrees(lon, lat, what="facilities")
    return known.index[order], lon, lat


def grid_index(lon: Floats, lat: Floats) -> tuple[tuple[Floats, Int32s, Int32s], Grid]:
    """Sort places into the cells of a grid, for the compiled loops.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, at least one place.

    Returns
    -------
    tuple
        The places cell by cell (earth-centred metres and 1 / radius in the
        prime vertical), their positions in the input and where each cell
        starts; and the grid as west, south, cells a degree east and north, columns, rows.
    """
    west, south, east, north = lon.min(), lat.min(), lon.max(), lat.max()
    height = max(north - south, _LEAST_EXTENT)
    width = max(east - west, _LEAST_EXTENT)
    squeeze = max(np.cos(np.radians((south + north) / 2)), _LEAST_EXTENT)
    cells = max(1.0, len(lon) / _PLACES_PER_CELL)
    columns = int(np.clip(round(np.sqrt(cells * width * squeeze / height)), 1, cells))
    rows = max(1, round(cells / columns))
    per_east, per_north = columns / width, rows / height
    column = np.minimum(((lon - west) * per_east).astype(np.int64), columns - 1)
    row = np.minimum(((lat - south) * per_north).astype(np.int64), rows - 1)
    cell = row * columns + column
    order = np.argsort(cell, kind="stable").astype(np.int32)
    start = np.zeros(rows * columns + 1, np.int32)
    np.cumsum(np.bincount(cell, minlength=rows * columns), out=start[1:])
    places = np.empty((len(lon), 4))
    places[:, :3] = ellipsoid.earth_centred(lon[order], lat[order])
    places[:, 3] = 1 / ellipsoid.prime_vertical_m(lat[order])
    return (places, order, start), (
        float(west),
        float(south),
        float(per_east),
        float(per_north),
        columns,
        rows,
    )


def kernels(rows: int) -> ModuleType | None:
    """Return the compiled loops if there are rows enough to pay for them, or if they are loaded already.

    Returns
    -------
    module or None
        `geo.kernels.within`; None for small work, while it is awaited, and where numba is not installed.
    """
    return None if rows < COMPILE_FROM_ROWS and not are_loaded(WITHIN) else load_kernels()


def in_threads(rows: int) -> list[slice]:
    """Cut rows into slices for threads, so that each has enough to do."""
    threads = min(_thread_count(), rows // _ROWS_PER_THREAD)
    edges = np.linspace(0, rows, (threads * _PARTS_PER_THREAD if threads > 1 else 1) + 1).astype(int)
    return [slice(first, last) for first, last in pairwise(edges)]


def run_in_threads(work: Callable[[slice], None], parts: list[slice]) -> None:
    """Do each part of some work, at one time if there is more than one."""
    if len(parts) == 1:
        work(parts[0])
        return
    with ThreadPoolExecutor(min(len(parts), _thread_count())) as threads:
        list(threads.map(work, parts))


def load_kernels() -> ModuleType | None:
    """Return the compiled loops; None while they are awaited, and where numba is not installed."""
    return load_loops(WITHIN)


def _thread_count() -> int:
    return min(_MAX_THREADS, cpu_count() or 1)


def _require_degrees(lon: Floats, lat: Floats, *, what: str) -> None:
    if (np.abs(lon) > _MAX_LON).any() or (np.abs(lat) > _MAX_LAT).any():
        raise InvalidValueError(
            "coordinates_no_degrees", what=what, lon=np.nanmax(np.abs(lon)), lat=np.nanmax(np.abs(lat))
        )
