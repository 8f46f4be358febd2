"""What an error of SQLite or PostgreSQL says of the registry."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from geo.errors import RegistryError
from geo.registry.faults import (
    DAMAGED,
    DAMAGED_TABLES,
    DISK,
    FULL,
    LOCKED,
    OTHER_FILE,
    UNREACHABLE,
    UNREADABLE,
    UNWRITABLE,
    registry_fault,
)

# By the primary result code: https://www.sqlite.org/rescode.html
_OF_SQLITE = {
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: OTHER_FILE,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: UNWRITABLE,
    sqlite3.SQLITE_PERM: UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
}
# By the state, or its class: https://www.postgresql.org/docs/current/errcodes-appendix.html
_OF_POSTGRESQL = {
    "53100": FULL,
    "25006": UNWRITABLE,
    "42501": UNWRITABLE,
    "42P01": DAMAGED_TABLES,
    "42703": DAMAGED_TABLES,
    "XX001": DAMAGED_TABLES,
    "XX002": DAMAGED_TABLES,
    "57014": LOCKED,
    "55P03": LOCKED,
    "40": LOCKED,
    "08": UNREACHABLE,
    "53": UNREACHABLE,
    "57": UNREACHABLE,
    "28": UNREACHABLE,
    "3D": UNREACHABLE,
}
_PRIMARY = 0xFF


def fault_of_database(error: Exception) -> RegistryError | None:
    """Return the fault an error of SQLAlchemy or a driver shows; None where it may be ours or the file's."""
    raised = said_by_driver(error)
    if isinstance(raised, str):
        return None
    if isinstance(raised, sqlite3.Error):
        code = _OF_SQLITE.get(getattr(raised, "sqlite_errorcode", 0) & _PRIMARY, "")
    else:
        state = getattr(raised, "sqlstate", None) or ""
        code = _OF_POSTGRESQL.get(state) or _OF_POSTGRESQL.get(state[:2], "")
        if not code and not state and isinstance(error, OperationalError):
            code = UNREACHABLE
    return registry_fault(code, raised) if code else None


def said_by_driver(error: Exception) -> BaseException | str:
    """Return what the driver raised, without the statement, the values and the texts that stand there."""
    raised = (error.orig if isinstance(error, DBAPIError) else None) or error
    if isinstance(raised, sqlite3.OperationalError) and not hasattr(raised, "sqlite_errorcode"):
        # Of Python's own making, and it quotes what it could not read.
        return "a text that is no UTF-8"
    return raised
