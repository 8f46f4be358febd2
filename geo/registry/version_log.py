"""Write changes of records, each with the version that tells of it, who made it and when."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Connection, func, select

from geo import schema
from geo.errors import InvalidValueError
from geo.registry.bulk import Progress, insert_rows, pieces, replace_records
from geo.registry.records import Record, storable, version_text
from geo.registry.tables import ACTION, AFTER, AT, BATCH_ID, BEFORE, VERSION, VERSION_ID, WHO, versions

_VERSION_COLUMNS = (VERSION_ID, schema.FACILITY_ID, VERSION, BATCH_ID, ACTION, WHO, AT, BEFORE, AFTER)


class RecordChange(NamedTuple):
    """Hold one change: whose record, what was done, its texts before and after, and its fields after.

    The texts are as from `version_text`, the fields the values of `RECORD_COLUMNS`; each None where there is
    no record.
    """

    facility_id: str
    action: str
    before: str | None
    after: str | None
    fields: Sequence[Any] | None


def signed(who: str, at: dt.datetime) -> dict[str, str]:
    """Return who and when as the registry holds them: the time in UTC, to the second.

    Raises
    ------
    InvalidValueError
        `who` is blank or `at` has no time zone.
    """
    if not who.strip():
        raise InvalidValueError("nobody_signs")
    if at.tzinfo is None:
        raise InvalidValueError("time_without_zone", at=at.isoformat())
    return {WHO: str(storable(who.strip())), AT: at.astimezone(dt.UTC).isoformat(timespec="seconds")}


def change_of(facility_id: str, action: str, before: Record, after: Record) -> RecordChange:
    """Make the change of one record into another."""
    return RecordChange(facility_id, action, version_text(before), version_text(after), tuple(after.values()))


def write_changes(
    connection: Connection,
    changes: Iterable[RecordChange],
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
        At most one of each record.
    seen
        The version each record has now, by id; 0 for a new one.
    batch
        The batch they belong to, or None.
    stamp
        As from `signed`.
    progress
        Called with the number of rows after each few thousand written.
    """
    version_of = seen.to_dict()
    signed_by = (stamp[WHO], stamp[AT])
    number = next_number(connection, versions.c[VERSION_ID])
    for piece in pieces(changes):
        ranks = [version_of[one.facility_id] + 1 for one in piece]
        replace_records(
            connection,
            [(one.facility_id, rank, batch, one.fields) for one, rank in zip(piece, ranks, strict=True)],
            known=[one.facility_id for one, rank in zip(piece, ranks, strict=True) if rank > 1],
        )
        stated = [
            (number + place, one.facility_id, rank, batch, one.action, *signed_by, one.before, one.after)
            for place, (one, rank) in enumerate(zip(piece, ranks, strict=True))
        ]
        insert_rows(connection, versions, _VERSION_COLUMNS, stated)
        number += len(piece)
        if progress:
            progress(len(piece))


def next_number(connection: Connection, column: Any) -> int:
    """Return the next number of a column; nobody else can take it before this transaction ends."""
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1
