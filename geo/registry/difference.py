"""Compare a checked list with the registry: what is new, what changed, what the list no longer names."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.arrays import Int64s, Mask
from geo.errors import InvalidValueError
from geo.importing.checks.check_list import Checked
from geo.importing.location.place_names import PLACE_FROM
from geo.importing.location.placing import GIVEN_DATUM, GIVEN_LAT, GIVEN_LON
from geo.network.own_lists import MATCHES
from geo.registry.connection import Registry
from geo.registry.listed import listed_records, stated_fields
from geo.registry.matching import INCOMING, met_records, met_sources
from geo.registry.records import among, read_records, same_values, to_places
from geo.registry.tables import (
    AFTER,
    BEFORE,
    PLACE_COLUMNS,
    PRESENT,
    RECORD_COLUMNS,
    VERSION,
)

FIELD = "field"
# The share of a comparison that is done after each step, as measured on 200,000 rows.
READ, MET, SOURCED, COMPLETED = 0.2, 0.5, 0.7, 0.8
# What a list says of itself and not of a site, and what follows from other columns.
_NOT_COMPARED = (
    schema.ORIGIN,
    schema.DATASET,
    schema.SOURCE,
    schema.COUNTY_BY,
    schema.PREFECTURE,
    schema.SOURCE_DATUM,
    GIVEN_LON,
    GIVEN_LAT,
    GIVEN_DATUM,
    PLACE_FROM,
)
COMPARED = tuple(name for name in RECORD_COLUMNS if name not in _NOT_COMPARED)
_PLACE = (
    *PLACE_COLUMNS,
    schema.COUNTY_BY,
    schema.PLACE_PRECISION,
    schema.PLACE_ERROR_M,
    schema.SOURCE_DATUM,
)


@dataclass(frozen=True)
class Difference:
    """Hold what applying a list would do; nothing has been written.

    `records` are the facilities of the list as they would stand, with `RECORD_COLUMNS` and points, indexed
    by `facility_id`. `new` and `unchanged` are ids among them; `changed` has one row a field: `facility_id`,
    `field`, `before`, `after`. `missing` are the records of the same types and counties that the list does
    not name, `closed` and gone ones aside. `met` tells, by id, how a row was taken for a record of the
    registry (`by`: `id` or `likeness`, with the `likeness` of the names, 0-100), and `sourced` the same of
    sites known from sources, whose id is `matches`. `rows` gives the row of each id in the list, `seen` the
    version each record had when it was compared, those of `missing` too; 0 where there was none.
    """

    checked: Checked
    sha256: str
    records: gpd.GeoDataFrame
    before: gpd.GeoDataFrame
    new: pd.Index
    changed: pd.DataFrame
    unchanged: pd.Index
    missing: gpd.GeoDataFrame
    met: pd.DataFrame
    sourced: pd.DataFrame
    rows: pd.Series
    seen: pd.Series

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": self.changed[schema.FACILITY_ID].nunique(),
            "unchanged": len(self.unchanged),
            "missing": len(self.missing),
            "matched": len(self.sourced),
            "rest": len(self.checked.originals) - len(self.records),
        }


def plan_import(
    registry: Registry,
    checked: Checked,
    *,
    sha256: str,
    sourced: gpd.GeoDataFrame,
    rows: Collection[int] | None = None,
    apart: Collection[int] = (),
    types: Collection[str] | None = None,
    counties: Collection[str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Difference:
    """Compare a checked list with the registry, field by field.

    A row is taken for the record with its id; else for the one record of its type that is likely the same
    site (alike in name within 200 m, or of one name in one county). What the list has no column for stays
    as it was, and so does a place the list says nothing new of. A simulated site is never a record.

    Parameters
    ----------
    registry
        As from `open_registry`.
    checked
        As from `to_facilities`. Its rows with an error are not applied; they are kept with the batch.
    sha256
        Of the file's bytes, 64 hex digits.
    sourced
        Facilities without anybody's lists, as the public network has them (in a network with lists the sites
        they match stand no more); those with `origin` sourced are matched.
    rows
        The rows to take, by number; all that have no error if None.
    apart
        Rows the user says are sites of their own, whatever they resemble.
    types, counties
        What the list is complete for, as codes: records of these that it does not name are `missing`. By
        default the types and counties of its rows.
    progress
        Called with the share that is done, 0-1, after each step.

    Raises
    ------
    InvalidValueError
        A row to take does not exist or has an error, or two rows have one id.
    """
    report = progress or (lambda _share: None)
    incoming, row_of = _taken(checked, rows)
    report(READ)
    with registry.reading() as connection:
        known = read_records(connection)
    present = to_places(known[known[PRESENT]])
    met = met_records(incoming, present, own=_said_apart(row_of, apart))
    report(MET)
    names = dict(zip(met[INCOMING], met.index, strict=True))
    ids = [str(names.get(one, one)) for one in incoming.index]
    records = incoming.set_axis(pd.Index(ids, name=schema.FACILITY_ID), axis=0)
    row_of = pd.Series(row_of.to_numpy(), index=records.index)
    met_there = met_sources(records, sourced, own=_said_apart(row_of, apart))
    report(SOURCED)
    records[MATCHES] = met_there[MATCHES].reindex(records.index).astype("str")
    before = present.loc[records.index.intersection(present.index, sort=False)]
    records = _completed(records, before, stated_fields(checked.table, checked.mapping))
    report(COMPLETED)
    changed = _changes(records, before)
    missing = _missing(records, present, types, counties)
    seen = known[VERSION].reindex(records.index.append(missing.index), fill_value=0)
    altered = among(before.index, pd.Index(changed[schema.FACILITY_ID].unique()))
    return Difference(
        checked=checked,
        sha256=sha256,
        records=records,
        before=before,
        new=records.index.difference(before.index, sort=False),
        changed=changed,
        unchanged=before.index[~altered],
        missing=missing,
        met=met.drop(columns=INCOMING),
        sourced=met_there,
        rows=row_of,
        seen=seen,
    )


def _taken(checked: Checked, rows: Collection[int] | None) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the records of the rows to take, indexed by the list's own ids, and the row of each."""
    sound = checked.source_rows
    strange = sorted(set(rows or ()) - set(sound.tolist()))
    if strange:
        raise InvalidValueError("rows_not_takable", rows=strange[:10])
    incoming = listed_records(checked)
    twice = incoming.index[incoming.index.duplicated()]
    if len(twice):
        raise InvalidValueError("id_twice", file_name=checked.table.file_name, name=twice[0])
    real = (checked.facilities[schema.ORIGIN] != schema.SIMULATED).to_numpy()
    wanted = real & (sound.isin(list(rows)).to_numpy() if rows is not None else True)
    placed = gpd.GeoDataFrame(incoming[wanted], geometry=checked.facilities.geometry[wanted])
    return placed, sound[wanted]


def _said_apart(row_of: pd.Series, apart: Collection[int]) -> Mask:
    return np.asarray(row_of.isin(list(apart)), dtype=bool)


def _completed(
    records: gpd.GeoDataFrame, before: gpd.GeoDataFrame, stated: Collection[str]
) -> gpd.GeoDataFrame:
    """Take over from the registry what the list has no column for, and places it says nothing new of."""
    if before.empty:
        return records
    old = before.reindex(records.index)
    stood = among(records.index, before.index)
    whole = pd.DataFrame(records.drop(columns=schema.GEOMETRY))
    for name in RECORD_COLUMNS:
        if name not in stated and name not in (*_PLACE, schema.STATUS, MATCHES):
            whole[name] = whole[name].where(~stood, old[name])
    if schema.STATUS not in stated:
        reopened = old[schema.STATUS] == schema.CLOSED
        whole[schema.STATUS] = whole[schema.STATUS].where(~stood | reopened.to_numpy(), old[schema.STATUS])
    same_place = same_values(records[schema.LON], old[schema.LON]) & same_values(
        records[schema.LAT], old[schema.LAT]
    )
    nothing_said = (
        records[GIVEN_LON].isna().to_numpy()
        & same_values(records[schema.COUNTY], old[schema.COUNTY]).to_numpy()
        & same_values(whole[schema.ADDRESS], old[schema.ADDRESS]).to_numpy()
        & (_rank(old) <= _rank(records))
    )
    # A place that did not move keeps the pair and the datum it was first given in.
    stays = stood & (nothing_said | (same_place & records[schema.LON].notna()).to_numpy())
    for name in _PLACE:
        whole[name] = whole[name].where(~stays, old[name])
    return to_places(whole)


def _rank(records: pd.DataFrame) -> Int64s:
    """Return how exact each place is, 0 the most; one that is not stated is the least."""
    ranks = {name: rank for rank, name in enumerate(schema.PLACE_PRECISIONS)}
    stated = records[schema.PLACE_PRECISION].map(ranks).fillna(len(ranks))
    return np.asarray(stated, dtype=np.int64)


def _changes(records: gpd.GeoDataFrame, before: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row a record and field that differs, in the order of the list and of the columns."""
    after = records.loc[before.index]
    found = []
    for rank, name in enumerate(COMPARED):
        differs = ~same_values(after[name], before[name]).to_numpy()
        found.append(
            pd.DataFrame(
                {
                    schema.FACILITY_ID: before.index[differs],
                    FIELD: name,
                    BEFORE: before[name].to_numpy(dtype=object)[differs],
                    AFTER: after[name].to_numpy(dtype=object)[differs],
                    "place": np.flatnonzero(differs) * len(COMPARED) + rank,
                }
            )
        )
    return pd.concat(found).sort_values("place", ignore_index=True).drop(columns="place")


def _missing(
    records: gpd.GeoDataFrame,
    present: gpd.GeoDataFrame,
    types: Collection[str] | None,
    counties: Collection[str] | None,
) -> gpd.GeoDataFrame:
    asked_types = records[schema.FACILITY_TYPE].dropna().unique() if types is None else list(types)
    asked_counties = records[schema.COUNTY].dropna().unique() if counties is None else list(counties)
    inside = present[schema.FACILITY_TYPE].isin(asked_types) & present[schema.COUNTY].isin(asked_counties)
    still = (present[schema.STATUS] != schema.CLOSED) & ~among(present.index, records.index)
    return present[inside & still]
