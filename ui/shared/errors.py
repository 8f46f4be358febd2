"""What a visitor reads when a page fails: what is wrong and what to do, never a trace or a path."""

import logging

import streamlit as st

from geo.errors import FileNotWrittenError, GeoDataError, RegistryError
from geo.export import whole_file
from geo.registry import faults
from ui.shared.language import N_, t

logger = logging.getLogger(__name__)

# By the code of the fault; whoever only sees the screen asks whoever runs the program.
WORDS = {
    faults.DAMAGED: N_(
        "The registry of your own lists is damaged. Whoever runs this program stops it, moves the file of "
        "the registry away and keeps it, and restores the latest backup."
    ),
    faults.DAMAGED_TABLES: N_(
        "The registry of your own lists on the database server is damaged. Whoever runs this program "
        "restores the latest backup into another, empty database."
    ),
    faults.EMPTY: N_(
        "The file of the registry is empty, so what it held is lost. Whoever runs this program moves it "
        "away and restores the latest backup; where it never held anything, the file is deleted."
    ),
    faults.OTHER_FILE: N_(
        "The file of the registry is no database, or its beginning is damaged. Whoever runs this program "
        "sets DATABASE_URL to the right file, or restores the latest backup."
    ),
    faults.OTHER_DATABASE: N_(
        "The file of the registry is a database of another program and was left alone. Whoever runs this "
        "program sets DATABASE_URL to the right file, or to one that is not there yet."
    ),
    faults.OTHER_TABLES: N_(
        "The database holds tables of another program under the names of ours and was left alone. Whoever "
        "runs this program sets DATABASE_URL to an empty database, or to the right one."
    ),
    faults.IS_BACKUP: N_(
        "The file of the registry is a backup and was left as it is. Whoever runs this program sets "
        "DATABASE_URL to another file and restores the backup there."
    ),
    faults.IS_FOLDER: N_(
        "A folder stands where the file of the registry should. Whoever runs this program sets DATABASE_URL "
        "to a file in it."
    ),
    faults.LATER: N_(
        "The registry of your own lists was written by a later release of this program. Update the program."
    ),
    faults.UNWRITABLE: N_(
        "The registry of your own lists may be read here and not written. Whoever runs this program gives "
        "it the right to write the registry's file and folder."
    ),
    faults.UNREADABLE: N_(
        "The registry of your own lists may not be opened. Whoever runs this program gives it the right to "
        "the registry's file and folder."
    ),
    faults.FULL: N_("The disk is full and nothing was changed. Make room on it, then try again."),
    faults.DISK: N_(
        "The disk cannot be read or written: it is full, gone or failing. Have it looked after, then try "
        "again."
    ),
    faults.LOCKED: N_(
        "Another program keeps the registry of your own lists locked. Close it or wait for it, then try "
        "again."
    ),
    faults.UNREACHABLE: N_(
        "The database server with your own lists cannot be reached, or the connection broke. Try again; if "
        "it stays so, whoever runs this program looks after the server."
    ),
    faults.REFUSED: N_("The registry of your own lists refused. Try again; if it refuses again, report it."),
    whole_file.FULL: N_("The disk is full and the file was not written. Make room on it, then try again."),
    whole_file.REFUSED: N_("The file could not be written. Try again, or write it elsewhere."),
    whole_file.TAKEN: N_("A file of this name is there already. Give another name."),
}


def fault_words(fault: object) -> str:
    """Give the words of a fault by its code, in the session's language; blank where it has none.

    Parameters
    ----------
    fault
        Any error.
    """
    code = fault.code if isinstance(fault, RegistryError | FileNotWrittenError) else ""
    return t(WORDS[code]) if code else ""


def show_fault(fault: Exception) -> bool:
    """Show an error nobody caught; for `st.App(on_script_error=…)`.

    Parameters
    ----------
    fault
        An error of ours names the thing and the cure and is shown as it is, or in the words of its code; any
        other goes to the server's log alone.

    Returns
    -------
    bool
        True: Streamlit need not show it again.
    """
    words = fault_words(fault)
    if words:
        logger.warning("a page stopped: %s", fault)
        st.error(words, icon=":material/error:")
    elif isinstance(fault, GeoDataError):
        st.error(t("The data cannot be used:"), icon=":material/error:")
        st.code(str(fault), language=None, wrap_lines=True)
    else:
        logger.error("a page failed", exc_info=fault)
        st.error(
            t("This page failed. Reload it; if it fails again, tell whoever runs this program."),
            icon=":material/error:",
        )
    return True
