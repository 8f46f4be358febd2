"""Write many rows at once, a few thousand at a time, and say how far it is."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete

from geo import schema
from geo.registry.tables import BATCH_ID, PRESENT, RECORD_COLUMNS, VERSION, facilities

# Rows sent at a time; between two of them the progress is reported.
PIECE = 5_000
Progress = Callable[[int], None]
Item = TypeVar("Item")
_FACILITY_COLUMNS = (schema.FACILITY_ID, VERSION, PRESENT, BATCH_ID, *RECORD_COLUMNS)
_NOTHING = (None,) * len(RECORD_COLUMNS)


def pieces(items: Iterable[Item]) -> Iterable[list[Item]]:
    """Yield items a few thousand at a time; only these are ever held."""
    walk = iter(items)
    while piece := list(islice(walk, PIECE)):
        yield piece


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows to a table.

    Parameters
    ----------
    connection
        As from `Registry.writing`.
    table
        One of `geo.registry.tables`.
    names
        Its columns.
    rows
        Values in the order of `names`.
    """
    listed = ", ".join(f'"{name}"' for name in names)
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        # COPY takes a tenth of the time of one statement a row.
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    # Straight to the driver: SQLAlchemy's own way takes longer for the parameters than SQLite for the rows.
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', list(rows))  # noqa: S608 - our own names


def replace_records(
    connection: Connection,
    records: Sequence[tuple[str, int, int | None, Sequence[Any] | None]],
    *,
    known: Sequence[str],
) -> None:
    """Put records in the place of those with the same ids.

    Parameters
    ----------
    connection
        As from `Registry.writing`.
    records
        Id, version, batch and the values of `RECORD_COLUMNS`, None for one that is gone.
    known
        The ids among them that the table has already.
    """
    column = facilities.c[schema.FACILITY_ID]
    if known:
        gone = [{"gone": one} for one in known]
        connection.execute(delete(facilities).where(column == bindparam("gone")), gone)
    rows = [
        (one, version, int(values is not None), batch, *(_NOTHING if values is None else values))
        for one, version, batch, values in records
    ]
    insert_rows(connection, facilities, _FACILITY_COLUMNS, rows)
