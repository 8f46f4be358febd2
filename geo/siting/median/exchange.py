"""Good medians, soon: the site that saves most, again and again, then the best exchange, then kicks."""

import numpy as np

from geo.arrays import Floats, Mask, Positions
from geo.siting.median.problem import MedianProblem
from geo.siting.median.sums import ceiling, exchange_sums, nearest_open, saved_sums
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.result import ROUNDING

_SEED = 20_261_126
_TENTH = 10


def median_greedy(problem: MedianProblem) -> Positions:
    """Open the site that saves most, then the one that saves most after it, and so on.

    Of equal ones the first.
    """
    opened = np.flatnonzero(problem.fixed)
    now = ceiling(problem).copy()
    if len(opened):
        now = np.minimum(now, problem.costs.nearest(opened)[0])
    saved = -saved_sums(problem, now)
    by_site = np.argsort(problem.site, kind="stable").astype(np.int32)
    ends = np.append(0, np.cumsum(np.bincount(problem.site, minlength=len(problem.fixed))))
    new = list[int]()
    while problem.limits.count is None or len(new) < problem.limits.count:
        gain = np.where(problem.limits.affordable(new) & ~problem.fixed, saved, -np.inf)
        best = int(np.argmax(gain))
        if np.isinf(gain[best]):
            break
        new.append(best)
        mine = by_site[ends[best] : ends[best + 1]]
        mine = mine[problem.price[mine] < now[problem.row[mine]]]
        client, less = problem.row[mine], problem.price[mine]
        saved -= _no_more_saved(problem, client, (now[client], less))
        now[client] = less
    return np.sort(np.concatenate([opened, np.array(new, np.intp)]))


def _no_more_saved(problem: MedianProblem, client: Positions, paid: tuple[Floats, Floats]) -> Floats:
    """Sum up what some clients would have saved at every site, and no longer do now that they pay less."""
    start = problem.start
    size = start[client + 1] - start[client]
    at = np.repeat(start[client] - np.cumsum(size) + size, size) + np.arange(size.sum())
    before, after = (np.maximum(np.repeat(price, size) - problem.price[at], 0.0) for price in paid)
    return np.bincount(problem.site[at], before - after, len(problem.fixed)).astype(np.float64)


def exchanged(problem: MedianProblem, opened: Positions, *, deadline: Deadline) -> Positions:
    """Exchange an open site for a closed one, the best exchange each time, until none saves anything.

    All exchanges are valued at once from what each client pays at its nearest and its second open site:
    Resende and Werneck 2007, doi:10.1016/j.ejor.2005.05.049, after Whitaker 1983. A large problem takes
    several at once where together they save more than the best alone.
    """
    plan, total = opened.copy(), problem.total(opened)
    while len(problem.free(plan)) and not deadline.stopped():
        values, leave, enter = _best_exchanges(problem, plan)
        if not len(values) or values[0] <= ROUNDING * total:
            break
        for many in sorted({len(values), 1}, reverse=True):
            trial = np.sort(np.append(np.setdiff1d(plan, leave[:many]), enter[:many]))
            reached = problem.total(trial)
            if many == 1 or reached < total - values[0]:
                break
        if not reached < total:
            break
        plan, total = trial, reached
    return plan


def kicked(
    problem: MedianProblem, opened: Positions, *, times: int, deadline: Deadline, until: float = -np.inf
) -> Positions:
    """Exchange some sites at random and improve again, and keep what is better: always the same way.

    Stops early once the total is at most `until`.
    """
    random = np.random.default_rng(_SEED)
    best, least = opened, problem.total(opened)
    closed_sites = np.flatnonzero(~problem.fixed)
    for _kick in range(times):
        free = problem.free(best)
        if deadline.stopped() or least <= until or not len(free):
            break
        count = min(len(free), int(random.integers(2, 6)))
        out = random.choice(free, count, replace=False)
        rest = np.setdiff1d(best, out)
        trial = _refilled(problem, rest, random.permutation(np.setdiff1d(closed_sites, best)))
        trial = exchanged(problem, trial, deadline=deadline)
        total = problem.total(trial)
        if total < least - ROUNDING * least:
            best, least = trial, total
    return best


def _best_exchanges(problem: MedianProblem, opened: Positions) -> tuple[Floats, Positions, Positions]:
    """Return what the best exchanges save, the best first, the sites to close and those to open.

    It is one, or in a large problem up to a tenth of the sites, no site twice.
    """
    sites, near = len(problem.fixed), nearest_open(problem, opened)
    # A fixed site never closes: what its clients would lose goes into a column of its own, which is left out.
    free = problem.free(opened)
    place = np.full(sites, len(free))
    place[free] = np.arange(len(free))
    owner = np.where(near.site >= 0, place[near.site], len(free))
    gain, loss, extra = exchange_sums(problem, near, owner, places=len(free) + 1)
    saved = (gain[:, None] - loss[None, :] + extra)[:, :-1]
    saved[opened] = -np.inf
    saved[_crowded(problem, free)] = -np.inf
    if problem.costs.priced is not None or problem.limits.group is not None:
        enter, leave = divmod(int(np.argmax(saved)), len(free))
        return np.array([saved[enter, leave]], np.float64), free[[leave]], np.array([enter])
    into = np.argmax(saved, axis=0)
    value: Floats = saved[into, np.arange(len(free))].astype(np.float64)
    order = np.argsort(-value, kind="stable")
    order = order[np.sort(np.unique(into[order], return_index=True)[1])]
    order = order[value[order] > 0][: max(len(free) // _TENTH, 1)]
    return value[order], free[order], into[order]


def _crowded(problem: MedianProblem, free: Positions) -> Mask:
    """Mark the exchanges that give a group more than it has room for."""
    limits = problem.limits
    if limits.group is None or limits.room is None:
        return np.zeros((len(problem.fixed), len(free)), bool)
    left = limits.after(free.tolist()).room
    if left is None:
        raise AssertionError
    full = left[limits.group] <= 0
    crowded: Mask = full[:, None] & (limits.group[:, None] != limits.group[free][None, :])
    return crowded


def _refilled(problem: MedianProblem, opened: Positions, wanted: Positions) -> Positions:
    """Open the first of some sites that the limits allow, until the number is reached."""
    plan = problem.free(opened).tolist()
    for site in wanted.tolist():
        if problem.limits.count is not None and len(plan) >= problem.limits.count:
            break
        if problem.limits.group is None or problem.limits.affordable(plan)[site]:
            plan.append(site)
    return np.sort(np.concatenate([np.flatnonzero(problem.fixed), np.array(plan, np.intp)]))
