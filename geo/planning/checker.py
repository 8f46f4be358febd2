"""Check every choice against its limits before it is returned; nothing here knows how it was found.

What a choice comes to is added up from the places of its steps, the people and the sites of today.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Int64s, Mask
from geo.planning.actions import CLOSE, RELOCATE, Action
from geo.planning.baseline import Baseline
from geo.planning.constraints import FAIRNESS, Constraints
from geo.proximity.grid import demand_places
from geo.schema import COUNTY, FACILITY_ID
from geo.siting import OPTIMAL
from geo.siting.checker.check import NEAR, same

_CANDIDATE = "candidate"
# What a solver's share or sum may be off by, as a share of all.
_SOLVED = 1e-6


def choice_faults(question: Mapping[str, Any], choice: Any) -> Iterator[str]:
    """Name every limit that a choice does not keep, and every figure that does not come out again.

    Parameters
    ----------
    question
        The arguments of the choice by name: `baseline`, `options`, `constraints`, and `kinds` where they
        are given.
    choice
        A `geo.planning.optimise.Solution`.
    """
    baseline, constraints = question["baseline"], question["constraints"]
    if choice.reason and not choice.steps:
        return
    actions = [action for step in choice.steps for action in step]
    yield from _limit_faults(question["options"].rows, constraints, choice.steps)
    yield from _site_faults(baseline, actions, question.get("kinds"))
    covered = _reached(baseline, actions) > 0
    people = float(baseline.people[covered].sum())
    if not same(choice.covered, people):
        yield f"{choice.covered!r} people are covered and {people!r} come out"
    least = _least_share(baseline, covered)
    if constraints.least_share is not None and least < constraints.least_share * (1 - NEAR) - NEAR:
        yield f"a county has a share of {least!r} and must have {constraints.least_share!r}"
    objective = least if constraints.measure == FAIRNESS else people
    if not same(choice.objective, objective, near=_SOLVED):
        yield f"the objective is {choice.objective!r} and comes out as {objective!r}"
    if choice.bound < choice.objective * (1 - NEAR) or (choice.status == OPTIMAL and choice.gap > _SOLVED):
        yield f"the bound is {choice.bound!r} and the gap {choice.gap!r}"


def _limit_faults(
    rows: pd.DataFrame, constraints: Constraints, steps: tuple[tuple[Action, ...], ...]
) -> Iterator[str]:
    bought = [step for step in steps if step[0].kind != CLOSE]
    if constraints.sites is not None and len(bought) > constraints.sites:
        yield f"{len(bought)} purchases are made and {constraints.sites} may be"
    spent = sum(action.cost_yuan for step in steps for action in step)
    if constraints.budget_yuan is not None and spent > constraints.budget_yuan * (1 + NEAR):
        yield f"the plan costs {spent!r} yuan and the budget is {constraints.budget_yuan!r}"
    places = pd.Series(
        rows[COUNTY].to_numpy(), rows[_CANDIDATE].where(rows[_CANDIDATE] != "", rows[FACILITY_ID])
    )
    taken = [step[0].candidate or step[0].facility_id for step in bought]
    if not set(taken) <= set(places.index) or len(set(taken)) < len(taken):
        yield "a place is taken that was not offered, or twice"
        return
    counties = Counter(places[place] for place in taken)
    if (
        constraints.most_per_county is not None
        and max(counties.values(), default=0) > constraints.most_per_county
    ):
        yield f"a county gets {max(counties.values())} purchases and may get {constraints.most_per_county}"


def _site_faults(baseline: Baseline, actions: list[Action], kinds: Any) -> Iterator[str]:
    changed = [action.facility_id for action in actions if action.kind in {RELOCATE, CLOSE}]
    own = set(baseline.sites.index[baseline.own_sites])
    worked = {action.facility_id for action in actions if action.facility_id} - set(changed)
    if len(set(changed)) < len(changed) or set(changed) & worked or not set(changed) | worked <= own:
        yield "a site moves or closes twice, is worked on besides, or does not stand in the area"
    if kinds is not None and not {action.kind for action in actions} <= set(kinds):
        yield "something is done that may not be"


def _reached(baseline: Baseline, actions: list[Action]) -> Int64s:
    """Count the sites each home reaches once all is done."""
    counting = set(baseline.sites.index[baseline.counts])
    gone = [a.facility_id for a in actions if a.kind in {RELOCATE, CLOSE} and a.facility_id in counting]
    placed = [(action.lon, action.lat) for action in actions if action.placed]
    better = {a.facility_id for a in actions if a.facility_id and a.kind not in {RELOCATE, CLOSE}}
    better_places = np.array(demand_places(baseline.sites.loc[sorted(better)])).T
    came = np.concatenate([np.array(placed, np.float64).reshape(-1, 2), better_places.reshape(-1, 2)])
    left = np.array(demand_places(baseline.sites.loc[gone])).T.reshape(-1, 2)
    reached = baseline.reached_today.astype(np.int64)
    for places, sign in ((came, 1), (left, -1)):
        near = baseline.index.reach(places[:, 0], places[:, 1], within_m=baseline.objective.within_m)
        reached += sign * np.bincount(near.indices, minlength=len(reached))
    return reached


def _least_share(baseline: Baseline, covered: Mask) -> float:
    frame = pd.DataFrame({"all": baseline.people, "covered": baseline.people * covered})
    sums = frame.groupby(baseline.county).sum()
    lived = sums[sums["all"] > 0]
    return float((lived["covered"] / lived["all"]).min())
