"""Read where each row of a list is: its coordinates and their datum, and the county it declares."""

from collections.abc import Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import schema
from geo.geodesy.datums import BD09, DATUMS, GCJ02, WGS84, bd09_to_wgs84, gcj02_to_wgs84
from geo.importing.columns.coordinate_texts import read_joined, read_pairs
from geo.importing.columns.field_values import codes_of
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.columns.row_fields import field_texts
from geo.importing.location.county_names import CANDIDATES, FOUND_BY, MATCHED, TOWN_CODE, find_counties
from geo.importing.location.gazetteer import PREFECTURE_FORM, TOWN, Gazetteer
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import DATUM, LONLAT, PROVINCE, TOWNSHIP, ListWords
from geo.importing.text_columns import distinct, text_column, values
from geo.network.join import county_of_points

DECLARED_TEXT, COUNTY_TEXT, ADDRESS_TEXT = "declared_text", "county_text", "address_text"
ADDRESS_COUNTY = "address_county"
# A point this near to a county is in it as far as lists know: 500 m north to south, 460 m east to west.
NEAR_DEGREES = 0.0045
# The Gulf of Tonkin between Vietnam and the Leizhou peninsula, west, south, east, north.
SEA = (108.05, 20.2, 109.65, 21.85)


class Coordinates(NamedTuple):
    """Hold the texts of both coordinates and the datum each row is in."""

    lon: pd.Series
    lat: pd.Series
    datum: pd.Series
    datum_text: pd.Series
    unknown_datum: pd.Series


def read_coordinates(
    table: SourceTable, mapping: ColumnMapping, words: ListWords, *, datum: str | None
) -> tuple[pd.DataFrame, Coordinates]:
    """Read the coordinates as they are written, without converting anything.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    words
        The known words, for a column that names the datum.
    datum
        The datum of rows whose column does not name one; None where it is not known yet.

    Returns
    -------
    tuple
        A frame indexed by row as from `read_pairs`; and the texts with the datum of each row.
    """
    lon, lat = (field_texts(table, mapping, name) for name in (schema.LON, schema.LAT))
    joined = field_texts(table, mapping, LONLAT)
    # A column called longitude that holds both is common.
    if lon.notna().any() and not lat.notna().any() and not joined.notna().any():
        lon, joined = lat, lon
    if joined.notna().any():
        first, second = read_joined(joined)
        blank = lon.isna() & lat.isna()
        lon, lat = lon.where(~blank, first), lat.where(~blank, second)
    said = field_texts(table, mapping, DATUM)
    if table.own_export:
        # What this program wrote is WGS-84; the column tells what the source once had.
        datums, strange = pd.Series(WGS84, index=lon.index, dtype="str"), said.notna() & False
    else:
        codes = codes_of(said, words.codes.get(DATUM, {}))
        strange = said.notna() & codes.isna()
        datums = codes.where(codes.notna() | strange, datum) if datum is not None else codes
    return read_pairs(lon, lat), Coordinates(lon, lat, datums, said, strange)


def to_wgs84_rows(pairs: pd.DataFrame, datums: pd.Series) -> pd.DataFrame:
    """Convert each row once, by its own datum; WGS-84 stays bit for bit, a row without datum has no place."""
    lon, lat = pairs[schema.LON].to_numpy(np.float64).copy(), pairs[schema.LAT].to_numpy(np.float64).copy()
    codes = datums.to_numpy(object)
    for datum, convert in {GCJ02: gcj02_to_wgs84, BD09: bd09_to_wgs84}.items():
        chosen = codes == datum
        if chosen.any():
            lon[chosen], lat[chosen] = convert(lon[chosen], lat[chosen])
    unknown = ~np.isin(codes, DATUMS)
    lon[unknown], lat[unknown] = np.nan, np.nan
    return pd.DataFrame({schema.LON: lon, schema.LAT: lat}, index=pairs.index)


def declared_counties(
    table: SourceTable,
    mapping: ColumnMapping,
    gazetteer: Gazetteer,
    *,
    county: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Find the county each row declares: in its county column, else its address, else its name.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    gazetteer
        The names.
    county
        The adcode of rows that name none, or None.
    answers
        What the user said of names that may be several: adcodes by the text as it stands in the list.

    Returns
    -------
    DataFrame
        Indexed by row as from `find_counties`, with what the words are: `declared_text` (what named the
        county), `county_text` (the county column alone), `address_text`, and `address_county`, where the
        address names a county itself.
    """
    texts = {
        name: field_texts(table, mapping, name)
        for name in (schema.PREFECTURE, schema.COUNTY, TOWNSHIP, schema.ADDRESS, schema.NAME, PROVINCE)
    }
    cities = _cities(texts[schema.PREFECTURE], gazetteer)
    tail = texts[TOWNSHIP].fillna("") + texts[schema.ADDRESS].fillna("")
    stated = texts[schema.COUNTY].where(texts[schema.COUNTY].notna(), texts[schema.PREFECTURE])
    by_column = find_counties(stated, gazetteer, prefectures=cities)
    cities = cities.where(cities.notna(), by_column[schema.PREFECTURE])
    by_address = find_counties(tail.where(tail != ""), gazetteer, prefectures=cities)
    # A name tells where its site is only if nothing else does: 南宁饭店 may stand anywhere.
    silent = by_column[schema.COUNTY].isna() & by_address[schema.COUNTY].isna()
    by_name = find_counties(texts[schema.NAME].where(silent), gazetteer, prefectures=cities)
    found, text = _first_that_knows(
        [
            (by_column, stated),
            (by_address, tail.where(tail != "")),
            (by_name, texts[schema.NAME].where(silent)),
        ]
    )
    found = found.assign(**{DECLARED_TEXT: text})
    own_town = by_address[TOWN_CODE].where(by_address[schema.COUNTY] == found[schema.COUNTY])
    found[TOWN_CODE] = found[TOWN_CODE].where(found[TOWN_CODE].notna(), own_town)
    for asked, code in (answers or {}).items():
        chosen = (text == asked).to_numpy(bool, na_value=False)
        found.loc[chosen, [schema.COUNTY, CANDIDATES]] = [code, None]
    if county is not None:
        silent = found[schema.COUNTY].isna() & found[CANDIDATES].isna() & texts[schema.COUNTY].isna()
        found.loc[silent, schema.COUNTY] = county
    sure = by_address[schema.COUNTY].where(by_address[FOUND_BY] != TOWN)
    return found.assign(
        **{COUNTY_TEXT: texts[schema.COUNTY], ADDRESS_COUNTY: sure, ADDRESS_TEXT: by_address[MATCHED]}
    )


def _first_that_knows(answers: list[tuple[pd.DataFrame, pd.Series]]) -> tuple[pd.DataFrame, pd.Series]:
    """Take for each row the first way that tells a county, else the first that may be several."""
    best, text = answers[0]
    for found, said in answers[1:]:
        open_still = best[schema.COUNTY].isna()
        better = open_still & (
            found[schema.COUNTY].notna() | (found[CANDIDATES].notna() & best[CANDIDATES].isna() & text.isna())
        )
        # One of the counties asked about, named elsewhere in the row, answers the question.
        contradicts = better & best[CANDIDATES].notna() & found[schema.COUNTY].notna()
        listed = [
            code in str(choices).split(schema.LIST_SEPARATOR)
            for code, choices in zip(values(found[schema.COUNTY]), values(best[CANDIDATES]), strict=True)
        ]
        better &= ~contradicts | pd.Series(listed, index=best.index)
        # Column by column: pandas mixes up rows when whole frames of nullable numbers are assigned.
        best = pd.DataFrame({name: found[name].where(better, best[name]) for name in best.columns})
        text = said.where(better, text)
    return best, text


def _cities(texts: pd.Series, gazetteer: Gazetteer) -> pd.Series:
    known = {
        text: gazetteer.forms[text.strip()].codes[0]
        for text in distinct(texts)
        if text.strip() in gazetteer.forms and gazetteer.forms[text.strip()].kind == PREFECTURE_FORM
    }
    return text_column([known.get(text or "") for text in values(texts)], texts)


def near_counties(lon: pd.Series, lat: pd.Series, counties: gpd.GeoDataFrame) -> pd.Series:
    """List the counties within some 500 m of each point, joined, in the order of their adcodes."""
    places = schema.points(lon, lat).to_numpy()
    tree = shapely.STRtree(counties.geometry.to_numpy())
    at, which = tree.query(places, predicate="dwithin", distance=NEAR_DEGREES)
    near: list[list[str]] = [[] for _ in places]
    for place, county in sorted(zip(at.tolist(), which.tolist(), strict=True)):
        near[place].append(str(counties.index[county]))
    joined = [schema.LIST_SEPARATOR.join(sorted(codes)) for codes in near]
    return pd.Series(joined, index=lon.index, dtype="str")


def in_sea(lon: pd.Series, lat: pd.Series) -> pd.Series:
    """Return which points that lie in no county lie in the gulf off Guangxi's coast."""
    west, south, east, north = SEA
    return lon.between(west, east) & lat.between(south, north)


def point_counties(places: pd.DataFrame, counties: gpd.GeoDataFrame) -> pd.Series:
    """Return the county of every WGS-84 place, missing where it has none or is outside."""
    codes = county_of_points(places[schema.LON].to_numpy(), places[schema.LAT].to_numpy(), counties)
    return pd.Series(codes, index=places.index, dtype="str")
