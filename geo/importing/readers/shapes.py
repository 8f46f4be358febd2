"""Turn the shapes of map files into the two columns of a point, and their properties into text."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.arrays import Floats, Shapes
from geo.importing.errors import CELLS, COLUMNS, ROWS, UnreadableListError
from geo.importing.readers.budget import Budget
from geo.importing.source_table import (
    POINT_LAT,
    POINT_LON,
    ROW,
    SHAPE_KIND,
    Remark,
    SourceTable,
    no_left_out,
    unique_headers,
)
from geo.schema import WGS84

POINT = "Point"
# Datums that are WGS-84 within a metre, for places known to some ten metres at best.
SAME_DATUM_PARTS = (
    "wgs",
    "world geodetic system 1984",
    "cgcs2000",
    "china 2000",
    "china_2000",
    "china geodetic coordinate system 2000",
)


def feature_table(
    records: Sequence[Mapping[str, Any]],
    shapes: Shapes,
    *,
    budget: Budget,
    part: str,
    kind: str,
    shape_kinds: Sequence[str | None] | None = None,
    datum_hint: str | None = None,
    encoding: str | None = None,
    remarks: tuple[Remark, ...] = (),
) -> SourceTable:
    """Make the table of a map file: its properties as text, and a point for every shape.

    A line or polygon stands for a place by a point that lies on it; what it was stands in the column
    `geometry_kind`, which is left out where all are points.

    Parameters
    ----------
    records
        The properties of each feature.
    shapes
        One shape a feature, in degrees, missing where it has none.
    budget
        Names the file and counts what it gives.
    shape_kinds
        What each shape was in the file; what it is by itself if None.
    part, kind, datum_hint, encoding, remarks
        As `SourceTable` has them.

    Raises
    ------
    UnreadableListError
        There are more features or fields than a list has.
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    budget.require(ROWS, len(records), where=part)
    budget.require(COLUMNS, len(names), where=part)
    budget.take(CELLS, len(records) * len(names), where=part)
    index = pd.RangeIndex(1, len(records) + 1, name=ROW)
    columns = {
        header: pd.Series([property_text(record.get(name)) for record in records], index=index, dtype="str")
        for header, name in zip(unique_headers(names), names, strict=True)
    }
    kinds = shape_kinds or [None if shape is None else shape.geom_type for shape in shapes]
    spread = any(name not in {POINT, None} for name in kinds)
    if any(name is not None for name in kinds):
        places = _points_on(shapes)
        columns[POINT_LON] = _degrees_text(shapely.get_x(places), index)
        columns[POINT_LAT] = _degrees_text(shapely.get_y(places), index)
    if spread:
        columns[SHAPE_KIND] = pd.Series(kinds, index=index, dtype="str")
    return SourceTable(
        file_name=budget.file_name,
        part=part,
        kind=kind,
        rows=pd.DataFrame(columns, index=index),
        left_out=no_left_out(),
        datum_hint=datum_hint,
        encoding=encoding,
        remarks=remarks + ((Remark("shape_centres"),) if spread else ()),
    )


def property_text(value: Any) -> str | None:
    """Write a property as text; None and blank text are missing, lists and objects become JSON."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1 / np.finfo(float).eps else repr(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | dict | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def to_degrees(shapes: Shapes, crs: CRS | None, *, file_name: str) -> tuple[Shapes, tuple[Remark, ...]]:
    """Turn shapes of a declared coordinate system into degrees of WGS-84.

    Parameters
    ----------
    shapes
        In the file's coordinates.
    crs
        What the file declares; None where it declares nothing, and degrees are taken then.
    file_name
        For the message.

    Returns
    -------
    tuple
        The shapes, and remarks: `crs_converted` where they were moved, `crs_old_datum` where the datum is an
        old Chinese one, whose shift of some hundred metres is known roughly.

    Raises
    ------
    UnreadableListError
        No system is declared and the coordinates are no degrees, or the system cannot be converted.
    """
    known = shapes[shapely.is_geometry(shapes) & ~shapely.is_empty(shapes)]
    if crs is None:
        west, south, east, north = shapely.total_bounds(known) if len(known) else (0.0, 0.0, 0.0, 0.0)
        if west < -180 or east > 180 or south < -180 or north > 180:  # noqa: PLR2004
            raise UnreadableListError("crs_missing", file_name=file_name)
        return shapes, ()
    if crs.is_geographic and _is_same_datum(crs):
        return shapes, ()
    try:
        move = Transformer.from_crs(crs, WGS84, always_xy=True)
        moved = shapely.transform(shapely.force_2d(shapes), move.transform, interleaved=False)
    except (CRSError, RuntimeError, shapely.errors.ShapelyError) as fault:
        raise UnreadableListError(
            "crs_not_convertible", crs=crs.name, file_name=file_name, reason=fault
        ) from None
    remarks = (Remark("crs_converted", crs.name),)
    return moved, remarks if _is_same_datum(crs) else (*remarks, Remark("crs_old_datum", crs.name))


def read_crs(text: str | int, *, file_name: str) -> CRS:
    """Read a coordinate system from WKT or an EPSG code.

    Raises
    ------
    UnreadableListError
        It is neither.
    """
    try:
        return CRS.from_epsg(text) if isinstance(text, int) else CRS.from_wkt(text)
    except CRSError:
        raise UnreadableListError("crs_unreadable", file_name=file_name) from None


def _is_same_datum(crs: CRS) -> bool:
    datum = crs.datum.name.lower() if crs.datum else ""
    return any(part in datum for part in SAME_DATUM_PARTS)


def _points_on(shapes: Shapes) -> Shapes:
    """Return points as they are, and a point on every other shape; what has no place stays missing.

    GEOS cuts an area by one line at half its height and takes the middle of the widest piece inside, by the
    count of edges crossed: that takes time in proportion to the vertices, and a ring that crosses itself need
    not be made valid first, which may take their square.
    """
    places = np.array(shapes, dtype=object)
    places[~np.isfinite(shapely.bounds(places)).all(axis=1)] = None
    other = shapely.get_type_id(places) > 0
    places[other] = [_point_on(shape) for shape in places[other]]
    places[shapely.is_empty(places)] = None
    return places


def _point_on(shape: Any) -> Any:
    try:
        return shapely.point_on_surface(shape)
    except shapely.errors.ShapelyError:
        # An odd number of crossings, by rounding: a corner lies on the shape too.
        return shapely.Point(shapely.get_coordinates(shape)[0])


def _degrees_text(values: Floats, index: pd.Index) -> pd.Series:
    texts = [repr(float(value)) if np.isfinite(value) else None for value in values]
    return pd.Series(texts, index=index, dtype="str")
