"""The compiled loops: arrays in, arrays out, nothing checked. Import it only through `geo.proximity.grid`.

Every loop here has a plain scipy or shapely form that gives the same answer and is the reference of its
tests. numba compiles a loop when it is first called and keeps the result on disk. None of them holds the
interpreter's lock, and each works on a slice of the rows, so that threads may share the work: the answer for
a row depends on that row alone.
"""

import math
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar, cast

from geo.arrays import Floats, Int32s, Mask
from geo.geodesy.ellipsoid import (
    ECCENTRICITY_SQUARED,
    FLATTEST,
    ROUNDEST,
    SEMI_MAJOR_M,
    SWAP_PER_M2,
    TIE_M,
)
from geo.kernels.loader import loops_folder

Function = TypeVar("Function", bound=Callable[..., Any])

# An earth-centred point with 1 / its radius in the prime vertical; a box of cells as left, right, bottom,
# top; a grid as west, south, cells a degree east and north, columns, rows; places cell by cell, their
# numbers, and where each cell starts.
Point = tuple[float, float, float, float]
Here = tuple[float, float, float]
Box = tuple[int, int, int, int]
Grid = tuple[float, float, float, float, int, int]
Index = tuple[Floats, Int32s, Int32s]
# The best place so far, its chord squared, the longest chord squared that may still win, and whether any may.
Found = tuple[int, float, float, bool]

numba = import_module("numba")
numba.config.CACHE_DIR = numba.config.CACHE_DIR or str(loops_folder())

RADIAN = math.pi / 180
LARGE_HALF_ANGLE = 0.02
NEARLY_STRAIGHT_M = 6e5
# Every loop made so far, of whatever module.
LOOPS: list[Any] = []
EAST, WEST, NORTH = 0, 1, 2
SMALLEST_MERIDIAN_RADIUS_M = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)


def compiled(function: Function) -> Function:
    """Compile on first use, with the interpreter's lock let go, and keep the result on disk if possible."""
    options = {"nogil": True, "error_model": "numpy"}
    try:
        loop = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        # No folder to keep it in can be written to: compiled again in each process.
        loop = numba.njit(**options)(function)
    LOOPS.append(loop)
    return cast("Function", loop)


@compiled
def limit_squared(chord_squared: float) -> float:
    """Square the longest chord whose distance may still be the nearest beside this chord."""
    chord = math.sqrt(chord_squared)
    limit = chord + TIE_M + SWAP_PER_M2 * chord_squared * chord
    return limit * limit


@compiled
def chord_squared_m2(places: Floats, k: int, point: Point) -> float:
    """Square the straight line from a point to one of the places."""
    dx, dy, dz = places[k, 0] - point[0], places[k, 1] - point[1], places[k, 2] - point[2]
    squared: float = dx * dx + dy * dy + dz * dz
    return squared


@compiled
def arc_m(places: Floats, k: int, point: Point) -> float:
    """Measure along the ellipsoid from a point to one of the places; see `ellipsoid.distance_m`."""
    dx, dy, dz = places[k, 0] - point[0], places[k, 1] - point[1], places[k, 2] - point[2]
    squared = chord_squared_m2(places, k, point)
    if squared == 0:
        return 0.0
    there, here = places[k, 3], point[3]
    turn = (places[k, 0] * there - point[0] * here) * dx + (places[k, 1] * there - point[1] * here) * dy
    turn += (places[k, 2] * there - point[2] * here) * dz / (1 - ECCENTRICITY_SQUARED)
    curvature: float = min(max(turn / squared, FLATTEST), ROUNDEST)
    chord = math.sqrt(squared)
    half: float = chord * curvature / 2
    if half > LARGE_HALF_ANGLE:
        return 2 / curvature * math.asin(min(half, 1.0))
    half *= half
    # The series of asin: what is left out is under 1e-16 of the sum.
    return chord * (1 + half * (1 / 6 + half * (3 / 40 + half * (15 / 336 + half * (105 / 3456)))))


@compiled
def place_in_cell(here: Here, start: Int32s, grid: Grid) -> int:
    """Return a place of the point's own cell, or of the last cell before it that has one."""
    column = min(max(int((here[0] - grid[0]) * grid[2]), 0), grid[4] - 1)
    row = min(max(int((here[1] - grid[1]) * grid[3]), 0), grid[5] - 1)
    last: int = max(start[row * grid[4] + column + 1] - 1, 0)
    return last


@compiled
def box_within(reach_m: float, here: Here, grid: Grid) -> Box:
    """Return a box of cells that holds every place within reach, which may be all of them.

    The chord to a meridian's half-plane is axis * sin(a), and sin(a) is at least 0.84 a up to one radian.
    """
    east = reach_m / (here[2] * RADIAN) if reach_m < 0.05 * here[2] else reach_m / (here[2] * RADIAN * 0.84)
    if reach_m > 0.84 * here[2]:
        east = 360.0
    # A chord of up to a tenth of the radius is less than 0.05 % shorter than its arc.
    north = 1.0005 * reach_m / (SMALLEST_MERIDIAN_RADIUS_M * RADIAN) if reach_m < NEARLY_STRAIGHT_M else 180.0
    left = int(min(max((here[0] - 1.0005 * east - grid[0]) * grid[2], 0.0), grid[4] - 1.0))
    right = int(min(max((here[0] + 1.0005 * east - grid[0]) * grid[2], 0.0), grid[4] - 1.0))
    bottom = int(min(max((here[1] - north - grid[1]) * grid[3], 0.0), grid[5] - 1.0))
    top = int(min(max((here[1] + north - grid[1]) * grid[3], 0.0), grid[5] - 1.0))
    return left, right, bottom, top


@compiled
def searched(here: Here, point: Point, index: Index, grid: Grid, found: Found) -> tuple[Box, Found]:
    """Grow a box of cells around the point until all that lies outside is surely farther than the best."""
    column = min(max(int((here[0] - grid[0]) * grid[2]), 0), grid[4] - 1)
    row = min(max(int((here[1] - grid[1]) * grid[3]), 0), grid[5] - 1)
    # No column yet: the first step east takes the row's own cell.
    box = (column, column - 1, row, row)
    growing = 15
    while growing:
        for side in range(4):
            if growing & (1 << side):
                if gap_squared(side, box, here, grid) > found[2]:
                    growing &= ~(1 << side)
                else:
                    box, strip = grown(side, box)
                    found = scanned(strip, point, index, grid[4], found)
    return box, found


@compiled
def gap_squared(side: int, box: Box, here: Here, grid: Grid) -> float:
    """Square the least chord to what lies beyond a side of the box; infinite where the grid ends.

    East (0) and west (1): the distance to a meridian's half-plane, at least axis * (a - a^3/6). North (2) and
    south (3): no chord is shorter than that of the most curved meridian, at least r * (a - a^3/24).
    """
    if side == EAST:
        inside, angle = box[1] + 1 < grid[4], grid[0] + (box[1] + 1) / grid[2] - here[0]
    elif side == WEST:
        inside, angle = box[0] > 0, here[0] - grid[0] - box[0] / grid[2]
    elif side == NORTH:
        inside, angle = box[3] + 1 < grid[5], grid[1] + (box[3] + 1) / grid[3] - here[1]
    else:
        inside, angle = box[2] > 0, here[1] - grid[1] - box[2] / grid[3]
    if not inside:
        return math.inf
    angle = max(angle, 0.0) * RADIAN
    if side <= WEST:
        gap = here[2] * angle * (1 - angle * angle / 6)
    else:
        gap = SMALLEST_MERIDIAN_RADIUS_M * angle * (1 - angle * angle / 24)
    gap = max(gap, 0.0)
    return gap * gap


@compiled
def grown(side: int, box: Box) -> tuple[Box, Box]:
    """Return the box one column or row larger, and that column or row."""
    left, right, bottom, top = box
    if side == EAST:
        return (left, right + 1, bottom, top), (right + 1, right + 1, bottom, top)
    if side == WEST:
        return (left - 1, right, bottom, top), (left - 1, left - 1, bottom, top)
    if side == NORTH:
        return (left, right, bottom, top + 1), (left, right, top + 1, top + 1)
    return (left, right, bottom - 1, top), (left, right, bottom - 1, bottom - 1)


@compiled
def scanned(strip: Box, point: Point, index: Index, columns: int, found: Found) -> Found:
    """Look at every place of a strip of cells and give what is found by then."""
    places, start = index[0], index[2]
    best, best_squared, limit, close = found
    for row in range(strip[2], strip[3] + 1):
        for k in range(start[row * columns + strip[0]], start[row * columns + strip[1] + 1]):
            squared = chord_squared_m2(places, k, point)
            if squared <= limit and k != best:
                if squared < best_squared:
                    limit = limit_squared(squared)
                    close = best_squared <= limit
                    best_squared, best = squared, k
                else:
                    close = True
    return best, best_squared, limit, close


@compiled
def lowest_of_nearest(box: Box, point: Point, index: Index, columns: int, limit: float) -> int:
    """Of places whose chords are too alike to tell, choose the nearest, of equals the lowest number."""
    places, rank, start = index
    shortest, chosen = math.inf, -1
    for choosing in range(2):
        for row in range(box[2], box[3] + 1):
            for k in range(start[row * columns + box[0]], start[row * columns + box[1] + 1]):
                if chord_squared_m2(places, k, point) <= limit:
                    along = arc_m(places, k, point)
                    if choosing == 0:
                        shortest = min(shortest, along)
                    elif along <= shortest + TIE_M and (chosen < 0 or rank[k] < rank[chosen]):
                        chosen = k
    return chosen


@compiled
def mark_within(index: Index, grid: Grid, lon: Floats, lat: Floats, radius_m: Floats, mask: Mask) -> None:
    """Mark every indexed place that lies within its own radius of one of some points.

    `mask` is in the order of the input that `index` was made of. Chords decide but for a sliver, where the
    distance itself does.
    """
    places, order, start = index
    for i in range(len(lon)):
        sine = math.sin(lat[i] * RADIAN)
        normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine)
        axis, angle = normal * math.cos(lat[i] * RADIAN), lon[i] * RADIAN
        point = (
            axis * math.cos(angle),
            axis * math.sin(angle),
            normal * (1 - ECCENTRICITY_SQUARED) * sine,
            1 / normal,
        )
        reach = radius_m[i] + TIE_M
        surely = max(reach - reach**3 * ROUNDEST**2 / 24 - 2 * TIE_M, 0.0)
        box = box_within(reach, (lon[i], lat[i], axis), grid)
        for row in range(box[2], box[3] + 1):
            for k in range(start[row * grid[4] + box[0]], start[row * grid[4] + box[1] + 1]):
                squared = chord_squared_m2(places, k, point)
                if squared <= surely * surely or (
                    squared <= reach * reach and arc_m(places, k, point) <= radius_m[i]
                ):
                    mask[order[k]] = True
