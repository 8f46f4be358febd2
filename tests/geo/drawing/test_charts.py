"""Charts: the shares they draw are right, and each says its source."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import schema
from geo.drawing import charts
from geo.network import summary

NAMES = {"worker_station": "工会驿站", "drivers_home": "司机之家"}
WORDS = {kind: kind for kind in charts.KINDS}


def counted(rows):
    columns = [summary.TOTAL, summary.LOCATED, summary.PLACE_UNKNOWN, schema.SIMULATED, summary.PUBLISHED]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype(
        {summary.PUBLISHED: "Float64"}
    )


def share(shares, code, kind):
    return shares[(shares[schema.TYPE_CODE] == code) & (shares["kind"] == kind)]["share"].item()


def test_a_type_is_split_by_how_much_of_the_published_total_is_known():
    shares = charts.known_shares(counted({"worker_station": [50, 10, 20, 20, 100]}))
    assert share(shares, "worker_station", summary.LOCATED) == 0.1
    assert share(shares, "worker_station", summary.PLACE_UNKNOWN) == 0.2
    assert share(shares, "worker_station", schema.SIMULATED) == 0.2
    assert share(shares, "worker_station", charts.UNLISTED) == 0.5


def test_where_more_is_shown_than_was_published_or_nothing_was_the_whole_is_what_is_shown():
    shares = charts.known_shares(
        counted({"worker_station": [8, 8, 0, 0, 4], "drivers_home": [2, 0, 2, 0, pd.NA]})
    )
    assert share(shares, "worker_station", summary.LOCATED) == 1
    assert share(shares, "drivers_home", summary.PLACE_UNKNOWN) == 1
    assert share(shares, "drivers_home", charts.UNLISTED) == 0


def test_a_type_nobody_has_and_nobody_published_has_no_share():
    assert charts.known_shares(counted({"worker_station": [0, 0, 0, 0, pd.NA]}))["share"].isna().all()


@pytest.mark.slow
@settings(deadline=None)
@given(parts=st.tuples(*[st.integers(0, 9999)] * 3), published=st.none() | st.integers(1, 9999))
def test_the_shares_of_a_type_make_one(parts, published):
    row = [sum(parts), *parts, published]
    shares = charts.known_shares(counted({"worker_station": row}))["share"]
    if sum(parts) or published:
        assert shares.sum() == pytest.approx(1)
        assert shares.between(0, 1).all()


def test_every_chart_carries_its_note_and_its_names():
    one = charts.types_chart(
        counted({"drivers_home": [2, 0, 2, 0, 4]}), names=NAMES, words=WORDS, note="来源甲；截至 2025-11"
    ).to_dict()
    other = charts.counties_chart(
        pd.Series({"450103": 2.0, "450105": None}), names={"450103": "青秀区"}, title="每万人", note="来源乙"
    ).to_dict()
    assert one["title"]["text"] == ["来源甲；", "截至 2025-11"]
    assert other["title"]["text"] == ["来源乙"]
    assert "青秀区" in str(other["datasets"])


def test_a_hostile_name_stays_text_in_a_chart(hostile_texts):
    for text in hostile_texts:
        chart = charts.counties_chart(
            pd.Series({"450103": 1.0}), names={"450103": text}, title="x", note=text
        )
        rows = next(iter(chart.to_dict()["datasets"].values()))
        assert rows[0]["county_name"] == text
