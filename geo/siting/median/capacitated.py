"""Sites that can take only so many: capacitated covering and the capacitated p-median problem.

The people of one demand point may be shared out among several sites.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, NamedTuple, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.arrays import Floats, Positions
from geo.errors import InvalidValueError, Message, some
from geo.siting.checker.check import checked
from geo.siting.checker.rules import capacity_faults
from geo.siting.covering.model import limit_rows
from geo.siting.median.p_median import nobody_there, unreachable
from geo.siting.solver.cost_table import MOST_CELLS, CostTable, Weights, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.highs import Model, solve, written_by
from geo.siting.solver.limits import SiteChoice, read_choice
from geo.siting.solver.result import INFEASIBLE, OPTIMAL, Options, Plan, gap_above, gap_below

PerSite = pd.Series | Sequence[float] | npt.NDArray[np.number] | float

HALF = 0.5
# Each way is a column and a row of the model, which takes about a kilobyte.
MOST_PAIRS = 1_000_000


class CapacitatedCosts(NamedTuple):
    """Hold every way a person may take: row, column and cost, with weights and capacities.

    A person is written as `unit` in weights, capacities and flows: however few people there are, a solver
    must not take them for nobody.
    """

    row: Positions
    site: Positions
    price: Floats
    weights: Floats
    capacity: Floats
    unit: float


@checked(capacity_faults)
def capacitated_cover(
    cost: Any,
    weights: Weights,
    *,
    max_cost: float,
    capacity: PerSite,
    sites: int,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the new sites that serve most people within reach when each takes only so many.

    Current and Storbeck 1988, doi:10.1068/b150153, with people shared out as serves most.

    Parameters
    ----------
    cost, weights, max_cost, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups.
    capacity
        How many persons each site takes: one number, or one for each site, the fixed ones too.
    sites
        How many new sites at most.

    Returns
    -------
    Plan
        `objective` is the persons served, `gains` how many each new site serves, most first.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.
    """
    deadline, table, choice, costs = _ask(cost, weights, capacity, sites, fixed, time_limit_s, options)
    if not max_cost >= 0:
        raise InvalidValueError("max_cost_unusable", max_cost=max_cost)
    near = costs.price <= max_cost
    costs = costs._replace(row=costs.row[near], site=costs.site[near], price=costs.price[near])
    begin = _greedy_flow(costs, choice)
    model = _model(costs, choice, -np.ones(len(costs.row)), least=np.zeros(len(costs.weights)))
    solved = solve(model, deadline=deadline, start=begin, sign=-1.0 / costs.unit)
    columns = begin if solved.columns is None else solved.columns
    flow = np.clip(columns[len(table.sites) :], 0.0, None)
    served, total = float(flow.sum()) / costs.unit, float(table.weights.sum())
    bound = min(max(-solved.bound / costs.unit, served), total)
    return _flow_plan(
        table, choice, costs, columns, (served, bound, gap_below(served, bound)), solved.status, deadline
    )


@checked(capacity_faults)
def capacitated_p_median(
    cost: Any,
    weights: Weights,
    *,
    capacity: PerSite,
    sites: int,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the new sites that make everybody's way shortest in sum when each takes only so many.

    Mulvey and Beck 1984, doi:10.1016/0377-2217(84)90155-3, with people shared out as costs least.

    Parameters
    ----------
    cost, weights, fixed, time_limit_s, **options
        As `p_median`.
    capacity
        As `capacitated_cover`.
    sites
        How many new sites at most.

    Returns
    -------
    Plan
        `objective` is the sum of persons times cost, `gains` how many each new site serves, most first.
        Infeasible where somebody has no way, or no choice of so many sites takes everybody.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.
    """
    deadline, table, choice, costs = _ask(cost, weights, capacity, sites, fixed, time_limit_s, options)
    lost = unreachable(table, choice, np.flatnonzero(table.weights > 0))
    if len(lost):
        return nobody_there(lost, deadline)
    begin = _greedy_flow(costs, choice)
    placed = float(begin[len(table.sites) :].sum())
    whole = placed >= float(costs.weights.sum()) * (1 - 1e-12)
    model = _model(costs, choice, costs.price, least=costs.weights)
    solved = solve(model, deadline=deadline, start=begin if whole else None, sign=1.0 / costs.unit)
    columns = solved.columns if solved.columns is not None else begin if whole else None
    if columns is None:
        nan, proven = float("nan"), solved.status == INFEASIBLE
        reason = Message("persons_do_not_fit", persons=table.weights.sum(), sites=sites)
        reason = reason if proven else Message("persons_do_not_fit_in_time")
        return Plan((), (), nan, nan, nan, nan, solved.status, deadline.seconds(), lost, reason)
    total = float(costs.price @ np.clip(columns[len(table.sites) :], 0.0, None)) / costs.unit
    bound = total if solved.status == OPTIMAL else min(max(solved.bound / costs.unit, 0.0), total)
    return _flow_plan(
        table, choice, costs, columns, (total, bound, gap_above(total, bound)), solved.status, deadline
    )


def _ask(
    cost: Any,
    weights: Weights,
    capacity: PerSite,
    sites: int,
    fixed: Iterable[Hashable],
    time_limit_s: float,
    options: Options,
) -> tuple[Deadline, CostTable, SiteChoice, CapacitatedCosts]:
    deadline = Deadline(time_limit_s, options)
    if "least_share" in options or "demand_groups" in options:
        raise InvalidValueError("capacitated_options")
    table = read_costs(cost, weights)
    choice = read_choice(table.sites, count=sites, fixed=fixed, options=options)
    if table.whole is not None:
        if table.whole.size > MOST_CELLS:
            raise InvalidValueError("capacitated_cells", cells=table.whole.size, most=MOST_CELLS)
        row, site = np.nonzero(np.isfinite(table.whole))
        price = table.whole[row, site]
    else:
        row = np.repeat(np.arange(len(table.demand)), np.diff(table.pairs.indptr))
        site, price = table.pairs.indices.astype(np.intp), table.pairs.data
    usable = (choice.fixed | choice.allowed)[site] & (table.weights[row] > 0)
    unit = written_by(float(table.weights.sum()))
    room = _capacities(capacity, table.sites) * unit
    costs = CapacitatedCosts(row[usable], site[usable], price[usable], table.weights * unit, room, unit)
    return deadline, table, choice, costs


def _capacities(capacity: PerSite, sites: pd.Index) -> Floats:
    if isinstance(capacity, pd.Series):
        read = pd.to_numeric(capacity.reindex(sites), errors="coerce").to_numpy(np.float64, na_value=np.nan)
    else:
        read = np.array(np.broadcast_to(np.asarray(capacity, np.float64), len(sites)))
    wrong = ~(read >= 0)
    if wrong.any():
        raise InvalidValueError("capacity_unusable", sites=some(sites[wrong]))
    return read


def _greedy_flow(costs: CapacitatedCosts, choice: SiteChoice) -> Floats:
    """Fill the fixed sites, then the one that serves most of who is left, and so on, the nearest first."""
    count = len(costs.capacity)
    order = np.lexsort((costs.price, costs.site))
    starts = np.searchsorted(costs.site[order], np.arange(count + 1))
    left, flow, opened = costs.weights.copy(), np.zeros(len(costs.row)), choice.fixed.copy()
    new = list[int]()
    for site in np.flatnonzero(choice.fixed):
        _fill(costs, order[starts[site] : starts[site + 1]], left, flow)
    while True:
        reach = np.bincount(costs.site, left[costs.row], count)
        gain = np.where(
            choice.limits.affordable(new) & choice.allowed, np.minimum(reach, costs.capacity), 0.0
        )
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            return np.concatenate([opened.astype(np.float64), flow])
        new.append(best)
        opened[best] = True
        _fill(costs, order[starts[best] : starts[best + 1]], left, flow)


def _fill(costs: CapacitatedCosts, mine: Positions, left: Floats, flow: Floats) -> None:
    """Take in people in the given order until the site is full."""
    if not len(mine):
        return
    want = left[costs.row[mine]]
    taken = np.diff(np.minimum(np.cumsum(want), costs.capacity[costs.site[mine[0]]]), prepend=0.0)
    flow[mine] = taken
    left[costs.row[mine]] -= taken


def _model(costs: CapacitatedCosts, choice: SiteChoice, prices: Floats, *, least: Floats) -> Model:
    """Write: who is served is at least `least` and at most all, by open sites, within their capacity."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    count, pair_count, at = len(costs.capacity), len(costs.row), np.arange(len(costs.row))
    if pair_count > MOST_PAIRS:
        raise InvalidValueError("capacitated_ways", ways=pair_count, most=MOST_PAIRS)
    ones = np.ones(pair_count)
    served = sparse.csr_array((ones, (costs.row, count + at)), shape=(len(costs.weights), count + pair_count))
    most = np.minimum(costs.capacity, np.bincount(costs.site, costs.weights[costs.row], count))
    filled = sparse.csr_array((ones, (costs.site, count + at)), shape=(count, count + pair_count))
    filled -= sparse.csr_array((most, (np.arange(count), np.arange(count))), shape=filled.shape)
    each = np.minimum(costs.weights[costs.row], costs.capacity[costs.site])
    opens = sparse.csr_array(
        (np.concatenate([ones, -each]), (np.concatenate([at, at]), np.concatenate([count + at, costs.site]))),
        shape=(pair_count, count + pair_count),
    )
    limits, upper = limit_rows(choice.limits)
    limits = limits @ sparse.diags_array((~choice.fixed).astype(np.float64))
    padded = sparse.hstack([limits, sparse.csr_array((limits.shape[0], pair_count))])
    return Model(
        costs=np.concatenate([np.zeros(count), prices]),
        lower=np.concatenate([choice.fixed.astype(np.float64), np.zeros(pair_count)]),
        upper=np.concatenate([(choice.fixed | choice.allowed).astype(np.float64), each]),
        whole=np.arange(count + pair_count) < count,
        rows=sparse.vstack([served, filled, opens, padded], format="csr"),
        row_lower=np.concatenate([least, np.full(count + pair_count + len(upper), -np.inf)]),
        row_upper=np.concatenate([costs.weights, np.zeros(count + pair_count), upper]),
    )


def _flow_plan(
    table: CostTable,
    choice: SiteChoice,
    costs: CapacitatedCosts,
    columns: Floats,
    found: tuple[float, float, float],
    status: str,
    deadline: Deadline,
) -> Plan:
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    count, opened = len(table.sites), columns[: len(table.sites)] > HALF
    # What a solver lets through at a closed site, a millionth of a person, goes nowhere.
    flow = np.where(opened[costs.site], np.clip(columns[count:], 0.0, None), 0.0) / costs.unit
    served = np.bincount(costs.site, flow, count)
    new = np.flatnonzero(opened & ~choice.fixed & (served > 0))
    new = new[np.lexsort((new, -served[new]))]
    total = float(table.weights.sum())
    some = flow > 0
    return Plan(
        sites=tuple(table.sites[new]),
        gains=tuple(float(value) for value in served[new]),
        objective=found[0],
        share=float(flow.sum()) / total if total > 0 else float("nan"),
        bound=found[1],
        gap=found[2],
        status=status,
        seconds=deadline.seconds(),
        served=sparse.csr_array(
            (flow[some], (costs.row[some], costs.site[some])), shape=(len(table.demand), count)
        ),
    )
