"""What no choice of medians can fall below, and which sites no better choice can have: a Lagrangian bound.

Cornuejols, Fisher and Nemhauser 1977, doi:10.1287/mnsc.23.8.789: with a price l for each client that is
served, the cost is at least sum(l) plus the sum of the p least of the sites' r = sum(min(0, cost - l)).
"""

from dataclasses import dataclass

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.median.exchange import exchanged
from geo.siting.median.problem import MedianProblem
from geo.siting.median.sums import nearest_open, saved_sums, times_served
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.result import ROUNDING, gap_above

# How far the first step goes, what is left of it after so many steps without gain, and how much of the
# direction before is kept (Camerini, Fratta and Maffioli 1975, doi:10.1007/BFb0120697).
_STEPS, _STEP, _LEAST_STEP, _SHORTER, _PATIENCE, _KEPT = 1600, 0.8, 1e-4, 0.8, 15, 0.7
_GAIN, _LOOK_EVERY = 1e-6, 50
# What is large is only improved where it is almost as good as the best before.
_NEAR = 1.02


@dataclass
class MedianBound:
    """Hold the bound, its prices, the best choice met, and which sites a better one may have."""

    bound: float
    prices: Floats
    opened: Positions
    total: float
    kept: Mask


def median_bound(
    problem: MedianProblem, opened: Positions, *, deadline: Deadline, before: MedianBound | None = None
) -> MedianBound:
    """Raise the bound step by step, and improve what the prices favour on the way.

    Parameters
    ----------
    problem
        What may be opened.
    opened
        A choice within the limits.
    deadline
        Stops the search.
    before
        A bound to go on from; what it leaves out stays left out.
    """
    prices = _first_prices(problem, opened) if before is None else before.prices
    state = MedianBound(
        -np.inf,
        np.minimum(prices, problem.end),
        opened,
        problem.total(opened),
        np.ones(len(problem.fixed), bool) if before is None else before.kept,
    )
    prices = state.prices
    length, waited, moving, direction = _STEP, 0, prices, np.zeros(len(prices))
    for step in range(_STEPS):
        value, chosen, slope = _relaxed(problem, moving)
        waited = 0 if not value <= state.bound + _GAIN * abs(state.bound) else waited + 1
        if value > state.bound:
            state.bound, state.prices = value, moving
        if waited >= _PATIENCE:
            length, waited = length * _SHORTER, 0
        direction = slope + _KEPT * direction
        square = float(direction @ direction)
        closed = state.total - state.bound <= ROUNDING * state.total
        if closed or square <= 0 or length < _LEAST_STEP or (step and deadline.stopped()):
            break
        if step % _LOOK_EVERY == _LOOK_EVERY - 1:
            _look(problem, state, chosen, deadline)
        far = length * max(state.total - value, 0.0) / square
        moving = np.clip(moving + far * direction, 0, problem.end)
    deadline.report(state.total, state.bound, gap_above(state.total, state.bound))
    return _judged(problem, state)


def _first_prices(problem: MedianProblem, opened: Positions) -> Floats:
    """Begin with what the second open site costs, but not with the price of no way at all."""
    second, dearest = nearest_open(problem, opened).second, np.zeros(len(problem.end))
    dearest[problem.row] = problem.price
    return np.where(second >= problem.costs.too_much, dearest, second)


def _relaxed(problem: MedianProblem, prices: Floats) -> tuple[float, Positions, Floats]:
    """Return the bound at some prices, the sites it takes, and the slope."""
    sums = saved_sums(problem, prices)
    taken = _taken(problem, sums)
    slope = 1.0 - times_served(problem, prices, taken)
    return float(prices.sum() + sums[taken].sum()), taken, slope


def _taken(problem: MedianProblem, sums: Floats) -> Positions:
    fixed = np.flatnonzero(problem.fixed)
    free = np.flatnonzero(~problem.fixed)
    count = min(problem.limits.count or 0, len(free))
    least = free[np.argpartition(sums[free], count - 1)[:count]] if count else free[:0]
    taken: Positions = np.concatenate([fixed, least])
    return taken


def _look(problem: MedianProblem, state: MedianBound, chosen: Positions, deadline: Deadline) -> None:
    """Improve the sites the prices favour, keep them if they are better, and tell how far it is."""
    trial = np.sort(chosen)
    near = problem.costs.priced is not None or problem.total(trial) < _NEAR * state.total
    if problem.limits.group is None and near:
        trial = exchanged(problem, trial, deadline=deadline)
        total = problem.total(trial)
        if total < state.total:
            state.opened, state.total = trial, total
    deadline.report(state.total, state.bound, gap_above(state.total, state.bound))


def _judged(problem: MedianProblem, state: MedianBound) -> MedianBound:
    sums = saved_sums(problem, state.prices)
    free, fixed = ~problem.fixed, problem.fixed
    count = problem.limits.count or 0
    ranked = np.sort(sums[free])
    last = float(ranked[min(count, len(ranked)) - 1])
    # Only what is surely less than the choice at hand is worth looking for.
    mark = state.total - ROUNDING * state.total
    state.kept = fixed | state.kept & (state.bound + np.maximum(sums - last, 0.0) < mark)
    return state
