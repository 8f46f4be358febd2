"""Keep scenarios under names: each a recipe of plain JSON that another part of the program understands."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from geo import schema
from geo.errors import InvalidValueError, RegistryError
from geo.registry.connection import Registry
from geo.registry.records import storable, to_json
from geo.registry.tables import AT, RECIPE, VERSION, WHO, scenarios
from geo.registry.version_log import signed

NAME_LENGTH = 100
RECIPE_BYTES = 1_000_000


@dataclass(frozen=True)
class StoredScenario:
    """Hold one scenario: its name, its recipe, which version it is, and who saved that when (ISO, UTC)."""

    name: str
    recipe: dict[str, Any]
    version: int
    who: str
    at: str


def list_scenarios(registry: Registry) -> tuple[StoredScenario, ...]:
    """Return every scenario, in the order of their names."""
    with registry.reading() as connection:
        found = list(map(_scenario, connection.execute(select(scenarios)).all()))
    return tuple(sorted(found, key=lambda scenario: scenario.name))


def load_scenario(registry: Registry, name: str) -> StoredScenario:
    """Return one scenario.

    Raises
    ------
    RegistryError
        There is none of this name.
    """
    with registry.reading() as connection:
        return _found(connection, name)


def save_scenario(
    registry: Registry,
    name: str,
    recipe: dict[str, Any],
    *,
    who: str,
    at: dt.datetime,
    expected_version: int | None = None,
) -> int:
    """Save a scenario under a name.

    Parameters
    ----------
    registry
        As from `open_registry`.
    name
        1-100 characters.
    recipe
        Plain JSON: a dictionary of texts, numbers, truth values, lists and dictionaries; at most 1 MB.
    who, at
        Who saves it, and when; aware of its time zone.
    expected_version
        The version it was loaded with; 0 or None for a name that must be free.

    Returns
    -------
    int
        The version it has now.

    Raises
    ------
    RegistryError
        The name is taken, or somebody saved another version in the meantime.
    InvalidValueError
        The name or the recipe cannot be kept, `who` is blank or `at` has no time zone.
    ReadOnlyError
        The registry may only be read.
    """
    key, stamp, text = _named(name), signed(who, at), _recipe_text(recipe)
    with registry.writing() as connection:
        now = connection.execute(select(scenarios).where(scenarios.c[schema.NAME] == key)).one_or_none()
        if (now is None) != (not expected_version) or (now is not None and now[1] != expected_version):
            if now is None:
                raise RegistryError("scenario_deleted", name=key)
            if expected_version:
                raise RegistryError("scenario_changed", name=key, who=now[3], at=now[4])
            raise RegistryError("scenario_taken", name=key, who=now[3], at=now[4])
        values = {VERSION: (expected_version or 0) + 1, RECIPE: text, **stamp}
        if now is None:
            connection.execute(insert(scenarios), [{schema.NAME: key, **values}])
        else:
            connection.execute(update(scenarios).where(scenarios.c[schema.NAME] == key).values(values))
    return (expected_version or 0) + 1


def duplicate_scenario(registry: Registry, name: str, new_name: str, *, who: str, at: dt.datetime) -> None:
    """Save a scenario once more under a name that is free.

    Raises
    ------
    RegistryError
        There is no scenario `name`, or `new_name` is taken.
    InvalidValueError, ReadOnlyError
        As `save_scenario`.
    """
    save_scenario(registry, new_name, load_scenario(registry, name).recipe, who=who, at=at)


def delete_scenario(registry: Registry, name: str) -> None:
    """Delete a scenario.

    Raises
    ------
    RegistryError
        There is none of this name.
    ReadOnlyError
        The registry may only be read.
    """
    with registry.writing() as connection:
        _found(connection, name)
        connection.execute(delete(scenarios).where(scenarios.c[schema.NAME] == name))


def _found(connection: Connection, name: str) -> StoredScenario:
    found = connection.execute(select(scenarios).where(scenarios.c[schema.NAME] == name)).one_or_none()
    if found is None:
        raise RegistryError("scenario_unknown", name=name[:NAME_LENGTH])
    return _scenario(found)


def _scenario(row: Row[Any]) -> StoredScenario:
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    return StoredScenario(held[schema.NAME], json.loads(held[RECIPE]), held[VERSION], held[WHO], held[AT])


def _named(name: str) -> str:
    key = name.strip()
    if not 0 < len(key) <= NAME_LENGTH or storable(key) != key:
        raise InvalidValueError("scenario_name_not_kept", most=NAME_LENGTH, name=key[:40])
    return key


def _recipe_text(recipe: dict[str, Any]) -> str:
    try:
        text = to_json(recipe)
    except (TypeError, ValueError) as fault:
        raise InvalidValueError("recipe_no_plain_json", reason=fault) from None
    if len(text.encode()) > RECIPE_BYTES or json.loads(text) != recipe:
        raise InvalidValueError("recipe_over_1_mb")
    return text
