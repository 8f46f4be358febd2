"""How many bytes of memory values hold, each buffer counted once however many frames look into it."""

import gc
import sys
from collections.abc import Iterable
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any
from weakref import ReferenceType

import numpy as np
import pyarrow as pa
import shapely
from pandas.api.types import infer_dtype

# What belongs to the program, not to a value that leads to it, and what holds nothing.
_PROGRAM = (ModuleType, type, FunctionType, BuiltinFunctionType, CodeType)
_NOTHING = frozenset((*_PROGRAM, type(None), bool, ReferenceType))
# What leads nowhere.
_ENDS = frozenset((str, int, float, complex, bytes, bytearray))
_ARROW = (pa.Table, pa.RecordBatch, pa.ChunkedArray, pa.Array)
# Smaller things are counted where they are met; larger ones may be shared, and are known by their place.
_SHARED_FROM = 1024
# Measured: 144 bytes a point, 336 a box of five corners, 24 for each further corner.
_GEOMETRY_BYTES, _COORDINATE_BYTES = 140, 24


class Parts:
    """Hold what a value is made of: `shared` are bytes by where a buffer lies in memory, `own` all the rest.

    Parameters
    ----------
    values
        What is looked at, with all that can be reached from it.
    beside
        What is not counted and not looked into, as `Base` knows it; None for nothing.
    """

    def __init__(self, values: Iterable[object], beside: "Base | None" = None) -> None:
        self.shared: dict[int, int] = {}
        self.own = 0
        self.geometry: list[Any] = []
        self._beside = beside or NO_BASE
        # Held until the end, so that no other object takes the identity of one that was seen.
        self._seen: dict[int, object] = {}
        self._left: list[object] = list(values)
        while self._left:
            self._look_at(self._left.pop())
        self._seen.clear()

    @property
    def total(self) -> int:
        return self.own + sum(self.shared.values())

    def _look_at(self, thing: Any) -> None:
        kind, place = type(thing), id(thing)
        if kind in _NOTHING or place in self._seen or place in self._beside.places:
            return
        self._seen[place] = thing
        if kind in _ENDS:
            self._add(place, sys.getsizeof(thing))
        elif isinstance(thing, np.ndarray):
            self._look_at_array(thing)
        elif isinstance(thing, pa.Buffer):
            self._add_buffer(thing)
        elif isinstance(thing, _ARROW):
            self._left.extend(_inside(thing))
        elif isinstance(thing, shapely.Geometry):
            self._add(place, _geometry_bytes(thing))
        elif not isinstance(thing, _PROGRAM):
            self._add(place, _own_bytes(thing))
            self._left.extend(gc.get_referents(thing))

    def _look_at_array(self, array: Any) -> None:
        root = array
        while isinstance(root.base, np.ndarray):
            root = root.base
        if isinstance(root.base, (*_ARROW, pa.Buffer, bytes, bytearray)):
            self._left.append(root.base)
            return
        if id(root) in self.shared or id(root) in self._beside.places:
            return
        inside = 0
        if root.dtype == object:
            first = next((item for item in root.flat if item is not None), None)
            if isinstance(first, shapely.Geometry):
                self.geometry.append(root)
                inside = _geometry_bytes(self._beside.without(root))
            elif isinstance(first, str) and infer_dtype(root, skipna=True) == "string":
                inside = sum(map(sys.getsizeof, {id(text): text for text in root.flat}.values()))
            else:
                self._left.extend(root.flat)
        self._seen[id(root)] = root
        self._add(id(root), root.nbytes + inside)

    def _add_buffer(self, buffer: pa.Buffer) -> None:
        while buffer.parent is not None:
            buffer = buffer.parent
        if buffer.address not in self._beside.places:
            self._add(buffer.address, buffer.size)

    def _add(self, place: int, size: int) -> None:
        if size < _SHARED_FROM:
            self.own += size
        else:
            self.shared[place] = size


class Base:
    """Know what data are made of that stay anyway, so that what others share with them is not counted.

    Parameters
    ----------
    values
        The data.
    """

    def __init__(self, values: Iterable[object] = ()) -> None:
        self._values = list(values)
        self.places: frozenset[int] = frozenset()
        self._geometry = np.zeros(0, np.intp)
        self._inside: frozenset[int] | None = None
        self.bytes = 0
        self.look_again()

    def look_again(self) -> None:
        """Look again at data some of which were read only later."""
        inside = near_parts(*self._values)
        if not self._values or (self._inside is not None and inside <= self._inside):
            return
        parts = Parts(self._values)
        self.places = frozenset(parts.shared) | frozenset(map(id, self._values))
        ids = [np.fromiter(map(id, shapes.flat), np.intp, shapes.size) for shapes in parts.geometry]
        self._geometry = np.sort(np.concatenate(ids)) if ids else self._geometry
        self._inside, self.bytes = inside, parts.total

    def without(self, shapes: Any) -> Any:
        """Leave out of an array of geometry what is the data's own."""
        if not len(self._geometry):
            return shapes
        ids = np.fromiter(map(id, shapes.flat), np.intp, shapes.size)
        place = np.minimum(np.searchsorted(self._geometry, ids), len(self._geometry) - 1)
        return shapes.ravel()[self._geometry[place] != ids]


def held_bytes(*values: object) -> int:
    """Count the bytes that values hold together.

    Arrays, frames, arrow tables, geometry and whatever leads to them are counted; a buffer that several look
    into is counted once, and as a whole even where only a part of it is looked at: that is what is kept.
    Memory that a library does not show, such as the inner tree of a scipy cKDTree, is not seen. Geometry is
    estimated from its coordinates.

    Parameters
    ----------
    *values
        Anything.

    Returns
    -------
    int
        Bytes.
    """
    return Parts(values).total


def near_parts(*values: object) -> frozenset[int]:
    """Return the identities of what values lead to at once; an object that finds more changes them."""
    near = gc.get_referents(*values)
    # What an object finds later stands in its dict, which stays the same one.
    return frozenset(map(id, (*near, *gc.get_referents(*(part for part in near if type(part) is dict)))))


def _inside(thing: Any) -> Iterable[object]:
    if isinstance(thing, pa.Table | pa.RecordBatch):
        return list(thing.columns)
    if isinstance(thing, pa.ChunkedArray):
        return list(thing.chunks)
    inner = [thing.dictionary] if pa.types.is_dictionary(thing.type) else []
    return [*(buffer for buffer in thing.buffers() if buffer is not None), *inner]


def _geometry_bytes(shapes: Any) -> int:
    known = np.count_nonzero(~shapely.is_missing(shapes))
    coordinates = shapely.get_num_coordinates(shapes).sum()
    return int(known * _GEOMETRY_BYTES + coordinates * _COORDINATE_BYTES)


def _own_bytes(thing: Any) -> int:
    """Return the size of an object without what it leads to; of an index of pandas, with its hash table."""
    module = type(thing).__module__
    if module.startswith("pandas._libs.index"):
        return int(getattr(thing, "sizeof", int)())
    # Frames call all that they lead to their own size.
    return object.__sizeof__(thing) if module.startswith(("pandas", "geopandas")) else sys.getsizeof(thing)


NO_BASE = Base()
