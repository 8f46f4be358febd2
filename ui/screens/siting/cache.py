"""What questions and plans of siting give, kept while the network they were asked of is the newest."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.drawing.left_out_picture import Picture, left_out_picture
from geo.network.network import Network
from geo.planning.actions import NEW_KINDS, SHARE_HOST, Action, counts_when_new, net_cost, read_actions
from geo.planning.baseline import Ground, counties_of, find_ground, homes_of
from geo.planning.comparison import won_and_gone
from geo.planning.explanation import find_reasons
from geo.planning.objective import Aim
from geo.planning.place_names import TOWNSHIP_NAME, describe_places, read_named_points
from geo.planning.problem import Prepared, find_candidates, prepare, steps_of
from geo.planning.scenario import Run, Scenario, run_scenario
from geo.planning.search_record import Found, search_of
from geo.planning.unreached import unreached_homes
from geo.schema import COUNTY, KIND, NAME, NAME_EN, WGS84
from ui.screens.siting.question import Wish, aim_of, request_of
from ui.shared.cache_by_network import kept, kept_growing, store_in_sight


def network() -> Network:
    """Give the network this run of a page sees."""
    return store_in_sight().network


@kept
def actions_table() -> pd.DataFrame:
    """Give what each kind of action costs and does, as assumed."""
    return read_actions(network().folder)


@kept_growing
def ground(aim: Aim) -> Ground:
    """Give what a plan with an aim starts from."""
    return find_ground(aim, network())


def ground_of(wish: Wish) -> Ground:
    """Give what the plans that answer a question start from."""
    return ground(aim_of(wish, network()))


@kept
def prepared(wish: Wish) -> Prepared:
    """Give what can be chosen from."""
    request = request_of(wish, network())
    return prepare(request, network(), ground=ground(request.aim))


@kept
def unreached(wish: Wish) -> gpd.GeoDataFrame:
    """Give the homes that stay out of reach whatever is bought, each with its township."""
    ready = prepared(wish)
    homes = unreached_homes(ready.ground, ready.offers)
    words = describe_places(homes, townships=network().townships, named_points=ready.named_points)
    return gpd.GeoDataFrame(homes.assign(**{TOWNSHIP_NAME: words[TOWNSHIP_NAME]}), crs=WGS84)


def choosing_from(wish: Wish) -> Wish:
    """Give the part of a question that says which candidates there are."""
    return Wish(
        kind=wish.kind,
        prefectures=wish.prefectures,
        counties=wish.counties,
        who=wish.who,
        candidates=wish.candidates,
        listed=wish.listed,
    )


@kept
def area_of(wish: Wish) -> frozenset[str]:
    """Give the adcodes of the counties a question is about."""
    return frozenset(counties_of(aim_of(wish, network()), network()))


@kept
def candidates(wish: Wish) -> gpd.GeoDataFrame:
    """Give all candidates of a question, forbidden ones too."""
    request, named = request_of(wish, network()), read_named_points(network().folder)
    return find_candidates(request, network(), homes_of(request.aim, network()), named)


@kept
def candidates_told(wish: Wish) -> pd.DataFrame:
    """Give all candidates of a question: `kind`, `name`, `county`, `township_name`, and the `text` they have.

    The text is what a visitor may find them by: id, name, township, and county in both languages.
    """
    found, regions = candidates(wish), network().regions
    words = describe_places(
        found, townships=network().townships, named_points=read_named_points(network().folder)
    )
    told = found[[KIND, NAME, COUNTY]].assign(**{TOWNSHIP_NAME: words[TOWNSHIP_NAME].fillna("")})
    counties = [told[COUNTY].map(regions[column]).fillna("") for column in (NAME, NAME_EN)]
    texts = [told.index.to_series(), told[NAME], told[TOWNSHIP_NAME], *counties]
    return pd.DataFrame(told).assign(text=[" ".join(row).lower() for row in zip(*texts, strict=True)])


@kept
def run(wish: Wish, actions: tuple[Action, ...], name: str, found: Found | None = None) -> Run:
    """Work a plan out; `found` says how good it is, where a search found it."""
    request = request_of(wish, network())
    search = search_of(request, found)
    scenario = Scenario(name, request.aim, actions, request.costs, request.means, search)
    return run_scenario(scenario, network(), ground=ground(request.aim))


@kept
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


def changed_cells(wish: Wish, actions: tuple[Action, ...], other: Run | None) -> gpd.GeoDataFrame:
    """Give the cells a plan wins and loses, against today or against another run."""
    mine = run(wish, actions, "")
    before = mine.ground.reached_today if other is None else other.outcome.reached
    return won_and_gone(mine.ground, before, mine.outcome.reached)


@kept
def left_out(wish: Wish, actions: tuple[Action, ...]) -> Picture:
    """Draw where those live whom a plan does not reach."""
    mine = run(wish, actions, "")
    away = np.where(mine.outcome.reached > 0, 0.0, np.inf)
    homes = mine.ground.homes
    distance_m = pd.Series(away, index=homes.index)
    return left_out_picture(distance_m, homes, who=wish.who, threshold_m=wish.metres)


@kept
def forbidden_places(wish: Wish) -> gpd.GeoSeries:
    """Give the places of the candidates forbidden by their ids; those that are none are not among them."""
    if not wish.no_candidates:
        return gpd.GeoSeries([], crs=WGS84)
    found = candidates(choosing_from(wish))
    return found.geometry[found.index.isin(list(wish.no_candidates))]


def kind_to_add(wish: Wish) -> str:
    """Give the kind of new site that a click puts on the map at first: the cheapest that counts."""
    ready = prepared(wish)
    counted = [kind for kind in NEW_KINDS if counts_when_new(ready.table, kind, ready.ground.aim)]
    wanted = (
        [kind for kind in counted if kind in wish.actions and kind != SHARE_HOST]
        or counted
        or list(NEW_KINDS)
    )
    return min(wanted, key=lambda kind: net_cost(ready.table, kind))


def cost_of(wish: Wish, kind: str) -> float:
    """Give what an action costs, less what it frees, at the prices of a question."""
    return net_cost(prepared(wish).table, kind)
