"""How near and how far the nearest facility may be, where places are only known within an error.

At their best all facilities are as near to a home as their errors allow, at their worst as far away: the
nearest is then min(distance - error) or min(distance + error) away. Known once, these say for any threshold
who is surely and who is possibly within reach, as `geo.coverage.uncertainty.share_range` does for one.
"""

from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.coverage.uncertainty import place_errors
from geo.geodesy import ellipsoid
from geo.kernels.loader import ERRORS, load_loops
from geo.proximity.grid import (
    demand_places,
    facility_places,
    grid_index,
    in_threads,
    kernels,
    run_in_threads,
)
from geo.proximity.nearest import nearest_place

LEAST_M, MOST_M = "least_m", "most_m"
# The plain search looks at facilities block by block, so that few homes have to be looked at for each.
_BLOCK_DEGREES = 1.0


def outer_distances(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, compile_kernels: bool = True
) -> pd.DataFrame:
    """Bound how far each home is from the nearest facility by the errors of the places.

    Parameters
    ----------
    demand
        Points in WGS-84.
    facilities
        Indexed by a unique id, points in WGS-84 or missing; `place_error_m`, where missing taken as 0.
    compile_kernels
        False for the plain search even where the compiled loops are at hand.

    Returns
    -------
    DataFrame
        Indexed like `demand`: `least_m` and `most_m`, metres; a nearest facility within its own error is 0 m
        away at the least.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; an error is negative or infinite; or no facility has a known place.
    """
    ids, place_lon, place_lat = facility_places(facilities)
    error_m = place_errors(facilities.loc[ids])
    lon, lat = demand_places(demand)
    loops = load_loops(ERRORS) if compile_kernels and kernels(len(lon)) is not None else None
    if loops is None:
        least_m, most_m = _plain(lon, lat, place_lon, place_lat, error_m)
    else:
        least_m, most_m = _compiled(loops, lon, lat, place_lon, place_lat, error_m)
    return pd.DataFrame({LEAST_M: np.maximum(least_m, 0.0), MOST_M: most_m}, index=demand.index)


def _compiled(
    loops: ModuleType, lon: Floats, lat: Floats, place_lon: Floats, place_lat: Floats, error_m: Floats
) -> tuple[Floats, Floats]:
    nearest, along_m = nearest_place(lon, lat, place_lon, place_lat)
    least_m, most_m = along_m - error_m[nearest], along_m + error_m[nearest]
    index, grid = grid_index(place_lon, place_lat)

    def search(rows: slice) -> None:
        loops.tighten(lon[rows], lat[rows], index, grid, error_m, least_m[rows], most_m[rows])

    run_in_threads(search, in_threads(len(lon)))
    return least_m, most_m


def _plain(
    lon: Floats, lat: Floats, place_lon: Floats, place_lat: Floats, error_m: Floats
) -> tuple[Floats, Floats]:
    """Search the nearest among the facilities of each error apart, only for people it may bring nearer.

    The straight line to the middle of such facilities, less the way from there to the outermost, is no longer
    than the way to any of them.
    """
    nearest, along_m = nearest_place(lon, lat, place_lon, place_lat)
    least_m, most_m = along_m - error_m[nearest], along_m + error_m[nearest]
    homes, places = ellipsoid.earth_centred(lon, lat), ellipsoid.earth_centred(place_lon, place_lat)
    beside = np.stack([error_m, np.floor(place_lon / _BLOCK_DEGREES), np.floor(place_lat / _BLOCK_DEGREES)])
    groups, group = np.unique(beside, axis=1, return_inverse=True)
    for number, error in enumerate(groups[0]):
        same = group == number
        middle = places[same].mean(axis=0)
        # Nobody can be nearer than 0 m: whoever may be there already gains nothing more.
        useful_m = np.maximum(np.where(least_m > 0, least_m + error, -np.inf), most_m - error)
        at_most_m = useful_m + _straight_m(places[same], middle).max() + ellipsoid.TIE_M
        rows = np.flatnonzero(_straight_m(homes, middle) <= at_most_m)
        found_m = nearest_place(lon[rows], lat[rows], place_lon[same], place_lat[same])[1]
        least_m[rows] = np.minimum(least_m[rows], found_m - error)
        most_m[rows] = np.minimum(most_m[rows], found_m + error)
    return least_m, most_m


def _straight_m(places: Floats, middle: Floats) -> Floats:
    away = places - middle
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", away, away)))
