"""What a checked list says, as records: public columns, the place as given, and what stays private."""

import pandas as pd

from geo import schema
from geo.importing.checks.check_list import Checked
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.location.place_names import PLACE_FROM
from geo.importing.location.placing import GIVEN_DATUM, GIVEN_LAT, GIVEN_LON
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import DATUM, FINDING, LONLAT, SERIAL, header_forms
from geo.network.own_lists import MATCHES
from geo.registry.records import json_rows
from geo.registry.tables import PRIVATE, RECORD_COLUMNS

# The fields of a record that one field of a list speaks of, where these differ.
_SPEAKS_OF = {
    schema.HOURS: (schema.HOURS, schema.HOURS_TEXT),
    schema.HOURS_TEXT: (schema.HOURS, schema.HOURS_TEXT),
    schema.SERVICES: (schema.SERVICES, schema.SERVICES_TEXT),
    schema.SERVICES_TEXT: (schema.SERVICES, schema.SERVICES_TEXT),
}
_ALWAYS = (
    schema.FACILITY_TYPE,
    schema.NAME,
    schema.COUNTY,
    schema.PREFECTURE,
    schema.ORIGIN,
    schema.SOURCE,
    schema.DATASET,
)
_NOT_PRIVATE = (schema.LON, schema.LAT, LONLAT, DATUM, SERIAL, FINDING, schema.FACILITY_ID)


def stated_fields(table: SourceTable, mapping: ColumnMapping) -> frozenset[str]:
    """Return the columns of a record that a list says something of."""
    stated = (_SPEAKS_OF.get(field, (field,)) for field in mapping.fields)
    # A public export of our own says nothing of what it left out.
    private = (PRIVATE,) if not table.own_export or _private_header(table) else ()
    return frozenset((*_ALWAYS, *private, *(name for names in stated for name in names)))


def listed_records(checked: Checked) -> pd.DataFrame:
    """Return the sound rows of a list as records.

    Returns
    -------
    DataFrame
        Indexed by the ids of `checked.facilities`, with `RECORD_COLUMNS`. `origin` is imported whatever the
        list says, and `private` is JSON of what stands under headers that are no public field.
    """
    rows = checked.source_rows.tolist()
    places = checked.places.loc[rows].set_axis(checked.facilities.index, axis=0)
    records = pd.DataFrame(checked.facilities[[*schema.FACILITY_COLUMNS]])
    records[schema.ORIGIN] = records[schema.DATASET] = schema.IMPORTED
    for name in (schema.LON, schema.LAT, GIVEN_LON, GIVEN_LAT):
        records[name] = places[name].astype("float64")
    for name in (GIVEN_DATUM, PLACE_FROM):
        records[name] = places[name].astype("str")
    records[MATCHES] = pd.Series(None, index=records.index, dtype="str")
    records[PRIVATE] = _private(checked.table, checked.mapping, rows).set_axis(records.index)
    return records[[*RECORD_COLUMNS]]


def _private_header(table: SourceTable) -> str | None:
    return next((header for header in table.header if PRIVATE in header_forms(header)), None)


def _private(table: SourceTable, mapping: ColumnMapping, rows: list[int]) -> pd.Series:
    if table.own_export:
        header = _private_header(table)
        nothing = pd.Series(None, index=pd.Index(rows), dtype="str")
        return nothing if header is None else table.rows.loc[rows, header].astype("str")
    public = (*schema.FACILITY_COLUMNS, *_NOT_PRIVATE)
    headers = [column.header for column in mapping.columns if column.field not in public]
    kept = table.rows.loc[rows, [header for header in headers if header in table.rows.columns]]
    texts = [None if text == "{}" else text for text in row_texts(kept)]
    return pd.Series(texts, index=kept.index, dtype="str")


def row_texts(rows: pd.DataFrame) -> list[str]:
    """Return rows of a list as their user wrote them, as JSON of texts by header, blank ones left out."""
    columns = {
        str(name): [text if isinstance(text, str) and text else None for text in rows[name].to_numpy(object)]
        for name in rows.columns
    }
    return json_rows(columns) if columns else ["{}"] * len(rows)
