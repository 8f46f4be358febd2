"""Report per county and type whose list is current: how many sites, how new, and what is still missing."""

import pandas as pd
from sqlalchemy import select

from geo import schema
from geo.registry.connection import Registry
from geo.registry.history import read_current
from geo.registry.tables import (
    AT,
    BATCH_ID,
    FILE_NAME,
    UNDONE_AT,
    WHO,
    batches,
    listings,
)

LISTED, LOCATED, PLACE_UNKNOWN, CLOSED_SITES = "listed", "located", "place_unknown", "closed"
PUBLISHED, MISSING, LATEST = "published", "missing", "latest_as_of"


def read_currency(registry: Registry, counts: pd.DataFrame) -> pd.DataFrame:
    """Say per county and type how many sites the lists name, how new that is, and by whose batch.

    Parameters
    ----------
    registry
        As from `open_registry`.
    counts
        The published totals, as `Network.counts`.

    Returns
    -------
    DataFrame
        Indexed by `county` and `facility_type`, in their order: `listed` (sites that are not closed),
        `located` (those with a place), `place_unknown`, `closed`, `latest_as_of` (the latest date in the
        lists; missing where none is given), the batch that named one of these last and stands (`batch_id`,
        `file_name`, `who`, `at`), `published` (missing where no total was published for the county) and
        `missing` (published less located; below 0 where the list has more).
    """
    current = read_current(registry)
    keys = [schema.COUNTY, schema.FACILITY_TYPE]
    closed = current[schema.STATUS] == schema.CLOSED
    located = schema.located(current)
    flags = pd.DataFrame(
        {
            **{key: current[key] for key in keys},
            LISTED: ~closed,
            LOCATED: ~closed & located,
            PLACE_UNKNOWN: ~closed & ~located,
            CLOSED_SITES: closed,
            LATEST: current[schema.AS_OF],
            BATCH_ID: _last_batches(registry).reindex(current.index),
        }
    ).dropna(subset=keys)
    grouped = flags.groupby(keys)
    table = grouped[[LISTED, LOCATED, PLACE_UNKNOWN, CLOSED_SITES]].sum().astype("int64")
    table[LATEST] = grouped[LATEST].max()
    table[BATCH_ID] = grouped[BATCH_ID].max()
    table = table.join(_batch_facts(registry), on=BATCH_ID)
    table[PUBLISHED] = _published(counts).reindex(table.index).astype("Int64")
    table[MISSING] = table[PUBLISHED] - table[LOCATED]
    return table


def _last_batches(registry: Registry) -> pd.Series:
    """Return for each record the last standing batch whose list named it."""
    asked = (
        select(listings.c[schema.FACILITY_ID], listings.c[BATCH_ID])
        .join(batches, batches.c[BATCH_ID] == listings.c[BATCH_ID])
        .where(listings.c[schema.FACILITY_ID].is_not(None), batches.c[UNDONE_AT].is_(None))
    )
    with registry.reading() as connection:
        rows = connection.execute(asked).all()
        named = pd.DataFrame([tuple(row) for row in rows], columns=[schema.FACILITY_ID, BATCH_ID])
        last: pd.Series = named.groupby(schema.FACILITY_ID)[BATCH_ID].max().astype("Int64")
    return last


def _batch_facts(registry: Registry) -> pd.DataFrame:
    names = (BATCH_ID, FILE_NAME, WHO, AT)
    with registry.reading() as connection:
        rows = connection.execute(select(*(batches.c[name] for name in names))).all()
        facts = pd.DataFrame([tuple(row) for row in rows], columns=list(names)).astype({BATCH_ID: "Int64"})
    return facts.set_index(BATCH_ID).astype("str")


def _published(counts: pd.DataFrame) -> pd.Series:
    """Return the latest published total of each county and whole type."""
    whole = counts[
        (counts[schema.DEFINITION_PART] == schema.WHOLE_TYPE)
        & (counts[schema.REGION_LEVEL] == schema.COUNTY_LEVEL)
    ].dropna(subset=[schema.FACILITY_TYPE])
    keys = [schema.REGION, schema.FACILITY_TYPE]
    latest: pd.Series = whole.sort_values(schema.AS_OF_SORT, kind="stable").groupby(keys)[schema.COUNT].last()
    return latest.rename_axis([schema.COUNTY, schema.FACILITY_TYPE])
