"""What a visitor reads when a page fails: what is wrong and what to do, never a trace or a path."""

import logging

import streamlit as st

from geo.errors import GeoDataError, Message, sentences
from ui.shared import cache
from ui.shared.language import LANGUAGES, current_language, t

logger = logging.getLogger(__name__)

# What whoever only sees the screen reads, where the sentence itself is for whoever runs the program.
TO_VISITORS = "_to_visitors"


def said(fault: GeoDataError | Message) -> str:
    """Say an error of the library, or why there is no plan, in the session's language.

    Parameters
    ----------
    fault
        Its counties are called by their names.
    """
    if _of_machine(fault):
        fault = Message(fault.code + TO_VISITORS)
    return fault.in_language(current_language(), name_of=_county_name)


def in_all_languages(fault: GeoDataError) -> dict[str, str]:
    """Say an error in every language, for a notice that stays when the language is switched."""
    return {language: fault.in_language(language) for language in LANGUAGES}


def _of_machine(fault: GeoDataError | Message) -> bool:
    """Return whether an error is about the machine, so that a visitor can but pass it on."""
    return fault.code + TO_VISITORS in sentences()


def _county_name(adcode: str) -> str:
    return cache.names().regions.get(adcode, adcode)


def show_fault(fault: Exception) -> bool:
    """Show an error nobody caught; for `st.App(on_script_error=…)`.

    Parameters
    ----------
    fault
        An error of ours names the thing and the cure and is shown in the session's language; any other goes
        to the server's log alone.

    Returns
    -------
    bool
        True: Streamlit need not show it again.
    """
    if isinstance(fault, GeoDataError) and _of_machine(fault):
        logger.warning("a page stopped: %s", fault)
        st.error(said(fault), icon=":material/error:")
    elif isinstance(fault, GeoDataError):
        st.error(t("The data cannot be used:"), icon=":material/error:")
        st.code(said(fault), language=None, wrap_lines=True)
    else:
        logger.error("a page failed", exc_info=fault)
        st.error(
            t("This page failed. Reload it; if it fails again, tell whoever runs this program."),
            icon=":material/error:",
        )
    return True
