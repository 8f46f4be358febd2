"""The fewest sites that reach everybody, made small without loss and solved."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from geo.arrays import Floats, Mask
from geo.siting.covering.model import limit_rows
from geo.siting.covering.problem import (
    CoverProblem,
    contained_columns,
    merged,
    undominated,
    without_rows,
)
from geo.siting.covering.state import reached_by
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import Model, solve
from geo.siting.solver.result import INFEASIBLE

HALF = 0.5


class Fewest(NamedTuple):
    """Hold the sites (None if none were found), what no choice can cost less than, and the status."""

    chosen: list[int] | None
    bound: float
    status: str


def fewest_sites(problem: CoverProblem, *, deadline: Deadline, enough: float | None = None) -> Fewest:
    """Find the cheapest sites that reach every row: Toregas et al. 1971, doi:10.1287/opre.19.6.1363.

    Parameters
    ----------
    problem
        Every row with at least one site.
    deadline
        Ends the search.
    enough
        The search ends as soon as it has that much, or knows that it takes more.
    """
    small = reduced(merged(replace(problem, weights=np.ones(len(problem.weights)))))
    if not small.lists.shape[0]:
        return Fewest([], 0.0, "optimal")
    begin = cheap_start(small)
    count = small.lists.shape[1]
    rows, upper = limit_rows(small.limits)
    start = None if begin is None else np.isin(np.arange(count), begin).astype(np.float64)
    model = covering_model(small.lists, small.limits.costs, rows, upper)
    solved = solve(model, deadline=deadline, start=start, enough=enough)
    chosen = begin
    if solved.columns is not None:
        found = np.flatnonzero(solved.columns > HALF)
        if begin is None or small.limits.costs[found].sum() < small.limits.costs[begin].sum():
            chosen = found.tolist()
    if solved.status == INFEASIBLE:
        return Fewest(None, np.inf, INFEASIBLE)
    back = None if chosen is None else [int(site) for site in small.sites[chosen]]
    return Fewest(back, max(solved.bound, 0.0), solved.status)


def reduced(problem: CoverProblem) -> CoverProblem:
    """Leave out sites that another replaces, and demand that is reached whenever some other is, in turn."""
    while True:
        shape = problem.lists.shape
        problem = undominated(problem)
        problem = without_rows(problem, ~implied_rows(problem.lists))
        if problem.lists.shape == shape:
            return problem


def implied_rows(lists: Any) -> Mask:
    """Mark the rows that have all sites of another row: whoever reaches that one reaches them too."""
    turned = lists.T.tocsr()
    size = np.diff(lists.indptr)
    filled = np.flatnonzero(np.diff(turned.indptr) > 0)
    one, other = contained_columns(turned[filled], size)
    marked = np.zeros(lists.shape[0], bool)
    marked[other[(size[other] > size[one]) | (other > one)]] = True
    return marked


def cheap_start(problem: CoverProblem) -> list[int] | None:
    """Open the site that reaches most of what is left for its cost, then close what is not needed.

    None where the limits end it first.
    """
    by_site, plan = problem.lists.T.tocsr(), list[int]()
    left = np.ones(problem.lists.shape[0])
    prices = np.maximum(problem.limits.costs, 1e-9)
    while left.any():
        gain = np.where(problem.limits.affordable(plan), by_site @ left / prices, 0.0)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            return None
        plan.append(best)
        left[by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]] = 0.0
    for site in sorted(plan, key=lambda site: (-problem.limits.costs[site], site)):
        rest = [other for other in plan if other != site]
        if (reached_by(problem.lists, rest) > 0).all():
            plan = rest
    return plan


def covering_model(lists: Any, costs: Floats, limits: Any, upper: Floats) -> Model:
    """Write "every row has an open site" at least cost, with limits, as a model."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    rows, count = lists.shape
    return Model(
        costs=costs.astype(np.float64),
        lower=np.zeros(count),
        upper=np.ones(count),
        whole=np.ones(count, bool),
        rows=sparse.vstack([lists, limits], format="csr"),
        row_lower=np.concatenate([np.ones(rows), np.full(limits.shape[0], -np.inf)]),
        row_upper=np.concatenate([np.full(rows, np.inf), upper]),
    )
