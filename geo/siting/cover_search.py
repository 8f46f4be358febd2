"""Good covering plans, soon: the site that adds most, again and again, then exchanges that gain."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.siting.cover_problem import CoverProblem
from geo.siting.limits import Limits
from geo.siting.plan import ROUNDING
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]

_ROUNDS = 20


def reached_by(lists: Any, chosen: Sequence[int]) -> Floats:
    """Count for every row how many of the chosen sites reach it."""
    opened = np.zeros(lists.shape[1])
    opened[list(chosen)] = 1.0
    counts: Floats = lists @ opened
    return counts


def worth(problem: CoverProblem, chosen: Sequence[int]) -> float:
    """Sum up the weight that the chosen sites cover."""
    return float(problem.weights[reached_by(problem.lists, chosen) > 0].sum())


def greedy(problem: CoverProblem) -> list[int]:
    """Open the site that adds most weight, then the one that adds most to it, until the limits are met.

    With a budget also the site that adds most for its cost, and the better of the two plans is kept. Of
    equal sites the first. At least 1 - 1/e of the best for a number of sites: Nemhauser, Wolsey and Fisher
    1978, doi:10.1007/BF01588971.
    """
    by_site = problem.lists.T.tocsr()
    plan = _filled(problem, by_site, [], per_cost=False)
    if problem.limits.budget is None:
        return plan
    frugal = _filled(problem, by_site, [], per_cost=True)
    return frugal if worth(problem, frugal) > worth(problem, plan) else plan


def fair_start(problem: CoverProblem, needs: Floats) -> list[int] | None:
    """Open what gives the groups most of what they still need, then fill up; None if they stay short.

    A search that finds none says nothing of whether there is one.
    """
    group, by_site, plan = problem.group, problem.lists.T.tocsr(), list[int]()
    if group is None:
        raise AssertionError
    while True:
        left = problem.weights * (reached_by(problem.lists, plan) < 1)
        have = np.bincount(group, problem.weights - left, len(needs))
        open_needs = needs - have
        if (open_needs <= ROUNDING * np.maximum(needs, 1.0)).all():
            return _filled(problem, by_site, plan, per_cost=False)
        gain = by_site @ np.where(open_needs[group] > 0, left, 0.0)
        gain = np.where(problem.limits.affordable(plan), gain, 0.0)
        if not len(gain) or gain.max() <= 0:
            return None
        plan.append(int(np.argmax(gain)))


def improved(problem: CoverProblem, chosen: Sequence[int], *, watch: Watch) -> list[int]:
    """Take each site out in turn and put what adds most in its stead, until nothing gains."""
    by_site, plan = problem.lists.T.tocsr(), list(chosen)
    counts = reached_by(problem.lists, plan)
    gains_floor = ROUNDING * max(float(problem.weights.sum()), 1.0)
    for _round in range(_ROUNDS):
        changed = False
        for place in range(len(plan)):
            if watch.stopped():
                return plan
            rest = plan[:place] + plan[place + 1 :]
            own = reached_by(problem.lists, [plan[place]])
            gains = by_site @ (problem.weights * (counts - own < 1))
            gains = np.where(problem.limits.affordable(rest), gains, -1.0)
            best = int(np.argmax(gains))
            if gains[best] > gains[plan[place]] + gains_floor:
                counts += reached_by(problem.lists, [best]) - own
                plan[place], changed = best, True
        if not changed:
            break
    return _filled(problem, by_site, plan, per_cost=False)


def in_order_of_gain(problem: CoverProblem, chosen: Sequence[int]) -> tuple[list[int], list[float]]:
    """Put sites in order of what each adds to those before it, and leave out those that add nothing."""
    left, order, gains = sorted(chosen), list[int](), list[float]()
    by_site = problem.lists[:, left].T.tocsr()
    open_weights = problem.weights.copy()
    for _ in left:
        gain = by_site @ open_weights
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        order.append(left[best])
        gains.append(float(gain[best]))
        open_weights[by_site[[best]].indices] = 0.0
    return order, gains


def with_earliest(problem: CoverProblem, chosen: Sequence[int]) -> list[int]:
    """Exchange each site for the earliest that keeps the worth and the limits: the rule for ties."""
    by_site, plan = problem.lists.T.tocsr(), sorted(chosen)
    for place in range(len(plan)):
        rest = plan[:place] + plan[place + 1 :]
        gains = by_site @ (problem.weights * (reached_by(problem.lists, rest) < 1))
        slack = ROUNDING * max(float(gains[plan[place]]), 1.0)
        equal = problem.limits.affordable(rest) & (gains >= gains[plan[place]] - slack)
        plan[place] = int(np.argmax(equal)) if equal.any() else plan[place]
    return plan


def _filled(problem: CoverProblem, by_site: Any, chosen: Sequence[int], *, per_cost: bool) -> list[int]:
    limits, plan = problem.limits, list(chosen)
    open_weights = problem.weights * (reached_by(problem.lists, plan) < 1)
    gain = by_site @ open_weights
    while True:
        value = np.where(limits.affordable(plan), gain, 0.0)
        if per_cost:
            value = value / _at_least_something(limits)
        best = int(np.argmax(value)) if len(value) else 0
        if not len(value) or value[best] <= 0:
            break
        plan.append(best)
        row = by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]
        fresh = row[open_weights[row] > 0]
        lost = np.zeros(len(open_weights))
        lost[fresh] = open_weights[fresh]
        gain = gain - by_site @ lost
        open_weights[fresh] = 0.0
        gain[best] = 0.0
    return plan


def _at_least_something(limits: Limits) -> Floats:
    least = limits.costs[limits.costs > 0].min(initial=1.0) * 1e-9
    costs: Floats = np.maximum(limits.costs, least)
    return costs
