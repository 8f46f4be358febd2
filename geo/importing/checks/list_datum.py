"""Return which datum a list may be in: what its words name, and how well it fits under each."""

import datetime as dt
from dataclasses import replace

import pandas as pd

from geo import schema
from geo.importing.checks.check_list import KnownNetwork, ListKnowledge, read_knowledge
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.columns.row_fields import read_fields
from geo.importing.location.datum_evidence import weigh_datums
from geo.importing.location.datum_words import datum_of_headers, datum_of_notes
from geo.importing.location.row_places import declared_counties, read_coordinates
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import ListWords

# Enough rows to weigh a datum by.
MOST_WEIGHED = 2_000


def weigh_list_datums(
    table: SourceTable,
    mapping: ColumnMapping,
    network: KnownNetwork,
    *,
    knowledge: ListKnowledge | None = None,
) -> pd.DataFrame:
    """Measure how well a list's coordinates fit under each datum; see `weigh_datums`.

    Parameters
    ----------
    table, mapping, network, knowledge
        As `to_facilities` has them.

    Returns
    -------
    DataFrame
        As from `weigh_datums`, of at most 2,000 rows evenly spread over the list. Swapped and scaled
        coordinates are put right first.
    """
    known = knowledge or read_knowledge()
    pairs, _ = read_coordinates(table, mapping, known.words, datum=None)
    placed = pairs.index[pairs[schema.LON].notna()]
    sample = placed[:: -(-len(placed) // MOST_WEIGHED) or 1]
    table, pairs = replace(table, rows=table.rows.loc[sample]), pairs.loc[sample]
    fields, _ = read_fields(
        table,
        mapping,
        known.words,
        types=network.facility_types,
        facility_type=None,
        checked_on=dt.date.max,
    )
    declared = declared_counties(table, mapping, known.gazetteer)
    rows = pairs.assign(
        **{
            schema.COUNTY: declared[schema.COUNTY],
            schema.NAME: fields[schema.NAME],
            schema.ADDRESS: fields[schema.ADDRESS],
        }
    )
    return weigh_datums(rows, counties=network.counties, names=known.points)


def hinted_datum(table: SourceTable, mapping: ColumnMapping, words: ListWords) -> str | None:
    """Return the datum the list's headers or notes name, else the one its format is used with, else None."""
    return datum_of_headers(mapping, words) or datum_of_notes(table, words) or table.datum_hint
