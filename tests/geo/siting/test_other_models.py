"""Fewest sites, backup, medians, centers and capacities: small worlds, brute force, and spopt beside them."""

from itertools import combinations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from geo.siting import (
    INFEASIBLE,
    OPTIMAL,
    backup_cover,
    capacitated_cover,
    capacitated_p_median,
    cover_curve,
    max_cover,
    p_center,
    p_median,
    set_cover,
)

STREET = np.abs(np.arange(10)[:, None] - np.arange(10)[None, :]) * 1000.0
PEOPLE = np.array([5.0, 1, 1, 2, 9, 2, 1, 1, 1, 4])
SEEDS = st.integers(0, 9999)


def scattered(seed, homes=30, sites=9):
    random = np.random.default_rng(seed)
    here, there = random.uniform(0, 1, (homes, 2)), random.uniform(0, 1, (sites, 2))
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)), random.integers(0, 20, homes) * 1.0


def choices(sites, count, fixed=()):
    return (sorted({*some, *fixed}) for some in combinations(sorted(set(range(sites)) - {*fixed}), count))


def fewest(cost, people, reach, share, fixed=()):
    """Try every choice, the smallest first."""
    need = share * people.sum() - 1e-9
    for count in range(cost.shape[1] + 1):
        for sites in choices(cost.shape[1], count, fixed):
            if people[(cost[:, sites] <= reach).any(axis=1)].sum() >= need:
                return count
    return None


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS, reach=st.floats(0.15, 0.7), share=st.sampled_from([0.5, 0.9, 1.0]), kept=st.booleans())
def test_no_fewer_sites_reach_as_many(seed, reach, share, kept):
    cost, people = scattered(seed)
    fixed = [3] if kept else []
    plan = set_cover(cost, people, max_cost=reach, share=share, fixed=fixed)
    best = fewest(cost, people, reach, share, fixed)
    if best is None:
        assert plan.status == INFEASIBLE
        assert (plan.unreachable > reach).all()
    else:
        assert (plan.status, len(plan.sites), plan.objective, plan.gap) == (OPTIMAL, best, best, 0)
        assert plan.share >= share - 1e-12
        assert 3 not in plan.sites or not kept


def test_the_cheapest_cover_may_have_more_sites():
    cost = np.array([[0, 9, 0.0], [0, 0, 9]])
    assert set_cover(cost, max_cost=0, site_costs=[5, 2, 2]).objective == 4
    assert set_cover(cost, max_cost=0).sites == (0,)


def test_a_share_of_the_people_takes_fewer_sites():
    assert len(set_cover(STREET, PEOPLE, max_cost=1000).sites) == 4
    assert set_cover(STREET, PEOPLE, max_cost=1000, share=0.4).sites == (4,)


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, reach=st.floats(0.4, 0.8), kept=st.booleans())
def test_no_choice_of_as_few_sites_gives_more_people_a_second_one(seed, reach, kept):
    cost, people = scattered(seed, sites=7)
    people += 1
    fixed = [2] if kept else []
    plan = backup_cover(cost, people, max_cost=reach, fixed=fixed)
    count = fewest(cost, people, reach, 1.0, fixed)
    if count is None:
        assert plan.status == INFEASIBLE
        return
    reached = [(cost[:, sites] <= reach).sum(axis=1) for sites in choices(7, count, fixed)]
    best = max(people[times >= 2].sum() for times in reached if (times >= 1).all())
    assert (plan.status, len(plan.sites), plan.objective) == (OPTIMAL, count, best)


def test_backup_with_too_few_sites_says_so():
    plan = backup_cover(STREET, max_cost=1000, sites=2)
    assert plan.status == INFEASIBLE
    assert "more than 2" in str(plan.reason)
    assert backup_cover(STREET, max_cost=1000, sites=8).share == 1


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS, count=st.integers(1, 4), kept=st.booleans())
def test_no_choice_has_shorter_ways_or_a_shorter_longest_way(seed, count, kept):
    cost, people = scattered(seed)
    fixed = [5] if kept else []
    sites = list(choices(9, count, fixed))
    median, center = (
        p_median(cost, people, sites=count, fixed=fixed),
        p_center(cost, sites=count, fixed=fixed),
    )
    assert median.objective == pytest.approx(min(people @ cost[:, s].min(axis=1) for s in sites), rel=1e-12)
    assert center.objective == min(cost[:, s].min(axis=1).max() for s in sites)
    assert (median.status, center.status) == (OPTIMAL, OPTIMAL)
    assert sum(center.gains) <= len(cost)
    assert len(median.sites) <= count


def test_medians_keep_to_the_number_in_each_county():
    cost, people = scattered(7)
    county = np.arange(9) % 2
    plan = p_median(cost, people, sites=3, site_groups=county, most_per_group=2, forbidden=[0])
    allowed = [s for s in choices(9, 3) if 0 not in s and max(np.bincount(county[s])) <= 2]
    assert plan.objective == pytest.approx(min(people @ cost[:, s].min(axis=1) for s in allowed))


def test_medians_that_cannot_serve_everybody_name_who_is_left():
    cost = np.array([[1.0, np.inf], [np.inf, 2.0], [1.0, np.inf]])
    people = pd.Series([1.0, 1, 1], index=["a", "b", "c"])
    plan = p_median(cost, people, sites=1)
    assert (plan.status, plan.unreachable.to_dict()) == (INFEASIBLE, {"b": 2.0})
    assert p_median(cost, people, sites=2).objective == 4
    cost[1] = np.inf
    lost = p_median(cost, people, sites=2)
    assert (lost.status, list(lost.unreachable.index)) == (INFEASIBLE, ["b"])
    assert p_center(cost, people, sites=2).status == INFEASIBLE
    assert p_center(cost, [1, 0, 1], sites=1).objective == 1


@settings(deadline=None, max_examples=5)
@given(seed=SEEDS, capacity=st.integers(5, 120))
def test_no_choice_serves_more_or_costs_less_than_the_capacitated_plan(seed, capacity):
    from scipy.optimize import linprog

    cost, people = scattered(seed, homes=8, sites=5)
    best_served, least = 0.0, np.inf
    for sites in choices(5, 2):
        pairs = [(i, j) for i in range(8) for j in sites]
        home = np.array([[float(i == k) for i, _ in pairs] for k in range(8)])
        full = np.array([[float(j == k) for _, j in pairs] for k in sites])
        near = [(0, None if cost[pair] <= 0.4 else 0) for pair in pairs]
        rows, upper = np.vstack([home, full]), [*people, capacity, capacity]
        best_served = max(best_served, -linprog([-1.0] * 16, rows, upper, bounds=near).fun)
        costs = linprog([cost[pair] for pair in pairs], full, [capacity] * 2, home, people)
        least = min(least, costs.fun if costs.status == 0 else np.inf)
    served = capacitated_cover(cost, people, max_cost=0.4, capacity=capacity, sites=2)
    cheap = capacitated_p_median(cost, people, capacity=capacity, sites=2)
    assert (served.status, served.objective) == (OPTIMAL, pytest.approx(best_served, abs=1e-6))
    assert max(served.gains, default=0) <= capacity + 1e-6
    if np.isinf(least):
        assert (cheap.status, "do not fit" in str(cheap.reason)) == (INFEASIBLE, True)
    else:
        assert (cheap.status, cheap.objective) == (OPTIMAL, pytest.approx(least, abs=1e-6))


@pytest.mark.parametrize("unit", [1e-300, 1e-6, 1e9])
def test_capacitated_plans_are_the_same_in_whatever_unit_people_are_counted(unit):
    cost, people = scattered(4, homes=12, sites=6)
    room, reported_offset = np.array([20.0, 30, 40, 15, 25, 35]), list[float]()
    for model, asked in ((capacitated_cover, {"max_cost": 0.4}), (capacitated_p_median, {})):
        asked |= {"sites": 5, "progress": lambda seen: reported_offset.append(seen.objective / unit)}
        plain = model(cost, people, capacity=room, **asked | {"progress": None})
        plan = model(cost, people * unit, capacity=room * unit, **asked)
        assert plan.status == plain.status == OPTIMAL
        assert plan.objective == pytest.approx(plain.objective * unit, rel=1e-6)
        assert plan.bound == pytest.approx(plan.objective, rel=1e-6)
        assert all(0 < each < 10 * plain.objective for each in reported_offset)


@settings(deadline=None, max_examples=3)
@given(seed=SEEDS, reach=st.floats(0.05, 0.4))
def test_the_curve_is_the_plan_of_each_number_and_of_each_amount(seed, reach):
    cost, people = scattered(seed, 60, 20)
    curve = cover_curve(cost, people, max_cost=reach, sites=range(1, 8), fixed=[2])
    plans = [max_cover(cost, people, max_cost=reach, sites=n, fixed=[2]) for n in range(1, 8)]
    assert curve["objective"].tolist() == [plan.objective for plan in plans]
    assert (curve["status"] == OPTIMAL).all()
    assert (curve["greedy_objective"] <= curve["objective"]).all()
    assert curve["objective"].is_monotonic_increasing
    prices = np.random.default_rng(seed).integers(1, 5, 20)
    money = cover_curve(cost, people, max_cost=reach, budget=[2, 5, 9], site_costs=prices)
    for amount in (2, 5, 9):
        plan = max_cover(cost, people, max_cost=reach, budget=amount, site_costs=prices)
        assert money.loc[amount, "objective"] == plan.objective


@pytest.mark.slow
@settings(deadline=None, max_examples=6)
@given(seed=SEEDS)
@pytest.mark.filterwarnings("ignore")
def test_spopt_finds_the_same_optima(seed):
    pulp = pytest.importorskip("pulp")
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    cost, people = scattered(seed, 25, 8)
    people += 1
    solver = pulp.PULP_CBC_CMD(msg=False)

    def value(model):
        return model.solve(solver).problem.objective.value()

    ours = max_cover(cost, people, max_cost=0.25, sites=3).objective
    assert value(MCLP.from_cost_matrix(cost, people, 0.25, 3)) == ours
    assert value(PMedian.from_cost_matrix(cost, people, 3)) == pytest.approx(
        p_median(cost, people, sites=3).objective, rel=1e-6
    )
    # CBC may stop a few millionths above the shortest radius; never below it.
    assert value(PCenter.from_cost_matrix(cost, 3)) == pytest.approx(
        p_center(cost, sites=3).objective, rel=1e-4
    )
    wide = float(cost.min(axis=1).max())
    assert value(LSCP.from_cost_matrix(cost, wide)) == set_cover(cost, max_cost=wide).objective
