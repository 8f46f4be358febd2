"""Costs from every demand point to every site, read from an array, a sparse matrix or a long frame."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.arrays import Floats, Mask, Positions
from geo.errors import InvalidValueError, some
from geo.proximity.cost_pairs import COST, DESTINATION, read_pairs
from geo.schema import ORIGIN, require_columns

# A number for each demand point, and for each site.
Weights = pd.Series | Sequence[float] | npt.NDArray[np.number]
SiteCosts = Weights

# A table of this many costs takes 0.4 GB, and a model about four times that.
MOST_CELLS = 50_000_000
# So many costs are read at a time where the table is larger.
_CELLS_AT_A_TIME = 4_000_000


class CostTable(NamedTuple):
    """Hold costs, checked: labels, and either the whole table or the pairs that have a way."""

    demand: pd.Index
    sites: pd.Index
    weights: Floats
    whole: Floats | None
    pairs: Any


def read_costs(cost: Any, weights: Weights | None) -> CostTable:
    """Read costs and weights.

    Parameters
    ----------
    cost
        A demand x site array (infinite: no way; of single precision it is not copied), a sparse matrix of
        scipy (only what is written down is a way, a zero that is written down is a cost of 0), or a frame
        with `origin`, `destination` and `cost`.
    weights
        Persons at each demand point, 0 or more; a series gives them their labels, and must for a frame.
        All weigh 1 if None.

    Returns
    -------
    CostTable
        Sites are labelled by their column, those of a frame by `destination`, in rising order.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; a cost or weight is missing or negative; there is no demand or no site; weights
        and costs do not fit together.
    """
    if isinstance(cost, pd.DataFrame):
        return _read_frame(cost, weights)
    if getattr(cost, "ndim", 0) != 2:  # noqa: PLR2004 - rows and columns
        raise InvalidValueError(
            "cost_of_wrong_kind", kind=type(cost).__name__, origin=ORIGIN, destination=DESTINATION, cost=COST
        )
    count, site_count = cost.shape
    demand = weights.index if isinstance(weights, pd.Series) else pd.RangeIndex(count)
    if len(demand) != count:
        raise InvalidValueError("cost_and_weights_differ", rows=count, weights=len(demand))
    sites = pd.RangeIndex(site_count)
    _require_some(demand, sites)
    weighed = _read_weights(weights, demand)
    if hasattr(cost, "tocsr"):
        matrix = cost.tocsr().astype(np.float64, copy=False)
        _require_costs(matrix.data)
        if np.isinf(matrix.data).any():
            matrix = _without_infinite(matrix)
        return CostTable(demand, sites, weighed, None, matrix)
    single = getattr(cost, "dtype", None) == np.float32
    whole: Any = np.ascontiguousarray(cost, dtype=np.float32 if single else np.float64)
    _require_costs(whole)
    return CostTable(demand, sites, weighed, whole, None)


def lists_within(table: CostTable, max_cost: float) -> Any:
    """List the sites within reach of every demand point.

    Returns
    -------
    csr_array
        Demand x site, 1 where the cost is at most `max_cost`.

    Raises
    ------
    InvalidValueError
        The threshold is negative or no number.
    """
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    if not max_cost >= 0:
        raise InvalidValueError("max_cost_unusable", max_cost=max_cost)
    shape = len(table.demand), len(table.sites)
    if table.whole is not None:
        # As a double: a Python number would be cut to the precision of the table.
        near = table.whole <= np.float64(min(max_cost, np.finfo(np.float64).max))
        start = np.concatenate([[0], np.cumsum(np.count_nonzero(near, axis=1))])
        site = np.flatnonzero(near) % shape[1]
    else:
        near = table.pairs.data <= max_cost
        start = np.concatenate([[0], np.cumsum(near)])[table.pairs.indptr]
        site = table.pairs.indices[near]
    site = site.astype(np.int32)
    return sparse.csr_array((np.ones(len(site)), site, start.astype(np.int32)), shape=shape)


def needed_costs(table: CostTable, rows: Positions, allowed: Mask) -> Floats:
    """Return the least cost from each of some rows to an allowed site; infinite where there is none."""
    if table.whole is not None:
        columns, found = np.flatnonzero(allowed), np.full(len(rows), np.inf)
        for part in row_parts(len(rows), len(columns)):
            found[part] = block(table.whole, rows[part], columns).min(axis=1, initial=np.inf)
        return found
    least, some_pairs = np.full(len(table.demand), np.inf), np.diff(table.pairs.indptr) > 0
    if some_pairs.any():
        costs = np.where(allowed[table.pairs.indices], table.pairs.data, np.inf)
        least[some_pairs] = np.minimum.reduceat(costs, table.pairs.indptr[:-1][some_pairs])
    return least[rows]


def nearest_sites(table: CostTable, rows: Positions, opened: Positions) -> tuple[Floats, Positions]:
    """Return the least cost from each of some rows to some sites, and that site, the first of equal ones.

    Where there is no way the cost is infinite, and the site has no meaning.
    """
    if table.whole is not None:
        least, site = np.full(len(rows), np.inf), np.zeros(len(rows), np.intp)
        for part in row_parts(len(rows), len(opened)):
            costs = block(table.whole, rows[part], opened)
            place = np.argmin(costs, axis=1)
            least[part], site[part] = np.take_along_axis(costs, place[:, None], axis=1)[:, 0], opened[place]
        return least, site
    is_open = np.zeros(len(table.sites), bool)
    is_open[opened] = True
    found = np.flatnonzero(is_open[table.pairs.indices])
    row = np.searchsorted(table.pairs.indptr, found, side="right") - 1
    costs, column = table.pairs.data[found], table.pairs.indices[found].astype(np.intp)
    least, site = np.full(len(table.demand), np.inf), np.full(len(table.demand), len(table.sites))
    np.minimum.at(least, row, costs)
    best = costs == least[row]
    np.minimum.at(site, row[best], column[best])
    return least[rows], site[rows]


def reached_sums(
    table: CostTable, rows: Positions, worth: tuple[Positions, Floats], max_cost: float
) -> Floats:
    """Sum up for some rows what those of some sites are worth that are within reach.

    Parameters
    ----------
    table, rows
        The costs, and which demand is asked for.
    worth
        The sites, rising, and what each is worth.
    max_cost
        The threshold.
    """
    if table.whole is not None:
        sums = np.empty(len(rows))
        for part in row_parts(len(rows), len(worth[0])):
            sums[part] = (block(table.whole, rows[part], worth[0]) <= np.float64(max_cost)) @ worth[1]
        return sums
    of_site = np.zeros(len(table.sites))
    of_site[worth[0]] = worth[1]
    found = np.flatnonzero((table.pairs.data <= max_cost) & (of_site[table.pairs.indices] > 0))
    row = np.searchsorted(table.pairs.indptr, found, side="right") - 1
    all_sums = np.bincount(row, of_site[table.pairs.indices[found]], len(table.demand))
    return all_sums[rows].astype(np.float64)


def block(whole: npt.NDArray[Any], rows: Positions, columns: Positions) -> npt.NDArray[Any]:
    """Return some rows and columns of an array, both rising; no copy where neither has holes."""
    down, across = _without_holes(rows), _without_holes(columns)
    if isinstance(down, slice):
        return whole[down, across] if isinstance(across, slice) else whole[down].take(across, axis=1)
    return whole[down, across] if isinstance(across, slice) else whole[np.ix_(down, across)]


def _without_holes(places: Positions) -> Positions | slice:
    if len(places) and places[-1] - places[0] == len(places) - 1:
        return slice(int(places[0]), int(places[-1]) + 1)
    return places


def some_rows(table: CostTable, rows: Positions) -> CostTable:
    """Return the costs of some of the demand alone."""
    whole = None if table.whole is None else table.whole[rows]
    pairs = None if table.pairs is None else table.pairs[rows]
    return CostTable(table.demand[rows], table.sites, table.weights[rows], whole, pairs)


def row_parts(rows: int, columns: int) -> Iterator[slice]:
    """Cut rows into parts of which each has so few costs that a copy does no harm."""
    step = max(_CELLS_AT_A_TIME // max(columns, 1), 1)
    return (slice(at, min(at + step, rows)) for at in range(0, rows, step))


def whole_table(table: CostTable) -> Floats:
    """Return the costs as one array, infinite where there is no way.

    Raises
    ------
    InvalidValueError
        It would not fit into the memory of an ordinary computer.
    """
    if table.whole is not None:
        return table.whole.astype(np.float64, copy=False)
    cells = len(table.demand) * len(table.sites)
    if cells > MOST_CELLS:
        raise InvalidValueError(
            "cost_table_too_large", places=len(table.demand), sites=len(table.sites), most=MOST_CELLS
        )
    filled = np.full((len(table.demand), len(table.sites)), np.inf)
    row = np.repeat(np.arange(len(table.demand)), np.diff(table.pairs.indptr))
    filled[row, table.pairs.indices] = table.pairs.data
    return filled


def _read_frame(cost: pd.DataFrame, weights: Weights | None) -> CostTable:
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    require_columns(cost, [ORIGIN, DESTINATION, COST], what="cost")
    if weights is None:
        weights = pd.Series(1.0, index=pd.Index(cost[ORIGIN].unique()).sort_values())
    if not isinstance(weights, pd.Series):
        raise InvalidValueError("weights_without_labels")
    demand, sites = weights.index, pd.Index(cost[DESTINATION].unique()).sort_values()
    _require_some(demand, sites)
    weighed = _read_weights(weights, demand)
    home, site, metres = read_pairs(cost, sites, demand)
    matrix = sparse.csr_array((metres, (home, site)), shape=(len(demand), len(sites)))
    return CostTable(demand, sites, weighed, None, matrix)


def _read_weights(weights: Weights | None, demand: pd.Index) -> Floats:
    if weights is None:
        return np.ones(len(demand))
    if demand.has_duplicates:
        twice = demand[demand.duplicated()].unique()
        raise InvalidValueError("weights_twice", names=some(twice))
    read = pd.to_numeric(pd.Series(weights), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(read) & (read >= 0))
    if wrong.any():
        raise InvalidValueError("weights_unusable", names=some(demand[wrong]), first=read[wrong][0])
    return read


def _require_some(demand: pd.Index, sites: pd.Index) -> None:
    if not len(demand):
        raise InvalidValueError("no_demand_point")
    if not len(sites):
        raise InvalidValueError("no_candidate_site")


def _require_costs(costs: Floats) -> None:
    # One pass finds both: the least of numbers of which one is missing is missing.
    if costs.size and not costs.min() >= 0:
        raise InvalidValueError(
            "costs_unusable_in_table", missing=np.isnan(costs).sum(), negative=(costs < 0).sum()
        )


def _without_infinite(matrix: Any) -> Any:
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    finite = np.isfinite(matrix.data)
    start = np.concatenate([[0], np.cumsum(finite)])[matrix.indptr]
    return sparse.csr_array((matrix.data[finite], matrix.indices[finite], start), shape=matrix.shape)
