"""The same choice under other conditions."""

import numpy as np
import pytest

from geo import schema
from geo.planning import actions, sensitivity
from geo.planning.baseline import find_baseline
from geo.planning.candidates import cell_candidates
from geo.planning.constraints import Constraints
from geo.planning.objective import Objective
from geo.planning.options import find_options

BUILD = (actions.BUILD_MICRO,)


@pytest.fixture
def asked(street, table):
    baseline = find_baseline(Objective("worker_station", 1000.0, who=schema.PEOPLE), street)
    candidates = cell_candidates(street.demand, who=schema.PEOPLE)
    options = find_options(baseline, candidates, kinds=BUILD, table=table)
    return baseline, candidates, options


def test_the_choice_is_made_again_at_four_distances(street, table, asked):
    baseline, candidates, _ = asked
    given = {"kinds": BUILD, "table": table, "time_limit_s": 5.0}
    found = sensitivity.choices_at_distances(baseline, street, candidates, Constraints(sites=1), **given)
    assert list(found) == [500.0, 800.0, 1000.0, 1500.0]
    # Below 990 m a site serves its own home alone: h8 in the street and v are the largest without one.
    assert found[1000.0] == found[1500.0] == {"cell:8"}
    assert found[500.0] <= {"cell:10", "cell:9"}
    stopped = sensitivity.choices_at_distances(
        baseline, street, candidates, Constraints(sites=1), cancelled=lambda: True, **given
    )
    assert stopped == {}


@pytest.mark.parametrize("constraints", [Constraints(sites=4), Constraints(budget_yuan=120_000.0)])
def test_more_sites_and_more_money_never_reach_fewer(table, asked, constraints):
    baseline, _, options = asked
    curve, choices = sensitivity.people_curve(
        baseline, options, constraints, kinds=BUILD, table=table, time_limit_s=5.0
    )
    assert (np.diff(curve[sensitivity.COVERED]) >= 0).all()
    assert (curve[sensitivity.GREEDY_COVERED] <= curve[sensitivity.COVERED] + 1e-9).all()
    assert curve[sensitivity.COVERED].iloc[0] == 600
    assert curve[sensitivity.COVERED].iloc[-1] == 600 + 2700 + 1800 + 1000 + 400
    assert curve[sensitivity.PROVEN].all()
    assert list(choices) == list(curve.index[1:])


def test_a_curve_that_is_called_off_keeps_the_points_it_has(table, asked):
    baseline, _, options = asked
    curve, choices = sensitivity.people_curve(
        baseline,
        options,
        Constraints(sites=3),
        kinds=BUILD,
        table=table,
        time_limit_s=5.0,
        cancelled=lambda: True,
    )
    assert list(curve.index) == [0.0]
    assert choices == {}
