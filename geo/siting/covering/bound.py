"""What no covering plan can exceed, and which sites no better plan can have: a Lagrangian bound.

The rows "covered only if a site that reaches it is open" are priced into the objective: for prices l between
0 and the weights w, no plan covers more than sum(w - l) plus what the limits allow of the sites' price sums
c = lists' l (Galvão and ReVelle 1996, doi:10.1016/0377-2217(94)00159-6). The prices move along the
subgradient (Held, Wolfe and Crowder 1974, doi:10.1007/BF01580223).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.covering.greedy import improved
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.state import worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits
from geo.siting.solver.result import ROUNDING, gap_below

STEPS = 600
_PATIENCE, _STEP, _LEAST_STEP = 12, 1.0, 1e-3
_LOOK_EVERY, _COUNT_EVERY, _FEW = 60, 10, 120


@dataclass
class Bounded:
    """Hold the bound and its prices, the best plan met, and which sites a better one may have."""

    bound: float
    prices: Floats
    chosen: list[int]
    best: float
    kept: Mask


def bounded(
    problem: CoverProblem,
    chosen: Sequence[int],
    *,
    deadline: Deadline,
    prices: Floats | None = None,
    steps: int = STEPS,
    reported_offset: float = 0.0,
) -> Bounded:
    """Lower the bound of a plan step by step, and look for better plans on the way.

    Parameters
    ----------
    problem
        Merged.
    chosen
        A plan within the limits.
    deadline
        Stops the search.
    prices
        To begin with, one for each row; half the weights if None.
    steps
        How often the prices move at most; 1 for prices that are the best already.
    reported_offset
        What is covered besides.

    Returns
    -------
    Bounded
        `kept` marks the sites that a better plan may have.
    """
    search = _BoundSearch(problem, chosen, prices)
    for step in range(steps):
        if deadline.stopped() or search.closed() or search.length < _LEAST_STEP:
            break
        search.move()
        if step % _LOOK_EVERY == _LOOK_EVERY - 1:
            search.look(deadline)
            search.report(deadline, reported_offset)
        if step % _COUNT_EVERY == 0 and search.few_left():
            break
    search.report(deadline, reported_offset)
    return search.judged()


def unbounded(problem: CoverProblem, chosen: Sequence[int]) -> Bounded:
    """Return the bound that needs no search: the largest gains, as if nobody were counted twice."""
    return _BoundSearch(problem, chosen, problem.weights).look_once()


class _BoundSearch:
    """Move the prices and remember the lowest bound."""

    def __init__(self, problem: CoverProblem, chosen: Sequence[int], prices: Floats | None) -> None:
        self.problem, self.weights = problem, problem.weights
        self.by_site: Any = problem.by_site()
        self.chosen, self.best = list(chosen), worth(problem, chosen)
        self.prices = self.weights * 0.5 if prices is None else prices
        self.length, self.waited = _STEP, 0
        self.bound, self.best_prices = float(self.weights.sum()), self.weights * 0.0
        self.opened = np.array([], np.intp)

    def look_once(self) -> Bounded:
        self.move()
        return self.judged()

    def closed(self) -> bool:
        return self.bound - self.best <= ROUNDING * self.bound

    def report(self, deadline: Deadline, offset: float) -> None:
        """Report what is covered by the best plan and what none can exceed."""
        best, bound = self.best + offset, max(self.bound, self.best) + offset
        deadline.report(best, bound, gap_below(best, bound))

    def few_left(self) -> bool:
        """Return whether so little is open that HiGHS has it sooner than prices do."""
        return int(self.judged().kept.sum()) <= _FEW

    def move(self) -> None:
        gains = self.by_site @ self.prices
        relaxed, self.opened, parts = within_limits(self.problem.limits, gains)
        value = float((self.weights - self.prices).sum()) + relaxed
        self._remember(value)
        slope = -(self.prices < self.weights).astype(np.float64)
        row, owner = _rows_of(self.by_site, self.opened)
        np.add.at(slope, row, parts[owner])
        # At its end a price cannot go on: what points outward is no slope.
        slope[(self.prices <= 0) & (slope > 0)] = 0.0
        square = float(slope @ slope)
        if square > 0:
            step = self.length * max(value - self.best, 0.0) / square
            self.prices = np.clip(self.prices - step * slope, 0.0, self.weights)

    def look(self, deadline: Deadline) -> None:
        """Take the sites the prices favour as a plan, and keep it if it is better."""
        plan = [int(site) for site in self.opened if self.problem.limits.group is None]
        if not plan or self.problem.limits.budget is not None:
            return
        plan = improved(self.problem, plan, deadline=deadline)
        found = worth(self.problem, plan)
        if found > self.best:
            self.chosen, self.best = plan, found

    def judged(self) -> Bounded:
        gains = self.by_site @ self.best_prices
        base = float((self.weights - self.best_prices).sum())
        # Only what is surely better than the plan at hand is worth looking for.
        mark = self.best + ROUNDING * self.best
        kept = base + bounds_with(self.problem.limits, gains) > mark
        return Bounded(self.bound, self.best_prices, self.chosen, self.best, kept)

    def _remember(self, value: float) -> None:
        if value < self.bound - 1e-6 * abs(self.bound):
            self.waited = 0
        else:
            self.waited += 1
        if value < self.bound:
            self.bound, self.best_prices = value, self.prices
        if self.waited >= _PATIENCE:
            self.length, self.waited, self.prices = self.length / 2, 0, self.best_prices


def within_limits(limits: Limits, gains: Floats) -> tuple[float, Positions, Floats]:
    """Return the most that number or money allows of some gains, the sites that make it, and their parts.

    Groups are not looked at: what the looser limits allow is a bound all the same.
    """
    if limits.count is not None:
        count = min(limits.count, len(gains))
        top = np.argpartition(gains, len(gains) - count)[len(gains) - count :]
        return float(gains[top].sum()), top, np.ones(count)
    order, full, part = _knapsack(limits, gains)
    taken = order[: full + (part > 0)]
    parts = np.ones(len(taken))
    if part > 0:
        parts[-1] = part
    return float(gains[taken] @ parts), taken, parts


def bounds_with(limits: Limits, gains: Floats) -> Floats:
    """Give, for every site, what the limits allow at most where it is open."""
    total = within_limits(limits, gains)[0]
    if limits.count is not None:
        count = min(limits.count, len(gains))
        last = np.partition(gains, len(gains) - count)[len(gains) - count]
        with_count: Floats = total + np.minimum(gains - last, 0.0)
        return with_count
    order, full, _part = _knapsack(limits, gains)
    ratio = 0.0
    if full < len(order):
        ratio = float(gains[order[full]] / max(limits.costs[order[full]], 1e-300))
    with_money: Floats = total + np.minimum(gains - ratio * limits.costs, 0.0)
    return with_money


def _knapsack(limits: Limits, gains: Floats) -> tuple[Positions, int, float]:
    """Order sites by gain for their cost; say how many the budget takes whole, and the part of the next."""
    if limits.budget is None:
        raise AssertionError
    useful = np.flatnonzero(gains > 0)
    with np.errstate(divide="ignore"):
        ratio = gains[useful] / limits.costs[useful]
    # More sites than the budget buys of the cheapest are never taken: only so many need an order.
    cheapest = float(limits.costs[useful].min(initial=np.inf))
    most = int(limits.budget / cheapest) + 2 if cheapest > 0 else len(useful)
    if most < len(useful):
        top = np.sort(np.argpartition(-ratio, most)[:most])
        useful, ratio = useful[top], ratio[top]
    order = useful[np.argsort(-ratio, kind="stable")]
    spent = np.cumsum(limits.costs[order])
    full = int(np.searchsorted(spent, limits.budget, side="right"))
    if full >= len(order):
        return order, full, 0.0
    before = spent[full - 1] if full else 0.0
    return order, full, float((limits.budget - before) / limits.costs[order[full]])


def _rows_of(by_site: Any, sites: Positions) -> tuple[Any, Any]:
    part = by_site[sites]
    return part.indices, np.repeat(np.arange(len(sites)), np.diff(part.indptr))
