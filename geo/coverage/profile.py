"""Who is within reach at any threshold, looked up: people sorted by how far they have to go, once.

`geo.coverage.shares.covered_people` looks at every row for each threshold it is asked about. Whoever asks
again and again of the same distances, as a slider does, sorts them once and then only searches.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import AnyFloats, Floats, Positions
from geo.coverage.people import (
    COVERED,
    LEFT_OUT,
    SHARE,
    TOTAL,
    WHO,
    WHO_COUNTS,
    ancestors,
    county_positions,
    people_of,
    require_distances,
    require_thresholds,
    share_of,
    summed_up,
)
from geo.coverage.shares import METRES_PER_KM, SHORTFALL_PERSON_KM, THRESHOLD_M
from geo.errors import InvalidValueError
from geo.schema import ADCODE, COUNTY_LEVEL, LEVEL

# Sums are kept before every so many rows and added up from there: to the last bit those of one long sum.
_SUMMED_EVERY = 8


@dataclass(frozen=True)
class ReachProfile:
    """Hold the distances of each county in rising order, and the people who live at each of them.

    `start` says where each of `counties` begins, and ends, `reaching` where in it those begin who reach
    nothing. `weights` are the people, a row for everybody who counts: single precision where that is exact,
    as for the shipped grid. `sums` are people, and persons times metres, before every eighth distance.
    """

    counties: pd.Index
    start: Positions
    reaching: Positions
    along_m: Floats
    weights: AnyFloats
    sums: Floats

    def sums_before(self, row: Positions) -> Floats:
        """Add up people, and persons times metres, of the rows before some: two, by who counts and `row`."""
        mark, rest = np.divmod(row, _SUMMED_EVERY)
        steps = mark[..., None] * _SUMMED_EVERY + np.arange(_SUMMED_EVERY)
        steps = np.minimum(steps, len(self.along_m) - 1)
        people = self.weights[:, steps].astype(np.float64)
        parts = np.empty((2, *people.shape[:-1], _SUMMED_EVERY + 1))
        parts[..., 0] = self.sums[..., mark]
        parts[0, ..., 1:], parts[1, ..., 1:] = people, people * _finite(self.along_m[steps])
        np.cumsum(parts, axis=-1, out=parts)
        summed: Floats = np.take_along_axis(parts, rest[None, None, ..., None], axis=-1)[..., 0]
        return summed


def reach_profile(distance_m: pd.Series, demand: pd.DataFrame, *, regions: pd.DataFrame) -> ReachProfile:
    """Sort people by county and by how far they have to go.

    Parameters
    ----------
    distance_m, demand, regions
        As `geo.coverage.shares.covered_people` takes them.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.shares.covered_people`.
    """
    along_m = require_distances(distance_m, demand)
    people = people_of(demand)
    county, counties = county_positions(demand, regions)
    order = np.lexsort([along_m, county])
    sorted_m = along_m[order]
    weights = _exact_in_single(np.stack(people)[:, order])
    sums = np.zeros((2, len(weights), len(order) // _SUMMED_EVERY + 1))
    for who, weight in enumerate(weights.astype(np.float64)):
        for summed, values in zip(sums[:, who], (weight, weight * _finite(sorted_m)), strict=True):
            summed[1:] = np.cumsum(values)[_SUMMED_EVERY - 1 :: _SUMMED_EVERY]
    start = np.searchsorted(county[order], np.arange(len(counties) + 1))
    most_m = np.array([np.finfo(np.float64).max])
    reaching = _reached(sorted_m, start[:-1], start[1:], most_m)[:, 0]
    return ReachProfile(counties, start, reaching, sorted_m, weights, sums)


def covered_at(
    profile: ReachProfile, *, regions: pd.DataFrame, thresholds_m: Iterable[float]
) -> pd.DataFrame:
    """Count who is within reach, as `geo.coverage.shares.covered_people` does.

    Parameters
    ----------
    profile
        Of `reach_profile`.
    regions
        Indexed by adcode with `level` and `parent`; those counties of the profile that stand in it count.
    thresholds_m
        Metres; a distance equal to a threshold is within it.

    Returns
    -------
    DataFrame
        Indexed by `adcode`, `who` and `threshold_m`, sorted: `total`, `covered`, `left_out` (persons),
        `share` (0-1, missing where nobody lives) and `shortfall_person_km`, infinite where one of those left
        out reaches nothing.

    Raises
    ------
    InvalidValueError
        A threshold is not allowed, or a county has no place in the profile.
    """
    limits_m, rows = require_thresholds(thresholds_m), region_rows(profile, regions)
    counties = profile.counties[rows.runs]
    summed = summed_up(_counted(profile, rows.runs, limits_m), counties, regions).reshape(-1, 3)
    index = _product(regions.index.sort_values(), pd.Index(WHO_COUNTS), pd.Index(limits_m))
    counted = {TOTAL: summed[:, 0], COVERED: summed[:, 1], LEFT_OUT: summed[:, 0] - summed[:, 1]}
    frame = pd.DataFrame(counted, index)
    frame[SHARE] = share_of(frame[COVERED], frame[TOTAL])
    frame[SHORTFALL_PERSON_KM] = summed[:, 2]
    return frame


@dataclass(frozen=True)
class RegionRows:
    """Hold where regions stand in profiles of one demand: made once, for many thresholds and profiles.

    `pairs` is every region, sorted, with everybody who counts; `runs` the position of each county's run of
    distances; `above` where each county, and each level above it, stands among the regions, -1 for not at
    all.
    """

    pairs: pd.MultiIndex
    runs: Positions
    above: tuple[Positions, ...]


def region_rows(profile: ReachProfile, regions: pd.DataFrame) -> RegionRows:
    """Find where regions stand in a profile, and in every other of the same demand.

    Parameters
    ----------
    profile, regions
        As `covered_at` takes them.

    Raises
    ------
    InvalidValueError
        A county has no place in the profile.
    """
    counties = regions.index[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    runs = profile.counties.get_indexer(counties)
    if (runs < 0).any():
        unknown = counties[runs < 0][:5].tolist()
        raise InvalidValueError("profile_without_counties", counties=unknown)
    adcodes = regions.index.sort_values()
    pairs = pd.MultiIndex.from_product([adcodes, pd.Index(WHO_COUNTS)], names=[ADCODE, WHO])
    return RegionRows(pairs, runs, tuple(ancestors(counties, adcodes, regions)))


def people_within(profile: ReachProfile, rows: RegionRows, threshold_m: float) -> Floats:
    """Count who is within reach of one threshold, for each of `rows.pairs`.

    Parameters
    ----------
    profile, rows
        Of `reach_profile` and `region_rows`.
    threshold_m
        Metres.

    Returns
    -------
    ndarray
        Three rows: persons in all, persons within reach, and `shortfall_person_km` as of `covered_at`.

    Raises
    ------
    InvalidValueError
        The threshold is not allowed.
    """
    parts = _counted(profile, rows.runs, require_thresholds([threshold_m]))[:, :, 0]
    summed = np.zeros((len(rows.pairs) // len(WHO_COUNTS), *parts.shape[::2]))
    for above in rows.above:
        np.add.at(summed, above[above >= 0], np.moveaxis(parts, 0, 1)[above >= 0])
    return summed.reshape(-1, parts.shape[2]).T


def _counted(profile: ReachProfile, runs: Positions, limits_m: Floats) -> Floats:
    """Return by who counts, county and limit the persons in all, those within it, and their shortfall.

    The shortfall are the kilometres beyond the limit of those left out, infinite where one of them reaches
    nothing.
    """
    first, last, reaching = profile.start[runs], profile.start[runs + 1], profile.reaching[runs]
    reached = _reached(profile.along_m, first, last, limits_m)
    rows = np.concatenate([np.stack([first, last, reaching], axis=1), reached], axis=1)
    people, person_m = profile.sums_before(rows)
    before, whole, near, within = people[..., :1], people[..., 1:2], people[..., 2:3], people[..., 3:]
    total = whole - before
    beyond_m = person_m[..., 2:3] - person_m[..., 3:]
    gap_km = np.maximum(beyond_m - (near - within) * limits_m, 0.0) / METRES_PER_KM
    gap_km = np.where(whole > near, np.inf, gap_km)
    within = np.clip(within - before, 0, total)
    return np.stack([np.broadcast_to(total, within.shape), within, gap_km], axis=-1)


def _exact_in_single(values: Floats) -> AnyFloats:
    """Return numbers in single precision where that loses nothing, else as they are."""
    single = values.astype(np.float32)
    return single if (single == values).all() else values


def _finite(along_m: Floats) -> Floats:
    """Count no metres for whoever reaches nothing."""
    return np.where(np.isinf(along_m), 0.0, along_m)


def _product(*levels: pd.Index) -> pd.MultiIndex:
    """Combine levels that are sorted and have no value twice: `from_product` would sort them again."""
    shape = tuple(len(level) for level in levels)
    codes = [axis.ravel() for axis in np.indices(shape)]
    names = [ADCODE, WHO, THRESHOLD_M]
    return pd.MultiIndex(list(levels), codes, names=names, verify_integrity=False)  # type: ignore[arg-type]


def _reached(along_m: Floats, first: Positions, last: Positions, limits_m: Floats) -> Positions:
    """Find, for each run of rising distances and each limit, the end of those within it: by halving."""
    low = np.repeat(first[:, None], len(limits_m), axis=1)
    high = np.repeat(last[:, None], len(limits_m), axis=1)
    while (low < high).any():
        middle = (low + high) // 2
        within = along_m[np.minimum(middle, len(along_m) - 1)] <= limits_m
        low, high = (
            np.where(within & (low < high), middle + 1, low),
            np.where(within | (low >= high), high, middle),
        )
    return low
