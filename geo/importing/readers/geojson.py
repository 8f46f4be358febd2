"""Read GeoJSON strictly (RFC 7946): what the standard forbids, or no JSON may hold, is refused."""

import re
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from geo.geodesy.datums import WGS84
from geo.importing.errors import ROWS, VERTICES, UnreadableListError
from geo.importing.readers.budget import Budget
from geo.importing.readers.shapes import feature_table
from geo.importing.readers.strict_json import Json, JsonFaultError, parse_strictly, short_text
from geo.importing.source_table import BLANK, SourceTable

DIMENSIONS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
COLLECTION, FEATURE, FEATURES = "GeometryCollection", "Feature", "FeatureCollection"
SHORTEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
POSITION = (2, 3)
BOX_SIZES = (4, 6)
# RFC 7946, 7.1: members of one kind of object that another must not have.
FORBIDDEN = {
    FEATURES: ("coordinates", "geometries", "geometry", "properties"),
    FEATURE: ("coordinates", "geometries", "features"),
    COLLECTION: ("coordinates", "geometry", "properties", "features"),
    **dict.fromkeys(DIMENSIONS, ("geometries", "geometry", "properties", "features")),
}
# The old standard's member; what says WGS-84 in other words does no harm.
SAME_CRS = re.compile(r"(?i)(crs:?84|epsg:{1,2}(4326|4490))$")
_MAX_LON, _MAX_LAT = 180.0, 90.0


def read_geojson(data: bytes, *, budget: Budget) -> list[SourceTable]:
    """Read a FeatureCollection, a Feature or a bare geometry.

    Parameters
    ----------
    data
        UTF-8, with or without a byte-order mark.
    budget
        Names the file and counts what it gives.

    Returns
    -------
    list
        One table; a feature's `id` becomes the column `id` where its properties have none.

    Raises
    ------
    UnreadableListError
        The file is not strict JSON (NaN, a number too large, a key twice, a lone surrogate, too deep) or not
        what RFC 7946 allows; the first fault is named with the feature that has it.
    """
    file_name = budget.file_name
    try:
        features = _features(parse_strictly(data))
        budget.require(ROWS, len(features))
        shapes = np.empty(len(features), dtype=object)
        shapes[:] = [
            _shape(feature["geometry"], number) for number, feature in budget.each(features, len(features))
        ]
        budget.take(VERTICES, int(shapely.get_num_coordinates(shapes).sum()))
        records = [_record(feature) for _, feature in features]
    except JsonFaultError as fault:
        raise UnreadableListError("geojson_invalid", file_name=file_name, fault=fault) from None
    return [
        feature_table(
            records,
            shapes,
            budget=budget,
            part=BLANK,
            kind="geojson",
            datum_hint=WGS84,
            encoding="utf-8",
        )
    ]


def _features(root: Any) -> list[tuple[int, Json]]:
    kind = root.get("type") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(kind, str) or kind not in FORBIDDEN:
        raise JsonFaultError("geojson_no_features_object")
    _require_crs(root)
    _require_members(root, 0)
    if kind == FEATURES:
        features = root.get("features")
        if not isinstance(features, list):
            raise JsonFaultError("geojson_no_array")
        listed = list(enumerate(features, start=1))
    else:
        listed = [(1, root if kind == FEATURE else {"type": FEATURE, "geometry": root, "properties": None})]
    for number, feature in listed:
        _require_feature(feature, number)
    return listed


def _require_feature(feature: Any, number: int) -> None:
    if not isinstance(feature, dict) or feature.get("type") != FEATURE:
        raise JsonFaultError("feature_is_none", number=number)
    _require_members(feature, number)
    if "geometry" not in feature or "properties" not in feature:
        raise JsonFaultError("feature_lacks_members", number=number)
    if not isinstance(feature["properties"], dict | None):
        raise JsonFaultError("feature_properties", number=number)
    label = feature.get("id", BLANK)
    if isinstance(label, bool) or not isinstance(label, str | int | float):
        raise JsonFaultError("feature_id", number=number)


def _require_members(thing: Json, number: int) -> None:
    strange = [name for name in FORBIDDEN[thing["type"]] if name in thing]
    if strange:
        raise JsonFaultError("object_must_not_have", number=number, kind=thing["type"], member=strange[0])
    box = thing.get("bbox")
    if "bbox" in thing and not (
        isinstance(box, list) and len(box) in BOX_SIZES and all(map(_is_number, box))
    ):
        raise JsonFaultError("object_bbox", number=number)


def _require_crs(root: Json) -> None:
    crs = root.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name", BLANK) if isinstance(properties, dict) else BLANK
    if not (isinstance(name, str) and SAME_CRS.search(name)):
        raise JsonFaultError("geojson_crs", name=short_text(str(name)))


def _record(feature: Json) -> Json:
    properties = dict(feature["properties"] or {})
    if "id" in feature:
        properties.setdefault("id", feature["id"])
    return properties


def _shape(geometry: Any, number: int) -> Any:
    if geometry is None:
        return None
    flat = _flat_geometry(geometry, number)
    # RFC 7946, 3.1: no coordinates at all may be taken for no place.
    if flat.get("coordinates") == []:
        return None
    try:
        return shape(flat)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        raise JsonFaultError("geometry_impossible", number=number) from None


def _flat_geometry(geometry: Any, number: int) -> Json:
    """Return a geometry without heights, after checking all of it."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(kind, str) or kind not in {*DIMENSIONS, COLLECTION}:
        raise JsonFaultError("geometry_unknown", number=number)
    _require_members(geometry, number)
    if kind == COLLECTION:
        if not isinstance(geometry.get("geometries"), list):
            raise JsonFaultError("geometries_missing", number=number)
        return {
            "type": kind,
            "geometries": [_flat_geometry(inner, number) for inner in geometry["geometries"]],
        }
    return {
        "type": kind,
        "coordinates": _flat_positions(geometry.get("coordinates"), DIMENSIONS[kind], kind, number),
    }


def _flat_positions(coordinates: Any, depth: int, kind: str, number: int) -> list[Any]:
    if not isinstance(coordinates, list):
        raise JsonFaultError("coordinates_no_array", number=number)
    if not coordinates and depth == DIMENSIONS[kind]:
        return []
    if depth:
        flat = [_flat_positions(inner, depth - 1, kind, number) for inner in coordinates]
        line = depth == 1 and kind in SHORTEST
        closed = kind not in {"Polygon", "MultiPolygon"} or coordinates[:1] == coordinates[-1:]
        if line and (len(coordinates) < SHORTEST[kind] or not closed):
            raise JsonFaultError("line_too_short", number=number)
        return flat
    if len(coordinates) not in POSITION or not all(map(_is_number, coordinates)):
        raise JsonFaultError("position_length", number=number)
    lon, lat = coordinates[:2]
    if abs(lon) > _MAX_LON or abs(lat) > _MAX_LAT:
        pair = f"{short_text(str(lon))}, {short_text(str(lat))}"
        raise JsonFaultError("position_no_degrees", number=number, pair=pair)
    return [lon, lat]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
