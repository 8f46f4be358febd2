"""What a visitor reads when a page fails: what is wrong and what to do, never a trace or a path."""

import logging

import streamlit as st

from geo.errors import GeoDataError
from ui.words import t

logger = logging.getLogger(__name__)


def show_fault(fault: Exception) -> bool:
    """Show an error nobody caught; for `st.App(on_script_error=…)`.

    Parameters
    ----------
    fault
        An error of ours names the thing and the cure and is shown as it is; any other goes to the
        server's log alone.

    Returns
    -------
    bool
        True: Streamlit need not show it again.
    """
    if isinstance(fault, GeoDataError):
        st.error(t("The data cannot be used:"), icon=":material/error:")
        st.code(str(fault), language=None, wrap_lines=True)
    else:
        logger.error("a page failed", exc_info=fault)
        st.error(
            t("This page failed. Reload it; if it fails again, tell whoever runs this program."),
            icon=":material/error:",
        )
    return True
