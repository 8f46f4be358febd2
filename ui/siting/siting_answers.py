"""What questions and plans of siting give, kept while the network they were asked of is the newest."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.left_out_map import Picture, left_out_picture
from geo.network import Network
from geo.planning.actions import NEW_KINDS, SHARE_HOST, Action, counts_when_new, net_cost, read_actions
from geo.planning.aim import Aim
from geo.planning.compare import won_and_gone
from geo.planning.ground import Ground, find_ground
from geo.planning.question import Prepared, prepare, steps_of
from geo.planning.reasons import find_reasons
from geo.planning.scenario import Run, Scenario, run_scenario
from ui.follow import kept, store_in_sight
from ui.siting.siting_page import Wish, request_of

GROUNDS_KEPT, RUNS_KEPT = 6, 48


def network() -> Network:
    """Give the network this run of a page sees."""
    return store_in_sight().network


@kept(None)
def actions_table() -> pd.DataFrame:
    """Give what each kind of action costs and does, as assumed."""
    return read_actions(network().folder)


@kept(GROUNDS_KEPT)
def ground(aim: Aim) -> Ground:
    """Give what a plan with an aim starts from."""
    return find_ground(aim, network())


@kept(GROUNDS_KEPT)
def prepared(wish: Wish) -> Prepared:
    """Give what can be chosen from."""
    request = request_of(wish, network())
    return prepare(request, network(), ground=ground(request.aim))


@kept(RUNS_KEPT)
def run(wish: Wish, actions: tuple[Action, ...], name: str) -> Run:
    """Work a plan out."""
    request = request_of(wish, network())
    scenario = Scenario(name, request.aim, actions, request.costs, request.means)
    return run_scenario(scenario, network(), ground=ground(request.aim))


@kept(RUNS_KEPT)
def reasons(wish: Wish, actions: tuple[Action, ...]) -> gpd.GeoDataFrame:
    """Say why each step of a plan is there."""
    ready = prepared(wish)
    return find_reasons(
        ready.ground,
        ready.offers,
        steps_of(actions),
        table=ready.table,
        townships=network().townships,
        named_points=ready.named_points,
    )


@kept(RUNS_KEPT)
def changed_cells(wish: Wish, actions: tuple[Action, ...], other: Run | None) -> gpd.GeoDataFrame:
    """Give the cells a plan wins and loses, against today or against another run."""
    mine = run(wish, actions, "")
    before = mine.ground.reached_today if other is None else other.outcome.reached
    return won_and_gone(mine.ground, before, mine.outcome.reached)


@kept(RUNS_KEPT)
def left_out(wish: Wish, actions: tuple[Action, ...]) -> Picture:
    """Draw where those live whom a plan does not reach."""
    mine = run(wish, actions, "")
    away = np.where(mine.outcome.reached > 0, 0.0, np.inf)
    homes = mine.ground.homes
    distance_m = pd.Series(away, index=homes.index)
    return left_out_picture(distance_m, homes, who=wish.who, threshold_m=wish.metres)


def kind_to_add(wish: Wish) -> tuple[str, float]:
    """Give the kind of new site that a click puts on the map, and its cost: the cheapest that counts."""
    ready = prepared(wish)
    counted = [kind for kind in NEW_KINDS if counts_when_new(ready.table, kind, ready.ground.aim)]
    wanted = (
        [kind for kind in counted if kind in wish.actions and kind != SHARE_HOST]
        or counted
        or list(NEW_KINDS)
    )
    kind = min(wanted, key=lambda kind: net_cost(ready.table, kind))
    return kind, net_cost(ready.table, kind)
