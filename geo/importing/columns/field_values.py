"""Read the values of a list: codes from words, services, opening hours, dates and numbers."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo import schema
from geo.importing.synonyms import plain
from geo.importing.text_columns import read_each, text_column
from geo.importing.word_finder import WordFinder

ALL_DAY = "24/7"
_SPLIT = re.compile(r"[;；,，、/\s|+]+")
_NUMBER = re.compile(r"^[约可容纳]*(\d+(?:\.\d+)?)(?:人|个|座|位|张|床)?[左右以上余]*$")
_TIME = r"(\d{1,2})[:：点时](\d{2})?分?"
_RANGE = re.compile(rf"{_TIME}(?:[-—–~～至到]+|--)(次日|第二天|翌日)?{_TIME}")
_OSM = re.compile(r"^(24/7|((Mo|Tu|We|Th|Fr|Sa|Su|PH)[-,]?)*\s?(\d{2}:\d{2}-\d{2}:\d{2},?)+)(;.*)?$")
_ROUND_THE_CLOCK = re.compile(
    r"(?i)24小时|24h(?:ours?)?(?![a-z0-9])|全天|全天候|00[:：]00[-—–~至到]+24[:：]00"
)
# 早8:00-晚10:00: the words tell which half of the day the number is in.
_MORNING = re.compile(r"(?:凌晨|早上|早晨|上午|早)(?=\d{1,2}[:：点时])")
_EVENING = re.compile(r"(?:下午|傍晚|晚上|晚间|晚)(\d{1,2})(?=[:：点时])")
_NOON = 12
_WORKDAYS = re.compile(
    r"(周|星期|礼拜)([一二三四五六日天])(?:[-—–~～至到]+)(?:周|星期|礼拜)?([一二三四五六日天])"
)
_DAYS = dict(zip("一二三四五六日天", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "Su"), strict=True))
_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?(?:[ T]\d{1,2}:.*)?$")
_COMPACT = re.compile(r"^(20\d{2}|19\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])$")
_SERIAL = re.compile(r"^[34]\d{4}$")
_EXCEL_EPOCH = dt.date(1899, 12, 30)
LAST_HOUR, LAST_MINUTE = 24, 59
NO_TIME, CLOSED_FIRST, BOTH_WAYS = "不是钟点", "关门早于开门；过夜请写“次日”", "既写全天又写时段"
HOURS_FAULTS_EN = {
    NO_TIME: "no time of day",
    CLOSED_FIRST: "it closes before it opens; write 次日 for the next day",
    BOTH_WAYS: "round the clock and a span are both given",
}


def codes_of(texts: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """Return the code each text stands for, missing where it is blank or not known."""
    return text_column(read_each(texts, lambda text: words.get(plain(text))), texts)


def code_in(texts: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """Return the code of the longest known word of two letters or more that each text holds."""
    finder = WordFinder(words)

    def code(text: str) -> str | None:
        word = finder.longest(plain(text))
        return None if word is None else words[word]

    return text_column(read_each(texts, code), texts)


def services_of(texts: pd.Series, words: Mapping[str, str]) -> tuple[pd.Series, pd.Series]:
    """Return the service codes each text names, and the words that are none.

    Returns
    -------
    tuple of Series
        Codes joined by `schema.LIST_SEPARATOR` in the schema's order, and unknown words joined by 、; missing
        where there are none; both indexed like `texts`.
    """
    return _two_columns(read_each(texts, lambda text: _services(text, words)), texts)


def hours_of(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read opening hours as OpenStreetMap writes them.

    Returns
    -------
    tuple of Series
        The `opening_hours` value, missing where the text is not understood as a whole; and what contradicts
        itself in it, missing where nothing does; both indexed like `texts`.
    """
    return _two_columns(read_each(texts, _hours), texts)


def dates_of(texts: pd.Series) -> pd.Series:
    """Read dates as ISO 8601, as exactly as they are given (2024, 2024-05 or 2024-05-01).

    Returns
    -------
    Series
        Text indexed like `texts`; missing where a text is blank or no date.
    """
    return text_column(read_each(texts, _date), texts)


def numbers_of(texts: pd.Series) -> pd.Series:
    """Read whole or broken numbers with or without a unit of count; not-a-number where there is none."""
    numbers = [np.nan if number is None else number for number in read_each(texts, _number)]
    return pd.Series(numbers, index=texts.index, dtype="float64")


def _two_columns(
    read: list[tuple[str | None, str | None] | None], texts: pd.Series
) -> tuple[pd.Series, pd.Series]:
    pairs = [pair or (None, None) for pair in read]
    return text_column([one for one, _ in pairs], texts), text_column([two for _, two in pairs], texts)


def _number(text: str) -> float:
    found = _NUMBER.match(re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text)))
    number = float(found[1]) if found else np.nan
    # From this many digits on it is no number any more.
    return number if np.isfinite(number) else np.nan


def _services(text: str, words: Mapping[str, str]) -> tuple[str | None, str | None]:
    codes, strange = set(), []
    for part in filter(None, _SPLIT.split(text)):
        bare = plain(part)
        code = words.get(bare) or next(
            (words[word] for word in words if len(word) > 1 and word in bare), None
        )
        if code:
            codes.add(code)
        else:
            strange.append(part)
    offered = schema.LIST_SEPARATOR.join(code for code in schema.SERVICE_CODES if code in codes)
    return offered or None, "、".join(strange) or None


def _hours(text: str) -> tuple[str | None, str | None]:
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if _OSM.match(text.strip()) and not _faults(_RANGE.findall(bare), all_day=False):
        return text.strip(), None
    bare = _EVENING.sub(lambda found: _evening_hour(int(found[1])), _MORNING.sub("", bare))
    ranges = _RANGE.findall(bare)
    all_day = bool(_ROUND_THE_CLOCK.search(bare))
    fault = _faults(ranges, all_day=all_day)
    if fault:
        return None, fault
    if all_day:
        return ALL_DAY, None
    rest = _WORKDAYS.sub("", _RANGE.sub("", bare)).strip(",，;；、和及()（）:：")
    plain_days = {
        "",
        "每天",
        "每日",
        "全年",
        "全年无休",
        "周一至周日",
        "上午下午",
        "上午",
        "开放时间",
        "工作日",
    }
    if not ranges or rest not in plain_days:
        return None, None
    days = _WORKDAYS.search(bare)
    span = f"{_DAYS[days[2]]}-{_DAYS[days[3]]} " if days else "Mo-Fr " if "工作日" in bare else ""
    times = ",".join(f"{int(a):02d}:{b or '00'}-{int(c):02d}:{d or '00'}" for a, b, _, c, d in ranges)
    return f"{span}{times}", None


def _evening_hour(hour: int) -> str:
    return str(hour + _NOON if hour < _NOON else hour)


def _faults(ranges: list[tuple[str, ...]], *, all_day: bool) -> str | None:
    """Say what contradicts itself in hours; closing on the next day must be said."""
    spans = []
    for first, first_minute, next_day, last, last_minute in ranges:
        opened, closed = int(first) * 60 + int(first_minute or 0), int(last) * 60 + int(last_minute or 0)
        minutes = max(int(first_minute or 0), int(last_minute or 0))
        if max(int(first), int(last)) > LAST_HOUR or minutes > LAST_MINUTE:
            return NO_TIME
        if closed <= opened and not next_day:
            return CLOSED_FIRST
        spans.append((opened, closed if not next_day else closed + LAST_HOUR * 60))
    if all_day and any(closed - opened < LAST_HOUR * 60 for opened, closed in spans):
        return BOTH_WAYS
    return None


def _date(text: str) -> str | None:
    bare = unicodedata.normalize("NFKC", text).strip()
    compact = _COMPACT.match(bare)
    if compact:
        bare = "-".join(compact.groups())
    if _SERIAL.match(bare):
        # A date cell that lost its format is the days since Excel's epoch.
        return (_EXCEL_EPOCH + dt.timedelta(days=int(bare))).isoformat()
    found = _DATE.match(re.sub(r"\s*([年月日])\s*", r"\1", bare))
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        dt.date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    parts = [f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)]
    return "-".join(parts)
