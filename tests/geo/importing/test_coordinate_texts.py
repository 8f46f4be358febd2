"""Coordinates as people write them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.importing.columns.coordinate_texts import degrees, read_joined, read_pairs, split_pair

QUARTER = 108 + 22 / 60 + 15 / 3600


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("108.37", 108.37),
        ("１０８．３７", 108.37),
        ("东经108.37", 108.37),
        ("108.37°", 108.37),
        ("108.37度", 108.37),
        ("E108.37", 108.37),
        ("108.37E", 108.37),
        ("经度：108.37", 108.37),
        ("108。37", 108.37),
        ("108°22′15″", QUARTER),
        ("108°22'15\"E", QUARTER),
        ("108°22’15”", QUARTER),
        ("108度22分15秒", QUARTER),
        ("108:22:15", QUARTER),
        ("108 22 15", QUARTER),
        ("E108°22′15″", QUARTER),
        ("东经108°22′15″", QUARTER),
        ("108° 22.25′", QUARTER),
        ("西经108.37", -108.37),
    ],
)
def test_one_coordinate_is_read_however_it_is_written(text, value):
    assert degrees(text)[0] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("text", ["", "abc", "108°75′", "108.37.5", "约108", "108°22′75″", "一百零八"])
def test_what_is_no_coordinate_is_none(text):
    assert math.isnan(degrees(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "108.37,22.81",
        "108.37，22.81",
        "108.37 22.81",
        "108.37;22.81",
        "(108.37, 22.81)",
        "POINT (108.37 22.81)",
        "东经108.37北纬22.81",
        "北纬22.81，东经108.37",
        "经度:108.37,纬度:22.81",
        "22.81N 108.37E",
        "lng:108.37,lat:22.81",
        "Latitude 22.81, Longitude 108.37",
        "\ufeff108.37,\u200b22.81",
        "22.81,108.37",
        "108370000,22810000",
        "22810000,108370000",
    ],
)
def test_one_column_of_both_gives_longitude_and_latitude(text):
    row = read_pairs(*read_joined(pd.Series([text], dtype="str"))).iloc[0]
    assert (row["lon"], row["lat"]) == pytest.approx((108.37, 22.81))


def test_degrees_and_minutes_of_both_in_one_cell_are_told_apart():
    lon, lat = split_pair("108° 22′ 15″ 22° 49′ 3″")
    assert degrees(lon)[0] == pytest.approx(QUARTER)
    assert degrees(lat)[0] == pytest.approx(22 + 49 / 60 + 3 / 3600)


def _how(lon, lat):
    row = read_pairs(pd.Series([lon], dtype="str"), pd.Series([lat], dtype="str")).iloc[0]
    return row["how"], (round(row["lon"], 6), round(row["lat"], 6))


def test_what_was_done_to_a_pair_is_told():
    here = (108.37, 22.81)
    assert _how("108.37", "22.81") == ("as_written", here)
    assert _how("22.81", "108.37") == ("swapped", here)
    assert _how("北纬22.81", "东经108.37") == ("swapped", here)
    assert _how("108370000", "22810000") == ("scaled", here)
    assert _how("22810000", "108370000") != ("as_written", here)


@pytest.mark.parametrize(
    ("lon", "lat", "how"),
    [
        (None, None, "blank"),
        ("108.37", None, "half"),
        (None, "22.81", "half"),
        ("东门口", "22.81", "unreadable"),
        ("36512345.6", "2523456.7", "projected"),
        ("512345", "2523456", "projected"),
        ("0", "0", "impossible"),
        ("1e9", "1e9", "impossible"),
        ("inf", "nan", "unreadable"),
        ("108.37", "95", "impossible"),
    ],
)
def test_what_is_wrong_with_a_pair_is_told_and_no_place_is_made_of_it(lon, lat, how):
    told, place = _how(lon, lat)
    assert told == how
    assert all(map(math.isnan, place))


@settings(deadline=None, max_examples=50)
@given(
    st.integers(104, 111),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(20, 25),
    st.sampled_from("′'分"),
)
def test_degrees_minutes_and_seconds_mean_what_they_say(whole, minutes, seconds, south, mark):
    value = whole + minutes / 60 + seconds / 3600
    assert degrees(f"{whole}°{minutes}{mark}{seconds}″")[0] == pytest.approx(value, abs=1e-12)
    told = read_pairs(pd.Series([repr(value)]), pd.Series([repr(south + 0.5)]))
    assert told["lon"].iloc[0] == value


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.text(max_size=12)), st.one_of(st.none(), st.text(max_size=12)))
    )
)
def test_no_text_makes_an_impossible_place(pairs):
    lon = pd.Series([pair[0] for pair in pairs], dtype="str")
    lat = pd.Series([pair[1] for pair in pairs], dtype="str")
    read = read_pairs(lon, lat)
    known = read["lon"].notna()
    assert (known == read["lat"].notna()).all()
    assert (np.abs(read.loc[known, "lon"]) <= 180).all()
    assert (np.abs(read.loc[known, "lat"]) <= 90).all()
