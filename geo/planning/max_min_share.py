"""Max-min share: purchases for the worst-off county first, then, with its share held, people covered."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.planning.constraints import Constraints
from geo.planning.options import BUYABLE, ActionOptions
from geo.planning.relocation_rows import RelocationRows
from geo.schema import COST_YUAN, COUNTY
from geo.siting.covering.exact import best_fair_cover
from geo.siting.covering.fairness import best_least_share
from geo.siting.covering.problem import CoverProblem, merged
from geo.siting.covering.state import worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits
from geo.siting.solver.result import OPTIMAL

# How much the least share may give way while people are counted: less than anybody can see.
_HELD = 1e-7


class MaxMinShare(NamedTuple):
    """The options bought (their rows), what the least share cannot exceed, and the status."""

    bought: tuple[int, ...]
    bound: float
    status: str


def find_max_min_share(
    rows: RelocationRows, options: ActionOptions, constraints: Constraints, *, deadline: Deadline
) -> MaxMinShare | None:
    """Buy what raises the least share of all counties most.

    Parameters
    ----------
    rows
        Who could be won, with nothing that moves or closes.
    options, constraints
        What can be bought, and what may be spent.
    deadline
        Ends the search.

    Returns
    -------
    Lift or None
        None where the plan stays below a least share that is asked for besides.
    """
    problem = _problem(rows, options, constraints)
    lifted = best_least_share(problem, rows.sure, rows.total, deadline=deadline)
    if constraints.least_share is not None and lifted.least_share < constraints.least_share:
        return None
    chosen = lifted.chosen
    if lifted.status == OPTIMAL and not deadline.stopped():
        needs = (lifted.least_share - _HELD) * rows.total - rows.sure
        # It tells nobody: the gap of the least share is closed already.
        second = best_fair_cover(
            problem, needs=needs, deadline=deadline.part(deadline.left_s()), reported_offset=0.0, start=chosen
        )
        chosen = max((chosen, second.chosen), key=lambda plan: worth(problem, plan))
    return MaxMinShare(tuple(map(int, rows.options[problem.sites[chosen]])), lifted.bound, lifted.status)


def _problem(rows: RelocationRows, options: ActionOptions, constraints: Constraints) -> CoverProblem:
    table = options.rows.iloc[rows.options]
    buyable = np.flatnonzero(table[BUYABLE].to_numpy(dtype=bool))
    group = room = None
    if constraints.most_per_county is not None:
        group = rows.names.get_indexer(pd.Index(table[COUNTY]))
        # What stands in no county of the area is limited together.
        group, room = group % (len(rows.names) + 1), np.full(len(rows.names) + 1, constraints.most_per_county)
    costs = table[COST_YUAN].to_numpy(np.float64)
    costs = np.ones(len(costs)) if constraints.budget_yuan is None else costs
    limits = Limits(constraints.sites, constraints.budget_yuan, costs, group, room)
    return merged(
        CoverProblem(rows.new, rows.weights, np.arange(len(table)), limits, rows.county).only(buyable)
    )
