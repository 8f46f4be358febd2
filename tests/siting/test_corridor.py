"""Drivers' homes along a straight road one can picture, and along a bent one."""

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.ellipsoid import geod
from geo.siting import INFEASIBLE, OPTIMAL, corridor_cover

# 100 km along a meridian, a candidate every 10 km, 50 m off the road.
SOUTH = 22.0
NORTH = geod().fwd(108.0, SOUTH, 0.0, 100_000.0)[1]
ROAD = shapely.LineString([(108.0, SOUTH), (108.0, NORTH)])


def homes(along_km, off_m=50.0):
    lat = [geod().fwd(108.0, SOUTH, 0.0, km * 1000.0)[1] for km in along_km]
    east = [geod().fwd(108.0, y, 90.0, off_m)[:2] for y in lat]
    return gpd.GeoDataFrame(
        geometry=[shapely.Point(*place) for place in east], index=[f"k{km:g}" for km in along_km], crs=4326
    )


def test_two_places_an_interval_apart_leave_nothing_between_them():
    found = corridor_cover(ROAD, homes(range(0, 101, 10)), interval_m=50_000, off_road_m=100, sites=1)
    assert found.road_m == pytest.approx(100_000, abs=0.1)
    assert found.covered_m == pytest.approx(50_000, abs=1)
    assert found.plan.sites == ("k30",)
    assert found.longest_gap_m == pytest.approx(70_000, abs=1)
    whole = corridor_cover(ROAD, homes([25, 50, 75.001]), interval_m=50_004, off_road_m=100)
    assert (whole.plan.status, set(whole.plan.sites)) == (OPTIMAL, {"k25", "k75.001"})
    assert whole.longest_gap_m == pytest.approx(50_001, abs=1)


def test_a_place_that_stands_is_kept_and_not_counted():
    found = corridor_cover(
        ROAD, homes(range(0, 101, 10)), interval_m=50_000, off_road_m=100, sites=1, fixed=["k30"]
    )
    assert found.plan.sites == ("k80",)
    assert found.places["is_new"].to_dict() == {"k30": False, "k80": True}
    assert found.places["along_m"].to_numpy() == pytest.approx([30_000, 80_000], abs=1)
    assert found.places["off_road_m"].to_numpy() == pytest.approx([50, 50], abs=0.1)


def test_a_place_too_far_off_the_road_serves_nobody_on_it():
    far = corridor_cover(ROAD, homes([50], off_m=5_000), interval_m=50_000, off_road_m=1_000, sites=1)
    assert (far.plan.sites, far.covered_m, far.longest_gap_m) == ((), 0.0, pytest.approx(100_000, abs=1))
    whole = corridor_cover(ROAD, homes([10]), interval_m=50_000, off_road_m=100)
    assert whole.plan.status == INFEASIBLE
    assert "65.0 km" in whole.plan.reason


def test_two_lines_that_do_not_meet_are_two_roads():
    other = shapely.LineString([(109.0, SOUTH), (109.0, NORTH)])
    roads = shapely.MultiLineString([ROAD, other])
    found = corridor_cover(roads, homes([20, 50, 80]), interval_m=300_000, off_road_m=100, sites=2)
    assert found.covered_m == pytest.approx(100_000, abs=1)
    assert found.longest_gap_m == pytest.approx(found.road_m - 100_000, abs=1)


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 9999), count=st.integers(1, 3))
def test_what_is_covered_is_what_a_walk_along_the_road_finds(seed, count):
    random = np.random.default_rng(seed)
    along = np.unique(np.round(random.uniform(0, 100, 8), 3))
    found = corridor_cover(ROAD, homes(along), interval_m=20_000, off_road_m=100, sites=count)
    step = np.linspace(0, 100_000, 20_001)
    at = found.places["along_m"].to_numpy()
    near = np.abs(step[:, None] - at[None]).min(axis=1) <= 10_000
    assert found.covered_m == pytest.approx(near.mean() * 100_000, abs=10 * len(at) + 10)
