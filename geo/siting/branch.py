"""The best covering plan by branching: the relaxation again, with one site open and then with it closed.

A relaxation that is nearly whole needs few branches, and each takes the few steps by which it differs from
the one before: soon done, where a search that begins anew spends its time on beginning. The branch of the
highest bound comes first, so that none is looked into which the proof does not need.
"""

import heapq
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.siting.cover_problem import CoverProblem
from geo.siting.cover_state import worth
from geo.siting.plan import ROUNDING, gap_below
from geo.siting.relaxed import Relaxed, RelaxedWalk
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]

# Steps of the simplex after which a search that begins anew, with cuts, is the better bet.
_MOST_STEPS = 15_000


class Branched(NamedTuple):
    """Hold the best plan, what no plan can exceed, whether that is proven, and the relaxation's prices."""

    chosen: list[int]
    bound: float
    proven: bool
    prices: Floats


def branched(
    walk: RelaxedWalk,
    problem: CoverProblem,
    limit: float,
    *,
    start: Sequence[int],
    watch: Watch,
    told_offset: float = 0.0,
) -> Branched | None:
    """Branch until the best plan is proven, or it takes too many steps; None where the watch ends it sooner.

    Parameters
    ----------
    walk
        The relaxation of `problem`.
    problem
        What is asked, within the limit.
    limit
        The number of sites, or the amount of money.
    start
        A plan within the limit.
    watch
        Ends the search.
    told_offset
        What is covered besides.
    """
    root = walk.at(limit, watch)
    if root is None:
        return None
    if root.chosen is not None:
        return Branched(root.chosen, root.bound, proven=True, prices=root.prices)
    chosen = max((list(start), rounded(problem, root.opened)), key=lambda plan: worth(problem, plan))
    best, steps, size = worth(problem, chosen), 0, problem.by_site() @ problem.weights
    # Of equal bounds the branch that was made first.
    made = itertools.count()
    left: list[tuple[float, int, dict[int, int], Relaxed]] = [(-root.bound, next(made), {}, root)]
    while left and -left[0][0] > best * (1 + ROUNDING):
        bound, _, fixed, here = heapq.heappop(left)
        bound = -bound
        watch.tell(
            best + told_offset, bound + told_offset, gap_below(best + told_offset, bound + told_offset)
        )
        site = int(np.argmax(size * np.minimum(here.opened, 1 - here.opened)))
        for value in (1, 0):
            branch = {**fixed, site: value}
            found = walk.at(limit, watch, fixed=branch) if steps <= _MOST_STEPS else None
            if found is None:
                return Branched(chosen, bound, proven=False, prices=root.prices)
            steps += found.steps
            if found.chosen is None:
                heapq.heappush(left, (-found.bound, next(made), branch, found))
            elif (have := worth(problem, found.chosen)) > best:
                chosen, best = found.chosen, have
    return Branched(chosen, best, proven=True, prices=root.prices)


def rounded(problem: CoverProblem, opened: Floats) -> list[int]:
    """Open the sites that the relaxation opens most, as far as the limits go."""
    plan = list[int]()
    for site in np.argsort(-opened, kind="stable")[: int((opened > 0).sum())]:
        if problem.limits.affordable(plan)[site]:
            plan.append(int(site))
    return plan
