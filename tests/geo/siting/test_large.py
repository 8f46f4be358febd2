"""Medians and centers too large for a table: small worlds with a known best, asked as if they were large."""

from itertools import combinations
from itertools import count as counted

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse
from scipy.spatial import cKDTree

from geo.siting import CANCELLED, INFEASIBLE, OPTIMAL, p_center, p_median
from geo.siting.center import exchange, search
from geo.siting.median import costs
from geo.siting.median.costs import read_site_costs
from geo.siting.median.problem import with_all
from geo.siting.median.sums import exchange_sums, nearest_open, saved_sums, times_served
from geo.siting.solver.cost_table import read_costs
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits

SEEDS = st.integers(0, 9999)
# Enough to find a plan and its bound many times over.
STEPS = 1000


@pytest.fixture(scope="module", autouse=True)
def everything_is_large():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(costs, "MOST_CELLS", 0)
        for few in ("_FIRST", "_MORE", "_FEW", "_LOOKED_AT"):
            patch.setattr(search, few, 4)
        yield


def scattered(seed, homes=40, sites=10):
    random = np.random.default_rng(seed)
    here, there = random.uniform(0, 1, (homes, 2)), random.uniform(0, 1, (sites, 2))
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)), random.integers(0, 20, homes) * 1.0


def nearest_only(cost, count):
    """Write down only the nearest sites of each home; the rest is no way."""
    limit = np.sort(cost, axis=1)[:, count - 1 : count]
    row, site = np.nonzero(cost <= limit)
    return sparse.csr_array((cost[row, site], (row, site)), shape=cost.shape)


def forms(cost, count):
    """Give the question as a sparse matrix of the nearest, and what that is as arrays of both precisions."""
    pairs = nearest_only(cost, count)
    whole = np.full(cost.shape, np.inf)
    row, site = pairs.nonzero()
    whole[row, site] = cost[row, site]
    return whole, {"sparse": pairs, "double": whole, "single": whole.astype(np.float32)}


def choices(sites, count, fixed):
    free = sorted(set(range(sites)) - set(fixed))
    return [sorted({*some, *fixed}) for some in combinations(free, count)]


def called_off_after(steps):
    """Call a search off after so many steps, which are as many on every machine."""
    asked = counted()
    return lambda: next(asked) >= steps


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sparse", "double", "single"])
@settings(deadline=None, max_examples=8)
@given(seed=SEEDS, count=st.integers(1, 4), listed=st.sampled_from([4, 7, 10]), kept=st.booleans())
def test_the_best_medians_lie_between_the_bound_and_the_plan(form, seed, count, listed, kept):
    cost, people = scattered(seed)
    fixed = [5] if kept else []
    whole, asked = forms(cost, listed)
    site_costs = [whole[people > 0][:, sites].min(axis=1) for sites in choices(10, count, fixed)]
    best = min(people[people > 0] @ way for way in site_costs)
    plan = p_median(asked[form], people, sites=count, fixed=fixed, cancelled=called_off_after(STEPS))
    if np.isinf(best):
        assert not plan.sites
        assert plan.status in {INFEASIBLE, CANCELLED}
        return
    assert plan.bound <= best * (1 + 1e-6)
    if plan.sites or fixed:
        opened = sorted({*plan.sites, *fixed})
        assert plan.objective == pytest.approx(people[people > 0] @ whole[people > 0][:, opened].min(axis=1))
        assert plan.objective >= best * (1 - 1e-6)
        assert plan.status == OPTIMAL or plan.gap > 0
        assert plan.objective <= best * 1.05


@pytest.mark.parametrize("form", ["sparse", "double", "single"])
@settings(deadline=None, max_examples=8)
@given(seed=SEEDS, count=st.integers(1, 4), listed=st.sampled_from([4, 7, 10]), kept=st.booleans())
def test_a_few_people_asked_again_and_again_find_the_best_center(form, seed, count, listed, kept):
    cost, people = scattered(seed)
    fixed = [5] if kept else []
    whole, asked = forms(cost, listed)
    best = min(whole[people > 0][:, sites].min(axis=1).max() for sites in choices(10, count, fixed))
    plan = p_center(asked[form], people, sites=count, fixed=fixed)
    if np.isinf(best):
        assert (plan.status, plan.sites) == (INFEASIBLE, ())
    else:
        assert (plan.status, plan.gap) == (OPTIMAL, 0)
        assert plan.objective == pytest.approx(best, rel=1e-6)
        assert len(plan.sites) <= count


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS, count=st.integers(1, 6))
def test_exchanges_find_sites_that_reach_all_or_say_they_do_not(seed, count):
    cost, _ = scattered(seed)
    reach = np.sort(cost.min(axis=1))[-3] + 0.2
    lists = sparse.csr_array(cost[cost.min(axis=1) <= reach] <= reach).astype(float)
    fits = any((lists @ np.isin(range(10), some) > 0).all() for some in combinations(range(10), count))
    found = exchange.reaching_all(lists, np.arange(count), steps=4000, deadline=Deadline(9, {}))
    assert (found is not None) == fits
    if found is not None:
        assert len(found) == count
        assert (lists @ np.isin(range(10), found) > 0).all()


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS, count=st.integers(1, 4))
def test_the_relaxation_never_asks_for_more_sites_than_the_fewest_that_do(seed, count):
    cost, _ = scattered(seed)
    reach = min(cost[:, sites].min(axis=1).max() for sites in choices(10, count, []))
    relaxed = search.RelaxedFewest(Limits(None, None, np.ones(10), None, None), Deadline(9, {}))
    needs = []
    for part in np.array_split(cost, 4):
        relaxed.add(sparse.csr_array((part <= reach).astype(float)))
        needs.append(relaxed.solve()[0])
    assert needs == sorted(needs)
    assert needs[-1] <= count + 1e-9
    assert relaxed.priced().sum() >= needs[-1] - 1e-9


@settings(deadline=None, max_examples=6)
@given(seed=SEEDS, count=st.integers(2, 4), most=st.integers(1, 2))
def test_centers_keep_to_the_number_in_each_county_and_need_no_compiled_loops(seed, count, most):
    cost, _ = scattered(seed)
    county = np.arange(10) % 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "load_loops", lambda _family: None)
        plan = p_center(cost, sites=count, site_groups=county, most_per_group=most)
        free = p_center(cost, sites=count)
    fits = [
        sites for sites in choices(10, min(count, 3 * most), []) if np.bincount(county[sites]).max() <= most
    ]
    assert plan.objective == min(cost[:, sites].min(axis=1).max() for sites in fits)
    assert free.objective == min(cost[:, sites].min(axis=1).max() for sites in choices(10, count, []))


def test_lists_cut_short_still_give_a_bound_and_the_right_sum(monkeypatch):
    cost, people = scattered(3, homes=200, sites=20)
    exact = min((people @ cost[:, sites].min(axis=1), sites) for sites in choices(20, 2, []))[0]
    monkeypatch.setattr(costs, "_MOST_LISTED", 200 * 6)
    for asked in (cost, sparse.csr_array(cost)):
        plan = p_median(asked, people, sites=2, cancelled=called_off_after(STEPS))
        assert plan.objective == pytest.approx(people @ cost[:, sorted(plan.sites)].min(axis=1))
        assert 0 < plan.bound <= exact * (1 + 1e-9)
        assert exact * (1 - 1e-9) <= plan.objective <= exact * 1.05


def test_the_first_that_medians_tell_is_a_true_bound_and_comes_before_any_exchange():
    cost, people = scattered(2)
    best = min(people @ cost[:, sites].min(axis=1) for sites in choices(10, 2, []))
    reported_offset = []
    p_median(cost, people, sites=2, time_limit_s=0, progress=reported_offset.append)
    assert reported_offset[0].bound == pytest.approx((people * cost.min(axis=1)).sum())
    assert reported_offset[0].bound <= best <= reported_offset[0].objective * (1 + 1e-9)


def test_a_large_search_that_is_called_off_keeps_its_best():
    cost, people = scattered(1, homes=300, sites=30)
    for model in (p_median, p_center):
        asked = iter([False] * 3)
        plan = model(cost, people + 1, sites=5, cancelled=lambda asked=asked: next(asked, True))
        assert plan.status in {CANCELLED, OPTIMAL}
        assert not plan.sites or plan.bound <= plan.objective


@pytest.mark.slow
def test_twenty_thousand_homes_have_medians_within_a_few_percent():
    random = np.random.default_rng(5)
    homes = random.uniform(0, 1, (20_000, 2))
    metres, site = cKDTree(homes[:400]).query(homes, k=80)
    row = np.repeat(np.arange(20_000), 80)
    cost = sparse.csr_array((metres.ravel() + 0.001, (row, site.ravel())), shape=(20_000, 400))
    reported_offset = list[float]()
    plan = p_median(
        cost,
        sites=40,
        time_limit_s=60,
        progress=lambda seen: reported_offset.append(seen.gap),
        cancelled=lambda: bool(reported_offset) and reported_offset[-1] <= 0.05,
    )
    assert len(plan.sites) == 40
    assert plan.gap <= 0.05
    assert reported_offset == sorted(reported_offset, reverse=True)


@pytest.mark.parametrize("count", [3, 40])
def test_sums_of_large_medians_are_the_same_by_compiled_loops_and_without(monkeypatch, count):
    cost, people = scattered(5, homes=300, sites=60)
    table = read_costs(cost, people)
    monkeypatch.setattr(costs, "_LARGE_FROM_PAIRS", 0)
    fixed, opened = np.arange(60) == 7, np.array([2, 7, 11, 30])
    limits = Limits(5, None, np.ones(60), None, None)

    def sums(problem):
        near = nearest_open(problem, opened)
        prices, owner = near.second * 0.9, np.where(near.site >= 0, np.searchsorted(opened, near.site), 4)
        return [
            saved_sums(problem, prices),
            times_served(problem, prices, opened),
            *near,
            *exchange_sums(problem, near, owner, places=5),
            *problem.costs.nearest(opened),
        ]

    site_costs = read_site_costs(table, np.arange(300), np.arange(60), fixed=fixed, nearest=count)
    problem = with_all(site_costs, fixed, limits)
    compiled = sums(problem)
    assert site_costs.priced is None
    assert costs.large_loops(problem.price) is not None
    monkeypatch.setattr(costs, "load_loops", lambda _family: None)
    for ours, plain in zip(compiled, sums(problem), strict=True):
        np.testing.assert_array_equal(ours, plain)
    priced = cost * people[:, None]
    np.testing.assert_array_equal(compiled[-2], priced[:, opened].min(axis=1))
    saved = np.minimum(np.where(listed_in(problem), priced - compiled[4][:, None] * 0.9, 0), 0)
    assert compiled[0] == pytest.approx(saved.sum(axis=0))


def listed_in(problem):
    listed = np.zeros((len(problem.end), len(problem.fixed)), bool)
    listed[problem.row, problem.site] = True
    return listed
