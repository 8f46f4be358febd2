"""Lead a registry to the present tables, and tell what else may stand in its place."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, select, text

from geo.registry.faults import (
    EMPTY,
    IS_BACKUP,
    LATER,
    OTHER_DATABASE,
    OTHER_TABLES,
    damage,
    registry_fault,
)
from geo.registry.place import POSTGRESQL, SQLITE
from geo.registry.sqlite_file import WRITES
from geo.registry.tables import MANIFEST, metadata

# The steps in `migrations`, the first first; a test compares them with the files there.
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
# Any number that no other program on the server uses: those who migrate wait for one another.
_MIGRATION_LOCK = 4_503_710_111
_stepping = threading.Lock()
# They were there from the first release on.
_FIRST = {"state", "facilities", "versions", "batches", "listings"}
_STATED = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - our own name


def lead_on(engine: Engine, *, new: bool) -> None:
    """Take the steps a registry lacks, all of them or none.

    Parameters
    ----------
    engine
        The way to it.
    new
        Whether the file was just made for it; a database of a server that holds no tables is new too.

    Raises
    ------
    RegistryError
        It is damaged, no registry, or was written by a later release.
    """
    with engine.connect() as connection, connection.begin():
        if is_present(connection, new=new):
            return
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if engine.dialect.name != SQLITE:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        if is_present(connection, new=new):
            return
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        # Alembic keeps what it works on in its module: two registries at once would mix.
        with _stepping:
            command.upgrade(config, "head")


def is_present(connection: Connection, *, new: bool = False) -> bool:
    """Return whether the tables are those of this release; False where steps are wanting.

    Raises
    ------
    RegistryError
        It is damaged, no registry, or was written by a later release.
    """
    tables = set(inspect(connection).get_table_names())
    is_file = connection.dialect.name == SQLITE
    if VERSION_TABLE not in tables:
        _require_nothing(tables, is_file=is_file, new=new)
        return False
    if not tables & _FIRST:
        raise registry_fault(OTHER_DATABASE if is_file else OTHER_TABLES)
    if is_file and MANIFEST in tables:
        raise registry_fault(IS_BACKUP)
    stated: list[str] = list(connection.execute(text(_STATED)).scalars())
    if len(stated) == 1 and stated[0].isdecimal() and stated[0] > HEAD:
        raise registry_fault(LATER, f"its tables are {stated[0]}, this one knows {HEAD}")
    if len(stated) != 1 or stated[0] not in REVISIONS:
        raise damage(connection.dialect.name, f"{VERSION_TABLE} holds what was never written")
    if stated[0] == HEAD:
        # A table or column that is missing is an error here and not in the midst of work.
        for table in metadata.sorted_tables:
            connection.execute(select(table).limit(0))
    return stated[0] == HEAD


def _require_nothing(tables: set[str], *, is_file: bool, new: bool) -> None:
    """Raise unless tables may be made beside those that are there."""
    if tables >= _FIRST:
        raise damage(SQLITE if is_file else POSTGRESQL, f"{VERSION_TABLE} is missing")
    if is_file and tables:
        raise registry_fault(OTHER_DATABASE)
    if tables & set(metadata.tables):
        raise registry_fault(OTHER_TABLES)
    if is_file and not new:
        raise registry_fault(EMPTY)
