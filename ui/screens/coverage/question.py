"""What a visitor asks of coverage, and the threshold and facilities that are meant by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

from geo import schema
from geo.coverage import double_test, opening_hours
from geo.network.network import Conditions, Network
from ui.shared.filters import Filters

OPERATING = "operating"
OWN_METRES, OWN_MINUTES = "metres", "minutes"
ANY_TIME = -1
# Whose people: the shipped grid, that gathered at the townships, or a file of the user's own by its mark.
GRID, TOWNSHIPS, OWN_MARK = "grid", "townships", "own-"
SECTIONS = (
    "counties", "gaps", "distance", "hours", "equity", "ranking", "sure", "people", "compare", "export",
)  # fmt: skip
DAYS, HOURS = range(7), range(24)
MEASURES = (double_test.STRAIGHT_LINE_M, double_test.WALK_MINUTES)
LAYERS = ("share", "left_out", "gaps", "facilities", "circles")
FIRST_LAYERS = LAYERS[:3]


@dataclass(frozen=True)
class Question:
    """Hold one question about coverage; `by` is empty for the standard that comes first for the types.

    `by` is a standard, as `straight_line_m:1000`, or a threshold of one's own: `metres` or `minutes`.
    """

    by: str = ""
    metres: float = 2000.0
    minutes: float = 15.0
    detour: float = double_test.DETOUR_FACTOR
    kmh: float = double_test.WALK_KMH
    who: str = schema.URBAN_PEOPLE
    day: int = 0
    hour: int = ANY_TIME
    source: str = GRID


@dataclass(frozen=True)
class Asked:
    """Hold what one page of coverage asks: a question, a second one or none, and what is open to look at."""

    question: Question = field(default_factory=Question)
    layers: tuple[str, ...] = FIRST_LAYERS
    other: Question | None = None
    section: str = SECTIONS[0]


@dataclass(frozen=True)
class Rule:
    """Hold a threshold as it is used: what is measured, how much, the straight line that amounts to it.

    `standing` is that of the standard; empty for a threshold of one's own.
    """

    measure: str
    amount: float
    reach_m: float
    standing: str = ""
    source: str = ""
    source_en: str = ""
    applies_to: str = ""


@dataclass(frozen=True)
class Supply:
    """Name a set of facilities, wherever in Guangxi: who lives at a border goes across it; and whose people.

    `day`, `hour` and `source` as in a question; `doubtful` counts those whose hours are not known as open.
    """

    filters: Filters
    day: int = 0
    hour: int = ANY_TIME
    doubtful: bool = False
    source: str = GRID

    def conditions(self) -> Conditions:
        """Say the same as conditions for `Network.select`: only what operates, unless asked otherwise."""
        conditions = self.filters.conditions()
        if not self.filters.statuses:
            conditions["statuses"] = (OPERATING,)
        return conditions


@dataclass(frozen=True)
class Scope:
    """Name what shares are asked of: the facilities, the counties (none for all), and the metres."""

    supply: Supply
    counties: tuple[str, ...]
    reach_m: float


def supply_of(filters: Filters, question: Question) -> Supply:
    """Return the facilities that count for a question."""
    anywhere = replace(filters, types=types_of(filters), prefectures=(), counties=(), shade=Filters().shade)
    timed = question.hour != ANY_TIME
    return Supply(anywhere, question.day if timed else 0, question.hour, source=question.source)


def types_of(filters: Filters) -> tuple[str, ...]:
    """Return the types asked for; worker stations if none is."""
    return filters.types or (double_test.STATION,)


def standards_for(types: Iterable[str], standards: pd.DataFrame) -> dict[str, Rule]:
    """Return the standards that can be measured for some types, by code, in the order of the table."""
    chosen = standards[
        standards[schema.FACILITY_TYPE].isin(list(types)) & standards[schema.MEASURE].isin(MEASURES)
    ]
    columns = [
        schema.MEASURE,
        schema.THRESHOLD,
        schema.STANDING,
        schema.SOURCE,
        schema.SOURCE_EN,
        schema.APPLIES_TO,
    ]
    rules: dict[str, Rule] = {}
    for measure, amount, *shown in chosen[columns].itertuples(index=False, name=None):
        rules.setdefault(f"{measure}:{amount:g}", Rule(measure, amount, amount, *shown))
    return rules


def rule_of(question: Question, standards: Mapping[str, Rule]) -> Rule:
    """Return the threshold a question means, as a straight line too.

    Raises
    ------
    InvalidValueError
        The detour, the speed or the minutes are not allowed.
    """
    by = chosen_by(question.by, standards)
    if by in standards:
        rule = standards[by]
    elif by == OWN_MINUTES:
        rule = Rule(double_test.WALK_MINUTES, question.minutes, 0)
    else:
        rule = Rule(double_test.STRAIGHT_LINE_M, question.metres, question.metres)
    if rule.measure == double_test.STRAIGHT_LINE_M:
        return rule
    reach_m = double_test.walk_reach_m(rule.amount, detour_factor=question.detour, walk_kmh=question.kmh)
    return replace(rule, reach_m=reach_m)


def chosen_by(by: str, standards: Iterable[str]) -> str:
    """Return the threshold that is chosen: what is asked for if it is there, else the first standard."""
    known = [*standards, OWN_METRES, OWN_MINUTES]
    return by if by in known else known[0]


def counties_of(filters: Filters, network: Network) -> tuple[str, ...]:
    """Return the adcodes of the counties asked about; none for all of Guangxi."""
    if filters.counties:
        return tuple(sorted(filters.counties))
    if not filters.prefectures:
        return ()
    counties = network.counties
    return tuple(counties.index[counties[schema.PARENT].isin(filters.prefectures)])


def find_supply(supply: Supply, network: Network) -> gpd.GeoDataFrame:
    """Select the facilities that count, those open at the hour where one is asked for."""
    facilities = network.select(**supply.conditions())
    if supply.hour == ANY_TIME or not len(facilities):
        return facilities
    states = opening_hours.open_at(facilities, weekday=supply.day, hour=supply.hour)
    counted = (opening_hours.OPEN, opening_hours.UNKNOWN) if supply.doubtful else (opening_hours.OPEN,)
    return facilities[states.isin(counted).to_numpy()]
