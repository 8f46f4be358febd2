"""The constraints of a plan: budget, number of sites, limits a county; and the measure."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from geo.errors import InvalidValueError, Message

PEOPLE_COVERED = "people"
FAIRNESS = "fairness"
MEASURES = (PEOPLE_COVERED, FAIRNESS)
MOST_STEPS = 2000


@dataclass(frozen=True)
class Constraints:
    """The constraints of a plan.

    `sites` is how many purchases at most and `budget_yuan` what they may cost together: one of the two at
    least. `most_per_county` limits the purchases in any one county, `least_share` (0-1) is what every county
    must reach. `measure` is "people" for the most people covered, at the hours the objective asks for, or
    "fairness" for the highest share of the worst-off county. To close a site is no purchase.
    """

    sites: int | None = None
    budget_yuan: float | None = None
    most_per_county: int | None = None
    least_share: float | None = None
    measure: str = PEOPLE_COVERED

    def __post_init__(self) -> None:
        """Raise at once, with every fault, unless the limits can be meant.

        Raises
        ------
        InvalidValueError
            Neither a number nor a budget is given, or a limit is not one.
        """
        faults = []
        if self.sites is None and self.budget_yuan is None:
            faults.append(Message("limits_missing"))
        for name in ("sites", "most_per_county"):
            value = getattr(self, name)
            if value is not None and not (_is_whole(value) and 1 <= value <= MOST_STEPS):
                faults.append(Message("limit_no_whole_number", name=name, value=value, most=MOST_STEPS))
        if self.budget_yuan is not None and not (_is_number(self.budget_yuan) and self.budget_yuan > 0):
            faults.append(Message("limit_budget", budget=self.budget_yuan))
        if self.least_share is not None and not (_is_number(self.least_share) and 0 <= self.least_share <= 1):
            faults.append(Message("limit_least_share", share=self.least_share))
        if self.measure not in MEASURES:
            faults.append(Message("limit_measure", measure=self.measure, known=[*MEASURES]))
        if faults:
            raise InvalidValueError("limits_unusable", faults=faults)


def constraints_as_json(constraints: Constraints) -> dict[str, Any]:
    """Return the limits as plain data."""
    return {name: value for name, value in asdict(constraints).items() if value is not None}


def constraints_from_json(plain: dict[str, Any]) -> Constraints:
    """Read limits from plain data.

    Raises
    ------
    InvalidValueError
        A field is unknown, or a limit is not one.
    """
    strange = sorted(set(plain) - {field.name for field in fields(Constraints)})
    if strange:
        raise InvalidValueError("limits_unknown_fields", fields=strange)
    return Constraints(**plain)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
