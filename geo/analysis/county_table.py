"""One row a county: who is within reach, how sure that is, and where the county stands among all."""

import geopandas as gpd

from geo.coverage.evidence import HATCHED, SIMULATED_SHARE, WEAK_SHARE, evidence
from geo.coverage.people import COVERED, LEFT_OUT, SHARE, TOTAL, WHO, WHO_COUNTS
from geo.coverage.ranking import RANK, worst_counties
from geo.coverage.shares import (
    DISTANCE_M,
    MEAN_M,
    MEDIAN_M,
    P90_M,
    SHORTFALL_PERSON_KM,
    THRESHOLD_M,
    covered_people,
    distance_summary,
    nearest,
)
from geo.coverage.uncertainty import SHARE_BEST, SHARE_WORST, share_range
from geo.errors import InvalidValueError
from geo.schema import ADCODE, COUNTY_LEVEL, LEVEL, NAME, PARENT, PEOPLE, PREFECTURE, WGS84

COUNTED = (TOTAL, COVERED, LEFT_OUT, SHARE, SHORTFALL_PERSON_KM)
FAR = (MEAN_M, MEDIAN_M, P90_M)
RESTING = (SIMULATED_SHARE, WEAK_SHARE, HATCHED)


def county_coverage(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    regions: gpd.GeoDataFrame,
    threshold_m: float,
    who: str = PEOPLE,
) -> gpd.GeoDataFrame:
    """Gather, for every county, its covered share with range, rank and what it rests on.

    Parameters
    ----------
    demand
        Points in WGS-84; `people`, `urban_people`, `workers`, `county`.
    facilities
        Indexed by a unique id, points in WGS-84 or missing; with `place_error_m`, `origin`,
        `place_precision` and `county`.
    regions
        As `geo.network.regions.read_regions` gives them; the counties are ranked among all of them.
    threshold_m
        Metres; a distance equal to it is within it.
    who
        Whose shares are wanted, one of `geo.coverage.people.WHO_COUNTS`.

    Returns
    -------
    GeoDataFrame
        Indexed by `adcode`, sorted, the counties alone, with their outlines: `name`, `prefecture` (adcode),
        `who`, what `geo.coverage.shares.covered_people` counts (`total`, `covered`, `left_out`, `share`,
        `shortfall_person_km`), `share_worst` and `share_best` (`geo.coverage.uncertainty.share_range`),
        `rank` (1 has the least share; missing where nobody lives), `mean_m`, `median_m`, `p90_m`, and the
        `simulated_share` of the county's facilities, `weak_share` and `hatched`
        (`geo.coverage.evidence.evidence`).

    Raises
    ------
    MissingColumnError, InvalidValueError
        As the functions named above; or `who` counts nobody.
    """
    if who not in WHO_COUNTS:
        raise InvalidValueError("who_unknown", who=who, known=[*WHO_COUNTS])
    counties = regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()].sort_index()
    distance_m = nearest(demand, facilities)[DISTANCE_M]
    shares = covered_people(distance_m, demand, regions=counties, thresholds_m=[threshold_m])
    bounds = share_range(demand, facilities, regions=counties, threshold_m=threshold_m)
    far = distance_summary(distance_m, demand, regions=counties)
    resting = evidence(demand, facilities, regions=counties, threshold_m=threshold_m, who=who)
    ranked = worst_counties(
        distance_m, demand, regions=counties, thresholds_m=[threshold_m], worst=len(counties)
    )
    table = counties[[NAME, PARENT]].rename(columns={PARENT: PREFECTURE}).assign(**{WHO: who})
    table = table.join(shares.droplevel(THRESHOLD_M).xs(who, level=WHO)[list(COUNTED)])
    table = table.join(bounds.xs(who, level=WHO)[[SHARE_WORST, SHARE_BEST]])
    rank = ranked.loc[who].reset_index(RANK).set_index(ADCODE)[RANK]
    table[RANK] = rank.reindex(table.index).astype("Int64")
    table = table.join(far.xs(who, level=WHO)[list(FAR)]).join(resting[list(RESTING)])
    return gpd.GeoDataFrame(table, geometry=counties.geometry, crs=WGS84)
