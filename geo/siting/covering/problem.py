"""Covering, made small without loss: like demand merged, needless sites left out."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.solver.limits import Limits

# Two independent random marks a site: rows are only compared where both sums agree.
_SEED = 20_261_126
_PAIRS_AT_A_TIME = 20_000


@dataclass(frozen=True)
class CoverProblem:
    """Hold who can be reached from where, what that is worth, and which sites may be opened.

    Parameters
    ----------
    lists
        Demand x site, 1 where the site reaches the demand (csr).
    weights
        Of each row.
    sites
        The position each column had in the question.
    limits
        Of the columns.
    group
        Of each row, where every group must have its share; None otherwise.
    """

    lists: Any
    weights: Floats
    sites: Positions
    limits: Limits
    group: Positions | None = None

    def by_site(self) -> Any:
        """Return the demand of each site: the lists turned round, made once."""
        made = self.__dict__.get("_turned")
        if made is None:
            made = self.lists.T.tocsr()
            object.__setattr__(self, "_turned", made)
        return made

    def within(self, limits: Limits) -> "CoverProblem":
        """Return the problem with other limits."""
        other, turned = replace(self, limits=limits), self.by_site()
        object.__setattr__(other, "_turned", turned)
        return other

    def only(self, columns: Positions) -> "CoverProblem":
        """Return the problem with some of its sites alone."""
        return replace(
            self,
            lists=self.lists[:, columns],
            sites=self.sites[columns],
            limits=self.limits.of(columns),
        )


def without_rows(problem: CoverProblem, kept: Mask) -> CoverProblem:
    """Return the problem without some of its demand."""
    group = None if problem.group is None else problem.group[kept]
    return replace(problem, lists=problem.lists[kept], weights=problem.weights[kept], group=group)


def merged(problem: CoverProblem) -> CoverProblem:
    """Add up demand that the very same sites reach, and leave out what none reaches or what weighs nothing.

    No plan's worth changes by it: whoever reaches one of the merged points reaches all.
    """
    degree = np.diff(problem.lists.indptr)
    kept = (degree > 0) & (problem.weights > 0)
    if not kept.all():
        problem = without_rows(problem, kept)
    lists = problem.lists
    if not lists.shape[0]:
        return problem
    lists.sort_indices()
    first, member = _alike(lists, problem.group)
    if len(first) == lists.shape[0]:
        return problem
    weights = np.bincount(member, problem.weights, len(first)).astype(np.float64)
    group = None if problem.group is None else problem.group[first]
    return replace(problem, lists=lists[first], weights=weights, group=group)


def undominated(problem: CoverProblem) -> CoverProblem:
    """Leave out sites whose demand another reaches too, at no higher cost and in the same group.

    Exchanging the one for the other keeps every limit and loses nobody, so that some best plan is without
    it. Of sites that reach the same at the same cost the first stays.
    """
    group = problem.limits.group
    count = problem.lists.shape[1]
    drop = dominated_sites(
        problem.lists, problem.limits.costs, np.zeros(count, np.intp) if group is None else group
    )
    return problem.only(np.flatnonzero(~drop)) if drop.any() else problem


def dominated_sites(lists: Any, costs: Floats, group: Positions) -> Mask:
    """Mark the columns that another column contains, at no higher cost, in the same group.

    Parameters
    ----------
    lists
        Demand x site (csr), every row with at least one site.
    costs, group
        Of each column.
    """
    size = np.bincount(lists.indices, minlength=lists.shape[1])
    one, other = contained_columns(lists, size)
    fits = (costs[other] <= costs[one]) & (group[one] == group[other])
    same = (size[other] == size[one]) & (costs[other] == costs[one])
    fits &= ~same | (other < one)
    drop: Mask = size == 0
    drop[one[fits]] = True
    return drop


def contained_columns(lists: Any, size: Positions) -> tuple[Positions, Positions]:
    """List the pairs of columns of which the first's rows are all rows of the second.

    Parameters
    ----------
    lists
        A csr array, every row with at least one column.
    size
        How many rows each column has; an empty column is in no pair.
    """
    # Whoever contains a column has its least common row too: only the columns of that row are looked at.
    by_column = lists.tocsc()
    by_column.sort_indices()
    degree = np.diff(lists.indptr)
    rarest = _rarest_rows(by_column, degree)
    here = np.flatnonzero(size > 0)
    counts = degree[rarest[here]]
    one = np.repeat(here, counts)
    other = lists.indices[spans(lists.indptr[rarest[here]], counts)].astype(np.intp)
    fits = (one != other) & (size[other] >= size[one])
    one, other = one[fits], other[fits]
    height = np.int64(lists.shape[0])
    owner = np.repeat(np.arange(lists.shape[1]), np.diff(by_column.indptr))
    keys = owner * height + by_column.indices
    inside = [
        _contained(by_column, keys, one[first : first + _PAIRS_AT_A_TIME], other[first:])
        for first in range(0, len(one), _PAIRS_AT_A_TIME)
    ]
    kept = np.concatenate(inside) if inside else np.zeros(0, bool)
    return one[kept], other[kept]


def _contained(by_column: Any, keys: Positions, one: Positions, other: Positions) -> Mask:
    """Return for each pair whether every row of the one is a row of the other."""
    counts = np.diff(by_column.indptr)[one]
    row = by_column.indices[spans(by_column.indptr[one], counts)].astype(np.int64)
    pair = np.repeat(np.arange(len(one)), counts)
    # Rows of a column rise: column and row make one rising key to search in.
    wanted = other[: len(one)][pair].astype(np.int64) * by_column.shape[0] + row
    spot = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    missed = np.bincount(pair, weights=keys[spot] != wanted, minlength=len(one))
    contained: Mask = missed == 0
    return contained


def _rarest_rows(by_site: Any, degree: Positions) -> Positions:
    """Return for each column the row of it that the fewest columns have; 0 for an empty one."""
    site = np.repeat(np.arange(by_site.shape[1]), np.diff(by_site.indptr))
    order = np.lexsort((degree[by_site.indices], site))
    rarest = np.zeros(by_site.shape[1], np.intp)
    found, first = np.unique(site[order], return_index=True)
    rarest[found] = by_site.indices[order][first]
    return rarest


def _alike(lists: Any, group: Positions | None) -> tuple[Positions, Positions]:
    """Return the first row of every set of equal rows, and the set each row is in."""
    marks = np.random.default_rng(_SEED).integers(1 << 62, size=(2, lists.shape[1]), dtype=np.int64)
    sums = [np.add.reduceat(mark[lists.indices], lists.indptr[:-1]) for mark in marks]
    keys = np.stack([*sums, np.diff(lists.indptr), *([] if group is None else [group])])
    order = np.lexsort(keys)
    step = (np.diff(keys[:, order], axis=1) != 0).any(axis=0)
    # Where sums agree the lists themselves are compared: a chance agreement must merge nothing.
    step[~step] = ~_equal_rows(lists, order[:-1][~step], order[1:][~step])
    member = np.empty(lists.shape[0], np.intp)
    member[order] = np.concatenate([[0], np.cumsum(step)])
    return _in_order_of_rows(member)


def _in_order_of_rows(member: Positions) -> tuple[Positions, Positions]:
    """Count sets up in the order of their first rows."""
    _, first = np.unique(member, return_index=True)
    rank = np.empty(len(first), np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.sort(first), rank[member]


def _equal_rows(lists: Any, one: Positions, other: Positions) -> Mask:
    """Return for each pair of rows of equal length whether their sites are the same."""
    counts = np.diff(lists.indptr)[one]
    differs = (
        lists.indices[spans(lists.indptr[one], counts)] != lists.indices[spans(lists.indptr[other], counts)]
    )
    missed = np.bincount(np.repeat(np.arange(len(one)), counts), weights=differs, minlength=len(one))
    equal: Mask = missed == 0
    return equal


def spans(start: Positions, counts: Positions) -> Positions:
    """Return start, start + 1, ... of each run, one run after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    spans: Positions = np.arange(total) + np.repeat(start - (ends - counts), counts)
    return spans
