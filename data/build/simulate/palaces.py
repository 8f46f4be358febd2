"""Cultural palaces: 47 open, 31 being built, 24 without a venue; one a city or county at most."""

import numpy as np
import pandas as pd

from data.build.simulate.places import GROUP, WEIGHT, draw_places
from data.build.simulate.records import deal_services, rng_of, simulated_records
from data.build.simulate.shares import draw_some, shuffled
from data.build.simulate.world import World, is_district, near_seats
from geo import schema

TYPE, LABEL = "cultural_palace", "工人文化宫"
OPEN, BUILDING, WITHOUT_VENUE = "operating", "under_construction", "institution_only"
STATUS_TOTALS = {OPEN: 47, BUILDING: 31, WITHOUT_VENUE: 24}
# A palace that is only planned has no venue either.
COUNTS_AS = {"planned": WITHOUT_VENUE}
HOURS = "Mo-Su 09:00-21:00"
SERVICE_SHARES = {"culture": 1, "sports": 0.8, "training": 0.8, "reading": 0.6, "rest": 0.5, "toilet": 1}


def simulate_palaces(world: World, known: pd.DataFrame) -> pd.DataFrame:
    """Fill up each status to its total, in cities and counties where no palace is known.

    Cities come first and are open; then all counties and county-level cities, then city districts drawn by
    chance. Which of the latter are open, being built or without a venue is chance too: nobody published it.
    """
    rng = rng_of(TYPE)
    palaces = known[known[schema.FACILITY_TYPE] == TYPE]
    counted = palaces[schema.STATUS].replace(COUNTS_AS).value_counts()
    left = pd.Series(STATUS_TOTALS).sub(counted, fill_value=0).astype(int)[list(STATUS_TOTALS)]
    cities, counties = free_seats(world, palaces)
    hosts = main_districts(world, cities)
    counties = counties.difference(hosts)
    district = is_district(world.counties)[counties].to_numpy()
    towns = counties[~district]
    districts = draw_some(rng, left.sum() - len(hosts) - len(towns), counties[district])
    statuses = np.repeat(left.index.to_numpy(), left.to_numpy())
    first, rest = statuses[: len(hosts)], statuses[len(hosts) :]
    status = np.concatenate([first, rest[shuffled(rng, len(rest))]])
    seats = pd.Index([*hosts, *towns, *districts])
    records = _records(rng, world, pd.Series(status, index=seats))
    of_city = records[schema.COUNTY].isin(hosts)
    city_names = records[schema.PREFECTURE].map(world.prefectures) + LABEL + schema.SIMULATED_SUFFIX
    return records.assign(**{schema.NAME: records[schema.NAME].mask(of_city, city_names)})


def free_seats(world: World, palaces: pd.DataFrame) -> tuple[pd.Index, pd.Index]:
    """Return the prefectures without a known palace of their city, and the counties without a known palace.

    A palace is its city's when no county is known of it, when its name begins with the city's, or when it has
    no other name than 工人文化宫: then it may be either's, and neither gets another.
    """
    cities = palaces[schema.PREFECTURE].map(world.prefectures)
    named = [name.startswith(city) for name, city in zip(palaces[schema.NAME], cities, strict=True)]
    of_city = palaces[schema.COUNTY].isna() | np.array(named) | (palaces[schema.NAME] == LABEL)
    taken = palaces.loc[of_city, schema.PREFECTURE]
    counties = world.counties.index.difference(palaces[schema.COUNTY].dropna())
    return world.prefectures.index.difference(taken), counties


def main_districts(world: World, prefectures: pd.Index) -> pd.Index:
    """Return the city district with most urban residents of each prefecture: where its palace would be."""
    districts = world.counties[is_district(world.counties)]
    largest = districts[schema.URBAN_RESIDENTS].groupby(districts[schema.PARENT]).idxmax()
    return pd.Index(largest.reindex(prefectures))


def _records(rng: np.random.Generator, world: World, status: pd.Series) -> pd.DataFrame:
    near = near_seats(world.cells)
    cells = near.assign(**{GROUP: near[schema.COUNTY], WEIGHT: near[schema.URBAN_PEOPLE]})
    places = draw_places(rng, cells, status.map(lambda _: 1), outlines=world.counties.geometry)
    places[schema.STATUS] = status.to_numpy()
    is_open = places.index[places[schema.STATUS] == OPEN]
    places[schema.HOURS] = pd.Series(HOURS, index=is_open).reindex(places.index)
    places[schema.SERVICES] = deal_services(rng, SERVICE_SHARES, is_open).reindex(places.index)
    # An institution without a venue stands nowhere.
    has_venue = places[schema.STATUS] != WITHOUT_VENUE
    places[[schema.LON, schema.LAT]] = places[[schema.LON, schema.LAT]].where(has_venue)
    records = simulated_records(places, facility_type=TYPE, label=LABEL, slug="palace", world=world)
    names = records[schema.NAME].str.replace(r"\d+号", "", regex=True)
    of_place = records[[schema.PLACE_ERROR_M, schema.SOURCE_DATUM]].where(has_venue)
    return records.assign(**{schema.NAME: names}, **of_place)
