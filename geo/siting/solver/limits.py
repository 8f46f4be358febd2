"""What may be opened: how many sites, for how much money, where, and how many in one group."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InvalidValueError
from geo.siting.solver.cost_table import some
from geo.siting.solver.result import Options

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

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
    group: Integers | None
    room: Integers | None

    def of(self, sites: Integers) -> "Limits":
        """Give the same limits for some of the sites."""
        group = None if self.group is None else self.group[sites]
        return replace(self, costs=self.costs[sites], group=group)

    def after(self, chosen: Sequence[int]) -> "Limits":
        """Give what is left of number, money and room once some sites are open."""
        count = None if self.count is None else self.count - len(chosen)
        budget = None if self.budget is None else self.budget - float(self.costs[list(chosen)].sum())
        room = self.room
        if self.group is not None and room is not None:
            room = room - np.bincount(self.group[list(chosen)], minlength=len(room))
        return replace(self, count=count, budget=budget, room=room)

    def hold(self, chosen: Sequence[int]) -> bool:
        """Tell whether some sites are within every limit."""
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
class Choice:
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
) -> Choice:
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
        raise InvalidValueError(
            f"{some(sites[is_fixed & is_forbidden])} is both fixed and forbidden; a site that stands cannot "
            "be forbidden, so take it out of one of the two."
        )
    allowed = ~is_fixed & ~is_forbidden
    if needs_limit and count is None and budget is None:
        raise InvalidValueError("Neither sites nor budget is given; say how many sites, or how much money.")
    _require_count(count, int(allowed.sum()))
    costs = _site_costs(site_costs, sites, budget)
    group, room = _groups(sites, options)
    return Choice(is_fixed, allowed, Limits(count, budget, costs, group, room))


def demand_groups(demand: pd.Index, options: Options) -> tuple[Integers, pd.Index, float] | None:
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
        raise InvalidValueError("least_share and demand_groups need each other; give both or neither.")
    if not 0 <= share <= 1:
        raise InvalidValueError(f"least_share is {share}; give a share from 0 to 1.")
    codes, names = pd.factorize(along(groups, demand, what="demand_groups"), sort=True)
    if (codes < 0).any():
        raise InvalidValueError(f"demand_groups is missing for {some(demand[codes < 0])}; name its group.")
    return codes.astype(np.intp), pd.Index(names), float(share)


def _require_count(count: int | None, candidates: int) -> None:
    if count is None:
        return
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise InvalidValueError(
            f"sites is {count!r}; give a whole number of at least 1, fixed sites not counted."
        )
    if count > candidates:
        raise InvalidValueError(
            f"sites is {count}, but only {candidates} candidates are neither fixed nor forbidden; ask for "
            "fewer, or give more candidates."
        )


def _site_costs(site_costs: Any, sites: pd.Index, budget: float | None) -> Floats:
    if budget is not None and not (np.isfinite(budget) and budget > 0):
        raise InvalidValueError(f"budget is {budget}; give a finite amount above 0.")
    if site_costs is None:
        if budget is not None:
            raise InvalidValueError("budget is given without site_costs; say what each site costs.")
        return np.ones(len(sites))
    given = along(site_costs, sites, what="site_costs")
    costs = pd.to_numeric(pd.Series(given), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(costs) & (costs >= 0))
    if wrong.any():
        raise InvalidValueError(
            f"site_costs is missing, negative or infinite for {some(sites[wrong])}; give finite costs, 0 "
            "or more."
        )
    return costs


def _groups(sites: pd.Index, options: Options) -> tuple[Integers | None, Integers | None]:
    groups, most = options.get("site_groups"), options.get("most_per_group")
    if groups is None and most is None:
        return None, None
    if groups is None or most is None:
        raise InvalidValueError("site_groups and most_per_group need each other; give both or neither.")
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 0:
        raise InvalidValueError(f"most_per_group is {most!r}; give a whole number of at least 0.")
    codes, names = pd.factorize(along(groups, sites, what="site_groups"))
    if (codes < 0).any():
        raise InvalidValueError(f"site_groups is missing for {some(sites[codes < 0])}; name its group.")
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
            raise InvalidValueError(
                f"{what} lacks {some(lost)} or names a label twice; give each label exactly one value."
            )
        return values.reindex(labels).to_numpy()
    array = np.asarray(values)
    if array.shape != (len(labels),):
        raise InvalidValueError(
            f"{what} has the shape {array.shape}; give {len(labels)} values, one for each."
        )
    return array


def _marked(sites: pd.Index, labels: Iterable[Hashable], *, what: str) -> Mask:
    wanted = pd.Index(list(labels))
    position = sites.get_indexer(wanted) if len(wanted) else np.array([], np.intp)
    if (position < 0).any():
        raise InvalidValueError(
            f"{what} names {some(wanted[position < 0])}, which is no site; the sites are {some(sites)}."
        )
    mask = np.zeros(len(sites), bool)
    mask[position] = True
    return mask
