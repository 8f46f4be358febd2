"""Who counts, where each one lives, and sums of them for the counties and the regions above."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.arrays import Floats, Positions
from geo.errors import InvalidValueError, Message
from geo.schema import COUNTY, COUNTY_LEVEL, LEVEL, PARENT, PEOPLE, URBAN_PEOPLE, WORKERS, require_columns

WHO = "who"
WHO_COUNTS = (PEOPLE, URBAN_PEOPLE, WORKERS)
TOTAL, COVERED, LEFT_OUT, SHARE = "total", "covered", "left_out", "share"

# Wider than Guangxi is long.
MAX_THRESHOLD_M = 1_000_000.0
_COUNTIES_NAMED = 5


def require_thresholds(thresholds_m: Iterable[float]) -> Floats:
    """Return the thresholds in rising order, or raise unless each is a distance one may ask about.

    Raises
    ------
    InvalidValueError
        There is none, one stands twice, or one is not a number above 0 and at most `MAX_THRESHOLD_M`.
    """
    given = list(thresholds_m)
    if not all(isinstance(limit, int | float | np.number) and not isinstance(limit, bool) for limit in given):
        raise InvalidValueError("thresholds_no_numbers", given=given)
    limits_m = np.asarray(given, np.float64)
    with np.errstate(invalid="ignore"):
        strange = limits_m[~((limits_m > 0) & (limits_m <= MAX_THRESHOLD_M))]
    if len(strange):
        raise InvalidValueError("thresholds_unusable", thresholds=strange.tolist(), most=MAX_THRESHOLD_M)
    if not len(limits_m) or len(np.unique(limits_m)) < len(limits_m):
        raise InvalidValueError("thresholds_repeated", given=given)
    return np.sort(limits_m)


def is_above_zero(value: object) -> bool:
    """Return whether something is a finite number above 0; text, nothing and truth values are not."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return False
    return bool(0 < float(value) < np.inf)


def people_of(demand: pd.DataFrame) -> list[Floats]:
    """Return the people of each row, in the order of `WHO_COUNTS`, or raise unless all can be counted.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; a value is missing, negative or infinite; or nobody lives anywhere.
    """
    require_columns(demand, [*WHO_COUNTS, COUNTY], what="demand")
    weights = [_numbers(demand[who]) for who in WHO_COUNTS]
    faults = [
        Message(
            "people_column_unusable", who=who, rows=strange.sum(), first=demand.index[strange].tolist()[0]
        )
        for who, weight in zip(WHO_COUNTS, weights, strict=True)
        if (strange := ~((weight >= 0) & (weight < np.inf))).any()
    ]
    if faults:
        raise InvalidValueError("demand_unusable", faults=faults)
    if not weights[0].any():
        raise InvalidValueError("demand_without_people", count=len(demand))
    return weights


def county_positions(demand: pd.DataFrame, regions: pd.DataFrame) -> tuple[Positions, pd.Index]:
    """Return each demand row's county as a position in the index of counties, and that index.

    Raises
    ------
    MissingColumnError, InvalidValueError
        `regions` lacks a column, or a row's county is missing or not among them.
    """
    require_columns(regions, [LEVEL, PARENT], what="regions")
    counties = regions.index[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    # Each county is looked up once: there are a thousand times as many rows.
    code, adcodes = pd.factorize(demand[COUNTY])
    position = np.append(counties.get_indexer(pd.Index(adcodes)), -1)[code]
    if (position < 0).any():
        strange = demand[COUNTY][position < 0]
        named = sorted(strange.dropna().unique())[:_COUNTIES_NAMED] or Message("none")
        raise InvalidValueError("demand_in_other_counties", count=len(strange), counties=named)
    return position, counties


def binned(key: Positions, values: list[Floats], shape: tuple[int, int, int]) -> Floats:
    """Add up values by county and bin, one layer for everybody who counts."""
    cells = shape[1] * shape[2]
    sums = [np.bincount(key, value, minlength=cells) for value in values]
    return np.asarray(sums, np.float64).reshape(shape)


def summed_up(values: npt.NDArray[Any], counties: pd.Index, regions: pd.DataFrame) -> Floats:
    """Add values of the counties up to every region of the frame.

    Parameters
    ----------
    values
        Counties along the second axis, everybody who counts along the first.
    counties, regions
        As `county_positions` gives and takes them.

    Returns
    -------
    ndarray
        One-dimensional: regions in the order of their codes, then everybody who counts, then any further
        axes.
    """
    summed = np.zeros((len(regions), values.shape[0], *values.shape[2:]))
    for above in ancestors(counties, regions.index.sort_values(), regions):
        np.add.at(summed, above[above >= 0], np.moveaxis(values, 0, 1)[above >= 0])
    return summed.ravel()


def share_of(part: pd.Series, total: pd.Series) -> pd.Series:
    """Divide people by people; missing, not 0, where there is nobody."""
    share: pd.Series = part / total.where(total > 0)
    return share.clip(upper=1.0)


def shares(part: Floats, total: Floats) -> Floats:
    """Divide as `share_of` does, arrays by arrays."""
    share = np.divide(part, total, out=np.full(len(part), np.nan), where=total > 0)
    return np.asarray(np.minimum(share, 1.0))


def ancestors(counties: pd.Index, adcodes: pd.Index, regions: pd.DataFrame) -> list[Positions]:
    """Give, for the counties and each level above, where its code stands, -1 for not at all."""
    steps: list[Positions] = []
    above = counties
    while True:
        position = adcodes.get_indexer(above)
        if (position < 0).all():
            return steps
        steps.append(position)
        above = pd.Index(regions[PARENT].reindex(above))


def require_distances(distance_m: pd.Series, demand: pd.DataFrame) -> Floats:
    """Return the distances as an array, or raise unless they are those of this demand.

    Raises
    ------
    InvalidValueError
        The two differ in index, or a distance is missing or negative.
    """
    if len(distance_m) != len(demand) or not distance_m.index.equals(demand.index):
        raise InvalidValueError("distances_and_demand_differ", distances=len(distance_m), demand=len(demand))
    along_m = _numbers(distance_m)
    strange = ~(along_m >= 0)
    if strange.any():
        raise InvalidValueError(
            "distances_unusable", count=strange.sum(), first=demand.index[strange].tolist()[0]
        )
    return along_m


def _numbers(values: pd.Series) -> Floats:
    """Read numbers; what is none is missing."""
    read = pd.to_numeric(values, errors="coerce")
    numbers: Floats = read.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers
