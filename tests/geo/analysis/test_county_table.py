"""The table of counties: one row a county, the same figures wherever they are asked for."""

import datetime as dt

import pytest

from geo.analysis.county_card import find_card
from geo.analysis.county_table import (
    LAND_LEFT_OUT,
    LAND_SHARE,
    SECOND_SHARE,
    asked_in_words,
    county_coverage,
    county_rows,
    coverage_provenance,
)
from geo.errors import InvalidValueError
from geo.schema import LAT, LON, URBAN_PEOPLE

STATIONS = {"types": ["worker_station"], "statuses": ["operating"]}


def test_every_county_has_a_row_and_keeps_its_rank_where_it_stands_alone(tiny_network):
    stations = tiny_network.select(**STATIONS)
    every = county_coverage(tiny_network, stations, threshold_m=1000)
    assert list(every.index) == sorted(tiny_network.counties.index)
    assert list(every["share"]) == [1.0, 1.0, 0.0, 0.0]
    assert list(every["rank"]) == [4, 3, 2, 1]
    alone = county_coverage(tiny_network, stations, threshold_m=1000, counties=("450101",))
    assert list(alone.index) == ["450101"]
    assert alone.iloc[0].to_dict() == pytest.approx(every.loc["450101"].to_dict())


def test_a_second_facility_and_the_land_are_shares_too(tiny_network):
    figures = county_coverage(tiny_network, tiny_network.select(**STATIONS), threshold_m=1000)
    assert (figures[SECOND_SHARE] <= figures["share"]).all()
    assert figures[LAND_SHARE].between(0, 1).all()
    assert (figures[LAND_LEFT_OUT] >= 0).all()


def test_the_rows_of_a_file_are_named_rounded_and_lie_in_their_outlines(tiny_network):
    figures = county_coverage(tiny_network, tiny_network.select(**STATIONS), threshold_m=777)
    rows = county_rows(figures, tiny_network, who="people")
    assert list(rows["name"]) == ["甲区", "乙县", "丙区", "丁县"]
    assert (rows[[LON, LAT]] == rows[[LON, LAT]].round(6)).all(axis=None)
    assert (rows["mean_m"] == rows["mean_m"].round(3)).all()
    assert list(figures.columns) == [name for name in rows.columns if name in figures]


def test_what_is_not_asked_is_not_said_and_the_sources_of_the_facilities_are_named(tiny_network):
    stations = tiny_network.select(**STATIONS)
    figures = county_coverage(tiny_network, stations, threshold_m=1000)
    settings = {"threshold": "直线 1,000 米", "hour": ""}
    asked = asked_in_words(tiny_network, stations, conditions={"text": None}, settings=settings, reach_m=1000)
    assert list(asked) == ["阈值", "直线距离（米）", "计入的设施", "设施中模拟的比例", "设施资料截至"]
    rows = county_rows(figures, tiny_network, who="people")
    day = dt.date(2026, 1, 2)
    about = coverage_provenance(rows, tiny_network, facilities=stations, filters=asked, generated_on=day)
    assert "facilities_sourced" in {source.name for source in about.sources}
    assert about.title == "各县服务覆盖"


@pytest.mark.parametrize("threshold_m", [0, -5, float("nan"), 1e9, "far"])
def test_a_distance_that_makes_no_sense_is_refused(tiny_network, threshold_m):
    with pytest.raises(InvalidValueError):
        county_coverage(tiny_network, tiny_network.select(**STATIONS), threshold_m=threshold_m)


@pytest.mark.slow
@pytest.mark.parametrize("county", ["450103", "451031"])
def test_the_card_of_a_county_says_what_its_row_says(network, county):
    official = find_card(county, network).official
    row = county_coverage(
        network,
        network.select(**STATIONS),
        threshold_m=official.straight_m,
        who=URBAN_PEOPLE,
        counties=(county,),
    ).iloc[0]
    said = [official.share_straight, official.worst[0], official.best[0]]
    assert said == pytest.approx([row["share"], row["share_worst"], row["share_best"]])
    assert official.simulated_share == pytest.approx(row["simulated_share"])
    assert official.weak_share == pytest.approx(row["weak_share"])
