"""The proven best medians: HiGHS on the sites and ways that a better choice may still have."""

from typing import NamedTuple

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.covering.model import limit_rows
from geo.siting.median.bound import MedianBound
from geo.siting.median.problem import MedianProblem
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import Model, solve
from geo.siting.solver.result import INFEASIBLE, OPTIMAL

HALF = 0.5


class Chain(NamedTuple):
    """Hold, for every step of every client from one site to the next, its row, site and what it costs more.

    `first` marks the first step of a client, `last` the last that a better choice may need. Costs are above
    `base`, what the nearest sites of all clients cost.
    """

    row: Positions
    site: Positions
    more: Floats
    first: Mask
    last: Mask
    base: float


def exact_medians(
    problem: MedianProblem, state: MedianBound, *, deadline: Deadline
) -> tuple[Positions, float, str]:
    """Find a choice that costs less than the one at hand, or prove that there is none.

    Returns
    -------
    tuple
        The open sites, what nothing can fall below, and the status.
    """
    may = np.flatnonzero(state.kept)
    chain = _chain(problem, state, may)
    solved = solve(_chain_model(problem, chain, may), deadline=deadline, reported_offset=chain.base)
    if solved.status == INFEASIBLE:
        # No choice within what a better one would have to keep to: the one at hand is the best.
        return state.opened, state.total, OPTIMAL
    opened, total = state.opened, state.total
    if solved.columns is not None:
        found = may[solved.columns[: len(may)] > HALF]
        if problem.total(found) < total:
            opened, total = found, problem.total(found)
    bound = max(state.bound, min(chain.base + solved.bound, total))
    return opened, total if solved.status == OPTIMAL else bound, solved.status


def _chain(problem: MedianProblem, state: MedianBound, may: Positions) -> Chain:
    """List the ways a better choice may have: none dearer than the price by more than the gap.

    Were a client served dearer, the bound would rise above the choice at hand by that alone. Nor is any way
    needed that costs more than that to a site which is open in any case.
    """
    if problem.costs.priced is None:
        raise AssertionError
    cost = problem.costs.priced[:, may]
    limit = state.prices + max(state.total - state.bound, 0.0)
    limit = limit + 1e-9 * np.abs(limit)
    sure = problem.fixed[may]
    if sure.any():
        limit = np.minimum(limit, cost[:, sure].min(axis=1))
    order = np.argsort(cost, axis=1, kind="stable")
    sorted_cost = np.take_along_axis(cost, order, axis=1)
    used = sorted_cost <= limit[:, None]
    used[:, 0] = True
    row, place = np.nonzero(used)
    price, site = sorted_cost[row, place], order[row, place]
    first, last = place == 0, np.append(row[1:] != row[:-1], True)
    more = np.where(last, 0.0, np.append(price[1:], 0.0) - price)
    return Chain(row, site, more, first, last, float(price[first].sum()))


def _chain_model(problem: MedianProblem, chain: Chain, may: Positions) -> Model:
    """Write the ways as steps: z = 1 where none of a client's sites up to a step is open.

    Elloumi 2010, doi:10.1007/s10878-008-9162-0: z >= z of the step before - y of the step's site.
    """
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    steps, count = len(chain.row), len(may)
    at = np.arange(steps)
    before = at[~chain.first]
    rows = sparse.csr_array(
        (
            np.concatenate([np.ones(2 * steps), -np.ones(len(before))]),
            (np.concatenate([at, at, before]), np.concatenate([chain.site, count + at, count + before - 1])),
        ),
        shape=(steps, count + steps),
    )
    limits, upper = limit_rows(problem.limits.of(may))
    # Fixed sites are open besides: they are not counted.
    limits = (limits @ sparse.diags_array((~problem.fixed[may]).astype(np.float64))).tocsr()
    padded = sparse.hstack([limits, sparse.csr_array((limits.shape[0], steps))])
    return Model(
        costs=np.concatenate([np.zeros(count), chain.more]),
        lower=np.concatenate([problem.fixed[may].astype(np.float64), np.zeros(steps)]),
        upper=np.concatenate([np.ones(count), np.where(chain.last, 0.0, 1.0)]),
        whole=np.arange(count + steps) < count,
        rows=sparse.vstack([rows, padded], format="csr"),
        row_lower=np.concatenate([chain.first.astype(np.float64), np.full(len(upper), -np.inf)]),
        row_upper=np.concatenate([np.full(steps, np.inf), upper]),
    )
