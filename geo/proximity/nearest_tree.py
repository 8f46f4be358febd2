"""The nearest places by scipy's k-d tree: arrays in, arrays out, nothing checked.

It needs no compiler, starts at once, and is the reference that the compiled search is tested against. Chords
through the earth find the nearest, distances along the ellipsoid decide between chords too alike to tell; see
`geo.geodesy.ellipsoid`.
"""

from typing import Any

import numpy as np

from geo.arrays import Floats, Int32s, Int64s, Mask, Positions
from geo.geodesy import ellipsoid
from geo.proximity.grid import in_threads, run_in_threads

# The tree is asked for one of so many rows, and for so many neighbours of it.
_ROWS_OF_ONE, _NEIGHBOURS_OF_ONE = 5, 4
# As many rows as a processor's own memory holds with all that is made of them.
_ROWS_AT_ONCE = 20_000


def search_tree(
    points: tuple[Floats, Floats], places: tuple[Floats, Floats], found: tuple[Int32s, Floats]
) -> None:
    """Find the nearest place of every point; fill positions among the places, and metres."""
    # Places that coincide would make every row a tie; the first of each speaks for the others.
    first_of = np.sort(np.unique(places[0] + 1j * places[1], return_index=True)[1])
    there = ellipsoid.earth_centred(places[0][first_of], places[1][first_of])
    tree, position, distance_m = _tree(there), found[0], found[1]

    def search(rows: slice) -> None:
        for first in range(rows.start, rows.stop, _ROWS_AT_ONCE):
            part = slice(first, min(first + _ROWS_AT_ONCE, rows.stop))
            here = ellipsoid.earth_centred(points[0][part], points[1][part])
            chosen, alike = _nearest_chords(tree, there, here)
            position[part] = first_of[chosen]
            distance_m[part] = ellipsoid.distance_m(here, there[chosen])
            if len(alike):
                lon, lat = points[0][part][alike], points[1][part][alike]
                tied = sorted_neighbours(lon, lat, places[0][first_of], places[1][first_of], count=1)
                position[first + alike], distance_m[first + alike] = first_of[tied[0][:, 0]], tied[1][:, 0]

    run_in_threads(search, in_threads(len(points[0])))


def _nearest_chords(tree: Any, there: Floats, here: Floats) -> tuple[Positions, Positions]:
    """Find the place with the shortest chord to each point, and the points to which another is as near.

    Points of a grid come row by row: the middle one of every few is looked up with several neighbours. The
    nearest of these is nearest to another of the few if it is nearer than any place beyond them can be, which
    is the last neighbour's distance from the middle less the step to it. The rest are looked up themselves.
    """
    chosen, few = np.zeros(len(here), np.intp), len(here) // _ROWS_OF_ONE * _ROWS_OF_ONE
    least_m, second_m, unseen_m = np.zeros((3, len(here)))
    if few:
        chosen[:few], least_m[:few], second_m[:few], unseen_m[:few] = _shared_neighbours(
            tree, there, here[:few]
        )
    slack_m = ellipsoid.order_slack_m(least_m)
    rest = np.flatnonzero(~(unseen_m > least_m + slack_m))
    alike = second_m - least_m <= slack_m
    chord_m, neighbour = tree.query(here[rest], k=[1, 2])
    chosen[rest], alike[rest] = neighbour[:, 0], _alike(chord_m)
    return chosen, np.flatnonzero(alike)


def _shared_neighbours(tree: Any, there: Floats, here: Floats) -> tuple[Positions, Floats, Floats, Floats]:
    """Choose for every point from the neighbours of the middle one of its few.

    Gives the place, its chord and the second least, and the least chord that any other place may have.
    """
    count = min(_NEIGHBOURS_OF_ONE, len(there))
    x, y, z = (np.ascontiguousarray(here[:, axis]).reshape(-1, _ROWS_OF_ONE) for axis in range(3))
    middle = here[_ROWS_OF_ONE // 2 :: _ROWS_OF_ONE]
    chord_m, neighbour = tree.query(middle, k=np.arange(1, count + 1))
    least, second = np.full((2, *x.shape), np.inf)
    which = np.zeros(x.shape, np.int8)
    for k in range(count):
        squared = _squared(x, y, z, there[neighbour[:, k]])
        np.minimum(second, np.maximum(squared, least), out=second)
        which[squared < least] = k
        np.minimum(least, squared, out=least)
    unseen_m = chord_m[:, -1:] - np.sqrt(_squared(x, y, z, middle)) if count < len(there) else np.inf
    chosen = np.take_along_axis(neighbour, which.astype(np.intp), axis=1)
    unseen_m = np.broadcast_to(unseen_m, x.shape)
    return chosen.ravel(), np.sqrt(least).ravel(), np.sqrt(second).ravel(), unseen_m.ravel()


def _squared(x: Floats, y: Floats, z: Floats, ends: Floats) -> Floats:
    """Square the chords from rows of points to one end a row."""
    squared = np.square(x - ends[:, :1])
    squared += np.square(y - ends[:, 1:2])
    squared += np.square(z - ends[:, 2:])
    return squared


def _alike(chord_m: Floats) -> Mask:
    alike: Mask = chord_m[:, 1] - chord_m[:, 0] <= ellipsoid.order_slack_m(chord_m[:, 0])
    return alike


def sorted_neighbours(
    lon: Floats, lat: Floats, place_lon: Floats, place_lat: Floats, *, count: int
) -> tuple[Int64s, Floats]:
    """Return the nearest `count` places of every point, in order of distance, then of position."""
    here, there = ellipsoid.earth_centred(lon, lat), ellipsoid.earth_centred(place_lon, place_lat)
    tree, looked = _tree(there), min(count + 1, len(there))
    position = np.empty((len(lon), count), np.int64)
    distance_m = np.empty((len(lon), count))
    open_rows = np.arange(len(lon))
    while len(open_rows):
        chord_m, neighbour = tree.query(here[open_rows], k=np.arange(1, looked + 1))
        last_m = chord_m[:, count - 1]
        sure = (chord_m[:, -1] > last_m + ellipsoid.order_slack_m(last_m)) | (looked == len(there))
        rows, candidates = open_rows[sure], neighbour[sure]
        along_m = _measured(here, there, rows, candidates)
        slow = along_m >= ellipsoid.GEOD_FROM_M
        if slow.any():
            row, column = np.nonzero(slow)
            end = candidates[row, column]
            ask = lon[rows[row]], lat[rows[row]], place_lon[end], place_lat[end]
            along_m[slow] = ellipsoid.geod().inv(*ask)[2]
        order = _order_with_ties(along_m, candidates)[:, :count]
        position[rows] = np.take_along_axis(candidates, order, axis=1)
        distance_m[rows] = np.take_along_axis(along_m, order, axis=1)
        open_rows, looked = open_rows[~sure], min(2 * looked + 2, len(there))
    return position, distance_m


def _measured(here: Floats, there: Floats, rows: Int64s, candidates: Int64s) -> Floats:
    width = candidates.shape[1]
    along_m = ellipsoid.distance_m(here[np.repeat(rows, width)], there[candidates.ravel()])
    return along_m.reshape(candidates.shape)


def _order_with_ties(along_m: Floats, candidates: Int64s) -> Int64s:
    """Order each row by distance; what is within a micrometre of the one before is ordered by position."""
    by_distance = np.argsort(along_m, axis=1, kind="stable")
    sorted_m = np.take_along_axis(along_m, by_distance, axis=1)
    step = np.diff(sorted_m, axis=1, prepend=sorted_m[:, :1]) > ellipsoid.TIE_M
    place = np.take_along_axis(candidates, by_distance, axis=1)
    order = np.argsort(np.cumsum(step, axis=1) * (place.max(initial=0) + 1) + place, axis=1, kind="stable")
    return np.take_along_axis(by_distance, order, axis=1)


def _tree(there: Floats) -> Any:
    # scipy's spatial package takes a quarter of a second to import; the command line must not pay for it.
    from scipy.spatial import cKDTree  # noqa: PLC0415

    return cKDTree(there, balanced_tree=False)
