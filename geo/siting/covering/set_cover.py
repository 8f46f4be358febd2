"""The fewest sites that bring everybody, or a share of the people, within reach."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from geo.errors import InvalidValueError, Message, some
from geo.siting.checker.check import checked
from geo.siting.checker.rules import fewest_faults
from geo.siting.covering.greedy import greedy, in_order_of_gain
from geo.siting.covering.model import cover_columns, cover_model
from geo.siting.covering.problem import CoverProblem, undominated
from geo.siting.covering.question import CoverQuestion, ask_cover, nothing
from geo.siting.covering.set_cover_model import HALF, fewest_sites
from geo.siting.solver.cost_table import SiteCosts, Weights, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import solve
from geo.siting.solver.limits import read_choice
from geo.siting.solver.result import INFEASIBLE, OPTIMAL, Options, Plan, gap_above


@checked(fewest_faults)
def set_cover(
    cost: Any,
    weights: Weights | None = None,
    *,
    max_cost: float,
    share: float = 1.0,
    site_costs: SiteCosts | None = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the fewest new sites, or the cheapest, that bring everybody or a share of the people in reach.

    Toregas et al. 1971, doi:10.1287/opre.19.6.1363; for a share Daskin and Owen 1999,
    doi:10.1111/j.1538-4632.1999.tb00976.x.

    Parameters
    ----------
    cost, max_cost, site_costs, fixed, time_limit_s, **options
        As `max_cover`.
    weights
        Persons at each demand point; who weighs nothing need not be reached. All weigh 1 if None.
    share
        The share of all weight that must be covered, 0-1, by the fixed sites too.

    Returns
    -------
    Plan
        `objective` is the number of new sites, or what they cost where `site_costs` are given. If
        infeasible, `unreachable` has every place that no site reaches, with the threshold that would do.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.

    Examples
    --------
    >>> import geo
    >>> import numpy as np
    >>> metres = np.array([[300, 900, 2000], [1500, 400, 1800], [2500, 2200, 600]])
    >>> plan = geo.set_cover(metres, max_cost=1000)
    >>> plan.sites, plan.objective, plan.status
    ((1, 2), 2.0, 'optimal')
    """
    deadline = Deadline(time_limit_s, options)
    if not 0 < share <= 1:
        raise InvalidValueError("set_cover_share", share=share)
    table = read_costs(cost, weights)
    choice = read_choice(
        table.sites, count=None, site_costs=site_costs, fixed=fixed, options=options, needs_limit=False
    )
    asked = ask_cover(table, choice, max_cost, options)
    needed = share * float(table.weights.sum()) - asked.covered
    if needed > asked.problem.weights.sum() * (1 + 1e-12) or len(asked.short):
        return nothing(asked, deadline, _out_of_reach(asked, max_cost, share))
    if share < 1 or asked.needs is not None:
        found = _cheapest_share(asked, needed, deadline=deadline)
    else:
        fewest = fewest_sites(asked.problem, deadline=deadline)
        where = {int(site): column for column, site in enumerate(asked.problem.sites)}
        chosen = None if fewest.chosen is None else [where[site] for site in fewest.chosen]
        found = (chosen, fewest.bound, fewest.status)
    if found[0] is None:
        reason = Message("set_cover_groups_too_small")
        return nothing(
            asked, deadline, reason if found[2] == INFEASIBLE else Message("no_plan_in_time"), found[2]
        )
    return _least_plan(asked, found[0], bound=found[1], status=found[2], deadline=deadline)


def _out_of_reach(asked: CoverQuestion, max_cost: float, share: float) -> Message:
    lost = asked.unreachable.sort_values()
    named = some([Message("place_needs", place=place, cost=cost) for place, cost in lost.items()])
    return Message("share_out_of_reach", max_cost=max_cost, count=len(lost), share=share, places=named)


def _cheapest_share(
    asked: CoverQuestion, needed: float, *, deadline: Deadline
) -> tuple[list[int] | None, float, str]:
    """Find the cheapest sites that cover so much weight, and every group's need."""
    problem = asked.problem
    small = undominated(problem)
    begin = _enough(small, needed) if asked.needs is None else None
    model = cover_model(small, needs=asked.needs, least=needed)
    count = small.lists.shape[1]
    least = replace(model, costs=np.concatenate([small.limits.costs, np.zeros(len(model.costs) - count)]))
    solved = solve(least, deadline=deadline, start=None if begin is None else cover_columns(small, begin))
    if solved.columns is not None:
        begin = np.flatnonzero(solved.columns[:count] > HALF).tolist()
    if begin is None:
        return None, solved.bound, solved.status
    back = np.searchsorted(problem.sites, small.sites[begin]).tolist()
    return back, max(solved.bound, 0.0), solved.status


def _enough(problem: CoverProblem, needed: float) -> list[int] | None:
    """Open what adds most until it is enough."""
    order, gains = in_order_of_gain(problem, greedy(replace(problem, limits=problem.limits)))
    reached = np.cumsum(gains)
    if not len(reached) or reached[-1] < needed:
        return None if needed > 0 else []
    return order[: int(np.searchsorted(reached, needed)) + 1]


def _least_plan(
    asked: CoverQuestion, chosen: list[int], *, bound: float, status: str, deadline: Deadline
) -> Plan:
    order, gains = in_order_of_gain(asked.problem, chosen)
    costs = asked.problem.limits.costs
    objective = float(costs[order].sum())
    total = float(asked.table.weights.sum())
    covered = asked.covered + float(sum(gains))
    if (costs == np.round(costs)).all():
        bound = float(np.ceil(bound - 1e-6))
    bound = objective if status == OPTIMAL else min(bound, objective)
    return Plan(
        sites=tuple(asked.table.sites[asked.problem.sites[order]]),
        gains=tuple(gains),
        objective=objective,
        share=covered / total if total > 0 else float("nan"),
        bound=bound,
        gap=gap_above(objective, bound),
        status=status,
        seconds=deadline.seconds(),
        unreachable=asked.unreachable,
    )
