"""Lists of candidates that visitors handed over: kept by what is in them, the oldest of many let go."""

import hashlib
import threading
from collections import OrderedDict

import pandas as pd

from geo.planning.candidate_list import read_candidate_list

LISTS_KEPT = 16
_kept: OrderedDict[str, pd.DataFrame] = OrderedDict()
_keeping = threading.Lock()


def keep(content: bytes) -> str:
    """Read a list of candidates, keep it, and give its name.

    Raises
    ------
    InvalidValueError
        It is no list; see `geo.planning.candidate_list`.
    """
    rows, name = read_candidate_list(content), hashlib.sha256(content).hexdigest()
    with _keeping:
        _kept[name] = rows
        _kept.move_to_end(name)
        while len(_kept) > LISTS_KEPT:
            _kept.popitem(last=False)
    return name


def find(name: str) -> pd.DataFrame | None:
    """Give a list that is kept; None where it is not, or no more."""
    with _keeping:
        return _kept.get(name)
