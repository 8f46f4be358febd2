"""The cheapest sites that give every group what it needs, part by part.

Groups that no site serves together, and that share no limit, are decided apart: their costs add up. Each part
is a small problem, bounded first by what its best sites reach, then solved. What is known of a part is kept:
no choice that gives less needs to cost more, and a plan that reaches more does for less as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from geo.arrays import Floats, Positions
from geo.siting.covering.model import cover_columns, cover_model
from geo.siting.covering.problem import CoverProblem, merged, undominated, without_rows
from geo.siting.covering.state import CoverState, reached_by
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import solve
from geo.siting.solver.limits import Limits
from geo.siting.solver.result import INFEASIBLE, OPTIMAL

_HALF = 0.5
# A solver's row may be off by a millionth: of a group counted as ten thousand that is nobody.
_SCALE = 1e4
_SLACK = 1e-6


class Cheapest(NamedTuple):
    """Hold sites that are enough (None if none were found), their cost, and the least that any cost."""

    chosen: list[int] | None
    cost: float
    low: float


@dataclass(frozen=True)
class _Known:
    needs: Floats
    reached: Floats
    found: Cheapest


class ProblemParts:
    """Keep what is known of the parts of a problem while its needs change.

    Parameters
    ----------
    problem
        Merged, every row in a group. A number and a budget together make one part of everything.
    totals
        The weight of each group, for scale.
    """

    def __init__(self, problem: CoverProblem, totals: Floats) -> None:
        if problem.group is None:
            raise AssertionError
        limits = problem.limits
        self.group = problem.group
        self.scale = _SCALE / np.where(totals > 0, totals, 1.0)
        self.problem = replace(problem, weights=problem.weights * self.scale[self.group])
        self.both = limits.count is not None and limits.budget is not None
        self.costs = np.ones(len(limits.costs)) if limits.count is not None else limits.costs
        self.whole = bool((self.costs == np.round(self.costs)).all())
        most = limits.budget if limits.count is None else float(limits.count)
        self.most = np.inf if most is None else most * (1 + 1e-12)
        self.known: dict[tuple[int, ...], list[_Known]] = {}

    def cheapest(self, needs: Floats, *, deadline: Deadline) -> Cheapest:
        """Find the cheapest sites that give each group what it needs, as far as the limits go.

        Parameters
        ----------
        needs
            The weight each group needs; none where it is not above 0.
        deadline
            Ends the search.

        Returns
        -------
        Cheapest
            Once `low` is above what may be spent it is not raised further.
        """
        wanted = needs * self.scale
        parts = self._parts(wanted)
        lows = np.array([self._least(part, wanted) for part in parts])
        chosen, cost, missed = list[int](), 0.0, False
        for place, part in enumerate(parts):
            if lows.sum() > self.most:
                return Cheapest(None, np.inf, float(lows.sum()))
            others = float(lows.sum() - lows[place])
            last = place == len(parts) - 1
            enough = self.most - others if last else None
            found = self._part(part, wanted, float(lows[place]), enough=enough, deadline=deadline)
            lows[place] = max(lows[place], found.low)
            missed |= found.chosen is None
            chosen, cost = chosen + (found.chosen or []), cost + found.cost
        return Cheapest(None if missed else chosen, cost, float(lows.sum()))

    def hopeless(self, needs: Floats) -> bool:
        """Return whether the needs surely take more than may be spent, without a search."""
        wanted = needs * self.scale
        return sum(self._least(part, wanted) for part in self._parts(wanted)) > self.most

    def _parts(self, wanted: Floats) -> list[tuple[Positions, Positions, Any]]:
        """List groups, sites and what each site gives each group, the smallest part first."""
        from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        groups = np.flatnonzero(wanted > _SLACK)
        if not len(groups):
            return []
        gives = self._gives[groups]
        sites = np.flatnonzero(np.diff(gives.tocsc().indptr) > 0)
        gives = gives[:, sites]
        ties = [gives]
        if self.problem.limits.group is not None:
            codes = self.problem.limits.group[sites]
            ties.append(sparse.csr_array((np.ones(len(sites)), (codes, np.arange(len(sites))))))
        tied = sparse.vstack(ties, format="csr")
        links = sparse.block_array([[None, tied], [tied.T, None]], format="csr")
        label = connected_components(links, directed=False)[1] if not self.both else np.zeros(links.shape[0])
        of_site = label[tied.shape[0] :]
        parts = []
        for part in np.unique(label[: len(groups)]):
            mine, here = np.flatnonzero(label[: len(groups)] == part), np.flatnonzero(of_site == part)
            parts.append((groups[mine], sites[here], gives[mine][:, here]))
        return sorted(parts, key=lambda part: len(part[1]))

    @cached_property
    def _gives(self) -> Any:
        """Sum up what each site gives each group."""
        from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

        rows = len(self.group)
        shape = (len(self.scale), rows)
        weights = sparse.csr_array((self.problem.weights, (self.group, np.arange(rows))), shape=shape)
        return (weights @ self.problem.lists).tocsr()

    def _least(self, part: tuple[Positions, Positions, Any], wanted: Floats) -> float:
        """Return the least cost of a part: each group at the rate of its best site, shared by all served."""
        groups, sites, gives = part
        need = wanted[groups]
        if not len(sites):
            return np.inf
        serves = np.diff(gives.tocsc().indptr)
        pairs = gives.tocoo()
        group, site = pairs.coords
        rate = np.full(len(groups), np.inf)
        np.minimum.at(rate, group, self.costs[sites][site] / (pairs.data * serves[site]))
        # A need is met up to what a solver's row may be off by.
        least = float((rate * np.maximum(need - _SLACK, 0.0)).sum())
        if self.problem.limits.count is not None:
            for row, amount in enumerate(need):
                best = np.cumsum(np.sort(gives[[row]].data)[::-1])
                count = int(np.searchsorted(best, amount - _SLACK)) + 1
                least = max(least, float(count) if len(best) and best[-1] >= amount - _SLACK else np.inf)
        return self._up(least)

    def _up(self, cost: float) -> float:
        return float(np.ceil(cost - 1e-6)) if self.whole and np.isfinite(cost) else cost

    def _part(
        self,
        part: tuple[Positions, Positions, Any],
        wanted: Floats,
        low: float,
        *,
        enough: float | None,
        deadline: Deadline,
    ) -> Cheapest:
        groups, sites, _ = part
        need = wanted[groups]
        key, best = tuple(groups.tolist()), Cheapest(None, np.inf, low)
        for known in self.known.get(key, []):
            if (need >= known.needs).all():
                best = best._replace(low=max(best.low, known.found.low))
            if (known.reached >= need - _SLACK).all() and known.found.cost < best.cost:
                best = best._replace(chosen=known.found.chosen, cost=known.found.cost)
        if best.cost <= best.low or (enough is not None and best.cost <= enough):
            return best
        found = self._solved(groups, sites, need, best, enough=enough, deadline=deadline)
        self.known.setdefault(key, []).append(_Known(need, self._reached(found.chosen, groups), found))
        return found

    def _reached(self, chosen: Sequence[int] | None, groups: Positions) -> Floats:
        covered = self.problem.weights * (reached_by(self.problem.lists, chosen or []) > 0)
        sums: Floats = np.bincount(self.group, covered, len(self.scale)).astype(np.float64)
        return sums[groups]

    def _solved(
        self,
        groups: Positions,
        sites: Positions,
        need: Floats,
        best: Cheapest,
        *,
        enough: float | None,
        deadline: Deadline,
    ) -> Cheapest:
        small = self._alone(groups, sites)
        costs = self.costs[small.sites]
        begin = soon(small, need, costs)
        known = best.chosen and np.flatnonzero(np.isin(small.sites, best.chosen)).tolist()
        if begin is None or (
            known and best.cost < costs[begin].sum() and len(known) == len(best.chosen or [])
        ):
            begin = known or begin
        if begin is not None and costs[begin].sum() <= max(best.low, enough or 0.0):
            return Cheapest(small.sites[begin].tolist(), float(costs[begin].sum()), best.low)
        model = cover_model(small, needs=need)
        model = replace(model, costs=np.concatenate([costs, np.zeros(len(model.costs) - len(costs))]))
        start = None if begin is None else cover_columns(small, begin)
        solved = solve(model, deadline=deadline, start=start, enough=enough)
        if solved.status == INFEASIBLE:
            return Cheapest(None, np.inf, np.inf)
        if solved.columns is not None:
            begin = np.flatnonzero(solved.columns[: len(costs)] > _HALF).tolist()
        low = max(best.low, self._up(solved.bound))
        if begin is None:
            return Cheapest(None, np.inf, low)
        cost = float(costs[begin].sum())
        # A search that ends before it branches leaves its bound where it was, and its plan is the best.
        low = max(low, cost) if solved.status == OPTIMAL else low
        return Cheapest(small.sites[begin].tolist(), cost, low)

    def _alone(self, groups: Positions, sites: Positions) -> CoverProblem:
        """Return some groups and sites as a problem of their own: the number of sites is what is sought."""
        problem, limits = self.problem, self.problem.limits
        counted = limits.count is not None and not self.both
        rows = np.isin(self.group, groups)
        mine = replace(
            without_rows(problem, rows),
            limits=Limits(
                None,
                limits.budget if self.both else None,
                np.ones(len(limits.costs)) if counted else limits.costs,
                limits.group,
                limits.room,
            ),
            group=np.searchsorted(groups, self.group[rows]),
            sites=np.arange(len(self.costs)),
        )
        return undominated(merged(mine.only(sites)))


def soon(problem: CoverProblem, needs: Floats, costs: Floats) -> list[int] | None:
    """Open what gives most of what is still needed for its cost, then close what is not; None if it fails."""
    group, state = problem.group, CoverState(problem)
    if group is None:
        raise AssertionError
    prices = np.maximum(costs, 1e-9)

    def lacking() -> Floats:
        covered = np.bincount(group, problem.weights * (state.reached > 0), len(needs))
        short: Floats = np.where(covered >= needs - _SLACK, 0.0, needs - covered)
        return short

    while (short := lacking()).any():
        left = problem.weights * (state.reached == 0) * (short > 0)[group] / np.maximum(needs, _SLACK)[group]
        best = state.best(problem.by_site() @ left / prices)
        if best is None:
            return None
        state.open(best)
    for site in sorted(state.plan, key=lambda site: (-costs[site], site)):
        state.close(site)
        if lacking().any():
            state.open(site)
    return sorted(state.plan)
