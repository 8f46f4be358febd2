"""The network: what is asked of it, and what it refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import UnknownNameError
from geo.network.network import load_network


def test_no_condition_gives_every_facility_in_its_order(tiny_network):
    assert tiny_network.select().index.equals(tiny_network.facilities.index)


def test_each_condition_narrows_to_the_facilities_that_meet_it(tiny_network):
    ids = lambda **conditions: [i for i in tiny_network.select(**conditions).index if i[0] == "T"]  # noqa: E731
    assert ids(types=["worker_station"]) == ["T1", "T2", "T3", "T5"]
    assert ids(types=["worker_station", "drivers_home"]) == ["T1", "T2", "T3", "T4", "T5"]
    assert ids(prefectures=["西江"]) == ["T4", "T5", "T6"]
    assert ids(statuses=["institution_only"]) == ["T6"]
    assert ids(origins=["simulated"]) == ["T2", "T3"]
    assert ids(services=["water"]) == ["T2", "T3"]
    assert ids(services=["water", "wifi"]) == ["T3"]
    assert ids(types=["worker_station"], counties=["乙县"]) == ["T3"]
    assert ids(types=[]) == []


@pytest.mark.parametrize("county", ["450101", "甲区"])
def test_a_county_may_be_asked_by_adcode_or_name(tiny_network, county):
    assert "T1" in tiny_network.select(counties=[county]).index


def test_an_old_or_short_name_finds_the_real_county(network):
    for name in ("青秀", "青秀区", "450103"):
        assert network.county_codes([name]) == ["450103"]
    assert network.county_codes(["横县"]) == ["450181"]


def test_text_finds_words_whatever_their_case_or_width_and_reads_no_pattern(tiny_network):
    assert list(tiny_network.select(text="江边").index) == ["T1"]
    assert list(tiny_network.select(text="｛｛7*191｝｝").index) == ["H0"]
    assert "H3" in tiny_network.select(text="ONERROR").index
    assert list(tiny_network.select(text="江边 驿站").index) == ["T1"]
    assert tiny_network.select(text=".*").empty
    assert len(tiny_network.select(text="  ")) == len(tiny_network.facilities)


@pytest.mark.parametrize(
    ("condition", "near"),
    [
        ({"types": ["worker_statoin"]}, "worker_station"),
        ({"statuses": ["operatng"]}, "operating"),
        ({"origins": ["simulatd"]}, "simulated"),
        ({"services": ["watre"]}, "water"),
        ({"counties": ["甲乡"]}, "甲区"),
        ({"prefectures": ["东江省"]}, "东江市"),
    ],
)
def test_what_does_not_exist_is_an_error_that_names_what_is_near(tiny_network, condition, near):
    with pytest.raises(UnknownNameError, match=near):
        tiny_network.select(**condition)


def test_every_unknown_county_is_named_at_once(tiny_network):
    with pytest.raises(UnknownNameError) as caught:
        tiny_network.select(counties=["子县", "甲区", "丑县"])
    assert "子县" in str(caught.value)
    assert "丑县" in str(caught.value)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_more_conditions_never_find_more_and_the_parts_make_the_whole(network, data):
    types = data.draw(st.lists(st.sampled_from(list(network.facility_types.index)), unique=True))
    county = data.draw(st.sampled_from(list(network.counties.index)))
    wide = network.matches(types=types)
    narrow = network.matches(types=types, counties=[county])
    assert not (narrow & ~wide).any()
    assert sum(network.matches(types=[one]).sum() for one in types) == wide.sum()


@pytest.mark.slow
def test_the_real_network_loads_whole_and_twice_the_same():
    first, second = load_network(), load_network()
    assert first.facilities.equals(second.facilities)
    assert len(first.counties) == 111
    assert len(first.prefectures) == 14
