"""Covered is at most the threshold; nobody unreachable is covered; covered and left out are all."""

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

from geo.coverage.shares import covered_people, distance_summary, kth_nearest, nearest
from geo.errors import InvalidValueError, MissingColumnError
from geo.schema import COUNTY_LEVEL, PREFECTURE_LEVEL, PROVINCE_LEVEL, WGS84

REGIONS = pd.DataFrame(
    {
        "level": [PROVINCE_LEVEL, PREFECTURE_LEVEL, COUNTY_LEVEL, COUNTY_LEVEL, COUNTY_LEVEL],
        "parent": [None, "450000", "450100", "450100", "450100"],
    },
    index=pd.Index(["450000", "450100", "450101", "450102", "450103"], name="adcode"),
)


def demand_of(rows):
    """Make demand of (people, county) pairs; half of the people are urban, a quarter workers."""
    people = [float(number) for number, _ in rows]
    return pd.DataFrame(
        {
            "people": people,
            "urban_people": [number / 2 for number in people],
            "workers": [number / 4 for number in people],
            "county": [county for _, county in rows],
        },
        index=pd.RangeIndex(1, len(rows) + 1, name="demand_id"),
    )


def metres(demand, values):
    return pd.Series(values, index=demand.index, dtype="float64", name="distance_m")


FOUR_HOMES = demand_of([(10, "450101"), (20, "450101"), (30, "450102"), (40, "450102")])
FAR = metres(FOUR_HOMES, [0, 1000, 2000, np.inf])


def street():
    """Give four homes a kilometre apart along the equator, and a station at the first."""
    lon = np.arange(4) * 1000 / (6_378_137 * np.pi / 180)
    homes = gpd.GeoDataFrame(demand_of([(1, "450101")] * 4), geometry=shapely.points(lon, 0), crs=WGS84)
    return homes, gpd.GeoDataFrame(geometry=shapely.points(lon[:1], [0]), index=["S"], crs=WGS84)


def test_along_a_street_of_four_homes_the_second_is_within_a_thousand_metres():
    homes, station = street()
    distance_m = nearest(homes, station)["distance_m"].round(6)
    share = covered_people(distance_m, homes, regions=REGIONS, thresholds_m=[999, 1000])["share"]
    assert share.loc[("450101", "people")].tolist() == [0.25, 0.5]


def test_every_region_above_is_the_sum_of_its_counties():
    covered = covered_people(FAR, FOUR_HOMES, regions=REGIONS, thresholds_m=[1000])
    covered = covered.xs("people", level="who").droplevel(1)
    assert covered["covered"].to_dict() == {
        "450000": 30, "450100": 30, "450101": 30, "450102": 0, "450103": 0,
    }  # fmt: skip
    assert covered["left_out"].tolist() == [70, 70, 0, 70, 0]
    assert covered["share"].tolist()[:4] == [0.3, 0.3, 1.0, 0.0]


def test_a_county_where_nobody_lives_has_no_share():
    covered = covered_people(FAR, FOUR_HOMES, regions=REGIONS, thresholds_m=[1000])
    assert covered.loc["450103", "share"].isna().all()
    assert (covered.loc["450103", "total"] == 0).all()


def test_urban_people_and_workers_are_counted_beside_everybody():
    covered = covered_people(FAR, FOUR_HOMES, regions=REGIONS, thresholds_m=[1000])["covered"]
    assert covered.loc["450000"].droplevel(1).to_dict() == {"people": 30, "urban_people": 15, "workers": 7.5}


def test_the_shortfall_counts_the_kilometres_beyond_the_threshold():
    reachable = metres(FOUR_HOMES, [0, 1000, 2000, 5000])
    covered = covered_people(reachable, FOUR_HOMES, regions=REGIONS, thresholds_m=[1000, 500])
    assert covered.loc[("450000", "people"), "shortfall_person_km"].tolist() == [
        20 * 0.5 + 30 * 1.5 + 40 * 4.5,
        30 * 1 + 40 * 4,
    ]


def test_who_reaches_nothing_falls_short_without_end_and_is_never_covered():
    covered = covered_people(FAR, FOUR_HOMES, regions=REGIONS, thresholds_m=[1_000_000]).loc["450102"]
    assert np.isposinf(covered["shortfall_person_km"]).all()
    assert covered["left_out"].tolist() == [40, 20, 10]


def test_the_share_with_a_second_facility_is_that_of_the_second_nearest():
    homes, _ = street()
    pair = gpd.GeoDataFrame(geometry=homes.geometry.iloc[[0, 1]].to_numpy(), index=["A", "B"], crs=WGS84)
    second_m = kth_nearest(homes, pair, k=2)["distance_m"].round(6)
    share = covered_people(second_m, homes, regions=REGIONS, thresholds_m=[1000, 2000])["share"]
    assert share.loc[("450101", "people")].tolist() == [0.5, 0.75]


def test_half_of_the_people_live_within_the_median():
    summary = distance_summary(FAR, FOUR_HOMES, regions=REGIONS)
    assert summary.loc[("450101", "people")].tolist() == [30, 20_000 / 30, 1000, 1000, 1000]
    assert summary.loc[("450102", "people")].tolist() == [70, np.inf, np.inf, np.inf, np.inf]
    assert summary.loc[("450000", "people"), "median_m"] == 2000
    assert summary.loc[("450103", "people")].isna().tolist() == [False, True, True, True, True]


def test_nine_in_ten_live_within_the_ninetieth_percentile_of_ten_homes():
    homes = demand_of([(1, "450101")] * 10)
    summary = distance_summary(metres(homes, np.arange(10.0)), homes, regions=REGIONS)
    assert summary.loc[("450101", "people"), ["median_m", "p90_m", "max_m"]].tolist() == [4, 8, 9]


def test_a_home_without_people_moves_no_quantile_and_no_maximum():
    homes = demand_of([(1, "450101"), (0, "450101")])
    summary = distance_summary(metres(homes, [5, np.inf]), homes, regions=REGIONS)
    assert summary.loc[("450101", "people"), ["mean_m", "max_m"]].tolist() == [5, 5]


WORLDS = st.lists(
    st.tuples(st.integers(0, 100), st.sampled_from(["450101", "450102"]), st.floats(0, 5000)),
    min_size=1,
    max_size=25,
).filter(lambda rows: any(people for people, _, _ in rows))


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(rows=WORLDS, threshold_m=st.floats(1, 4000), more_m=st.floats(1, 1000), seed=st.integers(0, 99))
def test_a_wider_threshold_never_covers_fewer_and_the_order_of_rows_changes_nothing(
    rows, threshold_m, more_m, seed
):
    homes = demand_of([(people, county) for people, county, _ in rows])
    distance_m = metres(homes, [far for _, _, far in rows])
    limits_m = [threshold_m, threshold_m + more_m]
    covered = covered_people(distance_m, homes, regions=REGIONS, thresholds_m=limits_m)
    steps = covered["covered"].to_numpy().reshape(-1, 2)
    assert (steps[:, 1] >= steps[:, 0]).all()
    np.testing.assert_allclose(covered["covered"] + covered["left_out"], covered["total"], atol=1e-9)
    order = np.random.default_rng(seed).permutation(len(rows))
    mixed = covered_people(
        distance_m.iloc[order], homes.iloc[order], regions=REGIONS, thresholds_m=limits_m[::-1]
    )
    pd.testing.assert_frame_equal(covered, mixed)


PLACES = st.lists(st.tuples(st.floats(107.9, 108.1), st.floats(21.9, 22.1)), min_size=1, max_size=8)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(homes=PLACES, sites=PLACES)
def test_one_more_facility_never_covers_fewer_and_one_out_of_reach_changes_nothing(homes, sites):
    demand = gpd.GeoDataFrame(
        demand_of([(1, "450101")] * len(homes)), geometry=shapely.points(homes), crs=WGS84
    )

    def covered(places):
        facilities = gpd.GeoDataFrame(geometry=shapely.points(places), crs=WGS84)
        distance_m = nearest(demand, facilities)["distance_m"]
        return covered_people(distance_m, demand, regions=REGIONS, thresholds_m=[5000])["covered"]

    assert (covered(sites) >= covered(sites[:1])).all()
    assert covered([*sites, (111.0, 25.0)]).equals(covered(sites))


@pytest.mark.parametrize("threshold", [0, -1, np.nan, np.inf, 1_000_001])
def test_a_threshold_that_makes_no_sense_is_refused(threshold):
    with pytest.raises(InvalidValueError, match="make no sense"):
        covered_people(FAR, FOUR_HOMES, regions=REGIONS, thresholds_m=[1000, threshold])


@pytest.mark.parametrize("thresholds", [[], [1000, 1000], ["far"], [None], [True], [[500]]])
def test_thresholds_must_be_numbers_and_each_once(thresholds):
    with pytest.raises(InvalidValueError, match="hreshold"):
        covered_people(FAR, FOUR_HOMES, regions=REGIONS, thresholds_m=thresholds)


@pytest.mark.parametrize("people", [-1.0, np.nan, np.inf, "many"])
def test_people_that_cannot_be_counted_are_refused_with_the_first_row(people):
    homes = FOUR_HOMES.assign(people=[10.0, people, 30.0, people])
    with pytest.raises(InvalidValueError, match="people is missing, negative or infinite in 2 rows, first 2"):
        covered_people(FAR, homes, regions=REGIONS, thresholds_m=[1000])


def test_every_fault_of_the_people_is_named_at_once():
    homes = FOUR_HOMES.assign(people=-1.0, workers=np.nan)
    with pytest.raises(InvalidValueError, match=r"people .* workers is missing"):
        covered_people(FAR, homes, regions=REGIONS, thresholds_m=[1000])


def test_a_land_without_people_is_refused():
    homes = FOUR_HOMES.assign(people=0.0)
    with pytest.raises(InvalidValueError, match="no people"):
        covered_people(FAR, homes, regions=REGIONS, thresholds_m=[1000])


@pytest.mark.parametrize("county", ["459999", None])
def test_people_in_no_known_county_are_never_dropped_in_silence(county):
    homes = FOUR_HOMES.assign(county=["450101", "450101", "450102", county])
    with pytest.raises(InvalidValueError, match="1 demand rows lie in counties"):
        covered_people(FAR, homes, regions=REGIONS, thresholds_m=[1000])


@pytest.mark.parametrize("distances", [[0, 1, 2, np.nan], [0, 1, 2, -1]])
def test_distances_that_are_none_are_refused(distances):
    with pytest.raises(InvalidValueError, match="1 distances are missing or negative, first that of 4"):
        covered_people(metres(FOUR_HOMES, distances), FOUR_HOMES, regions=REGIONS, thresholds_m=[1000])


def test_distances_of_other_homes_are_refused():
    with pytest.raises(InvalidValueError, match="this very demand"):
        covered_people(FAR.iloc[::-1], FOUR_HOMES, regions=REGIONS, thresholds_m=[1000])


@pytest.mark.parametrize("column", ["people", "workers", "county"])
def test_demand_must_say_who_counts_and_where(column):
    with pytest.raises(MissingColumnError, match=column):
        covered_people(FAR, FOUR_HOMES.drop(columns=column), regions=REGIONS, thresholds_m=[1000])


@pytest.mark.slow
def test_the_real_grid_answers_a_slider_and_adds_up_to_the_census(network):
    stations = network.select(types=["worker_station"])
    distance_m = nearest(network.demand, stations)["distance_m"]
    covered = covered_people(distance_m, network.demand, regions=network.regions, thresholds_m=[1000])
    total = covered.xs("people", level="who")["total"].droplevel(1)
    residents = network.regions["residents"].reindex(total.index)
    np.testing.assert_allclose(total, residents, rtol=1e-5)
