"""Let the visitor open one section below the map of coverage, and work out only that one."""

import streamlit as st

from ui.reach import reach_curves, reach_files, reach_people, reach_tables
from ui.reach.reach_ask import SECTION_KEY
from ui.reach.reach_view import Views
from ui.words import N_, t

SECTIONS = {
    "counties": (N_("Counties"), reach_tables.show_counties),
    "gaps": (N_("Gaps"), reach_tables.show_gaps),
    "distance": (N_("Distance"), reach_curves.show_distance),
    "hours": (N_("24 hours"), reach_curves.show_hours),
    "equity": (N_("Equity"), reach_curves.show_equity),
    "ranking": (N_("Does the ranking hold"), reach_tables.show_ranking),
    "sure": (N_("How sure"), reach_tables.show_sureness),
    "people": (N_("People"), reach_people.show_people),
    "compare": (N_("The two settings"), reach_tables.show_compared),
    "export": (N_("Export"), reach_files.offer_files),
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
        required=True,
        label_visibility="collapsed",
    )
    _, show = SECTIONS[chosen or offered[0]]
    show(views)
