"""Purchases for the county worst off: its share first, then, with that held, the people covered."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.planning.constraints import Means
from geo.planning.options import BUYABLE, Offers
from geo.planning.relocation_rows import MixRows
from geo.schema import COST_YUAN, COUNTY
from geo.siting.covering.exact import best_fair_cover
from geo.siting.covering.fairness import best_floor
from geo.siting.covering.problem import CoverProblem, merged
from geo.siting.covering.state import worth
from geo.siting.solver.deadline import Watch
from geo.siting.solver.limits import Limits
from geo.siting.solver.result import OPTIMAL

# How much the least share may give way while people are counted: less than anybody can see.
_HELD = 1e-7


class Lift(NamedTuple):
    """Hold rows of the offers bought, what the least share cannot exceed, and the status."""

    bought: tuple[int, ...]
    bound: float
    status: str


def lift_worst(rows: MixRows, offers: Offers, means: Means, *, watch: Watch) -> Lift | None:
    """Buy what lifts the least share of all counties most.

    Parameters
    ----------
    rows
        Who could be won, with nothing that moves or closes.
    offers, means
        What can be bought, and what may be spent.
    watch
        Ends the search.

    Returns
    -------
    Lift or None
        None where the plan stays below a least share that is asked for besides.
    """
    problem = _problem(rows, offers, means)
    lifted = best_floor(problem, rows.sure, rows.total, watch=watch)
    if means.least_share is not None and lifted.floor < means.least_share:
        return None
    chosen = lifted.chosen
    if lifted.status == OPTIMAL and not watch.stopped():
        needs = (lifted.floor - _HELD) * rows.total - rows.sure
        # It tells nobody: the gap of the least share is closed already.
        second = best_fair_cover(
            problem, needs=needs, watch=watch.part(watch.left_s()), told_offset=0.0, start=chosen
        )
        chosen = max((chosen, second.chosen), key=lambda plan: worth(problem, plan))
    return Lift(tuple(map(int, rows.offers[problem.sites[chosen]])), lifted.bound, lifted.status)


def _problem(rows: MixRows, offers: Offers, means: Means) -> CoverProblem:
    table = offers.rows.iloc[rows.offers]
    buyable = np.flatnonzero(table[BUYABLE].to_numpy(dtype=bool))
    group = room = None
    if means.most_per_county is not None:
        group = rows.names.get_indexer(pd.Index(table[COUNTY]))
        # What stands in no county of the area is limited together.
        group, room = group % (len(rows.names) + 1), np.full(len(rows.names) + 1, means.most_per_county)
    costs = table[COST_YUAN].to_numpy(np.float64)
    costs = np.ones(len(costs)) if means.budget_yuan is None else costs
    limits = Limits(means.sites, means.budget_yuan, costs, group, room)
    return merged(
        CoverProblem(rows.new, rows.weights, np.arange(len(table)), limits, rows.county).only(buyable)
    )
