"""Counting: published, located, place unknown and simulated."""

import pandas as pd
import pytest

from geo import schema
from geo.network import summary


@pytest.fixture
def named(tiny_network):
    facilities = tiny_network.facilities
    return facilities[facilities.index.str.startswith("T")]


def test_every_type_is_counted_by_how_it_is_known(tiny_network, named):
    counted = summary.summarise_types(named, tiny_network.facility_types)
    assert list(counted.loc["worker_station", list(summary.COUNTED)]) == [4, 1, 1, 2]
    assert list(counted.loc["drivers_home", list(summary.COUNTED)]) == [1, 1, 0, 0]
    assert list(counted.loc["cultural_palace", list(summary.COUNTED)]) == [1, 0, 1, 0]


def test_every_facility_is_counted_once(network):
    counted = summary.summarise_types(network.facilities, network.facility_types)
    parts = counted[[summary.LOCATED, summary.PLACE_UNKNOWN, schema.SIMULATED]].sum(axis=1)
    assert (parts == counted[summary.TOTAL]).all()
    assert counted[summary.TOTAL].sum() == len(network.facilities)


def test_a_county_is_related_to_its_people(tiny_network, named):
    counted = summary.summarise_counties(named, tiny_network.counties)
    assert list(counted[summary.TOTAL]) == [2, 1, 1, 1]
    assert counted.loc["450101", summary.PER_10K_RESIDENTS] == pytest.approx(20)
    assert counted.loc["450202", summary.PER_10K_RESIDENTS] == pytest.approx(2.5)
    assert counted.loc["450101", summary.SIMULATED_SHARE] == 0.5
    assert counted.loc["450202", summary.SIMULATED_SHARE] == 0


def test_a_county_without_people_or_facilities_has_no_rate_rather_than_zero_or_infinity(tiny_network, named):
    counties = tiny_network.counties.copy()
    counties.loc["450101", [schema.RESIDENTS, schema.NONFARM_EMPLOYED]] = 0
    counted = summary.summarise_counties(named[named[schema.COUNTY] != "450102"], counties)
    assert pd.isna(counted.loc["450101", summary.PER_10K_RESIDENTS])
    assert pd.isna(counted.loc["450101", summary.PER_10K_WORKERS])
    assert pd.isna(counted.loc["450102", summary.SIMULATED_SHARE])


def test_an_empty_selection_counts_nothing(tiny_network, named):
    nobody = named.iloc[:0]
    assert summary.summarise_types(nobody, tiny_network.facility_types).to_numpy().sum() == 0
    assert summary.summarise_counties(nobody, tiny_network.counties)[summary.TOTAL].sum() == 0


def test_a_published_total_is_the_latest_of_the_whole_type_and_never_of_a_part(network):
    province = summary.published_totals(network.counts, network.facility_types, region="450000")
    assert province["worker_station"] == 6062
    assert province["drivers_home"] == 254
    assert province["cultural_palace"] == 102
    nanning = summary.published_totals(network.counts, network.facility_types, region="450100")
    assert nanning["worker_station"] == 315
    assert pd.isna(nanning["cultural_palace"])
