"""Count what is published, located and simulated, by type and by county."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema

TOTAL = "total"
PUBLISHED = "published"
LOCATED = "located"
PLACE_UNKNOWN = "place_unknown"
PER_10K_RESIDENTS = "per_10k_residents"
PER_10K_WORKERS = "per_10k_workers"
SIMULATED_SHARE = "simulated_share"
COUNTED = (TOTAL, LOCATED, PLACE_UNKNOWN, schema.SIMULATED)
RATE_BASE = 10_000


def summarise_types(facilities: gpd.GeoDataFrame, facility_types: pd.DataFrame) -> pd.DataFrame:
    """Count the facilities of every type by how they are known.

    Parameters
    ----------
    facilities
        A facilities frame, whole or a selection.
    facility_types
        The table of types.

    Returns
    -------
    DataFrame
        Indexed like `facility_types`: `total`; `located` (from a source or a list, with a place);
        `place_unknown` (from a source or a list, place not known); `simulated`. A type nobody has
        gets zeros.
    """
    counted = _count(facilities, schema.FACILITY_TYPE)
    return counted.reindex(facility_types.index, fill_value=0)


def summarise_counties(facilities: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count the facilities of every county and relate them to its people.

    Parameters
    ----------
    facilities
        A facilities frame, whole or a selection. One whose county is not known is in no row.
    counties
        Regions of the county level.

    Returns
    -------
    DataFrame
        Indexed like `counties`: `name`, `parent` (prefecture adcode), `residents`, the counts of
        `summarise_types`, `per_10k_residents` and `per_10k_workers` (facilities per 10,000; missing
        where nobody lives or works) and `simulated_share` (0-1; missing where there is none).
    """
    counted = _count(facilities, schema.COUNTY).reindex(counties.index, fill_value=0)
    about = counties[[schema.NAME, schema.PARENT, schema.RESIDENTS]]
    summary = pd.concat([pd.DataFrame(about), counted], axis=1)
    summary[PER_10K_RESIDENTS] = _rate(counted[TOTAL], counties[schema.RESIDENTS])
    summary[PER_10K_WORKERS] = _rate(counted[TOTAL], counties[schema.NONFARM_EMPLOYED])
    summary[SIMULATED_SHARE] = counted[schema.SIMULATED] / counted[TOTAL].where(counted[TOTAL] > 0)
    return summary


def published_totals(counts: pd.DataFrame, facility_types: pd.DataFrame, *, region: str) -> pd.Series:
    """Return the published total of every type in one region, where one was published.

    Parameters
    ----------
    counts
        The published totals.
    facility_types
        The table of types; its own totals are the province's.
    region
        Adcode of the province, a prefecture or a county.

    Returns
    -------
    Series
        Indexed like `facility_types`, missing where no total of the type itself was published for
        the region. Totals of a part of a type (24-hour stations, stations shared with a host) are
        other series and are not given here.
    """
    whole = counts[(counts[schema.REGION] == region) & (counts[schema.DEFINITION_PART] == schema.WHOLE_TYPE)]
    latest = whole.sort_values(schema.AS_OF_SORT).groupby(schema.FACILITY_TYPE)[schema.COUNT].last()
    return latest.reindex(facility_types.index).astype("Float64").rename(PUBLISHED)


def _count(facilities: gpd.GeoDataFrame, column: str) -> pd.DataFrame:
    known = schema.located(facilities)
    simulated = facilities[schema.ORIGIN] == schema.SIMULATED
    flags = pd.DataFrame(
        {
            TOTAL: np.ones(len(facilities), dtype="int64"),
            LOCATED: (known & ~simulated).astype("int64"),
            PLACE_UNKNOWN: (~known & ~simulated).astype("int64"),
            schema.SIMULATED: simulated.astype("int64"),
        },
        index=facilities.index,
    )
    return flags.groupby(facilities[column].astype("object"))[list(COUNTED)].sum()


def _rate(counts: pd.Series, people: pd.Series) -> pd.Series:
    return RATE_BASE * counts / people.where(people > 0)
