"""People against sites, or against money: the best plan, its proof and the greedy plan at each step."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InvalidValueError
from geo.people import SHARE
from geo.schema import STATUS
from geo.siting.cost_table import Weights, read_costs
from geo.siting.cover_bound import STEPS
from geo.siting.cover_exact import best_cover
from geo.siting.cover_problem import CoverProblem, merged
from geo.siting.cover_search import greedy, in_order_of_gain
from geo.siting.cover_state import worth
from geo.siting.limits import read_choice
from geo.siting.plan import OPTIMAL, Options, gap_below
from geo.siting.question import CoverQuestion, ask_cover
from geo.siting.relaxed import RelaxedWalk
from geo.siting.shortlist import shortlist
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]
SiteCosts = pd.Series | Sequence[float] | npt.NDArray[np.number]

SITES, BUDGET = "sites", "budget"
OBJECTIVE, BOUND, GAP = "objective", "bound", "gap"
# With so many sites the relaxation is walked as a whole.
_WALKED = 5_000
GREEDY_OBJECTIVE, GREEDY_SHARE, CHOSEN = "greedy_objective", "greedy_share", "chosen"


def cover_curve(
    cost: Any,
    weights: Weights,
    *,
    max_cost: float,
    sites: Sequence[int] | None = None,
    budget: Sequence[float] | None = None,
    site_costs: SiteCosts | None = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> pd.DataFrame:
    """Give the most people that each number of sites, or each amount of money, brings within reach.

    Each step begins with the plan and the prices of the one before.

    Parameters
    ----------
    cost, weights, max_cost, site_costs, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups. The time is for all steps together.
    sites, budget
        The numbers of new sites, or the amounts; one of the two.

    Returns
    -------
    DataFrame
        Indexed by `sites` or `budget`, rising: `objective`, `share`, `bound`, `gap` and `status` as in
        `Plan`, `greedy_objective` and `greedy_share`, and `chosen`, the labels of the sites in order of gain.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.
    """
    watch = Watch(time_limit_s, options)
    if (sites is None) == (budget is None) or "least_share" in options:
        raise InvalidValueError("Give either sites or budget, a rising list of either, and no least_share.")
    steps = sorted(set(sites if sites is not None else budget or ()))
    if not steps:
        raise InvalidValueError("The curve has no step; give at least one number of sites or one amount.")
    table = read_costs(cost, weights)
    last: dict[str, Any] = {"count": steps[-1]} if sites is not None else {"count": None, "budget": steps[-1]}
    first = {"count": steps[0]} if sites is not None else {"count": None, "budget": steps[0]}
    for ends in (first, last):
        choice = read_choice(table.sites, site_costs=site_costs, fixed=fixed, options=options, **ends)
    asked = ask_cover(table, choice, max_cost, options)
    rows = _walk(asked, steps, by_count=sites is not None, watch=watch)
    return pd.DataFrame(rows, index=pd.Index(steps, name=SITES if sites is not None else BUDGET))


def _walk(
    asked: CoverQuestion, steps: Sequence[float], *, by_count: bool, watch: Watch
) -> list[dict[str, Any]]:
    """Take the steps: the relaxation's own plan where it is whole, and the whole proof where it is not."""
    problem, chosen, prices, rows = asked.problem, list[int](), None, list[dict[str, Any]]()
    if not min(problem.lists.shape):
        return [_row(asked, [], [], 0.0, OPTIMAL) for _step in steps]
    whole = greedy(problem) if by_count else []
    if by_count and problem.lists.shape[1] > _WALKED and problem.limits.group is None and whole:
        some = shortlist(problem, [int(step) for step in steps], whole, watch=watch)
        asked = replace(asked, problem=merged(problem.only(some)))
        problem, whole = asked.problem, np.searchsorted(some, whole).tolist()
    walk = RelaxedWalk(problem, watch) if problem.lists.shape[1] <= _WALKED else None
    for step in steps:
        limits = replace(problem.limits, **({"count": int(step)} if by_count else {"budget": float(step)}))
        here = problem.within(limits)
        soon = whole[: int(step)] if by_count else greedy(here)
        relaxed = walk.at(step, watch) if walk else None
        if relaxed is not None and relaxed.chosen is not None:
            chosen, bound, status = relaxed.chosen, relaxed.bound, OPTIMAL
        else:
            near = [] if relaxed is None else _rounded(here, relaxed.opened)
            start = max((soon, chosen, near), key=lambda plan: worth(here, plan))
            found = best_cover(
                here,
                watch=watch,
                start=start,
                prices=prices if relaxed is None else relaxed.prices,
                steps=STEPS if relaxed is None else 1,
                told_offset=asked.covered,
            )
            chosen, prices, bound, status = found.chosen, found.prices, found.bound, found.status
        rows.append(_row(asked, chosen, soon, bound, status))
    return rows


def _rounded(problem: CoverProblem, opened: Floats) -> list[int]:
    """Open the sites that the relaxation opens most, as far as the limits go."""
    plan = list[int]()
    for site in np.argsort(-opened, kind="stable")[: int((opened > 0).sum())]:
        if problem.limits.affordable(plan)[site]:
            plan.append(int(site))
    return plan


def _row(
    asked: CoverQuestion, chosen: Sequence[int], soon: Sequence[int], bound: float, status: str
) -> dict[str, Any]:
    total = float(asked.table.weights.sum())
    objective = asked.covered + worth(asked.problem, chosen)
    easy, bound = asked.covered + worth(asked.problem, soon), asked.covered + bound
    order = in_order_of_gain(asked.problem, chosen)[0]
    return {
        OBJECTIVE: objective,
        SHARE: objective / total if total > 0 else np.nan,
        BOUND: max(bound, objective),
        GAP: gap_below(objective, bound),
        STATUS: status,
        GREEDY_OBJECTIVE: easy,
        GREEDY_SHARE: easy / total if total > 0 else np.nan,
        CHOSEN: tuple(asked.table.sites[asked.problem.sites[order]]),
    }
