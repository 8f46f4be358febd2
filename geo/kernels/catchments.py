"""Compiled sums over the homes within reach of each facility, without ever listing the pairs.

Importing this module imports numba: import it only when a kernel is needed. Arrays go in and come out. The
numpy and scipy form of the same sums stands in `geo.access.reach` and is the reference of the tests.

Homes lie in a grid of longitude and latitude, row by row. Between a facility at the distance p from the
earth's axis and a home at q the squared chord is dz² + (p - q)² + 4 p q sin²(dlon / 2), on any ellipsoid of
revolution. So in every row the homes that may be within reach are one run, and those that surely are a run
inside it. The inner run is summed as a difference of running totals, kept in two numbers each so that nothing
is lost by cancellation; only the homes between the two are looked at one by one.
"""

import math
from typing import Any

import numpy as np

from geo.arrays import Floats, Int32s
from geo.geodesy.ellipsoid import ECCENTRICITY_SQUARED, FLATTEST, ROUNDEST
from geo.kernels.within import compiled

# Homes as x, y, z; a facility as x, y, z and its longitude in columns; a disc as its surest and its farthest
# squared chord and its distance.
Homes = tuple[Floats, Floats, Floats]
Place = tuple[float, float, float, float]
Disc = tuple[float, float, float]
# The four ends of a run: those that may be within reach, and those that surely are.
Run = tuple[int, int, int, int]
# Of a row: lowest and highest z, lowest and highest distance from the axis, metres.
Bounds = tuple[float, float, float, float]

# What is asked of a facility is nothing below this: dividing by it would not stay finite.
NEGLIGIBLE = 1e-200
EDGE = math.exp(-0.5)


@compiled
def sort_into_cells(cells: Int32s, cell_count: int) -> tuple[Int32s, Int32s]:
    """Sort homes by cell, keeping their order: where each cell starts, and the home at each place."""
    starts = np.zeros(cell_count + 1, np.int32)
    for home in range(len(cells)):
        starts[cells[home] + 1] += 1
    for cell in range(cell_count):
        starts[cell + 1] += starts[cell]
    at = starts[:-1].copy()
    order = np.empty(len(cells), np.int32)
    for home in range(len(cells)):
        order[at[cells[home]]] = home
        at[cells[home]] += 1
    return starts, order


@compiled
def _add(high: float, low: float, amount: float) -> tuple[float, float]:
    """Add to a number kept as the sum of two (Knuth's exact sum; Dekker 1971, doi:10.1007/BF01397083)."""
    total = high + amount
    part = total - high
    return total, low + ((high - (total - part)) + (amount - part))


@compiled
def _running_totals(amount: Floats, starts: Int32s) -> tuple[Floats, Floats]:
    """Sum an amount up to the beginning of every cell."""
    high, low = np.zeros(len(starts)), np.zeros(len(starts))
    for cell in range(len(starts) - 1):
        high[cell + 1], low[cell + 1] = high[cell], low[cell]
        for home in range(starts[cell], starts[cell + 1]):
            high[cell + 1], low[cell + 1] = _add(high[cell + 1], low[cell + 1], amount[home])
    return high, low


@compiled
def _run_in_row(bounds: Bounds, axis: float, place: Place, disc: Disc, width: float, columns: int) -> Run:
    """Return first and last column (exclusive) that may be within reach, and those that surely are.

    `width` is the columns of one radian. Below sin(dlon / 2) = 0.1 the arc sine lies between its series to
    the third power and that plus 0.08 of the fifth; beyond, the whole row is looked at.
    """
    under, over = bounds[0] - place[2], place[2] - bounds[1]
    inside, outside = bounds[2] - axis, axis - bounds[3]
    dz, d_axis = max(under, over, 0.0), max(inside, outside, 0.0)
    room = disc[1] - dz * dz - d_axis * d_axis
    if room < 0.0:
        return 0, 0, 0, 0
    sine2 = room / (4.0 * axis * bounds[2])
    if sine2 >= 0.01:  # noqa: PLR2004
        return 0, columns, columns, columns
    at = place[3]
    half = 2.0 * math.sqrt(sine2) * (1.0 + sine2 * (1.0 / 6.0 + 0.08 * sine2)) * width
    if at + half < 0.0 or at - half >= columns:
        return 0, 0, 0, 0
    first, end = int(max(at - half, 0.0)), int(min(at + half, columns - 1.0)) + 1
    dz, d_axis = min(under, over), min(inside, outside)
    room = disc[0] - dz * dz - d_axis * d_axis
    if room <= 0.0:
        return first, end, end, end
    sine2 = room / (4.0 * axis * bounds[3])
    half = 2.0 * math.sqrt(sine2) * (1.0 + sine2 / 6.0) * width
    sure, sure_end = int(max(at - half + 1.0, 0.0)), int(max(min(at + half, columns), 0.0))
    if sure_end <= sure:
        return first, end, end, end
    return first, end, sure, sure_end


@compiled
def _square(x: float, y: float, z: float, place: Place) -> float:
    """Return the squared chord between a home and a place, m²."""
    dx, dy, dz = x - place[0], y - place[1], z - place[2]
    return dx * dx + dy * dy + dz * dz


@compiled
def _distance(x: float, y: float, z: float, place: Place, square: float) -> float:
    """Bend a chord into the distance along the ellipsoid, as `geo.geodesy.ellipsoid.distance_m` does."""
    if square <= 0.0:
        return 0.0
    u, v, w = place[0], place[1], place[2] / (1.0 - ECCENTRICITY_SQUARED)
    steep = z / (1.0 - ECCENTRICITY_SQUARED)
    here, there = 1.0 / math.sqrt(x * x + y * y + steep * steep), 1.0 / math.sqrt(u * u + v * v + w * w)
    turn = (u * there - x * here) * (u - x) + (v * there - y * here) * (v - y)
    turn += (w * there - steep * here) * (place[2] - z)
    bend = min(max(turn / square, FLATTEST), ROUNDEST)
    return 2.0 / bend * math.asin(min(math.sqrt(square) * bend / 2.0, 1.0))


@compiled
def _within(x: float, y: float, z: float, place: Place, disc: Disc) -> bool:
    """Return whether a home is within a disc: by the chord, and by the distance where that cannot tell."""
    square = _square(x, y, z, place)
    if square <= disc[0]:
        return True
    return square <= disc[1] and _distance(x, y, z, place, square) <= disc[2]


@compiled
def _place(places: Floats, facility: int) -> Place:
    return places[facility, 0], places[facility, 1], places[facility, 2], places[facility, 3]


@compiled
def _runs(place: Place, disc: Disc, first_row: int, end_row: int, grid: Any, runs: Int32s) -> int:
    """Write the runs of one disc, in cells: first, first sure, end of the sure, end; tell how many."""
    starts, rows, width, columns = grid
    axis, found = math.sqrt(place[0] * place[0] + place[1] * place[1]), 0
    for row in range(first_row, end_row):
        bounds = (rows[0][row], rows[1][row], rows[2][row], rows[3][row])
        first, end, sure, sure_end = _run_in_row(bounds, axis, place, disc, width, columns)
        base = row * columns
        if starts[base + first] < starts[base + end]:
            runs[found, 0], runs[found, 1] = base + first, base + sure
            runs[found, 2], runs[found, 3] = base + sure_end, base + end
            found += 1
    return found


@compiled
def _sum_of_disc(
    homes: Homes, place: Place, disc: Disc, runs: Int32s, found: int, asked: Any
) -> tuple[float, float]:
    """Sum an amount over the homes of one disc, and count them."""
    (x, y, z), (starts, amount, high, low) = homes, asked
    summed, counted = 0.0, 0
    for run in range(found):
        first, sure, sure_end, end = runs[run, 0], runs[run, 1], runs[run, 2], runs[run, 3]
        for home in range(starts[first], starts[sure]):
            if _within(x[home], y[home], z[home], place, disc):
                summed += amount[home]
                counted += 1
        for home in range(starts[sure_end], starts[end]):
            if _within(x[home], y[home], z[home], place, disc):
                summed += amount[home]
                counted += 1
        summed += (high[sure_end] - high[sure]) + (low[sure_end] - low[sure])
        counted += starts[sure_end] - starts[sure]
    return summed, float(counted)


@compiled
def _give_to_disc(
    homes: Homes, place: Place, disc: Disc, runs: Int32s, found: int, share: float, given: Any
) -> None:
    """Set the share of every home of one disc: the outer ones directly, the inner ones by their run."""
    (x, y, z), (starts, direct, high, low, covered) = homes, given
    for run in range(found):
        first, sure, sure_end, end = runs[run, 0], runs[run, 1], runs[run, 2], runs[run, 3]
        for home in range(starts[first], starts[sure]):
            if _within(x[home], y[home], z[home], place, disc):
                direct[home] += share
        for home in range(starts[sure_end], starts[end]):
            if _within(x[home], y[home], z[home], place, disc):
                direct[home] += share
        if sure < sure_end:
            high[sure], low[sure] = _add(high[sure], low[sure], share)
            high[sure_end], low[sure_end] = _add(high[sure_end], low[sure_end], -share)
            covered[sure] += 1
            covered[sure_end] -= 1


@compiled
def _running_given(given: Any) -> Floats:
    """Turn the ends of the inner runs into what each home was given in all."""
    direct: Floats = given[1]
    starts, _, high, low, covered = given
    run_high, run_low, runs = 0.0, 0.0, 0
    for cell in range(len(starts) - 1):
        run_high, run_low = _add(run_high, run_low + low[cell], high[cell])
        runs += covered[cell]
        for home in range(starts[cell], starts[cell + 1] if runs > 0 else starts[cell]):
            direct[home] += run_high + run_low
    return direct


@compiled
def _share(supply: float, asked: float, weighed: float, mode: int) -> float:
    """Divide what a facility has by what is asked of it (mode 1), and by its homes' weights too (mode 2)."""
    if mode > 0:
        supply = supply / asked if asked > NEGLIGIBLE else 0.0
    if mode > 1:
        supply = supply / weighed if weighed > NEGLIGIBLE else 0.0
    return supply


@compiled
def serve_steps(
    homes: Homes, grid: Any, places: Floats, zones: Any, amount: Floats, supply: Floats, mode: int
) -> Floats:
    """Share out what each facility has among the homes of its discs.

    `homes` are earth-centred metres, sorted by cell; `places` the facilities' x, y, z and longitude in
    columns; `zones` each disc's surest and farthest squared chord and its distance, what it adds to the
    weight, and its rows; `amount` what each home asks for. In mode 0 each facility gives its supply as it
    is, in mode 1 divided by what is asked of it, in mode 2 by that and by the weights of its homes.
    """
    discs, steps, span = zones
    starts, n_discs = grid[0], len(steps)
    wanted = (starts, amount, *_running_totals(amount, starts))
    many = len(starts)
    given = (starts, np.zeros(len(amount)), np.zeros(many), np.zeros(many), np.zeros(many, np.int32))
    runs = np.empty((n_discs, (span[:, :, 1] - span[:, :, 0]).max(), 4), np.int32)
    found = np.zeros(n_discs, np.int32)
    for facility in range(len(supply)):
        place, asked, weighed = _place(places, facility), 0.0, 0.0
        for k in range(n_discs):
            disc = (discs[k, 0], discs[k, 1], discs[k, 2])
            found[k] = _runs(place, disc, span[facility, k, 0], span[facility, k, 1], grid, runs[k])
            if mode > 0:
                summed, counted = _sum_of_disc(homes, place, disc, runs[k], found[k], wanted)
                asked += steps[k] * summed
                weighed += steps[k] * counted
        share = _share(supply[facility], asked, weighed, mode)
        for k in range(n_discs if share > 0.0 else 0):
            disc = (discs[k, 0], discs[k, 1], discs[k, 2])
            _give_to_disc(homes, place, disc, runs[k], found[k], share * steps[k], given)
    return _running_given(given)


@compiled
def _gaussian(x: float, y: float, z: float, place: Place, disc: Disc) -> float:
    """Return Dai's Gaussian, 1 at no distance and 0 at the disc's edge and beyond."""
    square = _square(x, y, z, place)
    if square > disc[1]:
        return 0.0
    part = _distance(x, y, z, place, square) / disc[2]
    return max((math.exp(-0.5 * part * part) - EDGE) / (1.0 - EDGE), 0.0)


@compiled
def serve_gaussian(
    homes: Homes, grid: Any, places: Floats, zones: Any, amount: Floats, supply: Floats, mode: int
) -> Floats:
    """Share out what each facility has as `serve_steps` does, by Dai's Gaussian to the power of the step."""
    (x, y, z), (discs, power, span), starts = homes, zones, grid[0]
    disc, given = (discs[0, 0], discs[0, 1], discs[0, 2]), np.zeros(len(amount))
    runs = np.empty(((span[:, :, 1] - span[:, :, 0]).max(), 4), np.int32)
    for facility in range(len(supply)):
        place, asked, weighed = _place(places, facility), 0.0, 0.0
        found = _runs(place, disc, span[facility, 0, 0], span[facility, 0, 1], grid, runs)
        for run in range(found if mode > 0 else 0):
            for home in range(starts[runs[run, 0]], starts[runs[run, 3]]):
                counts = _gaussian(x[home], y[home], z[home], place, disc) ** power[0]
                asked += counts * amount[home]
                weighed += counts
        share = _share(supply[facility], asked, weighed, mode)
        for run in range(found if share > 0.0 else 0):
            for home in range(starts[runs[run, 0]], starts[runs[run, 3]]):
                given[home] += share * _gaussian(x[home], y[home], z[home], place, disc) ** power[0]
    return given
