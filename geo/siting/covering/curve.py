"""People against sites, or against money: the best plan, its proof and the greedy plan at each step."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np
import pandas as pd

from geo.arrays import Floats, Positions
from geo.coverage.people import SHARE
from geo.errors import InvalidValueError
from geo.schema import STATUS
from geo.siting.checker.check import checked
from geo.siting.checker.rules import curve_faults
from geo.siting.covering.branch import Branched, branched
from geo.siting.covering.exact import CoverSolution, best_cover
from geo.siting.covering.greedy import greedy, in_order_of_gain
from geo.siting.covering.problem import CoverProblem, merged, undominated
from geo.siting.covering.question import CoverQuestion, ask_cover
from geo.siting.covering.relaxed import RelaxedWalk
from geo.siting.covering.shortlist import shortlist
from geo.siting.covering.state import worth
from geo.siting.solver.cost_table import SiteCosts, Weights, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import read_choice
from geo.siting.solver.result import OPTIMAL, Options, gap_below

SITES, BUDGET = "sites", "budget"
OBJECTIVE, BOUND, GAP = "objective", "bound", "gap"
# With so many sites the relaxation is walked as a whole.
_WALKED = 5_000
GREEDY_OBJECTIVE, GREEDY_SHARE, CHOSEN = "greedy_objective", "greedy_share", "chosen"


@checked(curve_faults)
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
    """Return the most people that each number of sites, or each amount of money, brings within reach.

    Each step begins with the plan and the relaxation of the one before.

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
    deadline = Deadline(time_limit_s, options)
    if (sites is None) == (budget is None) or "least_share" in options:
        raise InvalidValueError("curve_of_one_axis")
    steps = sorted(set(sites if sites is not None else budget or ()))
    if not steps:
        raise InvalidValueError("curve_without_step")
    table = read_costs(cost, weights)
    last: dict[str, Any] = {"count": steps[-1]} if sites is not None else {"count": None, "budget": steps[-1]}
    first = {"count": steps[0]} if sites is not None else {"count": None, "budget": steps[0]}
    for ends in (first, last):
        choice = read_choice(table.sites, site_costs=site_costs, fixed=fixed, options=options, **ends)
    asked = ask_cover(table, choice, max_cost, options)
    rows = _walk(asked, steps, by_count=sites is not None, deadline=deadline)
    return pd.DataFrame(rows, index=pd.Index(steps, name=SITES if sites is not None else BUDGET))


def _walk(
    asked: CoverQuestion, steps: Sequence[float], *, by_count: bool, deadline: Deadline
) -> list[dict[str, Any]]:
    """Take the steps one after the other."""
    problem, found, rows = asked.problem, CoverSolution([], 0.0, OPTIMAL), list[dict[str, Any]]()
    if not min(problem.lists.shape):
        return [_row(asked, found, []) for _step in steps]
    each = [
        replace(problem.limits, **({"count": int(step)} if by_count else {"budget": float(step)}))
        for step in steps
    ]
    whole = greedy(problem) if by_count else []
    easy = [
        whole[: int(step)] if by_count else greedy(problem.within(limits))
        for step, limits in zip(steps, each, strict=True)
    ]
    kept = _worth_a_look(problem, steps, whole, easy, deadline=deadline)
    asked = replace(asked, problem=merged(problem.only(kept)))
    walk = RelaxedWalk(asked.problem, deadline) if len(kept) <= _WALKED else None
    for step, limits, plan in zip(steps, each, easy, strict=True):
        here, soon = asked.problem.within(limits.of(kept)), np.searchsorted(kept, plan).tolist()
        start = max((soon, found.chosen), key=lambda plan: worth(here, plan))
        tried = branched(walk, here, step, start=start, deadline=deadline) if walk else None
        if tried is not None and tried.proven:
            found = CoverSolution(tried.chosen, tried.bound, OPTIMAL, tried.prices)
        else:
            found = _proven(
                here, tried, start, found.prices, deadline=deadline, reported_offset=asked.covered
            )
        rows.append(_row(asked, found, soon))
    return rows


def _worth_a_look(
    problem: CoverProblem,
    steps: Sequence[float],
    whole: Sequence[int],
    easy: Sequence[Sequence[int]],
    *,
    deadline: Deadline,
) -> Positions:
    """List the sites that some step may need, and those of the greedy plans."""
    kept = np.arange(problem.lists.shape[1])
    if len(kept) > _WALKED and problem.limits.group is None and whole:
        kept = shortlist(problem, [int(step) for step in steps], whole, deadline=deadline)
    if len(kept) <= _WALKED:
        best = np.isin(problem.sites[kept], undominated(merged(problem.only(kept))).sites)
        kept = kept[best | np.isin(kept, [site for plan in easy for site in plan])]
    return kept


def _proven(
    problem: CoverProblem,
    tried: Branched | None,
    start: Sequence[int],
    prices: Floats | None,
    *,
    deadline: Deadline,
    reported_offset: float,
) -> CoverSolution:
    """Prove a step by all means: from where its branches ended, or from the step before."""
    if tried is None:
        return best_cover(
            problem, deadline=deadline, start=start, prices=prices, reported_offset=reported_offset
        )
    found = best_cover(
        problem,
        deadline=deadline,
        start=tried.chosen,
        prices=tried.prices,
        steps=1,
        reported_offset=reported_offset,
    )
    return found._replace(bound=min(found.bound, tried.bound))


def _row(asked: CoverQuestion, found: CoverSolution, soon: Sequence[int]) -> dict[str, Any]:
    total = float(asked.table.weights.sum())
    objective = asked.covered + worth(asked.problem, found.chosen)
    easy, bound = asked.covered + worth(asked.problem, soon), asked.covered + found.bound
    order = in_order_of_gain(asked.problem, found.chosen)[0]
    return {
        OBJECTIVE: objective,
        SHARE: objective / total if total > 0 else np.nan,
        BOUND: max(bound, objective),
        GAP: gap_below(objective, bound),
        STATUS: found.status,
        GREEDY_OBJECTIVE: easy,
        GREEDY_SHARE: easy / total if total > 0 else np.nan,
        CHOSEN: tuple(asked.table.sites[asked.problem.sites[order]]),
    }
