"""Edit rows of a list: new texts, moved points; the list is then checked again as a whole."""

from dataclasses import replace

import pandas as pd

from geo import schema
from geo.errors import InvalidValueError
from geo.geodesy.datums import WGS84
from geo.importing.columns.header_matching import (
    EXACT_SCORE,
    REMEMBERED,
    ColumnMapping,
    ColumnMatch,
    header_fingerprint,
)
from geo.importing.source_table import POINT_LAT, POINT_LON, SourceTable
from geo.importing.synonyms import DATUM, LONLAT

OWN_DATUM_HEADER = "桂工图坐标系"


def edit_rows(table: SourceTable, edited: pd.DataFrame) -> SourceTable:
    """Return the list with some rows rewritten; the table itself stays as it is.

    Parameters
    ----------
    table
        As read.
    edited
        New texts, indexed by row, under headers of the table; missing where the cell is emptied. Rows and
        headers that are not in it stay as they are.

    Returns
    -------
    SourceTable
        To be checked again.

    Raises
    ------
    InvalidValueError
        A row or a header does not exist, or a row is given twice.
    """
    rows = [str(row) for row in edited.index if row not in table.rows.index]
    headers = [str(header) for header in edited.columns if header not in table.rows.columns]
    twice = [str(row) for row in edited.index[edited.index.duplicated()]]
    if rows or headers or twice:
        raise InvalidValueError(
            "nothing_mended", rows=rows or "-", headers=headers or "-", twice=twice or "-"
        )
    changed = table.rows.copy()
    for header in edited.columns:
        texts = edited[header].astype("str")
        changed.loc[edited.index, header] = texts.where(texts.str.strip() != "")
    return replace(table, rows=changed)


def remove_rows(table: SourceTable, rows: pd.Index) -> SourceTable:
    """Return the list without some rows; those that are not in it are passed over."""
    return replace(table, rows=table.rows.drop(index=table.rows.index.intersection(rows)))


def move_points(
    table: SourceTable, mapping: ColumnMapping, points: pd.DataFrame
) -> tuple[SourceTable, ColumnMapping]:
    """Return the list with points put where the user dragged or clicked them on the map.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    points
        `lon` and `lat` in WGS-84 degrees, indexed by row.

    Returns
    -------
    tuple
        The list, whose moved rows say that they are WGS-84 in the column 桂工图坐标系 (or in the list's own
        column of datums), and the mapping with the columns that had to be added.
    """
    taken = dict(mapping.fields)
    added: dict[str, str] = {}
    for name, header in ((schema.LON, POINT_LON), (schema.LAT, POINT_LAT), (DATUM, OWN_DATUM_HEADER)):
        if name not in taken:
            taken[name] = added[name] = header
    rows = table.rows.copy()
    for header in added.values():
        if header not in rows.columns:
            rows[header] = pd.Series(None, index=rows.index, dtype="str")
    for name in (schema.LON, schema.LAT):
        rows.loc[points.index, taken[name]] = [repr(float(value)) for value in points[name]]
    rows.loc[points.index, taken[DATUM]] = WGS84
    if LONLAT in taken:
        # The pair it replaces would be read first or contradict it.
        rows.loc[points.index, taken[LONLAT]] = None
    columns = tuple(ColumnMatch(header, name, EXACT_SCORE, REMEMBERED) for name, header in added.items())
    kept = tuple(column for column in mapping.columns if column.header not in added.values())
    moved = replace(table, rows=rows)
    return moved, ColumnMapping(header_fingerprint(moved.header), (*kept, *columns))
