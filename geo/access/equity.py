"""How evenly access is shared out among people: curves, indices, and how many have too little.

Every measure takes what each place has for one person (`access`) and how many live there (`people`); a
place without people counts for nothing, whatever its access. Places of equal rank are treated as one, so that
the order of rows changes nothing. Where nobody has any access the shares have no meaning and are missing.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.access.equity_input import read_access, read_ranked, require_like
from geo.access.equity_sums import ends_of_ties, palma_groups, theil, theil_row
from geo.coverage.people import is_above_zero
from geo.errors import InvalidValueError, some

PEOPLE_SHARE, ACCESS_SHARE = "people_share", "access_share"
MEAN_ACCESS, THEIL_T, WITHIN, BETWEEN = "mean_access", "theil_t", "within", "between"
HEADCOUNT, GAP, SEVERITY = "headcount", "gap", "severity"
BY_ACCESS = "by access"


class Palma(NamedTuple):
    """Mean access of the richest tenth over that of the poorest two fifths, and by what they are ranked."""

    ratio: float
    ranked: str
    richest_access: float
    poorest_access: float


def lorenz_curve(access: pd.Series, people: pd.Series, *, rank: pd.Series | None = None) -> pd.DataFrame:
    """Return the share of all access that falls to each share of the people, the least served first.

    Lorenz 1905, doi:10.2307/2276207. Ranked by something else it is the concentration curve: Kakwani,
    Wagstaff & van Doorslaer 1997, doi:10.1016/S0304-4076(96)01807-6.

    Parameters
    ----------
    access
        What each place has for one person, 0 or more.
    people
        How many live there, 0 or more, indexed like `access`.
    rank
        What people are put in order by, indexed like `access`, lowest first; `access` itself if None.

    Returns
    -------
    DataFrame
        From (0, 0) to (1, 1), one row for each value of the rank: `people_share` and `access_share`
        (cumulative, 0-1; the latter missing where nobody has any access).

    Raises
    ------
    InvalidValueError
        The series are not indexed alike, or a value is missing, negative or infinite where people live, or
        nobody lives anywhere.
    """
    have, weight, order = read_ranked(access, people, rank)
    total = np.dot(have, weight)
    ends = ends_of_ties(order)
    people_share = np.cumsum(weight)[ends] / weight.sum()
    access_share = np.cumsum(have * weight)[ends] / total if total > 0 else np.full(len(ends), np.nan)
    people_share[-1], access_share[-1] = 1.0, 1.0 if total > 0 else np.nan
    return pd.DataFrame(
        {PEOPLE_SHARE: np.append(0.0, people_share), ACCESS_SHARE: np.append(0.0, access_share)}
    )


def gini(access: pd.Series, people: pd.Series) -> float:
    """Measure inequality from 0 (all have the same) towards 1 (one has all).

    Twice the area between the Lorenz curve and the diagonal, which is half the mean difference of two
    people over the mean; no correction for small samples: Lerman & Yitzhaki 1989,
    doi:10.1016/0304-4076(89)90075-8.

    Parameters
    ----------
    access, people
        As for `lorenz_curve`.

    Returns
    -------
    float
        0-1; missing where nobody has any access.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`.

    Examples
    --------
    >>> import geo
    >>> import pandas as pd
    >>> geo.gini(pd.Series([1.0, 1.0]), pd.Series([100, 300]))
    0.0
    >>> geo.gini(pd.Series([0.0, 1.0]), pd.Series([300, 100]))
    0.75
    """
    return max(_concentration(access, people, None), 0.0)


def concentration_index(access: pd.Series, people: pd.Series, *, rank: pd.Series) -> float:
    """Measure how far access falls to those who rank high (up to 1) or low (down to -1).

    Twice the area between the concentration curve and the diagonal: Kakwani, Wagstaff & van Doorslaer 1997,
    doi:10.1016/S0304-4076(96)01807-6. People of one rank share its middle: Van Ourti 2004,
    doi:10.1002/hec.841.

    Parameters
    ----------
    access, people, rank
        As for `lorenz_curve`.

    Returns
    -------
    float
        -1 to 1; missing where nobody has any access.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`.
    """
    return _concentration(access, people, rank)


def erreygers_index(
    access: pd.Series, people: pd.Series, *, rank: pd.Series, lowest: float, highest: float
) -> float:
    """Correct the concentration index for a measure that has a lowest and a highest possible value.

    E = 4 · mean / (highest - lowest) · C: Erreygers 2009, doi:10.1016/j.jhealeco.2009.02.003. The bounds are
    those the measure can take, such as 0 and 1 for a share, not those it happens to take.

    Parameters
    ----------
    access, people, rank
        As for `lorenz_curve`.
    lowest, highest
        The bounds of `access`.

    Returns
    -------
    float
        -1 to 1; missing where nobody has any access.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`, or access lies outside the bounds.
    """
    have, weight, _ = read_ranked(access, people, rank)
    if not lowest < highest or have.min() < lowest or have.max() > highest:
        raise InvalidValueError(
            "bounds_too_narrow", least=have.min(), most=have.max(), lowest=lowest, highest=highest
        )
    mean = float(np.dot(have, weight) / weight.sum())
    return 4 * mean / (highest - lowest) * _concentration(access, people, rank)


def theil_t(access: pd.Series, people: pd.Series) -> float:
    """Measure inequality from 0 (all have the same) up to the logarithm of the number of people.

    The mean of x/m · ln(x/m), with 0 · ln 0 = 0: Theil 1967; Bourguignon 1979, doi:10.2307/1914138.

    Parameters
    ----------
    access, people
        As for `lorenz_curve`.

    Returns
    -------
    float
        0 or more; missing where nobody has any access.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`.
    """
    have, weight, _ = read_ranked(access, people, None)
    return theil(have, weight)


def split_theil_t(access: pd.Series, people: pd.Series, *, groups: pd.Series) -> pd.DataFrame:
    """Split Theil's T into what lies within groups and what lies between them.

    T = sum_g s_g T_g + sum_g s_g ln(s_g / p_g), with the group's shares of access s and of people p:
    Bourguignon 1979, doi:10.2307/1914138; Shorrocks 1980, doi:10.2307/1913126.

    Parameters
    ----------
    access, people
        As for `lorenz_curve`.
    groups
        The group of each place, for example its prefecture, indexed like `access`.

    Returns
    -------
    DataFrame
        Indexed by group, in order: `people_share`, `access_share`, `mean_access`, `theil_t` inside it, and
        what it adds `within` and `between`; these two columns sum up to Theil's T. A group's own `theil_t` is
        missing where nobody in it has any access.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`, or people live in a place without a group.
    """
    have, weight = read_access(access, people)
    require_like(groups, access, what="groups")
    lost = groups.isna().to_numpy() & (weight > 0)
    if lost.any():
        raise InvalidValueError("groups_missing", places=some(access.index[lost]))
    lived = weight > 0
    codes, names = pd.factorize(groups[lived], sort=True)
    have, weight = have[lived], weight[lived]
    everything = (float(np.dot(have, weight)), float(weight.sum()))
    members = (np.flatnonzero(codes == code) for code in range(len(names)))
    rows = [theil_row(have[inside], weight[inside], *everything) for inside in members]
    columns = [PEOPLE_SHARE, ACCESS_SHARE, MEAN_ACCESS, THEIL_T, WITHIN, BETWEEN]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name=groups.name))


def palma_ratio(
    access: pd.Series,
    people: pd.Series,
    *,
    rank: pd.Series | None = None,
    cuts: tuple[float, float] | None = None,
) -> Palma:
    """Compare the mean access of the tenth that ranks highest with that of the two fifths that rank lowest.

    Palma 2011, doi:10.1111/j.1467-7660.2011.01694.x, as a ratio of means, as it is used for accessibility:
    Herszenhut et al. 2022, doi:10.1016/j.jtrangeo.2022.103309. (Palma's own ratio of shares is a quarter of
    it.) People at the edge of a group are divided, the same part of each place of that rank, so that the
    groups hold exactly two fifths and a tenth.

    Parameters
    ----------
    access, people, rank
        As for `lorenz_curve`.
    cuts
        Where these places are a part of a larger population: the highest rank of its poorest two fifths
        and the rank its richest tenth lies above. The places' own people are cut if None.

    Returns
    -------
    Palma
        `ratio` (infinite where only the richest have access; missing where neither has any, or a group given
        by `cuts` is empty), `ranked` ("by access", or "by" the name of `rank`), and the two means.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`, or the cuts are not in order.

    Examples
    --------
    >>> import geo
    >>> import pandas as pd
    >>> geo.palma_ratio(pd.Series([1.0, 2.0, 5.0]), pd.Series([40, 50, 10])).ratio
    5.0
    """
    have, weight, order = read_ranked(access, people, rank)
    poorest, richest = palma_groups(weight, order, cuts)
    averages = [
        float(np.dot(have, part) / part.sum()) if part.any() else np.nan for part in (richest, poorest)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.float64(averages[0]) / np.float64(averages[1]))
    ranked = BY_ACCESS if rank is None else f"by {rank.name if rank.name is not None else 'rank'}"
    return Palma(ratio, ranked, *averages)


def poverty(access: pd.Series, people: pd.Series, *, line: float) -> pd.Series:
    """Measure how many have no more than a line, how much they lack, and how unevenly they lack it.

    The mean of ((line - x) / line)^a over all people, counting those at or below the line, for a = 0, 1, 2:
    Foster, Greer & Thorbecke 1984, doi:10.2307/1913475.

    Parameters
    ----------
    access, people
        As for `lorenz_curve`.
    line
        The access below which somebody has too little, above 0.

    Returns
    -------
    Series
        `headcount` (a = 0), `gap` (a = 1) and `severity` (a = 2), each 0-1.

    Raises
    ------
    InvalidValueError
        As for `lorenz_curve`, or the line is not a finite number above 0.
    """
    if not is_above_zero(line):
        raise InvalidValueError("poverty_line_unusable", line=line)
    have, weight, _ = read_ranked(access, people, None)
    lacking = np.maximum(line - have, 0.0) / line
    parts = ((have <= line).astype(float), lacking, lacking**2)
    return pd.Series(
        [float(np.dot(part, weight) / weight.sum()) for part in parts], index=[HEADCOUNT, GAP, SEVERITY]
    )


def _concentration(access: pd.Series, people: pd.Series, rank: pd.Series | None) -> float:
    curve = lorenz_curve(access, people, rank=rank)
    have = curve[ACCESS_SHARE].to_numpy()
    return float(1 - np.dot(np.diff(curve[PEOPLE_SHARE].to_numpy()), have[1:] + have[:-1]))
