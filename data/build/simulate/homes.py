"""Drivers' homes: in mainland townships outside the city cores, where the light is densest."""

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

from data.build.simulate.places import GROUP, WEIGHT, draw_places
from data.build.simulate.records import deal_services, rng_of, simulated_records
from data.build.simulate.shares import deal
from data.build.simulate.world import LIGHT, World, is_district
from geo import schema
from geo.geodesy.datums import EQUAL_AREA

TYPE, TOTAL = "drivers_home", 254
STREET = "街道"
# Assumed: a city core is what is within this of the seat of a city district.
CORE_RADIUS_M = 6000
# Where a township's light is summed and where in it the home may stand.
TOWN_RADIUS_M = 3000
# Assumed, so that the few brightest counties do not take all.
MOST_IN_A_COUNTY = 4
HOUR_SHARES = {"24/7": 0.4, "Mo-Su 07:00-22:00": 0.6}
SERVICE_SHARES = {
    "rest": 1,
    "parking": 1,
    "water": 1,
    "toilet": 1,
    "hot_meal": 0.8,
    "shower": 0.8,
    "charging": 0.8,
    "laundry": 0.6,
    "wifi": 0.5,
    "repair": 0.4,
    "ev_charging": 0.2,
}


def simulate_drivers_homes(world: World, known: pd.DataFrame) -> pd.DataFrame:
    """Fill up to the total: one in each of the brightest townships outside the city cores."""
    rng = rng_of(TYPE)
    missing = TOTAL - int((known[schema.FACILITY_TYPE] == TYPE).sum())
    cells = town_cells(world, outside_cores(world))
    light = cells.groupby(GROUP)[WEIGHT].sum().rename(WEIGHT).reset_index()
    light[schema.COUNTY] = light[GROUP].str[:6]
    light = light.sort_values([WEIGHT, GROUP], ascending=[False, True])
    light = light[light.groupby(schema.COUNTY).cumcount() < MOST_IN_A_COUNTY]
    towns = light[GROUP].head(missing).sort_values()
    places = draw_places(rng, cells, pd.Series(1, index=towns), outlines=world.counties.geometry)
    places[schema.HOURS] = deal(rng, HOUR_SHARES, places.index)
    places[schema.SERVICES] = deal_services(rng, SERVICE_SHARES, places.index)
    return simulated_records(places, facility_type=TYPE, label="司机之家", slug="dh", world=world)


def outside_cores(world: World) -> pd.DataFrame:
    """Return the placed townships that are no street, no island and outside the city cores."""
    towns = world.townships[world.townships["kind"] != STREET]
    towns = towns[_on_mainland(world, towns)]
    seats = world.counties[is_district(world.counties)]
    apart_m = Geod(ellps="WGS84").inv(
        *np.broadcast_arrays(
            towns[schema.LON].to_numpy()[:, None],
            towns[schema.LAT].to_numpy()[:, None],
            seats[schema.SEAT_LON].to_numpy(),
            seats[schema.SEAT_LAT].to_numpy(),
        )
    )[2]
    return towns[apart_m.min(axis=1) > CORE_RADIUS_M]


def _on_mainland(world: World, towns: pd.DataFrame) -> np.ndarray:
    """Return which towns stand on the largest piece of their county; no lorry drives to an island."""
    pieces = world.counties.geometry.explode()
    largest = pieces.iloc[shapely.area(pieces.to_numpy()).argsort(kind="stable")].groupby(level=0).last()
    return shapely.contains_xy(largest[towns[schema.COUNTY]].to_numpy(), towns[schema.LON], towns[schema.LAT])


def town_cells(world: World, towns: pd.DataFrame) -> pd.DataFrame:
    """Return the lit cells about each township that lie in its county, weighted by light."""
    to_plane = Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)
    lit = world.cells[world.cells[LIGHT] > 0].reset_index(drop=True)
    tree = cKDTree(np.column_stack(to_plane.transform(lit[schema.LON], lit[schema.LAT])))
    centres = np.column_stack(to_plane.transform(towns[schema.LON], towns[schema.LAT]))
    around = tree.query_ball_point(centres, TOWN_RADIUS_M, return_sorted=True)
    pairs = pd.DataFrame({GROUP: towns["code"].to_numpy(), "cell": around}).explode("cell").dropna()
    cells = lit.loc[pairs["cell"].astype(int)].assign(**{GROUP: pairs[GROUP].to_numpy()})
    cells = cells.assign(**{WEIGHT: cells[LIGHT]})
    return cells[cells[schema.COUNTY] == cells[GROUP].str[:6]].reset_index(drop=True)
