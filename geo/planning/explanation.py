"""Why each step of a plan is proposed: who it reaches, how far they go today, and what else could be."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Positions
from geo.geodesy import ellipsoid
from geo.planning.actions import NEW_KINDS, Action, counts_when_new
from geo.planning.baseline import Baseline, find_outcome, supply_after
from geo.planning.candidates import host_candidates
from geo.planning.options import AND, BUYABLE, CANDIDATE, KINDS, ActionOptions
from geo.planning.ordering import NOBODY, Step, StepChange, changed
from geo.planning.place_names import describe_places
from geo.proximity.grid import demand_places
from geo.proximity.nearest import nearest_place
from geo.schema import COST_YUAN, COUNTY, FACILITY_ID, LAT, LIST_SEPARATOR, LON, NAME, WGS84

STEP = "step"
PEOPLE_NEWLY, WORKERS_NEWLY, PEOPLE_LOST = "people_newly", "workers_newly", "people_lost"
NEAREST_TODAY_M, NEAREST_AFTER_M = "nearest_today_m", "nearest_after_m"
GAP_CLOSED, LOST_WITHOUT = "gap_closed", "lost_without"
NEXT_BEST, NEXT_LON, NEXT_LAT, NEXT_PEOPLE, NEXT_DIFFERENCE = (
    "next_best",
    "next_lon",
    "next_lat",
    "next_people",
    "next_difference",
)
# What the words of the next best place are called begins with this.
NEXT = "next_"
HOSTS, STILL_CHOSEN, OF_THRESHOLDS = "hosts", "still_chosen", "of_thresholds"
# The thresholds a choice is tried at, metres.
THRESHOLDS_M = (500.0, 800.0, 1000.0, 1500.0)
HOST_WITHIN_M = 300.0
_HOSTS_NAMED = 3


def find_explanation(
    baseline: Baseline,
    options: ActionOptions,
    steps: Sequence[Step],
    *,
    table: pd.DataFrame,
    townships: gpd.GeoDataFrame,
    named_points: gpd.GeoDataFrame,
    chosen_at: Mapping[float, frozenset[str]] | None = None,
) -> gpd.GeoDataFrame:
    """Say of every step of a plan why it is taken.

    Parameters
    ----------
    baseline, options
        What the plan started from, and what could be bought.
    steps
        The plan, in its order; what a step adds is what it adds to those before it.
    table
        What each kind of action does.
    townships, named_points
        What places are called by.
    chosen_at
        The places chosen at each of several thresholds in metres, as `places_of` names them.

    Returns
    -------
    GeoDataFrame
        Indexed by `step` from 1, with a point in WGS-84: `kinds` of action, `candidate` or `facility_id`,
        `name`, `county`, `cost_yuan`; `people_newly` and `workers_newly` are those the step adds,
        `people_lost` those it takes a site from; `nearest_today_m` and `nearest_after_m`, how far those newly
        reached go on average to a site that counts; `gap_closed`, the share of the county's people out of
        reach today; `lost_without`, who would be out of reach if this step alone were left out;
        `next_best` candidate or
        site in its stead, with `next_lon`, `next_lat`, the `next_people` it would reach and the
        `next_difference`; `hosts` within `HOST_WITHIN_M`; `still_chosen` at how many of the thresholds and
        `of_thresholds` how many; and the words of `geo.planning.place_names.describe_places`,
        those of the next best place beginning with `NEXT`.
    """
    explainer = _Explainer(baseline, options, steps, table)
    rows = [explainer.row(number) for number in range(len(steps))]
    columns = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name=STEP), columns=list(_COLUMNS))
    places = gpd.GeoDataFrame(
        columns, geometry=shapely.points(columns[[LON, LAT]].to_numpy(float)), crs=WGS84
    )
    words = describe_places(places, townships=townships, named_points=named_points)
    found = places.drop(columns=[LON, LAT]).join(words)
    found = found.join(_next_words(columns, townships, named_points).add_prefix(NEXT))
    found[HOSTS] = _hosts_near(places, host_candidates(named_points))
    tried = chosen_at or {}
    spots = [places_of([step]) for step in steps]
    found[STILL_CHOSEN] = [sum(bool(spot & chosen) for chosen in tried.values()) for spot in spots]
    found[OF_THRESHOLDS] = len(tried)
    return found


def _next_words(
    columns: pd.DataFrame, townships: gpd.GeoDataFrame, named_points: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Say where the next best place of each step is; missing where there is none."""
    there = columns[[NEXT_LON, NEXT_LAT]].astype(float).dropna()
    spots = gpd.GeoDataFrame(index=there.index, geometry=shapely.points(there.to_numpy()), crs=WGS84)
    return describe_places(spots, townships=townships, named_points=named_points).reindex(columns.index)


def places_of(steps: Sequence[Step]) -> frozenset[str]:
    """Name where steps are taken: the candidate, or the site."""
    return frozenset(action.candidate or action.facility_id for step in steps for action in step)


class _Explainer:
    """Gather what is said of the steps of one plan."""

    def __init__(
        self, baseline: Baseline, options: ActionOptions, steps: Sequence[Step], table: pd.DataFrame
    ) -> None:
        self.baseline, self.options, self.steps = baseline, options, steps
        self.changes = _changes(baseline, steps, table)
        self.before = [baseline.reached_today]
        for change in self.changes:
            self.before.append(changed(self.before[-1], change, 1))
        plan = [action for step in steps for action in step]
        after = supply_after(baseline, find_outcome(baseline, plan, table=table))
        self.newly = [np.flatnonzero((before == 0) & (then > 0)) for before, then in pairwise(self.before)]
        self.distances = [_distance_m(baseline, self.newly, supply) for supply in (baseline.supply, after)]
        self.marks = options.reach.tocsc().copy()
        self.marks.data = np.ones(len(self.marks.data))
        self.taken = options.rows[[CANDIDATE, FACILITY_ID]].isin(places_of(steps)).any(axis=1).to_numpy()
        rows = options.rows[options.rows[CANDIDATE].isin(places_of(steps))]
        self.county_of = dict(zip(rows[CANDIDATE], rows[COUNTY], strict=True))
        away = baseline.people * (baseline.reached_today == 0)
        self.gaps = np.bincount(baseline.county, away, minlength=len(baseline.counties))
        self.buyable = options.rows[BUYABLE].to_numpy(dtype=bool)

    def row(self, number: int) -> dict[str, object]:
        """Say all of one step but the words of its place."""
        return self._what(number) | self._who(number) | self._instead(number)

    def _what(self, number: int) -> dict[str, object]:
        step, baseline = self.steps[number], self.baseline
        first = step[0]
        site = baseline.sites.loc[first.facility_id] if first.facility_id else None
        place = (first.lon, first.lat) if site is None or first.placed else (site.geometry.x, site.geometry.y)
        return {
            KINDS: AND.join(action.kind for action in step),
            CANDIDATE: first.candidate,
            FACILITY_ID: first.facility_id,
            NAME: first.name,
            COUNTY: self._county(first) if site is None else site[COUNTY],
            COST_YUAN: sum(action.cost_yuan for action in step),
            LON: place[0],
            LAT: place[1],
        }

    def _county(self, first: Action) -> str:
        """Return the county of a new site: its candidate's, or that of the home nearest to it."""
        if first.candidate in self.county_of:
            return str(self.county_of[first.candidate])
        baseline = self.baseline
        return str(baseline.counties[baseline.county[baseline.index.nearest(first.lon, first.lat)]])

    def _who(self, number: int) -> dict[str, object]:
        baseline, before, after = self.baseline, self.before[number], self.before[number + 1]
        newly, change = self.newly[number], self.changes[number]
        lost = change.goes[(before[change.goes] > 0) & (after[change.goes] == 0)]
        people = baseline.people[newly]
        constraints = [
            float(np.average(distance[newly], weights=people)) if people.sum() else np.nan
            for distance in self.distances
        ]
        county = np.bincount(baseline.county[newly], people).argmax() if len(newly) else -1
        gap = self.gaps[county] if len(newly) else 0.0
        return {
            PEOPLE_NEWLY: float(people.sum()),
            WORKERS_NEWLY: float(baseline.workers[newly].sum()),
            PEOPLE_LOST: float(baseline.people[lost].sum()),
            NEAREST_TODAY_M: constraints[0],
            NEAREST_AFTER_M: constraints[1],
            GAP_CLOSED: float(people[baseline.county[newly] == county].sum() / gap) if gap else np.nan,
        }

    def _instead(self, number: int) -> dict[str, object]:
        """Say who is lost without a step, and what would serve most of them, or others, in its stead."""
        people, total = self.baseline.people, self.before[-1]
        without = changed(total, self.changes[number], -1)
        lost = float(people[total > 0].sum() - people[without > 0].sum())
        found: dict[str, object] = {LOST_WITHOUT: lost}
        cost = sum(action.cost_yuan for action in self.steps[number])
        costs = self.options.rows[COST_YUAN].to_numpy(np.float64)
        gains = np.where(
            self.buyable & ~self.taken & (costs <= cost), self.marks.T @ (people * (without == 0)), 0
        )
        best = int(np.argmax(gains)) if len(gains) else 0
        if not len(gains) or gains[best] <= 0:
            return found
        row = self.options.rows.iloc[best]
        return found | {
            NEXT_BEST: row[CANDIDATE] or row[FACILITY_ID],
            NEXT_LON: float(row[LON]),
            NEXT_LAT: float(row[LAT]),
            NEXT_PEOPLE: float(gains[best]),
            NEXT_DIFFERENCE: lost - float(gains[best]),
        }


def _changes(baseline: Baseline, steps: Sequence[Step], table: pd.DataFrame) -> list[StepChange]:
    """Return who gains a site by each step and who loses one; steps elsewhere make no difference."""
    counted = {kind for kind in NEW_KINDS if counts_when_new(table, kind, baseline.objective)}
    new = [number for number, step in enumerate(steps) if len(step) == 1 and step[0].kind in counted]
    lon, lat = ([getattr(steps[number][0], name) for number in new] for name in (LON, LAT))
    reach = baseline.index.reach(
        np.asarray(lon, float), np.asarray(lat, float), within_m=baseline.objective.within_m
    )
    found = {
        number: StepChange(steps[number], reach.indices[first:last].astype(np.intp), NOBODY)
        for number, (first, last) in zip(new, pairwise(reach.indptr), strict=True)
    }
    for number, step in enumerate(steps):
        if number not in found:
            difference = find_outcome(baseline, step, table=table).reached - baseline.reached_today
            found[number] = StepChange(step, np.flatnonzero(difference > 0), np.flatnonzero(difference < 0))
    return [found[number] for number in range(len(steps))]


def _distance_m(baseline: Baseline, newly: Sequence[Positions], supply: pd.DataFrame) -> Floats:
    """Measure how far those newly reached go to the nearest of some sites; others are not measured."""
    distance = np.full(len(baseline.people), np.nan)
    rows = np.unique(np.concatenate([NOBODY, *newly]))
    lon, lat = demand_places(baseline.homes.iloc[rows])
    places = (supply[name].to_numpy(np.float64) for name in (LON, LAT))
    distance[rows] = nearest_place(lon, lat, *places)[1]
    return distance


def _hosts_near(places: gpd.GeoDataFrame, hosts: gpd.GeoDataFrame) -> list[str]:
    """Name the nearest hosts of every place, each with its metres."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

    if not len(hosts) or not len(places):
        return [""] * len(places)
    here, there = (ellipsoid.earth_centred(*demand_places(frame)) for frame in (places, hosts))
    distance_m, position = cKDTree(there).query(
        here, k=range(1, _HOSTS_NAMED + 1), distance_upper_bound=HOST_WITHIN_M
    )
    names = hosts[NAME].to_numpy(dtype=object)
    return [
        LIST_SEPARATOR.join(
            f"{names[at]} {metres:.0f} m" for metres, at in zip(*row, strict=True) if np.isfinite(metres)
        )
        for row in zip(distance_m, position, strict=True)
    ]


_COLUMNS = (
    KINDS,
    CANDIDATE,
    FACILITY_ID,
    NAME,
    COUNTY,
    COST_YUAN,
    LON,
    LAT,
    PEOPLE_NEWLY,
    WORKERS_NEWLY,
    PEOPLE_LOST,
    NEAREST_TODAY_M,
    NEAREST_AFTER_M,
    GAP_CLOSED,
    LOST_WITHOUT,
    NEXT_BEST,
    NEXT_LON,
    NEXT_LAT,
    NEXT_PEOPLE,
    NEXT_DIFFERENCE,
)
