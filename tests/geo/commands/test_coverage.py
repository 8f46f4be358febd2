"""`python -m geo coverage` gives the library's shares county by county, in every format."""

import csv
import json

import openpyxl
import pandas as pd
import pytest

from geo import cli
from geo.analysis.county_table import county_coverage
from geo.coverage.shares import covered_people, nearest
from geo.errors import InvalidValueError

STATIONS = ["coverage", "--type", "worker_station", "--within", "1000"]


@pytest.fixture
def tiny(monkeypatch, tiny_network):
    """Let the command line read the hand-made world."""
    monkeypatch.setattr("geo.network.network.load_network", lambda _folder: tiny_network)
    return tiny_network


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def refused(capsys):
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("Error: ")
    return said.err


def test_each_county_has_its_share_its_range_and_its_rank_among_all(tiny, tmp_path, capsys):
    path = tmp_path / "shares.csv"
    assert cli.main([*STATIONS, "--weights", "urban", "-o", str(path)]) == 0
    rows = rows_of(path)
    assert [row["name"] for row in rows] == ["甲区", "乙县", "丙区", "丁县"]
    assert [float(row["total"]) for row in rows] == [500, 1000, 1500, 2000]
    assert [row["share"] for row in rows] == ["1.0", "1.0", "0.0", "0.0"]
    assert [row["rank"] for row in rows] == ["4", "3", "2", "1"]
    assert (rows[0]["share_worst"], rows[0]["share_best"]) == ("1.0", "1.0")
    assert [row["hatched"] for row in rows] == ["True", "True", "False", "True"]
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        "4 counties: 30.0% of 城镇居民 within 1000 m of 15 facilities, of which 13.3% simulated" in said.err
    )


def test_the_file_says_what_was_asked_how_much_is_simulated_and_whence(tiny, tmp_path):
    path = tmp_path / "shares.geojson"
    assert cli.main([*STATIONS, "--county", "甲区", "-o", str(path)]) == 0
    collection = json.loads(path.read_bytes())
    told = collection["provenance"]
    assert told["filters"] == {
        "类型": "工会驿站",
        "县区": "甲区",
        "阈值": "直线 1,000 米",
        "直线距离（米）": "1,000.0",
        "计入人群": "常住人口",
        "人口来自": "人口格网（30″）",
        "计入的设施": "15",
        "设施中模拟的比例": "13.3%",
        "设施资料截至": "2025-06-30",
    }
    assert {source["name"] for source in told["sources"]} == {
        "regions",
        "census",
        "demand",
        "facilities_sourced",
    }
    (county,) = collection["features"]
    assert county["id"] == "450101"
    assert county["geometry"]["type"] == "Polygon"
    # It is ranked among all four counties though it stands here alone.
    assert county["properties"]["rank"] == 4


def test_a_workbook_has_the_counties_on_a_sheet_of_their_own(tiny, tmp_path):
    path = tmp_path / "shares.xlsx"
    assert cli.main([*STATIONS, "-o", str(path)]) == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["各县服务覆盖", "来源", "字段"]
    assert [row[1].value for row in book["各县服务覆盖"].iter_rows(min_row=2)] == [
        "甲区",
        "乙县",
        "丙区",
        "丁县",
    ]
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


def test_what_is_being_built_reaches_nobody_unless_it_is_asked_for(tiny, tmp_path, capsys):
    path = tmp_path / "shares.csv"
    asked = ["coverage", "--type", "drivers_home", "--within", "1000", "-o", str(path)]
    assert cli.main(asked) == 2
    assert "No facility is selected" in refused(capsys)
    assert not path.exists()
    assert cli.main([*asked, "--status", "under_construction"]) == 0
    assert [row["share"] for row in rows_of(path)] == ["0.0", "0.0", "1.0", "0.0"]


def test_without_a_distance_the_official_one_counts(tiny, tmp_path, capsys):
    path = tmp_path / "shares.csv"
    assert cli.main(["coverage", "--type", "worker_station", "--prefecture", "东江", "-o", str(path)]) == 0
    assert "阈值：直线 1,000 米 · 官方" in rows_of(path)[0]["exported_as"]
    assert [row["name"] for row in rows_of(path)] == ["甲区", "乙县"]
    capsys.readouterr()
    assert cli.main(["coverage", "--type", "drivers_home"]) == 2
    assert "give metres" in refused(capsys)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["coverage"], "--type"),
        (["coverage", "--type", "worker_statoin", "--within", "1000"], "worker_station"),
        ([*STATIONS, "--within", "0"], "make no sense"),
        ([*STATIONS, "--within", "-5"], "make no sense"),
        ([*STATIONS, "--within", "nan"], "make no sense"),
        ([*STATIONS, "--within", "1e9"], "make no sense"),
        ([*STATIONS, "--within", "far"], "--within"),
        ([*STATIONS, "--weights", "cars"], "urban"),
        ([*STATIONS, "--county", "甲县"], "甲区"),
        ([*STATIONS, "--county", "甲区", "--prefecture", "西江"], "name others"),
        (["coverage", "--type", "worker_station", "--origin", "imported", "--within", "9"], "No facility"),
        ([*STATIONS, "--format", "xlsx"], "name a file"),
    ],
)
def test_a_wrong_question_is_one_line_and_exit_code_two(tiny, capsys, arguments, named):
    assert cli.main(arguments) == 2
    assert named in refused(capsys)


def test_facilities_of_which_none_has_a_place_are_refused(tiny, capsys, monkeypatch):
    placeless = tiny.facilities.assign(geometry=None).set_crs("EPSG:4326", allow_override=True)
    monkeypatch.setattr(type(tiny), "select", lambda _self, **_asked: placeless)
    assert cli.main(STATIONS) == 2
    assert "known place" in refused(capsys)


def test_who_counts_must_be_somebody(tiny):
    with pytest.raises(InvalidValueError, match="does not count people"):
        county_coverage(tiny, tiny.facilities, threshold_m=9, who="county")


@pytest.mark.slow
def test_in_guangxi_every_county_has_the_share_that_the_library_counts(network):
    stations = network.select(types=["worker_station"])
    rows = county_coverage(network, stations, threshold_m=1000, who="urban_people")
    distance_m = nearest(network.demand, stations)["distance_m"]
    counted = covered_people(distance_m, network.demand, regions=network.regions, thresholds_m=[1000])
    expected = counted.droplevel(2).xs("urban_people", level="who")["share"].reindex(rows.index)
    pd.testing.assert_series_equal(rows["share"], expected)
    assert sorted(rows["rank"]) == list(range(1, 112))
    assert ((rows["share_worst"] <= rows["share"]) & (rows["share"] <= rows["share_best"])).all()
