"""Good covering plans, soon: the site that adds most, again and again, then exchanges that gain."""

from collections.abc import Sequence

import numpy as np

from geo.arrays import Floats
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.state import CoverState, worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits
from geo.siting.solver.result import ROUNDING

_ROUNDS = 20


def greedy(problem: CoverProblem) -> list[int]:
    """Open the site that adds most weight, then the one that adds most to it, until the limits are met.

    With a budget also the site that adds most for its cost, and the better of the two plans is kept. Of
    equal sites the first. At least 1 - 1/e of the best for a number of sites: Nemhauser, Wolsey and Fisher
    1978, doi:10.1007/BF01588971.
    """
    plan = _filled(CoverState(problem), per_cost=False)
    if problem.limits.budget is None:
        return plan
    frugal = _filled(CoverState(problem), per_cost=True)
    return frugal if worth(problem, frugal) > worth(problem, plan) else plan


def fair_start(problem: CoverProblem, needs: Floats) -> list[int] | None:
    """Open what gives the groups most of what they still need, then fill up; None if they stay short.

    A search that finds none says nothing of whether there is one.
    """
    group, state = problem.group, CoverState(problem)
    if group is None:
        raise AssertionError
    while True:
        left = problem.weights * (state.reached == 0)
        open_needs = needs - np.bincount(group, problem.weights - left, len(needs))
        if (open_needs <= ROUNDING * np.maximum(needs, 0.0)).all():
            return _filled(state, per_cost=False)
        best = state.best(problem.by_site() @ np.where(open_needs[group] > 0, left, 0.0))
        if best is None:
            return None
        state.open(best)


def improved(problem: CoverProblem, chosen: Sequence[int], *, deadline: Deadline) -> list[int]:
    """Take each site out in turn and put what adds most in its stead, until nothing gains."""
    state = CoverState(problem, chosen)
    least_gain = ROUNDING * float(problem.weights.sum())
    for _round in range(_ROUNDS):
        changed = False
        for site in list(state.plan):
            if deadline.stopped():
                return state.plan
            state.close(site)
            best = state.best(state.gains)
            better = best is not None and state.gains[best] > state.gains[site] + least_gain
            state.open(best if better and best is not None else site)
            changed |= better
        if not changed:
            break
    return _filled(state, per_cost=False)


def in_order_of_gain(problem: CoverProblem, chosen: Sequence[int]) -> tuple[list[int], list[float]]:
    """Put sites in order of what each adds to those before it, and leave out those that add nothing."""
    left, order, gains = sorted(chosen), list[int](), list[float]()
    by_site = problem.by_site()[left]
    open_weights = problem.weights.copy()
    for _ in left:
        gain = by_site @ open_weights
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        order.append(left[best])
        gains.append(float(gain[best]))
        open_weights[by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]] = 0.0
    return order, gains


def with_earliest(problem: CoverProblem, chosen: Sequence[int]) -> list[int]:
    """Exchange each site for the earliest that keeps the worth and the limits: the rule for ties."""
    state = CoverState(problem, sorted(chosen))
    for site in sorted(chosen):
        state.close(site)
        slack = ROUNDING * float(state.gains[site])
        equal = state.affordable() & (state.gains >= state.gains[site] - slack)
        state.open(int(np.argmax(equal)) if equal.any() else site)
    return sorted(state.plan)


def _filled(state: CoverState, *, per_cost: bool) -> list[int]:
    prices = _at_least_something(state.problem.limits) if per_cost else None
    while (best := state.best(state.gains if prices is None else state.gains / prices)) is not None:
        state.open(best)
    return state.plan


def _at_least_something(limits: Limits) -> Floats:
    least = limits.costs[limits.costs > 0].min(initial=1.0) * ROUNDING
    costs: Floats = np.maximum(limits.costs, least)
    return costs
