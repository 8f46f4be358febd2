"""Where a new site could stand: townships, cells where people live, hosts from OpenStreetMap, one's own list.

Every kind of candidate is a frame of the same shape, so that they can be laid together and chosen from at
once. The id says what a candidate is, and stays the same from one run to the next.
"""

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage.people import WHO_COUNTS
from geo.errors import InvalidValueError, Message, some
from geo.geodesy import ellipsoid
from geo.network.join import county_of_points
from geo.planning.place_names import CANDIDATE_ID, HOST, NAMED_COLUMNS
from geo.proximity.grid import demand_places
from geo.schema import COUNTY, KIND, LAT, LON, NAME, WGS84, located, points, require_columns

CANDIDATE_COLUMNS = NAMED_COLUMNS
TOWNSHIP, CELL, LISTED = "township", "cell", "listed"
CANDIDATE_KINDS = (TOWNSHIP, CELL, HOST, LISTED)

# OpenStreetMap's classes of places that take in a station, as the build shares of the sourced ones do.
HOST_KINDS = (
    "bank",
    "post_office",
    "town_hall",
    "mall",
    "supermarket",
    "mobile_phone_shop",
    "library",
    "community_centre",
    "police",
    "hospital",
    "pharmacy",
    "park",
)
# Hosts that OpenStreetMap calls a building or a shop and only their name gives away.
HOST_WORDS = (
    "加油站",
    "中石化",
    "中国石化",
    "中石油",
    "中国石油",
    "银行",
    "邮政",
    "政务服务",
    "服务大厅",
    "便民服务",
    "供电所",
)
# Two places nearer than this are one.
SAME_PLACE_M = 1.0


def township_candidates(townships: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take every township whose place is known as a candidate.

    Parameters
    ----------
    townships
        As `geo.network.demand.read_townships` gives them.
    """
    known = townships[located(townships).to_numpy()]
    return _candidates(TOWNSHIP, known.index, known[NAME], known[COUNTY], known.geometry)


def cell_candidates(demand: gpd.GeoDataFrame, *, who: str, least: float = 1.0) -> gpd.GeoDataFrame:
    """Take every cell where enough people live as a candidate, at its centre.

    Parameters
    ----------
    demand
        As `geo.network.demand.read_demand` gives it; of rows at one point the one with most people speaks.
    who
        Who counts, one of `geo.coverage.people.WHO_COUNTS`.
    least
        The persons a cell must have.

    Raises
    ------
    InvalidValueError
        `who` counts nobody, or `least` is no number of at least 0.
    """
    if who not in WHO_COUNTS:
        raise InvalidValueError("who_unknown", who=who, known=[*WHO_COUNTS])
    if not (np.isfinite(least) and least >= 0):
        raise InvalidValueError("cell_people_unusable", least=least)
    lon, lat = demand_places(demand)
    people = demand[who].to_numpy(np.float64)
    place, people_there = np.unique(lon + 1j * lat, return_inverse=True)
    enough = np.bincount(people_there, people, minlength=len(place)) >= max(least, np.finfo(np.float64).tiny)
    order = np.lexsort((-people, people_there))
    first = order[np.unique(people_there[order], return_index=True)[1]]
    rows = np.sort(first[enough])
    kept = demand.iloc[rows]
    return _candidates(CELL, kept.index, pd.Series("", kept.index), kept[COUNTY], kept.geometry)


def host_candidates(
    named_points: gpd.GeoDataFrame, *, kinds: Sequence[str] = HOST_KINDS, words: Sequence[str] = HOST_WORDS
) -> gpd.GeoDataFrame:
    """Take named points of certain classes or names as candidates: whose premises a station could share.

    Parameters
    ----------
    named_points
        As `geo.planning.place_names.read_named_points` gives them.
    kinds
        OpenStreetMap's classes.
    words
        A point whose name holds one of these is a host whatever its class.

    Raises
    ------
    InvalidValueError
        There is no point of a class, so its name is probably wrong.
    """
    known = set(named_points[KIND])
    strange = [kind for kind in kinds if kind not in known and kind not in HOST_KINDS]
    if strange:
        raise InvalidValueError("host_class_unknown", strange=strange, known=[*HOST_KINDS])
    wanted = named_points[KIND].isin(list(kinds)).to_numpy(dtype=bool)
    for word in words:
        wanted = wanted | named_points[NAME].str.contains(word, regex=False).to_numpy(dtype=bool)
    hosts = named_points[wanted]
    hosts = hosts[~hosts.geometry.duplicated().to_numpy()]
    return gpd.GeoDataFrame(hosts.assign(**{KIND: HOST}), crs=WGS84)


def listed_candidates(table: pd.DataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the places of a list as candidates.

    Parameters
    ----------
    table
        `lon` and `lat` (WGS-84 degrees); `name` if known.
    counties
        As `geo.network.join.county_of_points` takes them.

    Raises
    ------
    MissingColumnError
        A coordinate column is missing.
    InvalidValueError
        The list is empty, or a place is missing, no degrees, outside the counties, or stands twice.
    """
    require_columns(table, [LON, LAT], what=Message("frame_list_of_places"))
    if not len(table):
        raise InvalidValueError("places_empty")
    lon, lat = (pd.to_numeric(table[column], errors="coerce") for column in (LON, LAT))
    inside = pd.Series(county_of_points(lon, lat, counties), index=table.index)
    faults = {
        Message("place_missing"): (lon.isna() | lat.isna()),
        Message("place_outside"): inside.isna() & lon.notna() & lat.notna(),
        Message("place_twice"): pd.DataFrame({LON: lon, LAT: lat}).dropna().duplicated(),
    }
    faults_found = [
        Message("rows_have_fault", rows=some(rows.index[rows.to_numpy(dtype=bool)]), fault=fault)
        for fault, rows in faults.items()
        if rows.any()
    ]
    if faults_found:
        raise InvalidValueError("places_unusable", faults=faults_found)
    names = table[NAME] if NAME in table.columns else pd.Series("", index=table.index)
    numbers = pd.RangeIndex(1, len(table) + 1)
    return _candidates(LISTED, numbers, names, inside, points(lon, lat))


def gather_candidates(
    parts: Iterable[gpd.GeoDataFrame], *, counties: Iterable[str] | None = None
) -> gpd.GeoDataFrame:
    """Lay candidates of several kinds together.

    Parameters
    ----------
    parts
        Candidates of this module.
    counties
        Adcodes of the counties in which a site may stand; all if missing.

    Returns
    -------
    GeoDataFrame
        Points in WGS-84 indexed by `candidate_id`: `kind`, `name` and `county` (adcode).

    Raises
    ------
    InvalidValueError
        There is none left, or an id stands twice.
    """
    laid = pd.concat(list(parts)) if (parts := list(parts)) else None
    if laid is not None and counties is not None:
        laid = laid[laid[COUNTY].isin(list(counties)).to_numpy()]
    if laid is None or not len(laid):
        raise InvalidValueError("no_candidate")
    if laid.index.has_duplicates:
        twice = laid.index[laid.index.duplicated()]
        raise InvalidValueError("candidates_twice", names=some(twice))
    return gpd.GeoDataFrame(laid, crs=WGS84)


def at_existing(candidates: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> pd.Series:
    """Find the candidates that stand where a site is already.

    Parameters
    ----------
    candidates, sites
        Points in WGS-84; sites without a place are passed over.

    Returns
    -------
    Series
        The id of the site, indexed by the candidates that are nearer than a metre to one; empty if none is.
    """
    here = ellipsoid.earth_centred(*demand_places(candidates))
    known = sites[located(sites).to_numpy()]
    if not len(known) or not len(candidates):
        return pd.Series([], index=candidates.index[:0], dtype="str")
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

    there = ellipsoid.earth_centred(*demand_places(known))
    distance_m, position = cKDTree(there).query(here, distance_upper_bound=SAME_PLACE_M)
    same = np.isfinite(distance_m)
    return pd.Series(known.index.to_numpy()[position[same]], index=candidates.index[same], dtype="str")


def _candidates(
    kind: str, ids: pd.Index, names: pd.Series, counties: pd.Series, places: gpd.GeoSeries
) -> gpd.GeoDataFrame:
    index = pd.Index([f"{kind}:{label}" for label in ids], name=CANDIDATE_ID, dtype="str")
    columns = {
        KIND: pd.array([kind] * len(index), dtype="str"),
        NAME: pd.array(names.fillna("").astype("str").to_numpy(), dtype="str"),
        COUNTY: pd.array(counties.to_numpy(), dtype="str"),
    }
    return gpd.GeoDataFrame(columns, index=index, geometry=places.to_numpy(), crs=WGS84)
