"""Why there is no plan, or why one cannot be taken, is said on the screen of siting in its language."""

import re

import pytest
import streamlit as st

from geo.errors import GeoDataError, Message, PlanFaultError, RecipeError
from geo.planning import actions
from geo.planning.apply_actions import require_actions
from geo.planning.baseline import find_baseline
from geo.planning.candidate_list import read_candidate_list
from geo.planning.candidates import cell_candidates, listed_candidates
from geo.planning.constraints import Constraints
from geo.planning.forbidden import Forbidden
from geo.planning.objective import Objective
from geo.planning.optimise import choose_best, choose_greedily
from geo.planning.options import find_options
from geo.planning.problem import PlanningProblem, prepare
from geo.planning.scenario import scenario_from_text
from ui.shared.errors import said
from ui.shared.language import LANGUAGE_KEY

HAN = re.compile(r"[\u4e00-\u9fff]")
COUNTY = "450107"


def asked(network, **more):
    objective = Objective(
        "worker_station", more.pop("within_m", 1000.0), counties=(COUNTY,), **more.pop("objective", {})
    )
    constraints = Constraints(**more.pop("constraints", {"sites": 1}))
    return prepare(PlanningProblem(objective, constraints, **({"candidates": ("township",)} | more)), network)


def chosen(network, constraints, kinds=("build_standard",), **more):
    ready = asked(network, kinds=kinds, **more)
    return choose_best(ready.baseline, ready.options, constraints, kinds=kinds, table=ready.table).reason


@pytest.fixture
def in_english():
    st.session_state[LANGUAGE_KEY] = "en"
    yield
    del st.session_state[LANGUAGE_KEY]


REFUSALS = [
    lambda network: chosen(network, Constraints(sites=1999)),
    lambda network: chosen(network, Constraints(budget_yuan=1.0)),
    lambda network: chosen(network, Constraints(sites=1, least_share=1.0)),
    lambda network: chosen(network, Constraints(sites=1, least_share=0.99), candidates=("cell",)),
    lambda network: chosen(
        network, Constraints(sites=1, least_share=1.0), kinds=("build_standard", "relocate")
    ),
    lambda network: asked(network, kinds=("build_standard",), objective={"hours": (3,)}),
    lambda network: PlanFaultError("plan_breaks_limits", model="max_cover", faults="2 sites are opened"),
    lambda network: asked(network, kinds=()),
    lambda network: asked(network, candidates=()),
    lambda network: asked(network, candidates=("listed",)),
    lambda network: asked(network, forbidden=Forbidden(counties=(COUNTY,))),
    lambda network: read_candidate_list(b""),
    lambda network: read_candidate_list(b"a,b\n1,2\n"),
    lambda network: read_candidate_list(b"x" * 5_000_001),
    lambda network: read_candidate_list(b"lon,lat\n" + b"1,2\n" * 20_001),
    lambda network: listed_candidates(read_candidate_list(b"lon,lat\nx,2\n"), network.counties),
    lambda network: listed_candidates(read_candidate_list(b"lon,lat\n"), network.counties),
    lambda network: scenario_from_text("{"),
    lambda network: scenario_from_text("[]"),
    lambda network: scenario_from_text('{"format": "guigongtu-scenario", "version": 9}'),
    lambda network: scenario_from_text(" " * 1_000_001),
]


def refusal(network, wrong):
    try:
        return wrong(network)
    except GeoDataError as fault:
        return fault


@pytest.mark.slow
@pytest.mark.parametrize("wrong", REFUSALS)
def test_what_the_library_refuses_is_said_in_chinese(network, wrong):
    fault = refusal(network, wrong)
    assert isinstance(fault, Message | GeoDataError)
    assert HAN.match(said(fault)), fault
    assert "{" not in said(fault)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", REFUSALS)
@pytest.mark.usefixtures("in_english")
def test_what_the_library_refuses_is_said_in_english(network, wrong):
    told = said(refusal(network, wrong))
    assert not HAN.search(re.sub("[经纬度名称]|西乡塘区", "", told)), told


def test_counties_are_named_and_not_numbered(network):
    reason = chosen(network, Constraints(sites=1, least_share=1.0))
    assert COUNTY in str(reason)
    assert "西乡塘区" in said(reason)
    assert COUNTY not in said(reason)


def test_a_first_plan_that_cannot_be_is_said_too(network):
    ready = asked(network, constraints={"sites": 1, "least_share": 0.99}, candidates=("cell",))
    reason = choose_greedily(ready.baseline, ready.options, ready.problem.constraints).reason
    assert "逐步选取" in said(reason)


def test_what_stands_in_a_recipe_is_no_template():
    fault = RecipeError("recipe_lacks", missing=["{{7*191}} <b>"])
    assert said(fault) == "配方缺少 {{7*191}} <b>，请重新保存。"


def test_a_plan_that_cannot_be_taken_says_why(network):
    baseline = find_baseline(Objective("worker_station", 1000.0, counties=(COUNTY,)), network)
    site = str(baseline.sites.index[0])
    at = baseline.sites.geometry.iloc[0]
    for plan in (
        [actions.Action(actions.BUILD_MICRO, 1.0, lon=at.x, lat=at.y)],
        [actions.Action(kind, 1.0, facility_id=site) for kind in (actions.UPGRADE, actions.UPGRADE)],
        [actions.Action(actions.UPGRADE, 1.0, facility_id="gone")],
    ):
        with pytest.raises(GeoDataError) as fault:
            require_actions(plan, baseline.sites)
        assert HAN.search(said(fault.value)), fault.value
    cells = cell_candidates(baseline.homes, who="urban_people")
    table = actions.read_actions()
    with pytest.raises(GeoDataError) as fault:
        find_options(baseline, cells, kinds=("teleport",), table=table)
    assert "teleport" in said(fault.value)
