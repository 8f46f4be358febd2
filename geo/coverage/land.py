"""The land within reach: geodesic circles around facilities, joined and cut at the counties' edges.

Areas are measured in the one equal-area plane. There a geodesic circle is an ellipse of the same area: the
plane stretches one direction by k and the other by 1 / k (Snyder 1987, https://doi.org/10.3133/pp1395, pages
98-103), in Guangxi by less than 0.1 %. Taking the ellipse for the circle's image leaves an error of the order
of (radius / earth's radius) squared, 2.5e-8 at one kilometre and 6e-5 at fifty.

Two ways give the same answer: compiled sums around the edge of the union (Green's theorem), exact up to
rounding, and shapely's union of many-cornered polygons, each drawn a little larger so that its own area is
right.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.arrays import Floats, Int32s, Shapes
from geo.caching.register import register
from geo.caching.remembered import remember
from geo.coverage.people import SHARE, ancestors, require_thresholds, share_of
from geo.errors import InvalidValueError
from geo.geodesy import ellipsoid
from geo.geodesy.datums import EQUAL_AREA
from geo.kernels.loader import AREAS, are_loaded, load_loops
from geo.proximity.grid import facility_places
from geo.schema import ADCODE, AREA_KM2, COUNTY_LEVEL, LEVEL, PARENT, WGS84, require_columns

# West, south, cells a metre, columns, rows, and where each cell starts.
DiscGrid = tuple[float, float, float, int, int, Int32s]

THRESHOLD_M = "threshold_m"
COVERED_KM2, LEFT_OUT_KM2 = "covered_km2", "left_out_km2"

SQUARE_M_PER_KM2 = 1e6
# Degrees by which a place is moved to see how the plane stretches there: 11 m.
_STEP_DEGREES = 1e-4
# Below this shapely is done before numba is even imported.
COMPILE_FROM_DISCS = 1500
_SEGMENTS = 128
_COUNTIES_AT_A_TIME, _GROUP_WIDTH_M = 8, 150_000
# Sums round the edge look at every pair of discs that overlap; with more than this each shapely is quicker.
_CROWDED = 100
_EVENTS_AT_FIRST = 1 << 16
_outlines = register.cache(
    "county outlines", holds="Outlines of counties in the plane of areas.", most_entries=4
)
_BANDS = 2048
_OUTSIDE = -1


def covered_area(
    facilities: gpd.GeoDataFrame,
    regions: gpd.GeoDataFrame,
    *,
    thresholds_m: Iterable[float],
    on_progress: Callable[[float], object] | None = None,
) -> pd.DataFrame:
    """Measure the land within reach of some facility, for every region and threshold.

    Parameters
    ----------
    facilities
        Indexed by a unique id, points in WGS-84 or missing.
    regions
        Indexed by adcode with `level`, `parent` and polygons in WGS-84. The counties must share the vertices
        of their common borders, as those of `geo.network.regions.read_regions` do.
    thresholds_m
        Metres along the ellipsoid, each above 0 and at most `geo.coverage.people.MAX_THRESHOLD_M`.
    on_progress
        Called with the share done, 0-1; what it raises ends the computation.

    Returns
    -------
    DataFrame
        Indexed by `adcode` and `threshold_m`, sorted: `area_km2`, `covered_km2` and `left_out_km2` (square
        kilometres in the equal-area plane) and `share` (0-1). Facilities outside a county cover land inside
        it.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; a threshold is not allowed; no facility has a known place; or there is no county.
    """
    limits_m = require_thresholds(thresholds_m)
    require_columns(regions, [LEVEL, PARENT], what="regions")
    _, lon, lat = facility_places(facilities)
    counties = regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    if not len(counties):
        raise InvalidValueError("no_county_among_regions")
    outlines = _outlines_of(tuple(counties.geometry))
    discs = plane_discs(lon, lat)
    loops = _area_kernels(len(discs) * len(limits_m))
    covered_m2 = np.zeros((len(limits_m), len(counties)))
    for number, limit_m in enumerate(limits_m):

        def report(share: float, number: int = number) -> None:
            if on_progress is not None:
                on_progress((number + share) / len(limits_m))

        covered_m2[number] = _areas_m2(loops, discs, outlines, limit_m, report)
    adcodes = regions.index.sort_values()
    summed = np.zeros((2, len(adcodes), len(limits_m)))
    for above in ancestors(counties.index, adcodes, regions):
        known = above >= 0
        np.add.at(summed[0], above[known], outlines.area_m2[known, None])
        np.add.at(summed[1], above[known], covered_m2.T[known])
    index = pd.MultiIndex.from_product([adcodes, limits_m], names=[ADCODE, THRESHOLD_M])
    total, covered = summed.reshape(2, -1) / SQUARE_M_PER_KM2
    frame = pd.DataFrame({AREA_KM2: total, COVERED_KM2: covered, LEFT_OUT_KM2: total - covered}, index=index)
    return frame.assign(**{SHARE: share_of(frame[COVERED_KM2], frame[AREA_KM2])})


def plane_discs(lon: Floats, lat: Floats) -> Floats:
    """Place geodesic circles in the equal-area plane, each place once.

    Returns
    -------
    ndarray
        Rows of x, y (metres) and a, b, c, d: a circle of radius r is (x, y) + r (a cos t + b sin t, c cos t +
        d sin t) to first order, t from east to north; a d - b c is 1.
    """
    lon, lat = np.unique(np.stack([lon, lat]), axis=1)
    step = _STEP_DEGREES
    around = _to_plane(
        np.concatenate([lon, lon + step, lon - step, lon, lon]),
        np.concatenate([lat, lat, lat, lat + step, lat - step]),
    ).reshape(2, 5, -1)
    east = (around[:, 1] - around[:, 2]) / (2 * np.radians(step))
    north = (around[:, 3] - around[:, 4]) / (2 * np.radians(step))
    normal_m = ellipsoid.prime_vertical_m(lat)
    east /= normal_m * np.cos(np.radians(lat))
    north /= normal_m**3 * (1 - ellipsoid.ECCENTRICITY_SQUARED) / ellipsoid.SEMI_MAJOR_M**2
    discs = np.stack([*around[:, 0], east[0], north[0], east[1], north[1]], axis=1)
    discs[:, 2:] /= np.sqrt(discs[:, 2] * discs[:, 5] - discs[:, 3] * discs[:, 4])[:, None]
    return discs


def disc_polygons(discs: Floats, radius_m: float, *, segments: int) -> Shapes:
    """Draw discs of the plane as polygons, drawn so much larger that the area of each is the disc's own."""
    turn = 2 * np.pi * np.arange(segments) / segments
    grown_m = radius_m * np.sqrt((2 * np.pi / segments) / np.sin(2 * np.pi / segments))
    circle = grown_m * np.stack([np.cos(turn), np.sin(turn)])
    corners = np.einsum("nij,jk->nki", discs[:, 2:].reshape(-1, 2, 2), circle) + discs[:, None, :2]
    polygons: Shapes = shapely.polygons(corners)
    return polygons


@dataclass(frozen=True, eq=False)
class Outlines:
    """Hold counties in the equal-area plane: as polygons, and as edges with the county on each side.

    `edges` are rows of x, y, x, y; `sides` the positions of the counties left and right, -1 for none; `bands`
    the edges by y, as `geo.kernels.areas.counties_at` takes them.
    """

    polygons: Shapes
    area_m2: Floats
    edges: Floats
    sides: Int32s
    bands: tuple[float, float, Int32s, Int32s]


def _outlines_of(outlines: tuple[shapely.Geometry, ...]) -> Outlines:
    found: Outlines = _outlines.find(outlines, partial(_in_plane, outlines))
    return found


def _in_plane(outlines: tuple[shapely.Geometry, ...]) -> Outlines:
    polygons = shapely.transform(np.array(outlines, dtype=object), lambda xy: _to_plane(*xy.T).T)
    # Holes against the shell, shells against the clock: the county is always on the left.
    polygons = shapely.orient_polygons(polygons, exterior_cw=False)
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, county = corners[:-1][same], corners[1:][same], part_of[ring_of[ring[:-1][same]]]
    # An edge of two counties is one edge; it runs from the lesser end, whichever county met it first.
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turned], end[turned] = end[turned], start[turned].copy()
    edges, number = np.unique(np.hstack([start, end]), axis=0, return_inverse=True)
    sides = np.full((len(edges), 2), _OUTSIDE, np.int32)
    sides[number.ravel(), turned.astype(int)] = county
    return Outlines(polygons, shapely.area(polygons), edges, sides, _bands_of(edges))


def _bands_of(edges: Floats) -> tuple[float, float, Int32s, Int32s]:
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    south, per_m = float(low.min()), float((_BANDS - 1) / max(high.max() - low.min(), 1.0))
    first, last = ((low - south) * per_m).astype(np.int64), ((high - south) * per_m).astype(np.int64)
    count = last - first + 1
    edge = np.repeat(np.arange(len(edges), dtype=np.int32), count)
    band = np.repeat(first - np.cumsum(count) + count, count) + np.arange(len(edge))
    start = np.concatenate([[0], np.cumsum(np.bincount(band, minlength=_BANDS))]).astype(np.int32)
    return south, per_m, edge[np.argsort(band, kind="stable")], start


def _areas_m2(
    loops: ModuleType | None,
    discs: Floats,
    outlines: Outlines,
    radius_m: float,
    on_progress: Callable[[float], object],
) -> Floats:
    if loops is None or _crowded(discs, radius_m):
        return areas_by_polygons_m2(discs, outlines, radius_m, segments=_SEGMENTS, on_progress=on_progress)
    found_m2 = areas_by_arcs_m2(loops, discs, outlines, radius_m)
    on_progress(1.0)
    return found_m2


def _crowded(discs: Floats, radius_m: float) -> bool:
    start = _disc_grid(discs, radius_m)[1][-1]
    return bool(np.square(np.diff(start).astype(np.float64)).sum() > _CROWDED * len(discs))


def areas_by_polygons_m2(
    discs: Floats,
    outlines: Outlines,
    radius_m: float,
    *,
    segments: int,
    on_progress: Callable[[float], object] | None = None,
) -> Floats:
    """Measure what the discs cover in each county by shapely's union and intersection, some at a time."""
    bounds, found_m2 = shapely.bounds(outlines.polygons), np.zeros(len(outlines.polygons))
    # Neighbours together: a disc at a border is drawn for few groups.
    order = np.lexsort([bounds[:, 1], np.round(bounds[:, 0] / _GROUP_WIDTH_M)])
    groups = np.array_split(order, -(-len(order) // _COUNTIES_AT_A_TIME))
    for number, group in enumerate(groups):
        low, high = bounds[group, :2].min(axis=0) - radius_m, bounds[group, 2:].max(axis=0) + radius_m
        # The plane stretches a circle by less than a hundredth.
        inside = ((discs[:, :2] >= low - radius_m / 100) & (discs[:, :2] <= high + radius_m / 100)).all(
            axis=1
        )
        union = shapely.union_all(disc_polygons(discs[inside], radius_m, segments=segments))
        found_m2[group] = shapely.area(shapely.intersection(outlines.polygons[group], union))
        if on_progress is not None:
            on_progress((number + 1) / len(groups))
    return found_m2


def areas_by_arcs_m2(loops: ModuleType, discs: Floats, outlines: Outlines, radius_m: float) -> Floats:
    """Measure what the discs cover in each county by the compiled sums around the edge of their union."""
    discs, grid = _disc_grid(discs, radius_m)
    twice_area = np.zeros(len(outlines.polygons))
    room, found = 0, _EVENTS_AT_FIRST
    while found > room:
        room, twice_area[:] = found, 0.0
        disc, angle, enters = np.empty(room, np.int32), np.empty(room), np.empty(room, np.int32)
        found = loops.edge_sums(
            outlines.edges, outlines.sides, discs, radius_m, grid, twice_area, disc, angle, enters
        )
    disc, angle, enters = disc[:found], angle[:found], enters[:found]
    order = np.lexsort(np.stack([angle, disc]))
    start = np.concatenate([[0], np.cumsum(np.bincount(disc, minlength=len(discs)))]).astype(np.int32)
    whole = np.full(len(discs), _OUTSIDE, np.int32)
    x, y = discs[:, 0] + radius_m * discs[:, 2], discs[:, 1] + radius_m * discs[:, 4]
    loops.counties_at(x, y, outlines.edges, outlines.sides, outlines.bands, whole)
    loops.arc_sums(discs, radius_m, grid, (start, angle[order], enters[order], whole), twice_area)
    return twice_area / 2


def _disc_grid(discs: Floats, radius_m: float) -> tuple[Floats, tuple[float, float, float, int, int, Int32s]]:
    """Sort discs into square cells as wide as a disc, or so wide that the cells are not many more."""
    west, south = discs[:, :2].min(axis=0)
    width, height = discs[:, :2].max(axis=0) - (west, south)
    cell_m = max(2 * radius_m, np.sqrt(width * height / (4 * len(discs) + 1)), 1.0)
    columns, rows = int(width / cell_m) + 1, int(height / cell_m) + 1
    column = np.minimum(((discs[:, 0] - west) / cell_m).astype(np.int64), columns - 1)
    row = np.minimum(((discs[:, 1] - south) / cell_m).astype(np.int64), rows - 1)
    cell = row * columns + column
    start = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=rows * columns))]).astype(np.int32)
    ordered = np.ascontiguousarray(discs[np.argsort(cell, kind="stable")])
    return ordered, (float(west), float(south), float(1 / cell_m), columns, rows, start)


@remember(holds="The way from WGS-84 into the plane of areas.", most_bytes=100_000)
def _transformer() -> Transformer:
    return Transformer.from_crs(WGS84, EQUAL_AREA, always_xy=True)


def _to_plane(lon: Floats, lat: Floats) -> Floats:
    return np.stack(_transformer().transform(lon, lat))


def _area_kernels(discs: int) -> ModuleType | None:
    return None if discs < COMPILE_FROM_DISCS and not are_loaded(AREAS) else load_loops(AREAS)
