"""What may be opened: how many sites, for how much money, where, and how many in one group."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Mask, Positions
from geo.errors import InvalidValueError, some
from geo.siting.solver.result import Options

# What a sum of costs may be off by, as a share of the budget.
_CENT = 1e-12
_KNOWN = frozenset(Options.__annotations__)


@dataclass(frozen=True)
class Limits:
    """Hold how many sites and how much money there are, what each site costs, and how many a group may get.

    `group` is the number of each site's group, `room` how many new sites each group may get.
    """

    count: int | None
    budget: float | None
    costs: Floats
    group: Positions | None
    room: Positions | None

    def of(self, sites: Positions) -> "Limits":
        """Return the same limits for some of the sites."""
        group = None if self.group is None else self.group[sites]
        return replace(self, costs=self.costs[sites], group=group)

    def after(self, chosen: Sequence[int]) -> "Limits":
        """Return what is left of number, money and room once some sites are open."""
        count = None if self.count is None else self.count - len(chosen)
        budget = None if self.budget is None else self.budget - float(self.costs[list(chosen)].sum())
        room = self.room
        if self.group is not None and room is not None:
            room = room - np.bincount(self.group[list(chosen)], minlength=len(room))
        return replace(self, count=count, budget=budget, room=room)

    def hold(self, chosen: Sequence[int]) -> bool:
        """Return whether some sites are within every limit."""
        rest = self.after(chosen)
        money = rest.budget is None or self.budget is None or rest.budget >= -_CENT * self.budget
        number = rest.count is None or rest.count >= 0
        return number and money and (rest.room is None or bool((rest.room >= 0).all()))

    def affordable(self, chosen: Sequence[int]) -> Mask:
        """Mark the sites that may still be added to those chosen."""
        rest = self.after(chosen)
        left = np.ones(len(self.costs), bool)
        if rest.count is not None and rest.count <= 0:
            return np.zeros(len(self.costs), bool)
        if rest.budget is not None and self.budget is not None:
            left &= self.costs <= rest.budget + _CENT * self.budget
        if rest.group is not None and rest.room is not None:
            left &= rest.room[rest.group] > 0
        left[list(chosen)] = False
        return left


@dataclass(frozen=True)
class SiteChoice:
    """Hold which sites are open already, which may be opened, and within what limits."""

    fixed: Mask
    allowed: Mask
    limits: Limits


def read_choice(
    sites: pd.Index,
    *,
    count: int | None,
    budget: float | None = None,
    site_costs: Any = None,
    fixed: Iterable[Hashable] = (),
    options: Options,
    needs_limit: bool = True,
) -> SiteChoice:
    """Read what may be opened, and refuse what cannot be meant.

    Raises
    ------
    TypeError
        An option does not exist.
    InvalidValueError
        A number of sites below 1 or above the candidates; a budget or a cost that is missing or negative; an
        unknown label; a site both fixed and forbidden; a limit a group without groups, or the other way.
    """
    strange = sorted(set(options) - _KNOWN)
    if strange:
        raise TypeError(f"There is no option {some(strange)}; there are {', '.join(sorted(_KNOWN))}.")
    is_fixed = _marked(sites, fixed, what="fixed")
    is_forbidden = _marked(sites, options.get("forbidden", ()), what="forbidden")
    if (is_fixed & is_forbidden).any():
        raise InvalidValueError("fixed_and_forbidden", names=some(sites[is_fixed & is_forbidden]))
    allowed = ~is_fixed & ~is_forbidden
    if needs_limit and count is None and budget is None:
        raise InvalidValueError("neither_sites_nor_budget")
    _require_count(count, int(allowed.sum()))
    costs = _site_costs(site_costs, sites, budget)
    group, room = _groups(sites, options)
    return SiteChoice(is_fixed, allowed, Limits(count, budget, costs, group, room))


def demand_groups(demand: pd.Index, options: Options) -> tuple[Positions, pd.Index, float] | None:
    """Read the group of every demand point and the share each group must get; None where none is asked.

    Raises
    ------
    InvalidValueError
        Only one of the two is given, a group is missing, or the share is not 0 to 1.
    """
    groups, share = options.get("demand_groups"), options.get("least_share")
    if groups is None and share is None:
        return None
    if groups is None or share is None:
        raise InvalidValueError("least_share_needs_groups")
    if not 0 <= share <= 1:
        raise InvalidValueError("least_share_unusable", share=share)
    codes, names = pd.factorize(along(groups, demand, what="demand_groups"), sort=True)
    if (codes < 0).any():
        raise InvalidValueError("demand_groups_missing", names=some(demand[codes < 0]))
    return codes.astype(np.intp), pd.Index(names), float(share)


def _require_count(count: int | None, candidates: int) -> None:
    if count is None:
        return
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise InvalidValueError("sites_no_whole_number", count=count)
    if count > candidates:
        raise InvalidValueError("more_sites_than_candidates", sites=count, count=candidates)


def _site_costs(site_costs: Any, sites: pd.Index, budget: float | None) -> Floats:
    if budget is not None and not (np.isfinite(budget) and budget > 0):
        raise InvalidValueError("budget_unusable", budget=budget)
    if site_costs is None:
        if budget is not None:
            raise InvalidValueError("budget_without_costs")
        return np.ones(len(sites))
    given = along(site_costs, sites, what="site_costs")
    costs = pd.to_numeric(pd.Series(given), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(costs) & (costs >= 0))
    if wrong.any():
        raise InvalidValueError("site_costs_unusable", names=some(sites[wrong]))
    return costs


def _groups(sites: pd.Index, options: Options) -> tuple[Positions | None, Positions | None]:
    groups, most = options.get("site_groups"), options.get("most_per_group")
    if groups is None and most is None:
        return None, None
    if groups is None or most is None:
        raise InvalidValueError("site_groups_need_most")
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 0:
        raise InvalidValueError("most_per_group_unusable", most=most)
    codes, names = pd.factorize(along(groups, sites, what="site_groups"))
    if (codes < 0).any():
        raise InvalidValueError("site_groups_missing", names=some(sites[codes < 0]))
    return codes.astype(np.intp), np.full(len(names), int(most))


def along(values: Any, labels: pd.Index, *, what: str) -> Any:
    """Put values in the order of some labels: a series by its own, anything else as it stands.

    Raises
    ------
    InvalidValueError
        A label has no value or two.
    """
    if isinstance(values, pd.Series):
        if values.index.has_duplicates or len(labels.difference(values.index)):
            lost = labels.difference(values.index)
            raise InvalidValueError("labels_without_value", what=what, names=some(lost))
        return values.reindex(labels).to_numpy()
    array = np.asarray(values)
    if array.shape != (len(labels),):
        raise InvalidValueError("values_of_wrong_shape", what=what, shape=array.shape, count=len(labels))
    return array


def _marked(sites: pd.Index, labels: Iterable[Hashable], *, what: str) -> Mask:
    wanted = pd.Index(list(labels))
    position = sites.get_indexer(wanted) if len(wanted) else np.array([], np.intp)
    if (position < 0).any():
        raise InvalidValueError(
            "labels_no_site", what=what, names=some(wanted[position < 0]), sites=some(sites)
        )
    mask = np.zeros(len(sites), bool)
    mask[position] = True
    return mask
