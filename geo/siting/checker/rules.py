"""What each model promises, written down a second time: its objective from the raw costs, and its limits."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.proximity.grid import facility_places
from geo.schema import CAPACITY, STATUS
from geo.siting.checker.check import (
    NEAR,
    Asking,
    TableAsking,
    empty_faults,
    figure_faults,
    has_none,
    same,
)
from geo.siting.checker.raw_table import RawTable
from geo.siting.solver.result import Plan

Question = Mapping[str, Any]

_TWICE = 2
# What a solver's own sums of persons may be off by, as a share of all.
_FLOW = 1e-6
# Metres of road: pieces that are shorter are not looked at.
_METRE = 1.0
_STEP_DEGREES = 0.01


def cover_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan of most people within reach."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    asked = TableAsking(question, plan)
    yield from asked.limit_faults(plan.sites)
    reached = yield from _gain_faults(asked, plan)
    yield from asked.group_faults(reached)
    covered = float(asked.weights[reached].sum())
    yield from figure_faults(plan, objective=covered, more=True)
    yield from _share_faults(plan, covered, asked.total)


def greedy_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan made step by step, which looks at no least share."""
    return cover_faults({name: value for name, value in question.items() if name != "least_share"}, plan)


def fewest_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan of fewest sites."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    asked = TableAsking(question, plan)
    yield from asked.limit_faults(plan.sites)
    reached = yield from _gain_faults(asked, plan)
    yield from asked.group_faults(reached)
    covered, prices = float(asked.weights[reached].sum()), asked.of_sites("site_costs")
    if covered < question["share"] * asked.total * (1 - NEAR):
        yield f"{covered!r} of {asked.total!r} are covered and a share of {question['share']!r} was asked for"
    spent = len(asked.new) if prices is None else float(prices[asked.new].astype(np.float64).sum())
    yield from figure_faults(plan, objective=float(spent), more=False)
    yield from _share_faults(plan, covered, asked.total)


def backup_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan that reaches everybody once and most twice."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    asked = TableAsking(question, plan)
    yield from asked.limit_faults(plan.sites)
    times, _ = asked.table.within(asked.opened, question["max_cost"])
    if (times[asked.weights > 0] < 1).any():
        yield "somebody is not reached at all"
    twice = float(asked.weights[times >= _TWICE].sum())
    yield from figure_faults(plan, objective=twice, more=True)
    yield from _share_faults(plan, twice, asked.total)


def median_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan of shortest ways in sum."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    asked = TableAsking(question, plan)
    yield from asked.limit_faults(plan.sites)
    some = asked.weights > 0
    least_costs = asked.table.least(asked.opened)[some]
    yield from figure_faults(plan, objective=float(asked.weights[some] @ least_costs), more=False)
    yield from _served_faults(asked, plan)


def center_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan of the shortest longest way."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    asked = TableAsking(question, plan)
    yield from asked.limit_faults(plan.sites)
    least_costs = asked.table.least(asked.opened)[asked.weights > 0]
    yield from figure_faults(plan, objective=float(least_costs.max(initial=0.0)), more=False)
    yield from _served_faults(asked, plan)


def capacity_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan whose sites take only so many: who goes where is added up."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    asked, most = TableAsking(question, plan), question.get("max_cost")
    yield from asked.limit_faults(plan.sites)
    flow = plan.served.tocoo()
    row, site = flow.coords
    paid = asked.table.costs_of(row, site)
    slack = _FLOW * asked.total
    if (flow.data < 0).any() or not np.isin(site, asked.opened).all() or not np.isfinite(paid).all():
        yield "people go where no site is open, or where there is no way"
    if most is not None and (paid > most).any():
        yield "people go farther than they may"
    gone = np.bincount(row, flow.data, len(asked.weights))
    if (gone > asked.weights + slack).any() or (most is None and (gone < asked.weights - slack).any()):
        yield "more or fewer people go than there are"
    room = question[CAPACITY]
    room = room.reindex(asked.sites) if isinstance(room, pd.Series) else np.asarray(room)
    filled = np.bincount(site, flow.data, len(asked.sites))
    if (filled > np.broadcast_to(np.asarray(room, np.float64), filled.shape) * (1 + _FLOW) + slack).any():
        yield "a site takes more than it can"
    served = float(flow.data.sum())
    objective = served if most is not None else float(paid @ flow.data)
    yield from figure_faults(plan, objective=objective, more=most is not None, near=_FLOW)
    yield from _share_faults(plan, served, asked.total)


def curve_faults(question: Question, curve: pd.DataFrame) -> Iterator[str]:
    """Name the faults of every step of a curve."""
    amounts = "sites" if question["sites"] is not None else "budget"
    table = RawTable(question["cost"], question["weights"]).near(question["max_cost"])
    names = ("objective", "share", "bound", "gap", STATUS)
    for (limit, step), sites in zip(curve[list(names)].iterrows(), curve["chosen"], strict=True):
        figures: dict[str, Any] = {str(name): step[name] for name in names}
        plan = Plan(sites, (0.0,) * len(sites), **figures, seconds=0.0)
        asked = TableAsking({**question, "sites": None, "budget": None} | {amounts: limit}, plan, table)
        covered = float(asked.weights[table.within(asked.opened, question["max_cost"])[0] > 0].sum())
        faults = [
            *asked.limit_faults(plan.sites),
            *figure_faults(plan, objective=covered, more=True),
            *_share_faults(plan, covered, asked.total),
        ]
        yield from (f"step {limit}: {fault}" for fault in faults)


def flow_faults(question: Question, plan: Plan) -> Iterator[str]:
    """Name the faults of a plan for drivers: every round trip is driven once more."""
    if has_none(plan):
        yield from empty_faults(plan)
        return
    paths, stops = question["paths"], question["stops"]
    asked = Asking(question, pd.Index(stops["site"].unique()))
    yield from asked.limit_faults(plan.sites)
    standing = set(plan.sites) | set(asked.sites[asked.fixed])
    here = stops[stops["site"].isin(list(standing))]
    along = pd.to_numeric(here["along_m"]).groupby(here["path"].to_numpy()).agg(list)
    lengths, flows = (pd.to_numeric(paths[name]).astype(np.float64) for name in ("length_m", "flow"))
    longest = np.array([_round_trip(along.get(path, []), lengths[path]) for path in paths.index])
    # A way as long as the range may be a rounding longer: both answers are right.
    low, high = (float(flows[longest <= question["range_m"] * part].sum()) for part in (1 - NEAR, 1 + NEAR))
    yield from figure_faults(plan, objective=min(max(plan.objective, low), high), more=True)
    yield from _share_faults(plan, plan.objective, float(flows.sum()))


def corridor_faults(question: Question, found: Any) -> Iterator[str]:
    """Name the faults of the places along a road: the reach of each is laid on the road once more."""
    plan = found.plan
    if has_none(plan):
        yield from empty_faults(plan)
        return
    groups, labels = question.get("site_groups"), question["candidates"].index
    if groups is not None and not isinstance(groups, pd.Series):
        question = {**question, "site_groups": pd.Series(list(groups), labels)}
    asked = Asking(question, facility_places(question["candidates"])[0])
    yield from asked.limit_faults(plan.sites)
    places, half_m = found.places, question["interval_m"] / 2
    if (
        set(places.index[places["is_new"]]) != set(plan.sites)
        or (places["off_road_m"] > question["off_road_m"]).any()
    ):
        yield "a place stands too far off the road, or not where the plan says"
    if not set(places.index) <= set(plan.sites) | set(asked.sites[asked.fixed]):
        yield "a place on the road is not open"
    covered_m, longest_m, road_m = 0.0, 0.0, 0.0
    for number, length in enumerate(_line_lengths(question["road"])):
        along = np.sort(places.loc[places["line"] == number, "along_m"].to_numpy(np.float64))
        ends = np.concatenate([[0.0], along, [length]])
        longest_m, road_m = max(longest_m, float(np.diff(ends).max())), road_m + length
        # What the place before reaches already is not counted twice.
        begin = np.maximum(along - half_m, np.concatenate([[0.0], along[:-1] + half_m]))
        covered_m += float(np.maximum(np.minimum(along + half_m, length) - np.maximum(begin, 0.0), 0.0).sum())
    for what, stated_m, right_m in (
        ("covered", found.covered_m, covered_m),
        ("the longest gap", found.longest_gap_m, longest_m),
        ("the road", found.road_m, road_m),
    ):
        if abs(stated_m - right_m) > _METRE:
            yield f"{what} is {stated_m!r} m and comes out as {right_m!r} m"
    wanted_m = road_m if question["sites"] is None else plan.objective
    if abs(wanted_m - covered_m) > _METRE:
        yield f"{wanted_m!r} m should be covered and {covered_m!r} m are"


def _gain_faults(asked: TableAsking, plan: Plan) -> Any:
    """Name what is wrong with the gains of sites that cover, and give who is reached."""
    times, first = asked.table.within(asked.opened, asked.question["max_cost"])
    added = np.bincount(first, asked.weights, len(asked.opened) + 1)[len(asked.fixed) : -1]
    slack = NEAR * max(asked.total, 1e-300)
    if len(added) != len(plan.gains) or (np.abs(added - np.array(plan.gains)) > slack).any():
        yield f"the gains are {list(plan.gains)[:5]} and come out as {added[:5].tolist()}"
    return times > 0


def _share_faults(plan: Plan, part: float, total: float) -> Iterator[str]:
    share = part / total if total > 0 else float("nan")
    if not same(plan.share, share):
        yield f"the share is {plan.share!r} and comes out as {share!r}"


def _served_faults(asked: TableAsking, plan: Plan) -> Iterator[str]:
    if sum(plan.gains) > asked.total * (1 + NEAR):
        yield "the new sites serve more people than there are"


def _round_trip(along: Iterable[float], length: float) -> float:
    """Return the longest way from one stop to the next, there and back and round again."""
    there = np.asarray(list(along), np.float64)
    if not len(there):
        return float("inf")
    stops = np.sort(np.concatenate([there, 2 * length - there]))
    return float(np.diff(np.append(stops, stops[0] + 2 * length)).max())


def _line_lengths(road: shapely.Geometry) -> list[float]:
    measure = pyproj.Geod(ellps="WGS84")
    lines = shapely.get_parts(shapely.force_2d(road))
    return [float(measure.geometry_length(shapely.segmentize(line, _STEP_DEGREES))) for line in lines]
