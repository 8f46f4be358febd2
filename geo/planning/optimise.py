"""Optimise a plan: the proven best within a budget or a number, and a good plan at once.

Where every purchase only adds, the question is one of maximal covering and `geo.siting.max_cover` answers it,
each purchase a candidate with its cost. Where sites may also move or close, or where the county worst off
counts, it is not: `geo.planning.relocation` writes those questions as models of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Positions
from geo.errors import Message
from geo.planning.actions import CLOSE, RELOCATE, Action, net_cost
from geo.planning.baseline import Baseline
from geo.planning.checker import choice_faults
from geo.planning.constraints import FAIRNESS, Constraints
from geo.planning.fairness import buyable_rows, column_of, least_share_of, raise_least_share
from geo.planning.options import BUYABLE, ActionOptions
from geo.planning.ordering import NOBODY, Step, StepChange, in_order, least_share
from geo.planning.relocation import Relocation, solve_relocation
from geo.proximity.grid import demand_places
from geo.schema import COST_YUAN, COUNTY, NAME
from geo.siting import GREEDY, INFEASIBLE, Options, Plan, Progress, greedy_cover, max_cover
from geo.siting.checker.check import checked
from geo.siting.solver.result import gap_below

TIME_LIMIT_S = 60.0
_TODAY = "today"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Solution:
    """Hold the steps of a plan in order of gain, what each adds, and how sure it is that none is better.

    `objective` and `bound` are persons covered, or the least share of a county where fairness is measured;
    `gap` is between them. `covered` are the persons covered after it. `unreachable` are the persons that no
    option and no site of today reaches. Nothing but a `status` of "optimal" is proven.
    """

    steps: tuple[Step, ...]
    gains: tuple[float, ...]
    covered: float
    objective: float
    bound: float
    gap: float
    status: str
    seconds: float
    unreachable: float
    reason: Message | None = None


@checked(choice_faults)
def choose_greedily(baseline: Baseline, options: ActionOptions, constraints: Constraints) -> Solution:
    """Make a good plan at once, purchase by purchase; it is never shown as the best.

    Parameters
    ----------
    baseline, options
        What the plan starts from, and what can be bought. Nothing is moved or closed.
    constraints
        What may be spent, and what is measured.

    Raises
    ------
    InvalidValueError
        More purchases are asked for than there are.

    Notes
    -----
    Where every county must have a least share and neither way to go step by step gives it, the plan is empty
    and says so.
    """
    if not len(buyable_rows(options)):
        # All that may be done is to move or close what stands.
        return _settled(baseline, options, constraints, Relocation(status=GREEDY))
    if constraints.measure == FAIRNESS:
        found = Relocation(raise_least_share(baseline, options, constraints), status=GREEDY)
        fairest = _settled(baseline, options, constraints, found)
        return _reason_if_empty(_with_least_share(baseline, options, constraints, fairest), options)
    cost, weights, solver_options = _cover_problem(baseline, options, constraints)
    quick = _from_plan(baseline, options, greedy_cover(cost, weights, **solver_options))
    return _reason_if_empty(_with_least_share(baseline, options, constraints, quick), options)


def _with_least_share(
    baseline: Baseline, options: ActionOptions, constraints: Constraints, quick: Solution
) -> Solution:
    """Return a step-by-step plan that gives every county its least share: this, the fairest, or none."""
    asked = (constraints.least_share or 0.0) * (1 - _ROUNDING)
    if not asked or least_share_of(baseline, options, quick.steps) >= asked:
        return quick
    fairest = Relocation(raise_least_share(baseline, options, constraints), status=GREEDY)
    fair = _settled(baseline, options, constraints, fairest)
    if least_share_of(baseline, options, fair.steps) >= asked:
        return fair
    reason = Message("least_share_not_step_by_step")
    today = _covered_today(baseline)
    return replace(quick, steps=(), gains=(), covered=today, objective=today, reason=reason)


@checked(choice_faults)
def choose_best(
    baseline: Baseline,
    options: ActionOptions,
    constraints: Constraints,
    *,
    kinds: Sequence[str],
    table: pd.DataFrame,
    time_limit_s: float = TIME_LIMIT_S,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """Find the plan that reaches most, and prove it, or say how far from proven it is.

    Parameters
    ----------
    baseline, options, constraints
        As `choose_greedily` takes them.
    kinds
        The kinds of action the plan may take; with `relocate` and `close` among them it may also move and
        close the sites of the area.
    table
        What each costs.
    time_limit_s, progress, cancelled
        As `geo.siting.Options` means them.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.
    """
    listeners = Options()
    if progress is not None:
        listeners["progress"] = progress
    if cancelled is not None:
        listeners["cancelled"] = cancelled
    moves = {kind: net_cost(table, kind) for kind in (RELOCATE, CLOSE) if kind in kinds}
    if moves or constraints.measure == FAIRNESS:
        found = solve_relocation(
            baseline, options, constraints, moves=moves, time_limit_s=time_limit_s, solver_options=listeners
        )
        best = _settled(baseline, options, constraints, found, moves=moves)
        # Stopped early it must not fall behind what is known at once.
        quick = choose_greedily(baseline, options, constraints)
        if found.reason or quick.reason or quick.objective <= best.objective:
            return _reason_if_empty(best, options)
        bound = max(best.bound, quick.objective)
        gap = gap_below(quick.objective, bound)
        return replace(quick, bound=bound, gap=gap, status=best.status, seconds=best.seconds)
    cost, weights, solver_options = _cover_problem(baseline, options, constraints)
    plan = max_cover(cost, weights, time_limit_s=time_limit_s, **solver_options, **listeners)
    return _reason_if_empty(_from_plan(baseline, options, plan), options)


def _reason_if_empty(choice: Solution, options: ActionOptions) -> Solution:
    """Say why a plan has no steps: an empty plan alone would look like an answer."""
    if choice.steps or choice.reason:
        return choice
    costs = options.rows[COST_YUAN][options.rows[BUYABLE].to_numpy(dtype=bool)]
    cheapest = Message("cheapest_action", yuan=costs.min()) if len(costs) else Message("nothing_buildable")
    reason = Message("nobody_new_reached", why=cheapest, people=choice.unreachable)
    return replace(choice, reason=reason)


def _cover_problem(
    baseline: Baseline, options: ActionOptions, constraints: Constraints
) -> tuple[Any, Floats, dict[str, Any]]:
    """Write the question for `geo.siting`: what can be bought, and one site for all of today's."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    rows = buyable_rows(options)
    served = np.flatnonzero(baseline.reached_today > 0)
    starts = np.array([0, len(served)])
    shape = (len(baseline.people), 1)
    today = sparse.csc_array((np.zeros(len(served)), served, starts), shape=shape)
    solver_options: dict[str, Any] = {
        "max_cost": baseline.objective.within_m,
        "sites": constraints.sites,
        "budget": constraints.budget_yuan,
        "site_costs": np.append(options.rows[COST_YUAN].to_numpy(np.float64)[rows], 0.0),
        "fixed": (len(rows),),
    }
    if constraints.most_per_county is not None:
        solver_options["site_groups"] = np.append(options.rows[COUNTY].to_numpy(dtype=object)[rows], _TODAY)
        solver_options["most_per_group"] = constraints.most_per_county
    if constraints.least_share is not None:
        # A county where nobody counts has no share to reach.
        solver_options["demand_groups"] = baseline.counties.to_numpy(dtype=object)[baseline.county]
        solver_options["least_share"] = constraints.least_share
    return sparse.hstack([options.reach[:, rows], today], format="csr"), baseline.people, solver_options


def _from_plan(baseline: Baseline, options: ActionOptions, plan: Plan) -> Solution:
    rows = buyable_rows(options)
    lost = baseline.people[plan.unreachable.index.to_numpy(np.intp)].sum() if len(plan.unreachable) else 0.0
    nothing = plan.status == INFEASIBLE
    return Solution(
        steps=tuple(options.step(int(rows[site])) for site in plan.sites),  # type: ignore[call-overload]
        gains=plan.gains,
        covered=_covered_today(baseline) if nothing else plan.objective,
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        status=plan.status,
        seconds=plan.seconds,
        unreachable=float(lost),
        reason=plan.reason,
    )


def _settled(
    baseline: Baseline,
    options: ActionOptions,
    constraints: Constraints,
    found: Relocation,
    *,
    moves: dict[str, float] | None = None,
) -> Solution:
    """Put a plan's steps in order of gain and leave out those that do nothing for it."""
    costs = moves or {}
    changes = [StepChange(options.step(row), column_of(options.reach, row), NOBODY) for row in found.bought]
    for site, row in found.moved:
        step = options.step(row, moved=site, cost_yuan=costs[RELOCATE])
        changes.append(StepChange(step, column_of(options.reach, row), _homes_of(baseline, site)))
    for site in found.closed:
        name = str(baseline.sites.loc[site, NAME])
        step = (Action(CLOSE, costs[CLOSE], facility_id=site, name=name),)
        changes.append(StepChange(step, NOBODY, _homes_of(baseline, site)))
    ordered, gains, reached = in_order(baseline, changes, constraints)
    covered = float(baseline.people[reached > 0].sum())
    objective = covered if constraints.measure != FAIRNESS else least_share(baseline, reached)
    bound = max(found.bound, objective) if np.isfinite(found.bound) else objective
    if found.status == GREEDY:
        bound = 1.0 if constraints.measure == FAIRNESS else float(baseline.people.sum())
    out = (baseline.reached_today == 0) & (np.diff(options.reach.tocsr().indptr) == 0)
    return Solution(
        steps=tuple(change.step for change in ordered),
        gains=tuple(gains),
        covered=covered,
        objective=objective,
        bound=bound,
        gap=gap_below(objective, bound),
        status=found.status,
        seconds=found.seconds,
        unreachable=float(baseline.people[out].sum()),
        reason=found.reason,
    )


def _covered_today(baseline: Baseline) -> float:
    return float(baseline.people[baseline.reached_today > 0].sum())


def _homes_of(baseline: Baseline, site: str) -> Positions:
    place = demand_places(baseline.sites.loc[[site]])
    homes: Positions = baseline.index.reach(*place, within_m=baseline.objective.within_m).indices.astype(
        np.intp
    )
    return homes
