"""Ask about coverage: threshold, who counts, hour and layers, two-way with the link."""

from collections.abc import Mapping

import streamlit as st

from geo.coverage import double_test
from geo.coverage.people import WHO_COUNTS
from geo.network.network import Network
from ui.screens.coverage import cache, own_people
from ui.screens.coverage import question as reach
from ui.screens.coverage.labels import DAYS, LAYERS, WHO, rule_name, source_name
from ui.screens.coverage.link import (
    COMPARE_KEY,
    LAYERS_KEY,
    LINK,
    OTHER,
    OWN,
    bounds_of,
    is_allowed,
    shortened,
)
from ui.screens.coverage.people import NEXT_SOURCE, offered_sources, show_cover, show_upload
from ui.screens.coverage.question import ANY_TIME, Asked, Rule, counties_of
from ui.shared import labels as vocabulary
from ui.shared.filters import Filters
from ui.shared.language import t
from ui.shared.link import add_faults
from ui.shared.link_values import Fault
from ui.shared.sidebar import show_faults

SLIDER_LEAST, SLIDER_MOST, SLIDER_STEP = 100, 5000, 50
NUMBER_STEPS = {"metres": 100.0, "minutes": 1.0, "detour": 0.05, "kmh": 0.1}


def ask_reach(filters: Filters, network: Network) -> Asked:
    """Draw what can be asked of coverage, keep it and the link the same, and give what is asked.

    What cannot be measured, as a threshold of 0, is said, and the page ends there.

    Parameters
    ----------
    filters
        What the sidebar asks for: its types have the standards that are offered.
    network
        Holds the regions that people of one's own are clipped to.
    """
    _follow_link(network)
    types = reach.types_of(filters)
    standards = cache.reach_standards(types)
    tested = types == (double_test.STATION,)
    faults = _ask_question(OWN, standards, tested=tested)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _ask_source(OWN)
        show_upload(network)
    st.toggle(t("Compare with another setting"), key=COMPARE_KEY, persist_state="session")
    if st.session_state[COMPARE_KEY]:
        with st.container(border=True):
            st.markdown(f"**{t('The other setting')}**")
            faults += _ask_question(OTHER, standards, tested=False)
            _ask_source(OTHER)
    asked = LINK.stored()
    LINK.keep(asked, said=shortened(asked, standards))
    show_faults()
    for label, name in faults:
        shown = t("“{name}” has to be a number from {bounds}.", name=label, bounds=bounds_of(name))
        st.error(shown, icon=":material/error:")
    if faults:
        st.stop()
    for prefix in (OWN, OTHER) if st.session_state[COMPARE_KEY] else (OWN,):
        show_cover(st.session_state[f"{prefix}source"], counties_of(filters, network))
    return asked


def ask_day(prefix: str) -> None:
    """Ask which day of the week is meant.

    Parameters
    ----------
    prefix
        `OWN` or `OTHER`: of which question.
    """
    days = [t(day) for day in DAYS]
    st.selectbox(
        t("Day"),
        list(reach.DAYS),
        format_func=days.__getitem__,
        key=f"{prefix}day",
        width=130,
        persist_state="session",
    )


def ask_layers() -> None:
    """Ask what the map lays over the counties."""
    st.pills(
        t("On the map"),
        reach.LAYERS,
        format_func=vocabulary.namer(LAYERS),
        selection_mode="multi",
        key=LAYERS_KEY,
        persist_state="session",
    )


def _ask_question(prefix: str, standards: Mapping[str, Rule], *, tested: bool) -> list[tuple[str, str]]:
    """Draw one question; give the label and name of every number that cannot be."""
    codes = [*standards, reach.OWN_METRES, reach.OWN_MINUTES]
    names = {code: rule_name(rule) for code, rule in standards.items()}
    names |= {reach.OWN_METRES: t("My own distance"), reach.OWN_MINUTES: t("My own walking time")}
    by = f"{prefix}by"
    st.session_state[by] = reach.chosen_by(st.session_state[by], standards)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("Within reach means"),
            codes,
            format_func=names.__getitem__,
            key=by,
            width=270,
            persist_state="session",
        )
        faults = _ask_numbers(prefix, standards, tested=tested)
        st.segmented_control(
            t("Who counts"),
            WHO_COUNTS,
            format_func=vocabulary.namer(WHO),
            key=f"{prefix}who",
            required=True,
            persist_state="session",
        )
        _ask_time(prefix)
    return faults


def _ask_source(prefix: str) -> None:
    names = {code: source_name(code) for code in offered_sources(prefix + "source")}
    st.selectbox(
        t("People from"),
        list(names),
        format_func=names.__getitem__,
        key=f"{prefix}source",
        width=270,
        persist_state="session",
    )


def _ask_numbers(prefix: str, standards: Mapping[str, Rule], *, tested: bool) -> list[tuple[str, str]]:
    by = st.session_state[f"{prefix}by"]
    labels = {}
    if by == reach.OWN_METRES:
        labels["metres"] = t("Exactly, metres")
        _ask_slider(prefix)
    if by == reach.OWN_MINUTES:
        labels["minutes"] = t("Minutes on foot")
    for name, label in labels.items():
        st.number_input(
            label, step=NUMBER_STEPS[name], key=prefix + name, width=150, format="%g", persist_state="session"
        )
    if (
        tested
        or by == reach.OWN_MINUTES
        or (by in standards and standards[by].measure == double_test.WALK_MINUTES)
    ):
        walking = {"detour": t("Detour factor"), "kmh": t("Walking speed, km/h")}
        with st.popover(t("Walking"), icon=":material/directions_walk:"):
            for name, label in walking.items():
                st.number_input(
                    label, step=NUMBER_STEPS[name], key=prefix + name, format="%g", persist_state="session"
                )
        labels |= walking
    values = {name: st.session_state[prefix + name] for name in labels}
    return [
        (label, name)
        for name, label in labels.items()
        if values[name] is None or not is_allowed(name, values[name])
    ]


def _ask_slider(prefix: str) -> None:
    """Draw the slider beside the number; what lies beyond its ends can be typed."""
    key = f"{prefix}slider"
    metres = st.session_state[f"{prefix}metres"]
    st.session_state[key] = int(min(max(metres or SLIDER_LEAST, SLIDER_LEAST), SLIDER_MOST))
    st.slider(
        t("Metres, straight line"),
        SLIDER_LEAST,
        SLIDER_MOST,
        step=SLIDER_STEP,
        format="%d m",
        key=key,
        on_change=_slide,
        args=(prefix,),
        width=260,
    )


def _slide(prefix: str) -> None:
    st.session_state[f"{prefix}metres"] = float(st.session_state[f"{prefix}slider"])


def _ask_time(prefix: str) -> None:
    hour = f"{prefix}hour"
    st.selectbox(
        t("Hour"),
        [ANY_TIME, *reach.HOURS],
        format_func=_hour_names().__getitem__,
        key=hour,
        width=130,
        persist_state="session",
        help=t("At an hour only what is known to be open counts; unknown hours are shown apart."),
    )
    if st.session_state[hour] != ANY_TIME:
        ask_day(prefix)


def _hour_names() -> dict[int, str]:
    return {ANY_TIME: t("Any time")} | {hour: f"{hour:02d}:00" for hour in reach.HOURS}


def _follow_link(network: Network) -> None:
    """Take what is asked from the link; then the file of people that was just handed over."""
    LINK.follow(network)
    if NEXT_SOURCE in st.session_state:
        st.session_state[f"{OWN}source"] = st.session_state.pop(NEXT_SOURCE)
    _forget_lost_files()


def _forget_lost_files() -> None:
    """Count by the grid again where a file of people is kept no longer, and say so."""
    for key in (f"{OWN}source", f"{OTHER}source"):
        mark = st.session_state[key]
        if mark.startswith(reach.OWN_MARK) and not own_people.has_own(mark):
            st.session_state[key] = reach.GRID
            add_faults(Fault(LINK.name_of("source"), mark, t("upload the file again")))
