"""Share whole things out exactly: by largest remainder, never by chance."""

import numpy as np
import pandas as pd


def apportion(total: int, weights: pd.Series) -> pd.Series:
    """Share `total` out in proportion to `weights` by the largest remainder (Hamilton's method).

    Parameters
    ----------
    total
        How many things there are.
    weights
        Not negative, not all zero.

    Returns
    -------
    Series
        Whole numbers summing to `total`, indexed like `weights`; equal remainders go to the earlier row.
    """
    quota = total * weights.to_numpy(dtype=float) / weights.sum()
    whole = np.floor(quota).astype("int64")
    order = np.argsort(-(quota - whole), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return pd.Series(whole, index=weights.index)


def remaining(quota: pd.Series, *, by_county: pd.Series, by_prefecture: pd.Series) -> pd.Series:
    """Take the known facilities out of the counties' quotas.

    Parameters
    ----------
    quota
        Whole numbers by county adcode.
    by_county, by_prefecture
        How many are known in a county; how many are known in a prefecture without their county. The latter
        are taken from the prefecture's counties in proportion to what these still have.

    Returns
    -------
    Series
        Whole numbers, not negative, indexed like `quota`.

    Raises
    ------
    ValueError
        More are known somewhere than the quota holds.
    """
    left = quota - by_county.reindex(quota.index, fill_value=0)
    for prefecture, known in by_prefecture.items():
        counties = left.index.str[:4] == str(prefecture)[:4]
        left[counties] -= apportion(int(known), left[counties].clip(lower=0))
    if (left < 0).any():
        raise ValueError(f"more facilities are known than the quota of {', '.join(left.index[left < 0])}")
    return left


def deal(rng: np.random.Generator, shares: dict[str, float], rows: pd.Index) -> pd.Series:
    """Draw for every row one of the keys of `shares`: exact counts by largest remainder, order by chance."""
    counts = apportion(len(rows), pd.Series(shares, dtype=float))
    dealt = np.repeat(counts.index.to_numpy(), counts.to_numpy())
    return pd.Series(dealt[shuffled(rng, len(rows))], index=rows, dtype="str")


def draw_some(rng: np.random.Generator, count: int, rows: pd.Index) -> pd.Index:
    """Draw `count` of `rows` by chance, each as likely as any other, in the order of `rows`."""
    return rows[np.sort(shuffled(rng, len(rows))[:count])]


def shuffled(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return 0 … count - 1 in an order of chance.

    It is made of uniform numbers alone, whose stream numpy promises to keep; `permutation` may change.
    """
    return np.argsort(rng.random(count), kind="stable")
