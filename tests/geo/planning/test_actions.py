"""Actions: what they cost and do, and that two that exclude each other are refused."""

import math

import pytest
import shapely

from geo import schema
from geo.errors import ConflictingActionsError, InvalidValueError, MissingColumnError, UnknownNameError
from geo.planning import actions
from geo.planning.actions import Action
from geo.planning.baseline import county_figures, find_baseline, find_outcome, headline
from geo.planning.objective import NIGHT, Objective, objective_as_json, objective_from_json

DAY = Objective("worker_station", 1000.0, counties=("450101",), who=schema.PEOPLE)
AT_NIGHT = Objective("worker_station", 1000.0, counties=("450101",), who=schema.PEOPLE, hours=NIGHT)


def covered(street, table, objective, *plan):
    baseline = find_baseline(objective, street)
    return headline(baseline, find_outcome(baseline, plan, table=table), plan)


def build(along, metres, kind=actions.BUILD_MICRO):
    lon, lat = along(metres)
    return Action(kind, 30_000.0, lon=lon, lat=lat)


def test_every_action_has_an_assumed_cost_that_says_so(table):
    assert list(table.index) == list(actions.ACTION_KINDS)
    assert (table[schema.COST_YUAN] > 0).all()
    assert table[schema.SOURCE].str.contains("假定").all()


def test_the_street_is_served_at_its_first_three_homes(street, table):
    found = covered(street, table, DAY)
    assert found["total"] == 5500
    assert found["covered"] == found["covered_today"] == 100 + 200 + 300
    assert found["simulated_share"] == 0.5


def test_a_new_site_reaches_its_neighbours(street, table, along):
    found = covered(street, table, DAY, build(along, 990 * 7))
    assert found["newly"] == 700 + 800 + 900
    assert found["workers_newly"] == 1200
    assert found["lost"] == 0
    assert found["spent_yuan"] == 30_000


def test_a_closed_site_loses_those_only_it_reached(street, table):
    found = covered(street, table, DAY, Action(actions.CLOSE, -8000.0, facility_id="S1"))
    assert found["lost"] == 300
    assert found["covered"] == 300
    assert found["spent_yuan"] == -8000


def test_a_relocated_site_loses_here_and_gains_there(street, table, along):
    lon, lat = along(990 * 7)
    found = covered(street, table, DAY, Action(actions.RELOCATE, 1.0, facility_id="S1", lon=lon, lat=lat))
    assert found["lost"] == 300
    assert found["newly"] == 2400
    assert found["sites"] == 2


def test_an_upgrade_brings_a_site_into_operation(street, table):
    found = covered(street, table, DAY, Action(actions.UPGRADE, 1.0, facility_id="S9"))
    assert found["newly"] == 900 + 1000


def test_an_upgrade_adds_the_services_that_are_asked_for(street, table):
    objective = Objective("worker_station", 1000.0, who=schema.PEOPLE, services=("rest",))
    assert covered(street, table, objective)["covered"] == 300
    assert covered(street, table, objective, Action(actions.UPGRADE, 1.0, facility_id="S1"))["covered"] == 600


def test_longer_hours_count_at_night_and_not_by_day(street, table):
    longer = Action(actions.EXTEND_HOURS, 1.0, facility_id="S1")
    assert covered(street, table, AT_NIGHT)["covered"] == 300
    assert covered(street, table, AT_NIGHT, longer)["covered"] == 600
    assert covered(street, table, DAY, longer)["newly"] == 0


def test_a_standard_station_does_not_count_at_night_and_a_micro_one_does(street, table, along):
    assert not actions.counts_when_new(table, actions.BUILD_STANDARD, AT_NIGHT)
    assert actions.counts_when_new(table, actions.BUILD_MICRO, AT_NIGHT)
    plan = [build(along, 990 * 7, kind) for kind in (actions.BUILD_STANDARD,)]
    assert covered(street, table, AT_NIGHT, *plan)["newly"] == 0


def test_simulated_sites_can_be_left_out(street, table):
    objective = Objective("worker_station", 1000.0, who=schema.PEOPLE, sourced_only=True)
    assert covered(street, table, objective)["covered"] == 300


def test_a_county_nobody_serves_has_the_least_share(street, table, along):
    objective = Objective("worker_station", 1000.0, who=schema.PEOPLE)
    baseline = find_baseline(objective, street)
    plan = [build(along, 990 * 7)]
    figures = county_figures(baseline, find_outcome(baseline, plan, table=table))
    assert figures.loc["450102", "covered"] == 0
    assert figures.loc["450101", "newly"] == 2400
    assert figures["share"].isna().sum() == 2, "nobody lives in the other two counties"
    assert covered(street, table, objective, *plan)["least_share"] == 0


def test_one_site_cannot_have_two_actions_that_exclude_each_other(street, table, along):
    lon, lat = along(990 * 7)
    close = Action(actions.CLOSE, 0.0, facility_id="S1")
    longer = Action(actions.EXTEND_HOURS, 1.0, facility_id="S1")
    away = Action(actions.RELOCATE, 1.0, facility_id="S1", lon=lon, lat=lat)
    better = Action(actions.UPGRADE, 1.0, facility_id="S1")
    for pair in ((close, longer), (close, away), (longer, longer), (away, better)):
        with pytest.raises(ConflictingActionsError, match="S1 cannot have"):
            covered(street, table, DAY, *pair)
    assert covered(street, table, AT_NIGHT, longer, better)["covered"] == 600


def test_no_two_sites_stand_at_one_place(street, table, along):
    twice = build(along, 990 * 7)
    with pytest.raises(
        ConflictingActionsError, match="action 2 puts a site at the place of that of action 1"
    ):
        covered(street, table, DAY, twice, twice)
    with pytest.raises(ConflictingActionsError, match="at the place of site S1"):
        covered(street, table, DAY, build(along, 990))
    gone = Action(actions.CLOSE, 0.0, facility_id="S1")
    assert covered(street, table, DAY, gone, build(along, 990))["covered"] == 600


def test_an_action_that_cannot_be_is_refused_with_every_reason(street, table):
    bad = [
        Action("teleport", 1.0),
        Action(actions.BUILD_MICRO, math.nan, lon=108.0, lat=22.8),
        Action(actions.BUILD_MICRO, -1.0, lon=108.0, lat=22.8),
        Action(actions.SHARE_HOST, 1.0),
        Action(actions.CLOSE, 1.0),
        Action(actions.BUILD_MICRO, 1.0, lon=108.0, lat=22.8, year=7),
    ]
    with pytest.raises(InvalidValueError) as fault:
        covered(street, table, DAY, *bad)
    told = ("teleport", "nan", "only to close", "its place is", "at which site", "its year is 7")
    assert all(word in str(fault.value) for word in told)
    with pytest.raises(UnknownNameError, match="S7"):
        covered(street, table, DAY, Action(actions.CLOSE, 1.0, facility_id="S7"))


def test_costs_are_set_by_the_user_and_refused_where_they_are_none(table):
    dearer = actions.set_costs(table, {actions.CLOSE: 12_000, actions.UPGRADE: 0})
    assert actions.net_cost(dearer, actions.CLOSE) == 2000
    assert actions.net_cost(dearer, actions.UPGRADE) == 0
    assert actions.net_cost(table, actions.CLOSE) == -8000
    for costs in ({"fly": 1}, {actions.CLOSE: -1}, {actions.CLOSE: math.nan}, {actions.CLOSE: True}):
        with pytest.raises(InvalidValueError, match="Costs"):
            actions.set_costs(table, costs)


def test_an_action_comes_back_from_plain_data_as_it_was(along):
    for action in (build(along, 5.0), Action(actions.CLOSE, -1.5, facility_id="S1", year=2027)):
        back = actions.action_from_json(actions.action_as_json(action))
        assert actions.action_as_json(back) == actions.action_as_json(action)
        assert (back.kind, back.cost_yuan, back.year) == (action.kind, action.cost_yuan, action.year)
    with pytest.raises(MissingColumnError, match="cost_yuan"):
        actions.action_from_json({"kind": "close"})
    with pytest.raises(InvalidValueError, match="lon is '1'"):
        actions.action_from_json({"kind": "close", "cost_yuan": 1, "lon": "1"})


def test_an_aim_comes_back_from_plain_data_and_a_bad_one_does_not():
    assert objective_from_json(objective_as_json(AT_NIGHT)) == AT_NIGHT
    with pytest.raises(InvalidValueError, match="within_m"):
        objective_from_json({"facility_type": "worker_station", "colour": 1})
    with pytest.raises(InvalidValueError, match=r"cats.*weekday.*25.*fly"):
        Objective("worker_station", 1000.0, who="cats", weekday=9, hours=(25,), services=("fly",))
    with pytest.raises(InvalidValueError, match="0 m make no sense"):
        Objective("worker_station", 0.0)


def test_what_stands_far_away_does_not_matter(street, table):
    far = street.facilities.loc[["S0"]].set_geometry([shapely.Point(110.0, 24.0)], crs=schema.WGS84)
    assert len(far)
    baseline = find_baseline(
        Objective("worker_station", 1000.0, counties=("450102",), who=schema.PEOPLE), street
    )
    assert len(baseline.sites) == 0
    assert headline(baseline, find_outcome(baseline, [], table=table), [])["share"] == 0
