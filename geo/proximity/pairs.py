"""Which homes lie within reach of which place, pair by pair: what choosing among places starts from.

Two ways give the same pairs: a compiled search on a grid, for many homes, and scipy's k-d tree.
"""

from typing import Any

import numpy as np

from geo.arrays import Floats
from geo.geodesy import ellipsoid
from geo.kernels.loader import PAIRS, load_loops
from geo.proximity.grid import grid_index, kernels


class HomeIndex:
    """Hold the places where people live so that those near any place are found without looking at the rest.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees of the homes.
    compile_kernels
        False for the k-d tree even where the compiled loops are at hand.
    """

    def __init__(self, lon: Floats, lat: Floats, *, compile_kernels: bool = True) -> None:
        self._homes = ellipsoid.earth_centred(lon, lat)
        self._loops: Any = load_loops(PAIRS) if compile_kernels and kernels(len(lon)) is not None else None
        if self._loops is not None:
            self._index, self._grid = grid_index(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
            return
        from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

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

        lon, lat = (np.ascontiguousarray(degrees, np.float64) for degrees in (lon, lat))
        shape = (len(self._homes), len(lon))
        listed = self._by_tree if self._loops is None else self._by_grid
        home, starts, along_m = listed(lon, lat, float(within_m))
        pairs = sparse.csc_array((along_m, home, starts), shape=shape)
        pairs.sort_indices()
        return pairs

    def nearest(self, lon: float, lat: float) -> int:
        """Return the position of the home nearest to a place."""
        there = ellipsoid.earth_centred([lon], [lat])
        return int(np.argmin(((self._homes - there) ** 2).sum(axis=1)))

    def _by_grid(self, lon: Floats, lat: Floats, within_m: float) -> tuple[Any, Any, Floats]:
        many = np.zeros(len(lon), np.int64)
        self._loops.count_near(self._index, self._grid, lon, lat, within_m, many)
        first = np.concatenate([[0], np.cumsum(many)])
        home, along_m = np.empty(first[-1], np.int32), np.empty(first[-1])
        self._loops.list_near(self._index, self._grid, lon, lat, within_m, first, home, along_m, many)
        starts = np.concatenate([[0], np.cumsum(many)])
        if starts[-1] < first[-1]:
            kept = np.repeat(first[:-1] - starts[:-1], many) + np.arange(starts[-1])
            home, along_m = home[kept], along_m[kept]
        return home, starts, along_m

    def _by_tree(self, lon: Floats, lat: Floats, within_m: float) -> tuple[Any, Any, Floats]:
        there = ellipsoid.earth_centred(lon, lat)
        # A chord is never longer than its arc, so nothing within reach is missed.
        near = self._tree.query_ball_point(there, within_m + ellipsoid.TIE_M)
        many = np.fromiter(map(len, near), np.int64, len(near))
        home = np.concatenate([*near, []]).astype(np.int64)
        place = np.repeat(np.arange(len(near)), many)
        along_m = ellipsoid.distance_m(self._homes[home], there[place])
        kept = along_m <= within_m
        starts = np.concatenate([[0], np.cumsum(np.bincount(place[kept], minlength=len(near)))])
        return home[kept], starts, along_m[kept]
