"""Equity on worlds one can picture, the laws every measure keeps, and every kind of bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.access.equity import (
    concentration_index,
    erreygers_index,
    gini,
    lorenz_curve,
    palma_ratio,
    poverty,
    split_theil_t,
    theil_t,
)
from geo.errors import InvalidValueError

MEASURES = (lorenz_curve, gini, theil_t, palma_ratio)

worlds = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 500), st.integers(0, 6), st.sampled_from("abc")),
    min_size=1,
    max_size=25,
).filter(lambda rows: sum(have * people for have, people, *_ in rows) > 0)


def frame(rows):
    return pd.DataFrame(rows, columns=["access", "people", "income", "prefecture"]).astype(
        {"access": float, "people": float}
    )


def test_four_people_of_whom_one_has_all_share_it_as_unevenly_as_four_can():
    access, people = pd.Series([0.0, 0, 0, 1]), pd.Series([1, 1, 1, 1])
    assert gini(access, people) == 0.75
    assert theil_t(access, people) == pytest.approx(np.log(4))


def test_where_everybody_has_the_same_nothing_is_uneven():
    access, people = pd.Series([3.0, 3, 3]), pd.Series([10, 500, 1])
    assert gini(access, people) == pytest.approx(0, abs=1e-15)
    assert theil_t(access, people) == pytest.approx(0, abs=1e-15)
    assert palma_ratio(access, people).ratio == pytest.approx(1)
    assert concentration_index(access, people, rank=pd.Series([3, 1, 2])) == pytest.approx(0, abs=1e-15)


def test_the_lorenz_curve_climbs_from_nobody_to_everybody_with_the_worst_served_first():
    curve = lorenz_curve(pd.Series([3.0, 1.0]), pd.Series([1, 3]))
    assert curve["people_share"].tolist() == [0, 0.75, 1]
    assert curve["access_share"].tolist() == [0, 0.5, 1]


def test_access_that_all_falls_to_the_upper_half_is_concentrated_there():
    access, people, rank = pd.Series([0.0, 1.0]), pd.Series([50, 50]), pd.Series([1, 2])
    assert concentration_index(access, people, rank=rank) == 0.5
    assert concentration_index(access, people, rank=-rank) == -0.5
    assert erreygers_index(access, people, rank=rank, lowest=0, highest=1) == 1
    assert erreygers_index(access, people, rank=rank, lowest=0, highest=2) == 0.5


def test_people_of_one_rank_have_no_order_among_themselves():
    access, people, rank = pd.Series([0.0, 5.0, 1.0]), pd.Series([1, 1, 1]), pd.Series([1, 1, 1])
    assert concentration_index(access, people, rank=rank) == pytest.approx(0)
    assert palma_ratio(access, people, rank=rank).ratio == pytest.approx(1)


def test_two_even_prefectures_differ_only_between_each_other():
    access, people = pd.Series([1.0, 1, 3, 3]), pd.Series([5, 5, 5, 5])
    groups = pd.Series(["东", "东", "西", "西"], name="prefecture")
    split = split_theil_t(access, people, groups=groups)
    assert split.index.tolist() == ["东", "西"]
    assert split.index.name == "prefecture"
    assert split["within"].sum() == pytest.approx(0)
    assert split["between"].sum() == pytest.approx(theil_t(access, people))
    assert split["access_share"].tolist() == [0.25, 0.75]
    assert split["mean_access"].tolist() == [1, 3]


def test_a_prefecture_without_access_adds_nothing_within_and_nothing_between():
    split = split_theil_t(pd.Series([0.0, 2.0]), pd.Series([1, 1]), groups=pd.Series(["a", "b"]))
    assert split.loc["a", ["access_share", "within", "between"]].tolist() == [0, 0, 0]
    assert np.isnan(split.loc["a", "theil_t"])
    assert split["between"].sum() == pytest.approx(np.log(2))


def test_the_palma_divides_the_people_at_the_edge_of_a_group():
    access, people = pd.Series([1.0, 3.0, 10.0]), pd.Series([30, 65, 5])
    palma = palma_ratio(access, people)
    assert palma.ranked == "by access"
    assert palma.poorest_access == pytest.approx((30 * 1 + 10 * 3) / 40)
    assert palma.richest_access == pytest.approx((5 * 10 + 5 * 3) / 10)
    assert palma.ratio == pytest.approx(palma.richest_access / palma.poorest_access)


def test_the_palma_says_by_what_people_are_ranked():
    access, people = pd.Series([1.0, 2.0]), pd.Series([1, 1])
    assert palma_ratio(access, people, rank=pd.Series([1, 2], name="城镇化率")).ranked == "by 城镇化率"
    assert palma_ratio(access, people, rank=pd.Series([1, 2])).ranked == "by rank"


def test_where_only_the_richest_have_access_the_palma_is_infinite():
    assert palma_ratio(pd.Series([0.0, 1.0]), pd.Series([9, 1])).ratio == np.inf


def test_where_nobody_has_access_the_indices_are_missing():
    access, people = pd.Series([0.0, 0.0]), pd.Series([1, 2])
    assert np.isnan(gini(access, people))
    assert np.isnan(theil_t(access, people))
    assert np.isnan(palma_ratio(access, people).ratio)
    assert np.isnan(concentration_index(access, people, rank=people))
    assert lorenz_curve(access, people)["access_share"].isna().tolist() == [False, True]
    split = split_theil_t(access, people, groups=pd.Series(["a", "b"]))
    assert split[["access_share", "within", "between"]].isna().all(axis=None)


def test_a_group_the_cuts_leave_empty_makes_the_palma_missing():
    palma = palma_ratio(pd.Series([1.0, 2.0]), pd.Series([1, 1]), cuts=(0.5, 1.5))
    assert np.isnan(palma.ratio)
    assert palma.richest_access == 2


def test_half_of_four_people_are_poor_and_lack_half_on_average():
    answer = poverty(pd.Series([0.0, 10.0, 11.0, 50.0]), pd.Series([1, 1, 1, 1]), line=10)
    assert answer.to_dict() == {"headcount": 0.5, "gap": 0.25, "severity": 0.25}


def test_who_lacks_much_weighs_more_in_the_severity_than_two_who_lack_half_of_it():
    one = poverty(pd.Series([0.0, 10.0, 20.0]), pd.Series([1, 1, 2]), line=10)
    two = poverty(pd.Series([5.0, 5.0, 20.0]), pd.Series([1, 1, 2]), line=10)
    assert one.to_dict() == {"headcount": 0.5, "gap": 0.25, "severity": 0.25}
    assert two.to_dict() == {"headcount": 0.5, "gap": 0.25, "severity": 0.125}


def test_a_place_without_people_counts_for_nothing_whatever_its_access():
    access, people = pd.Series([1.0, np.nan, 3.0]), pd.Series([1, 0, 1])
    assert gini(access, people) == gini(access.dropna(), people[access.notna()])
    assert poverty(access, people, line=2)["headcount"] == 0.5
    assert split_theil_t(access, people, groups=pd.Series(["a", None, "b"])).index.tolist() == ["a", "b"]


@pytest.mark.slow
@given(worlds)
@settings(deadline=None, max_examples=40)
def test_the_gini_is_half_the_mean_difference_over_the_mean(rows):
    world = frame(rows)
    have, weight = world["access"].to_numpy(), world["people"].to_numpy()
    apart = np.abs(have[:, None] - have) @ weight @ weight / weight.sum() ** 2
    mean = have @ weight / weight.sum()
    assert gini(world["access"], world["people"]) == pytest.approx(apart / 2 / mean, abs=1e-12)


@pytest.mark.slow
@given(worlds)
@settings(deadline=None, max_examples=40)
def test_within_and_between_add_up_to_theil(rows):
    world = frame(rows)
    split = split_theil_t(world["access"], world["people"], groups=world["prefecture"])
    whole = theil_t(world["access"], world["people"])
    assert split[["within", "between"]].sum().sum() == pytest.approx(whole, abs=1e-12)
    assert split[["people_share", "access_share"]].sum().tolist() == pytest.approx([1, 1])
    assert split["between"].sum() >= -1e-12


@pytest.mark.slow
@given(worlds, st.randoms(use_true_random=False), st.floats(0.01, 100))
@settings(deadline=None, max_examples=40)
def test_order_of_rows_unit_of_access_and_splitting_a_place_change_nothing(rows, random, factor):
    shuffled = [
        row for have, people, *rest in rows for row in ((have, people / 2, *rest), (have, people / 2, *rest))
    ]
    random.shuffle(shuffled)
    here, there = frame(rows), frame(shuffled)
    for measure in (gini, theil_t, lambda access, people: palma_ratio(access, people).ratio):
        once, again = (
            measure(here["access"], here["people"]),
            measure(there["access"] * factor, there["people"]),
        )
        assert once == pytest.approx(again, rel=1e-9, abs=1e-9)
    ranked = [
        (
            concentration_index(world["access"], world["people"], rank=world["income"]),
            palma_ratio(world["access"], world["people"], rank=world["income"]).ratio,
        )
        for world in (here, there)
    ]
    assert ranked[0] == pytest.approx(ranked[1], rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.slow
@given(worlds)
@settings(deadline=None, max_examples=40)
def test_ranked_by_access_itself_the_concentration_is_the_gini_and_never_beyond_it(rows):
    world = frame(rows)
    whole = gini(world["access"], world["people"])
    assert concentration_index(world["access"], world["people"], rank=world["access"]) == pytest.approx(whole)
    by_income = concentration_index(world["access"], world["people"], rank=world["income"])
    assert abs(by_income) <= whole + 1e-12
    assert -1e-12 <= whole < 1


@given(worlds, st.floats(1, 500), st.floats(1, 500))
@settings(deadline=None, max_examples=40)
def test_a_higher_line_never_finds_fewer_poor_and_the_gap_never_exceeds_their_share(rows, one, other):
    world = frame(rows)
    assume(one != other)
    low, high = (poverty(world["access"], world["people"], line=line) for line in sorted((one, other)))
    assert (high >= low - 1e-12).all()
    assert high["severity"] <= high["gap"] + 1e-12
    assert high["gap"] <= high["headcount"] + 1e-12


@given(worlds)
@settings(deadline=None, max_examples=40)
def test_the_lorenz_curve_rises_and_bends_upwards_below_the_diagonal(rows):
    world = frame(rows)
    curve = lorenz_curve(world["access"], world["people"])
    steps = curve.diff().iloc[1:]
    slope = (steps["access_share"] / steps["people_share"]).to_numpy()
    assert (np.diff(slope) >= -1e-6).all()
    assert (curve["access_share"] <= curve["people_share"] + 1e-12).all()
    assert curve.iloc[-1].tolist() == [1, 1]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("access", "people", "message"),
    [
        ([1.0, np.nan], [1, 1], "access is missing or infinite for 1"),
        ([1.0, np.inf], [1, 1], "access is missing or infinite for 1"),
        (["viel", 1], [1, 1], "access is missing or infinite for 0"),
        ([1.0, -1.0], [1, 1], "access is negative for 1"),
        ([1.0, 1.0], [1, np.nan], "people is missing or no finite number for 1"),
        ([1.0, 1.0], [1, -1], "people is negative for 1"),
        ([1.0, 1.0], [0, 0], "nobody lives"),
        ([], [], "nobody lives"),
        ([-1.0, 1.0], [1, -1], "people is negative for 1; access is negative for 0"),
    ],
)
def test_access_or_people_that_cannot_be_used_are_named(measure, access, people, message):
    with pytest.raises(InvalidValueError, match=message):
        measure(pd.Series(access), pd.Series(people))


def test_many_faults_are_counted_and_the_first_named():
    with pytest.raises(InvalidValueError, match="for 0, 1, 2, 3, 4 and 3 more"):
        gini(pd.Series([-1.0] * 8), pd.Series([1] * 8))


def test_series_that_are_not_indexed_alike_are_refused():
    access, people, shifted = pd.Series([1.0, 2]), pd.Series([1, 1]), pd.Series([1, 1], index=[1, 2])
    with pytest.raises(InvalidValueError, match="people is not indexed like access"):
        gini(access, shifted)
    with pytest.raises(InvalidValueError, match="rank is not indexed like access"):
        concentration_index(access, people, rank=shifted)
    with pytest.raises(InvalidValueError, match="groups is not indexed like access"):
        split_theil_t(access, people, groups=shifted)


def test_people_without_a_rank_or_a_group_are_named():
    access, people = pd.Series([1.0, 2]), pd.Series([1, 1])
    with pytest.raises(InvalidValueError, match="rank is missing or infinite for 1"):
        palma_ratio(access, people, rank=pd.Series([1, None]))
    with pytest.raises(InvalidValueError, match="groups is missing for 0"):
        split_theil_t(access, people, groups=pd.Series([None, "a"]))


@pytest.mark.parametrize("line", [0, -1, np.nan, np.inf, None, "ten", True])
def test_a_line_that_is_no_line_is_refused(line):
    with pytest.raises(InvalidValueError, match="finite access above 0"):
        poverty(pd.Series([1.0]), pd.Series([1]), line=line)


@pytest.mark.parametrize(("lowest", "highest"), [(1, 0), (0, 0), (0.5, 2), (0, 0.5), (np.nan, 1)])
def test_bounds_that_do_not_hold_the_access_are_refused(lowest, highest):
    access, people = pd.Series([0.0, 1.0]), pd.Series([1, 1])
    with pytest.raises(InvalidValueError, match="the lowest and the highest value it can take"):
        erreygers_index(access, people, rank=access, lowest=lowest, highest=highest)


def test_cuts_out_of_order_are_refused():
    with pytest.raises(InvalidValueError, match="not in order"):
        palma_ratio(pd.Series([1.0, 2]), pd.Series([1, 1]), cuts=(2, 1))


def test_nothing_given_is_changed():
    access, people = pd.Series([1.0, np.nan, 3.0]), pd.Series([1, 0, 1])
    kept = access.copy(), people.copy()
    for measure in MEASURES:
        measure(access, people)
    pd.testing.assert_series_equal(access, kept[0])
    pd.testing.assert_series_equal(people, kept[1])
