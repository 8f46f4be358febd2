"""Show the map: a constant shell that draws plain data and says which county was clicked."""

from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from geo.drawing import map_state
from ui.shared import cache
from ui.shared.answers import Answer
from ui.shared.sidebar import drill_down, go_up

MAP_KEY = "map"
MAP_HEIGHT = 560
CLICKED, BACK = "clicked_county", "back"


def show_map(answer: Answer) -> None:
    """Show the map."""
    st_folium(
        map_state.network_map(cache.map_state(answer.filters), script_url=cache.map_script_url()),
        key=MAP_KEY,
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        on_change=partial(open_clicked, MAP_KEY),
    )


def open_clicked(key: str) -> None:
    """Open the county that was clicked, or go a level up where the map's way back was; for use in callbacks.

    Parameters
    ----------
    key
        Of the map.
    """
    shown = st.session_state.get(key) or {}
    if shown.get(CLICKED):
        drill_down(county=shown[CLICKED])
    elif shown.get(BACK):
        go_up()
