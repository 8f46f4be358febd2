"""Work on columns of text value by value, each distinct value once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import pandas as pd

Read = TypeVar("Read")


def distinct(texts: pd.Series) -> list[str]:
    """List the distinct values of a column, in the order they first stand, missing ones left out."""
    return [str(text) for text in texts.dropna().drop_duplicates().to_numpy(dtype=object)]


def values(texts: pd.Series) -> list[str | None]:
    """List all values of a column; missing ones are None."""
    # An arrow-backed column that is walked value by value takes three microseconds each.
    return [text if isinstance(text, str) else None for text in texts.to_numpy(dtype=object)]


def read_each(texts: pd.Series, read: Callable[[str], Read | None]) -> list[Read | None]:
    """Read every value, each distinct one once; None where it is missing."""
    known: Mapping[str, Read | None] = {text: read(text) for text in distinct(texts)}
    return [None if text is None else known[text] for text in values(texts)]


def text_column(read: list[str | None], texts: pd.Series) -> pd.Series:
    """Return a column of text with the index of another."""
    return pd.Series(read, index=texts.index, dtype="str")
