"""Covering as a linear model: sites whole, coverage between 0 and 1."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.state import reached_by
from geo.siting.solver.highs import Model, written_by
from geo.siting.solver.limits import Limits

# A solver's row may be off by a millionth: of as many persons that is nobody, however few a group has.
_COUNTED = 1e4


def cover_model(problem: CoverProblem, *, needs: Floats | None = None, least: float = 0.0) -> Model:
    """Write the maximal covering problem (Church and ReVelle 1974, doi:10.1007/BF01942293) as a model.

    Columns are the sites, then one for each row of demand that more than one site reaches; what only one
    site reaches is worth as much as that site. A row no site reaches is not in the problem at all: it can
    never count as covered.

    Parameters
    ----------
    problem
        Merged, so that each row has a site.
    needs
        The weight that must be covered in each group, if there are groups.
    least
        The weight that must be covered in all.
    """
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    lists, site_count = problem.lists, problem.lists.shape[1]
    shared = np.diff(lists.indptr) > 1
    alone = np.flatnonzero(~shared)
    site_of_alone = lists.indices[lists.indptr[alone]]
    worth = np.bincount(site_of_alone, weights=problem.weights[alone], minlength=site_count)
    shared_count = int(shared.sum())
    reach = sparse.hstack([-lists[shared], sparse.eye_array(shared_count, format="csr")], format="csr")
    blocks, lower = [reach], [np.full(shared_count, -np.inf)]
    upper = [np.zeros(shared_count)]
    limits, limit_upper = limit_rows(problem.limits)
    blocks.append(_padded(limits, shared_count))
    lower.append(np.full(limits.shape[0], -np.inf))
    upper.append(limit_upper)
    for group, wanted in ((problem.group, needs), (np.zeros(len(shared), np.intp), np.array([least]))):
        if group is None or wanted is None or not (wanted > 0).any():
            continue
        there = np.maximum(np.bincount(group, problem.weights, len(wanted)), wanted)
        scale = _COUNTED / np.where(there > 0, there, 1.0)
        blocks.append(_share_rows(problem, shared, group, scale))
        lower.append(wanted * scale)
        upper.append(np.full(len(wanted), np.inf))
    return Model(
        costs=-np.concatenate([worth, problem.weights[shared]]),
        lower=np.zeros(site_count + shared_count),
        upper=np.ones(site_count + shared_count),
        whole=np.arange(site_count + shared_count) < site_count,
        rows=sparse.vstack(blocks, format="csr"),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
    )


def cover_columns(problem: CoverProblem, chosen: Sequence[int]) -> Floats:
    """Return the values of the model's columns when some sites are open."""
    opened = np.zeros(problem.lists.shape[1])
    opened[list(chosen)] = 1.0
    shared = np.diff(problem.lists.indptr) > 1
    covered = (reached_by(problem.lists, chosen)[shared] > 0).astype(np.float64)
    return np.concatenate([opened, covered])


def limit_rows(limits: Limits) -> tuple[Any, Floats]:
    """Write number, money and groups as rows over the sites, each with an upper limit."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    count = len(limits.costs)
    blocks, upper = [sparse.csr_array((0, count))], list[float]()
    if limits.count is not None:
        blocks.append(sparse.csr_array(np.ones((1, count))))
        upper.append(float(limits.count))
    if limits.budget is not None:
        # What costs more than all there is need not cost more than twice that.
        scale = written_by(limits.budget)
        costs = np.minimum(limits.costs, 2 * limits.budget) * scale
        blocks.append(sparse.csr_array(costs[None, :]))
        upper.append(limits.budget * scale)
    if limits.group is not None and limits.room is not None and count:
        groups, member = np.unique(limits.group, return_inverse=True)
        shape = (len(groups), count)
        blocks.append(sparse.csr_array((np.ones(count), (member, np.arange(count))), shape=shape))
        upper += limits.room[groups].astype(np.float64).tolist()
    return sparse.vstack(blocks, format="csr"), np.array(upper)


def _padded(rows: Any, columns: int) -> Any:
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    return sparse.hstack([rows, sparse.csr_array((rows.shape[0], columns))], format="csr")


def _share_rows(problem: CoverProblem, shared: Mask, group: Positions, scale: Floats) -> Any:
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    lists = problem.lists
    alone, together = np.flatnonzero(~shared), np.flatnonzero(shared)
    column = np.concatenate(
        [lists.indices[lists.indptr[alone]], lists.shape[1] + np.arange(len(together), dtype=np.int64)]
    )
    row = np.concatenate([alone, together])
    shape = (len(scale), lists.shape[1] + len(together))
    return sparse.csr_array((problem.weights[row] * scale[group[row]], (group[row], column)), shape=shape)
