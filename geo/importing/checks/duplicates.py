"""Find names and rows that say the same: names without words every site has, rows that stand twice."""

import re
import unicodedata

import pandas as pd
from rapidfuzz import fuzz

from geo.importing.synonyms import plain
from geo.importing.text_columns import read_each, text_column

LIKE_ENOUGH = 85.0
CONTAINED = 92.0
LEAST_CONTAINED = 4
_BRACKETS = re.compile(r"[(（〔\[][^)）〕\]]*[)）〕\]]")
_KINDS = re.compile(
    r"(工会)?(户外劳动者|新就业形态劳动者|职工|环卫工人|劳动者|司机|骑手|小哥|暖心|爱心|智慧)*(综合)?"
    r"(服务站点|服务点|服务站|驿站|接力站|工人文化宫|文化宫|司机之家|职工书屋|书屋|职工之家)(点)?"
)
_REGION = re.compile(r"^(广西壮族自治区|广西)")
_COUNTING = str.maketrans("零〇一二三四五六七八九", "00123456789")
_DIGITS = re.compile(r"\d+")


def normal_names(names: pd.Series) -> pd.Series:
    """Strip from names what tells no two sites apart: width, brackets, the province, the words of the type.

    爱心驿站, 户外劳动者服务站点 and 工会驿站 are the same word here. A name of nothing else keeps it.
    """
    return text_column(read_each(names, _normal), names)


def exact_duplicates(rows: pd.DataFrame) -> pd.Series:
    """Return for each row that equals an earlier one in every column the index label of that one.

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


def likeness(one: str | None, other: str | None) -> float:
    """Say how alike two normalised names are, 0-100; 0 where their numbers differ or one is missing."""
    if not isinstance(one, str) or not isinstance(other, str):
        return 0.0
    if numbers_in(one) != numbers_in(other):
        return 0.0
    short, long = sorted((one, other), key=len)
    contained = CONTAINED if len(short) >= LEAST_CONTAINED and short in long else 0.0
    return max(fuzz.ratio(one, other), contained)


def numbers_in(name: str) -> str:
    """Return the numbers in a name, in their order: names that hold different ones are different sites."""
    return "|".join(_DIGITS.findall(name.translate(_COUNTING)))


def _normal(name: str) -> str:
    bare = _REGION.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", name)))
    short = plain(_KINDS.sub("", bare))
    return short or plain(bare) or plain(name)
