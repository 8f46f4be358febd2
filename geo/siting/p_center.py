"""The shortest longest way: the p-center problem."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple, Unpack

import numpy as np
import numpy.typing as npt

from geo.errors import InvalidValueError
from geo.siting.cost_table import (
    MOST_CELLS,
    CostTable,
    Weights,
    lists_within,
    nearest_sites,
    needed_costs,
    read_costs,
    some_rows,
)
from geo.siting.cover_problem import CoverProblem
from geo.siting.limits import Choice, read_choice
from geo.siting.p_median import nobody_there, unreachable
from geo.siting.plan import INFEASIBLE, OPTIMAL, TIME_LIMIT, Options, Plan, gap_above
from geo.siting.set_cover_model import Fewest, fewest_sites
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

# So many people are asked first where all are too many.
_FIRST = 300
# Whether so many sites do is looked into so long at first, if not all can be asked at once.
_PATIENCE_S = 0.5


def p_center(
    cost: Any,
    weights: Weights | None = None,
    *,
    sites: int,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the new sites for which the longest way to the nearest open site is shortest.

    Minieka 1970, doi:10.1137/1012016: the least threshold at which so many sites reach everybody, found by
    halving the list of all costs and asking HiGHS for the fewest sites each time. Of equally good choices
    the one met first, which is the same each time. Above 50 million pairs it is solved for a few, then for
    them and whoever that leaves far, and so on, until it is as good for all.

    Parameters
    ----------
    cost, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups.
    weights
        Who weighs nothing does not matter; the others all alike. All weigh 1 if None.
    sites
        How many new sites at most. One that is not needed is not opened.

    Returns
    -------
    Plan
        `objective` is the longest way. `gains` is the weight that goes to each site, and `sites` are in order
        of it.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.
    """
    watch = Watch(time_limit_s, options)
    if "least_share" in options or "demand_groups" in options:
        raise InvalidValueError(
            "Centers serve everybody: least_share and demand_groups have no meaning here."
        )
    table = read_costs(cost, weights)
    choice = read_choice(table.sites, count=sites, fixed=fixed, options=options)
    rows = np.flatnonzero(table.weights > 0)
    lost = unreachable(table, choice, rows)
    if len(lost):
        return nobody_there(lost, watch)
    found = _found(table, choice, rows, watch)
    if not np.isfinite(found.longest):
        nan, ended = float("nan"), found.status
        reason = "No choice of so many sites gives everybody a way; ask for more sites."
        if ended != INFEASIBLE:
            reason = "No choice that gives everybody a way was found in time; allow more."
        return Plan((), (), nan, nan, nan, nan, ended, watch.seconds(), lost, reason)
    return _center_plan(table, choice, rows, found, watch)


class _Found(NamedTuple):
    """Hold the sites chosen, their longest way (infinite: not everybody has one), and what none can beat."""

    chosen: Integers
    longest: float
    bound: float
    status: str


def _found(table: CostTable, choice: Choice, rows: Integers, watch: Watch) -> _Found:
    """Solve it for all at once, or where that is too large for a few, and again with whom that leaves far.

    Chen and Chen 2009, doi:10.1016/j.cor.2008.03.009: what is best for a few is a bound for all, and once it
    is as good for all it is the best.
    """
    small = len(table.demand) * len(table.sites) <= MOST_CELLS
    asking = rows if small else rows[np.unique(np.linspace(0, len(rows) - 1, _FIRST).astype(np.intp))]
    floor = float(needed_costs(table, rows, choice.fixed | choice.allowed).max(initial=0.0))
    best = _Found(np.array([], np.intp), np.inf, floor, OPTIMAL)
    patience = _PATIENCE_S
    while True:
        part = _Halving(table if small else some_rows(table, asking), choice, best.bound, watch)
        status = part.run(None if small else patience)
        if part.chosen is None:
            return best._replace(status=status if status != OPTIMAL else INFEASIBLE)
        bound = max(part.bound(), best.bound)
        opened = np.sort(np.concatenate([np.flatnonzero(choice.fixed), part.chosen]))
        least, site = nearest_sites(table, rows, opened)
        longest = float(least.max(initial=0.0))
        if longest <= best.longest:
            best = best._replace(chosen=part.chosen, longest=longest)
        best = best._replace(bound=min(bound, best.longest), status=status)
        if best.longest <= bound:
            return best._replace(status=OPTIMAL)
        if np.isfinite(best.longest):
            watch.tell(best.longest, best.bound, gap_above(best.longest, best.bound))
        if small or watch.stopped():
            return best._replace(status=watch.stopped() or status)
        more = rows[_farthest(least, site, part.longest())]
        patience = patience if len(more) else 4 * patience
        asking = np.union1d(asking, more)


def _farthest(least: Floats, site: Integers, bound: float) -> Integers:
    """Give of each site the one who goes farthest to it, if that is farther than the bound."""
    order = np.lexsort((-least, site))
    first = order[np.diff(site[order], prepend=-1) != 0]
    lost = np.flatnonzero(np.isinf(least))
    first = np.concatenate([first, lost[:: max(len(lost) // _FIRST, 1)]])
    farther: Integers = first[least[first] > bound]
    return farther


def _center_plan(table: CostTable, choice: Choice, rows: Integers, found: _Found, watch: Watch) -> Plan:
    """Say which new sites are open and whom each serves, of equally near ones the first."""
    opened = np.sort(np.concatenate([np.flatnonzero(choice.fixed), found.chosen]))
    near = nearest_sites(table, rows, opened)[1]
    served = np.bincount(near, table.weights[rows], len(table.sites))[opened]
    new = [k for k in np.lexsort((opened, -served)) if not choice.fixed[opened[k]] and served[k] > 0]
    return Plan(
        sites=tuple(table.sites[opened[new]]),
        gains=tuple(float(served[k]) for k in new),
        objective=found.longest,
        share=1.0,
        bound=found.bound,
        gap=gap_above(found.longest, found.bound),
        status=found.status,
        seconds=watch.seconds(),
    )


class _Halving:
    """Halve the range between a threshold known to be too low and one known to do."""

    def __init__(self, table: CostTable, choice: Choice, floor: float, watch: Watch) -> None:
        self.table, self.choice, self.watch = table, choice, watch
        self.rows = np.flatnonzero(table.weights > 0)
        usable = choice.fixed | choice.allowed
        if table.whole is not None:
            costs = table.whole[np.ix_(self.rows, np.flatnonzero(usable))].ravel()
        else:
            costs = table.pairs.data[usable[table.pairs.indices]]
        # The floor is a threshold to ask for too: the best for all may lie on it.
        least = max(float(needed_costs(table, self.rows, usable).max(initial=0.0)), floor)
        self.steps = np.unique(np.append(costs[np.isfinite(costs)], least))
        self.low = int(np.searchsorted(self.steps, least))
        self.high, self.proven, self.unsure = len(self.steps), self.low, False
        self.chosen: Integers | None = None

    def run(self, patience_s: float | None) -> str:
        """Search; the first look is at the highest threshold, so that there is a choice in any case.

        With patience, a threshold not decided by then is passed over, and what is proven stays below it.
        """
        middle = len(self.steps) - 1
        while self.low < self.high:
            found = self._ask(middle, self.watch if patience_s is None else self.watch.part(patience_s))
            if found.chosen is not None and len(found.chosen) <= (self.choice.limits.count or 0):
                self.chosen = np.array(found.chosen, np.intp)
                self.high = min(middle, int(np.searchsorted(self.steps, self.longest())))
            elif found.bound > (self.choice.limits.count or 0):
                self.low = self.proven = middle + 1
                self.unsure = False
            elif patience_s is None or self.watch.stopped() or self.chosen is None:
                return self.watch.stopped() or found.status
            else:
                self.low, self.unsure = middle + 1, True
            if self.chosen is not None and patience_s is None:
                longest, bound = self.longest(), float(self.steps[min(self.low, self.high)])
                self.watch.tell(longest, bound, gap_above(longest, bound))
            if self.watch.stopped():
                break
            middle = (self.low + self.high) // 2
        done = self.low >= self.high and not self.unsure
        return OPTIMAL if done else self.watch.stopped() or TIME_LIMIT

    def longest(self) -> float:
        """Measure the longest way to the sites chosen and those that stand."""
        opened = self.choice.fixed.copy()
        opened[self.chosen] = True
        return float(needed_costs(self.table, self.rows, opened).max(initial=0.0))

    def bound(self) -> float:
        """Give what no choice can beat."""
        return min(self.longest(), float(self.steps[min(self.proven, self.high)]))

    def _ask(self, step: int, watch: Watch) -> Fewest:
        """Ask for the fewest new sites at one threshold, or whether it takes more than there may be."""
        lists = lists_within(self.table, float(self.steps[step]))[self.rows]
        left = lists @ self.choice.fixed.astype(np.float64) == 0
        usable = np.flatnonzero(self.choice.allowed)
        near = lists[left][:, usable]
        if (np.diff(near.indptr) == 0).any():
            return Fewest(None, np.inf, INFEASIBLE)
        limits = replace(self.choice.limits, count=None).of(usable)
        problem = CoverProblem(near, np.ones(near.shape[0]), usable, limits)
        return fewest_sites(problem, watch=watch, enough=float(self.choice.limits.count or 0))
