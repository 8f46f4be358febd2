"""Let the visitor open one section below the map of coverage, and work out only that one."""

import streamlit as st

from ui.screens.coverage import curves, files, people, tables
from ui.screens.coverage.link import SECTION_KEY
from ui.screens.coverage.view import Views
from ui.shared.language import N_, t

SECTIONS = {
    "counties": (N_("Counties"), tables.show_counties),
    "gaps": (N_("Gaps"), tables.show_gaps),
    "distance": (N_("Distance"), curves.show_distance),
    "hours": (N_("24 hours"), curves.show_hours),
    "equity": (N_("Equity"), curves.show_equity),
    "ranking": (N_("Does the ranking hold"), tables.show_ranking),
    "sure": (N_("How sure"), tables.show_sureness),
    "people": (N_("People"), people.show_people),
    "compare": (N_("The two settings"), tables.show_compared),
    "export": (N_("Export"), files.offer_files),
}


def show_section(views: Views) -> None:
    """Show the section that is open."""
    offered = [key for key in SECTIONS if key != "compare" or views.other is not None]
    if st.session_state[SECTION_KEY] not in offered:
        st.session_state[SECTION_KEY] = offered[0]
    chosen = st.segmented_control(
        t("Below the map"),
        offered,
        format_func={key: t(name) for key, (name, _) in SECTIONS.items()}.__getitem__,
        key=SECTION_KEY,
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    _, show = SECTIONS[chosen or offered[0]]
    show(views)
