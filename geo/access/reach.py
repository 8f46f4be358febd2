"""Who is within reach of which facility, and the one sum all floating catchments are made of.

A reach knows homes, facilities and the weight of each pair. `serve` sums what the homes ask of a facility,
divides what it has by that, and hands the quotient back to the homes, each times the pair's weight. There are
three reaches with one answer: over a table of pairs, over points with a k-d tree (the reference of the
tests), and over points with compiled loops that never list a pair.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from geo.access.decay import GaussianWeight, StepWeight, Weight, weigh
from geo.arrays import Floats, Int32s, Positions
from geo.geodesy import ellipsoid

# What a facility hands out: its supply, that by what is asked of it, or that by its homes' weights as well.
AS_IT_IS, BY_DEMAND, BALANCED = 0, 1, 2

# What is asked of a facility is nothing below this: dividing by it would not stay finite.
NEGLIGIBLE = 1e-200
PAIRS_AT_A_TIME = 500_000
ROWS_PER_REACH = 8
PARTS = 2
MAX_CELLS = 4_000_000
HOMES_AT_A_TIME = 10_000
# Widens the rows of the grid, in metres, against the rounding of their edges.
ROUNDING_M = 1e-3


class Reach(Protocol):
    """Homes and facilities, and how much each counts for the other."""

    def serve(self, asked: Floats, supply: Floats, *, mode: int, power: int = 1) -> Floats:
        """Hand out each facility's supply among the homes within its reach.

        Parameters
        ----------
        asked
            What each home asks for.
        supply
            What each facility has.
        mode
            `AS_IT_IS`, `BY_DEMAND` or `BALANCED`.
        power
            The power the weights are taken to.
        """


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, and give 0 where there is nothing to divide by."""
    quotient: Floats = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > NEGLIGIBLE)
    return quotient


@dataclass(frozen=True)
class TableReach:
    """A reach over pairs that are listed: positions of home and facility, and the weight of each pair."""

    homes: Positions
    facilities: Positions
    weights: Floats
    shape: tuple[int, int]

    def serve(self, asked: Floats, supply: Floats, *, mode: int, power: int = 1) -> Floats:
        """Hand out each facility's supply among the homes within its reach."""
        n_homes, n_facilities = self.shape
        weights = self.weights**power
        share = supply.astype(np.float64)
        if mode != AS_IT_IS:
            share = ratio(share, _sums(self.facilities, weights * asked[self.homes], n_facilities))
        if mode == BALANCED:
            share = ratio(share, _sums(self.facilities, weights, n_facilities))
        return _sums(self.homes, weights * share[self.facilities], n_homes)


@dataclass(frozen=True)
class TreeReach:
    """A reach over points, searched with scipy's k-d tree some facilities at a time.

    `homes_at` and `facilities_at` are longitudes and latitudes in degrees, WGS-84; `max_distance_m` is along
    the ellipsoid. `on_progress` gets the share of the facilities done, 0-1, and may raise to end it.
    """

    homes_at: tuple[Floats, Floats]
    facilities_at: tuple[Floats, Floats]
    weight: Weight
    max_distance_m: float
    on_progress: Callable[[float], object] | None = None

    def serve(self, asked: Floats, supply: Floats, *, mode: int, power: int = 1) -> Floats:
        """Hand out each facility's supply among the homes within its reach."""
        given = np.zeros(len(asked))
        for some, pairs in self._pairs():
            given += pairs.serve(asked, supply[some], mode=mode, power=power)
            if self.on_progress is not None:
                self.on_progress(some.stop / len(supply))
        return given

    def _pairs(self) -> Iterator[tuple[slice, TableReach]]:
        """List the pairs of some facilities after those of others, so that the table stays small."""
        from scipy.spatial import KDTree  # noqa: PLC0415 - a table and the compiled loops do without scipy

        homes, places = ellipsoid.earth_centred(*self.homes_at), ellipsoid.earth_centred(*self.facilities_at)
        chord = 2 / ellipsoid.FLATTEST * np.sin(ellipsoid.FLATTEST * self.max_distance_m / 2)
        tree = KDTree(homes)
        many = np.cumsum(tree.query_ball_point(places, chord, return_length=True))
        bounds = [0, *(np.flatnonzero(np.diff(many // PAIRS_AT_A_TIME)) + 1), len(places)]
        for first, last in pairwise(bounds):
            some = slice(first, last)
            near = tree.sparse_distance_matrix(KDTree(places[some]), chord, output_type="ndarray")
            distance_m = ellipsoid.distance_m(homes[near["i"]], places[some][near["j"]])
            within = distance_m <= self.max_distance_m
            counted = weigh(self.weight, distance_m[within])
            shape = (len(homes), last - first)
            yield some, TableReach(near["i"][within], near["j"][within], counted, shape)


@dataclass(frozen=True)
class GridReach:
    """A reach over points by compiled loops, as `lay_out` makes it."""

    homes: tuple[Floats, Floats, Floats]
    order: Int32s
    grid: tuple[Int32s, tuple[Floats, ...], float, int]
    places: Floats
    by_place: Positions
    weight: Weight
    max_distance_m: float

    def serve(self, asked: Floats, supply: Floats, *, mode: int, power: int = 1) -> Floats:
        """Hand out each facility's supply among the homes within its reach."""
        supplied, wanted = supply[self.by_place].astype(np.float64), asked[self.order]
        discs, added = self._discs(power)
        rows = _rows_of_discs(discs, self.grid[1], self.places)

        def served(part: slice) -> tuple[slice, Floats]:
            return self._serve_part(part, (discs, added, rows[part]), wanted, supplied[part], mode)

        with ThreadPoolExecutor(PARTS) as threads:
            parts = list(threads.map(served, _parts(len(self.places))))
        access = np.zeros(len(self.order))
        for some, given in parts:
            access[self.order[some]] += given
        return access

    def _serve_part(
        self, part: slice, zones: tuple[Any, ...], wanted: Floats, supply: Floats, mode: int
    ) -> tuple[slice, Floats]:
        """Serve from some facilities, giving only the rows of the grid they reach to the compiled loop."""
        from geo.kernels import catchments as kernels  # noqa: PLC0415 - numba, only when needed

        starts, bounds, width, columns = self.grid
        discs, added, rows = zones
        first, end = int(rows[:, :, 0].min()), int(rows[:, :, 1].max())
        some = slice(int(starts[first * columns]), int(starts[end * columns]))
        here = starts[first * columns : end * columns + 1] - starts[first * columns]
        grid = (here, tuple(bound[first:end] for bound in bounds), width, columns)
        loop = kernels.serve_steps if isinstance(self.weight, StepWeight) else kernels.serve_gaussian
        homes = (self.homes[0][some], self.homes[1][some], self.homes[2][some])
        return some, loop(
            homes, grid, self.places[part], (discs, added, rows - first), wanted[some], supply, mode
        )

    def _discs(self, power: int) -> tuple[Floats, Floats]:
        """Return each disc's surest and farthest squared chord and its distance, and what it adds."""
        at_most, added = np.array([self.max_distance_m]), np.array([float(power)])
        if isinstance(self.weight, StepWeight):
            costs, counts = np.array(self.weight.at_most), np.array(self.weight.weights) ** power
            inside = np.append([True], costs[:-1] < self.max_distance_m)
            at_most = np.minimum(costs[inside], self.max_distance_m)
            added = -np.diff(counts[inside], append=0.0)
        bends = (ellipsoid.ROUNDEST, ellipsoid.FLATTEST)
        chords = [(2 / bend * np.sin(bend * at_most / 2)) ** 2 for bend in bends]
        return np.column_stack([*chords, at_most]), added


def lay_out(
    homes_at: tuple[Floats, Floats],
    facilities_at: tuple[Floats, Floats],
    weight: Weight,
    max_distance_m: float,
) -> GridReach:
    """Sort homes into a grid, and facilities so that neighbours follow one another.

    Parameters
    ----------
    homes_at, facilities_at
        Longitudes and latitudes in degrees, WGS-84, such that `fits_grid` says yes.
    weight
        A step weight that falls, or a Gaussian.
    max_distance_m
        The reach along the ellipsoid.
    """
    from geo.kernels import catchments as kernels  # noqa: PLC0415 - as above

    (lon, lat), (west, south) = homes_at, (homes_at[0].min(), homes_at[1].min())
    height, width = _cell_degrees(homes_at, max_distance_m)
    columns, n_rows = int((lon.max() - west) / width) + 1, int((lat.max() - south) / height) + 1
    cells = ((lat - south) / height).astype(np.int32) * np.int32(columns)
    cells += ((lon - west) / width).astype(np.int32)
    starts, order = kernels.sort_into_cells(cells, n_rows * columns)
    homes = _placed_in_order(lon, lat, order)
    bounds = _row_bounds(south + np.arange(n_rows + 1) * height)
    there_lon, there_lat = facilities_at
    by_place = np.lexsort((there_lon, np.floor(there_lat / (height * ROWS_PER_REACH))))
    places = np.column_stack([ellipsoid.earth_centred(*facilities_at), (there_lon - west) / width])
    grid = (starts, bounds, float(np.degrees(1) / width), columns)
    return GridReach(homes, order, grid, places[by_place], by_place, weight, max_distance_m)


def _placed_in_order(lon: Floats, lat: Floats, order: Int32s) -> tuple[Floats, Floats, Floats]:
    """Turn degrees into earth-centred metres, sorted, some at a time so that little memory is taken."""
    homes = np.empty((3, len(order)))

    def place(first: int) -> None:
        some = order[first : first + HOMES_AT_A_TIME]
        homes[:, first : first + HOMES_AT_A_TIME] = ellipsoid.earth_centred(lon[some], lat[some]).T

    with ThreadPoolExecutor(PARTS) as threads:
        list(threads.map(place, range(0, len(order), HOMES_AT_A_TIME)))
    return homes[0], homes[1], homes[2]


def _cell_degrees(homes_at: tuple[Floats, Floats], max_distance_m: float) -> tuple[float, float]:
    """Choose cells an eighth of the reach high, or larger where there would be too many of them."""
    lon, lat = homes_at
    height = np.degrees(max_distance_m / ellipsoid.SEMI_MAJOR_M) / ROWS_PER_REACH
    stretch = 1 / np.cos(np.radians((lat.min() + lat.max()) / 2))
    many = (np.ptp(lat) / height + 1) * (np.ptp(lon) / (height * stretch) + 1)
    height *= np.sqrt(max(many / min(MAX_CELLS, len(lat) + 1000), 1.0))
    return height, height * stretch


def _sums(at: Positions, amounts: Floats, many: int) -> Floats:
    """Add up amounts by position; without any pair numpy would count in whole numbers."""
    return np.bincount(at, amounts, minlength=many).astype(np.float64)


def _parts(many: int) -> list[slice]:
    """Cut rows in the same few parts on every machine: sums come out alike, however many cores there are."""
    bounds = np.linspace(0, many, PARTS + 1).astype(int)
    return [slice(first, end) for first, end in pairwise(bounds) if first < end]


def _rows_of_discs(discs: Floats, rows: tuple[Floats, ...], places: Floats) -> Int32s:
    """Return the first and the last row (exclusive) of every facility's discs."""
    z, chord = places[:, 2, None], np.sqrt(discs[:, 1])
    first = np.searchsorted(rows[1], z - chord)
    return np.stack([first, np.searchsorted(rows[0], z + chord, side="right")], axis=2).astype(np.int32)


def _row_bounds(edges: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the rows' lowest and highest z and distance from the earth's axis, widened for rounding."""
    meridian = ellipsoid.earth_centred(np.zeros_like(edges), edges)
    axis, z = meridian[:, 0], meridian[:, 2]
    highest = np.maximum(axis[1:], axis[:-1])
    highest[np.signbit(edges[1:]) != np.signbit(edges[:-1])] = ellipsoid.SEMI_MAJOR_M
    lowest = np.minimum(axis[1:], axis[:-1])
    return z[:-1] - ROUNDING_M, z[1:] + ROUNDING_M, lowest - ROUNDING_M, highest + ROUNDING_M


def fits_grid(lon: Floats, lat: Floats, weight: Weight) -> bool:
    """Return whether homes and weight are such that `GridReach` may be used: far from poles and date line."""
    falling = isinstance(weight, StepWeight) and bool((np.diff(weight.weights) <= 0).all())
    return (
        (falling or isinstance(weight, GaussianWeight))
        and float(np.abs(lat).max()) < 80  # noqa: PLR2004
        and float(np.abs(lon).max()) < 170  # noqa: PLR2004
    )
