"""Place every row: by its point, the county it declares, or what it names; where they disagree, ask."""

from collections.abc import Mapping
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.importing.columns.coordinate_texts import (
    BLANK,
    HALF,
    HOW,
    IMPOSSIBLE,
    PROJECTED,
    SCALED,
    SWAPPED,
    UNREADABLE,
)
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.findings import findings_where
from geo.importing.location.county_names import CANDIDATES, FOUND_BY, TOWN_CODE
from geo.importing.location.gazetteer import NAMESAKE, Gazetteer
from geo.importing.location.place_names import (
    COUNTY_ALONE,
    PLACE_FROM,
    POINT_OF_NAME,
    SEAT_OF_NAME,
    TOWN_OF_NAME,
    PointNames,
    find_places,
)
from geo.importing.location.row_places import (
    COUNTY_TEXT,
    DECLARED_TEXT,
    Coordinates,
    in_sea,
    near_counties,
    point_counties,
    to_wgs84_rows,
)
from geo.importing.synonyms import LONLAT
from geo.importing.text_columns import values

GIVEN_LON, GIVEN_LAT, GIVEN_DATUM = "given_lon", "given_lat", "given_datum"
DECLARED, OF_POINT, NEAR = "declared_county", "point_county", "near_counties"
# What the user decided where point and declared county disagree.
TAKE_POINT, TAKE_DECLARED = schema.BY_POINT, schema.BY_DECLARED
# Coordinates of phones and maps, and the datums' own doubt.
POINT_ERROR_M = 50.0
POINT_PRECISION = schema.PLACE_PRECISIONS[0]
_PLACE_CODES = {
    POINT_OF_NAME: "place_from_point",
    TOWN_OF_NAME: "place_from_town",
    SEAT_OF_NAME: "place_from_town",
    COUNTY_ALONE: "place_county_only",
}
_HOW_CODES = {
    UNREADABLE: "coordinates_unreadable",
    HALF: "coordinates_half",
    IMPOSSIBLE: "coordinates_impossible",
    PROJECTED: "coordinates_projected",
    SWAPPED: "coordinates_swapped",
    SCALED: "coordinates_scaled",
}


def place_points(
    pairs: pd.DataFrame,
    written: Coordinates,
    declared: pd.DataFrame,
    *,
    counties: gpd.GeoDataFrame,
    decisions: Mapping[int, str],
) -> pd.DataFrame:
    """Convert each point once and tell its county.

    Parameters
    ----------
    pairs
        As from `read_pairs`.
    written
        The texts and the datum of each row.
    declared
        As from `declared_counties`.
    counties
        Indexed by adcode, polygons in WGS-84.
    decisions
        `point` or `declared` by row, where the user decided.

    Returns
    -------
    DataFrame
        Indexed by row: what was given (`given_lon`, `given_lat`, `given_datum`, `how`), the place in WGS-84
        (`lon`, `lat`), `point_county`, `declared_county`, `near_counties` (joined), and `county`, which both
        agree upon or the user chose, missing where it is open.
    """
    places = to_wgs84_rows(pairs, written.datum)
    places[GIVEN_LON], places[GIVEN_LAT] = pairs[schema.LON], pairs[schema.LAT]
    has_point = places[schema.LON].notna()
    places[GIVEN_DATUM] = written.datum.where(has_point)
    places[HOW] = pairs[HOW]
    places[OF_POINT] = point_counties(places, counties)
    places[DECLARED] = declared[schema.COUNTY]
    near = pd.Series("", index=places.index, dtype="str")
    doubtful = has_point & (
        places[OF_POINT].isna() | (places[DECLARED].notna() & (places[OF_POINT] != places[DECLARED]))
    )
    listed = near_counties(places.loc[doubtful, schema.LON], places.loc[doubtful, schema.LAT], counties)
    near.update(listed)
    places[NEAR] = near
    chosen = pd.Series([decisions.get(int(row)) for row in places.index], index=places.index, dtype="str")
    # Whoever takes the list's word gives up the point that contradicts it.
    given_up = (chosen == TAKE_DECLARED) & (places[OF_POINT] != places[DECLARED])
    places.loc[given_up.to_numpy(bool, na_value=False), [schema.LON, schema.LAT]] = np.nan
    places[schema.COUNTY] = _county(places, chosen)
    return places


def _county(places: pd.DataFrame, chosen: pd.Series) -> pd.Series:
    point, declared = places[OF_POINT], places[DECLARED]
    has_point = places[schema.LON].notna()
    near_declared = pd.Series(
        [
            code is not None and code in (near or "").split(schema.LIST_SEPARATOR)
            for code, near in zip(values(declared), values(places[NEAR]), strict=True)
        ],
        index=places.index,
    )
    first_near = places[NEAR].str.split(schema.LIST_SEPARATOR).str[0].replace("", None)
    agreed = point.where(declared.isna() | (point == declared))
    agreed = agreed.where(agreed.notna() | ~near_declared, declared)
    # Just off the coast or the border, and nothing else declared: the county it is just outside of.
    agreed = agreed.where(agreed.notna() | declared.notna() | point.notna(), first_near)
    agreed = agreed.where(~(chosen == TAKE_POINT).to_numpy(bool, na_value=False), point)
    return agreed.where(has_point, declared).astype("str")


def place_unplaced(
    places: pd.DataFrame,
    declared: pd.DataFrame,
    fields: pd.DataFrame,
    *,
    gazetteer: Gazetteer,
    counties: gpd.GeoDataFrame,
    names: PointNames,
    search: bool,
) -> pd.DataFrame:
    """Place the rows without a point by what they name, and say of all how exact they are.

    Parameters
    ----------
    places
        As from `place_points`.
    declared
        As from `declared_counties`.
    fields
        `name` and `address`.
    gazetteer, counties, names
        Where names are looked up.
    search
        Whether to look for places at all; not in files of the program's own, which say what is known.

    Returns
    -------
    DataFrame
        `places` with `place_precision`, `place_error_m` and `place_from`.
    """
    placed = places.copy()
    has_point = placed[schema.LON].notna()
    placed[schema.PLACE_PRECISION] = pd.Series(POINT_PRECISION, index=placed.index, dtype="str")
    placed[schema.PLACE_ERROR_M] = POINT_ERROR_M
    placed[PLACE_FROM] = pd.Series(None, index=placed.index, dtype="str")
    lost = ~has_point
    if lost.any():
        texts = fields.loc[lost, [schema.NAME, schema.ADDRESS]]
        wanted = texts.assign(
            **{schema.COUNTY: placed.loc[lost, schema.COUNTY], TOWN_CODE: declared.loc[lost, TOWN_CODE]}
        )
        if not search:
            wanted = wanted.assign(**dict.fromkeys((schema.NAME, schema.ADDRESS, TOWN_CODE)))
        found = find_places(wanted, gazetteer, counties=counties, names=names)
        placed.loc[lost, found.columns] = found
    return placed


def place_findings(
    placed: pd.DataFrame,
    written: Coordinates,
    declared: pd.DataFrame,
    *,
    mapping: ColumnMapping,
    names: Mapping[str, str],
) -> list[pd.DataFrame]:
    """Say of every row what is wrong with its place, and what was taken for it.

    Parameters
    ----------
    placed
        As from `place_unplaced`.
    written, declared
        What the rows say.
    mapping
        What the headers are taken for.
    names
        Names of counties by adcode.
    """
    header = mapping.fields.get(schema.LON) or mapping.fields.get(LONLAT)
    findings_of = partial(findings_where, column=header, name=LONLAT)
    texts = written.lon.fillna("").str.cat(written.lat.fillna(""), sep=", ").str.strip(", ")
    lon, lat, county, of_point = (placed[name] for name in (schema.LON, schema.LAT, schema.COUNTY, OF_POINT))
    given = placed[GIVEN_LON].map("{:.6f}".format).str.cat(placed[GIVEN_LAT].map("{:.6f}".format), sep=", ")
    found = [
        findings_of(code, placed[HOW] == how, values=texts, details=given) for how, code in _HOW_CODES.items()
    ]
    own = lon.notna() & placed[PLACE_FROM].isna()
    here, nowhere = own & county.notna(), own & county.isna() & of_point.isna()
    sea = nowhere & in_sea(lon, lat)
    conflict = own & of_point.notna() & county.isna()
    border = here & of_point.notna() & (of_point != county)
    said, county_name, point_name = declared[DECLARED_TEXT], county.map(names), of_point.map(names)
    return [
        *found,
        findings_of("in_sea", sea, values=texts),
        findings_of("outside_guangxi", nowhere & ~sea, values=texts),
        findings_of("just_outside", here & of_point.isna(), values=texts, details=county_name),
        findings_of("county_near_border", border, values=said, details=point_name),
        findings_of("county_point_conflict", conflict, values=said, details=point_name),
        findings_of("datum_unknown", written.unknown_datum, values=written.datum_text),
        *_word_findings(placed, declared, header),
    ]


def _word_findings(placed: pd.DataFrame, declared: pd.DataFrame, header: str | None) -> list[pd.DataFrame]:
    """Say of the rows without a point how they were placed, or that they could not be."""
    findings_of = partial(findings_where, column=header, name=LONLAT)
    unnamed = placed[schema.LON].isna() & placed[schema.COUNTY].isna() & placed[HOW].eq(BLANK)
    nothing = declared[CANDIDATES].isna() & declared[COUNTY_TEXT].isna() & declared[FOUND_BY].ne(NAMESAKE)
    # Coordinates that are wrong were reported already; the row does not lack them.
    quiet = ~placed[HOW].isin((UNREADABLE, HALF, IMPOSSIBLE, PROJECTED))
    error_m = placed[schema.PLACE_ERROR_M].round().astype("Int64")
    return [
        findings_of("place_missing", unnamed & nothing),
        *(
            findings_of(code, quiet & (placed[PLACE_FROM] == way), details=error_m)
            for way, code in _PLACE_CODES.items()
        ),
    ]
