"""What can be wrong with a registry as a whole: a code each.

It loads nothing of the database's libraries.
"""

from geo.errors import Message, ReadOnlyError, RegistryError
from geo.registry.place import SQLITE

DAMAGED, DAMAGED_TABLES, EMPTY = "registry_damaged", "registry_tables_damaged", "registry_empty"
OTHER_FILE, OTHER_DATABASE = "registry_other_file", "registry_other_database"
OTHER_TABLES, IS_BACKUP, IS_FOLDER = "registry_other_tables", "registry_is_backup", "registry_is_folder"
LATER, UNWRITABLE, UNREADABLE = "registry_later", "registry_unwritable", "registry_unreadable"
FULL, DISK, LOCKED = "registry_disk_full", "registry_disk_failing", "registry_locked"
UNREACHABLE, REFUSED = "registry_unreachable", "registry_refused"
NO_DRIVER = "registry_no_driver"
CODES = (
    *(DAMAGED, DAMAGED_TABLES, EMPTY, OTHER_FILE, OTHER_DATABASE, OTHER_TABLES, IS_BACKUP, IS_FOLDER),
    *(LATER, UNWRITABLE, UNREADABLE, FULL, DISK, LOCKED, UNREACHABLE, NO_DRIVER, REFUSED),
)


def registry_fault(code: str, reason: object = "") -> RegistryError:
    """Return the error of a fault.

    Parameters
    ----------
    code
        One of `CODES`.
    reason
        What was found, for the sentences that say it.
    """
    shown = "".join(letter if letter.isprintable() else "?" for letter in " ".join(str(reason).split()))
    kind = ReadOnlyError if code == UNWRITABLE else RegistryError
    return kind(code, reason=shown[:200] or Message("no_reason"))


def damage(engine: str, reason: object) -> RegistryError:
    """Return the error of a damaged registry, by the kind of its database."""
    return registry_fault(DAMAGED if engine == SQLITE else DAMAGED_TABLES, reason)
