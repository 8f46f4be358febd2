"""A county is compared with those like it in people, land and town life, by a rule that is stated."""

import math

import numpy as np
import pandas as pd
import pytest

from geo.errors import InvalidValueError, MissingColumnError, UnknownNameError
from geo.network.similar import similar_counties

CODES = [f"4501{number:02}" for number in range(1, 9)]


def counties_of(residents, area_km2, urban_share):
    people = np.array(residents, float)
    columns = {"residents": people, "urban_residents": people * urban_share, "area_km2": area_km2}
    return pd.DataFrame(columns, index=pd.Index(CODES[: len(people)], name="adcode"))


def eight(**changes):
    measures = {
        "residents": [100, 200, 400, 800, 1600, 3200, 6400, 12_800],
        "area_km2": [1000.0] * 8,
        "urban_share": [0.5] * 8,
    }
    return counties_of(**measures | changes)


def test_five_are_found_the_most_alike_first_and_of_equals_the_lower_code():
    like = similar_counties(eight(), county="450104")
    assert like.index.tolist() == ["450103", "450105", "450102", "450106", "450101"]
    # A doubling is the same step wherever it starts: logarithms are compared.
    assert like["unlikeness"].iloc[0] == pytest.approx(like["unlikeness"].iloc[1])
    assert like["unlikeness"].iloc[2] == pytest.approx(2 * like["unlikeness"].iloc[0])


@pytest.mark.parametrize(
    ("changes", "nearest"),
    [
        ({"area_km2": [1000, 1000, 9e9, 1000, 9e9, 1000, 1000, 1000.0]}, "450102"),
        ({"urban_share": [0.5, 0.5, 0.99, 0.5, 0.01, 0.5, 0.5, 0.5]}, "450102"),
    ],
    ids=["land", "town life"],
)
def test_land_and_town_life_tell_counties_apart_too(changes, nearest):
    assert similar_counties(eight(**changes), county="450104").index[0] == nearest


def test_each_measure_weighs_by_its_own_spread():
    counties = counties_of([100, 100 * math.e, 100], [10, 10, 10 * math.e**2], np.array([0.2, 0.2, 0.2]))
    like = similar_counties(counties, county="450101")
    # One stands out by e in people, one by e² in land: each by as many standard deviations, for logarithms.
    assert like["unlikeness"].to_numpy() == pytest.approx([3 / math.sqrt(2)] * 2)
    assert like["urban_share"].tolist() == pytest.approx([0.2, 0.2])


def test_land_is_compared_by_how_many_times_as_large_it_is():
    like = similar_counties(
        eight(residents=[100] * 8, area_km2=[1.0, 2, 4, 8, 16, 32, 64, 128]), county="450104"
    )
    assert like.index.tolist()[:2] == ["450103", "450105"]
    assert like["unlikeness"].iloc[0] == pytest.approx(like["unlikeness"].iloc[1])


def test_where_nobody_lives_nothing_is_alike():
    counties = eight(residents=[100, 0, 400, 800, 1600, 3200, 6400, 12_800], urban_share=np.full(8, 0.5))
    assert "450102" not in similar_counties(counties, county="450103", count=8).index
    with pytest.raises(InvalidValueError, match="450102 has no people"):
        similar_counties(counties, county="450102")


def test_questions_without_an_answer_are_refused():
    with pytest.raises(UnknownNameError, match="450199"):
        similar_counties(eight(), county="450199")
    with pytest.raises(InvalidValueError, match="at least 1"):
        similar_counties(eight(), county="450101", count=0)
    with pytest.raises(MissingColumnError, match="area_km2"):
        similar_counties(eight().drop(columns="area_km2"), county="450101")
