"""The baseline of a plan: the people it is meant for, the sites there are today, and who reaches which.

Everything slow is done once here. What a changed plan reaches is then a few sums over short lists, so that a
site moved on the map is answered at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats, Int32s, Mask, Positions
from geo.coverage.people import people_of
from geo.errors import InvalidValueError
from geo.network.network import Network
from geo.planning.actions import Action
from geo.planning.apply_actions import apply_actions, require_actions
from geo.planning.objective import Objective, counting
from geo.proximity.grid import demand_places
from geo.proximity.pairs import HomeIndex
from geo.schema import COUNTY, LAT, LON, ORIGIN, PEOPLE, SIMULATED, SOURCED, WORKERS, located

TOTAL, SHARE_TODAY, SHARE = "total", "share_today", "share"
# Of a cell between two plans: somebody covers it that did not, or nobody does any more.
CHANGE, WON, GONE = "change", "won", "gone"
COVERED_TODAY, COVERED, NEWLY, LOST = "covered_today", "covered", "newly", "lost"
WORKERS_NEWLY, LEAST_SHARE, LEAST_SHARE_TODAY = "workers_newly", "least_share", "least_share_today"
SITES, SPENT_YUAN, SIMULATED_SHARE = "sites", "spent_yuan", "simulated_share"
_IMPORTED = "imported"


@dataclass(frozen=True)
class Baseline:
    """Hold the people of an area, the sites that matter to them, and how many sites each reaches today.

    `homes` are rows of the grid, `people` those who count in each; `county` their counties as positions in
    `counties`; `sites` all located sites of the type from which somebody of the area is in reach, or that
    stand in it; `counts` which of them count today; `reached_today` the number of those each home reaches.
    `supply` are `lon` and `lat` of all sites that count today, wherever in Guangxi.
    """

    objective: Objective
    homes: gpd.GeoDataFrame
    people: Floats
    county: Positions
    counties: pd.Index
    sites: gpd.GeoDataFrame
    counts: Mask
    reached_today: Int32s
    index: HomeIndex
    supply: pd.DataFrame

    @cached_property
    def workers(self) -> Floats:
        workers: Floats = self.homes[WORKERS].to_numpy(np.float64)
        return workers

    @cached_property
    def total(self) -> Floats:
        """Return the people of each county who count."""
        return _by_county(self, np.arange(len(self.people)))

    @cached_property
    def covered_today(self) -> Floats:
        """Return the people of each county within reach today."""
        return _by_county(self, np.flatnonzero(self.reached_today > 0))

    @cached_property
    def own_sites(self) -> Mask:
        """Return which sites stand in the area: only these a plan may change."""
        inside: Mask = self.sites[COUNTY].isin(list(self.counties)).to_numpy(dtype=bool)
        return inside

    @cached_property
    def simulated_share(self) -> float:
        """Return the share of the sites that count today that are simulated; 0 where none counts."""
        counted = self.sites[ORIGIN][self.counts]
        return float(counted.eq(SIMULATED).mean()) if len(counted) else 0.0


@dataclass(frozen=True)
class Outcome:
    """Hold what a plan comes to: how many sites each home reaches, and which sites come and go.

    `came` and `gone` are ids with longitude and latitude, of sites that count; a site that moves is in both.
    """

    reached: Int32s
    came: pd.MultiIndex
    gone: pd.MultiIndex


def find_baseline(objective: Objective, network: Network) -> Baseline:
    """Gather the baseline of a plan with this objective.

    Raises
    ------
    UnknownNameError
        The type or a county does not exist.
    InvalidValueError
        Nobody who counts lives in the area.
    """
    origins = [SOURCED, _IMPORTED] if objective.sourced_only else None
    sites = network.select(types=[objective.facility_type], origins=origins)
    sites = sites[located(sites).to_numpy()].sort_index()
    counties, homes = counties_of(objective, network), homes_of(objective, network)
    _require_people(homes, objective)
    people = homes[objective.who].to_numpy(np.float64)
    known = sites[counting(sites, objective)]
    index = HomeIndex(*demand_places(homes))
    reach = index.reach(*demand_places(sites), within_m=objective.within_m)
    near = (np.diff(reach.indptr) > 0) | sites[COUNTY].isin(list(counties)).to_numpy(dtype=bool)
    sites, reach = sites[near], reach[:, np.flatnonzero(near)]
    counts = counting(sites, objective)
    return Baseline(
        objective=objective,
        homes=homes,
        people=people,
        county=counties.get_indexer(homes[COUNTY]),
        counties=counties,
        sites=sites,
        counts=counts,
        reached_today=np.bincount(reach[:, np.flatnonzero(counts)].indices, minlength=len(homes)).astype(
            np.int32
        ),
        index=index,
        supply=pd.DataFrame(dict(zip((LON, LAT), demand_places(known), strict=True)), index=known.index),
    )


def counties_of(objective: Objective, network: Network) -> pd.Index:
    """Return the adcodes of the area of an objective, in their order."""
    return pd.Index(network.county_codes(objective.counties) or network.counties.index).unique().sort_values()


def homes_of(objective: Objective, network: Network) -> gpd.GeoDataFrame:
    """Return the rows of the grid in the area of an objective."""
    counties, homes = counties_of(objective, network), network.demand
    if len(counties) == len(network.counties):
        return homes
    return homes[homes[COUNTY].isin(list(counties)).to_numpy()]


def find_outcome(baseline: Baseline, actions: Sequence[Action], *, table: pd.DataFrame) -> Outcome:
    """Work out what a plan comes to.

    Parameters
    ----------
    baseline
        What the plan starts from.
    actions
        The plan.
    table
        What each kind of action does, as `geo.planning.actions.read_actions` gives it.

    Raises
    ------
    ConflictingActionsError, UnknownNameError, InvalidValueError
        As `geo.planning.apply_actions.require_actions`.
    """
    require_actions(actions, baseline.sites)
    # Only the sites that are worked on can change, and few are.
    labels = list(dict.fromkeys(action.facility_id for action in actions if action.facility_id))
    rows = baseline.sites.index.get_indexer(pd.Index(labels, dtype=object))
    touched = baseline.sites.iloc[rows]
    after = apply_actions(touched, actions, table=table)
    before, now = _spots(touched, baseline.counts[rows]), _spots(after, counting(after, baseline.objective))
    gone, came = before.difference(now), now.difference(before)
    reached = baseline.reached_today.copy()
    for spots, sign in ((gone, -1), (came, 1)):
        if len(spots):
            places = (spots.get_level_values(level).to_numpy(np.float64) for level in (1, 2))
            reach = baseline.index.reach(*places, within_m=baseline.objective.within_m)
            reached += sign * np.bincount(reach.indices, minlength=len(reached)).astype(np.int32)
    return Outcome(reached, came, gone)


def headline(baseline: Baseline, outcome: Outcome, actions: Sequence[Action]) -> dict[str, float]:
    """Return the figures of a plan for the whole area.

    Returns
    -------
    dict
        `total`, `covered_today`, `covered`, `newly` and `lost` (persons who count), `share_today` and
        `share`, `workers_newly`, `least_share_today` and `least_share` of any county, `sites` that count
        after it, `spent_yuan`, and `simulated_share` of the sites that count today.
    """
    by_county = county_figures(baseline, outcome)
    sums = {name: float(by_county[name].sum()) for name in (TOTAL, COVERED_TODAY, COVERED, NEWLY, LOST)}
    came = (baseline.reached_today == 0) & (outcome.reached > 0)
    return {
        **sums,
        SHARE_TODAY: sums[COVERED_TODAY] / sums[TOTAL],
        SHARE: sums[COVERED] / sums[TOTAL],
        WORKERS_NEWLY: float(baseline.workers[came].sum()),
        LEAST_SHARE_TODAY: float(by_county[SHARE_TODAY].min()),
        LEAST_SHARE: float(by_county[SHARE].min()),
        SITES: float(baseline.counts.sum() + len(outcome.came) - len(outcome.gone)),
        SPENT_YUAN: float(sum(action.cost_yuan for action in actions)),
        SIMULATED_SHARE: baseline.simulated_share,
    }


def county_figures(baseline: Baseline, outcome: Outcome) -> pd.DataFrame:
    """Return the figures of a plan by county.

    Returns
    -------
    DataFrame
        Indexed by adcode: `total`, `covered_today`, `covered`, `newly`, `lost` (persons who count),
        `share_today` and `share` (missing where nobody counts).
    """
    # Few homes change; the sums of all are made once for many plans.
    changed = np.flatnonzero((baseline.reached_today > 0) != (outcome.reached > 0))
    came = outcome.reached[changed] > 0
    newly, lost = _by_county(baseline, changed[came]), _by_county(baseline, changed[~came])
    columns = {
        TOTAL: baseline.total,
        COVERED_TODAY: baseline.covered_today,
        COVERED: baseline.covered_today + newly - lost,
        NEWLY: newly,
        LOST: lost,
    }
    figures = pd.DataFrame(columns, index=baseline.counties)
    somebody = figures[TOTAL].where(figures[TOTAL] > 0)
    return figures.assign(
        **{SHARE_TODAY: figures[COVERED_TODAY] / somebody, SHARE: figures[COVERED] / somebody}
    )


def _by_county(baseline: Baseline, rows: Positions) -> Floats:
    sums: Floats = np.bincount(
        baseline.county[rows], baseline.people[rows], minlength=len(baseline.counties)
    ).astype(np.float64)
    return sums


def _require_people(homes: gpd.GeoDataFrame, objective: Objective) -> None:
    if not len(homes):
        raise InvalidValueError("nobody_in_area")
    people_of(homes)
    if not homes[objective.who].any():
        raise InvalidValueError("nobody_counts_in_area", who=objective.who, people=homes[PEOPLE].sum())


def supply_after(baseline: Baseline, outcome: Outcome) -> pd.DataFrame:
    """Return the places of all sites that count after a plan: `lon` and `lat`, indexed by id."""
    came = outcome.came.to_frame(index=False).set_axis(["id", LON, LAT], axis=1).set_index("id")
    return pd.concat([baseline.supply.drop(index=outcome.gone.get_level_values(0)), came])


def _spots(sites: gpd.GeoDataFrame, counts: Mask) -> pd.MultiIndex:
    """Return id, longitude and latitude of the sites that count."""
    lon, lat = demand_places(sites)
    return pd.MultiIndex.from_arrays([sites.index[counts], lon[counts], lat[counts]])
