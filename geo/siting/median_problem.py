"""Costs of going to each of the nearest sites, client by client, in rising order."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo.siting.limits import Limits

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MedianProblem:
    """Hold who goes where at what cost.

    Parameters
    ----------
    cost
        Client x site, weight times cost; what has no way costs more than all that have one together.
    fixed
        Which sites are open already.
    limits
        Of the sites; `count` is how many new ones.
    row, site, price
        The nearest sites of each client, one after the other, in order of cost.
    end
        No site that is not listed costs its client less.
    """

    cost: Floats
    fixed: Mask
    limits: Limits
    row: Integers
    site: Integers
    price: Floats
    end: Floats

    def total(self, opened: Integers) -> float:
        """Sum up what it costs when everybody goes to the nearest open site."""
        return float(self.cost[:, opened].min(axis=1).sum())

    def free(self, opened: Integers) -> Integers:
        """Give those of the open sites that are not fixed."""
        free: Integers = opened[~self.fixed[opened]]
        return free


def with_nearest(cost: Floats, fixed: Mask, limits: Limits, *, nearest: int) -> MedianProblem:
    """List the nearest sites of every client."""
    clients, sites = cost.shape
    nearest = min(nearest, sites)
    if nearest < sites:
        chosen = np.argpartition(cost, nearest, axis=1)
        end = np.take_along_axis(cost, chosen[:, nearest : nearest + 1], axis=1)[:, 0]
        chosen = np.sort(chosen[:, :nearest], axis=1)
    else:
        chosen = np.broadcast_to(np.arange(sites), (clients, sites))
        end = np.full(clients, np.inf)
    prices = np.take_along_axis(cost, chosen, axis=1)
    order = np.argsort(prices, axis=1, kind="stable")
    return MedianProblem(
        cost,
        fixed,
        limits,
        row=np.repeat(np.arange(clients), nearest),
        site=np.take_along_axis(chosen, order, axis=1).ravel(),
        price=np.take_along_axis(prices, order, axis=1).ravel(),
        end=end,
    )


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
