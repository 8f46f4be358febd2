"""Read numbers of people as people write them: 1.2万, 人口（万人）, population (thousands)."""

import re
import unicodedata
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.importing.text_columns import read_each

_HUNDRED, _THOUSAND, _TEN_THOUSAND, _MILLION, _HUNDRED_MILLION = 1e2, 1e3, 1e4, 1e6, 1e8
# The longest first: 百万 is no 百.
UNITS = {
    "亿": _HUNDRED_MILLION,
    "千万": 1e7,
    "百万": _MILLION,
    "十万": 1e5,
    "万": _TEN_THOUSAND,
    "萬": _TEN_THOUSAND,
    "千": _THOUSAND,
    "百": _HUNDRED,
    "hundred million": _HUNDRED_MILLION,
    "ten thousand": _TEN_THOUSAND,
    "hundred thousand": 1e5,
    "10 thousand": _TEN_THOUSAND,
    "10000": _TEN_THOUSAND,
    "1000": _THOUSAND,
    "100": _HUNDRED,
    "million": _MILLION,
    "thousand": _THOUSAND,
    "hundred": _HUNDRED,
    "10k": _TEN_THOUSAND,
    "'000": _THOUSAND,
    "’000": _THOUSAND,
    "000s": _THOUSAND,
    "000": _THOUSAND,
    "mln": _MILLION,
    "k": _THOUSAND,
    "w": _TEN_THOUSAND,
}
_WORDS = "|".join(
    re.escape(word).replace(r"\ ", r"[\s_]*") for word in sorted(UNITS, key=lambda word: -len(word))
)
_BY_LETTERS = {word.replace(" ", ""): persons for word, persons in UNITS.items()}
_PERSONS = r"(?:人口|人|口|名|个|persons?|people|residents|inhabitants|pop(?:ulation)?)"
_UNIT = re.compile(rf"(?:单位|units?|in|以|按|计量单位)?[:=]?({_WORDS})s?(?:of)?{_PERSONS}?(?:计)?")
_ONE = re.compile(rf"(?:单位|units?|in|以|按)?[:=]?{_PERSONS}(?:数)?(?:计)?|常住|户籍|七普|六普|合计|总计")
# What counts something else than persons: households, visits, shares, a density.
_OTHER = re.compile(
    r"户(?!籍)|人次|人年|%|％|‰|百分|比重|占比|比例|密度|率|(?:/|每|per)\s*(?:km|sq|平方|公里|hectare|ha\b|公顷|亩)"
    r"|km2|km²|平方公里|households?|percent|density|share|ratio"
)
_IN_BRACKETS = re.compile(r"[(\[{〔【](.*?)[)\]}〕】]")
# A unit behind the name, without brackets: 人口万人, 人口/万人, population_thousands, population in 10k.
_BEHIND = re.compile(
    rf"(?:[/,:_\s-]|\bin\b)+\s*({_WORDS})s?[\s_]*(?:of)?[\s_]*{_PERSONS}?$|(?<=[口数民])(亿|百万|十万|万|千|百)人?$"
)
_SAID_ABOVE = re.compile(rf"(?:单位|计量单位|units?|in)\s*[:=]?\s*({_WORDS})s?\s*(?:of\s*)?{_PERSONS}?\b")
_NUMBER = re.compile(
    rf"(?:约|近|about|approx\.?|ca\.?|~|≈)?([-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)({_WORDS})?s?{_PERSONS}?(?:左右)?"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NOT_FINITE = {"nan": np.nan, "inf": np.inf, "+inf": np.inf, "-inf": -np.inf, "infinity": np.inf, "∞": np.inf}


class Unit(NamedTuple):
    """Hold how many persons one is (0: none are counted), the header without its unit, if it has one."""

    persons: float
    bare: str
    said: bool


def header_unit(header: str) -> Unit:
    """Find in what unit a header counts people: persons where it does not say.

    Parameters
    ----------
    header
        As the user wrote it: 人口（万人）, population (thousands), 常住人口/千人.

    Returns
    -------
    Unit
        `persons` is 0 where the header counts something else (households, a share, a density) or says a unit
        that is not known.
    """
    text = unicodedata.normalize("NFKC", header).lower().strip()
    if _OTHER.search(text):
        return Unit(0.0, header, said=True)
    text = _THOUSANDS.sub("", text)
    for inside in _IN_BRACKETS.findall(text):
        for part in re.split(r"[,，;；、]", re.sub(r"\s+", "", inside)):
            found = _UNIT.fullmatch(part)
            if found:
                return Unit(_worth(found[1]), _IN_BRACKETS.sub("", text), said=True)
            if _ONE.fullmatch(part):
                return Unit(1.0, _IN_BRACKETS.sub("", text), said=True)
    behind = _BEHIND.search(text)
    if behind:
        return Unit(_worth(behind[1] or behind[2]), text[: behind.start()], said=True)
    return Unit(1.0, header, said=False)


def unit_said_above(texts: pd.Series) -> float:
    """Return how many persons the lines around a table say one is (单位：万人); 1 where they say nothing."""
    for text in texts.dropna():
        found = _SAID_ABOVE.search(_THOUSANDS.sub("", unicodedata.normalize("NFKC", text).lower()))
        if found:
            return _worth(found[1])
    return 1.0


def persons_of(texts: pd.Series, *, persons: float) -> Floats:
    """Read counts of people; what stands behind a number (1.2万, 12k, 35人) goes before what the header says.

    Parameters
    ----------
    texts
        As written; missing where blank.
    persons
        How many persons one is where a number says nothing itself.

    Returns
    -------
    ndarray
        Persons; not-a-number where a text is blank or no number.
    """
    read = read_each(texts, lambda text: _persons(text, persons))
    return np.array([np.nan if number is None else number for number in read], dtype=np.float64)


def _persons(text: str, persons: float) -> float:
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower())
    if bare in _NOT_FINITE:
        return _NOT_FINITE[bare]
    found = _NUMBER.fullmatch(bare)
    if not found:
        return np.nan
    number = float(found[1].replace(",", ""))
    own = bare[found.end(1) :]
    one = (
        _worth(found[2])
        if found[2]
        else 1.0
        if own.startswith(("人", "口", "名", "p", "r", "i"))
        else persons
    )
    # 1.2 times ten thousand is twelve thousand, and no fraction of a person less.
    return float(np.round(number * one, 6)) if np.isfinite(number) else number


def _worth(word: str) -> float:
    return _BY_LETTERS[re.sub(r"[\s_]", "", word)]
