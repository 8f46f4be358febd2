"""Open the registry; read it as it was at one moment, and write to it one after another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text, update
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from geo.errors import ReadOnlyError, RegistryError
from geo.registry.place import SQLITE, is_read_only, registry_url, sqlite_file
from geo.registry.tables import REVISION, state

# The last step in `migrations`; a test compares it with the files there.
HEAD = "0002"
MIGRATIONS = Path(__file__).parent / "migrations"
# As long as anybody waits for the others to finish writing.
PATIENCE_S = 120
_WRITES = "registry_writes"
# 16 MB of pages at hand: ids come in no order, and each would fetch and write other pages of the indexes.
_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cache_size=-16384",
)
# Any number that no other program on the server uses: those who migrate wait for one another.
_MIGRATION_LOCK = 4_503_710_111


@dataclass(frozen=True, eq=False)
class Registry:
    """Hold the way to one registry, as `open_registry` gave it."""

    engine: Engine
    read_only: bool

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees the registry as it is at this moment, whatever others write."""
        with _told(), self.engine.connect() as connection:
            if self.engine.dialect.name != SQLITE:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing; other writers wait until it is done.

        Raises
        ------
        ReadOnlyError
            The registry may only be read.
        """
        if self.read_only:
            raise ReadOnlyError(
                "The registry is open for reading only. Open it without GUIGONGTU_READ_ONLY=1."
            )
        with _told(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                # The first thing every writer does: it queues for this row and reads after the others.
                connection.execute(update(state).values({REVISION: state.c[REVISION] + 1}))
                yield connection

    def revision(self) -> int:
        """Give the number that every change raises; 0 is a registry nothing was ever written to."""
        with self.reading() as connection:
            return int(connection.execute(select(state.c[REVISION])).scalar_one())

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()


def open_registry(url: str | None = None, *, read_only: bool | None = None) -> Registry:
    """Open the registry, make it where there is none, and lead it to the present tables.

    Parameters
    ----------
    url
        Of a SQLite file or a PostgreSQL database; None for `geo.registry.place.registry_url()`.
    read_only
        Whether every write is refused; None for the setting `GUIGONGTU_READ_ONLY`.

    Raises
    ------
    RegistryError
        It cannot be reached, is no registry, or was written by a later release.
    """
    address = registry_url() if url is None else registry_url({"DATABASE_URL": url})
    try:
        engine = _engine(address)
    except ArgumentError:
        raise RegistryError("DATABASE_URL is no address; give postgresql://user@host/name.") from None
    try:
        with _told():
            _migrate(engine)
    except RegistryError:
        engine.dispose()
        raise
    return Registry(engine, is_read_only() if read_only is None else read_only)


def _engine(url: str) -> Engine:
    path = sqlite_file(url)
    if path is None:
        return create_engine(url, pool_pre_ping=True, pool_size=5)
    if not path.parent.is_dir():
        # What stands in it is nobody else's business.
        path.parent.mkdir(parents=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": PATIENCE_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must begin nothing by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        if _stands_at(connection) == HEAD:
            return
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if engine.dialect.name != SQLITE:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        stands_at = _stands_at(connection)
        if stands_at is not None and stands_at > HEAD:
            raise RegistryError(
                f"The registry was written by a later release (its tables are {stands_at}, "
                f"this one knows {HEAD}). Update the program."
            )
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _stands_at(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@contextmanager
def _told() -> Iterator[None]:
    """Say in one sentence, and without address or password, what the database could not do."""
    try:
        yield
    except OperationalError as fault:
        reason = " ".join(str(fault.orig).split())[:200]
        cure = "Check that the server runs, the address is right and the disk has room, then try again."
        raise RegistryError(f"The registry cannot be reached or written: {reason}. {cure}") from None
    except DBAPIError as fault:
        reason = " ".join(str(fault.orig).split())[:200]
        raise RegistryError(
            f"The registry refused: {reason}. Restore it from a backup if it is damaged."
        ) from None
