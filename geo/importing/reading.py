"""Read any list a user drops: tell its kind, read its tables, and know the program's own files again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from geo import schema
from geo.importing.geojson_reader import read_geojson
from geo.importing.geopackage_reader import read_geopackage
from geo.importing.kml_reader import read_kml
from geo.importing.list_words import LONLAT, ListWords, header_forms, read_words
from geo.importing.refusals import UnreadableListError
from geo.importing.shapefile_reader import read_shapefile
from geo.importing.sniffing import (
    GEOJSON,
    GEOPACKAGE,
    KML,
    KMZ,
    SHAPEFILE,
    TEXT_TABLE,
    WORKBOOKS,
    file_kind,
)
from geo.importing.source_table import Remark, SourceTable
from geo.importing.text_reader import read_text
from geo.importing.workbook_reader import read_workbook

Reader = Callable[[], list[SourceTable]]

# Every export of the program has these columns, and hardly any other file has them all.
OWN_COLUMNS = frozenset(
    (schema.FACILITY_ID, schema.PLACE_PRECISION, schema.SOURCE_DATUM, schema.ORIGIN, schema.COUNTY_BY)
)
SAFE_START = "'"
LIST_FIELDS = frozenset((schema.NAME, schema.ADDRESS, schema.LON, schema.LAT, LONLAT, schema.COUNTY))
WRONG_ENDING = "wrong_ending"


def read_list(
    data: bytes, *, file_name: str, words: ListWords | None = None, encoding: str | None = None
) -> list[SourceTable]:
    """Read the tables of a file a user gave; the file is never written to disk, opened by name, or run.

    Parameters
    ----------
    data
        The whole file.
    file_name
        As the user has it; only its ending is looked at.
    words
        The words headers are known by; the program's own if None.
    encoding
        For a text whose encoding had to be asked for; None otherwise.

    Returns
    -------
    list
        One table for each sheet, layer or folder file that holds a list, in the file's order. Where some
        tables have a column of names, places or addresses, those without any (totals, notes) are left out.

    Raises
    ------
    UnreadableListError
        The file is refused, is not what its name says, is broken, or holds no table. Says so in one line.
    UnknownEncodingError
        A text's encoding must be asked for.
    """
    known = words or read_words()
    kind, agrees = file_kind(data, file_name=file_name)
    readers: dict[str, Reader] = {
        TEXT_TABLE: lambda: read_text(data, file_name=file_name, words=known, encoding=encoding),
        GEOJSON: lambda: read_geojson(data, file_name=file_name),
        KML: lambda: read_kml(data, file_name=file_name, packed=False),
        KMZ: lambda: read_kml(data, file_name=file_name, packed=True),
        SHAPEFILE: lambda: read_shapefile(data, file_name=file_name),
        GEOPACKAGE: lambda: read_geopackage(data, file_name=file_name),
    }
    if kind in WORKBOOKS:
        tables = read_workbook(data, file_name=file_name, kind=kind, words=known)
    else:
        tables = readers[kind]()
    tables = [_known_again(table) for table in tables if len(table.rows)]
    lists = [table for table in tables if _is_list(table, known)] or tables
    if any(table.own_export for table in lists):
        lists = [table for table in lists if table.own_export]
    if not lists:
        raise UnreadableListError(
            zh=f"{file_name} 里没有找到名单。请确认有一行表头（如 名称、地址、县区），下面是数据。",
            en=f"No list was found in {file_name}. It needs a row of headers with data below.",
        )
    ending = PurePosixPath(file_name).suffix
    remark = () if agrees else (Remark(WRONG_ENDING, f"{ending} ≠ {kind}"),)
    return [replace(table, remarks=(*table.remarks, *remark)) for table in lists]


def _is_list(table: SourceTable, words: ListWords) -> bool:
    forms = (form for header in table.header for form in header_forms(header))
    return bool(LIST_FIELDS & {words.columns.get(form) for form in forms}) or "geometry_lon" in table.header


def _known_again(table: SourceTable) -> SourceTable:
    """Mark a file this program wrote, and take away what its CSV adds before formulas."""
    forms = {form for header in table.header for form in header_forms(header)}
    if not forms >= OWN_COLUMNS:
        return table
    rows = table.rows
    if table.kind == TEXT_TABLE:
        rows = rows.apply(lambda texts: texts.str.removeprefix(SAFE_START))
    return replace(table, rows=rows, own_export=True)
