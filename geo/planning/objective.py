"""The objective of a plan: who counts, by which distance, at which hours, and which sites count."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Mask
from geo.coverage.opening_hours import DAY_HOURS, NIGHT_HOURS, WEEKDAYS, open_through
from geo.coverage.people import WHO_COUNTS, require_thresholds
from geo.errors import InvalidValueError, Message
from geo.schema import (
    HOURS,
    LIST_SEPARATOR,
    OPERATING,
    SERVICE_CODES,
    SERVICES,
    STATUS,
    URBAN_PEOPLE,
)

ANY_TIME: tuple[int, ...] = ()
NIGHT = tuple(NIGHT_HOURS)


@dataclass(frozen=True)
class Objective:
    """The objective of a plan: what it is measured by.

    `counties` are adcodes, none for all of Guangxi; `within_m` metres in a straight line; `who` one of
    `geo.coverage.people.WHO_COUNTS`; a site counts that operates, offers all `services`, and is known to be
    open on `weekday` (0 for Monday) at every one of `hours` (none for any time, `NIGHT` for the whole night).
    `sourced_only` leaves simulated sites out.
    """

    facility_type: str
    within_m: float
    counties: tuple[str, ...] = ()
    who: str = URBAN_PEOPLE
    weekday: int = 0
    hours: tuple[int, ...] = ANY_TIME
    services: tuple[str, ...] = ()
    sourced_only: bool = False

    def __post_init__(self) -> None:
        """Raise at once unless the objective can be measured."""
        require_objective(self)


def require_objective(objective: Objective) -> None:
    """Raise unless an objective can be measured; whether its type and counties exist the network says.

    Raises
    ------
    InvalidValueError
        The distance, the people, the weekday, an hour or a service is not allowed.
    """
    require_thresholds([objective.within_m])
    faults = []
    if objective.who not in WHO_COUNTS:
        faults.append(Message("aim_who_unknown", who=objective.who, known=[*WHO_COUNTS]))
    if objective.weekday not in range(WEEKDAYS):
        faults.append(Message("aim_weekday", weekday=objective.weekday))
    if strange := [hour for hour in objective.hours if hour not in range(DAY_HOURS)]:
        faults.append(Message("aim_hours", hours=strange))
    if unknown := [code for code in objective.services if code not in SERVICE_CODES]:
        faults.append(Message("aim_service_unknown", services=unknown, known=[*SERVICE_CODES]))
    if faults:
        raise InvalidValueError("aim_unusable", faults=faults)


def objective_as_json(objective: Objective) -> dict[str, Any]:
    """Return an objective as plain data."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(objective).items()
    }


def objective_from_json(plain: Mapping[str, Any]) -> Objective:
    """Read an objective from plain data.

    Raises
    ------
    InvalidValueError
        A field is missing, unknown or of the wrong kind, or the objective cannot be measured.
    """
    known = {field.name for field in fields(Objective)}
    strange = sorted(set(plain) - known)
    missing = sorted({"facility_type", "within_m"} - set(plain))
    if strange or missing:
        raise InvalidValueError(
            "aim_fields",
            unknown=strange or Message("none"),
            missing=missing or Message("none"),
            known=sorted(known),
        )
    try:
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()
        }
        return Objective(**values)
    except TypeError as fault:
        raise InvalidValueError("aim_of_wrong_kind", reason=fault) from None


def open_enough(sites: gpd.GeoDataFrame, objective: Objective) -> Mask:
    """Return for every site whether its hours are enough for an objective."""
    if not objective.hours:
        return np.ones(len(sites), dtype=bool)
    through: Mask = open_through(sites, weekday=objective.weekday, hours=objective.hours).to_numpy(dtype=bool)
    return through


def good_enough(sites: gpd.GeoDataFrame, objective: Objective) -> Mask:
    """Return for every site whether it operates and offers the services an objective asks for."""
    good: Mask = sites[STATUS].eq(OPERATING).to_numpy(dtype=bool, na_value=False)
    offered = LIST_SEPARATOR + sites[SERVICES].fillna("") + LIST_SEPARATOR
    for service in objective.services:
        there: pd.Series = offered.str.contains(f"{LIST_SEPARATOR}{service}{LIST_SEPARATOR}", regex=False)
        good = good & there.to_numpy(dtype=bool)
    return good


def counting(sites: gpd.GeoDataFrame, objective: Objective) -> Mask:
    """Return for every site whether it counts for an objective.

    Parameters
    ----------
    sites
        `status`, `hours` and `services`.
    objective
        What is asked of a site.
    """
    return good_enough(sites, objective) & open_enough(sites, objective)


def enough_hours(hours: str, objective: Objective) -> bool:
    """Return whether one text of opening hours is enough for an objective."""
    return bool(open_enough(gpd.GeoDataFrame({HOURS: pd.array([hours], dtype="str")}), objective)[0])
