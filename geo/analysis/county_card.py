"""What is known of one county: who is reached, how surely, beside its like, and where nobody reaches."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.coverage.double_test import (
    GAP_PEOPLE,
    GAP_SHARE,
    SHARE_STRAIGHT,
    SHARE_WALK,
    STRAIGHT_LINE_M,
    WALK_MINUTES,
    double_test,
    standard_threshold,
    walk_reach_m,
)
from geo.coverage.evidence import SIMULATED_SHARE, WEAK_SHARE, evidence
from geo.coverage.gaps import find_gaps
from geo.coverage.people import WHO
from geo.coverage.shares import DISTANCE_M, MEAN_M, P90_M, distance_summary, nearest
from geo.coverage.uncertainty import SHARE_BEST, SHARE_WORST, share_range
from geo.network import summary
from geo.network.network import Network
from geo.network.similar import UNLIKENESS, URBAN_SHARE, similar_counties

STATION = "worker_station"
# Options and own thresholds are for the coverage page.
STANDINGS_SHOWN = ("official", "reported_unverified")
PER_COUNTY, ROAD_INTERVAL_KM = "per_county", "road_interval_km"
NEAREST_SIMULATED, RANK, FIGURE = "nearest_simulated", "rank", "figure"
GAPS_SHOWN = 3
# Shares are quotients of sums: what differs by less than a billionth is equal.
_DIGITS = 9


@dataclass(frozen=True)
class Official:
    """Hold the two official numbers, both of urban people, and what they rest on; shares are 0-1.

    `worst` and `best` are the outer limits that the places' errors allow, in a straight line and on foot.
    `weak_share` is the part of the covered urban people who would not be covered without stations that are
    simulated or known to the county only.
    """

    straight_m: float
    minutes: float
    reach_m: float
    share_straight: float
    share_walk: float
    gap_people: float
    gap_share: float
    worst: tuple[float, float]
    best: tuple[float, float]
    simulated_share: float
    weak_share: float


@dataclass(frozen=True)
class Card:
    """Hold all that one card shows; nobody changes a frame of it.

    `types` counts every type in the county, `distances` has a row for each core type, `rules` are the
    standards for the core types with what they measure here, `peers` are this county and those like it, and
    `other_totals` what was published for the county under other definitions.
    """

    county: str
    facilities: gpd.GeoDataFrame
    official: Official
    types: pd.DataFrame
    other_totals: pd.DataFrame
    distances: pd.DataFrame
    rules: pd.DataFrame
    peers: pd.DataFrame
    gaps: gpd.GeoDataFrame


def find_card(county: str, network: Network) -> Card:
    """Measure and gather what the card of one county shows.

    Parameters
    ----------
    county
        Its adcode.
    network
        All that is known; facilities beyond the county's border serve its people too.
    """
    like = similar_counties(network.counties, county=county)
    regions = network.counties.loc[[county, *like.index]]
    demand = network.demand[network.demand[schema.COUNTY].isin(regions.index)]
    home = demand[demand[schema.COUNTY] == county]
    open_now = network.facilities[~network.facilities[schema.STATUS].isin(schema.STATUSES[1:])]
    stations = _of_type(open_now, STATION)
    tests = _double_test(demand, stations, regions, network.standards)
    here = network.select(counties=[county])
    types = summary.summarise_types(here, network.facility_types)
    types[summary.PUBLISHED] = summary.published_totals(network.counts, network.facility_types, region=county)
    core = network.facility_types.index[network.facility_types[schema.CORE]]
    facilities = {code: _of_type(open_now, code) for code in core}
    official = _official(
        tests.loc[[county]].iloc[0], home, stations, regions.loc[[county]], network.standards
    )
    counts = network.counts
    return Card(
        county=county,
        facilities=here,
        official=official,
        types=types,
        other_totals=counts[
            (counts[schema.REGION] == county) & (counts[schema.DEFINITION_PART] != schema.WHOLE_TYPE)
        ],
        distances=pd.DataFrame.from_dict(
            {code: _distances(home, found, regions.loc[[county]]) for code, found in facilities.items()},
            orient="index",
        ),
        rules=_rules(facilities, network.standards, official, county=county),
        peers=_peers(like, network.counties.loc[county], tests),
        gaps=_gaps(home, stations, network.townships, official.straight_m),
    )


def _of_type(facilities: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    return facilities[facilities[schema.FACILITY_TYPE] == code]


def _distance_m(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return the metres to the nearest; infinite where none has a known place."""
    if not schema.located(facilities).any():
        return pd.Series(np.inf, index=demand.index)
    return nearest(demand, facilities)[DISTANCE_M]


def _double_test(
    demand: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, standards: pd.DataFrame
) -> pd.DataFrame:
    """Return both official tests of urban people, for every region."""
    straight_m, minutes = _thresholds(standards)
    tests = double_test(
        _distance_m(demand, stations), demand, regions=regions, straight_m=straight_m, minutes=minutes
    )
    return tests[tests.index.get_level_values(WHO) == schema.URBAN_PEOPLE].droplevel(WHO)


def _thresholds(standards: pd.DataFrame) -> tuple[float, float]:
    straight_m = standard_threshold(standards, facility_type=STATION, measure=STRAIGHT_LINE_M)
    return straight_m, standard_threshold(standards, facility_type=STATION, measure=WALK_MINUTES)


def _official(
    test: pd.Series,
    home: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    region: gpd.GeoDataFrame,
    standards: pd.DataFrame,
) -> Official:
    straight_m, minutes = _thresholds(standards)
    reach_m = walk_reach_m(minutes)
    worst, best = (0.0, 0.0), (0.0, 0.0)
    simulated_share = weak_share = float("nan")
    if schema.located(stations).any():
        ranges = [
            share_range(home, stations, regions=region, threshold_m=limit_m).loc[
                (region.index[0], schema.URBAN_PEOPLE)
            ]
            for limit_m in (straight_m, reach_m)
        ]
        worst = (float(ranges[0][SHARE_WORST]), float(ranges[1][SHARE_WORST]))
        best = (float(ranges[0][SHARE_BEST]), float(ranges[1][SHARE_BEST]))
        rests_on = evidence(
            home, stations, regions=region, threshold_m=straight_m, who=schema.URBAN_PEOPLE
        ).iloc[0]
        simulated_share, weak_share = float(rests_on[SIMULATED_SHARE]), float(rests_on[WEAK_SHARE])
    return Official(
        straight_m=straight_m,
        minutes=minutes,
        reach_m=reach_m,
        share_straight=float(test[SHARE_STRAIGHT]),
        share_walk=float(test[SHARE_WALK]),
        gap_people=float(test[GAP_PEOPLE]),
        gap_share=float(test[GAP_SHARE]),
        worst=worst,
        best=best,
        simulated_share=simulated_share,
        weak_share=weak_share,
    )


def _distances(
    home: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, region: gpd.GeoDataFrame
) -> dict[str, float]:
    """Say how far the residents have to go, and for what share of them the nearest is simulated."""
    if not schema.located(facilities).any():
        return {MEAN_M: np.nan, P90_M: np.nan, NEAREST_SIMULATED: np.nan}
    found = nearest(home, facilities)
    along = distance_summary(found[DISTANCE_M], home, regions=region).loc[(region.index[0], schema.PEOPLE)]
    simulated = facilities[schema.ORIGIN].loc[found[schema.FACILITY_ID]].to_numpy() == schema.SIMULATED
    people = home[schema.PEOPLE].to_numpy(np.float64)
    return {
        MEAN_M: float(along[MEAN_M]),
        P90_M: float(along[P90_M]),
        NEAREST_SIMULATED: float(people[simulated].sum() / people.sum()),
    }


def _rules(
    facilities: dict[str, gpd.GeoDataFrame], standards: pd.DataFrame, official: Official, *, county: str
) -> pd.DataFrame:
    """Put beside each official or unverified rule for the core types what it measures in this county."""
    chosen = standards[schema.STANDING].isin(STANDINGS_SHOWN) & standards[schema.FACILITY_TYPE].isin(
        facilities
    )
    rules = standards[chosen].reset_index(drop=True)
    shares = {STRAIGHT_LINE_M: official.share_straight, WALK_MINUTES: official.share_walk}
    in_county = {code: float((found[schema.COUNTY] == county).sum()) for code, found in facilities.items()}
    simulated = {
        code: float((found.loc[found[schema.COUNTY] == county, schema.ORIGIN] == schema.SIMULATED).sum())
        for code, found in facilities.items()
    }
    figures = [
        in_county[code] if measure == PER_COUNTY else shares.get(measure, np.nan)
        for code, measure in zip(rules[schema.FACILITY_TYPE], rules[schema.MEASURE], strict=True)
    ]
    rules[FIGURE] = figures
    rules[schema.SIMULATED] = rules[schema.FACILITY_TYPE].map(simulated)
    return rules


def _peers(like: pd.DataFrame, county: pd.Series, tests: pd.DataFrame) -> pd.DataFrame:
    """Put the county among those like it, the best covered first; of equals the lower adcode."""
    own = {
        schema.RESIDENTS: county[schema.RESIDENTS],
        schema.AREA_KM2: county[schema.AREA_KM2],
        URBAN_SHARE: county[schema.URBAN_RESIDENTS] / county[schema.RESIDENTS],
        UNLIKENESS: 0.0,
    }
    peers = pd.concat([pd.DataFrame([own], index=[county.name]), like]).sort_index()
    peers = peers.join(tests[[SHARE_STRAIGHT, SHARE_WALK]])
    peers[RANK] = peers[SHARE_STRAIGHT].round(_DIGITS).rank(ascending=False, method="min")
    return peers.sort_values(RANK, kind="stable")


def _gaps(
    home: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, townships: gpd.GeoDataFrame, threshold_m: float
) -> gpd.GeoDataFrame:
    """Find the largest gaps of the county, named by its own townships where the place of one is known."""
    own = townships[townships[schema.COUNTY] == home[schema.COUNTY].iloc[0]]
    return find_gaps(
        _distance_m(home, stations),
        home,
        threshold_m=threshold_m,
        townships=own if schema.located(own).any() else townships,
        largest=GAPS_SHOWN,
    )
