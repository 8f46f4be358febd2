"""The linear relaxation of covering for one limit after the other: each begins where the last ended."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.siting.cover_model import cover_model
from geo.siting.cover_problem import CoverProblem
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]

# How near to a whole number the solver's own columns are when they mean it.
_WHOLE = 1e-6


class Relaxed(NamedTuple):
    """Hold what no plan can exceed, the prices of the rows, and how far each site is open.

    `chosen` is the plan, None where some site is open in part.
    """

    bound: float
    prices: Floats
    opened: Floats
    chosen: list[int] | None


class RelaxedWalk:
    """Hold the relaxation, so that another number of sites, or another budget, takes few steps more.

    Parameters
    ----------
    problem
        Merged, with a number of sites or a budget but not both.
    """

    def __init__(self, problem: CoverProblem, watch: Watch) -> None:
        import highspy  # noqa: PLC0415 - an eighth of a second to import

        from geo.siting.highs import as_lp, quiet  # noqa: PLC0415 - with the solver

        self._shared = np.diff(problem.lists.indptr) > 1
        self._sites, self._weights = problem.lists.shape[1], problem.weights
        self._solver = quiet(highspy.Highs.__mro__[1](), watch)
        self._solver.passModel(as_lp(highspy, cover_model(problem), whole=False))
        self._row = int(self._shared.sum())
        self._done = highspy.HighsModelStatus.kOptimal

    def at(self, limit: float, watch: Watch) -> Relaxed | None:
        """Solve the relaxation for a number of sites or an amount; None where time ends it."""
        self._solver.changeRowBounds(self._row, -np.inf, float(limit))
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + watch.left_s())
        self._solver.run()
        if self._solver.getModelStatus() != self._done:
            return None
        solution = self._solver.getSolution()
        opened = np.array(solution.col_value[: self._sites])
        prices = self._weights.copy()
        prices[self._shared] = np.clip(
            -np.array(solution.row_dual[: self._row]), 0.0, self._weights[self._shared]
        )
        whole = (np.abs(opened - np.round(opened)) <= _WHOLE).all()
        chosen = np.flatnonzero(opened > 1 - _WHOLE).tolist() if whole else None
        return Relaxed(-float(self._solver.getInfo().objective_function_value), prices, opened, chosen)
