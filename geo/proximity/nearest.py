"""The nearest facility, and the k-th nearest, of every place where people live.

Two ways give the same answer: a compiled search on a grid, and scipy's k-d tree, which needs no compiler
and starts sooner. Chords through the earth find the nearest, distances along the ellipsoid decide between
chords too alike to tell; see `geo.geodesy.ellipsoid`.
"""

from collections.abc import Callable
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats, Int32s
from geo.errors import InvalidValueError
from geo.geodesy import ellipsoid
from geo.kernels.loader import NEAREST, load_loops
from geo.proximity.cost_pairs import read_pairs
from geo.proximity.grid import (
    demand_places,
    facility_places,
    grid_index,
    in_threads,
    kernels,
    run_in_threads,
)
from geo.proximity.nearest_tree import search_tree, sorted_neighbours
from geo.schema import FACILITY_ID

DISTANCE_M = "distance_m"

_ROWS_AT_A_TIME = 50_000
# A hemisphere: the grid search bounds by a meridian's half-plane, which means nothing beyond.
_MAX_SPAN_DEGREES = 180.0


def nearest(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the nearest facility of every demand point, and how far it is.

    Parameters
    ----------
    demand
        Points in WGS-84.
    facilities
        Indexed by a unique id, points in WGS-84; those without a place are passed over.

    Returns
    -------
    DataFrame
        Indexed like `demand`: `facility_id` and `distance_m`, metres along the WGS-84 ellipsoid, right to
        0.001 mm below 100 km and pyproj's `Geod` beyond (Karney 2013,
        https://doi.org/10.1007/s00190-012-0578-z). Facilities within a micrometre of the nearest are as near
        as it; the lowest id of them is named.

    Raises
    ------
    InvalidValueError
        There is no facility, none with a known place, an id twice, or a demand point without a place.

    Examples
    --------
    >>> import geo
    >>> import geopandas as gpd
    >>> at = lambda *lon: gpd.points_from_xy(lon, [22.8] * len(lon), crs=4326)
    >>> homes = gpd.GeoDataFrame(index=["a", "b"], geometry=at(108.30, 108.36))
    >>> sites = gpd.GeoDataFrame(index=["s1", "s2"], geometry=at(108.31, 108.35))
    >>> geo.nearest(homes, sites).round(1)
      facility_id  distance_m
    a          s1      1026.7
    b          s2      1026.7
    """
    lon, lat = demand_places(demand)
    ids, facility_lon, facility_lat = facility_places(facilities)
    position, distance_m = nearest_place(lon, lat, facility_lon, facility_lat)
    return pd.DataFrame({FACILITY_ID: ids.take(position), DISTANCE_M: distance_m}, index=demand.index)


def kth_nearest(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    k: int,
    on_progress: Callable[[float], object] | None = None,
) -> pd.DataFrame:
    """Find the facility that is k-th in distance from every demand point: who still has one if k - 1 close.

    Parameters
    ----------
    demand
        Points in WGS-84.
    facilities
        Indexed by a unique id, points in WGS-84; those without a place are passed over.
    k
        1 is the nearest. Two facilities at one place are two.
    on_progress
        Called with the share done, 0-1; what it raises ends the search.

    Returns
    -------
    DataFrame
        Indexed like `demand`: `facility_id` and `distance_m` as `nearest` gives them; where there are fewer
        than k facilities the id is missing and the distance infinite.

    Raises
    ------
    InvalidValueError
        As `nearest`, or k is not a whole number of at least 1.

    Examples
    --------
    >>> import geo
    >>> import geopandas as gpd
    >>> at = lambda *lon: gpd.points_from_xy(lon, [22.8] * len(lon), crs=4326)
    >>> homes = gpd.GeoDataFrame(index=["a", "b"], geometry=at(108.30, 108.36))
    >>> sites = gpd.GeoDataFrame(index=["s1", "s2"], geometry=at(108.31, 108.35))
    >>> geo.kth_nearest(homes, sites, k=2).round(1)
      facility_id  distance_m
    a          s2      5133.6
    b          s1      5133.6
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise InvalidValueError("k_unusable", k=k)
    lon, lat = demand_places(demand)
    ids, facility_lon, facility_lat = facility_places(facilities)
    if k > len(ids):
        ids_of_none = pd.Series(pd.NA, index=demand.index, dtype="str")
        return pd.DataFrame({FACILITY_ID: ids_of_none, DISTANCE_M: np.inf}, index=demand.index)
    position, distance_m = np.empty(len(lon), np.int64), np.empty(len(lon))
    for first in range(0, len(lon), _ROWS_AT_A_TIME):
        rows = slice(first, first + _ROWS_AT_A_TIME)
        found = sorted_neighbours(lon[rows], lat[rows], facility_lon, facility_lat, count=k)
        position[rows], distance_m[rows] = found[0][:, k - 1], found[1][:, k - 1]
        if on_progress is not None:
            on_progress(min(rows.stop / len(lon), 1.0))
    return pd.DataFrame({FACILITY_ID: ids.take(position), DISTANCE_M: distance_m}, index=demand.index)


def nearest_by_cost(cost: pd.DataFrame, demand: pd.DataFrame, *, facilities: pd.DataFrame) -> pd.DataFrame:
    """Find the facility that a table of distances, such as one along roads, calls the nearest.

    Parameters
    ----------
    cost
        `origin` (a label of `demand`), `destination` (an id of `facilities`) and `cost`: metres, at least 0,
        infinite or left out where there is no way. Each pair once.
    demand, facilities
        Only their indexes are read.

    Returns
    -------
    DataFrame
        Indexed like `demand`: `facility_id`, of equally near ones the lowest, and `distance_m`; missing and
        infinite where the table has no way.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column or a cost is missing, a cost is negative, a pair stands twice, or a label is unknown.
    """
    ids = facilities.index.sort_values()
    home, facility, metres = read_pairs(cost, ids, demand.index)
    order = np.lexsort(np.stack([facility, metres, home]))
    home, first = np.unique(home[order], return_index=True)
    position, distance_m = np.full(len(demand), -1), np.full(len(demand), np.inf)
    position[home], distance_m[home] = facility[order][first], metres[order][first]
    names = pd.array([*ids, None], dtype="str").take(position)
    return pd.DataFrame({FACILITY_ID: names, DISTANCE_M: distance_m}, index=demand.index)


def nearest_place(
    lon: Floats, lat: Floats, place_lon: Floats, place_lat: Floats, *, compile_kernels: bool | None = None
) -> tuple[Int32s, Floats]:
    """Find the nearest of some places for every point given as two arrays.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees of the points.
    place_lon, place_lat
        WGS-84 degrees of the places; of equally near ones the earlier wins.
    compile_kernels
        True for the compiled search, False for the k-d tree, None for whichever is sooner done.

    Returns
    -------
    tuple of arrays
        Position among the places (-1 where there are none) and metres along the ellipsoid (infinite there).
    """
    position = np.full(len(lon), -1, np.int32)
    distance_m = np.full(len(lon), np.inf)
    if not len(place_lon) or not len(lon):
        return position, distance_m
    worth = compile_kernels or (compile_kernels is None and kernels(len(lon)) is not None)
    loops = load_loops(NEAREST) if worth else None
    if loops is not None and _within_hemisphere(lon, place_lon):
        _search_grid(loops, (lon, lat), (place_lon, place_lat), (position, distance_m))
    else:
        search_tree((lon, lat), (place_lon, place_lat), (position, distance_m))
    far = np.flatnonzero(distance_m >= ellipsoid.GEOD_FROM_M)
    if len(far):
        found = sorted_neighbours(lon[far], lat[far], place_lon, place_lat, count=1)
        position[far], distance_m[far] = found[0][:, 0], found[1][:, 0]
    return position, distance_m


def _within_hemisphere(lon: Floats, place_lon: Floats) -> bool:
    west, east = min(lon.min(), place_lon.min()), max(lon.max(), place_lon.max())
    return bool(east - west < _MAX_SPAN_DEGREES)


def _search_grid(
    loops: ModuleType,
    points: tuple[Floats, Floats],
    places: tuple[Floats, Floats],
    found: tuple[Int32s, Floats],
) -> None:
    index, grid = grid_index(*places)
    lon, lat = (np.ascontiguousarray(degrees, np.float64) for degrees in points)

    def search(rows: slice) -> None:
        loops.nearest_rows(lon[rows], lat[rows], index, grid, found[0][rows], found[1][rows])

    run_in_threads(search, in_threads(len(lon)))
