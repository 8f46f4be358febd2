"""One set of facilities made ready for every threshold: sorted once, then only looked up."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.coverage_study import AREA, Area, Measured
from geo.coverage import evidence, ranking, uncertainty
from geo.coverage import shares as coverage
from geo.coverage.distance_bounds import LEAST_M, MOST_M, outer_distances
from geo.coverage.gaps import TownNames, gaps_among, list_gaps
from geo.coverage.people import COVERED, LEFT_OUT, MAX_THRESHOLD_M, SHARE, TOTAL, WHO_COUNTS, shares
from geo.coverage.profile import (
    ReachProfile,
    RegionRows,
    covered_at,
    people_within,
    reach_profile,
    region_rows,
)
from geo.coverage.settled_cells import SettledCells, settle_cells
from geo.drawing.left_out_picture import Picture, PictureCells, draw_left_out, picture_cells
from geo.drawing.overlays import GAPS_DRAWN

# The curve runs to three times the threshold. The ranking is asked of the metres that are usual for stations;
# of a half to one and a half of a threshold that is far wider.
CURVE_STEPS, CURVE_REACH = 60, 3
GAPS_KEPT = 100
RANKING_FACTORS = (0.5, 0.8, 1.0, 1.5)


@dataclass(frozen=True)
class Lookup:
    """Hold how far people have to go to a set of facilities, in all of Guangxi; made when asked for.

    `near` is by the places as they are, `least` and `most` with every place as near and as far as its error
    allows, `solid` by those places alone that are neither simulated nor rough.
    """

    measured: Measured
    whole: Area

    @cached_property
    def near(self) -> ReachProfile:
        """Return the profile of the places as they are."""
        return self._profile(self.measured.distance_m)

    @cached_property
    def solid(self) -> ReachProfile:
        """Return the profile of the places that are neither simulated nor rough."""
        facilities = self.measured.facilities
        solid = facilities[~evidence.is_weak(facilities)]
        if not len(solid):
            return self._profile(pd.Series(np.inf, index=self.whole.demand.index))
        return self._profile(coverage.nearest(self.whole.demand, solid)[coverage.DISTANCE_M])

    @cached_property
    def bounds(self) -> tuple[ReachProfile, ReachProfile]:
        """Return the profiles of the places at their worst and at their best."""
        if not self.measured.located:
            return self.near, self.near
        found = outer_distances(self.whole.demand, self.measured.facilities)
        return self._profile(found[MOST_M]), self._profile(found[LEAST_M])

    @cached_property
    def county_rows(self) -> RegionRows:
        """Return where the counties alone stand in the profiles."""
        return region_rows(self.near, self.whole.regions.drop(AREA))

    def _profile(self, distance_m: pd.Series) -> ReachProfile:
        return reach_profile(distance_m, self.whole.demand, regions=self.whole.regions)


@dataclass(frozen=True)
class AreaCells:
    """Hold the cells of an area, for the picture of those left out and for the gaps."""

    picture: PictureCells
    settled: SettledCells


def find_cells(measured: Measured, area: Area, *, cell_degrees: float) -> AreaCells:
    """Put the people of an area into cells."""
    settled = settle_cells(area.part(measured.distance_m), area.demand, cell_degrees=cell_degrees)
    return AreaCells(picture_cells(area.demand, cell_degrees=cell_degrees), settled)


def find_shares(lookup: Lookup, rows: RegionRows, *, threshold_m: float) -> pd.DataFrame:
    """Count who is within reach, by `adcode` (the counties and `AREA`) and `who`."""
    total, covered, short_km = people_within(lookup.near, rows, threshold_m)
    counted = {TOTAL: total, COVERED: covered, LEFT_OUT: total - covered, SHARE: shares(covered, total)}
    return pd.DataFrame(counted | {coverage.SHORTFALL_PERSON_KM: short_km}, index=rows.pairs)


def find_range(lookup: Lookup, rows: RegionRows, *, threshold_m: float) -> pd.DataFrame:
    """Bound the shares by how exact the places are, by `adcode` and `who`."""
    bounds = {}
    for name, profile in zip((uncertainty.SHARE_WORST, uncertainty.SHARE_BEST), lookup.bounds, strict=True):
        total, covered, _ = people_within(profile, rows, threshold_m)
        bounds[name] = shares(covered, total)
    return pd.DataFrame(bounds, index=rows.pairs)


def find_evidence(
    lookup: Lookup,
    rows: RegionRows,
    counts: pd.DataFrame,
    found: pd.DataFrame,
    *,
    threshold_m: float,
    who: str,
) -> pd.DataFrame:
    """Say what each answer about `who` rests on, by `adcode`; `found` is what `find_shares` gives."""
    mine = slice(WHO_COUNTS.index(who), None, len(WHO_COUNTS))
    solid = people_within(lookup.solid, rows, threshold_m)[1][mine]
    return evidence.weigh_evidence(
        counts,
        covered=pd.Series(found[COVERED].to_numpy()[mine], counts.index),
        solid=pd.Series(solid, counts.index),
    )


def find_ranks(lookup: Lookup, *, threshold_m: float) -> pd.DataFrame:
    """Rank all counties of Guangxi, 1 for the least share in reach: columns `who`, rows adcodes."""
    adcodes = lookup.county_rows.pairs.levels[0]
    total, covered = (
        counted.reshape(len(adcodes), len(WHO_COUNTS))
        for counted in people_within(lookup.near, lookup.county_rows, threshold_m)[:2]
    )
    ranks = {}
    for number, who in enumerate(WHO_COUNTS):
        mine = ranking.county_ranks(shares(covered[:, number], total[:, number]), total[:, number])
        nobody = np.isnan(mine)
        ranks[who] = pd.arrays.IntegerArray(np.where(nobody, 1, mine).astype(np.int64), nobody)
    return pd.DataFrame(ranks, index=adcodes)


def find_worst(lookup: Lookup, area: Area, *, threshold_m: float) -> pd.DataFrame:
    """List the counties with the least share under several thresholds and for all who count."""
    usual = list(ranking.RANKING_THRESHOLDS_M)
    if threshold_m > 2 * usual[-1]:
        usual = [min(factor * threshold_m, MAX_THRESHOLD_M) for factor in RANKING_FACTORS]
    limits_m = [threshold_m, *(limit for limit in usual if round(limit) != round(threshold_m))]
    return ranking.rank_counties(
        covered_at(lookup.near, regions=area.regions.drop(AREA), thresholds_m=limits_m)
    )


def find_curve(lookup: Lookup, area: Area, *, threshold_m: float) -> pd.DataFrame:
    """Return the share in reach against the threshold: columns `who`, `threshold_m` and `share`."""
    steps = CURVE_STEPS // CURVE_REACH
    limits_m = [threshold_m * step / steps for step in range(1, CURVE_STEPS + 1)]
    limits_m = [limit for limit in limits_m if limit <= MAX_THRESHOLD_M]
    covered = covered_at(lookup.near, regions=area.regions, thresholds_m=limits_m)
    rows: pd.DataFrame = covered.loc[AREA][[SHARE]].reset_index()
    return rows


def find_largest_gaps(
    cells: AreaCells, townships: TownNames, *, who: str, threshold_m: float
) -> gpd.GeoDataFrame:
    """Find the largest gaps of an area, with their outlines."""
    return gaps_among(cells.settled, threshold_m=threshold_m, townships=townships, who=who, largest=GAPS_KEPT)


def find_gaps_drawn(cells: AreaCells, townships: TownNames, *, who: str, threshold_m: float) -> pd.DataFrame:
    """List those gaps of an area that the map shows."""
    return list_gaps(cells.settled, threshold_m=threshold_m, townships=townships, who=who, largest=GAPS_DRAWN)


def find_picture(
    cells: AreaCells, measured: Measured, area: Area, *, who: str, threshold_m: float
) -> Picture:
    """Draw where those live who are left out."""
    along_m = area.part(measured.distance_m).to_numpy(np.float64)
    return draw_left_out(cells.picture, along_m, who=who, threshold_m=threshold_m)
