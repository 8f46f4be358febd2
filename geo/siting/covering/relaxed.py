"""The linear relaxation of covering for one limit after the other: each begins where the last ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats
from geo.siting.covering.model import cover_model
from geo.siting.covering.problem import CoverProblem
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits

FREE: Mapping[int, int] = {}
# How near to a whole number the solver's own columns are when they mean it.
WHOLE = 1e-6
_CLIMBS = 10


class Relaxed(NamedTuple):
    """Hold what no plan can exceed, the prices of the rows, and how far each site is open.

    `chosen` is the plan, None where some site is open in part. `steps` are those the simplex took. Where
    nothing is possible `bound` is minus infinity.
    """

    bound: float
    prices: Floats
    opened: Floats
    chosen: list[int] | None
    steps: int


class RelaxedWalk:
    """Hold the relaxation, so that another number of sites, or another budget, takes few steps more.

    Parameters
    ----------
    problem
        Merged, with a number of sites or a budget but not both.
    """

    def __init__(self, problem: CoverProblem, deadline: Deadline) -> None:
        import highspy  # noqa: PLC0415 - an eighth of a second to import

        from geo.siting.solver.highs import as_lp, quiet, written_by  # noqa: PLC0415 - with the solver

        self._shared = np.diff(problem.lists.indptr) > 1
        self._sites, self._weights = problem.lists.shape[1], problem.weights
        self._solver = quiet(highspy.Highs.__mro__[1](), deadline)
        self._solver.passModel(as_lp(highspy, cover_model(problem), whole=False))
        self._row, self._limits = int(self._shared.sum()), problem.limits
        money = problem.limits.budget
        self._scale = 1.0 if problem.limits.count is not None or money is None else written_by(money)
        self._fixed = dict[int, int]()
        self._done, self._none = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible

    def at(self, limit: float, deadline: Deadline, *, fixed: Mapping[int, int] = FREE) -> Relaxed | None:
        """Solve the relaxation for a number of sites or an amount; None where the watch ends it.

        Parameters
        ----------
        limit
            The number, or the amount.
        deadline
            Ends it.
        fixed
            Sites that must be open (1) or closed (0).
        """
        if deadline.stopped():
            return None
        self._fix(fixed)
        self._solver.changeRowBounds(self._row, -np.inf, float(limit) * self._scale)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + deadline.left_s())
        self._solver.run()
        status, info = self._solver.getModelStatus(), self._solver.getInfo()
        steps = int(info.simplex_iteration_count)
        if status == self._none:
            return Relaxed(-np.inf, self._weights, np.zeros(self._sites), None, steps)
        if status != self._done:
            return None
        solution = self._solver.getSolution()
        opened = np.array(solution.col_value[: self._sites])
        prices = self._weights.copy()
        prices[self._shared] = np.clip(
            -np.array(solution.row_dual[: self._row]), 0.0, self._weights[self._shared]
        )
        chosen = np.flatnonzero(opened > 1 - WHOLE).tolist()
        whole = (np.abs(opened - np.round(opened)) <= WHOLE).all() and self._within(limit).hold(chosen)
        bound = -float(info.objective_function_value)
        return Relaxed(bound, prices, opened, chosen if whole else None, steps)

    def _within(self, limit: float) -> Limits:
        if self._limits.count is None:
            return replace(self._limits, budget=limit)
        return replace(self._limits, count=round(limit))

    def climb(self, limit: float, deadline: Deadline) -> None:
        """Solve it for less first, part by part up to the limit: all that takes less than to begin there."""
        for part in np.arange(1, _CLIMBS) / _CLIMBS:
            self.at(float(np.ceil(limit * part)), deadline)

    def _fix(self, fixed: Mapping[int, int]) -> None:
        moved = [site for site in {**self._fixed, **fixed} if self._fixed.get(site) != fixed.get(site)]
        if moved:
            lower, upper = ([float(fixed.get(site, end)) for site in moved] for end in (0, 1))
            self._solver.changeColsBounds(
                len(moved), np.array(moved, np.int32), np.array(lower), np.array(upper)
            )
        self._fixed = dict(fixed)
