"""The history of the registry: what it holds and how it came about."""

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Select, Table, select

from geo import schema
from geo.errors import RegistryError
from geo.importing.location.placing import GIVEN_DATUM, GIVEN_LAT, GIVEN_LON
from geo.network.own_lists import MATCHES
from geo.registry.connection import Registry
from geo.registry.records import Record, read_records, to_places, version_record
from geo.registry.soundness import require_values
from geo.registry.tables import (
    ACTION,
    AFTER,
    AT,
    BATCH_ID,
    BEFORE,
    COUNTS,
    DATUM,
    FILE_NAME,
    FINDINGS,
    KIND,
    LISTED_ROW,
    ORIGINAL,
    OUTCOME,
    PART,
    PLACE_COLUMNS,
    PRESENT,
    PRIVATE,
    RECORD_COLUMNS,
    REVISION,
    SHA256,
    UNDONE_AT,
    UNDONE_BY,
    VERSION,
    VERSION_ID,
    WHO,
    batches,
    facilities,
    listings,
    state,
    versions,
)

# What no public file may hold.
PRIVATE_COLUMNS = (
    GIVEN_LON,
    GIVEN_LAT,
    GIVEN_DATUM,
    PLACE_COLUMNS[-1],
    MATCHES,
    PRIVATE,
    VERSION,
    BATCH_ID,
)
COUNTED = ("new", "changed", "unchanged", "missing", "closed", "asked", "kept", "matched", "rest")


def read_current(registry: Registry) -> gpd.GeoDataFrame:
    """Return every record as it stands, closed ones too, with what is not public.

    Returns
    -------
    GeoDataFrame
        Indexed by `facility_id` in their order: `schema.FACILITY_COLUMNS`, a WGS-84 point or missing
        geometry, and `PRIVATE_COLUMNS`: the pair and datum as given, where a place without one came from,
        the sourced site it `matches`, `private` (JSON of what no field takes, contacts among it), `version`
        and `batch_id`.
    """
    return read_revision(registry)[1]


def read_revision(registry: Registry) -> tuple[int, gpd.GeoDataFrame]:
    """Return the registry's revision and every record as it stood at it; see `read_current`."""
    with registry.reading() as connection:
        revision = int(connection.execute(select(state.c[REVISION])).scalar_one())
        records = read_records(connection)
        placed = to_places(records[records[PRESENT]])
    return revision, placed[[*schema.FACILITY_COLUMNS, *PRIVATE_COLUMNS, schema.GEOMETRY]]


def read_record(registry: Registry, facility_id: str) -> tuple[int, Record]:
    """Return the version and the record of one site, for whoever is about to change it.

    Raises
    ------
    RegistryError
        There is no such record.
    """
    with registry.reading() as connection:
        return find_record(connection, facility_id)


def find_record(connection: Connection, facility_id: str) -> tuple[int, Record]:
    """Return the version and the record of one site as it stands.

    Raises
    ------
    RegistryError
        There is no such record.
    """
    asked = select(facilities).where(
        facilities.c[schema.FACILITY_ID] == facility_id, facilities.c[PRESENT] == 1
    )
    found = connection.execute(asked).mappings().one_or_none()
    if found is None:
        raise RegistryError("record_unknown", name=facility_id[:40])
    return int(found[VERSION]), {name: found[name] for name in RECORD_COLUMNS}


def read_batches(registry: Registry) -> pd.DataFrame:
    """Return every list that was ever applied, the latest first.

    Returns
    -------
    DataFrame
        Indexed by `batch_id`: `file_name`, `sha256`, `part`, `kind`, `datum`, `who`, `at` (ISO, UTC),
        `undone_by`, `undone_at` (missing where it stands), and as whole numbers `new`, `changed`,
        `unchanged`, `missing`, `closed`, `asked`, `kept`, `matched`, `rest`.
    """
    names = (BATCH_ID, FILE_NAME, SHA256, PART, KIND, DATUM, WHO, AT, UNDONE_BY, UNDONE_AT, COUNTS)
    asked = select(*(batches.c[name] for name in names)).order_by(batches.c[BATCH_ID].desc())
    with registry.reading() as connection:
        found = _frame(connection, batches, asked, names)
        stated = [json.loads(text) for text in found[COUNTS]]
        # Earlier releases asked nothing.
        rows = [[one.get(name, 0) for name in COUNTED] for one in stated]
        counts = pd.DataFrame(rows, columns=list(COUNTED)).astype("int64")
        texts = found.drop(columns=COUNTS).astype(dict.fromkeys(names[1:-1], "str"))
    return pd.concat([texts, counts], axis=1).set_index(BATCH_ID)


def read_batch(registry: Registry, batch: int) -> dict[str, Any]:
    """Return one batch whole.

    Returns
    -------
    dict
        As a row of `read_batches`, with `mapping` (JSON text, for `ColumnMapping.from_json`) and `findings`
        (a frame as `Checked.findings`).

    Raises
    ------
    RegistryError
        There is no such batch.
    """
    asked = select(batches).where(batches.c[BATCH_ID] == batch)
    with registry.reading() as connection:
        found = connection.execute(asked).mappings().one_or_none()
        if found is None:
            raise RegistryError("batch_unknown", batch=batch)
        stated = dict(found)
        findings = pd.DataFrame(json.loads(stated.pop(FINDINGS)))
        counts: dict[str, Any] = json.loads(stated.pop(COUNTS))
    return {**stated, **counts, FINDINGS: findings}


def read_listing(registry: Registry, batch: int) -> pd.DataFrame:
    """Return every row of a list as its user wrote it, and what became of it.

    Returns
    -------
    DataFrame
        Indexed by `row`: `facility_id` (missing for rows that were not applied), `outcome` (`new`, `changed`,
        `unchanged`, `rest`) and `original` (texts by header).
    """
    names = (LISTED_ROW, schema.FACILITY_ID, OUTCOME, ORIGINAL)
    asked = select(*(listings.c[name] for name in names)).where(listings.c[BATCH_ID] == batch)
    with registry.reading() as connection:
        ordered = asked.order_by(listings.c[LISTED_ROW])
        found = _frame(connection, listings, ordered, names).set_index(LISTED_ROW)
        originals = [json.loads(text) for text in found[ORIGINAL]]
    found[ORIGINAL] = pd.Series(originals, index=found.index, dtype=object)
    return found.astype({schema.FACILITY_ID: "str", OUTCOME: "str"})


def read_versions(registry: Registry, facility_id: str) -> pd.DataFrame:
    """Return every version a record ever had, the first first.

    Returns
    -------
    DataFrame
        Indexed by `version`: `action` (`import`, `change`, `close`, `undo`), `who`, `at`, `batch_id` (missing
        for a change by hand), `before` and `after` (records by column, None where there is none).
    """
    names = (VERSION, ACTION, WHO, AT, BATCH_ID, BEFORE, AFTER)
    asked = select(*(versions.c[name] for name in names)).where(versions.c[schema.FACILITY_ID] == facility_id)
    with registry.reading() as connection:
        ordered = asked.order_by(versions.c[VERSION_ID])
        found = _frame(connection, versions, ordered, names).set_index(VERSION)
        for side in (BEFORE, AFTER):
            found[side] = pd.Series(list(map(version_record, found[side])), index=found.index, dtype=object)
    return found.astype({BATCH_ID: "Int64"})


def _frame(connection: Connection, table: Table, asked: Select[Any], names: Sequence[str]) -> pd.DataFrame:
    rows = connection.execute(asked).all()
    columns = dict(zip(names, zip(*rows, strict=True) if rows else ((),) * len(names), strict=True))
    require_values(table, columns, engine=connection.dialect.name)
    return pd.DataFrame([tuple(row) for row in rows], columns=list(names), dtype=object)
