"""Ask which county the card is of, two-way with the link, and lead to its map and to paper."""

import streamlit as st

from geo import schema
from geo.network.network import Network
from ui.shared import cache, language
from ui.shared.filters import LINK_NAMES, from_link
from ui.shared.language import t
from ui.shared.link import read_link, write_link
from ui.shared.sidebar import FAULTS, FILTERS_SEEN, show_faults

COUNTY_KEY = "card_county"
CARD_SEEN, CARD_LINK_SEEN = "card_seen", "card_link_seen"
TOOLS = "card_tools"
OVERVIEW = "screens/overview/page.py"


def ask_county(network: Network) -> str:
    """Draw the choice of a county, keep it and the link the same, and give its adcode.

    Parameters
    ----------
    network
        Says what can be chosen.
    """
    _follow_link(network)
    names = cache.names().regions
    parents = network.counties[schema.PARENT]
    labels = {code: f"{names[code]} · {names[parent]}" for code, parent in parents.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", key=TOOLS):
        county: str = st.selectbox(
            t("County"),
            list(labels),
            format_func=labels.__getitem__,
            key=COUNTY_KEY,
            width=320,
        )
        st.page_link(
            OVERVIEW,
            label=t("Show this county on the map"),
            icon=":material/map:",
            query_params=_link(county),
        )
        st.caption(t("To print on one A4 page: Ctrl+P."), width="content")
    _write_link(county)
    show_faults()
    return county


def _follow_link(network: Network) -> None:
    """Take the county from the link when the link changed and the widget did not; else keep the last one."""
    link = read_link().get(LINK_NAMES["counties"], "")
    seen = st.session_state.get(CARD_SEEN)
    if COUNTY_KEY not in st.session_state:
        st.session_state[COUNTY_KEY] = seen or _county_of_overview(network)
    if link and link != st.session_state.get(CARD_LINK_SEEN) and st.session_state[COUNTY_KEY] in {seen, None}:
        filters, faults = from_link({LINK_NAMES["counties"]: link}, network)
        st.session_state[FAULTS] = faults
        if filters.counties:
            st.session_state[COUNTY_KEY] = filters.counties[0]
    st.session_state[COUNTY_KEY] = st.session_state[COUNTY_KEY] or network.counties.index[0]


def _county_of_overview(network: Network) -> str | None:
    """Give the one county that the overview was last asked for."""
    filters = st.session_state.get(FILTERS_SEEN)
    region = filters.region() if filters else None
    return region if region in network.counties.index else None


def _link(county: str) -> dict[str, str]:
    link = {LINK_NAMES["counties"]: county}
    if language.current_language() != language.FIRST_LANGUAGE:
        link[language.LANGUAGE_KEY] = language.current_language()
    return link


def _write_link(county: str) -> None:
    write_link(_link(county))
    st.session_state[CARD_LINK_SEEN] = county
    st.session_state[CARD_SEEN] = county
