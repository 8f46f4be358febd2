"""Read moments and intervals of the read-only API (RFC 3339), and the times rows speak of."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.arrays import Int64s
from web.api.responses import bad_value, quoted

# Days without an hour are days in China, as the dates of the data are.
DAY_OFFSET_US = 8 * 3600 * 1_000_000
MINUTE_US, SECOND_US = 60_000_000, 1_000_000
EARLIEST, LATEST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
OPEN_END = ("", "..")
# A plus sign that was not escaped arrives as a blank; nothing else could have been meant by it.
DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt](?P<time>[01]\d:[0-5]\d|2[0-3]:[0-5]\d):(?P<second>[0-5]\d|60)(?:\.(?P<fraction>\d+))?"
    r"(?:[Zz]|(?P<sign>[+\- ])(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d)))?",
    re.ASCII,
)
DATE_BEGINNING = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(?!\d)", re.ASCII)


@dataclass(frozen=True)
class TimeSpan:
    """Hold a moment or an interval: both ends in microseconds since 1970 (UTC), and as it was written."""

    start: int
    end: int
    text: str


def read_datetime(text: str | None) -> TimeSpan | None:
    """Read the parameter `datetime`: a date, a date-time, or an interval with at most one open end.

    Raises
    ------
    ApiError
        It is none of these, or the interval ends before it starts.
    """
    if text is None:
        return None
    ends = text.split("/")
    if len(ends) == 1:
        return TimeSpan(*_moment(text, text), text)
    start, end = (None if part in OPEN_END else _moment(part, text) for part in ends[:2])
    # An interval open at both ends says nothing.
    if len(ends) > 2 or (start is None and end is None) or (start and end and start[0] > end[1]):  # noqa: PLR2004
        raise bad_value(f"datetime is {quoted(text)}; an interval is start/end, the start first.")
    return TimeSpan(start[0] if start else EARLIEST, end[1] if end else LATEST, text)


def row_times(texts: Iterable[str | None]) -> tuple[Int64s, Int64s]:
    """Return the first and the last microsecond of each date the data are of; no date is any time.

    Parameters
    ----------
    texts
        Each begins with a year, a month or a day, as 2025, 2025-01 or 2025-01-31.
    """
    spans = [_date_span(text) for text in texts]
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)


def _moment(text: str, whole: str) -> tuple[int, int]:
    fault = bad_value(f"datetime is {quoted(whole)}; use 2026-01-31, 2026-01-31T08:00:00Z or start/end.")
    found = DATE_TIME.fullmatch(text)
    if found is None:
        raise fault
    try:
        moment = _day(found["date"]) if found["time"] is None else _instant(found)
    except ValueError:
        raise fault from None
    return moment


def _instant(found: re.Match[str]) -> tuple[int, int]:
    offset = (int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)) * MINUTE_US
    minute = _microseconds(f"{found['date']}T{found['time']}") + (offset if found["sign"] == "-" else -offset)
    if found["second"] == "60" and not _ends_a_month(minute):
        raise ValueError(found.string)
    moment = minute + int(found["second"]) * SECOND_US + int((found["fraction"] or "0")[:6].ljust(6, "0"))
    return moment, moment


def _ends_a_month(minute: int) -> bool:
    """Return whether a minute is the last of a month in UTC: only there may a second be inserted."""
    following = np.datetime64(minute + MINUTE_US, "us")
    return bool(following == following.astype("datetime64[M]"))


def _day(text: str) -> tuple[int, int]:
    start = _microseconds(text) - DAY_OFFSET_US
    return start, start + 24 * 60 * MINUTE_US - 1


def _microseconds(text: str) -> int:
    return int(np.datetime64(text, "us").astype(np.int64))


def _date_span(text: str | None) -> tuple[int, int]:
    found = DATE_BEGINNING.match(text) if isinstance(text, str) else None
    if found is None:
        return EARLIEST, LATEST
    try:
        first = np.datetime64(found[0])
    except ValueError:
        return EARLIEST, LATEST
    start, after = (int(edge.astype("datetime64[us]").astype(np.int64)) for edge in (first, first + 1))
    return start - DAY_OFFSET_US, after - DAY_OFFSET_US - 1
