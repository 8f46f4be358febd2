"""Let the visitor open one section below the map, and work out only that one."""

import streamlit as st

from ui.screens.overview import tables
from ui.shared import downloads
from ui.shared.answers import Answer
from ui.shared.language import N_, t

SECTIONS = {
    "types": (N_("Types"), tables.show_types),
    "counties": (N_("Counties"), tables.show_counties),
    "charts": (N_("Charts"), tables.show_charts),
    "unknown": (N_("Place unknown"), tables.show_unknown),
    "list": (N_("List"), tables.show_list),
    "export": (N_("Export"), downloads.offer_files),
}


def show_section(answer: Answer) -> None:
    """Show the section that is open."""
    chosen = st.segmented_control(
        t("Below the map"),
        list(SECTIONS),
        format_func={key: t(name) for key, (name, _) in SECTIONS.items()}.__getitem__,
        default="types",
        key="section",
        required=True,
        label_visibility="collapsed",
    )
    _, show = SECTIONS[chosen or "types"]
    show(answer)
