"""Show the map: a constant shell, told by plain data what to draw, that tells back which county was clicked."""

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import maps, schema
from geo.network import Network
from ui import cached, tables, vocabulary
from ui.cached import Answer
from ui.filters import NO_SHADE
from ui.mapwords import map_words
from ui.sidebar import drill_down
from ui.words import current_language, t

MAP_KEY = "map"
MAP_HEIGHT = 620
CLICKED = "clicked_county"


def show_map(answer: Answer, network: Network) -> None:
    """Show the map and, beside it, the counts of every type."""
    left, right = st.columns([2, 1])
    with left:
        st_folium(
            maps.network_map(_state(answer, network), script_url=cached.map_script_url()),
            key=MAP_KEY,
            height=MAP_HEIGHT,
            use_container_width=True,
            returned_objects=[],
            on_change=_open_clicked,
        )
    with right:
        _ask_shade()
        tables.show_types(answer, network)


def _ask_shade() -> None:
    st.selectbox(
        t("Shade the counties by"),
        list(vocabulary.SHADES),
        format_func=vocabulary.namer(vocabulary.SHADES),
        key="shade",
    )


def _open_clicked() -> None:
    clicked = (st.session_state.get(MAP_KEY) or {}).get(CLICKED)
    if clicked:
        drill_down(county=clicked)


def _state(answer: Answer, network: Network) -> dict[str, object]:
    names = vocabulary.type_names(network)
    mask = cached.map_mask(answer.filters)
    return maps.map_state(
        mask,
        urls=cached.map_urls(),
        words=map_words(),
        legend=maps.type_legend(cached.map_rows(), mask, network.facility_types, labels=names),
        shading=_shading(answer),
        focus=answer.filters.region(),
        basemaps=cached.basemaps(),
        note=tables.source_note(answer),
        language=current_language(),
    )


def _shading(answer: Answer) -> dict[str, object] | None:
    shade = answer.filters.shade
    if shade == NO_SHADE:
        return None
    values: pd.Series = answer.counties[shade]
    return maps.choropleth(
        values,
        title=t(vocabulary.SHADES[shade]),
        unit="",
        no_data=t("No figure"),
        decimals=0 if shade == schema.RESIDENTS else 2,
    )
