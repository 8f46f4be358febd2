"""Uploads that were refused: say why on the page, and let go of files that were read."""

from collections.abc import Iterable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui.shared.language import N_, t
from web.admission.uploads import ALL_FULL, NOT_PERMITTED, SESSION_FULL

WORDS = {
    NOT_PERMITTED: N_("The file was not taken: give the password or log in first."),
    SESSION_FULL: N_("The file was not taken: this page holds too many files. Load the page again."),
    ALL_FULL: N_(
        "The file was not taken: all visitors together hold too many files. Try again in some minutes."
    ),
}
_reasons: dict[str, str] = {}


def note(session: str, reason: str) -> None:
    """Keep why a file of a session was refused, and let its page say so.

    Parameters
    ----------
    session
        Its id.
    reason
        One of `web.admission.uploads`.
    """
    page = runtime.get_instance().get_app_session(session)
    if page is not None and _reasons.get(session) != reason:
        for gone in [other for other in _reasons if runtime.get_instance().get_app_session(other) is None]:
            del _reasons[gone]
        _reasons[session] = reason
        page.request_rerun(None)


def show_refused() -> None:
    """Say once why a file was refused."""
    context = get_script_run_ctx()
    reason = _reasons.pop(context.session_id, None) if context else None
    if reason:
        st.error(t(WORDS[reason]), icon=":material/error:")


def let_go(files: Iterable[UploadedFile]) -> None:
    """Drop what was uploaded once it is read: Streamlit would keep it until the session ends.

    Parameters
    ----------
    files
        As from the widget, which must not be drawn with them again.
    """
    context = get_script_run_ctx()
    held = context.uploaded_file_mgr if context else None
    if context and isinstance(held, MemoryUploadedFileManager):
        for file in files:
            held.remove_file(context.session_id, file.file_id)
