"""The group worst off is lifted as far as any choice could: brute force beside it."""

from itertools import combinations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given, settings
from scipy import sparse

from geo.siting import CANCELLED, OPTIMAL, TIME_LIMIT
from geo.siting.covering.fairness import best_least_share
from geo.siting.covering.fairness_parts import ProblemParts
from geo.siting.covering.problem import CoverProblem, merged
from geo.siting.covering.state import reached_by
from geo.siting.solver.deadline import Deadline
from geo.siting.solver.limits import Limits

SEEDS = st.integers(0, 9999)
LIMITS = ["number", "budget", "both", "groups"]


def world(seed, limits, *, homes=40, sites=9, groups=5):
    """Scatter homes on a line, each group a stretch of it, so that few sites serve two groups."""
    random = np.random.default_rng(seed)
    here, there = np.sort(random.uniform(0, 1, homes)), random.uniform(0, 1, sites)
    lists = sparse.csr_array((np.abs(here[:, None] - there[None]) <= 0.12).astype(float))
    people, group = random.integers(1, 9, homes) * 1.0, np.sort(random.integers(0, groups, homes))
    costs, stands = random.integers(1, 4, sites) * 1.0, random.integers(0, 3, sites)
    kind = {
        "number": Limits(3, None, np.ones(sites), None, None),
        "budget": Limits(None, 5.0, costs, None, None),
        "both": Limits(3, 5.0, costs, None, None),
        "groups": Limits(4, None, np.ones(sites), stands, np.array([1, 2, 1])),
    }[limits]
    have = random.integers(0, 5, groups) * 1.0
    total = have + np.bincount(group, people, groups) + random.integers(0, 5, groups)
    return merged(CoverProblem(lists, people, np.arange(sites), kind, group)), have, total


def within(limits, some):
    few = limits.count is None or len(some) <= limits.count
    cheap = limits.budget is None or limits.costs[some].sum() <= limits.budget
    room = limits.group is None or (np.bincount(limits.group[some], minlength=3) <= limits.room).all()
    return few and cheap and room


def plans(problem):
    sites = range(problem.lists.shape[1])
    every = (list(some) for count in range(len(sites) + 1) for some in combinations(sites, count))
    return [some for some in every if within(problem.limits, some)]


def given_to(problem, some, groups=5):
    return np.bincount(problem.group, problem.weights * (reached_by(problem.lists, some) > 0), groups)


def shares(problem, have, total, some):
    return ((have + given_to(problem, some)) / np.maximum(total, 1e-9))[total > 0]


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS, limits=st.sampled_from(LIMITS))
@example(seed=547, limits="budget")
def test_no_choice_lifts_the_worst_further(seed, limits):
    problem, have, total = world(seed, limits)
    best = max(shares(problem, have, total, some).min() for some in plans(problem))
    reported_offset = list[float]()
    deadline = Deadline(60, {"progress": lambda seen: reported_offset.append(seen.gap)})
    found = best_least_share(problem, have, total, deadline=deadline)
    assert found.status == OPTIMAL
    assert found.least_share == pytest.approx(best, abs=1e-9)
    assert found.least_share == found.bound == shares(problem, have, total, found.chosen).min()
    assert within(problem.limits, found.chosen)
    assert reported_offset == sorted(reported_offset, reverse=True)


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS, limits=st.sampled_from(LIMITS), share=st.floats(0.1, 0.9))
def test_the_parts_together_are_the_cheapest_of_all(seed, limits, share):
    problem, have, total = world(seed, limits)
    needs = share * total - have
    parts = ProblemParts(problem, total)
    enough = [some for some in plans(problem) if (given_to(problem, some) >= needs - 1e-6).all()]
    cost = min((parts.costs[some].sum() for some in enough), default=np.inf)
    assert not (enough and parts.hopeless(needs))
    for _again in range(2):
        found = parts.cheapest(needs, deadline=Deadline(60, {}))
        if enough:
            assert (found.cost, found.low) == (cost, cost) or found.low <= cost <= found.cost <= parts.most
            assert (given_to(problem, found.chosen) >= needs - 1e-4).all()
        else:
            assert found.low > parts.most


def test_a_search_without_time_keeps_its_start_and_its_bound():
    problem, have, total = world(11, "number")
    best = max(shares(problem, have, total, some).min() for some in plans(problem))
    for status, deadline in (
        (TIME_LIMIT, Deadline(0, {})),
        (CANCELLED, Deadline(60, {"cancelled": lambda: True})),
    ):
        found = best_least_share(problem, have, total, deadline=deadline, start=[2])
        assert found.status in {status, OPTIMAL}
        assert found.least_share <= best <= found.bound + 1e-9
