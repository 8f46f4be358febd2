"""What makes a covering problem small leaves its optimum where it was."""

from dataclasses import replace
from itertools import combinations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from scipy import sparse

from geo.siting.covering.bound import bounded
from geo.siting.covering.greedy import greedy
from geo.siting.covering.problem import CoverProblem, merged, undominated
from geo.siting.covering.set_cover_model import implied_rows
from geo.siting.covering.shortlist import shortlist
from geo.siting.covering.state import CoverState, worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits

SEEDS = st.integers(0, 9999)


def world(seed, homes=40, sites=10, count=3, density=0.15):
    random = np.random.default_rng(seed)
    lists = sparse.csr_array((random.uniform(0, 1, (homes, sites)) < density).astype(float))
    costs, group = random.integers(1, 4, sites) * 1.0, random.integers(0, 3, sites)
    limits = Limits(count, None, costs, group, np.full(3, 2))
    return CoverProblem(lists, random.integers(0, 9, homes) * 1.0, np.arange(sites), limits)


def best(problem):
    """Try every choice within number, money and groups."""
    limits, found = problem.limits, 0.0
    sites = range(problem.lists.shape[1])
    for count in range((limits.count or len(sites)) + 1):
        for some in map(list, combinations(sites, count)):
            dear = limits.budget is not None and limits.costs[some].sum() > limits.budget
            if not dear and (np.bincount(limits.group[some], minlength=3) <= limits.room).all():
                found = max(found, worth(problem, some))
    return found


@settings(deadline=None, max_examples=12)
@given(seed=SEEDS, budget=st.sampled_from([None, 4.0]))
def test_like_demand_merged_and_needless_sites_left_out_change_no_optimum(seed, budget):
    problem = world(seed)
    problem = replace(problem, limits=replace(problem.limits, budget=budget))
    less = merged(problem)
    least = undominated(less)
    assert best(problem) == best(less) == best(least)
    rows = {tuple(row) for row in problem.lists.toarray()[problem.weights > 0] if row.any()}
    assert less.lists.shape[0] == len(rows)
    assert less.weights.sum() == problem.weights[problem.lists.sum(axis=1) > 0].sum()


def test_of_two_sites_that_reach_the_same_the_first_stays_unless_it_costs_more():
    lists = sparse.csr_array(np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]]))
    problem = CoverProblem(lists, np.ones(3), np.arange(3), Limits(1, None, np.ones(3), None, None))
    assert undominated(problem).sites.tolist() == [0, 2]
    dear = replace(problem, limits=replace(problem.limits, costs=np.array([2.0, 1, 1])))
    assert undominated(dear).sites.tolist() == [1, 2]
    apart = replace(problem, limits=replace(problem.limits, group=np.array([0, 1, 1]), room=np.ones(2)))
    assert undominated(apart).sites.tolist() == [0, 1, 2]


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_a_row_is_implied_when_another_has_no_site_that_it_lacks(seed):
    lists = world(seed, homes=12, sites=6, density=0.4).lists
    lists = merged(CoverProblem(lists, np.ones(12), np.arange(6), world(seed, sites=6).limits)).lists
    rows = [set(np.flatnonzero(row)) for row in lists.toarray()]
    implied = [any(other < row for other in rows) for row in rows]
    assert implied_rows(lists).tolist() == implied


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS, budget=st.sampled_from([None, 5.0]))
def test_no_plan_exceeds_the_bound_and_every_better_plan_is_among_the_sites_kept(seed, budget):
    problem = merged(world(seed))
    count = None if budget else 3
    problem = problem.within(replace(problem.limits, budget=budget, count=count, group=None, room=None))
    free = replace(problem, limits=replace(problem.limits, group=np.zeros(10, int), room=np.full(3, 10)))
    optimum = best(free)
    state = bounded(problem, [], deadline=Deadline(9, {}), steps=40)
    assert state.bound >= optimum * (1 - 1e-9)
    assert state.best <= optimum
    if optimum > state.best:
        assert best(free.only(np.flatnonzero(state.kept))) == optimum


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS)
def test_a_shortlist_has_the_best_plan_of_every_number(seed):
    problem = merged(world(seed, count=4))
    problem = problem.within(replace(problem.limits, group=None, room=None))
    chosen = greedy(problem)
    kept = shortlist(problem, [1, 2, 3, 4], chosen, deadline=Deadline(9, {}))
    for count in (1, 2, 3, 4):
        whole, few = (
            max(worth(problem, some) for some in combinations(sites, min(count, len(sites))))
            for sites in (range(10), kept)
        )
        assert whole == few


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, moves=st.lists(st.integers(0, 9), max_size=12))
def test_a_plan_kept_up_to_date_is_the_plan_counted_anew(seed, moves):
    problem, opened = world(seed), set()
    state = CoverState(problem)
    for site in moves:
        (state.close if site in opened else state.open)(site)
        opened ^= {site}
    assert state.covered() == worth(problem, sorted(opened))
    left = problem.weights * (problem.lists[:, sorted(opened)].sum(axis=1) == 0)
    np.testing.assert_allclose(state.gains, problem.lists.T @ left, atol=1e-9)
