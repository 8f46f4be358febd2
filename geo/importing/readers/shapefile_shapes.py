"""Read the shapes of a .shp by its bytes (ESRI Shapefile Technical Description, 1998), counted first.

What a list needs of a shape is its kind and a point on it. The rings of an area are therefore not sorted into
outlines and holes, which takes the square of their number: they stand in one polygon, the largest outline
first, and the count of edges crossed says what lies inside.
"""

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geo.arrays import Floats, Int64s, Shapes
from geo.errors import GeoDataError
from geo.importing.errors import ROWS, VERTICES
from geo.importing.readers.budget import Budget

MAGIC = b"\x00\x00\x27\x0a"
FILE_HEADER, RECORD_HEADER = 100, 8
NULL, POINT, LINE, AREA, POINTS, PATCH = 0, 1, 3, 5, 8, 31
# The same with heights or measures, which are 10 and 20 more.
KINDS = {base + more: base for base in (POINT, LINE, AREA, POINTS) for more in (0, 10, 20)}
KINDS |= {NULL: NULL, PATCH: PATCH}
BOX_END = 36
LINE_VERTICES, RING_VERTICES = 2, 3
STEP = 1_000


class BrokenShapeError(GeoDataError):
    """Carry what is wrong with a .shp to where the file's name is known."""


def read_shapes(content: bytes, *, budget: Budget, part: str) -> tuple[Shapes, list[str | None]]:
    """Read all shapes of a .shp.

    Parameters
    ----------
    content
        The whole .shp.
    budget
        Counts rows and vertices.
    part
        The name of the .shp, for the message.

    Returns
    -------
    tuple
        A shape for each record, missing where it has none, in the file's coordinates and without heights; and
        what each is called. Of an area all rings are in one polygon.

    Raises
    ------
    BrokenShapeError
        The file is no .shp, or a record is cut short or impossible.
    """
    if content[:4] != MAGIC:
        raise BrokenShapeError("shp_beginning")
    shapes: list[Any] = []
    kinds: list[str | None] = []
    for record in _records(content, budget):
        budget.take(ROWS, 1, where=part)
        try:
            base, starts, points = _layout(record)
        except (struct.error, ValueError, KeyError):
            raise _broken(len(shapes) + 1) from None
        budget.take(VERTICES, len(points), where=part)
        sound = len(points) and np.isfinite(points).all()
        kind, shape = _built(base, starts, points) if sound else (None, None)
        kinds.append(kind)
        shapes.append(shape)
    places = np.empty(len(shapes), dtype=object)
    places[:] = shapes
    return places, kinds


def _broken(number: int) -> BrokenShapeError:
    return BrokenShapeError("shape_broken", number=number)


def _records(content: bytes, budget: Budget) -> Iterator[memoryview]:
    """Return the content of each record; what the file's header says of its length is often wrong."""
    view, at, number = memoryview(content), FILE_HEADER, 0
    while at + RECORD_HEADER <= len(view):
        number += 1
        length = 2 * struct.unpack_from(">i", view, at + 4)[0]
        at += RECORD_HEADER
        if length < struct.calcsize("<i") or at + length > len(view):
            raise _broken(number)
        if number % STEP == 0:
            budget.step(at / len(view))
        yield view[at : at + length]
        at += length


def _layout(record: memoryview) -> tuple[int, Int64s, Floats]:
    """Return the kind of a record, where its parts start, and its points."""
    base = KINDS[struct.unpack_from("<i", record, 0)[0]]
    parts, count, at = 1, 1, 4
    if base == NULL:
        count = 0
    elif base == POINTS:
        count, at = struct.unpack_from("<i", record, BOX_END)[0], BOX_END + 4
    elif base != POINT:
        parts, count = struct.unpack_from("<2i", record, BOX_END)
        at = BOX_END + 8
    starts = np.zeros(1, dtype=np.int64)
    if base in {LINE, AREA, PATCH} and parts > 0:
        starts = np.frombuffer(record, "<i4", parts, at).astype(np.int64)
        # A multipatch also says of each part what it is.
        at += 4 * parts * (2 if base == PATCH else 1)
    if count < 0 or parts < 0 or starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] > count:
        raise ValueError("impossible parts")
    points = np.frombuffer(record, "<f8", 2 * count, at).reshape(-1, 2) if count else np.empty((0, 2))
    return base, starts, points


def _built(base: int, starts: Int64s, points: Floats) -> tuple[str | None, Any]:
    """Make a shape that has the kind's points on it, and say what the kind is called."""
    if base == POINT:
        return "Point", shapely.points(points[0])
    if base == POINTS:
        return "MultiPoint", shapely.multipoints(points)
    if base == PATCH:
        return "MultiPatch", shapely.multipoints(points)
    parts = np.split(points, starts[1:])
    if base == LINE:
        lines = [shapely.linestrings(part) for part in parts if len(part) >= LINE_VERTICES]
        return ("LineString" if len(lines) == 1 else "MultiLineString"), _or_points(lines, points)
    rings = [shapely.linearrings(part) for part in parts if len(part) >= RING_VERTICES]
    if not rings:
        return "Polygon", _or_points([], points)
    areas = np.array([_signed_area(part) for part in parts if len(part) >= RING_VERTICES])
    # Outlines run clockwise; where none does, all rings are taken for outlines.
    outlines = areas < 0 if (areas < 0).any() else np.ones(len(areas), dtype=bool)
    first = int(np.argmax(np.where(outlines, np.abs(areas), -1)))
    others = rings[:first] + rings[first + 1 :]
    return ("Polygon" if outlines.sum() == 1 else "MultiPolygon"), shapely.polygons(
        rings[first], others or None
    )


def _or_points(lines: list[Any], points: Floats) -> Any:
    if not lines:
        return shapely.multipoints(points)
    return lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)


def _signed_area(ring: Floats) -> float:
    # From the first corner: products of large coordinates would lose the area of a small ring.
    x, y = (ring - ring[0]).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
