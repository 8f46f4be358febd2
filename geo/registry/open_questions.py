"""Sites a list did not name and nobody has decided on yet: kept as questions, answered later."""

import datetime as dt
from collections.abc import Collection

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, bindparam, select, update

from geo import schema
from geo.errors import InvalidValueError, RegistryError
from geo.registry.conflicts import conflict, current_versions
from geo.registry.connection import Registry
from geo.registry.records import among, read_records, record_dicts, to_places
from geo.registry.tables import (
    AT,
    BATCH_ID,
    CLOSE,
    DECIDED_AT,
    DECIDED_BY,
    DECISION,
    FILE_NAME,
    KEEP,
    PRESENT,
    UNDONE_AT,
    VERSION,
    WHO,
    batches,
    listings,
    questions,
)
from geo.registry.version_log import change_of, signed, write_changes


def read_questions(registry: Registry) -> gpd.GeoDataFrame:
    """Return the sites that wait to be decided on, in the order of their ids.

    A question is no more where the site was closed, where a later list names it, or where the list that did
    not name it was undone.

    Parameters
    ----------
    registry
        As from `open_registry`.

    Returns
    -------
    GeoDataFrame
        Indexed by `facility_id`: `RECORD_COLUMNS`, `version`, a point or missing geometry, and of the last
        list that did not name it `batch_id`, `file_name`, `who` and `at`.
    """
    with registry.reading() as connection:
        return _open(connection)


def answer_questions(
    registry: Registry, asked: gpd.GeoDataFrame, *, close: Collection[str], who: str, at: dt.datetime
) -> None:
    """Decide on sites that wait: some are closed, all others stay as they are; in one transaction.

    Parameters
    ----------
    registry
        The same the questions were read from.
    asked
        Rows of `read_questions`, all of which are answered.
    close
        Ids among them that are closed.
    who, at
        Who decides, and when; aware of its time zone.

    Raises
    ------
    ConflictError
        Somebody changed a site to close after it was read; nothing was written.
    RegistryError
        One of them waits no more; nothing was written.
    InvalidValueError
        A site to close is not among those asked about, `who` is blank or `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    stamp = signed(who, at)
    strange = sorted(set(close) - set(asked.index))
    if strange:
        raise InvalidValueError("questions_not_asked", names=strange[:5])
    closing = asked.loc[sorted(close)]
    with registry.writing() as connection:
        gone = asked.index[~among(asked.index, _open(connection).index)]
        if len(gone):
            raise RegistryError("questions_gone", names=gone[:5])
        _require_as_seen(connection, closing)
        changes = [
            change_of(one, CLOSE, record, record | {schema.STATUS: schema.CLOSED})
            for one, record in zip(closing.index, record_dicts(closing), strict=True)
        ]
        write_changes(connection, changes, closing[VERSION], batch=None, stamp=stamp)
        closed = set(close)
        answers = [
            {
                "one": one,
                DECISION: CLOSE if one in closed else KEEP,
                DECIDED_BY: stamp[WHO],
                DECIDED_AT: stamp[AT],
            }
            for one in asked.index
        ]
        if answers:
            waits = (questions.c[schema.FACILITY_ID] == bindparam("one")) & questions.c[DECISION].is_(None)
            connection.execute(update(questions).where(waits), answers)


def _require_as_seen(connection: Connection, closing: gpd.GeoDataFrame) -> None:
    now = current_versions(connection, closing.index)
    moved = closing[closing[VERSION] != pd.Series(now, dtype="int64").reindex(closing.index)]
    if len(moved):
        yours = {
            one: record | {schema.STATUS: schema.CLOSED}
            for one, record in zip(moved.index, record_dicts(moved), strict=True)
        }
        raise conflict(connection, yours, moved[VERSION].to_dict())


def _open(connection: Connection) -> gpd.GeoDataFrame:
    later = batches.alias("later")
    named_since = (
        select(listings.c[BATCH_ID])
        .join(later, (later.c[BATCH_ID] == listings.c[BATCH_ID]) & later.c[UNDONE_AT].is_(None))
        .where(listings.c[schema.FACILITY_ID] == questions.c[schema.FACILITY_ID])
        .where(listings.c[BATCH_ID] > questions.c[BATCH_ID])
        .correlate(questions)
        .exists()
    )
    names = (FILE_NAME, WHO, AT)
    asked = (
        select(questions.c[schema.FACILITY_ID], questions.c[BATCH_ID], *(batches.c[name] for name in names))
        .join(batches, batches.c[BATCH_ID] == questions.c[BATCH_ID])
        .where(questions.c[DECISION].is_(None), batches.c[UNDONE_AT].is_(None), ~named_since)
        .order_by(questions.c[BATCH_ID])
    )
    rows = [tuple(row) for row in connection.execute(asked)]
    stated = pd.DataFrame(rows, columns=[schema.FACILITY_ID, BATCH_ID, *names]).set_index(schema.FACILITY_ID)
    last = stated[~stated.index.duplicated(keep="last")].astype(dict.fromkeys(names, "str"))
    records = read_records(connection, only=select(questions.c[schema.FACILITY_ID]))
    waits = records[PRESENT] & (records[schema.STATUS] != schema.CLOSED) & records.index.isin(last.index)
    waiting = records[waits].drop(columns=[PRESENT, BATCH_ID])
    return to_places(waiting.join(last))
