"""Back the registry up into one file, and restore it from there; a copy is one only when it is whole.

A copy is a registry in SQLite itself, whatever the original is, with a manifest of what it holds.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from geo.errors import RegistryError
from geo.export.whole_file import not_written, publish, workroom
from geo.registry.bulk import insert_rows, pieces
from geo.registry.connection import Registry, open_registry
from geo.registry.database_errors import fault_of_database, said_by_driver
from geo.registry.faults import DISK, REFUSED, registry_fault
from geo.registry.manifest import Tally, read_manifest, rows_of_table, write_manifest
from geo.registry.soundness import require_sound, require_whole
from geo.registry.steps import VERSION_TABLE
from geo.registry.tables import MANIFEST, REVISION, metadata, state

# The state goes with the copy and is not taken back as it is.
_COPIED: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table is not state)
_COLUMNS = {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}


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
        The file is there already, the registry is damaged, or the copy read back is not the registry.
    FileNotWrittenError
        The disk is full, or the folder may not be written.
    """
    if path.exists():
        raise RegistryError("backup_taken", name=path.name)
    with not_written(path.name), workroom(path.parent) as room:
        made = room / "copy.sqlite3"
        read = _copy_into(registry, made)
        written = read_manifest(made, name=path.name)
        if any(written[name].content != tally.content for name, tally in read.items()):
            raise RegistryError("backup_not_as_registry", name=path.name)
        # Only now does it get its name: a file of this name is whole, and nobody else's is replaced.
        publish(made, path, replace=False)
    return {name: tally.rows for name, tally in read.items()}


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
    return _counts(read_manifest(path, name=path.name))


def restore(registry: Registry, path: Path, *, replace: bool = False) -> dict[str, int]:
    """Put a copy in the place of everything the registry holds, in one transaction.

    What was written is read back and compared with the copy's manifest before the transaction ends.

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
        The copy is not whole, what was written is not what it holds, or the registry is not empty and
        `replace` is not given; nothing changed.
    ReadOnlyError
        The registry may only be read.
    """
    with (
        _led_on_copy(path) as (source, tallies),
        source.reading() as reading,
        registry.writing() as writing,
    ):
        _require_room(writing, replace=replace)
        _put_back(reading, writing)
        _require_written(writing, tallies, name=path.name)
    return _counts(tallies)


@contextmanager
def _led_on_copy(path: Path) -> Iterator[tuple[Registry, dict[str, Tally]]]:
    """Return a copy of the copy, led to the present tables, and what the copy holds."""
    with workroom(Path(tempfile.gettempdir())) as room:
        stepped = room / "copy.sqlite3"
        with not_written("The copy that is restored"):
            if path.is_file():
                shutil.copyfile(path, stepped)
        tallies = read_manifest(stepped, name=path.name)
        with _file(stepped) as connection:
            connection.execute(f"DROP TABLE {MANIFEST}")
            connection.commit()
        source = open_registry(f"sqlite:///{stepped}", read_only=True)
        try:
            with source.reading() as reading:
                require_sound(reading)
            yield source, tallies
        finally:
            source.close()


@contextmanager
def _file(path: Path) -> Iterator[sqlite3.Connection]:
    """Return a copy in the making as SQLite has it; say in one sentence what the disk could not do."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            yield connection
    except sqlite3.Error as fault:
        raise (fault_of_database(fault) or registry_fault(REFUSED, said_by_driver(fault))) from None


def _put_back(reading: Connection, writing: Connection) -> None:
    for table in _COPIED:
        writing.execute(delete(table))
        for piece in pieces(_rows_of_file(reading, table)):
            insert_rows(writing, table, _COLUMNS[table.name], piece)
    # Whoever holds an answer of the registry as it was must see that it is another.
    then = reading.execute(select(state.c[REVISION])).scalar_one()
    now = writing.execute(select(state.c[REVISION])).scalar_one()
    writing.execute(update(state).values({REVISION: max(then, now) + 1}))


def _require_written(writing: Connection, tallies: Mapping[str, Tally], *, name: str) -> None:
    """Raise unless the tables hold what the manifest says, and every index agrees with them."""
    require_whole(writing)
    for table in _COPIED:
        tally = Tally()
        tally.add(_rows(writing, table))
        # A table that a later step made is not in the copy, and has no row.
        if tally.content != tallies.get(table.name, Tally()).content:
            raise RegistryError("copy_not_as_source", table=table.name, name=name)


def _require_room(writing: Connection, *, replace: bool) -> None:
    full = [
        table.name
        for table in _COPIED
        if writing.execute(select(func.count()).select_from(table)).scalar_one()
    ]
    if full and not replace:
        raise RegistryError("registry_not_empty", tables=full)


def _copy_into(registry: Registry, made: Path) -> dict[str, Tally]:
    """Write every row into a new file, and give what was read."""
    copy = open_registry(f"sqlite:///{made}", read_only=False)
    read = {table.name: Tally() for table in _COPIED}
    try:
        # An error of the registry is looked into where the registry is; so its connection is the inner one.
        with copy.writing() as writing, registry.reading() as reading:
            require_whole(reading)
            for table in _COPIED:
                for piece in pieces(_rows(reading, table)):
                    read[table.name].add(piece)
                    insert_rows(writing, table, _COLUMNS[table.name], piece)
            revision = reading.execute(select(state.c[REVISION])).scalar_one()
            writing.execute(update(state).values({REVISION: revision}))
    finally:
        copy.close()
    with _file(made) as connection:
        write_manifest(connection, _COLUMNS | {VERSION_TABLE: ["version_num"]})
        connection.commit()
        # One file, without a log beside it.
        if connection.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",):
            raise registry_fault(DISK, "a log stays beside the copy")
    return read


def _rows(reading: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    asked = select(table).order_by(*table.primary_key).execution_options(yield_per=1_000)
    for row in reading.execute(asked):
        yield tuple(row)


def _rows_of_file(reading: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a copy as they were written, by no index."""
    asked = rows_of_table(table.name, _COLUMNS[table.name])
    for row in reading.execution_options(yield_per=1_000).exec_driver_sql(asked):
        yield tuple(row)


def _counts(tallies: Mapping[str, Tally]) -> dict[str, int]:
    return {table.name: tallies[table.name].rows for table in _COPIED if table.name in tallies}
