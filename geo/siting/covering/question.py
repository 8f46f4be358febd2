"""A question of covering: what the fixed sites leave open, and who is out of reach."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.errors import Message
from geo.siting.covering.fairness import best_least_share
from geo.siting.covering.problem import CoverProblem, merged
from geo.siting.covering.state import reached_by
from geo.siting.solver.cost_table import CostTable, lists_within, needed_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import SiteChoice, demand_groups
from geo.siting.solver.result import INFEASIBLE, NEEDED_COST, Options, Plan

# Why there is no plan where a search ended before it had one.
_HAVE, _TOTAL = "have", "total"
# What the search for a share that could be had may take, once it is known that what is asked cannot.
_LOOK_S = 10.0


@dataclass(frozen=True)
class CoverQuestion:
    """Hold a question of covering: what the fixed sites leave open, and what they cover already."""

    table: CostTable
    problem: CoverProblem
    covered: float
    needs: Floats | None
    groups: pd.DataFrame
    short: pd.Series
    unreachable: pd.Series


def ask_cover(table: CostTable, choice: SiteChoice, max_cost: float, options: Options) -> CoverQuestion:
    """Take away what the fixed sites reach, merge what is left, and find who no allowed site reaches."""
    lists = lists_within(table, max_cost)
    served = lists @ choice.fixed.astype(np.float64) > 0
    lost = ~served & (lists @ choice.allowed.astype(np.float64) == 0)
    usable = np.flatnonzero(choice.allowed)
    groups = demand_groups(table.demand, options)
    group, needs, short = None, None, pd.Series(dtype=np.float64)
    figures = pd.DataFrame({_HAVE: [], _TOTAL: []}, dtype=np.float64)
    if groups is not None:
        group, names, share = groups
        count = len(names)
        total = np.bincount(group, weights=table.weights, minlength=count).astype(np.float64)
        have = np.bincount(group, weights=table.weights * served, minlength=count)
        reachable = np.bincount(group, weights=table.weights * ~lost, minlength=count)
        needs = np.asarray(share * total - have, np.float64)
        figures = pd.DataFrame({_HAVE: have, _TOTAL: total}, index=names)
        missed = reachable < share * total * (1 - 1e-12)
        short = pd.Series((reachable / np.where(total > 0, total, 1))[missed], index=names[missed])
    weights = np.where(served, 0.0, table.weights)
    whole = CoverProblem(lists, weights, np.arange(len(table.sites)), choice.limits, group)
    problem = merged(whole.only(usable))
    rows = np.flatnonzero(lost & (table.weights > 0))
    needed = pd.Series(
        needed_costs(table, rows, choice.fixed | choice.allowed), index=table.demand[rows], name=NEEDED_COST
    )
    return CoverQuestion(table, problem, float(table.weights[served].sum()), needs, figures, short, needed)


def impossible(asked: CoverQuestion, deadline: Deadline) -> Plan:
    """Say which groups cannot get their least share even with every candidate open."""
    named = [
        Message("county_share", county=name, share=share) for name, share in list(asked.short.items())[:5]
    ]
    reason = Message("groups_below_with_everything", count=len(asked.short), shares=named)
    return nothing(asked, deadline, reason)


def too_much(asked: CoverQuestion, deadline: Deadline) -> Plan:
    """Say how far the limits raise the worst-off group, and which groups stay below what they need."""
    if asked.needs is None:
        raise AssertionError
    have, total = (asked.groups[name].to_numpy() for name in (_HAVE, _TOTAL))
    lifted = best_least_share(asked.problem, have, total, deadline=deadline.part(_LOOK_S))
    covered = asked.problem.weights * (reached_by(asked.problem.lists, lifted.chosen) > 0)
    got = np.bincount(asked.problem.group, covered, len(have)) if asked.problem.group is not None else have
    short = np.flatnonzero((got < asked.needs * (1 - 1e-9)) & (total > 0))
    shares = sorted(((have + got)[k] / total[k], str(asked.groups.index[int(k)])) for k in short)
    named = [Message("county_share", county=name, share=share) for share, name in shares[:5]]
    reason = Message("least_share_leaves_below", most=lifted.bound, count=len(short), shares=named)
    return nothing(asked, deadline, reason)


def nothing(asked: CoverQuestion, deadline: Deadline, reason: Message, status: str = INFEASIBLE) -> Plan:
    """Return the plan of who found none, and why."""
    nan = float("nan")
    return Plan((), (), nan, nan, nan, nan, status, deadline.seconds(), asked.unreachable, reason)
