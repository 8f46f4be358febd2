"""A gap is a group of uncovered, settled cells that touch by a side or a corner."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.coverage.gaps import GAP_COLUMNS, find_gaps
from geo.coverage.settled_cells import CELL_DEGREES
from geo.errors import InvalidValueError, MissingColumnError
from geo.geodesy.datums import area_km2
from geo.schema import WGS84

WEST, SOUTH = 108.0, 23.0
TOWNS = gpd.GeoDataFrame(
    {"name": ["东镇", "西乡"], "county": ["450101", "450102"]},
    geometry=shapely.points([(WEST + 0.2, SOUTH), (WEST, SOUTH)]),
    index=pd.Index(["450101001", "450102001"], name="code"),
    crs=WGS84,
)


def sheet(picture, *, county="450101"):
    """Draw cells from text, north on top: a digit is thousands of people, `.` nobody, a space no cell."""
    rows = [
        (WEST + column * CELL_DEGREES, SOUTH + row * CELL_DEGREES, 0 if mark == "." else 1000.0 * int(mark))
        for row, line in enumerate(reversed(picture))
        for column, mark in enumerate(line)
        if mark != " "
    ]
    lon, lat, people = np.array(rows, dtype=float).T
    frame = pd.DataFrame(
        {"people": people, "urban_people": people / 2, "workers": people / 4, "county": county},
        index=pd.RangeIndex(1, len(rows) + 1, name="demand_id"),
    )
    return gpd.GeoDataFrame(frame, geometry=shapely.points(lon, lat), crs=WGS84)


def far(demand, *, covered=()):
    distance_m = pd.Series(5000.0, index=demand.index)
    distance_m.loc[list(covered)] = 100.0
    return distance_m


def gaps_of(demand, distance_m=None, **options):
    distance_m = far(demand) if distance_m is None else distance_m
    return find_gaps(distance_m, demand, threshold_m=1000, townships=TOWNS, **options)


def test_cells_that_touch_at_a_corner_are_one_gap_and_the_largest_comes_first():
    gaps = gaps_of(sheet(["1....9", ".1....", "..1..."]))
    assert gaps.index.tolist() == [1, 2]
    assert gaps["people"].tolist() == [9000, 3000]
    assert gaps["cells"].tolist() == [1, 3]
    assert gaps["urban_people"].tolist() == [4500, 1500]


def test_the_end_of_a_row_does_not_touch_the_beginning_of_the_next():
    assert len(gaps_of(sheet(["1....1", "......", "1....1"]))) == 4
    assert len(gaps_of(sheet(["1.....", ".....1"]))) == 2


def test_covered_cells_and_thin_ones_are_no_part_of_a_gap():
    demand = sheet(["111"])
    assert gaps_of(demand, far(demand, covered=[2]))["cells"].tolist() == [1, 1]
    thin = demand.assign(people=[1000.0, 100.0, 1000.0])
    assert gaps_of(thin)["cells"].tolist() == [1, 1]
    assert gaps_of(thin, least_per_km2=0)["cells"].tolist() == [3]


def test_who_lives_at_exactly_the_threshold_is_covered():
    demand = sheet(["1"])
    assert gaps_of(demand, pd.Series(1000.0, index=demand.index)).empty


def test_when_all_are_covered_there_is_no_gap_and_the_frame_still_has_its_columns():
    demand = sheet(["11"])
    gaps = gaps_of(demand, far(demand, covered=[1, 2]))
    assert gaps.empty
    assert gaps.columns.tolist() == [*GAP_COLUMNS, "geometry"]


def test_of_equal_gaps_the_southern_then_the_western_comes_first():
    gaps = gaps_of(sheet(["1...1", ".....", "1...1"]))
    assert gaps["lat"].is_monotonic_increasing
    assert gaps["lon"].round(6).tolist() == [108.0, 108.033333] * 2


def test_a_gap_is_named_by_the_township_nearest_to_its_heart():
    gaps = gaps_of(sheet(["19" + "." * 20 + "8"]))
    assert gaps["name"].tolist() == ["西乡", "东镇"]
    assert gaps["township"].tolist() == ["450102001", "450101001"]
    assert gaps["lon"].iloc[0] == pytest.approx(WEST + CELL_DEGREES)


def test_distances_are_of_the_gap_s_own_people():
    demand = sheet(["13"])
    gaps = gaps_of(demand, pd.Series([2000.0, 4000.0], index=demand.index))
    assert gaps[["nearest_m", "mean_m", "farthest_m"]].iloc[0].tolist() == [2000, 3500, 4000]


def test_a_cell_on_a_border_is_one_cell_of_the_county_with_more_people():
    demand = pd.concat([sheet(["1"], county="450102"), sheet(["2"], county="450101")], ignore_index=True)
    gaps = gaps_of(demand)
    assert gaps["cells"].tolist() == [1]
    assert gaps["people"].tolist() == [3000]
    assert gaps["county"].tolist() == ["450101"]


def test_the_outline_is_that_of_the_cells_and_measures_what_is_said():
    gaps = gaps_of(sheet(["11", "1."]))
    assert gaps.geometry.iloc[0].geom_type == "Polygon"
    assert gaps.geometry.is_valid.all()
    assert gaps["area_km2"].iloc[0] == pytest.approx(area_km2(gaps.geometry).iloc[0], rel=1e-6)
    assert gaps.crs == WGS84


def test_workers_rank_gaps_their_own_way():
    demand = sheet(["3...2"]).assign(workers=[1.0, 0, 0, 0, 9.0])
    assert gaps_of(demand)["people"].tolist() == [3000, 2000]
    assert gaps_of(demand, who="workers")["people"].tolist() == [2000, 3000]


def test_only_as_many_as_asked_are_given():
    assert gaps_of(sheet(["1.2.3"]), largest=2)["people"].tolist() == [3000, 2000]


def test_the_order_of_rows_changes_nothing():
    demand = sheet(["12.3", ".1.4"])
    mixed = demand.iloc[::-1]
    pd.testing.assert_frame_equal(pd.DataFrame(gaps_of(demand)), pd.DataFrame(gaps_of(mixed)))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"who": "county"}, "does not count people"),
        ({"least_per_km2": -1}, "density"),
        ({"least_per_km2": np.nan}, "density"),
        ({"cell_degrees": 0}, "cell"),
        ({"largest": 0}, "at least 1"),
    ],
)
def test_choices_that_make_no_sense_are_refused(options, match):
    with pytest.raises(InvalidValueError, match=match):
        gaps_of(sheet(["1"]), **options)


def test_demand_without_people_columns_is_refused():
    with pytest.raises(MissingColumnError, match="workers"):
        gaps_of(sheet(["1"]).drop(columns="workers"))


def test_no_township_at_all_is_refused():
    demand = sheet(["1"])
    with pytest.raises(InvalidValueError, match="No township"):
        find_gaps(far(demand), demand, threshold_m=1000, townships=TOWNS.iloc[:0])
