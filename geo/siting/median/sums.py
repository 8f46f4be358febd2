"""What every site and every client comes to among the listed ways: sums that searches and bounds work with.

Large problems have them from compiled loops, where those are at hand; numpy gives the same.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats, Int64s, Mask, Positions
from geo.proximity.grid import run_in_threads
from geo.siting.median.costs import is_large, large_loops
from geo.siting.median.problem import MedianProblem

_PARTS = 4


class Nearest(NamedTuple):
    """Hold for every client the open site it goes to, what that costs, and what the second would cost."""

    site: Positions
    price: Floats
    second: Floats


def saved_sums(problem: MedianProblem, prices: Floats) -> Floats:
    """Sum up for every site what it saves against the prices, as a number of at most 0."""
    loops, parts = large_loops(problem.price), _parts(problem)
    sums = np.zeros((len(parts), len(problem.fixed)))

    def add(number: int) -> None:
        clients = parts[number]
        if loops is not None:
            loops.add_savings(_lists(problem, clients), prices[clients], sums[number])
            return
        listed = slice(*problem.start[[clients.start, clients.stop]])
        saved = problem.price[listed] - prices[problem.row[listed]]
        near = np.flatnonzero(saved < 0)
        sums[number] = np.bincount(problem.site[listed][near], saved[near], len(problem.fixed))

    _each(add, parts)
    total: Floats = sums.sum(axis=0)
    return total


def times_served(problem: MedianProblem, prices: Floats, opened: Positions) -> Floats:
    """Count for every client the open sites that cost it less than its price."""
    loops, is_open, parts = large_loops(problem.price), _mask(problem, opened), _parts(problem)
    if loops is not None:
        served = np.zeros(len(prices))

        def count(number: int) -> None:
            clients = parts[number]
            loops.count_served(_lists(problem, clients), prices[clients], is_open, served[clients])

        _each(count, parts)
        return served
    near = np.flatnonzero((problem.price < prices[problem.row]) & is_open[problem.site])
    return np.bincount(problem.row[near], minlength=len(prices)).astype(np.float64)


def nearest_open(problem: MedianProblem, opened: Positions) -> Nearest:
    """Find the nearest and the second open site of every client, among those listed."""
    loops, is_open, top = large_loops(problem.price), _mask(problem, opened), ceiling(problem)
    site, price, second = np.full(len(problem.end), -1), top.copy(), top.copy()
    if loops is not None:
        loops.find_open(_lists(problem, slice(0, len(site))), is_open, site, price, second)
        return Nearest(site, price, second)
    found = np.flatnonzero(is_open[problem.site])
    row = problem.row[found]
    first = np.flatnonzero(np.diff(row, prepend=-1) != 0)
    site[row[first]] = problem.site[found[first]]
    price[row[first]] = problem.price[found[first]]
    following = first + 1
    following = following[following < len(row)]
    following = following[row[following] == row[following - 1]]
    second[row[following]] = problem.price[found[following]]
    return Nearest(site, price, second)


def exchange_sums(
    problem: MedianProblem, near: Nearest, owner: Positions, *, places: int
) -> tuple[Floats, Floats, Floats]:
    """Add up what the exchange of one site for another comes to.

    Parameters
    ----------
    problem, near
        The ways, and where everybody goes now.
    owner
        The place, among those that may close, of the site each client goes to.
    places
        How many places there are.

    Returns
    -------
    tuple
        What opening each site saves; what closing each place costs; and, site x place, what it does not cost
        after all if the one opens for the other.
    """
    sites = len(problem.fixed)
    loss = np.bincount(owner, np.where(near.site >= 0, near.second - near.price, 0.0), places).astype(
        np.float64
    )
    loops = large_loops(problem.price)
    if loops is not None:
        gain, extra = np.zeros(sites), np.zeros((sites, places))
        loops.value_exchanges(_lists(problem, slice(0, len(owner))), near, owner, gain, extra)
        return gain, loss, extra
    listed = np.flatnonzero(problem.price < near.second[problem.row])
    row, site, price = problem.row[listed], problem.site[listed], problem.price[listed]
    saved = np.bincount(site, np.maximum(near.price[row] - price, 0.0), sites).astype(np.float64)
    kept = np.where(near.site[row] >= 0, near.second[row] - np.maximum(near.price[row], price), 0.0)
    both = np.bincount(site.astype(np.intp) * places + owner[row], kept, sites * places).astype(np.float64)
    return saved, loss, both.reshape(sites, places)


def ceiling(problem: MedianProblem) -> Floats:
    """Return what a client pays at least where none of its listed sites is open."""
    if np.isfinite(problem.end).all():
        return problem.end
    width = len(problem.price) // len(problem.end)
    return problem.price.reshape(-1, width)[:, -1] + 1.0


def _mask(problem: MedianProblem, opened: Positions) -> Mask:
    is_open = np.zeros(len(problem.fixed), bool)
    is_open[opened] = True
    return is_open


def _lists(problem: MedianProblem, clients: slice) -> tuple[Int64s, Positions, Floats]:
    """Return the lists of some clients as the loops take them."""
    return problem.start[clients.start : clients.stop + 1], problem.site, problem.price


def _parts(problem: MedianProblem) -> list[slice]:
    """Cut a large problem's clients into parts, as many on every machine: sums are added up alike."""
    count = _PARTS if is_large(problem.price) else 1
    edges = np.linspace(0, len(problem.end), count + 1).astype(int).tolist()
    return [slice(first, last) for first, last in pairwise(edges)]


def _each(work: Callable[[int], None], parts: list[slice]) -> None:
    run_in_threads(lambda part: work(part.start), [slice(number, number + 1) for number in range(len(parts))])
