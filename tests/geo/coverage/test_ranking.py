"""The list of the worst counties, and whether it holds."""

import numpy as np
import pandas as pd
import pytest

from geo.coverage.ranking import staying_counties, worst_counties
from geo.errors import InvalidValueError
from geo.schema import COUNTY_LEVEL
from tests.geo.coverage.test_shares import demand_of, metres

COUNTIES = [f"4501{number:02}" for number in range(1, 7)]
REGIONS = pd.DataFrame({"level": COUNTY_LEVEL, "parent": "450100"}, index=pd.Index(COUNTIES, name="adcode"))
# The fifth county has nobody, the first three are ever better covered, the fourth is the worst.
DEMAND = demand_of(
    [(100, "450101"), (100, "450102"), (100, "450103"), (50, "450104"), (0, "450105"), (9, "450106")]
)
FAR = metres(DEMAND, [900, 700, 400, 2000, 0, 2000])


def listed(**options):
    return worst_counties(FAR, DEMAND, regions=REGIONS, **options)


def test_of_equally_bad_counties_the_one_with_more_people_comes_first():
    worst = listed(thresholds_m=[800], worst=3).xs(("people", 800))
    assert worst["adcode"].tolist() == ["450101", "450104", "450106"]
    assert worst["share"].tolist() == [0, 0, 0]


def test_to_start_the_worst_are_listed_at_four_distances_and_for_all_who_count():
    lists = listed().index.droplevel("rank").unique()
    assert {metres for _, metres in lists} == {500, 800, 1000, 1500}
    assert {who for who, _ in lists} == {"people", "urban_people", "workers"}


def test_a_county_where_nobody_lives_is_on_no_list():
    assert "450105" not in set(listed(thresholds_m=[800], worst=6)["adcode"])


def test_as_many_stay_as_stand_on_both_lists():
    worst = listed(thresholds_m=[500, 800], worst=2)
    staying = staying_counties(worst, who="people", threshold_m=800)
    assert staying.loc[("people", 800)] == 2
    # At 500 m the second county is as bad as the first and more populous than the fourth.
    assert staying.loc[("people", 500)] == 1


def test_a_list_that_was_not_made_is_refused():
    with pytest.raises(InvalidValueError, match="no list"):
        staying_counties(listed(worst=2), who="people", threshold_m=801)


def test_a_list_of_none_is_refused():
    with pytest.raises(InvalidValueError, match="at least 1"):
        listed(worst=0)


def test_the_order_of_rows_changes_nothing():
    order = np.array([3, 1, 0, 5, 4, 2])
    mixed = worst_counties(FAR.iloc[order], DEMAND.iloc[order], regions=REGIONS.iloc[::-1])
    pd.testing.assert_frame_equal(mixed, listed())
