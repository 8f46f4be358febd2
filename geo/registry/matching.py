"""Return which rows of a list are sites that are known already: records of the registry, or sourced ones."""

import geopandas as gpd
import pandas as pd

from geo import schema
from geo.arrays import Mask
from geo.importing.checks.duplicate_findings import comparable
from geo.importing.checks.likely_pairs import FIRST, HEAP, LIKENESS, SECOND, likely_pairs
from geo.network.own_lists import MATCHES
from geo.registry.records import among

BY_ID, BY_LIKENESS = "id", "likeness"
INCOMING, MATCHED_BY = "incoming", "by"


def met_records(incoming: gpd.GeoDataFrame, present: gpd.GeoDataFrame, *, own: Mask) -> pd.DataFrame:
    """Say which rows of a list are records of the registry: by id, else by likeness, one row a record.

    Parameters
    ----------
    incoming
        The rows as records, indexed by the list's own ids.
    present
        The records that stand, indexed by theirs.
    own
        For each of `incoming`, whether it is a site of its own whatever it resembles.

    Returns
    -------
    DataFrame
        Indexed by the `facility_id` of the record: `incoming` (the id the list gave it), `by` (`id` or
        `likeness`) and `likeness` (0-100).
    """
    by_id = incoming.index.intersection(present.index, sort=False)
    columns = {INCOMING: by_id, MATCHED_BY: BY_ID, LIKENESS: 100.0}
    found = [pd.DataFrame(columns, index=by_id)]
    loose = incoming[~among(incoming.index, by_id) & ~own]
    free = present[~among(present.index, by_id)]
    if len(loose) and len(free):
        found.append(_alike(loose, free))
    met = pd.concat(found)
    return met.rename_axis(schema.FACILITY_ID)


def _alike(loose: gpd.GeoDataFrame, free: gpd.GeoDataFrame) -> pd.DataFrame:
    pairs = likely_pairs(comparable(loose), comparable(free), most=HEAP)
    pairs = pairs.sort_values([LIKENESS, SECOND, FIRST], ascending=[False, True, True])
    used_rows: set[int] = set()
    used_records: set[int] = set()
    kept = []
    for place, (first, second) in enumerate(zip(pairs[FIRST], pairs[SECOND], strict=True)):
        if second not in used_rows and first not in used_records:
            used_rows.add(second)
            used_records.add(first)
            kept.append(place)
    taken = pairs.iloc[kept]
    columns = {
        INCOMING: loose.index[taken[SECOND]],
        MATCHED_BY: BY_LIKENESS,
        LIKENESS: taken[LIKENESS].to_numpy(),
    }
    return pd.DataFrame(columns, index=free.index[taken[FIRST]])


def met_sources(records: gpd.GeoDataFrame, sourced: gpd.GeoDataFrame, *, own: Mask) -> pd.DataFrame:
    """Say which records are sites known from sources; a sourced site is met by one record, the likest.

    Parameters
    ----------
    records
        The rows of a list as records, indexed by `facility_id`.
    sourced
        Facilities; those with `origin` sourced are looked at.
    own
        For each of `records`, whether it is a site of its own whatever it resembles.

    Returns
    -------
    DataFrame
        Indexed by the `facility_id` of the record: the id of the site it `matches`, and `likeness` (0-100).
    """
    known = sourced[(sourced[schema.ORIGIN] == schema.SOURCED).to_numpy()]
    by_id = records.index.intersection(known.index, sort=False)
    found = pd.DataFrame({MATCHES: by_id, LIKENESS: 100.0}, index=by_id)
    loose = records[~among(records.index, by_id) & ~own]
    free = known[~among(known.index, by_id)]
    pairs = likely_pairs(comparable(loose), comparable(free))
    columns = {MATCHES: free.index[pairs[FIRST]], LIKENESS: pairs[LIKENESS].to_numpy()}
    alike = pd.DataFrame(columns, index=loose.index[pairs[SECOND]])
    alike = alike.sort_values(LIKENESS, ascending=False, kind="stable")
    both = pd.concat([found, alike[~alike[MATCHES].duplicated()]])
    return both.rename_axis(schema.FACILITY_ID)
