"""Pair rows that may be one site, as columns: which rows, and how alike their names are.

Only rows of one type whose names hold the same numbers are ever compared: these are found by one tree, whose
fourth axis keeps all others out of reach. The search goes piece by piece, and a heap (many rows at one place)
is compared by names alone, so that time and memory grow with the rows and not with their square.
"""

from collections.abc import Iterator
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from geo import schema
from geo.arrays import Floats, Int64s, Mask, Positions
from geo.geodesy.ellipsoid import earth_centred
from geo.importing.checks.duplicates import CONTAINED, LEAST_CONTAINED, LIKE_ENOUGH, numbers_in

FIRST, SECOND, LIKENESS = "first", "second", "likeness"
NORMAL_NAME = "normal_name"
NEAR_M = 200.0
# More than these in one cell of 100 m are a heap (a default coordinate); and no row is paired with more.
HEAP = 50
# Rows looked up at a time: each meets some thousand others at most.
_PIECE = 2_048
# Farther than anything within reach: rows of other types or numbers stand this far apart.
_APART_M = 10 * NEAR_M


class _Side(NamedTuple):
    """Hold one list: what of each row must be the same, the number of its name, and its place."""

    kind: Int64s
    name: Int64s
    located: Mask
    places: Floats


def likely_pairs(
    rows: gpd.GeoDataFrame, known: gpd.GeoDataFrame | None = None, *, most: int = 1
) -> pd.DataFrame:
    """Pair rows of one type that may be one site: alike in name within 200 m, or of one name in one county.

    Names that hold different numbers are different sites. A name alone makes a pair only where a place is
    missing.

    Parameters
    ----------
    rows
        `facility_type`, `county`, `normal_name`, and a point in WGS-84 or missing geometry.
    known
        Facilities with the same columns to pair them with; the rows with one another if None.
    most
        With how many others a row is paired at most: the likest, of equals the first.

    Returns
    -------
    DataFrame
        `first` and `second`, positions in `known` (or of the earlier row) and in `rows`, and `likeness`
        (0-100, to a tenth); by `second`, the likest first.
    """
    others = rows if known is None else known
    ours, theirs, names = _sides(rows, others)
    near = list(_near(ours, theirs, names, most=most, same=known is None))
    found = pd.concat([*near, _of_one_name(rows, others, ours, theirs, same=known is None)])
    return _likest(found.drop_duplicates([FIRST, SECOND]), most)


def _sides(rows: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> tuple[_Side, _Side, npt.NDArray[np.object_]]:
    """Return both lists numbers for what must be the same and for names, -1 where one is missing."""
    both = pd.concat([pd.DataFrame(side[[schema.FACILITY_TYPE, NORMAL_NAME]]) for side in (rows, others)])
    name, names = pd.factorize(both[NORMAL_NAME])
    numbers, _ = pd.factorize(np.array([numbers_in(text) for text in names], dtype=object))
    types, _ = pd.factorize(both[schema.FACILITY_TYPE])
    whole = (types >= 0) & (name >= 0)
    kind = np.full(len(both), -1, dtype=np.int64)
    kind[whole] = pd.factorize(types[whole] * np.int64(len(names)) + numbers[name[whole]])[0]
    sides = [
        _side(side, kind[part], name[part])
        for side, part in ((rows, slice(len(rows))), (others, slice(len(rows), None)))
    ]
    return sides[0], sides[1], np.asarray(names, dtype=object)


def _side(rows: gpd.GeoDataFrame, kind: Int64s, name: Positions) -> _Side:
    located = schema.located(rows).to_numpy()
    places = np.full((len(rows), 3), np.nan)
    points = rows.geometry.to_numpy()[located]
    places[located] = earth_centred(shapely.get_x(points), shapely.get_y(points))
    return _Side(kind, name.astype(np.int64), located, places)


def _near(
    ours: _Side, theirs: _Side, names: npt.NDArray[np.object_], *, most: int, same: bool
) -> Iterator[pd.DataFrame]:
    """Return the pairs of rows within 200 m whose names are alike, piece by piece."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

    first, second = _spread(theirs), _spread(ours)
    if same:
        first = second = first[np.bincount(ours.kind[first])[ours.kind[first]] > 1] if len(first) else first
    else:
        shared = np.intersect1d(theirs.kind[first], ours.kind[second])
        first = first[np.isin(theirs.kind[first], shared)]
        second = second[np.isin(ours.kind[second], shared)]
    if not len(first) or not len(second):
        return
    tree = cKDTree(_points(theirs, first), balanced_tree=False)
    # Rows that lie together are looked up together.
    second = second[np.lexsort((second, *ours.places[second].T.round(-3), ours.kind[second]))]
    for start in range(0, len(second), _PIECE):
        piece = second[start : start + _PIECE]
        met = cKDTree(_points(ours, piece), balanced_tree=False).sparse_distance_matrix(
            tree, NEAR_M, output_type="ndarray"
        )
        a, b = first[met["j"]], piece[met["i"]]
        earlier = a < b if same else slice(None)
        a, b = a[earlier], b[earlier]
        score = _likeness(theirs.name[a], ours.name[b], names)
        alike = score >= LIKE_ENOUGH
        yield _likest(
            pd.DataFrame({FIRST: a[alike], SECOND: b[alike], LIKENESS: score[alike].round(1)}), most
        )


def _points(side: _Side, rows: Int64s) -> Floats:
    return np.column_stack([side.places[rows], side.kind[rows] * _APART_M])


def _spread(side: _Side) -> Int64s:
    """Return the positions of rows that can be compared and do not lie in a heap."""
    found = np.flatnonzero(side.located & (side.kind >= 0))
    cells = pd.DataFrame(side.places[found] // (NEAR_M / 2))
    size = cells.groupby(list(cells.columns))[0].transform("size").to_numpy()
    return found[size <= HEAP]


def _likeness(one: Int64s, other: Int64s, names: npt.NDArray[np.object_]) -> Floats:
    """Say how alike names with the same numbers are, pair by pair, as `duplicates.likeness` does."""
    score = np.full(len(one), 100.0)
    differ = np.flatnonzero(one != other)
    ours, theirs = names[one[differ]], names[other[differ]]
    ratio = cpdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH, dtype=np.float64)
    lengths = np.fromiter(map(len, names), np.int64, len(names))
    long_enough = np.minimum(lengths[one[differ]], lengths[other[differ]]) >= LEAST_CONTAINED
    unsure = np.flatnonzero((ratio < CONTAINED) & long_enough)
    inside = [a in b or b in a for a, b in zip(ours[unsure], theirs[unsure], strict=True)]
    ratio[unsure[np.array(inside, dtype=bool)]] = CONTAINED
    score[differ] = ratio
    return score


def _of_one_name(
    rows: gpd.GeoDataFrame, others: gpd.GeoDataFrame, ours: _Side, theirs: _Side, *, same: bool
) -> pd.DataFrame:
    keys = [schema.FACILITY_TYPE, schema.COUNTY, NORMAL_NAME]
    seconds = pd.DataFrame(rows[keys]).assign(**{SECOND: np.arange(len(rows))}).dropna(subset=keys)
    firsts = pd.DataFrame(others[keys]).assign(**{FIRST: np.arange(len(others))}).dropna(subset=keys)
    # The first of a name stands for it: a heap of one name is no square of pairs.
    joined = seconds.merge(firsts.drop_duplicates(keys), on=keys, how="inner")
    first, second = joined[FIRST].to_numpy(np.int64), joined[SECOND].to_numpy(np.int64)
    unplaced = ~(ours.located[second] & theirs.located[first])
    # Over 200 m a chord and the way along the ground are one to a hundredth of a micrometre.
    apart_m = np.linalg.norm(ours.places[second] - theirs.places[first], axis=1)
    kept = (unplaced | (apart_m <= NEAR_M)) & ((first < second) if same else True)
    return pd.DataFrame({FIRST: first[kept], SECOND: second[kept], LIKENESS: 100.0})


def _likest(pairs: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep of each row the likest pairs, of equals those with the first others."""
    order = np.lexsort((pairs[FIRST], -pairs[LIKENESS], pairs[SECOND]))
    ranked = pairs.take(order)
    return ranked[ranked.groupby(SECOND).cumcount() < most].reset_index(drop=True)
