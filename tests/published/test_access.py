"""Floating catchments against PySAL `access`: its hospital example to the last digit, and random problems.

`access` (https://pypi.org/project/access/) is the reference implementation of spatial accessibility. Its
functions are called with frames of their own, since they write into what they are given.
"""

import warnings

import numpy as np
import pandas as pd
import pytest

from geo.access.catchment import floating_catchment

DEMAND = pd.Series({1: 100, 2: 50, 3: 10})
SUPPLY = pd.Series({1: 15, 2: 20, 3: 100})
LUO_QI = {20: 1, 40: 0.68, 60: 0.22}


def inverse(cost):
    return 1 / cost


def roads(inward, outward, across):
    pairs = {(1, 1): 1, (2, 2): 1, (3, 3): 1, (1, 3): inward, (2, 3): inward}
    pairs |= {(3, 1): outward, (3, 2): outward, (1, 2): across, (2, 1): across}
    rows = [(*pair, cost) for pair, cost in pairs.items()]
    return pd.DataFrame(rows, columns=["origin", "destination", "cost"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"max_cost": 30}, (0.15, 0.40, 10)),
        ({"max_cost": 61}, (0.7613636364, 0.9583333333, 1.0946969697)),
        ({"weight": inverse, "max_cost": 61}, (0.3314441170, 0.5798281321, 7.2864181699)),
        (
            {"method": "gravity", "weight": inverse, "max_cost": 61},
            (0.3314441170, 0.5798281321, 7.2864181699),
        ),
        ({"method": "e2sfca", "weight": LUO_QI}, (0.7475922953, 0.9592555332, 1.2277993806)),
        ({"method": "e2sfca", "max_cost": 60}, (0.7475922953, 0.9592555332, 1.2277993806)),
        ({"method": "3sfca", "weight": inverse, "max_cost": 61}, (0.15633239, 0.40629273, 9.90521247)),
        (
            {"method": "3sfca", "weight": inverse, "max_cost": 61, "select_among": "all_pairs"},
            (0.1562565883, 0.4062164525, 9.9063518548),
        ),
    ],
)
def test_three_hospitals_in_gridlock_serve_as_pysal_says(options, expected):
    access = floating_catchment(roads(40, 40, 80), SUPPLY, DEMAND, **options)
    digits = 8 if options.get("method") == "3sfca" and "select_among" not in options else 10
    assert tuple(access.round(digits)) == expected
    assert list(access.index) == [1, 2, 3]


def test_a_fast_lane_into_town_serves_as_pysal_says():
    access = floating_catchment(roads(20, 40, 80), SUPPLY, DEMAND, weight=inverse, max_cost=61)
    assert tuple(access.round(10)) == (0.4353402209, 0.6837242360, 5.7279766114)


def pysal(function, cost, supply, demand, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access import fca

        answer = getattr(fca, function)(
            demand_df=pd.DataFrame({"demand": demand}).rename_axis("geoid"),
            supply_df=pd.DataFrame({"supply": supply}).rename_axis("geoid"),
            cost_df=cost.rename(columns={"destination": "dest"}),
            **options,
        )
    return answer.reindex(demand.index).fillna(0)


def random_problem(seed):
    random = np.random.default_rng(seed)
    n_homes, n_facilities = random.integers(2, 60), random.integers(1, 25)
    share = random.uniform(0.05, 1)
    home, facility = np.nonzero(random.random((n_homes, n_facilities)) < share)
    cost = pd.DataFrame({"origin": home, "destination": facility, "cost": random.uniform(0.5, 60, len(home))})
    supply = pd.Series(random.integers(0, 20, n_facilities) + 0.5)
    return cost, supply, pd.Series(random.integers(1, 1000, n_homes).astype(float))


PEERS = {
    "2sfca": ("two_stage_fca", {}, {}),
    "2sfca by distance": ("two_stage_fca", {"weight": inverse}, {"weight_fn": lambda cost: 1 / cost}),
    "e2sfca": ("two_stage_fca", {"method": "e2sfca", "weight": LUO_QI}, {"steps": LUO_QI}),
    "gravity": (
        "two_stage_fca",
        {"method": "gravity", "weight": inverse},
        {"weight_fn": lambda cost: 1 / cost},
    ),
    "gaussian_2sfca": (
        "two_stage_fca",
        {"method": "gaussian_2sfca"},
        {"weight_fn": lambda cost: (np.exp(-0.5 * (cost / 45) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))},
    ),
    "3sfca": (
        "three_stage_fca",
        {"method": "3sfca", "weight": inverse, "select_among": "all_pairs"},
        {"weight_fn": lambda cost: 1 / cost},
    ),
}


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("seed", range(12))
def test_random_sparse_problems_are_served_as_pysal_says(name, seed):
    function, ours, theirs = PEERS[name]
    cost, supply, demand = random_problem(seed)
    if "steps" in theirs:
        from access import weights

        theirs = {"weight_fn": weights.step_fn(theirs["steps"])}
    access = floating_catchment(cost, supply, demand, max_cost=45, **ours)
    peer = pysal(function, cost, supply, demand, max_cost=45, **theirs)
    assert (access > 0).any()
    np.testing.assert_allclose(access, peer, rtol=1e-9, atol=0)
