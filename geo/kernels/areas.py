"""Compiled sums around the edge of a union of discs, cut at the edges of counties.

Import this only when it is needed: it brings numba. Arrays go in and come out, nothing is checked; the
shapely form in `geo.coverage.land` gives the same areas up to its segments and is the reference of the tests.

By Green's theorem twice the area of what the discs cover in a county is the integral of x dy - y dx around
its edge, which has two kinds of pieces: arcs of discs inside the county and outside all other discs, and
edges of the county inside some disc. Both are integrated in closed form, so the result is exact up to
rounding. A disc is the image of a circle under a linear map of determinant 1 (`geo.coverage.land` says why).
Which discs cross is decided once for each pair, in the order of their numbers, and where an edge meets a disc
by the sides its ends are on: so the pieces always close, whatever rounding does.
"""

import math

import numpy as np

from geo.arrays import Floats, Int32s
from geo.kernels.within import compiled

# Discs as rows of centre x, y and the map's a, b, c, d: (x, y) + radius * (a cos + b sin, c cos + d sin).
# A grid of discs: west, south, cells a metre, columns, rows, and where each cell starts.
Grid = tuple[float, float, float, int, int, Int32s]
Pair = tuple[float, float]
# Where discs' edges enter counties: where each disc's entries start, the angles, the counties, and the
# county of a disc that crosses no edge.
Cuts = tuple[Int32s, Floats, Int32s, Int32s]

OUTSIDE = -1
FULL_TURN = 2 * math.pi
NEWTON_STEPS = 8
NEWTON_DONE = 1e-13
# A map differs from the identity by under a thousandth: no disc reaches farther than this times its radius.
REACH = 1.002
DIAMETER = 2


@compiled
def unit(discs: Floats, i: int, x: float, y: float, radius: float) -> Pair:
    """Return a point as seen in the disc, whose edge is the unit circle."""
    dx, dy = (x - discs[i, 0]) / radius, (y - discs[i, 1]) / radius
    return discs[i, 5] * dx - discs[i, 3] * dy, discs[i, 2] * dy - discs[i, 4] * dx


@compiled
def on_edge(discs: Floats, i: int, angle: float, radius: float) -> Pair:
    """Return the point of the disc's edge at an angle."""
    u, v = radius * math.cos(angle), radius * math.sin(angle)
    return discs[i, 0] + discs[i, 2] * u + discs[i, 3] * v, discs[i, 1] + discs[i, 4] * u + discs[i, 5] * v


@compiled
def cell_of(x: float, y: float, grid: Grid) -> tuple[int, int]:
    """Return the column and row of a point, those of the nearest cell if it is outside the grid."""
    column = int(min(max((x - grid[0]) * grid[2], 0.0), grid[3] - 1.0))
    row = int(min(max((y - grid[1]) * grid[2], 0.0), grid[4] - 1.0))
    return column, row


@compiled
def polished(discs: Floats, i: int, j: int, angle: float, radius: float) -> Pair:
    """Move an angle on disc i to where disc j's edge crosses; the second number is the last step's size."""
    step = math.inf
    for _ in range(NEWTON_STEPS):
        x, y = on_edge(discs, i, angle, radius)
        u, v = unit(discs, j, x, y, radius)
        along_x = -discs[i, 2] * math.sin(angle) + discs[i, 3] * math.cos(angle)
        along_y = -discs[i, 4] * math.sin(angle) + discs[i, 5] * math.cos(angle)
        slope_u = discs[j, 5] * along_x - discs[j, 3] * along_y
        slope_v = discs[j, 2] * along_y - discs[j, 4] * along_x
        slope = 2 * (u * slope_u + v * slope_v)
        if slope == 0:
            return angle, math.inf
        step = (u * u + v * v - 1) / slope
        angle -= step
        if abs(step) < NEWTON_DONE:
            break
    return angle, abs(step)


@compiled
def crossing(discs: Floats, i: int, j: int, radius: float) -> tuple[bool, float, float, float, float]:
    """Return where disc i's edge crosses disc j's, i < j: whether it does, and the two points x, y, x, y.

    Going round disc i against the clock, what lies between the first and the second is inside disc j.
    """
    middle = discs[j, 0] - discs[i, 0], discs[j, 1] - discs[i, 1]
    ui, vi = unit(discs, i, discs[j, 0], discs[j, 1], radius)
    uj, vj = unit(discs, j, discs[i, 0], discs[i, 1], radius)
    apart = math.hypot(ui - uj, vi - vj) / 2
    if apart >= DIAMETER or (middle[0] == 0 and middle[1] == 0):
        return False, 0.0, 0.0, 0.0, 0.0
    towards, half = math.atan2(vi - vj, ui - uj), math.acos(apart / 2)
    first, error = polished(discs, i, j, towards - half, radius)
    second, error_too = polished(discs, i, j, towards + half, radius)
    # Discs that only just touch may not settle: what they share is nothing.
    if max(error, error_too) > 1e-9 or not 0 < second - first < math.pi + 1e-3:  # noqa: PLR2004
        return False, 0.0, 0.0, 0.0, 0.0
    x, y = on_edge(discs, i, first, radius)
    x_too, y_too = on_edge(discs, i, second, radius)
    return True, x, y, x_too, y_too


@compiled
def covered_angles(discs: Floats, i: int, radius: float, grid: Grid, starts: Floats, ends: Floats) -> int:
    """List the stretches of disc i's edge inside other discs, cut at the angle 0; give their number."""
    count = 0
    left, bottom = cell_of(discs[i, 0] - 2 * REACH * radius, discs[i, 1] - 2 * REACH * radius, grid)
    right, top = cell_of(discs[i, 0] + 2 * REACH * radius, discs[i, 1] + 2 * REACH * radius, grid)
    for row in range(bottom, top + 1):
        for j in range(grid[5][row * grid[3] + left], grid[5][row * grid[3] + right + 1]):
            dx, dy = discs[j, 0] - discs[i, 0], discs[j, 1] - discs[i, 1]
            if j == i or dx * dx + dy * dy > (2 * REACH * radius) ** 2:
                continue
            if i < j:
                crosses, x, y, x_too, y_too = crossing(discs, i, j, radius)
            else:
                crosses, x_too, y_too, x, y = crossing(discs, j, i, radius)
            if not crosses:
                continue
            u, v = unit(discs, i, x, y, radius)
            u_too, v_too = unit(discs, i, x_too, y_too, radius)
            start, end = math.atan2(v, u) % FULL_TURN, math.atan2(v_too, u_too) % FULL_TURN
            starts[count], ends[count] = start, end
            if end < start:
                ends[count] = FULL_TURN
                count += 1
                starts[count], ends[count] = 0.0, end
            count += 1
    return count


@compiled
def arc_integral(discs: Floats, i: int, start: float, end: float, radius: float) -> float:
    """Integrate x dy - y dx along the disc's edge, against the clock."""
    x, y = on_edge(discs, i, start, radius)
    x_too, y_too = on_edge(discs, i, end, radius)
    integral: float = discs[i, 0] * (y_too - y) - discs[i, 1] * (x_too - x)
    return integral + radius * radius * (end - start)


@compiled
def arc_sums(discs: Floats, radius: float, grid: Grid, cuts: Cuts, twice_area: Floats) -> None:
    """Add the uncovered arcs of every disc to the counties they run through; a disc's angles rise."""
    starts, ends = np.empty(2 * len(discs) + 2), np.empty(2 * len(discs) + 2)
    for i in range(len(discs)):
        count = covered_angles(discs, i, radius, grid, starts, ends)
        order = np.argsort(starts[:count])
        reached = 0.0
        for k in range(count + 1):
            start = starts[order[k]] if k < count else FULL_TURN
            if start > reached:
                add_arc(discs, i, (reached, start), radius, cuts, twice_area)
            if k < count:
                reached = max(reached, ends[order[k]])


@compiled
def add_arc(discs: Floats, i: int, arc: Pair, radius: float, cuts: Cuts, twice_area: Floats) -> None:
    """Add one uncovered arc, cut where it enters another county."""
    start, end = arc
    angles, enters, whole = cuts[1], cuts[2], cuts[3]
    first, last = cuts[0][i], cuts[0][i + 1]
    county = whole[i]
    if last > first:
        county = enters[last - 1]
    for k in range(first, last):
        if angles[k] >= end:
            break
        if angles[k] > start:
            if county != OUTSIDE:
                twice_area[county] += arc_integral(discs, i, start, angles[k], radius)
            start = angles[k]
        county = enters[k]
    if county != OUTSIDE:
        twice_area[county] += arc_integral(discs, i, start, end, radius)


@compiled
def edge_sums(
    edges: Floats, sides: Int32s, discs: Floats, radius: float, grid: Grid, twice_area: Floats,
    event_disc: Int32s, event_angle: Floats, event_enters: Int32s,
) -> int:  # fmt: skip
    """Add the covered parts of the counties' edges, and list where discs' edges cross them.

    An edge runs from x, y to x, y with the county `sides[e, 0]` on its left and `sides[e, 1]` on its right.
    Gives the number of events; if there is no room for them all they are counted on but not listed.
    """
    starts, ends = np.empty(len(discs) + 1), np.empty(len(discs) + 1)
    events = 0
    for e in range(len(edges)):
        x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        left, bottom = cell_of(min(x0, x1) - REACH * radius, min(y0, y1) - REACH * radius, grid)
        right, top = cell_of(max(x0, x1) + REACH * radius, max(y0, y1) + REACH * radius, grid)
        count = 0
        for row in range(bottom, top + 1):
            for j in range(grid[5][row * grid[3] + left], grid[5][row * grid[3] + right + 1]):
                start, end, enters, leaves = covered_part(edges, e, discs, j, radius)
                if end <= start:
                    continue
                starts[count], ends[count] = start, end
                count += 1
                # Against the clock a disc's edge crosses to the right of an edge that runs into the disc.
                for leaving in range(2):
                    if (leaves if leaving else enters) and events < len(event_disc):
                        event_disc[events] = j
                        event_angle[events] = angle_at(edges, e, end if leaving else start, discs, j, radius)
                        event_enters[events] = sides[e, 0 if leaving else 1]
                    events += 1 if (leaves if leaving else enters) else 0
        if count:
            part = joined_length(starts, ends, count) * (x0 * y1 - x1 * y0)
            if sides[e, 0] != OUTSIDE:
                twice_area[sides[e, 0]] += part
            if sides[e, 1] != OUTSIDE:
                twice_area[sides[e, 1]] -= part
    return events


@compiled
def covered_part(
    edges: Floats, e: int, discs: Floats, j: int, radius: float
) -> tuple[float, float, bool, bool]:
    """Return the stretch of an edge inside a disc, 0 to 1 along it, and whether it enters and leaves there.

    The sides its ends are on decide: an end is on the same side for every edge that shares it.
    """
    u0, v0 = unit(discs, j, edges[e, 0], edges[e, 1], radius)
    u1, v1 = unit(discs, j, edges[e, 2], edges[e, 3], radius)
    here, there = u0 * u0 + v0 * v0 - 1, u1 * u1 + v1 * v1 - 1
    if here < 0 and there < 0:
        return 0.0, 1.0, False, False
    du, dv = u1 - u0, v1 - v0
    square, middle = du * du + dv * dv, u0 * du + v0 * dv
    under = middle * middle - square * here
    root = math.sqrt(max(under, 0.0))
    if here < 0:
        return 0.0, min(max((root - middle) / square, 0.0), 1.0), False, True
    if there < 0:
        return min(max((-root - middle) / square, 0.0), 1.0), 1.0, True, False
    if under <= 0 or not 0 < -middle < square:
        return 0.0, 0.0, False, False
    start, end = max((-root - middle) / square, 0.0), min((root - middle) / square, 1.0)
    return start, end, end > start, end > start


@compiled
def angle_at(edges: Floats, e: int, along: float, discs: Floats, j: int, radius: float) -> float:
    """Return the angle on a disc of a point of an edge, 0 to 1 along it."""
    x = edges[e, 0] + along * (edges[e, 2] - edges[e, 0])
    y = edges[e, 1] + along * (edges[e, 3] - edges[e, 1])
    u, v = unit(discs, j, x, y, radius)
    return math.atan2(v, u) % FULL_TURN


@compiled
def joined_length(starts: Floats, ends: Floats, count: int) -> float:
    """Measure what some stretches cover together."""
    length: float = 0.0
    reached: float = 0.0
    for k in np.argsort(starts[:count]):
        if ends[k] > reached:
            length += ends[k] - max(starts[k], reached)
            reached = ends[k]
    return length


@compiled
def counties_at(
    x: Floats, y: Floats, edges: Floats, sides: Int32s, bands: tuple[float, float, Int32s, Int32s],
    county: Int32s,
) -> None:  # fmt: skip
    """Find the county of points by the nearest edge to the east, among those of the point's band of y.

    `bands` are the south, the bands a metre, the edges band by band, and where each band starts.
    """
    south, per_m, members, start = bands
    for i in range(len(x)):
        county[i] = OUTSIDE
        band = int((y[i] - south) * per_m)
        if y[i] < south or band >= len(start) - 1:
            continue
        nearest = math.inf
        for k in range(start[band], start[band + 1]):
            e = members[k]
            x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            if (y0 <= y[i]) == (y1 <= y[i]):
                continue
            at = x0 + (y[i] - y0) / (y1 - y0) * (x1 - x0)
            if x[i] < at < nearest:
                nearest, county[i] = at, sides[e, 0 if y1 > y0 else 1]
