"""The proven best covering plan: a good plan, a bound, and HiGHS on what both leave open."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats
from geo.siting.covering.bound import STEPS, Bounded, bounded, unbounded
from geo.siting.covering.branch import Branched, branched, rounded
from geo.siting.covering.fairness_parts import ProblemParts
from geo.siting.covering.greedy import fair_start, greedy, improved, with_earliest
from geo.siting.covering.model import cover_columns, cover_model
from geo.siting.covering.problem import CoverProblem, merged, undominated
from geo.siting.covering.relaxed import RelaxedWalk
from geo.siting.covering.state import worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import solve
from geo.siting.solver.result import INFEASIBLE, OPTIMAL, ROUNDING

HALF = 0.5
# So few that HiGHS is done before prices have moved.
FEW_SITES = 60
# More sites than that are too many for one relaxation after the other.
_MOST_RELAXED = 5_000


class CoverSolution(NamedTuple):
    """Hold the sites chosen, what nothing can exceed, the status, and the prices that gave the bound.

    The bound is missing where no plan was found that gives every group what it needs.
    """

    chosen: list[int]
    bound: float
    status: str
    prices: Floats | None = None


def best_cover(
    problem: CoverProblem,
    *,
    deadline: Deadline,
    start: Sequence[int] = (),
    prices: Floats | None = None,
    steps: int = STEPS,
    reported_offset: float = 0.0,
) -> CoverSolution:
    """Find the plan that covers most, and prove it, or say how far from proven it is.

    Parameters
    ----------
    problem
        Merged.
    deadline
        Ends the search; a greedy plan is made in any case.
    start, prices
        A plan and prices to begin with, such as those of one site fewer.
    steps
        How often the prices move at most; 1 for prices that are the best already.
    reported_offset
        What is covered besides.
    """
    if not problem.lists.shape[0] or not problem.lists.shape[1]:
        return CoverSolution([], 0.0, OPTIMAL, prices)
    chosen = improved(problem, start or greedy(problem), deadline=deadline)
    small = problem.lists.shape[1] <= FEW_SITES
    if small:
        state = unbounded(problem, chosen)
    else:
        state = bounded(
            problem, chosen, deadline=deadline, prices=prices, steps=steps, reported_offset=reported_offset
        )
    chosen, bound, status = state.chosen, state.bound, OPTIMAL
    if not _closed(state):
        status, bound, better = _proven(problem, state, deadline=deadline, reported_offset=reported_offset)
        if worth(problem, better) > state.best * (1 + ROUNDING):
            chosen = better
    chosen = with_earliest(problem, chosen)
    return CoverSolution(chosen, max(bound, worth(problem, chosen)), status, state.prices)


def best_fair_cover(
    problem: CoverProblem,
    *,
    needs: Floats,
    deadline: Deadline,
    reported_offset: float,
    start: Sequence[int] | None = None,
) -> CoverSolution:
    """Find the plan that covers most of those that give every group what it needs."""
    most = float(problem.weights.sum())
    small = undominated(problem)
    begin = fair_start(small, needs) if start is None else None
    if begin is None and start is None:
        group = np.zeros(0, np.intp) if problem.group is None else problem.group
        parts = ProblemParts(problem, np.maximum(np.bincount(group, problem.weights, len(needs)), needs))
        cheapest = parts.cheapest(needs, deadline=deadline)
        if cheapest.low > parts.most:
            return CoverSolution([], np.nan, INFEASIBLE)
        start = cheapest.chosen if cheapest.cost <= parts.most else None
    if start is not None:
        small = problem.only(np.union1d(np.searchsorted(problem.sites, small.sites), start).astype(np.intp))
        begin = np.flatnonzero(np.isin(small.sites, problem.sites[list(start)])).tolist()
    model = cover_model(small, needs=needs)
    columns = None if begin is None else cover_columns(small, begin)
    solved = solve(model, deadline=deadline, start=columns, reported_offset=reported_offset, sign=-1.0)
    if solved.status == INFEASIBLE:
        return CoverSolution([], np.nan, INFEASIBLE)
    if solved.columns is None and begin is None:
        return CoverSolution([], np.nan, solved.status)
    chosen = begin or [] if solved.columns is None else _opened(small, solved.columns)
    return CoverSolution(_back(problem, small, chosen), min(-solved.bound, most), solved.status)


def _closed(state: Bounded) -> bool:
    return state.bound - state.best <= ROUNDING * state.bound or not state.kept.any()


def _proven(
    problem: CoverProblem, state: Bounded, *, deadline: Deadline, reported_offset: float
) -> tuple[str, float, list[int]]:
    """Ask HiGHS for a better plan among the sites that one may have, within every limit."""
    stopped = deadline.stopped()
    if stopped:
        return stopped, state.bound, []
    small = undominated(merged(problem.only(np.flatnonzero(state.kept))))
    if not small.lists.shape[0]:
        return OPTIMAL, state.best, []
    known = np.isin(small.sites, problem.sites[state.chosen]).astype(np.float64)
    begin = improved(small, rounded(small, known), deadline=deadline)
    tried = _branched(small, begin, deadline=deadline, reported_offset=reported_offset)
    if tried is not None:
        begin, state.bound = tried.chosen, min(state.bound, max(tried.bound, state.best))
        if tried.proven:
            return OPTIMAL, state.bound, _back(problem, small, begin)
    solved = solve(
        cover_model(small),
        deadline=deadline,
        start=cover_columns(small, begin),
        reported_offset=reported_offset,
        sign=-1.0,
    )
    bound = min(state.bound, max(-solved.bound, state.best))
    found = begin if solved.columns is None else _opened(small, solved.columns)
    return solved.status, bound, _back(problem, small, found)


def _branched(
    problem: CoverProblem, start: Sequence[int], *, deadline: Deadline, reported_offset: float
) -> Branched | None:
    """Try with few branches of one relaxation; None where there is too much to relax."""
    limit = problem.limits.budget if problem.limits.count is None else float(problem.limits.count)
    if limit is None or problem.lists.shape[1] > _MOST_RELAXED:
        return None
    walk = RelaxedWalk(problem, deadline)
    walk.climb(limit, deadline)
    return branched(walk, problem, limit, start=start, deadline=deadline, reported_offset=reported_offset)


def _opened(problem: CoverProblem, columns: Floats) -> list[int]:
    opened: list[int] = np.flatnonzero(columns[: problem.lists.shape[1]] > HALF).tolist()
    return opened


def _back(problem: CoverProblem, small: CoverProblem, chosen: Sequence[int]) -> list[int]:
    where = np.searchsorted(problem.sites, small.sites[list(chosen)])
    return [int(site) for site in where]
