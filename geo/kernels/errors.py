"""The compiled loop for places with an error, for `geo.coverage.distance_bounds` alone."""

import math

from geo.arrays import Floats, Int32s
from geo.geodesy.ellipsoid import ECCENTRICITY_SQUARED, SEMI_MAJOR_M, TIE_M
from geo.kernels.within import RADIAN, arc_m, box_within, chord_squared_m2, compiled

Index = tuple[Floats, Int32s, Int32s]
Grid = tuple[float, float, float, float, int, int]


@compiled
def tighten(
    lon: Floats, lat: Floats, index: Index, grid: Grid, error_m: Floats, least_m: Floats, most_m: Floats
) -> None:
    """Lower both bounds of each row to those of the best place, looking only where one can be better.

    `least_m` and `most_m` come in as those of some place, which bounds the search: a place farther away than
    that plus the largest error, or less the smallest, can be no better. `error_m` is in the order of the
    input that `index` was made of.
    """
    places, order, start = index
    smallest, largest = error_m.min(), error_m.max()
    for i in range(len(lon)):
        sine = math.sin(lat[i] * RADIAN)
        normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine)
        axis, angle = normal * math.cos(lat[i] * RADIAN), lon[i] * RADIAN
        z = normal * (1 - ECCENTRICITY_SQUARED) * sine
        point = (axis * math.cos(angle), axis * math.sin(angle), z, 1 / normal)
        least, most = least_m[i], most_m[i]
        reach = max(least + largest, most - smallest) + TIE_M
        box = box_within(reach, (lon[i], lat[i], axis), grid)
        for row in range(box[2], box[3] + 1):
            for k in range(start[row * grid[4] + box[0]], start[row * grid[4] + box[1] + 1]):
                if chord_squared_m2(places, k, point) <= reach * reach:
                    along, error = arc_m(places, k, point), error_m[order[k]]
                    least, most = min(least, along - error), min(most, along + error)
        least_m[i], most_m[i] = least, most
