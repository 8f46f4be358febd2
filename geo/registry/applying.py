"""Apply a list, or take it back: all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, insert, select, update

from geo import schema
from geo.errors import InvalidValueError, RegistryError
from geo.importing.findings import SOURCE_ROW
from geo.importing.text_columns import values
from geo.registry.bulk import PIECE, Progress, insert_rows, pieces
from geo.registry.conflicts import require_unchanged, require_undoable
from geo.registry.connection import Registry
from geo.registry.difference import Difference
from geo.registry.listed import row_texts
from geo.registry.records import (
    among,
    json_rows,
    record_columns,
    record_dicts,
    storable,
    to_json,
    version_record,
)
from geo.registry.tables import (
    ACTION,
    AFTER,
    AT,
    BATCH_ID,
    BEFORE,
    CHANGED,
    CLOSE,
    COUNTS,
    DATUM,
    FILE_NAME,
    FINDINGS,
    IMPORT,
    KIND,
    LISTED_ROW,
    MAPPING,
    NEW,
    ORIGINAL,
    OUTCOME,
    PART,
    REST,
    SHA256,
    UNCHANGED,
    UNDO,
    UNDONE_AT,
    UNDONE_BY,
    VERSION,
    VERSION_ID,
    WHO,
    batches,
    listings,
    questions,
    versions,
)
from geo.registry.version_log import RecordChange, change_of, next_number, signed, write_changes

_LISTING_COLUMNS = (BATCH_ID, LISTED_ROW, schema.FACILITY_ID, OUTCOME, ORIGINAL)


def apply_import(
    registry: Registry,
    difference: Difference,
    *,
    who: str,
    at: dt.datetime,
    close: Collection[str] = (),
    ask: Collection[str] = (),
    progress: Progress | None = None,
) -> int:
    """Apply what `plan_import` found, in one transaction.

    Parameters
    ----------
    registry
        The same the difference was taken of.
    difference
        As from `plan_import`.
    who, at
        Who applies it, and when; aware of its time zone.
    close, ask
        Ids among `difference.missing` that are closed, and those that wait as open questions; all others of
        these are kept as they are.
    progress
        Called with the number of rows after each few thousand written.

    Returns
    -------
    int
        The number of the batch.

    Raises
    ------
    ConflictError
        Somebody changed a record of the list after the difference was taken; nothing was written.
    InvalidValueError
        A site to close or ask about is not missing from the list or both is said of it, `who` is blank or
        `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    stamp = signed(who, at)
    strange = sorted(({*close, *ask} - set(difference.missing.index)) | ({*close} & {*ask}))
    if strange:
        raise InvalidValueError("missing_sites_unknown", names=strange[:5])
    with registry.writing() as connection:
        require_unchanged(connection, difference, close)
        number = next_number(connection, batches.c[BATCH_ID])
        kept = len(difference.missing) - len(close) - len(ask)
        counts = difference.counts | {"closed": len(close), "asked": len(ask), "kept": kept}
        connection.execute(insert(batches), [_batch(difference, number, stamp, counts)])
        changes = _changes(difference, sorted(close))
        write_changes(connection, changes, difference.seen, batch=number, stamp=stamp, progress=progress)
        for piece in pieces(_listings(difference, number)):
            insert_rows(connection, listings, _LISTING_COLUMNS, piece)
        asked = [(number, one) for one in sorted(ask)]
        insert_rows(connection, questions, (BATCH_ID, schema.FACILITY_ID), asked)
    return number


def undo_batch(registry: Registry, batch: int, *, who: str, at: dt.datetime) -> None:
    """Take a batch back: every record it changed is again as it was before.

    Parameters
    ----------
    registry
        As from `open_registry`.
    batch
        Its number.
    who, at
        Who takes it back, and when; aware of its time zone.

    Raises
    ------
    ConflictError
        A record was changed after the batch; nothing was written.
    RegistryError
        There is no such batch, or it was taken back already.
    InvalidValueError
        `who` is blank or `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    stamp = signed(who, at)
    with registry.writing() as connection:
        _require_open_batch(connection, batch)
        names = (schema.FACILITY_ID, VERSION, BEFORE, AFTER)
        asked = select(*(versions.c[name] for name in names)).where(
            versions.c[BATCH_ID] == batch, versions.c[ACTION].in_((IMPORT, CLOSE))
        )
        written = connection.execute(asked.order_by(versions.c[VERSION_ID])).all()
        seen = require_undoable(connection, {row[0]: (row[1], row[3]) for row in written}, batch)
        changes = (RecordChange(row[0], UNDO, row[3], row[2], _fields(row[2])) for row in written)
        write_changes(connection, changes, seen, batch=batch, stamp=stamp)
        connection.execute(
            update(batches)
            .where(batches.c[BATCH_ID] == batch)
            .values({UNDONE_BY: stamp[WHO], UNDONE_AT: stamp[AT]})
        )


def _fields(text: str | None) -> Sequence[Any] | None:
    record = version_record(text)
    return None if record is None else tuple(record.values())


def _changes(difference: Difference, close: list[str]) -> Iterator[RecordChange]:
    """Return what is written, in the order of the list, then what is closed."""
    records = difference.records
    touched = np.flatnonzero(~among(records.index, difference.unchanged))
    altered = records.index[touched].intersection(difference.before.index, sort=False)
    before = dict(zip(altered, json_rows(record_columns(difference.before.loc[altered])), strict=True))
    for start in range(0, len(touched), PIECE):
        piece = records.iloc[touched[start : start + PIECE]]
        columns = record_columns(piece)
        written = zip(piece.index, json_rows(columns), zip(*columns.values(), strict=True), strict=True)
        for one, after, fields in written:
            yield RecordChange(one, IMPORT, before.get(one), after, fields)
    closing = difference.missing.loc[close]
    for one, record in zip(closing.index, record_dicts(closing), strict=True):
        yield change_of(one, CLOSE, record, record | {schema.STATUS: schema.CLOSED})


def _batch(
    difference: Difference, number: int, stamp: Mapping[str, str], counts: Mapping[str, int]
) -> dict[str, Any]:
    checked = difference.checked
    table = checked.table
    texts = {FILE_NAME: table.file_name, PART: table.part, KIND: table.kind, SHA256: difference.sha256}
    return {
        BATCH_ID: number,
        **{name: storable(text) for name, text in texts.items()},
        MAPPING: storable(checked.mapping.to_json()),
        DATUM: checked.datum,
        **stamp,
        COUNTS: to_json(dict(counts)),
        FINDINGS: findings_text(checked.findings),
    }


def findings_text(findings: pd.DataFrame) -> str:
    """Write findings as JSON by column, missing values as null."""
    columns = {
        str(name): [None if pd.isna(value) else value for value in findings[name].astype(object)]
        for name in findings.columns
    }
    columns[SOURCE_ROW] = [None if row is None else int(row) for row in columns[SOURCE_ROW]]
    return to_json(columns)


def _listings(difference: Difference, number: int) -> Iterator[tuple[Any, ...]]:
    """Say of every row of the list what became of it."""
    ids = difference.rows.index
    altered = pd.Index(difference.changed[schema.FACILITY_ID].unique())
    outcomes = np.where(among(ids, altered), CHANGED, np.where(among(ids, difference.new), NEW, UNCHANGED))
    became = pd.DataFrame({schema.FACILITY_ID: ids, OUTCOME: outcomes}, index=difference.rows.to_numpy())
    rows = difference.checked.table.rows
    for start in range(0, len(rows), PIECE):
        piece = rows.iloc[start : start + PIECE]
        stated = became.reindex(piece.index)
        yield from zip(
            [number] * len(piece),
            map(int, piece.index),
            values(stated[schema.FACILITY_ID]),
            stated[OUTCOME].fillna(REST),
            row_texts(piece),
            strict=True,
        )


def _require_open_batch(connection: Connection, batch: int) -> None:
    asked = select(batches.c[UNDONE_BY], batches.c[UNDONE_AT]).where(batches.c[BATCH_ID] == batch)
    found = connection.execute(asked).one_or_none()
    if found is None:
        raise RegistryError("batch_unknown", batch=batch)
    if found[1] is not None:
        raise RegistryError("batch_undone", batch=batch, who=found[0], at=found[1])
