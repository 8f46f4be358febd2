"""Which counties lag, and whether the list of the worst holds at other thresholds and for others."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.coverage.people import SHARE, TOTAL, WHO
from geo.coverage.shares import THRESHOLD_M, covered_people
from geo.errors import InvalidValueError
from geo.schema import ADCODE, COUNTY_LEVEL, LEVEL

RANK, STAYING = "rank", "staying"
RANKING_THRESHOLDS_M = (500.0, 800.0, 1000.0, 1500.0)
WORST = 10

_ORDER = "order"
# Shares are quotients of sums: what differs by less than a billionth is equal.
_DIGITS = 9


def worst_counties(
    distance_m: pd.Series,
    demand: pd.DataFrame,
    *,
    regions: pd.DataFrame,
    thresholds_m: Iterable[float] = RANKING_THRESHOLDS_M,
    worst: int = WORST,
) -> pd.DataFrame:
    """List the counties with the least covered share under several thresholds and for all who count.

    Parameters
    ----------
    distance_m, demand, regions
        As `geo.coverage.shares.covered_people` takes them.
    thresholds_m
        Metres.
    worst
        How many to list.

    Returns
    -------
    DataFrame
        Indexed by `who`, `threshold_m` and `rank` (1 is the worst): `adcode` and `share`. Of equal shares the
        county with more people comes first, then the lower code. Counties where nobody lives are
        left out.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.shares.covered_people`, or fewer than 1 to list.
    """
    if worst < 1:
        raise InvalidValueError("worst_number_unusable", count=worst)
    counties = regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    return rank_counties(
        covered_people(distance_m, demand, regions=counties, thresholds_m=thresholds_m), worst=worst
    )


def rank_counties(covered: pd.DataFrame, *, worst: int = WORST) -> pd.DataFrame:
    """List the counties with the least covered share, as `worst_counties`, from what was counted already.

    Parameters
    ----------
    covered
        Counties alone, as `geo.coverage.shares.covered_people` or `geo.coverage.profile.covered_at` counts
        them.
    worst
        How many to list.
    """
    coverage = covered[covered[TOTAL] > 0].reset_index()
    coverage[_ORDER] = coverage[SHARE].round(_DIGITS)
    ranked = coverage.sort_values(
        [WHO, THRESHOLD_M, _ORDER, TOTAL, ADCODE], ascending=[True, True, True, False, True], kind="stable"
    )
    ranked[RANK] = ranked.groupby([WHO, THRESHOLD_M]).cumcount() + 1
    return ranked[ranked[RANK] <= worst].set_index([WHO, THRESHOLD_M, RANK])[[ADCODE, SHARE]]


def county_ranks(share: Floats, people: Floats) -> Floats:
    """Rank counties by what share of one kind of people is covered, 1 for the least, as `rank_counties`.

    Parameters
    ----------
    share, people
        Of each county, in the order of their codes: 0-1, and persons.

    Returns
    -------
    ndarray
        The rank of each; missing where nobody lives.
    """
    living = np.flatnonzero(people > 0)
    order = living[np.lexsort([-people[living], np.round(share[living], _DIGITS)])]
    ranks = np.full(len(share), np.nan)
    ranks[order] = np.arange(1, len(order) + 1)
    return ranks


def staying_counties(worst: pd.DataFrame, *, who: str, threshold_m: float) -> pd.Series:
    """Count how many of one list of the worst stay among the worst on each of the other lists.

    Parameters
    ----------
    worst
        What `worst_counties` gives.
    who, threshold_m
        The list that the others are compared with.

    Returns
    -------
    Series
        Indexed by `who` and `threshold_m`, named `staying`: counties, for the list itself its length.

    Raises
    ------
    InvalidValueError
        There is no such list.
    """
    lists = worst.reset_index(RANK)
    if (who, threshold_m) not in lists.index:
        raise InvalidValueError("ranking_not_made", who=who, metres=threshold_m)
    base = lists.xs((who, threshold_m))[ADCODE]
    return lists[ADCODE].isin(set(base)).groupby(level=[WHO, THRESHOLD_M]).sum().rename(STAYING)
