"""A scenario: a plan with a name, its objective, actions and data; kept as a recipe to be replayed.

A recipe is plain JSON. It holds the hash of every data file the figures rest on and of the very sites the
plan started from, imported ones included, so that a replay on other data is noticed and says what changed.
On the same data it gives the same figures to the last digit. It states the whole question of the search the
plan comes from, so that the search can be made again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from geo.errors import GeoDataError, InvalidValueError, Message, RecipeError
from geo.network.network import Network
from geo.planning.actions import (
    ACTIONS_ENTRY,
    Action,
    action_as_json,
    action_from_json,
    read_actions,
    set_costs,
)
from geo.planning.baseline import Baseline, Outcome, find_baseline, find_outcome, headline
from geo.planning.constraints import Constraints, constraints_as_json, constraints_from_json
from geo.planning.forbidden import require_allowed
from geo.planning.objective import Objective, objective_as_json, objective_from_json
from geo.planning.problem import PlanningProblem
from geo.planning.search_record import Search, problem_from, search_as_json, search_from_json
from geo.proximity.grid import demand_places
from geo.schema import HOURS, LAT, LON, NAME, ORIGIN, SERVICES, STATUS

FORMAT, VERSION = "guigongtu-scenario", 1
DATA_ENTRIES = ("regions", "demand", ACTIONS_ENTRY)
# What a search chooses from besides.
SEARCH_ENTRIES = ("townships", "osm_pois")
SITES_ENTRY = "sites"
MOST_BYTES = 1_000_000
NAME_LENGTH = 100
_FIELDS = ("format", "version", NAME, "aim", "actions", "costs", "data", "result")


@dataclass(frozen=True)
class Scenario:
    """Hold a named plan.

    `costs` are the user's own, yuan by kind of action; `constraints` the limits it was chosen within, if it
    was; `search` the rest of the question and what was found; `data` hashes by name of data file, and of the
    `sites`; `result` the figures of `geo.planning.baseline.headline`.
    """

    name: str
    objective: Objective
    actions: tuple[Action, ...] = ()
    costs: Mapping[str, float] = field(default_factory=dict)
    constraints: Constraints | None = None
    search: Search | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    result: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """Hold a scenario worked out: what it started from, what it comes to, and its figures."""

    scenario: Scenario
    baseline: Baseline
    outcome: Outcome
    table: pd.DataFrame
    figures: dict[str, float]


def run_scenario(scenario: Scenario, network: Network, *, baseline: Baseline | None = None) -> Run:
    """Work out what a scenario comes to on the data there are.

    Parameters
    ----------
    scenario, network
        The plan, and the data.
    baseline
        What the plan starts from, if it is known already.

    Raises
    ------
    ConflictingActionsError, UnknownNameError, InvalidValueError
        An action cannot be taken or puts a site where none may stand, a site or county is no longer there, or
        a cost is none.
    """
    if scenario.search is not None:
        require_allowed(scenario.actions, scenario.search.forbidden, network.counties)
    table = cost_table(scenario, network)
    start = baseline or find_baseline(scenario.objective, network)
    outcome = find_outcome(start, scenario.actions, table=table)
    figures = headline(start, outcome, scenario.actions)
    settled = replace(scenario, data=data_hashes(scenario, start, network), result=figures)
    return Run(settled, start, outcome, table, figures)


def cost_table(scenario: Scenario, network: Network) -> pd.DataFrame:
    """Return what each kind of action costs and does in a scenario."""
    return set_costs(read_actions(network.folder), scenario.costs)


def stated_problem(scenario: Scenario) -> PlanningProblem:
    """Return the planning problem a scenario comes from, to be solved again.

    Raises
    ------
    RecipeError
        It does not state one.
    """
    if scenario.search is None or scenario.constraints is None:
        raise RecipeError("scenario_without_search", name=scenario.name)
    return problem_from(
        scenario.search, objective=scenario.objective, constraints=scenario.constraints, costs=scenario.costs
    )


def data_hashes(scenario: Scenario, baseline: Baseline, network: Network) -> dict[str, str]:
    """Return the hash of every data file a scenario rests on, and of the sites it starts from."""
    entries = (*DATA_ENTRIES, *(SEARCH_ENTRIES if scenario.search else ()))
    known = {name: network.catalog[name].sha256 for name in entries if name in network.catalog}
    return known | {SITES_ENTRY: _sites_hash(baseline)}


def changed_data(scenario: Scenario, run: Run) -> tuple[Message, ...]:
    """Name what is no longer as it was when a scenario was saved, each with both hashes' beginnings."""
    now = run.scenario.data
    return tuple(
        Message(
            "data_changed", name=name, then=_beginning(scenario.data.get(name)), now=_beginning(now.get(name))
        )
        for name in sorted({*scenario.data, *now})
        if scenario.data.get(name) != now.get(name)
    )


def _beginning(sha256: str | None) -> str | Message:
    return sha256[:12] if sha256 else Message("none")


def require_same(scenario: Scenario, run: Run) -> None:
    """Raise unless a replay rests on the same data and gives the same figures to the last digit.

    Raises
    ------
    RecipeError
        Names what changed: data files, or figures.
    """
    changed = changed_data(scenario, run)
    if changed:
        raise RecipeError("scenario_on_other_data", name=scenario.name, changed=[*changed])
    strange = [
        Message("figure_changed", name=name, now=run.figures.get(name), then=value)
        for name, value in scenario.result.items()
        if run.figures.get(name) != value
    ]
    if strange:
        raise RecipeError("scenario_with_other_figures", name=scenario.name, changed=strange)


def recipe_of(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain data, ready for JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        NAME: scenario.name,
        "aim": objective_as_json(scenario.objective),
        "means": None if scenario.constraints is None else constraints_as_json(scenario.constraints),
        "costs": dict(sorted(scenario.costs.items())),
        "search": None if scenario.search is None else search_as_json(scenario.search),
        "actions": [action_as_json(action) for action in scenario.actions],
        "data": dict(sorted(scenario.data.items())),
        "result": dict(scenario.result),
    }


def recipe_text(scenario: Scenario) -> str:
    """Write a scenario as JSON; the same scenario gives the same text.

    Raises
    ------
    RecipeError
        It is too long to be read again: the list of candidates it holds is.
    """
    text = json.dumps(recipe_of(scenario), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if len(text.encode()) > MOST_BYTES:
        raise RecipeError("recipe_too_long", name=scenario.name, most=MOST_BYTES)
    return text


def scenario_from_text(text: str) -> Scenario:
    """Read a scenario from JSON.

    Raises
    ------
    RecipeError
        The text is too long, no JSON, or not a recipe of this program.
    """
    if len(text.encode()) > MOST_BYTES:
        raise RecipeError("recipe_over_bytes", most=MOST_BYTES)
    try:
        plain = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as fault:
        raise RecipeError("recipe_no_json", reason=fault) from None
    return scenario_from_recipe(plain)


def scenario_from_recipe(plain: Any) -> Scenario:
    """Read a scenario from plain data.

    Raises
    ------
    RecipeError
        It is not a recipe, of another version, or a part of it cannot be read.
    """
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise RecipeError("recipe_of_other_format", format=FORMAT)
    if plain.get("version") != VERSION:
        raise RecipeError("recipe_of_other_version", found=plain.get("version"), read=VERSION)
    if missing := [name for name in _FIELDS if name not in plain]:
        raise RecipeError("recipe_lacks", missing=missing)
    try:
        return Scenario(
            name=require_name(plain[NAME]),
            objective=objective_from_json(plain["aim"]),
            actions=tuple(action_from_json(action) for action in plain["actions"]),
            costs={str(kind): cost for kind, cost in plain["costs"].items()},
            constraints=constraints_from_json(plain["means"]) if plain.get("means") else None,
            search=search_from_json(plain["search"]) if plain.get("search") else None,
            data={str(name): str(sha) for name, sha in plain["data"].items()},
            result={str(name): float(value) for name, value in plain["result"].items()},
        )
    except (GeoDataError, TypeError, AttributeError, ValueError) as fault:
        raise RecipeError("recipe_unreadable", reason=fault) from None


def require_name(name: object) -> str:
    """Return a scenario's name without blanks around it, or raise.

    Raises
    ------
    InvalidValueError
        It is no text of 1 to `NAME_LENGTH` characters that can be seen.
    """
    if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_LENGTH:
        raise InvalidValueError("scenario_name_unusable", name=str(name)[:40], most=NAME_LENGTH)
    return name.strip()


def _sites_hash(baseline: Baseline) -> str:
    """Hash what is counted of every site: its place, hours, state and services."""
    sites = baseline.sites
    lon, lat = demand_places(sites)
    columns = {LON: lon, LAT: lat} | {
        name: sites[name].fillna("").to_numpy(dtype=object) for name in (STATUS, HOURS, SERVICES, ORIGIN)
    }
    text = pd.DataFrame(columns, index=sites.index).to_csv(float_format="%.9f", lineterminator="\n")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
