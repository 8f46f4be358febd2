"""Drivers' homes along a straight road one can picture, and along a bent one."""

from itertools import product

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.geodesy.ellipsoid import geod
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
    assert "65.0 km" in str(whole.plan.reason)


def test_two_lines_that_do_not_meet_are_two_roads():
    other = shapely.LineString([(109.0, SOUTH), (109.0, NORTH)])
    roads = shapely.MultiLineString([ROAD, other])
    found = corridor_cover(roads, homes([20, 50, 80]), interval_m=300_000, off_road_m=100, sites=2)
    assert found.covered_m == pytest.approx(100_000, abs=1)
    assert found.longest_gap_m == pytest.approx(found.road_m - 100_000, abs=1)


def covered_km(stops, half_km):
    """Add up the road within reach of some stops, in the order of the road."""
    total = end = 0.0
    for stop in sorted(stops):
        begin, end_here = max(stop - half_km, end, 0.0), min(stop + half_km, 100.0)
        total, end = total + max(end_here - begin, 0.0), max(end, end_here)
    return total


def try_corridor(seed):
    """Ask for places along the road, and compare with every choice; no reach ends where one begins."""
    random = np.random.default_rng(seed)
    count, whole = int(random.integers(2, 7)), random.random() < 0.5
    at = np.sort(random.choice(21, count, replace=False) * 5.0 if whole else random.uniform(0, 100, count))
    names, group, half = (
        homes(at).index,
        random.integers(0, 2, count),
        float(random.choice([10.003, 25.003, 40.003])),
    )
    role = random.choice(["free", "free", "fixed", "forbidden"], count)
    role[0], most = "free", int(random.integers(1, 4))
    sites = int(random.integers(1, (role == "free").sum() + 1)) if random.random() < 0.6 else None
    asked = {"fixed": names[role == "fixed"], "forbidden": names[role == "forbidden"], "sites": sites}
    if random.random() < 0.5:
        asked |= {"site_groups": group, "most_per_group": most}
    found = corridor_cover(ROAD, homes(at), interval_m=2000 * half, off_road_m=100, **asked)
    valued = {}
    for on in product((False, True), repeat=count):
        new = np.array(on)
        crowd = np.bincount(group[new], minlength=1).max() if "site_groups" in asked else 0
        if (role[new] == "free").all() and crowd <= most and new.sum() <= (sites or count):
            valued[frozenset(names[new])] = covered_km(at[new | (role == "fixed")], half)
    if sites is None:
        valued = {new: km for new, km in valued.items() if km >= 100 - 1e-6}
        if not valued:
            assert (found.plan.status, found.plan.sites) == (INFEASIBLE, ())
            return
        assert len(found.plan.sites) == min(map(len, valued))
    assert found.plan.status == OPTIMAL
    assert found.covered_m == pytest.approx(max(valued.values()) * 1000, abs=1)
    assert valued[frozenset(found.plan.sites)] * 1000 == pytest.approx(found.covered_m, abs=1)


def test_no_choice_of_places_covers_more_of_the_road():
    for seed in range(60):
        try_corridor(seed)


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
