"""Curves of two settings in one chart: a line each, told apart by name, colour and dashes."""

import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring

from geo.drawing import compared_charts
from geo.drawing.chart_files import chart_file

NAMES = ("当前设定: 直线 1,000 米", "另一种设定: 直线 500 米")
NOTES = ("当前设定：99.3% 为模拟。", "另一种设定：99.3% 为模拟。")


def of_both(**columns):
    return pd.concat([pd.DataFrame({"setting": name, **columns}) for name in NAMES], ignore_index=True)


def thresholds():
    return compared_charts.threshold_lines(
        of_both(threshold_m=[500.0, 1000.0], share=[0.2, 0.5]),
        thresholds_m=dict(zip(NAMES, (1000.0, 500.0), strict=True)),
        words={"threshold_m": "公里", "share": "占比"},
        note=NOTES,
    )


def day():
    return compared_charts.day_lines(
        of_both(hour=range(24), share=0.4, share_unknown=0.1),
        names=NAMES,
        words={"share": "开放", "share_unknown": "未知", "hour": "时刻", "night": "夜间"},
        note=NOTES,
    )


def lorenz():
    return compared_charts.lorenz_lines(
        of_both(people_share=[0.0, 0.5, 1.0], access_share=[0.0, 0.2, 1.0]),
        names=NAMES,
        words={"people_share": "人口", "access_share": "可达"},
        note=NOTES,
    )


@pytest.mark.parametrize("chart", [thresholds, day, lorenz])
def test_each_setting_has_a_line_of_its_own_colour_and_dashes_and_its_note(chart):
    told = chart().to_dict()
    lines = [layer for layer in told["layer"] if "strokeDash" in layer["encoding"]]
    assert len(lines) == 1
    for channel in ("color", "strokeDash"):
        scale = lines[0]["encoding"][channel]["scale"]
        assert scale["domain"] == list(NAMES)
        assert scale["range"][0] != scale["range"][1]
    rows = max(told["datasets"].values(), key=len)
    assert {row.get("setting") for row in rows} == set(NAMES)
    assert told["title"]["text"] == list(NOTES)


def test_each_threshold_is_marked_at_its_kilometres():
    marked = [
        rows
        for rows in thresholds().to_dict()["datasets"].values()
        if all("share" not in row for row in rows)
    ]
    assert marked == [[{"setting": NAMES[0], "km": 1.0}, {"setting": NAMES[1], "km": 0.5}]]


def test_above_each_line_stands_what_unknown_hours_could_add():
    rows = max(day().to_dict()["datasets"].values(), key=len)
    assert {round(row["possible"], 9) for row in rows} == {0.5}


@pytest.mark.slow
@pytest.mark.parametrize("chart", [thresholds, day, lorenz])
def test_both_names_stand_in_the_picture(chart):
    written = chart().to_json()
    told = "".join(fromstring(chart_file(written, "svg")).itertext())
    for name in NAMES:
        assert all(part in told for part in name.split(compared_charts.NAMED))
    assert chart_file(written, "png").startswith(b"\x89PNG")
