"""Small random questions of every siting model, and their answers by trying every choice there is.

Nothing of `geo.siting` is used here but the models that are asked. A question has at most six sites, so that
all 64 choices are looked at, with costs that tie, cost nothing, or do not exist, people who weigh nothing,
sites that stand twice at one place, and any combination of limits.
"""

from dataclasses import dataclass
from itertools import pairwise, product

import hypothesis.strategies as st
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from geo.siting import (
    INFEASIBLE,
    OPTIMAL,
    backup_cover,
    capacitated_cover,
    capacitated_p_median,
    cover_curve,
    flow_refuelling,
    greedy_cover,
    max_cover,
    p_center,
    p_median,
    set_cover,
)

# What limits each model can have; every combination of them is asked.
NUMBER, MONEY, GROUPS, FORBIDDEN, FIXED, LEAST = "number", "money", "groups", "forbidden", "fixed", "least"
PLACES = (GROUPS, FORBIDDEN, FIXED)
LIMITS = {
    "max_cover": (NUMBER, MONEY, *PLACES, LEAST),
    "greedy_cover": (NUMBER, MONEY, *PLACES),
    "cover_curve": (MONEY, *PLACES),
    "set_cover": (MONEY, *PLACES, LEAST),
    "backup_cover": (NUMBER, *PLACES),
    "p_median": PLACES,
    "p_center": PLACES,
    "capacitated_cover": PLACES,
    "capacitated_p_median": PLACES,
    "flow_refuelling": (NUMBER, MONEY, *PLACES),
}
SLOW_TO_TRY = {"capacitated_cover": 8, "capacitated_p_median": 8}


def combinations_of(model):
    """List the combinations of limits of a model; whoever needs a number or money has one."""
    names = LIMITS[model]
    every = [
        {name for name, on in zip(names, flags, strict=True) if on}
        for flags in product((0, 1), repeat=len(names))
    ]
    needs = model in {"max_cover", "greedy_cover", "flow_refuelling"}
    return [sorted(limits) for limits in every if not needs or limits & {NUMBER, MONEY}]


@dataclass
class World:
    """Hold a small world, and what may be opened in it."""

    cost: np.ndarray
    people: np.ndarray
    reach: float
    prices: np.ndarray
    groups: np.ndarray
    demand_groups: np.ndarray
    count: int
    budget: float
    most: int
    least: float
    share: float
    forbidden: list
    fixed: list

    def allowed(self, limits):
        """Give every choice of new sites that keeps the limits, as rows of a mask."""
        sites = self.cost.shape[1]
        every = np.array(list(product((0, 1), repeat=sites)), bool)
        closed = np.zeros(sites, bool)
        closed[self.fixed if FIXED in limits else []] = True
        closed[self.forbidden if FORBIDDEN in limits else []] = True
        kept = ~(every & closed).any(axis=1)
        if NUMBER in limits:
            kept &= every.sum(axis=1) <= self.count
        if MONEY in limits:
            kept &= every @ self.prices <= self.budget * (1 + 1e-12)
        if GROUPS in limits:
            for group in set(self.groups):
                kept &= every[:, self.groups == group].sum(axis=1) <= self.most
        return every[kept]

    def opened(self, limits, choices):
        """Add the sites that stand to every choice."""
        stands = np.isin(np.arange(self.cost.shape[1]), self.fixed if FIXED in limits else [])
        return choices | stands

    def fair(self, reached):
        """Tell of every choice whether each group of people gets its share."""
        enough = np.ones(len(reached), bool)
        for group in set(self.demand_groups):
            mine = self.demand_groups == group
            total = self.people[mine].sum()
            enough &= reached[:, mine] @ self.people[mine] >= self.least * total * (1 - 1e-12)
        return enough


def make_world(seed, limits):
    """Make a world from a seed: a fourth of them with some oddity each."""
    random = np.random.default_rng(seed)
    sites, homes = int(random.integers(1, 7)), int(random.integers(1, 8))
    if random.random() < 0.5:
        cost = random.integers(0, 5, (homes, sites)).astype(float)
    else:
        cost = random.uniform(0, 5, (homes, sites))
    cost[random.random(cost.shape) < random.choice([0.0, 0.0, 0.3])] = np.inf
    if sites > 1 and random.random() < 0.3:
        cost[:, -1] = cost[:, 0]
    people = random.integers(1, 9, homes) * random.choice([1.0, 0.37, 1e-6, 1e7])
    people[random.random(homes) < random.choice([0.0, 0.0, 0.4])] = 0.0
    if random.random() < 0.05:
        people[:] = 0.0
    barred = int(random.integers(0, sites)) if sites > 1 else 0
    stands = [site for site in range(sites) if site != barred and random.random() < 0.3][: sites - 2]
    forbidden = [barred] if sites > 1 else []
    yuan = float(random.choice([1.0, 0.1, 1e-4, 1e5]))
    free = sites - len(forbidden) * (FORBIDDEN in limits) - len(stands) * (FIXED in limits)
    return World(
        cost=cost,
        people=people,
        reach=float(random.choice([0.0, 1.0, 2.0, 3.0])),
        prices=random.choice([0.0, 0.5, 1.0, 1.0 + 1e-7, 2.0, 3.0], sites) * yuan,
        groups=random.integers(0, 3, sites),
        demand_groups=random.integers(0, 2, homes),
        count=int(random.integers(1, free + 1)),
        budget=float(random.choice([0.5, 1.0, 2.0, 2.5, 4.0, 100.0])) * yuan,
        most=int(random.integers(0, 3)),
        least=float(random.choice([0.0, 0.3, 0.5, 1.0])),
        share=float(random.choice([0.3, 0.7, 1.0])),
        forbidden=forbidden,
        fixed=stands,
    )


@st.composite
def worlds(draw, limits):
    """Draw a world that can be made smaller: fewer sites and people, whole figures."""
    sites, homes = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    small = st.integers(0, 3)
    some_site = st.lists(st.integers(0, sites - 1), unique=True, max_size=sites - 1)
    fixed, forbidden = draw(some_site), draw(some_site)
    if FIXED in limits:
        forbidden = [site for site in forbidden if site not in fixed]
    closed = {*(fixed if FIXED in limits else []), *(forbidden if FORBIDDEN in limits else [])}
    if len(closed) == sites:
        forbidden = []
        closed = {*(fixed if FIXED in limits else [])}
    row = st.lists(st.sampled_from([0.0, 1.0, 2.0, np.inf]), min_size=sites, max_size=sites)
    return World(
        cost=np.array(draw(st.lists(row, min_size=homes, max_size=homes))),
        people=np.array(draw(st.lists(small, min_size=homes, max_size=homes)), float),
        reach=float(draw(st.integers(0, 2))),
        prices=np.array(draw(st.lists(small, min_size=sites, max_size=sites)), float),
        groups=np.array(draw(st.lists(small, min_size=sites, max_size=sites))),
        demand_groups=np.array(draw(st.lists(st.integers(0, 1), min_size=homes, max_size=homes))),
        count=draw(st.integers(1, sites - len(closed))),
        budget=float(draw(st.integers(1, 5))),
        most=draw(st.integers(0, 2)),
        least=draw(st.sampled_from([0.0, 0.5, 1.0])),
        share=draw(st.sampled_from([0.5, 1.0])),
        forbidden=forbidden,
        fixed=fixed,
    )


def question(world, limits, *, number=False):
    """Give the arguments a model takes for some limits."""
    asked = {}
    if NUMBER in limits or number:
        asked["sites"] = world.count
    if MONEY in limits:
        asked |= {"budget": world.budget, "site_costs": world.prices}
    if GROUPS in limits:
        asked |= {"site_groups": world.groups, "most_per_group": world.most}
    if FORBIDDEN in limits:
        asked["forbidden"] = world.forbidden
    if FIXED in limits:
        asked["fixed"] = world.fixed
    if LEAST in limits:
        asked |= {"demand_groups": world.demand_groups, "least_share": world.least}
    return asked


def given(cost, seed):
    """Give the costs as an array or as a sparse matrix."""
    if seed % 3:
        return cost
    row, column = np.nonzero(np.isfinite(cost))
    return sparse.csr_array((cost[row, column], (row, column)), shape=cost.shape)


def near(one, other):
    """Tell whether two figures are the same but for rounding."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def require(plan, best, valued, *, more=True, sites=None):
    """Compare a plan with the best of all choices, and what its own sites come to with what it says.

    Parameters
    ----------
    plan, best
        The answer, and the best that any choice allowed comes to; None where none is allowed.
    valued
        What each allowed choice comes to, by its sites.
    """
    if best is None:
        assert (plan.status, plan.sites) == (INFEASIBLE, ()), "no choice is allowed"
        assert plan.reason
        return
    assert plan.status == OPTIMAL, plan
    assert near(plan.objective, best), (plan.objective, best)
    assert plan.gap == 0
    assert plan.bound >= best - 1e-6 if more else plan.bound <= best + 1e-6
    chosen = frozenset(sites or plan.sites)
    assert chosen in valued, "the plan is no choice that is allowed"
    assert near(valued[chosen], plan.objective)


def by_sites(choices, values):
    return {
        frozenset(np.flatnonzero(choice).tolist()): value
        for choice, value in zip(choices, values, strict=True)
    }


def try_max_cover(world, limits, seed):
    choices = world.allowed(limits)
    reached = world.opened(limits, choices) @ (world.cost <= world.reach).T > 0
    values = reached @ world.people
    plan = max_cover(given(world.cost, seed), world.people, max_cost=world.reach, **question(world, limits))
    kept = world.fair(reached) if LEAST in limits else np.ones(len(choices), bool)
    best = values[kept].max() if kept.any() else None
    require(plan, best, by_sites(choices[kept], values[kept]))
    assert list(plan.gains) == sorted(plan.gains, reverse=True) or LEAST in limits


def try_greedy_cover(world, limits, seed):
    choices = world.allowed(limits)
    values = (world.opened(limits, choices) @ (world.cost <= world.reach).T > 0) @ world.people
    plan = greedy_cover(
        given(world.cost, seed), world.people, max_cost=world.reach, **question(world, limits)
    )
    assert plan.status == "greedy"
    assert plan.objective <= values.max() * (1 + 1e-9)
    assert plan.bound >= values.max() * (1 - 1e-9)
    assert near(by_sites(choices, values)[frozenset(plan.sites)], plan.objective)


def try_cover_curve(world, limits, seed):
    asked = question(world, limits)
    free = world.cost.shape[1] - len(asked.get("forbidden", ())) - len(asked.get("fixed", ()))
    steps = [0.5, 1.0, 2.5, 4.0] if MONEY in limits else list(range(1, free + 1))
    asked["budget" if MONEY in limits else "sites"] = steps
    curve = cover_curve(given(world.cost, seed), world.people, max_cost=world.reach, **asked)
    for step in steps:
        world.budget, world.count = step, step
        choices = world.allowed({*limits, *(() if MONEY in limits else (NUMBER,))})
        values = (world.opened(limits, choices) @ (world.cost <= world.reach).T > 0) @ world.people
        row = curve.loc[step]
        assert (row["status"], row["gap"]) == (OPTIMAL, 0)
        assert near(row["objective"], values.max())
        assert near(by_sites(choices, values)[frozenset(row["chosen"])], values.max())


def try_set_cover(world, limits, seed):
    asked = question(world, limits)
    asked.pop("budget", None)
    choices = world.allowed(set(limits) - {MONEY})
    reached = world.opened(limits, choices) @ (world.cost <= world.reach).T > 0
    kept = reached @ world.people >= world.share * world.people.sum() * (1 - 1e-12)
    kept &= world.fair(reached) if LEAST in limits else True
    values = choices @ (world.prices if MONEY in limits else np.ones(len(world.prices)))
    plan = set_cover(given(world.cost, seed), world.people, max_cost=world.reach, share=world.share, **asked)
    best = values[kept].min() if kept.any() else None
    require(plan, best, by_sites(choices[kept], values[kept]), more=False)


def try_backup_cover(world, limits, seed):
    choices = world.allowed(limits)
    times = world.opened(limits, choices).astype(int) @ (world.cost <= world.reach).T.astype(int)
    kept = (times >= 1)[:, world.people > 0].all(axis=1)
    if NUMBER not in limits and kept.any():
        size = choices.sum(axis=1)
        kept &= size <= size[kept].min()
    values = (times >= 2) @ world.people
    plan = backup_cover(
        given(world.cost, seed), world.people, max_cost=world.reach, **question(world, limits)
    )
    require(plan, values[kept].max() if kept.any() else None, by_sites(choices[kept], values[kept]))


def _nearest_costs(world, limits):
    choices = world.allowed({*limits, NUMBER})
    some = world.people > 0
    opened = world.opened(limits, choices)
    costs = np.where(opened[:, None, :], world.cost[some][None], np.inf)
    return choices, costs.min(axis=2, initial=np.inf), world.people[some]


def try_p_median(world, limits, seed):
    choices, costs, people = _nearest_costs(world, limits)
    kept = np.isfinite(costs).all(axis=1)
    values = np.where(np.isfinite(costs), costs, 0) @ people
    plan = p_median(given(world.cost, seed), world.people, **question(world, limits, number=True))
    require(
        plan, values[kept].min() if kept.any() else None, by_sites(choices[kept], values[kept]), more=False
    )


def try_p_center(world, limits, seed):
    choices, costs, _ = _nearest_costs(world, limits)
    values = costs.max(axis=1, initial=0.0)
    kept = np.isfinite(values)
    plan = p_center(given(world.cost, seed), world.people, **question(world, limits, number=True))
    require(
        plan, values[kept].min() if kept.any() else None, by_sites(choices[kept], values[kept]), more=False
    )


def _shared_out(world, opened, capacity, *, reach=None):
    """Share people out among open sites: the most served, or the least cost for all; None without room."""
    usable = np.isfinite(world.cost) & opened if reach is None else (world.cost <= reach) & opened
    row, site = np.nonzero(usable)
    people, sites = len(world.people), len(opened)
    if not len(row):
        return 0.0 if reach is not None or not world.people.any() else None
    home = (row[None] == np.arange(people)[:, None]).astype(float)
    full = (site[None] == np.arange(sites)[:, None]).astype(float)
    if reach is not None:
        limits = np.concatenate([world.people, capacity])
        return -linprog(-np.ones(len(row)), np.vstack([home, full]), limits).fun
    found = linprog(world.cost[row, site], full, capacity, home, world.people)
    return float(found.fun) if found.status == 0 else None


def _try_capacitated(world, limits, seed, *, reach):
    capacity = np.random.default_rng(seed).integers(0, 12, world.cost.shape[1]).astype(float)
    asked = question(world, limits, number=True) | {"capacity": capacity}
    choices = world.allowed({*limits, NUMBER})
    values = [_shared_out(world, opened, capacity, reach=reach) for opened in world.opened(limits, choices)]
    known = [value for value in values if value is not None]
    valued = by_sites(choices, values)
    if reach is None:
        plan = capacitated_p_median(given(world.cost, seed), world.people, **asked)
        best = min(known, default=None)
    else:
        plan = capacitated_cover(given(world.cost, seed), world.people, max_cost=reach, **asked)
        best = max(known)
    if best is None:
        assert (plan.status, plan.sites) == (INFEASIBLE, ())
        return
    assert plan.status == OPTIMAL
    assert abs(plan.objective - best) <= 1e-6 * max(best, 1.0)
    assert abs(valued[frozenset(plan.sites)] - best) <= 1e-6 * max(best, 1.0)


def try_capacitated_cover(world, limits, seed):
    _try_capacitated(world, limits, seed, reach=world.reach)


def try_capacitated_p_median(world, limits, seed):
    _try_capacitated(world, limits, seed, reach=None)


def _drives(along, length, range_m):
    """Drive three rounds there and back: is every way from one stop to the next within the range?"""
    if not along:
        return False
    turns = sorted(
        {place + turn * 2 * length for x in along for place in (x, 2 * length - x) for turn in range(3)}
    )
    return max(later - sooner for sooner, later in pairwise(turns)) <= range_m


def try_flow_refuelling(world, limits, seed):
    random = np.random.default_rng(seed)
    sites = world.cost.shape[1]
    paths = pd.DataFrame(
        {"length_m": random.integers(1, 12, 4) * 1.0, "flow": random.integers(0, 9, 4) * 1.0}
    )
    on = [(path, site) for path in range(4) for site in range(sites) if random.random() < 0.5]
    on += [(0, site) for site in range(sites) if (0, site) not in on]
    stops = (
        pd.DataFrame(on, columns=["path", "site"]).sort_values("site", kind="stable").reset_index(drop=True)
    )
    stops["along_m"] = [float(random.integers(0, paths["length_m"][path] + 1)) for path in stops["path"]]
    range_m, choices = float(random.integers(2, 20)), world.allowed(limits)
    passed = [
        [(site, along) for path, site, along in stops.itertuples(index=False) if path == number]
        for number in range(4)
    ]
    values = [
        sum(
            flow
            for (length, flow), here in zip(paths.itertuples(index=False), passed, strict=True)
            if _drives([along for site, along in here if opened[site]], length, range_m)
        )
        for opened in world.opened(limits, choices)
    ]
    plan = flow_refuelling(paths, stops, range_m=range_m, **question(world, limits))
    require(plan, max(values), by_sites(choices, values))


TRIALS = {name[4:]: trial for name, trial in globals().items() if name.startswith("try_")}


def try_one(model, limits, seed):
    """Ask a model one question and compare its answer with every choice."""
    TRIALS[model](make_world(seed, limits), limits, seed)


def questions(model, each):
    """List the questions of a model: every combination of its limits, so many times each."""
    each = max(each // SLOW_TO_TRY.get(model, 1), 1)
    return [
        (limits, 1000 * number + k)
        for number, limits in enumerate(combinations_of(model))
        for k in range(each)
    ]
