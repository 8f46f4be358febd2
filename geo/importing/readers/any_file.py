"""Read any list a user drops: tell its kind, read its tables, and know the program's own files again."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from geo import schema
from geo.errors import GeoDataError, some
from geo.importing.errors import NAME_LENGTH, UnreadableListError, unexpected
from geo.importing.readers.budget import Budget
from geo.importing.readers.file_kind import (
    GEOJSON,
    GEOPACKAGE,
    KML,
    KMZ,
    SHAPEFILE,
    TABLES,
    TEXT_TABLE,
    WORKBOOKS,
    file_kind,
)
from geo.importing.readers.geojson import read_geojson
from geo.importing.readers.geopackage import read_geopackage
from geo.importing.readers.kml import read_kml
from geo.importing.readers.shapefile import read_shapefile
from geo.importing.readers.text import read_text
from geo.importing.readers.workbook import read_workbook
from geo.importing.source_table import OWN_SHEETS, POINT_LON, Remark, SourceTable
from geo.importing.synonyms import LONLAT, ListWords, header_forms, read_words

logger = logging.getLogger(__name__)

Reader = Callable[[], list[SourceTable]]

# Every export of the program has these columns, and hardly any other file has them all.
OWN_COLUMNS = frozenset(
    (schema.FACILITY_ID, schema.PLACE_PRECISION, schema.SOURCE_DATUM, schema.ORIGIN, schema.COUNTY_BY)
)
SAFE_START = "'"
LIST_FIELDS = frozenset((schema.NAME, schema.ADDRESS, schema.LON, schema.LAT, LONLAT))
WRONG_ENDING = "wrong_ending"


def read_list(
    data: bytes,
    *,
    file_name: str,
    words: ListWords | None = None,
    encoding: str | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[SourceTable]:
    r"""Read the tables of a file a user gave; the file is never written to disk, opened by name, or run.

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
    progress
        Called with the share of the reading that is done, 0-1.
    cancelled
        Asked now and then; once it says True the reading ends.

    Returns
    -------
    list
        One table for each sheet, layer or folder file that holds a list, in the file's order. Where some
        tables have a column of names, addresses or coordinates, those without any (totals, notes) are left
        out, and named in the remarks as hidden sheets are.

    Raises
    ------
    UnreadableListError
        The file is refused, is not what its name says, is broken, or holds no table. Says so in one line.
        Whatever else a reader raises of a damaged file becomes one, and its trace stands in the log alone.
    UnknownEncodingError
        A text's encoding must be asked for.
    ReadingCancelledError
        `cancelled` said so.

    Examples
    --------
    >>> import geo
    >>> (table,) = geo.read_list("名称,地址\n安吉驿站,安吉大道 1 号\n".encode(), file_name="list.csv")
    >>> table.header
    ('名称', '地址')
    >>> len(table.rows)
    1
    """
    budget = Budget(file_name, progress=progress, cancelled=cancelled)
    try:
        return _read(data, budget, words or read_words(), encoding)
    except GeoDataError:
        raise
    # The one place of `geo` that catches everything: five libraries and a file anybody may have damaged. No
    # list of what they raise was ever whole, and one file must never take the page and the others along.
    except Exception as fault:
        logger.exception("a list of %d bytes could not be read", len(data))
        raise unexpected(file_name) from fault


def _read(data: bytes, budget: Budget, known: ListWords, encoding: str | None) -> list[SourceTable]:
    file_name = budget.file_name
    kind, agrees = file_kind(data, file_name=file_name)
    budget.step(0.0)
    readers: dict[str, Reader] = {
        TEXT_TABLE: lambda: read_text(data, budget=budget, words=known, encoding=encoding),
        GEOJSON: lambda: read_geojson(data, budget=budget),
        KML: lambda: read_kml(data, budget=budget, packed=False),
        KMZ: lambda: read_kml(data, budget=budget, packed=True),
        SHAPEFILE: lambda: read_shapefile(data, budget=budget),
        GEOPACKAGE: lambda: read_geopackage(data, budget=budget),
    }
    hidden: tuple[str, ...] = ()
    if kind in WORKBOOKS:
        tables, hidden = read_workbook(data, budget=budget, kind=kind, words=known)
    else:
        tables = readers[kind]()
    tables = [_known_again(table) for table in tables if len(table.rows)]
    lists = _lists(tables, known)
    if not lists:
        raise _no_list(file_name, kind, hidden)
    remarks = _left_out_remarks(tables, lists, hidden)
    if not agrees:
        remarks += (Remark(WRONG_ENDING, f"{PurePosixPath(file_name).suffix} ≠ {kind}"),)
    return [replace(table, remarks=(*table.remarks, *remarks)) for table in lists]


def _no_list(file_name: str, kind: str, hidden: tuple[str, ...]) -> UnreadableListError:
    if kind not in TABLES:
        return UnreadableListError("no_list_in_gis_file", file_name=file_name)
    if hidden:
        names = some([name[:NAME_LENGTH] for name in hidden])
        return UnreadableListError("no_list_but_hidden", file_name=file_name, names=names)
    return UnreadableListError("no_list", file_name=file_name)


def _lists(tables: list[SourceTable], words: ListWords) -> list[SourceTable]:
    """Keep the tables that are lists of places: this program's own, else those that name or place sites.

    A table of counties and totals is a list only where no other one is.
    """
    own = [table for table in tables if table.own_export]
    return own or [table for table in tables if _is_list(table, words)] or tables


def _left_out_remarks(
    tables: list[SourceTable], lists: list[SourceTable], hidden: tuple[str, ...]
) -> tuple[Remark, ...]:
    kept = {table.part for table in lists}
    passed = [*(table.part for table in tables if table.part not in kept), *hidden]
    names = [name for name in passed if name not in OWN_SHEETS]
    own = any(table.own_export for table in lists)
    return (Remark("sheets_left_out", "、".join(names)),) if names and not own else ()


def _is_list(table: SourceTable, words: ListWords) -> bool:
    forms = (form for header in table.header for form in header_forms(header))
    return bool(LIST_FIELDS & {words.columns.get(form) for form in forms}) or POINT_LON in table.header


def _known_again(table: SourceTable) -> SourceTable:
    """Mark a file this program wrote, and take away what its CSV adds before formulas."""
    forms = {form for header in table.header for form in header_forms(header)}
    if not forms >= OWN_COLUMNS:
        return table
    rows = table.rows
    if table.kind == TEXT_TABLE:
        rows = rows.apply(lambda texts: texts.str.removeprefix(SAFE_START))
    return replace(table, rows=rows, own_export=True)
