"""Everybody within reach of one site, and most of them of a second one: backup covering."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from geo.arrays import Floats, Positions
from geo.errors import Message
from geo.siting.checker.check import checked
from geo.siting.checker.rules import backup_faults
from geo.siting.covering.model import limit_rows
from geo.siting.covering.question import CoverQuestion, ask_cover, nothing
from geo.siting.covering.set_cover_model import HALF, fewest_sites
from geo.siting.solver.cost_table import Weights, lists_within, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import Model, solve
from geo.siting.solver.limits import SiteChoice, read_choice
from geo.siting.solver.result import INFEASIBLE, OPTIMAL, Options, Plan, gap_below

TWICE = 2


@checked(backup_faults)
def backup_cover(
    cost: Any,
    weights: Weights | None = None,
    *,
    max_cost: float,
    sites: int | None = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose sites that reach everybody once and most people twice: who still has one if one closes.

    Hogan and ReVelle 1986, doi:10.1287/mnsc.32.11.1434 (BACOP1). Fixed sites count as one and as second.

    Parameters
    ----------
    cost, max_cost, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups.
    weights
        Persons at each demand point; who weighs nothing need not be reached. All weigh 1 if None.
    sites
        How many new sites; the fewest that reach everybody if None.

    Returns
    -------
    Plan
        `objective` and `share` are of those reached at least twice; `gains` is the weight within reach of
        each site. Infeasible where somebody cannot be reached, or takes more sites than given.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.
    """
    deadline = Deadline(time_limit_s, options)
    table = read_costs(cost, weights)
    choice = read_choice(table.sites, count=sites, fixed=fixed, options=options, needs_limit=False)
    asked = ask_cover(table, choice, max_cost, options)
    if len(asked.unreachable):
        reason = Message("backup_places_unreached", max_cost=max_cost, count=len(asked.unreachable))
        return nothing(asked, deadline, reason)
    fewest = fewest_sites(asked.problem, deadline=deadline)
    count = sites if fewest.chosen is None else max(len(fewest.chosen), sites or 0)
    if fewest.chosen is None or (sites is not None and len(fewest.chosen) > sites):
        proven = fewest.status in {OPTIMAL, INFEASIBLE}
        reason = Message("backup_needs_more", count=count if sites is None else sites)
        return nothing(asked, deadline, reason, INFEASIBLE if proven else fewest.status)
    start = asked.problem.sites[np.searchsorted(asked.problem.sites, fewest.chosen)]
    plan = _with_backup(asked, choice, max_cost, count=int(count or 0), start=start, deadline=deadline)
    # Where that number is not proven to be needed, the best choice of it is not proven to be the answer.
    doubtful = sites is None and fewest.status != OPTIMAL and plan.status == OPTIMAL
    return replace(plan, status=fewest.status) if doubtful else plan


def _with_backup(
    asked: CoverQuestion,
    choice: SiteChoice,
    max_cost: float,
    *,
    count: int,
    start: Positions,
    deadline: Deadline,
) -> Plan:
    """Find, among the choices of this many sites that reach everybody, the one that reaches most twice."""
    rows = np.flatnonzero(asked.table.weights > 0)
    lists = lists_within(asked.table, max_cost)[rows]
    usable = np.flatnonzero(choice.allowed)
    stands = (lists @ choice.fixed.astype(np.float64)).astype(np.intp)
    limits = choice.limits.of(usable)
    model = _backup_model(lists[:, usable], asked.table.weights[rows], stands, limit_rows(limits), count)
    opened = np.isin(usable, start)
    times = stands + lists[:, usable] @ opened
    begin = np.concatenate([opened, times >= TWICE]).astype(np.float64)
    solved = solve(model, deadline=deadline, start=begin, sign=-1.0)
    if solved.columns is not None:
        opened = solved.columns[: len(usable)] > HALF
        times = stands + lists[:, usable] @ opened
    weights = asked.table.weights[rows]
    total, objective = float(weights.sum()), float(weights[times >= TWICE].sum())
    chosen = np.flatnonzero(opened)
    reach = lists[:, usable[chosen]].T @ weights
    order = np.lexsort((chosen, -reach))
    bound = min(max(-solved.bound, objective), total)
    return Plan(
        sites=tuple(asked.table.sites[usable[chosen[order]]]),
        gains=tuple(float(value) for value in reach[order]),
        objective=objective,
        share=objective / total if total > 0 else float("nan"),
        bound=bound,
        gap=gap_below(objective, bound),
        status=solved.status,
        seconds=deadline.seconds(),
    )


def _backup_model(
    lists: Any, weights: Floats, stands: Positions, limits: tuple[Any, Floats], count: int
) -> Model:
    """Write: each row's open sites, with those that stand, are at least 1, and 2 where it counts."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    rows, sites = lists.shape
    reach = sparse.hstack([lists, -sparse.eye_array(rows)], format="csr")
    number = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(rows)])[None, :])
    padded = sparse.hstack([limits[0], sparse.csr_array((limits[0].shape[0], rows))], format="csr")
    return Model(
        costs=-np.concatenate([np.zeros(sites), weights]),
        lower=np.zeros(sites + rows),
        upper=np.ones(sites + rows),
        whole=np.arange(sites + rows) < sites,
        rows=sparse.vstack([reach, number, padded], format="csr"),
        row_lower=np.concatenate([1.0 - stands, np.full(1 + padded.shape[0], -np.inf)]),
        row_upper=np.concatenate([np.full(rows, np.inf), [float(count)], limits[1]]),
    )
