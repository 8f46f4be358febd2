"""Worker stations: to every county by its non-farm employed, to every place by urban people."""

import numpy as np
import pandas as pd

from data.build.simulate.places import GROUP, WEIGHT, draw_places
from data.build.simulate.records import deal_services, rng_of, simulated_records
from data.build.simulate.shares import apportion, deal, draw_some, remaining
from data.build.simulate.world import World
from geo import schema

TYPE, TOTAL = "worker_station", 6062
OWN_TOTAL, SHARED_TOTAL = 357, 5705
# National shares at the end of 2024, of 186,100 stations.
OPEN_24_HOURS, OPEN_LONGER, SMART = 0.065, 0.109, 0.063
ROUND_THE_CLOCK, EXTENDED, DAYTIME, OFFICE = (
    "24/7",
    "Mo-Su 07:00-22:00",
    "Mo-Su 08:00-18:00",
    "Mo-Fr 09:00-17:00",
)
# Assumed: who shares the stations is known from examples only, among which banks are most frequent.
HOST_SHARES = {
    "银行": 0.25,
    "政务中心": 0.15,
    "环卫": 0.12,
    "加油站": 0.12,
    "通信营业厅": 0.10,
    "商场": 0.10,
    "邮政快递": 0.08,
    "公园": 0.08,
}
OFFICE_HOSTS = ("银行", "政务中心")
# Assumed: what is published has no sizes; a host gives a corner, a station of the union's own is a room.
SIZE_OF_BUILD_MODE = {"own": "medium", "shared": "small"}


def station_quota(world: World) -> pd.Series:
    """Share all stations out to the counties by non-farm employed (largest remainder)."""
    return apportion(TOTAL, world.counties[schema.NONFARM_EMPLOYED])


def simulate_stations(world: World, known: pd.DataFrame) -> pd.DataFrame:
    """Fill every county up to its quota; the known stations count first."""
    rng = rng_of(TYPE)
    by_county, by_prefecture = world.known_of(known, TYPE)
    wanted = remaining(station_quota(world), by_county=by_county, by_prefecture=by_prefecture)
    cells = world.cells.assign(
        **{GROUP: world.cells[schema.COUNTY], WEIGHT: world.cells[schema.URBAN_PEOPLE]}
    )
    places = draw_places(rng, cells, wanted, outlines=world.counties.geometry)
    stations = known[known[schema.FACILITY_TYPE] == TYPE]
    places = places.assign(**_features(rng, places.index, stations))
    return simulated_records(
        places, facility_type=TYPE, label="工会驿站", slug="station", world=world, digits=3
    )


def _features(rng: np.random.Generator, rows: pd.Index, known: pd.DataFrame) -> dict[str, pd.Series]:
    built = known[schema.BUILD_MODE].value_counts()
    modes = {"own": OWN_TOTAL - built.get("own", 0), "shared": SHARED_TOTAL - built.get("shared", 0)}
    mode = deal(rng, modes, rows)
    partner = pd.Series(None, index=rows, dtype="str")
    hosted = rows[mode == "shared"]
    partner[hosted] = deal(rng, HOST_SHARES, hosted)
    usual = 1 - OPEN_24_HOURS - OPEN_LONGER
    hours = deal(rng, {ROUND_THE_CLOCK: OPEN_24_HOURS, EXTENDED: OPEN_LONGER, DAYTIME: usual}, rows)
    always_open = rows[hours == ROUND_THE_CLOCK]
    hours = hours.mask((hours == DAYTIME) & partner.isin(OFFICE_HOSTS), OFFICE)
    # Both smart stations that are known are open round the clock, so the smart ones are drawn among these.
    smart = apportion(len(rows), pd.Series({"unattended": SMART, "staffed": 1 - SMART}))["unattended"]
    attendance = pd.Series("staffed", index=rows, dtype="str")
    attendance[draw_some(rng, int(smart), always_open)] = "unattended"
    return {
        schema.BUILD_MODE: mode,
        schema.PARTNER: partner,
        schema.HOURS: hours,
        schema.ATTENDANCE: attendance,
        schema.SIZE_CLASS: mode.map(SIZE_OF_BUILD_MODE),
        schema.SERVICES: deal_services(rng, service_shares(known), rows),
    }


def service_shares(known: pd.DataFrame) -> dict[str, float]:
    """Return the share (0-1) of the known stations that offer each service, among those that name any."""
    said = known[schema.SERVICES].dropna().str.split(schema.LIST_SEPARATOR)
    share = said.explode().value_counts() / len(said)
    return {code: float(share[code]) for code in schema.SERVICE_CODES if code in share}
