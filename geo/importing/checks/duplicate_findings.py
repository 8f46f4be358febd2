"""Say which rows of a list stand twice, or may be a facility that is known already."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.importing.checks.duplicates import exact_duplicates, normal_names
from geo.importing.checks.likely_pairs import FIRST, NORMAL_NAME, SECOND, likely_pairs
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.findings import LIKENESS, OTHER_ID, OTHER_ROW, findings_of
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import FINDING, SERIAL

# Places found by a name alone are shared by many sites and make none of them the same.
REAL_POINT = schema.PLACE_PRECISIONS[0]


def duplicate_findings(
    table: SourceTable, mapping: ColumnMapping, facts: gpd.GeoDataFrame, known: gpd.GeoDataFrame
) -> list[pd.DataFrame]:
    """Find exact and likely duplicates within the list, and likely ones of what is known.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    facts
        The facilities of all its rows, indexed by row.
    known
        The facilities known already; simulated ones are none.
    """
    exact = exact_duplicates(_compared(table, mapping))
    header = mapping.fields.get(schema.NAME)
    named = comparable(facts)
    single = named[~named.index.isin(exact.index)]
    pairs = likely_pairs(single)
    real = comparable(known[known[schema.ORIGIN] != schema.SIMULATED])
    met = likely_pairs(named if not table.own_export else named.iloc[:0], real)
    return [
        findings_of(
            "exact_duplicate",
            rows=map(int, exact.index),
            column=header,
            name=schema.NAME,
            values=facts.loc[exact.index, schema.NAME],
            details=exact,
            others={OTHER_ROW: exact},
        ),
        _likely(single, pairs, header),
        _known(named, real, met, header),
    ]


def _likely(named: gpd.GeoDataFrame, pairs: pd.DataFrame, header: str | None) -> pd.DataFrame:
    numbers, names = named.index.to_numpy(), named[schema.NAME].to_numpy(object)
    firsts, others, scores = numbers[pairs[FIRST]].tolist(), names[pairs[FIRST]], pairs[LIKENESS]
    likely = list(zip(firsts, others, scores, strict=True))
    return findings_of(
        "likely_duplicate",
        rows=numbers[pairs[SECOND]].tolist(),
        column=header,
        name=schema.NAME,
        values=names[pairs[SECOND]],
        details=[f"{row} 行“{name}”（相似度 {score:.0f}）" for row, name, score in likely],
        details_en=[f"{row}, {name!r} (likeness {score:.0f})" for row, name, score in likely],
        others={OTHER_ROW: firsts, LIKENESS: scores},
    )


def _known(
    named: gpd.GeoDataFrame, known: gpd.GeoDataFrame, pairs: pd.DataFrame, header: str | None
) -> pd.DataFrame:
    names, scores = known[schema.NAME].to_numpy(object)[pairs[FIRST]], pairs[LIKENESS]
    likely = list(zip(names, scores, strict=True))
    return findings_of(
        "known_duplicate",
        rows=named.index.to_numpy()[pairs[SECOND]].tolist(),
        column=header,
        name=schema.NAME,
        values=named[schema.NAME].to_numpy(object)[pairs[SECOND]],
        details=[f"{name}（相似度 {score:.0f}）" for name, score in likely],
        details_en=[f"{name} (likeness {score:.0f})" for name, score in likely],
        others={OTHER_ID: known.index.to_numpy()[pairs[FIRST]], LIKENESS: scores},
    )


def _compared(table: SourceTable, mapping: ColumnMapping) -> pd.DataFrame:
    """Return all columns but those that number the rows or hold our own findings."""
    own = {*mapping.headers(SERIAL), *mapping.headers(FINDING), *mapping.headers(schema.FACILITY_ID)}
    return table.rows[[header for header in table.header if header not in own]]


def comparable(facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what `likely_pairs` tells duplicates by; a place found by a name is no place here."""
    kept = facilities[[schema.FACILITY_TYPE, schema.COUNTY, schema.NAME, schema.GEOMETRY]].copy()
    vague = (facilities[schema.PLACE_PRECISION] != REAL_POINT).to_numpy(bool, na_value=True)
    places = np.array(kept.geometry.to_numpy(), dtype=object)
    places[vague] = None
    kept[schema.GEOMETRY] = gpd.GeoSeries(places, index=kept.index, crs=schema.WGS84)
    kept[NORMAL_NAME] = normal_names(kept[schema.NAME])
    return kept
