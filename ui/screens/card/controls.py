"""Ask which county the card is of, two-way with the link, and lead to its map and to paper."""

from dataclasses import dataclass

import streamlit as st

from geo import schema
from geo.network.network import Network
from ui.shared import cache
from ui.shared.filters import LINK as FILTERS_LINK
from ui.shared.filters import county as read_county
from ui.shared.language import t
from ui.shared.link import PageLink, Parameter, language_link
from ui.shared.link_values import first_of, some
from ui.shared.sidebar import show_faults

COUNTY_KEY = "card_county"
TOOLS = "card_tools"
OVERVIEW = "screens/overview/page.py"


@dataclass(frozen=True)
class CardQuestion:
    """Hold which county a card is of, by adcode."""

    county: str = ""


LINK = PageLink(
    CardQuestion(),
    (Parameter("county", FILTERS_LINK.name_of("counties"), first_of(some(read_county)), COUNTY_KEY),),
    seen_key="card_seen",
)


def ask_county(network: Network) -> str:
    """Draw the choice of a county, keep it and the link the same, and give its adcode.

    Parameters
    ----------
    network
        Says what can be chosen.
    """
    LINK.follow(network, first=CardQuestion(_county_now(network)))
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
            persist_state="session",
        )
        st.page_link(
            OVERVIEW,
            label=t("Show this county on the map"),
            icon=":material/map:",
            query_params=LINK.write(CardQuestion(county)) | language_link(),
        )
        st.caption(t("To print on one A4 page: Ctrl+P."), width="content")
    LINK.keep(CardQuestion(county), beside=())
    show_faults()
    return county


def _county_now(network: Network) -> str:
    """Return the county of the card so far, else that of the overview, else the first there is."""
    last = LINK.last()
    county = last.county if last else _county_of_overview(network)
    return county or str(network.counties.index[0])


def _county_of_overview(network: Network) -> str | None:
    """Return the one county that the overview was last asked for."""
    filters = FILTERS_LINK.last()
    region = filters.region() if filters else None
    return region if region in network.counties.index else None
