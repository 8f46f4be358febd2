"""Maximal covering: a street one can picture, brute force beside it, and the laws that must hold."""

import math
from itertools import combinations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
from hypothesis import given, settings
from scipy import sparse

from geo.siting import GREEDY, INFEASIBLE, OPTIMAL, TIME_LIMIT, greedy_cover, max_cover

# Homes at 0, 1, ..., 9 km along a street; a station may stand at any of them.
STREET = np.abs(np.arange(10)[:, None] - np.arange(10)[None, :]) * 1000.0
PEOPLE = np.array([5.0, 1, 1, 2, 9, 2, 1, 1, 1, 4])


def scattered(seed, homes=30, sites=9):
    random = np.random.default_rng(seed)
    here, there = random.uniform(0, 1, (homes, 2)), random.uniform(0, 1, (sites, 2))
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)), random.integers(0, 20, homes) * 1.0


def covered(cost, people, sites, reach):
    return people[(cost[:, list(sites)] <= reach).any(axis=1)].sum()


def test_one_station_stands_where_most_people_are_within_a_kilometre():
    plan = max_cover(STREET, PEOPLE, max_cost=1000, sites=1)
    assert (plan.sites, plan.gains, plan.status) == ((4,), (13.0,), OPTIMAL)
    assert (plan.objective, plan.bound, plan.gap) == (13.0, 13.0, 0.0)
    assert plan.share == 13 / 27


def test_sites_stand_in_order_of_what_each_adds():
    plan = max_cover(STREET, PEOPLE, max_cost=1000, sites=3)
    assert plan.sites == (4, 1, 8)
    assert plan.gains == (13.0, 7.0, 6.0)


def test_of_equal_sites_the_earliest_is_chosen():
    assert max_cover(STREET, np.ones(10), max_cost=1000, sites=1).sites == (1,)
    assert max_cover(STREET, np.ones(10), max_cost=0, sites=2).sites == (0, 1)


def test_a_station_that_stands_is_not_counted_and_not_doubled():
    plan = max_cover(STREET, PEOPLE, max_cost=1000, sites=1, fixed=[4])
    assert (plan.sites, plan.objective) == ((1,), 20.0)


def test_sites_that_add_nobody_are_not_opened():
    plan = max_cover(STREET, PEOPLE, max_cost=1000, sites=10)
    assert plan.objective == 27
    assert len(plan.sites) == 4


def test_nobody_out_of_reach_is_counted_and_the_threshold_that_would_do_is_told():
    far = np.vstack([STREET, np.full((1, 10), 50_000.0), np.full((1, 10), np.inf)])
    people = pd.Series([*PEOPLE, 100.0, 7.0], index=[*"abcdefghij", "island", "moon"])
    plan = max_cover(far, people, max_cost=1000, sites=2)
    assert plan.objective == 20
    assert plan.share == 20 / 134
    assert plan.unreachable.to_dict() == {"island": 50_000.0, "moon": math.inf}


def test_money_buys_two_cheap_sites_or_one_dear():
    costs = np.array([1.0] * 4 + [3.0] + [1.0] * 5)
    assert max_cover(STREET, PEOPLE, max_cost=0, budget=2, site_costs=costs).sites == (0, 9)
    assert max_cover(STREET, PEOPLE, max_cost=0, budget=3, site_costs=costs).objective == 11
    assert max_cover(STREET, PEOPLE, max_cost=0, budget=4, site_costs=costs).sites == (4, 0)
    assert max_cover(STREET, PEOPLE, max_cost=0, budget=9, sites=1, site_costs=costs).sites == (4,)


def test_a_county_gets_no_more_than_its_number():
    counties = ["west"] * 5 + ["east"] * 5
    plan = max_cover(STREET, PEOPLE, max_cost=0, sites=3, site_groups=counties, most_per_group=1)
    assert plan.sites == (4, 9)


def test_every_county_gets_its_least_share():
    counties = ["west"] * 5 + ["east"] * 5
    plan = max_cover(STREET, PEOPLE, max_cost=1000, sites=2, demand_groups=counties, least_share=0.7)
    assert plan.status == INFEASIBLE
    assert "least share; no more than 66.7% can be had" in str(plan.reason)
    assert "leaves 2 below: east 66.7%; west 66.7%" in str(plan.reason)
    less = max_cover(STREET, PEOPLE, max_cost=1000, sites=2, demand_groups=counties, least_share=0.5)
    assert (less.status, less.objective) == (OPTIMAL, 19.0)
    assert set(less.sites) == {4, 8}


def test_a_share_that_no_choice_gives_names_the_counties():
    counties = ["west"] * 5 + ["east"] * 5
    cost = STREET.copy()
    cost[5:] = np.inf
    plan = max_cover(cost, PEOPLE, max_cost=1000, sites=2, demand_groups=counties, least_share=0.5)
    assert (plan.status, plan.sites) == (INFEASIBLE, ())
    assert "east 0.0%" in str(plan.reason)
    assert list(plan.unreachable.index) == [5, 6, 7, 8, 9]


def test_array_sparse_and_long_frame_give_one_answer():
    cost, people = scattered(3)
    near = cost <= 0.4
    row, column = np.nonzero(near)
    matrix = sparse.coo_array((cost[near], (row, column)), shape=cost.shape)
    frame = pd.DataFrame({"origin": row, "destination": column, "cost": cost[near]})
    plans = [max_cover(c, pd.Series(people), max_cost=0.3, sites=3) for c in (cost, matrix, frame)]
    assert len({(plan.sites, plan.gains, plan.objective, plan.share) for plan in plans}) == 1


def test_a_zero_written_in_a_sparse_matrix_is_a_way_of_no_length():
    matrix = sparse.csr_array((np.zeros(1), ([0], [0])), shape=(2, 2))
    assert max_cover(matrix, [3.0, 5.0], max_cost=0, sites=1).objective == 3


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9999), count=st.integers(1, 4), reach=st.floats(0.05, 0.6))
def test_the_plan_is_the_best_of_all_and_greedy_is_near_and_never_called_optimal(seed, count, reach):
    cost, people = scattered(seed)
    best = max(covered(cost, people, sites, reach) for sites in combinations(range(9), count))
    plan = max_cover(cost, people, max_cost=reach, sites=count)
    soon = greedy_cover(cost, people, max_cost=reach, sites=count)
    assert (plan.objective, plan.status, plan.gap) == (best, OPTIMAL, 0)
    assert plan.objective == covered(cost, people, plan.sites, reach) == sum(plan.gains)
    assert (1 - 1 / math.e) * best <= soon.objective <= best <= soon.bound
    assert soon.status == GREEDY


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 9999), reach=st.floats(0.05, 0.5))
def test_one_more_site_or_more_money_never_covers_fewer(seed, reach):
    cost, people = scattered(seed)
    prices = np.random.default_rng(seed).integers(1, 5, 9)
    for more in ("sites", "budget"):
        extra = {} if more == "sites" else {"site_costs": prices}
        reached = [
            max_cover(cost, people, max_cost=reach, **{more: n}, **extra).objective for n in range(1, 6)
        ]
        assert reached == sorted(reached)


def test_stopped_at_the_first_moment_the_greedy_plan_is_given_with_its_gap():
    cost, people = scattered(5, 300, 80)
    plan = max_cover(cost, people, max_cost=0.1, sites=8, time_limit_s=0)
    assert plan.status == TIME_LIMIT
    assert len(plan.sites) >= 1
    assert 0 < plan.gap < 1
    assert plan.bound >= max_cover(cost, people, max_cost=0.1, sites=8).objective >= plan.objective
