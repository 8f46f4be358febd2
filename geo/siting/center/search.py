"""The search for the shortest longest way: solved for the few who decide it, and who these are is found out.

What is best for a few is a bound for all, and once it is as good for all it is the best: Chen and Handler
1987, doi:10.1016/0305-0548(87)90051-9; Contardo, Iori and Kramer 2019, doi:10.1016/j.cor.2018.11.006.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.arrays import Floats, Positions
from geo.siting.center.exchange import reaching_all
from geo.siting.center.relaxed import RelaxedFewest
from geo.siting.covering.model import limit_rows
from geo.siting.covering.set_cover_model import HALF, covering_model
from geo.siting.solver.cost_table import (
    CostTable,
    lists_within,
    nearest_sites,
    reached_sums,
    some_rows,
)
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import solve
from geo.siting.solver.limits import SiteChoice
from geo.siting.solver.result import INFEASIBLE, OPTIMAL, TIME_LIMIT, gap_above

# So many people are asked at first at most, and so many more at a time.
_FIRST, _MORE, _FEW, _LOOKED_AT = 1500, 300, 60, 20_000
# A relaxation that needs this much less than there may be is not looked into to the end.
_CLEAR, _HOPE, _SURE = 0.02, 20.0, 1e-6
_ROUNDS, _STEPS, _NEAR, _NARROW, _PART = 60, 20_000, 0.4, 0.003, 0.4
_PATIENCE_S, _LONGER, _LOWER = 0.5, 1.6, 0.6


class CenterSolution(NamedTuple):
    """Hold the sites chosen, their longest way (infinite: not everybody has one), and what none can beat."""

    chosen: Positions
    longest: float
    bound: float
    status: str


class CenterSearch:
    """Hold the best choice, what none can beat, and who is asked.

    Parameters
    ----------
    table, choice, rows
        All costs, what may be opened, and the demand that counts.
    deadline
        Ends the search, and hears how far it is.
    """

    def __init__(self, table: CostTable, choice: SiteChoice, rows: Positions, deadline: Deadline) -> None:
        self._table, self._choice, self._rows, self._deadline = table, choice, rows, deadline
        self._count = choice.limits.count or 0
        self._allowed = np.flatnonzero(choice.allowed)
        self._limits = replace(choice.limits, count=None).of(self._allowed)
        self.chosen, self.longest, self.bound = np.array([], np.intp), np.inf, 0.0
        self._asking = self._binding = self._near = self._looked_at = rows[:0]
        self._few = self._some = some_rows(table, rows[:0])

    def run(self) -> CenterSolution:
        """Search until the best is proven or the time ends."""
        usable = np.flatnonzero(self._choice.fixed | self._choice.allowed)
        least, self._near = nearest_sites(self._table, self._rows, usable)
        self.bound = float(least.max(initial=0.0))
        self._ask(np.union1d(self._worst(-least, _FIRST), self._spread(_MORE)))
        self._binding = self._asking
        self._look_at(np.union1d(self._asking, self._spread(_LOOKED_AT)))
        self._measure(self._farthest_first(), np.inf)
        for stage in (self._relax, self._improve, self._prove):
            if self.longest > self.bound and not self._deadline.stopped():
                stage()
        if self.longest <= self.bound:
            status = OPTIMAL if np.isfinite(self.longest) else INFEASIBLE
            return CenterSolution(self.chosen, self.longest, self.longest, status)
        return CenterSolution(self.chosen, self.longest, self.bound, self._deadline.stopped() or TIME_LIMIT)

    def _worst(
        self, worth: Floats, most: int, below: float = np.inf, places: Positions | None = None
    ) -> Positions:
        """Return of the demand nearest to each site the one worth least, the least of all first."""
        near = self._near if places is None else self._near[places]
        some = np.flatnonzero(worth < below)
        order = some[np.lexsort((worth[some], near[some]))]
        first = order[np.diff(near[order], prepend=-1) != 0]
        found: Positions = first[np.argsort(worth[first], kind="stable")][:most]
        return found if places is None else places[found]

    def _spread(self, most: int) -> Positions:
        return np.unique(np.linspace(0, len(self._rows) - 1, most).astype(np.intp))

    def _ask(self, places: Positions) -> None:
        self._asking = np.union1d(self._asking, places)
        self._few = some_rows(self._table, self._rows[self._asking])

    def _look_at(self, places: Positions) -> None:
        self._looked_at = np.union1d(self._looked_at, places)
        self._some = some_rows(self._table, self._rows[self._looked_at])

    def _thresholds(self) -> Floats:
        """Return the costs between the bound, which is one of them, and the best choice, which is none."""
        costs = self._costs()
        return np.append(self.bound, np.unique(costs[(costs > self.bound) & (costs < self.longest)]))

    def _costs(self) -> npt.NDArray[Any]:
        costs: npt.NDArray[Any] = self._few.pairs.data if self._few.whole is None else self._few.whole
        return costs

    def _raise(self, threshold: float) -> None:
        """Take in that this number of sites does not do within a threshold: the next cost is the bound."""
        costs = self._costs()
        after = float(costs[costs > threshold].min(initial=np.inf))
        self.bound = min(after, self.longest)
        self._report()

    def _report(self) -> None:
        if np.isfinite(self.longest):
            self._deadline.report(self.longest, self.bound, gap_above(self.longest, self.bound))

    def _measure(self, chosen: Positions, threshold: float) -> Positions:
        """Measure the way of all to some sites, and ask those it leaves beyond a threshold: none if it does.

        A choice that is no better than the best is not measured to the end.
        """
        opened = np.sort(np.concatenate([np.flatnonzero(self._choice.fixed), chosen]))
        if not len(opened):
            return self._asking
        least, _ = nearest_sites(self._some, np.arange(len(self._looked_at)), opened)
        places: Positions | None = self._looked_at
        if least.max(initial=0.0) < self.longest or not len(self.chosen):
            least, places = nearest_sites(self._table, self._rows, opened)[0], None
            if least.max(initial=0.0) < self.longest or not len(self.chosen):
                self.chosen, self.longest = chosen, float(least.max(initial=0.0))
                self._report()
        beyond = self._worst(-least, _MORE, -threshold, places)
        self._ask(beyond)
        self._look_at(beyond)
        return beyond

    def _lists(self, threshold: float, places: Positions | None = None) -> tuple[Any, Positions]:
        """List the sites to open within a threshold of who is asked, or of some others, and who these are.

        Demand that a fixed site reaches is left out.
        """
        few = self._few if places is None else some_rows(self._table, self._rows[places])
        lists = lists_within(few, threshold)
        left = lists @ self._choice.fixed.astype(np.float64) == 0
        return lists[left][:, self._allowed], (self._asking if places is None else places)[left]

    def _farthest_first(self) -> Positions:
        """Open the site nearest to who is farthest from all open ones, again and again."""
        costs = np.full((len(self._asking), len(self._table.sites)), np.inf)
        if self._few.whole is not None:
            costs = self._few.whole
        else:
            row = np.repeat(np.arange(len(self._asking)), np.diff(self._few.pairs.indptr))
            costs[row, self._few.pairs.indices] = self._few.pairs.data
        way = costs[:, self._choice.fixed].min(axis=1, initial=np.inf)
        new = list[int]()
        for _ in range(self._count):
            last = int(np.argmax(way))
            fits = self._limits.affordable(new)
            best = int(np.argmin(np.where(fits, costs[last, self._allowed], np.inf)))
            if not fits[best] or way[last] <= self.bound:
                break
            new.append(best)
            way = np.minimum(way, costs[:, self._allowed[best]])
        return self._allowed[np.sort(np.array(new, np.intp))]

    def _relax(self) -> None:
        """Raise the bound as far as the relaxation of covering within a threshold alone does it."""
        high, low_needs, high_needs = self.longest, np.inf, 0.0
        while not self._deadline.stopped():
            steps = self._thresholds()
            steps = steps[steps < high]
            if not len(steps) or (steps[-1] - steps[0] < _NARROW * steps[-1] and high < self.longest):
                break
            part = (low_needs - self._count) / (low_needs - high_needs) if np.isfinite(low_needs) else 0.5
            wanted = steps[0] + np.clip(part, 0.2, 0.8) * (steps[-1] - steps[0])
            threshold = float(steps[np.searchsorted(steps, wanted, side="right") - 1])
            needs = self._relaxed_needs(threshold)
            if needs is None:
                break
            if needs > self._count + _SURE:
                self._raise(threshold)
                low_needs = needs
            else:
                high, high_needs = threshold, needs

    def _relaxed_needs(self, threshold: float) -> float | None:
        """Return how many sites the relaxation needs for a threshold, or less where that is few enough."""
        relaxed, before, fresh = RelaxedFewest(self._limits, self._deadline), 0.0, self._binding
        added = fresh[:0]
        while True:
            lists, left = self._lists(threshold, fresh)
            if not np.diff(lists.indptr).all():
                return np.inf
            relaxed.add(lists)
            added = np.append(added, left)
            solved = relaxed.solve()
            if solved is None:
                return None
            needs, columns = solved
            fresh = self._short(threshold, columns)
            hopeless = needs < self._count - _CLEAR - _HOPE * (needs - before)
            if needs > self._count + _SURE or not len(fresh) or hopeless:
                if np.isfinite(needs):
                    self._binding = added[relaxed.priced()]
                return needs
            before = needs
            self._ask(fresh)

    def _short(self, threshold: float, columns: Floats) -> Positions:
        """Find who is reached less than once by sites open in part: the worst of each site."""
        opened = np.concatenate([np.flatnonzero(self._choice.fixed), self._allowed[columns > 0]])
        share = np.concatenate([np.ones(self._choice.fixed.sum()), columns[columns > 0]])
        order = np.argsort(opened)
        worth = opened[order], share[order]
        sums = reached_sums(self._some, np.arange(len(self._looked_at)), worth, threshold)
        short = self._worst(sums, _MORE, 1 - _SURE, self._looked_at)
        if len(short) < _FEW:
            short = self._worst(reached_sums(self._table, self._rows, worth, threshold), _MORE, 1 - _SURE)
            self._look_at(short)
        return short

    def _improve(self) -> None:
        """Look for better choices by exchanges, for thresholds ever nearer to the bound."""
        low, deadline = self.bound, self._deadline.part(self._deadline.left_s() * _PART)
        while not deadline.stopped() and self.longest > self.bound:
            steps = self._thresholds()
            steps = steps[steps >= low]
            if not len(steps) or self.longest - low < _NARROW * self.longest:
                break
            threshold = float(steps[int(_NEAR * len(steps))])
            if not self._exchanged(threshold, deadline):
                low = np.nextafter(threshold, np.inf)

    def _exchanged(self, threshold: float, deadline: Deadline) -> bool:
        """Look for a choice within a threshold of all by exchanges."""
        if self._limits.group is not None:
            return False
        chosen = self.chosen
        for _round in range(_ROUNDS):
            lists, _ = self._lists(threshold)
            if not np.diff(lists.indptr).all():
                return False
            opened = self._filled(np.searchsorted(self._allowed, chosen))
            found = reaching_all(lists, opened, steps=_STEPS, deadline=deadline)
            if found is None or deadline.stopped():
                return False
            chosen = self._allowed[found]
            if not len(self._measure(chosen, threshold)):
                return True
        return False

    def _filled(self, columns: Positions) -> Positions:
        """Add sites until there are as many as there may be."""
        rest = np.setdiff1d(np.arange(len(self._allowed)), columns)
        return np.concatenate([columns, rest[: self._count - len(columns)]])

    def _prove(self) -> None:
        """Ask HiGHS for thresholds between bound and best, near to the bound where it cannot tell in time."""
        share, patience = HALF, _PATIENCE_S
        while self.longest > self.bound and not self._deadline.stopped():
            steps = self._thresholds()
            threshold = float(steps[int(share * len(steps))])
            reached = self._within(threshold, patience)
            if reached is None:
                share, patience = share * _LOWER, patience * _LONGER
            elif reached:
                share = min(share / _LOWER, HALF)
            else:
                self._raise(threshold)

    def _within(self, threshold: float, patience_s: float) -> bool | None:
        """Return whether the sites reach everybody within a threshold; None if it is not known in time."""
        deadline = self._deadline.part(patience_s)
        while not deadline.stopped():
            lists, _ = self._lists(threshold, self._binding)
            if not np.diff(lists.indptr).all():
                return False
            limits, upper = limit_rows(self._limits)
            model = covering_model(lists, np.ones(len(self._allowed)), limits, upper)
            solved = solve(model, deadline=deadline, enough=float(self._count))
            if solved.bound > self._count + HALF:
                return False
            if solved.columns is None or solved.columns.sum() > self._count + HALF:
                return None
            beyond = self._measure(self._allowed[solved.columns > HALF], threshold)
            if not len(beyond):
                return True
            self._binding = np.union1d(self._binding, beyond)
        return None
