"""The few sites of very many that any step of a curve may need, from the prices of a few of its steps."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.arrays import Floats, Positions
from geo.siting.covering.bound import bounded
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.state import CoverState
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.result import ROUNDING

_STEPS = 150
# Prices of one step bound its neighbours well: each is priced at about two thirds of the one before.
_APART = 0.65


def shortlist(
    problem: CoverProblem, counts: Sequence[int], chosen: Sequence[int], *, deadline: Deadline
) -> Positions:
    """List the sites that a better plan may have than the first sites of a greedy one, for any of the counts.

    With any prices, a plan of p sites that has site j covers no more than the bound of p, less what j's price
    sum is below the p-th largest. Sites of which this is no more than the greedy plan has are left out.

    Parameters
    ----------
    problem
        Merged, limited by number alone.
    counts
        Rising.
    chosen
        Sites in the order in which a greedy search opened them.
    deadline
        Ends the search for prices.
    """
    covered = _covered(problem, chosen)
    kept = np.zeros(problem.lists.shape[1], bool)
    kept[list(chosen)] = True
    best = np.full(len(counts), -np.inf)
    marks = [np.inf] * len(counts)
    sums: list[Floats] = [np.zeros(0)] * len(counts)
    prices = None
    for count in _references(counts):
        here = problem.within(replace(problem.limits, count=count))
        state = bounded(here, chosen[:count], deadline=deadline, prices=prices, steps=_STEPS)
        prices = state.prices
        gains = problem.by_site() @ prices
        base = float((problem.weights - prices).sum())
        ranked = np.sort(gains[np.argpartition(gains, -counts[-1])[-counts[-1] :]])[::-1]
        for k, step in enumerate(counts):
            have = covered[min(step, len(covered)) - 1] * (1 + ROUNDING)
            spare = base + float(ranked[:step].sum()) - have
            if -spare > best[k]:
                best[k], marks[k], sums[k] = -spare, float(ranked[step - 1]) - spare, gains
    for gains, mark in zip(sums, marks, strict=True):
        kept |= gains > mark
    return np.flatnonzero(kept)


def _covered(problem: CoverProblem, chosen: Sequence[int]) -> Floats:
    """Sum up what the first one, two, three ... of some sites cover."""
    state, covered = CoverState(problem), list[float]()
    for site in chosen:
        covered.append((covered[-1] if covered else 0.0) + float(state.gains[site]))
        state.open(site)
    return np.array(covered)


def _references(counts: Sequence[int]) -> list[int]:
    """Choose the counts to price, from the largest down."""
    found, left = [int(counts[-1])], [int(count) for count in counts[::-1]]
    for count in left:
        if count <= found[-1] * _APART:
            found.append(count)
    return found
