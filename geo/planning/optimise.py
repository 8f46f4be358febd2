"""Which purchases to make: the proven best within a budget or a number, and a good plan at once.

Where every purchase only adds, the question is one of maximal covering and `geo.siting.max_cover` answers it,
each purchase a candidate with its cost. Where sites may also move or close, or where the county worst off
counts, it is not: `geo.planning.relocation` writes those questions as models of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import Message
from geo.planning.actions import CLOSE, RELOCATE, Action, net_cost
from geo.planning.baseline import Ground
from geo.planning.checker import choice_faults
from geo.planning.constraints import FAIRNESS, Means
from geo.planning.fairness import buyable_rows, column_of, least_share_of, lift_the_worst
from geo.planning.options import BUYABLE, Offers
from geo.planning.ordering import NOBODY, Change, Step, in_order, least_share
from geo.planning.relocation import Mixed, solve_mix
from geo.proximity.grid import demand_places
from geo.schema import COST_YUAN, COUNTY, NAME
from geo.siting import GREEDY, INFEASIBLE, Options, Plan, Progress, greedy_cover, max_cover
from geo.siting.checker.check import checked
from geo.siting.solver.result import gap_below

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

TIME_LIMIT_S = 60.0
_TODAY = "today"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Choice:
    """Hold the steps of a plan in order of gain, what each adds, and how sure it is that none is better.

    `objective` and `bound` are persons covered, or the least share of a county where fairness is measured;
    `gap` is between them. `covered` are the persons covered after it. `unreachable` are the persons whom no
    offer and no site of today reaches. Nothing but a `status` of "optimal" is proven.
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
def choose_greedily(ground: Ground, offers: Offers, means: Means) -> Choice:
    """Make a good plan at once, purchase by purchase; it is never shown as the best.

    Parameters
    ----------
    ground, offers
        What the plan starts from, and what can be bought. Nothing is moved or closed.
    means
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
    if not len(buyable_rows(offers)):
        # All that may be done is to move or close what stands.
        return _settled(ground, offers, means, Mixed(status=GREEDY))
    if means.measure == FAIRNESS:
        found = Mixed(lift_the_worst(ground, offers, means), status=GREEDY)
        fairest = _settled(ground, offers, means, found)
        return _told_if_empty(_with_least_share(ground, offers, means, fairest), offers)
    cost, weights, options = _question(ground, offers, means)
    quick = _from_plan(ground, offers, greedy_cover(cost, weights, **options))
    return _told_if_empty(_with_least_share(ground, offers, means, quick), offers)


def _with_least_share(ground: Ground, offers: Offers, means: Means, quick: Choice) -> Choice:
    """Give a step-by-step plan that gives every county its least share: this, the fairest, or none."""
    asked = (means.least_share or 0.0) * (1 - _ROUNDING)
    if not asked or least_share_of(ground, offers, quick.steps) >= asked:
        return quick
    fairest = Mixed(lift_the_worst(ground, offers, means), status=GREEDY)
    fair = _settled(ground, offers, means, fairest)
    if least_share_of(ground, offers, fair.steps) >= asked:
        return fair
    reason = Message("least_share_not_step_by_step")
    today = _covered_today(ground)
    return replace(quick, steps=(), gains=(), covered=today, objective=today, reason=reason)


@checked(choice_faults)
def choose_best(
    ground: Ground,
    offers: Offers,
    means: Means,
    *,
    kinds: Sequence[str],
    table: pd.DataFrame,
    time_limit_s: float = TIME_LIMIT_S,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Choice:
    """Find the plan that reaches most, and prove it, or say how far from proven it is.

    Parameters
    ----------
    ground, offers, means
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
    told = Options()
    if progress is not None:
        told["progress"] = progress
    if cancelled is not None:
        told["cancelled"] = cancelled
    moves = {kind: net_cost(table, kind) for kind in (RELOCATE, CLOSE) if kind in kinds}
    if moves or means.measure == FAIRNESS:
        found = solve_mix(ground, offers, means, moves=moves, time_limit_s=time_limit_s, options=told)
        best = _settled(ground, offers, means, found, moves=moves)
        # Stopped early it must not fall behind what is known at once.
        quick = choose_greedily(ground, offers, means)
        if found.reason or quick.reason or quick.objective <= best.objective:
            return _told_if_empty(best, offers)
        bound = max(best.bound, quick.objective)
        gap = gap_below(quick.objective, bound)
        return replace(quick, bound=bound, gap=gap, status=best.status, seconds=best.seconds)
    cost, weights, options = _question(ground, offers, means)
    plan = max_cover(cost, weights, time_limit_s=time_limit_s, **options, **told)
    return _told_if_empty(_from_plan(ground, offers, plan), offers)


def _told_if_empty(choice: Choice, offers: Offers) -> Choice:
    """Say why a plan has no steps: an empty plan alone would look like an answer."""
    if choice.steps or choice.reason:
        return choice
    costs = offers.rows[COST_YUAN][offers.rows[BUYABLE].to_numpy(dtype=bool)]
    cheapest = Message("cheapest_action", yuan=costs.min()) if len(costs) else Message("nothing_buildable")
    reason = Message("nobody_new_reached", why=cheapest, people=choice.unreachable)
    return replace(choice, reason=reason)


def _question(ground: Ground, offers: Offers, means: Means) -> tuple[Any, Floats, dict[str, Any]]:
    """Write the question for `geo.siting`: what can be bought, and one site for all of today's."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    rows = buyable_rows(offers)
    served = np.flatnonzero(ground.reached_today > 0)
    starts = np.array([0, len(served)])
    shape = (len(ground.people), 1)
    today = sparse.csc_array((np.zeros(len(served)), served, starts), shape=shape)
    options: dict[str, Any] = {
        "max_cost": ground.aim.within_m,
        "sites": means.sites,
        "budget": means.budget_yuan,
        "site_costs": np.append(offers.rows[COST_YUAN].to_numpy(np.float64)[rows], 0.0),
        "fixed": (len(rows),),
    }
    if means.most_per_county is not None:
        options["site_groups"] = np.append(offers.rows[COUNTY].to_numpy(dtype=object)[rows], _TODAY)
        options["most_per_group"] = means.most_per_county
    if means.least_share is not None:
        # A county where nobody counts has no share to reach.
        options["demand_groups"] = ground.counties.to_numpy(dtype=object)[ground.county]
        options["least_share"] = means.least_share
    return sparse.hstack([offers.reach[:, rows], today], format="csr"), ground.people, options


def _from_plan(ground: Ground, offers: Offers, plan: Plan) -> Choice:
    rows = buyable_rows(offers)
    lost = ground.people[plan.unreachable.index.to_numpy(np.intp)].sum() if len(plan.unreachable) else 0.0
    nothing = plan.status == INFEASIBLE
    return Choice(
        steps=tuple(offers.step(int(rows[site])) for site in plan.sites),  # type: ignore[call-overload]
        gains=plan.gains,
        covered=_covered_today(ground) if nothing else plan.objective,
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        status=plan.status,
        seconds=plan.seconds,
        unreachable=float(lost),
        reason=plan.reason,
    )


def _settled(
    ground: Ground, offers: Offers, means: Means, found: Mixed, *, moves: dict[str, float] | None = None
) -> Choice:
    """Put a plan's steps in order of gain and leave out those that do nothing for it."""
    costs = moves or {}
    changes = [Change(offers.step(row), column_of(offers.reach, row), NOBODY) for row in found.bought]
    for site, row in found.moved:
        step = offers.step(row, moved=site, cost_yuan=costs[RELOCATE])
        changes.append(Change(step, column_of(offers.reach, row), _homes_of(ground, site)))
    for site in found.closed:
        name = str(ground.sites.loc[site, NAME])
        step = (Action(CLOSE, costs[CLOSE], facility_id=site, name=name),)
        changes.append(Change(step, NOBODY, _homes_of(ground, site)))
    ordered, gains, reached = in_order(ground, changes, means)
    covered = float(ground.people[reached > 0].sum())
    objective = covered if means.measure != FAIRNESS else least_share(ground, reached)
    bound = max(found.bound, objective) if np.isfinite(found.bound) else objective
    if found.status == GREEDY:
        bound = 1.0 if means.measure == FAIRNESS else float(ground.people.sum())
    out = (ground.reached_today == 0) & (np.diff(offers.reach.tocsr().indptr) == 0)
    return Choice(
        steps=tuple(change.step for change in ordered),
        gains=tuple(gains),
        covered=covered,
        objective=objective,
        bound=bound,
        gap=gap_below(objective, bound),
        status=found.status,
        seconds=found.seconds,
        unreachable=float(ground.people[out].sum()),
        reason=found.reason,
    )


def _covered_today(ground: Ground) -> float:
    return float(ground.people[ground.reached_today > 0].sum())


def _homes_of(ground: Ground, site: str) -> Integers:
    place = demand_places(ground.sites.loc[[site]])
    homes: Integers = ground.index.reach(*place, within_m=ground.aim.within_m).indices.astype(np.intp)
    return homes
