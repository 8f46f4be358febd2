"""The shortest ways for all together: the p-median problem."""

import sys
from collections.abc import Hashable, Iterable
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InvalidValueError, Message, some
from geo.siting.checker.check import checked
from geo.siting.checker.rules import median_faults
from geo.siting.median.bound import MedianBound, median_bound
from geo.siting.median.costs import read_ways
from geo.siting.median.exact import exact_medians
from geo.siting.median.exchange import exchanged, kicked, median_greedy
from geo.siting.median.problem import MedianProblem, with_all, with_few
from geo.siting.solver.cost_table import CostTable, Weights, needed_costs, read_costs
from geo.siting.solver.deadline import Watch
from geo.siting.solver.limits import Choice, read_choice
from geo.siting.solver.result import (
    INFEASIBLE,
    NEEDED_COST,
    OPTIMAL,
    ROUNDING,
    Options,
    Plan,
    gap_above,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

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
    """
    watch = Watch(time_limit_s, options)
    if "least_share" in options or "demand_groups" in options:
        raise InvalidValueError("median_serves_all")
    table = read_costs(cost, weights)
    choice = read_choice(table.sites, count=sites, fixed=fixed, options=options)
    usable, asking = np.flatnonzero(choice.fixed | choice.allowed), np.flatnonzero(table.weights > 0)
    lost = unreachable(table, choice, asking)
    if len(lost):
        return nobody_there(lost, watch)
    if not len(asking):
        return nobody_asks(watch)
    limits = choice.limits.of(usable)
    listed = max(_LEAST_LISTED, _TIMES_LISTED * len(usable) // (sites + int(choice.fixed.sum())))
    ways = read_ways(table, asking, usable, fixed=choice.fixed[usable], nearest=listed)
    problem = with_all(ways, choice.fixed[usable], limits)
    opened, total, bound, status = _solved(problem, watch)
    if total >= ways.too_much:
        return _too_few(table, asking, ways.nearest(opened)[0] >= ways.too_much, status, watch)
    bound = max(min(bound, total), 0.0)
    return median_plan(table, usable, problem, opened, bound=bound, status=status, watch=watch)


def unreachable(table: CostTable, choice: Choice, rows: Integers) -> pd.Series:
    """List the demand that no site allowed or fixed can be reached from at any cost."""
    least = needed_costs(table, rows, choice.fixed | choice.allowed)
    lost = np.isinf(least)
    return pd.Series(least[lost], index=table.demand[rows[lost]], name=NEEDED_COST)


def nobody_there(lost: pd.Series, watch: Watch) -> Plan:
    """Say that some demand has no way to any site."""
    nan = float("nan")
    reason = Message("places_without_way", count=len(lost), places=some(lost.index))
    return Plan((), (), nan, nan, nan, nan, INFEASIBLE, watch.seconds(), lost, reason)


def nobody_asks(watch: Watch) -> Plan:
    """Answer where nobody weighs anything: nothing is opened, and nothing costs less."""
    return Plan((), (), 0.0, float("nan"), 0.0, 0.0, OPTIMAL, watch.seconds())


def median_plan(
    table: CostTable,
    usable: Integers,
    problem: MedianProblem,
    opened: Integers,
    *,
    bound: float,
    status: str,
    watch: Watch,
) -> Plan:
    """Say which new sites are open and whom each serves, of equally near ones the first."""
    weights = table.weights[table.weights > 0]
    served = np.bincount(problem.ways.nearest(opened)[1], weights, len(usable))[opened]
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
        seconds=watch.seconds(),
    )


def _solved(problem: MedianProblem, watch: Watch) -> tuple[Integers, float, float, str]:
    opened = median_greedy(problem)
    total, least = problem.total(opened), _nobody_pays_less(problem)
    watch.tell(total, least, gap_above(total, least))
    opened = exchanged(problem, opened, watch=watch)
    state = median_bound(problem, opened, watch=watch)
    if not _closed(state) and not watch.stopped():
        better = kicked(problem, state.opened, times=_KICKS, watch=watch, until=state.bound)
        if problem.total(better) < state.total:
            state = median_bound(problem, better, watch=watch)
    state = _narrowed(problem, state, watch)
    if problem.ways.priced is None:
        state = _as_long_as_it_takes(problem, state, watch)
    status = OPTIMAL if _closed(state) else watch.stopped()
    if status:
        return state.opened, state.total, state.bound, status
    opened, bound, status = exact_medians(problem, state, watch=watch)
    return opened, problem.total(opened), bound, status


def _nobody_pays_less(problem: MedianProblem) -> float:
    """Sum up what all would pay if every site were open: a bound at once."""
    least = problem.end.copy()
    first = np.diff(problem.row, prepend=-1) != 0
    least[problem.row[first]] = np.minimum(least[problem.row[first]], problem.price[first])
    return float(least.sum())


def _narrowed(problem: MedianProblem, state: MedianBound, watch: Watch) -> MedianBound:
    """Bound again what a bound leaves open, which is less and sooner done, until it leaves no less."""
    for _round in range(_ROUNDS):
        left = int(state.kept.sum())
        if _closed(state) or watch.stopped() or left <= _FEW:
            break
        limit = state.prices + (state.total - state.bound)
        again = median_bound(with_few(problem, state.kept, limit), state.opened, watch=watch, before=state)
        again.bound = max(again.bound, state.bound)
        shrunk = again.total - again.bound < (state.total - state.bound) * _SHRUNK
        state = again
        if not shrunk:
            break
    return state


def _as_long_as_it_takes(problem: MedianProblem, state: MedianBound, watch: Watch) -> MedianBound:
    """Look for better medians of what is too large for a proof until the time ends or none can be."""
    if not _closed(state):
        state.opened = kicked(problem, state.opened, times=sys.maxsize, watch=watch, until=state.bound)
        state.total = problem.total(state.opened)
        watch.tell(state.total, state.bound, gap_above(state.total, state.bound))
    return state


def _closed(state: MedianBound) -> bool:
    return state.total - state.bound <= ROUNDING * state.total


def _too_few(
    table: CostTable, rows: Integers, lost: npt.NDArray[np.bool_], status: str, watch: Watch
) -> Plan:
    nan, names = float("nan"), table.demand[rows[lost]]
    found = pd.Series(
        needed_costs(table, rows[lost], np.ones(len(table.sites), bool)), names, name=NEEDED_COST
    )
    reason = Message("median_too_few", places=some(names))
    ended = INFEASIBLE if status == OPTIMAL else status
    return Plan((), (), nan, nan, nan, nan, ended, watch.seconds(), found, reason)
