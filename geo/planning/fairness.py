"""Fairness step by step: purchases for the worst-off county; and what reads the options."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Positions
from geo.planning.baseline import Baseline
from geo.planning.constraints import Constraints
from geo.planning.options import BUYABLE, CANDIDATE, ActionOptions
from geo.planning.ordering import Step, county_shares, least_share
from geo.schema import COST_YUAN, COUNTY, FACILITY_ID


def raise_least_share(
    baseline: Baseline, options: ActionOptions, constraints: Constraints
) -> tuple[int, ...]:
    """Buy, again and again, what helps the worst-off county most; a county nothing helps is passed over."""
    rows, bought = buyable_rows(options), list[int]()
    reach = options.reach[:, rows].tocsc()
    marks = reach.copy()
    marks.data = np.ones(len(marks.data))
    costs = options.rows[COST_YUAN].to_numpy(np.float64)[rows]
    county = baseline.counties.get_indexer(pd.Index(options.rows[COUNTY]))[rows]
    reached, passed = baseline.reached_today.copy(), np.zeros(len(baseline.counties), bool)
    used = np.zeros(len(baseline.counties) + 1, np.intp)
    money = np.inf if constraints.budget_yuan is None else constraints.budget_yuan
    room = constraints.most_per_county or len(rows)
    while len(bought) < (constraints.sites or len(rows)):
        shares = np.where(passed, np.inf, county_shares(baseline, reached))
        worst = int(np.argmin(shares))
        if not np.isfinite(shares[worst]):
            break
        open_people = baseline.people * ((reached == 0) & (baseline.county == worst))
        gains = marks.T @ open_people
        gains[(costs > money) | (used[county] >= room)] = 0.0
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            passed[worst] = True
            continue
        bought.append(int(rows[best]))
        money, used[county[best]] = money - costs[best], used[county[best]] + 1
        np.add.at(reached, column_of(reach, best), 1)
    return tuple(bought)


def least_share_of(baseline: Baseline, options: ActionOptions, steps: Sequence[Step]) -> float:
    """Return the share of the worst-off county after purchases."""
    rows = options.rows
    bought = {action.candidate or action.facility_id for step in steps for action in step}
    places = rows[CANDIDATE].where(rows[CANDIDATE].ne(""), rows[FACILITY_ID])
    reached = baseline.reached_today.copy()
    for row in np.flatnonzero(places.isin(bought).to_numpy(dtype=bool)):
        np.add.at(reached, column_of(options.reach, int(row)), 1)
    return least_share(baseline, reached)


def buyable_rows(options: ActionOptions) -> Positions:
    """Return the rows of what can be bought by itself, not only moved to."""
    rows: Positions = np.flatnonzero(options.rows[BUYABLE].to_numpy(dtype=bool))
    return rows


def column_of(reach: Any, column: int) -> Positions:
    """Return the homes in one column of a matrix of homes by options (csc)."""
    homes: Positions = reach.indices[reach.indptr[column] : reach.indptr[column + 1]].astype(np.intp)
    return homes
