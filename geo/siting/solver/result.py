"""The result of a siting model, and the options all models share."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import Message

# How a search ended. "greedy" is a good plan whose optimality nobody looked into.
OPTIMAL, TIME_LIMIT, CANCELLED, INFEASIBLE, GREEDY = (
    "optimal",
    "time_limit",
    "cancelled",
    "infeasible",
    "greedy",
)
STATUSES = (OPTIMAL, TIME_LIMIT, CANCELLED, INFEASIBLE, GREEDY)

NEEDED_COST = "needed_cost"
# What two sums of the same weights may differ by, as a share of them.
ROUNDING = 1e-9


def _nobody() -> pd.Series:
    return pd.Series([], dtype=np.float64, name=NEEDED_COST)


@dataclass(frozen=True)
class Plan:
    """Hold the sites a model chose, what they bring, and how sure it is that nothing is better.

    Parameters
    ----------
    sites
        Labels of the sites to open, in order of gain: each is the one that adds most to those before it and
        to the fixed ones. The fixed ones are not among them.
    gains
        What each of `sites` adds, in that order: persons covered, or cost saved.
    objective
        What the model measures, fixed sites included: persons covered (`max_cover`), sites or their cost
        (`set_cover`), persons times cost (`p_median`), the longest way (`p_center`). Missing if infeasible.
    share
        Share of all weight that is covered, or can reach an open site, 0-1. Missing if infeasible.
    bound
        No plan can be better than this.
    gap
        How far `objective` may be from the best, as a share of `bound` where more is better and of
        `objective` where less is better; 0 where it is proven that it is the best.
    status
        One of `STATUSES`. Only "optimal" is proven.
    seconds
        How long it took.
    unreachable
        Demand that no allowed site reaches: its label and the least `max_cost` at which one would
        (`needed_cost`, infinite where the costs given have no way at all).
    reason
        Why it is infeasible, in one sentence; None otherwise.
    served
        Who goes where, of the capacitated models alone: persons, demand x site (a sparse array).
    """

    sites: tuple[Hashable, ...]
    gains: tuple[float, ...]
    objective: float
    share: float
    bound: float
    gap: float
    status: str
    seconds: float
    unreachable: pd.Series = field(default_factory=_nobody)
    reason: Message | None = None
    served: Any = None


class Progress(NamedTuple):
    """Say how far a search is: the best found, what nothing can beat, and the gap between them."""

    objective: float
    bound: float
    gap: float
    seconds: float


class Options(TypedDict, total=False):
    """List the options all models share; each has no effect when left out.

    `forbidden`: labels of sites never to open. `site_groups`: the group, such as the county, of every site,
    and `most_per_group`: how many new ones each may get. `demand_groups`: the group of every demand point,
    and `least_share`: the share of each group's weight that must be covered. `progress`: called with a
    `Progress` whenever the gap shrinks, and about once a second besides. `cancelled`: asked again and again;
    once it says True the search ends with the best it has.
    """

    forbidden: Iterable[Hashable]
    site_groups: pd.Series | Sequence[Hashable] | npt.NDArray[np.generic]
    most_per_group: int
    demand_groups: pd.Series | Sequence[Hashable] | npt.NDArray[np.generic]
    least_share: float
    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]


def gap_below(objective: float, bound: float) -> float:
    """Return the gap of a plan that wants much, from what it has and what nothing can exceed."""
    if bound - objective <= ROUNDING * abs(bound):
        return 0.0
    return float((bound - objective) / bound)


def gap_above(objective: float, bound: float) -> float:
    """Return the gap of a plan that wants little, from what it has and what nothing can fall below.

    Nothing costs less than nothing: a bound below 0 is one of 0.
    """
    bound = max(bound, 0.0)
    if objective - bound <= ROUNDING * abs(objective):
        return 0.0
    return float((objective - bound) / objective)
