"""What is roughly known gives a range; what is made up is marked; the same seed gives the same draws."""

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

from geo.coverage.evidence import evidence
from geo.coverage.uncertainty import draw_shares, share_range
from geo.errors import InvalidValueError, MissingColumnError
from geo.schema import WGS84
from tests.geo.coverage.test_shares import REGIONS, demand_of

# 0.01 degree of longitude at 23 degrees north.
STEP_M = 1025.0


def homes(count, *, county="450101"):
    """Give homes of ten people a step apart from west to east."""
    lon = 108.0 + 0.01 * np.arange(count)
    return gpd.GeoDataFrame(demand_of([(10, county)] * count), geometry=shapely.points(lon, 23.0), crs=WGS84)


def sites(*rows):
    """Give facilities as (home's number or None, error in metres, origin, precision, county)."""
    columns = ["home", "place_error_m", "origin", "place_precision", "county"]
    frame = pd.DataFrame(list(rows), columns=columns)
    places = [
        None if pd.isna(home) else shapely.Point(108.0 + 0.01 * home, 23.0) for home in frame.pop("home")
    ]
    frame.index = [f"F{number}" for number in range(len(frame))]
    return gpd.GeoDataFrame(frame, geometry=places, crs=WGS84)


def site(home=0.0, error_m=0.0, origin="sourced", precision="point", county="450101"):
    return (home, error_m, origin, precision, county)


def ranged(demand, facilities, threshold_m=1100):
    found = share_range(demand, facilities, regions=REGIONS, threshold_m=threshold_m)
    return found.loc[("450101", "people"), ["share_worst", "share", "share_best"]].tolist()


def test_an_exact_place_has_no_range():
    assert ranged(homes(4), sites(site(0))) == [0.5, 0.5, 0.5]


def test_a_step_of_error_widens_the_range_by_a_step_each_way():
    assert ranged(homes(4), sites(site(0, STEP_M))) == [0.25, 0.5, 0.75]


def test_an_error_beyond_the_threshold_may_leave_everybody_out():
    assert ranged(homes(4), sites(site(0, 1200.0)))[0] == 0


def test_a_missing_error_is_none():
    assert ranged(homes(4), sites(site(0, None))) == [0.5, 0.5, 0.5]


@settings(deadline=None, max_examples=20)
@given(errors_m=st.lists(st.floats(0, 5000), min_size=1, max_size=5), threshold_m=st.floats(1, 5000))
def test_the_share_as_placed_lies_between_the_worst_and_the_best(errors_m, threshold_m):
    facilities = sites(*[site(2.0 * number, error_m) for number, error_m in enumerate(errors_m)])
    worst, share, best = ranged(homes(8), facilities, threshold_m)
    assert worst <= share <= best


def drawn(facilities, **options):
    given = {"draws": 40, "threshold_m": 1100, **options}
    return draw_shares(homes(8), facilities, regions=REGIONS, **given)


def test_the_same_seed_gives_the_same_draws_whatever_the_order_of_the_facilities():
    facilities = sites(site(1, 3000.0), site(5, 2000.0))
    pd.testing.assert_frame_equal(drawn(facilities), drawn(facilities.iloc[::-1]))
    assert not drawn(facilities).equals(drawn(facilities, seed=1))


def test_exact_places_draw_the_same_share_every_time():
    share = drawn(sites(site(1), site(5))).loc[("450101", "people")]
    assert share[["share_low", "share_high", "share_mean"]].tolist() == [share["share"]] * 3
    assert share["draws"] == 40


def test_every_draw_lies_within_the_outer_bounds():
    facilities = sites(site(1, 900.0), site(5, 1500.0))
    bounds = share_range(homes(8), facilities, regions=REGIONS, threshold_m=1100)
    share = drawn(facilities)
    assert (share["share_low"].fillna(0) >= bounds["share_worst"].fillna(0)).all()
    assert (share["share_high"].fillna(0) <= bounds["share_best"].fillna(0)).all()


@pytest.mark.slow
def test_draws_are_spread_evenly_over_the_disc():
    # Half of a disc's area lies beyond 0.7071 of its radius: so far away the site no longer covers its home.
    far_m = 20_000.0
    share = draw_shares(
        homes(1), sites(site(0, far_m)), regions=REGIONS, threshold_m=far_m / np.sqrt(2), draws=600
    )
    # Were the distances spread evenly, and not the area, the share would be 0.71.
    assert share.loc[("450101", "people"), "share_mean"] == pytest.approx(0.5, abs=0.05)


def test_progress_rises_to_one_and_can_end_the_draws():
    seen = []
    drawn(sites(site(1)), on_progress=seen.append)
    assert seen == [(number + 1) / 40 for number in range(40)]

    def stop(_share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drawn(sites(site(1)), on_progress=stop)


@pytest.mark.parametrize("draws", [0, 1, -5, 2.5, True, None])
def test_a_number_of_draws_that_shows_no_spread_is_refused(draws):
    with pytest.raises(InvalidValueError, match="at least 2"):
        drawn(sites(site(1)), draws=draws)


@pytest.mark.parametrize("error_m", [-1.0, np.inf, "wide"])
def test_an_error_that_is_none_is_refused_with_its_facility(error_m):
    with pytest.raises(InvalidValueError, match="first 'F1'"):
        ranged(homes(4), sites(site(0), site(1, error_m)))


def test_facilities_must_say_how_sure_their_place_is():
    with pytest.raises(MissingColumnError, match="place_error_m"):
        ranged(homes(4), sites(site(0)).drop(columns="place_error_m"))


@pytest.mark.parametrize("rows", [[], [site(None)]])
def test_nothing_with_a_place_has_no_range(rows):
    with pytest.raises(InvalidValueError, match=r"No facility|known place"):
        ranged(homes(4), sites(*rows))


def told(*rows):
    return evidence(homes(4), sites(*rows), regions=REGIONS, threshold_m=500)


def test_a_county_covered_by_made_up_sites_is_hatched_and_one_by_known_sites_is_not():
    made_up = site(0, origin="simulated", precision="county")
    table = told(made_up, site(1), site(2))
    assert table.loc["450101", "simulated_share"] == pytest.approx(1 / 3)
    assert table.loc["450101", "weak_share"] == pytest.approx(1 / 3)
    assert not table.loc["450101", "hatched"]
    assert told(made_up, site(1), site(2, precision="county"), site(3, precision="county")).loc[
        "450101", "hatched"
    ]


def test_a_made_up_site_is_weak_however_exact_its_place_and_a_real_one_is_not():
    made_up = [site(home, origin="simulated") for home in (0, 1, 2)]
    table = told(*made_up, site(3))
    assert table.loc["450101", ["simulated_share", "weak_share"]].tolist() == [0.75, 0.75]
    assert table.loc["450101", "rough_share"] == 0
    assert table.loc["450101", "hatched"]
    assert not told(site(0), site(1), site(2), site(3)).loc["450101", "hatched"]


def test_hatching_follows_the_people_who_are_counted():
    """Home 0 has all the urban people and a known site; homes 1 and 2 have none and made-up sites."""
    living = homes(3).assign(urban_people=[10.0, 0.0, 0.0], workers=[0.0, 5.0, 5.0])
    places = sites(site(0), site(1, origin="simulated"), site(2, origin="simulated"))
    weak = {
        who: evidence(living, places, regions=REGIONS, threshold_m=500, who=who).loc["450101"]
        for who in ("people", "urban_people", "workers")
    }
    assert [row["weak_share"] for row in weak.values()] == [pytest.approx(2 / 3), 0.0, 1.0]
    assert [bool(row["hatched"]) for row in weak.values()] == [True, False, True]
    with pytest.raises(InvalidValueError, match="does not count people"):
        evidence(living, places, regions=REGIONS, threshold_m=500, who="geese")


def test_a_home_that_a_known_site_covers_as_well_is_not_weak():
    assert told(site(0, origin="simulated"), site(0)).loc["450101", "weak_share"] == 0


def test_a_county_whose_sites_have_no_place_is_hatched_though_nobody_is_covered():
    table = told(site(50), site(None, county="450102", precision="unknown"))
    assert table.loc["450102", ["facilities", "located"]].tolist() == [1, 0]
    assert table.loc["450102", "hatched"]
    assert np.isnan(table.loc["450102", "weak_share"])


def test_a_county_without_any_site_is_plainly_uncovered():
    assert not told(site(0)).loc["450103", "hatched"]
    assert np.isnan(told(site(0)).loc["450103", "simulated_share"])


def test_regions_above_count_the_sites_of_their_counties():
    table = told(site(0), site(1, county="450102"), site(2, county=None))
    assert table["facilities"].tolist() == [2, 2, 1, 1, 0]


@pytest.mark.slow
def test_two_hundred_draws_of_the_real_network_leave_the_outer_bounds_nowhere(network):
    stations = network.select(types=["worker_station"])
    options = {"regions": network.regions, "threshold_m": 1000}
    bounds = share_range(network.demand, stations, **options)
    share = draw_shares(network.demand, stations, draws=200, **options)
    assert (share["share_low"] >= bounds["share_worst"]).all()
    assert (share["share_high"] <= bounds["share_best"]).all()
    table = evidence(network.demand, stations, **options)
    assert table.loc["450000", "simulated_share"] > 0.9
    assert table.loc["450000", "hatched"]
