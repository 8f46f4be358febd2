"""What a visitor asks of siting, kept in the link so that the link opens the same question."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

from geo.coverage.people import MAX_THRESHOLD_M, WHO_COUNTS
from geo.errors import UnknownNameError
from geo.names import near_names
from geo.network.network import Network
from geo.network.regions import find_county, find_prefecture
from geo.planning.actions import ACTION_KINDS, MOST_YUAN
from geo.planning.candidates import CANDIDATE_KINDS, LISTED, listed_candidates
from geo.planning.constraints import MEASURES, MOST_STEPS, PEOPLE_COVERED, Means
from geo.planning.forbidden import WITHIN_M, Forbidden
from geo.planning.objective import ANY_TIME, NIGHT, Aim
from geo.planning.problem import FIRST_CANDIDATES, FIRST_KINDS, Request
from geo.proximity.grid import demand_places
from geo.schema import PARENT, URBAN_PEOPLE
from ui.screens.siting import candidate_lists
from ui.shared.link import MOST_VALUES, SEPARATOR, Fault, read_number, read_whole, split_values

STATION = "worker_station"
ANY, AT_NIGHT, AT_HOUR = "any", "night", "hour"
WHENS = (ANY, AT_NIGHT, AT_HOUR)
BY_SITES, BY_YUAN = "sites", "yuan"
LIMITS = (BY_SITES, BY_YUAN)
PERCENT = 100
# What no widget of its own holds.
NO_WIDGETS = frozenset({"costs", "listed", "no_listed"})
LINK_NAMES = {
    "kind": "type",
    "prefectures": "prefecture",
    "counties": "county",
    "metres": "m",
    "who": "who",
    "when": "when",
    "day": "day",
    "hour": "hour",
    "limit": "limit",
    "sites": "new",
    "yuan": "yuan",
    "measure": "measure",
    "most": "most",
    "least": "least",
    "actions": "act",
    "candidates": "from",
    "costs": "cost",
    "sourced_only": "sourced",
    "no_candidates": "no",
    "no_counties": "nocounty",
    "no_spots": "noat",
    "no_metres": "nom",
}
# More places than these make a link too long; a list of them is handed over instead.
SPOTS_MOST = 40
# Where places of a link may lie, degrees: Guangxi and some way around it.
GUANGXI_LON, GUANGXI_LAT = (103.0, 113.0), (20.0, 27.5)
_BETWEEN = ":"


@dataclass(frozen=True)
class Wish:
    """Hold one question; `most` and `least` (percent) are 0 for no limit, `costs` are the user's own prices.

    `listed` and `no_listed` name lists, of candidates and of places where no site may stand, that were handed
    over in this process; they are not in the link. The other `no_` fields are ids of candidates, counties,
    and places (longitude, latitude) at which, and `no_metres` around which, no site may stand.
    """

    kind: str = STATION
    prefectures: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    metres: float = 1000.0
    who: str = URBAN_PEOPLE
    when: str = ANY
    day: int = 0
    hour: int = 20
    limit: str = BY_SITES
    sites: int = 20
    yuan: float = 1_000_000.0
    measure: str = PEOPLE_COVERED
    most: int = 0
    least: float = 0.0
    actions: tuple[str, ...] = FIRST_KINDS
    candidates: tuple[str, ...] = FIRST_CANDIDATES
    costs: tuple[tuple[str, float], ...] = ()
    sourced_only: bool = False
    listed: str = ""
    no_candidates: tuple[str, ...] = ()
    no_counties: tuple[str, ...] = ()
    no_spots: tuple[tuple[float, float], ...] = ()
    no_metres: float = WITHIN_M
    no_listed: str = ""


def aim_of(wish: Wish, network: Network) -> Aim:
    """Give what a question aims at; of the same question it is the same."""
    hours = {ANY: ANY_TIME, AT_NIGHT: NIGHT, AT_HOUR: (wish.hour,)}[wish.when]
    day = wish.day if wish.when == AT_HOUR else 0
    counties = _area(wish, network)
    return Aim(wish.kind, wish.metres, counties, wish.who, day, hours, (), wish.sourced_only)


def request_of(wish: Wish, network: Network) -> Request:
    """Give the question as the library understands it.

    Raises
    ------
    InvalidValueError
        A limit cannot be meant.
    """
    by_sites = wish.limit == BY_SITES
    means = Means(
        sites=wish.sites if by_sites else None,
        budget_yuan=None if by_sites else wish.yuan,
        most_per_county=wish.most or None,
        least_share=wish.least / PERCENT or None,
        measure=wish.measure,
    )
    return Request(
        aim_of(wish, network),
        means,
        kinds=wish.actions,
        candidates=wish.candidates,
        costs=dict(wish.costs),
        listed=candidate_lists.find(wish.listed) if LISTED in wish.candidates else None,
        forbidden=forbidden_of(wish, network),
    )


def forbidden_of(wish: Wish, network: Network) -> Forbidden:
    """Give where no site may stand.

    Raises
    ------
    InvalidValueError
        A place of the list is none.
    """
    rows = candidate_lists.find(wish.no_listed)
    listed = () if rows is None else demand_places(listed_candidates(rows, network.counties))
    more = zip(*(column.tolist() for column in listed), strict=True)
    spots = tuple(dict.fromkeys((*wish.no_spots, *more)))
    return Forbidden(wish.no_candidates, wish.no_counties, spots, wish.no_metres)


def to_link(wish: Wish) -> dict[str, str]:
    """Write the query parameters of a question; what is as at first is left out."""
    first = Wish()
    return {
        name: _to_text(getattr(wish, item))
        for item, name in LINK_NAMES.items()
        if getattr(wish, item) != getattr(first, item)
    }


def from_link(parameters: Mapping[str, str], network: Network) -> tuple[Wish, tuple[Fault, ...]]:
    """Read a question from query parameters; what does not exist is left out and reported."""
    readers: dict[str, Callable[[str], object]] = {
        "kind": _one_of(network.facility_types.index),
        "prefectures": _each(lambda name: find_prefecture(name, network.regions)),
        "counties": _each(lambda name: find_county(name, network.regions)),
        "metres": _number(1, MAX_THRESHOLD_M),
        "who": _one_of(WHO_COUNTS),
        "when": _one_of(WHENS),
        "day": _whole(0, 6),
        "hour": _whole(0, 23),
        "limit": _one_of(LIMITS),
        "sites": _whole(1, MOST_STEPS),
        "yuan": _number(1, MOST_YUAN),
        "measure": _one_of(MEASURES),
        "most": _whole(0, MOST_STEPS),
        "least": _number(0, PERCENT),
        "actions": _each(_one_of(ACTION_KINDS)),
        "candidates": _each(_one_of([kind for kind in CANDIDATE_KINDS if kind != LISTED])),
        "costs": _each(_price),
        "sourced_only": lambda text: text == "1",
        "no_candidates": _each(_candidate),
        "no_counties": _each(lambda name: find_county(name, network.regions)),
        "no_spots": _each(_spot, most=SPOTS_MOST),
        "no_metres": _number(0, MAX_THRESHOLD_M),
    }
    found: dict[str, object] = {}
    faults: list[Fault] = []
    for item, read in readers.items():
        text = parameters.get(LINK_NAMES[item], "")
        if not text:
            continue
        try:
            found[item] = read(text)
        except UnknownNameError as fault:
            faults.append(Fault(LINK_NAMES[item], text, fault.near))
    return Wish(**found), tuple(faults)  # type: ignore[arg-type]


def own_names() -> frozenset[str]:
    """Give the names of all query parameters that are ours."""
    return frozenset(LINK_NAMES.values())


def kept_fields() -> tuple[str, ...]:
    """Give the fields that widgets hold."""
    return tuple(item.name for item in fields(Wish) if item.name not in NO_WIDGETS)


def _area(wish: Wish, network: Network) -> tuple[str, ...]:
    if wish.counties:
        return tuple(sorted(wish.counties))
    counties = network.counties
    return tuple(counties.index[counties[PARENT].isin(wish.prefectures)]) if wish.prefectures else ()


def _to_text(value: object) -> str:
    if isinstance(value, tuple):
        return SEPARATOR.join(map(_pair_text, value))
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _pair_text(value: object) -> str:
    """Write one of several: a code, a code with its price, or a place to the metre."""
    if not isinstance(value, tuple):
        return str(value)
    first, second = value
    return f"{first}{_BETWEEN}{second:g}" if isinstance(first, str) else f"{first:.5f}{_BETWEEN}{second:.5f}"


def _one_of(known: Iterable[str]) -> Callable[[str], str]:
    names = list(known)

    def read(text: str) -> str:
        if text not in names:
            raise UnknownNameError(
                "link_value_unusable", value=text, near=near_names(text, names) or ", ".join(names)
            )
        return text

    return read


def _each(read: Callable[[str], object], most: int = MOST_VALUES) -> Callable[[str], tuple[object, ...]]:
    return lambda text: tuple(dict.fromkeys(map(read, split_values(text, most=most))))


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = read_number(text)
        if not least <= value <= most:
            raise UnknownNameError("link_value_unusable", value=text, near=f"{least:g} … {most:g}")
        return value

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = read_whole(text, range(least, most + 1))
        if value is None:
            raise UnknownNameError("link_value_unusable", value=text, near=f"{least} … {most}")
        return value

    return read


def _price(text: str) -> tuple[str, float]:
    kind, _, yuan = text.partition(_BETWEEN)
    return _one_of(ACTION_KINDS)(kind), _number(0, MOST_YUAN)(yuan)


def _candidate(text: str) -> str:
    kind, between, label = text.partition(_BETWEEN)
    if not between or not label:
        raise UnknownNameError("link_value_unusable", value=text, near=f"{kind}{_BETWEEN}…")
    return f"{_one_of(CANDIDATE_KINDS)(kind)}{_BETWEEN}{label}"


def _spot(text: str) -> tuple[float, float]:
    lon, _, lat = text.partition(_BETWEEN)
    east, north = GUANGXI_LON, GUANGXI_LAT
    return round(_number(*east)(lon), 5), round(_number(*north)(lat), 5)
