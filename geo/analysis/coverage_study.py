"""What one question about coverage gives: shares and distances, ranges, gaps, curves and rankings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.access import equity
from geo.access.catchment import MAX_REACH_M, floating_catchment_of_points
from geo.coverage import double_test, opening_hours, shares, uncertainty
from geo.coverage import land as covered_area
from geo.coverage.people import SHARE
from geo.network.network import Network

# The row of everybody asked about, above the rows of the counties.
AREA = "area"
DRAWS = 200
Progress = Callable[[float], object]


@dataclass(frozen=True)
class Area:
    """Hold the people asked about: their rows of the grid, and the counties below one row for all of them."""

    counties: tuple[str, ...]
    demand: gpd.GeoDataFrame
    regions: pd.DataFrame
    mask: np.ndarray | None

    def part(self, values: pd.Series) -> pd.Series:
        """Return the area's part of values of the whole grid."""
        return values if self.mask is None else values[self.mask]


@dataclass(frozen=True)
class Measured:
    """Hold a set of facilities and how far everybody in Guangxi has to go to the nearest of them."""

    facilities: gpd.GeoDataFrame
    distance_m: pd.Series

    @cached_property
    def located(self) -> bool:
        """Return whether any of the facilities has a known place."""
        return bool(schema.located(self.facilities).any())


@dataclass(frozen=True)
class Even:
    """Hold how evenly the facilities in reach fall to people: the Lorenz curve and its indices."""

    curve: pd.DataFrame
    gini: float
    theil: float
    within: float
    between: float
    palma: float
    without: float


def figures_of(table: pd.DataFrame, who: str) -> dict[str, float]:
    """Return the figures of everybody asked about, of a table by `adcode` and `who`."""
    place = table.index.get_loc((AREA, who))
    return {str(name): float(table[name].to_numpy()[place]) for name in table.columns}


def find_area(counties: tuple[str, ...], demand: gpd.GeoDataFrame, network: Network) -> Area:
    """Take the people of some counties, or of all; a county nobody is known of is left out."""
    chosen = network.counties.loc[list(counties)] if counties else network.counties
    chosen = chosen[chosen.index.isin(demand[schema.COUNTY].unique())]
    regions = pd.DataFrame({schema.LEVEL: schema.COUNTY_LEVEL, schema.PARENT: AREA}, index=chosen.index)
    regions.loc[AREA] = [schema.LEVELS[0], None]
    if not counties:
        return Area(counties, demand, regions, None)
    mask = demand[schema.COUNTY].isin(list(counties)).to_numpy()
    return Area(counties, demand[mask], regions, mask)


def measure_distances(facilities: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> Measured:
    """Measure how far everybody has to go; infinitely far where nothing has a place, or nothing is open."""
    if not schema.located(facilities).any():
        return Measured(facilities, pd.Series(np.inf, index=demand.index))
    return Measured(facilities, shares.nearest(demand, facilities)[shares.DISTANCE_M])


def find_distances(measured: Measured, area: Area) -> pd.DataFrame:
    """Say how far people have to go, by `adcode` and `who`."""
    return shares.distance_summary(area.part(measured.distance_m), area.demand, regions=area.regions)


def measure_second(measured: Measured, area: Area, *, on_progress: Progress | None = None) -> pd.Series:
    """Measure how far everybody in an area has to go if the nearest facility closes."""
    if not measured.located:
        return pd.Series(np.inf, index=area.demand.index)
    distance_m: pd.Series = shares.kth_nearest(
        area.demand, measured.facilities, k=2, on_progress=on_progress
    )[shares.DISTANCE_M]
    return distance_m


def find_second(distance_m: pd.Series, area: Area, *, threshold_m: float) -> pd.Series:
    """Return the share who have a second facility in reach, by `adcode` and `who`."""
    covered = shares.covered_people(distance_m, area.demand, regions=area.regions, thresholds_m=[threshold_m])
    share: pd.Series = covered.droplevel(shares.THRESHOLD_M)[SHARE]
    return share


def find_land(
    measured: Measured,
    network: Network,
    counties: tuple[str, ...],
    *,
    threshold_m: float,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the share of the land within reach and the square kilometres beyond, by county and `AREA`."""
    chosen = network.counties.loc[list(counties)] if counties else network.counties
    columns = [SHARE, covered_area.LEFT_OUT_KM2]
    if measured.located:
        land = covered_area.covered_area(
            measured.facilities, chosen, thresholds_m=[threshold_m], on_progress=on_progress
        ).droplevel(covered_area.THRESHOLD_M)
    else:
        land = pd.DataFrame({SHARE: 0.0, schema.AREA_KM2: chosen[schema.AREA_KM2]})
        land[covered_area.LEFT_OUT_KM2] = land[schema.AREA_KM2]
    left_out, all_km2 = land[covered_area.LEFT_OUT_KM2].sum(), land[schema.AREA_KM2].sum()
    land = land[columns]
    land.loc[AREA] = [1 - left_out / all_km2, left_out]
    return land


def find_day(
    measured: Measured,
    area: Area,
    *,
    threshold_m: float,
    day: int,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the shares of every hour of a weekday, by `adcode`, `who` and `hour`."""
    return opening_hours.coverage_by_hour(
        area.demand,
        measured.facilities,
        regions=area.regions,
        threshold_m=threshold_m,
        weekday=day,
        on_progress=on_progress,
    )


def find_even(
    measured: Measured,
    area: Area,
    whole: Area,
    network: Network,
    *,
    who: str,
    threshold_m: float,
    on_progress: Progress | None = None,
) -> Even:
    """Measure how evenly the facilities in reach fall to people, by two-step floating catchments."""
    if not measured.located or threshold_m > MAX_REACH_M:
        nothing = pd.DataFrame({equity.PEOPLE_SHARE: [], equity.ACCESS_SHARE: []})
        return Even(nothing, *[np.nan] * 6)
    demand = whole.demand
    access = area.part(
        floating_catchment_of_points(
            demand,
            measured.facilities,
            max_distance_m=threshold_m,
            people=demand[who],
            on_progress=on_progress,
        )
    )
    people = area.demand[who]
    prefecture = area.demand[schema.COUNTY].map(network.counties[schema.PARENT])
    split = equity.split_theil_t(access, people, groups=prefecture)
    without = people[access.to_numpy() == 0].sum() / people.sum()
    return Even(
        curve=equity.lorenz_curve(access, people),
        gini=equity.gini(access, people),
        theil=equity.theil_t(access, people),
        within=float(split[equity.WITHIN].sum()),
        between=float(split[equity.BETWEEN].sum()),
        palma=equity.palma_ratio(access, people).ratio,
        without=float(without),
    )


def find_double(
    measured: Measured, area: Area, network: Network, *, detour: float, kmh: float
) -> pd.DataFrame:
    """Put the two tests of the official target for stations side by side, by `adcode` and `who`."""
    straight_m, minutes = (
        double_test.standard_threshold(network.standards, facility_type=double_test.STATION, measure=measure)
        for measure in (double_test.STRAIGHT_LINE_M, double_test.WALK_MINUTES)
    )
    return double_test.double_test(
        area.part(measured.distance_m),
        area.demand,
        regions=area.regions,
        straight_m=straight_m,
        minutes=minutes,
        detour_factor=detour,
        walk_kmh=kmh,
    )


def draw_many(measured: Measured, area: Area, *, threshold_m: float, on_progress: Progress) -> pd.DataFrame:
    """Move every facility at random within its error many times; see `uncertainty.draw_shares`."""
    return uncertainty.draw_shares(
        area.demand,
        measured.facilities,
        regions=area.regions,
        threshold_m=threshold_m,
        draws=DRAWS,
        on_progress=on_progress,
    )
