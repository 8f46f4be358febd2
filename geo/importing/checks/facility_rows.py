"""Make the rows of a list into rows of the network: all columns, an id that stays, nothing private."""

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.columns.personal_data import hide_personal_data
from geo.importing.columns.row_fields import field_texts
from geo.importing.location.placing import GIVEN_DATUM
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import DATUM, plain
from geo.importing.text_columns import read_each, text_column, values

ID_START, ID_DIGITS = "imp-", 12
# The catalogue knows no imported lists; the registry gives them their batch.
IMPORTED_DATASET = schema.IMPORTED
_NUMBERS = (schema.PLACE_ERROR_M, schema.CAPACITY)
# What a file of the program's own says of a facility goes before what can be read out of it again.
_FOUND_AGAIN = (schema.COUNTY, schema.COUNTY_BY, schema.PREFECTURE, schema.FACILITY_TYPE)


def to_facility_rows(
    table: SourceTable, mapping: ColumnMapping, fields: pd.DataFrame, places: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Put fields and places together.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    fields
        As from `read_fields`.
    places
        As from `place_unplaced`.

    Returns
    -------
    GeoDataFrame
        Indexed by row: `facility_id`, `schema.FACILITY_COLUMNS`, and a WGS-84 point or missing geometry. The
        id is made of type, county and name, so that the next list of the same office gives it again; of rows
        that share these, the address and then the place in the list tell them apart.
    """
    facts = fields.reindex(columns=[*schema.FACILITY_COLUMNS])
    has_point = places[schema.LON].notna()
    county = places[schema.COUNTY]
    by_point = pd.Series(np.where(has_point, schema.BY_POINT, schema.BY_DECLARED), index=facts.index)
    facts[schema.COUNTY] = county
    facts[schema.COUNTY_BY] = by_point.where(county.notna())
    facts[schema.PREFECTURE] = (county.str[:4] + "00").where(county.notna())
    facts[schema.ORIGIN] = schema.IMPORTED
    facts[schema.PLACE_PRECISION] = places[schema.PLACE_PRECISION]
    facts[schema.PLACE_ERROR_M] = places[schema.PLACE_ERROR_M]
    facts[schema.SOURCE] = facts[schema.SOURCE].fillna(_source(table))
    facts[schema.SOURCE_DATUM] = places[GIVEN_DATUM]
    facts[schema.DATASET] = IMPORTED_DATASET
    if table.own_export:
        facts = _as_exported(facts, table, mapping)
    kinds = {name: "float64" if name in _NUMBERS else "str" for name in schema.FACILITY_COLUMNS}
    facts = facts[[*schema.FACILITY_COLUMNS]].astype(kinds)
    facts.insert(0, schema.FACILITY_ID, _ids(facts, field_texts(table, mapping, schema.FACILITY_ID)))
    return gpd.GeoDataFrame(facts, geometry=schema.points(places[schema.LON], places[schema.LAT]))


def _source(table: SourceTable) -> str:
    named = f"{table.file_name}（{table.part}）" if table.part else table.file_name
    # Offices put the name and number of whoever sent the file into its name.
    return str(hide_personal_data(pd.Series([named], dtype="str"))[0].iloc[0])


def _as_exported(facts: pd.DataFrame, table: SourceTable, mapping: ColumnMapping) -> pd.DataFrame:
    """Take back what an export says of each facility, to the letter; empty stays empty."""
    taken = facts.copy()
    for name in schema.FACILITY_COLUMNS:
        header = mapping.fields.get(DATUM if name == schema.SOURCE_DATUM else name)
        if header is None or name in _FOUND_AGAIN:
            continue
        texts = table.rows[header]
        if name in _NUMBERS:
            taken[name] = pd.to_numeric(texts, errors="coerce").replace([np.inf, -np.inf], np.nan)
        elif name != schema.ORIGIN or texts.isin(schema.ORIGINS).all():
            taken[name] = texts
    county_by = table.rows[mapping.fields[schema.COUNTY_BY]] if schema.COUNTY_BY in mapping.fields else None
    if county_by is not None:
        same = county_by.isin((schema.BY_POINT, schema.BY_DECLARED)) & taken[schema.COUNTY].notna()
        taken[schema.COUNTY_BY] = taken[schema.COUNTY_BY].where(~same, county_by)
    if schema.PREFECTURE in mapping.fields:
        said = table.rows[mapping.fields[schema.PREFECTURE]]
        taken[schema.PREFECTURE] = taken[schema.PREFECTURE].where(taken[schema.COUNTY].notna(), said)
    return taken


def _ids(facts: pd.DataFrame, given: pd.Series) -> pd.Series:
    """Return an id for each row: the one it brings, else one made of what it is."""
    kind, county, name = (
        facts[part].fillna("") for part in (schema.FACILITY_TYPE, schema.COUNTY, schema.NAME)
    )
    key = kind + "|" + county + "|" + text_column(read_each(name, plain), name)
    shared = key.duplicated(keep=False)
    key = key.where(~shared, key + "|" + facts[schema.ADDRESS].fillna("").map(plain))
    nth = key.groupby(key).cumcount()
    key = key.where(nth == 0, key + "|" + nth.astype("str"))
    made = text_column([ID_START + _digest(text or "") for text in values(key)], key)
    # A column of numbers taken for ids may hold those of persons.
    usable = given.notna() & ~given.duplicated(keep=False) & hide_personal_data(given)[1].isna()
    return given.where(usable, made)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:ID_DIGITS]
