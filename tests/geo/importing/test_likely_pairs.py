"""Rows that may be one site: the same as by comparing each with each, at a cost that grows with the rows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import schema
from geo.importing.checks import likely_pairs as pairing
from geo.importing.checks.duplicates import likeness
from geo.importing.checks.likely_pairs import FIRST, LIKENESS, NORMAL_NAME, SECOND, likely_pairs

GEOD = Geod(ellps="WGS84")
NAMES = ("民族大道", "民族大道东", "民族大道一", "民族大道二", "甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚壬", "甲")


def sites(rows):
    kinds, counties, names, places = zip(*rows, strict=True) if rows else ((), (), (), ())
    points = [None if place is None else shapely.Point(place) for place in places]
    columns = {schema.FACILITY_TYPE: kinds, schema.COUNTY: counties, NORMAL_NAME: names}
    frame = pd.DataFrame({name: pd.Series(texts, dtype="str") for name, texts in columns.items()})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, index=frame.index, crs=schema.WGS84))


def each_with_each(rows, known=None):
    """Compare every row with every other, as the rule is written."""
    others = rows if known is None else known
    found = []
    for second in range(len(rows)):
        named = False
        for first in range(len(others) if known is not None else second):
            one, two = others.iloc[first], rows.iloc[second]
            same_kind = one[schema.FACILITY_TYPE] == two[schema.FACILITY_TYPE]
            placed = one.geometry is not None and two.geometry is not None
            apart_m = (
                GEOD.inv(one.geometry.x, one.geometry.y, two.geometry.x, two.geometry.y)[2]
                if placed
                else np.inf
            )
            score = likeness(one[NORMAL_NAME], two[NORMAL_NAME]) if same_kind else 0.0
            same_name = same_kind and one[schema.COUNTY] == two[schema.COUNTY] and score == 100
            near = apart_m <= 200 and score >= 85
            # Of many of one name the first stands for all.
            by_name = same_name and not named and (not placed or apart_m <= 200)
            named |= bool(same_name)
            if near or by_name:
                found.append((first, second, round(score, 1)))
    return found


row = st.tuples(
    st.sampled_from(["worker_station", "drivers_home"]),
    st.sampled_from(["450103", "450102", None]),
    st.sampled_from(NAMES),
    st.none()
    | st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda k: (108 + k[0] / 999, 22 + k[1] / 999)),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(row, max_size=12), st.none() | st.lists(row, max_size=8))
def test_the_pairs_are_those_of_comparing_each_with_each(rows, known):
    ours, theirs = sites(rows), None if known is None else sites(known)
    found = likely_pairs(ours, theirs, most=99)
    assert sorted(zip(found[FIRST], found[SECOND], found[LIKENESS], strict=True)) == sorted(
        each_with_each(ours, theirs)
    )


def test_a_row_is_paired_with_the_likest_and_of_equals_the_first():
    at = (108.3, 22.8)
    rows = sites(
        [
            ("a", "1", name, at)
            for name in ("甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚壬", "甲乙丙丁戊己庚壬", "甲乙丙丁戊己庚壬")
        ]
    )
    found = likely_pairs(rows)
    assert list(zip(found[FIRST], found[SECOND], found[LIKENESS], strict=True)) == [
        (0, 1, 87.5),
        (1, 2, 100.0),
        (1, 3, 100.0),
    ]


def test_four_times_the_rows_compare_no_more_than_about_four_times_the_names(monkeypatch):
    """As many to the square kilometre, at the density that costs most; what is counted is names compared."""
    compared = []
    scored = pairing._likeness

    def counting(one, other, names):
        compared.append(len(one))
        return scored(one, other, names)

    monkeypatch.setattr(pairing, "_likeness", counting)

    def work(count):
        compared.clear()
        cells = np.arange(count) // 40
        places = zip(108 + 0.001 * (cells % 20), 22 + 0.001 * (cells // 20), strict=True)
        letters = "东西南北中上下左右前后高低"
        names = [
            f"大道{letters[at % 13]}{letters[at // 13 % 13]}{letters[at // 169 % 13]}站"
            for at in range(count)
        ]
        likely_pairs(sites([("a", "1", name, place) for name, place in zip(names, places, strict=True)]))
        return sum(compared), max(compared)

    (few, _), (many, at_once) = work(2_000), work(8_000)
    assert few > 0
    assert many < 8 * few
    assert at_once < 3_000_000


def test_a_heap_at_one_place_is_compared_by_names_alone(monkeypatch):
    monkeypatch.setattr(pairing, "_likeness", lambda one, *_: np.empty(0) if not len(one) else 1 / 0)
    rows = sites([("a", "1", f"{'东西南北中'[at % 5]}大道", (108.3, 22.8)) for at in range(3_000)])
    found = likely_pairs(rows)
    assert len(found) == 2_995
    assert set(found[LIKENESS]) == {100.0}
