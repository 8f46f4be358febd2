"""Small random questions of a planner against every plan there is: buying, moving, closing, every limit."""

from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from geo import schema
from geo.errors import PlanFaultError
from geo.planning import actions, optimise
from geo.planning.baseline import Baseline
from geo.planning.constraints import FAIRNESS, PEOPLE_COVERED, Constraints
from geo.planning.objective import Objective
from geo.planning.optimise import choose_best, choose_greedily
from geo.planning.options import OPTION_COLUMNS, ActionOptions
from geo.proximity.pairs import HomeIndex

# Places stand 990 m apart on one street: each reaches the homes at its own spot and at the two beside it.
SPOTS, STEP_M, WITHIN_M = 8, 990.0, 1000.0
COUNTIES = pd.Index(["450101", "450102"])
COSTS = pd.DataFrame(
    {schema.COST_YUAN: [30_000.0, 8_000.0, 12_000.0, 3_000.0], schema.FREES_YUAN: [0.0, 0.0, 0.0, 9_000.0]},
    index=["build_micro", "upgrade", "relocate", "close"],
)
LIMITS = ("sites", "budget_yuan", "most_per_county", "least_share")


def place(spots):
    lon, lat, _ = Geod(ellps="WGS84").fwd(
        np.full(len(spots), 108.0),
        np.full(len(spots), 22.8),
        np.full(len(spots), 90.0),
        np.asarray(spots) * STEP_M,
    )
    return np.array(lon), np.array(lat)


def make_world(seed):
    """Make a ground and what can be bought on it; give the spots of sites and offers besides."""
    random = np.random.default_rng(seed)
    homes = np.sort(random.integers(0, SPOTS, 6))
    people = random.integers(0, 9, 6).astype(float) * random.choice([1.0, 100.0])
    people[0] = max(people[0], 1.0)
    spots = random.permutation(SPOTS)
    here, offered = spots[:3], spots[3 : 3 + random.integers(1, 4)]
    counts = random.random(3) < 0.7
    index = HomeIndex(*place(homes))
    lon, lat = place(here)
    sites = gpd.GeoDataFrame(
        {schema.NAME: ["甲", "乙", "丙"], schema.COUNTY: COUNTIES[(here >= 4).astype(int)]},
        index=pd.Index(["s0", "s1", "s2"]),
        geometry=gpd.points_from_xy(lon, lat),
        crs=schema.WGS84,
    )
    today = np.abs(homes[:, None] - here[None, counts]) <= 1
    baseline = Baseline(
        objective=Objective("worker_station", WITHIN_M, who=schema.PEOPLE),
        homes=gpd.GeoDataFrame({schema.WORKERS: people}),
        people=people,
        county=(homes >= 4).astype(np.intp),
        counties=COUNTIES,
        sites=sites,
        counts=counts,
        reached_today=today.sum(axis=1).astype(np.int32),
        index=index,
        supply=pd.DataFrame(),
    )
    idle = np.flatnonzero(~counts)
    at = np.concatenate([offered, here[idle]])
    new = np.arange(len(at)) < len(offered)
    lon, lat = place(at)
    columns = dict.fromkeys(OPTION_COLUMNS) | {
        "kinds": np.where(new, "build_micro", "upgrade"),
        "candidate": [f"c{spot}" if fresh else "" for spot, fresh in zip(at, new, strict=True)],
        "facility_id": [
            "" if fresh else f"s{here.tolist().index(spot)}" for spot, fresh in zip(at, new, strict=True)
        ],
        schema.NAME: "处",
        schema.COUNTY: COUNTIES[(at >= 4).astype(int)],
        schema.LON: lon,
        schema.LAT: lat,
        schema.COST_YUAN: np.where(new, 30_000.0, 8_000.0),
        "buyable": ~new | (random.random(len(at)) < 0.8),
        "costs": None,
    }
    options = ActionOptions(pd.DataFrame(columns), index.reach(lon, lat, within_m=WITHIN_M))
    return baseline, options, homes, here, at


def every_plan(baseline, options, homes, here, at, kinds):
    """Try every plan: what is bought, and where each site that counts goes; give what each comes to."""
    rows = options.rows
    movable = np.flatnonzero(baseline.counts)
    placed = np.flatnonzero(rows["candidate"] != "")
    fates = [None, *(placed if "relocate" in kinds else ()), *(["close"] if "close" in kinds else ())]
    for bought in product((0, 1), repeat=len(rows)):
        taken = np.flatnonzero(bought)
        if not rows["buyable"].to_numpy()[taken].all():
            continue
        for fate in product(fates, repeat=len(movable)):
            moved = [to for to in fate if to is not None and to != "close"]
            if len({*moved, *taken}) < len(moved) + len(taken):
                continue
            stay = [here[site] for site, to in zip(movable, fate, strict=True) if to is None]
            open_at = np.array([*stay, *at[taken], *at[moved]], float)
            covered = (np.abs(homes[:, None] - open_at[None]) <= 1).any(axis=1)
            spent = rows[schema.COST_YUAN].to_numpy()[taken].sum() + 12_000.0 * len(moved)
            spent -= 6_000.0 * sum(to == "close" for to in fate)
            counties = np.bincount((at[[*taken, *moved]] >= 4).astype(int), minlength=2)
            shares = [
                (baseline.people * covered)[baseline.county == k].sum()
                / baseline.people[baseline.county == k].sum()
                for k in (0, 1)
                if baseline.people[baseline.county == k].sum() > 0
            ]
            yield len(taken) + len(moved), spent, counties.max(), min(shares), baseline.people[covered].sum()


def ask_one(seed, limits, *, fair, kinds):
    random = np.random.default_rng(seed)
    world = make_world(seed)
    baseline, options, *_ = world
    given = {
        "sites": int(random.integers(1, 4)),
        "budget_yuan": float(random.choice([5_000.0, 12_000.0, 30_000.0, 50_000.0, 200_000.0])),
        "most_per_county": int(random.integers(1, 3)),
        "least_share": float(random.choice([0.0, 0.4, 0.7, 1.0])),
    }
    constraints = Constraints(
        **{name: given[name] for name in limits}, measure=FAIRNESS if fair else PEOPLE_COVERED
    )
    # A number of sites above what there is to buy is refused by name.
    if constraints.sites is not None and constraints.sites > options.rows["buyable"].sum():
        return
    allowed = [
        (share, people)
        for number, spent, crowd, share, people in every_plan(*world, kinds)
        if (constraints.sites is None or number <= constraints.sites)
        and (constraints.budget_yuan is None or spent <= constraints.budget_yuan)
        and (constraints.most_per_county is None or crowd <= constraints.most_per_county)
        and (constraints.least_share is None or share >= constraints.least_share - 1e-12)
    ]
    found = choose_best(baseline, options, constraints, kinds=kinds, table=COSTS)
    if not allowed:
        assert found.reason
        assert not found.steps
        return
    best = max(share if fair else people for share, people in allowed)
    assert found.status == "optimal", found
    assert found.objective == pytest.approx(best, abs=2e-7), constraints
    if "build_micro" in kinds:
        quick = choose_greedily(baseline, options, constraints)
        assert quick.reason or quick.objective <= best + 1e-9


BUYING = (("build_micro", "upgrade"),)


def ask_all(each, first=0, every=(*BUYING, actions.ACTION_KINDS)):
    asked = 0
    for number, on in enumerate(product((0, 1), repeat=len(LIMITS))):
        limits = [name for name, wanted in zip(LIMITS, on, strict=True) if wanted]
        if not {"sites", "budget_yuan"} & set(limits):
            continue
        for kinds in every:
            for fair in (False, True):
                for k in range(each):
                    ask_one(first + 1000 * number + k, limits, fair=fair, kinds=kinds)
                    asked += 1
    return asked


def test_every_combination_of_limits_has_the_best_plan():
    assert ask_all(1, every=BUYING) == 24


@pytest.mark.slow
def test_hundreds_of_questions_have_the_best_plan():
    assert ask_all(5, first=100) == 240


def test_a_choice_that_breaks_a_limit_is_a_fault_of_the_program(monkeypatch):
    baseline, options, *_ = make_world(1)
    everything = choose_greedily(baseline, options, Constraints(budget_yuan=1e6))
    assert len(everything.steps) > 1
    monkeypatch.setattr(optimise, "_reason_if_empty", lambda _choice, _offers: everything)
    for constraints, words in (
        (Constraints(sites=1), "purchases are made and 1 may be"),
        (Constraints(budget_yuan=1.0), "the budget is 1.0"),
        (Constraints(budget_yuan=1e6, most_per_county=1), "may get 1"),
    ):
        with pytest.raises(PlanFaultError, match=words):
            choose_greedily(baseline, options, constraints)
