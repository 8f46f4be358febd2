"""Read .kml, .kmz and .ovkml: every Placemark of every Folder; nothing outside the file is ever asked for."""

import html
import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from geo.crs import GCJ02, WGS84
from geo.importing.archives import read_members
from geo.importing.coordinate_texts import MAX_DEGREES
from geo.importing.refusals import UnreadableListError
from geo.importing.shapes import feature_table
from geo.importing.source_table import BLANK, FOLDER, MAX_ROWS, Remark, SourceTable

MAX_DEPTH = 64
ENDINGS = (".kml", ".ovkml")
FOLDERS = ("Folder", "Document")
SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")
# Plain children of a Placemark that say something of the place.
NAME_TAG, ADDRESS_TAG = "name", "address"
TEXTS = (NAME_TAG, ADDRESS_TAG, "description", "phoneNumber", "Snippet")
SMALLEST_RING = 4
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w-]+)[\"'][^>]*\?>")
_TAG = re.compile(r"<[^>]{1,500}>")
_OVITAL_NAME = re.compile(r"(?i)奥维|ovital|\.ovkm[lz](/|$)|\.ovkml$")
_OVITAL_TAG = re.compile(rb"(?i)ovital|<Ov[A-Z]\w+[\s>/]")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(p|tr|div)>")


def read_kml(data: bytes, *, file_name: str, packed: bool) -> list[SourceTable]:
    """Read all Placemarks of a file.

    The fields are those of the Placemark (`name`, `description`, …), of its ExtendedData, and `文件夹`,
    the names of the folders it stands in, joined by a slash. Descriptions of HTML lose their tags. The datum
    suggested is GCJ-02 where 奥维 (Ovital) wrote the file, as its ending, its name or its own tags tell; else
    WGS-84, which the standard prescribes (OGC KML 2.3, 9.1.3.1). The evidence decides.

    Parameters
    ----------
    data
        The whole file.
    file_name
        As the user has it.
    packed
        Whether the file is a zip of such files.

    Returns
    -------
    list
        One table for each file that holds Placemarks.

    Raises
    ------
    UnreadableListError
        The XML is broken, defines entities, is too deep, or points to other files (NetworkLink).
    """
    parts = read_members(data, file_name=file_name, endings=ENDINGS) if packed else {BLANK: data}
    tables = []
    for part, content in parts.items():
        records, shapes = _placemarks(content, file_name)
        if records:
            ovital = _is_ovital(f"{file_name}/{part}", content)
            tables.append(
                feature_table(
                    records,
                    np.array(shapes, dtype=object),
                    file_name=file_name,
                    part=part,
                    kind="kml",
                    datum_hint=GCJ02 if ovital else WGS84,
                    remarks=(Remark("ovkml_datum" if ovital else "kml_datum"),),
                )
            )
    return tables


def _is_ovital(name: str, content: bytes) -> bool:
    """Tell whether 奥维 wrote a file; it adds tags of its own, whose names begin with Ov."""
    return bool(_OVITAL_NAME.search(name) or _OVITAL_TAG.search(content))


def _placemarks(content: bytes, file_name: str) -> tuple[list[dict[str, Any]], list[Any]]:
    records: list[dict[str, Any]] = []
    shapes: list[Any] = []
    try:
        for placemark, path in _walk(_as_utf8(content, file_name), file_name):
            if len(records) >= MAX_ROWS:
                raise UnreadableListError(
                    zh=f"{file_name} 的地点超过 {MAX_ROWS} 个，请分成几个文件。",
                    en=f"{file_name} holds more than {MAX_ROWS} places. Split it.",
                )
            records.append(_fields(placemark, path))
            shapes.append(_placemark_shape(placemark))
    except DefusedXmlException:
        raise UnreadableListError(
            zh=f"{file_name} 含有 XML 实体或文档类型定义，已拒绝。请从地图软件重新导出。",
            en=f"{file_name} defines XML entities or a document type and is refused. Export it again.",
        ) from None
    except (ParseError, ValueError, shapely.errors.ShapelyError) as fault:
        if isinstance(fault, UnreadableListError):
            raise
        raise UnreadableListError(
            zh=f"{file_name} 的 XML 不完整或坐标有误（{fault}）。请从地图软件重新导出。",
            en=f"The XML of {file_name} is broken ({fault}). Export it again.",
        ) from None
    return records, shapes


def _as_utf8(content: bytes, file_name: str) -> bytes:
    """Turn a file that declares GBK, which the XML parser does not know, into UTF-8."""
    declared = _DECLARED.match(content)
    name = declared[1].decode().lower() if declared else "utf-8"
    if not declared or name not in {"gbk", "gb2312", "gb18030"}:
        return content
    try:
        return content[declared.end() :].decode("gb18030").encode()
    except UnicodeDecodeError:
        raise UnreadableListError(
            zh=f"{file_name} 声明为 {name}，但文字不是这种编码。请从地图软件重新导出。",
            en=f"{file_name} says it is {name} and is not. Export it again.",
        ) from None


def _walk(content: bytes, file_name: str) -> Iterator[tuple[Element, str]]:
    """Give every Placemark with the folders above it, and forget each one afterwards."""
    open_elements: list[Element] = []
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            open_elements.append(element)
            if len(open_elements) > MAX_DEPTH:
                raise UnreadableListError(
                    zh=f"{file_name} 的 XML 嵌套超过 {MAX_DEPTH} 层，已拒绝。请从地图软件重新导出。",
                    en=f"{file_name} is nested deeper than {MAX_DEPTH} and is refused. Export it again.",
                )
            continue
        open_elements.pop()
        tag = _tag(element)
        if tag == "NetworkLink":
            raise UnreadableListError(
                zh=f"{file_name} 引用了外部文件（NetworkLink），不会去读取。"
                "请在地图软件中把引用的内容另存后再导入。",
                en=f"{file_name} points to another file (NetworkLink), which is never fetched. "
                "Save what it points to and import that.",
            )
        if tag == "Placemark":
            yield element, "/".join(_folder_names(open_elements))
            element.clear()


def _folder_names(open_elements: list[Element]) -> list[str]:
    names = [_child_text(element, NAME_TAG) for element in open_elements if _tag(element) in FOLDERS]
    return [name for name in names if name]


def _fields(placemark: Element, path: str) -> dict[str, Any]:
    fields: dict[str, Any] = {name: _child_text(placemark, name) for name in TEXTS}
    for element in placemark.iter():
        tag, label = _tag(element), element.get(NAME_TAG, BLANK).strip()
        if tag == "Data" and label:
            fields.setdefault(label, _child_text(element, "value"))
        elif tag == "SimpleData" and label:
            fields.setdefault(label, _clean(element.text))
    fields[FOLDER] = path
    return {name: value for name, value in fields.items() if value or name == NAME_TAG}


def _child_text(element: Element, name: str) -> str:
    return next((_clean(child.text) for child in element if _tag(child) == name), BLANK)


def _clean(text: str | None) -> str:
    """Take the tags out of a text that is HTML; any other text stays as it is."""
    if not text:
        return BLANK
    if not re.search(r"<[a-zA-Z/][^>]{0,500}>", text):
        return text.strip()
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text))).strip()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _placemark_shape(placemark: Element) -> Any:
    parts = [_shape(element) for element in placemark if _tag(element) in SHAPES]
    found = [part for part in parts if part is not None]
    return found[0] if len(found) == 1 else (shapely.geometrycollections(found) if found else None)


def _shape(element: Element) -> Any:
    tag = _tag(element)
    if tag in {"MultiGeometry", "MultiTrack"}:
        inner = [_shape(child) for child in element if _tag(child) in SHAPES]
        known = [part for part in inner if part is not None]
        return known[0] if len(known) == 1 else (shapely.geometrycollections(known) if known else None)
    if tag == "Track":
        positions = [_position((child.text or BLANK).split()) for child in element if _tag(child) == "coord"]
    else:
        texts = [child.text or BLANK for child in element.iter() if _tag(child) == "coordinates"]
        # A blank after a comma is common; the standard has none.
        pieces = re.sub(r"\s*,\s*", ",", texts[0]).split() if texts else []
        positions = [_position(piece.split(",")) for piece in pieces]
    known_positions = [position for position in positions if position is not None]
    return _built(tag, known_positions)


def _built(tag: str, positions: list[tuple[float, float]]) -> Any:
    if not positions:
        return None
    if tag == "Point" or len(positions) == 1:
        return shapely.Point(positions[0])
    if tag == "Polygon" and len(positions) >= SMALLEST_RING:
        return shapely.Polygon(positions)
    return shapely.LineString(positions)


def _position(parts: list[str]) -> tuple[float, float] | None:
    """Read one position; what is no number or no degree has no place, and the check says so by its row."""
    try:
        lon, lat = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None
    return (lon, lat) if abs(lon) <= MAX_DEGREES and abs(lat) <= MAX_DEGREES else None
