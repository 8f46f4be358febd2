"""Find out whether records are still as somebody saw them, and show both sides where they are not."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, or_, select

from geo import schema
from geo.errors import ConflictError, Message
from geo.registry.difference import FIELD, Difference
from geo.registry.records import Record, record_dicts, version_record
from geo.registry.tables import (
    AFTER,
    AT,
    BATCH_ID,
    BEFORE,
    RECORD_COLUMNS,
    VERSION,
    WHO,
    facilities,
    versions,
)

SEEN, YOURS, THEIRS = "seen", "yours", "theirs"
CONFLICT_COLUMNS = (schema.FACILITY_ID, FIELD, SEEN, YOURS, THEIRS, WHO, AT)
# More than these are asked for all at once.
_FEW = 200


def current_versions(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Return the version of each record that exists, gone ones too."""
    columns = facilities.c[schema.FACILITY_ID], facilities.c[VERSION]
    asked = select(*columns)
    if len(ids) <= _FEW:
        asked = asked.where(columns[0].in_(sorted(ids)))
    wanted = set(ids)
    return {row[0]: row[1] for row in connection.execute(asked) if row[0] in wanted}


def require_unchanged(connection: Connection, difference: Difference, close: Collection[str]) -> None:
    """Raise unless every record a list touches is as it was when the difference was taken.

    Raises
    ------
    ConflictError
        Shows for every other one what was seen, what the list says, and what stands there now.
    """
    touched = [*difference.records.index, *close]
    now = current_versions(connection, touched)
    seen = difference.seen.to_dict()
    moved = [one for one in touched if now.get(one, 0) != seen[one]]
    if not moved:
        return
    listed = difference.records.loc[difference.records.index.isin(moved)]
    closing = difference.missing.loc[[one for one in close if one in moved]]
    yours = dict(zip(listed.index, record_dicts(listed), strict=True))
    yours |= {
        one: record | {schema.STATUS: schema.CLOSED}
        for one, record in zip(closing.index, record_dicts(closing), strict=True)
    }
    raise conflict(connection, yours, {one: seen[one] for one in moved})


def require_undoable(
    connection: Connection, wrote: Mapping[str, tuple[int, str | None]], batch: int
) -> pd.Series:
    """Raise unless every record is as a batch left it; give the version each has now, by id.

    Parameters
    ----------
    connection
        Where the records stand.
    wrote
        The version the batch gave each record and what it wrote there, as `version_text`, by id.
    batch
        Its number.

    Raises
    ------
    ConflictError
        Shows what the batch wrote, what undoing it would write, and what stands there now.
    """
    one, other = versions.alias(), versions.alias()
    key = schema.FACILITY_ID
    asked = (
        select(one.c[key], one.c[VERSION], one.c[AFTER])
        .join(facilities, (facilities.c[key] == one.c[key]) & (facilities.c[VERSION] == one.c[VERSION]))
        .where(one.c[key].in_(select(other.c[key]).where(other.c[BATCH_ID] == batch)))
    )
    now = {row[0]: (row[1], row[2]) for row in connection.execute(asked)}
    # What was changed and changed back may be undone as well.
    moved = {name: version for name, (version, text) in wrote.items() if now[name][1] != text}
    if moved:
        yours = {
            name: _versions(connection, name, version)[version][BEFORE] or {}
            for name, version in moved.items()
        }
        fault = conflict(connection, yours, moved)
        raise ConflictError(
            "batch_changed_since",
            batch=batch,
            count=len(moved),
            names=sorted(moved)[:5],
            conflicts=fault.conflicts,
        )
    return pd.Series({name: now[name][0] for name in wrote}, dtype="int64")


def conflict(connection: Connection, yours: Mapping[str, Record], seen: Mapping[str, int]) -> ConflictError:
    """Make the error that shows both sides.

    Parameters
    ----------
    connection
        Where the records stand.
    yours
        The record somebody wants to write, by id.
    seen
        The version they started from, by id; 0 for none.
    """
    rows: list[dict[str, Any]] = []
    for one in sorted(seen):
        history = _versions(connection, one, seen[one])
        last = max(history, default=0)
        theirs = history[last][AFTER] if last else None
        base = history[seen[one]][AFTER] if seen[one] in history else None
        signed = {WHO: history[last][WHO], AT: history[last][AT]} if last else {WHO: None, AT: None}
        for name in RECORD_COLUMNS:
            values = [None if side is None else side.get(name) for side in (base, yours.get(one), theirs)]
            if values[1] != values[2] and values[0] != values[2]:
                stated = dict(zip((SEEN, YOURS, THEIRS), values, strict=True))
                rows.append({schema.FACILITY_ID: one, FIELD: name, **stated, **signed})
    others = sorted({str(row[WHO]) for row in rows})
    return ConflictError(
        "records_changed_meanwhile",
        count=len(seen),
        names=sorted(seen)[:5],
        who=others or Message("none"),
        conflicts=pd.DataFrame(rows, columns=list(CONFLICT_COLUMNS), dtype=object),
    )


def _versions(connection: Connection, one: str, seen: int) -> dict[int, dict[str, Any]]:
    """Return the version somebody saw and the last one, by number."""
    names = (VERSION, WHO, AT, BEFORE, AFTER)
    of_one = versions.c[schema.FACILITY_ID] == one
    last = select(func.max(versions.c[VERSION])).where(of_one).scalar_subquery()
    asked = select(*(versions.c[name] for name in names)).where(
        of_one, or_(versions.c[VERSION] == seen, versions.c[VERSION] == last)
    )
    return {
        row[0]: {WHO: row[1], AT: row[2], BEFORE: version_record(row[3]), AFTER: version_record(row[4])}
        for row in connection.execute(asked)
    }
