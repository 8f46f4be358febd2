"""Tables of findings: sentences are made when they are shown; the size grows with the findings alone."""

import pandas as pd
import pytest

from geo.importing.findings import (
    FINDING_COLUMNS,
    collect_findings,
    findings_of,
    join_by_row,
    no_findings,
    read_kinds,
    say_findings,
)


def many(count):
    rows = range(2, count + 2)
    return collect_findings(
        [
            findings_of("date_unreadable", rows=rows, column="日期", values=[f"不是日{row}" for row in rows]),
            findings_of("county_unknown", rows=rows, column="县区", values=[f"无此县{row}" for row in rows]),
        ]
    )


def test_the_gravest_comes_first_and_sentences_hold_value_and_detail():
    found = collect_findings(
        [
            findings_of("hours_unread", rows=[3], values=["乱"]),
            findings_of(
                "county_ambiguous", rows=[3], values=["城中"], details=["甲、乙"], details_en=["A, B"]
            ),
            findings_of("sheets_left_out", rows=[None], values=["汇总"]),
        ]
    )
    assert list(found.columns) == list(FINDING_COLUMNS)
    assert found["finding_code"].tolist() == ["sheets_left_out", "county_ambiguous", "hours_unread"]
    zh, en = (say_findings(found, language=language)["message"].tolist() for language in ("zh", "en"))
    assert zh[1] == "“城中”可能是：甲、乙"
    assert en[1] == "'城中' may be: A, B"
    assert "汇总" in zh[0]


def test_a_detail_without_english_serves_both_languages_and_braces_of_a_list_stay():
    found = findings_of("county_ended", rows=[2], values=["{detail}{0}"], details=["{value}"])
    for language in ("zh", "en"):
        said = say_findings(found, language=language).loc[0, "message"]
        assert "{detail}{0}" in said
        assert "{value}" in said


def test_no_findings_say_nothing():
    assert say_findings(no_findings(), language="zh").empty
    assert collect_findings([]).equals(no_findings())


def test_lines_are_joined_by_row_in_their_order():
    joined = join_by_row(pd.Series(["a", "b", "c"]), pd.Series([2, 2, 5]), between="\n")
    assert joined.to_dict() == {2: "a\nb", 5: "c"}


@pytest.mark.parametrize("count", [1_000, 4_000])
def test_a_finding_takes_a_hundred_bytes_however_many_there_are(count):
    found = many(count)
    assert len(found) == 2 * count
    assert found.memory_usage(deep=True).sum() < 120 * len(found)
    assert set(found["finding_code"]) <= set(read_kinds())
