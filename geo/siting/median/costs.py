"""Weight times cost from every client to every site: as a table where small, else the nearest listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats, Int64s, Integers, Mask, Positions
from geo.kernels.loader import MEDIANS, load_loops
from geo.siting.solver.cost_table import MOST_CELLS, CostTable, row_parts, whole_table

# At most this many pairs are listed of a large table, 16 bytes each.
_MOST_LISTED = 20_000_000
# Below this many listed pairs numpy is done before numba is imported.
_LARGE_FROM_PAIRS = 2_000_000


class Lists(NamedTuple):
    """Hold the nearest sites of each client, one after the other, in order of cost.

    No site that is not listed costs its client less than `end`.
    """

    row: Integers
    site: Integers
    price: Floats
    end: Floats


@dataclass(frozen=True)
class MedianCosts:
    """Hold what each client pays at each site.

    Parameters
    ----------
    table, rows, sites
        All costs, which of its demand are clients, and which of its sites may be open.
    too_much
        The price of what has no way: more than all that have one together.
    priced
        Client x site, weight times cost; None where that would be too large.
    lists
        The nearest sites of each client.
    """

    table: CostTable
    rows: Positions
    sites: Positions
    too_much: float
    priced: Floats | None
    lists: Lists

    @cached_property
    def start(self) -> Int64s:
        """Return where the list of each client begins, and where the last one ends."""
        return list_starts(self.lists.row, len(self.rows))

    def nearest(self, opened: Positions) -> tuple[Floats, Integers]:
        """Return what each client pays at the nearest of some sites, and which that is, the first if equal.

        With no site open nobody has a way, and the site is -1.
        """
        if not len(opened):
            return np.full(len(self.rows), self.too_much), np.full(len(self.rows), -1)
        if self.priced is not None:
            paid = self.priced[:, opened]
            place = np.argmin(paid, axis=1)
            return np.take_along_axis(paid, place[:, None], axis=1)[:, 0], opened[place]
        is_open = np.zeros(len(self.sites), bool)
        is_open[opened] = True
        least, site = np.full(len(self.rows), self.too_much), np.full(len(self.rows), -1)
        loops = large_loops(self.lists.price)
        if loops is not None:
            second = np.empty(len(self.rows))
            loops.find_open((self.start, self.lists.site, self.lists.price), is_open, site, least, second)
        else:
            found = np.flatnonzero(is_open[self.lists.site])
            row = self.lists.row[found]
            first = found[np.diff(row, prepend=-1) != 0]
            row = self.lists.row[first]
            least[row], site[row] = self.lists.price[first], self.lists.site[first]
        rest = np.flatnonzero(site < 0)
        site[rest] = opened[0]
        for part, price, column in _nearest_costs(self.table, self.rows[rest], self.sites[opened]):
            # Rows of a table come in the order of the sites, rows of pairs too: the first of equal ones.
            place = np.argmin(price, axis=1)[:, None]
            paid = np.take_along_axis(price, place, axis=1)[:, 0]
            least[rest[part]] = np.minimum(paid, self.too_much)
            site[rest[part]] = opened[np.take_along_axis(column, place, axis=1)[:, 0]]
        return least, site


def large_loops(listed: Floats) -> ModuleType | None:
    """Return the compiled loops if so much is listed that they are worth it, and they are at hand."""
    return load_loops(MEDIANS) if is_large(listed) else None


def is_large(listed: Floats) -> bool:
    """Return whether so much is listed that compiled loops and threads are worth it."""
    return len(listed) >= _LARGE_FROM_PAIRS


def list_starts(row: Integers, clients: int) -> Int64s:
    """Return where the list of each client begins, and where the last one ends."""
    return np.searchsorted(row, np.arange(clients + 1, dtype=row.dtype)).astype(np.int64)


def read_site_costs(
    table: CostTable, rows: Positions, sites: Positions, *, fixed: Mask, nearest: int
) -> MedianCosts:
    """Price every way, and list the nearest sites of every client.

    Parameters
    ----------
    table, rows, sites
        All costs, the demand that asks, and the sites that may be open.
    fixed
        Which of these sites stand: nobody needs one that is farther.
    nearest
        How many sites to list for each client, if the memory allows.
    """
    if len(table.demand) * len(table.sites) > MOST_CELLS:
        return _large(table, rows, sites, fixed, nearest)
    priced = whole_table(table)[np.ix_(rows, sites)] * table.weights[rows][:, None]
    missing = np.isinf(priced)
    too_much = _more_than(float(np.where(missing, 0.0, priced).max(axis=1, initial=0.0).sum()))
    priced[missing] = too_much
    return MedianCosts(table, rows, sites, too_much, priced, _listed(priced, nearest))


def _more_than(dearest: float) -> float:
    return dearest * (1 + 1e-6) + 1.0


def _listed(priced: Floats, nearest: int) -> Lists:
    """List the nearest sites of every client of a table."""
    clients, sites = priced.shape
    nearest = min(nearest, sites)
    price, site, end = _sorted_costs(priced, np.broadcast_to(np.arange(sites), priced.shape), nearest)
    return Lists(np.repeat(np.arange(clients), nearest), site.ravel(), price.ravel(), end)


def _large(table: CostTable, rows: Positions, sites: Positions, fixed: Mask, nearest: int) -> MedianCosts:
    """List the nearest sites of every client, part by part, up to its nearest fixed one."""
    nearest = max(min(nearest, len(sites), _MOST_LISTED // len(rows)), 1)
    row_of, site_of = (np.empty(len(rows) * nearest, np.int32) for _ in range(2))
    price_of, end = np.empty(len(rows) * nearest), np.empty(len(rows))
    filled, dearest = 0, 0.0
    for part, all_prices, all_columns in _nearest_costs(table, rows, sites):
        dearest += float(np.where(np.isfinite(all_prices), all_prices, 0.0).max(axis=1, initial=0.0).sum())
        stands = np.where(fixed[all_columns], all_prices, np.inf).min(axis=1, initial=np.inf)
        price, column, following = _sorted_costs(all_prices, all_columns, nearest)
        end[part] = np.minimum(following, stands)
        row, rank = np.nonzero((price <= stands[:, None]) & np.isfinite(price))
        to = slice(filled, filled + len(row))
        row_of[to], site_of[to], price_of[to] = row + part.start, column[row, rank], price[row, rank]
        filled = to.stop
    too_much = _more_than(dearest)
    lists = Lists(row_of[:filled], site_of[:filled], price_of[:filled], np.minimum(end, too_much))
    return MedianCosts(table, rows, sites, too_much, None, lists)


def _sorted_costs(price: Floats, column: Positions, nearest: int) -> tuple[Floats, Positions, Floats]:
    """Sort the cheapest of each row by price, then by column, and give the price of the one after them."""
    following = np.full(len(price), np.inf)
    if nearest < price.shape[1]:
        chosen = np.argpartition(price, nearest, axis=1)
        following = np.take_along_axis(price, chosen[:, nearest : nearest + 1], axis=1)[:, 0]
        chosen = np.sort(chosen[:, :nearest], axis=1)
        price, column = np.take_along_axis(price, chosen, 1), np.take_along_axis(column, chosen, 1)
    order = np.argsort(price, axis=1, kind="stable")
    return np.take_along_axis(price, order, 1), np.take_along_axis(column, order, 1), following


def _nearest_costs(
    table: CostTable, rows: Positions, sites: Positions
) -> Iterator[tuple[slice, Floats, Positions]]:
    """Yield what some rows pay at some sites and which these are, part by part; infinite: no way."""
    if table.whole is not None:
        for part in row_parts(len(rows), len(sites)):
            costs = table.whole[np.ix_(rows[part], sites)] * table.weights[rows[part], None]
            yield part, costs, np.broadcast_to(np.arange(len(sites)), costs.shape)
        return
    place = np.full(len(table.sites), -1)
    place[sites] = np.arange(len(sites))
    size = np.diff(table.pairs.indptr)
    for part in row_parts(len(rows), int(size.max(initial=1))):
        pairs = table.pairs[rows[part]]
        pairs.sort_indices()
        row = np.repeat(np.arange(pairs.shape[0]), np.diff(pairs.indptr))
        at = row, np.arange(len(row)) - pairs.indptr[row]
        column = np.zeros((pairs.shape[0], int(size[rows[part]].max(initial=1))), np.intp)
        costs = np.full(column.shape, np.inf)
        column[at] = np.maximum(place[pairs.indices], 0)
        costs[at] = np.where(place[pairs.indices] < 0, np.inf, pairs.data * table.weights[rows[part]][row])
        yield part, costs, column
