"""What measures of equity are made from, checked: access, people and rank of the places people live in."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InvalidValueError

Floats = npt.NDArray[np.float64]

LABELS_NAMED = 5


def read_ranked(
    access: pd.Series, people: pd.Series, rank: pd.Series | None
) -> tuple[Floats, Floats, Floats]:
    """Give access, people and rank of the places where people live, lowest rank first."""
    have, weight = read_access(access, people)
    order = have
    if rank is not None:
        require_like(rank, access, what="rank")
        order = _numbers(rank)
        lost = ~np.isfinite(order) & (weight > 0)
        if lost.any():
            raise InvalidValueError(
                f"rank is missing or infinite for {some_labels(access.index[lost])}; "
                "give a number where people live."
            )
    lived = np.flatnonzero(weight > 0)
    lived = lived[np.argsort(order[lived], kind="stable")]
    return have[lived], weight[lived], order[lived]


def read_access(access: pd.Series, people: pd.Series) -> tuple[Floats, Floats]:
    """Read access and people, and name every fault of both at once."""
    require_like(people, access, what="people")
    have, weight = _numbers(access), _numbers(people)
    lived = ~(weight == 0)
    found = {
        "people is missing or no finite number": ~np.isfinite(weight),
        "people is negative": weight < 0,
        "access is missing or infinite": ~np.isfinite(have) & lived,
        "access is negative": (have < 0) & lived,
    }
    faults = [f"{fault} for {some_labels(access.index[rows])}" for fault, rows in found.items() if rows.any()]
    if faults:
        raise InvalidValueError(f"{'; '.join(faults)}. Give finite numbers of 0 or more where people live.")
    if not lived.any():
        raise InvalidValueError("nobody lives in any of the places; give people for at least one of them.")
    return np.where(lived, have, 0.0), weight


def _numbers(values: pd.Series) -> Floats:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def require_like(series: pd.Series, access: pd.Series, *, what: str) -> None:
    """Raise unless a series has the labels of access, in the same order."""
    if not series.index.equals(access.index):
        raise InvalidValueError(f"{what} is not indexed like access; give one value for each of its places.")


def some_labels(labels: pd.Index) -> str:
    """Name the first labels and how many more there are."""
    more = len(labels) - LABELS_NAMED
    return ", ".join(map(str, labels[:LABELS_NAMED])) + (f" and {more} more" if more > 0 else "")
