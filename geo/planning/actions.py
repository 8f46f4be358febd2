"""What a budget can buy: build, share, extend hours, relocate, upgrade, close; what each costs and does.

An action is one purchase at one site. What each kind costs and does stands in `data/actions.csv`; the costs
are assumptions, which whoever plans replaces. What comes of them `geo.planning.apply_actions` says.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from geo.catalog import DATA_FOLDER, data_path
from geo.errors import InvalidValueError, Message, MissingColumnError
from geo.planning.objective import Objective, enough_hours
from geo.schema import (
    ACTION,
    ACTION_COLUMNS,
    COST_YUAN,
    FREES_YUAN,
    HOURS,
    LIST_SEPARATOR,
    SERVICES,
    require_columns,
)

ACTIONS_ENTRY = "actions"
BUILD_STANDARD, BUILD_MICRO, SHARE_HOST = "build_standard", "build_micro", "share_host"
EXTEND_HOURS, RELOCATE, UPGRADE, CLOSE = "extend_hours", "relocate", "upgrade", "close"
NEW_KINDS = (BUILD_STANDARD, BUILD_MICRO, SHARE_HOST)
SITE_KINDS = (EXTEND_HOURS, RELOCATE, UPGRADE, CLOSE)
ACTION_KINDS = (*NEW_KINDS, *SITE_KINDS)
# The only two that one site can have both; a site that moves or closes is not worked on as well.
TOGETHER = frozenset({EXTEND_HOURS, UPGRADE})
MOST_YUAN = 1e12


@dataclass(frozen=True)
class Action:
    """Hold one purchase.

    A new site has a place (`lon`, `lat`, WGS-84 degrees); an action at a site that exists names it by
    `facility_id`; to relocate it has both. `cost_yuan` is what it costs less what it frees. `candidate` is
    the id of the candidate taken, `name` what the place is called, `year` when it is done, 0 for unsaid.
    """

    kind: str
    cost_yuan: float
    facility_id: str = ""
    lon: float = math.nan
    lat: float = math.nan
    name: str = ""
    candidate: str = ""
    year: int = 0

    @property
    def placed(self) -> bool:
        """Return whether the action puts a site at a place."""
        return self.kind in NEW_KINDS or self.kind == RELOCATE


def read_actions(folder: Path = DATA_FOLDER) -> pd.DataFrame:
    """Read what each kind of action costs and does.

    Returns
    -------
    DataFrame
        Indexed by `action`: `name_zh`, `name_en`, `cost_yuan`, `frees_yuan` (yuan, assumptions), `hours`
        after it (OSM opening_hours text; missing for no change), `services` after it (joined by semicolons),
        `source` and `source_en`.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError
        The file lacks a column.
    """
    table = pd.read_csv(data_path(ACTIONS_ENTRY, folder=folder), dtype="str")
    require_columns(table, ACTION_COLUMNS, what=ACTIONS_ENTRY)
    numbers = {column: table[column].astype("float64") for column in (COST_YUAN, FREES_YUAN)}
    return table.assign(**numbers).set_index(ACTION)


def set_costs(table: pd.DataFrame, costs: Mapping[str, float]) -> pd.DataFrame:
    """Put the user's costs, in yuan, in the place of those assumed.

    Raises
    ------
    InvalidValueError
        There is no such action, or a cost is negative, missing or infinite; all are named at once.
    """
    faults = [Message("cost_of_unknown_action", kind=kind) for kind in costs if kind not in table.index]
    faults += [
        Message("cost_of_action", kind=kind, yuan=cost)
        for kind, cost in costs.items()
        if not is_number(cost) or not 0 <= cost <= MOST_YUAN
    ]
    if faults:
        raise InvalidValueError("costs_unusable", faults=faults, actions=[*table.index])
    column = table[COST_YUAN].copy()
    for kind, cost in costs.items():
        column[kind] = float(cost)
    return table.assign(**{COST_YUAN: column})


def net_cost(table: pd.DataFrame, kind: str) -> float:
    """Return what one action costs less what it frees, yuan."""
    return float((table[COST_YUAN] - table[FREES_YUAN])[kind])


def counts_when_new(table: pd.DataFrame, kind: str, objective: Objective) -> bool:
    """Return whether a new site of a kind counts for an objective: it is open and offers what is asked."""
    offered = str(table.loc[kind, SERVICES]).split(LIST_SEPARATOR)
    return set(objective.services) <= set(offered) and enough_hours(str(table.loc[kind, HOURS]), objective)


def action_as_json(action: Action) -> dict[str, Any]:
    """Return an action as plain data; what it does not have is left out."""
    plain = {name: value for name, value in asdict(action).items() if value not in ("", 0)}
    placeless = {"lon", "lat"} if not action.placed else set()
    return {name: value for name, value in plain.items() if name not in placeless} | {
        COST_YUAN: action.cost_yuan
    }


def action_from_json(plain: Mapping[str, Any]) -> Action:
    """Read an action from plain data.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A field is missing, unknown, or of the wrong kind.
    """
    known = {field.name: field.type for field in fields(Action)}
    if missing := {"kind", COST_YUAN} - set(plain):
        raise MissingColumnError("action_incomplete", missing=sorted(missing))
    numbers = {"lon", "lat", COST_YUAN, "year"}
    strange = [
        Message("value_of_field", name=name, value=value)
        for name, value in plain.items()
        if name not in known or not (is_number(value) if name in numbers else isinstance(value, str))
    ]
    if strange:
        raise InvalidValueError("action_unreadable", faults=strange, known=[*known])
    return Action(**plain)


def is_number(value: object) -> bool:
    """Return whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
