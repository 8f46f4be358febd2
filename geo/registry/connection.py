"""Open the registry; read it as it was at one moment, and write to it one after another."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, select, update
from sqlalchemy.exc import ArgumentError, InvalidRequestError, SQLAlchemyError

from geo.errors import GeoDataError, ReadOnlyError, RegistryError
from geo.registry.database_errors import fault_of_database, said_by_driver
from geo.registry.faults import NO_DRIVER, REFUSED, UNREADABLE, UNWRITABLE, damage, registry_fault
from geo.registry.place import SQLITE, is_read_only, is_writable, registry_url, sqlite_file
from geo.registry.soundness import require_sound
from geo.registry.sqlite_file import (
    WRITES,
    copy_with_log,
    is_cut_off,
    make_registry_file,
    reading_engine,
    require_registry_file,
    writing_engine,
)
from geo.registry.steps import is_present, lead_on
from geo.registry.tables import REVISION, state


@dataclass(frozen=True, eq=False)
class Registry:
    """Hold the way to one registry, as `open_registry` gave it.

    `writable` is False where this user may not write its file or folder; `held` are the things to let go of
    when it is closed.
    """

    engine: Engine
    read_only: bool
    writable: bool = True
    held: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Return a connection that sees the registry as it is at this moment, whatever others write.

        What is read is to be understood before it is let go of: an error in the midst of it is looked into,
        and where the registry is damaged, that is what is raised.

        Raises
        ------
        RegistryError
            It cannot be read.
        """
        with explained(self.engine), self.engine.connect() as connection:
            if self.engine.dialect.name != SQLITE:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Return a connection that writes all or nothing; other writers wait until it is done.

        Raises
        ------
        ReadOnlyError
            The registry may only be read.
        RegistryError
            It cannot be written.
        """
        if not self.writable:
            raise registry_fault(UNWRITABLE)
        if self.read_only:
            raise ReadOnlyError("registry_read_only")
        with explained(self.engine), self.engine.connect() as connection:
            connection.execution_options(**{WRITES: True})
            with connection.begin():
                # The first thing every writer does: it queues for this row and reads after the others.
                connection.execute(update(state).values({REVISION: state.c[REVISION] + 1}))
                yield connection

    def revision(self) -> int:
        """Return the number that every change raises; 0 is a registry nothing was ever written to."""
        with self.reading() as connection:
            return int(connection.execute(select(state.c[REVISION])).scalar_one())

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()
        self.held.close()


def open_registry(url: str | None = None, *, read_only: bool | None = None) -> Registry:
    """Open the registry, make it where there is none, and lead it to the present tables.

    One that this user may not write is opened all the same, for reading.

    Parameters
    ----------
    url
        Of a SQLite file or a PostgreSQL database; None for `geo.registry.place.registry_url()`.
    read_only
        Whether every write is refused; None for the setting `GUIGONGTU_READ_ONLY`.

    Raises
    ------
    RegistryError
        It cannot be reached, is damaged or no registry, or was written by a later release.
    """
    address = registry_url() if url is None else registry_url({"DATABASE_URL": url})
    closed = is_read_only() if read_only is None else read_only
    path = sqlite_file(address)
    if path is None:
        return Registry(_led_on(_server(address)), closed)
    if not path.is_symlink() and not _stands(path):
        make_registry_file(path, _make_tables)
    require_registry_file(path)
    if is_writable(address):
        try:
            return Registry(_led_on(writing_engine(path)), closed)
        except RegistryError as fault:
            # Some systems only say so when it is tried.
            if fault.code not in (UNREADABLE, UNWRITABLE):
                raise
    return _for_reading(path)


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as fault:
        raise registry_fault(UNREADABLE, fault.strerror) from None


def _server(address: str) -> Engine:
    try:
        return create_engine(address, pool_pre_ping=True, pool_size=5)
    except ImportError:
        # Missing, or without the library of PostgreSQL that its extra `binary` brings.
        raise registry_fault(NO_DRIVER) from None
    except ArgumentError:
        raise RegistryError("database_url_unusable") from None


def _for_reading(path: Path) -> Registry:
    """Open a file that may not be written; read a copy of it where reading alone would have to write."""
    held = ExitStack()
    with ExitStack() as failing:
        failing.callback(held.close)
        engine = reading_engine(path)
        failing.callback(engine.dispose)
        if is_cut_off(path) or not _is_present(engine):
            folder = held.enter_context(tempfile.TemporaryDirectory(prefix="guigongtu-reading-"))
            copied = Path(folder) / path.name
            try:
                copy_with_log(path, copied)
            except OSError as fault:
                raise registry_fault(UNREADABLE, fault.strerror) from None
            engine = writing_engine(copied)
            failing.callback(engine.dispose)
            _led_on(engine)
        failing.pop_all()
    return Registry(engine, read_only=True, writable=False, held=held)


def _is_present(engine: Engine) -> bool:
    with explained(engine), engine.connect() as connection, connection.begin():
        return is_present(connection)


def _led_on(engine: Engine) -> Engine:
    try:
        with explained(engine):
            lead_on(engine, new=False)
    except GeoDataError:
        engine.dispose()
        raise
    return engine


def _make_tables(engine: Engine) -> None:
    with explained(engine):
        lead_on(engine, new=True)


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Say in one sentence, and without address or password, what the database could not do.

    An error that may come of what the registry holds is raised as damage where the registry is damaged, and
    as it is where it is whole.
    """
    try:
        yield
    except GeoDataError:
        raise
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as fault:
        known = fault_of_database(fault)
        if known is not None:
            raise known from None
        _look_for_damage(engine)
        if isinstance(fault, InvalidRequestError):
            raise
        raise registry_fault(REFUSED, said_by_driver(fault)) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        _look_for_damage(engine)
        raise


def _look_for_damage(engine: Engine) -> None:
    """Raise if the registry is damaged."""
    try:
        with engine.connect() as connection, connection.begin():
            require_sound(connection)
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as fault:
        raise (fault_of_database(fault) or damage(engine.dialect.name, said_by_driver(fault))) from None
