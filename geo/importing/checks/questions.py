"""Find what only the user can say of a list: its datum, type, county, and which of two is meant."""

from dataclasses import replace

import pandas as pd

from geo import schema
from geo.importing.checks.check_list import Checked, ListKnowledge
from geo.importing.columns.field_values import code_in
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.columns.row_fields import type_words
from geo.importing.findings import FINDING_CODE, SOURCE_ROW
from geo.importing.location.county_names import CANDIDATES, find_counties
from geo.importing.location.row_places import DECLARED_TEXT, declared_counties, read_coordinates
from geo.importing.source_table import SourceTable

AMBIGUOUS, CONFLICT = "county_ambiguous", "county_point_conflict"
TYPE_MISSING, PLACE_MISSING = "type_missing", "place_missing"
ASKED_ROWS = "rows"


def needs_datum(table: SourceTable, mapping: ColumnMapping, knowledge: ListKnowledge) -> bool:
    """Return whether some row has coordinates whose datum neither the row nor the file says.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    knowledge
        The known words.
    """
    pairs, written = read_coordinates(table, mapping, knowledge.words, datum=None)
    return bool((pairs[schema.LON].notna() & written.datum.isna() & ~written.unknown_datum).any())


def likely_type(table: SourceTable, types: pd.DataFrame, knowledge: ListKnowledge) -> str | None:
    """Guess the type of a whole list by the name of its sheet, else of its file; None where neither tells.

    Parameters
    ----------
    table
        The list.
    types
        The types of facility, indexed by code.
    knowledge
        The known words.
    """
    said = pd.Series([table.part, table.file_name], dtype="str")
    found = code_in(said, type_words(types, knowledge.words)).dropna()
    return None if found.empty else str(found.iloc[0])


def likely_county(table: SourceTable, knowledge: ListKnowledge) -> str | None:
    """Guess the county of a whole list by the name of its file, else of its sheet, else give None."""
    said = pd.Series([table.file_name.rpartition(".")[0], table.part], dtype="str")
    found = find_counties(said, knowledge.gazetteer)[schema.COUNTY].dropna()
    return None if found.empty else str(found.iloc[0])


def ambiguous_counties(checked: Checked, knowledge: ListKnowledge) -> pd.DataFrame:
    """List the names of counties that may mean several.

    Parameters
    ----------
    checked
        The list after the check.
    knowledge
        The known names.

    Returns
    -------
    DataFrame
        Indexed by the text as it stands in the list, in the order of its first row: `candidates`, adcodes
        joined as lists are, and `rows`, how many rows say it.
    """
    found = checked.findings
    rows = found.loc[found[FINDING_CODE] == AMBIGUOUS, SOURCE_ROW].astype("int64")
    asked = replace(checked.table, rows=checked.table.rows.loc[list(rows)])
    declared = declared_counties(asked, checked.mapping, knowledge.gazetteer)
    listed = declared[[DECLARED_TEXT, CANDIDATES]].dropna()
    grouped = listed.groupby(DECLARED_TEXT, sort=False)[CANDIDATES]
    return pd.DataFrame({CANDIDATES: grouped.first(), ASKED_ROWS: grouped.size()})


def conflicting_rows(checked: Checked) -> pd.Index:
    """Return the numbers of the rows whose point and declared county disagree and that are undecided."""
    found = checked.findings
    return pd.Index(found.loc[found[FINDING_CODE] == CONFLICT, SOURCE_ROW].astype("int64"))
