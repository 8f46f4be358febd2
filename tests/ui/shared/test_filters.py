"""The link: what it says is what is shown, and what does not exist is reported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import schema
from ui.shared.filters import LINK, SHADES, TEXT_LIMIT, Filters


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_link_opens_the_choice_it_was_made_from(network, data):
    some = lambda codes: tuple(data.draw(st.lists(st.sampled_from(list(codes)), unique=True, max_size=4)))  # noqa: E731
    filters = Filters(
        types=some(network.facility_types.index),
        prefectures=some(network.prefectures.index),
        counties=some(network.counties.index),
        statuses=some(schema.STATUSES),
        origins=some(schema.ORIGINS),
        services=some(schema.SERVICE_CODES),
        text=data.draw(st.text(max_size=TEXT_LIMIT)),
        sourced_only=data.draw(st.booleans()),
        shade=data.draw(st.sampled_from(SHADES)),
    )
    assert LINK.read(LINK.write(filters), network) == (filters, ())


def test_the_first_view_has_an_empty_link():
    assert LINK.write(Filters()) == {}


def test_a_link_may_name_a_county_as_people_do(network):
    filters, faults = LINK.read({"county": "青秀区,横县", "prefecture": "南宁"}, network)
    assert filters.counties == ("450103", "450181")
    assert filters.prefectures == ("450100",)
    assert not faults


@pytest.mark.parametrize(
    ("parameter", "value", "near"),
    [
        ("type", "worker_statoin", "worker_station"),
        ("county", "青秀县", "青秀区"),
        ("prefecture", "南宁省", "南宁市"),
        ("status", "open", ""),
        ("origin", "simulatd", "simulated"),
        ("service", "watr", "water"),
        ("shade", "per_10k", "per_10k_residents"),
    ],
)
def test_a_value_that_does_not_exist_is_left_out_and_reported_with_what_is_near(
    network, parameter, value, near
):
    filters, faults = LINK.read({parameter: value}, network)
    assert filters == Filters()
    assert [(fault.parameter, fault.value) for fault in faults] == [(parameter, value)]
    assert near in faults[0].near


def test_the_good_values_of_a_link_stay_beside_a_bad_one(network):
    filters, faults = LINK.read({"type": "drivers_home,{{7*191}}", "utm_source": "x"}, network)
    assert filters.types == ("drivers_home",)
    assert [fault.value for fault in faults] == ["{{7*191}}"]


def test_text_longer_than_the_box_is_cut(network):
    filters, _ = LINK.read({"q": "驿" * 1000}, network)
    assert filters.text == "驿" * TEXT_LIMIT


def test_only_with_a_source_shows_nothing_simulated_whatever_origins_are_ticked(network):
    for origins in ((), (schema.SIMULATED,), (schema.SOURCED, schema.SIMULATED)):
        chosen = network.select(**Filters(sourced_only=True, origins=origins).conditions())
        assert (chosen[schema.ORIGIN] != schema.SIMULATED).all()


def test_every_filter_has_a_name_in_the_link():
    assert [parameter.field for parameter in LINK.parameters] == list(Filters.__dataclass_fields__)
