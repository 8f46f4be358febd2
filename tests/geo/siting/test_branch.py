"""Branching finds the best plan, and says so only where it has looked at everything."""

from dataclasses import replace
from itertools import combinations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse

from geo.siting import OPTIMAL, cover_curve, max_cover
from geo.siting.covering import branch
from geo.siting.covering.branch import branched, dived
from geo.siting.covering.problem import CoverProblem, merged
from geo.siting.covering.relaxed import RelaxedWalk
from geo.siting.covering.state import worth
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits

SEEDS = st.integers(0, 9999)
# Three homes, each reached from two of three sites: half of each site is the relaxation's best.
RING = sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))


def deadline():
    return Deadline(60, {})


def world(seed, limits, *, homes=30, sites=9, density=0.3):
    random = np.random.default_rng(seed)
    lists = sparse.csr_array((random.uniform(0, 1, (homes, sites)) < density).astype(float))
    costs, group = random.integers(1, 4, sites) * 1.0, random.integers(0, 3, sites)
    kind = {
        "number": Limits(3, None, np.ones(sites), None, None),
        "budget": Limits(None, 5.0, costs, None, None),
        "groups": Limits(4, None, np.ones(sites), group, np.array([1, 2, 1])),
    }[limits]
    return merged(CoverProblem(lists, random.integers(1, 9, homes) * 1.0, np.arange(sites), kind))


def within(limits, some):
    few = limits.count is None or len(some) <= limits.count
    cheap = limits.budget is None or limits.costs[some].sum() <= limits.budget
    return (
        few
        and cheap
        and (limits.group is None or (np.bincount(limits.group[some], minlength=3) <= limits.room).all())
    )


def best(problem):
    sites = range(problem.lists.shape[1])
    plans = (list(some) for count in range(7) for some in combinations(sites, count))
    return max(worth(problem, some) for some in plans if within(problem.limits, some))


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, limits=st.sampled_from(["number", "budget", "groups"]))
def test_the_branches_end_at_the_best_plan(seed, limits):
    problem = world(seed, limits)
    limit = problem.limits.count or problem.limits.budget
    walk = RelaxedWalk(problem, deadline())
    root = walk.at(limit, deadline())
    found = branched(walk, problem, limit, start=[], deadline=deadline())
    assert found.proven
    assert found.bound == pytest.approx(best(problem))
    assert worth(problem, found.chosen) == best(problem)
    assert within(problem.limits, found.chosen)
    # Whatever was fixed on the way is free again.
    assert walk.at(limit, deadline()).bound == pytest.approx(root.bound)


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, budget=st.sampled_from([3.0, 4.0, 6.0]))
def test_no_money_is_spent_that_is_not_there_and_no_plan_is_better(seed, budget):
    problem = world(seed, "budget", density=0.15)
    problem = problem.within(replace(problem.limits, budget=budget))
    cost = np.where(problem.lists.toarray() > 0, 0.0, np.inf)
    plan = max_cover(cost, problem.weights, max_cost=1, budget=budget, site_costs=problem.limits.costs)
    assert (plan.objective, plan.status) == (best(problem), OPTIMAL)
    assert problem.limits.costs[list(plan.sites)].sum() <= budget


def test_a_ring_of_halves_is_resolved():
    problem = CoverProblem(RING, np.ones(3), np.arange(3), Limits(None, 1.5, np.ones(3), None, None))
    walk = RelaxedWalk(problem, deadline())
    root = walk.at(1.5, deadline())
    assert root.chosen is None
    assert root.bound == pytest.approx(3)
    assert walk.at(1, deadline(), fixed={0: 0}).bound == pytest.approx(2)
    assert walk.at(1, deadline(), fixed={0: 1, 1: 1}).bound == -np.inf
    found = branched(walk, problem, 1.5, start=[], deadline=deadline())
    assert (len(found.chosen), found.bound, found.proven) == (1, 2.0, True)


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS, limits=st.sampled_from(["number", "budget", "groups"]))
def test_a_plan_looked_for_straight_away_keeps_the_limits(seed, limits):
    problem = world(seed, limits, density=0.4)
    limit = problem.limits.count or problem.limits.budget
    walk = RelaxedWalk(problem, deadline())
    plan = dived(walk, problem, limit, walk.at(limit, deadline()), deadline=deadline())
    assert within(problem.limits, plan)
    # No exchange of one site gains: half of the best at least (Nemhauser, Wolsey and Fisher 1978).
    assert limits != "number" or worth(problem, plan) >= best(problem) / 2


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS)
def test_a_search_cut_short_keeps_its_plan_and_a_bound_that_holds(seed):
    problem = world(seed, "budget", density=0.4)
    walk = RelaxedWalk(problem, deadline())
    root = walk.at(5.0, deadline())
    if root.chosen is not None:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(branch, "_MOST_STEPS", 0)
        found = branched(walk, problem, 5.0, start=[1], deadline=deadline())
    assert worth(problem, [1]) <= worth(problem, found.chosen) <= best(problem)
    assert found.bound >= best(problem) - 1e-9
    off = Deadline(60, {"cancelled": lambda: True})
    assert branched(walk, problem, 5.0, start=[1], deadline=off) is None


def test_a_curve_whose_branches_are_cut_short_is_proven_all_the_same(monkeypatch):
    random = np.random.default_rng(2)
    here = random.uniform(0, 1, (120, 2))
    cost, people = (
        np.hypot(*(here[:, None] - here[None]).transpose(2, 0, 1)),
        random.integers(1, 99, 120) * 1.0,
    )
    reported_offset = {"max_cost": 0.25, "sites": range(1, 9)}
    whole = cover_curve(cost, people, **reported_offset)
    monkeypatch.setattr(branch, "_LEFT_OPEN", 1)
    monkeypatch.setattr(branch, "_MOST_STEPS", 20)
    cut = cover_curve(cost, people, **reported_offset)
    assert (whole["status"] == OPTIMAL).all()
    assert (cut["status"] == OPTIMAL).all()
    assert cut["objective"].tolist() == whole["objective"].tolist()
    assert (whole["bound"] - whole["objective"]).abs().max() <= 1e-9 * whole["bound"].max()
