"""The fewest sites, open in part: the linear relaxation of a set cover, with demand added as needed."""

from typing import Any

import numpy as np

from geo.arrays import Floats, Mask
from geo.siting.covering.model import limit_rows
from geo.siting.covering.set_cover_model import covering_model
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits


class RelaxedFewest:
    """Hold the relaxation, so that more demand takes a few steps more.

    Parameters
    ----------
    limits
        Of the sites; the number of them is what is sought.
    deadline
        Ends the search.
    """

    def __init__(self, limits: Limits, deadline: Deadline) -> None:
        import highspy  # noqa: PLC0415 - an eighth of a second to import

        from geo.siting.solver.highs import as_lp, quiet  # noqa: PLC0415 - with the solver

        rows, upper = limit_rows(limits)
        self._count, self._limited, self._deadline = len(limits.costs), rows.shape[0], deadline
        model = covering_model(rows[:0], np.ones(self._count), rows, upper)
        self._solver = quiet(highspy.Highs.__mro__[1](), deadline)
        self._solver.passModel(as_lp(highspy, model, whole=False))
        self._kinds, self._infinite = highspy.HighsModelStatus, highspy.kHighsInf
        self._listen(highspy)

    def add(self, lists: Any) -> None:
        """Ask that more demand be reached.

        Parameters
        ----------
        lists
            Demand x site (csr), 1 where the site reaches the demand.
        """
        count = lists.shape[0]
        self._solver.addRows(
            count,
            np.ones(count),
            np.full(count, self._infinite),
            lists.nnz,
            lists.indptr[:-1].astype(np.int32),
            lists.indices.astype(np.int32),
            np.ones(lists.nnz),
        )

    def solve(self) -> tuple[float, Floats] | None:
        """Return how many sites it takes, infinite if none do, and how far each is open; None if stopped."""
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + self._deadline.left_s())
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == self._kinds.kInfeasible:
            return np.inf, np.zeros(self._count)
        if status != self._kinds.kOptimal:
            return None
        columns = np.array(self._solver.getSolution().col_value)
        return float(self._solver.getInfo().objective_function_value), columns

    def priced(self) -> Mask:
        """Mark the demand, in the order it was added, that the number of sites hangs on."""
        price = np.array(self._solver.getSolution().row_dual)[self._limited :]
        needed: Mask = price > 0
        return needed

    def _listen(self, highspy: Any) -> None:
        kind = highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt

        def hear(_kind: Any, _message: str, _out: Any, back: Any, _data: Any) -> None:
            back.user_interrupt = self._deadline.stopped() != ""

        self._solver.setCallback(hear, None)
        self._solver.startCallback(kind)
