"""Ask what to see: the filters beside the page, two-way with the link."""

from collections.abc import Collection

import streamlit as st

from geo import schema
from geo.network.network import Network
from ui.shared import cache, labels
from ui.shared.filters import LINK, TEXT_LIMIT, Filters
from ui.shared.language import plain, t
from ui.shared.link import take_faults


def ask_filters(network: Network, *, beside: Collection[str] = (), shaded: bool = True) -> Filters:
    """Draw the filters, keep them and the link the same, and give what is asked.

    Parameters
    ----------
    network
        Says what can be asked for.
    beside
        Query parameters that the page itself cares for; they are left as they are.
    shaded
        Whether the page's counties can be shaded by a figure of the visitor's choice.
    """
    LINK.follow(network)
    with st.sidebar:
        _ask_what()
        _ask_where(network)
        if shaded:
            _ask_shade()
        _ask_more()
        st.button(t("Clear all filters"), on_click=_clear, width="stretch")
    filters = LINK.stored()
    LINK.keep(filters, beside=beside)
    show_faults()
    return filters


def _clear() -> None:
    LINK.store(Filters())


def go_up() -> None:
    """Ask for the prefecture of the county that is asked for, else for the province; for use in callbacks."""
    counties = st.session_state["counties"]
    parents = cache.network().regions[schema.PARENT]
    drill_down(prefecture=str(parents[counties[0]]) if counties else None)


def drill_down(*, county: str | None = None, prefecture: str | None = None) -> None:
    """Ask for one county, one prefecture, or the whole province; for use in callbacks."""
    st.session_state["counties"] = [county] if county else []
    st.session_state["prefectures"] = [prefecture] if prefecture else []


def _ask_what() -> None:
    names = cache.names().types
    st.toggle(
        t("Only what has a source"),
        key="sourced_only",
        help=t("Hides every simulated facility. What stays was named by a source or by an imported list."),
        persist_state="session",
    )
    st.multiselect(
        t("Facility types"),
        list(names),
        format_func=names.__getitem__,
        key="types",
        placeholder=t("All types"),
        persist_state="session",
    )


def _ask_where(network: Network) -> None:
    names = cache.names().regions
    st.multiselect(
        t("Prefectures"),
        list(network.prefectures.index),
        format_func=names.__getitem__,
        key="prefectures",
        placeholder=t("All of Guangxi"),
        persist_state="session",
    )
    counties = network.counties
    chosen = st.session_state["prefectures"]
    offered = list(counties.index[counties[schema.PARENT].isin(chosen)] if chosen else counties.index)
    st.session_state["counties"] = [c for c in st.session_state["counties"] if c in offered]
    st.multiselect(
        t("Counties"),
        offered,
        format_func=names.__getitem__,
        key="counties",
        placeholder=t("All counties"),
        persist_state="session",
    )
    st.text_input(
        t("Search name, alias or address"),
        key="text",
        max_chars=TEXT_LIMIT,
        placeholder=t("For example: bank, petrol station"),
        persist_state="session",
    )


def _ask_shade() -> None:
    st.selectbox(
        t("Shade the counties by"),
        list(labels.SHADES),
        format_func=labels.namer(labels.SHADES),
        key="shade",
        persist_state="session",
    )


def _ask_more() -> None:
    kinds = (
        ("statuses", t("Status"), schema.STATUSES, labels.STATUSES),
        ("origins", t("Origin"), schema.ORIGINS, labels.ORIGINS),
        ("services", t("Services offered (all of them)"), schema.SERVICE_CODES, labels.SERVICES),
    )
    with st.expander(t("More filters")):
        for key, label, codes, names in kinds:
            st.multiselect(
                label, codes, format_func=labels.namer(names), key=key, placeholder=t("Any"),
                disabled=key == "origins" and st.session_state["sourced_only"], persist_state="session",
            )  # fmt: skip


def show_faults() -> None:
    """Say what the link asked for that does not exist, once."""
    for fault in take_faults():
        shown = t(
            "The link says {parameter} is “{value}”, which cannot be used.",
            value=plain(fault.value),
            parameter=fault.parameter,
        )
        cure = t("Use for example: {near}.", near=plain(fault.near)) if fault.near else ""
        st.warning(f"{shown} {cure}")
