"""The nearest facility, and the k-th nearest, of every place where people live.

Two ways give the same answer: a compiled search on a grid, and scipy's k-d tree, which needs no compiler
and starts sooner. Chords through the earth find the nearest, distances along the ellipsoid decide between
chords too alike to tell; see `geo.ellipsoid`.
"""

from types import ModuleType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import ellipsoid
from geo.catchment_input import read_pairs
from geo.errors import InvalidValueError
from geo.places import (
    demand_places,
    facility_places,
    grid_index,
    in_threads,
    kernels,
    load_kernels,
    run_in_threads,
)
from geo.schema import FACILITY_ID

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]

DISTANCE_M = "distance_m"

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
    """
    lon, lat = demand_places(demand)
    ids, facility_lon, facility_lat = facility_places(facilities)
    position, distance_m = nearest_place(lon, lat, facility_lon, facility_lat)
    return pd.DataFrame({FACILITY_ID: ids.take(position), DISTANCE_M: distance_m}, index=demand.index)


def kth_nearest(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, k: int) -> pd.DataFrame:
    """Find the facility that is k-th in distance from every demand point: who still has one if k - 1 close.

    Parameters
    ----------
    demand
        Points in WGS-84.
    facilities
        Indexed by a unique id, points in WGS-84; those without a place are passed over.
    k
        1 is the nearest. Two facilities at one place are two.

    Returns
    -------
    DataFrame
        Indexed like `demand`: `facility_id` and `distance_m` as `nearest` gives them; where there are fewer
        than k facilities the id is missing and the distance infinite.

    Raises
    ------
    InvalidValueError
        As `nearest`, or k is not a whole number of at least 1.
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise InvalidValueError(f"k is {k!r}; give a whole number of at least 1.")
    lon, lat = demand_places(demand)
    ids, facility_lon, facility_lat = facility_places(facilities)
    if k > len(ids):
        ids_of_none = pd.Series(pd.NA, index=demand.index, dtype="str")
        return pd.DataFrame({FACILITY_ID: ids_of_none, DISTANCE_M: np.inf}, index=demand.index)
    position, distance_m = _sorted_neighbours(lon, lat, facility_lon, facility_lat, count=k)
    columns = {FACILITY_ID: ids.take(position[:, k - 1]), DISTANCE_M: distance_m[:, k - 1]}
    return pd.DataFrame(columns, index=demand.index)


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
) -> tuple[Integers, Floats]:
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
    loops = kernels(len(lon)) if compile_kernels is None else load_kernels() if compile_kernels else None
    if loops is not None and _within_hemisphere(lon, place_lon):
        _search_grid(loops, (lon, lat), (place_lon, place_lat), (position, distance_m))
    else:
        _search_tree((lon, lat), (place_lon, place_lat), (position, distance_m))
    far = np.flatnonzero(distance_m >= ellipsoid.GEOD_FROM_M)
    if len(far):
        found = _sorted_neighbours(lon[far], lat[far], place_lon, place_lat, count=1)
        position[far], distance_m[far] = found[0][:, 0], found[1][:, 0]
    return position, distance_m


def _within_hemisphere(lon: Floats, place_lon: Floats) -> bool:
    west, east = min(lon.min(), place_lon.min()), max(lon.max(), place_lon.max())
    return bool(east - west < _MAX_SPAN_DEGREES)


def _search_grid(
    loops: ModuleType,
    points: tuple[Floats, Floats],
    places: tuple[Floats, Floats],
    found: tuple[Integers, Floats],
) -> None:
    index, grid = grid_index(*places)
    lon, lat = (np.ascontiguousarray(degrees, np.float64) for degrees in points)

    def search(rows: slice) -> None:
        loops.nearest_rows(lon[rows], lat[rows], index, grid, found[0][rows], found[1][rows])

    run_in_threads(search, in_threads(len(lon)))


def _search_tree(
    points: tuple[Floats, Floats], places: tuple[Floats, Floats], found: tuple[Integers, Floats]
) -> None:
    # Places that coincide would make every row a tie; the first of each speaks for the others.
    first = np.sort(np.unique(places[0] + 1j * places[1], return_index=True)[1])
    there = ellipsoid.earth_centred(places[0][first], places[1][first])
    tree, position, distance_m = _tree(there), found[0], found[1]

    def search(rows: slice) -> None:
        here = ellipsoid.earth_centred(points[0][rows], points[1][rows])
        chosen, alike = _nearest_chords(tree, here)
        position[rows] = first[chosen]
        distance_m[rows] = ellipsoid.distance_m(here, there[chosen])
        if len(alike):
            lon, lat = points[0][rows][alike], points[1][rows][alike]
            tied = _sorted_neighbours(lon, lat, places[0][first], places[1][first], count=1)
            position[rows.start + alike], distance_m[rows.start + alike] = first[tied[0][:, 0]], tied[1][:, 0]

    run_in_threads(search, in_threads(len(points[0])))


def _nearest_chords(tree: Any, here: Floats) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Find the place with the shortest chord to each point, and the points to which another is as near.

    Points of a grid come row by row: every other one is looked up. What is nearest to it is nearest to the
    next one too if the second nearest is farther by more than twice the step between them.
    """
    chosen = np.empty(len(here), np.intp)
    chord_m, neighbour = tree.query(here[::2], k=[1, 2])
    chosen[::2] = neighbour[:, 0]
    alike = 2 * np.flatnonzero(_alike(chord_m))
    odd, beside = here[1::2], np.arange(len(here) // 2)
    asked = np.ones(len(odd), bool)
    for side in (beside, np.minimum(beside + 1, len(chord_m) - 1)):
        step = odd - here[::2][side]
        step_m = np.sqrt(np.einsum("ij,ij->i", step, step))
        nearest_m = chord_m[side, 0] + step_m
        stays = asked & (chord_m[side, 1] - step_m > nearest_m + ellipsoid.order_slack_m(nearest_m))
        chosen[1::2][stays] = neighbour[side[stays], 0]
        asked &= ~stays
    rest = 2 * np.flatnonzero(asked) + 1
    chord_m, neighbour = tree.query(here[rest], k=[1, 2])
    chosen[rest] = neighbour[:, 0]
    return chosen, np.concatenate([alike, rest[_alike(chord_m)]])


def _alike(chord_m: Floats) -> npt.NDArray[np.bool_]:
    alike: npt.NDArray[np.bool_] = chord_m[:, 1] - chord_m[:, 0] <= ellipsoid.order_slack_m(chord_m[:, 0])
    return alike


def _sorted_neighbours(
    lon: Floats, lat: Floats, place_lon: Floats, place_lat: Floats, *, count: int
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Give the nearest `count` places of every point, in order of distance, then of position."""
    here, there = ellipsoid.earth_centred(lon, lat), ellipsoid.earth_centred(place_lon, place_lat)
    tree, looked = _tree(there), min(count + 1, len(there))
    position = np.empty((len(lon), count), np.int64)
    distance_m = np.empty((len(lon), count))
    open_rows = np.arange(len(lon))
    while len(open_rows):
        chord_m, neighbour = tree.query(here[open_rows], k=np.arange(1, looked + 1))
        last_m = chord_m[:, count - 1]
        sure = (chord_m[:, -1] > last_m + ellipsoid.order_slack_m(last_m)) | (looked == len(there))
        rows, candidates = open_rows[sure], neighbour[sure]
        along_m = _measured(here, there, rows, candidates)
        slow = along_m >= ellipsoid.GEOD_FROM_M
        if slow.any():
            row, column = np.nonzero(slow)
            end = candidates[row, column]
            ask = lon[rows[row]], lat[rows[row]], place_lon[end], place_lat[end]
            along_m[slow] = ellipsoid.geod().inv(*ask)[2]
        order = _order_with_ties(along_m, candidates)[:, :count]
        position[rows] = np.take_along_axis(candidates, order, axis=1)
        distance_m[rows] = np.take_along_axis(along_m, order, axis=1)
        open_rows, looked = open_rows[~sure], min(2 * looked + 2, len(there))
    return position, distance_m


def _measured(
    here: Floats, there: Floats, rows: npt.NDArray[np.int64], candidates: npt.NDArray[np.int64]
) -> Floats:
    width = candidates.shape[1]
    along_m = ellipsoid.distance_m(here[np.repeat(rows, width)], there[candidates.ravel()])
    return along_m.reshape(candidates.shape)


def _order_with_ties(along_m: Floats, candidates: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Order each row by distance; what is within a micrometre of the one before is ordered by position."""
    by_distance = np.argsort(along_m, axis=1, kind="stable")
    sorted_m = np.take_along_axis(along_m, by_distance, axis=1)
    step = np.diff(sorted_m, axis=1, prepend=sorted_m[:, :1]) > ellipsoid.TIE_M
    place = np.take_along_axis(candidates, by_distance, axis=1)
    order = np.argsort(np.cumsum(step, axis=1) * (place.max(initial=0) + 1) + place, axis=1, kind="stable")
    return np.take_along_axis(by_distance, order, axis=1)


def _tree(there: Floats) -> Any:
    # scipy's spatial package takes a quarter of a second to import; the command line must not pay for it.
    from scipy.spatial import cKDTree  # noqa: PLC0415

    return cKDTree(there, balanced_tree=False)
