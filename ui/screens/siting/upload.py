"""Ask for one file, with a button that says so in the screen's language."""

import html

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui.screens.siting import candidate_lists
from ui.shared import permission
from ui.shared.language import t

BUTTON = '[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p'
BOX = '[data-testid="stFileUploaderDropzone"]'


def ask_file(label: str, *, kind: str, key: str) -> UploadedFile | None:
    """Show where a file is dropped or chosen; give it once it is there.

    Parameters
    ----------
    label
        What the file is.
    kind
        How its name ends.
    key
        Of the widget.
    """
    if not permission.is_let_in(key=key):
        return None
    # Streamlit says it in English alone; the words are ours, not data.
    words = html.escape(t("Choose a file"))
    rules = f"{BUTTON}::after {{ content: '{words}'; }} {BOX} {{ min-height: 4rem; }}"
    st.html(f"<style>{rules}</style>")
    return st.file_uploader(label, type=[kind], key=key)


def take_file(key: str, kept_as: str) -> None:
    """Keep the list that a widget holds at this moment, if it holds one.

    Parameters
    ----------
    key
        Of the widget.
    kept_as
        Where the session keeps the name of the list.

    Raises
    ------
    InvalidValueError
        It is no list; see `geo.planning.candidate_list`.
    """
    given: UploadedFile | None = st.session_state.get(key)
    if given is not None:
        st.session_state[kept_as] = candidate_lists.keep(given.getvalue())
