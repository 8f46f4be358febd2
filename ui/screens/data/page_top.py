"""Begin each step at the top of the page: Streamlit would stay where the last one was scrolled to."""

from pathlib import Path

import streamlit as st
from streamlit.components.v1 import declare_component

from ui.shared.language import page_language

KEY = "page_top"
_show = declare_component(KEY, path=str(Path(__file__).resolve().parents[3] / "web" / "map" / "assets" / KEY))


def begin_at_top(place: str) -> None:
    """Scroll to the top whenever `place` is another than before; takes no room on the page.

    Parameters
    ----------
    place
        Any text that names where on the way one is.
    """
    with st.container(key=KEY):
        _show(place=place, language=page_language(), key=f"{KEY}_frame", default=None)
