"""Which homes lie within reach of which place, pair by pair: what choosing among places starts from."""

from typing import Any

import numpy as np
import numpy.typing as npt

from geo import ellipsoid

Floats = npt.NDArray[np.float64]


class HomeIndex:
    """Hold the places where people live so that those near any place are found without looking at the rest.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees of the homes.
    """

    def __init__(self, lon: Floats, lat: Floats) -> None:
        from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

        self._homes = ellipsoid.earth_centred(lon, lat)
        self._tree = cKDTree(self._homes, balanced_tree=False)

    def reach(self, lon: Floats, lat: Floats, *, within_m: float) -> Any:
        """List the homes within reach of each place.

        Parameters
        ----------
        lon, lat
            WGS-84 degrees of the places.
        within_m
            Metres along the ellipsoid; a distance equal to it is within it.

        Returns
        -------
        csc_array
            Homes by places; what is stored is the distance in metres, 0 where both are one place. What is
            not stored is out of reach.
        """
        from scipy import sparse  # noqa: PLC0415

        shape = (len(self._homes), len(lon))
        there = ellipsoid.earth_centred(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        # A chord is never longer than its arc, so nothing within reach is missed.
        near = self._tree.query_ball_point(there, within_m + ellipsoid.TIE_M, return_sorted=True)
        many = np.fromiter(map(len, near), np.int64, len(near))
        if not many.sum():
            return sparse.csc_array(shape, dtype=np.float64)
        home = np.concatenate(near).astype(np.int64)
        place = np.repeat(np.arange(len(near)), many)
        along_m = ellipsoid.distance_m(self._homes[home], there[place])
        kept = along_m <= within_m
        starts = np.concatenate([[0], np.cumsum(np.bincount(place[kept], minlength=len(near)))])
        return sparse.csc_array((along_m[kept], home[kept], starts), shape=shape)

    def nearest(self, lon: float, lat: float) -> int:
        """Give the position of the home nearest to a place."""
        there = ellipsoid.earth_centred([lon], [lat])
        return int(self._tree.query(there)[1][0])
