"""The official double test: within a kilometre in a straight line, and within fifteen minutes on foot."""

import pandas as pd

from geo.coverage.people import COVERED, SHARE, TOTAL, is_above_zero
from geo.coverage.shares import covered_people
from geo.errors import InvalidValueError
from geo.schema import FACILITY_TYPE, MEASURE, STANDING, STANDINGS, THRESHOLD

# The measures of the standards table that the double test reads.
STRAIGHT_LINE_M, WALK_MINUTES = "straight_line_m", "walk_minutes"
# The people the target is about.
STATION = "worker_station"
# A starting point until a road network is given: both are shown on screen and can be changed.
DETOUR_FACTOR, WALK_KMH = 1.3, 4.5
METRES_PER_MINUTE = 1000 / 60
COVERED_STRAIGHT, COVERED_WALK = "covered_straight", "covered_walk"
SHARE_STRAIGHT, SHARE_WALK = "share_straight", "share_walk"
GAP_PEOPLE, GAP_SHARE, WALK_REACH_M = "gap_people", "gap_share", "walk_reach_m"


def double_test(
    distance_m: pd.Series,
    demand: pd.DataFrame,
    *,
    regions: pd.DataFrame,
    straight_m: float,
    minutes: float,
    detour_factor: float = DETOUR_FACTOR,
    walk_kmh: float = WALK_KMH,
) -> pd.DataFrame:
    """Put the official target's two tests side by side: in a straight line, and on foot.

    The target of the national federation (双15, July 2023) says one kilometre and a fifteen-minute walk; the
    two are not the same. At 4.5 km/h and a detour of 1.3 fifteen minutes reach 865 m in a straight line, so
    who lives between 865 and 1,000 m passes one test and fails the other: that is the gap.

    Parameters
    ----------
    distance_m, demand, regions
        As `covered_people` takes them.
    straight_m, minutes
        The thresholds; `standard_threshold` reads them.
    detour_factor
        Length of the way on foot over the straight line, at least 1. Measured factors in cities are 1.2 to
        1.5 (Boscoe, Henry and Zdeb 2012, https://doi.org/10.1080/00330124.2011.583586, 1.42 by road).
    walk_kmh
        Walking speed; adults walk at 4.3 to 5.4 km/h (Bohannon and Andrews 2011,
        https://doi.org/10.1016/j.physio.2010.12.004).

    Returns
    -------
    DataFrame
        Indexed by `adcode` and `who`: `total`, `covered_straight`, `covered_walk` (persons),
        `share_straight`, `share_walk` (0-1, missing where nobody lives), `gap_people` and `gap_share`, the
        first test less the second, and `walk_reach_m`, the straight line that the walk amounts to.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `covered_people`; or a threshold, the factor or the speed is not allowed.
    """
    reach_m = walk_reach_m(minutes, detour_factor=detour_factor, walk_kmh=walk_kmh)
    straight = covered_people(distance_m, demand, regions=regions, thresholds_m=[straight_m]).droplevel(2)
    walk = covered_people(distance_m, demand, regions=regions, thresholds_m=[reach_m]).droplevel(2)
    return pd.DataFrame(
        {
            TOTAL: straight[TOTAL],
            COVERED_STRAIGHT: straight[COVERED],
            COVERED_WALK: walk[COVERED],
            SHARE_STRAIGHT: straight[SHARE],
            SHARE_WALK: walk[SHARE],
            GAP_PEOPLE: straight[COVERED] - walk[COVERED],
            GAP_SHARE: straight[SHARE] - walk[SHARE],
            WALK_REACH_M: reach_m,
        }
    )


def walk_minutes(
    distance_m: pd.Series, *, detour_factor: float = DETOUR_FACTOR, walk_kmh: float = WALK_KMH
) -> pd.Series:
    """Turn straight-line metres into minutes on foot.

    Raises
    ------
    InvalidValueError
        The factor is under 1 or the speed is not above 0.
    """
    _require_walk(detour_factor, walk_kmh)
    return (distance_m * detour_factor / (walk_kmh * METRES_PER_MINUTE)).rename(WALK_MINUTES)


def walk_reach_m(
    minutes: float, *, detour_factor: float = DETOUR_FACTOR, walk_kmh: float = WALK_KMH
) -> float:
    """Return the straight line, in metres, that a walk of some minutes amounts to.

    Raises
    ------
    InvalidValueError
        The minutes or the speed are not above 0, or the factor is under 1.
    """
    _require_walk(detour_factor, walk_kmh)
    if not is_above_zero(minutes):
        raise InvalidValueError("walk_unusable", minutes=minutes)
    return float(minutes * walk_kmh * METRES_PER_MINUTE / detour_factor)


def standard_threshold(
    standards: pd.DataFrame, *, facility_type: str, measure: str, standing: str = STANDINGS[0]
) -> float:
    """Read one threshold from the table of standards.

    Parameters
    ----------
    standards
        `geo.network.counts.read_standards`.
    facility_type, measure, standing
        What the rule is for, what it measures (`STRAIGHT_LINE_M`, `WALK_MINUTES`, ...), who says so.

    Raises
    ------
    InvalidValueError
        There is no such rule, or more than one.
    """
    chosen = standards[
        (standards[FACILITY_TYPE] == facility_type)
        & (standards[MEASURE] == measure)
        & (standards[STANDING] == standing)
    ]
    if len(chosen) != 1:
        known = sorted(set(standards[FACILITY_TYPE] + " " + standards[MEASURE]))
        raise InvalidValueError(
            "standard_not_found",
            count=len(chosen),
            standing=standing,
            measure=measure,
            facility_type=facility_type,
            known=known,
        )
    return float(chosen[THRESHOLD].iloc[0])


def _require_walk(detour_factor: float, walk_kmh: float) -> None:
    if not is_above_zero(detour_factor) or detour_factor < 1:
        raise InvalidValueError("detour_unusable", factor=detour_factor)
    if not is_above_zero(walk_kmh):
        raise InvalidValueError("walking_speed_unusable", kmh=walk_kmh)
