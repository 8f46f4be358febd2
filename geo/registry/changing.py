"""Change single records, or add and remove them, without losing what somebody else did in the meantime."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from geo import schema
from geo.errors import InvalidValueError, Message
from geo.geodesy.datums import WGS84
from geo.importing.location.place_names import PLACE_FROM
from geo.importing.location.placing import GIVEN_DATUM, GIVEN_LAT, GIVEN_LON
from geo.network.facilities import allowed_values
from geo.network.own_lists import MATCHES
from geo.registry.conflicts import conflict
from geo.registry.connection import Registry
from geo.registry.history import find_record
from geo.registry.records import Record, storable
from geo.registry.tables import (
    CHANGE,
    NUMBERS,
    PRIVATE,
    RECORD_COLUMNS,
)
from geo.registry.version_log import change_of, signed, write_changes

# What the registry itself works out or adds.
_FIXED = (schema.ORIGIN, schema.DATASET, GIVEN_LON, GIVEN_LAT, GIVEN_DATUM, PLACE_FROM, MATCHES, PRIVATE)
CHANGEABLE = tuple(name for name in RECORD_COLUMNS if name not in _FIXED)


def change_record(
    registry: Registry,
    facility_id: str,
    fields: Mapping[str, str | float | None],
    *,
    expected_version: int,
    who: str,
    at: dt.datetime,
) -> int:
    """Change some fields of one record.

    Parameters
    ----------
    registry
        As from `open_registry`.
    facility_id
        Of a record that stands in the registry.
    fields
        New values by column, any of `CHANGEABLE`; None empties a field. A place is given by `lon` and `lat`
        together, WGS-84 degrees, and becomes an exact one unless its precision is given too.
    expected_version
        The version you started from.
    who, at
        Who changes it, and when; aware of its time zone.

    Returns
    -------
    int
        Its new version.

    Raises
    ------
    ConflictError
        It has another version by now; nothing was written.
    RegistryError
        There is no such record.
    InvalidValueError
        A field cannot be changed, a value is not allowed, `who` is blank or `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    stamp, wanted = signed(who, at), _settled(fields)
    with registry.writing() as connection:
        version, before = find_record(connection, facility_id)
        if version != expected_version:
            seen = {facility_id: expected_version}
            raise conflict(connection, {facility_id: before | wanted}, seen)
        changes = [change_of(facility_id, CHANGE, before, before | wanted)]
        write_changes(connection, changes, pd.Series({facility_id: version}), batch=None, stamp=stamp)
    return version + 1


def _settled(fields: Mapping[str, str | float | None]) -> Record:
    """Return the values as they are held, after making sure that each may be."""
    strange = [name for name in fields if name not in CHANGEABLE]
    half = (schema.LON in fields) != (schema.LAT in fields) or (
        (fields.get(schema.LON) is None) != (fields.get(schema.LAT) is None)
    )
    if strange or half or not fields:
        what = strange or (Message("half_a_place") if half else Message("no_field"))
        raise InvalidValueError("fields_unchangeable", names=what, known=[*CHANGEABLE])
    wrong = [
        Message("value_of_field_unknown", name=name, value=fields[name], known=[*allowed])
        for name, allowed in allowed_values().items()
        if fields.get(name) not in (None, "", *allowed)
    ]
    if wrong:
        raise InvalidValueError("values_unknown", faults=wrong)
    kept: Record = {
        name: None
        if value is None or value == ""
        else float(value)
        if name in NUMBERS
        else storable(str(value))
        for name, value in fields.items()
    }
    if schema.NAME in kept and kept[schema.NAME] is None:
        raise InvalidValueError("site_without_name")
    return _placed(kept) | kept if schema.LON in kept else kept


def _placed(kept: Record) -> Record:
    """Return what follows from a place set by hand: the pair as given, its datum, how exact it is."""
    known = kept[schema.LON] is not None
    given = {GIVEN_LON: kept[schema.LON], GIVEN_LAT: kept[schema.LAT], PLACE_FROM: None}
    return given | {
        GIVEN_DATUM: WGS84 if known else None,
        schema.SOURCE_DATUM: WGS84 if known else None,
        schema.PLACE_PRECISION: schema.PLACE_PRECISIONS[0 if known else -1],
        schema.PLACE_ERROR_M: None,
    }
