"""Which places lie within a radius of some facility, asked again and again of the same places."""

import numpy as np

from geo.arrays import Floats, Mask
from geo.geodesy import ellipsoid
from geo.proximity.grid import grid_index, kernels

_FACILITIES_AT_A_TIME = 200


class PlaceIndex:
    """Hold places so that those within reach of facilities are found without looking at the others.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees of the places.
    compile_kernels
        False for the k-d tree even where the compiled loops are at hand.
    """

    def __init__(self, lon: Floats, lat: Floats, *, compile_kernels: bool = True) -> None:
        self._count = len(lon)
        self._loops = kernels(len(lon)) if compile_kernels else None
        if self._loops is not None:
            self._index, self._grid = grid_index(lon, lat)
        else:
            from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

            self._places = ellipsoid.earth_centred(lon, lat)
            self._tree = cKDTree(self._places)

    def within(self, lon: Floats, lat: Floats, radius_m: Floats) -> Mask:
        """Mark the places that are at most a facility's own radius away from it, along the ellipsoid.

        Parameters
        ----------
        lon, lat, radius_m
            WGS-84 degrees of the facilities, and metres; none of them may be missing or negative.

        Returns
        -------
        ndarray
            Boolean, in the order of the places.
        """
        mask = np.zeros(self._count, bool)
        if self._loops is not None:
            self._loops.mark_within(self._index, self._grid, lon, lat, radius_m, mask)
            return mask
        centres = ellipsoid.earth_centred(lon, lat)
        for first in range(0, len(lon), _FACILITIES_AT_A_TIME):
            chosen = slice(first, first + _FACILITIES_AT_A_TIME)
            self._mark(centres[chosen], radius_m[chosen], mask)
        return mask

    def _mark(self, centres: Floats, radius_m: Floats, mask: Mask) -> None:
        # A chord is never longer than its arc, so nothing within reach is missed.
        near = self._tree.query_ball_point(centres, radius_m + ellipsoid.TIE_M, return_sorted=False)
        count = np.array([len(places) for places in near])
        if not count.any():
            return
        place = np.concatenate(near).astype(np.intp)
        owner = np.repeat(np.arange(len(centres)), count)
        along_m = ellipsoid.distance_m(centres[owner], self._places[place])
        mask[place[along_m <= radius_m[owner]]] = True
