"""Places where drivers on their way can stop: the most traffic that never goes too far without one."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd

from geo.arrays import Floats, Mask, Positions
from geo.errors import InvalidValueError, Message, some
from geo.schema import require_columns
from geo.siting.checker.check import checked
from geo.siting.checker.rules import flow_faults
from geo.siting.covering.model import limit_rows
from geo.siting.road.corridor import ALONG_M
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import Model, solve
from geo.siting.solver.limits import Limits, SiteChoice, read_choice
from geo.siting.solver.result import NEEDED_COST, Options, Plan, gap_below

PATH, SITE, LENGTH_M, FLOW = "path", "site", "length_m", "flow"
_HALF = 0.5


@dataclass(frozen=True)
class _Trips:
    """Hold every arc of every round trip as a row: which sites let a driver reach its end, and its path."""

    labels: pd.Index
    flows: Floats
    sites: pd.Index
    reach: Any
    path: Positions

    def made(self, opened: Mask) -> Mask:
        """Return which round trips can be made with some sites open."""
        missed = self.reach @ opened.astype(np.float64) <= 0
        lost: Mask = np.bincount(self.path, weights=missed, minlength=len(self.labels)) > 0
        return ~lost

    def flow(self, opened: Mask) -> float:
        """Return the flow of the round trips that can be made."""
        return float(self.flows[self.made(opened)].sum())


@checked(flow_faults)
def flow_refuelling(
    paths: pd.DataFrame,
    stops: pd.DataFrame,
    *,
    range_m: float,
    sites: int | None = None,
    budget: float | None = None,
    site_costs: Any = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the places with which most traffic can go and come back without ever going too far.

    The flow-refuelling location model of Kuby and Lim 2005, doi:10.1016/j.seps.2004.03.001, written by the
    arcs of the trips (Capar, Kuby, Leon and Tsai 2013, doi:10.1016/j.ejor.2012.11.033). A trip goes from the
    origin of its path to the destination and back, again and again; it is served if from every open place on
    it the next one, in the direction of travel and round both ends, is at most the range away.

    Parameters
    ----------
    paths
        Indexed by path: `length_m` and `flow`, drivers on it.
    stops
        `path`, `site` and `along_m`: how far from the path's origin the site is. A site may be on many paths.
    range_m
        Metres a driver goes at most from one place to the next.
    sites, budget, site_costs, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups. Sites are in the order in which `stops` names them.

    Returns
    -------
    Plan
        `objective` is the flow served; `unreachable` are the paths that no choice serves, with the range that
        would do.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; a length, a flow or the range is none; a stop is on no path or not on it; or as
        `max_cover`.
    """
    deadline = Deadline(time_limit_s, options)
    trips = _read_trips(paths, stops, range_m)
    choice = read_choice(
        trips.sites, count=sites, budget=budget, site_costs=site_costs, fixed=fixed, options=options
    )
    total = float(trips.flows.sum())
    lost = ~trips.made(choice.fixed | choice.allowed)
    free = np.flatnonzero(choice.allowed)
    limits = choice.limits.of(free)
    start = _step_by_step(trips, choice, limits)
    model, begin = _model(trips, choice, limits, lost), _columns(trips, start, free)
    solved = solve(model, deadline=deadline, start=begin, sign=-1.0)
    opened = start if solved.columns is None else choice.fixed.copy()
    if solved.columns is not None:
        opened[free] = solved.columns[: len(free)] > _HALF
    if trips.flow(opened) < trips.flow(start):
        opened = start
    chosen, gains = _in_order(trips, choice.fixed, _without_idle(trips, choice.fixed, opened))
    objective = trips.flow(choice.fixed) + float(sum(gains))
    bound = min(max(-solved.bound, objective), total) if np.isfinite(solved.bound) else total
    return Plan(
        sites=tuple(trips.sites[chosen]),
        gains=tuple(gains),
        objective=objective,
        share=objective / total if total > 0 else float("nan"),
        bound=bound,
        gap=gap_below(objective, bound),
        status=solved.status,
        seconds=deadline.seconds(),
        unreachable=_needed(paths, stops, trips, choice, lost),
    )


def _read_trips(paths: pd.DataFrame, stops: pd.DataFrame, range_m: float) -> _Trips:
    require_columns(paths, [LENGTH_M, FLOW], what=Message("frame_paths"))
    require_columns(stops, [PATH, SITE, ALONG_M], what=Message("frame_stops"))
    columns = (pd.to_numeric(paths[name], errors="coerce") for name in (LENGTH_M, FLOW))
    length, flow = (column.to_numpy(np.float64) for column in columns)
    none = ~_amount(length, above=True) | ~_amount(flow)
    at = paths.index.get_indexer(pd.Index(stops[PATH]))
    along = pd.to_numeric(stops[ALONG_M], errors="coerce").to_numpy(np.float64)
    on = (at >= 0) & (along >= 0) & (along <= np.where(at >= 0, length[at], 0.0))
    faults = {
        Message("traffic_range", range_m=range_m): not (np.isfinite(range_m) and range_m > 0),
        Message("traffic_path_twice"): paths.index.has_duplicates,
        Message("traffic_no_amount", paths=some(paths.index[none])): bool(none.any()),
        Message("traffic_stops_off", stops=some(stops.index[~on])): bool((~on).any()),
        Message("traffic_without_stop"): not len(stops),
    }
    found = [fault for fault, wrong in faults.items() if wrong]
    if found:
        raise InvalidValueError("traffic_unusable", faults=found)
    sites = pd.Index(stops[SITE].unique())
    site = sites.get_indexer(pd.Index(stops[SITE]))
    return _trips(paths.index, (length, flow), (at, site, along), sites, range_m)


def _trips(
    labels: pd.Index,
    of_paths: tuple[Floats, Floats],
    of_stops: tuple[Positions, Positions, Floats],
    sites: pd.Index,
    range_m: float,
) -> _Trips:
    """Cut every round trip where it passes a site or turns, and find who lets a driver reach each cut."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    length, flow = of_paths
    at, site, along = of_stops
    blocks, whose = [sparse.csr_array((0, len(sites)))], [np.array([], np.intp)]
    for path in range(len(labels)):
        mine = at == path
        places = np.concatenate([along[mine], 2 * length[path] - along[mine]])
        ends = np.unique(np.concatenate([places, [length[path], 2 * length[path]]]))
        ends = ends[ends > 0]
        way = np.mod(ends[:, None] - places[None, :], 2 * length[path])
        # Who stands at the end itself has come all the way round.
        way = np.where(way == 0, 2 * length[path], way)
        row, column = np.nonzero(way <= range_m)
        owner = np.concatenate([site[mine], site[mine]])[column]
        block = sparse.csr_array((np.ones(len(row)), (row, owner)), shape=(len(ends), len(sites)))
        block.data[:] = 1.0
        blocks.append(block)
        whose.append(np.full(len(ends), path, np.intp))
    reach = sparse.vstack(blocks, format="csr")
    return _Trips(labels, flow, sites, reach, np.concatenate(whose))


def _model(trips: _Trips, choice: SiteChoice, limits: Limits, lost: Mask) -> Model:
    """Write: a path counts only if every arc of its trip has an open site from which its end is reached."""
    from scipy import sparse  # noqa: PLC0415

    free = np.flatnonzero(choice.allowed)
    stands = trips.reach @ choice.fixed.astype(np.float64) > 0
    rows = np.flatnonzero(~stands)
    count = len(trips.labels)
    place = (np.arange(len(rows)), trips.path[rows])
    served = sparse.csr_array((np.ones(len(rows)), place), shape=(len(rows), count))
    limit, upper = limit_rows(limits)
    padded = sparse.hstack([limit, sparse.csr_array((limit.shape[0], count))], format="csr")
    arcs = sparse.hstack([-trips.reach[rows][:, free], served], format="csr")
    return Model(
        costs=-np.concatenate([np.zeros(len(free)), trips.flows]),
        lower=np.zeros(len(free) + count),
        upper=np.concatenate([np.ones(len(free)), (~lost).astype(np.float64)]),
        whole=np.arange(len(free) + count) < len(free),
        rows=sparse.vstack([arcs, padded], format="csr"),
        row_lower=np.full(len(rows) + len(upper), -np.inf),
        row_upper=np.concatenate([np.zeros(len(rows)), upper]),
    )


def _columns(trips: _Trips, opened: Mask, free: Positions) -> Floats:
    return np.concatenate([opened[free], trips.made(opened)]).astype(np.float64)


def _step_by_step(trips: _Trips, choice: SiteChoice, limits: Limits) -> Mask:
    """Open, again and again, the site that serves most arcs not yet served, each by its path's flow."""
    free, chosen, opened = np.flatnonzero(choice.allowed), list[int](), choice.fixed.copy()
    weight = trips.flows / np.maximum(np.bincount(trips.path, minlength=len(trips.labels)), 1)
    while True:
        missed = trips.reach @ opened.astype(np.float64) <= 0
        gains = (trips.reach[:, free].T @ (weight[trips.path] * missed)) * limits.affordable(chosen)
        if not len(gains) or gains.max() <= 0:
            return opened
        chosen.append(int(np.argmax(gains)))
        opened[free[chosen[-1]]] = True


def _without_idle(trips: _Trips, fixed: Mask, opened: Mask) -> Mask:
    """Leave out sites without which as much is served, the last first."""
    kept, worth = opened.copy(), trips.flow(opened)
    for site in np.flatnonzero(opened & ~fixed)[::-1]:
        kept[site] = False
        kept[site] = trips.flow(kept) < worth
    return kept


def _in_order(trips: _Trips, fixed: Mask, opened: Mask) -> tuple[list[int], list[float]]:
    """Take first what adds most; where nothing adds alone, what serves most arcs."""
    now, left = fixed.copy(), list(map(int, np.flatnonzero(opened & ~fixed)))
    order, gains = list[int](), list[float]()
    arcs = trips.reach.T @ trips.flows[trips.path]
    while left:
        before = trips.flow(now)
        added = [trips.flow(now | (np.arange(len(now)) == site)) - before for site in left]
        best = max(range(len(left)), key=lambda place: (added[place], arcs[left[place]], -left[place]))
        gains.append(added[best])
        order.append(left.pop(best))
        now[order[-1]] = True
    return order, gains


def _needed(
    paths: pd.DataFrame, stops: pd.DataFrame, trips: _Trips, choice: SiteChoice, lost: Mask
) -> pd.Series:
    """Return the range with which each path that no choice serves could be, with every allowed site open."""
    usable = stops[stops[SITE].isin(list(trips.sites[choice.fixed | choice.allowed]))]
    found = [
        _longest_gap(
            usable.loc[usable[PATH] == label, ALONG_M].to_numpy(np.float64),
            float(paths.loc[label, LENGTH_M]),
        )
        for label in trips.labels[lost]
    ]
    return pd.Series(found, index=trips.labels[lost], name=NEEDED_COST, dtype=np.float64)


def _longest_gap(along: Sequence[float] | Floats, length: float) -> float:
    """Return the longest way of a round trip from one place to the next; infinite without any."""
    if not len(along):
        return float("inf")
    places = np.unique(np.mod(np.concatenate([along, 2 * length - np.asarray(along)]), 2 * length))
    costs = np.diff(np.concatenate([places, [places[0] + 2 * length]]))
    return float(costs.max())


def _amount(values: Floats, *, above: bool = False) -> Mask:
    return np.isfinite(values) & ((values > 0) if above else (values >= 0))
