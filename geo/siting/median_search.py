"""Good medians, soon: the site that saves most, again and again, then the best exchange, then kicks."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.siting.median_problem import MedianProblem
from geo.siting.plan import ROUNDING
from geo.siting.watch import Watch

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

_SEED = 20_261_126


class Nearest(NamedTuple):
    """Hold for every client the open site it goes to, what that costs, and what the second would cost."""

    site: Integers
    price: Floats
    second: Floats


def median_greedy(problem: MedianProblem) -> Integers:
    """Open the site that saves most, then the one that saves most after it, and so on.

    Of equal ones the first.
    """
    opened = np.flatnonzero(problem.fixed)
    now = _ceiling(problem)
    if len(opened):
        now = np.minimum(now, problem.cost[:, opened].min(axis=1))
    new = list[int]()
    while problem.limits.count is None or len(new) < problem.limits.count:
        saved = np.maximum(now[problem.row] - problem.price, 0.0)
        gain = np.bincount(problem.site, saved, problem.cost.shape[1])
        gain = np.where(problem.limits.affordable(new) & ~problem.fixed, gain, -1.0)
        best = int(np.argmax(gain))
        if gain[best] < 0:
            break
        new.append(best)
        now = np.minimum(now, problem.cost[:, best])
    return np.sort(np.concatenate([opened, np.array(new, np.intp)]))


def exchanged(problem: MedianProblem, opened: Integers, *, watch: Watch) -> Integers:
    """Exchange an open site for a closed one, the best exchange each time, until none saves anything.

    All exchanges are valued at once from what each client pays at its nearest and its second open site:
    Resende and Werneck 2007, doi:10.1016/j.ejor.2005.05.049, after Whitaker 1983.
    """
    plan = opened.copy()
    while len(problem.free(plan)) and not watch.stopped():
        value, leave, enter = _best_exchange(problem, plan)
        if value <= ROUNDING * max(problem.total(plan), 1.0):
            break
        plan = np.sort(np.append(plan[plan != leave], enter))
    return plan


def kicked(
    problem: MedianProblem, opened: Integers, *, times: int, watch: Watch, until: float = -np.inf
) -> Integers:
    """Exchange some sites at random and improve again, and keep what is better: always the same way.

    Stops early once the total is at most `until`.
    """
    random = np.random.default_rng(_SEED)
    best, least = opened, problem.total(opened)
    closed_sites = np.flatnonzero(~problem.fixed)
    for _kick in range(times):
        free = problem.free(best)
        if watch.stopped() or least <= until or not len(free):
            break
        count = min(len(free), int(random.integers(2, 6)))
        out = random.choice(free, count, replace=False)
        rest = np.setdiff1d(best, out)
        trial = _refilled(problem, rest, random.permutation(np.setdiff1d(closed_sites, best)))
        trial = exchanged(problem, trial, watch=watch)
        total = problem.total(trial)
        if total < least - ROUNDING * max(least, 1.0):
            best, least = trial, total
    return best


def nearest_open(problem: MedianProblem, opened: Integers) -> Nearest:
    """Find the nearest and the second open site of every client, among those listed."""
    clients, sites = problem.cost.shape
    is_open = np.zeros(sites, bool)
    is_open[opened] = True
    found = np.flatnonzero(is_open[problem.site])
    row = problem.row[found]
    first = np.flatnonzero(np.diff(row, prepend=-1) != 0)
    top = _ceiling(problem)
    site, price, second = np.full(clients, -1), top.copy(), top.copy()
    site[row[first]] = problem.site[found[first]]
    price[row[first]] = problem.price[found[first]]
    following = first + 1
    following = following[following < len(row)]
    following = following[row[following] == row[following - 1]]
    second[row[following]] = problem.price[found[following]]
    return Nearest(site, price, second)


def _ceiling(problem: MedianProblem) -> Floats:
    """Give what a client pays at least where none of its listed sites is open."""
    if np.isfinite(problem.end).all():
        return problem.end
    width = len(problem.price) // len(problem.cost)
    return problem.price.reshape(-1, width)[:, -1] + 1.0


def _best_exchange(problem: MedianProblem, opened: Integers) -> tuple[float, int, int]:
    """Give the most that one exchange saves, the site to close and the one to open."""
    sites, near = problem.cost.shape[1], nearest_open(problem, opened)
    place = np.full(sites, 0)
    place[opened] = np.arange(len(opened))
    owner = np.where(near.site >= 0, place[near.site], 0)
    listed = np.flatnonzero(problem.price < near.second[problem.row])
    row, site, price = problem.row[listed], problem.site[listed], problem.price[listed]
    gain = np.bincount(site, np.maximum(near.price[row] - price, 0.0), sites)
    kept = np.where(near.site[row] >= 0, near.second[row] - np.maximum(near.price[row], price), 0.0)
    extra = np.bincount(site * len(opened) + owner[row], kept, sites * len(opened))
    loss = np.bincount(owner, np.where(near.site >= 0, near.second - near.price, 0.0), len(opened))
    saved = gain[:, None] - loss[None, :] + extra.reshape(sites, len(opened))
    saved[opened] = -np.inf
    saved[:, problem.fixed[opened]] = -np.inf
    saved[_crowded(problem, opened)] = -np.inf
    best = int(np.argmax(saved))
    enter, leave = divmod(best, len(opened))
    return float(saved[enter, leave]), int(opened[leave]), enter


def _crowded(problem: MedianProblem, opened: Integers) -> npt.NDArray[np.bool_]:
    """Mark the exchanges that give a group more than it has room for."""
    limits = problem.limits
    if limits.group is None or limits.room is None:
        return np.zeros((problem.cost.shape[1], len(opened)), bool)
    left = limits.after(problem.free(opened).tolist()).room
    if left is None:
        raise AssertionError
    full = left[limits.group] <= 0
    crowded: npt.NDArray[np.bool_] = full[:, None] & (limits.group[:, None] != limits.group[opened][None, :])
    return crowded


def _refilled(problem: MedianProblem, opened: Integers, wishes: Integers) -> Integers:
    """Open the first of some sites that the limits allow, until the number is reached."""
    plan = problem.free(opened).tolist()
    for site in wishes.tolist():
        if problem.limits.count is not None and len(plan) >= problem.limits.count:
            break
        if problem.limits.group is None or problem.limits.affordable(plan)[site]:
            plan.append(site)
    return np.sort(np.concatenate([np.flatnonzero(problem.fixed), np.array(plan, np.intp)]))
