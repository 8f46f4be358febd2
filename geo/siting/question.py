"""A question of covering: what the fixed sites leave open, and whom nothing can reach."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.siting.cost_table import CostTable, lists_within, needed_costs
from geo.siting.cover_problem import CoverProblem, merged
from geo.siting.limits import Choice, demand_groups
from geo.siting.plan import INFEASIBLE, NEEDED_COST, Options, Plan
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CoverQuestion:
    """Hold a question of covering: what the fixed sites leave open, and what they cover already."""

    table: CostTable
    problem: CoverProblem
    covered: float
    needs: Floats | None
    short: pd.Series
    unreachable: pd.Series


def ask_cover(table: CostTable, choice: Choice, max_cost: float, options: Options) -> CoverQuestion:
    """Take away what the fixed sites reach, merge what is left, and find whom nothing allowed reaches."""
    lists = lists_within(table, max_cost)
    served = lists @ choice.fixed.astype(np.float64) > 0
    lost = ~served & (lists @ choice.allowed.astype(np.float64) == 0)
    usable = np.flatnonzero(choice.allowed)
    groups = demand_groups(table.demand, options)
    group, needs, short = None, None, pd.Series(dtype=np.float64)
    if groups is not None:
        group, names, share = groups
        count = len(names)
        total = np.bincount(group, weights=table.weights, minlength=count).astype(np.float64)
        have = np.bincount(group, weights=table.weights * served, minlength=count)
        reachable = np.bincount(group, weights=table.weights * ~lost, minlength=count)
        needs = np.asarray(share * total - have, np.float64)
        missed = reachable < share * total * (1 - 1e-12)
        short = pd.Series((reachable / np.where(total > 0, total, 1))[missed], index=names[missed])
    weights = np.where(served, 0.0, table.weights)
    whole = CoverProblem(lists, weights, np.arange(len(table.sites)), choice.limits, group)
    problem = merged(whole.only(usable))
    rows = np.flatnonzero(lost & (table.weights > 0))
    needed = pd.Series(
        needed_costs(table, rows, choice.fixed | choice.allowed), index=table.demand[rows], name=NEEDED_COST
    )
    return CoverQuestion(table, problem, float(table.weights[served].sum()), needs, short, needed)


def impossible(asked: CoverQuestion, watch: Watch) -> Plan:
    """Say which groups cannot get their least share even with every candidate open."""
    named = ", ".join(f"{name} {share:.1%}" for name, share in list(asked.short.items())[:5])
    reason = (
        f"Even with every candidate open {len(asked.short)} groups stay below the least share: {named}. Ask "
        "a smaller share, a larger threshold, or give candidates there."
    )
    return nothing(asked, watch, reason)


def nothing(asked: CoverQuestion, watch: Watch, reason: str, status: str = INFEASIBLE) -> Plan:
    """Give the plan of who found none, and why."""
    nan = float("nan")
    return Plan((), (), nan, nan, nan, nan, status, watch.seconds(), asked.unreachable, reason)
