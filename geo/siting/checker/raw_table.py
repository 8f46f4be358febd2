"""Costs as they were given, read once more for the checker alone: the searches have a reader of their own."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Positions
from geo.proximity.cost_pairs import COST, DESTINATION
from geo.schema import ORIGIN

# So many costs are looked at at a time.
_CELLS_AT_A_TIME = 4_000_000


class RawTable:
    """Answer what a choice of sites comes to, from the costs and weights a model was given.

    Parameters
    ----------
    cost, weights
        As `geo.siting.max_cover` takes them, accepted by it before.
    """

    def __init__(self, cost: Any, weights: Any) -> None:
        self._whole: Any = None
        self._row = self._site = np.zeros(0, np.intp)
        self._cost = np.zeros(0)
        if isinstance(cost, pd.DataFrame):
            names = pd.Index(cost[ORIGIN].unique()).sort_values() if weights is None else weights.index
            self.demand, self.sites = names, pd.Index(cost[DESTINATION].unique()).sort_values()
            self._row = self.demand.get_indexer(pd.Index(cost[ORIGIN]))
            self._site = self.sites.get_indexer(pd.Index(cost[DESTINATION]))
            self._cost = pd.to_numeric(cost[COST]).to_numpy(np.float64)
        else:
            named = isinstance(weights, pd.Series)
            self.demand = weights.index if named else pd.RangeIndex(cost.shape[0])
            self.sites = pd.RangeIndex(cost.shape[1])
            if hasattr(cost, "tocsr"):
                written = cost.tocsr()
                self._row = np.repeat(np.arange(cost.shape[0]), np.diff(written.indptr))
                self._site, self._cost = written.indices, written.data
            else:
                self._whole = cost
        self.weights = (
            np.ones(len(self.demand)) if weights is None else np.asarray(pd.to_numeric(pd.Series(weights)))
        ).astype(np.float64)

    def least(self, opened: Positions) -> Floats:
        """Return what each place pays at the nearest of some sites, infinite without a way."""
        least = np.full(len(self.demand), np.inf)
        if self._whole is None:
            row, _, cost = self._nearest_costs(opened)
            np.minimum.at(least, row, cost)
            return least
        for rows, costs in self._parts(opened):
            least[rows] = costs.min(axis=1, initial=np.inf)
        return least

    def within(self, opened: Positions, max_cost: float) -> tuple[Positions, Positions]:
        """Return how many of some sites each place has within reach, and the first of them in their order."""
        limit = float(min(max_cost, np.finfo(np.float64).max))
        times, first = np.zeros(len(self.demand), np.intp), np.full(len(self.demand), len(opened))
        if self._whole is None:
            row, place, cost = self._nearest_costs(opened)
            near = cost <= limit
            np.add.at(times, row[near], 1)
            np.minimum.at(first, row[near], place[near])
            return times, first
        for rows, costs in self._parts(opened):
            close = costs <= limit
            times[rows] = close.sum(axis=1)
            if len(opened):
                first[rows] = np.where(times[rows] > 0, close.argmax(axis=1), len(opened))
        return times, first

    def near(self, max_cost: float) -> "RawTable":
        """Return the same with the ways within reach alone, for who asks of many choices."""
        few = copy(self)
        if self._whole is None:
            close = self._cost <= max_cost
            few._row, few._site, few._cost = self._row[close], self._site[close], self._cost[close]  # noqa: SLF001
        return few

    def costs_of(self, rows: Positions, sites: Positions) -> Floats:
        """Return the cost of some ways, infinite where there is none."""
        if self._whole is not None:
            return np.asarray(self._whole[rows, sites], np.float64)
        keys = self._row.astype(np.int64) * len(self.sites) + self._site
        order, wanted = np.argsort(keys), rows.astype(np.int64) * len(self.sites) + sites
        spot = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
        return np.where(keys[order][spot] == wanted, self._cost[order][spot], np.inf)

    def _nearest_costs(self, opened: Positions) -> tuple[Positions, Positions, Floats]:
        place = np.full(len(self.sites), -1)
        place[opened] = np.arange(len(opened))
        mine = np.flatnonzero(place[self._site] >= 0)
        return self._row[mine], place[self._site[mine]], self._cost[mine]

    def _parts(self, opened: Positions) -> Iterator[tuple[slice, Floats]]:
        step = max(_CELLS_AT_A_TIME // max(len(opened), 1), 1)
        for at in range(0, len(self.demand), step):
            rows = slice(at, at + step)
            yield rows, np.asarray(self._whole[rows].take(opened, axis=1), np.float64)
