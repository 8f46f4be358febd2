"""Read a zipped Shapefile: shapes and attributes by the bytes of the .shp and the .dbf themselves.

Chinese programs write GBK field names and cut them after ten bytes, often in the middle of a character;
values are cut likewise. The table is therefore decoded here, where a half character at an end can be dropped.
"""

import codecs
import re
import struct
from typing import Any, NamedTuple

from geo.errors import Message
from geo.importing.errors import COLUMNS, ROWS, TABLES, UnreadableListError
from geo.importing.readers.archives import read_members
from geo.importing.readers.budget import Budget
from geo.importing.readers.shapefile_shapes import BrokenShapeError, read_shapes
from geo.importing.readers.shapes import feature_table, read_crs, to_degrees
from geo.importing.source_table import Remark, SourceTable

ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
UTF8, GB18030 = "utf-8", "gb18030"
HEADER, DESCRIPTOR, NAME_BYTES = 32, 32, 11
END_OF_FIELDS = 0x0D
DELETED = ord("*")
LONGEST_CHARACTER = 4
CODECS = re.compile(r"utf-8|gb\w+|big5\w*|cp\d+|iso8859-\d+")
FIRST_HIGH, PROVEN_BYTES = 0x80, 12
DATE_DIGITS = 8
TEXT, NUMBERS, DATE, LOGICAL = "C", "NF", "D", "L"


class DbfField(NamedTuple):
    """Describe one field of a .dbf: its name in bytes, its kind, where it starts and how long it is."""

    name: bytes
    kind: str
    start: int
    length: int


def read_shapefile(data: bytes, *, budget: Budget) -> list[SourceTable]:
    """Read every Shapefile of an archive.

    Parameters
    ----------
    data
        The zip.
    budget
        Names the file and counts what it gives.

    Returns
    -------
    list
        One table for each .shp; coordinates in degrees.

    Raises
    ------
    UnreadableListError
        The archive is refused, a part is broken, or it holds more than a list.
    """
    unpacked = read_members(data, file_name=budget.file_name, endings=ENDINGS)
    members = {name.lower(): (name, content) for name, content in unpacked.items()}
    layers = [low for low in members if low.endswith(".shp")]
    budget.take(TABLES, len(layers))
    tables = []
    for number, low in enumerate(layers):
        budget.begin(number, len(layers))
        name, content = members[low]
        stem = low.removesuffix(".shp")
        parts = {ending: members.get(stem + ending, ("", b""))[1] for ending in ENDINGS[1:]}
        tables.append(_read_one(content, parts, part=name[:-4], budget=budget))
    return tables


def _read_one(content: bytes, parts: dict[str, bytes], *, part: str, budget: Budget) -> SourceTable:
    file_name = budget.file_name
    try:
        shapes, kinds = read_shapes(content, budget=budget, part=part)
    except BrokenShapeError as fault:
        raise _broken(file_name, f"{part}.shp", fault.message) from None
    records, encoding = (
        read_dbf(parts[".dbf"], declared=parts[".cpg"], budget=budget)
        if parts[".dbf"]
        else ([{} for _ in shapes], UTF8)
    )
    if len(records) != len(shapes):
        raise _broken(
            file_name,
            f"{part}.dbf",
            Message("dbf_records_differ", records=len(records), shapes=len(shapes)),
        )
    text = parts[".prj"].decode("utf-8", "replace").strip()
    moved, remarks = to_degrees(
        shapes, read_crs(text, file_name=file_name) if text else None, file_name=file_name
    )
    return feature_table(
        records,
        moved,
        budget=budget,
        part=part,
        kind="shapefile",
        shape_kinds=kinds,
        encoding=encoding,
        remarks=(*remarks, *_file_remarks(parts, encoding)),
    )


def _file_remarks(parts: dict[str, bytes], encoding: str) -> tuple[Remark, ...]:
    said = _declared_codec(parts[".cpg"])
    lied = parts[".dbf"] and said and said != encoding
    return (
        *(() if parts[".prj"].strip() else (Remark("no_crs"),)),
        *((Remark("encoding_other", encoding),) if lied else ()),
    )


def read_dbf(data: bytes, *, declared: bytes, budget: Budget) -> tuple[list[dict[str, Any]], str]:
    """Read the records of a .dbf as text.

    Parameters
    ----------
    data
        The whole table.
    declared
        The content of the .cpg, or nothing.
    budget
        Names the file.

    Returns
    -------
    tuple
        A mapping from field to text or None for each record that is not deleted, and the encoding: the
        declared one, else UTF-8, else GB18030.

    Raises
    ------
    UnreadableListError
        The table is none, or larger than a list.
    """
    fields, header, length = _layout(data, budget.file_name)
    # A number of records that the file is too short for is a number of older days.
    count = min(struct.unpack_from("<I", data, 4)[0], (len(data) - header) // length)
    budget.require(ROWS, count, where=".dbf")
    budget.require(COLUMNS, len(fields), where=".dbf")
    body = data[header : header + count * length]
    encoding = _encoding(declared, [field.name for field in fields], fields, body, length)
    names = [decode_cut(field.name, encoding) for field in fields]
    records = []
    for start in range(0, len(body), length):
        row = body[start : start + length]
        if row[0] != DELETED:
            values = (
                _value(row[field.start : field.start + field.length], field, encoding) for field in fields
            )
            records.append(dict(zip(names, values, strict=True)))
    return records, encoding


def decode_cut(raw: bytes, encoding: str) -> str:
    """Decode text that may end in the middle of a character; the half is dropped, the rest never guessed."""
    bare = raw.split(b"\x00")[0].rstrip()
    for cut in range(LONGEST_CHARACTER):
        try:
            return bare[: len(bare) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return bare.decode(encoding, "replace")


def _layout(data: bytes, file_name: str) -> tuple[list[DbfField], int, int]:
    try:
        header, length = struct.unpack_from("<HH", data, 8)
        fields, at, start = [], HEADER, 1
        while at + DESCRIPTOR <= min(header, len(data)) and data[at] != END_OF_FIELDS:
            size = data[at + 16]
            fields.append(DbfField(data[at : at + NAME_BYTES], chr(data[at + 11]), start, size))
            at, start = at + DESCRIPTOR, start + size
    except (struct.error, IndexError):
        raise _broken(file_name, ".dbf", Message("dbf_header_short")) from None
    if not fields or start > length or header > len(data):
        raise _broken(
            file_name,
            ".dbf",
            Message("dbf_header_wrong"),
        )
    return fields, header, length


def _encoding(declared: bytes, names: list[bytes], fields: list[DbfField], body: bytes, length: int) -> str:
    """Take the encoding that is declared, unless the bytes show it to be another; without one, what fits."""
    texts = [field for field in fields if field.kind == TEXT]
    samples = [name.split(b"\x00")[0] for name in names] + [
        body[start + field.start : start + field.start + field.length].rstrip(b" \x00")
        for start in range(0, min(len(body), 2000 * length), length)
        for field in texts
    ]
    said = _declared_codec(declared)
    utf8 = all(_ends_cut(sample, UTF8) for sample in samples)
    # A few Chinese characters of GBK may be UTF-8 by chance; a dozen are not.
    proven = utf8 and sum(byte >= FIRST_HIGH for sample in samples for byte in sample) >= PROVEN_BYTES
    if said and (utf8 if said == UTF8 else not proven):
        return said
    return UTF8 if utf8 else GB18030


def _declared_codec(declared: bytes) -> str | None:
    """Return Python's name of what a .cpg says; the forms of GBK are all read as GB18030."""
    said = declared.decode("ascii", "ignore").strip().lower().replace(" ", "").removeprefix("ansi")
    for name in (said, f"cp{said.strip('_')}", said.replace("8859", "8859-", 1)):
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if CODECS.fullmatch(codec):
            return GB18030 if codec.startswith("gb") else codec
    return None


def _ends_cut(raw: bytes, encoding: str) -> bool:
    """Return whether bytes decode, but for a character that is cut at the end."""
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as fault:
        return fault.reason == "unexpected end of data"
    return True


def _value(raw: bytes, field: DbfField, encoding: str) -> str | None:
    if field.kind in (*NUMBERS, DATE, LOGICAL):
        text = raw.replace(b"\x00", b" ").decode("ascii", "replace").strip()
        if field.kind == DATE and len(text) == DATE_DIGITS and text.isdigit():
            return f"{text[:4]}-{text[4:6]}-{text[6:]}"
        # Asterisks fill a number that did not fit.
        return text if text.strip("*?") else None
    return decode_cut(raw, encoding) or None


def _broken(file_name: str, part: str, fault: Message) -> UnreadableListError:
    return UnreadableListError("shapefile_broken", part=part, file_name=file_name, fault=fault)
