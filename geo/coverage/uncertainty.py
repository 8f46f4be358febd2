"""How sure a covered share is where the places are only roughly known; see also `geo.coverage.evidence`."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats, Mask
from geo.coverage.people import (
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
from geo.errors import InvalidValueError
from geo.geodesy import ellipsoid
from geo.proximity.grid import demand_places, facility_places
from geo.proximity.within import PlaceIndex
from geo.schema import (
    ADCODE,
    PLACE_ERROR_M,
    require_columns,
)

SHARE_WORST, SHARE_BEST = "share_worst", "share_best"
SHARE_LOW, SHARE_HIGH, SHARE_MEAN, DRAWS = "share_low", "share_high", "share_mean", "draws"
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
        As `geo.coverage.shares.covered_people` takes them.
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
    count = RegionCount(demand, regions)
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
        raise InvalidValueError("draws_unusable", draws=draws)
    limit_m = float(require_thresholds([threshold_m])[0])
    ids, lon, lat = facility_places(facilities)
    error_m = place_errors(facilities.loc[ids])
    count = RegionCount(demand, regions)
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


class RegionCount:
    """Count people by region, again and again for the same demand.

    Parameters
    ----------
    demand, regions
        As `share_range` takes them.
    """

    def __init__(self, demand: gpd.GeoDataFrame, regions: pd.DataFrame) -> None:
        self.weights = people_of(demand)
        self.county, self.counties = county_positions(demand, regions)
        self.regions = regions
        self.index = PlaceIndex(*demand_places(demand))
        keys = [regions.index.sort_values(), pd.Index(WHO_COUNTS)]
        self.pairs = pd.MultiIndex.from_product(keys, names=[ADCODE, WHO])

    def people(self, mask: Mask) -> Floats:
        """Return the people of the marked rows for each of `pairs`."""
        rows = np.flatnonzero(mask)
        shape = (len(WHO_COUNTS), len(self.counties), 1)
        counted = binned(self.county[rows], [weight[rows] for weight in self.weights], shape)
        return summed_up(counted[:, :, 0], self.counties, self.regions)


def place_errors(facilities: pd.DataFrame) -> Floats:
    """Return each facility's place error in metres, 0 where none is stated.

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
            "place_errors_unusable",
            column=PLACE_ERROR_M,
            count=strange.sum(),
            first=facilities.index[strange].tolist()[0],
        )
    return error_m


def _shares(people: pd.DataFrame) -> pd.DataFrame:
    return people.assign(**{name: share_of(people[name], people[TOTAL]) for name in people.columns[1:]})
