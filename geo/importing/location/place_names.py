"""Find a place for a row without coordinates: a named point, a township, or nothing finer than its county."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import schema
from geo.geodesy.datums import EQUAL_AREA
from geo.importing.location.county_names import TOWN_CODE
from geo.importing.location.gazetteer import Gazetteer, Town
from geo.importing.synonyms import plain
from geo.importing.word_finder import WordFinder

PLACE_FROM = "place_from"
POINT_OF_NAME, TOWN_OF_NAME, SEAT_OF_NAME, COUNTY_ALONE = "named_point", "township", "seat", "county"
ROAD_PRECISION, TOWN_PRECISION, COUNTY_PRECISION, UNKNOWN_PRECISION = schema.PLACE_PRECISIONS[1:]
# A site named after a place stands at it or beside it.
NAMED_POINT_ERROR_M = 500.0
# A named point this far from the township the row names is another of the same name.
FARTHEST_DEGREES = 0.15
SEAT_WORDS = ("县城", "城区", "市区", "市中心", "城关")
# A name that more counties have is a chain's or a plain word (幼儿园, 中国农业银行).
MOST_COUNTIES = 2
ROUND_M = 100.0


class PointNames:
    """Look up, inside one county, the longest named point that a text mentions."""

    def __init__(self, points: pd.DataFrame) -> None:
        spread = points.groupby(level=1)[schema.LON].transform("size")
        kept = points[spread.to_numpy() <= MOST_COUNTIES]
        self._places: dict[str, dict[str, tuple[str, float, float]]] = {}
        rows = zip(kept.index, kept[schema.NAME], kept[schema.LON], kept[schema.LAT], strict=True)
        for (county, key), name, lon, lat in rows:
            self._places.setdefault(county, {})[key] = (name, lon, lat)
        self._finders = {county: WordFinder(places) for county, places in self._places.items()}

    def find(self, text: str, county: str) -> tuple[str, float, float] | None:
        """Return name, longitude and latitude of the longest point named in a plain text, or None."""
        finder = self._finders.get(county)
        word = finder.longest(text) if finder else None
        return self._places[county][word] if word else None


def find_places(
    rows: pd.DataFrame, gazetteer: Gazetteer, *, counties: gpd.GeoDataFrame, names: PointNames | None = None
) -> pd.DataFrame:
    """Place rows by what they name, as finely as their county and township allow.

    A named point of OpenStreetMap in the same county wins, unless it lies far from the township the row
    names; then the township; then the county's seat where the text says so; then the county alone, which is
    no point.

    Parameters
    ----------
    rows
        `county` (adcode or missing), `address`, `name` (texts), `town_code` (missing where none is named).
    gazetteer
        The names.
    counties
        Indexed by adcode, polygons in WGS-84; for how far a place known by county alone may be.
    names
        The named points, if they were looked up before.

    Returns
    -------
    DataFrame
        Indexed like `rows`: `lon`, `lat` (WGS-84 degrees or not-a-number), `place_precision`,
        `place_error_m` and `place_from` (`named_point`, `township`, `seat`, `county`, or missing).
    """
    known = names or PointNames(gazetteer.points)
    towns = {town.code: town for listed in gazetteer.towns.values() for town in listed}
    radii_m = _radii_m(counties, rows[schema.COUNTY])
    columns = [schema.COUNTY, schema.ADDRESS, schema.NAME, TOWN_CODE]
    keys = list(
        rows[columns].astype(object).where(rows[columns].notna(), None).itertuples(index=False, name=None)
    )
    placed = {key: _place(key, gazetteer, towns, known, radii_m) for key in dict.fromkeys(keys)}
    found = [placed[key] for key in keys]
    frame = pd.DataFrame(
        found,
        index=rows.index,
        columns=[schema.LON, schema.LAT, schema.PLACE_PRECISION, schema.PLACE_ERROR_M, PLACE_FROM],
    )
    numbers = dict.fromkeys((schema.LON, schema.LAT, schema.PLACE_ERROR_M), "float64")
    return frame.astype(numbers | dict.fromkeys((schema.PLACE_PRECISION, PLACE_FROM), "str"))


Place = tuple[float, float, str, float, str | None]


def _place(
    key: tuple[str | None, ...],
    gazetteer: Gazetteer,
    towns: Mapping[str, Town],
    known: PointNames,
    radii_m: Mapping[str, float],
) -> Place:
    county, address, name, town_code = key
    if county is None:
        return np.nan, np.nan, UNKNOWN_PRECISION, np.nan, None
    town = towns.get(town_code or "")
    for text in filter(None, (address, name)):
        point = known.find(plain(text), county)
        if point and not _far(point, town):
            return point[1], point[2], ROAD_PRECISION, NAMED_POINT_ERROR_M, POINT_OF_NAME
    if town is not None and town.placed:
        return town.lon, town.lat, TOWN_PRECISION, town.error_m, TOWN_OF_NAME
    seat = gazetteer.seats.get(county)
    if seat is not None and any(word in (address or "") for word in SEAT_WORDS):
        return seat.lon, seat.lat, TOWN_PRECISION, seat.error_m, SEAT_OF_NAME
    return np.nan, np.nan, COUNTY_PRECISION, radii_m.get(county, np.nan), COUNTY_ALONE


def _far(point: tuple[str, float, float], town: Town | None) -> bool:
    if town is None or not town.placed:
        return False
    return max(abs(point[1] - town.lon), abs(point[2] - town.lat)) > FARTHEST_DEGREES


def _radii_m(counties: gpd.GeoDataFrame, wanted: pd.Series) -> dict[str, float]:
    """Return the radius of the smallest circle around each county, in whole hundreds of metres."""
    named = counties.loc[counties.index.intersection(wanted.dropna().unique())]
    shapes = shapely.simplify(named.to_crs(EQUAL_AREA).geometry.to_numpy(), ROUND_M)
    radii = shapely.minimum_bounding_radius(shapes)
    return {
        str(code): float(np.ceil(r / ROUND_M) * ROUND_M) for code, r in zip(named.index, radii, strict=True)
    }
