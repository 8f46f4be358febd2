"""A number of sites that reach everybody, found by exchanges while who is left out weighs more and more."""

from typing import Any

import numpy as np

from geo.arrays import Positions
from geo.kernels.loader import CENTERS, load_loops
from geo.siting.solver.deadline import Deadline

_STEPS_AT_A_TIME = 4_000


def reaching_all(lists: Any, opened: Positions, *, steps: int, deadline: Deadline) -> Positions | None:
    """Exchange sites one by one until they reach every row; None if they do not after so many steps.

    Parameters
    ----------
    lists
        Demand x site (csr), every row with at least one site.
    opened
        The sites to begin with; as many stay open.
    steps
        How often to try.
    deadline
        Ends the search.
    """
    kernels = load_loops(CENTERS)
    if kernels is None or not len(opened):
        return None
    turned = lists.T.tocsr()
    reached, reaching = (
        (list_.indptr.astype(np.int64), list_.indices.astype(np.int32)) for list_ in (turned, lists)
    )
    rows, sites = lists.shape
    held = (
        np.zeros(sites, bool),
        np.diff(turned.indptr).astype(np.float64),
        np.zeros(sites, np.int64),
        np.ones(rows),
        np.zeros(rows, np.int32),
        np.arange(rows, dtype=np.int32),
        np.arange(rows, dtype=np.int32),
        np.array([rows], np.int64),
    )
    for site in opened.tolist():
        kernels.change(site, 1, reached, reaching, held)
    for first in range(1, steps, _STEPS_AT_A_TIME):
        kernels.exchange(reached, reaching, held, (first, first + _STEPS_AT_A_TIME))
        if not held[-1][0]:
            return np.flatnonzero(held[0])
        if deadline.stopped():
            break
    return None
