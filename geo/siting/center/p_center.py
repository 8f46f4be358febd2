"""The shortest longest way: the p-center problem."""

from collections.abc import Hashable, Iterable
from typing import Any, Unpack

import numpy as np

from geo.arrays import Positions
from geo.errors import InvalidValueError, Message
from geo.siting.center.search import CenterSearch, CenterSolution
from geo.siting.checker.check import checked
from geo.siting.checker.rules import center_faults
from geo.siting.median.p_median import nobody_asks, nobody_there, unreachable
from geo.siting.solver.cost_table import CostTable, Weights, nearest_sites, read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import SiteChoice, read_choice
from geo.siting.solver.result import INFEASIBLE, Options, Plan, gap_above


@checked(center_faults)
def p_center(
    cost: Any,
    weights: Weights | None = None,
    *,
    sites: int,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> Plan:
    """Choose the new sites for which the longest way to the nearest open site is shortest.

    Minieka 1970, doi:10.1137/1012016: the least threshold at which so many sites reach everybody. It is asked
    for the few people who decide it, by the relaxation, by exchanges and by HiGHS in turn, and for those that
    that leaves far, until it is as good for all: exact at any size, and in time with a gap. Of equally good
    choices the one met first, which is the same each time.

    Parameters
    ----------
    cost, fixed, time_limit_s, **options
        As `max_cover`, without a least share of groups.
    weights
        Who weighs nothing does not matter; the others all alike. All weigh 1 if None.
    sites
        How many new sites at most. One that is not needed is not opened.

    Returns
    -------
    Plan
        `objective` is the longest way. `gains` is the weight that goes to each site, and `sites` are in order
        of it. Infeasible, and empty where nobody weighs anything, as `p_median`.

    Raises
    ------
    InvalidValueError
        Something given cannot be meant; the message names it.

    Examples
    --------
    >>> import geo
    >>> import numpy as np
    >>> metres = np.array([[300, 900, 2000], [1500, 400, 1800], [2500, 2200, 600]])
    >>> plan = geo.p_center(metres, sites=2)
    >>> plan.sites, plan.objective, plan.status
    ((1, 2), 900.0, 'optimal')
    """
    deadline = Deadline(time_limit_s, options)
    if "least_share" in options or "demand_groups" in options:
        raise InvalidValueError("center_serves_all")
    table = read_costs(cost, weights)
    choice = read_choice(table.sites, count=sites, fixed=fixed, options=options)
    rows = np.flatnonzero(table.weights > 0)
    lost = unreachable(table, choice, rows)
    if len(lost):
        return nobody_there(lost, deadline)
    if not len(rows):
        return nobody_asks(deadline)
    found = CenterSearch(table, choice, rows, deadline).run()
    if not np.isfinite(found.longest):
        nan, ended = float("nan"), found.status
        reason = Message("center_too_few")
        if ended != INFEASIBLE:
            reason = Message("center_too_few_in_time")
        return Plan((), (), nan, nan, nan, nan, ended, deadline.seconds(), lost, reason)
    return _center_plan(table, choice, rows, found, deadline)


def _center_plan(
    table: CostTable, choice: SiteChoice, rows: Positions, found: CenterSolution, deadline: Deadline
) -> Plan:
    """Say which new sites are open and who each serves, of equally near ones the first."""
    opened = np.sort(np.concatenate([np.flatnonzero(choice.fixed), found.chosen]))
    near = nearest_sites(table, rows, opened)[1]
    served = np.bincount(near, table.weights[rows], len(table.sites))[opened]
    new = [k for k in np.lexsort((opened, -served)) if not choice.fixed[opened[k]] and served[k] > 0]
    return Plan(
        sites=tuple(table.sites[opened[new]]),
        gains=tuple(float(served[k]) for k in new),
        objective=found.longest,
        share=1.0,
        bound=found.bound,
        gap=gap_above(found.longest, found.bound),
        status=found.status,
        seconds=deadline.seconds(),
    )
