"""Where no site may stand: by id, by county, and around a place; in a search and in a plan made by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import schema
from geo.errors import ConflictingActionsError, InvalidValueError, UnknownNameError
from geo.planning import actions, problem
from geo.planning.actions import Action
from geo.planning.candidates import CELL, cell_candidates
from geo.planning.constraints import Constraints
from geo.planning.forbidden import (
    Forbidden,
    forbidden_as_json,
    forbidden_by,
    forbidden_from_json,
    require_allowed,
)
from geo.planning.objective import Objective
from geo.planning.optimise import choose_best
from geo.planning.options import flat
from geo.planning.problem import PlanningProblem

AIM = Objective("worker_station", 1000.0, who=schema.PEOPLE)


@pytest.fixture
def cells(street):
    return cell_candidates(street.demand, who=schema.PEOPLE)


@pytest.fixture
def ask(street, table, shipped):
    """Ask where so many micro stations should stand, and give the candidates chosen."""

    def asked(forbidden, kinds=(actions.BUILD_MICRO,), **constraints):
        wanted = PlanningProblem(
            AIM, Constraints(**constraints), kinds=kinds, candidates=(CELL,), forbidden=forbidden
        )
        ready = problem.prepare(wanted, street)
        best = choose_best(ready.baseline, ready.options, wanted.constraints, kinds=kinds, table=ready.table)
        return ready, [action.candidate for action in flat(best.steps)]

    return asked


def test_a_candidate_is_left_out_by_its_id_its_county_or_a_place_near_it(cells, along):
    near_h5 = along(990 * 5 + 300)
    left_out = forbidden_by(cells, Forbidden(("cell:8",), ("450102",), (near_h5,), 500.0))
    assert left_out.to_dict() == {"cell:8": "candidate", "cell:10": "county", "cell:5": "spot"}
    assert forbidden_by(cells, Forbidden()).empty
    assert forbidden_by(cells, Forbidden(spots=(near_h5,), within_m=299.0)).empty


def test_the_best_site_that_is_allowed_is_chosen(ask, along):
    assert ask(Forbidden(), sites=1)[1] == ["cell:8"]
    ready, chosen = ask(Forbidden(("cell:8",)), sites=1)
    # h9 has a site under construction; h7 reaches h6, h7 and h8: 700 + 800 + 900 persons.
    assert chosen == ["cell:7"]
    assert list(ready.forbidden.index) == ["cell:8"]
    assert "cell:8" not in ready.candidates.index
    assert ask(Forbidden(spots=(along(990 * 8),), within_m=1000.0), sites=1)[1] == ["cell:6"]
    assert ask(Forbidden(counties=("450101",)), sites=1)[1] == ["cell:10"]


def test_no_site_moves_to_where_none_may_stand(ask):
    _, chosen = ask(Forbidden(("cell:8",)), (actions.RELOCATE,), budget_yuan=25_000.0)
    assert chosen == ["cell:7"]


@settings(max_examples=15, deadline=None)
@given(spots=st.lists(st.integers(0, 10_000), max_size=3), within_m=st.floats(0, 2000))
def test_what_is_forbidden_is_what_is_near_and_forbidding_more_never_leaves_more(spots, within_m):
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    places = [geod.fwd(108.005, 22.81, 90.0, metres)[:2] for metres in range(0, 10_000, 990)]
    index = pd.Index([f"cell:{n}" for n in range(len(places))])
    import geopandas as gpd

    rows = gpd.GeoDataFrame(
        {schema.COUNTY: "450101"}, index=index, geometry=gpd.points_from_xy(*zip(*places, strict=True))
    )
    shut = tuple(geod.fwd(108.005, 22.81, 90.0, metres)[:2] for metres in spots)
    found = forbidden_by(rows, Forbidden(spots=shut, within_m=within_m))
    near = [any(geod.inv(*place, *spot)[2] <= within_m for spot in shut) for place in places]
    edge = [any(abs(geod.inv(*p, *s)[2] - within_m) < 0.001 for s in shut) for p in places]
    told = index.isin(found.index)
    assert (told == np.array(near))[~np.array(edge)].all()
    assert set(forbidden_by(rows, Forbidden(spots=shut[:1], within_m=within_m)).index) <= set(found.index)


def test_a_plan_made_by_hand_keeps_off_forbidden_places(street, along):
    def at(metres, **more):
        lon, lat = along(metres)
        return Action(actions.BUILD_MICRO, 1.0, lon=lon, lat=lat, **more)

    plan = (at(0), at(990 * 8, candidate="cell:8"), at(990 * 5 + 100))
    counties = street.counties
    require_allowed(plan, Forbidden(), counties)
    with pytest.raises(ConflictingActionsError, match="Actions 2, 3 put a site where none may stand"):
        require_allowed(plan, Forbidden(("cell:8",), (), (along(990 * 5),), 200.0), counties)
    with pytest.raises(ConflictingActionsError, match="Actions 1, 2, 3"):
        require_allowed(plan, Forbidden(counties=("450101",)), counties)
    shut = Action(actions.CLOSE, 0.0, facility_id="S0")
    require_allowed((shut,), Forbidden(counties=("450101",)), counties)


def test_what_cannot_be_meant_is_refused_with_every_fault(cells, ask):
    with pytest.raises(InvalidValueError) as fault:
        Forbidden(spots=((200.0, 22.0), (float("nan"), 1.0)), within_m=-1)
    for told in ("the distance is -1", "(200.0, 22.0), (nan, 1.0) is no place"):
        assert told in str(fault.value)
    with pytest.raises(InvalidValueError, match="at most 5,000"):
        Forbidden(spots=((108.0, 22.0),) * 5001)
    with pytest.raises(UnknownNameError, match=r"called cell:88 \(near: .*cell:8"):
        forbidden_by(cells, Forbidden(("cell:88",)))
    with pytest.raises(InvalidValueError, match="All 11 candidates stand where no site may"):
        ask(Forbidden(counties=("450101", "450102")), sites=1)


def test_what_is_forbidden_comes_back_from_plain_data():
    there = Forbidden(("cell:8",), ("450102",), ((108.1, 22.8),), 321.0)
    assert forbidden_from_json(forbidden_as_json(there)) == there
    assert forbidden_from_json({}) == Forbidden()
    for bad in ({"cells": []}, {"candidates": "cell:8"}, {"counties": [450102]}):
        with pytest.raises(InvalidValueError, match="cannot be read"):
            forbidden_from_json(bad)
    for spot in ([108.1], "x", [108.1, "y"]):
        with pytest.raises(InvalidValueError, match="is no place"):
            forbidden_from_json({"spots": [spot]})
    assert replace(there, candidates=(), counties=(), spots=()).within_m == 321.0
    assert not replace(there, candidates=(), counties=(), spots=())
