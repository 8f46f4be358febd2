"""Whether a registry is whole: its file, its indexes, and every value one that may have been written."""

import datetime as dt
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Double, Integer, Table, select

from geo import schema
from geo.importing.location.placing import GIVEN_LAT, GIVEN_LON
from geo.network.facilities import allowed_values
from geo.registry.bulk import pieces
from geo.registry.faults import damage
from geo.registry.place import SQLITE
from geo.registry.tables import (
    ACTION,
    AFTER,
    AT,
    BATCH_ID,
    BEFORE,
    CHANGE,
    CHANGED,
    CLOSE,
    COUNTS,
    DECIDED_AT,
    DECISION,
    FINDINGS,
    IMPORT,
    KEEP,
    LISTED_ROW,
    MAPPING,
    NEW,
    ORIGINAL,
    OUTCOME,
    PRESENT,
    RECIPE,
    REST,
    REVISION,
    UNCHANGED,
    UNDO,
    UNDONE_AT,
    VERSION,
    VERSION_ID,
    facilities,
    metadata,
    state,
)

Values = Collection[Any]
Rule = Callable[[Values], bool]
# What a record that is present never lacks.
_NEVER_MISSING = (
    schema.FACILITY_TYPE,
    schema.NAME,
    schema.STATUS,
    schema.ORIGIN,
    schema.PLACE_PRECISION,
)
_FOREVER = float("inf")


def _between(least: float, most: float = _FOREVER) -> Rule:
    return lambda values: not values or (min(values) >= least and max(values) <= most)


def _one_of(*allowed: object) -> Rule:
    return lambda values: set(values) <= set(allowed)


def _moments(values: Values) -> bool:
    return all(dt.datetime.fromisoformat(value).tzinfo for value in set(values))


def _objects(values: Values) -> bool:
    return all(isinstance(json.loads(value), dict) for value in values)


_EACH: dict[str, Rule] = {
    **dict.fromkeys((VERSION, VERSION_ID, BATCH_ID), _between(1)),
    **dict.fromkeys((LISTED_ROW, REVISION), _between(0)),
    PRESENT: _one_of(0, 1),
    **dict.fromkeys((schema.LON, GIVEN_LON), _between(-180, 180)),
    **dict.fromkeys((schema.LAT, GIVEN_LAT), _between(-90, 90)),
    **{name: _one_of(*allowed) for name, allowed in allowed_values().items()},
    **dict.fromkeys((AT, UNDONE_AT, DECIDED_AT), _moments),
    **dict.fromkeys((BEFORE, AFTER, COUNTS, FINDINGS, ORIGINAL, RECIPE, MAPPING), _objects),
    ACTION: _one_of(IMPORT, CHANGE, CLOSE, UNDO),
    OUTCOME: _one_of(NEW, CHANGED, UNCHANGED, REST),
    DECISION: _one_of(CLOSE, KEEP),
}


def require_values(table: Table, columns: Mapping[str, Sequence[Any]], *, engine: str) -> None:
    """Raise unless every value is one that the program may have written there.

    Parameters
    ----------
    table
        One of `geo.registry.tables`.
    columns
        Values by column, all of one length; None where missing.
    engine
        The kind of database, for the cure.

    Raises
    ------
    RegistryError
        A value is of another kind, is missing, or is out of its range.
    """
    wrong = [name for name, values in columns.items() if not _is_sound(table, name, values)]
    if table is facilities and PRESENT in columns and not wrong:
        here = columns[PRESENT]
        wrong = [
            name
            for name in _NEVER_MISSING
            if any(value is None and stands for value, stands in zip(columns[name], here, strict=True))
        ]
    if wrong:
        raise damage(engine, f"{table.name}.{wrong[0]} holds what was never written")


def require_sound(connection: Connection) -> None:
    """Raise unless the registry is whole: file, tables, indexes, and every value of every row.

    Parameters
    ----------
    connection
        As from `Registry.reading`.

    Raises
    ------
    RegistryError
        It is damaged.
    """
    engine = connection.dialect.name
    require_whole(connection)
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        found = connection.execute(select(table).execution_options(yield_per=1_000))
        for piece in pieces(found):
            require_values(table, dict(zip(names, zip(*piece, strict=True), strict=True)), engine=engine)
    if len(connection.execute(select(state)).all()) != 1:
        raise damage(engine, f"{state.name} is not one row")


def require_whole(connection: Connection) -> None:
    """Raise unless the file is whole and every index agrees with its table; of a server nothing is asked.

    `PRAGMA quick_check` does not compare indexes with tables, `integrity_check` does.

    Raises
    ------
    RegistryError
        It is damaged.
    """
    if connection.dialect.name != SQLITE:
        return
    found = integrity_fault(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars())
    if found:
        raise damage(SQLITE, found)


def integrity_fault(lines: Iterable[str]) -> str:
    """Return what `PRAGMA integrity_check` found first; blank where all is well."""
    first = next(iter(lines), "no answer")
    return "" if first == "ok" else first


def _is_sound(table: Table, name: str, values: Values) -> bool:
    column = table.c[name]
    held = [value for value in values if value is not None]
    if len(held) < len(values) and not column.nullable:
        return False
    if isinstance(column.type, Double):
        kinds = set(map(type, held)) <= {float, int} and all(map(math.isfinite, held))
    else:
        kinds = set(map(type, held)) <= {int if isinstance(column.type, Integer) else str}
    rule = _EACH.get(name)
    try:
        return kinds and (rule is None or rule(held))
    except (ValueError, TypeError, RecursionError):
        return False
