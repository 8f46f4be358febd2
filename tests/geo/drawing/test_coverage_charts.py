"""Curves of coverage as charts, and charts as pictures with their words in Chinese."""

from io import BytesIO

import altair as alt
import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from geo.drawing import coverage_charts
from geo.drawing.chart_files import chart_file
from geo.errors import InvalidValueError

NOTE = "1,000 米 · 设施中 99.3% 为模拟"
CURVE = pd.DataFrame(
    {
        "who": ["people"] * 2 + ["workers"] * 2,
        "threshold_m": [500.0, 1000.0] * 2,
        "share": [0.2, 0.5, 0.1, 0.3],
    }
)


def threshold():
    return coverage_charts.threshold_chart(
        CURVE,
        threshold_m=1000,
        names={"people": "常住人口", "workers": "职工"},
        words={"threshold_m": "公里", "share": "占比"},
        note=NOTE,
    )


def day():
    hours = pd.DataFrame({"hour": range(24), "share": 0.4, "share_unknown": 0.1})
    words = {"share": "开放", "share_unknown": "未知", "hour": "时刻", "night": "夜间"}
    return coverage_charts.day_chart(hours, words=words, note=NOTE)


def lorenz():
    curve = pd.DataFrame({"people_share": [0.0, 0.5, 1.0], "access_share": [0.0, 0.2, 1.0]})
    return coverage_charts.lorenz_chart(
        curve, words={"people_share": "人口", "access_share": "可达"}, note=NOTE
    )


def test_the_curve_has_a_line_for_each_who_counts_and_marks_the_threshold():
    told = threshold().to_dict()
    tables = list(told["datasets"].values())
    names = {row["who_name"] for rows in tables for row in rows if "who_name" in row}
    assert names == {"常住人口", "职工"}
    assert [{"km": 1.0}] in tables
    assert told["title"]["text"] == [NOTE]


def test_hours_that_are_not_known_stand_apart_from_those_known_to_be_open():
    rows = max(day().to_dict()["datasets"].values(), key=len)
    assert {row["state_name"] for row in rows} == {"开放", "未知"}
    assert len(rows) == 48


def test_the_lorenz_curve_stands_beside_the_line_where_all_have_the_same():
    told = lorenz().to_dict()
    assert sorted(len(rows) for rows in told["datasets"].values()) == [2, 3]


def test_a_thinned_curve_keeps_its_ends():
    curve = pd.DataFrame({"x": range(1000)})
    thin = coverage_charts.thinned(curve, rows=11)["x"].tolist()
    assert (thin[0], thin[-1], len(thin)) == (0, 999, 11)
    assert coverage_charts.thinned(curve, rows=1000) is curve


@pytest.mark.slow
@pytest.mark.parametrize("chart", [threshold, day, lorenz])
def test_a_chart_is_saved_as_svg_and_png_with_its_words(chart):
    written = chart().to_json()
    drawn = fromstring(chart_file(written, "svg"))
    told = "".join(drawn.itertext())
    assert NOTE in told
    picture = Image.open(BytesIO(chart_file(written, "png")))
    assert picture.width > 1500
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 10


def test_a_chart_is_no_spreadsheet():
    with pytest.raises(InvalidValueError, match="xlsx"):
        chart_file("{}", "xlsx")


def test_a_long_note_is_broken_into_lines_and_loses_no_word():
    note = "1.5 km. " + "Facilities: published reports and simulation, up to the last day of the year. " * 2
    note += "人口：2020 年普查。模型格网。"
    lines = coverage_charts.finish(alt.layer(alt.Chart(pd.DataFrame()).mark_point()), note=note).title.text
    assert lines[0] == "1.5 km."
    assert lines[-2:] == ["人口：2020 年普查。", "模型格网。"]
    assert max(map(len, lines)) <= 64
    assert "".join(lines).replace(" ", "") == note.replace(" ", "")


def test_no_line_of_a_note_begins_with_what_ends_a_part_of_a_sentence():
    note = "设施来源：公开报道、OpenStreetMap（ODbL）及模拟、年鉴、名录、台账，截至二〇二五年十一月十七日。"
    for padding in range(12):
        told = "一" * padding + note
        lines = coverage_charts.finish(
            alt.layer(alt.Chart(pd.DataFrame()).mark_point()), note=told
        ).title.text
        assert len(lines) > 1
        assert not [line for line in lines if line[0] in "，、。："]
        assert "".join(lines).replace(" ", "") == told
