"""The two halves of the official target differ, and the difference is the people between them."""

import numpy as np
import pytest

from geo.coverage.double_test import (
    STRAIGHT_LINE_M,
    WALK_MINUTES,
    double_test,
    standard_threshold,
    walk_minutes,
    walk_reach_m,
)
from geo.errors import InvalidValueError
from geo.network.counts import read_standards
from tests.geo.coverage.test_shares import FAR, FOUR_HOMES, REGIONS, demand_of, metres


def test_fifteen_minutes_at_four_and_a_half_kmh_and_a_detour_reach_865_metres():
    assert walk_reach_m(15) == pytest.approx(865.3846, abs=1e-4)
    assert walk_minutes(FAR).tolist()[:2] == pytest.approx([0, 1000 * 1.3 / 75])
    assert np.isposinf(walk_minutes(FAR).iloc[3])


def test_whoever_lives_between_the_two_reaches_passes_one_test_only():
    homes = demand_of([(10, "450101"), (20, "450101"), (30, "450101")])
    test = double_test(
        metres(homes, [865, 866, 1001]), homes, regions=REGIONS, straight_m=1000, minutes=15
    ).loc[("450101", "urban_people")]
    assert test[["covered_straight", "covered_walk", "gap_people"]].tolist() == [15, 5, 10]
    assert test["gap_share"] == pytest.approx(10 / 30)
    assert test["walk_reach_m"] == pytest.approx(865.3846, abs=1e-4)


def test_the_official_thresholds_stand_in_the_table_of_standards():
    standards = read_standards()
    assert standard_threshold(standards, facility_type="worker_station", measure=STRAIGHT_LINE_M) == 1000
    assert standard_threshold(standards, facility_type="worker_station", measure=WALK_MINUTES) == 15
    option = standard_threshold(
        standards, facility_type="worker_station", measure=STRAIGHT_LINE_M, standing="option"
    )
    assert option == 500


def test_a_rule_that_nobody_made_is_refused_with_those_that_are():
    with pytest.raises(InvalidValueError, match="worker_station walk_minutes"):
        standard_threshold(read_standards(), facility_type="park_home", measure=WALK_MINUTES)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": np.nan}, "minutes"),
        ({"minutes": "15"}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"detour_factor": None}, "detour factor"),
        ({"detour_factor": 0.9}, "detour factor"),
        ({"walk_kmh": 0}, "speed"),
        ({"walk_kmh": np.inf}, "speed"),
        ({"straight_m": -1}, "make no sense"),
    ],
)
def test_a_walk_that_cannot_be_is_refused(wrong, match):
    given = {"straight_m": 1000, "minutes": 15, **wrong}
    with pytest.raises(InvalidValueError, match=match):
        double_test(FAR, FOUR_HOMES, regions=REGIONS, **given)
