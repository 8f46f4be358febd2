"""The shortest longest way: the p-center problem."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from geo.errors import InvalidValueError
from geo.siting.cost_table import CostTable, Weights, lists_within, needed_costs, read_costs, whole_table
from geo.siting.cover_problem import CoverProblem
from geo.siting.limits import Choice, read_choice
from geo.siting.p_median import nobody_there, unreachable
from geo.siting.plan import INFEASIBLE, OPTIMAL, Options, Plan, gap_above
from geo.siting.set_cover_model import Fewest, fewest_sites
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


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
    the one met first, which is the same each time.

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
    search = _Halving(table, choice, rows, watch)
    status = search.run()
    if search.chosen is None:
        nan = float("nan")
        ended = INFEASIBLE if status == OPTIMAL else status
        reason = "No choice of so many sites gives everybody a way; ask for more sites."
        if ended != INFEASIBLE:
            reason = "No choice that gives everybody a way was found in time; allow more."
        return Plan((), (), nan, nan, nan, nan, ended, watch.seconds(), lost, reason)
    return search.plan(status)


class _Halving:
    """Halve the range between a threshold known to be too low and one known to do."""

    def __init__(self, table: CostTable, choice: Choice, rows: Integers, watch: Watch) -> None:
        self.table, self.choice, self.rows, self.watch = table, choice, rows, watch
        costs = whole_table(table)[np.ix_(rows, np.flatnonzero(choice.fixed | choice.allowed))]
        self.steps = np.unique(costs[np.isfinite(costs)])
        least = needed_costs(table, rows, choice.fixed | choice.allowed).max(initial=0.0)
        self.low = int(np.searchsorted(self.steps, least))
        self.high = len(self.steps)
        self.chosen: Integers | None = None

    def run(self) -> str:
        """Search; the first look is at the highest threshold, so that there is a choice in any case."""
        middle = len(self.steps) - 1
        while self.low < self.high:
            found = self._ask(middle)
            if found.chosen is not None and len(found.chosen) <= (self.choice.limits.count or 0):
                self.chosen = np.array(found.chosen, np.intp)
                self.high = min(middle, int(np.searchsorted(self.steps, self.longest())))
            elif found.bound > (self.choice.limits.count or 0):
                self.low = middle + 1
            else:
                return self.watch.stopped() or found.status
            if self.chosen is not None:
                longest, bound = self.longest(), float(self.steps[min(self.low, self.high)])
                self.watch.tell(longest, bound, gap_above(longest, bound))
            if self.watch.stopped():
                return self.watch.stopped() if self.low < self.high else OPTIMAL
            middle = (self.low + self.high) // 2
        return OPTIMAL

    def longest(self) -> float:
        """Measure the longest way to the sites chosen and those that stand."""
        opened = self.choice.fixed.copy()
        opened[self.chosen] = True
        return float(needed_costs(self.table, self.rows, opened).max(initial=0.0))

    def plan(self, status: str) -> Plan:
        """Say which new sites are open and whom each serves, of equally near ones the first."""
        table = self.table
        opened = np.flatnonzero(self.choice.fixed)
        opened = np.sort(np.concatenate([opened, [] if self.chosen is None else self.chosen])).astype(np.intp)
        near = np.argmin(whole_table(table)[np.ix_(self.rows, opened)], axis=1)
        served = np.bincount(near, table.weights[self.rows], len(opened))
        ranked = np.lexsort((opened, -served))
        new = [k for k in ranked if not self.choice.fixed[opened[k]] and served[k] > 0]
        longest = self.longest()
        bound = longest if status == OPTIMAL else float(self.steps[min(self.low, self.high)])
        return Plan(
            sites=tuple(table.sites[opened[new]]),
            gains=tuple(float(served[k]) for k in new),
            objective=longest,
            share=1.0,
            bound=bound,
            gap=gap_above(longest, bound),
            status=status,
            seconds=self.watch.seconds(),
        )

    def _ask(self, step: int) -> Fewest:
        """Ask for the fewest new sites at one threshold, or whether it takes more than there may be."""
        lists = lists_within(self.table, float(self.steps[step]))[self.rows]
        left = lists @ self.choice.fixed.astype(np.float64) == 0
        usable = np.flatnonzero(self.choice.allowed)
        near = lists[left][:, usable]
        if (np.diff(near.indptr) == 0).any():
            return Fewest(None, np.inf, INFEASIBLE)
        limits = replace(self.choice.limits, count=None).of(usable)
        problem = CoverProblem(near, np.ones(near.shape[0]), usable, limits)
        return fewest_sites(problem, watch=self.watch, enough=float(self.choice.limits.count or 0))
