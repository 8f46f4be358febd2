"""Find rows that stand twice in a list, or for a facility that is known already."""

import re
import unicodedata
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod
from rapidfuzz import fuzz

from geo import schema
from geo.importing.list_words import plain
from geo.importing.text_columns import read_each, text_column

NEAR_M = 200.0
# 200 m in degrees of longitude at the province's northern edge, and a little more.
NEAR_DEGREES = 0.0021
LIKE_ENOUGH = 85.0
CONTAINED = 92.0
LEAST_CONTAINED = 4
# More than these in one cell of 100 m are a heap (a default coordinate): names alone are compared there.
HEAP = 50
_GEOD = Geod(ellps="WGS84")
_BRACKETS = re.compile(r"[(（〔\[][^)）〕\]]*[)）〕\]]")
_KINDS = re.compile(
    r"(工会)?(户外劳动者|新就业形态劳动者|职工|环卫工人|劳动者|司机|骑手|小哥|暖心|爱心|智慧)*(综合)?"
    r"(服务站点|服务点|服务站|驿站|接力站|工人文化宫|文化宫|司机之家|职工书屋|书屋|职工之家)(点)?"
)
_REGION = re.compile(r"^(广西壮族自治区|广西)")
_COUNTING = str.maketrans("零〇一二三四五六七八九", "00123456789")
_DIGITS = re.compile(r"\d+")


class Pair(NamedTuple):
    """Hold two rows that may be one site: where each stands, and how alike their names are (0-100)."""

    first: int
    second: int
    likeness: float


def normal_names(names: pd.Series) -> pd.Series:
    """Strip from names what tells no two sites apart: width, brackets, the province, the words of the type.

    爱心驿站, 户外劳动者服务站点 and 工会驿站 are the same word here. A name of nothing else keeps it.
    """
    return text_column(read_each(names, _normal), names)


def exact_duplicates(rows: pd.DataFrame) -> pd.Series:
    """Give for each row that equals an earlier one in every column the index label of that one.

    Returns
    -------
    Series
        Labels of the first rows, indexed by the later ones; empty where no row stands twice.
    """
    texts = rows.apply(lambda column: column.str.strip()).fillna("")
    filled = texts[(texts != "").any(axis=1)]
    if not len(filled) or not filled.shape[1]:
        return pd.Series([], index=rows.index[:0], dtype=rows.index.dtype)
    keys = pd.Series(pd.util.hash_pandas_object(filled, index=False).to_numpy(), index=filled.index)
    firsts = pd.Series(filled.index, index=filled.index).groupby(keys).transform("first")
    later: pd.Series = firsts[firsts.index != firsts.to_numpy()]
    # Hashes may collide: the rows themselves decide.
    equal = (filled.loc[later.index].to_numpy() == filled.loc[later.to_numpy()].to_numpy()).all(axis=1)
    twice: pd.Series = later[equal]
    return twice


def likely_pairs(rows: gpd.GeoDataFrame, known: gpd.GeoDataFrame | None = None) -> list[Pair]:
    """Pair rows of one type that may be one site: alike in name within 200 m, or of one name in one county.

    Names that hold different numbers are different sites. A name alone makes a pair only where a place is
    missing.

    Parameters
    ----------
    rows
        `facility_type`, `county`, `normal_name`, and a point in WGS-84 or missing geometry.
    known
        Facilities with the same columns to pair them with; the rows with one another if None.

    Returns
    -------
    list
        Pairs of positions, the first in `known` (or the earlier row), the second in `rows`, in their order.
    """
    others = rows if known is None else known
    near = _near(rows, others, same=known is None)
    named = _of_one_name(rows, others, same=known is None)
    pairs = {(pair.first, pair.second): pair for pair in (*near, *named)}
    return [pairs[key] for key in sorted(pairs, key=lambda key: (key[1], key[0]))]


NORMAL_NAME = "normal_name"


def _normal(name: str) -> str:
    bare = _REGION.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", name)))
    short = plain(_KINDS.sub("", bare))
    return short or plain(bare) or plain(name)


def _near(rows: gpd.GeoDataFrame, others: gpd.GeoDataFrame, *, same: bool) -> list[Pair]:
    ours, theirs = _spread(rows), _spread(others)
    if not len(ours) or not len(theirs):
        return []
    tree = shapely.STRtree(others.geometry.to_numpy()[theirs])
    found = tree.query(rows.geometry.to_numpy()[ours], predicate="dwithin", distance=NEAR_DEGREES)
    second, first = ours[found[0]], theirs[found[1]]
    keep = _alike_columns(rows, others, first, second) & ((first < second) if same else True)
    first, second = first[keep], second[keep]
    close = _apart_m(rows, others, first, second) <= NEAR_M
    return _alike(rows, others, first[close], second[close])


def _of_one_name(rows: gpd.GeoDataFrame, others: gpd.GeoDataFrame, *, same: bool) -> list[Pair]:
    keys = [schema.FACILITY_TYPE, schema.COUNTY, NORMAL_NAME]
    ours = pd.DataFrame(rows[keys]).assign(second=np.arange(len(rows))).dropna(subset=keys)
    theirs = pd.DataFrame(others[keys]).assign(first=np.arange(len(others))).dropna(subset=keys)
    # The first of a name stands for it: a heap of one name is no square of pairs.
    firsts = theirs.drop_duplicates(keys)
    joined = ours.merge(firsts, on=keys, how="inner")
    joined = joined[joined["first"] < joined["second"]] if same else joined
    first, second = joined["first"].to_numpy(np.int64), joined["second"].to_numpy(np.int64)
    unplaced = ~(schema.located(rows).to_numpy()[second] & schema.located(others).to_numpy()[first])
    apart_m = _apart_m(rows, others, first, second)
    return [
        Pair(int(a), int(b), 100.0)
        for a, b, keep in zip(first, second, unplaced | (apart_m <= NEAR_M), strict=True)
        if keep
    ]


def _spread(rows: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Give the positions of located rows that do not lie in a heap."""
    located = np.flatnonzero(schema.located(rows).to_numpy())
    places = rows.geometry.to_numpy()[located]
    cells = pd.DataFrame({"x": shapely.get_x(places).round(3), "y": shapely.get_y(places).round(3)})
    size = cells.groupby(["x", "y"])["x"].transform("size").to_numpy()
    return located[size <= HEAP]


def _alike_columns(
    rows: pd.DataFrame, others: pd.DataFrame, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    ours = rows[schema.FACILITY_TYPE].to_numpy(object)[second]
    theirs = others[schema.FACILITY_TYPE].to_numpy(object)[first]
    same: npt.NDArray[np.bool_] = ours == theirs
    return same


def _apart_m(
    rows: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    ours, theirs = rows.geometry.to_numpy()[second], others.geometry.to_numpy()[first]
    ends = [shapely.get_x(ours), shapely.get_y(ours), shapely.get_x(theirs), shapely.get_y(theirs)]
    known = np.isfinite(ends).all(axis=0)
    apart_m = np.full(len(first), np.inf)
    if known.any():
        apart_m[known] = _GEOD.inv(*(end[known] for end in ends))[2]
    return apart_m


def _alike(
    rows: pd.DataFrame, others: pd.DataFrame, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]
) -> list[Pair]:
    ours = rows[NORMAL_NAME].to_numpy(object)
    theirs = others[NORMAL_NAME].to_numpy(object)
    pairs = ((int(a), int(b), likeness(theirs[a], ours[b])) for a, b in zip(first, second, strict=True))
    return [Pair(a, b, round(score, 1)) for a, b, score in pairs if score >= LIKE_ENOUGH]


def likeness(one: str | None, other: str | None) -> float:
    """Say how alike two normalised names are, 0-100; 0 where their numbers differ or one is missing."""
    if not isinstance(one, str) or not isinstance(other, str):
        return 0.0
    if _DIGITS.findall(one.translate(_COUNTING)) != _DIGITS.findall(other.translate(_COUNTING)):
        return 0.0
    short, long = sorted((one, other), key=len)
    contained = CONTAINED if len(short) >= LEAST_CONTAINED and short in long else 0.0
    return max(fuzz.ratio(one, other), contained)
