"""Find the county of a place, on the full-detail polygons and nothing else."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas.api.extensions import ExtensionArray

from geo.arrays import Floats, Int32s, Shapes
from geo.errors import InvalidValueError, Message, some
from geo.network.county_raster import OUTSIDE, county_by_polygon, county_raster
from geo.schema import BY_DECLARED, BY_OUTSIDE, BY_POINT, COUNTY, COUNTY_BY, COUNTY_LEVEL, LEVEL

# Up to here testing the polygons is quicker than building the raster first: 23 ms at most.
FEW_POINTS = 50_000


def assign_county(facilities: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the county of every facility: by its point, else by the adcode it declares.

    A point on a border belongs to the county with the lower adcode. A point in no county is said to be
    outside, whatever the facility declares: the two contradict each other, and neither can be trusted.

    Parameters
    ----------
    facilities
        Points in WGS-84 or missing geometry; `county`, if there, is the adcode each declares, as text.
    counties
        Indexed by adcode, full-detail valid polygons in WGS-84, of the level county alone.

    Returns
    -------
    DataFrame
        Indexed like `facilities`: `county` (adcode or missing) and `county_by` ("point", "declared",
        "outside" for a point in no county, or missing where there is neither a point nor the adcode of
        a county).

    Raises
    ------
    InvalidValueError
        A facility is not a point, the two frames are not in one datum, or a county has no polygon, an
        adcode of its own, or the level county.
    """
    _require_one_datum(facilities, counties)
    places = facilities.geometry.to_numpy()
    # Asking an empty point for its coordinates raises.
    empty = shapely.is_empty(places)
    if empty.any():
        places = np.where(empty, None, places)
    lon, lat = shapely.get_x(places), shapely.get_y(places)
    placed = np.isfinite(lon) & np.isfinite(lat)
    _require_points(facilities.index[~placed], places[~placed])
    adcodes, position = _county_positions(lon, lat, counties)
    inside = position != OUTSIDE
    by = np.where(inside, 0, np.where(placed, 1, -1))
    if COUNTY in facilities.columns:
        declared = pd.Index(adcodes[:-1]).get_indexer(facilities[COUNTY])
        known = ~placed & (declared != OUTSIDE)
        position[known], by[known] = declared[known], 2
    methods = pd.array([BY_POINT, BY_OUTSIDE, BY_DECLARED, None], dtype="str")
    return pd.DataFrame({COUNTY: adcodes.take(position), COUNTY_BY: methods.take(by)}, index=facilities.index)


def county_of_points(lon: npt.ArrayLike, lat: npt.ArrayLike, counties: gpd.GeoDataFrame) -> ExtensionArray:
    """Find the county of many points given as two arrays.

    A point on a border belongs to the county with the lower adcode.

    Parameters
    ----------
    lon, lat
        Degrees in WGS-84, one-dimensional and of one length; not-a-number where unknown.
    counties
        Indexed by adcode, full-detail valid polygons in WGS-84, of the level county alone.

    Returns
    -------
    ExtensionArray
        Text: the adcode, or missing for a point that is in no county or unknown.

    Raises
    ------
    InvalidValueError
        The arrays differ in length, or a county has no polygon, an adcode of its own, or the level
        county.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise InvalidValueError("lon_and_lat_differ", lon=x.shape, lat=y.shape)
    adcodes, position = _county_positions(x, y, counties)
    return adcodes.take(position)


def _county_positions(lon: Floats, lat: Floats, counties: gpd.GeoDataFrame) -> tuple[ExtensionArray, Int32s]:
    """Return the adcodes in rising order with a missing one at the end, and each point's place among them.

    `OUTSIDE`, counted from the end, is the missing one.
    """
    _require_counties(counties)
    order = np.argsort(counties.index.to_numpy(dtype=object))
    polygons = counties.geometry.to_numpy()[order]
    adcodes = pd.array([*counties.index[order], None], dtype="str")
    if len(lon) <= FEW_POINTS or not len(polygons):
        return adcodes, county_by_polygon(polygons, lon, lat)
    return adcodes, county_raster(polygons).county_at(lon, lat)


def _require_one_datum(facilities: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> None:
    here, there = facilities.crs, counties.crs
    if here != there and not (here and there and here.equals(there, ignore_axis_order=True)):
        raise InvalidValueError("two_datums", here=_name(here), there=_name(there))


def _name(crs: object) -> str | Message:
    return Message("no_datum") if crs is None else str(crs)


def _require_points(index: pd.Index, places: Shapes) -> None:
    """Raise unless each of these, none of which gave a coordinate, is missing or a point."""
    strange = ~np.isin(
        shapely.get_type_id(places), (shapely.GeometryType.MISSING, shapely.GeometryType.POINT)
    )
    if strange.any():
        raise InvalidValueError("facilities_no_points", names=some(index[strange]))


def _require_counties(counties: gpd.GeoDataFrame) -> None:
    """Raise with every fault of the counties at once."""
    kinds = shapely.get_type_id(counties.geometry.to_numpy())
    shapeless = ~np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    shapeless |= counties.is_empty.to_numpy()
    found = {
        Message("county_adcode_no_text"): np.array([not isinstance(code, str) for code in counties.index]),
        Message("county_twice"): counties.index.duplicated(),
        Message("county_without_polygon"): shapeless,
        Message("county_of_other_level"): (
            counties[LEVEL].ne(COUNTY_LEVEL).to_numpy()
            if LEVEL in counties.columns
            else np.zeros(len(counties), dtype=bool)
        ),
    }
    faults = [
        Message("counties_with_fault", counties=some(counties.index[rows]), fault=fault)
        for fault, rows in found.items()
        if rows.any()
    ]
    if faults:
        raise InvalidValueError("counties_unusable", faults=faults)
