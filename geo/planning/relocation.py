"""The relocation model: plans that also move or close sites, or favour the worst-off county; solved by HiGHS.

Covering alone cannot say it: a closed site loses people, so a home is covered only while one of its sites
stays, and what is best for the county worst off is no sum over homes. A home y is covered if

    y ≤ Σ new sites in reach + Σ sites moved into reach + Σ sites in reach that neither leave nor close,

a site leaves or closes or stays, as many sites arrive as leave, and the costs, less what closing frees, stay
within the budget. For fairness the least share of all counties is made as large as can be, and then, with
that share held, the people covered. Which site goes to which of the places taken is settled afterwards, so
that all together go the shortest way: it makes no difference to who is reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.errors import Message
from geo.geodesy import ellipsoid
from geo.planning.actions import CLOSE, RELOCATE
from geo.planning.baseline import Baseline
from geo.planning.constraints import FAIRNESS, Constraints
from geo.planning.max_min_share import find_max_min_share
from geo.planning.options import BUYABLE, ActionOptions
from geo.planning.relocation_rows import RelocationRows, merged_rows
from geo.proximity.grid import demand_places
from geo.schema import COST_YUAN, COUNTY, LAT, LON
from geo.siting import CANCELLED, INFEASIBLE, OPTIMAL, TIME_LIMIT, Options
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import Model, solve

_HALF = 0.5
# How much the least share may give way while people are counted: less than anybody can see.
_HELD = 1e-7


@dataclass(frozen=True)
class Relocation:
    """The result: rows of the options bought, sites moved with the row they go to, sites closed.

    `bound` is of persons covered, or of the least share of a county; `reason` says why there is no plan.
    """

    bought: tuple[int, ...] = ()
    moved: tuple[tuple[str, int], ...] = ()
    closed: tuple[str, ...] = ()
    bound: float = np.nan
    status: str = INFEASIBLE
    seconds: float = 0.0
    reason: Message | None = None


def solve_relocation(
    baseline: Baseline,
    options: ActionOptions,
    constraints: Constraints,
    *,
    moves: Mapping[str, float],
    time_limit_s: float,
    solver_options: Options,
) -> Relocation:
    """Solve the relocation model.

    Parameters
    ----------
    baseline, options, constraints
        What the plan starts from, what can be bought, and what may be spent.
    moves
        What it costs, in yuan, to relocate and to close a site, less what that frees; what is not there is
        not done.
    time_limit_s, solver_options
        As `geo.siting` takes them.

    Raises
    ------
    InvalidValueError
        The time limit is negative.
    """
    deadline = Deadline(time_limit_s, solver_options)
    rows = merged_rows(
        baseline, options, moving=bool(moves), by_county=constraints.most_per_county is not None
    )
    short = rows.out_of_reach(constraints.least_share or 0.0)
    if short:
        named = [Message("county_share", county=name, share=share) for name, share in list(short.items())[:5]]
        reason = Message("counties_below_with_everything", count=len(short), shares=named)
        return Relocation(seconds=deadline.seconds(), reason=reason)
    lifted = (
        None
        if moves or constraints.measure != FAIRNESS
        else find_max_min_share(rows, options, constraints, deadline=deadline)
    )
    if lifted is not None:
        return Relocation(lifted.bought, (), (), lifted.bound, lifted.status, deadline.seconds())
    plan = _Writer(rows, options, constraints, moves)
    fair = constraints.measure == FAIRNESS
    sure = 0.0 if fair else float(rows.sure.sum())
    found = solve(
        plan.model(fair=fair), deadline=deadline, start=plan.nothing(), sign=-1.0, reported_offset=sure
    )
    if found.status == INFEASIBLE:
        reason = Message("least_share_too_high")
        return Relocation(seconds=deadline.seconds(), reason=reason)
    if found.columns is None and plan.falls_short():
        return Relocation(status=found.status, seconds=deadline.seconds(), reason=Message("no_plan_in_time"))
    columns = plan.nothing() if found.columns is None else found.columns
    if fair and found.status == OPTIMAL:
        held = plan.model(fair=False, least=float(columns[-1]) - _HELD)
        second = solve(held, deadline=deadline, start=columns)
        columns = columns if second.columns is None else second.columns
    most = 1.0 if fair else sure + float(rows.weights.sum())
    bound = min(sure - found.bound, most) if np.isfinite(found.bound) else most
    status = found.status if found.status in {OPTIMAL, CANCELLED} else TIME_LIMIT
    bought, arrive, leave, close = plan.read(columns)
    moved = _shortest_moves(baseline, options, leave, arrive)
    return Relocation(bought, moved, close, bound, status, deadline.seconds())


class _Writer:
    """Write the model: columns bought, arriving, leaving, closing, covered homes, and the least share."""

    def __init__(
        self,
        rows: RelocationRows,
        options: ActionOptions,
        constraints: Constraints,
        moves: Mapping[str, float],
    ) -> None:
        self.rows, self.constraints = rows, constraints
        self.table = options.rows.iloc[rows.options]
        self.buyable = self.table[BUYABLE].to_numpy(dtype=bool)
        self.placed = options.placed[rows.options]
        self.moves = moves
        self.sizes = (len(rows.options), len(rows.options), len(rows.movable), len(rows.movable))
        self.edges = np.cumsum([0, *self.sizes, len(rows.weights), 1])

    def model(self, *, fair: bool, least: float | None = None) -> Model:
        """Return the model that maximises the least share, or the people covered with a least share held."""
        width = int(self.edges[-1])
        upper = np.zeros(width)
        upper[self._part(0)] = self.buyable
        upper[self._part(1)] = self.placed * (RELOCATE in self.moves)
        upper[self._part(2)] = RELOCATE in self.moves
        upper[self._part(3)] = CLOSE in self.moves
        upper[self._part(4)] = upper[-1] = 1.0
        lower = np.zeros(width)
        if least is not None:
            lower[-1] = max(least, 0.0)
        costs = np.zeros(width)
        if fair:
            costs[-1] = -1.0
        else:
            costs[self._part(4)] = -self.rows.weights
        blocks, below, above = self._rows()
        whole = np.arange(width) < self.edges[4]
        return Model(costs, lower, upper, whole, blocks, below, above)

    def nothing(self) -> Floats:
        """Return the columns of the plan that does nothing: who has a site today keeps it."""
        columns = np.zeros(int(self.edges[-1]))
        columns[self._part(4)] = np.asarray(self.rows.stay.sum(axis=1)).ravel() > 0
        return columns

    def falls_short(self) -> bool:
        """Return whether a county lacks the share asked for while nothing is done."""
        rows, stays = self.rows, self.nothing()[self._part(4)]
        have = rows.sure + np.bincount(rows.county, rows.weights * stays, len(rows.total))
        return bool((have < (self.constraints.least_share or 0.0) * rows.total * (1 - 1e-12)).any())

    def read(
        self, columns: Floats
    ) -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
        """Read offers bought and taken by a move, and sites that leave and close, from columns."""
        on = columns > _HALF
        bought, arrive = (tuple(map(int, self.rows.options[on[self._part(part)]])) for part in (0, 1))
        leave, close = (tuple(map(str, self.rows.movable[on[self._part(part)]])) for part in (2, 3))
        return bought, arrive, leave, close

    def _part(self, number: int) -> slice:
        return slice(int(self.edges[number]), int(self.edges[number + 1]))

    def _rows(self) -> tuple[Any, Floats, Floats]:
        from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

        rows, constraints = self.rows, self.constraints
        homes, infinite = len(rows.weights), np.inf
        stays = np.asarray(rows.stay.sum(axis=1)).ravel()
        cover = sparse.hstack(
            [
                -rows.new,
                -rows.new,
                rows.stay,
                rows.stay,
                sparse.eye_array(homes),
                sparse.csr_array((homes, 1)),
            ]
        )
        parts: list[tuple[Any, Floats, Floats]] = [(cover, np.full(homes, -infinite), stays)]
        one = sparse.eye_array(self.sizes[0], format="csr")
        parts.append(self._row([one, one, None, None], -infinite, 1.0))
        here = sparse.eye_array(self.sizes[2], format="csr")
        parts.append(self._row([None, None, here, here], -infinite, 1.0))
        parts.append(self._row([None, self._ones(1), -self._ones(2), None], 0.0, 0.0))
        if constraints.budget_yuan is not None:
            parts.append(self._row(self._prices(), -infinite, constraints.budget_yuan))
        if constraints.sites is not None:
            parts.append(
                self._row([self._ones(0), self._ones(1), None, None], -infinite, float(constraints.sites))
            )
        if constraints.most_per_county is not None:
            by_county = self._by_county()
            parts.append(
                self._row([by_county, by_county, None, None], -infinite, float(constraints.most_per_county))
            )
        parts.append(self._shares())
        blocks, below, above = zip(*parts, strict=True)
        return sparse.vstack(blocks, format="csr"), np.concatenate(below), np.concatenate(above)

    def _row(self, blocks: list[Any], below: float, above: float) -> tuple[Any, Floats, Floats]:
        from scipy import sparse  # noqa: PLC0415

        count = next(block.shape[0] for block in blocks if block is not None)
        filled = [
            sparse.csr_array((count, size)) if block is None else block
            for block, size in zip(blocks, self.sizes, strict=True)
        ]
        filled.append(sparse.csr_array((count, len(self.rows.weights) + 1)))
        return sparse.hstack(filled), np.full(count, below), np.full(count, above)

    def _ones(self, part: int) -> Any:
        from scipy import sparse  # noqa: PLC0415

        return sparse.csr_array(np.ones((1, self.sizes[part])))

    def _prices(self) -> list[Any]:
        from scipy import sparse  # noqa: PLC0415

        bought = np.where(self.buyable, self.table[COST_YUAN].to_numpy(np.float64), 0.0)
        moved, closed = (np.full(self.sizes[2], self.moves.get(kind, 0.0)) for kind in (RELOCATE, CLOSE))
        return [
            sparse.csr_array(bought[None, :]),
            None,
            sparse.csr_array(moved[None, :]),
            sparse.csr_array(closed[None, :]),
        ]

    def _by_county(self) -> Any:
        from scipy import sparse  # noqa: PLC0415

        county = self.rows.names.get_indexer(pd.Index(self.table[COUNTY]))
        place = (county, np.arange(len(county)))
        return sparse.csr_array((np.ones(len(county)), place), shape=(len(self.rows.names), len(county)))

    def _shares(self) -> tuple[Any, Floats, Floats]:
        """Write that each county has the least share of the plan, and that which was asked for."""
        from scipy import sparse  # noqa: PLC0415

        rows = self.rows
        lived = np.flatnonzero(rows.total > 0)
        place = (rows.county, np.arange(len(rows.weights)))
        people = sparse.csr_array((rows.weights, place), shape=(len(rows.total), len(rows.weights)))[lived]
        shape = (len(lived), int(self.edges[4]))
        left = sparse.csr_array(shape)
        relative = sparse.hstack([left, people, sparse.csr_array(-rows.total[lived][:, None])])
        fixed = sparse.hstack([left, people, sparse.csr_array((len(lived), 1))])
        needs = (self.constraints.least_share or 0.0) * rows.total[lived] * (1 - 1e-12) - rows.sure[lived]
        block = sparse.vstack([relative, fixed])
        return block, np.concatenate([-rows.sure[lived], needs]), np.full(2 * len(lived), np.inf)


def _shortest_moves(
    baseline: Baseline, options: ActionOptions, leave: tuple[str, ...], arrive: tuple[int, ...]
) -> tuple[tuple[str, int], ...]:
    """Say which site goes where, so that the way of all together is shortest."""
    if not leave:
        return ()
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    here = ellipsoid.earth_centred(*demand_places(baseline.sites.loc[list(leave)]))
    rows = options.rows.iloc[list(arrive)]
    there = ellipsoid.earth_centred(rows[LON].to_numpy(np.float64), rows[LAT].to_numpy(np.float64))
    way = np.linalg.norm(here[:, None, :] - there[None, :, :], axis=2)
    pairs = zip(*linear_sum_assignment(way), strict=True)
    return tuple((leave[site], arrive[place]) for site, place in pairs)
