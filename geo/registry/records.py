"""Records of the registry as frames, and back to what a database and a version hold."""

import json
import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, select

from geo import schema
from geo.arrays import Mask
from geo.registry.soundness import require_values
from geo.registry.tables import (
    BATCH_ID,
    NUMBERS,
    PRESENT,
    RECORD_COLUMNS,
    VERSION,
    facilities,
)

Record = dict[str, Any]
# PostgreSQL holds no NUL in a text, and no encoding holds a lone surrogate.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "�"
# Made once: `json.dumps` makes one a call.
_plain_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_escaped_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
# The same place to a tenth of a metre; exports write six decimals.
PLACE_DECIMALS = 6


def storable(value: object) -> object:
    """Return a text without NUL and lone surrogates, each replaced by U+FFFD; anything else as it is."""
    return _UNSTORABLE.sub(_REPLACEMENT, value) if isinstance(value, str) else value


def to_json(value: object) -> str:
    """Write a value as JSON that both databases hold to the letter."""
    text = _plain_json(value)
    return _escaped_json(value) if _UNSTORABLE.search(text) else text


def json_rows(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Write the rows of some columns as `to_json` writes one record after the other, what is None left out.

    Parameters
    ----------
    columns
        Texts or numbers by name, all of one length.

    Returns
    -------
    list of str
        One JSON object a row, its names in the order of the columns.
    """
    count = len(next(iter(columns.values()), ()))
    stated = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    cells = [_json_cells(f"{_plain_json(name)}:", values) for name, values in stated.items()]
    rows = [f"{{{','.join(filter(None, row))}}}" for row in zip(*cells, strict=True)] or ["{}"] * count
    if _UNSTORABLE.search("".join(rows)):
        return [to_json(json.loads(row)) if _UNSTORABLE.search(row) else row for row in rows]
    return rows


def _json_cells(start: str, values: Sequence[Any]) -> list[str]:
    """Write the values of one column, each behind `start`, as `_plain_json` does in a call a value."""
    if any(isinstance(value, float) for value in values):
        return ["" if value is None else start + _number(value) for value in values]
    texts = dict.fromkeys(value for value in values if value is not None)
    known: dict[str | None, str] = {text: start + encode_basestring(text) for text in texts}
    known[None] = ""
    return list(map(known.__getitem__, values))


def _number(value: float) -> str:
    if not isfinite(value):
        raise ValueError(f"{value} is not JSON compliant")
    return float.__repr__(value)


def version_text(record: Record | None) -> str | None:
    """Write a record as a version holds it, what is missing left out; None where there is none."""
    if record is None:
        return None
    return to_json({name: record[name] for name in RECORD_COLUMNS if record[name] is not None})


def version_record(text: str | None) -> Record | None:
    """Read what `version_text` wrote."""
    if text is None:
        return None
    held = json.loads(text)
    return {name: held.get(name) for name in RECORD_COLUMNS}


def read_records(connection: Connection, *, only: Select[tuple[str]] | None = None) -> pd.DataFrame:
    """Read records, those that are gone too.

    Parameters
    ----------
    connection
        As from `Registry.reading`.
    only
        Asks for the ids of those wanted; all if None.

    Returns
    -------
    DataFrame
        Indexed by `facility_id`, in the order of the ids: `version`, `present`, `batch_id`, and
        `RECORD_COLUMNS`.
    """
    names = (schema.FACILITY_ID, VERSION, PRESENT, BATCH_ID, *RECORD_COLUMNS)
    asked = select(*(facilities.c[name] for name in names))
    if only is not None:
        asked = asked.where(facilities.c[schema.FACILITY_ID].in_(only))
    rows = connection.execute(asked).all()
    kinds = {name: "float64" if name in NUMBERS else "str" for name in RECORD_COLUMNS}
    kinds |= {schema.FACILITY_ID: "str", VERSION: "int64", PRESENT: "bool", BATCH_ID: "Int64"}
    columns = dict(zip(names, zip(*rows, strict=True) if rows else ((),) * len(names), strict=True))
    require_values(facilities, columns, engine=connection.dialect.name)
    records = pd.DataFrame(
        {name: pd.Series(list(column), dtype=kinds[name]) for name, column in columns.items()}
    )
    # Databases sort texts each by its own rules.
    return records.sort_values(schema.FACILITY_ID, ignore_index=True).set_index(schema.FACILITY_ID)


def record_columns(records: pd.DataFrame) -> dict[str, list[Any]]:
    """Return `RECORD_COLUMNS` of a frame as lists of plain values, None where missing."""
    return {
        name: _numbers(records[name]) if name in NUMBERS else _texts(records[name]) for name in RECORD_COLUMNS
    }


def record_dicts(records: pd.DataFrame) -> list[Record]:
    """Return rows of a frame with `RECORD_COLUMNS` as dictionaries of plain values, None where missing."""
    columns = record_columns(records)
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def among(labels: pd.Index, others: pd.Index) -> Mask:
    """Return which labels are among others, each of which stands once."""
    # `isin` walks columns of text value by value and takes ten times as long.
    return np.asarray(others.get_indexer(labels) >= 0, dtype=bool)


def _numbers(column: pd.Series) -> list[float | None]:
    return [None if value != value else value for value in column.astype("float64").tolist()]  # noqa: PLR0124 - NaN


def _texts(column: pd.Series) -> list[Any]:
    if not column.notna().any():
        return [None] * len(column)
    texts = [text if isinstance(text, str) else None for text in column.to_numpy(dtype=object)]
    # One search in all of them is far quicker than one in each.
    if _UNSTORABLE.search("".join(filter(None, texts))):
        return [storable(text) for text in texts]
    return texts


def to_places(records: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return records as places at their `lon` and `lat`; the columns stay as they are."""
    return gpd.GeoDataFrame(records, geometry=schema.points(records[schema.LON], records[schema.LAT]))


def same_values(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return for every row whether two columns say the same; missing equals missing."""
    both_missing = one.isna() & other.isna()
    if one.name in NUMBERS:
        near = one.round(PLACE_DECIMALS) == other.round(PLACE_DECIMALS)
        return (near | both_missing).astype("bool")
    alike = (one.astype("str") == other.astype("str")) | both_missing
    return alike.astype("bool")
