"""Sums the measures of equity are made of, over places where people live, the lowest rank first."""

import numpy as np

from geo.arrays import Floats, Positions
from geo.errors import InvalidValueError

POOREST, RICHEST = 0.4, 0.1


def ends_of_ties(order: Floats) -> Positions:
    """Return the last position of every value among sorted values."""
    return np.append(np.flatnonzero(np.diff(order)), len(order) - 1)


def theil(have: Floats, weight: Floats) -> float:
    """Return Theil's T; missing where nobody has anything."""
    mean = np.dot(have, weight) / weight.sum()
    if mean <= 0:
        return float("nan")
    share = have / mean
    logarithm = np.log(share, out=np.zeros_like(share), where=share > 0)
    return max(float(np.dot(share * logarithm, weight) / weight.sum()), 0.0)


def theil_row(have: Floats, weight: Floats, all_access: float, everybody: float) -> tuple[float, ...]:
    """Return one group's shares, mean and Theil's T, and what it adds within and between."""
    people_share, mean = weight.sum() / everybody, np.dot(have, weight) / weight.sum()
    own = theil(have, weight)
    if all_access <= 0:
        return (people_share, np.nan, mean, own, np.nan, np.nan)
    access_share = np.dot(have, weight) / all_access
    if access_share <= 0:
        return (people_share, 0.0, mean, own, 0.0, 0.0)
    between = access_share * np.log(access_share / people_share)
    return (people_share, access_share, mean, own, access_share * own, between)


def palma_groups(weight: Floats, order: Floats, cuts: tuple[float, float] | None) -> tuple[Floats, Floats]:
    """Return how many people of each place are among the poorest, and among the richest."""
    if cuts is not None:
        if not cuts[0] <= cuts[1]:
            raise InvalidValueError("cuts_not_in_order", cuts=cuts)
        return weight * (order <= cuts[0]), weight * (order > cuts[1])
    ends = ends_of_ties(order)
    tie = np.searchsorted(ends, np.arange(len(order)))
    below = np.cumsum(weight)[ends]
    people = np.diff(below, prepend=0.0)
    poorest = np.clip(POOREST * below[-1] - (below - people), 0.0, people) / people
    richest = np.clip(RICHEST * below[-1] - (below[-1] - below), 0.0, people) / people
    return weight * poorest[tie], weight * richest[tie]
