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

from geo.geodesy.datums import GCJ02, WGS84
from geo.importing.columns.coordinate_texts import MAX_DEGREES
from geo.importing.errors import ROWS, TABLES, VERTICES, UnreadableListError
from geo.importing.readers.archives import read_members
from geo.importing.readers.budget import Budget
from geo.importing.readers.shapes import feature_table
from geo.importing.source_table import BLANK, FOLDER, Remark, SourceTable

MAX_DEPTH = 64
ENDINGS = (".kml", ".ovkml")
FOLDERS = ("Folder", "Document")
SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")
# Plain children of a Placemark that say something of the place.
NAME_TAG, ADDRESS_TAG = "name", "address"
TEXTS = (NAME_TAG, ADDRESS_TAG, "description", "phoneNumber", "Snippet")
SMALLEST_RING = 4
PLACEMARK = "Placemark"
STEP = 1_000
# Every pattern here takes time in proportion to the text: no run of letters is looked at from each of them.
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w-]+)[\"'][^>]*\?>")
HEAD = 1024
_USED_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]{0,30}):|\s([A-Za-z_][\w.-]{0,30}):[\w.-]{1,60}\s*+=")
_DECLARED_PREFIX = re.compile(rb"xmlns:([\w.-]{1,31})\s*+=")
_ROOT = re.compile(rb"<kml(?=[\s>])")
_HTML = re.compile(r"<[a-zA-Z/][^<>]{0,500}>")
_TAG = re.compile(r"<[^<>]{1,500}>")
_AROUND_COMMA = re.compile(r"(?<!\s)\s*+,\s*+")
_OVITAL_NAME = re.compile(r"(?i)奥维|ovital|\.ovkm[lz](/|$)|\.ovkml$")
_OVITAL_TAG = re.compile(rb"(?i)ovital|<Ov[A-Z]\w+[\s>/]")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(p|tr|div)>")


def read_kml(data: bytes, *, budget: Budget, packed: bool) -> list[SourceTable]:
    """Read all Placemarks of a file.

    The fields are those of the Placemark (`name`, `description`, …), of its ExtendedData, and `文件夹`,
    the names of the folders it stands in, joined by a slash. Descriptions of HTML lose their tags. The datum
    suggested is GCJ-02 where 奥维 (Ovital) wrote the file, as its ending, its name or its own tags tell; else
    WGS-84, which the standard prescribes (OGC KML 2.3, 9.1.3.1). The evidence decides. A NetworkLink is not
    followed, which a remark says.

    Parameters
    ----------
    data
        The whole file.
    budget
        Names the file and counts what it gives.
    packed
        Whether the file is a zip of such files.

    Returns
    -------
    list
        One table for each file that holds Placemarks.

    Raises
    ------
    UnreadableListError
        The XML is broken, defines entities, is too deep, holds more than a list, or has no Placemark and
        only points to other files (NetworkLink).
    """
    file_name = budget.file_name
    parts = read_members(data, file_name=file_name, endings=ENDINGS) if packed else {BLANK: data}
    budget.take(TABLES, len(parts))
    tables, links = [], 0
    for number, (part, content) in enumerate(parts.items()):
        budget.begin(number, len(parts))
        walk = _Walk(_with_prefixes(_as_utf8(content, file_name)), budget)
        records, shapes = _placemarks(walk, file_name)
        links += walk.links
        if records:
            ovital = _is_ovital(f"{file_name}/{part}", content)
            remarks: tuple[Remark, ...] = (Remark("ovkml_datum" if ovital else "kml_datum"),)
            if walk.links:
                remarks += (Remark("link_not_followed", str(walk.links)),)
            tables.append(
                feature_table(
                    records,
                    np.array(shapes, dtype=object),
                    budget=budget,
                    part=part,
                    kind="kml",
                    datum_hint=GCJ02 if ovital else WGS84,
                    remarks=remarks,
                )
            )
    if links and not tables:
        raise UnreadableListError("kml_network_link", file_name=file_name)
    return tables


def _is_ovital(name: str, content: bytes) -> bool:
    """Return whether 奥维 wrote a file; it adds tags of its own, whose names begin with Ov."""
    return bool(_OVITAL_NAME.search(name) or _OVITAL_TAG.search(content))


def _placemarks(walk: "_Walk", file_name: str) -> tuple[list[dict[str, Any]], list[Any]]:
    records: list[dict[str, Any]] = []
    shapes: list[Any] = []
    try:
        for placemark, path in walk.placemarks():
            records.append(_fields(placemark, path))
            shapes.append(_placemark_shape(placemark, walk.budget))
    except DefusedXmlException:
        raise UnreadableListError("kml_entities", file_name=file_name) from None
    except ParseError as fault:
        line, column = fault.position[0], fault.position[1] + 1
        raise UnreadableListError("kml_broken", file_name=file_name, line=line, column=column) from None
    except LookupError:
        raise UnreadableListError("kml_encoding_unknown", file_name=file_name) from None
    return records, shapes


def _as_utf8(content: bytes, file_name: str) -> bytes:
    """Turn a file that declares GBK, which the XML parser does not know, into UTF-8."""
    declared = _DECLARED.match(content[:HEAD])
    name = declared[1].decode().lower() if declared else "utf-8"
    if not declared or name not in {"gbk", "gb2312", "gb18030"}:
        return content
    try:
        return content[declared.end() :].decode("gb18030").encode()
    except UnicodeDecodeError:
        raise UnreadableListError("kml_encoding_wrong", file_name=file_name, encoding=name) from None


def _with_prefixes(content: bytes) -> bytes:
    """Declare the prefixes (gx:, xsi:) that map programs use and forget to declare."""
    used = {element or attribute for element, attribute in _USED_PREFIX.findall(content)}
    missing = sorted(used - set(_DECLARED_PREFIX.findall(content)) - {b"xml", b"xmlns"})
    if not missing or len(missing) > MAX_DEPTH:
        return content
    declared = b"".join(b' xmlns:%s="undeclared:%s"' % (prefix, prefix) for prefix in missing)
    return _ROOT.sub(lambda found: found[0] + declared, content, count=1)


class _Walk:
    """Go through the XML once, keeping no more of it than one Placemark and the names of its folders."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        self._stream, self._length = io.BytesIO(content), len(content)
        self.budget = budget
        self.links = self._ended = 0

    def placemarks(self) -> Iterator[tuple[Element, str]]:
        """Return every Placemark with the folders above it, and forget each one afterwards."""
        above: list[Element] = []
        # Of every open element: what it is called, so far as it is a folder with a name.
        names: list[str] = []
        inside = 0
        for event, element in iterparse(self._stream, events=("start", "end"), forbid_dtd=True):
            tag = _tag(element)
            if event == "start":
                self._require_shallow(len(above))
                above.append(element)
                names.append(BLANK)
                inside += tag == PLACEMARK
                continue
            above.pop()
            names.pop()
            if tag == PLACEMARK:
                inside -= 1
                self.budget.take(ROWS, 1)
                yield element, "/".join(filter(None, names))
            elif tag == NAME_TAG and above and not names[-1] and _tag(above[-1]) in FOLDERS:
                names[-1] = _clean(element.text)
            self.links += tag == "NetworkLink"
            if not inside:
                self._forget(element, above)

    def _require_shallow(self, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise UnreadableListError("kml_nested", file_name=self.budget.file_name, most=MAX_DEPTH)

    def _forget(self, element: Element, above: list[Element]) -> None:
        """Let go of what has been read; an element that keeps its children is walked again and again."""
        element.clear()
        if above:
            del above[-1][:]
        self._ended += 1
        if self._ended % STEP == 0:
            self.budget.step(self._stream.tell() / self._length)


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
    if not _HTML.search(text):
        return text.strip()
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text))).strip()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _placemark_shape(placemark: Element, budget: Budget) -> Any:
    parts = [_shape(element, budget) for element in placemark if _tag(element) in SHAPES]
    found = [part for part in parts if part is not None]
    return found[0] if len(found) == 1 else (shapely.geometrycollections(found) if found else None)


def _shape(element: Element, budget: Budget) -> Any:
    tag = _tag(element)
    if tag in {"MultiGeometry", "MultiTrack"}:
        inner = [_shape(child, budget) for child in element if _tag(child) in SHAPES]
        known = [part for part in inner if part is not None]
        return known[0] if len(known) == 1 else (shapely.geometrycollections(known) if known else None)
    if tag == "Track":
        texts = [child.text or BLANK for child in element if _tag(child) == "coord"]
        budget.take(VERTICES, len(texts))
        positions = [_position(text.split()) for text in texts]
    else:
        found = next((child for child in element.iter() if _tag(child) == "coordinates"), None)
        text = (found is not None and found.text) or BLANK
        # A blank after a comma is common; the standard has none.
        pieces = _AROUND_COMMA.sub(",", text).split()
        budget.take(VERTICES, len(pieces))
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
