"""The union sites in OpenStreetMap: the only ones whose true coordinates are public."""

import pandas as pd

from data.build.records import ODBL, OSM_CREDIT, complete, read_raw
from geo import schema

TYPE_OF_KIND = {
    "工人文化宫": "cultural_palace",
    "工人疗养院": "sanatorium",
    "工会干部学校": "union_school",
    "总工会机关": "county_union",
    "总工会附属场馆": "union_venue",
    "职工服务站": "counselling_station",
}
# The union of a city of prefecture rank is another type than the county unions under it.
CITY_UNION, CITY_UNION_NAME = "city_union", "梧州市总工会"
NOT_UNION_SITES = ("柳江人民文化宫广场",)
# The point is the middle of a drawn building or ground, not its door.
POINT_ERROR_M = 50


def osm_sites() -> pd.DataFrame:
    """Return every union site that OpenStreetMap draws, one row an object."""
    drawn = read_raw("osm_union_facilities.csv")
    drawn = drawn[~drawn["name"].isin(NOT_UNION_SITES)]
    names = drawn["name"].str.replace(r"\s+", "", regex=True)
    types = drawn["kind"].map(TYPE_OF_KIND).mask(names == CITY_UNION_NAME, CITY_UNION)
    return complete(
        pd.DataFrame(
            {
                schema.FACILITY_ID: "osm-" + drawn["osm_id"],
                schema.FACILITY_TYPE: types,
                schema.NAME: names,
                schema.COUNTY: drawn["county_code"],
                schema.COUNTY_BY: schema.BY_POINT,
                schema.PREFECTURE: drawn["county_code"].str[:4] + "00",
                schema.STATUS: "operating",
                schema.ORIGIN: schema.SOURCED,
                schema.PLACE_PRECISION: "point",
                schema.PLACE_ERROR_M: POINT_ERROR_M,
                schema.AS_OF: "2024",
                schema.SOURCE: f"{OSM_CREDIT}，{ODBL}，2024年摘录，对象 " + drawn["osm_id"],
                schema.SOURCE_DATUM: "WGS-84",
                schema.LON: drawn["lon"].astype(float),
                schema.LAT: drawn["lat"].astype(float),
            }
        )
    )
