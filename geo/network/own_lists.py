"""Put the user's own lists in the network: simulated sites give way to them, sourced ones are met once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.arrays import Int64s, Mask
from geo.catalog import Entry

MATCHES = "matches"
LISTED, REPLACED, MET = "listed", "simulated_replaced", "sourced_met"
# From here on a place is no place of a site's own, but of its town or county.
_VAGUE_FROM = schema.PLACE_PRECISIONS.index("town")
_BETWEEN = "；"
_PLACE_WORD = "位置据"


@dataclass(frozen=True)
class ImportedLists:
    """Hold what the registry knows: its records and, for the words about them, its standing batches.

    `records` are facilities with the column `matches`, as `geo.registry.history.read_current` gives them;
    `sources` say in a line each which list was brought in, by which person and when, the latest first.
    """

    revision: int
    records: gpd.GeoDataFrame
    sources: tuple[str, ...] = ()
    as_of: str = ""


@dataclass(frozen=True)
class Joined:
    """Hold the facilities with the lists among them, and what they took the place of.

    `replaced` is indexed by `facility_type` and `county`: `listed` sites that are not closed,
    `simulated_replaced` and `sourced_met`. `kept` tells for every row of the facilities as they were
    whether it still stands.
    """

    facilities: gpd.GeoDataFrame
    replaced: pd.DataFrame
    kept: pd.Series
    entry: Entry


def join_imported(facilities: gpd.GeoDataFrame, lists: ImportedLists) -> Joined:
    """Put lists among the facilities.

    In a county where a list names sites of a type, no simulated site of that type stands. A sourced site
    that a listed one matches stands no more; the listed one stands for it, and where the list knows no
    place of its own, the sourced place is taken over and its source named. A closed site is left out, and so
    is the sourced one it matches.

    Parameters
    ----------
    facilities
        As `read_facilities` gives them.
    lists
        What the registry knows.

    Returns
    -------
    Joined
        Its facilities have `schema.FACILITY_COLUMNS` alone: nothing that is not public.
    """
    records = lists.records
    gives_way = _simulated_there(facilities, records)
    met = facilities.index.isin(records[MATCHES].dropna()) | facilities.index.isin(records.index)
    stands = ~(gives_way | met)
    placed = _placed_by_source(records, facilities)
    open_sites = placed[(placed[schema.STATUS] != schema.CLOSED).to_numpy()]
    columns = [*schema.FACILITY_COLUMNS, schema.GEOMETRY]
    kinds = facilities[[*schema.FACILITY_COLUMNS]].dtypes.to_dict()
    joined = pd.concat([facilities.loc[stands, columns], open_sites[columns].astype(kinds)])
    keys = [schema.FACILITY_TYPE, schema.COUNTY]
    counted = {
        LISTED: open_sites.groupby(keys).size(),
        REPLACED: facilities[gives_way].groupby(keys).size(),
        MET: facilities[met & ~gives_way].groupby(keys).size(),
    }
    replaced = pd.DataFrame(counted).fillna(0).astype("int64").sort_index()
    return Joined(
        facilities=gpd.GeoDataFrame(joined, geometry=schema.GEOMETRY, crs=schema.WGS84),
        replaced=replaced,
        kept=pd.Series(stands, index=facilities.index),
        entry=_entry(lists, replaced),
    )


def with_entry(catalog: Mapping[str, Entry], entry: Entry) -> Mapping[str, Entry]:
    """Return a catalogue that also tells of the lists."""
    return MappingProxyType({**catalog, entry.name: entry})


def _simulated_there(facilities: gpd.GeoDataFrame, records: gpd.GeoDataFrame) -> Mask:
    """Return which facilities are simulated, of a type and in a county that a list names."""
    keys = [schema.FACILITY_TYPE, schema.COUNTY]
    listed = pd.MultiIndex.from_frame(records[keys].dropna().drop_duplicates())
    there = pd.MultiIndex.from_frame(facilities[keys]).isin(listed)
    simulated = (facilities[schema.ORIGIN] == schema.SIMULATED).to_numpy()
    return np.asarray(there & simulated, dtype=bool)


def _placed_by_source(records: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put sites without a place of their own at the place of the sourced site they match."""
    known = facilities.reindex(records[MATCHES].to_numpy(dtype=object)).set_axis(records.index, axis=0)
    takes = (_vagueness(records) >= _VAGUE_FROM) & (_vagueness(known) < _vagueness(records))
    if not takes.any():
        return records
    placed = records.copy()
    for name in (schema.PLACE_PRECISION, schema.PLACE_ERROR_M, schema.GEOMETRY):
        placed.loc[takes, name] = known.loc[takes, name]
    stated = known.loc[takes, schema.SOURCE].fillna("")
    placed.loc[takes, schema.SOURCE] = placed.loc[takes, schema.SOURCE] + _BETWEEN + _PLACE_WORD + stated
    return placed


def _vagueness(rows: pd.DataFrame) -> Int64s:
    ranks = {name: rank for rank, name in enumerate(schema.PLACE_PRECISIONS)}
    return np.asarray(rows[schema.PLACE_PRECISION].map(ranks).fillna(len(ranks)), dtype=np.int64)


def _entry(lists: ImportedLists, replaced: pd.DataFrame) -> Entry:
    """Say in the catalogue's form what the lists are, and what they took the place of."""
    counts = {name: int(replaced[name].sum()) for name in replaced.columns}
    listed, gone, met = counts[LISTED], counts[REPLACED], counts[MET]
    return Entry(
        name=schema.IMPORTED,
        path="",
        title=f"用户导入的清单：{listed} 条，替代模拟站点 {gone} 个，与有来源的站点合并 {met} 个",
        title_en=f"This installation's own lists: {listed} sites, in the place of {gone} simulated ones; "
        f"{met} sourced ones are among them",
        rows=listed,
        crs=schema.WGS84,
        source=_BETWEEN.join(lists.sources),
        as_of=lists.as_of,
        retrieved="",
        licence="仅供本单位使用，未经许可不得公开 For use within this installation",
        attribution="用户导入的清单；凭地名定位者 © OpenStreetMap contributors (ODbL 1.0)",
        sha256="",
        built_by="python -m geo import",
        notes=MappingProxyType({"replaced": json.loads(replaced.reset_index().to_json(orient="records"))}),
    )
