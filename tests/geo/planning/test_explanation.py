"""Why a step is proposed: on a street where every figure can be counted by hand."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo import schema
from geo.planning import actions, explanation, place_names
from geo.planning.actions import Action
from geo.planning.baseline import find_baseline
from geo.planning.candidates import cell_candidates
from geo.planning.constraints import Constraints
from geo.planning.objective import Objective
from geo.planning.optimise import choose_best
from geo.planning.options import find_options

BUILD = (actions.BUILD_MICRO,)


@pytest.fixture
def named(along):
    names = ["{{7*191}}银行", "=1+1 公园", "远处银行"]
    kinds = ["bank", "pitch", "bank"]
    index = pd.Index([f"host:{n}:x" for n in range(3)], name=place_names.CANDIDATE_ID)
    columns = {schema.KIND: kinds, schema.NAME: names, schema.COUNTY: "450101"}
    places = [shapely.Point(along(990 * 8 + metres)) for metres in (200, 100, 400)]
    return gpd.GeoDataFrame(columns, index=index, geometry=places, crs=schema.WGS84)


@pytest.fixture
def told(street, table, named):
    baseline = find_baseline(Objective("worker_station", 1000.0, who=schema.PEOPLE), street)
    candidates = cell_candidates(street.demand, who=schema.PEOPLE)
    options = find_options(baseline, candidates, kinds=BUILD, table=table)

    def tell(steps=None, **more):
        plan = (
            choose_best(baseline, options, Constraints(sites=2), kinds=BUILD, table=table).steps
            if steps is None
            else steps
        )
        return explanation.find_explanation(
            baseline, options, plan, table=table, townships=street.townships, named_points=named, **more
        )

    return tell


def test_a_step_says_whom_it_reaches_and_how_far_they_went(told):
    first = told().iloc[0]
    assert first["candidate"] == "cell:8"
    assert first[explanation.PEOPLE_NEWLY] == 2700
    assert first[explanation.WORKERS_NEWLY] == 1350
    assert first[explanation.PEOPLE_LOST] == 0
    # h7, h8, h9 have S1 at h1 as their nearest: 6, 7 and 8 steps of 990 m.
    assert first[explanation.NEAREST_TODAY_M] == pytest.approx(
        990 * (6 * 800 + 7 * 900 + 8 * 1000) / 2700, abs=1
    )
    assert first[explanation.NEAREST_AFTER_M] == pytest.approx(990 * 1800 / 2700, abs=1)
    assert first[explanation.GAP_CLOSED] == pytest.approx(2700 / 4900)


def test_a_step_says_what_is_lost_without_it_and_what_would_stand_in(told):
    first, second = (row for _, row in told().iterrows())
    assert first[explanation.LOST_WITHOUT] == 2700
    assert second["candidate"] == "cell:5"
    assert second[explanation.LOST_WITHOUT] == 500 + 600 + 700
    # Without cell:8 the site at h5 keeps h6: cell:7 would reach h7 and h8.
    assert first[explanation.NEXT_BEST] == "cell:7"
    assert first[explanation.NEXT_PEOPLE] == 800 + 900
    assert first[explanation.NEXT_DIFFERENCE] == 2700 - 1700


def test_hosts_nearby_are_named_with_their_distance_and_only_hosts(told):
    assert told().iloc[0][explanation.HOSTS] == "{{7*191}}银行 200 m"
    assert told().iloc[0][place_names.NEAR_NAME] == "=1+1 公园"
    assert told().iloc[1][explanation.HOSTS] == ""


def test_a_choice_that_holds_at_other_distances_says_so(told):
    tried = {500.0: frozenset({"cell:10"}), 1000.0: frozenset({"cell:8"}), 1500.0: frozenset({"cell:8", "x"})}
    rows = told(chosen_at=tried)
    assert list(rows[explanation.STILL_CHOSEN]) == [2, 0]
    assert set(rows[explanation.OF_THRESHOLDS]) == {3}


def test_closing_and_moving_say_whom_they_lose(told, along):
    lon, lat = along(990 * 5)
    shut = (Action(actions.CLOSE, -8000.0, facility_id="S1", name="一号驿站"),)
    move = (Action(actions.RELOCATE, 1.0, facility_id="S0", lon=lon, lat=lat),)
    rows = told([shut, move])
    assert list(rows[explanation.PEOPLE_LOST]) == [300, 300]
    assert list(rows[explanation.PEOPLE_NEWLY]) == [0, 500 + 600 + 700]
    # Were S1 left open, h0, h1 and h2 would all keep it.
    assert rows.iloc[0][explanation.LOST_WITHOUT] == -600


def test_a_plan_without_steps_has_no_reasons(told):
    assert len(told([])) == 0
