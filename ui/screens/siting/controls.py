"""Ask where next: area, type, distance, people, hour, limit, actions, candidates; two-way with the link."""

import contextlib
from dataclasses import replace

import streamlit as st

from geo.coverage.people import WHO_COUNTS
from geo.errors import InvalidValueError
from geo.network.network import Network
from geo.planning.actions import ACTION_KINDS
from geo.planning.candidates import CANDIDATE_KINDS, LISTED
from geo.planning.constraints import MEASURES as MEASURE_CODES
from geo.schema import PARENT
from ui.screens.coverage.labels import DAYS, WHO
from ui.screens.siting import forbidden, prices, standard, upload
from ui.screens.siting import question as siting
from ui.screens.siting.labels import CANDIDATES, LIMITS, MEASURES, WHENS
from ui.screens.siting.prices import COSTS
from ui.screens.siting.question import AT_HOUR, BY_SITES, LINK, OWN, SitingQuestion
from ui.shared import cache, labels
from ui.shared.errors import said
from ui.shared.language import plain, t
from ui.shared.sidebar import show_faults

LISTED_KEY = "siting_listed"


def ask_siting(network: Network) -> SitingQuestion:
    """Draw the question, keep it and the link the same, and give what is asked; after `follow_link`.

    Parameters
    ----------
    network
        Says what can be asked for.
    """
    with st.container(border=True):
        _ask_where(network)
        _ask_who()
        _ask_limit()
        with st.expander(t("Actions, costs, candidates and limits")):
            prices.ask_actions()
            _ask_candidates()
            _ask_limits()
            st.divider()
            forbidden.ask_forbidden(network, _stored())
    question = _stored()
    LINK.keep(question)
    forbidden.show_forbidden(question)
    show_faults()
    return question


def asked_now(network: Network) -> SitingQuestion:
    """Return what the widgets ask for at this moment, though no run of the page has seen it yet.

    Parameters
    ----------
    network
        Says which counties lie in the prefectures chosen.
    """
    _take_lists()
    _settle_counties(network)
    return _stored()


def store(question: SitingQuestion) -> None:
    """Ask this question instead; for callbacks."""
    LINK.store(question)
    st.session_state[COSTS] = dict(question.costs)
    st.session_state[LISTED_KEY], st.session_state[forbidden.LISTED_KEY] = question.listed, question.no_listed
    # What an uploader still shows would take the place of these lists.
    st.session_state[forbidden.LISTS_SEEN] = st.session_state.get(forbidden.LISTS_SEEN, 0) + 1
    for kind in ACTION_KINDS:
        st.session_state.pop(f"{OWN}cost_{kind}", None)


def _ask_where(network: Network) -> None:
    names = cache.names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("Facility type"),
            list(names.types),
            format_func=names.types.__getitem__,
            key=f"{OWN}kind",
            persist_state="session",
            width=220,
        )
        st.multiselect(
            t("Prefectures"),
            list(network.prefectures.index),
            format_func=names.regions.__getitem__,
            key=f"{OWN}prefectures",
            persist_state="session",
            placeholder=t("All of Guangxi"),
            width=260,
        )
        st.multiselect(
            t("Counties"),
            _settle_counties(network),
            format_func=names.regions.__getitem__,
            key=f"{OWN}counties",
            persist_state="session",
            placeholder=t("All counties"),
            width=300,
        )


def _settle_counties(network: Network) -> list[str]:
    """Let go of counties outside the prefectures chosen; give those that are offered."""
    counties, chosen = network.counties, st.session_state[f"{OWN}prefectures"]
    offered = list(counties.index[counties[PARENT].isin(chosen)] if chosen else counties.index)
    mine = st.session_state[f"{OWN}counties"]
    if any(county not in offered for county in mine):
        st.session_state[f"{OWN}counties"] = [county for county in mine if county in offered]
    return offered


def _ask_who() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        standard.ask_standard()
        st.number_input(
            t("Within reach: metres"),
            min_value=1.0,
            max_value=100_000.0,
            step=100.0,
            format="%.0f",
            key=f"{OWN}metres",
            persist_state="session",
            width=170,
            help=standard.standards_said(),
        )
        st.segmented_control(
            t("Who counts"),
            WHO_COUNTS,
            format_func=labels.namer(WHO),
            key=f"{OWN}who",
            required=True,
            persist_state="session",
        )
        st.segmented_control(
            t("When open"),
            siting.WHENS,
            format_func=labels.namer(WHENS),
            key=f"{OWN}when",
            required=True,
            persist_state="session",
        )
        if st.session_state[f"{OWN}when"] == AT_HOUR:
            days = [t(day) for day in DAYS]
            st.selectbox(
                t("Day"),
                range(7),
                format_func=days.__getitem__,
                key=f"{OWN}day",
                width=110,
                persist_state="session",
            )
            st.selectbox(
                t("Hour"),
                range(24),
                format_func="{:02d}:00".format,
                key=f"{OWN}hour",
                width=110,
                persist_state="session",
            )
        st.toggle(t("Only what has a source"), key=f"{OWN}sourced_only", persist_state="session")


def _ask_limit() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("Limit"),
            siting.LIMITS,
            format_func=labels.namer(LIMITS),
            key=f"{OWN}limit",
            required=True,
            persist_state="session",
        )
        if st.session_state[f"{OWN}limit"] == BY_SITES:
            st.number_input(
                t("How many"),
                min_value=1,
                max_value=500,
                step=1,
                key=f"{OWN}sites",
                width=140,
                persist_state="session",
            )
        else:
            st.number_input(
                t("Budget, yuan"),
                min_value=1.0,
                max_value=1e10,
                step=50_000.0,
                format="%.0f",
                key=f"{OWN}yuan",
                persist_state="session",
                width=180,
            )
        st.segmented_control(
            t("What is measured"),
            MEASURE_CODES,
            format_func=labels.namer(MEASURES),
            key=f"{OWN}measure",
            persist_state="session",
            required=True,
        )


def _ask_candidates() -> None:
    st.multiselect(
        t("Where sites could stand"),
        CANDIDATE_KINDS,
        format_func=labels.namer(CANDIDATES),
        key=f"{OWN}candidates",
        persist_state="session",
        placeholder=t("Choose"),
    )
    if LISTED not in st.session_state[f"{OWN}candidates"]:
        return
    upload.ask_file(t("A list of places: CSV with lon, lat (WGS-84) and name"), kind="csv", key=_list_key())
    try:
        upload.take_file(_list_key(), LISTED_KEY)
    except InvalidValueError as fault:
        st.error(plain(said(fault), limit=500))


def _list_key() -> str:
    return f"siting_list_{st.session_state.get(forbidden.LISTS_SEEN, 0)}"


def _take_lists() -> None:
    """Take the files that were just handed over; a bad one is reported where it is asked for."""
    for key, kept_as in ((_list_key(), LISTED_KEY), (forbidden.list_key(), forbidden.LISTED_KEY)):
        with contextlib.suppress(InvalidValueError):
            upload.take_file(key, kept_as)


def _ask_limits() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            t("At most in one county (0: no limit)"),
            min_value=0,
            max_value=500,
            step=1,
            key=f"{OWN}most",
            persist_state="session",
            width=260,
        )
        st.number_input(
            t("Every county at least, % (0: no limit)"),
            min_value=0.0,
            max_value=100.0,
            step=1.0,
            format="%g",
            key=f"{OWN}least",
            persist_state="session",
            width=260,
        )


def follow_link(network: Network) -> None:
    """Take what is asked from the link when the link changed and no widget did; see `ui.shared.link`.

    Parameters
    ----------
    network
        Says what can be asked for.
    """
    LINK.follow(network, store=store, stored=_stored)


def _stored() -> SitingQuestion:
    question = LINK.stored()
    return replace(
        question,
        costs=tuple(sorted(prices.costs_now().items())),
        listed=st.session_state.get(LISTED_KEY, "") if LISTED in question.candidates else "",
        no_listed=st.session_state.get(forbidden.LISTED_KEY, ""),
    )
