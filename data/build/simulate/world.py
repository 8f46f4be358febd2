"""What the simulator knows of Guangxi: counties, population cells with their light, townships."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod

from geo import schema
from geo.catalog import data_path

SEAT_DISTANCE_M = "seat_distance_m"
LIGHT = "light"
LAST_DISTRICT = 20
SEAT_RADIUS_M, SEAT_CELLS = 3000, 9


@dataclass(frozen=True)
class World:
    """Hold the frames that places are drawn from.

    `counties` is indexed by adcode: names, parent, area, census, seat and polygon. `prefectures` are names by
    adcode. `cells` are those of the population grid, ordered by county: `lon`, `lat`, `county`, people
    columns, `light` and the distance from the seat of their county. `townships` are the placed ones.
    """

    counties: gpd.GeoDataFrame
    prefectures: pd.Series
    cells: pd.DataFrame
    townships: pd.DataFrame

    def known_of(self, facilities: pd.DataFrame, facility_type: str) -> tuple[pd.Series, pd.Series]:
        """Count the known facilities of a type by county, and those without a county by prefecture."""
        of_type = facilities[facilities[schema.FACILITY_TYPE] == facility_type]
        without = of_type[of_type[schema.COUNTY].isna()]
        return of_type[schema.COUNTY].value_counts(), without[schema.PREFECTURE].value_counts().sort_index()


def read_world() -> World:
    """Read the built regions, census, demand grid and townships."""
    regions = gpd.read_parquet(data_path("regions")).set_index(schema.ADCODE)
    census = pd.read_csv(data_path("census"), dtype={schema.ADCODE: "str"}).set_index(schema.ADCODE)
    counties = regions[regions[schema.LEVEL] == schema.COUNTY_LEVEL].sort_index()
    counties = counties.drop(columns=counties.columns.intersection(census.columns)).join(census)
    cells = pd.read_parquet(data_path("demand"))
    cells = cells.sort_values([schema.COUNTY, schema.DEMAND_ID], kind="stable").reset_index(drop=True)
    cells[SEAT_DISTANCE_M] = _seat_distance_m(cells, counties)
    townships = pd.read_csv(data_path("townships"), dtype={"code": "str", schema.COUNTY: "str"})
    prefectures = regions.loc[regions[schema.LEVEL] == schema.PREFECTURE_LEVEL, schema.NAME]
    return World(counties=counties, prefectures=prefectures.sort_index(), cells=cells, townships=townships)


def is_district(counties: pd.DataFrame) -> pd.Series:
    """Return which counties are districts of a city (their adcodes end in 01 to 20)."""
    return pd.Series(counties.index.str[4:].astype(int) <= LAST_DISTRICT, index=counties.index)


def near_seats(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells about each county's seat: within `SEAT_RADIUS_M`, and the nearest few in any case."""
    rank = cells.groupby(schema.COUNTY)[SEAT_DISTANCE_M].rank(method="first")
    return cells[(cells[SEAT_DISTANCE_M] <= SEAT_RADIUS_M) | (rank <= SEAT_CELLS)]


def _seat_distance_m(cells: pd.DataFrame, counties: gpd.GeoDataFrame) -> np.ndarray:
    seats = counties.loc[cells[schema.COUNTY], [schema.SEAT_LON, schema.SEAT_LAT]].to_numpy()
    lon, lat = cells[schema.LON].to_numpy(), cells[schema.LAT].to_numpy()
    return np.asarray(Geod(ellps="WGS84").inv(lon, lat, seats[:, 0], seats[:, 1])[2])
