"""Check every plan against its question before it is returned; nothing here knows how a plan was found.

A model is decorated with `checked` and the rule of what it promises. The rule reads the costs, the limits and
the plan alone, and names every limit that is not kept and every figure that does not come out again. A plan
with a fault is never returned: it is a fault of this program, not of the question.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.arrays import Mask, Positions
from geo.errors import PlanFaultError
from geo.siting.checker.raw_table import RawTable
from geo.siting.solver.result import INFEASIBLE, OPTIMAL, Plan

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
# What a model was asked, by the names of its arguments, and what it answers.
Rule = Callable[[Mapping[str, Any], Any], Iterable[str]]

# What two sums of the same figures may differ by, as a share of them.
NEAR = 1e-9
# What a proven plan may be off by: a solver ends a little before.
_PROVEN = 1e-6


def checked(rule: Rule) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Let nothing out of a model that breaks a rule.

    Parameters
    ----------
    rule
        Names the faults of an answer.

    Raises
    ------
    PlanFaultError
        From the decorated model: an answer has a fault.
    """

    def decorate(model: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        signature = inspect.signature(model)
        parameters = signature.parameters.values()
        # The name of `**options`, and not of a parameter that happens to be called so.
        gathered = next((one.name for one in parameters if one.kind is one.VAR_KEYWORD), "")

        @wraps(model)
        def answer(*given: Any, **named: Any) -> Any:
            # What can be read but once must reach both the model and its checker.
            question = {
                name: list(value) if isinstance(value, Iterator) else value for name, value in named.items()
            }
            found = cast("Any", model)(*given, **question)
            bound = signature.bind(*given, **question)
            bound.apply_defaults()
            asked = dict(bound.arguments)
            faults = list(rule(asked | asked.pop(gathered, {}), found))
            if faults:
                raise PlanFaultError("plan_breaks_limits", model=model.__name__, faults="; ".join(faults))
            return found

        return cast("Callable[Asked, Answer]", answer)

    return decorate


def same(one: float, other: float, *, near: float = NEAR) -> bool:
    """Return whether two figures are the same but for rounding; none is the same as none."""
    if np.isnan(one) or np.isnan(other):
        return bool(np.isnan(one) and np.isnan(other))
    return bool(abs(one - other) <= near * max(abs(one), abs(other)))


def figure_faults(plan: Plan, *, objective: float, more: bool, near: float = NEAR) -> Iterator[str]:
    """Name what is wrong with a plan's own figures.

    Parameters
    ----------
    plan
        A plan with sites, or with none to open.
    objective
        As it comes out of the raw costs.
    more
        Whether more is better.
    near
        What the objective may be off by, as a share of it.
    """
    if not same(plan.objective, objective, near=near):
        yield f"the objective is {plan.objective!r} and comes out as {objective!r}"
    slack = max(near, NEAR) * max(abs(plan.objective), abs(plan.bound))
    if not (plan.bound >= plan.objective - slack if more else plan.bound <= plan.objective + slack):
        yield f"the bound is {plan.bound!r} and the objective {plan.objective!r}"
    if not 0 <= plan.gap <= 1:
        yield f"the gap is {plan.gap!r}"
    if plan.status == OPTIMAL and plan.gap > _PROVEN:
        yield f"it is called proven with a gap of {plan.gap!r}"
    if len(plan.gains) != len(plan.sites) or any(gain < 0 for gain in plan.gains):
        yield f"the gains are {list(plan.gains)[:5]}"


def empty_faults(plan: Plan) -> Iterator[str]:
    """Name what is wrong with an answer that has no plan."""
    if plan.sites or plan.gains or not plan.reason:
        yield "there is no plan, and yet sites, or no reason why"
    if plan.status == OPTIMAL:
        yield "there is no plan, and it is called proven"


def has_none(plan: Plan) -> bool:
    """Return whether an answer has no plan."""
    return bool(plan.status == INFEASIBLE or np.isnan(plan.objective))


class Asking:
    """Hold what may be opened, as it was asked.

    Parameters
    ----------
    question
        The arguments of a model by name.
    sites
        The labels of all sites, in order.
    """

    def __init__(self, question: Mapping[str, Any], sites: pd.Index) -> None:
        self._question, self.sites = question, sites
        self.fixed: Positions = np.unique(self.positions(question.get("fixed", ())))

    def positions(self, labels: Iterable[Any]) -> Positions:
        """Return the places of some labels in the order of the sites; -1 for what is none."""
        found: Positions = self.sites.get_indexer(pd.Index(list(labels), dtype=object)).astype(np.intp)
        return found

    def of_sites(self, name: str) -> npt.NDArray[Any] | None:
        """Return an argument with one value a site, in the order of the sites; None where it is not given."""
        value = self._question.get(name)
        if value is None:
            return None
        return np.asarray(value.reindex(self.sites) if isinstance(value, pd.Series) else value)

    def limit_faults(self, new: Sequence[Any]) -> Iterator[str]:
        """Name every limit that some new sites do not keep."""
        question, place = self._question, self.positions(new)
        if (place < 0).any() or len(set(place.tolist())) < len(place):
            yield "a site does not exist or is opened twice"
            return
        if set(place.tolist()) & set(self.fixed.tolist()):
            yield "a site is opened that stands already"
        if set(place.tolist()) & set(self.positions(question.get("forbidden", ())).tolist()):
            yield "a forbidden site is opened"
        count, budget = question.get("sites"), question.get("budget")
        if count is not None and len(place) > count:
            yield f"{len(place)} sites are opened and {count} may be"
        costs, groups = self.of_sites("site_costs"), self.of_sites("site_groups")
        if budget is not None and costs is not None:
            spent = float(np.sum(costs[place].astype(np.float64)))
            if spent > budget * (1 + NEAR):
                yield f"the sites cost {spent!r} and the budget is {budget!r}"
        most = question.get("most_per_group")
        if groups is not None and most is not None and len(place):
            fullest = int(pd.Series(groups[place]).value_counts().max())
            if fullest > most:
                yield f"a group gets {fullest} sites and may get {most}"


class TableAsking(Asking):
    """Hold a question about a table of costs, and the sites its plan leaves open.

    Parameters
    ----------
    question
        The arguments of the model by name.
    plan
        Its answer.
    table
        The costs, where they are read already.
    """

    def __init__(self, question: Mapping[str, Any], plan: Plan, table: RawTable | None = None) -> None:
        self.table = table or RawTable(question["cost"], question["weights"])
        super().__init__(question, self.table.sites)
        self.question, self.weights = question, self.table.weights
        self.total = float(self.weights.sum())
        self.new = self.positions(plan.sites)
        # Who stands comes first: what a new site adds comes after.
        self.opened: Positions = np.concatenate([self.fixed, self.new])

    def group_faults(self, reached: Mask) -> Iterator[str]:
        """Name the groups of demand that stay below the share that each must get."""
        groups, least = self.question.get("demand_groups"), self.question.get("least_share")
        if groups is None or least is None:
            return
        named = groups.reindex(self.table.demand) if isinstance(groups, pd.Series) else groups
        frame = pd.DataFrame({"all": self.weights, "reached": self.weights * reached})
        sums = frame.groupby(np.asarray(named)).sum()
        short = sums[sums["reached"] < least * sums["all"] * (1 - NEAR)]
        if len(short):
            yield f"{len(short)} groups stay below the least share, as {short.index[0]}"
