"""Tell what a file is by its content, and hold that against its name."""

from pathlib import PurePosixPath

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
    b"%PDF": ("PDF", "a PDF"),
    b"\x89PNG": ("PNG 图片", "a PNG picture"),
    b"\xff\xd8\xff": ("JPEG 图片", "a JPEG picture"),
    b"GIF8": ("GIF 图片", "a GIF picture"),
    b"Rar!": ("RAR 压缩包", "a RAR archive"),
    b"7z\xbc\xaf": ("7-Zip 压缩包", "a 7-Zip archive"),
    b"MZ": ("Windows 程序", "a Windows program"),
    b"\x7fELF": ("Linux 程序", "a Linux program"),
    b"\x1f\x8b": ("gzip 压缩包", "a gzip archive"),
    b"II*\x00": ("TIFF 图片", "a TIFF picture"),
    b"MM\x00*": ("TIFF 图片", "a TIFF picture"),
    b"PAR1": ("Parquet 数据", "a Parquet file"),
    b"\x00\x05\x16\x07": ("macOS 的附带文件", "a companion file of macOS"),
    **dict.fromkeys(
        (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00"),
        ("Excel 5 或更早的工作簿", "a workbook of Excel 5 or older"),
    ),
}
LOCK = "~$"
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4096
WIDE_PART = 20


def file_kind(data: bytes, *, file_name: str) -> tuple[str, bool]:
    """Tell what kind of list a file is.

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
        raise UnreadableListError(
            zh=f"{file_name} 是空文件。请重新导出后再导入。",
            en=f"{file_name} is empty. Export it again.",
        )
    if PurePosixPath(file_name.replace("\\", "/")).name.startswith(LOCK):
        raise UnreadableListError(
            zh=f"{file_name} 是 Excel 打开文件时的临时文件，里面没有名单。请选择名称不带 ~$ 的那一个。",
            en=f"{file_name} is what Excel leaves beside an open file and holds no list. Choose the one "
            "without ~$.",
        )
    if len(data) > MAX_BYTES:
        raise UnreadableListError(
            zh=f"{file_name} 有 {len(data) >> 20} MB，超过 {MAX_BYTES >> 20} MB。请按县区分成几个文件。",
            en=f"{file_name} has {len(data) >> 20} MB, more than {MAX_BYTES >> 20} MB. Split it by county.",
        )
    kind = _kind_of_content(data, file_name)
    ending = PurePosixPath(file_name.replace("\\", "/")).suffix.removeprefix(".").lower()
    if ending in ENDINGS[kind]:
        return kind, True
    if any(kind in alike and ending in _endings(alike) for alike in (TABLES, PLACES)):
        return kind, False
    wanted = "、".join(f".{name}" for name in ENDINGS[kind])
    raise UnreadableListError(
        zh=f"{file_name} 的内容是 {kind}，与扩展名不符。如确实要导入，请把扩展名改为 {wanted}。",
        en=f"{file_name} holds {kind}, which its ending does not say. If it is meant, rename it to {wanted}.",
    )


def _endings(kinds: tuple[str, ...]) -> set[str]:
    return {ending for kind in kinds for ending in ENDINGS[kind]}


def _kind_of_content(data: bytes, file_name: str) -> str:
    for magic, what in OTHERS.items():
        if data.startswith(magic):
            raise _refused(file_name, *what)
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
            raise UnreadableListError(
                zh=f"{file_name} 是 Excel 二进制工作簿（.xlsb），改扩展名也读不了。"
                "请在 Excel 或 WPS 中打开，用“另存为”存成 .xlsx 后再导入。",
                en=f"{file_name} is a binary workbook of Excel (.xlsb), not read under any name. Open it "
                "in Excel or WPS and use Save As to make an .xlsx of it.",
            )
        if any(name.startswith("xl/") for name in names):
            return XLSX
        raise _refused(file_name, "Word、PowerPoint 等文档", "an Office document that is no workbook")
    if "content.xml" in names and "mimetype" in names:
        return ODS
    if any(name.endswith(".shp") for name in names):
        return SHAPEFILE
    if any(name.endswith((".kml", ".ovkml")) for name in names):
        return KMZ
    raise UnreadableListError(
        zh=f"压缩包 {file_name} 里没有 Shapefile（.shp）或 KML。表格请解压后逐个导入。",
        en=f"The archive {file_name} holds neither a Shapefile nor KML. Unpack it and import its tables.",
    )


def _kind_of_ole2(data: bytes, file_name: str) -> str:
    if ENCRYPTED_OOXML in data:
        raise encrypted(file_name)
    return XLS


def _kind_of_sqlite(data: bytes, file_name: str) -> str:
    # Where SQLite keeps the application's mark.
    if data[68:72] not in GEOPACKAGE_IDS:
        raise _refused(file_name, "SQLite 数据库，不是 GeoPackage", "a SQLite database that is no GeoPackage")
    return GEOPACKAGE


def _kind_of_text(data: bytes, file_name: str) -> str:
    start = data[:LOOKED_AT]
    nulls = max(start[::2].count(0), start[1::2].count(0))
    # UTF-16 has a null in every digit, separator and line end, always on the same side.
    wide = start.startswith(BOMS[1:]) or nulls > len(start) // WIDE_PART
    if b"\x00" in start and not wide:
        raise _refused(file_name, "不认识的二进制数据", "a binary file of an unknown kind")
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
        raise UnreadableListError(
            zh=f"{file_name} 其实是网页。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。",
            en=f"{file_name} is a web page inside. Open it in Excel or WPS and save it as .xlsx.",
        )
    if b"schemas-microsoft-com:office:spreadsheet" in plain:
        raise _refused(file_name, "Excel 2003 的 XML 表格", "an XML spreadsheet of Excel 2003")
    raise _refused(file_name, "XML，但不是 KML", "an XML file that is not KML")


def _refused(file_name: str, zh: str, en: str) -> UnreadableListError:
    return UnreadableListError(
        zh=f"{file_name} 的内容是{zh}，不能导入。"
        "请另存为 .xlsx、.csv、.geojson、.kml、.gpkg 或 Shapefile 压缩包。",
        en=f"{file_name} is {en} and is not read. "
        "Save the list as .xlsx, .csv, .geojson, .kml, .gpkg or a zipped Shapefile.",
    )
