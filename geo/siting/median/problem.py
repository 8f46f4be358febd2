"""Costs of going to each of the nearest sites, client by client, in rising order."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from geo.arrays import Floats, Int64s, Integers, Mask, Positions
from geo.siting.median.costs import MedianCosts, list_starts
from geo.siting.solver.limits import Limits


@dataclass(frozen=True)
class MedianProblem:
    """Hold who goes where at what cost.

    Parameters
    ----------
    costs
        What each client pays at each site.
    fixed
        Which sites are open already.
    limits
        Of the sites; `count` is how many new ones.
    row, site, price
        The nearest sites of each client, one after the other, in order of cost.
    end
        No site that is not listed costs its client less.
    """

    costs: MedianCosts
    fixed: Mask
    limits: Limits
    row: Integers
    site: Integers
    price: Floats
    end: Floats

    @cached_property
    def start(self) -> Int64s:
        """Return where the list of each client begins, and where the last one ends."""
        return list_starts(self.row, len(self.end))

    def total(self, opened: Positions) -> float:
        """Sum up what it costs when everybody goes to the nearest open site."""
        return float(self.costs.nearest(opened)[0].sum())

    def free(self, opened: Positions) -> Positions:
        """Return those of the open sites that are not fixed."""
        free: Positions = opened[~self.fixed[opened]]
        return free


def with_all(costs: MedianCosts, fixed: Mask, limits: Limits) -> MedianProblem:
    """Begin with all ways that are listed."""
    return MedianProblem(costs, fixed, limits, *costs.lists)


def with_few(problem: MedianProblem, kept: Mask, limit: Floats) -> MedianProblem:
    """List only some of the sites, and only ways that cost no more than each client's limit."""
    used = kept[problem.site] & (problem.price <= limit[problem.row])
    return replace(
        problem,
        row=problem.row[used],
        site=problem.site[used],
        price=problem.price[used],
        end=np.minimum(problem.end, limit),
    )
