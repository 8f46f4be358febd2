"""The 111 county unions: that they exist is published, their names follow; their offices are not known."""

import pandas as pd

from data.build.records import NEWSPAPER, complete, read_raw
from geo import schema

# How far off the point may be, by the confidence of the seat point. High: nine in ten are within 1.0 km of
# GeoNames, and the five county unions in OSM are 154-679 m from it, so 1.5 km. Medium: nine in ten are within
# 6 km of both gazetteers. Low: the largest disagreement of the three is 24.4 km.
SEAT_ERROR_M = {"high": 1500, "medium": 6000, "low": 25000}
UNION = "总工会"
SOURCE = (
    f"{NEWSPAPER}（县级工会111家）。注：与111个县级行政区一一对应，名称按“县（市、区）名+总工会”推定；"
    "未另列点位来源的，点位是县级驻地，不是办公地址"
)


def county_unions() -> pd.DataFrame:
    """Return one union a county, at the county's seat."""
    seats = read_raw("counties.csv")
    converted = seats["seat_source"].str.contains("GCJ-02")
    return complete(
        pd.DataFrame(
            {
                schema.FACILITY_ID: "union-" + seats["adcode"],
                schema.FACILITY_TYPE: "county_union",
                schema.NAME: seats["name_zh"] + UNION,
                schema.COUNTY: seats["adcode"],
                schema.COUNTY_BY: schema.BY_DECLARED,
                schema.PREFECTURE: seats["prefecture_code"],
                schema.STATUS: "operating",
                schema.ORIGIN: schema.SOURCED,
                schema.PLACE_PRECISION: "town",
                schema.PLACE_ERROR_M: seats["seat_confidence"].map(SEAT_ERROR_M),
                schema.AS_OF: "2025-01",
                schema.SOURCE: SOURCE,
                schema.SOURCE_DATUM: converted.map({True: "GCJ-02", False: "WGS-84"}),
                schema.LON: seats["seat_lon"].astype(float),
                schema.LAT: seats["seat_lat"].astype(float),
            }
        )
    )
