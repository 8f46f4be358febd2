"""What a visitor asks to see, kept in the link so that the link opens the same view."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from geo import schema
from geo.network.network import Conditions, Network
from geo.network.regions import find_county, find_prefecture
from geo.network.summary import PER_10K_RESIDENTS, PER_10K_WORKERS
from ui.shared.link import PageLink, Parameter
from ui.shared.link_values import Read, among, first_of, one, some

NO_SHADE = "none"
SHADES = (PER_10K_RESIDENTS, PER_10K_WORKERS, schema.RESIDENTS, NO_SHADE)
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
        """Return the adcode of the one county or prefecture asked for; None for any other choice."""
        if len(self.counties) == 1:
            return self.counties[0]
        if len(self.prefectures) == 1 and not self.counties:
            return self.prefectures[0]
        return None


def _prefecture(name: str, network: Network) -> str:
    return find_prefecture(name, network.regions)


def county(name: str, network: Network) -> str:
    """Read a county's name or adcode; see `geo.network.regions.find_county`."""
    return find_county(name, network.regions)


def _one_of(known: Iterable[str] | Callable[[Network], Iterable[str]]) -> Read:
    return some(among(known, listed=False))


LINK = PageLink(
    Filters(),
    (
        Parameter("types", "type", _one_of(lambda network: network.facility_types.index), "types"),
        Parameter("prefectures", "prefecture", some(_prefecture), "prefectures"),
        Parameter("counties", "county", some(county), "counties"),
        Parameter("statuses", "status", _one_of(schema.STATUSES), "statuses"),
        Parameter("origins", "origin", _one_of(schema.ORIGINS), "origins"),
        Parameter("services", "service", _one_of(schema.SERVICE_CODES), "services"),
        Parameter("text", "q", one(lambda text, _: text[:TEXT_LIMIT]), "text"),
        Parameter("sourced_only", "sourced", one(lambda text, _: text == "1"), "sourced_only"),
        Parameter("shade", "shade", first_of(_one_of(SHADES)), "shade"),
    ),
    seen_key="filters_seen",
)
