"""The county card: two official numbers, every type, neighbours in kind, gaps and sources of one county."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import schema
from geo.coverage import shares as coverage
from geo.network.similar import similar_counties

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
PAGE = "screens/card/page.py"

pytestmark = pytest.mark.slow


def opened(**link):
    page = AppTest.from_file(HOME, default_timeout=120)
    page.run()
    for name, value in link.items():
        page.query_params[name] = value
    page.switch_page(PAGE).run()
    assert not page.exception
    return page


def text(page):
    kinds = (page.title, page.subheader, page.caption, page.markdown, page.warning, page.metric)
    return "\n".join(f"{getattr(box, 'label', '')} {box.value}" for kind in kinds for box in kind)


@pytest.fixture(scope="module")
def card():
    return opened(county="450103")


def urban_share(network, threshold_m):
    home = network.demand[network.demand[schema.COUNTY] == "450103"]
    stations = network.select(types=["worker_station"], statuses=["operating"])
    near = coverage.nearest(home, stations)[coverage.DISTANCE_M] <= threshold_m
    return f"{home.urban_people[near].sum() / home.urban_people.sum():.1%}"


def test_the_two_official_numbers_are_those_of_the_double_test(card, network):
    walked_m = 15 / 60 * 4500 / 1.3
    expected = [urban_share(network, 1000), urban_share(network, walked_m)]
    assert [box.value for box in card.metric] == expected
    assert "不是真实情况" in card.warning[0].value
    assert "4.5 公里" in text(card)
    assert "1.3 倍" in text(card)


def test_every_type_is_counted_as_published_located_and_simulated(card, network):
    here = network.select(counties=["450103"])
    types = card.table[0].value
    stations = types[types.iloc[:, 0] == "工会驿站"].iloc[0]
    assert int(stations.iloc[-1]) == (here.facility_type == "worker_station").sum()
    assert len(types) == here.facility_type.nunique()


def test_it_stands_among_the_five_counties_most_like_it_and_says_how(card, network):
    like = similar_counties(network.counties, county="450103")
    named = set(network.counties.loc[["450103", *like.index], "name"])
    peers = card.table[2].value
    assert {name.strip("*") for name in peers.iloc[:, 1]} == named
    assert list(peers.iloc[:, 0].astype(int)) == sorted(peers.iloc[:, 0].astype(int))
    shares = [float(text.rstrip("%")) for text in peers.iloc[:, 5]]
    assert shares == sorted(shares, reverse=True), "rank 1 has the largest share"
    assert f"排第 {[name.startswith('**') for name in peers.iloc[:, 1]].index(True) + 1}" in text(card)
    assert "常住人口（取对数）" in text(card)


def test_the_three_largest_gaps_and_the_sources_are_named(card):
    assert len(card.table[3].value) == 3
    html = "\n".join(box.proto.body for box in card.get("html"))
    assert "OpenStreetMap" in html
    assert "桂工图 模拟数据" in html


def test_a_link_to_a_county_that_does_not_exist_says_so_and_shows_one_that_does():
    page = opened(county="{{7*191}}<img src=x>")
    assert "7\\*191" in page.warning[0].value
    assert page.metric


def test_choosing_another_county_changes_card_and_link():
    page = opened(county="450103")
    page.selectbox(key="card_county").set_value("450321").run()
    assert page.title[0].value.startswith("阳朔县")
    assert "450321" in page.query_params["county"]


@pytest.mark.parametrize("county", ["450502", "450305", "451031"])
def test_cards_of_small_and_odd_counties_are_whole(county):
    page = opened(county=county)
    assert len(page.metric) == 2
    assert len(page.table) >= 3
