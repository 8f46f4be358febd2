"""Back the registry up into one file, and restore it from there; a copy is one only when it is whole.

A copy is a registry in SQLite itself, whatever the original is, with one more table that says how many rows
each table has and the SHA-256 of them all.
"""

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from geo.errors import RegistryError
from geo.registry.bulk import insert_rows, pieces
from geo.registry.connection import Registry, open_registry
from geo.registry.records import to_json
from geo.registry.tables import REVISION, metadata, state

MANIFEST = "manifest"
_MAGIC = b"SQLite format 3\x00"
_ALLOWED = {"alembic_version", MANIFEST, *metadata.tables}
# In their order; the state goes with the copy and is not taken back as it is.
_ASK_MANIFEST = f"SELECT name, columns, rows, sha256 FROM {MANIFEST}"  # noqa: S608 - our own name
_NEEDED = {"facilities", "versions", "batches", "listings"}
_COPIED: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table is not state)


def back_up(registry: Registry, path: Path) -> dict[str, int]:
    """Write a whole copy of the registry as it is at this moment, and read it back.

    Parameters
    ----------
    registry
        As from `open_registry`; others may go on writing to it.
    path
        Of the file to make; one that is there already is never replaced.

    Returns
    -------
    dict
        How many rows each table has.

    Raises
    ------
    RegistryError
        The file is there already, or the copy read back is not the registry.
    """
    if path.exists():
        raise RegistryError(f"{path.name} is there already; name another file, or move it away.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        made = Path(folder) / "copy.sqlite3"
        told = _copy_into(registry, made)
        check_copy(made)
        # Only now does it get its name: a file of this name is whole, and nobody else's is replaced.
        path.open("xb").close()
        made.replace(path)
    return {name: rows for name, (rows, _) in told.items()}


def check_copy(path: Path) -> dict[str, int]:
    """Make sure that a copy is whole: every row is there, and none is another.

    Returns
    -------
    dict
        How many rows each table has.

    Raises
    ------
    RegistryError
        The file is no copy, or a damaged one.
    """
    if not path.is_file() or not _is_sqlite(path):
        raise RegistryError(f"{path.name} is no backup of a registry. Give a file `registry backup` made.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            objects = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
            strange = [name for kind, name in objects if kind not in ("table", "index")]
            strange += [name for kind, name in objects if kind == "table" and name not in _ALLOWED]
            if strange or (connection.execute("PRAGMA quick_check").fetchone()[0] != "ok"):
                raise RegistryError(f"{path.name} is damaged or no backup of a registry. Take another copy.")
            listed = connection.execute(_ASK_MANIFEST).fetchall()
            told = {name: (rows, digest) for name, _, rows, digest in listed}
            found = {name: _digest_of(connection, name, json.loads(columns)) for name, columns, *_ in listed}
    except (sqlite3.Error, ValueError) as fault:
        raise RegistryError(f"{path.name} cannot be read ({fault}). Take another copy.") from None
    wrong = sorted(name for name in told if told[name] != found[name])
    missing = sorted(_NEEDED - set(told))
    if wrong or missing:
        raise RegistryError(
            f"{path.name} is not whole: {', '.join((*wrong, *missing))} differ. Take another copy."
        )
    return {name: rows for name, (rows, _) in told.items()}


def restore(registry: Registry, path: Path, *, replace: bool = False) -> dict[str, int]:
    """Put a copy in the place of everything the registry holds, in one transaction.

    Parameters
    ----------
    registry
        As from `open_registry`; of either kind, whichever the copy was taken from.
    path
        A file that `back_up` made, by this release or an earlier one.
    replace
        Whether a registry that is not empty may be replaced.

    Returns
    -------
    dict
        How many rows each table has now.

    Raises
    ------
    RegistryError
        The copy is not whole, or the registry is not empty and `replace` is not given; nothing changed.
    ReadOnlyError
        The registry may only be read.
    """
    counts = check_copy(path)
    with tempfile.TemporaryDirectory(prefix="guigongtu-restore-") as folder:
        # Steps to the present tables are taken in a copy of the copy.
        stepped = Path(folder) / "copy.sqlite3"
        shutil.copyfile(path, stepped)
        source = open_registry(f"sqlite:///{stepped}", read_only=True)
        try:
            with source.reading() as reading, registry.writing() as writing:
                _require_room(writing, replace=replace)
                _put_back(reading, writing)
        finally:
            source.close()
    return counts


def _put_back(reading: Connection, writing: Connection) -> None:
    for table in _COPIED:
        writing.execute(delete(table))
        names = [column.name for column in table.columns]
        for piece in pieces(_rows(reading, table)):
            insert_rows(writing, table, names, piece)
    # Whoever holds an answer of the registry as it was must see that it is another.
    then = reading.execute(select(state.c[REVISION])).scalar_one()
    now = writing.execute(select(state.c[REVISION])).scalar_one()
    writing.execute(update(state).values({REVISION: max(then, now) + 1}))


def _require_room(writing: Connection, *, replace: bool) -> None:
    full = [
        table.name
        for table in _COPIED
        if writing.execute(select(func.count()).select_from(table)).scalar_one()
    ]
    if full and not replace:
        raise RegistryError(
            f"The registry is not empty ({', '.join(full)}). Back it up, then restore with --force."
        )


def _copy_into(registry: Registry, made: Path) -> dict[str, tuple[int, str]]:
    copy = open_registry(f"sqlite:///{made}", read_only=False)
    told: dict[str, tuple[int, str]] = {}
    try:
        with registry.reading() as reading, copy.writing() as writing:
            for table in _COPIED:
                names = [column.name for column in table.columns]
                digest, count = hashlib.sha256(), 0
                for piece in pieces(_rows(reading, table)):
                    insert_rows(writing, table, names, piece)
                    count += len(piece)
                    for row in piece:
                        digest.update(_line(row))
                told[table.name] = (count, digest.hexdigest())
            revision = reading.execute(select(state.c[REVISION])).scalar_one()
            writing.execute(update(state).values({REVISION: revision}))
            writing.exec_driver_sql(
                f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, columns TEXT, rows INTEGER, sha256 TEXT)"
            )
            lines = [
                (table.name, to_json([column.name for column in table.columns]), *told[table.name])
                for table in _COPIED
            ]
            writing.exec_driver_sql(f"INSERT INTO {MANIFEST} VALUES (?, ?, ?, ?)", lines)  # noqa: S608 - our own name
    finally:
        copy.close()
    # One file, without a log beside it.
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return told


def _rows(reading: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    asked = select(table).order_by(*table.primary_key).execution_options(yield_per=1_000)
    for row in reading.execute(asked):
        yield tuple(row)


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def _digest_of(connection: sqlite3.Connection, name: str, columns: list[str]) -> tuple[int, str]:
    """Give rows and SHA-256 of a table of a copy, in the order they were written in."""
    there = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
    if name not in _ALLOWED or not set(columns) <= there:
        return 0, ""
    digest, count = hashlib.sha256(), 0
    listed = ", ".join(f'"{column}"' for column in columns)
    for row in connection.execute(f'SELECT {listed} FROM "{name}" ORDER BY rowid'):  # noqa: S608 - checked above
        digest.update(_line(row))
        count += 1
    return count, digest.hexdigest()


def _line(row: tuple[Any, ...]) -> bytes:
    return (to_json(list(row)) + "\n").encode()
