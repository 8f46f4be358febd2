"""What the commands of planning share: the search, the rows of a plan with reasons, what is forbidden."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.network.network import Network
    from geo.planning.forbidden import Forbidden
    from geo.planning.optimise import Solution
    from geo.planning.ordering import Step
    from geo.planning.problem import Prepared

TIME_LIMIT_S = 60.0
# For each of the other distances the choice is tried at.
DISTANCE_LIMIT_S = 10.0


def search_plans(ready: "Prepared", *, time_limit_s: float) -> "tuple[Solution, Solution]":
    """Choose step by step, and then the best within some seconds."""
    from geo.planning.optimise import choose_best, choose_greedily

    constraints = ready.problem.constraints
    quick = choose_greedily(ready.baseline, ready.options, constraints)
    best = choose_best(
        ready.baseline,
        ready.options,
        constraints,
        kinds=ready.problem.kinds,
        table=ready.table,
        time_limit_s=time_limit_s,
    )
    return quick, best


def explained_rows(ready: "Prepared", network: "Network", steps: "Sequence[Step]") -> "gpd.GeoDataFrame":
    """Lay out the steps of a plan with their reasons, tried at the other distances too."""
    from geo.planning.explanation import find_explanation
    from geo.planning.plan_files import plan_rows
    from geo.planning.sensitivity import choices_at_distances

    tried = choices_at_distances(
        ready.baseline,
        network,
        ready.candidates,
        ready.problem.constraints,
        kinds=ready.problem.kinds,
        table=ready.table,
        time_limit_s=DISTANCE_LIMIT_S,
    )
    explanation = find_explanation(
        ready.baseline,
        ready.options,
        steps,
        table=ready.table,
        townships=network.townships,
        named_points=ready.named_points,
        chosen_at=tried,
    )
    return plan_rows(explanation, steps, table=ready.table)


def read_forbidden(wheres: Sequence[str] | None, within_m: float, network: "Network") -> "Forbidden":
    """Read where no site may stand: ids of candidates, counties, and lists of places.

    Raises
    ------
    UnknownNameError, InvalidValueError
        There is no such county, a list cannot be read, or the metres are none.
    """
    from geo.planning.candidate_list import read_candidate_list
    from geo.planning.candidates import listed_candidates
    from geo.planning.forbidden import Forbidden
    from geo.proximity.grid import demand_places

    ids, counties, spots = list[str](), list[str](), list[tuple[float, float]]()
    for where in wheres or ():
        if where.lower().endswith(".csv"):
            if not Path(where).is_file():
                raise typer.BadParameter(f"there is no file {where}; name a CSV.", param_hint="'--forbid'")
            places = listed_candidates(read_candidate_list(Path(where).read_bytes()), network.counties)
            spots += zip(*(column.tolist() for column in demand_places(places)), strict=True)
        elif ":" in where:
            ids.append(where)
        else:
            counties.append(where)
    codes = network.county_codes(counties) or []
    return Forbidden(tuple(ids), tuple(codes), tuple(spots), within_m)
