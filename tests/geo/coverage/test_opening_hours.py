"""A facility is open, closed, or its hours are unknown, and the day is counted hour by hour."""

import sys
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.coverage.opening_hours import (
    NIGHT_HOURS,
    coverage_by_hour,
    night_and_day,
    open_at,
    open_through,
    unreadable_hours,
)
from geo.errors import InvalidValueError, MissingColumnError
from geo.schema import WGS84
from tests.geo.coverage.test_shares import REGIONS, demand_of

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
OFFICE, ALWAYS, OVERNIGHT = "Mo-Fr 09:00-17:00", "24/7", "Mo-Su 22:00-06:00"


def sites(hours):
    """Give one facility for each text, a degree apart from west to east."""
    lon = 105.0 + np.arange(len(hours))
    ids = [f"F{number}" for number in range(len(hours))]
    frame = pd.DataFrame({"hours": pd.array(hours, dtype="str")}, index=ids)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(lon, 23.0), crs=WGS84)


def homes(count):
    """Give one home of a hundred people at each facility."""
    lon = 105.0 + np.arange(count)
    return gpd.GeoDataFrame(
        demand_of([(100, "450101")] * count), geometry=shapely.points(lon, 23.0), crs=WGS84
    )


@pytest.mark.parametrize(
    ("hours", "weekday", "hour", "state"),
    [
        (OFFICE, MONDAY, 9, "open"),
        (OFFICE, MONDAY, 17, "closed"),
        (OFFICE, MONDAY, 8, "closed"),
        (OFFICE, SATURDAY, 12, "closed"),
        (ALWAYS, SUNDAY, 3, "open"),
        (OVERNIGHT, MONDAY, 23, "open"),
        (OVERNIGHT, MONDAY, 3, "open"),
        (OVERNIGHT, MONDAY, 6, "closed"),
        ("Mo-Fr 09:00-17:00 unknown", MONDAY, 10, "unknown"),
        (None, MONDAY, 10, "unknown"),
        ("早九晚五", MONDAY, 10, "unknown"),
        ("", MONDAY, 10, "unknown"),
    ],
)
def test_each_text_says_what_it_says(hours, weekday, hour, state):
    assert open_at(sites([hours]), weekday=weekday, hour=hour).tolist() == [state]


def test_hours_of_a_season_are_asked_of_a_week_in_it():
    summer = sites(["Jun-Aug: Mo-Su 08:00-20:00"])
    assert open_at(summer, weekday=MONDAY, hour=10, week_of=date(2025, 7, 16)).tolist() == ["open"]
    assert open_at(summer, weekday=MONDAY, hour=10, week_of=date(2025, 12, 3)).tolist() == ["closed"]


def test_texts_that_cannot_be_read_are_listed_and_missing_ones_are_not():
    faults = unreadable_hours(sites([OFFICE, "早九晚五", None, "<b>", "{{7*191}}"]))
    assert faults.index.tolist() == ["F1", "F3", "F4"]
    assert faults["hours"].tolist() == ["早九晚五", "<b>", "{{7*191}}"]
    assert "早九晚五" in faults["reason"].iloc[0]
    assert unreadable_hours(sites([OFFICE])).empty


def by_hour(texts, *, weekday=MONDAY, **options):
    return coverage_by_hour(
        homes(len(texts)), sites(texts), regions=REGIONS, threshold_m=1000, weekday=weekday, **options
    )


def test_by_night_only_what_never_closes_covers():
    share = by_hour([OFFICE, ALWAYS]).loc[("450000", "people"), "share"]
    assert share.loc[list(NIGHT_HOURS)].tolist() == [0.5] * 8
    assert share.loc[9:16].tolist() == [1.0] * 8


def test_unknown_hours_are_a_third_share_and_never_add_to_what_is_open():
    hour = by_hour([ALWAYS, None, "早九晚五", "Mo-Fr 12:00-13:00"]).loc[("450000", "people")]
    assert hour.loc[3, ["covered", "covered_unknown", "left_out"]].tolist() == [100, 200, 100]
    assert hour.loc[12, ["share", "share_unknown"]].tolist() == [0.5, 0.5]
    np.testing.assert_allclose(hour[["covered", "covered_unknown", "left_out"]].sum(axis=1), hour["total"])


def test_the_worst_hour_of_the_night_and_the_mean_of_the_day():
    day = night_and_day(by_hour([OVERNIGHT, ALWAYS, OFFICE, "Mo-Su 00:00-05:00"])).loc[("450000", "people")]
    assert day["night_minimum"] == 0.5
    assert day["night_minimum_hour"] == 22
    assert day["day_mean"] == pytest.approx((8 + 24 + 8 + 5) / 4 / 24)
    assert day["day_mean_unknown"] == 0


FRIDAY, WEEKDAY_NIGHTS = 4, "Mo-Th 22:00-06:00"


@pytest.mark.parametrize(
    ("text", "weekday", "open_all_night"),
    [
        # The night of Thursday is Friday's morning too; Friday's own begins shut.
        (WEEKDAY_NIGHTS, 3, True),
        (WEEKDAY_NIGHTS, FRIDAY, False),
        # Open on Friday around the clock, shut on Saturday: the night of Friday ends at midnight.
        ("Fr 00:00-24:00", FRIDAY, False),
        # The night of Sunday ends on Monday.
        ("Su 20:00-24:00; Mo 00:00-07:00", SUNDAY, True),
        ("Su 00:00-24:00", SUNDAY, False),
    ],
)
def test_the_night_ends_on_the_morning_of_the_day_after(text, weekday, open_all_night):
    assert open_through(sites([text]), weekday=weekday, hours=NIGHT_HOURS).tolist() == [open_all_night]
    night = night_and_day(by_hour([text], weekday=weekday)).loc[("450000", "people")]
    assert night["night_minimum"] == float(open_all_night)


def test_hours_that_do_not_pass_midnight_are_of_the_day_itself():
    assert open_through(sites(["Mo 08:00-12:00"]), weekday=MONDAY, hours=(8, 9, 11)).tolist() == [True]
    assert open_through(sites(["Mo 08:00-12:00"]), weekday=MONDAY, hours=()).tolist() == [True]


def test_a_county_without_people_has_no_night():
    day = night_and_day(by_hour([ALWAYS])).loc[("450103", "people")]
    assert day.isna().all()


def test_when_nothing_is_open_nobody_is_covered():
    share = by_hour([OFFICE], weekday=SUNDAY)["share"].loc[("450000", "people")]
    assert (share == 0).all()


def test_progress_rises_to_one_and_can_end_the_work():
    seen = []
    by_hour([ALWAYS], on_progress=seen.append)
    assert len(seen) == 24
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def stop(share):
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        by_hour([ALWAYS], on_progress=stop)


@pytest.mark.parametrize(("weekday", "hour"), [(7, 0), (-1, 0), (0, 24), (0, 1.5), ("Mo", 0), (True, 0)])
def test_a_weekday_and_an_hour_are_whole_numbers_of_the_week_and_day(weekday, hour):
    with pytest.raises(InvalidValueError, match="whole number"):
        open_at(sites([ALWAYS]), weekday=weekday, hour=hour)


def test_facilities_without_hours_at_all_are_refused():
    with pytest.raises(MissingColumnError, match="hours"):
        open_at(sites([ALWAYS]).drop(columns="hours"), weekday=0, hour=0)


def test_asking_for_no_facility_is_refused():
    with pytest.raises(InvalidValueError, match="No facility is selected"):
        coverage_by_hour(homes(1), sites([ALWAYS]).iloc[:0], regions=REGIONS, threshold_m=1000, weekday=0)


@pytest.mark.slow
def test_the_reader_of_hours_is_loaded_only_when_asked(project_root):
    import subprocess

    program = "import geo.coverage.opening_hours, sys; sys.exit('opening_hours' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=project_root, check=False).returncode == 0


@pytest.mark.slow
def test_the_stations_cover_more_by_day_than_by_night(network):
    stations = network.select(types=["worker_station"])
    hours = coverage_by_hour(
        network.demand, stations, regions=network.regions, threshold_m=1000, weekday=MONDAY
    )
    share = hours.loc[("450000", "urban_people"), "share"]
    assert 0 < share[3] < share[10]
