"""Datums at the door, and the one plane in which areas are measured.

Everything inside the program is WGS-84 (CGCS2000 is equal to it within a decimetre). Lists from Chinese maps
come in GCJ-02 (Amap, Tencent) or BD-09 (Baidu); both are WGS-84 plus a smooth shift of some hundred metres.

GCJ-02 was never published officially. The constants here are those that every open implementation shares
since the converters of 2010-2013 (EvilTransform, https://github.com/googollee/eviltransform); BD-09 adds the
polar nudge published with them. Tests hold both to `geocoordinates-rs`, an independent implementation.

The inverses are solved by fixed-point iteration (in `geo.geodesy.datum_shift`). The shift changes by under
0.4 % (GCJ-02) and 2 % (BD-09) of the step, so the fixed number of rounds leaves less than 1e-6 m.

Outside China GCJ-02 equals WGS-84. "Outside" is the rectangle all map services use: west of 72.004 degrees,
east of 137.8347, south of 0.8293, north of 55.8271; it is asked of the point that is given. Within a
kilometre of the rectangle's edge the two ways are therefore not each other's inverse; the nearest edge is
some 2,000 km from Guangxi. BD-09's own nudge has no such rule.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.arrays import Floats
from geo.errors import InvalidValueError, Message
from geo.geodesy.datum_shift import bd09_of, gcj02_of, gcj02_of_bd09, wgs84_of_gcj02
from geo.schema import AREA_KM2
from geo.schema import WGS84 as WGS84_CRS

Pair = tuple[Floats, Floats]

WGS84, GCJ02, BD09 = "WGS-84", "GCJ-02", "BD-09"
DATUMS = (WGS84, GCJ02, BD09)

# Albers, standard parallels a sixth of the height inside Guangxi's 20.9-26.4 degrees north.
EQUAL_AREA = "+proj=aea +lat_1=21.8 +lat_2=25.5 +lat_0=23.65 +lon_0=108.25 +datum=WGS84 +units=m +no_defs"

_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_MAX_LON, _MAX_LAT = 180, 90
_NUMBERS = ("floating", "integer", "mixed-integer-float", "empty")


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift WGS-84 coordinates to GCJ-02, the datum of Amap and Tencent.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; where either is not a number both results are not a number.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees, float64, shaped like the input; unchanged outside China.

    Raises
    ------
    InvalidValueError
        The shapes differ, or a value is no number, infinite or no coordinate.

    Examples
    --------
    >>> import geo
    >>> lon, lat = geo.wgs84_to_gcj02([108.3200], [22.8240])
    >>> lon.round(6), lat.round(6)
    (array([108.323989]), array([22.821235]))
    """
    x, y = _require_degrees(lon, lat)
    return _where_in_china(x, y, gcj02_of(x, y))


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Undo `wgs84_to_gcj02`, to less than 1e-6 m.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; where either is not a number both results are not a number.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees, float64, shaped like the input; unchanged outside China.

    Raises
    ------
    InvalidValueError
        The shapes differ, or a value is no number, infinite or no coordinate.
    """
    x, y = _require_degrees(lon, lat)
    return _where_in_china(x, y, wgs84_of_gcj02(x, y))


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift GCJ-02 coordinates to BD-09, the datum of Baidu.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; where either is not a number both results are not a number.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees, float64, shaped like the input.

    Raises
    ------
    InvalidValueError
        The shapes differ, or a value is no number, infinite or no coordinate.
    """
    return bd09_of(*_require_degrees(lon, lat))


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Undo `gcj02_to_bd09`, to less than 1e-6 m.

    The closed inverse that is often copied (the same formula with the signs turned) is wrong by up to a
    decimetre in Guangxi; this one is iterated.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; where either is not a number both results are not a number.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees, float64, shaped like the input.

    Raises
    ------
    InvalidValueError
        The shapes differ, or a value is no number, infinite or no coordinate.
    """
    x, y = _require_degrees(lon, lat)
    return gcj02_of_bd09(x, y)


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift WGS-84 coordinates to BD-09, by way of GCJ-02.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; where either is not a number both results are not a number.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees, float64, shaped like the input.

    Raises
    ------
    InvalidValueError
        The shapes differ, or a value is no number, infinite or no coordinate.
    """
    return bd09_of(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Undo `wgs84_to_bd09`, to less than 1e-6 m.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; where either is not a number both results are not a number.

    Returns
    -------
    tuple of arrays
        Longitude and latitude in degrees, float64, shaped like the input.

    Raises
    ------
    InvalidValueError
        The shapes differ, or a value is no number, infinite or no coordinate.

    Examples
    --------
    >>> import geo
    >>> lon, lat = geo.bd09_to_wgs84([108.3318], [22.8270])
    >>> lon.round(6), lat.round(6)
    (array([108.321275]), array([22.823839]))
    """
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(places: gpd.GeoSeries, *, datum: str) -> gpd.GeoSeries:
    """Move points, lines or polygons of a known datum to WGS-84.

    Parameters
    ----------
    places
        Coordinates in degrees of `datum`; missing and empty geometry stays as it is, heights are dropped. Its
        CRS is none or WGS-84's, for no CRS code says GCJ-02.
    datum
        One of `DATUMS`.

    Returns
    -------
    GeoSeries
        Indexed and named like `places`, CRS WGS-84. Equal vertices stay equal, so neighbours keep one line.

    Raises
    ------
    InvalidValueError
        The datum is unknown, `places` has a CRS that is not in WGS-84 degrees, or a coordinate is impossible.
    """
    if datum not in DATUMS:
        raise InvalidValueError("datum_unknown", datum=datum, known=[*DATUMS])
    if places.crs is not None and places.crs != WGS84_CRS:
        raise InvalidValueError("places_not_in_degrees", name=places.crs.name, wanted=WGS84_CRS)
    shifts = {WGS84: _require_degrees, GCJ02: gcj02_to_wgs84, BD09: bd09_to_wgs84}
    moved = shapely.transform(places.to_numpy(), shifts[datum], interleaved=False)
    return gpd.GeoSeries(moved, index=places.index, name=places.name, crs=WGS84_CRS)


def area_km2(places: gpd.GeoSeries) -> pd.Series:
    """Measure areas in the one equal-area plane.

    Parameters
    ----------
    places
        Polygons in any CRS that is declared.

    Returns
    -------
    Series
        Square kilometres, named `area_km2`, indexed like `places`; not-a-number where geometry is missing,
        0 where it is empty or has no area.

    Raises
    ------
    InvalidValueError
        `places` declares no CRS.
    """
    if places.crs is None:
        raise InvalidValueError("places_without_crs", example=WGS84_CRS)
    areas: pd.Series = (places.to_crs(EQUAL_AREA).area / 1e6).rename(AREA_KM2)
    return areas


def _require_degrees(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    x, y = _to_floats(lon, what=Message("longitude")), _to_floats(lat, what=Message("latitude"))
    if x.shape != y.shape:
        raise InvalidValueError("degrees_differ_in_number", longitudes=x.size, latitudes=y.size)
    infinite = np.isinf(x) | np.isinf(y)
    faults = {
        Message("degrees_infinite"): infinite,
        Message("degrees_beyond_pole"): (np.abs(y) > _MAX_LAT) & ~infinite,
        Message("degrees_beyond_180"): (np.abs(x) > _MAX_LON) & ~infinite,
    }
    found = [
        Message("degrees_unusable", count=bad.sum(), all=x.size, fault=words, lon=x[bad][0], lat=y[bad][0])
        for words, bad in faults.items()
        if bad.any()
    ]
    if found:
        raise InvalidValueError("places_no_degrees", faults=found)
    unknown = np.isnan(x) | np.isnan(y)
    return np.where(unknown, np.nan, x), np.where(unknown, np.nan, y)


def _to_floats(values: npt.ArrayLike, *, what: Message) -> Floats:
    array: npt.NDArray[Any] = np.asarray(values)
    if array.dtype.kind == "O" and pd.api.types.infer_dtype(array, skipna=True) in _NUMBERS:
        array = np.where(pd.isna(array), np.nan, array)
    elif array.dtype.kind not in "iuf":
        raise InvalidValueError("degrees_no_numbers", what=what, kind=array.dtype)
    return array.astype(np.float64)


def _where_in_china(x: Floats, y: Floats, shifted: Pair) -> Pair:
    inside = (x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH)
    return np.where(inside, shifted[0], x), np.where(inside, shifted[1], y)
