"""Compiled: the nearest place of every point, a run of neighbouring points at a time.

Import this only when it is needed: it brings numba. Arrays go in and come out, nothing is checked; the k-d
tree of `geo.proximity.nearest` names the same places and is the reference of the tests. Points of a grid
come row by row: what can be nearest to any of a run is gathered once, and the loops over the run's points
have no branch, so that the compiler does several at a time. Points in no order are looked up one by one.
Both do the same arithmetic: the answer for a point depends on that point alone, to the last bit.
"""

# ruff: noqa: FURB136 - `min` and `max` look for NaN, and the compiler then does one point at a time.

import math

import numpy as np

from geo.arrays import Bits, Floats, Int32s
from geo.geodesy.ellipsoid import (
    ECCENTRICITY_SQUARED,
    FLATTEST,
    ROUNDEST,
    SEMI_MAJOR_M,
    SWAP_PER_M2,
    TIE_M,
)
from geo.kernels.within import (
    LARGE_HALF_ANGLE,
    RADIAN,
    Box,
    Grid,
    Here,
    Index,
    Point,
    arc_m,
    box_within,
    chord_squared_m2,
    compiled,
    limit_squared,
    lowest_of_nearest,
    place_in_cell,
    scanned,
    searched,
)

FEW_CELLS = 25
# Points of a run; fewer are looked up one by one. A run reaches over so many cells of the grid at most, the
# nearest of its middle is looked up again if it seems so many cells away, and it has so many places to choose
# from.
WIDTH, SHORT, CELLS_OF_RUN, FAR_CELLS, MOST_PLACES = 16, 4, 1.5, 2.0, 1024
DEGREE_M = RADIAN * SEMI_MAJOR_M
# What is known of a run's points, one array after the other: distance from the axis, 1 / radius in the prime
# vertical; x, y, z; least and second least chord squared, and the place of the least; that place's x, y, z
# and 1 / radius; metres along the ellipsoid and the longest chord squared that may still win.
AXIS, CURVES, X, Y, Z, LEAST, SECOND, WHICH, TO_X, TO_Y, TO_Z, TO_CURVES, METRES, LIMIT = (
    WIDTH * room for room in range(14)
)
ROOMS = 14
# Beyond this chord squared the series of `arc_m` is too short.
SERIES_TO_M2 = (2 * LARGE_HALF_ANGLE / ROUNDEST) ** 2

# Points of a grid share their longitudes: cosine and sine of this many are kept, each in the slot the bits
# of the longitude point to, multiplied by 2^64 over the golden ratio (Knuth, The Art of Computer
# Programming, vol. 3, 2nd ed., section 6.4).
SLOTS_LOG2 = 13
GOLDEN, SHIFT = np.uint64(11_400_714_819_323_198_485), np.uint64(64 - SLOTS_LOG2)


@compiled
def nearest_rows(
    lon: Floats, lat: Floats, index: Index, grid: Grid, nearest: Int32s, distance_m: Floats
) -> None:
    """Find the nearest place of each row; fill `nearest`, a number as in the index, and `distance_m`.

    Of equally near ones the lower number wins.
    """
    work, near = np.empty(ROOMS * WIDTH), np.empty((MOST_PLACES, 4))
    numbers = np.empty(MOST_PLACES, np.int32)
    bits, angles = lon.view(np.uint64), np.full((1 << SLOTS_LOG2, 3), math.nan)
    count, best, first = 0, 0, 0
    while first < len(lon):
        length = run_length(lon, lat, first, grid)
        last = first + length
        if length >= SHORT:
            fill_run(lon[first:last], lat[first:last], bits[first:last], length, work, angles)
            here = (lon[first + length // 2], lat[first + length // 2], work[AXIS + length // 2])
            point, reach_m = reach_of_run(work, length, near, count, index, grid, here)
            box = box_within(reach_m, here, grid)
            count = gather(box, point, reach_m * reach_m, index, grid[4], near, numbers)
        else:
            count = 0
        if count:
            match(work, near, count)
            measure(work, near)
            write_run(work, numbers, index, box, grid, nearest[first:last], distance_m[first:last])
        else:
            for row in range(first, last):
                best, distance_m[row] = nearest_to(lon[row], lat[row], index, grid, best)
                nearest[row] = index[1][best]
        first = last


@compiled
def write_run(
    work: Floats, numbers: Int32s, index: Index, box: Box, grid: Grid, nearest: Int32s, distance_m: Floats
) -> None:
    """Write down what a run found; look closer where two places are too alike to tell, or far away."""
    unsure = 0
    for j in range(len(nearest)):
        nearest[j], distance_m[j] = numbers[int(work[WHICH + j])], work[METRES + j]
        unsure += (work[SECOND + j] <= work[LIMIT + j]) | (work[LEAST + j] > SERIES_TO_M2)
    if unsure:
        for j in range(len(nearest)):
            if work[SECOND + j] <= work[LIMIT + j] or work[LEAST + j] > SERIES_TO_M2:
                point = (work[X + j], work[Y + j], work[Z + j], work[CURVES + j])
                best = lowest_of_nearest(box, point, index, grid[4], work[LIMIT + j])
                nearest[j], distance_m[j] = index[1][best], arc_m(index[0], best, point)


@compiled
def run_length(lon: Floats, lat: Floats, first: int, grid: Grid) -> int:
    """Count the points from the first on that lie close to it, `WIDTH` at most."""
    east, north, length = CELLS_OF_RUN / grid[2], CELLS_OF_RUN / grid[3], 1
    while (
        length < WIDTH
        and first + length < len(lon)
        and abs(lon[first + length] - lon[first]) <= east
        and abs(lat[first + length] - lat[first]) <= north
    ):
        length += 1
    return length


@compiled
def on_meridian(lat: float) -> tuple[float, float, float]:
    """Return the distance from the axis, z, and 1 / the radius in the prime vertical, of a latitude."""
    sine = math.sin(lat * RADIAN)
    normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine)
    return normal * math.cos(lat * RADIAN), normal * (1 - ECCENTRICITY_SQUARED) * sine, 1 / normal


@compiled
def fill_run(lon: Floats, lat: Floats, bits: Bits, length: int, work: Floats, angles: Floats) -> None:
    """Turn a run of points into earth-centred ones; the first stands for those that are wanting."""
    row_lat = math.nan
    axis = z = curves = 0.0
    for j in range(WIDTH):
        row = j if j < length else 0
        if lat[row] != row_lat:
            row_lat = lat[row]
            axis, z, curves = on_meridian(row_lat)
        slot = np.int64((bits[row] * GOLDEN) >> SHIFT)
        if angles[slot, 0] != lon[row]:
            angle = lon[row] * RADIAN
            angles[slot, 0], angles[slot, 1], angles[slot, 2] = lon[row], math.cos(angle), math.sin(angle)
        work[AXIS + j], work[Z + j], work[CURVES + j] = axis, z, curves
        work[X + j], work[Y + j] = axis * angles[slot, 1], axis * angles[slot, 2]


@compiled
def reach_of_run(
    work: Floats, length: int, near: Floats, count: int, index: Index, grid: Grid, here: Here
) -> tuple[Point, float]:
    """Return the run's middle point, and how far from it the nearest place of any of the run may be.

    What was near the run before bounds the middle's distance d, unless that is far: then d is looked up. With
    the run reaching r from its middle, the nearest of any of its points is within d + 2r of the middle.
    """
    j = length // 2
    point = (work[X + j], work[Y + j], work[Z + j], work[CURVES + j])
    least = math.inf
    for k in range(count):
        squared = chord_squared_m2(near, k, point)
        least = squared if squared < least else least
    bound_m = math.sqrt(least)
    if bound_m * grid[3] > FAR_CELLS * DEGREE_M:
        bound_m = nearest_to(here[0], here[1], index, grid, place_in_cell(here, index[2], grid))[1]
    widest = 0.0
    for i in range(length):
        dx, dy, dz = work[X + i] - point[0], work[Y + i] - point[1], work[Z + i] - point[2]
        squared = dx * dx + dy * dy + dz * dz
        widest = squared if squared > widest else widest
    run_m = math.sqrt(widest)
    return point, bound_m + 2 * run_m + 2 * TIE_M + SWAP_PER_M2 * (bound_m + run_m) ** 3


@compiled
def gather(
    box: Box, point: Point, reach_squared: float, index: Index, columns: int, near: Floats, numbers: Int32s
) -> int:
    """Copy the places of a box that are within reach, and count them; 0 if there are too many to look at."""
    places, rank, start = index
    looked = 0
    for row in range(box[2], box[3] + 1):
        looked += start[row * columns + box[1] + 1] - start[row * columns + box[0]]
        if looked >= MOST_PLACES:
            return 0
    count = 0
    for row in range(box[2], box[3] + 1):
        for k in range(start[row * columns + box[0]], start[row * columns + box[1] + 1]):
            # Written first and kept by counting it: a branch here would be guessed wrong every other time.
            numbers[count] = k
            count += chord_squared_m2(places, k, point) <= reach_squared
    for i in range(count):
        for part in range(4):
            near[i, part] = places[numbers[i], part]
        numbers[i] = rank[numbers[i]]
    return count


@compiled
def match(work: Floats, near: Floats, count: int) -> None:
    """Find for each point of a run the least and the second least chord squared to the places near it."""
    for j in range(WIDTH):
        work[LEAST + j], work[SECOND + j], work[WHICH + j] = math.inf, math.inf, 0.0
    for k in range(count):
        x, y, z, number = near[k, 0], near[k, 1], near[k, 2], float(k)
        for j in range(WIDTH):
            dx, dy, dz = x - work[X + j], y - work[Y + j], z - work[Z + j]
            squared = dx * dx + dy * dy + dz * dz
            least, second = work[LEAST + j], work[SECOND + j]
            larger = squared if squared > least else least
            work[SECOND + j] = larger if larger < second else second
            work[WHICH + j] = number if squared < least else work[WHICH + j]
            work[LEAST + j] = squared if squared < least else least


@compiled
def measure(work: Floats, near: Floats) -> None:
    """Measure along the ellipsoid from each point of a run to its place, as `arc_m` does for short chords."""
    for j in range(WIDTH):
        k = int(work[WHICH + j])
        work[TO_X + j], work[TO_Y + j], work[TO_Z + j] = near[k, 0], near[k, 1], near[k, 2]
        work[TO_CURVES + j] = near[k, 3]
    for j in range(WIDTH):
        there, here, squared = work[TO_CURVES + j], work[CURVES + j], work[LEAST + j]
        dx, dy, dz = work[TO_X + j] - work[X + j], work[TO_Y + j] - work[Y + j], work[TO_Z + j] - work[Z + j]
        turn = (work[TO_X + j] * there - work[X + j] * here) * dx
        turn += (work[TO_Y + j] * there - work[Y + j] * here) * dy
        turn += (work[TO_Z + j] * there - work[Z + j] * here) * dz / (1 - ECCENTRICITY_SQUARED)
        # Of a point on the place itself the curvature is no number, and the chord nothing.
        curvature = turn / squared
        curvature = curvature if curvature > FLATTEST else FLATTEST
        curvature = curvature if curvature < ROUNDEST else ROUNDEST
        chord = math.sqrt(squared)
        half = chord * curvature / 2
        half *= half
        series = 1 + half * (1 / 6 + half * (3 / 40 + half * (15 / 336 + half * (105 / 3456))))
        work[METRES + j] = chord * series
        limit = chord + TIE_M + SWAP_PER_M2 * squared * chord
        work[LIMIT + j] = limit * limit


@compiled
def nearest_to(lon: float, lat: float, index: Index, grid: Grid, guess: int) -> tuple[int, float]:
    """Find the nearest place of one point by growing a box of grid cells around it, and measure to it.

    A side stops growing where its next cells are surely farther than the best so far.
    """
    places = index[0]
    (axis, z, curves), angle = on_meridian(lat), lon * RADIAN
    point, here = (axis * math.cos(angle), axis * math.sin(angle), z, curves), (lon, lat, axis)
    squared = chord_squared_m2(places, guess, point)
    found = (guess, squared, limit_squared(squared), False)
    box = box_within(math.sqrt(found[2]), here, grid)
    few = (box[1] - box[0] + 1) * (box[3] - box[2] + 1) <= FEW_CELLS
    if not few:
        # Points in no order: the place before says little, one of the point's own cell says more.
        guess = place_in_cell(here, index[2], grid)
        squared = chord_squared_m2(places, guess, point)
        if squared < found[1]:
            found = (guess, squared, limit_squared(squared), found[1] <= limit_squared(squared))
            box = box_within(math.sqrt(found[2]), here, grid)
            few = (box[1] - box[0] + 1) * (box[3] - box[2] + 1) <= FEW_CELLS
    if few:
        found = scanned(box, point, index, grid[4], found)
    else:
        box, found = searched(here, point, index, grid, found)
    best: int = found[0]
    if found[3]:
        best = lowest_of_nearest(box, point, index, grid[4], found[2])
    return best, arc_m(places, best, point)
