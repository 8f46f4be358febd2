"""The most people within reach, with so many new sites or so much money: the maximal covering problem."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Unpack

import numpy as np

from geo.errors import Message
from geo.siting.checker.check import checked
from geo.siting.checker.rules import cover_faults, greedy_faults
from geo.siting.covering.exact import best_cover, best_fair_cover
from geo.siting.covering.greedy import greedy, improved, in_order_of_gain
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.question import CoverQuestion, ask_cover, impossible, nothing, too_much
from geo.siting.solver.cost_table import SiteCosts, Weights, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import read_choice
from geo.siting.solver.result import GREEDY, INFEASIBLE, Options, Plan, gap_below


@checked(cover_faults)
def max_cover(
    cost: Any,
    weights: Weights,
    *,
    max_cost: float,
    sites: int | None = None,
    budget: float | None = None,
    site_costs: SiteCosts | None = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the new sites that bring most people within reach.

    Church and ReVelle 1974, doi:10.1007/BF01942293; solved to proven optimality, or as far as time allows.
    The order of `sites` is the greedy one. Of equally good plans the one is given in which no site can be
    exchanged for an earlier one. A site that would add nobody is not opened.

    Parameters
    ----------
    cost
        Demand x site: an array (infinite: no way), a sparse matrix of scipy (what is not written down is no
        way), or a frame with `origin`, `destination` and `cost`.
    weights
        Persons at each demand point; indexed by `origin` for a frame.
    max_cost
        Within reach is a cost of at most this.
    sites
        How many new sites at most.
    budget
        How much money at most; one of `sites` and `budget` must be given, both may.
    site_costs
        What each site costs, in the order of the columns, or indexed by site.
    fixed
        Sites that are open already. They count neither in `sites`, nor in the budget, nor in a group.
    time_limit_s
        Seconds after which the best found is given with its gap.
    **options
        See `geo.siting.Options`.

    Returns
    -------
    Plan
        `objective` is the persons covered, by the fixed sites too.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.

    Examples
    --------
    >>> import geo
    >>> import numpy as np
    >>> metres = np.array([[300, 900, 2000], [1500, 400, 1800], [2500, 2200, 600]])
    >>> plan = geo.max_cover(metres, [50, 40, 30], max_cost=1000, sites=1)
    >>> plan.sites, plan.objective, plan.status
    ((1,), 90.0, 'optimal')
    """
    deadline = Deadline(time_limit_s, options)
    table = read_costs(cost, weights)
    choice = read_choice(
        table.sites, count=sites, budget=budget, site_costs=site_costs, fixed=fixed, options=options
    )
    asked = ask_cover(table, choice, max_cost, options)
    if len(asked.short):
        return impossible(asked, deadline)
    if asked.needs is None:
        found = best_cover(asked.problem, deadline=deadline, reported_offset=asked.covered)
    else:
        found = best_fair_cover(
            asked.problem, needs=asked.needs, deadline=deadline, reported_offset=asked.covered
        )
    if found.status == INFEASIBLE:
        return too_much(asked, deadline)
    if np.isnan(found.bound):
        return nothing(asked, deadline, Message("no_plan_in_time"), found.status)
    bound = asked.covered + found.bound
    return _as_plan(asked, found.chosen, bound=bound, status=found.status, deadline=deadline)


@checked(greedy_faults)
def greedy_cover(
    cost: Any,
    weights: Weights,
    *,
    max_cost: float,
    sites: int | None = None,
    budget: float | None = None,
    site_costs: SiteCosts | None = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose new sites one after the other, each the one that adds most people: a good plan at once.

    Never shown as optimal: `bound` is what the k best sites would bring if none shared its people. At
    least 1 - 1/e of what can be added with a number of sites: Nemhauser, Wolsey and Fisher 1978,
    doi:10.1007/BF01588971. Exchanges are tried after.

    Parameters
    ----------
    cost, weights, max_cost, sites, budget, site_costs, fixed, time_limit_s, **options
        As `max_cover`; a least share of groups is not looked at.

    Returns
    -------
    Plan
        Its status is "greedy", or why it ended early.

    Raises
    ------
    InvalidValueError
        As `max_cover`.
    """
    deadline = Deadline(time_limit_s, options)
    table = read_costs(cost, weights)
    choice = read_choice(
        table.sites, count=sites, budget=budget, site_costs=site_costs, fixed=fixed, options=options
    )
    asked = ask_cover(table, choice, max_cost, options)
    chosen = improved(asked.problem, greedy(asked.problem), deadline=deadline)
    bound = asked.covered + _simple_bound(asked.problem)
    return _as_plan(asked, chosen, bound=bound, status=deadline.stopped() or GREEDY, deadline=deadline)


def _simple_bound(problem: CoverProblem) -> float:
    """Return what no plan can exceed: the largest gains, as if nobody were counted twice."""
    gains = np.sort(problem.lists.T @ problem.weights)[::-1]
    most = float(problem.weights.sum())
    return most if problem.limits.count is None else min(most, float(gains[: problem.limits.count].sum()))


def _as_plan(
    asked: CoverQuestion, chosen: Sequence[int], *, bound: float, status: str, deadline: Deadline
) -> Plan:
    order, gains = in_order_of_gain(asked.problem, chosen)
    objective = asked.covered + float(sum(gains))
    total = float(asked.table.weights.sum())
    return Plan(
        sites=tuple(asked.table.sites[asked.problem.sites[order]]),
        gains=tuple(gains),
        objective=objective,
        share=objective / total if total > 0 else float("nan"),
        bound=max(bound, objective),
        gap=gap_below(objective, bound),
        status=status,
        seconds=deadline.seconds(),
        unreachable=asked.unreachable,
    )
