"""The same choice under other conditions."""

import numpy as np
import pytest

from geo import schema
from geo.planning import actions, sensitivity
from geo.planning.baseline import find_ground
from geo.planning.candidates import cell_candidates
from geo.planning.constraints import Means
from geo.planning.objective import Aim
from geo.planning.options import find_offers

BUILD = (actions.BUILD_MICRO,)


@pytest.fixture
def asked(street, table):
    ground = find_ground(Aim("worker_station", 1000.0, who=schema.PEOPLE), street)
    candidates = cell_candidates(street.demand, who=schema.PEOPLE)
    offers = find_offers(ground, candidates, kinds=BUILD, table=table)
    return ground, candidates, offers


def test_the_choice_is_made_again_at_four_distances(street, table, asked):
    ground, candidates, _ = asked
    options = {"kinds": BUILD, "table": table, "time_limit_s": 5.0}
    found = sensitivity.choices_at_distances(ground, street, candidates, Means(sites=1), **options)
    assert list(found) == [500.0, 800.0, 1000.0, 1500.0]
    # Below 990 m a site serves its own home alone: h8 in the street and v are the largest without one.
    assert found[1000.0] == found[1500.0] == {"cell:8"}
    assert found[500.0] <= {"cell:10", "cell:9"}
    stopped = sensitivity.choices_at_distances(
        ground, street, candidates, Means(sites=1), cancelled=lambda: True, **options
    )
    assert stopped == {}


@pytest.mark.parametrize("means", [Means(sites=4), Means(budget_yuan=120_000.0)])
def test_more_sites_and_more_money_never_reach_fewer(table, asked, means):
    ground, _, offers = asked
    curve, choices = sensitivity.people_curve(
        ground, offers, means, kinds=BUILD, table=table, time_limit_s=5.0
    )
    assert (np.diff(curve[sensitivity.COVERED]) >= 0).all()
    assert (curve[sensitivity.GREEDY_COVERED] <= curve[sensitivity.COVERED] + 1e-9).all()
    assert curve[sensitivity.COVERED].iloc[0] == 600
    assert curve[sensitivity.COVERED].iloc[-1] == 600 + 2700 + 1800 + 1000 + 400
    assert curve[sensitivity.PROVEN].all()
    assert list(choices) == list(curve.index[1:])


def test_a_curve_that_is_called_off_keeps_the_points_it_has(table, asked):
    ground, _, offers = asked
    curve, choices = sensitivity.people_curve(
        ground, offers, Means(sites=3), kinds=BUILD, table=table, time_limit_s=5.0, cancelled=lambda: True
    )
    assert list(curve.index) == [0.0]
    assert choices == {}
