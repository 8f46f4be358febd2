"""What cannot be meant is refused with the thing, the value and the cure; what can happen has an answer."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import sparse

from geo.errors import GeoDataError, InvalidValueError, MissingColumnError
from geo.siting import (
    CANCELLED,
    OPTIMAL,
    TIME_LIMIT,
    backup_cover,
    capacitated_cover,
    capacitated_p_median,
    corridor_cover,
    cover_curve,
    greedy_cover,
    max_cover,
    p_center,
    p_median,
    set_cover,
)
from geo.siting.median import capacitated

STREET = np.abs(np.arange(10)[:, None] - np.arange(10)[None, :]) * 1000.0
PEOPLE = np.arange(1.0, 11.0)
ROAD = shapely.LineString([(108, 22), (109, 22)])
COUNTING = {
    "max_cover": lambda **reported_offset: max_cover(STREET, PEOPLE, max_cost=1000, **reported_offset),
    "greedy_cover": lambda **reported_offset: greedy_cover(STREET, PEOPLE, max_cost=1000, **reported_offset),
    "p_median": lambda **reported_offset: p_median(STREET, PEOPLE, **reported_offset),
    "p_center": lambda **reported_offset: p_center(STREET, PEOPLE, **reported_offset),
    "capacitated_cover": lambda **reported_offset: capacitated_cover(
        STREET, PEOPLE, max_cost=1000, capacity=9, **reported_offset
    ),
    "capacitated_p_median": lambda **reported_offset: capacitated_p_median(
        STREET, PEOPLE, capacity=60, **reported_offset
    ),
    "backup_cover": lambda **reported_offset: backup_cover(STREET, PEOPLE, max_cost=1000, **reported_offset),
}


def changed(values, place, value):
    copy = np.array(values, dtype=float)
    copy[place] = value
    return copy


@pytest.mark.parametrize("model", COUNTING)
@pytest.mark.parametrize(
    ("sites", "words"),
    [(0, "at least 1"), (-2, "at least 1"), (2.5, "whole"), (True, "whole"), (11, "only 10 candidates")],
)
def test_a_number_of_sites_that_cannot_be_is_refused(model, sites, words):
    with pytest.raises(InvalidValueError, match=words):
        COUNTING[model](sites=sites)


@pytest.mark.parametrize("model", COUNTING)
def test_fewer_sites_than_stand_already_are_that_many_more(model):
    few = COUNTING[model](sites=2, fixed=[0, 3, 6, 9])
    assert not {0, 3, 6, 9} & set(few.sites)
    assert len(few.sites) <= 2
    with pytest.raises(InvalidValueError, match="only 6 candidates"):
        COUNTING[model](sites=7, fixed=[0, 3, 6, 9])


@pytest.mark.parametrize("model", COUNTING)
def test_a_site_that_stands_cannot_be_forbidden_and_must_exist(model):
    with pytest.raises(InvalidValueError, match="both fixed and forbidden"):
        COUNTING[model](sites=1, fixed=[1], forbidden=[1])
    with pytest.raises(InvalidValueError, match="no site"):
        COUNTING[model](sites=1, fixed=["nowhere"])
    with pytest.raises(TypeError, match="most_per_grup"):
        COUNTING[model](sites=1, most_per_grup=2)
    with pytest.raises(InvalidValueError, match="time_limit_s"):
        COUNTING[model](sites=1, time_limit_s=-1)


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_cost_that_is_negative_or_missing_is_refused(wrong):
    bad = changed(STREET, (2, 3), wrong)
    frame = pd.DataFrame({"origin": [0, 1], "destination": [0, 0], "cost": [1.0, wrong]})
    for ask in (
        lambda: max_cover(bad, PEOPLE, max_cost=1000, sites=1),
        lambda: set_cover(bad, max_cost=1000),
        lambda: p_median(bad, sites=1),
        lambda: max_cover(frame, pd.Series([1.0, 1.0]), max_cost=1000, sites=1),
    ):
        with pytest.raises(GeoDataError, match="cost"):
            ask()


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_a_weight_a_budget_a_price_or_a_threshold_that_cannot_be_is_refused(wrong):
    with pytest.raises(InvalidValueError, match="weights"):
        max_cover(STREET, changed(PEOPLE, 4, wrong), max_cost=1000, sites=1)
    with pytest.raises(InvalidValueError, match="budget is"):
        max_cover(STREET, PEOPLE, max_cost=1000, budget=wrong, site_costs=PEOPLE)
    with pytest.raises(InvalidValueError, match="site_costs"):
        max_cover(STREET, PEOPLE, max_cost=1000, budget=3, site_costs=changed(PEOPLE, 4, wrong))
    if not wrong > 0:
        with pytest.raises(InvalidValueError, match="max_cost"):
            max_cover(STREET, PEOPLE, max_cost=wrong, sites=1)
        with pytest.raises(InvalidValueError, match="capacity"):
            capacitated_cover(STREET, PEOPLE, max_cost=1000, capacity=wrong, sites=1)


def test_a_budget_of_nothing_and_a_question_without_a_limit_are_refused():
    with pytest.raises(InvalidValueError, match="above 0"):
        max_cover(STREET, PEOPLE, max_cost=1000, budget=0, site_costs=PEOPLE)
    with pytest.raises(InvalidValueError, match="site_costs"):
        max_cover(STREET, PEOPLE, max_cost=1000, budget=5)
    with pytest.raises(InvalidValueError, match="how many sites"):
        max_cover(STREET, PEOPLE, max_cost=1000)
    assert max_cover(STREET, PEOPLE, max_cost=1000, budget=0.5, site_costs=PEOPLE).sites == ()


def test_without_candidates_or_people_there_is_nothing_to_choose():
    with pytest.raises(InvalidValueError, match="no candidate"):
        max_cover(np.empty((10, 0)), PEOPLE, max_cost=1000, sites=1)
    with pytest.raises(InvalidValueError, match="no demand"):
        max_cover(np.empty((0, 3)), [], max_cost=1000, sites=1)
    assert max_cover(STREET, np.zeros(10), max_cost=1000, sites=1).sites == ()


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(InvalidValueError, match="10 rows"):
        max_cover(STREET, pd.Series([1.0, 2.0]), max_cost=1000, sites=1)
    with pytest.raises(MissingColumnError, match="destination"):
        max_cover(pd.DataFrame({"origin": [1]}), PEOPLE, max_cost=1000, sites=1)
    with pytest.raises(InvalidValueError, match="demand x site"):
        max_cover([1, 2], PEOPLE, max_cost=1000, sites=1)
    with pytest.raises(InvalidValueError, match="need each other"):
        max_cover(STREET, PEOPLE, max_cost=1000, sites=1, most_per_group=1)
    with pytest.raises(InvalidValueError, match="need each other"):
        max_cover(STREET, PEOPLE, max_cost=1000, sites=1, least_share=0.5)
    with pytest.raises(InvalidValueError, match="share from 0 to 1"):
        max_cover(STREET, PEOPLE, max_cost=1000, sites=1, least_share=50, demand_groups=[1] * 10)
    with pytest.raises(InvalidValueError, match="share above 0"):
        set_cover(STREET, max_cost=1000, share=80)
    with pytest.raises(InvalidValueError, match="either sites or budget"):
        cover_curve(STREET, PEOPLE, max_cost=1000)


def test_capacitated_models_say_how_much_they_can_take(monkeypatch):
    matrix = sparse.csr_array(STREET + 1)
    monkeypatch.setattr(capacitated, "MOST_PAIRS", 99)
    for ask in (
        lambda: capacitated_p_median(matrix, PEOPLE, capacity=60, sites=2),
        lambda: capacitated_cover(STREET, PEOPLE, max_cost=9999, capacity=60, sites=2),
    ):
        with pytest.raises(InvalidValueError, match=r"100 ways, .* at most 99.*fewer places"):
            ask()
    assert capacitated_cover(STREET, PEOPLE, max_cost=1000, capacity=60, sites=1).objective > 0
    monkeypatch.setattr(capacitated, "MOST_CELLS", 99)
    with pytest.raises(InvalidValueError, match=r"100 cells, .* at most 99.*sparse"):
        capacitated_p_median(STREET, PEOPLE, capacity=60, sites=2)
    assert max_cover(matrix, PEOPLE, max_cost=1001, sites=1).sites == (8,)


def test_a_candidate_where_a_station_stands_already_is_never_chosen_before_others():
    doubled = np.hstack([STREET, STREET[:, [4]]])
    plan = max_cover(doubled, PEOPLE, max_cost=1000, sites=2, fixed=[4])
    assert 10 not in plan.sites
    assert 10 not in max_cover(doubled, PEOPLE, max_cost=1000, sites=10, fixed=[4]).sites


def test_a_threshold_that_nobody_meets_covers_nobody_and_says_what_would():
    plan = max_cover(STREET + 500, PEOPLE, max_cost=400, sites=2)
    assert (plan.sites, plan.objective, plan.share, plan.status) == ((), 0.0, 0.0, OPTIMAL)
    assert plan.unreachable.tolist() == [500.0] * 10
    assert "500" in str(set_cover(STREET + 500, max_cost=400).reason)


def test_stopped_at_the_first_moment_every_model_says_so_and_keeps_what_it_has():
    random = np.random.default_rng(11)
    cost, people = random.uniform(0, 1, (120, 90)), random.integers(1, 9, 120) * 1.0
    for plan in (
        max_cover(cost, people, max_cost=0.05, sites=9, time_limit_s=0),
        p_median(cost, people, sites=9, time_limit_s=0),
        set_cover(cost, max_cost=0.1, time_limit_s=0),
        capacitated_cover(cost, people, max_cost=0.1, capacity=30, sites=9, time_limit_s=0),
    ):
        assert plan.status == TIME_LIMIT
        assert plan.sites
        assert plan.gap > 0
    assert p_center(cost, people, sites=9, time_limit_s=0).status == TIME_LIMIT


def test_a_search_called_off_keeps_the_best_so_far_and_tells_how_the_gap_shrinks():
    random = np.random.default_rng(3)
    cost, people = random.uniform(0, 1, (400, 200)), random.integers(1, 99, 400) * 1.0
    asked, reported_offset = [], []

    def enough():
        asked.append(1)
        return len(asked) > 40

    plan = max_cover(cost, people, max_cost=0.03, sites=12, cancelled=enough)
    assert plan.status == CANCELLED
    assert plan.sites
    max_cover(cost, people, max_cost=0.03, sites=6, time_limit_s=3, progress=reported_offset.append)
    gaps = [seen.gap for seen in reported_offset]
    assert gaps
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.parametrize(
    ("reported_offset", "words"),
    [({"interval_m": 0}, "interval_m"), ({"off_road_m": -1}, "off_road_m"), ({"fixed": ["x"]}, "fixed")],
)
def test_a_road_question_that_cannot_be_meant_is_refused(reported_offset, words):
    places = gpd.GeoDataFrame(geometry=[shapely.Point(108.5, 22)], index=["a"], crs="EPSG:4326")
    with pytest.raises(InvalidValueError, match=words):
        corridor_cover(ROAD, places, **({"interval_m": 1000, "off_road_m": 100} | reported_offset))
    with pytest.raises(InvalidValueError, match="line"):
        corridor_cover(shapely.Point(1, 1), places, interval_m=1000, off_road_m=100)
    with pytest.raises(InvalidValueError, match="no degrees"):
        corridor_cover(shapely.LineString([(0, 0), (500, 0)]), places, interval_m=1, off_road_m=1)
