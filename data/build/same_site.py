"""Fold the records of one site, named by several sources, into one record.

Two records are one site when their type, prefecture and normalised name are the same and they do not declare
different counties. OpenStreetMap draws a park and its building apart, so two objects of one type within
`SAME_SITE_M` of each other are one site too. The first record gives id and name; the best known place wins
whole; every other field comes from the first record that has it; names, services and sources are all kept.
"""

import numpy as np
import pandas as pd
from pyproj import Geod
from scipy.sparse.csgraph import connected_components

from geo import schema

SAME_SITE_M = 200
PLACE_COLUMNS = (
    schema.LON,
    schema.LAT,
    schema.PLACE_PRECISION,
    schema.PLACE_ERROR_M,
    schema.SOURCE_DATUM,
    schema.COUNTY,
    schema.COUNTY_BY,
)
SOURCE_JOIN = " ｜ "


def normal_name(names: pd.Series) -> pd.Series:
    """Strip what sources write differently: width, spaces, brackets, the region's name in front."""
    plain = names.str.normalize("NFKC").str.replace(r"\s+|\([^)]*\)", "", regex=True)
    return plain.str.replace(r"^广西(壮族自治区|区)?(?=.)", "", regex=True)


def site_keys(records: pd.DataFrame) -> pd.Series:
    """Return the key of the site of every record; equal keys are one site.

    Parameters
    ----------
    records
        `facility_id`, `facility_type`, `prefecture`, `name`, `county`. Without a prefecture it is alone.

    Returns
    -------
    Series
        Text, indexed like `records`.
    """
    key = (
        records[schema.FACILITY_TYPE]
        + "|"
        + records[schema.PREFECTURE].fillna(records[schema.FACILITY_ID])
        + "|"
        + normal_name(records[schema.NAME])
    )
    counties = records[schema.COUNTY].groupby(key).transform("nunique")
    return key.where(counties <= 1, key + "|" + records[schema.COUNTY].fillna(records[schema.FACILITY_ID]))


def join_near(records: pd.DataFrame, keys: pd.Series) -> pd.Series:
    """Return located records of one type within `SAME_SITE_M` of each other the first one's key."""
    lon, lat = records[schema.LON].to_numpy(float), records[schema.LAT].to_numpy(float)
    first, second = np.triu_indices(len(records), k=1)
    apart_m = Geod(ellps="WGS84").inv(lon[first], lat[first], lon[second], lat[second])[2]
    kinds = records[schema.FACILITY_TYPE].to_numpy()
    near = (np.nan_to_num(apart_m, nan=np.inf) <= SAME_SITE_M) & (kinds[first] == kinds[second])
    linked = np.zeros((len(records), len(records)), dtype=bool)
    linked[first[near], second[near]] = True
    site = pd.Series(connected_components(linked, directed=False)[1], index=records.index)
    return keys.groupby(site).transform("first")


def fold_same_sites(records: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Fold records with equal keys into one each, in the order of their first records.

    Returns
    -------
    DataFrame
        Indexed by key, the columns of `records`; `aliases` holds the other names, `services` all codes.
    """
    # A place is taken whole: never the longitude of one record with the precision of another.
    rank = records[schema.PLACE_PRECISION].map(schema.PLACE_PRECISIONS.index)
    best = records.assign(_key=keys, _rank=rank).sort_values("_rank", kind="stable").groupby("_key").head(1)
    groups = records.groupby(keys, sort=False)
    folded = groups.first()
    folded[list(PLACE_COLUMNS)] = best.set_index("_key")[list(PLACE_COLUMNS)].reindex(folded.index)
    folded[schema.SOURCE] = groups[schema.SOURCE].agg(lambda listed: SOURCE_JOIN.join(dict.fromkeys(listed)))
    names = records[schema.NAME].str.cat(records[schema.ALIASES].fillna(""), sep=schema.LIST_SEPARATOR)
    folded[schema.ALIASES] = names.groupby(keys, sort=False).agg(_other_names)
    folded[schema.SERVICES] = groups[schema.SERVICES].agg(_all_services)
    return folded.rename_axis("site").reindex(columns=records.columns)


def _other_names(lists: pd.Series) -> str | None:
    names = dict.fromkeys(lists.str.split(schema.LIST_SEPARATOR).explode())
    _, *others = [name for name in names if name]
    return schema.LIST_SEPARATOR.join(others) or None


def _all_services(services: pd.Series) -> str | None:
    offered = set(services.dropna().str.split(schema.LIST_SEPARATOR).explode())
    return schema.LIST_SEPARATOR.join(code for code in schema.SERVICE_CODES if code in offered) or None
