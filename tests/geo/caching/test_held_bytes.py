"""What values hold in memory: every buffer once, whatever looks into it."""

import ctypes
import sys
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings

from geo.caching.held_bytes import Base, Parts, held_bytes

MILLION = 1_000_000
# What the frames, tuples and names around the buffers weigh.
AROUND = 20_000
MALLINFO = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


def _about(size):
    return pytest.approx(size, abs=AROUND)


def test_an_array_weighs_its_bytes_and_a_view_of_it_nothing_more():
    numbers = np.zeros(MILLION)
    assert held_bytes(numbers) == _about(8 * MILLION)
    assert held_bytes(numbers, numbers[5:], numbers.reshape(1000, -1), [numbers.T]) == _about(8 * MILLION)


def test_a_small_view_keeps_the_whole_array():
    assert held_bytes(np.zeros(MILLION)[:3]) == _about(8 * MILLION)


@pytest.mark.parametrize("dtype", ["float32", "int8", "float64", "bool"])
def test_columns_weigh_what_their_dtype_says(dtype):
    frame = pd.DataFrame({name: np.zeros(MILLION, dtype) for name in "abc"})
    assert held_bytes(frame) == _about(3 * MILLION * np.dtype(dtype).itemsize)


def test_a_column_of_a_frame_is_counted_with_its_frame():
    frame = pd.DataFrame({"a": np.zeros(MILLION), "b": np.ones(MILLION)})
    assert held_bytes(frame, frame["a"], frame[["a", "b"]]) == _about(16 * MILLION)
    assert held_bytes(frame, frame.copy()) == _about(32 * MILLION)


def test_missing_values_and_categories_are_counted():
    masked = pd.Series(pd.arrays.IntegerArray(np.zeros(MILLION, np.int64), np.zeros(MILLION, bool)))
    assert held_bytes(masked) == _about(9 * MILLION)
    assert held_bytes(pd.Series(pd.Categorical(["a", "b"] * (MILLION // 2)))) == _about(MILLION)


def test_text_in_arrow_is_counted_once_however_it_is_cut():
    text = pd.Series(["一二三四"] * 100_000, dtype="str")
    whole = held_bytes(text)
    assert whole == pytest.approx(100_000 * (12 + 8), rel=0.1)
    assert held_bytes(text, text.iloc[10:20]) == _about(whole)
    table = pa.table(
        {"a": np.arange(MILLION), "b": pa.array(["x"] * 10).dictionary_encode().take([0] * MILLION)}
    )
    assert held_bytes(table, table.slice(5, 7)) == pytest.approx(table.get_total_buffer_size(), rel=0.01)


def test_texts_in_an_array_of_objects_are_counted_once_each():
    text = "一二三四" * 50
    texts = np.array([text, None, text + "!", text] * 1000, dtype=object)
    # Two texts, however often they stand there.
    assert held_bytes(texts) == pytest.approx(4000 * 8 + 2 * 474, abs=200)
    assert held_bytes(np.array([text + str(number) for number in range(1000)], dtype=object)) > 1000 * 474


def test_an_array_over_arrow_weighs_the_arrow_buffer():
    column = pa.array(np.arange(MILLION))
    assert held_bytes(column.to_numpy(), column) == _about(8 * MILLION)


def test_labels_that_were_looked_up_weigh_their_hash_table():
    index = pd.Index(np.random.default_rng(1).permutation(MILLION))
    before = held_bytes(index)
    index.get_indexer([5])
    assert held_bytes(index) > before + 8 * MILLION


class Mallinfo(ctypes.Structure):
    """`struct mallinfo2` of glibc 2.33 and later."""

    _fields_ = [(name, ctypes.c_size_t) for name in MALLINFO]


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="asks glibc"
)
@pytest.mark.parametrize("kind", ["points", "boxes", "rings"])
def test_geometry_weighs_about_what_the_c_library_gave_for_it(kind):
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = Mallinfo
    corners = np.random.default_rng(1).random((20, 5001, 2))
    corners[:, -1] = corners[:, 0]
    lon, lat = corners.reshape(-1, 2).T
    make = {
        "points": lambda: shapely.points(lon, lat),
        "boxes": lambda: shapely.box(lon, lat, lon + 1, lat + 1),
        "rings": lambda: shapely.polygons(corners),
    }[kind]
    given, shapes = [], []
    for _ in range(2):
        # The first fills what the library had free already.
        before = ask()
        shapes.append(make())
        after = ask()
        given.append(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd)
    assert held_bytes(shapes[-1]) == pytest.approx(given[-1], rel=0.3)


@dataclass(frozen=True)
class Lazy:
    """Hold numbers, and more of them once they were asked for."""

    numbers: np.ndarray

    @cached_property
    def doubled(self):
        return 2 * self.numbers

    @cached_property
    def tripled(self):
        return 3 * self.numbers


def test_what_an_object_finds_later_is_seen_when_it_is_there():
    lazy = Lazy(np.zeros(MILLION))
    assert held_bytes(lazy) == _about(8 * MILLION)
    _ = lazy.doubled
    assert held_bytes(lazy) == _about(16 * MILLION)


def test_the_program_itself_and_rings_of_references_weigh_nothing():
    ring = [np, sys, held_bytes, Lazy]
    ring.append(ring)
    assert held_bytes(ring) < AROUND


@pytest.fixture
def homes():
    rng = np.random.default_rng(1)
    lon, lat = rng.random((2, 50_000))
    return gpd.GeoDataFrame({"people": lon * 7}, geometry=shapely.points(lon, lat), crs=4326)


def test_what_is_shared_with_the_base_is_not_counted(homes):
    base = Base([homes])
    assert base.bytes == _about(held_bytes(homes))
    assert Parts([homes, homes["people"], homes.geometry], base).total < AROUND
    # Rows taken out are numbers of their own and the same points.
    taken = homes[homes["people"] > 3.5]
    assert Parts([taken], base).total == _about(len(taken) * (8 + 8 + 8))
    assert Parts([shapely.buffer(homes.geometry.array, 0.1)], base).total > 50_000 * 100


def test_the_base_is_looked_at_again_when_it_has_read_more():
    lazy = Lazy(np.zeros(MILLION))
    base = Base([lazy])
    doubled = lazy.doubled
    assert Parts([doubled], base).total == _about(8 * MILLION)
    base.look_again()
    assert Parts([doubled], base).total == 0
    tripled = lazy.tripled
    base.look_again()
    assert Parts([tripled], base).total == 0


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(200, 3000), min_size=1, max_size=8), st.data())
def test_together_values_weigh_no_more_than_alone_and_no_less_than_any(sizes, data):
    arrays = [np.zeros(size) for size in sizes]
    groups = st.lists(st.sampled_from(arrays), max_size=5)
    one, other = data.draw(groups), data.draw(groups)
    exact = sum(array.nbytes for array in {id(each): each for each in (*one, *other)}.values())
    assert held_bytes(one, other) == pytest.approx(exact, abs=500)
    assert max(held_bytes(one), held_bytes(other)) <= held_bytes(one, other)
    assert held_bytes(one, other) <= held_bytes(one) + held_bytes(other)
