"""The planning problem: from what is asked to what can be chosen from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geo.errors import InvalidValueError
from geo.network.network import Network
from geo.planning.actions import BUILD_STANDARD, SHARE_HOST, Action, read_actions, set_costs
from geo.planning.baseline import Baseline, counties_of, find_baseline
from geo.planning.candidates import (
    CANDIDATE_KINDS,
    CELL,
    LISTED,
    TOWNSHIP,
    at_existing,
    cell_candidates,
    gather_candidates,
    host_candidates,
    listed_candidates,
    township_candidates,
)
from geo.planning.constraints import Constraints
from geo.planning.forbidden import Forbidden, allowed_candidates, forbidden_by
from geo.planning.objective import Objective
from geo.planning.options import ActionOptions, find_options
from geo.planning.ordering import Step
from geo.planning.place_names import HOST, read_named_points

# Cells with fewer people than this are no candidates: a station serves nobody there that another would not.
LEAST_PEOPLE = 50.0
FIRST_KINDS = (BUILD_STANDARD, SHARE_HOST)
FIRST_CANDIDATES = (TOWNSHIP, CELL, HOST)
NOTHING_FORBIDDEN = Forbidden()


@dataclass(frozen=True)
class PlanningProblem:
    """A planning problem: objective, constraints, what may be done, and where sites could stand.

    `costs` are the user's own, yuan by kind of action; `listed` is a list of candidates, where there is one;
    `forbidden` is where no site may stand.
    """

    objective: Objective
    constraints: Constraints
    kinds: tuple[str, ...] = FIRST_KINDS
    candidates: tuple[str, ...] = FIRST_CANDIDATES
    costs: Mapping[str, float] = field(default_factory=dict)
    listed: pd.DataFrame | None = None
    least_people: float = LEAST_PEOPLE
    forbidden: Forbidden = NOTHING_FORBIDDEN


@dataclass(frozen=True)
class Prepared:
    """Hold all that a choice needs.

    `passed_over` are candidates that stand where a site is, with its id; `left_out` those at which no site
    may stand, with what forbids it, and `forbidden` their rows.
    """

    problem: PlanningProblem
    baseline: Baseline
    named_points: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    options: ActionOptions
    table: pd.DataFrame
    passed_over: pd.Series
    left_out: pd.Series
    forbidden: gpd.GeoDataFrame


def prepare(problem: PlanningProblem, network: Network, *, baseline: Baseline | None = None) -> Prepared:
    """Gather what can be chosen from.

    Parameters
    ----------
    problem, network
        What is asked, and of which network.
    baseline
        What the plan starts from, if it is known already.

    Raises
    ------
    UnknownNameError, InvalidValueError
        A type or county does not exist, nobody lives there, a cost is none, there is no candidate, all are
        forbidden, or nothing that may be done would help.
    """
    table = set_costs(read_actions(network.folder), problem.costs)
    start = baseline or find_baseline(problem.objective, network)
    named = read_named_points(network.folder)
    found = find_candidates(problem, network, start.homes, named)
    left_out = forbidden_by(found, problem.forbidden)
    candidates = allowed_candidates(found, left_out)
    options = find_options(start, candidates, kinds=problem.kinds, table=table)
    taken = at_existing(candidates, start.sites)
    shut = found.loc[left_out.index]
    return Prepared(problem, start, named, candidates, options, table, taken, left_out, shut)


def find_candidates(
    problem: PlanningProblem, network: Network, homes: gpd.GeoDataFrame, named_points: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Gather the candidates of every kind asked for, within the area; forbidden ones too.

    Parameters
    ----------
    problem, network
        What is asked, and of which network.
    homes
        The rows of the grid in the area, as `geo.planning.baseline.homes_of` gives them.
    named_points
        As `geo.planning.place_names.read_named_points` gives them.

    Raises
    ------
    InvalidValueError
        A kind does not exist, or there is no candidate.
    """
    strange = [kind for kind in problem.candidates if kind not in CANDIDATE_KINDS]
    if strange:
        raise InvalidValueError("candidates_unknown", names=strange, known=[*CANDIDATE_KINDS])
    parts = []
    if TOWNSHIP in problem.candidates:
        parts.append(township_candidates(network.townships))
    if CELL in problem.candidates:
        parts.append(cell_candidates(homes, who=problem.objective.who, least=problem.least_people))
    if HOST in problem.candidates:
        parts.append(host_candidates(named_points))
    if LISTED in problem.candidates:
        if problem.listed is None:
            raise InvalidValueError("list_not_given")
        parts.append(listed_candidates(problem.listed, network.counties))
    return gather_candidates(parts, counties=list(counties_of(problem.objective, network)))


def steps_of(actions: Sequence[Action]) -> list[Step]:
    """Put the actions at one site together: they are one step of a plan."""
    steps: dict[str, list[Action]] = {}
    for number, action in enumerate(actions):
        steps.setdefault(action.facility_id or f"\n{number}", []).append(action)
    return [tuple(step) for step in steps.values()]
