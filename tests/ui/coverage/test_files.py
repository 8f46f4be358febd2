"""Figures by county and gaps go home in three formats, with what was asked, sources and simulated share."""

import csv
import datetime as dt
import json
import re
from io import BytesIO, StringIO

import pytest
import shapely
from openpyxl import load_workbook

from geo.coverage import shares
from geo.coverage.land import covered_area
from ui.screens.coverage import own_people, view
from ui.screens.coverage.files import COUNTIES, GAPS, make_file
from ui.screens.coverage.question import Asked, Question
from ui.shared.filters import Filters

pytestmark = pytest.mark.slow
TODAY = dt.date(2026, 1, 2)


def view_of(**question):
    filters = Filters(prefectures=("450500",), types=("worker_station",))
    return view.settle(filters, Asked(Question(**question))).view


def made(what, form, **question):
    return make_file(view_of(**question), what, form, today=TODAY)


def rows_of(data):
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))


def test_the_counties_carry_their_shares_ranges_ranks_and_outlines(network):
    stations = network.select(types=["worker_station"], statuses=["operating"])
    home = network.demand[network.demand.county == "450502"]
    near = shares.nearest(home, stations)[shares.DISTANCE_M] <= 1000
    share = home.urban_people[near].sum() / home.urban_people.sum()
    handed = json.loads(made(COUNTIES, "geojson"))
    here = {feature["id"]: feature for feature in handed["features"]}
    assert set(here) == set(network.counties.index[network.counties.parent == "450500"])
    told = here["450502"]["properties"]
    assert told["share"] == pytest.approx(share, abs=1e-6)
    assert told["share_worst"] <= told["share"] <= told["share_best"]
    assert 1 <= told["rank"] <= 111
    assert told["second_share"] <= told["share"]
    far_km = (shares.nearest(home, stations)[shares.DISTANCE_M] - 1000).clip(lower=0) / 1000
    assert told["shortfall_person_km"] == pytest.approx((far_km * home.urban_people).sum(), rel=1e-6)
    land = covered_area(stations, network.counties.loc[["450502"]], thresholds_m=[1000]).iloc[0]
    assert told["land_share"] == pytest.approx(land["share"], abs=2e-6)
    assert told["land_left_out_km2"] == pytest.approx(land["left_out_km2"], abs=1e-3)
    assert here["450502"]["geometry"]["type"].endswith("Polygon")
    assert any("模拟" in line for line in handed["provenance"]["attribution"])
    assert "99." in json.dumps(handed["provenance"]["filters"])


def test_tables_say_the_same_as_the_map_format_and_what_was_asked():
    handed = json.loads(made(COUNTIES, "geojson", by="metres", metres=750.0, hour=8, day=5))
    rows = rows_of(made(COUNTIES, "csv", by="metres", metres=750.0, hour=8, day=5))
    assert [row["adcode"] for row in rows] == [feature["id"] for feature in handed["features"]]
    for row, feature in zip(rows, handed["features"], strict=True):
        outline = shapely.geometry.shape(feature["geometry"])
        assert outline.contains(shapely.Point(float(row["lon"]), float(row["lat"])))
        assert not [text for text in row.values() if re.fullmatch(r"\d+\.\d{7,}", text)]
        assert float(row["share"]) == pytest.approx(feature["properties"]["share"], abs=1e-6)
        assert "直线 750 米" in row["exported_as"]
        assert "星期六 08:00" in row["exported_as"]


def test_gaps_have_their_outline_and_in_tables_their_heart():
    outlined = json.loads(made(GAPS, "geojson"))["features"]
    rows = rows_of(made(GAPS, "csv"))
    assert len(rows) == len(outlined) > 3
    assert [float(row["people"]) for row in rows] == pytest.approx(
        [gap["properties"]["people"] for gap in outlined], abs=1e-3
    )
    for row, gap in zip(rows, outlined, strict=True):
        assert gap["geometry"]["type"].endswith("Polygon")
        assert 108 < float(row["lon"]) < 110
        assert 20 < float(row["lat"]) < 23


def test_a_workbook_has_its_fields_in_chinese_and_a_file_s_name_is_no_formula(network):
    spot = network.counties.geometry["450521"].representative_point()
    table = f"lon,lat,people\n{spot.x},{spot.y},50000\n".encode()
    name = '=HYPERLINK("http://x")<b>.csv'
    mark = own_people.keep_own(table, network.regions, file_name=name, datum="WGS-84")
    book = load_workbook(BytesIO(made(COUNTIES, "xlsx", source=mark)))
    first = book.worksheets[0]
    header = [cell.value for cell in first[1]]
    assert any(title.startswith("占比") for title in header)
    assert any(title.startswith("服务不到的人数") for title in header)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(name in str(cell.value) for cell in cells)
    sources = "\n".join(str(cell.value) for cell in cells)
    assert "人口与务工人员格网" not in sources, "the grid counted nobody here"
