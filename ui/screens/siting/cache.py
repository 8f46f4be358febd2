"""What questions and plans of siting give, kept while the network they were asked of is the newest."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.drawing.left_out_picture import Picture, left_out_picture
from geo.network.network import Network
from geo.planning.actions import NEW_KINDS, SHARE_HOST, Action, counts_when_new, net_cost, read_actions
from geo.planning.baseline import Baseline, counties_of, find_baseline, homes_of
from geo.planning.comparison import won_and_gone
from geo.planning.explanation import find_explanation
from geo.planning.objective import Objective
from geo.planning.place_names import TOWNSHIP_NAME, describe_places, read_named_points
from geo.planning.problem import Prepared, find_candidates, prepare, steps_of
from geo.planning.scenario import Run, Scenario, run_scenario
from geo.planning.search_record import SearchResult, search_of
from geo.planning.unreached import unreached_homes
from geo.schema import COUNTY, KIND, NAME, NAME_EN, WGS84
from ui.screens.siting.question import SitingQuestion, objective_of, problem_of
from ui.shared.cache_by_network import kept, kept_growing, store_in_sight


def network() -> Network:
    """Return the network this run of a page sees."""
    return store_in_sight().network


@kept
def actions_table() -> pd.DataFrame:
    """Return what each kind of action costs and does, as assumed."""
    return read_actions(network().folder)


@kept_growing
def baseline(objective: Objective) -> Baseline:
    """Return what a plan with an aim starts from."""
    return find_baseline(objective, network())


def baseline_of(question: SitingQuestion) -> Baseline:
    """Return what the plans that answer a question start from."""
    return baseline(objective_of(question, network()))


@kept
def prepared(question: SitingQuestion) -> Prepared:
    """Return what can be chosen from."""
    problem = problem_of(question, network())
    return prepare(problem, network(), baseline=baseline(problem.objective))


@kept
def unreached(question: SitingQuestion) -> gpd.GeoDataFrame:
    """Return the homes that stay out of reach whatever is bought, each with its township."""
    ready = prepared(question)
    homes = unreached_homes(ready.baseline, ready.options)
    words = describe_places(homes, townships=network().townships, named_points=ready.named_points)
    return gpd.GeoDataFrame(homes.assign(**{TOWNSHIP_NAME: words[TOWNSHIP_NAME]}), crs=WGS84)


def candidate_question(question: SitingQuestion) -> SitingQuestion:
    """Return the part of a question that says which candidates there are."""
    return SitingQuestion(
        kind=question.kind,
        prefectures=question.prefectures,
        counties=question.counties,
        who=question.who,
        candidates=question.candidates,
        listed=question.listed,
    )


@kept
def area_of(question: SitingQuestion) -> frozenset[str]:
    """Return the adcodes of the counties a question is about."""
    return frozenset(counties_of(objective_of(question, network()), network()))


@kept
def candidates(question: SitingQuestion) -> gpd.GeoDataFrame:
    """Return all candidates of a question, forbidden ones too."""
    problem, named = problem_of(question, network()), read_named_points(network().folder)
    return find_candidates(problem, network(), homes_of(problem.objective, network()), named)


@kept
def described_candidates(question: SitingQuestion) -> pd.DataFrame:
    """Return the candidates of a question: `kind`, `name`, `county`, `township_name`, and their `text`.

    The text is what a visitor may find them by: id, name, township, and county in both languages.
    """
    found, regions = candidates(question), network().regions
    words = describe_places(
        found, townships=network().townships, named_points=read_named_points(network().folder)
    )
    shown = found[[KIND, NAME, COUNTY]].assign(**{TOWNSHIP_NAME: words[TOWNSHIP_NAME].fillna("")})
    counties = [shown[COUNTY].map(regions[column]).fillna("") for column in (NAME, NAME_EN)]
    texts = [shown.index.to_series(), shown[NAME], shown[TOWNSHIP_NAME], *counties]
    return pd.DataFrame(shown).assign(text=[" ".join(row).lower() for row in zip(*texts, strict=True)])


@kept
def run(
    question: SitingQuestion, actions: tuple[Action, ...], name: str, found: SearchResult | None = None
) -> Run:
    """Work a plan out; `found` says how good it is, where a search found it."""
    problem = problem_of(question, network())
    search = search_of(problem, found)
    scenario = Scenario(name, problem.objective, actions, problem.costs, problem.constraints, search)
    return run_scenario(scenario, network(), baseline=baseline(problem.objective))


@kept
def explanation(question: SitingQuestion, actions: tuple[Action, ...]) -> gpd.GeoDataFrame:
    """Say why each step of a plan is there."""
    ready = prepared(question)
    return find_explanation(
        ready.baseline,
        ready.options,
        steps_of(actions),
        table=ready.table,
        townships=network().townships,
        named_points=ready.named_points,
    )


def changed_cells(
    question: SitingQuestion, actions: tuple[Action, ...], other: Run | None
) -> gpd.GeoDataFrame:
    """Return the cells a plan wins and loses, against today or against another run."""
    mine = run(question, actions, "")
    before = mine.baseline.reached_today if other is None else other.outcome.reached
    return won_and_gone(mine.baseline, before, mine.outcome.reached)


@kept
def left_out(question: SitingQuestion, actions: tuple[Action, ...]) -> Picture:
    """Draw where those live that a plan does not reach."""
    mine = run(question, actions, "")
    away = np.where(mine.outcome.reached > 0, 0.0, np.inf)
    homes = mine.baseline.homes
    distance_m = pd.Series(away, index=homes.index)
    return left_out_picture(distance_m, homes, who=question.who, threshold_m=question.metres)


@kept
def forbidden_places(question: SitingQuestion) -> gpd.GeoSeries:
    """Return the places of the candidates forbidden by their ids; those that are none are not among them."""
    if not question.no_candidates:
        return gpd.GeoSeries([], crs=WGS84)
    found = candidates(candidate_question(question))
    return found.geometry[found.index.isin(list(question.no_candidates))]


def kind_to_add(question: SitingQuestion) -> str:
    """Return the kind of new site that a click puts on the map at first: the cheapest that counts."""
    ready = prepared(question)
    counted = [kind for kind in NEW_KINDS if counts_when_new(ready.table, kind, ready.baseline.objective)]
    wanted = (
        [kind for kind in counted if kind in question.actions and kind != SHARE_HOST]
        or counted
        or list(NEW_KINDS)
    )
    return min(wanted, key=lambda kind: net_cost(ready.table, kind))


def cost_of(question: SitingQuestion, kind: str) -> float:
    """Return what an action costs, less what it frees, at the prices of a question."""
    return net_cost(prepared(question).table, kind)
