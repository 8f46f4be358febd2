"""The shortest ways for all together: the p-median problem."""

import sys
from collections.abc import Hashable, Iterable
from typing import Any, Unpack

import numpy as np
import pandas as pd

from geo.arrays import Mask, Positions
from geo.errors import InvalidValueError, Message, some
from geo.siting.checker.check import checked
from geo.siting.checker.rules import median_faults
from geo.siting.median.bound import MedianBound, median_bound
from geo.siting.median.costs import read_site_costs
from geo.siting.median.exact import exact_medians
from geo.siting.median.exchange import exchanged, kicked, median_greedy
from geo.siting.median.problem import MedianProblem, with_all, with_few
from geo.siting.solver.cost_table import CostTable, Weights, needed_costs, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import SiteChoice, read_choice
from geo.siting.solver.result import (
    INFEASIBLE,
    NEEDED_COST,
    OPTIMAL,
    ROUNDING,
    Options,
    Plan,
    gap_above,
)

_LEAST_LISTED, _TIMES_LISTED = 40, 6
_KICKS = 30
_ROUNDS, _FEW, _SHRUNK = 6, 60, 0.97


@checked(median_faults)
def p_median(
    cost: Any,
    weights: Weights | None = None,
    *,
    sites: int,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the new sites that make everybody's way to the nearest open one shortest, in sum.

    Hakimi 1964, doi:10.1287/opre.12.3.450. A good choice comes from exchanges, its bound from prices, and
    the proof from HiGHS on what both leave open. Of equally good choices the one met first, which is the
    same each time. Above 50 million pairs there is no such proof: the answer is the best found in time, with
    its gap, from the nearest sites of everybody.

    Parameters
    ----------
    cost, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups.
    weights
        Persons at each demand point, all 1 if None; who weighs nothing does not matter.
    sites
        How many new sites. One that saves nothing is not opened.

    Returns
    -------
    Plan
        `objective` is the sum of weight times cost; over the sum of the weights it is the mean way. `gains`
        is the weight that goes to each site, and `sites` are in order of it. Infeasible where somebody can
        reach none of the sites, no choice serves everybody, or the groups' limits leave nothing to open and
        nothing stands. Where nobody weighs anything the plan is empty and costs nothing.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.

    Examples
    --------
    >>> import geo
    >>> import numpy as np
    >>> metres = np.array([[300, 900, 2000], [1500, 400, 1800], [2500, 2200, 600]])
    >>> plan = geo.p_median(metres, [50, 40, 30], sites=2)
    >>> plan.sites, plan.objective, plan.status
    ((1, 2), 79000.0, 'optimal')
    """
    deadline = Deadline(time_limit_s, options)
    if "least_share" in options or "demand_groups" in options:
        raise InvalidValueError("median_serves_all")
    table = read_costs(cost, weights)
    choice = read_choice(table.sites, count=sites, fixed=fixed, options=options)
    usable, asking = np.flatnonzero(choice.fixed | choice.allowed), np.flatnonzero(table.weights > 0)
    lost = unreachable(table, choice, asking)
    if len(lost):
        return nobody_there(lost, deadline)
    if not len(asking):
        return nobody_asks(deadline)
    limits = choice.limits.of(usable)
    listed = max(_LEAST_LISTED, _TIMES_LISTED * len(usable) // (sites + int(choice.fixed.sum())))
    costs = read_site_costs(table, asking, usable, fixed=choice.fixed[usable], nearest=listed)
    problem = with_all(costs, choice.fixed[usable], limits)
    opened, total, bound, status = _solved(problem, deadline)
    if total >= costs.too_much:
        return _too_few(table, asking, costs.nearest(opened)[0] >= costs.too_much, status, deadline)
    bound = max(min(bound, total), 0.0)
    return median_plan(table, usable, problem, opened, bound=bound, status=status, deadline=deadline)


def unreachable(table: CostTable, choice: SiteChoice, rows: Positions) -> pd.Series:
    """List the demand that no site allowed or fixed can be reached from at any cost."""
    least = needed_costs(table, rows, choice.fixed | choice.allowed)
    lost = np.isinf(least)
    return pd.Series(least[lost], index=table.demand[rows[lost]], name=NEEDED_COST)


def nobody_there(lost: pd.Series, deadline: Deadline) -> Plan:
    """Say that some demand has no way to any site."""
    nan = float("nan")
    reason = Message("places_without_way", count=len(lost), places=some(lost.index))
    return Plan((), (), nan, nan, nan, nan, INFEASIBLE, deadline.seconds(), lost, reason)


def nobody_asks(deadline: Deadline) -> Plan:
    """Answer where nobody weighs anything: nothing is opened, and nothing costs less."""
    return Plan((), (), 0.0, float("nan"), 0.0, 0.0, OPTIMAL, deadline.seconds())


def median_plan(
    table: CostTable,
    usable: Positions,
    problem: MedianProblem,
    opened: Positions,
    *,
    bound: float,
    status: str,
    deadline: Deadline,
) -> Plan:
    """Say which new sites are open and who each serves, of equally near ones the first."""
    weights = table.weights[table.weights > 0]
    served = np.bincount(problem.costs.nearest(opened)[1], weights, len(usable))[opened]
    new = [place for place in np.lexsort((opened, -served)) if not problem.fixed[opened[place]]]
    new = [place for place in new if served[place] > 0]
    total = problem.total(opened)
    return Plan(
        sites=tuple(table.sites[usable[opened[new]]]),
        gains=tuple(float(served[place]) for place in new),
        objective=total,
        share=1.0,
        bound=bound,
        gap=gap_above(total, bound),
        status=status,
        seconds=deadline.seconds(),
    )


def _solved(problem: MedianProblem, deadline: Deadline) -> tuple[Positions, float, float, str]:
    opened = median_greedy(problem)
    total, least = problem.total(opened), _nobody_pays_less(problem)
    deadline.report(total, least, gap_above(total, least))
    opened = exchanged(problem, opened, deadline=deadline)
    state = median_bound(problem, opened, deadline=deadline)
    if not _closed(state) and not deadline.stopped():
        better = kicked(problem, state.opened, times=_KICKS, deadline=deadline, until=state.bound)
        if problem.total(better) < state.total:
            state = median_bound(problem, better, deadline=deadline)
    state = _narrowed(problem, state, deadline)
    if problem.costs.priced is None:
        state = _as_long_as_it_takes(problem, state, deadline)
    status = OPTIMAL if _closed(state) else deadline.stopped()
    if status:
        return state.opened, state.total, state.bound, status
    opened, bound, status = exact_medians(problem, state, deadline=deadline)
    return opened, problem.total(opened), bound, status


def _nobody_pays_less(problem: MedianProblem) -> float:
    """Sum up what all would pay if every site were open: a bound at once."""
    least = problem.end.copy()
    first = np.diff(problem.row, prepend=-1) != 0
    least[problem.row[first]] = np.minimum(least[problem.row[first]], problem.price[first])
    return float(least.sum())


def _narrowed(problem: MedianProblem, state: MedianBound, deadline: Deadline) -> MedianBound:
    """Bound again what a bound leaves open, which is less and sooner done, until it leaves no less."""
    for _round in range(_ROUNDS):
        left = int(state.kept.sum())
        if _closed(state) or deadline.stopped() or left <= _FEW:
            break
        limit = state.prices + (state.total - state.bound)
        again = median_bound(
            with_few(problem, state.kept, limit), state.opened, deadline=deadline, before=state
        )
        again.bound = max(again.bound, state.bound)
        shrunk = again.total - again.bound < (state.total - state.bound) * _SHRUNK
        state = again
        if not shrunk:
            break
    return state


def _as_long_as_it_takes(problem: MedianProblem, state: MedianBound, deadline: Deadline) -> MedianBound:
    """Look for better medians of what is too large for a proof until the time ends or none can be."""
    if not _closed(state):
        state.opened = kicked(problem, state.opened, times=sys.maxsize, deadline=deadline, until=state.bound)
        state.total = problem.total(state.opened)
        deadline.report(state.total, state.bound, gap_above(state.total, state.bound))
    return state


def _closed(state: MedianBound) -> bool:
    return state.total - state.bound <= ROUNDING * state.total


def _too_few(table: CostTable, rows: Positions, lost: Mask, status: str, deadline: Deadline) -> Plan:
    nan, names = float("nan"), table.demand[rows[lost]]
    found = pd.Series(
        needed_costs(table, rows[lost], np.ones(len(table.sites), bool)), names, name=NEEDED_COST
    )
    reason = Message("median_too_few", places=some(names))
    ended = INFEASIBLE if status == OPTIMAL else status
    return Plan((), (), nan, nan, nan, nan, ended, deadline.seconds(), found, reason)
