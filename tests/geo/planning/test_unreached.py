"""Whom nothing reaches is named, with the distance at which something would."""

import numpy as np
import pytest

from geo import schema
from geo.planning import actions
from geo.planning.baseline import find_baseline
from geo.planning.candidates import cell_candidates
from geo.planning.objective import Objective
from geo.planning.options import find_options
from geo.planning.unreached import NEEDED_M, unreached_homes


def found(street, table, homes):
    baseline = find_baseline(Objective("worker_station", 1000.0, who=schema.PEOPLE), street)
    candidates = cell_candidates(street.demand.iloc[homes], who=schema.PEOPLE)
    return unreached_homes(
        baseline, find_options(baseline, candidates, kinds=(actions.BUILD_MICRO,), table=table)
    )


def test_those_beyond_every_candidate_are_named_with_the_metres_that_would_do(street, table):
    """Candidates at h2 and h3 reach h1 … h4; h5 … h9 and the village are beyond."""
    rows = found(street, table, [2, 3])
    assert list(rows.index) == [9, 10, 8, 7, 6, 5]
    assert list(rows[schema.PEOPLE]) == [1000, 1000, 900, 800, 700, 600]
    street_rows = rows.drop(index=10).sort_index()
    assert street_rows[NEEDED_M].to_numpy() == pytest.approx(990 * np.arange(2, 7), abs=0.5)
    assert rows.loc[10, schema.COUNTY] == "450102"
    assert rows.loc[10, NEEDED_M] > 5000


def test_at_the_distance_named_the_home_is_reached_and_a_metre_below_it_is_not(street, table):
    needed = float(found(street, table, [2, 3]).loc[9, NEEDED_M])
    for within_m, out in ((needed + 0.01, False), (needed - 1, True)):
        baseline = find_baseline(Objective("worker_station", within_m, who=schema.PEOPLE), street)
        candidates = cell_candidates(street.demand.iloc[[2, 3]], who=schema.PEOPLE)
        options = find_options(baseline, candidates, kinds=(actions.BUILD_MICRO,), table=table)
        assert (9 in unreached_homes(baseline, options).index) == out


def test_where_everybody_can_be_reached_nobody_is_named(street, table):
    assert found(street, table, range(11)).empty
