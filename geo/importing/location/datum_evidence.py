"""Weigh which datum a list's coordinates are in, for the user to decide."""

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod

from geo import schema
from geo.arrays import Floats
from geo.geodesy.datums import BD09, DATUMS, GCJ02, WGS84, bd09_to_wgs84, gcj02_to_wgs84
from geo.importing.location.place_names import PointNames
from geo.importing.synonyms import plain
from geo.importing.text_columns import values
from geo.network.join import county_of_points

DATUM_INDEX = "datum"
COMPARED, INSIDE_SHARE, MATCHED_POINTS, MEDIAN_M = "compared", "inside_share", "matched", "median_distance_m"
# Farther than this under every datum, a point of the same name is another place.
SAME_PLACE_M = 1_500.0
# The datums differ by some 500 m; a median must be clearly the nearest of three.
FEWEST_MATCHES = 3
CLEARLY_NEARER = 0.6
FEWEST_BORDER_ROWS = 3

_GEOD = Geod(ellps="WGS84")


def to_wgs84_pair(lon: Floats, lat: Floats, *, datum: str) -> tuple[Floats, Floats]:
    """Convert coordinates of a datum to WGS-84; what is WGS-84 stays bit for bit."""
    if datum == GCJ02:
        return gcj02_to_wgs84(lon, lat)
    if datum == BD09:
        return bd09_to_wgs84(lon, lat)
    return lon, lat


def weigh_datums(rows: pd.DataFrame, *, counties: gpd.GeoDataFrame, names: PointNames) -> pd.DataFrame:
    """Measure how well a list's coordinates fit under each datum.

    Parameters
    ----------
    rows
        `lon`, `lat` as written, in degrees, not-a-number where unknown; `county`, the adcode each row
        declares, missing where it does not; `name` and `address`, texts.
    counties
        Indexed by adcode, polygons in WGS-84.
    names
        The named points of OpenStreetMap.

    Returns
    -------
    DataFrame
        Indexed by datum, in the order of `geo.geodesy.datums.DATUMS`: `compared` rows with a point and a
        declared county, `inside_share` of them whose point lies in it (0-1, not-a-number where none),
        `matched` rows that name a known point near by, `median_distance_m` to it (not-a-number where none).
    """
    placed = rows[rows[schema.LON].notna() & rows[schema.LAT].notna()]
    lon, lat = placed[schema.LON].to_numpy(np.float64), placed[schema.LAT].to_numpy(np.float64)
    moved = {datum: to_wgs84_pair(lon, lat, datum=datum) for datum in DATUMS}
    declared = placed[schema.COUNTY].notna().to_numpy(bool)
    known_lon, known_lat = _named_points(placed, moved[GCJ02], counties, names)
    distances_m = {
        datum: _GEOD.inv(*pair, np.nan_to_num(known_lon), np.nan_to_num(known_lat))[2]
        for datum, pair in moved.items()
    }
    nearest = np.min(list(distances_m.values()), axis=0) if len(placed) else np.array([])
    matched = np.isfinite(known_lon) & (nearest <= SAME_PLACE_M)
    weighed = []
    for datum in DATUMS:
        found = pd.Series(county_of_points(*moved[datum], counties), index=placed.index)
        inside = (found == placed[schema.COUNTY]).to_numpy(bool, na_value=False)[declared]
        weighed.append(
            {
                COMPARED: int(declared.sum()),
                INSIDE_SHARE: float(inside.mean()) if len(inside) else np.nan,
                MATCHED_POINTS: int(matched.sum()),
                MEDIAN_M: float(np.median(distances_m[datum][matched])) if matched.any() else np.nan,
            }
        )
    return pd.DataFrame(weighed, index=pd.Index(DATUMS, name=DATUM_INDEX))


def likely_datum(evidence: pd.DataFrame, *, hint: str | None = None) -> str | None:
    """Suggest a datum: by named points near by, else by counties, else by what the format is used with.

    Parameters
    ----------
    evidence
        As from `weigh_datums`.
    hint
        What the file itself or its format suggests, or None.

    Returns
    -------
    str or None
        One of `geo.geodesy.datums.DATUMS`; None where nothing speaks for any, and the user must say.
    """
    medians = evidence[MEDIAN_M].sort_values(kind="stable")
    enough = int(evidence[MATCHED_POINTS].iloc[0]) >= FEWEST_MATCHES
    if enough and medians.iloc[0] <= CLEARLY_NEARER * medians.iloc[1]:
        return str(medians.index[0])
    rows = evidence[INSIDE_SHARE].fillna(0.0) * evidence[COMPARED]
    best = rows.sort_values(ascending=False, kind="stable")
    if best.iloc[0] - best.iloc[1] >= FEWEST_BORDER_ROWS:
        return str(best.index[0])
    return hint if hint in (WGS84, GCJ02, BD09) else None


def _named_points(
    placed: pd.DataFrame, middle: tuple[Floats, Floats], counties: gpd.GeoDataFrame, names: PointNames
) -> tuple[Floats, Floats]:
    """Return the known point each row names in its county, not-a-number where it names none."""
    by_point = pd.Series(county_of_points(*middle, counties), index=placed.index)
    county = placed[schema.COUNTY].where(placed[schema.COUNTY].notna(), by_point)
    found = [
        _first_known((name, address), code, names)
        for name, address, code in zip(
            *map(values, (placed[schema.NAME], placed[schema.ADDRESS], county)), strict=True
        )
    ]
    lon = np.array([np.nan if point is None else point[1] for point in found], dtype=np.float64)
    lat = np.array([np.nan if point is None else point[2] for point in found], dtype=np.float64)
    return lon, lat


def _first_known(
    texts: tuple[object, ...], county: object, names: PointNames
) -> tuple[str, float, float] | None:
    if not isinstance(county, str):
        return None
    points = (names.find(plain(text), county) for text in texts if isinstance(text, str))
    return next((point for point in points if point is not None), None)
