"""What the coverage page works out: who is open, who has a second facility, how even it is, and the land."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.access import equity
from geo.access.catchment import floating_catchment_of_points
from geo.analysis import coverage_study
from geo.schema import WGS84
from ui.screens.coverage.question import Supply, find_supply
from ui.shared.filters import Filters

# Two prefectures of two counties each, squares of a tenth of a degree side by side.
PARENT = {"450101": "450100", "450102": "450100", "450201": "450200", "450202": "450200"}
BOXES = [shapely.box(108 + 0.1 * number, 23, 108.1 + 0.1 * number, 23.1) for number in range(4)]
COUNTIES = gpd.GeoDataFrame(
    {"level": "county", "parent": list(PARENT.values()), "area_km2": 113.0},
    geometry=BOXES,
    index=pd.Index(PARENT, name="adcode"),
    crs=WGS84,
)
STATIONS = gpd.GeoDataFrame(
    {"hours": ["24/7", None, "Mo-Fr 08:00-18:00", "whenever"]},
    geometry=shapely.points([108.05, 108.06, 108.25, 108.26], 23.05),
    index=["A", "B", "C", "D"],
    crs=WGS84,
)
NETWORK = SimpleNamespace(counties=COUNTIES, select=lambda **_conditions: STATIONS)


def homes():
    """Give ten homes a county, a hundredth of a degree apart, the more populous the farther east."""
    lon = 108.005 + 0.01 * np.arange(40)
    people = np.arange(1.0, 41.0)
    columns = {"people": people, "urban_people": people / 2, "workers": people / 4}
    columns["county"] = np.repeat(list(PARENT), 10)
    return gpd.GeoDataFrame(columns, geometry=shapely.points(lon, 23.05), crs=WGS84)


def area(*counties):
    return coverage_study.find_area(counties, homes(), NETWORK)


def measured(stations=STATIONS):
    return coverage_study.measure_distances(stations, homes())


@pytest.mark.parametrize(
    ("hour", "doubtful", "counted"),
    [(3, False, ["A"]), (9, False, ["A", "C"]), (3, True, ["A", "B", "D"]), (-1, False, list("ABCD"))],
)
def test_at_an_hour_only_what_is_known_to_be_open_counts_and_doubts_stand_apart(hour, doubtful, counted):
    supply = Supply(Filters(), 0, hour, doubtful=doubtful)
    assert find_supply(supply, NETWORK).index.tolist() == counted


def test_who_has_a_second_station_in_reach_would_still_have_one_if_the_nearest_closed():
    one, two = (
        coverage_study.find_second(
            coverage_study.measure_second(measured(stations), area()), area(), threshold_m=1200
        ).loc[("area", "people")]
        for stations in (STATIONS.loc[["A", "C"]], STATIONS)
    )
    assert one == 0
    # Homes 5 to 7 and 25 to 27 are within 1,200 m of both stations of a pair.
    both = homes()["people"][[5, 25]].sum()
    assert two == pytest.approx(both / 820, abs=1e-9)


def test_what_is_uneven_between_prefectures_is_told_from_what_is_within():
    even = coverage_study.find_even(measured(), area(), area(), NETWORK, who="workers", threshold_m=5000)
    demand = homes()
    access = floating_catchment_of_points(demand, STATIONS, max_distance_m=5000, people=demand["workers"])
    split = equity.split_theil_t(access, demand["workers"], groups=demand["county"].map(PARENT))
    assert (even.within, even.between) == pytest.approx((split["within"].sum(), split["between"].sum()))
    assert even.theil == pytest.approx(even.within + even.between)
    assert even.between > 0.001
    assert even.without == pytest.approx(demand["workers"][access == 0].sum() / demand["workers"].sum())


def test_the_land_of_each_county_and_of_all_is_measured():
    land = coverage_study.find_land(measured(), NETWORK, (), threshold_m=1000)
    assert land.index.tolist() == [*PARENT, "area"]
    assert land["left_out_km2"]["area"] == pytest.approx(land["left_out_km2"][list(PARENT)].sum())
    # Two circles of a kilometre, 1,025 m apart, cover 5.10 km² of a square of 113.5 km².
    assert land["share"][["450101", "450201"]].tolist() == pytest.approx([0.0449] * 2, abs=0.0001)
    assert land["share"][["450102", "450202"]].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_where_no_place_is_known_no_land_is_reached():
    nowhere = STATIONS.set_geometry([None] * 4, crs=WGS84)
    land = coverage_study.find_land(measured(nowhere), NETWORK, ("450102",), threshold_m=1000)
    assert land.loc["area"].tolist() == [0.0, 113.0]
