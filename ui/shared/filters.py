"""What a visitor asks to see, kept in the link so that the link opens the same view."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from geo import schema
from geo.errors import UnknownNameError
from geo.names import near_names
from geo.network.network import Conditions, Network
from geo.network.regions import find_county, find_prefecture
from geo.network.summary import PER_10K_RESIDENTS, PER_10K_WORKERS
from ui.shared.link import SEPARATOR, Fault, read_values

NO_SHADE = "none"
SHADES = (PER_10K_RESIDENTS, PER_10K_WORKERS, schema.RESIDENTS, NO_SHADE)
LINK_NAMES = {
    "types": "type",
    "prefectures": "prefecture",
    "counties": "county",
    "statuses": "status",
    "origins": "origin",
    "services": "service",
    "text": "q",
    "sourced_only": "sourced",
    "shade": "shade",
}
TEXT_LIMIT = 100


@dataclass(frozen=True)
class Filters:
    """Hold one choice of what to see; an empty tuple asks nothing of that kind."""

    types: tuple[str, ...] = ()
    prefectures: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    text: str = ""
    sourced_only: bool = False
    shade: str = PER_10K_RESIDENTS

    def conditions(self) -> Conditions:
        """Say the same as conditions for `Network.select`."""
        origins = self.origins
        if self.sourced_only:
            with_source = (schema.SOURCED, schema.IMPORTED)
            origins = tuple(o for o in with_source if not origins or o in origins)
        return Conditions(
            types=self.types or None,
            prefectures=self.prefectures or None,
            counties=self.counties or None,
            statuses=self.statuses or None,
            origins=origins if origins or self.sourced_only else None,
            services=self.services or None,
            text=self.text or None,
        )

    def region(self) -> str | None:
        """Give the adcode of the one county or prefecture asked for; None for any other choice."""
        if len(self.counties) == 1:
            return self.counties[0]
        if len(self.prefectures) == 1 and not self.counties:
            return self.prefectures[0]
        return None


def to_link(filters: Filters) -> dict[str, str]:
    """Write the query parameters of a choice; what is as at first is left out."""
    first = Filters()
    return {
        LINK_NAMES[item.name]: _to_text(getattr(filters, item.name))
        for item in fields(Filters)
        if getattr(filters, item.name) != getattr(first, item.name)
    }


def from_link(parameters: Mapping[str, str], network: Network) -> tuple[Filters, tuple[Fault, ...]]:
    """Read a choice from query parameters; what does not exist is left out and reported.

    Parameters
    ----------
    parameters
        Query parameters by name; lists are joined by commas. Names that are not ours are ignored.
    network
        Says what exists.

    Returns
    -------
    tuple
        The choice, and one fault for each value that does not exist.
    """
    readers: dict[str, Callable[[str], str]] = {
        "types": _one_of(network.facility_types.index),
        "prefectures": lambda name: find_prefecture(name, network.regions),
        "counties": lambda name: find_county(name, network.regions),
        "statuses": _one_of(schema.STATUSES),
        "origins": _one_of(schema.ORIGINS),
        "services": _one_of(schema.SERVICE_CODES),
        "shade": _one_of(SHADES),
    }
    chosen: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for item, read in readers.items():
        name = LINK_NAMES[item]
        good, bad = read_values(name, parameters.get(name, ""), read)
        chosen[item] = tuple(dict.fromkeys(good))
        faults += bad
    shade = chosen.pop("shade")
    filters = Filters(**chosen)  # type: ignore[arg-type]
    filters = replace(
        filters,
        text=parameters.get(LINK_NAMES["text"], "")[:TEXT_LIMIT],
        sourced_only=parameters.get(LINK_NAMES["sourced_only"]) == "1",
        shade=shade[0] if shade else filters.shade,
    )
    return filters, tuple(faults)


def _to_text(value: object) -> str:
    if isinstance(value, tuple):
        return SEPARATOR.join(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _one_of(known: Iterable[str]) -> Callable[[str], str]:
    names = list(known)

    def read(value: str) -> str:
        if value not in names:
            raise UnknownNameError("link_value_unusable", value=value, near=near_names(value, names))
        return value

    return read
