"""Read a GeoPackage through sqlite3, in memory and read-only; nothing the file defines is ever run."""

import re
import sqlite3
import struct
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from geo.importing.errors import COLUMNS, NAME_LENGTH, ROWS, TABLES, VERTICES, UnreadableListError
from geo.importing.readers.budget import Budget
from geo.importing.readers.shapes import feature_table, read_crs, to_degrees
from geo.importing.source_table import MAX_CELL_LENGTH, MAX_ROWS, Remark, SourceTable

MAX_STEPS = 200_000
STEP = 1_000
MAX_BLOB = 20 * 2**20
MAX_FETCHED = 100 * 2**20
ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
HEADER = 8
DAMAGES = (sqlite3.Error, UnicodeDecodeError, struct.error, shapely.errors.ShapelyError, OverflowError)
# All the reader itself asks; views, triggers, functions, attached files and pragmas are refused.
ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
WGS84_CODES = (4326, 4490)
UNDEFINED_CODES = (-1, 0)
# A column that is computed is a program too, and the authorizer is not asked about it.
_PLAIN_TABLE = re.compile(r"(?is)^create table (?!.*\bas\s*\()")
_LAYERS = (
    "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c "
    "LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name ORDER BY c.rowid"
)
_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
_SYSTEM = (
    "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
)


def read_geopackage(data: bytes, *, budget: Budget) -> list[SourceTable]:
    """Read every layer and attribute table of a GeoPackage.

    Parameters
    ----------
    data
        The whole file.
    budget
        Names the file and counts what it gives.

    Returns
    -------
    list
        One table a layer, in the order of the file's contents; layers that are views or compute columns are
        left out, for these are programs. Coordinates are degrees.

    Raises
    ------
    UnreadableListError
        The database is broken, is no GeoPackage, takes too long to read, or holds more than a list.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        _lock(connection)
        plain = {name for name, sql in connection.execute(_TABLES) if _PLAIN_TABLE.match(sql or "")}
        # A table that is listed twice is read once.
        listed = {name: (column, srs) for name, column, srs in connection.execute(_LAYERS) if name in plain}
        budget.take(TABLES, len(listed))
        tables = []
        for number, (name, (column, srs)) in enumerate(listed.items()):
            budget.begin(number, len(listed))
            tables.append(_Layer(connection, name, budget).read(column, srs))
    except DAMAGES as fault:
        raise _refused(budget.file_name, fault) from None
    else:
        return tables
    finally:
        connection.close()


def _refused(file_name: str, fault: Exception) -> UnreadableListError:
    code = getattr(fault, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_INTERRUPT:
        millions = MAX_STEPS * STEP // 10**6
        return UnreadableListError("geopackage_steps", file_name=file_name, millions=millions)
    if code == sqlite3.SQLITE_TOOBIG:
        return UnreadableListError("geopackage_cell", file_name=file_name, most=MAX_BLOB >> 20)
    if "no such table: gpkg" in str(fault):
        return UnreadableListError("geopackage_tables", file_name=file_name)
    return UnreadableListError("geopackage_damaged", file_name=file_name)


def _lock(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BLOB)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY
    )
    steps = iter(range(MAX_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, STEP)


class _Layer:
    """Read one layer; what all layers give is counted against the file's budget."""

    def __init__(self, connection: sqlite3.Connection, name: str, budget: Budget) -> None:
        self._connection, self._name, self._budget = connection, name, budget

    def read(self, column: str | None, srs: int | None) -> SourceTable:
        """Return its table; `column` holds its shapes, in the system `srs`."""
        quoted = '"' + self._name.replace('"', '""') + '"'
        # The name is quoted as an identifier; it comes from the file and cannot be a parameter.
        cursor = self._connection.execute(f"SELECT * FROM {quoted} LIMIT {MAX_ROWS + 1}")  # noqa: S608
        names = [described[0] for described in cursor.description]
        self._budget.require(COLUMNS, len(names), where=self._name)
        rows = self._fetched(cursor)
        place = names.index(column) if column in names else None
        records = [
            {
                name: _plain(value)
                for at, (name, value) in enumerate(zip(names, row, strict=True))
                if at != place
            }
            for row in rows
        ]
        shapes = np.empty(len(rows), dtype=object)
        shapes[:] = [None if place is None else _shape(row[place]) for row in rows]
        self._budget.take(VERTICES, int(shapely.get_num_coordinates(shapes).sum()), where=self._name)
        file_name = self._budget.file_name
        crs, remarks = _crs(self._connection, srs, file_name) if place is not None else (None, ())
        moved, moved_remarks = to_degrees(shapes, crs, file_name=file_name)
        return feature_table(
            records,
            moved,
            budget=self._budget,
            part=self._name,
            kind="gpkg",
            remarks=(*remarks, *moved_remarks),
        )

    def _fetched(self, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
        """Fetch rows as long as they fit: a forged file may give one page's bytes out many times."""
        rows, length = [], 0
        for row in self._budget.each(cursor, MAX_ROWS):
            self._budget.take(ROWS, 1, where=self._name)
            length += sum(len(value) for value in row if isinstance(value, str | bytes))
            if length > MAX_FETCHED:
                name, file_name = self._name[:NAME_LENGTH], self._budget.file_name
                raise UnreadableListError(
                    "geopackage_layer", layer=name, file_name=file_name, most=MAX_FETCHED >> 20
                )
            rows.append(row)
        return rows


def _plain(value: Any) -> Any:
    # Pictures and other bytes are no text of a list.
    if isinstance(value, bytes):
        return None
    return value[:MAX_CELL_LENGTH] if isinstance(value, str) else value


def _shape(blob: Any) -> Any:
    """Take the GeoPackage header off and read the WKB behind it; what is none has no shape."""
    if not isinstance(blob, bytes) or len(blob) < HEADER or blob[:2] != b"GP":
        return None
    start = HEADER + ENVELOPE_BYTES.get((blob[3] >> 1) & 0b111, 0)
    try:
        return shapely.force_2d(shapely.from_wkb(blob[start:]))
    except (shapely.errors.ShapelyError, NotImplementedError):
        # Broken, or one of the curves shapely does not know.
        return None


def _crs(
    connection: sqlite3.Connection, srs: int | None, file_name: str
) -> tuple[CRS | None, tuple[Remark, ...]]:
    row = connection.execute(_SYSTEM, (srs,)).fetchone()
    if row is None or srs in UNDEFINED_CODES:
        return None, (Remark("no_crs"),)
    organization, code, definition = row
    if code in WGS84_CODES:
        return read_crs(code, file_name=file_name), ()
    text: str | int = (
        code if str(organization).upper() == "EPSG" and isinstance(code, int) else str(definition)
    )
    return read_crs(text, file_name=file_name), ()
