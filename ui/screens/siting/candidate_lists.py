"""Lists of candidates that visitors handed over: kept by what is in them, the oldest of many let go."""

import hashlib

import pandas as pd

from geo.caching.register import register
from geo.planning.candidate_list import read_candidate_list

_kept = register.cache(
    "lists of candidates", holds="Lists that visitors handed over.", most_entries=16, handed_over=True
)


def keep(content: bytes) -> str:
    """Read a list of candidates, keep it, and give its name.

    Raises
    ------
    InvalidValueError
        It is no list; see `geo.planning.candidate_list`.
    """
    rows, name = read_candidate_list(content), hashlib.sha256(content).hexdigest()
    _kept.put(name, rows)
    return name


def find(name: str) -> pd.DataFrame | None:
    """Return a list that is kept; None where it is not, or no more."""
    rows: pd.DataFrame | None = _kept.get(name)
    return rows
