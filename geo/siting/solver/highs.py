"""HiGHS, asked for the best of a linear model with whole-numbered columns, with a start and an end."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from geo.arrays import Floats, Mask
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.result import CANCELLED, INFEASIBLE, OPTIMAL, TIME_LIMIT

# Far below half a person or a metre, far above what the solver's own sums are off by.
_RELATIVE_GAP = 1e-9
_DECIDED = 1e-6
# Amounts are written as about two to this power: a solver takes a millionth for nothing.
_DIGITS = 20
# No double is as large as two to the power after this.
_LARGEST = 1023


@dataclass(frozen=True)
class Model:
    """Hold a model to minimise: costs and bounds of columns, rows as a sparse matrix with bounds.

    Parameters
    ----------
    costs, lower, upper
        Of the columns.
    whole
        Which columns are whole numbers.
    rows
        Row x column (csr).
    row_lower, row_upper
        Of the rows, infinite where there is none.
    """

    costs: Floats
    lower: Floats
    upper: Floats
    whole: Mask
    rows: Any
    row_lower: Floats
    row_upper: Floats


class Solved(NamedTuple):
    """Hold what HiGHS found: the columns (None if nothing), what nothing can fall below, and the status."""

    columns: Floats | None
    bound: float
    status: str


def solve(
    model: Model,
    *,
    deadline: Deadline,
    start: Floats | None = None,
    reported_offset: float = 0.0,
    sign: float = 1.0,
    enough: float | None = None,
) -> Solved:
    """Minimise the model to proven optimality, or as far as the time allows.

    Parameters
    ----------
    model
        What to minimise.
    deadline
        Time left, and whether the search is called off.
    start
        A plan to begin with, one value a column.
    reported_offset, sign
        Progress is reported as `reported_offset + sign * objective`.
    enough
        The search ends once it has as little as this, or knows that it takes more.
    """
    if not len(model.costs):
        fits = bool((model.row_lower <= _DECIDED).all() and (model.row_upper >= -_DECIDED).all())
        return Solved(np.zeros(0), 0.0, OPTIMAL) if fits else Solved(None, np.inf, INFEASIBLE)
    scale = _scale_of(model.costs)
    if scale > 1:
        solved = solve(
            replace(model, costs=model.costs * scale),
            deadline=deadline,
            start=start,
            reported_offset=reported_offset,
            sign=sign / scale,
            enough=None if enough is None else enough * scale,
        )
        return solved._replace(bound=solved.bound / scale)
    import highspy  # noqa: PLC0415 - an eighth of a second to import

    # The class below `Highs` prints no banner when it gets a callback: standard output is the caller's.
    solver = quiet(highspy.Highs.__mro__[1](), deadline)
    solver.passModel(as_lp(highspy, model))
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = start.tolist()
        solver.setSolution(point)
    _listen(highspy, solver, deadline, (reported_offset, sign), enough)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    columns = np.array(solver.getSolution().col_value) if found else None
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return Solved(None, np.inf, INFEASIBLE)
    bound, stopped = _bound_of(info, model), deadline.stopped()
    ended = CANCELLED if stopped == CANCELLED else TIME_LIMIT
    if status == highspy.HighsModelStatus.kOptimal:
        ended = OPTIMAL
    worse = ended == OPTIMAL and start is not None and columns is not None and _is_worse(model, columns, info)
    # HiGHS decided by a bound that it does not give back: nothing is proven.
    best = np.inf if columns is None else float(model.costs @ columns)
    decided = enough is None or not bound <= enough + _DECIDED < best
    unproven = ended != OPTIMAL and not stopped and not decided
    if worse or unproven:
        enough = None if unproven else enough
        return solve(model, deadline=deadline, reported_offset=reported_offset, sign=sign, enough=enough)
    return Solved(columns, bound, ended)


def _scale_of(costs: Floats) -> float:
    """Return the power of two that makes costs as large as a solver's tolerances mean them to be.

    Whole costs differ by 1 at least, which no tolerance swallows.
    """
    largest = float(np.abs(costs).max(initial=0.0))
    if largest <= 0 or (costs == np.round(costs)).all():
        return 1.0
    return max(written_by(largest), 1.0)


def written_by(amount: float) -> float:
    """Return the power of two to scale amounts by, so that nothing of them falls below a solver's zero.

    Parameters
    ----------
    amount
        The largest there is, or all of it.
    """
    return float(np.ldexp(1.0, min(_DIGITS - int(np.frexp(amount)[1]), _LARGEST))) if amount > 0 else 1.0


def _is_worse(model: Model, columns: Floats, info: Any) -> bool:
    """Return whether the columns are worse than the optimum HiGHS reports.

    Seen in highspy 1.16 where presolving finds the optimum by itself: the start is given back in its stead.
    """
    best = float(info.objective_function_value)
    return float(model.costs @ columns) > best + _DECIDED * max(abs(best), 1.0)


def quiet(solver: Any, deadline: Deadline) -> Any:
    """Let a solver print nothing, use one thread, and prove what it says to nine digits."""
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "time_limit": max(deadline.left_s(), 0.0),
        "mip_rel_gap": _RELATIVE_GAP,
        "mip_abs_gap": 1e-7,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def as_lp(highspy: Any, model: Model, *, whole: bool = True) -> Any:
    """Put a model into HiGHS's own form, with or without the demand for whole columns."""
    lp, rows = highspy.HighsLp(), model.rows
    lp.num_col_, lp.num_row_ = len(model.costs), rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.costs, model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = rows.data.astype(np.float64)
    if whole and model.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in model.whole]
    return lp


def _listen(
    highspy: Any, solver: Any, deadline: Deadline, scale: tuple[float, float], enough: float | None
) -> None:
    kinds = highspy.cb.HighsCallbackType

    def decided(out: Any) -> bool:
        return enough is not None and (
            out.mip_primal_bound <= enough + _DECIDED or out.mip_dual_bound > enough + _DECIDED
        )

    def hear(kind: Any, _message: str, out: Any, back: Any, _data: Any) -> None:
        if kind != kinds.kCallbackMipLogging:
            settled = kind == kinds.kCallbackMipInterrupt and decided(out)
            back.user_interrupt = settled or deadline.stopped() != ""
            return
        best, bound = (scale[0] + scale[1] * value for value in (out.mip_primal_bound, out.mip_dual_bound))
        if np.isfinite(best) and np.isfinite(bound):
            deadline.report(best, bound, abs(best - bound) / max(abs(best), abs(bound), 1e-12))

    solver.setCallback(hear, None)
    for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackMipLogging):
        solver.startCallback(kind)


def _bound_of(info: Any, model: Model) -> float:
    return float(info.mip_dual_bound if model.whole.any() else info.objective_function_value)
