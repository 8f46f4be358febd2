"""Step by step for the county worst off, and what is common to whoever reads offers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.planning.baseline import Ground
from geo.planning.constraints import Means
from geo.planning.options import BUYABLE, CANDIDATE, Offers
from geo.planning.ordering import Step, county_shares, least_share
from geo.schema import COST_YUAN, COUNTY, FACILITY_ID

Integers = npt.NDArray[np.intp]


def lift_the_worst(ground: Ground, offers: Offers, means: Means) -> tuple[int, ...]:
    """Buy, again and again, what helps the county worst off most; a county nothing helps is passed over."""
    rows, bought = buyable_rows(offers), list[int]()
    reach = offers.reach[:, rows].tocsc()
    marks = reach.copy()
    marks.data = np.ones(len(marks.data))
    costs = offers.rows[COST_YUAN].to_numpy(np.float64)[rows]
    county = ground.counties.get_indexer(pd.Index(offers.rows[COUNTY]))[rows]
    reached, passed = ground.reached_today.copy(), np.zeros(len(ground.counties), bool)
    used = np.zeros(len(ground.counties) + 1, np.intp)
    money = np.inf if means.budget_yuan is None else means.budget_yuan
    room = means.most_per_county or len(rows)
    while len(bought) < (means.sites or len(rows)):
        shares = np.where(passed, np.inf, county_shares(ground, reached))
        worst = int(np.argmin(shares))
        if not np.isfinite(shares[worst]):
            break
        open_people = ground.people * ((reached == 0) & (ground.county == worst))
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


def least_share_of(ground: Ground, offers: Offers, steps: Sequence[Step]) -> float:
    """Give the share of the county worst off after purchases."""
    rows = offers.rows
    bought = {action.candidate or action.facility_id for step in steps for action in step}
    places = rows[CANDIDATE].where(rows[CANDIDATE].ne(""), rows[FACILITY_ID])
    reached = ground.reached_today.copy()
    for row in np.flatnonzero(places.isin(bought).to_numpy(dtype=bool)):
        np.add.at(reached, column_of(offers.reach, int(row)), 1)
    return least_share(ground, reached)


def buyable_rows(offers: Offers) -> Integers:
    """Give the rows of what can be bought by itself, not only moved to."""
    rows: Integers = np.flatnonzero(offers.rows[BUYABLE].to_numpy(dtype=bool))
    return rows


def column_of(reach: Any, column: int) -> Integers:
    """Give the homes in one column of a matrix of homes by offers (csc)."""
    homes: Integers = reach.indices[reach.indptr[column] : reach.indptr[column + 1]].astype(np.intp)
    return homes
