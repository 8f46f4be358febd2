"""Remember what a header was confirmed to mean, for the next file with the same one."""

import datetime as dt
from contextlib import suppress

from sqlalchemy import delete, insert, select

from geo.errors import InvalidValueError
from geo.importing.columns.header_matching import ColumnMapping
from geo.registry.connection import Registry
from geo.registry.records import storable
from geo.registry.tables import FINGERPRINT, MAPPING, mappings
from geo.registry.version_log import signed


def remembered_mappings(registry: Registry) -> dict[str, ColumnMapping]:
    """Return every mapping confirmed before, by fingerprint, as `match_columns` takes them.

    One that this release cannot read is left out: its columns are matched again.
    """
    with registry.reading() as connection:
        rows = connection.execute(select(mappings.c[FINGERPRINT], mappings.c[MAPPING])).all()
        known = {}
        for fingerprint, text in rows:
            with suppress(InvalidValueError):
                known[fingerprint] = ColumnMapping.from_json(text)
    return known


def remember_mapping(registry: Registry, mapping: ColumnMapping, *, who: str, at: dt.datetime) -> None:
    """Keep a mapping the user confirmed; a later one of the same header takes its place.

    Raises
    ------
    InvalidValueError
        `who` is blank or `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    row = {FINGERPRINT: mapping.fingerprint, MAPPING: storable(mapping.to_json()), **signed(who, at)}
    with registry.writing() as connection:
        connection.execute(delete(mappings).where(mappings.c[FINGERPRINT] == mapping.fingerprint))
        connection.execute(insert(mappings), [row])
