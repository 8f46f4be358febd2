"""Apply a list, or take it back: all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select, update

from geo import schema
from geo.errors import InvalidValueError, RegistryError
from geo.importing.finding_kinds import SOURCE_ROW
from geo.registry.bulk import PIECE, Progress, insert_rows, pieces, replace_records
from geo.registry.conflicts import require_unchanged, require_undoable
from geo.registry.connection import Registry
from geo.registry.difference import Difference
from geo.registry.listed import row_texts
from geo.registry.records import (
    Record,
    record_dicts,
    storable,
    to_json,
    version_record,
    version_text,
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
    versions,
)

_VERSION_COLUMNS = (VERSION_ID, schema.FACILITY_ID, VERSION, BATCH_ID, ACTION, WHO, AT, BEFORE, AFTER)
_LISTING_COLUMNS = (BATCH_ID, LISTED_ROW, schema.FACILITY_ID, OUTCOME, ORIGINAL)
Change = tuple[str, str, Record | None, Record | None]


def apply_import(
    registry: Registry,
    difference: Difference,
    *,
    who: str,
    at: dt.datetime,
    close: Collection[str] = (),
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
    close
        Ids among `difference.missing` that are closed; all others of these are kept as they are.
    progress
        Told the number of rows after each few thousand written.

    Returns
    -------
    int
        The number of the batch.

    Raises
    ------
    ConflictError
        Somebody changed a record of the list after the difference was taken; nothing was written.
    InvalidValueError
        A site to close is not missing from the list, `who` is blank or `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    stamp = signed(who, at)
    strange = sorted(set(close) - set(difference.missing.index))
    if strange:
        raise InvalidValueError(
            f"{', '.join(strange[:5])} is not missing from the list and cannot be closed by it. Plan it anew."
        )
    with registry.writing() as connection:
        require_unchanged(connection, difference, close)
        number = _next(connection, batches.c[BATCH_ID])
        counts = difference.counts | {"closed": len(close), "kept": len(difference.missing) - len(close)}
        connection.execute(insert(batches), [_batch(difference, number, stamp, counts)])
        changes = _changes(difference, sorted(close))
        write_changes(connection, changes, difference.seen, batch=number, stamp=stamp, progress=progress)
        for piece in pieces(_listings(difference, number)):
            insert_rows(connection, listings, _LISTING_COLUMNS, piece)
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
        changes = ((row[0], UNDO, version_record(row[3]), version_record(row[2])) for row in written)
        write_changes(connection, changes, seen, batch=batch, stamp=stamp)
        connection.execute(
            update(batches)
            .where(batches.c[BATCH_ID] == batch)
            .values({UNDONE_BY: stamp[WHO], UNDONE_AT: stamp[AT]})
        )


def signed(who: str, at: dt.datetime) -> dict[str, str]:
    """Give who and when as the registry holds them: the time in UTC, to the second.

    Raises
    ------
    InvalidValueError
        `who` is blank or `at` has no time zone.
    """
    if not who.strip():
        raise InvalidValueError("Nobody signs the change; say who makes it.")
    if at.tzinfo is None:
        raise InvalidValueError(f"{at.isoformat()} has no time zone; give one, as datetime.now(UTC) does.")
    return {WHO: str(storable(who.strip())), AT: at.astimezone(dt.UTC).isoformat(timespec="seconds")}


def _changes(difference: Difference, close: list[str]) -> Iterator[Change]:
    """Give what is written, in the order of the list, then what is closed."""
    altered = pd.Index(difference.changed[schema.FACILITY_ID].unique())
    touched = difference.records[difference.records.index.isin(difference.new.append(altered))]
    stood = difference.before.loc[touched.index.intersection(difference.before.index, sort=False)]
    before = dict(zip(stood.index, record_dicts(stood), strict=True))
    for start in range(0, len(touched), PIECE):
        piece = touched.iloc[start : start + PIECE]
        for one, record in zip(piece.index, record_dicts(piece), strict=True):
            yield one, IMPORT, before.get(one), record
    closing = difference.missing.loc[close]
    for one, record in zip(closing.index, record_dicts(closing), strict=True):
        yield one, CLOSE, record, record | {schema.STATUS: schema.STATUSES[-1]}


def write_changes(
    connection: Connection,
    changes: Iterable[Change],
    seen: pd.Series,
    *,
    batch: int | None,
    stamp: Mapping[str, str],
    progress: Progress | None = None,
) -> None:
    """Write records and the versions that tell of it; the caller has made sure that nobody is in between.

    Parameters
    ----------
    connection
        As from `Registry.writing`.
    changes
        Id, action, and the record before and after; None where there is none.
    seen
        The version each record has now, by id; 0 for a new one.
    batch
        The batch they belong to, or None.
    stamp
        As from `signed`.
    progress
        Told the number of rows after each few thousand written.
    """
    version_of = seen.to_dict()
    number = _next(connection, versions.c[VERSION_ID])
    for piece in pieces(changes):
        replace_records(
            connection,
            [(one, version_of[one] + 1, batch, after) for one, _, _, after in piece],
            known=[one for one, *_ in piece if version_of[one] > 0],
        )
        told = [
            (
                number + place,
                one,
                version_of[one] + 1,
                batch,
                action,
                stamp[WHO],
                stamp[AT],
                version_text(before),
                version_text(after),
            )
            for place, (one, action, before, after) in enumerate(piece)
        ]
        insert_rows(connection, versions, _VERSION_COLUMNS, told)
        number += len(piece)
        if progress:
            progress(len(piece))


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
    altered = set(difference.changed[schema.FACILITY_ID])
    new = set(difference.new)
    outcomes = {
        int(row): (one, NEW if one in new else CHANGED if one in altered else UNCHANGED)
        for one, row in difference.rows.items()
    }
    rows = difference.checked.table.rows
    for start in range(0, len(rows), PIECE):
        piece = rows.iloc[start : start + PIECE]
        for row, original in zip(piece.index, row_texts(piece), strict=True):
            yield number, int(row), *outcomes.get(int(row), (None, REST)), original


def _require_open_batch(connection: Connection, batch: int) -> None:
    asked = select(batches.c[UNDONE_BY], batches.c[UNDONE_AT]).where(batches.c[BATCH_ID] == batch)
    found = connection.execute(asked).one_or_none()
    if found is None:
        raise RegistryError(f"There is no batch {batch}. `registry history` lists those there are.")
    if found[1] is not None:
        raise RegistryError(f"Batch {batch} was undone already, by {found[0]} at {found[1]}.")


def _next(connection: Connection, column: Any) -> int:
    """Give the next number; nobody else can take it before this transaction ends."""
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1
