"""What measures of equity are made from, checked: access, people and rank of the places people live in."""

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.errors import InvalidValueError, Message, some


def read_ranked(
    access: pd.Series, people: pd.Series, rank: pd.Series | None
) -> tuple[Floats, Floats, Floats]:
    """Return access, people and rank of the places where people live, lowest rank first."""
    have, weight = read_access(access, people)
    order = have
    if rank is not None:
        require_like(rank, access, what="rank")
        order = _numbers(rank)
        lost = ~np.isfinite(order) & (weight > 0)
        if lost.any():
            raise InvalidValueError("rank_missing", places=some(access.index[lost]))
    lived = np.flatnonzero(weight > 0)
    lived = lived[np.argsort(order[lived], kind="stable")]
    return have[lived], weight[lived], order[lived]


def read_access(access: pd.Series, people: pd.Series) -> tuple[Floats, Floats]:
    """Read access and people, and name every fault of both at once."""
    require_like(people, access, what="people")
    have, weight = _numbers(access), _numbers(people)
    lived = ~(weight == 0)
    found = {
        Message("people_missing"): ~np.isfinite(weight),
        Message("people_negative"): weight < 0,
        Message("access_missing"): ~np.isfinite(have) & lived,
        Message("access_negative"): (have < 0) & lived,
    }
    faults = [
        Message("fault_for_places", fault=fault, places=some(access.index[rows]))
        for fault, rows in found.items()
        if rows.any()
    ]
    if faults:
        raise InvalidValueError("access_unusable", faults=faults)
    if not lived.any():
        raise InvalidValueError("nobody_anywhere")
    return np.where(lived, have, 0.0), weight


def _numbers(values: pd.Series) -> Floats:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def require_like(series: pd.Series, access: pd.Series, *, what: str) -> None:
    """Raise unless a series has the labels of access, in the same order."""
    if not series.index.equals(access.index):
        raise InvalidValueError("not_indexed_like_access", what=what)
