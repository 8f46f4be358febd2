"""Who is within reach: people covered and left out, how far they have to go, and the official double test.

Covered means a distance of at most the threshold. Whoever cannot reach anything is infinitely far away, and
never covered. People are counted where they live and summed to the regions by the county of each point.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo.arrays import Floats, Positions
from geo.coverage.people import (
    COVERED,
    LEFT_OUT,
    SHARE,
    TOTAL,
    WHO,
    WHO_COUNTS,
    ancestors,
    binned,
    county_positions,
    people_of,
    require_distances,
    require_thresholds,
    share_of,
    summed_up,
)
from geo.proximity.nearest import DISTANCE_M, kth_nearest, nearest, nearest_by_cost
from geo.schema import ADCODE

__all__ = ["DISTANCE_M", "covered_people", "distance_summary", "kth_nearest", "nearest", "nearest_by_cost"]


THRESHOLD_M = "threshold_m"
SHORTFALL_PERSON_KM = "shortfall_person_km"
MEAN_M, MEDIAN_M, P90_M, MAX_M = "mean_m", "median_m", "p90_m", "max_m"
METRES_PER_KM = 1000
_HALF, _NINE_IN_TEN = 0.5, 0.9
# What sums of shares may be off by.
_ROUNDING = 1e-9


def covered_people(
    distance_m: pd.Series, demand: pd.DataFrame, *, regions: pd.DataFrame, thresholds_m: Iterable[float]
) -> pd.DataFrame:
    """Count who is within reach, for every region, everybody who counts, and every threshold at once.

    With the distances of `kth_nearest` the share is of those who have k facilities in reach. The sums are
    additive: the row of any set of counties is the sum of theirs.

    Parameters
    ----------
    distance_m
        Metres, indexed like `demand`; infinite where nothing can be reached.
    demand
        `people`, `urban_people` and `workers` (persons) and `county` (adcode).
    regions
        Indexed by adcode with `level` and `parent`; every county of the demand must be among them. Counties
        are summed up to those prefectures and provinces that stand in the frame.
    thresholds_m
        Metres, each above 0 and at most `MAX_THRESHOLD_M`. A distance equal to a threshold is within it.

    Returns
    -------
    DataFrame
        Indexed by `adcode`, `who` (`WHO_COUNTS`) and `threshold_m`, sorted: `total`, `covered`
        and `left_out` (persons), `share` (0-1, missing where nobody lives), and `shortfall_person_km`, the
        persons left out times the kilometres that each has beyond the threshold (infinite where one of them
        reaches nothing): the poverty gap of Foster, Greer and Thorbecke 1984,
        https://doi.org/10.2307/1913475, in units of distance instead of shares of the line.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; or people, distances, counties or thresholds are not as above.

    Examples
    --------
    >>> import geo
    >>> import pandas as pd
    >>> regions = pd.DataFrame({"level": ["county"], "parent": ["450100"]}, index=["450103"])
    >>> homes = pd.DataFrame({"county": "450103", "people": [30, 10], "urban_people": [30, 0]})
    >>> homes["workers"] = [12, 4]
    >>> metres = pd.Series([800.0, 2500.0])
    >>> shares = geo.covered_people(metres, homes, regions=regions, thresholds_m=[1000, 3000])
    >>> shares["share"].unstack("threshold_m")
    threshold_m          1000.0  3000.0
    adcode who
    450103 people          0.75     1.0
           urban_people    1.00     1.0
           workers         0.75     1.0
    """
    limits_m = require_thresholds(thresholds_m)
    along_m = require_distances(distance_m, demand)
    weights = people_of(demand)
    county, counties = county_positions(demand, regions)
    # A distance equal to a threshold goes into the bin that the threshold closes.
    bins = len(limits_m) + 1
    key = county * bins + np.searchsorted(limits_m, along_m, side="left")
    unreached = np.isinf(along_m)
    finite_m = np.where(unreached, 0.0, along_m)
    shape = (len(WHO_COUNTS), len(counties), bins)
    people = binned(key, weights, shape)
    metres = binned(key, [weight * finite_m for weight in weights], shape)
    lost = binned(key[unreached], [weight[unreached] for weight in weights], shape)[:, :, -1:]
    within, beyond = np.cumsum(people, axis=2)[:, :, :-1], _beyond(people)
    gap_km = np.maximum(_beyond(metres) - (beyond - lost) * limits_m, 0.0) / METRES_PER_KM
    parts = {
        TOTAL: np.broadcast_to(people.sum(axis=2, keepdims=True), within.shape),
        COVERED: within,
        LEFT_OUT: beyond,
        SHORTFALL_PERSON_KM: np.where(lost > 0, np.inf, gap_km),
    }
    keys = [regions.index.sort_values(), pd.Index(WHO_COUNTS), pd.Index(limits_m)]
    index = pd.MultiIndex.from_product(keys, names=[ADCODE, WHO, THRESHOLD_M])
    columns = {name: summed_up(part, counties, regions) for name, part in parts.items()}
    frame = pd.DataFrame(columns, index=index)
    frame.insert(3, SHARE, share_of(frame[COVERED], frame[TOTAL]))
    return frame


def distance_summary(distance_m: pd.Series, demand: pd.DataFrame, *, regions: pd.DataFrame) -> pd.DataFrame:
    """Say how far people have to go, in every region: on average, half of them, nine in ten, the farthest.

    Parameters
    ----------
    distance_m, demand, regions
        As `covered_people` takes them.

    Returns
    -------
    DataFrame
        Indexed by `adcode` and `who`, sorted: `total` (persons), `mean_m`, `median_m`, `p90_m` and `max_m`,
        metres, weighted by people; missing where nobody lives, infinite where those meant reach nothing. A
        quantile is the least distance within which at least that share of the people live (the inverse of the
        weighted distribution, definition 1 of Hyndman and Fan 1996,
        https://doi.org/10.1080/00031305.1996.10473566).

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `covered_people`.
    """
    along_m = require_distances(distance_m, demand)
    weights = people_of(demand)
    county, counties = county_positions(demand, regions)
    order = np.argsort(along_m, kind="stable")
    adcodes = regions.index.sort_values()
    wanted = pd.MultiIndex.from_product([adcodes, WHO_COUNTS], names=[ADCODE, WHO])
    summary = np.full((len(adcodes), len(WHO_COUNTS), 5), np.nan)
    summary[:, :, 0] = 0.0
    for above in ancestors(counties, adcodes, regions):
        area = above[county]
        for who, weight in enumerate(weights):
            there = order[(area[order] >= 0) & (weight[order] > 0)]
            by_area = there[np.argsort(area[there], kind="stable")]
            rows, table = _weighted_summary(area[by_area], along_m[by_area], weight[by_area])
            summary[rows, who] = table
    return pd.DataFrame(summary.reshape(-1, 5), index=wanted, columns=[TOTAL, MEAN_M, MEDIAN_M, P90_M, MAX_M])


def _beyond(sums: Floats) -> Floats:
    """Add up what lies in the bins after each threshold's own."""
    return np.cumsum(sums[:, :, ::-1], axis=2)[:, :, ::-1][:, :, 1:]


def _weighted_summary(area: Positions, along_m: Floats, weight: Floats) -> tuple[Positions, Floats]:
    """Sum up each run of one area, whose distances rise: the areas, and a row of figures for each."""
    if not len(area):
        return area, np.empty((0, 5))
    rows, first = np.unique(area, return_index=True)
    last = np.append(first[1:], len(area)) - 1
    total = np.add.reduceat(weight, first)
    mean_m = np.add.reduceat(weight * along_m, first) / total
    # Weights within a run, laid end to end: run number plus share makes one rising line to search.
    before = np.concatenate([[0.0], np.cumsum(total)])[:-1]
    run = np.repeat(np.arange(len(rows)), last - first + 1)
    line = run + np.clip((np.cumsum(weight) - before[run]) / total[run], 0.0, 1.0)
    quantiles_m = [
        along_m[np.minimum(np.searchsorted(line, np.arange(len(rows)) + share - _ROUNDING), last)]
        for share in (_HALF, _NINE_IN_TEN)
    ]
    return rows, np.stack([total, mean_m, *quantiles_m, along_m[last]], axis=1)
