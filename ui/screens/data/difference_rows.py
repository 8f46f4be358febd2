"""Tables of what applying a list would do, in words; no screen here."""

from typing import TYPE_CHECKING

import pandas as pd

from geo import schema
from geo.importing.checks.likely_pairs import LIKENESS
from geo.network.own_lists import MATCHES
from geo.registry.conflicts import SEEN, THEIRS, YOURS
from geo.registry.difference import FIELD, Difference
from geo.registry.matching import BY_LIKENESS, MATCHED_BY
from geo.registry.tables import AFTER, AT, BEFORE, PRIVATE, WHO
from ui.screens.data.columns import FIELD_WORDS
from ui.shared import labels
from ui.shared.answers import Names
from ui.shared.language import N_, t

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ROWS = 1_000
APART = "apart"
ROW = "row"
RECORD_WORDS = {
    **FIELD_WORDS,
    schema.HOURS_TEXT: N_("Hours as written"),
    schema.SERVICES_TEXT: N_("Services as written"),
    schema.PLACE_PRECISION: N_("How exact the place is"),
    schema.PLACE_ERROR_M: N_("How far the place may be off (m)"),
    MATCHES: N_("The published site it is"),
    PRIVATE: N_("What stays private"),
}
SHOWN = (schema.NAME, schema.FACILITY_TYPE, schema.COUNTY, schema.ADDRESS)


def new_rows(difference: Difference, names: Names) -> pd.DataFrame:
    """Return the sites the registry does not hold yet, with the row of each."""
    records = difference.records.loc[difference.new[:MOST_ROWS]]
    translated = sites_in_words(records, names)
    translated.insert(0, ROW, difference.rows.loc[records.index].to_numpy())
    return translated


def changed_rows(difference: Difference, names: Names) -> pd.DataFrame:
    """Return every field that changes: the site, the field, what stood and what would stand."""
    changed = difference.changed.head(MOST_ROWS)
    site = difference.records[schema.NAME].reindex(changed[schema.FACILITY_ID])
    return pd.DataFrame(
        {
            schema.NAME: site.to_numpy(),
            FIELD: [record_word(name) for name in changed[FIELD]],
            BEFORE: _words(changed[FIELD], changed[BEFORE], names),
            AFTER: _words(changed[FIELD], changed[AFTER], names),
        }
    )


def sites_in_words(records: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return name, type, county and address of records in words, indexed like them."""
    translated = pd.DataFrame(records[list(SHOWN)])
    translated[schema.FACILITY_TYPE] = translated[schema.FACILITY_TYPE].map(names.types)
    translated[schema.COUNTY] = translated[schema.COUNTY].map(names.regions)
    return translated


def alike_rows(difference: Difference, names: Names) -> pd.DataFrame:
    """Return the rows that were taken for a site held already, or a published one, by likeness alone.

    Returns
    -------
    DataFrame
        Indexed by the number of the row: `name` as the list has it, `address`, `before` (the name of the
        other), `likeness` (0-100).
    """
    records = difference.records
    met = difference.met[difference.met[MATCHED_BY] == BY_LIKENESS]
    held = pd.DataFrame(
        {BEFORE: difference.before[schema.NAME].reindex(met.index), LIKENESS: met[LIKENESS]}, index=met.index
    )
    published = pd.DataFrame(
        {BEFORE: difference.sourced[MATCHES], LIKENESS: difference.sourced[LIKENESS]},
        index=difference.sourced.index,
    )
    alike = pd.concat([held, published[~published.index.isin(held.index)]])
    alike.insert(0, schema.NAME, records[schema.NAME].reindex(alike.index))
    alike.insert(1, schema.COUNTY, records[schema.COUNTY].reindex(alike.index).map(names.regions))
    return alike.set_axis(pd.Index(difference.rows.reindex(alike.index).to_numpy(), name=ROW)).sort_index()


def conflict_rows(conflicts: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return both sides of records that two people changed: what was seen, yours, theirs, who and when."""
    shown = conflicts.head(MOST_ROWS)
    translated = {side: _words(shown[FIELD], shown[side], names) for side in (SEEN, YOURS, THEIRS)}
    fields = [record_word(name) for name in shown[FIELD]]
    signed = {WHO: shown[WHO], AT: shown[AT]}
    return pd.DataFrame(
        {schema.FACILITY_ID: shown[schema.FACILITY_ID], FIELD: fields, **translated, **signed}
    )


def replaced_simulated(difference: Difference, facilities: pd.DataFrame) -> int:
    """Count the simulated sites that give way: those of a county and type the list names a site of."""
    keys = [schema.FACILITY_TYPE, schema.COUNTY]
    standing = difference.records[difference.records[schema.STATUS] != schema.CLOSED]
    named = pd.MultiIndex.from_frame(standing[keys].drop_duplicates())
    simulated = facilities[facilities[schema.ORIGIN] == schema.SIMULATED]
    return int(pd.MultiIndex.from_frame(simulated[keys]).isin(named).sum())


def record_word(name: str) -> str:
    """Say a field of a record in this session's language."""
    return t(RECORD_WORDS[name]) if name in RECORD_WORDS else name


def _words(fields: pd.Series, values: pd.Series, names: Names) -> list[str | None]:
    tables: dict[str, Mapping[str, str]] = {
        schema.STATUS: labels.translated(labels.STATUSES),
        schema.PLACE_PRECISION: labels.translated(labels.PRECISIONS),
        schema.FACILITY_TYPE: names.types,
        schema.COUNTY: names.regions,
    }
    return [
        None if value is None or value != value else str(tables.get(name, {}).get(value, value))  # noqa: PLR0124
        for name, value in zip(fields, values, strict=True)
    ]
