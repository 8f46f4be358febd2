"""Every model under every combination of limits against every choice there is; plans that must be caught."""

import ast
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import sparse

from geo import siting
from geo.errors import PlanFaultError
from geo.siting import max_cover
from geo.siting.checker import check
from geo.siting.checker.check import checked
from geo.siting.checker.rules import capacity_faults, cover_faults, fewest_faults, median_faults
from geo.siting.covering import exact
from geo.siting.covering import max_cover as cover
from tests.geo.siting import brute_force

SITING = Path(siting.__file__).parent
MODELS = sorted(brute_force.TRIALS)
EACH = 12


@pytest.mark.parametrize("model", MODELS)
def test_every_combination_of_limits_has_the_best_answer(model):
    for limits, seed in brute_force.questions(model, 1):
        brute_force.try_one(model, limits, seed)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_thousands_of_questions_have_the_best_answer(model):
    for limits, seed in brute_force.questions(model, EACH):
        brute_force.try_one(model, limits, seed)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["max_cover", "cover_curve"])
def test_prices_and_branches_lose_no_plan_either(model, monkeypatch):
    """So small a question goes to HiGHS at once; the way of a large one must find the same."""
    monkeypatch.setattr(exact, "FEW_SITES", 0)
    for limits, seed in brute_force.questions(model, EACH // 4):
        brute_force.try_one(model, limits, seed + 500)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_no_small_question_has_a_wrong_answer(model, data):
    limits = data.draw(st.sampled_from(brute_force.combinations_of(model)))
    brute_force.TRIALS[model](data.draw(brute_force.worlds(limits)), limits, 1)


# Homes at 0, 1, ... 4 km along a street, a site at each; two sites may open, and one in each half.
STREET = np.abs(np.arange(5)[:, None] - np.arange(5)[None, :]) * 1000.0
ASKED = {
    "cost": STREET,
    "weights": np.array([5.0, 1, 1, 2, 9]),
    "max_cost": 1000.0,
    "sites": 2,
    "budget": 5.0,
    "site_costs": [1.0, 2, 3, 3, 1],
    "fixed": [2],
    "forbidden": [3],
    "site_groups": list("wweee"),
    "most_per_group": 1,
    "demand_groups": list("wwwee"),
    "least_share": 0.5,
}
PLAN = max_cover(**ASKED)


def faults_of(plan, **other):
    return list(cover_faults({**ASKED, **other}, plan))


def test_a_right_plan_has_no_fault_and_any_other_site_or_figure_has():
    assert (PLAN.sites, PLAN.gains, PLAN.objective) == ((4, 0), (9.0, 5.0), 18.0)
    assert faults_of(PLAN) == []
    for other in ("objective", "share", "bound"):
        assert faults_of(replace(PLAN, **{other: 0.5})), other
    for sites, words in (
        ((4, 3), "forbidden"),
        ((4, 2), "stands already"),
        ((4, 4), "opened twice"),
        ((4, 9), "does not exist"),
        ((0, 1), "a group gets 2"),
        ((0, 1, 4), "3 sites are opened"),
    ):
        assert words in "; ".join(faults_of(replace(PLAN, sites=sites))), words
    assert any("budget" in fault for fault in faults_of(PLAN, budget=1.0))
    assert any("least share" in fault for fault in faults_of(PLAN, max_cost=0.0, least_share=1.0))
    assert any("gap" in fault for fault in faults_of(replace(PLAN, gap=0.1)))
    assert any("gains" in fault for fault in faults_of(replace(PLAN, gains=(5.0, 9.0))))
    assert any("no plan" in fault for fault in faults_of(replace(PLAN, objective=np.nan)))


def test_people_who_go_where_they_cannot_are_found_in_the_plan_of_who_goes_where():
    asked = {"cost": STREET, "weights": np.ones(5), "capacity": 3.0, "sites": 2, "max_cost": 1000.0}
    plan = siting.capacitated_cover(**asked)
    assert list(capacity_faults(asked, plan)) == []
    assert any("more than it can" in fault for fault in capacity_faults({**asked, "capacity": 1.0}, plan))
    far = replace(plan, served=sparse.csr_array(np.eye(5)[:, ::-1] * (np.arange(5) == plan.sites[0])))
    assert list(capacity_faults(asked, far))
    assert list(capacity_faults({**asked, "max_cost": 0.0}, plan))


@pytest.mark.parametrize("form", ["array", "single", "sparse", "frame"])
def test_the_check_reads_every_form_of_costs(form):
    row, site = np.nonzero(STREET >= 0)
    costs = {
        "array": STREET,
        "single": STREET.astype(np.float32),
        "sparse": sparse.csc_array(STREET + 1),
        "frame": pd.DataFrame({"origin": row, "destination": site, "cost": STREET[row, site]}),
    }[form]
    people = pd.Series(ASKED["weights"])
    plan = siting.p_median(costs, people, sites=2)
    asked = {"cost": costs, "weights": people, "sites": 2}
    assert list(median_faults(asked, plan)) == []
    assert list(median_faults(asked, replace(plan, sites=(0, 1))))
    few = siting.set_cover(costs, people, max_cost=1001)
    assert list(fewest_faults({"cost": costs, "weights": people, "max_cost": 1001, "share": 1.0}, few)) == []
    assert list(fewest_faults({"cost": costs, "weights": people, "max_cost": 1001, "share": 1.0}, plan))


def test_a_search_that_goes_wrong_gives_a_fault_of_the_program_and_never_a_plan(monkeypatch):
    def wrong(problem, **_):
        return exact.CoverSolution(list(range(problem.lists.shape[1])), 99.0, siting.OPTIMAL)

    monkeypatch.setattr(cover, "best_cover", wrong)
    with pytest.raises(PlanFaultError, match="fault of the program") as caught:
        max_cover(STREET, np.ones(5), max_cost=0, sites=2)
    assert "5 sites are opened and 2 may be" in str(caught.value)


def test_every_model_is_checked_and_its_check_knows_no_search():
    for name in siting.__all__:
        model = getattr(siting, name)
        if callable(model) and not isinstance(model, type):
            assert hasattr(model, "__wrapped__"), name
    known = {"solver.result", "checker.check", "checker.raw_table"}
    for path in (SITING / "checker").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("geo.siting"):
                assert node.module.removeprefix("geo.siting.") in known, (path.name, node.module)


def test_what_can_be_read_once_reaches_model_and_check():
    def rule(question, _found):
        assert list(question["fixed"]) == [1]
        return []

    @checked(rule)
    def model(*, fixed):
        return list(fixed)

    assert model(fixed=iter([1])) == [1]
    assert check.same(np.nan, np.nan)
