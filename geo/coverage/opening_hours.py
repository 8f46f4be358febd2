"""Who is within reach of something that is open at a given weekday and hour.

Opening hours are OpenStreetMap's `opening_hours` text, https://wiki.openstreetmap.org/wiki/Key:opening_hours,
read by `opening-hours-py`. A facility is open, closed, or its hours are unknown: none are given, they cannot
be read, or they say so themselves. Unknown is a third state with its own share, neither open nor closed.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Bytes, Floats, Mask, Positions
from geo.caching.remembered import remember
from geo.coverage.people import (
    COVERED,
    LEFT_OUT,
    SHARE,
    TOTAL,
    WHO,
    WHO_COUNTS,
    binned,
    county_positions,
    people_of,
    require_thresholds,
    share_of,
    summed_up,
)
from geo.errors import InvalidValueError, Message
from geo.proximity.grid import demand_places, facility_places
from geo.proximity.nearest import nearest_place
from geo.schema import ADCODE, HOURS, require_columns

OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"
STATES = (CLOSED, OPEN, UNKNOWN)
HOUR, REASON = "hour", "reason"
COVERED_UNKNOWN, SHARE_UNKNOWN = "covered_unknown", "share_unknown"
COVERED_NIGHT, SHARE_NIGHT = "covered_night", "share_night"
NIGHT_MINIMUM, NIGHT_MINIMUM_HOUR = "night_minimum", "night_minimum_hour"
DAY_MEAN, DAY_MEAN_UNKNOWN = "day_mean", "day_mean_unknown"

WEEKDAYS, DAY_HOURS = 7, 24
# From ten in the evening to six in the morning of the day after.
NIGHT_HOURS = (22, 23, 0, 1, 2, 3, 4, 5)
# A week without a public holiday; hours that hold for a season only are asked of another week.
ORDINARY_WEEK = date(2025, 6, 9)

_CLOSED, _OPEN, _UNKNOWN = range(3)
# Few texts recur: a plan that is changed by one site asks for all of them again.
_TEXTS_KEPT = 1024


def open_at(facilities: pd.DataFrame, *, weekday: int, hour: int, week_of: date = ORDINARY_WEEK) -> pd.Series:
    """Return for every facility whether it is open at a full hour of a weekday.

    Parameters
    ----------
    facilities
        `hours`, OSM opening_hours text or missing.
    weekday
        0 for Monday to 6 for Sunday.
    hour
        0 to 23; what closes at this hour is closed.
    week_of
        Any day of the week that is meant, for hours that hold for a season only.

    Returns
    -------
    Series
        Indexed like `facilities`, named `hours`: "open", "closed" or "unknown".

    Raises
    ------
    MissingColumnError, InvalidValueError
        There is no column `hours`; or the weekday or hour is none.

    Examples
    --------
    >>> import geo
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"hours": ["24/7", "Mo-Fr 08:30-17:30", None]})
    >>> geo.open_at(sites, weekday=5, hour=10).to_list()
    ['open', 'closed', 'unknown']
    """
    _require_whole(weekday, WEEKDAYS, what=Message("weekday"))
    _require_whole(hour, DAY_HOURS, what=Message("hour"))
    table, row = _states(facilities, week_of)
    names = np.array(STATES, dtype=object)
    return pd.Series(names[table[row, weekday, hour]], index=facilities.index, name=HOURS, dtype="str")


def open_through(
    facilities: pd.DataFrame, *, weekday: int, hours: Iterable[int], week_of: date = ORDINARY_WEEK
) -> pd.Series:
    """Return for every facility whether it is known to be open at every one of some hours from a weekday on.

    Parameters
    ----------
    facilities, weekday, week_of
        As `open_at` takes them.
    hours
        Hours from 0 to 23 as they pass: one that is smaller than the one before is of the day after, as in
        `NIGHT_HOURS`. None asks nothing.

    Returns
    -------
    Series
        Boolean, indexed like `facilities`; unknown hours are not known to be open.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `open_at`.
    """
    asked = list(hours)
    _require_whole(weekday, WEEKDAYS, what=Message("weekday"))
    for hour in asked:
        _require_whole(hour, DAY_HOURS, what=Message("hour"))
    table, row = _states(facilities, week_of)
    # Midnight lies wherever the clock goes back; the night of Sunday ends on Monday.
    day = (weekday + np.cumsum(np.diff(asked, prepend=asked[:1]) < 0)) % WEEKDAYS
    through = (table[:, day.astype(np.intp), np.array(asked, np.intp)] == _OPEN).all(axis=1)
    return pd.Series(through[row], index=facilities.index, name=HOURS)


def unreadable_hours(facilities: pd.DataFrame) -> pd.DataFrame:
    """List the facilities whose hours are given but cannot be read, and are therefore unknown.

    Parameters
    ----------
    facilities
        `hours`, OSM opening_hours text or missing.

    Returns
    -------
    DataFrame
        A row for each such facility, indexed like `facilities`: `hours` as given, and `reason`, a sentence.

    Raises
    ------
    MissingColumnError
        There is no column `hours`.
    """
    require_columns(facilities, [HOURS], what="facilities")
    given = facilities[HOURS].dropna()
    faults = {text: fault for text in given.unique() if (fault := _fault(text)) is not None}
    chosen = given[given.isin(list(faults))]
    return pd.DataFrame({HOURS: chosen, REASON: chosen.map(faults).astype("str")})


def coverage_by_hour(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    regions: pd.DataFrame,
    threshold_m: float,
    weekday: int,
    week_of: date = ORDINARY_WEEK,
    on_progress: Callable[[float], object] | None = None,
) -> pd.DataFrame:
    """Count who is within reach of something open, at every hour of a weekday.

    Parameters
    ----------
    demand
        Points in WGS-84; `people`, `urban_people`, `workers`, `county`.
    facilities
        Indexed by a unique id, points in WGS-84 or missing; `hours`.
    regions
        As `geo.coverage.shares.covered_people` takes them.
    threshold_m
        Metres; a distance equal to it is within it.
    weekday, week_of
        As `open_at` takes them.
    on_progress
        Called with the share done, 0-1; what it raises ends the computation.

    Returns
    -------
    DataFrame
        Indexed by `adcode`, `who` and `hour` (0-23), sorted: `total`, `covered` (persons within reach of
        something known to be open), `covered_unknown` (only of something whose hours are unknown), `left_out`
        (of neither), `share` and `share_unknown` of the first two (0-1, missing where nobody lives).

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; the threshold or weekday is not allowed; or no facility has a known place.
    """
    _require_whole(weekday, WEEKDAYS, what=Message("weekday"))
    limit_m = float(require_thresholds([threshold_m])[0])
    weights = people_of(demand)
    county, counties = county_positions(demand, regions)
    lon, lat = demand_places(demand)
    ids, place_lon, place_lat = facility_places(facilities)
    table, row = _states(facilities.loc[ids], week_of)
    by_hour, following = (table[row, day % WEEKDAYS].T for day in (weekday, weekday + 1))
    within: dict[bytes, Mask] = {}
    shape = (len(WHO_COUNTS), len(counties), 3)

    def reached(chosen: Mask) -> Mask:
        # Few sets of facilities are open in a day: each is searched once.
        key = chosen.tobytes()
        if key not in within:
            distance_m = nearest_place(lon, lat, place_lon[chosen], place_lat[chosen])[1]
            within[key] = distance_m <= limit_m
        return within[key]

    def counted(states: Bytes) -> Floats:
        third = np.where(reached(states == _OPEN), 0, np.where(reached(states == _UNKNOWN), 1, 2))
        return binned(county * 3 + third, weights, shape)

    sums = np.empty((len(WHO_COUNTS), len(counties), DAY_HOURS, 3))
    night = np.full((len(WHO_COUNTS), len(counties), DAY_HOURS), np.nan)
    for hour in range(DAY_HOURS):
        sums[:, :, hour] = counted(by_hour[hour])
        if hour in NIGHT_HOURS:
            late = hour >= NIGHT_HOURS[0]
            night[:, :, hour] = (sums[:, :, hour] if late else counted(following[hour]))[..., 0]
        if on_progress is not None:
            on_progress((hour + 1) / DAY_HOURS)
    return _hour_frame(sums, night, counties, regions)


def night_and_day(by_hour: pd.DataFrame) -> pd.DataFrame:
    """Sum up a day: the worst hour of the night, and the mean of the 24 hours.

    Parameters
    ----------
    by_hour
        What `coverage_by_hour` gives, or whole days of it.

    Returns
    -------
    DataFrame
        Indexed by `adcode` and `who`: `night_minimum`, the least share of the hours from 22 to 6 of the day
        after, `night_minimum_hour`, the first hour of the night that has it, `day_mean`, and
        `day_mean_unknown`, the mean share that unknown hours could add; shares 0-1, missing where nobody
        lives.
    """
    # The hours are the innermost level, each day whole.
    pairs = by_hour.iloc[::DAY_HOURS].reset_index(HOUR, drop=True).index
    share = by_hour[SHARE].to_numpy().reshape(-1, DAY_HOURS)
    unknown = by_hour[SHARE_UNKNOWN].to_numpy().reshape(-1, DAY_HOURS)
    night = by_hour[SHARE_NIGHT].to_numpy().reshape(-1, DAY_HOURS)[:, NIGHT_HOURS]
    hour = pd.Series(np.take(NIGHT_HOURS, np.argmin(night, axis=1)), index=pairs, dtype="Int64")
    minimum = night.min(axis=1)
    columns = {
        NIGHT_MINIMUM: minimum,
        NIGHT_MINIMUM_HOUR: hour.where(np.isfinite(minimum)),
        DAY_MEAN: share.mean(axis=1),
        DAY_MEAN_UNKNOWN: unknown.mean(axis=1),
    }
    return pd.DataFrame(columns, index=pairs)


def _hour_frame(sums: Floats, night: Floats, counties: pd.Index, regions: pd.DataFrame) -> pd.DataFrame:
    keys = [regions.index.sort_values(), pd.Index(WHO_COUNTS), pd.RangeIndex(DAY_HOURS)]
    index = pd.MultiIndex.from_product(keys, names=[ADCODE, WHO, HOUR])
    parts = {
        TOTAL: sums.sum(axis=3),
        COVERED: sums[..., 0],
        COVERED_UNKNOWN: sums[..., 1],
        LEFT_OUT: sums[..., 2],
        COVERED_NIGHT: night,
    }
    columns = {name: summed_up(part, counties, regions) for name, part in parts.items()}
    frame = pd.DataFrame(columns, index=index)
    frame[SHARE] = share_of(frame[COVERED], frame[TOTAL])
    frame[SHARE_UNKNOWN] = share_of(frame[COVERED_UNKNOWN], frame[TOTAL])
    frame[SHARE_NIGHT] = share_of(frame[COVERED_NIGHT], frame[TOTAL])
    return frame


def _states(facilities: pd.DataFrame, week_of: date) -> tuple[Bytes, Positions]:
    """Return the week of every distinct text (text, weekday, hour), and each facility's text."""
    require_columns(facilities, [HOURS], what="facilities")
    row, texts = pd.factorize(facilities[HOURS])
    monday = week_of - timedelta(days=week_of.weekday())
    table = np.full((len(texts) + 1, WEEKDAYS, DAY_HOURS), _UNKNOWN, np.uint8)
    for number, text in enumerate(texts):
        table[number] = _week(text, monday)
    # A missing text has the number -1: the last row, all unknown.
    return table, row


@remember(
    holds="The week that a text of opening hours means.",
    most_bytes=500_000,
    most_entries=_TEXTS_KEPT,
)
def _week(text: str, monday: date) -> Bytes:
    hours = _parsed(text)
    if hours is None:
        return np.full((WEEKDAYS, DAY_HOURS), _UNKNOWN, np.uint8)
    start = datetime(monday.year, monday.month, monday.day)  # noqa: DTZ001 - opening hours are local times
    times = [start + timedelta(hours=hour) for hour in range(WEEKDAYS * DAY_HOURS)]
    states = [
        _OPEN if hours.is_open(time) else _UNKNOWN if hours.is_unknown(time) else _CLOSED for time in times
    ]
    return np.array(states, np.uint8).reshape(WEEKDAYS, DAY_HOURS)


def _parsed(text: str) -> Any:
    # Its stubs leave out the error that it raises.
    opening_hours = import_module("opening_hours")
    try:
        return opening_hours.OpeningHours(text)
    except opening_hours.ParserError:
        return None


def _fault(text: str) -> str | None:
    if _parsed(text) is not None:
        return None
    return f"{text!r} is not OSM opening_hours text; write it like 'Mo-Fr 08:30-17:30' or '24/7'."


def _require_whole(value: int, count: int, *, what: Message) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value < count:
        raise InvalidValueError("no_whole_number", what=what, value=value, most=count - 1)
