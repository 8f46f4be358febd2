"""The only file that caches: one answer a choice, shared by every session that asks the same."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo import card_map, export
from geo.left_out_map import Picture
from geo.network import Network
from geo.population import compare_with_census, demand_from_townships
from ui import answers, mapstate, own_people, reach_answers, words
from ui.answers import Answer, Names
from ui.card_answers import Card, find_card
from ui.filters import Filters
from ui.follow import forget_with_the_rest, kept, see_one_network, store_in_sight
from ui.reach import GRID, TOWNSHIPS, Scope, Supply
from ui.union_reach import find_union_reach
from web import vendor
from web.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWERS_KEPT = 64
REACHES_KEPT = 16
FILES_KEPT = 8
EXPORTERS = {
    "geojson": export.to_geojson,
    "xlsx": export.to_xlsx,
    "csv": export.to_csv,
    "gpkg": export.to_geopackage,
}
EXPORT_TITLE = "工会服务设施"
Progress = Callable[[float], object]
_long_answers: dict[tuple[Store, Scope, int | None], pd.DataFrame] = {}
forget_with_the_rest(_long_answers.clear)


def network() -> Network:
    """Give the network this run of a page sees, the user's own lists in it."""
    return store_in_sight().network


def lists_fault() -> str:
    """Turn to the newest network at the start of a run; say why it lacks the lists, if it does."""
    return see_one_network().fault


def names() -> Names:
    """Give what types and regions are called in this session's language."""
    return _names(words.current_language())


def type_rows(filters: Filters) -> pa.Table:
    """Give the rows of the table of types in this session's language."""
    return _type_rows(filters, words.current_language())


def county_rows(filters: Filters) -> pa.Table:
    """Give the rows of the table of counties in this session's language."""
    return _county_rows(filters, words.current_language())


def map_state(filters: Filters) -> dict[str, Any]:
    """Give everything the map is told for one choice of filters in this session's language."""
    return _map_state(filters, words.current_language())


@kept(None)
def union_reach() -> pd.DataFrame:
    """Give who lives near a county union, for Guangxi and each prefecture."""
    return find_union_reach(network())


def map_script_url() -> str:
    """Give the address of the map's script, with its version."""
    return vendor.script_url()


@kept(ANSWERS_KEPT)
def answer(filters: Filters) -> Answer:
    """Give what one choice of filters gives."""
    return answers.find_answer(filters, network())


def export_name(filters: Filters, form: str) -> str:
    """Give the name of the file with what is filtered, in a format."""
    return export.file_name(_provenance(filters, today()), form)


def export_file(filters: Filters, form: str) -> bytes:
    """Give the file with what is filtered, in a format (`geojson`, `xlsx`, `csv`, `gpkg`)."""
    return _export_file(filters, form, today())


@kept(ANSWERS_KEPT)
def _provenance(filters: Filters, today: dt.date) -> export.Provenance:
    whole = network()
    conditions = cast("dict[str, Iterable[str] | str | None]", filters.conditions())
    asked = export.filters_in_words(conditions, export.names_of_codes(whole))
    return export.provenance_of(
        answer(filters).facilities, whole, title=EXPORT_TITLE, filters=asked, generated_on=today
    )


@kept(FILES_KEPT)
def _export_file(filters: Filters, form: str, today: dt.date) -> bytes:
    return EXPORTERS[form](answer(filters).facilities, about=_provenance(filters, today))


@kept(ANSWERS_KEPT)
def county_card(county: str) -> Card:
    """Give what the card of one county shows."""
    return find_card(county, network())


@kept(ANSWERS_KEPT)
def card_picture(county: str) -> str:
    """Give the picture of one county, as SVG."""
    whole, card = network(), county_card(county)
    return card_map.county_picture(
        whole.display_regions,
        county=county,
        facilities=card.facilities,
        facility_types=whole.facility_types,
        gaps=card.gaps,
    )


def reach_counties(filters: Filters) -> tuple[str, ...]:
    """Give the adcodes of the counties whose people are asked about; none for all of Guangxi."""
    return reach_answers.counties_of(filters, network())


@kept(REACHES_KEPT)
def reach_demand(source: str) -> gpd.GeoDataFrame:
    """Give the people of a source: the grid, the townships, or a file of the user's own."""
    whole = network()
    if source == TOWNSHIPS:
        return demand_from_townships(whole.townships, whole.demand, whole.regions)
    return whole.demand if source == GRID else own_people.find_own(source).demand


@kept(REACHES_KEPT)
def reach_census(source: str) -> pd.DataFrame:
    """Give the people of a source beside the census, by region."""
    return compare_with_census(reach_demand(source), network().regions)


@kept(REACHES_KEPT)
def reach_area(counties: tuple[str, ...], source: str) -> reach_answers.Area:
    """Give the people of some counties, of all if none is named."""
    return reach_answers.find_area(counties, reach_demand(source), network())


@kept(REACHES_KEPT)
def reach_measured(supply: Supply) -> reach_answers.Measured:
    """Give a set of facilities and how far everybody has to go to the nearest of them."""
    facilities = reach_answers.find_supply(supply, network())
    return reach_answers.measure_distances(facilities, reach_demand(supply.source))


@kept(ANSWERS_KEPT)
def reach_shares(scope: Scope) -> pd.DataFrame:
    """Give who is within reach, by county and who counts."""
    return reach_answers.find_shares(*_reach(scope), threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_distances(supply: Supply, counties: tuple[str, ...]) -> pd.DataFrame:
    """Give how far people have to go, by county and who counts."""
    return reach_answers.find_distances(reach_measured(supply), reach_area(counties, supply.source))


@kept(ANSWERS_KEPT)
def reach_second(scope: Scope) -> pd.Series:
    """Give the share who have a second facility in reach, by county and who counts."""
    distance_m = _second_distance(scope.supply, scope.counties)
    area = reach_area(scope.counties, scope.supply.source)
    return reach_answers.find_second(distance_m, area, threshold_m=scope.reach_m)


@kept(REACHES_KEPT)
def _second_distance(supply: Supply, counties: tuple[str, ...]) -> pd.Series:
    return reach_answers.measure_second(reach_measured(supply), reach_area(counties, supply.source))


@kept(ANSWERS_KEPT)
def reach_ranks(supply: Supply, reach_m: float) -> pd.DataFrame:
    """Give the rank of every county of Guangxi, 1 for the least share, by who counts."""
    return reach_answers.find_ranks(
        reach_measured(supply), reach_area((), supply.source), threshold_m=reach_m
    )


@kept(ANSWERS_KEPT)
def reach_range(scope: Scope) -> pd.DataFrame:
    """Give the outer limits of the shares, by county and who counts."""
    return reach_answers.find_range(*_reach(scope), threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_evidence(scope: Scope) -> pd.DataFrame:
    """Give what the answer of each county rests on."""
    return reach_answers.find_evidence(*_reach(scope), threshold_m=scope.reach_m)


@kept(REACHES_KEPT)
def reach_gaps(scope: Scope, who: str) -> gpd.GeoDataFrame:
    """Give the largest gaps."""
    return reach_answers.find_largest_gaps(*_reach(scope), network(), who=who, threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_picture(scope: Scope, who: str) -> Picture:
    """Give the picture of the people left out."""
    return reach_answers.draw_left_out(*_reach(scope), who=who, threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_curve(scope: Scope) -> pd.DataFrame:
    """Give the share in reach against the threshold."""
    return reach_answers.find_curve(*_reach(scope), threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_even(scope: Scope, who: str) -> reach_answers.Even:
    """Give how evenly the facilities in reach fall to people."""
    whole = reach_area((), scope.supply.source)
    return reach_answers.find_even(*_reach(scope), whole, network(), who=who, threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_worst(scope: Scope) -> pd.DataFrame:
    """Give the counties with the least share, under several thresholds and for all who count."""
    return reach_answers.find_worst(*_reach(scope), threshold_m=scope.reach_m)


@kept(ANSWERS_KEPT)
def reach_double(scope: Scope, detour: float, kmh: float) -> pd.DataFrame:
    """Give the two tests of the official target, side by side."""
    return reach_answers.find_double(*_reach(scope), network(), detour=detour, kmh=kmh)


@kept(ANSWERS_KEPT)
def reach_land(supply: Supply, reach_m: float, counties: tuple[str, ...]) -> float:
    """Give the share of the land that lies within reach."""
    return reach_answers.find_land(reach_measured(supply), network(), counties, threshold_m=reach_m)


def reach_day(scope: Scope, day: int, on_progress: Progress) -> pd.DataFrame:
    """Give the shares of every hour of a weekday; `on_progress` is told while they are reckoned."""

    def find() -> pd.DataFrame:
        reach = _reach(scope)
        return reach_answers.find_day(*reach, threshold_m=scope.reach_m, day=day, on_progress=on_progress)

    return _long_answer((scope, day), find)


def reach_draws(scope: Scope, on_progress: Progress) -> pd.DataFrame:
    """Give how the shares spread when places move within their errors; `on_progress` is told meanwhile."""

    def find() -> pd.DataFrame:
        reach = _reach(scope)
        return reach_answers.draw_many(*reach, threshold_m=scope.reach_m, on_progress=on_progress)

    return _long_answer((scope, None), find)


def is_drawn(scope: Scope) -> bool:
    """Tell whether the draws of `reach_draws` are there already."""
    return (store_in_sight(), scope, None) in _long_answers


def _long_answer(asked: tuple[Scope, int | None], find: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Give an answer found before, else find it; one that is cancelled leaves nothing behind."""
    key = (store_in_sight(), *asked)
    if key not in _long_answers:
        found = find()
        while len(_long_answers) >= REACHES_KEPT:
            _long_answers.pop(next(iter(_long_answers)), None)
        _long_answers[key] = found
    return _long_answers[key]


def _reach(scope: Scope) -> tuple[reach_answers.Measured, reach_answers.Area]:
    return reach_measured(scope.supply), reach_area(scope.counties, scope.supply.source)


def today() -> dt.date:
    """Give the day by this machine's clock."""
    return dt.datetime.now(tz=dt.UTC).astimezone().date()


@kept(None)
def _names(language: str) -> Names:
    return answers.find_names(network(), language=language)


@kept(ANSWERS_KEPT)
def _type_rows(filters: Filters, language: str) -> pa.Table:
    return _arrow(answers.type_rows(answer(filters), _names(language)))


@kept(ANSWERS_KEPT)
def _county_rows(filters: Filters, language: str) -> pa.Table:
    return _arrow(answers.county_rows(answer(filters), _names(language)))


@kept(ANSWERS_KEPT)
def _map_state(filters: Filters, language: str) -> dict[str, Any]:
    return mapstate.find_state(answer(filters), store_in_sight(), names=_names(language), language=language)


def _arrow(rows: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(rows, preserve_index=False)
