"""Read the query parameters of the read-only API; every fault is a 400 that names the cure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from geo.names import near_names
from web.api.datetimes import TimeSpan, read_datetime
from web.api.responses import bad_value, quoted

LIMIT, OFFSET, BBOX, DATETIME, FORMAT = "limit", "offset", "bbox", "datetime", "f"
ITEM_PARAMETERS = (LIMIT, OFFSET, BBOX, DATETIME, FORMAT)
FORMATS = ("json", "geojson")
DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
MAX_PARAMETER_CHARACTERS = 4_000
MAX_VALUES = 200
MAX_VALUE_CHARACTERS = 64
BOX_NUMBERS = (4, 6)

Box = tuple[float, float, float, float]
Filters = tuple[tuple[str, tuple[str, ...]], ...]
Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ItemsQuery:
    """Hold what a client asks of a collection: the window, the place, the time, and the values."""

    limit: int
    offset: int
    box: Box | None
    time: TimeSpan | None
    filters: Filters
    # What the client sent apart from the window, to be carried by the paging links.
    carried: tuple[tuple[str, str], ...]

    def window(self, *, offset: int) -> str:
        """Return the query string of another window on the same answer."""
        return urlencode([*self.carried, (LIMIT, str(self.limit)), (OFFSET, str(offset))], safe=",:/")


def read_items_query(parameters: Parameters, *, filter_names: Sequence[str]) -> ItemsQuery:
    """Read the parameters of an items request.

    Parameters
    ----------
    parameters
        Names and values as they came, decoded.
    filter_names
        The properties this collection can be filtered by.

    Raises
    ------
    ApiError
        A parameter is unknown, is given twice, or has a value that cannot be used.
    """
    given = known_parameters(parameters, known=(*ITEM_PARAMETERS, *filter_names))
    return ItemsQuery(
        limit=read_limit(given.get(LIMIT)),
        offset=read_offset(given.get(OFFSET)),
        box=read_box(given.get(BBOX)),
        time=read_datetime(given.get(DATETIME)),
        filters=tuple((name, read_values(name, given[name])) for name in filter_names if name in given),
        carried=tuple((name, value) for name, value in given.items() if name not in {LIMIT, OFFSET}),
    )


def known_parameters(parameters: Parameters, *, known: Sequence[str] = (FORMAT,)) -> dict[str, str]:
    """Return the parameters by name after making sure each is known, short enough, and given once.

    Raises
    ------
    ApiError
        One is unknown (the near ones are named), too long, given twice, or asks for a format
        other than JSON.
    """
    given: dict[str, str] = {}
    for name, value in parameters:
        if name not in known:
            near = near_names(name[:MAX_VALUE_CHARACTERS], known)
            raise bad_value(
                f"There is no parameter {quoted(name)} here (near: {near}). Use {', '.join(known)}."
            )
        if name in given:
            raise bad_value(f"{name} is given more than once. Give it once; join values by commas.")
        if len(value) > MAX_PARAMETER_CHARACTERS:
            raise bad_value(f"{name} is longer than {MAX_PARAMETER_CHARACTERS} characters. Shorten it.")
        given[name] = value
    if given.get(FORMAT, FORMATS[0]) not in FORMATS:
        raise bad_value(f"f is {quoted(given[FORMAT])}; this service answers in JSON only: use f=json.")
    return given


def read_limit(text: str | None) -> int:
    """Read how many items a page holds; more than the maximum means the maximum, as the standard says."""
    if text is None:
        return DEFAULT_LIMIT
    limit = _whole_number(LIMIT, text)
    if limit < 1:
        raise bad_value(f"limit is {quoted(text)}; use a whole number from 1 to {MAX_LIMIT}.")
    return min(limit, MAX_LIMIT)


def read_offset(text: str | None) -> int:
    """Read how many items come before the page; past the end the page is empty."""
    if text is None:
        return 0
    offset = _whole_number(OFFSET, text)
    if offset < 0:
        raise bad_value(f"offset is {quoted(text)}; use 0 or more.")
    return offset


def _whole_number(name: str, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise bad_value(f"{name} is {quoted(text)}; use a whole number.")
    return int(text)


def read_box(text: str | None) -> Box | None:
    """Read a bounding box in CRS84: west, south, east, north in degrees; heights are not looked at.

    A box whose west is greater than its east crosses the antimeridian. One that would be wider
    than half the globe that way is taken for an upside-down box.
    """
    if text is None:
        return None
    numbers = [_degrees(part) for part in text.split(",")]
    if len(numbers) not in BOX_NUMBERS:
        raise bad_value(
            f"bbox has {len(numbers)} numbers; use 4 (west,south,east,north) or 6 "
            "(west,south,lowest,east,north,highest)."
        )
    half = len(numbers) // 2
    west, south, east, north = *numbers[:2], *numbers[half : half + 2]
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:  # noqa: PLR2004 - the globe
        raise bad_value("bbox is off the globe; longitude is -180 to 180 and latitude -90 to 90.")
    if south > north or (west > east and east + 360 - west > 180):  # noqa: PLR2004 - half the globe
        raise bad_value("bbox is upside down; the order is west,south,east,north.")
    return west, south, east, north


def _degrees(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise bad_value(f"bbox holds {quoted(text)}, which is not a number; use west,south,east,north.")
    return number


def read_values(name: str, text: str) -> tuple[str, ...]:
    """Read the values of a property filter, joined by commas; any one of them matches."""
    values = [part.strip() for part in text.split(",")]
    if "" in values:
        raise bad_value(f"{name} has an empty value. Give a value, or leave {name} out.")
    if len(values) > MAX_VALUES:
        raise bad_value(f"{name} has {len(values)} values; use at most {MAX_VALUES}.")
    if long := [value for value in values if len(value) > MAX_VALUE_CHARACTERS]:
        raise bad_value(f"{name} has the value {quoted(long[0])}, which is too long to be one.")
    return tuple(dict.fromkeys(values))
