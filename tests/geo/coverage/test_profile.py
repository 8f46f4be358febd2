"""Looked up or counted, bounded once or for each threshold: the answers are the same."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import evidence, shares, uncertainty
from geo.coverage.distance_bounds import LEAST_M, MOST_M, outer_distances
from geo.coverage.gaps import find_gaps, gaps_among
from geo.coverage.people import SHARE, WHO_COUNTS
from geo.coverage.profile import covered_at, reach_profile
from geo.coverage.settled_cells import settle_cells
from geo.errors import InvalidValueError
from geo.schema import COUNTY_LEVEL

REGIONS = pd.DataFrame(
    {"level": ["province", *[COUNTY_LEVEL] * 3], "parent": [None, "450000", "450000", "450000"]},
    index=pd.Index(["450000", "450101", "450102", "450103"], name="adcode"),
)
COUNTIES = ("450101", "450102", "450103")


def world(seed, *, homes=300, places=40):
    random = np.random.default_rng(seed)
    demand = pd.DataFrame(
        {
            "people": random.uniform(0, 9, homes).round(1),
            "urban_people": random.uniform(0, 4, homes).round(1),
            "workers": random.choice([0.0, 2.0], homes),
            "county": random.choice(COUNTIES[:2], homes),
        }
    )
    demand.loc[0, "people"] = 1.0
    spots = shapely.points(random.uniform(108, 108.4, homes), random.uniform(22, 22.4, homes))
    sites = shapely.points(random.uniform(108, 108.4, places), random.uniform(22, 22.4, places))
    facilities = gpd.GeoDataFrame(
        {
            "place_error_m": random.choice([0.0, 50.0, 3000.0, 20_000.0, np.nan], places),
            "origin": random.choice(["sourced", "simulated"], places),
            "place_precision": random.choice(["point", "county"], places),
            "county": random.choice(COUNTIES, places),
        },
        geometry=sites,
        index=[f"F{number:03d}" for number in range(places)],
        crs="EPSG:4326",
    )
    return gpd.GeoDataFrame(demand, geometry=spots, crs="EPSG:4326"), facilities


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 5.0, 10.0, 10.5, np.inf]), min_size=1, max_size=12),
    st.lists(st.sampled_from([0.5, 5.0, 10.0, 11.0, 1e6]), min_size=1, max_size=4, unique=True),
    st.integers(0, 99),
)
def test_what_is_looked_up_is_what_is_counted(distances, thresholds, seed):
    demand, _ = world(seed, homes=len(distances), places=1)
    distance_m = pd.Series(distances, index=demand.index)
    counted = shares.covered_people(distance_m, demand, regions=REGIONS, thresholds_m=thresholds)
    profile = reach_profile(distance_m, demand, regions=REGIONS)
    looked_up = covered_at(profile, regions=REGIONS, thresholds_m=thresholds)
    assert set(looked_up.columns) == set(counted.columns)
    pd.testing.assert_frame_equal(
        looked_up, counted[looked_up.columns], check_exact=False, rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("exact", [True, False])
def test_sums_from_marks_are_those_of_one_long_sum_to_the_last_bit(exact):
    demand, _ = world(2, homes=501)
    if exact:
        demand["people"] = demand["people"].astype("float32")
        demand["urban_people"] = demand["urban_people"].astype("float32")
    random = np.random.default_rng(3)
    along_m = pd.Series(random.choice([np.inf, *random.uniform(0, 9e5, 99)], len(demand)), demand.index)
    profile = reach_profile(along_m, demand, regions=REGIONS)
    assert profile.weights.dtype == ("float32" if exact else "float64")
    order = np.lexsort([along_m, demand["county"]])
    finite_m = np.where(np.isinf(along_m), 0.0, along_m)[order]
    row = np.arange(len(demand) + 1).reshape(2, -1)
    people, person_m = profile.sums_before(row)
    for number, who in enumerate(WHO_COUNTS):
        weight = demand[who].to_numpy(np.float64)[order]
        for found, values in ((people, weight), (person_m, weight * finite_m)):
            whole = np.concatenate([[0.0], np.cumsum(values)])
            assert (found[number].ravel() == whole).all()


def test_a_profile_of_all_counties_answers_for_some_of_them():
    demand, _ = world(1)
    distance_m = pd.Series(np.linspace(0, 999, len(demand)), index=demand.index)
    some = REGIONS.loc[["450000", "450102"]]
    profile = reach_profile(distance_m, demand, regions=REGIONS)
    found = covered_at(profile, regions=some, thresholds_m=[500])
    mine = demand["county"] == "450102"
    counted = shares.covered_people(distance_m[mine], demand[mine], regions=some, thresholds_m=[500])
    np.testing.assert_allclose(found[SHARE], counted[SHARE])
    with pytest.raises(InvalidValueError, match="450199"):
        covered_at(profile, regions=REGIONS.rename({"450103": "450199"}), thresholds_m=[500])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_bounds_found_once_give_the_range_of_every_threshold(seed):
    demand, facilities = world(seed)
    bounds = outer_distances(demand, facilities)
    for threshold_m in (200.0, 2999.0, 5000.0, 25_000.0):
        expected = uncertainty.share_range(demand, facilities, regions=REGIONS, threshold_m=threshold_m)
        for bound, share in ((LEAST_M, uncertainty.SHARE_BEST), (MOST_M, uncertainty.SHARE_WORST)):
            profile = reach_profile(bounds[bound], demand, regions=REGIONS)
            found = covered_at(profile, regions=REGIONS, thresholds_m=[threshold_m]).droplevel(2)
            np.testing.assert_allclose(found[SHARE], expected[share], rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_compiled_bounds_are_those_of_the_plain_search(seed):
    pytest.importorskip("numba")
    from geo.proximity.grid import load_kernels

    load_kernels()
    demand, facilities = world(seed)
    compiled = outer_distances(demand, facilities)
    plain = outer_distances(demand, facilities, compile_kernels=False)
    np.testing.assert_allclose(compiled, plain, atol=1e-3)


def test_an_error_that_is_negative_is_refused():
    demand, facilities = world(0)
    with pytest.raises(InvalidValueError, match="place_error_m"):
        outer_distances(demand, facilities.assign(place_error_m=-1.0))


def test_evidence_weighed_from_counts_is_the_evidence():
    demand, facilities = world(4)
    expected = evidence.evidence(demand, facilities, regions=REGIONS, threshold_m=2000)
    weak = evidence.is_weak(facilities)
    covered, solid = (
        shares.covered_people(
            shares.nearest(demand, chosen)["distance_m"], demand, regions=REGIONS, thresholds_m=[2000]
        )["covered"]
        .xs("people", level="who")
        .droplevel(1)
        for chosen in (facilities, facilities[~weak])
    )
    counts = evidence.count_evidence(facilities, REGIONS)
    found = evidence.weigh_evidence(counts, covered=covered, solid=solid)
    pd.testing.assert_frame_equal(found, expected, check_exact=False)


def test_gaps_among_settled_cells_are_the_gaps_of_every_threshold():
    demand, facilities = world(5)
    demand = demand.assign(people=demand["people"] * 400)
    distance_m = shares.nearest(demand, facilities)["distance_m"]
    towns = gpd.GeoDataFrame(
        {"name": ["甲镇", "乙镇"]},
        geometry=shapely.points([108.1, 108.3], [22.1, 22.3]),
        index=["T1", "T2"],
        crs="EPSG:4326",
    )
    settled = settle_cells(distance_m, demand)
    for threshold_m in (500.0, 2000.0, 1e6):
        among = gaps_among(settled, threshold_m=threshold_m, townships=towns, who="workers", largest=5)
        alone = find_gaps(
            distance_m, demand, threshold_m=threshold_m, townships=towns, who="workers", largest=5
        )
        assert among.equals(alone)
    assert len(gaps_among(settled, threshold_m=500.0, townships=towns))
