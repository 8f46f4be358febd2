"""What can be wrong with a registry as a whole: a code each, and the sentence with its cure.

It loads nothing of the database's libraries.
"""

from geo.errors import ReadOnlyError, RegistryError
from geo.registry.place import SQLITE

DAMAGED, DAMAGED_TABLES, EMPTY, OTHER_FILE = "damaged", "damaged_tables", "empty", "other_file"
OTHER_DATABASE, OTHER_TABLES, IS_BACKUP, IS_FOLDER = (
    "other_database",
    "other_tables",
    "is_backup",
    "is_folder",
)
LATER, UNWRITABLE, UNREADABLE, FULL = "later", "unwritable", "unreadable", "full"
DISK, LOCKED, UNREACHABLE, REFUSED = "disk", "locked", "unreachable", "refused"

_RESTORE = (
    "move its file away and keep it, then restore the latest backup: python -m geo registry restore FILE"
)
SENTENCES = {
    DAMAGED: f"The registry is damaged ({{reason}}). Stop the program, {_RESTORE}.",
    DAMAGED_TABLES: (
        "The tables of the registry are damaged ({reason}). Restore the latest backup into another, empty "
        "database, and set DATABASE_URL to that one."
    ),
    EMPTY: (
        f"The file of the registry is empty, so what it held is lost. Stop the program, {_RESTORE}; where "
        "it never held anything, delete the file."
    ),
    OTHER_FILE: (
        "The file of the registry is no database, or its beginning is damaged. Set DATABASE_URL to the "
        f"right file; if it is the right one, {_RESTORE}."
    ),
    OTHER_DATABASE: (
        "The file of the registry is a database of another program, and is left alone. Set DATABASE_URL to "
        "the right file, or to one that is not there yet."
    ),
    OTHER_TABLES: (
        "The database holds tables of another program under the names of ours, and is left alone. Set "
        "DATABASE_URL to an empty database, or to the right one."
    ),
    IS_BACKUP: (
        "The file of the registry is a backup, and is left as it is. Set DATABASE_URL to a file that is not "
        "there yet, then: python -m geo registry restore FILE."
    ),
    IS_FOLDER: "A folder stands where the file of the registry should. Set DATABASE_URL to a file in it.",
    LATER: "The registry was written by a later release ({reason}). Update the program.",
    UNWRITABLE: (
        "This user may read the registry and not write it. Give this user the right to write its file and "
        "folder, or its tables, or set DATABASE_URL to another place."
    ),
    UNREADABLE: (
        "This user may not open the registry ({reason}). Give this user the right to its file and folder, "
        "or set DATABASE_URL to another place."
    ),
    FULL: "The disk is full and nothing was changed. Make room, then try again.",
    DISK: (
        "The disk cannot be read or written: it is full, gone or failing ({reason}). Look after the disk, "
        "then try again."
    ),
    LOCKED: "Another program keeps the registry locked. Close it or wait for it, then try again.",
    UNREACHABLE: (
        "The registry cannot be reached, or the connection broke ({reason}). Check that the server runs and "
        "the address is right, then try again."
    ),
    REFUSED: "The registry refused: {reason}. Try again; if it refuses again, report it.",
}


def registry_fault(code: str, reason: object = "") -> RegistryError:
    """Give the error of a fault, with its sentence.

    Parameters
    ----------
    code
        One of `SENTENCES`.
    reason
        What was found, for the sentences that say it.
    """
    shown = "".join(letter if letter.isprintable() else "?" for letter in " ".join(str(reason).split()))
    kind = ReadOnlyError if code == UNWRITABLE else RegistryError
    return kind(SENTENCES[code].format(reason=shown[:200] or "no reason given"), code=code)


def damage(engine: str, reason: object) -> RegistryError:
    """Give the error of a damaged registry, by the kind of its database."""
    return registry_fault(DAMAGED if engine == SQLITE else DAMAGED_TABLES, reason)
