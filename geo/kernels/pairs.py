"""Compiled: which places lie within reach of which points, pair by pair.

Import this only when it is needed: it brings numba. Arrays go in and come out, nothing is checked; the k-d
tree of `geo.proximity.pairs` gives the same pairs and is the reference of the tests.
"""

import math

from geo.arrays import Floats, Int32s, Int64s
from geo.geodesy.ellipsoid import ECCENTRICITY_SQUARED, SEMI_MAJOR_M, TIE_M
from geo.kernels.within import RADIAN, Grid, Index, arc_m, box_within, chord_squared_m2, compiled


@compiled
def count_near(index: Index, grid: Grid, lon: Floats, lat: Floats, reach_m: float, counts: Int64s) -> None:
    """Count for every point the places whose straight line is no longer than the reach: as many or more."""
    places, start = index[0], index[2]
    for i in range(len(lon)):
        sine = math.sin(lat[i] * RADIAN)
        normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine)
        axis, angle = normal * math.cos(lat[i] * RADIAN), lon[i] * RADIAN
        x, y = axis * math.cos(angle), axis * math.sin(angle)
        point = (x, y, normal * (1 - ECCENTRICITY_SQUARED) * sine, 1 / normal)
        reach = reach_m + TIE_M
        box = box_within(reach, (lon[i], lat[i], axis), grid)
        found = 0
        for row in range(box[2], box[3] + 1):
            for k in range(start[row * grid[4] + box[0]], start[row * grid[4] + box[1] + 1]):
                if chord_squared_m2(places, k, point) <= reach * reach:
                    found += 1
        counts[i] = found


@compiled
def list_near(
    index: Index,
    grid: Grid,
    lon: Floats,
    lat: Floats,
    reach_m: float,
    first: Int64s,
    place: Int32s,
    along_m: Floats,
    counts: Int64s,
) -> None:
    """List for every point, from its `first` on, the places within reach and how far each is.

    `counts` says how many there are; `place` is the number in the input that the index was made of.
    """
    places, order, start = index
    for i in range(len(lon)):
        sine = math.sin(lat[i] * RADIAN)
        normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine)
        axis, angle = normal * math.cos(lat[i] * RADIAN), lon[i] * RADIAN
        x, y = axis * math.cos(angle), axis * math.sin(angle)
        point = (x, y, normal * (1 - ECCENTRICITY_SQUARED) * sine, 1 / normal)
        reach = reach_m + TIE_M
        box = box_within(reach, (lon[i], lat[i], axis), grid)
        found = 0
        for row in range(box[2], box[3] + 1):
            for k in range(start[row * grid[4] + box[0]], start[row * grid[4] + box[1] + 1]):
                if chord_squared_m2(places, k, point) <= reach * reach:
                    metres = arc_m(places, k, point)
                    if metres <= reach_m:
                        place[first[i] + found], along_m[first[i] + found] = order[k], metres
                        found += 1
        counts[i] = found
