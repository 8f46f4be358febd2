"""Places along a road, so that no driver goes farther than an interval without one."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Positions
from geo.errors import InvalidValueError, Message, some
from geo.geodesy.ellipsoid import TIE_M, geod
from geo.proximity.grid import facility_places
from geo.siting.checker.check import checked
from geo.siting.checker.rules import corridor_faults
from geo.siting.covering.max_cover import max_cover
from geo.siting.covering.problem import spans
from geo.siting.covering.set_cover import set_cover
from geo.siting.solver.limits import along
from geo.siting.solver.result import INFEASIBLE, Options, Plan

ALONG_M, OFF_ROAD_M, LINE, IS_NEW, POSITION = "along_m", "off_road_m", "line", "is_new", "position"

_STEP_DEGREES = 0.01


@dataclass(frozen=True)
class CorridorPlan:
    """Hold the plan of a road: who stands where on it, how much is covered, and the longest way without.

    Parameters
    ----------
    plan
        As of `max_cover` (metres of road instead of persons) or `set_cover`.
    road_m
        How long the road is.
    covered_m
        How much of it is at most half the interval from an open place, along the road.
    longest_gap_m
        The longest way without an open place, from one to the next or to an end of a line.
    places
        Indexed by the label of the open place: `line` (number), `along_m` from the line's start, `off_road_m`
        and `is_new`. A place at a junction has a row for each line.
    """

    plan: Plan
    road_m: float
    covered_m: float
    longest_gap_m: float
    places: pd.DataFrame


@checked(corridor_faults)
def corridor_cover(
    road: shapely.LineString | shapely.MultiLineString,
    candidates: gpd.GeoDataFrame,
    *,
    interval_m: float,
    off_road_m: float,
    sites: int | None = None,
    fixed: Iterable[Hashable] = (),
    time_limit_s: float = 60.0,
    **options: Unpack[Options],
) -> CorridorPlan:
    """Choose places along a road so that most of it, or all, is within half an interval of one.

    Covered is what lies at most half the interval along the road from an open place: two places an interval
    apart leave nothing between them. It is the flow-covering idea of Hodgson 1990,
    doi:10.1111/j.1538-4632.1990.tb00210.x, for one flow that runs along the whole road. The road is cut where
    the reach of a place ends, so that nothing is rounded to a grid.

    Parameters
    ----------
    road
        A line, or several that nothing joins, in WGS-84 degrees.
    candidates
        Points in WGS-84 indexed by a unique id, those that stand among them; without a place they are
        passed over.
    interval_m
        Metres from one place to the next.
    off_road_m
        How far off the road a place may stand to serve it.
    sites
        How many new places at most; the fewest that cover the whole road if None.
    fixed
        Ids of those that are open already.
    time_limit_s, **options
        As `max_cover`, without a least share of groups; `site_groups` in the order of the candidates.

    Returns
    -------
    CorridorPlan
        Along the road is metres on the ellipsoid.

    Raises
    ------
    InvalidValueError
        The road is no line in degrees, an interval is not above 0, or as `max_cover`.
    """
    for what, metres in (("interval_m", interval_m), ("off_road_m", off_road_m)):
        if not (np.isfinite(metres) and metres > 0):
            raise InvalidValueError("corridor_metres", what=what, metres=metres)
    lines = _read_lines(road)
    ids, lon, lat = facility_places(candidates)
    stops = pd.concat([_stops(n, line, ids, lon, lat) for n, line in enumerate(lines)], ignore_index=True)
    stops = stops[stops[OFF_ROAD_M] <= off_road_m]
    lengths = np.array([_along(line)[-1] for line in lines])
    starts = np.concatenate([[0.0], np.cumsum(lengths)])
    matrix, lengths_m = _pieces(stops, starts, interval_m / 2, len(ids))
    fixed = list(fixed)
    standing = ids.get_indexer(pd.Index(fixed)) if fixed else np.array([], np.intp)
    if (standing < 0).any():
        raise InvalidValueError("corridor_fixed_unknown", names=some(pd.Index(fixed)[standing < 0]))
    options = _in_positions(options, ids, candidates.index)
    if sites is None:
        plan = set_cover(matrix, lengths_m, max_cost=0, fixed=standing, time_limit_s=time_limit_s, **options)
    else:
        plan = max_cover(
            matrix, lengths_m, max_cost=0, sites=sites, fixed=standing, time_limit_s=time_limit_s, **options
        )
    return _as_corridor(plan, stops, ids, standing, (matrix, lengths_m), lengths)


def _read_lines(road: shapely.Geometry) -> list[shapely.LineString]:
    if not isinstance(road, shapely.LineString | shapely.MultiLineString) or road.is_empty:
        raise InvalidValueError("road_no_line", kind=getattr(road, "geom_type", type(road).__name__))
    west, south, east, north = road.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):  # noqa: PLR2004 - degrees
        raise InvalidValueError(
            "road_no_degrees", lon=max(abs(west), abs(east)), lat=max(abs(south), abs(north))
        )
    lines = list(shapely.get_parts(shapely.force_2d(road)))
    if min(float(line.length) for line in lines) <= 0:
        raise InvalidValueError("road_without_length")
    # Within so short a step a degree is as many metres at its end as at its start, to a centimetre.
    return [shapely.segmentize(line, _STEP_DEGREES) for line in lines]


def _along(line: shapely.LineString) -> Floats:
    """Measure the way from the line's start to each of its vertices, on the ellipsoid."""
    lon, lat = shapely.get_coordinates(line).T
    steps = geod().inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    return np.concatenate([[0.0], np.cumsum(steps)])


def _stops(number: int, line: shapely.LineString, ids: pd.Index, lon: Floats, lat: Floats) -> pd.DataFrame:
    """Find where along a line each place is: at the line's point nearest to it.

    Nearest in degrees of which the longitudes are shortened as in the middle of the line; how far off it is
    and how far along is then measured on the ellipsoid.
    """
    squeeze = np.cos(np.radians((line.bounds[1] + line.bounds[3]) / 2))
    corners = shapely.get_coordinates(line) * [squeeze, 1.0]
    flat = shapely.linestrings(corners)
    place = shapely.line_locate_point(flat, shapely.points(lon * squeeze, lat))
    reached = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    foot = shapely.get_coordinates(shapely.line_interpolate_point(flat, place)) / [squeeze, 1.0]
    return pd.DataFrame(
        {
            POSITION: np.arange(len(ids)),
            LINE: number,
            ALONG_M: np.interp(place, reached, _along(line)),
            OFF_ROAD_M: geod().inv(lon, lat, *foot.T)[2],
        }
    )


def _pieces(stops: pd.DataFrame, starts: Floats, half_m: float, count: int) -> tuple[Any, Floats]:
    """Cut the road where a place's reach begins or ends: which places reach each piece, and its length."""
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    line = stops[LINE].to_numpy()
    here = starts[line] + stops[ALONG_M].to_numpy()
    low, high = np.maximum(here - half_m, starts[line]), np.minimum(here + half_m, starts[line + 1])
    cuts = np.unique(np.concatenate([starts, low, high]))
    cuts = cuts[np.concatenate([[True], np.diff(cuts) > TIE_M])]
    metres = np.diff(np.append(cuts[:-1], starts[-1]))
    middle = cuts[:-1] + metres / 2
    first, last = np.searchsorted(middle, low), np.searchsorted(middle, high)
    piece = spans(first, last - first)
    site = np.repeat(stops[POSITION].to_numpy(), last - first)
    pairs = np.unique(np.stack([piece, site]), axis=1)
    shape = (len(metres), count)
    return sparse.csr_array((np.zeros(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape), metres


def _in_positions(options: Options, ids: pd.Index, given: pd.Index) -> Options:
    """Put what options say of sites, by label or in the order they were given, in the order of the sites."""
    in_positions = options.copy()
    if "forbidden" in options:
        in_positions["forbidden"] = ids.get_indexer(pd.Index(list(options["forbidden"]))).tolist()
    groups = options.get("site_groups")
    if groups is not None:
        if not isinstance(groups, pd.Series):
            groups = pd.Series(along(groups, given, what="site_groups"), given)
        in_positions["site_groups"] = groups.reindex(ids).to_numpy()
    return in_positions


def _as_corridor(
    plan: Plan,
    stops: pd.DataFrame,
    ids: pd.Index,
    standing: Positions,
    pieces: tuple[Any, Floats],
    lengths: Floats,
) -> CorridorPlan:
    new = np.array([int(str(site)) for site in plan.sites], np.intp)
    opened = np.concatenate([standing, new])
    there = stops[stops[POSITION].isin(opened)].sort_values([LINE, ALONG_M], kind="stable")
    gaps = [0.0]
    for line, length in enumerate(lengths):
        along = there.loc[there[LINE] == line, ALONG_M].to_numpy()
        gaps.append(float(np.diff(np.concatenate([[0.0], along, [length]])).max()))
    matrix, metres = pieces
    reached = np.isin(matrix.indices, opened)
    covered_m = float(
        metres[np.unique(np.repeat(np.arange(len(metres)), np.diff(matrix.indptr))[reached])].sum()
    )
    places = there.assign(**{IS_NEW: there[POSITION].isin(new)})
    places = places.set_index(ids[places[POSITION]])[[LINE, ALONG_M, OFF_ROAD_M, IS_NEW]]
    reason = plan.reason
    if plan.status == INFEASIBLE and len(plan.unreachable):
        lost = metres[plan.unreachable.index.to_numpy()].sum() / 1000
        reason = Message("road_out_of_reach", km=lost)
    return CorridorPlan(
        plan=replace(plan, sites=tuple(ids[new]), reason=reason),
        road_m=float(lengths.sum()),
        covered_m=covered_m,
        longest_gap_m=max(gaps),
        places=places,
    )
