"""What makes a copy of the registry whole: a table of how many rows each table has, and their digest."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from geo.errors import RegistryError
from geo.registry.database_errors import fault_of_database
from geo.registry.faults import DISK, FULL
from geo.registry.records import to_json
from geo.registry.soundness import integrity_fault
from geo.registry.sqlite_file import MAGIC, read_only_address
from geo.registry.steps import VERSION_TABLE
from geo.registry.tables import MANIFEST, metadata

_ALLOWED = {VERSION_TABLE, MANIFEST, *metadata.tables}
_NEEDED = {"facilities", "versions", "batches", "listings"}
# Copies of the first release say nothing of these two.
_MAY_BE_UNLISTED = {VERSION_TABLE, "state", MANIFEST}
_ASK = f"SELECT name, columns, rows, sha256 FROM {MANIFEST}"  # noqa: S608 - our own name
_MAKE = f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, columns TEXT, rows INTEGER, sha256 TEXT)"
_ADD = f"INSERT INTO {MANIFEST} VALUES (?, ?, ?, ?)"  # noqa: S608 - our own name
_EVERY_BIT = 2**256


class Tally:
    """Count and digest rows: as they come, and whatever their order."""

    def __init__(self) -> None:
        """Begin with no row."""
        self.rows = 0
        self._in_order = hashlib.sha256()
        self._sum = 0

    def add(self, rows: Iterable[Iterable[Any]]) -> None:
        """Take more rows in, each as plain values.

        Raises
        ------
        TypeError, ValueError
            A value is none that the registry writes.
        """
        for row in rows:
            line = (to_json(list(row)) + "\n").encode()
            self.rows += 1
            self._in_order.update(line)
            # The same rows in another order give the same sum: no two databases sort texts alike.
            self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % _EVERY_BIT

    @property
    def in_order(self) -> str:
        """Return the SHA-256 of the rows as they came."""
        return self._in_order.hexdigest()

    @property
    def content(self) -> tuple[int, int]:
        """Return the number of rows, and the sum of the SHA-256 of each."""
        return self.rows, self._sum


def write_manifest(connection: sqlite3.Connection, columns: Mapping[str, list[str]]) -> dict[str, Tally]:
    """Write into a copy what it holds, as it is read back from its tables.

    Parameters
    ----------
    connection
        To the copy.
    columns
        By table, the columns that count.

    Returns
    -------
    dict
        The tally of each table.
    """
    tallies = {name: read_tally(connection, name, names) for name, names in columns.items()}
    connection.execute(_MAKE)
    connection.executemany(
        _ADD, [(name, to_json(columns[name]), one.rows, one.in_order) for name, one in tallies.items()]
    )
    return tallies


def read_manifest(path: Path, *, name: str) -> dict[str, Tally]:
    """Make sure that a copy is whole, and give what it holds by table.

    Every row is read from the table itself, in the order it was written, never by an index.

    Parameters
    ----------
    path
        Of the copy.
    name
        What it is called in the message.

    Raises
    ------
    RegistryError
        The file is no copy, or a damaged one, or the disk failed.
    """
    _require_copy(path, name)
    try:
        with closing(sqlite3.connect(read_only_address(path), uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            _require_tables(connection, name)
            listed = connection.execute(_ASK).fetchall()
            found = {table: _listed_tally(connection, table, columns) for table, columns, *_ in listed}
    except RegistryError:
        raise
    except (sqlite3.Error, TypeError, ValueError) as fault:
        known = fault_of_database(fault) if isinstance(fault, sqlite3.Error) else None
        if known is not None and known.code in (FULL, DISK):
            raise known from None
        raise RegistryError("copy_damaged", name=name) from None
    wrong = [
        table
        for table, _, rows, digest in listed
        if (rows, digest) != (found[table].rows, found[table].in_order)
    ]
    missing = sorted(_NEEDED - set(found))
    if wrong or missing:
        raise RegistryError("copy_not_whole", name=name, parts=[*wrong, *missing])
    return found


def read_tally(connection: sqlite3.Connection, table: str, columns: list[str]) -> Tally:
    """Count and digest the rows of a table of a file, in the order they were written."""
    tally = Tally()
    tally.add(connection.execute(rows_of_table(table, columns)))
    return tally


def rows_of_table(table: str, columns: list[str]) -> str:
    """Return the question for all rows of a table, that no index answers."""
    # With the table named, a column that is not there is an error and no text of its own name.
    listed = ", ".join(f'"{table}"."{column}"' for column in columns)
    return f'SELECT {listed} FROM "{table}" NOT INDEXED ORDER BY rowid'  # noqa: S608 - checked names


def _listed_tally(connection: sqlite3.Connection, table: str, columns: str) -> Tally:
    names = [row[1] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (table,))]
    listed = json.loads(columns)
    if not names or sorted(names) != sorted(listed):
        raise ValueError(table)
    return read_tally(connection, table, listed)


def _require_copy(path: Path, name: str) -> None:
    try:
        with path.open("rb") as stream:
            beginning = stream.read(len(MAGIC))
    except OSError:
        beginning = b""
    if beginning != MAGIC:
        raise RegistryError("copy_is_none", name=name)


def _require_tables(connection: sqlite3.Connection, name: str) -> None:
    objects = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
    tables = {held for kind, held in objects if kind == "table"}
    strange = tables - _ALLOWED or {kind for kind, _ in objects} - {"table", "index"}
    if strange or MANIFEST not in tables:
        raise RegistryError("copy_damaged_or_none", name=name)
    if integrity_fault(row[0] for row in connection.execute("PRAGMA integrity_check(1)")):
        raise RegistryError("copy_tables_damaged", name=name)
    listed = {row[0] for row in connection.execute(_ASK)}
    if listed - tables or tables - listed - _MAY_BE_UNLISTED:
        raise RegistryError("copy_lacks_tables", name=name)
