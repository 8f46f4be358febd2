"""The best covering plan by branching: the relaxation again, with one site open and then with it closed.

A relaxation that is nearly whole needs few branches, and each takes the few steps by which it differs from
the one before: soon done, where a search that begins again spends its time on beginning. The branch of the
highest bound comes first, so that none is looked into which the proof does not need.
"""

import heapq
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats
from geo.siting.covering.greedy import improved
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.relaxed import WHOLE, Relaxed, RelaxedWalk
from geo.siting.covering.state import worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.result import ROUNDING, gap_below

# Steps of the simplex after which a search that begins again, with cuts, is the better bet.
_MOST_STEPS = 15_000
# With so many branches left a good plan is looked for straight away: none of them may end at one soon.
_LEFT_OPEN = 20


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
    deadline: Deadline,
    reported_offset: float = 0.0,
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
    deadline
        Ends the search.
    reported_offset
        What is covered besides.
    """
    root = walk.at(limit, deadline)
    if root is None:
        return None
    if root.chosen is not None:
        return Branched(root.chosen, root.bound, proven=True, prices=root.prices)
    tree = _Tree(walk, problem, limit, root, start)
    while tree.bound() > tree.best * (1 + ROUNDING):
        best, bound = tree.best + reported_offset, tree.bound() + reported_offset
        deadline.report(best, bound, gap_below(best, bound))
        if not tree.grow(deadline):
            return Branched(tree.chosen, tree.bound(), proven=False, prices=root.prices)
    return Branched(tree.chosen, tree.best, proven=True, prices=root.prices)


class _Tree:
    """Keep the branches that may have a better plan than the best at hand."""

    def __init__(
        self, walk: RelaxedWalk, problem: CoverProblem, limit: float, root: Relaxed, start: Sequence[int]
    ) -> None:
        self.walk, self.problem, self.limit, self.root = walk, problem, limit, root
        self.size, self.steps, self.looked = problem.by_site() @ problem.weights, 0, False
        self.chosen, self.best = list[int](), 0.0
        # Of equal bounds the branch that was made first.
        self.made = itertools.count()
        self.left: list[tuple[float, int, dict[int, int], Relaxed]] = [
            (-root.bound, next(self.made), {}, root)
        ]
        for plan in (list(start), rounded(problem, root.opened)):
            self.keep(plan)

    def bound(self) -> float:
        return -self.left[0][0] if self.left else -np.inf

    def keep(self, plan: list[int]) -> None:
        have = worth(self.problem, plan)
        if have > self.best:
            self.chosen, self.best = plan, have

    def grow(self, deadline: Deadline) -> bool:
        """Part the branch of the highest bound in two; False where steps, time or sites do not allow it."""
        if len(self.left) >= _LEFT_OPEN and not self.looked:
            self.looked = True
            self.keep(dived(self.walk, self.problem, self.limit, self.root, deadline=deadline))
        _, _, fixed, here = self.left[0]
        doubt = self.size * np.minimum(here.opened, 1 - here.opened)
        doubt[list(fixed)] = 0.0
        site = int(np.argmax(doubt))
        if doubt[site] <= 0:
            return False
        parts = list[tuple[dict[int, int], Relaxed]]()
        for value in (1, 0):
            branch = {**fixed, site: value}
            found = self.walk.at(self.limit, deadline, fixed=branch) if self.steps <= _MOST_STEPS else None
            if found is None:
                return False
            self.steps += found.steps
            parts.append((branch, found))
        heapq.heappop(self.left)
        for branch, found in parts:
            if found.chosen is None:
                heapq.heappush(self.left, (-found.bound, next(self.made), branch, found))
            else:
                self.keep(found.chosen)
        return True


def rounded(problem: CoverProblem, opened: Floats) -> list[int]:
    """Open the sites that the relaxation opens most, as far as the limits go."""
    plan = list[int]()
    for site in np.argsort(-opened, kind="stable")[: int((opened > 0).sum())]:
        if problem.limits.affordable(plan)[site]:
            plan.append(int(site))
    return plan


def dived(
    walk: RelaxedWalk, problem: CoverProblem, limit: float, root: Relaxed, *, deadline: Deadline
) -> list[int]:
    """Open the site that is most open, and all that are wholly so, relax again, and so on: a good plan.

    Parameters
    ----------
    walk, problem, limit, deadline
        As `branched` takes them.
    root
        Where to begin.
    """
    fixed, here = dict[int, int](), root
    while here.chosen is None:
        most = float(here.opened[here.opened < 1 - WHOLE].max(initial=0.0))
        if most <= WHOLE:
            return rounded(problem, here.opened)
        fixed.update(dict.fromkeys(np.flatnonzero(here.opened >= most).tolist(), 1))
        below = walk.at(limit, deadline, fixed=fixed)
        if below is None or below.bound < 0:
            return rounded(problem, here.opened)
        here = below
    return improved(problem, here.chosen, deadline=deadline)
