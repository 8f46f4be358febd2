"""A covering plan while it changes: who is reached how often, and what each site would add."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.covering.problem import CoverProblem, spans

# What sums that are kept up to date may be off by, as a share of all weight.
_DRIFT = 1e-12


class CoverState:
    """Keep, while sites open and close, how many reach each row and what each site would add.

    Parameters
    ----------
    problem
        What may be opened.
    chosen
        What is open at first.
    """

    def __init__(self, problem: CoverProblem, chosen: Iterable[int] = ()) -> None:
        self.problem, self.plan = problem, list[int]()
        self._lists, self._weights = problem.lists, problem.weights
        self._by_site = problem.by_site()
        self.reached = np.zeros(problem.lists.shape[0], np.int32)
        self.gains: Floats = self._by_site @ problem.weights
        self.nothing = _DRIFT * float(problem.weights.sum())
        for site in chosen:
            self.open(site)

    def open(self, site: int) -> None:
        """Open a site: what only it reaches is no gain of any other."""
        rows = self._rows(site)
        fresh = rows[self.reached[rows] == 0]
        self.reached[rows] += 1
        self.plan.append(site)
        self._move(fresh, -1.0)

    def close(self, site: int) -> None:
        """Close a site: what only it reached is a gain again."""
        rows = self._rows(site)
        self.reached[rows] -= 1
        self.plan.remove(site)
        self._move(rows[self.reached[rows] == 0], 1.0)

    def affordable(self) -> Mask:
        """Mark the sites that may be added to the plan."""
        return self.problem.limits.affordable(self.plan)

    def best(self, value: Floats) -> int | None:
        """Return the affordable site of the most value, the first of equals; None where none has any."""
        if not len(value):
            return None
        value = np.where(self.affordable(), value, 0.0)
        site = int(np.argmax(value))
        return site if value[site] > self.nothing else None

    def covered(self) -> float:
        """Sum up the weight that is reached."""
        return float(self._weights[self.reached > 0].sum())

    def _rows(self, site: int) -> Positions:
        rows: Positions = self._by_site.indices[self._by_site.indptr[site] : self._by_site.indptr[site + 1]]
        return rows

    def _move(self, rows: Positions, sign: float) -> None:
        counts = (self._lists.indptr[rows + 1] - self._lists.indptr[rows]).astype(np.intp)
        sites = self._lists.indices[spans(self._lists.indptr[rows], counts)]
        np.add.at(self.gains, sites, np.repeat(sign * self._weights[rows], counts))


def reached_by(lists: Any, chosen: Sequence[int]) -> Floats:
    """Count for every row how many of the chosen sites reach it."""
    opened = np.zeros(lists.shape[1])
    opened[list(chosen)] = 1.0
    counts: Floats = lists @ opened
    return counts


def worth(problem: CoverProblem, chosen: Sequence[int]) -> float:
    """Sum up the weight that the chosen sites cover."""
    return float(problem.weights[reached_by(problem.lists, chosen) > 0].sum())
