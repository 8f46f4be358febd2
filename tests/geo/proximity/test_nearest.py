"""The nearest facility is the one that the ellipsoid says, to a millimetre, and ties have a rule."""

import subprocess
import sys

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from pyproj import Geod

from geo.errors import InvalidValueError, MissingColumnError
from geo.proximity.nearest import kth_nearest, nearest, nearest_by_cost, nearest_place
from geo.schema import WGS84

GEOD = Geod(ellps="WGS84")
DEGREES = st.tuples(st.floats(104, 112), st.floats(20.5, 26.5))
POINTS = st.lists(DEGREES, min_size=1, max_size=12)
# Compiling takes seconds where nothing is kept from before.
WAYS = [False, pytest.param(True, marks=pytest.mark.slow)]


def points(places, index=None):
    geometry = [shapely.Point(place) if isinstance(place, tuple) else place for place in places]
    return gpd.GeoDataFrame(geometry=geometry, index=index, crs=WGS84)


def brute_force_m(homes, places):
    lon, lat = np.repeat(np.array(homes), len(places), axis=0).T
    place_lon, place_lat = np.tile(np.array(places), (len(homes), 1)).T
    return GEOD.inv(lon, lat, place_lon, place_lat)[2].reshape(len(homes), len(places))


@pytest.mark.parametrize("compiled", WAYS)
def test_a_thousand_homes_and_a_thousand_places_agree_with_geod_to_a_millimetre(compiled):
    random = np.random.default_rng(20)
    homes = random.uniform((104, 20.5), (112, 26.5), (1000, 2))
    places = random.uniform((104, 20.5), (112, 26.5), (1000, 2))
    position, distance_m = nearest_place(*homes.T, *places.T, compile_kernels=compiled)
    truth_m = brute_force_m(homes, places)
    assert (position == truth_m.argmin(axis=1)).all()
    assert np.abs(distance_m - truth_m.min(axis=1)).max() < 1e-6


@pytest.mark.parametrize("compiled", WAYS)
def test_three_lonely_places_far_beyond_a_hundred_kilometres_are_measured_by_geod(compiled):
    random = np.random.default_rng(21)
    homes = random.uniform((104, 20.5), (112, 26.5), (300, 2))
    places = np.array([(100.0, 30.0), (115.0, 20.0), (117.0, 28.0)])
    position, distance_m = nearest_place(*homes.T, *places.T, compile_kernels=compiled)
    truth_m = brute_force_m(homes, places)
    assert (position == truth_m.argmin(axis=1)).all()
    assert np.abs(distance_m - truth_m.min(axis=1)).max() < 1e-7


@pytest.mark.parametrize("compiled", WAYS)
@settings(deadline=None, max_examples=30)
@given(homes=POINTS, places=POINTS)
def test_the_nearest_is_never_farther_than_any_other_place(homes, places, compiled):
    position, distance_m = nearest_place(*np.array(homes).T, *np.array(places).T, compile_kernels=compiled)
    truth_m = brute_force_m(homes, places)
    assert np.abs(distance_m - truth_m.min(axis=1)).max() < 1e-3
    assert np.abs(truth_m[np.arange(len(homes)), position] - distance_m).max() < 1e-3


@pytest.mark.parametrize("compiled", WAYS)
@settings(deadline=None, max_examples=20)
@given(
    places=st.lists(st.tuples(st.integers(0, 30), st.integers(-4, 4)), min_size=1, max_size=8),
    odd=st.booleans(),
)
def test_along_a_street_of_close_homes_each_has_its_own_nearest_and_ties_go_to_the_first(
    places, odd, compiled
):
    # Places stand on the homes' own raster, so that many a home is as far from two of them.
    homes = np.column_stack([108 + 0.001 * np.arange(30 + odd), np.full(30 + odd, 22.5)])
    sites = np.array([(108 + 0.001 * east, 22.5 + 0.001 * north) for east, north in places])
    position, distance_m = nearest_place(*homes.T, *sites.T, compile_kernels=compiled)
    truth_m = brute_force_m(homes, sites)
    assert (position == (truth_m <= truth_m.min(axis=1, keepdims=True) + 1e-6).argmax(axis=1)).all()
    assert np.abs(distance_m - truth_m.min(axis=1)).max() < 1e-6


@pytest.mark.slow
def test_the_lower_id_wins_a_tie_whatever_the_order_of_the_rows():
    home = points([(108.0, 22.0)])
    pair = points([(108.01, 22.0), (107.99, 22.0)], index=["B", "A"])
    assert nearest(home, pair)["facility_id"].tolist() == ["A"]
    assert nearest(home, pair.iloc[::-1])["facility_id"].tolist() == ["A"]


@pytest.mark.parametrize("compiled", WAYS)
def test_of_places_on_one_spot_the_first_is_named(compiled):
    lon, lat = np.full(5, 108.2), np.full(5, 22.0)
    position, distance_m = nearest_place(
        np.array([108.0, 108.2]), np.array([22.0, 22.0]), lon, lat, compile_kernels=compiled
    )
    assert position.tolist() == [0, 0]
    assert distance_m[1] == 0


@pytest.mark.parametrize("compiled", WAYS)
def test_chords_that_lie_about_the_order_by_a_millimetre_do_not_decide(compiled):
    # North and east at 80 km: the chord east is shorter for the same distance, so it seems nearer.
    home = (108.0, 23.0)
    north, east = GEOD.fwd(*home, 0, 80_000)[:2], GEOD.fwd(*home, 90, 80_000.0005)[:2]
    lon, lat = np.array([east, north]).T
    position, distance_m = nearest_place(
        np.array([108.0]), np.array([23.0]), lon, lat, compile_kernels=compiled
    )
    assert position.tolist() == [1]
    assert distance_m[0] == pytest.approx(80_000, abs=1e-6)


def test_a_facility_without_a_place_is_passed_over():
    found = nearest(points([(108.0, 22.0)], index=[7]), points([None, (109.0, 22.0)], index=["A", "B"]))
    assert found.index.tolist() == [7]
    assert found["facility_id"].tolist() == ["B"]
    assert found["distance_m"].iloc[0] == pytest.approx(103_234, rel=1e-3)


def test_when_the_nearest_closes_the_second_is_left():
    homes = points([(108.0, 22.0), (108.3, 22.0)])
    row = points([(108.0, 22.0), (108.1, 22.0), (108.3, 22.0)], index=["A", "B", "C"])
    assert kth_nearest(homes, row, k=2)["facility_id"].tolist() == ["B", "B"]
    assert kth_nearest(homes, row, k=3)["facility_id"].tolist() == ["C", "A"]
    pd.testing.assert_frame_equal(kth_nearest(homes, row, k=1), nearest(homes, row))


def test_a_fourth_of_three_does_not_exist_and_is_infinitely_far():
    found = kth_nearest(points([(108.0, 22.0)]), points([(108.0, 22.0)] * 3, index=["A", "B", "C"]), k=4)
    assert found["facility_id"].isna().all()
    assert np.isposinf(found["distance_m"]).all()


def test_two_facilities_on_one_spot_are_two():
    pair = points([(108.0, 22.0)] * 2, index=["B", "A"])
    assert kth_nearest(points([(108.0, 22.0)]), pair, k=2)["facility_id"].tolist() == ["B"]


@pytest.mark.parametrize("k", [0, -1, 1.5, True, None])
def test_only_whole_numbers_count_neighbours(k):
    with pytest.raises(InvalidValueError, match="whole number"):
        kth_nearest(points([(108.0, 22.0)]), points([(108.0, 22.0)]), k=k)


@pytest.mark.parametrize(
    ("facilities", "match"),
    [
        ([], "No facility is selected"),
        ([None, None], "None of the 2 facilities has a known place"),
        ([(500_000.0, 2_500_000.0)], "no degrees"),
        ([(108.0, 22.0), shapely.box(108, 22, 109, 23)], "1 facilities are lines or areas.*first is 1"),
    ],
)
def test_facilities_that_are_nowhere_are_refused(facilities, match):
    with pytest.raises(InvalidValueError, match=match):
        nearest(points([(108.0, 22.0)]), points(facilities))


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(InvalidValueError, match="'A' stands twice"):
        nearest(points([(108.0, 22.0)]), points([(108.0, 22.0)] * 2, index=["A", "A"]))


def test_a_home_without_a_place_is_refused():
    with pytest.raises(InvalidValueError, match="1 demand rows have no point, the first is 1"):
        nearest(points([(108.0, 22.0), None]), points([(108.0, 22.0)]))


def test_nothing_at_all_is_infinitely_far_in_arrays():
    none = np.array([])
    position, distance_m = nearest_place(np.array([108.0]), np.array([22.0]), none, none)
    assert position.tolist() == [-1]
    assert np.isposinf(distance_m).all()


def cost_table(rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "cost"])


HOMES, SHOPS = pd.DataFrame(index=[1, 2, 3]), pd.DataFrame(index=["B", "A"])


def test_a_table_of_ways_names_the_nearest_and_leaves_out_who_has_none():
    cost = cost_table([(1, "A", 700.0), (1, "B", 500.0), (2, "A", 300.0), (2, "B", 300.0), (3, "A", np.inf)])
    found = nearest_by_cost(cost, HOMES, facilities=SHOPS)
    assert found["facility_id"].tolist()[:2] == ["B", "A"]
    assert pd.isna(found["facility_id"].iloc[2])
    assert found["distance_m"].tolist() == [500.0, 300.0, np.inf]


@pytest.mark.parametrize(
    "rows",
    [[(1, "A", -1.0)], [(1, "A", np.nan)], [(1, "A", 1.0), (1, "A", 2.0)], [(9, "A", 1.0)], [(1, "Z", 1.0)]],
    ids=["negative", "missing", "twice", "no such home", "no such shop"],
)
def test_a_faulty_table_of_ways_is_refused(rows):
    with pytest.raises(InvalidValueError, match="cost"):
        nearest_by_cost(cost_table(rows), HOMES, facilities=SHOPS)


def test_a_table_of_ways_needs_its_columns():
    with pytest.raises(MissingColumnError, match="cost"):
        nearest_by_cost(pd.DataFrame({"origin": [1]}), HOMES, facilities=SHOPS)


@pytest.mark.slow
def test_small_work_never_loads_numba(project_root):
    program = (
        "import numpy as np, sys, geo.coverage.shares, geo.coverage.uncertainty, geo.coverage.gaps\n"
        "import geo.coverage.land, geo.population.sources\n"
        "from geo.proximity.nearest import nearest_place\n"
        "nearest_place(*np.full((4, 10), 22.0))\n"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=project_root, check=False).returncode == 0
