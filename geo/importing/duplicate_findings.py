"""Say which rows of a list stand twice, or may be a facility that is known already."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.importing.duplicates import NORMAL_NAME, Pair, exact_duplicates, likely_pairs, normal_names
from geo.importing.finding_kinds import LIKENESS, OTHER_ID, OTHER_ROW, findings_of
from geo.importing.header_matching import ColumnMapping
from geo.importing.list_words import FINDING, SERIAL
from geo.importing.source_table import SourceTable

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
    pairs = best_pairs(likely_pairs(single))
    real = comparable(known[known[schema.ORIGIN] != schema.SIMULATED])
    met = [] if table.own_export else best_pairs(likely_pairs(named, real))
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
        findings_of(
            "known_duplicate",
            rows=[int(named.index[pair.second]) for pair in met],
            column=header,
            name=schema.NAME,
            values=[named[schema.NAME].iloc[pair.second] for pair in met],
            details=[f"{real[schema.NAME].iloc[pair.first]}（相似度 {pair.likeness:.0f}）" for pair in met],
            details_en=[
                f"{real[schema.NAME].iloc[pair.first]} (likeness {pair.likeness:.0f})" for pair in met
            ],
            others={
                OTHER_ID: [real.index[pair.first] for pair in met],
                LIKENESS: [pair.likeness for pair in met],
            },
        ),
    ]


def _likely(named: gpd.GeoDataFrame, pairs: list[Pair], header: str | None) -> pd.DataFrame:
    firsts = [int(named.index[pair.first]) for pair in pairs]
    return findings_of(
        "likely_duplicate",
        rows=[int(named.index[pair.second]) for pair in pairs],
        column=header,
        name=schema.NAME,
        values=[named[schema.NAME].iloc[pair.second] for pair in pairs],
        details=[
            f"{row} 行“{named[schema.NAME].iloc[pair.first]}”（相似度 {pair.likeness:.0f}）"
            for row, pair in zip(firsts, pairs, strict=True)
        ],
        details_en=[
            f"{row}, {named[schema.NAME].iloc[pair.first]!r} (likeness {pair.likeness:.0f})"
            for row, pair in zip(firsts, pairs, strict=True)
        ],
        others={OTHER_ROW: firsts, LIKENESS: [pair.likeness for pair in pairs]},
    )


def _compared(table: SourceTable, mapping: ColumnMapping) -> pd.DataFrame:
    """Give all columns but those that number the rows or hold our own findings."""
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


def best_pairs(pairs: list[Pair]) -> list[Pair]:
    """Keep for each row (the second of a pair) the facility most like it, in the order of the rows."""
    best: dict[int, Pair] = {}
    for pair in pairs:
        rival = best.get(pair.second)
        if rival is None or pair.likeness > rival.likeness:
            best[pair.second] = pair
    return [best[row] for row in sorted(best)]
