"""The share of the group worst off, lifted as far as the sites go.

Whether every group can have a share is asked of `geo.siting.covering.fairness_parts`; the share is halved in
again and again between what a plan gives and what is proven to be out of reach. Last it is asked whether
anything more than the best plan is possible at all: the proof.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats
from geo.siting.covering.fairness_parts import ProblemParts
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.state import CoverState, reached_by
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.result import CANCELLED, OPTIMAL, TIME_LIMIT, gap_below

# A share that is larger by less than this is no better: a hundredth of a person of a hundred thousand.
_MORE, _LEAST_MORE = 1e-7, 1e-8
# So near, as a share of the best, that the proof is tried; and the part of the time a question may take.
_NEAR, _PART = 0.004, 0.3


class FairCover(NamedTuple):
    """Hold the sites chosen, the least share they give, what no choice can exceed, and the status."""

    chosen: list[int]
    least_share: float
    bound: float
    status: str


def best_least_share(
    problem: CoverProblem, have: Floats, total: Floats, *, deadline: Deadline, start: Sequence[int] = ()
) -> FairCover:
    """Choose the sites that raise the least share of all groups most.

    Parameters
    ----------
    problem
        Merged, every row in a group.
    have
        The weight of each group that is covered whatever is chosen.
    total
        All weight of each group; a group without weight has no share.
    deadline
        Ends the search; the gap is reported as it shrinks.
    start
        A plan within the limits.
    """
    search = _FairnessSearch(problem, have, total, deadline)
    search.keep(list(start))
    return search.ended()


class _FairnessSearch:
    def __init__(self, problem: CoverProblem, have: Floats, total: Floats, deadline: Deadline) -> None:
        if problem.group is None:
            raise AssertionError
        self.problem, self.group, self.deadline = problem, problem.group, deadline
        self.have, self.total, self.lived = have, total, total > 0
        self.parts = ProblemParts(problem, total)
        self.chosen, self.low = list[int](), self.least_share([])
        self.high = self._highest()

    def shares(self, chosen: Sequence[int]) -> Floats:
        covered = self.problem.weights * (reached_by(self.problem.lists, chosen) > 0)
        sums = np.bincount(self.group, covered, len(self.total))
        shares: Floats = (self.have + sums)[self.lived] / self.total[self.lived]
        return shares

    def least_share(self, chosen: Sequence[int]) -> float:
        return float(self.shares(chosen).min(initial=1.0))

    def keep(self, chosen: list[int]) -> bool:
        """Spend what is left on the worst-off group, and keep the plan if it is better."""
        state = CoverState(self.problem, chosen)
        where = np.flatnonzero(self.lived)
        while True:
            worst = where[int(np.argmin(self.shares(state.plan)))]
            left = self.problem.weights * ((state.reached == 0) & (self.group == worst))
            best = state.best(self.problem.by_site() @ left)
            if best is None:
                break
            state.open(best)
        least_share = self.least_share(state.plan)
        better = least_share > self.low
        if better:
            self.chosen, self.low = state.plan, least_share
            self.report()
        return better

    def report(self) -> None:
        self.deadline.report(self.low, max(self.high, self.low), gap_below(self.low, self.high))

    def needs(self, share: float) -> Floats:
        needs: Floats = np.where(self.lived, share * self.total - self.have, 0.0)
        return needs

    def ended(self) -> FairCover:
        """Ask for one share after the other until nothing lies between the plan and the bound."""
        hard = 0.0
        while self.high > self.low + self._more():
            if self.deadline.stopped():
                break
            least_share = max(self.low, hard)
            near = self.high - least_share <= _NEAR * max(self.low, _NEAR)
            share = self.low + self._more() if near else (least_share + self.high) / 2
            deadline = self.deadline if near else self.deadline.part(max(_PART * self.deadline.left_s(), 1.0))
            found = self.parts.cheapest(self.needs(share), deadline=deadline)
            if found.low > self.parts.most:
                self.high = min(self.high, share)
            elif found.chosen is None or found.cost > self.parts.most:
                hard = max(hard, share)
                if near:
                    break
            elif not self.keep(found.chosen):
                # What a row may be off by is all that lies between.
                self.high = min(self.high, share)
            self.report()
        proven = self.high <= self.low + self._more()
        status = OPTIMAL if proven else (CANCELLED if self.deadline.stopped() == CANCELLED else TIME_LIMIT)
        return FairCover(sorted(self.chosen), self.low, self.low if proven else self.high, status)

    def _more(self) -> float:
        return _MORE * self.low + _LEAST_MORE

    def _highest(self) -> float:
        """Return a share that is out of reach, or all, without a search."""
        high = self.least_share(list(range(self.problem.lists.shape[1])))
        low = self.low
        while high - low > _NEAR * max(low, _NEAR):
            middle = (low + high) / 2
            if self.parts.hopeless(self.needs(middle)):
                high = middle
            else:
                low = middle
        return high
