"""A registry in one SQLite file: what stands there, how it is made, and how it is opened to read or write."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event

from geo.export.whole_file import NO_ROOM, publish, workroom
from geo.registry.faults import EMPTY, FULL, IS_FOLDER, OTHER_FILE, UNREADABLE, UNWRITABLE, registry_fault
from geo.registry.place import SQLITE

MAGIC = b"SQLite format 3\x00"
# As long as anybody waits for the others to finish writing.
PATIENCE_S = 120
WRITES = "registry_writes"
WRITE_AHEAD_LOG, SHARED_INDEX = "-wal", "-shm"
# 16 MB of pages at hand: ids come in no order, and each would fetch and write other pages of the indexes.
_ANY_SETTINGS = ("foreign_keys=ON", "trusted_schema=OFF", "cache_size=-16384")
_WRITING_SETTINGS = ("synchronous=FULL",)
# A file keeps this one; set on another program's, it would be a change to it.
_NEW_SETTINGS = ("journal_mode=WAL",)


def require_registry_file(path: Path) -> None:
    """Raise unless a file stands there that begins as a database of SQLite does.

    Raises
    ------
    RegistryError
        It is a folder, empty, another file, or may not be read.
    """
    try:
        if path.is_dir():
            raise registry_fault(IS_FOLDER)
        with path.open("rb") as stream:
            beginning = stream.read(len(MAGIC))
    except OSError as fault:
        raise registry_fault(UNREADABLE, fault.strerror) from None
    if beginning != MAGIC:
        raise registry_fault(OTHER_FILE if beginning else EMPTY)


def make_registry_file(path: Path, fill: Callable[[Engine], None]) -> None:
    """Make a new registry beside its place and put it there whole; whoever is first there stays.

    So that a file of no bytes under this name is never a registry about to be made.

    Parameters
    ----------
    path
        Of the file, that is not there.
    fill
        Makes the tables.

    Raises
    ------
    RegistryError
        The folder is not there and cannot be made, or may not be written.
    """
    try:
        # What stands in it is nobody else's business.
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with workroom(path.parent) as room:
            made = room / path.name
            engine = writing_engine(made, new=True)
            try:
                fill(engine)
            finally:
                engine.dispose()
            publish(made, path, replace=False)
    except FileExistsError:
        return
    except OSError as fault:
        raise registry_fault(FULL if fault.errno in NO_ROOM else UNWRITABLE) from None


def writing_engine(path: Path, *, new: bool = False) -> Engine:
    """Return the way to a file that may be written; only a new one is made where there is none."""
    address = f"{_address(path)}?mode={'rwc' if new else 'rw'}"
    settings = (*_ANY_SETTINGS, *_WRITING_SETTINGS, *(_NEW_SETTINGS if new else ()))
    engine = create_engine(f"{SQLITE}://", creator=lambda: _connected(address, settings), poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    return engine


def reading_engine(path: Path) -> Engine:
    """Return the way to a file that may only be read, in a folder that may not be written.

    Each connection looks again: without a log nobody writes, and SQLite need not make the two files it would
    share with a writer; with one, it reads what the writer shares.
    """

    def connected() -> sqlite3.Connection:
        mode = "mode=ro" if _has_log(path) else "mode=ro&immutable=1"
        return _connected(f"{_address(path)}?{mode}", _ANY_SETTINGS)

    engine = create_engine(f"{SQLITE}://", creator=connected, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def read_only_address(path: Path) -> str:
    """Return the address by which SQLite opens a file for reading."""
    return f"{_address(path)}?mode=ro"


def is_cut_off(path: Path) -> bool:
    """Return whether a log was left behind that cannot be read without writing."""
    return _has_log(path) and not path.with_name(path.name + SHARED_INDEX).exists()


def copy_with_log(path: Path, made: Path) -> None:
    """Copy a registry nobody writes to, with the log that was left behind."""
    shutil.copyfile(path, made)
    if _has_log(path):
        shutil.copyfile(
            path.with_name(path.name + WRITE_AHEAD_LOG), made.with_name(made.name + WRITE_AHEAD_LOG)
        )


def _has_log(path: Path) -> bool:
    return path.with_name(path.name + WRITE_AHEAD_LOG).exists()


def _address(path: Path) -> str:
    # `Path.as_uri` names a Windows share in a way that SQLite does not read.
    posix = path.absolute().as_posix()
    return f"file://{'' if posix.startswith('/') else '/'}{quote(posix)}"


def _connected(address: str, settings: tuple[str, ...]) -> sqlite3.Connection:
    # The driver must begin nothing by itself: `_begin` does.
    connection = sqlite3.connect(
        address, uri=True, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    try:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    writes: Any = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
