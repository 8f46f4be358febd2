"""The options of a plan: purchases, each with its cost and the homes it would bring within reach.

At one place only the cheapest kind of new site that counts for the objective is an option: the dearer ones
reach the same people at the same hours, so no best plan needs them, and no plan holds two at one spot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Mask
from geo.errors import InvalidValueError
from geo.planning.actions import (
    EXTEND_HOURS,
    NEW_KINDS,
    RELOCATE,
    SHARE_HOST,
    UPGRADE,
    Action,
    counts_when_new,
    net_cost,
)
from geo.planning.apply_actions import apply_actions
from geo.planning.baseline import Baseline
from geo.planning.candidates import at_existing
from geo.planning.objective import counting
from geo.planning.place_names import HOST
from geo.proximity.grid import demand_places
from geo.schema import COST_YUAN, COUNTY, FACILITY_ID, KIND, LAT, LON, NAME

CANDIDATE, KINDS, BUYABLE = "candidate", "kinds", "buyable"
OPTION_COLUMNS = (KINDS, CANDIDATE, FACILITY_ID, NAME, COUNTY, LON, LAT, COST_YUAN, BUYABLE)
AND = "+"
# What makes a site that does not count today count: the cheapest of these that does is offered.
_IMPROVEMENTS = ((EXTEND_HOURS,), (UPGRADE,), (UPGRADE, EXTEND_HOURS))


@dataclass(frozen=True)
class ActionOptions:
    """The options: purchases that bring people within reach, and the homes each would.

    `rows` has a row for each: `kinds` of its actions joined by `AND`, the `candidate` or the `facility_id`
    it is at, `name`, `county`, `lon`, `lat`, `cost_yuan`, and whether it is `buyable` by itself or only a
    place where a site could move to. `reach` is homes by rows, in metres.
    """

    rows: pd.DataFrame
    reach: Any

    @property
    def placed(self) -> Mask:
        """Return which rows put a site at a candidate's place."""
        placed: Mask = self.rows[CANDIDATE].ne("").to_numpy(dtype=bool)
        return placed

    def step(self, row: int, *, moved: str = "", cost_yuan: float | None = None) -> tuple[Action, ...]:
        """Return the actions of one row: of the purchase, or of the site `moved` to its place."""
        option = self.rows.iloc[row]
        if option[CANDIDATE]:
            return (
                Action(
                    RELOCATE if moved else str(option[KINDS]),
                    float(option[COST_YUAN] if cost_yuan is None else cost_yuan),
                    facility_id=moved,
                    lon=float(option[LON]),
                    lat=float(option[LAT]),
                    name=str(option[NAME]),
                    candidate=str(option[CANDIDATE]),
                ),
            )
        kinds = str(option[KINDS]).split(AND)
        costs = [float(option[COST_YUAN])] if len(kinds) == 1 else list(option[_COSTS])
        site = str(option[FACILITY_ID])
        return tuple(
            Action(kind, cost, facility_id=site, name=str(option[NAME]))
            for kind, cost in zip(kinds, costs, strict=True)
        )


_COSTS = "costs"


def find_options(
    baseline: Baseline, candidates: gpd.GeoDataFrame, *, kinds: Sequence[str], table: pd.DataFrame
) -> ActionOptions:
    """List the options of a plan: what can be bought.

    Parameters
    ----------
    baseline
        What the plan starts from.
    candidates
        As `geo.planning.candidates.gather_candidates` gives them; those where a site stands already are
        passed over.
    kinds
        The kinds of action the plan may take.
    table
        What each costs and does.

    Raises
    ------
    InvalidValueError
        No kind is chosen, one does not exist, or none of those chosen could count for the objective.
    """
    strange = [kind for kind in kinds if kind not in table.index]
    if not kinds:
        raise InvalidValueError("no_action_chosen")
    if strange:
        raise InvalidValueError("actions_unknown", names=strange, known=[*table.index])
    free = candidates.drop(index=at_existing(candidates, baseline.sites).index)
    new = _new_sites(baseline, free, kinds, table)
    if RELOCATE not in kinds:
        new = new[new[BUYABLE]]
    rows = pd.concat([new, _improved_sites(baseline, kinds, table)], ignore_index=True)
    if not len(rows):
        raise InvalidValueError("actions_reach_nobody")
    degrees = (rows[column].to_numpy(np.float64) for column in (LON, LAT))
    return ActionOptions(rows, baseline.index.reach(*degrees, within_m=baseline.objective.within_m))


def _new_sites(
    baseline: Baseline, free: gpd.GeoDataFrame, kinds: Sequence[str], table: pd.DataFrame
) -> pd.DataFrame:
    """Offer at each candidate the cheapest new site that counts; premises are shared only where a host is."""
    counted = [
        kind for kind in NEW_KINDS if kind in kinds and counts_when_new(table, kind, baseline.objective)
    ]
    cheapest = sorted(counted, key=lambda kind: net_cost(table, kind))
    anywhere = next((kind for kind in cheapest if kind != SHARE_HOST), "")
    at_host = cheapest[0] if cheapest else ""
    chosen = np.where(free[KIND].eq(HOST).to_numpy(dtype=bool), at_host, anywhere)
    costs = {kind: net_cost(table, kind) for kind in counted} | {"": np.nan}
    lon, lat = demand_places(free)
    columns = {
        KINDS: chosen,
        CANDIDATE: free.index.to_numpy(dtype=object),
        FACILITY_ID: "",
        NAME: free[NAME].to_numpy(dtype=object),
        COUNTY: free[COUNTY].to_numpy(dtype=object),
        LON: lon,
        LAT: lat,
        COST_YUAN: [costs[kind] for kind in chosen],
        BUYABLE: chosen != "",
        _COSTS: None,
    }
    return pd.DataFrame(columns)


def _improved_sites(baseline: Baseline, kinds: Sequence[str], table: pd.DataFrame) -> pd.DataFrame:
    """Offer, for each site of the area that does not count, the cheapest actions after which it does."""
    idle = baseline.sites[baseline.own_sites & ~baseline.counts]
    lon, lat = demand_places(idle)
    possible = [improvement for improvement in _IMPROVEMENTS if set(improvement) <= set(kinds)]
    costs = {improvement: [net_cost(table, kind) for kind in improvement] for improvement in possible}
    chosen = pd.Series("", index=idle.index, dtype=object)
    paid = pd.Series(index=idle.index, dtype=object)
    for improvement in sorted(possible, key=lambda improvement: (sum(costs[improvement]), len(improvement))):
        plan = [Action(kind, 0.0, facility_id=str(label)) for label in idle.index for kind in improvement]
        after = apply_actions(idle, plan, table=table)
        helped = counting(after, baseline.objective) & (chosen == "").to_numpy()
        chosen[helped] = AND.join(improvement)
        for label in idle.index[helped]:
            paid[label] = costs[improvement]
    columns = {
        KINDS: chosen.to_numpy(),
        CANDIDATE: "",
        FACILITY_ID: idle.index.to_numpy(dtype=object),
        NAME: idle[NAME].to_numpy(dtype=object),
        COUNTY: idle[COUNTY].to_numpy(dtype=object),
        LON: lon,
        LAT: lat,
        COST_YUAN: [sum(each) if isinstance(each, list) else np.nan for each in paid],
        BUYABLE: True,
        _COSTS: paid.to_numpy(),
    }
    return pd.DataFrame(columns)[(chosen != "").to_numpy()]


def flat(steps: Iterable[tuple[Action, ...]]) -> list[Action]:
    """List the actions of steps, in order."""
    return [action for step in steps for action in step]
