"""The compiled loops give what scipy and shapely give, and their absence changes nothing but the time."""

import sys
from types import SimpleNamespace

import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.coverage import land as areas
from geo.kernels import loader
from geo.proximity import grid as places
from geo.proximity.nearest import nearest_place
from geo.proximity.within import PlaceIndex

pytest.importorskip("numba")
pytestmark = pytest.mark.slow
GRIDS = st.integers(1, 40)


def scattered(seed, count, *, step=None):
    lon, lat = np.random.default_rng(seed).uniform((107, 22), (109, 24), (count, 2)).T
    return (lon, lat) if step is None else (np.round(lon / step) * step, np.round(lat / step) * step)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9999), homes=GRIDS, sites=GRIDS, step=st.sampled_from([None, 0.25]))
def test_the_grid_and_the_tree_name_the_same_place(seed, homes, sites, step):
    home, site = scattered(seed, homes, step=step), scattered(seed + 1, sites, step=step)
    by_grid = nearest_place(*home, *site, compile_kernels=True)
    by_tree = nearest_place(*home, *site, compile_kernels=False)
    assert (by_grid[0] == by_tree[0]).all()
    np.testing.assert_allclose(by_grid[1], by_tree[1], atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 9999))
def test_the_order_and_the_company_of_homes_change_no_answer(seed):
    home, site = scattered(seed, 50), scattered(seed + 1, 20)
    order = np.random.default_rng(seed).permutation(50)
    whole = nearest_place(*home, *site, compile_kernels=True)
    mixed = nearest_place(home[0][order], home[1][order], *site, compile_kernels=True)
    alone = nearest_place(home[0][:1], home[1][:1], *site, compile_kernels=True)
    assert (whole[0][order] == mixed[0]).all()
    assert (whole[1][order] == mixed[1]).all()
    assert whole[1][0] == alone[1][0]


def raster(columns, rows, *, step=0.01):
    lon, lat = np.meshgrid(107.5 + step * np.arange(columns), 22.5 + step * np.arange(rows))
    return lon.ravel(), lat.ravel()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 9999), sites=GRIDS, step=st.sampled_from([None, 0.02]), columns=st.integers(1, 40))
def test_rows_of_a_raster_searched_together_find_what_each_home_finds_alone(seed, sites, step, columns):
    # Sites on the raster's own nodes make many a home as far from two, and some of no distance at all.
    home, site = raster(columns, 12), scattered(seed, sites, step=step)
    together = nearest_place(*home, *site, compile_kernels=True)
    by_tree = nearest_place(*home, *site, compile_kernels=False)
    order = np.random.default_rng(seed).permutation(len(home[0]))
    alone = nearest_place(home[0][order], home[1][order], *site, compile_kernels=True)
    assert (together[0] == by_tree[0]).all()
    np.testing.assert_allclose(together[1], by_tree[1], atol=1e-6)
    assert (together[0][order] == alone[0]).all()
    assert (together[1][order] == alone[1]).all()


def test_more_places_than_a_run_of_homes_can_look_at_are_searched_one_by_one():
    home = raster(40, 5)
    crowd = np.random.default_rng(4).normal((107.7, 22.52), 0.002, (3000, 2))
    by_grid, by_tree = (nearest_place(*home, *crowd.T, compile_kernels=way) for way in (True, False))
    assert (by_grid[0] == by_tree[0]).all()
    np.testing.assert_allclose(by_grid[1], by_tree[1], atol=1e-6)


def test_homes_far_outside_the_grid_of_places_find_theirs():
    site = scattered(3, 200)
    home = np.array([100.0, 118.0, 108.0, 108.0]), np.array([23.0, 23.0, 18.0, 29.0])
    by_grid, by_tree = (nearest_place(*home, *site, compile_kernels=way) for way in (True, False))
    assert (by_grid[0] == by_tree[0]).all()
    assert (by_grid[1] == by_tree[1]).all()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 9999), radius_m=st.floats(1, 90_000))
def test_the_grid_and_the_tree_mark_the_same_homes_within_reach(seed, radius_m):
    home, site = scattered(seed, 80), scattered(seed + 1, 5)
    radii_m = radius_m * np.linspace(0.5, 1, 5)
    by_tree = PlaceIndex(*home, compile_kernels=False).within(*site, radii_m)
    index, grid = places.grid_index(*home)
    by_grid = np.zeros(80, bool)
    places.load_kernels().mark_within(index, grid, *site, radii_m, by_grid)
    assert (by_grid == by_tree).all()


def test_a_home_at_exactly_the_radius_is_within_and_a_micrometre_less_leaves_it_out():
    home, site = (np.array([108.0]), np.array([22.0])), (np.array([108.3]), np.array([22.1]))
    exact_m = nearest_place(*home, *site)[1]
    for way in (True, False):
        assert PlaceIndex(*home, compile_kernels=way).within(*site, exact_m).all()
        assert not PlaceIndex(*home, compile_kernels=way).within(*site, exact_m - 1e-6).any()


def test_without_numba_the_tree_answers(monkeypatch):
    home, site = scattered(5, 30), scattered(6, 10)
    expected = nearest_place(*home, *site, compile_kernels=True)
    monkeypatch.setitem(sys.modules, "geo.kernels.within", None)
    monkeypatch.setitem(sys.modules, "geo.kernels.nearest", None)
    monkeypatch.setattr(loader, "_imported", loader._imported.__wrapped__)
    assert places.load_kernels() is None
    found = nearest_place(*home, *site, compile_kernels=True)
    assert (found[0] == expected[0]).all()
    np.testing.assert_allclose(found[1], expected[1], atol=1e-6)


def test_without_a_folder_to_keep_them_in_the_loops_are_compiled_anew(monkeypatch):
    kernels = places.load_kernels()
    compile_it = kernels.numba.njit

    def njit(*, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compile_it(**options)

    monkeypatch.setattr(kernels, "numba", SimpleNamespace(njit=njit))
    monkeypatch.setattr(kernels, "LOOPS", [])
    assert kernels.compiled(lambda number: number + 1)(41) == 42


def squares(columns, rows, *, side_m=40_000.0, seed=0):
    """Give counties as a sheet of crooked four-cornered fields that share their corners."""
    random = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1) * side_m
    corners = corners + random.uniform(-0.2, 0.2, corners.shape) * side_m
    lon, lat = areas._transformer().transform(*(corners - side_m).T, direction="INVERSE")
    points = np.stack([lon, lat], axis=-1).transpose(1, 0, 2)
    return tuple(
        shapely.Polygon([points[r, c], points[r, c + 1], points[r + 1, c + 1], points[r + 1, c]])
        for r in range(rows)
        for c in range(columns)
    )


def both_ways_m2(seed, count, radius_m, *, segments):
    outlines = areas._outlines_of(squares(2, 2, seed=seed))
    lon, lat = np.random.default_rng(seed).uniform((107.6, 23.1), (108.8, 24.3), (count, 2)).T
    discs = areas.plane_discs(lon, lat)
    exact_m2 = areas.areas_by_arcs_m2(areas._area_kernels(10**9), discs, outlines, radius_m)
    return exact_m2, areas.areas_by_polygons_m2(discs, outlines, radius_m, segments=segments)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 9999), count=st.integers(1, 30), radius_km=st.sampled_from([1, 5, 20]))
def test_sums_round_the_edge_are_near_a_thousand_segments(seed, count, radius_km):
    exact_m2, drawn_m2 = both_ways_m2(seed, count, radius_km * 1000.0, segments=1024)
    np.testing.assert_allclose(exact_m2, drawn_m2, rtol=1e-5, atol=2e-6 * (radius_km * 1000.0) ** 2)


@pytest.mark.parametrize("radius_m", [8_000.0, 20_000.0])
def test_sums_round_the_edge_are_the_limit_of_many_segments(radius_m):
    exact_m2, drawn_m2 = both_ways_m2(11, 8, radius_m, segments=1 << 16)
    assert (exact_m2 > 0).sum() >= 2
    np.testing.assert_allclose(exact_m2, drawn_m2, rtol=1e-9)
