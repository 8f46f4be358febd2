"""A recipe states the whole question of its search, and the search can be made again from it."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from geo import schema
from geo.errors import ConflictingActionsError, InvalidValueError, RecipeError
from geo.planning import actions, problem
from geo.planning.candidate_list import read_candidate_list
from geo.planning.constraints import Constraints
from geo.planning.forbidden import Forbidden
from geo.planning.objective import Objective
from geo.planning.optimise import choose_best, choose_greedily
from geo.planning.options import flat
from geo.planning.plan_files import found_in_words, problem_in_words
from geo.planning.problem import PlanningProblem
from geo.planning.scenario import (
    Scenario,
    data_hashes,
    recipe_text,
    run_scenario,
    scenario_from_text,
    stated_problem,
)
from geo.planning.search_record import SearchResult, found_of, require_same_choice, search_of

pytestmark = pytest.mark.usefixtures("shipped")
LIST = "名称,经度,纬度\n{{7*191}},{},{}\n=1+1,{},{}\n"


@pytest.fixture
def request_(along):
    text = LIST.replace("{{7*191}}", "七").format(*along(990 * 7), *along(990 * 4))
    return PlanningProblem(
        Objective("worker_station", 1000.0, who=schema.PEOPLE),
        Constraints(sites=2, most_per_county=2, least_share=0.05),
        kinds=(actions.BUILD_MICRO, actions.UPGRADE),
        candidates=("cell", "listed"),
        costs={actions.BUILD_MICRO: 12_345.67},
        listed=read_candidate_list(text.encode()),
        least_people=150.0,
        forbidden=Forbidden(("cell:8",), (), (along(990 * 5),), 321.0),
    )


def searched(wanted, network):
    ready = problem.prepare(wanted, network)
    quick = choose_greedily(ready.baseline, ready.options, wanted.constraints)
    best = choose_best(
        ready.baseline, ready.options, wanted.constraints, kinds=wanted.kinds, table=ready.table
    )
    search = search_of(wanted, found_of(best, quick))
    plan = tuple(flat(best.steps))
    return run_scenario(
        Scenario("甲", wanted.objective, plan, wanted.costs, wanted.constraints, search), network
    )


def test_a_newcomer_can_search_again_and_finds_the_same_to_the_last_digit(street, request_):
    street.demand[schema.PEOPLE] += 3.14159265358979
    run = searched(request_, street)
    assert len(run.scenario.actions) == 2
    back = scenario_from_text(recipe_text(run.scenario))
    asked = stated_problem(back)
    assert replace(asked, listed=None) == replace(request_, listed=None)
    pd.testing.assert_frame_equal(asked.listed, request_.listed)
    again = searched(asked, street)
    assert again.scenario == run.scenario
    require_same_choice("甲", back.search.found, again.scenario.search.found)


def test_a_plan_that_was_changed_states_its_question_and_no_proof(street, request_):
    run = searched(request_, street)
    edited = replace(run.scenario, actions=run.scenario.actions[:1], search=search_of(request_))
    back = scenario_from_text(recipe_text(run_scenario(edited, street).scenario))
    assert back.search.found is None
    assert stated_problem(back).kinds == request_.kinds
    with pytest.raises(RecipeError, match="does not state the question"):
        stated_problem(replace(edited, search=None))


def test_an_action_where_no_site_may_stand_is_refused_on_replay(street, request_, along):
    run = searched(request_, street)
    lon, lat = along(990 * 5 + 100)
    there = replace(run.scenario.actions[0], lon=lon, lat=lat, candidate="")
    with pytest.raises(ConflictingActionsError, match="Actions 1 put a site where none may stand"):
        run_scenario(replace(run.scenario, actions=(there,)), street)


def test_a_proof_that_was_edited_does_not_pass():
    then = SearchResult("optimal", 10.0, 10.0, 10.0, 0.0, 0.0, 9.0)
    require_same_choice("甲", then, then)
    require_same_choice("甲", replace(then, status="time_limit", objective=9.0), then)
    with pytest.raises(RecipeError, match=r"found 11\.0 and now finds 10\.0, both proven"):
        require_same_choice("甲", replace(then, objective=11.0), then)
    with pytest.raises(RecipeError, match="finds no plan now"):
        require_same_choice("甲", then, replace(then, status="infeasible"))


def test_a_search_that_cannot_be_read_is_refused_in_words(street, request_):
    good = json.loads(recipe_text(searched(request_, street).scenario))
    search = good["search"]
    bad = {
        "unknown fields wishes": search | {"wishes": 1},
        "lacks 'actions'": {name: value for name, value in search.items() if name != "actions"},
        "wrong kind": search | {"candidates": "cell"},
        "what was found": search | {"found": {"status": "sure"}},
        "lacks lon, lat": search | {"listed": "a,b\n1,2\n"},
        "is no place": search | {"forbidden": {"spots": [[999, 0]]}},
    }
    for told, changed in bad.items():
        with pytest.raises(RecipeError, match=told):
            scenario_from_text(json.dumps(good | {"search": changed}))
    older = {name: value for name, value in good.items() if name != "search"}
    assert scenario_from_text(json.dumps(older)).search is None


def test_a_recipe_too_long_to_be_read_again_is_not_written(street, request_):
    rows = pd.DataFrame({"lon": ["108.1"] * 9000, "lat": ["22.8"] * 9000, "name": ["x" * 120] * 9000})
    scenario = Scenario(
        "甲",
        request_.objective,
        constraints=request_.constraints,
        search=search_of(replace(request_, listed=rows)),
    )
    with pytest.raises(RecipeError, match="shorter list"):
        recipe_text(scenario)


def test_a_search_rests_on_the_candidates_files_too(street, request_, network):
    run = searched(request_, street)
    plain = replace(run.scenario, search=None)
    more = set(data_hashes(run.scenario, run.baseline, network)) - set(
        data_hashes(plain, run.baseline, network)
    )
    assert more == {"townships", "osm_pois"}


def test_the_question_is_said_in_words(street, request_, table):
    told = problem_in_words(request_, street, table=actions.set_costs(table, request_.costs))
    assert told["限制"] == "至多 2 处、每县至多 2 处、每县至少服务到 0.05（占比）"
    assert told["可用行动"] == "新建微型站（无人值守） 12,346 元、升级改造 40,000 元"
    assert told["候选点"] == "有人居住的网格、自备名单"
    assert told["候选网格至少"] == "150 人"
    assert told["禁止设站"].startswith("候选点 1 个：cell:8；1 处周边 321 米以内：")
    counties = replace(request_, forbidden=Forbidden(tuple(f"cell:{n}" for n in range(12)), ("450102",)))
    assert problem_in_words(counties, street, table=table)["禁止设站"].startswith("乙县；候选点 12 个")
    assert "另有 2 个见配方" in problem_in_words(counties, street, table=table)["禁止设站"]
    assert found_in_words(None) == {"求解": "手工修改或打开的方案，未证明最优"}


def test_a_list_with_no_places_is_no_list(street, request_):
    with pytest.raises(InvalidValueError, match="list of places has no rows"):
        searched(replace(request_, listed=request_.listed.iloc[:0]), street)
