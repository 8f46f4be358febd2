"""The same choice made again under other conditions: at other distances, with more sites or more money."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import InvalidValueError
from geo.network.network import Network
from geo.planning.baseline import Baseline, find_baseline
from geo.planning.constraints import Constraints
from geo.planning.explanation import THRESHOLDS_M, places_of
from geo.planning.optimise import Solution, choose_best, choose_greedily
from geo.planning.options import ActionOptions, find_options

SITES, YUAN = "sites", "yuan"
COVERED, SHARE, GREEDY_COVERED, PROVEN = "covered", "share", "greedy_covered", "proven"
CURVE_POINTS = 12


def choices_at_distances(
    baseline: Baseline,
    network: Network,
    candidates: gpd.GeoDataFrame,
    constraints: Constraints,
    *,
    kinds: Sequence[str],
    table: pd.DataFrame,
    time_limit_s: float,
    cancelled: Callable[[], bool] | None = None,
) -> dict[float, frozenset[str]]:
    """Make the choice again at each of `THRESHOLDS_M`, and name the places chosen.

    Parameters
    ----------
    baseline, network, candidates, constraints, kinds, table
        What the first choice was made from.
    time_limit_s
        Seconds for each distance, after which the best found stands.
    cancelled
        Asked before each distance; those not tried are not in the answer.

    Returns
    -------
    dict
        Places, as `geo.planning.explanation.places_of` names them, by metres; nothing is chosen where
        nothing can be.
    """
    found: dict[float, frozenset[str]] = {}
    for within_m in THRESHOLDS_M:
        if cancelled is not None and cancelled():
            return found
        other = find_baseline(replace(baseline.objective, within_m=within_m), network)
        options = find_options(other, candidates, kinds=kinds, table=table)
        choice = choose_best(
            other,
            options,
            constraints,
            kinds=kinds,
            table=table,
            time_limit_s=time_limit_s,
            cancelled=cancelled,
        )
        found[within_m] = places_of(choice.steps)
    return found


def people_curve(
    baseline: Baseline,
    options: ActionOptions,
    constraints: Constraints,
    *,
    kinds: Sequence[str],
    table: pd.DataFrame,
    time_limit_s: float,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[pd.DataFrame, dict[float, Solution]]:
    """Say how many people are reached for every number of sites, or amount of money, up to that asked for.

    Parameters
    ----------
    baseline, options, constraints, kinds, table
        What the choice was made from; the axis is money where a budget is given, else the number of sites.
    time_limit_s
        Seconds for each point.
    cancelled
        Asked before each point; those not reached are not in the answer.

    Returns
    -------
    tuple
        A frame indexed by `sites` or `yuan`: `covered` (persons), `share` (0-1), `greedy_covered`, what a
        step-by-step choice reaches, and whether the point is `proven`; and the choice at each point.
    """
    axis, steps = _axis(constraints)
    rows, choices = [_point(baseline, None, None)], dict[float, Solution]()
    places = [0.0]
    for amount in steps:
        if cancelled is not None and cancelled():
            break
        limits = (
            replace(constraints, budget_yuan=amount)
            if axis == YUAN
            else replace(constraints, sites=int(amount))
        )
        quick = choose_greedily(baseline, options, limits)
        best = choose_best(
            baseline,
            options,
            limits,
            kinds=kinds,
            table=table,
            time_limit_s=time_limit_s,
            cancelled=cancelled,
        )
        if best.reason:
            continue
        choices[amount] = best
        places.append(amount)
        rows.append(_point(baseline, best, quick))
    frame = pd.DataFrame(
        rows, index=pd.Index(places, name=axis), columns=[COVERED, SHARE, GREEDY_COVERED, PROVEN]
    )
    return frame, choices


def _axis(constraints: Constraints) -> tuple[str, list[float]]:
    """Choose up to `CURVE_POINTS` amounts, evenly, the last of which is what was asked for."""
    if constraints.budget_yuan is not None:
        return YUAN, [constraints.budget_yuan * step / CURVE_POINTS for step in range(1, CURVE_POINTS + 1)]
    if constraints.sites is None:
        raise InvalidValueError("axis_missing")
    steps = np.unique(np.rint(np.linspace(1, constraints.sites, min(CURVE_POINTS, constraints.sites))))
    return SITES, [float(step) for step in steps]


def _point(
    baseline: Baseline, best: Solution | None, quick: Solution | None
) -> tuple[float, float, float, bool]:
    today = float(baseline.people[baseline.reached_today > 0].sum())
    covered = today if best is None else best.covered
    greedy = today if quick is None else quick.covered
    return covered, covered / float(baseline.people.sum()), greedy, best is None or best.status == "optimal"
