"""Ask what to see: the filters beside the page, two-way with the link."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

import streamlit as st

from geo import schema
from geo.network.network import Network
from ui.shared import cache, labels, language
from ui.shared.filters import TEXT_LIMIT, Filters, from_link, to_link
from ui.shared.language import plain, t
from ui.shared.link import Fault, read_link, write_link

LINK_SEEN = "link_seen"
FILTERS_SEEN = "filters_seen"
FAULTS = "link_faults"


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
    _follow_link(network, beside)
    with st.sidebar:
        _ask_what()
        _ask_where(network)
        if shaded:
            _ask_shade()
        else:
            # Streamlit would forget what is not drawn.
            st.session_state["shade"] = st.session_state["shade"]
        _ask_more()
        st.button(t("Clear all filters"), on_click=_clear, width="stretch")
    filters = _stored()
    _write_link(filters, beside)
    show_faults()
    return filters


def _clear() -> None:
    _store(Filters())


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
    )
    st.multiselect(
        t("Facility types"),
        list(names),
        format_func=names.__getitem__,
        key="types",
        placeholder=t("All types"),
    )


def _ask_where(network: Network) -> None:
    names = cache.names().regions
    st.multiselect(
        t("Prefectures"),
        list(network.prefectures.index),
        format_func=names.__getitem__,
        key="prefectures",
        placeholder=t("All of Guangxi"),
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
    )
    st.text_input(
        t("Search name, alias or address"),
        key="text",
        max_chars=TEXT_LIMIT,
        placeholder=t("For example: bank, petrol station"),
    )


def _ask_shade() -> None:
    st.selectbox(
        t("Shade the counties by"),
        list(labels.SHADES),
        format_func=labels.namer(labels.SHADES),
        key="shade",
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
                disabled=key == "origins" and st.session_state["sourced_only"],
            )  # fmt: skip


def _follow_link(network: Network, beside: Collection[str]) -> None:
    """Take the choice from the link when the link changed and no widget did (first visit, back button).

    Streamlit forgets widgets that were not drawn: back from another page, whose links carry no choice,
    the last one is taken up again.
    """
    link = {name: value for name, value in read_link().items() if name not in beside}
    seen = st.session_state.get(FILTERS_SEEN)
    if seen is not None and any(item.name not in st.session_state for item in fields(Filters)):
        _store(seen)
        link = link or st.session_state[LINK_SEEN]
    if seen is None or (link != st.session_state[LINK_SEEN] and _stored() == seen):
        filters, faults = from_link(link, network)
        _store(filters)
        st.session_state[FAULTS] = faults


def _write_link(filters: Filters, beside: Collection[str]) -> None:
    link = to_link(filters)
    if language.current_language() != language.FIRST_LANGUAGE:
        link["lang"] = language.current_language()
    write_link(link | {name: value for name, value in read_link().items() if name in beside})
    st.session_state[LINK_SEEN] = link
    st.session_state[FILTERS_SEEN] = filters


def show_faults() -> None:
    """Say what the link asked for that does not exist, once."""
    faults: tuple[Fault, ...] = st.session_state.get(FAULTS, ())
    for fault in faults:
        told = t(
            "The link says {parameter} is “{value}”, which cannot be used.",
            value=plain(fault.value),
            parameter=fault.parameter,
        )
        cure = t("Use for example: {near}.", near=plain(fault.near)) if fault.near else ""
        st.warning(f"{told} {cure}")
    st.session_state[FAULTS] = ()


def _stored() -> Filters:
    values = {item.name: st.session_state[item.name] for item in fields(Filters)}
    settled: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Filters(**settled)


def _store(filters: Filters) -> None:
    for item in fields(Filters):
        value = getattr(filters, item.name)
        st.session_state[item.name] = list(value) if isinstance(value, tuple) else value
