"""Traffic that goes and comes back: on a road one can picture, and against every choice there is."""

from itertools import combinations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from geo.errors import InvalidValueError, MissingColumnError
from geo.siting import OPTIMAL, flow_refuelling

ROAD = pd.DataFrame({"length_m": [100_000.0], "flow": [500.0]}, index=["a-b"])
EVERY_25_KM = pd.DataFrame(
    {"path": "a-b", "site": ["a", "q", "m", "r", "b"], "along_m": [0.0, 25e3, 50e3, 75e3, 100e3]}
)


def served(range_m, **options):
    return flow_refuelling(ROAD, EVERY_25_KM, range_m=range_m, **options)


def test_one_place_in_the_middle_serves_a_round_trip_of_twice_its_way_to_either_end():
    found = served(100_000, sites=1)
    assert (found.sites, found.objective, found.status) == (("m",), 500.0, OPTIMAL)
    below = served(99_999, sites=1)
    assert (below.sites, below.objective) == ((), 0.0)


def test_two_places_half_a_range_from_the_ends_and_a_range_apart_do():
    found = served(50_000, sites=2)
    assert set(found.sites) == {"q", "r"}
    assert found.gains == (0.0, 500.0), "neither serves anybody alone"
    assert served(50_000, sites=5).sites == found.sites, "no more than are needed"


def test_a_place_that_stands_is_not_counted_and_a_forbidden_one_not_opened():
    assert served(50_000, sites=1, fixed=["q"]).sites == ("r",)
    assert "m" not in served(100_000, sites=2, forbidden=["m"]).sites


def test_a_path_nothing_serves_says_the_range_that_would_do():
    found = served(49_000, sites=1, forbidden=["q", "r", "a", "b"])
    assert found.objective == 0
    assert found.unreachable.to_dict() == {"a-b": 100_000.0}


def goes(places, length, range_m):
    """Drive three rounds, metre by metre of what matters: is there ever a way longer than the range?"""
    if not places:
        return False
    stops = sorted({p + turn * 2 * length for x in places for p in (x, 2 * length - x) for turn in range(3)})
    return max(np.diff(stops)) <= range_m


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 3), kept=st.booleans())
@pytest.mark.slow
def test_no_choice_of_places_serves_more(seed, count, kept):
    rng = np.random.default_rng(seed)
    names = list("uvwxyz")
    paths = pd.DataFrame(
        {"length_m": rng.integers(5, 12, 4).astype(float), "flow": rng.integers(1, 50, 4).astype(float)},
        index=[f"p{n}" for n in range(4)],
    )
    rows = [
        (label, name, float(rng.integers(0, int(length) + 1)))
        for label, length in paths["length_m"].items()
        for name in names
        if rng.random() < 0.6
    ] or [("p0", "u", 0.0)]
    stops = pd.DataFrame(rows, columns=["path", "site", "along_m"])
    known = list(stops["site"].unique())
    fixed = known[:1] if kept and len(known) > 1 else []
    free = [name for name in known if name not in fixed]
    many = min(count, len(free))
    range_m = float(rng.integers(4, 14))

    def worth(chosen):
        total = 0.0
        for label, row in paths.iterrows():
            mine = stops[(stops["path"] == label) & stops["site"].isin([*fixed, *chosen])]
            total += row["flow"] * goes(list(mine["along_m"]), row["length_m"], range_m)
        return total

    best = max(worth(chosen) for k in range(many + 1) for chosen in combinations(free, k))
    found = flow_refuelling(paths, stops, range_m=range_m, sites=many, fixed=fixed)
    assert found.status == OPTIMAL
    assert found.objective == pytest.approx(best)
    assert worth(found.sites) == pytest.approx(best)
    assert found.gap == 0
    stopped = flow_refuelling(paths, stops, range_m=range_m, sites=many, fixed=fixed, time_limit_s=0.0)
    assert stopped.objective == pytest.approx(worth(stopped.sites))
    assert stopped.bound >= best - 1e-9


def test_traffic_that_cannot_be_meant_is_refused_with_every_fault():
    bad, far = ROAD.assign(flow=-1.0), EVERY_25_KM.assign(along_m=1e9)
    with pytest.raises(InvalidValueError) as fault:
        flow_refuelling(bad, far, range_m=0, sites=1)
    for reported_offset in ("range is 0", "length or flow of a-b", "are on no path"):
        assert reported_offset in str(fault.value)
    with pytest.raises(MissingColumnError, match="flow"):
        flow_refuelling(ROAD[["length_m"]], EVERY_25_KM, range_m=1, sites=1)
    with pytest.raises(InvalidValueError, match="no stop"):
        flow_refuelling(ROAD, EVERY_25_KM.iloc[:0], range_m=1, sites=1)
    with pytest.raises(InvalidValueError, match="sites is 9"):
        served(1000, sites=9)
