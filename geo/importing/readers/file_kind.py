"""Find what a file is by its content, and hold that against its name."""

from pathlib import PurePosixPath

from geo.errors import Message
from geo.importing.errors import UnreadableListError, encrypted
from geo.importing.readers.archives import member_names
from geo.importing.source_table import MAX_BYTES

XLSX, XLS, ODS = "xlsx", "xls", "ods"
TEXT_TABLE, GEOJSON, KML, KMZ = "csv", "geojson", "kml", "kmz"
SHAPEFILE, GEOPACKAGE = "shapefile", "gpkg"
WORKBOOKS = (XLSX, XLS, ODS)

# The endings a kind may have. A table under another table's ending is read and remarked upon: offices'
# programs do write text into .xls. Any other disagreement is refused.
ENDINGS = {
    XLSX: ("xlsx", "xlsm"),
    XLS: ("xls", "et"),
    ODS: ("ods",),
    TEXT_TABLE: ("csv", "tsv", "txt"),
    GEOJSON: ("geojson", "json"),
    KML: ("kml", "ovkml"),
    KMZ: ("kmz", "ovkmz", "zip"),
    SHAPEFILE: ("zip",),
    GEOPACKAGE: ("gpkg",),
}
TABLES = (*WORKBOOKS, TEXT_TABLE)
PLACES = (KML, KMZ)
SQLITE = b"SQLite format 3\x00"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OOXML = "EncryptedPackage".encode("utf-16-le")
GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
OTHERS = {
    b"%PDF": Message("kind_pdf"),
    b"\x89PNG": Message("kind_png"),
    b"\xff\xd8\xff": Message("kind_jpeg"),
    b"GIF8": Message("kind_gif"),
    b"Rar!": Message("kind_rar"),
    b"7z\xbc\xaf": Message("kind_7z"),
    b"MZ": Message("kind_windows"),
    b"\x7fELF": Message("kind_linux"),
    b"\x1f\x8b": Message("kind_gzip"),
    b"II*\x00": Message("kind_tiff"),
    b"MM\x00*": Message("kind_tiff"),
    b"PAR1": Message("kind_parquet"),
    b"\x00\x05\x16\x07": Message("kind_macos"),
    **dict.fromkeys(
        (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00"),
        Message("kind_excel_5"),
    ),
}
LOCK = "~$"
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4096
WIDE_PART = 20


def file_kind(data: bytes, *, file_name: str) -> tuple[str, bool]:
    """Find what kind of list a file is.

    Parameters
    ----------
    data
        The whole file.
    file_name
        As the user has it; only its ending matters, and nothing is ever opened by it.

    Returns
    -------
    tuple
        The kind, one of `ENDINGS`, and whether the name's ending agrees with it.

    Raises
    ------
    UnreadableListError
        The file is empty, too large, of no kind that is read, or its name says something else.
    """
    if not data:
        raise UnreadableListError("file_empty", file_name=file_name)
    if PurePosixPath(file_name.replace("\\", "/")).name.startswith(LOCK):
        raise UnreadableListError("file_of_excel_lock", file_name=file_name)
    if len(data) > MAX_BYTES:
        raise UnreadableListError(
            "file_over_bytes", file_name=file_name, size=len(data) >> 20, most=MAX_BYTES >> 20
        )
    kind = _kind_of_content(data, file_name)
    ending = PurePosixPath(file_name.replace("\\", "/")).suffix.removeprefix(".").lower()
    if ending in ENDINGS[kind]:
        return kind, True
    if any(kind in alike and ending in _endings(alike) for alike in (TABLES, PLACES)):
        return kind, False
    wanted = [f".{name}" for name in ENDINGS[kind]]
    raise UnreadableListError("file_of_other_ending", file_name=file_name, kind=kind, wanted=wanted)


def _endings(kinds: tuple[str, ...]) -> set[str]:
    return {ending for kind in kinds for ending in ENDINGS[kind]}


def _kind_of_content(data: bytes, file_name: str) -> str:
    for magic, what in OTHERS.items():
        if data.startswith(magic):
            raise _refused(file_name, what)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data, file_name)
    if data.startswith(OLE2):
        return _kind_of_ole2(data, file_name)
    if data.startswith(SQLITE):
        return _kind_of_sqlite(data, file_name)
    return _kind_of_text(data, file_name)


def _kind_of_zip(data: bytes, file_name: str) -> str:
    names = [name.lower() for name in member_names(data, file_name=file_name)]
    if "[content_types].xml" in names:
        if "xl/workbook.bin" in names:
            raise UnreadableListError("file_xlsb", file_name=file_name)
        if any(name.startswith("xl/") for name in names):
            return XLSX
        raise _refused(file_name, Message("kind_office"))
    if "content.xml" in names and "mimetype" in names:
        return ODS
    if any(name.endswith(".shp") for name in names):
        return SHAPEFILE
    if any(name.endswith((".kml", ".ovkml")) for name in names):
        return KMZ
    raise UnreadableListError("archive_without_places", file_name=file_name)


def _kind_of_ole2(data: bytes, file_name: str) -> str:
    if ENCRYPTED_OOXML in data:
        raise encrypted(file_name)
    return XLS


def _kind_of_sqlite(data: bytes, file_name: str) -> str:
    # Where SQLite keeps the application's mark.
    if data[68:72] not in GEOPACKAGE_IDS:
        raise _refused(file_name, Message("kind_sqlite"))
    return GEOPACKAGE


def _kind_of_text(data: bytes, file_name: str) -> str:
    start = data[:LOOKED_AT]
    nulls = max(start[::2].count(0), start[1::2].count(0))
    # UTF-16 has a null in every digit, separator and line end, always on the same side.
    wide = start.startswith(BOMS[1:]) or nulls > len(start) // WIDE_PART
    if b"\x00" in start and not wide:
        raise _refused(file_name, Message("kind_binary"))
    plain = start.replace(b"\x00", b"")
    for mark in BOMS:
        plain = plain.removeprefix(mark)
    plain = plain.lstrip().lower()
    if plain.startswith((b"{", b"[")):
        return GEOJSON
    if not plain.startswith(b"<"):
        return TEXT_TABLE
    if b"<kml" in plain or (b"<!doctype" in plain and b"<html" not in plain):
        return KML
    if b"<html" in plain or b"<table" in plain or b"<meta" in plain:
        raise UnreadableListError("file_web_page", file_name=file_name)
    if b"schemas-microsoft-com:office:spreadsheet" in plain:
        raise _refused(file_name, Message("kind_excel_2003"))
    raise _refused(file_name, Message("kind_xml"))


def _refused(file_name: str, what: Message) -> UnreadableListError:
    return UnreadableListError("file_of_other_kind", file_name=file_name, kind=what)
