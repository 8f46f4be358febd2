"""Read GeoJSON strictly (RFC 7946): what the standard forbids, or no JSON may hold, is refused."""

import json
import math
import re
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from geo.crs import WGS84
from geo.importing.refusals import UnreadableListError
from geo.importing.shapes import feature_table
from geo.importing.source_table import BLANK, SourceTable

MAX_DEPTH = 64
MAX_DIGITS = 400
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
POSITION = (2, 3, 4)
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
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_LON, _MAX_LAT = 180.0, 90.0
Json = dict[str, Any]


class _GeoJsonError(ValueError):
    """Carry what is wrong, in both languages, to where the file's name is known."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def read_geojson(data: bytes, *, file_name: str) -> list[SourceTable]:
    """Read a FeatureCollection, a Feature or a bare geometry.

    Parameters
    ----------
    data
        UTF-8, with or without a byte-order mark.
    file_name
        As the user has it.

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
    try:
        features = _features(_parse(data))
        shapes = np.array([_shape(feature["geometry"], number) for number, feature in features], dtype=object)
        records = [_record(feature) for _, feature in features]
    except _GeoJsonError as fault:
        raise UnreadableListError(
            zh=f"{file_name} 不是合格的 GeoJSON：{fault.zh}。请在 GIS 中重新导出。",
            en=f"{file_name} is no valid GeoJSON: {fault.en}. Export it again from the GIS.",
        ) from None
    return [
        feature_table(
            records,
            shapes,
            file_name=file_name,
            part=BLANK,
            kind="geojson",
            datum_hint=WGS84,
            encoding="utf-8",
        )
    ]


def _parse(data: bytes) -> Any:
    _require_shallow(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _GeoJsonError("文字编码不是 UTF-8", "it is not UTF-8") from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as fault:
        raise _GeoJsonError(
            f"第 {fault.lineno} 行第 {fault.colno} 个字符处不合 JSON 语法",
            f"line {fault.lineno}, letter {fault.colno} is no JSON",
        ) from None
    except RecursionError:
        raise _GeoJsonError("嵌套过深", "it is nested too deeply") from None


def _require_shallow(data: bytes) -> None:
    """Count the depth of brackets outside strings before the parser descends into them."""
    bare = np.frombuffer(_STRINGS.sub(b"", data), dtype=np.uint8)
    opened = np.isin(bare, (ord("["), ord("{"))).astype(np.int32)
    closed = np.isin(bare, (ord("]"), ord("}"))).astype(np.int32)
    if len(bare) and int(np.cumsum(opened - closed).max()) > MAX_DEPTH:
        raise _GeoJsonError(f"嵌套超过 {MAX_DEPTH} 层", f"it is nested deeper than {MAX_DEPTH}")


def _members(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _GeoJsonError(
            f"同一对象中“{_short(twice)}”出现两次", f"the key {_short(twice)!r} occurs twice in an object"
        )
    for name, value in pairs:
        for text in (name, *_texts(value)):
            if _SURROGATE.search(text):
                raise _GeoJsonError("含有不成对的代理字符", "it holds a lone surrogate")
    return members


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _refuse_constant(name: str) -> Any:
    raise _GeoJsonError(f"含有 {name}，JSON 不允许", f"it holds {name}, which JSON does not have")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _GeoJsonError(f"数 {_short(text)} 太大", f"the number {_short(text)} is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _GeoJsonError(f"数 {_short(text)} 太大", f"the number {_short(text)} is too large")
    return int(text)


def _short(text: str) -> str:
    return text[:20].encode("utf-8", "replace").decode()


def _features(root: Any) -> list[tuple[int, Json]]:
    kind = root.get("type") if isinstance(root, dict) else None
    if not isinstance(root, dict) or kind not in FORBIDDEN:
        raise _GeoJsonError(
            "最外层不是 FeatureCollection、Feature 或几何", "it is no FeatureCollection, Feature or geometry"
        )
    _require_crs(root)
    _require_members(root, 0)
    if kind == FEATURES:
        features = root.get("features")
        if not isinstance(features, list):
            raise _GeoJsonError("没有 features 数组", "it has no array of features")
        listed = list(enumerate(features, start=1))
    else:
        listed = [(1, root if kind == FEATURE else {"type": FEATURE, "geometry": root, "properties": None})]
    for number, feature in listed:
        _require_feature(feature, number)
    return listed


def _require_feature(feature: Any, number: int) -> None:
    if not isinstance(feature, dict) or feature.get("type") != FEATURE:
        raise _GeoJsonError(f"第 {number} 个对象不是 Feature", f"feature {number} is no Feature")
    _require_members(feature, number)
    if "geometry" not in feature or "properties" not in feature:
        raise _GeoJsonError(
            f"第 {number} 个对象缺 geometry 或 properties", f"feature {number} lacks geometry or properties"
        )
    if not isinstance(feature["properties"], dict | None):
        raise _GeoJsonError(
            f"第 {number} 个对象的 properties 不是对象", f"the properties of feature {number} are no object"
        )
    label = feature.get("id", BLANK)
    if isinstance(label, bool) or not isinstance(label, str | int | float):
        raise _GeoJsonError(
            f"第 {number} 个对象的 id 不是文字或数", f"the id of feature {number} is no text or number"
        )


def _require_members(thing: Json, number: int) -> None:
    strange = [name for name in FORBIDDEN[thing["type"]] if name in thing]
    if strange:
        raise _GeoJsonError(
            f"第 {number} 个对象（{thing['type']}）不应有 {strange[0]}",
            f"object {number}, a {thing['type']}, must not have {strange[0]}",
        )
    box = thing.get("bbox")
    if box is not None and not (
        isinstance(box, list) and len(box) in BOX_SIZES and all(map(_is_number, box))
    ):
        raise _GeoJsonError(
            f"第 {number} 个对象的 bbox 不是 4 或 6 个数",
            f"the bbox of object {number} is not 4 or 6 numbers",
        )


def _require_crs(root: Json) -> None:
    crs = root.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name", BLANK) if isinstance(properties, dict) else BLANK
    if not (isinstance(name, str) and SAME_CRS.search(name)):
        raise _GeoJsonError(
            "crs 不是 WGS-84", f"its crs {_short(str(name))!r} is not WGS-84, the only one allowed"
        )


def _record(feature: Json) -> Json:
    properties = dict(feature["properties"] or {})
    if "id" in feature:
        properties.setdefault("id", feature["id"])
    return properties


def _shape(geometry: Any, number: int) -> Any:
    if geometry is None:
        return None
    _require_geometry(geometry, number)
    try:
        return shapely.force_2d(shape(geometry))
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        raise _GeoJsonError(
            f"第 {number} 个对象的几何不成立", f"the geometry of feature {number} is impossible"
        ) from None


def _require_geometry(geometry: Any, number: int) -> None:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in {*DIMENSIONS, COLLECTION}:
        raise _GeoJsonError(
            f"第 {number} 个对象的几何类型未知", f"feature {number} has an unknown kind of geometry"
        )
    _require_members(geometry, number)
    if kind == COLLECTION:
        if not isinstance(geometry.get("geometries"), list):
            raise _GeoJsonError(f"第 {number} 个对象缺 geometries", f"feature {number} lacks geometries")
        for inner in geometry["geometries"]:
            _require_geometry(inner, number)
        return
    _require_positions(geometry.get("coordinates"), DIMENSIONS[kind], kind, number)


def _require_positions(coordinates: Any, depth: int, kind: str, number: int) -> None:
    if not isinstance(coordinates, list):
        raise _GeoJsonError(
            f"第 {number} 个对象的坐标不是数组", f"the coordinates of feature {number} are no array"
        )
    if depth:
        for inner in coordinates:
            _require_positions(inner, depth - 1, kind, number)
        line = depth == 1 and kind in SHORTEST
        closed = kind not in {"Polygon", "MultiPolygon"} or coordinates[:1] == coordinates[-1:]
        if line and (len(coordinates) < SHORTEST[kind] or not closed):
            raise _GeoJsonError(
                f"第 {number} 个对象的线太短或环未闭合", f"a line of feature {number} is too short or open"
            )
        return
    if len(coordinates) not in POSITION or not all(map(_is_number, coordinates)):
        raise _GeoJsonError(
            f"第 {number} 个对象的坐标不是 2 至 3 个数",
            f"a position of feature {number} is not 2 or 3 numbers",
        )
    if abs(coordinates[0]) > _MAX_LON or abs(coordinates[1]) > _MAX_LAT:
        raise _GeoJsonError(
            f"第 {number} 个对象的坐标不是经纬度（{coordinates[0]}, {coordinates[1]}）",
            f"a position of feature {number} is no degrees ({coordinates[0]}, {coordinates[1]})",
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
