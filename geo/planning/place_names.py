"""Where a place is, in words: its township, and what stands near it; the named points of OpenStreetMap."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.catalog import DATA_FOLDER, data_path
from geo.geodesy import ellipsoid
from geo.proximity.grid import demand_places
from geo.schema import COUNTY, KIND, LAT, LON, NAME, located, points, require_columns

CANDIDATE_ID, HOST = "candidate_id", "host"
NAMED_COLUMNS = (KIND, NAME, COUNTY)
POINTS_NAME = "osm_pois"
_OSM_ID = "osm_id"
NEAR_M = 1000.0
TOWNSHIP_NAME, TOWNSHIP_M, NEAR_NAME, NEAR_DISTANCE_M = "township_name", "township_m", "near", "near_m"


def read_named_points(folder: Path = DATA_FOLDER) -> gpd.GeoDataFrame:
    """Read the named points of OpenStreetMap: what is near a place, and who could be a host.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    GeoDataFrame
        Points in WGS-84 with `kind` (OpenStreetMap's class), `name` and `county` (adcode), indexed by
        `candidate_id`: the word host, OpenStreetMap's number, and the class, as a thing may be of two.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError
        The file lacks a column.
    """
    named = pd.read_parquet(data_path(POINTS_NAME, folder=folder))
    require_columns(named, [_OSM_ID, KIND, NAME, COUNTY, LON, LAT], what=POINTS_NAME)
    named.index = pd.Index(
        [f"{HOST}:{number}:{kind}" for number, kind in zip(named[_OSM_ID], named[KIND], strict=True)],
        name=CANDIDATE_ID,
    )
    named = named[~named.index.duplicated()]
    places = points(named[LON], named[LAT])
    return gpd.GeoDataFrame(named[list(NAMED_COLUMNS)], geometry=places)


def describe_places(
    places: gpd.GeoDataFrame, *, townships: gpd.GeoDataFrame, named_points: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Say where places are: in which township, and near what.

    Parameters
    ----------
    places
        Points in WGS-84.
    townships, named_points
        As `geo.network.demand.read_townships` and `read_named_points` give them.

    Returns
    -------
    DataFrame
        Indexed like `places`: `township_name` of the nearest township and `township_m` to it, `near`, the
        name of the nearest named point within `NEAR_M`, and `near_m`; missing where there is none.
    """
    town, town_m = _nearest_name(places, townships)
    near, near_m = _nearest_name(places, named_points)
    close = near_m <= NEAR_M
    return pd.DataFrame(
        {
            TOWNSHIP_NAME: pd.Series(town, places.index, dtype="str"),
            TOWNSHIP_M: town_m,
            NEAR_NAME: pd.Series(near, places.index, dtype="str").where(close),
            NEAR_DISTANCE_M: np.where(close, near_m, np.nan),
        },
        index=places.index,
    )


def _nearest_name(places: gpd.GeoDataFrame, named: gpd.GeoDataFrame) -> tuple[list[str | None], Floats]:
    from scipy.spatial import cKDTree  # noqa: PLC0415

    known = named[located(named).to_numpy()].sort_index()
    if not len(known) or not len(places):
        return [None] * len(places), np.full(len(places), np.inf)
    here, there = (ellipsoid.earth_centred(*demand_places(frame)) for frame in (places, known))
    position = cKDTree(there).query(here)[1]
    names = known[NAME].to_numpy(dtype=object)[position]
    return list(names), ellipsoid.distance_m(here, there[position])
