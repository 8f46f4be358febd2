"""Floating catchments on worlds one can picture, the laws they keep, and every kind of bad input."""

import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.access import catchment
from geo.access.catchment import METHODS, floating_catchment, floating_catchment_of_points
from geo.access.decay import GaussianWeight, PowerWeight, StepWeight
from geo.access.reach import AS_IT_IS, BALANCED, BY_DEMAND, TreeReach, fits_grid, lay_out
from geo.errors import GeoDataError, InvalidValueError, MissingColumnError
from geo.geodesy import ellipsoid
from geo.kernels import loader

KEEPING = [method for method in METHODS if method != "bfca"]
ZONES = {10: 1.0, 20: 0.5, 30: 0.1}
OPTIONS = {
    "2sfca": {},
    "e2sfca": {"weight": ZONES},
    "gaussian_2sfca": {},
    "gravity": {"weight": lambda cost: 1 / (1 + cost)},
    "3sfca": {"weight": ZONES},
    "bfca": {"weight": ZONES},
}


def table(*rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "cost"])


HOMES = pd.Series({"a": 100, "b": 50, "c": 50})
STATIONS = pd.Series({"x": 10, "y": 4})
STREET = table(("a", "x", 5), ("b", "x", 5), ("b", "y", 8), ("c", "y", 25))


def test_two_stations_share_what_they_have_among_those_in_reach():
    access = floating_catchment(STREET, STATIONS, HOMES, max_cost=10)
    assert access.to_dict() == pytest.approx({"a": 10 / 150, "b": 10 / 150 + 4 / 50, "c": 0})
    assert access.name == "access"
    assert access.index.equals(HOMES.index)


def test_the_reach_is_inclusive():
    assert floating_catchment(STREET, STATIONS, HOMES, max_cost=25)["c"] == pytest.approx(4 / 100)
    assert floating_catchment(STREET, STATIONS, HOMES, max_cost=24.999)["c"] == 0


def test_a_zone_ends_with_its_cost():
    access = floating_catchment(STREET, STATIONS, HOMES, method="e2sfca", weight={5: 1, 8: 0.5})
    assert access["b"] == pytest.approx(10 / 150 + 0.5 * 4 / 25)
    assert access["c"] == 0


def test_to_start_the_enhanced_zones_are_thirds_of_the_reach():
    ready = floating_catchment(STREET, STATIONS, HOMES, method="e2sfca", max_cost=24)
    spelled = floating_catchment(STREET, STATIONS, HOMES, method="e2sfca", weight={8: 1, 16: 0.68, 24: 0.22})
    pd.testing.assert_series_equal(ready, spelled)


def test_a_gaussian_is_one_at_no_cost_and_nothing_at_the_reach():
    assert GaussianWeight(10.0)(np.array([0.0, 10.0, 11.0])).tolist() == [1, 0, 0]
    middle = (np.exp(-0.125) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    assert GaussianWeight(10.0)(np.array([5.0])) == pytest.approx(middle)


def test_who_can_choose_asks_less_of_each_in_three_steps():
    access = floating_catchment(STREET, STATIONS, HOMES, method="3sfca", weight={30: 1.0}, max_cost=10)
    asked_of_x, asked_of_y = 100 + 50 / 2, 50 / 2
    assert access["a"] == pytest.approx(10 / asked_of_x)
    assert access["b"] == pytest.approx(10 / asked_of_x / 2 + 4 / asked_of_y / 2)


def test_the_balanced_catchment_splits_demand_and_level_of_service():
    access = floating_catchment(STREET, STATIONS, HOMES, method="bfca", max_cost=30)
    level_x, level_y = 10 / (100 + 25), 4 / (25 + 50)
    assert access.to_dict() == pytest.approx(
        {"a": level_x / 2, "b": (level_x + level_y) / 2, "c": level_y / 2}
    )


def test_gravity_falls_with_the_power_of_the_cost():
    access = floating_catchment(STREET, STATIONS, HOMES, method="gravity", weight=PowerWeight(2.0))
    asked_of_y = 50 / 64 + 50 / 625
    assert access["c"] == pytest.approx(4 / asked_of_y / 625)


@pytest.mark.parametrize("method", METHODS)
def test_where_nobody_asks_access_is_zero_and_always_a_number(method):
    demand = pd.Series({"a": 100, "b": 0, "c": 0})
    access = floating_catchment(STREET, STATIONS, demand, method=method, max_cost=30, **OPTIONS[method])
    assert np.isfinite(access).all()
    assert access["c"] == 0


def test_an_infinite_cost_is_no_way():
    cut = table(*STREET.itertuples(index=False, name=None), ("a", "y", np.inf))
    pd.testing.assert_series_equal(
        floating_catchment(cut, STATIONS, HOMES), floating_catchment(STREET, STATIONS, HOMES)
    )


def test_without_any_pair_nobody_has_access():
    assert floating_catchment(table(), STATIONS, HOMES).tolist() == [0, 0, 0]


@pytest.mark.parametrize("form", [sparse.coo_array, sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("method", METHODS)
def test_a_sparse_matrix_says_the_same_as_a_table(form, method):
    rows, columns = (
        HOMES.index.get_indexer(STREET["origin"]),
        STATIONS.index.get_indexer(STREET["destination"]),
    )
    matrix = form(sparse.coo_array((STREET["cost"].astype(float), (rows, columns)), shape=(3, 2)))
    options = {"method": method, "max_cost": 28, **OPTIONS[method]}
    pd.testing.assert_series_equal(
        floating_catchment(matrix, STATIONS, HOMES, **options),
        floating_catchment(STREET, STATIONS, HOMES, **options),
    )


def test_a_cost_of_zero_that_is_stored_is_a_way():
    matrix = sparse.coo_array(([0.0], ([0], [1])), shape=(3, 2))
    assert floating_catchment(matrix, STATIONS, HOMES, max_cost=1).tolist() == [0.04, 0, 0]


@st.composite
def problems(draw):
    n_homes, n_stations = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    pairs = st.tuples(st.integers(0, n_homes - 1), st.integers(0, n_stations - 1))
    costs = draw(st.dictionaries(pairs, st.integers(0, 40), max_size=30))
    amounts = st.integers(0, 1000)
    demand = draw(st.lists(amounts, min_size=n_homes, max_size=n_homes).filter(any))
    supply = draw(st.lists(amounts, min_size=n_stations, max_size=n_stations).filter(any))
    return table(*((*pair, cost) for pair, cost in costs.items())), pd.Series(supply), pd.Series(demand)


@pytest.mark.slow
@pytest.mark.parametrize("method", KEEPING)
@given(problems())
@settings(deadline=None, max_examples=30)
def test_demand_times_access_is_the_supply_of_the_stations_somebody_reaches(method, problem):
    cost, supply, demand = problem
    options = {"method": method, "max_cost": 30, **OPTIONS[method]}
    access = floating_catchment(cost, supply, demand, **options)
    weighed = cost[cost["cost"] < (30 if method == "gaussian_2sfca" else 30.5)]
    reached = weighed.loc[demand[weighed["origin"]].to_numpy() > 0, "destination"].unique()
    assert (demand * access).sum() == pytest.approx(supply[reached].sum())
    assert np.isfinite(access).all()
    assert (access >= 0).all()


@given(problems())
@settings(deadline=None, max_examples=30)
def test_the_balanced_catchment_keeps_the_level_of_service(problem):
    cost, supply, demand = problem
    access = floating_catchment(cost, supply, demand, method="bfca", max_cost=30, weight=ZONES)
    near = cost[cost["cost"] <= 30].assign(
        weight=lambda pairs: StepWeight((10, 20, 30), (1, 0.5, 0.1))(pairs["cost"])
    )
    asked = (
        demand[near["origin"]].to_numpy() * near["weight"] / near.groupby("origin")["weight"].transform("sum")
    )
    level = supply / asked.groupby(near["destination"]).sum().reindex(supply.index)
    assert access.sum() == pytest.approx(level.replace(np.inf, 0).fillna(0).sum())


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@given(problems(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_the_order_of_rows_and_a_station_out_of_reach_change_nothing(method, problem, random):
    cost, supply, demand = problem
    options = {"method": method, "max_cost": 30, **OPTIONS[method]}
    rows = list(cost.itertuples(index=False, name=None))
    random.shuffle(rows)
    far = pd.concat([supply, pd.Series({"far": 7})])
    again = floating_catchment(
        table(*rows, (demand.index[0], "far", 31)), far.iloc[::-1], demand.iloc[::-1], **options
    )
    once = floating_catchment(cost, supply, demand, **options)
    pd.testing.assert_series_equal(again.iloc[::-1], once, rtol=1e-9)


@given(problems())
@settings(deadline=None, max_examples=30)
def test_somebody_is_reached_by_a_wider_reach_who_was_reached_by_a_narrower(problem):
    cost, supply, demand = problem
    narrow, wide = (floating_catchment(cost, supply, demand, max_cost=reach) > 0 for reach in (10, 25))
    assert (wide >= narrow).all()


def test_nothing_given_is_changed():
    kept = STREET.copy(), STATIONS.copy(), HOMES.copy()
    for method in METHODS:
        floating_catchment(STREET, STATIONS, HOMES, method=method, max_cost=30, **OPTIONS[method])
    pd.testing.assert_frame_equal(STREET, kept[0])
    pd.testing.assert_series_equal(STATIONS, kept[1])
    pd.testing.assert_series_equal(HOMES, kept[2])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", "x", np.nan)], r"1 costs are missing or no number \(first at row 0\)"),
        ([("a", "x", "weit")], "1 costs are missing or no number"),
        ([("a", "x", 1), ("b", "x", -1)], r"1 costs are negative \(first at row 1\)"),
        ([("a", "x", 1), ("b", "x", 1), ("a", "x", 2)], r"2 rows give a pair that others give too"),
        ([("z", "x", 1)], "the origins z are not in demand"),
        ([("a", "z", 1)], "the destinations z are not in supply"),
        ([(None, "x", 1)], "are not in demand"),
        (
            [("z", "x", 1), ("a", "x", -1), ("a", "y", None)],
            "z are not in demand.*missing or no number.*negative",
        ),
    ],
)
def test_a_table_of_costs_that_cannot_be_used_names_every_fault(rows, message):
    with pytest.raises(InvalidValueError, match=message):
        floating_catchment(table(*rows), STATIONS, HOMES)


def test_a_table_without_a_column_is_refused():
    with pytest.raises(MissingColumnError, match="cost lacks cost; it has origin, destination, minutes"):
        floating_catchment(STREET.rename(columns={"cost": "minutes"}), STATIONS, HOMES)


def test_a_matrix_of_another_shape_given_twice_or_dense_is_refused():
    with pytest.raises(InvalidValueError, match="one row for each of the 3 places"):
        floating_catchment(sparse.coo_array((2, 3)), STATIONS, HOMES)
    twice = sparse.coo_array(([1.0, 2.0], ([0, 0], [1, 1])), shape=(3, 2))
    with pytest.raises(InvalidValueError, match="2 rows give a pair"):
        floating_catchment(twice, STATIONS, HOMES)
    with pytest.raises(InvalidValueError, match="cost is a ndarray"):
        floating_catchment(np.ones((3, 2)), STATIONS, HOMES)


@pytest.mark.parametrize("which", ["supply", "demand"])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, -1, 1], "is negative for b"),
        ([1, np.nan, 1], "is missing or no number for b"),
        ([1, "viel", 1], "is missing or no number for b"),
        ([1, np.inf, 1], "is infinite for b"),
        ([np.nan, -1, 1], "is missing or no number for a; negative for b"),
        ([0, 0, 0], "is 0 in all 3 places"),
        ([], "is empty or no series"),
    ],
)
def test_amounts_that_cannot_be_used_are_named(which, values, message):
    amounts = pd.Series(values, index=list("abc")[: len(values)])
    good = pd.Series({"a": 1, "b": 1, "c": 1})
    supply, demand = (amounts, good) if which == "supply" else (good, amounts)
    with pytest.raises(InvalidValueError, match=f"{which} {message}"):
        floating_catchment(table(("a", "b", 1)), supply, demand)


def test_a_label_that_stands_twice_is_refused():
    with pytest.raises(InvalidValueError, match="more than one row for x"):
        floating_catchment(STREET, pd.Series([1, 2], index=["x", "x"]), HOMES)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "4sfca"}, "method is '4sfca'; use one of 2sfca"),
        ({"select_among": "some"}, "select_among is 'some'"),
        ({"select_among": "all_pairs"}, "2sfca makes no choice"),
        ({"select_among": "all_pairs", "method": "bfca"}, "bfca makes no choice"),
        ({"max_cost": 0}, "the reach is 0"),
        ({"max_cost": -5}, "the reach is -5"),
        ({"max_cost": np.nan}, "the reach is nan"),
        ({"max_cost": np.inf}, "the reach is inf"),
        ({"method": "gaussian_2sfca"}, "needs its reach"),
        ({"method": "e2sfca"}, "needs its reach"),
        ({"method": "3sfca"}, "needs a weight"),
        ({"method": "gravity"}, "needs a weight"),
        ({"method": "gaussian_2sfca", "max_cost": 9, "weight": ZONES}, "brings its own weight"),
        ({"weight": 3}, "give zones as"),
        ({"weight": {}}, "0 costs and 0 weights"),
        ({"weight": {0: 1}}, "give rising costs above 0"),
        ({"weight": {5: -1}}, "give rising costs above 0"),
        ({"weight": {np.nan: 1}}, "give rising costs above 0"),
        ({"weight": {5: np.nan}}, "give rising costs above 0"),
        ({"weight": lambda cost: -cost}, "the cost 5 has the weight -5"),
        ({"weight": lambda cost: cost * np.nan}, "the cost 5 has the weight nan"),
        ({"weight": lambda cost: cost[:1]}, "gives the shape"),
        ({"weight": PowerWeight(1.0)}, "the cost 0 has the weight inf"),
    ],
)
def test_a_method_weight_or_reach_that_cannot_be_used_is_refused(options, message):
    cost = STREET if "PowerWeight" not in str(options) else table(("a", "x", 0))
    with pytest.raises(InvalidValueError, match=message):
        floating_catchment(cost, STATIONS, HOMES, **options)


# Points ---------------------------------------------------------------------------------------------------


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(
        columns, geometry=shapely.points(lon, lat), index=range(len(lon)), crs="EPSG:4326"
    )


def region(seed, n_homes=400, n_stations=60, west=104.5, south=20.9, size=1.0):
    random = np.random.default_rng(seed)
    homes = (random.uniform(west, west + size, n_homes), random.uniform(south, south + size, n_homes))
    stations = (
        random.uniform(west - 0.2, west + size, n_stations),
        random.uniform(south, south + size, n_stations),
    )
    people, supply = (
        random.integers(0, 3, n_homes) * random.random(n_homes),
        random.integers(0, 4, n_stations),
    )
    return homes, stations, people, supply.astype(float)


def pair_table(homes, stations, reach_m):
    here, there = ellipsoid.earth_centred(*homes), ellipsoid.earth_centred(*stations)
    pair = [index.ravel() for index in np.indices((len(here), len(there)))]
    distance_m = ellipsoid.distance_m(here[pair[0]], there[pair[1]])
    pairs = pd.DataFrame({"origin": pair[0], "destination": pair[1], "cost": distance_m})
    return pairs[distance_m <= reach_m]


def test_three_homes_along_a_street_share_one_station():
    homes = points([108.0, 108.0, 108.0], [22.8, 22.805, 22.9], people=[100.0, 300.0, 7.0])
    station = points([108.0], [22.8])
    access = floating_catchment_of_points(homes, station, max_distance_m=1000)
    assert access.tolist() == [1 / 400, 1 / 400, 0]
    both = floating_catchment_of_points(homes, station, max_distance_m=1000, people=pd.Series([1, 0, 0]))
    assert both.tolist() == [1, 1, 0]
    assert floating_catchment_of_points(
        homes, station, max_distance_m=1000, supply=pd.Series([8.0])
    ).tolist() == [8 / 400, 8 / 400, 0]


def test_a_station_whose_place_is_unknown_serves_nobody():
    homes, station = points([108.0], [22.8], people=[4.0]), points([108.0, 108.0], [22.8, 22.8])
    lost = station.set_geometry(gpd.GeoSeries([station.geometry[0], None], crs=station.crs))
    assert floating_catchment_of_points(homes, lost, max_distance_m=500).tolist() == [0.25]


@pytest.mark.parametrize("reach_m", [900.0, 15_000.0, 60_000.0])
@pytest.mark.parametrize("method", METHODS)
def test_from_points_access_is_what_the_table_of_their_distances_says(method, reach_m):
    homes, stations, people, supply = region(7)
    zones = {0.3 * reach_m: 1.0, 0.8 * reach_m: 0.4, reach_m: 0.1}
    weight = None if method in {"2sfca", "gaussian_2sfca"} else zones
    expected = floating_catchment(
        pair_table(homes, stations, reach_m),
        pd.Series(supply),
        pd.Series(people),
        method=method,
        weight=weight,
        max_cost=reach_m,
    )
    access = floating_catchment_of_points(
        points(*homes, people=people),
        points(*stations),
        supply=pd.Series(supply),
        method=method,
        weight=weight,
        max_distance_m=reach_m,
    )
    pd.testing.assert_series_equal(access, expected, rtol=1e-12)


def test_a_weight_of_ones_own_works_from_points_too():
    homes, stations, people, supply = region(8)
    expected = floating_catchment(
        pair_table(homes, stations, 9000),
        pd.Series(supply),
        pd.Series(people),
        weight=lambda cost: np.exp(-cost / 4000),
        max_cost=9000,
    )
    access = floating_catchment_of_points(
        points(*homes, people=people),
        points(*stations),
        supply=pd.Series(supply),
        weight=lambda cost: np.exp(-cost / 4000),
        max_distance_m=9000,
    )
    pd.testing.assert_series_equal(access, expected, rtol=1e-12)


WEIGHTS = {
    "one": StepWeight((np.inf,), (1.0,)),
    "zones": StepWeight((4000.0, 9000.0, 80_000.0), (1.0, 0.68, 0.22)),
    "ends before the reach": StepWeight((2000.0, 5000.0), (1.0, 0.5)),
    "level": StepWeight((2000.0, 5000.0), (0.5, 0.5)),
}
REGIONS = {
    "Guangxi": {},
    "the equator": {"south": -0.5},
    "the south": {"south": -35.0, "west": -70.0},
    "the far north": {"south": 69.0, "west": 20.0},
    "a street": {"size": 0.0},
    "a wide plain": {"size": 8.0},
}


@pytest.mark.slow
@pytest.mark.parametrize("where", REGIONS)
@pytest.mark.parametrize("reach_m", [700.0, 12_000.0, 99_000.0])
@pytest.mark.parametrize("name", [*WEIGHTS, "gaussian"])
def test_the_compiled_loops_say_what_the_k_d_tree_says(where, reach_m, name):
    homes, stations, people, supply = region(3, n_homes=900, **REGIONS[where])
    weight = GaussianWeight(reach_m) if name == "gaussian" else WEIGHTS[name]
    grid, tree = (form(homes, stations, weight, reach_m) for form in (lay_out, TreeReach))
    assert fits_grid(*homes, weight)
    for mode in (AS_IT_IS, BY_DEMAND, BALANCED):
        for power in (1, 2):
            one, other = (reach.serve(people, supply, mode=mode, power=power) for reach in (grid, tree))
            np.testing.assert_allclose(one, other, rtol=1e-9 if name == "gaussian" else 1e-12, atol=0)
            assert ((one == 0) == (other == 0)).all()


@pytest.mark.slow
@given(
    st.integers(0, 10**6), st.floats(300, 100_000), st.integers(1, 400), st.integers(1, 40), st.floats(0, 3)
)
@settings(deadline=None, max_examples=30)
def test_in_any_world_the_compiled_loops_say_what_the_k_d_tree_says(seed, reach_m, n_homes, n_stations, size):
    homes, stations, people, supply = region(seed, n_homes, n_stations, size=size)
    weight = StepWeight((reach_m / 3, reach_m / 2, reach_m), (1.0, 0.68, 0.22))
    one, other = (
        form(homes, stations, weight, reach_m).serve(people, supply, mode=BY_DEMAND)
        for form in (lay_out, TreeReach)
    )
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=0)


@pytest.mark.slow
def test_a_home_at_the_very_edge_is_in_or_out_by_its_distance_and_not_by_its_chord():
    station = (np.array([108.0]), np.array([22.8]))
    azimuth = np.linspace(0, 360, 721)
    for sign, inside in ((-1, 1.0), (1, 0.0)):
        lon, lat, _ = ellipsoid.geod().fwd(
            np.full(721, 108.0), np.full(721, 22.8), azimuth, np.full(721, 50_000 + sign * 1e-5)
        )
        reach = lay_out((lon, lat), station, StepWeight((50_000.0,), (1.0,)), 50_000.0)
        assert (reach.serve(np.ones(721), np.ones(1), mode=AS_IT_IS) == inside).all()


@pytest.mark.slow
def test_many_points_are_compiled_and_few_are_not(monkeypatch):
    homes, stations, people, supply = region(5)
    asked = {"people": pd.Series(people), "supply": pd.Series(supply), "max_distance_m": 9000}
    few = floating_catchment_of_points(points(*homes), points(*stations), **asked)
    monkeypatch.setattr(catchment, "COMPILE_FROM_PRODUCT", 1)
    many = floating_catchment_of_points(points(*homes), points(*stations), **asked)
    pd.testing.assert_series_equal(few, many, rtol=1e-12)


def test_without_numba_the_k_d_tree_answers(monkeypatch):
    homes, stations, people, supply = region(5)
    asked = {"people": pd.Series(people), "supply": pd.Series(supply), "max_distance_m": 9000}
    expected = floating_catchment_of_points(points(*homes), points(*stations), **asked)
    monkeypatch.setattr(catchment, "COMPILE_FROM_PRODUCT", 1)
    monkeypatch.setattr(loader, "_imported", loader._imported.__wrapped__)
    monkeypatch.setitem(sys.modules, "geo.kernels.within", None)
    monkeypatch.setitem(sys.modules, "geo.kernels.catchments", None)
    found = floating_catchment_of_points(points(*homes), points(*stations), **asked)
    pd.testing.assert_series_equal(found, expected)


def test_weights_that_rise_and_places_at_the_date_line_or_a_pole_are_left_to_the_k_d_tree():
    here, falling = (np.array([108.0]), np.array([22.8])), StepWeight((1.0, 2.0), (1.0, 0.5))
    assert fits_grid(*here, falling)
    assert not fits_grid(*here, StepWeight((1.0, 2.0), (0.5, 1.0)))
    assert not fits_grid(*here, PowerWeight(1.0))
    assert not fits_grid(np.array([179.0]), np.array([22.8]), falling)
    assert not fits_grid(np.array([108.0]), np.array([85.0]), falling)


@pytest.mark.parametrize("reach_m", [0, -1, np.nan, np.inf, 100_001, None, "far", True])
def test_a_reach_that_cannot_be_used_is_refused(reach_m):
    homes = points([108.0], [22.8], people=[1.0])
    with pytest.raises(InvalidValueError, match=r"reach|max_distance_m"):
        floating_catchment_of_points(homes, homes, max_distance_m=reach_m)


def _bad_points():
    good = points([108.0, 108.1], [22.8, 22.8], people=[1.0, 2.0])
    lost = good.set_geometry(gpd.GeoSeries([good.geometry[0], None], crs=good.crs))
    return {
        "a home without a place": (lost, good, {}, "demand has no place for 1"),
        "no station with a place": (good, lost.iloc[1:], {}, "no facility with a known place"),
        "another datum": (good.to_crs("EPSG:3857"), good, {}, "demand is in EPSG:3857"),
        "no datum": (good, good.set_crs(None, allow_override=True), {}, "facilities is in no known datum"),
        "no people": (good.drop(columns="people"), good, {}, "demand lacks people"),
        "people of others": (good, good, {"people": pd.Series([1, 2, 3])}, "demand is not indexed like"),
        "supply of others": (good, good, {"supply": pd.Series([1])}, "supply is not indexed like"),
        "negative people": (good, good, {"people": pd.Series([1, -2])}, "demand is negative for 1"),
        "missing supply": (good, good, {"supply": pd.Series([1, None])}, "supply is missing"),
        "no people at all": (good, good, {"people": pd.Series([0, 0])}, "demand is 0 in all 2 places"),
        "no station": (good, good.iloc[:0], {}, "No facility is selected"),
    }


@pytest.mark.parametrize("fault", _bad_points())
def test_points_that_cannot_be_used_are_refused(fault):
    homes, stations, options, message = _bad_points()[fault]
    with pytest.raises(GeoDataError, match=message):
        floating_catchment_of_points(homes, stations, max_distance_m=1000, **options)


def test_importing_the_module_loads_neither_a_compiler_nor_its_peers():
    program = "import sys, geo.access.catchment; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert not {"numba", "sklearn", "libpysal", "access", "scipy"} & set(loaded.split())
