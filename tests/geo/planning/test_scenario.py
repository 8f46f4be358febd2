"""Scenarios: a recipe comes back and gives the same figures to the last digit, or says what changed."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from geo import schema
from geo.errors import InvalidValueError, RecipeError, UnknownNameError
from geo.planning import actions, comparison
from geo.planning.actions import Action
from geo.planning.constraints import Constraints
from geo.planning.objective import Objective
from geo.planning.scenario import (
    Scenario,
    changed_data,
    recipe_of,
    recipe_text,
    require_same,
    run_scenario,
    scenario_from_recipe,
    scenario_from_text,
)

AIM = Objective("worker_station", 1000.0, who=schema.PEOPLE)


@pytest.fixture
def plan(along):
    def make(*homes, name="甲", close=()):
        built = [
            Action(actions.BUILD_MICRO, 30_000.0, lon=along(990 * h)[0], lat=along(990 * h)[1], name=f"h{h}")
            for h in homes
        ]
        shut = [Action(actions.CLOSE, -8000.0, facility_id=site) for site in close]
        return Scenario(name, AIM, (*built, *shut), constraints=Constraints(sites=3))

    return make


@pytest.fixture
def street(street, monkeypatch, table):
    """Let the hand-made world have the shipped table of actions: it has no data folder of its own."""
    monkeypatch.setattr("geo.planning.scenario.read_actions", lambda _folder: table)
    return street


def test_a_recipe_is_replayed_to_the_last_digit(street, plan):
    street.demand[schema.PEOPLE] += 3.14159265358979
    saved = run_scenario(plan(7, close=["S1"]), street).scenario
    back = scenario_from_text(recipe_text(saved))
    again = run_scenario(back, street)
    require_same(back, again)
    assert again.figures == dict(saved.result)
    assert recipe_text(again.scenario) == recipe_text(saved)
    covered = again.figures["covered"]
    assert covered != round(covered, 6), "there are last digits to keep"
    assert json.loads(recipe_text(saved))["result"]["covered"] == covered


def test_a_changed_site_is_noticed_and_named(street, plan):
    saved = run_scenario(plan(7), street).scenario
    street.facilities.loc["S0", schema.HOURS] = "Mo-Fr 09:00-12:00"
    run = run_scenario(saved, street)
    assert [said.given["name"] for said in changed_data(saved, run)] == ["sites"]
    with pytest.raises(RecipeError, match=r"made with other data: sites \("):
        require_same(saved, run)


def test_a_changed_data_file_is_named_with_both_hashes(street, plan):
    saved = run_scenario(plan(7), street).scenario
    older = replace(saved, data={**saved.data, "demand": "0" * 64})
    with pytest.raises(RecipeError, match="demand \\(000000000000 then, none now\\)"):
        require_same(older, run_scenario(older, street))


def test_an_edited_result_does_not_pass(street, plan):
    saved = run_scenario(plan(7), street).scenario
    edited = replace(saved, result={**saved.result, "covered": saved.result["covered"] + 1})
    with pytest.raises(RecipeError, match=r"covered is 3000\.0 and was 3001\.0"):
        require_same(edited, run_scenario(edited, street))


def test_a_site_that_is_gone_is_named(street, plan):
    gone = plan(7, close=["S1"])
    with pytest.raises(UnknownNameError, match="S1"):
        run_scenario(gone, replace_facilities(street, street.facilities.drop(index="S1")))


def replace_facilities(street, facilities):
    world = replace(street, facilities=facilities)
    vars(world).update({name: getattr(street, name) for name in ("demand", "townships")})
    return world


def test_what_is_no_recipe_is_refused_in_words(street, plan):
    good = recipe_of(run_scenario(plan(7), street).scenario)
    bad = {
        "not JSON": "{",
        "no recipe": json.dumps([1]),
        "does not say": json.dumps({"format": "x"}),
        "version 9": json.dumps(good | {"version": 9}),
        "lacks aim": json.dumps({k: v for k, v in good.items() if k != "aim"}),
        "more than": " " * 1_000_001,
        "does not count people": json.dumps(good | {"aim": good["aim"] | {"who": "cats"}}),
        "characters": json.dumps(good | {"name": "  "}),
        "cannot be read": json.dumps(good | {"actions": 5}),
        "lon is": json.dumps(good | {"actions": [good["actions"][0] | {"lon": "x"}]}),
    }
    for told, text in bad.items():
        with pytest.raises(RecipeError, match=told):
            scenario_from_text(text)
    assert scenario_from_recipe(good).name == "甲"


def test_scenarios_stand_side_by_side(street, plan):
    runs = [run_scenario(plan(7), street), run_scenario(plan(5, 8, name="乙"), street)]
    figures = comparison.compare_figures(runs)
    assert figures.loc["covered"].to_dict() == {"甲": 600 + 2400, "乙": 600 + 1800 + 2700}
    assert figures.loc["spent_yuan"].to_dict() == {"甲": 30_000, "乙": 60_000}
    shares = comparison.compare_counties(runs)
    assert shares.loc["450101"].to_dict() == {"甲": 3000 / 5500, "乙": 5100 / 5500}
    with pytest.raises(InvalidValueError, match="two to 4"):
        comparison.compare_figures(runs[:1])
    with pytest.raises(InvalidValueError, match="two to 4"):
        comparison.compare_figures([runs[0], runs[0]])


def test_the_map_tells_who_is_won_and_who_is_gone(street, plan):
    runs = [run_scenario(plan(7), street), run_scenario(plan(5, name="乙"), street)]
    found = comparison.difference(*runs)
    # h6 … h8 and h4 … h6: the second wins h4 and h5, and loses h7 and h8.
    assert found[comparison.CHANGE].to_dict() == {4: "won", 5: "won", 7: "gone", 8: "gone"}
    assert found[schema.PEOPLE].sum() == 500 + 600 + 800 + 900
    elsewhere = run_scenario(
        Scenario("丙", Objective("worker_station", 1000.0, counties=("450102",))), street
    )
    with pytest.raises(InvalidValueError, match="other areas or other people"):
        comparison.difference(runs[0], elsewhere)


def test_steps_are_spread_over_the_years_that_can_pay(street, plan):
    steps = [(action,) for action in plan(7, 4, 9, name="丙").actions[:2]]
    phased = comparison.put_in_phases(steps, {2027: 40_000.0, 2026: 20_000.0, 2028: 0.0})
    assert [(step[0].name, step[0].year) for step in phased] == [("h7", 2027), ("h4", 2027)]
    phased = comparison.put_in_phases(steps, {2026: 30_000.0, 2027: 10_000.0})
    assert [(step[0].name, step[0].year) for step in phased] == [("h7", 2026), ("h4", 0)]
    for budgets in ({}, {2026: -1.0}, {2026: float("nan")}):
        with pytest.raises(InvalidValueError, match="budgets"):
            comparison.put_in_phases(steps, budgets)


def test_the_years_add_up(street, plan, table):
    run = run_scenario(plan(7, 4), street)
    phased = comparison.put_in_phases([(a,) for a in run.scenario.actions], {2026: 30_000.0, 2027: 30_000.0})
    years = comparison.phase_figures(run.baseline, [a for step in phased for a in step], table=table)
    assert list(years.index) == [2026, 2027]
    assert list(years["newly"]) == [2400, 2400 + 400 + 500 + 600]
    assert years["covered"].iloc[-1] == run.figures["covered"]
    assert isinstance(years, pd.DataFrame)


def test_the_year_of_a_step_can_be_chosen_and_a_year_that_spends_too_much_is_seen(street, plan, table):
    run = run_scenario(plan(7, 4), street)
    steps = [(action,) for action in run.scenario.actions]
    dated = comparison.with_years(steps, [2027, 2026])
    assert [(step[0].name, step[0].year) for step in dated] == [("h4", 2026), ("h7", 2027)]
    plan_of_years = [action for step in dated for action in step]
    budgets = {2026: 50_000.0, 2027: 5_000.0}
    years = comparison.phase_figures(run.baseline, plan_of_years, table=table, budgets=budgets)
    assert years[comparison.LEFT_YUAN].to_dict() == {2026: 20_000.0, 2027: -5_000.0}
    assert list(years["newly"]) == [400 + 500 + 600, 2400 + 400 + 500 + 600]
    last = comparison.with_years(steps, [0, 2026])
    assert [step[0].year for step in last] == [2026, 0]
    unpaid = comparison.phase_figures(
        run.baseline, [a for s in last for a in s], table=table, budgets=budgets
    )
    assert pd.isna(unpaid.loc[0, comparison.LEFT_YUAN])
    with pytest.raises(InvalidValueError, match="2 steps and 1 years"):
        comparison.with_years(steps, [2026])
