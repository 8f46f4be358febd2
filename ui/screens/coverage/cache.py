"""What coverage keeps: one answer a choice, shared by every session that asks the same."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.analysis import coverage_lookup, coverage_study
from geo.coverage.double_test import STATION, STRAIGHT_LINE_M, WALK_MINUTES, standard_threshold
from geo.coverage.evidence import count_evidence
from geo.coverage.gaps import TownNames, read_town_names
from geo.coverage.profile import RegionRows, region_rows
from geo.coverage.settled_cells import CELL_DEGREES
from geo.drawing.left_out_picture import Picture
from geo.export.provenance import latest, simulated_share
from geo.population.sources import compare_with_census, demand_from_townships
from ui.screens.coverage import own_people
from ui.screens.coverage.question import (
    GRID,
    OWN_MARK,
    TOWNSHIPS,
    Rule,
    Scope,
    Supply,
    counties_of,
    find_supply,
    standards_for,
)
from ui.shared.cache import network
from ui.shared.cache_by_network import cache_by_network, kept, kept_growing, store_in_sight
from ui.shared.filters import Filters

Progress = Callable[[float], object]
Given = TypeVar("Given")
# Each visitor may cancel its own, so nobody waits for another's.
_long_answers = cache_by_network(
    "coverage, long", holds="Land, equity, hours of a day and draws of coverage."
)


def reach_counties(filters: Filters) -> tuple[str, ...]:
    """Return the adcodes of the counties whose people are asked about; none for all of Guangxi."""
    return counties_of(filters, network())


@kept
def reach_standards(types: tuple[str, ...]) -> dict[str, Rule]:
    """Return the standards that can be measured for some types, by code; nobody changes them."""
    return standards_for(types, network().standards)


@kept
def reach_demand(source: str) -> gpd.GeoDataFrame:
    """Return the people of a source: the grid, the townships, or a file of the user's own."""
    whole = network()
    if source == TOWNSHIPS:
        return demand_from_townships(whole.townships, whole.demand, whole.regions)
    return whole.demand if source == GRID else own_people.find_own(source).demand


@kept
def reach_census(source: str) -> pd.DataFrame:
    """Return the people of a source beside the census, by region."""
    return compare_with_census(reach_demand(source), network().regions)


@kept
def reach_area(counties: tuple[str, ...], source: str) -> coverage_study.Area:
    """Return the people of some counties, of all if none is named."""
    return coverage_study.find_area(counties, reach_demand(source), network())


@kept
def reach_measured(supply: Supply) -> coverage_study.Measured:
    """Return a set of facilities and how far everybody has to go to the nearest of them."""
    facilities = find_supply(supply, network())
    return coverage_study.measure_distances(facilities, reach_demand(supply.source))


@kept
def reach_shares(scope: Scope) -> pd.DataFrame:
    """Return who is within reach, by county and who counts."""
    return coverage_lookup.find_shares(
        _lookup(scope.supply), _region_rows(scope.supply, scope.counties), threshold_m=scope.reach_m
    )


@kept
def reach_distances(supply: Supply, counties: tuple[str, ...]) -> pd.DataFrame:
    """Return how far people have to go, by county and who counts."""
    return coverage_study.find_distances(reach_measured(supply), reach_area(counties, supply.source))


def reach_second(scope: Scope, on_progress: Progress | None = None) -> pd.Series:
    """Return the share who have a second facility in reach, by county and who counts."""
    measured, area = reach_measured(scope.supply), _area(scope)
    distance_m = _long_answer(
        second_asked(scope), lambda: coverage_study.measure_second(measured, area, on_progress=on_progress)
    )
    return coverage_study.find_second(distance_m, area, threshold_m=scope.reach_m)


def second_asked(scope: Scope) -> tuple[Hashable, ...]:
    """Name what `reach_second` takes long for, the same at every threshold; see `is_known`."""
    return "second", scope.supply, scope.counties


@kept
def reach_ranks(supply: Supply, reach_m: float) -> pd.DataFrame:
    """Return the rank of every county of Guangxi, 1 for the least share, by who counts."""
    return coverage_lookup.find_ranks(_lookup(supply), threshold_m=reach_m)


@kept
def reach_range(scope: Scope) -> pd.DataFrame:
    """Return the outer limits of the shares, by county and who counts."""
    return coverage_lookup.find_range(
        _lookup(scope.supply), _region_rows(scope.supply, scope.counties), threshold_m=scope.reach_m
    )


@kept
def reach_evidence(scope: Scope, who: str) -> pd.DataFrame:
    """Return what the answer of each county rests on for those who count."""
    counts = _evidence_counts(scope.supply, scope.counties)
    return coverage_lookup.find_evidence(
        _lookup(scope.supply),
        _region_rows(scope.supply, scope.counties),
        counts,
        reach_shares(scope),
        threshold_m=scope.reach_m,
        who=who,
    )


@kept
def _evidence_counts(supply: Supply, counties: tuple[str, ...]) -> pd.DataFrame:
    """Count what the answers of counties rest on."""
    area = reach_area(counties, supply.source)
    return count_evidence(reach_measured(supply).facilities, area.regions)


@kept
def reach_gaps(scope: Scope, who: str) -> gpd.GeoDataFrame:
    """Return the largest gaps, with their outlines."""
    cells, townships = _cells(scope.supply, scope.counties), _town_names()
    return coverage_lookup.find_largest_gaps(cells, townships, who=who, threshold_m=scope.reach_m)


@kept
def reach_gaps_drawn(scope: Scope, who: str) -> pd.DataFrame:
    """Return the gaps that the map shows."""
    cells, townships = _cells(scope.supply, scope.counties), _town_names()
    return coverage_lookup.find_gaps_drawn(cells, townships, who=who, threshold_m=scope.reach_m)


@kept
def reach_picture(scope: Scope, who: str) -> Picture:
    """Return the picture of the people left out."""
    cells = _cells(scope.supply, scope.counties)
    return coverage_lookup.find_picture(cells, *_reach(scope), who=who, threshold_m=scope.reach_m)


@kept
def _cells(supply: Supply, counties: tuple[str, ...]) -> coverage_lookup.AreaCells:
    """Return the cells of an area, for the picture of those left out and the gaps."""
    own = supply.source.startswith(OWN_MARK)
    cell_degrees = own_people.find_own(supply.source).cell_degrees if own else CELL_DEGREES
    area = reach_area(counties, supply.source)
    return coverage_lookup.find_cells(reach_measured(supply), area, cell_degrees=cell_degrees)


@kept_growing
def _lookup(supply: Supply) -> coverage_lookup.Lookup:
    """Return how far people have to go to a set of facilities, sorted for every threshold."""
    return coverage_lookup.Lookup(reach_measured(supply), reach_area((), supply.source))


@kept
def _region_rows(supply: Supply, counties: tuple[str, ...]) -> RegionRows:
    """Return where the counties of an area stand in what is sorted."""
    return region_rows(_lookup(supply).near, reach_area(counties, supply.source).regions)


@kept
def _town_names() -> TownNames:
    """Return the names of the townships that gaps are called by."""
    return read_town_names(network().townships)


@kept
def official_thresholds() -> tuple[float, float]:
    """Return the metres and the minutes of the official target for stations."""
    standards = network().standards
    return (
        standard_threshold(standards, facility_type=STATION, measure=STRAIGHT_LINE_M),
        standard_threshold(standards, facility_type=STATION, measure=WALK_MINUTES),
    )


@kept
def reach_sources(supply: Supply) -> tuple[int, float, str]:
    """Return how many facilities count, which share is simulated, and their latest date; empty for none."""
    facilities = reach_measured(supply).facilities
    return len(facilities), simulated_share(facilities) or 0.0, latest(facilities)


def _area(scope: Scope) -> coverage_study.Area:
    return reach_area(scope.counties, scope.supply.source)


@kept
def reach_curve(scope: Scope) -> pd.DataFrame:
    """Return the share in reach against the threshold."""
    return coverage_lookup.find_curve(_lookup(scope.supply), _area(scope), threshold_m=scope.reach_m)


@kept
def reach_worst(scope: Scope) -> pd.DataFrame:
    """Return the counties with the least share, under several thresholds and for all who count."""
    return coverage_lookup.find_worst(_lookup(scope.supply), _area(scope), threshold_m=scope.reach_m)


@kept
def reach_double(supply: Supply, counties: tuple[str, ...], detour: float, kmh: float) -> pd.DataFrame:
    """Return the two tests of the official target, side by side."""
    area = reach_area(counties, supply.source)
    return coverage_study.find_double(reach_measured(supply), area, network(), detour=detour, kmh=kmh)


def reach_land(scope: Scope, on_progress: Progress | None = None) -> pd.DataFrame:
    """Return the share of the land that lies within reach, and what lies beyond, by county."""
    measured, limit_m = reach_measured(scope.supply), scope.reach_m
    return _long_answer(
        ("land", scope),
        lambda: coverage_study.find_land(
            measured, network(), scope.counties, threshold_m=limit_m, on_progress=on_progress
        ),
    )


def reach_even(scope: Scope, who: str, on_progress: Progress | None = None) -> coverage_study.Even:
    """Return how evenly the facilities in reach fall to people."""
    whole, limit_m = reach_area((), scope.supply.source), scope.reach_m
    return _long_answer(
        ("even", scope, who),
        lambda: coverage_study.find_even(
            *_reach(scope), whole, network(), who=who, threshold_m=limit_m, on_progress=on_progress
        ),
    )


def reach_day(scope: Scope, day: int, on_progress: Progress | None = None) -> pd.DataFrame:
    """Return the shares of every hour of a weekday; `on_progress` hears how far it is."""
    return _long_answer(
        ("day", scope, day),
        lambda: coverage_study.find_day(
            *_reach(scope), threshold_m=scope.reach_m, day=day, on_progress=on_progress
        ),
    )


def reach_draws(scope: Scope, on_progress: Progress) -> pd.DataFrame:
    """Return the spread of shares when places move within their errors; `on_progress` hears how far it is."""
    return _long_answer(
        ("draws", scope),
        lambda: coverage_study.draw_many(*_reach(scope), threshold_m=scope.reach_m, on_progress=on_progress),
    )


def is_known(*asked: Hashable) -> bool:
    """Return whether a long answer is there already: `land`, `even`, `day` or `draws`, and what is asked."""
    return (store_in_sight(), *asked) in _long_answers


def _long_answer(asked: tuple[Hashable, ...], find: Callable[[], Given]) -> Given:
    """Return an answer found before, else find it; one that is cancelled leaves nothing behind."""
    answer: Given = _long_answers.find((store_in_sight(), *asked), find, in_turn=False)
    return answer


def _reach(scope: Scope) -> tuple[coverage_study.Measured, coverage_study.Area]:
    return reach_measured(scope.supply), _area(scope)
