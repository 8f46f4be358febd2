"""Write a frame as GeoJSON (RFC 7946)."""

import json
import math
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.arrays import Shapes
from geo.export.columns import (
    export_columns,
    plain_values,
    require_exportable,
    rounded_shapes,
    without_surrogates,
)
from geo.export.provenance import Provenance, as_json


def to_geojson(facilities: gpd.GeoDataFrame, *, about: Provenance) -> bytes:
    """Write facilities, or regions, as an RFC 7946 FeatureCollection, row by row in their order.

    Coordinates are WGS-84 with at most six decimals, exteriors counter-clockwise, holes clockwise. A row
    whose place is not known has the geometry null; what is missing or not a number is null. The id is the
    index, which is also the first property. The properties are those of `geo.fields.FIELDS`; the foreign
    member `provenance` says the source, how old, what was asked and what share is simulated.

    Parameters
    ----------
    facilities
        Any frame in WGS-84 with a unique index.
    about
        What the file says of itself; made for these very rows.

    Returns
    -------
    bytes
        UTF-8, one feature a line; `bbox` (west, south, east, north) is left out if nothing is located.

    Raises
    ------
    InvalidValueError
        The frame is not in WGS-84, an index label occurs twice, or `about` was made for other rows.
    """
    require_exportable(facilities, about)
    shapes = rounded_shapes(facilities)
    members = {"type": "FeatureCollection", "bbox": _bbox(shapes), "provenance": as_json(about)}
    head = ",\n".join(f"{_text(key)}:{_text(value)}" for key, value in members.items() if value is not None)
    features = ",\n".join(_features(facilities, shapes, about))
    return f'{{{head},\n"features":[\n{features}\n]}}\n'.encode()


def _bbox(shapes: Shapes) -> list[float] | None:
    bounds = shapely.total_bounds(shapes) if len(shapes) else np.array([math.nan])
    return [float(edge) for edge in bounds] if np.isfinite(bounds).all() else None


def _features(facilities: gpd.GeoDataFrame, shapes: Shapes, about: Provenance) -> list[str]:
    columns = export_columns(facilities.drop(columns=facilities.geometry.name), about)
    names = list(columns.columns)
    values = [plain_values(columns[name]) for name in names]
    geometries = ["null" if text is None else text for text in shapely.to_geojson(shapes)]
    return [
        f'{{"type":"Feature","id":{_text(str(label))},"geometry":{geometry},'
        f'"properties":{_text(dict(zip(names, row, strict=True)))}}}'
        for label, geometry, row in zip(facilities.index, geometries, zip(*values, strict=True), strict=True)
    ]


def _text(value: Any) -> str:
    """Write JSON; a lone surrogate, which UTF-8 cannot hold, becomes the replacement character."""
    return without_surrogates(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
