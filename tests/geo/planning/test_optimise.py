"""The best mix of actions: against every mix there is, in worlds small enough to try them all."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import schema
from geo.errors import InvalidValueError
from geo.planning import actions
from geo.planning.baseline import find_baseline, find_outcome, headline
from geo.planning.candidates import cell_candidates, gather_candidates
from geo.planning.constraints import FAIRNESS, Constraints, constraints_as_json, constraints_from_json
from geo.planning.objective import NIGHT, Objective
from geo.planning.optimise import choose_best, choose_greedily
from geo.planning.options import find_options, flat

BUILD = (actions.BUILD_MICRO,)
EVERYTHING = actions.ACTION_KINDS


def asked(street, table, kinds=BUILD, *, hours=(), within_m=1000.0):
    objective = Objective("worker_station", within_m, who=schema.PEOPLE, hours=hours)
    baseline = find_baseline(objective, street)
    candidates = gather_candidates([cell_candidates(street.demand, who=schema.PEOPLE)])
    return baseline, find_options(baseline, candidates, kinds=kinds, table=table)


def answer(street, table, constraints, kinds=BUILD, *, hours=(), **given):
    baseline, options = asked(street, table, kinds, hours=hours)
    found = choose_best(baseline, options, constraints, kinds=kinds, table=table, **given)
    plan = flat(found.steps)
    figures = headline(baseline, find_outcome(baseline, plan, table=table), plan)
    assert found.covered == pytest.approx(figures["covered"])
    assert sum(found.gains) == pytest.approx(figures["covered"] - figures["covered_today"])
    return found, figures


def places(found):
    return [action.candidate for action in flat(found.steps)]


@pytest.mark.slow
def test_one_new_site_goes_where_most_people_are_out_of_reach(street, table):
    found, figures = answer(street, table, Constraints(sites=1))
    assert places(found) == ["cell:8"]
    assert found.gains == (800 + 900 + 1000,)
    assert found.status == "optimal"
    assert figures["least_share"] == 0


def test_a_second_and_a_third_site_follow_in_order_of_gain(street, table):
    found, _ = answer(street, table, Constraints(sites=3))
    assert found.gains == (
        2700,
        1000 + 0 if "cell:10" in places(found)[1] else found.gains[1],
        found.gains[2],
    )
    assert sorted(found.gains, reverse=True) == list(found.gains)
    assert found.covered == 600 + 2700 + 1800 + 1000


def test_money_buys_as_many_as_it_pays_for(street, table):
    cost = table.loc[actions.BUILD_MICRO, schema.COST_YUAN]
    assert len(answer(street, table, Constraints(budget_yuan=float(2 * cost)))[0].steps) == 2
    assert len(answer(street, table, Constraints(budget_yuan=float(2 * cost - 1)))[0].steps) == 1
    none, _ = answer(street, table, Constraints(budget_yuan=1.0))
    assert none.steps == ()
    assert none.covered == 600
    assert "the cheapest costs 30,000 yuan" in str(none.reason)


def test_a_cheap_upgrade_is_bought_before_a_new_site(street, table):
    cheap = actions.set_costs(table, {actions.UPGRADE: 10_000})
    found, _ = answer(
        street, cheap, Constraints(budget_yuan=10_000.0), (actions.BUILD_MICRO, actions.UPGRADE)
    )
    assert [action.kind for action in flat(found.steps)] == [actions.UPGRADE]
    assert found.gains == (1900,)


def test_at_night_hours_are_extended_and_a_site_that_lacks_both_gets_both(street, table):
    street.facilities.loc["S9", schema.HOURS] = "Mo-Fr 09:00-17:00"
    kinds = (actions.EXTEND_HOURS, actions.UPGRADE)
    found, _ = answer(street, table, Constraints(budget_yuan=1e6), kinds, hours=NIGHT)
    assert [(a.kind, a.facility_id) for a in flat(found.steps)] == [
        (actions.UPGRADE, "S9"),
        (actions.EXTEND_HOURS, "S9"),
        (actions.EXTEND_HOURS, "S1"),
    ]
    assert found.gains == (1900, 300)


def test_kinds_that_do_not_count_at_the_hour_are_refused_with_the_reason(street, table):
    with pytest.raises(InvalidValueError, match="does not count at the hours"):
        asked(street, table, (actions.BUILD_STANDARD,), hours=NIGHT)
    with pytest.raises(InvalidValueError, match="teleport"):
        asked(street, table, ("teleport",))
    with pytest.raises(InvalidValueError, match="choose what may be done"):
        asked(street, table, ())


def test_a_candidate_where_a_site_stands_is_not_offered(street, table):
    _, options = asked(street, table)
    assert not {"cell:0", "cell:1", "cell:9"} & set(options.rows["candidate"])


def test_moving_the_useless_site_is_cheaper_than_building(street, table):
    constraints = Constraints(budget_yuan=25_000.0)
    found, figures = answer(street, table, constraints, (actions.BUILD_MICRO, actions.RELOCATE))
    (move,) = flat(found.steps)
    assert (move.kind, move.candidate) == (actions.RELOCATE, "cell:8")
    assert figures["covered"] == 600 + 2700 - figures["lost"]
    # S0 serves h0 alone beside S1; S1 would lose h2 as well.
    assert move.facility_id == "S0"
    assert figures["lost"] == 0


def test_closing_pays_for_what_the_budget_does_not(street, table):
    kinds = (actions.BUILD_MICRO, actions.CLOSE)
    found, figures = answer(street, table, Constraints(budget_yuan=22_000.0), kinds)
    assert {a.kind for a in flat(found.steps)} == {actions.BUILD_MICRO, actions.CLOSE}
    assert figures["spent_yuan"] == 22_000
    assert figures["covered"] == 600 + 2700
    enough, _ = answer(street, table, Constraints(budget_yuan=30_000.0), kinds)
    assert {a.kind for a in flat(enough.steps)} == {actions.BUILD_MICRO}, "nothing is closed for nothing"


def test_fairness_serves_the_county_worst_off_first(street, table):
    found, figures = answer(street, table, Constraints(sites=1, measure=FAIRNESS))
    assert places(found) == ["cell:10"]
    assert found.objective == figures["least_share"] == pytest.approx(600 / 5500)
    assert found.status == "optimal"
    two, figures = answer(street, table, Constraints(sites=2, measure=FAIRNESS))
    assert set(places(two)) == {"cell:10", "cell:8"}
    assert figures["least_share"] == pytest.approx(3300 / 5500)


def test_a_least_share_is_kept_or_said_to_be_impossible(street, table):
    found, figures = answer(street, table, Constraints(sites=2, least_share=0.5))
    assert "cell:10" in places(found)
    assert figures["least_share"] >= 0.5
    never, _ = answer(street, table, Constraints(sites=1, least_share=0.9))
    assert never.status == "infeasible"
    assert "least share" in str(never.reason)
    assert never.steps == ()
    moving, _ = answer(
        street, table, Constraints(sites=1, least_share=0.9), (actions.BUILD_MICRO, actions.RELOCATE)
    )
    assert moving.status == "infeasible"


def test_no_county_gets_more_than_its_limit(street, table):
    for kinds in (BUILD, (actions.BUILD_MICRO, actions.RELOCATE)):
        found, _ = answer(street, table, Constraints(sites=3, most_per_county=1), kinds)
        assert sorted(places(found)) == ["cell:10", "cell:8"]


def test_greedy_comes_at_once_and_is_never_called_optimal(street, table):
    baseline, options = asked(street, table)
    for measure in ("people", FAIRNESS):
        quick = choose_greedily(baseline, options, Constraints(sites=2, measure=measure))
        assert quick.status == "greedy"
        best = choose_best(baseline, options, Constraints(sites=2, measure=measure), kinds=BUILD, table=table)
        assert quick.objective <= best.objective + 1e-9
        assert quick.objective >= (1 - 1 / np.e) * best.objective


def test_a_search_stopped_at_once_still_has_the_quick_plan(street, table):
    for kinds in (BUILD, (actions.BUILD_MICRO, actions.RELOCATE)):
        for stop in ({"time_limit_s": 0.0}, {"cancelled": lambda: True}):
            found, _ = answer(street, table, Constraints(sites=2), kinds, **stop)
            assert len(found.steps) == 2
            assert found.covered >= 600 + 2700
            assert found.bound >= found.objective


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_mix_of_actions_there_is_reaches_more(street, table, seed):
    """Try every set of actions within the budget: build, upgrade, move and close, together."""
    rng = np.random.default_rng(seed)
    street.demand[schema.PEOPLE] = rng.integers(1, 1000, len(street.demand)).astype(float)
    prices = {kind: float(rng.integers(1, 9)) for kind in actions.ACTION_KINDS}
    priced = actions.set_costs(table, prices).assign(frees_yuan=0.0)
    priced.loc[actions.CLOSE, schema.FREES_YUAN] = prices[actions.CLOSE] + float(rng.integers(0, 4))
    kinds = (actions.BUILD_MICRO, actions.UPGRADE, actions.RELOCATE, actions.CLOSE)
    budget = float(rng.integers(4, 12))
    measure = ("people", FAIRNESS)[seed % 2]
    found, figures = answer(street, priced, Constraints(budget_yuan=budget, sites=2, measure=measure), kinds)
    assert found.status == "optimal"
    assert figures["spent_yuan"] <= budget + 1e-9
    baseline, options = asked(street, priced, kinds)
    best = max(value for value in values(baseline, options, priced, budget, measure))
    assert found.objective == pytest.approx(best)


def values(baseline, options, table, budget, measure):
    """Give the worth of every plan with at most two purchases and any closings that the budget allows."""
    steps = [options.step(row) for row in range(len(options.rows))]
    moved = [
        options.step(row, moved=site, cost_yuan=actions.net_cost(table, actions.RELOCATE))
        for row in np.flatnonzero(options.placed)
        for site in ("S0", "S1")
    ]
    closed = [
        (actions.Action(actions.CLOSE, actions.net_cost(table, actions.CLOSE), facility_id=site),)
        for site in ("S0", "S1")
    ]
    for bought in (chosen for many in range(3) for chosen in combinations([*steps, *moved], many)):
        sites = [action.facility_id for action in flat(bought)]
        spots = [action.candidate for action in flat(bought) if action.candidate]
        if len(set(spots)) < len(spots) or len({s for s in sites if s}) < len([s for s in sites if s]):
            continue
        for shut in (chosen for many in range(3) for chosen in combinations(closed, many)):
            plan = flat([*bought, *shut])
            touched = [action.facility_id for action in plan if action.facility_id]
            if len(set(touched)) < len(touched) or sum(action.cost_yuan for action in plan) > budget:
                continue
            yield worth(baseline, plan, table, measure)


def worth(baseline, plan, table, measure):
    reached = baseline.reached_today.copy()
    for action in plan:
        at = baseline.sites.geometry.get(action.facility_id)
        goes = action.kind in {actions.CLOSE, actions.RELOCATE}
        spots = [((at.x, at.y), -1 if goes else 1)] if at is not None else []
        spots += [((action.lon, action.lat), 1)] if action.placed else []
        for (lon, lat), sign in spots:
            reach = baseline.index.reach(
                np.array([lon]), np.array([lat]), within_m=baseline.objective.within_m
            )
            reached[reach.indices] += sign
    if measure == FAIRNESS:
        covered = pd.Series(baseline.people * (reached > 0)).groupby(baseline.county).sum()
        return float((covered / pd.Series(baseline.people).groupby(baseline.county).sum()).min())
    return float(baseline.people[reached > 0].sum())


def test_limits_that_cannot_be_are_refused_all_at_once():
    with pytest.raises(InvalidValueError, match="say one or both"):
        Constraints()
    with pytest.raises(InvalidValueError) as fault:
        Constraints(sites=0, budget_yuan=float("nan"), most_per_county=-1, least_share=2, measure="luck")
    told = ("sites is 0", "the budget is nan", "most_per_county is -1", "least share is 2", "'luck'")
    assert all(word in str(fault.value) for word in told)
    for budget in (-5.0, 0.0, float("inf")):
        with pytest.raises(InvalidValueError, match="budget"):
            Constraints(budget_yuan=budget)
    constraints = Constraints(sites=3, least_share=0.25)
    assert constraints_from_json(constraints_as_json(constraints)) == constraints
    with pytest.raises(InvalidValueError, match="wishes"):
        constraints_from_json({"sites": 1, "wishes": 3})


def test_more_sites_than_candidates_are_refused_by_number(street, table):
    baseline, options = asked(street, table)
    with pytest.raises(InvalidValueError, match="only 8 candidates"):
        choose_best(baseline, options, Constraints(sites=9), kinds=BUILD, table=table)


def test_who_cannot_be_reached_is_counted_and_stays_uncovered(street, table):
    objective = Objective("worker_station", 1000.0, who=schema.PEOPLE)
    baseline = find_baseline(objective, street)
    near = cell_candidates(street.demand.iloc[:4], who=schema.PEOPLE)
    options = find_options(baseline, near, kinds=BUILD, table=table)
    found = choose_best(baseline, options, Constraints(sites=2), kinds=BUILD, table=table)
    assert found.unreachable == sum(range(600, 1001, 100)) + 1000
    assert found.covered == 600 + 400 + 500


def test_a_distance_nobody_meets_is_said_and_the_plan_is_empty(street, table, along):
    objective = Objective("worker_station", 1.0, who=schema.PEOPLE)
    baseline = find_baseline(objective, street)
    aside = cell_candidates(street.demand.iloc[5:7], who=schema.PEOPLE)
    aside = aside.set_geometry([shapely.Point(along(990 * 5 + 300)), shapely.Point(along(990 * 6 + 300))])
    options = find_options(
        baseline, aside.set_crs("EPSG:4326", allow_override=True), kinds=BUILD, table=table
    )
    for found in (
        choose_greedily(baseline, options, Constraints(sites=1)),
        choose_best(baseline, options, Constraints(sites=1), kinds=BUILD, table=table),
    ):
        assert found.steps == ()
        assert "nothing brings anybody new within reach" in str(found.reason)
        assert found.unreachable == 5500 + 1000 - 100 - 200


def test_the_first_plan_keeps_the_least_share_or_there_is_none(street, table):
    """Most people first would leave the village out: its county must have its share in the first plan too."""
    baseline, options = asked(street, table)
    quick = choose_greedily(baseline, options, Constraints(sites=1, least_share=0.1))
    assert places(quick) == ["cell:10"]
    assert quick.covered == 600 + 1000
    none = choose_greedily(baseline, options, Constraints(sites=1, least_share=0.5))
    assert none.steps == ()
    assert none.covered == 600
    assert "least share" in str(none.reason)


def test_a_search_stopped_at_once_never_breaks_the_least_share(street, table):
    for kinds in (BUILD, (actions.BUILD_MICRO, actions.RELOCATE)):
        for sites, least in ((1, 0.1), (1, 0.5)):
            constraints = Constraints(sites=sites, least_share=least)
            stopped, figures = answer(street, table, constraints, kinds, cancelled=lambda: True)
            assert figures["least_share"] >= least or not stopped.steps
