"""What a covered share rests on: places that are made up, only roughly known, or not known at all."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.coverage.people import WHO_COUNTS, binned, require_thresholds, share_of, shares, summed_up
from geo.coverage.uncertainty import RegionCount
from geo.errors import InvalidValueError
from geo.proximity.grid import facility_places
from geo.schema import (
    ADCODE,
    COUNTY,
    COUNTY_LEVEL,
    LEVEL,
    ORIGIN,
    PEOPLE,
    PLACE_PRECISION,
    SIMULATED,
    located,
    require_columns,
)

FACILITIES, LOCATED, SIMULATED_SHARE, ROUGH_SHARE = "facilities", "located", "simulated_share", "rough_share"
WEAK_SHARE, HATCHED = "weak_share", "hatched"
_WEAK = "weak"
_HALF = 0.5

# Precisions that say no more than the county.
ROUGH_PRECISIONS = ("county", "unknown")


def evidence(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    regions: pd.DataFrame,
    threshold_m: float,
    who: str = PEOPLE,
) -> pd.DataFrame:
    """Say how much of each region's answer rests on places that are made up or known to the county only.

    Parameters
    ----------
    demand, facilities, regions, threshold_m
        As `geo.coverage.uncertainty.share_range` takes them; facilities need `origin`, `place_precision` and
        `county` besides.
    who
        Whose cover is weighed, one of `geo.coverage.people.WHO_COUNTS`.

    Returns
    -------
    DataFrame
        Indexed by `adcode`, sorted: `facilities` and `located` (how many the region has, and with a place),
        `simulated_share` and `rough_share` of its facilities (simulated; precise to the county or less; 0-1,
        missing where there is none), `weak_share` of the covered of `who`, who would not be without those two
        kinds (0-1, missing where nobody is covered), and `hatched`: more than half of the covered are
        such, or nobody is covered while more than half of the facilities are such. Facilities without a
        county count for no region.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.uncertainty.share_range`; or `who` counts nobody.
    """
    if who not in WHO_COUNTS:
        raise InvalidValueError("who_unknown", who=who, known=[*WHO_COUNTS])
    limit_m = float(require_thresholds([threshold_m])[0])
    facility_places(facilities)
    counts = count_evidence(facilities, regions)
    count = RegionCount(demand, regions)
    weak = is_weak(facilities)
    mine = slice(WHO_COUNTS.index(who), None, len(WHO_COUNTS))
    covered, solid = (
        pd.Series(_covered(count, facilities[chosen], limit_m)[mine], counts.index)
        for chosen in (weak | True, ~weak)
    )
    return weigh_evidence(counts, covered=covered, solid=solid)


def is_weak(facilities: pd.DataFrame) -> pd.Series:
    """Return which facilities are simulated, or known to the county only or less.

    Parameters
    ----------
    facilities
        `origin`, `place_precision` and points or missing.
    """
    require_columns(facilities, [ORIGIN, PLACE_PRECISION], what="facilities")
    weak: pd.Series = (facilities[ORIGIN] == SIMULATED) | facilities[PLACE_PRECISION].isin(ROUGH_PRECISIONS)
    return weak | ~located(facilities)


def count_evidence(facilities: gpd.GeoDataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Count each region's facilities by what is known of them, for `weigh_evidence`.

    Parameters
    ----------
    facilities, regions
        As `evidence` takes them.
    """
    require_columns(facilities, [ORIGIN, PLACE_PRECISION, COUNTY], what="facilities")
    return _facility_counts(facilities, is_weak(facilities), regions)


def weigh_evidence(counts: pd.DataFrame, *, covered: pd.Series, solid: pd.Series) -> pd.DataFrame:
    """Say how much of each region's answer rests on weak places; what `evidence` gives.

    Parameters
    ----------
    counts
        Of `count_evidence`.
    covered, solid
        Those of one kind of people covered by all facilities, and by those that are not weak; indexed like
        `counts`.
    """
    reached = covered.to_numpy(np.float64)
    weak_share = shares(reached - solid.to_numpy(np.float64), reached)
    weak = shares(counts[_WEAK].to_numpy(np.float64), counts[FACILITIES].to_numpy(np.float64))
    resting = np.where(np.isnan(weak_share), weak, weak_share)
    columns = {name: counts[name] for name in counts.columns if name != _WEAK}
    return pd.DataFrame(columns | {WEAK_SHARE: weak_share, HATCHED: resting > _HALF}, index=counts.index)


def _covered(count: RegionCount, facilities: gpd.GeoDataFrame, limit_m: float) -> Floats:
    known = facilities[located(facilities).to_numpy()]
    if not len(known):
        return np.zeros(len(count.pairs))
    _, lon, lat = facility_places(known)
    return count.people(count.index.within(lon, lat, np.full(len(lon), limit_m)))


def _facility_counts(facilities: gpd.GeoDataFrame, weak: pd.Series, regions: pd.DataFrame) -> pd.DataFrame:
    counties = regions.index[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    position = counties.get_indexer(pd.Index(facilities[COUNTY]))
    inside = position >= 0
    rough = facilities[PLACE_PRECISION].isin(ROUGH_PRECISIONS)
    simulated = facilities[ORIGIN] == SIMULATED
    kinds = [pd.Series(1.0, facilities.index), located(facilities), simulated, rough, weak]
    values = [kind.to_numpy(np.float64)[inside] for kind in kinds]
    counted = binned(position[inside], values, (len(values), len(counties), 1))[:, :, 0]
    table = summed_up(counted, counties, regions).reshape(-1, len(values))
    adcodes = regions.index.sort_values().rename(ADCODE)
    frame = pd.DataFrame(
        table, index=adcodes, columns=[FACILITIES, LOCATED, SIMULATED_SHARE, ROUGH_SHARE, _WEAK]
    )
    for column in (SIMULATED_SHARE, ROUGH_SHARE):
        frame[column] = share_of(frame[column], frame[FACILITIES])
    return frame.astype({FACILITIES: "int64", LOCATED: "int64"})
