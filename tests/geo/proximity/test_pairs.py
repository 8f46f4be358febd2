"""Homes within reach of places: the compiled search and the tree list the same pairs."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from geo.proximity import grid, pairs
from geo.proximity.pairs import HomeIndex

pytest.importorskip("numba")


def scattered(seed, count):
    return np.random.default_rng(seed).uniform((107, 22), (109, 24), (count, 2)).T


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 9999), homes=st.integers(1, 60), within_m=st.floats(0, 90_000))
def test_the_grid_and_the_tree_list_the_same_homes(seed, homes, within_m):
    grid.load_kernels()
    home, site = scattered(seed, homes), scattered(seed + 1, 12)
    site = np.hstack([site, home[:, :1]])
    by_grid = HomeIndex(*home).reach(*site, within_m=within_m)
    by_tree = HomeIndex(*home, compile_kernels=False).reach(*site, within_m=within_m)
    assert (by_grid.indptr == by_tree.indptr).all()
    assert (by_grid.indices == by_tree.indices).all()
    np.testing.assert_allclose(by_grid.data, by_tree.data, atol=1e-6)
    assert by_grid[:, [12]].nnz >= 1


def test_few_homes_ask_for_no_compiler(monkeypatch):
    monkeypatch.setattr(pairs, "kernels", lambda _rows: None)
    assert HomeIndex(*scattered(1, 5)).reach(*scattered(2, 3), within_m=1.0).nnz == 0
