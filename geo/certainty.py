"""How sure a covered share is: where the places are only roughly known, made up, or not known at all."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import ellipsoid
from geo.errors import InvalidValueError
from geo.people import (
    SHARE,
    TOTAL,
    WHO,
    WHO_COUNTS,
    binned,
    county_positions,
    people_of,
    require_thresholds,
    share_of,
    summed_up,
)
from geo.places import demand_places, facility_places
from geo.schema import (
    ADCODE,
    COUNTY,
    COUNTY_LEVEL,
    LEVEL,
    ORIGIN,
    PLACE_ERROR_M,
    PLACE_PRECISION,
    SIMULATED,
    located,
    require_columns,
)
from geo.within import PlaceIndex

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SHARE_WORST, SHARE_BEST = "share_worst", "share_best"
SHARE_LOW, SHARE_HIGH, SHARE_MEAN, DRAWS = "share_low", "share_high", "share_mean", "draws"
FACILITIES, LOCATED, SIMULATED_SHARE, ROUGH_SHARE = "facilities", "located", "simulated_share", "rough_share"
WEAK_SHARE, HATCHED = "weak_share", "hatched"
_WEAK = "weak"
_HALF = 0.5

# Precisions that say no more than the county.
ROUGH_PRECISIONS = ("county", "unknown")
LOW, HIGH = 0.05, 0.95
DEFAULT_DRAWS, DEFAULT_SEED = 200, 0


def share_range(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, regions: pd.DataFrame, threshold_m: float
) -> pd.DataFrame:
    """Bound the covered share: every place at its worst within its error, as given, and at its best.

    At its worst a facility is as far from each home as its error allows, for every home at once; at its best
    as near. No true position can lie outside these bounds, and none can reach both: they are the outer
    limits.

    Parameters
    ----------
    demand
        Points in WGS-84; `people`, `urban_people`, `workers`, `county`.
    facilities
        Indexed by a unique id, points in WGS-84 or missing; `place_error_m`, where missing taken as 0.
    regions
        As `geo.coverage.covered_people` takes them.
    threshold_m
        Metres.

    Returns
    -------
    DataFrame
        Indexed by `adcode` and `who`, sorted: `total` (persons), `share_worst`, `share` and `share_best`
        (0-1, missing where nobody lives).

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; an error is negative or infinite; the threshold is not allowed; or no facility
        has a known place.
    """
    limit_m = float(require_thresholds([threshold_m])[0])
    ids, lon, lat = facility_places(facilities)
    error_m = place_errors(facilities.loc[ids])
    count = _Count(demand, regions)
    columns = {TOTAL: count.people(np.ones(len(demand), bool))}
    for name, radius_m in (
        (SHARE_WORST, limit_m - error_m),
        (SHARE, np.full(len(ids), limit_m)),
        (SHARE_BEST, limit_m + error_m),
    ):
        some = radius_m >= 0
        columns[name] = count.people(count.index.within(lon[some], lat[some], radius_m[some]))
    return _shares(pd.DataFrame(columns, index=count.pairs))


def draw_shares(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    regions: pd.DataFrame,
    threshold_m: float,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    on_progress: Callable[[float], object] | None = None,
) -> pd.DataFrame:
    """Move every facility at random within its place error, many times, and see how the shares spread.

    A place is drawn evenly from the disc of its error, each independently (Monte-Carlo propagation of
    positional error, Heuvelink 1998, https://doi.org/10.4324/9780203016114). Sites stand where people are;
    an even draw moves those with a large error to where fewer live, so the draws lie lower than `share`.

    Parameters
    ----------
    demand, facilities, regions, threshold_m
        As `share_range` takes them.
    draws
        How many times, at least 2.
    seed
        The same seed, facilities and number of draws give the same result, whatever the order of the rows.
    on_progress
        Called with the share done, 0-1; what it raises ends the computation.

    Returns
    -------
    DataFrame
        Indexed by `adcode` and `who`, sorted: `total` (persons), `share` (as placed), `share_low` and
        `share_high` (0.05 and 0.95 quantile of the draws), `share_mean` (0-1, missing where nobody lives),
        and `draws`.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `share_range`, or fewer than 2 draws.
    """
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 2:  # noqa: PLR2004
        raise InvalidValueError(f"The number of draws is {draws!r}; give a whole number of at least 2.")
    limit_m = float(require_thresholds([threshold_m])[0])
    ids, lon, lat = facility_places(facilities)
    error_m = place_errors(facilities.loc[ids])
    count = _Count(demand, regions)
    radius_m = np.full(len(ids), limit_m)
    covered = count.people(count.index.within(lon, lat, radius_m))
    random = np.random.default_rng(seed)
    drawn = np.empty((draws, len(count.pairs)))
    for draw in range(draws):
        angle = random.uniform(0, 2 * np.pi, len(ids))
        away_m = error_m * np.sqrt(random.uniform(0, 1, len(ids)))
        moved = ellipsoid.moved(lon, lat, east_m=away_m * np.cos(angle), north_m=away_m * np.sin(angle))
        drawn[draw] = count.people(count.index.within(*moved, radius_m))
        if on_progress is not None:
            on_progress((draw + 1) / draws)
    low, high = np.quantile(drawn, [LOW, HIGH], axis=0)
    columns = {TOTAL: count.people(np.ones(len(demand), bool)), SHARE: covered}
    columns |= {SHARE_LOW: low, SHARE_HIGH: high, SHARE_MEAN: drawn.mean(axis=0)}
    return _shares(pd.DataFrame(columns, index=count.pairs)).assign(**{DRAWS: draws})


def evidence(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, regions: pd.DataFrame, threshold_m: float
) -> pd.DataFrame:
    """Say how much of each region's answer rests on places that are made up or known to the county only.

    Parameters
    ----------
    demand, facilities, regions, threshold_m
        As `share_range` takes them; facilities need `origin`, `place_precision` and `county` besides.

    Returns
    -------
    DataFrame
        Indexed by `adcode`, sorted: `facilities` and `located` (how many the region has, and with a place),
        `simulated_share` and `rough_share` of its facilities (simulated; precise to the county or less; 0-1,
        missing where there is none), `weak_share` of the covered people, who would not be without those two
        kinds (0-1, missing where nobody is covered), and `hatched`: more than half of the covered are
        such, or nobody is covered while more than half of the facilities are such. Facilities without a
        county count for no region.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `share_range`.
    """
    limit_m = float(require_thresholds([threshold_m])[0])
    facility_places(facilities)
    counts = count_evidence(facilities, regions)
    count = _Count(demand, regions)
    weak = is_weak(facilities)
    residents = slice(None, None, len(WHO_COUNTS))
    covered, solid = (
        pd.Series(_covered(count, facilities[chosen], limit_m)[residents], counts.index)
        for chosen in (weak | True, ~weak)
    )
    return weigh_evidence(counts, covered=covered, solid=solid)


def is_weak(facilities: pd.DataFrame) -> pd.Series:
    """Tell which facilities are simulated, or known to the county only or less.

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
        Residents covered by all facilities, and by those that are not weak; indexed like `counts`.
    """
    table = counts.copy()
    table[WEAK_SHARE] = share_of(covered - solid, covered)
    resting = table[WEAK_SHARE].fillna(table.pop(_WEAK) / table[FACILITIES].where(table[FACILITIES] > 0))
    table[HATCHED] = resting > _HALF
    return table


class _Count:
    """Count people by region, again and again for the same demand."""

    def __init__(self, demand: gpd.GeoDataFrame, regions: pd.DataFrame) -> None:
        self.weights = people_of(demand)
        self.county, self.counties = county_positions(demand, regions)
        self.regions = regions
        self.index = PlaceIndex(*demand_places(demand))
        keys = [regions.index.sort_values(), pd.Index(WHO_COUNTS)]
        self.pairs = pd.MultiIndex.from_product(keys, names=[ADCODE, WHO])

    def people(self, mask: Mask) -> Floats:
        """Give the people of the marked rows for each of `pairs`."""
        rows = np.flatnonzero(mask)
        shape = (len(WHO_COUNTS), len(self.counties), 1)
        counted = binned(self.county[rows], [weight[rows] for weight in self.weights], shape)
        return summed_up(counted[:, :, 0], self.counties, self.regions)


def _covered(count: _Count, facilities: gpd.GeoDataFrame, limit_m: float) -> Floats:
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


def place_errors(facilities: pd.DataFrame) -> Floats:
    """Give each facility's place error in metres, 0 where none is stated.

    Raises
    ------
    MissingColumnError, InvalidValueError
        There is no such column, or an error is negative or infinite.
    """
    require_columns(facilities, [PLACE_ERROR_M], what="facilities")
    given = facilities[PLACE_ERROR_M]
    read = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    error_m = np.where(given.isna(), 0.0, read)
    strange = ~((error_m >= 0) & (error_m < np.inf))
    if strange.any():
        raise InvalidValueError(
            f"{PLACE_ERROR_M} is negative, infinite or no number for {strange.sum()} facilities, first "
            f"{facilities.index[strange].tolist()[0]!r}; give metres of at least 0, or nothing."
        )
    return error_m


def _shares(people: pd.DataFrame) -> pd.DataFrame:
    return people.assign(**{name: share_of(people[name], people[TOTAL]) for name in people.columns[1:]})
