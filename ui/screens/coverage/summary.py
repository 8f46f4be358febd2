"""Show who is reached: the headline, its range, the two official tests, and the map."""

from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from geo import schema
from geo.analysis.coverage_study import figures_of
from geo.coverage import double_test, uncertainty
from geo.coverage.people import COVERED, LEFT_OUT, SHARE
from geo.drawing import map_state
from geo.export.provenance import percent
from geo.network.network import Network
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage.controls import ask_layers
from ui.screens.coverage.labels import (
    WHO,
    people_text,
    rule_source,
    setting_name,
    share_text,
    source_name,
    walk_note,
)
from ui.screens.coverage.map_state import find_state
from ui.screens.coverage.question import ANY_TIME, types_of
from ui.screens.coverage.view import View, Views
from ui.shared import cache, figures
from ui.shared.filters import Filters
from ui.shared.language import plain, t
from ui.shared.map_view import open_clicked

MAP_KEY, OTHER_MAP_KEY, MAP_HEIGHT = "reach_map", "reach_other_map", 560
WIDE_PIXELS = 230


def show_title(filters: Filters, network: Network) -> None:
    """Show the title and the way back up."""
    st.title(t("Who is reached"), anchor=False)
    figures.show_back_button(filters, network)


def require_places(views: Views) -> None:
    """End the page with a plain word unless some facility with a place is selected, and somebody counts."""
    measured = cached_reach.reach_measured(views.view.any_time.supply)
    if measured.located:
        _require_people(views)
        return
    if len(measured.facilities):
        st.info(
            t(
                "{count} facilities are selected and none has a known place, so nobody can be said to be "
                "near one. Choose other types, or import a list that says where they are.",
                count=f"{len(measured.facilities):,}",
            ),
            icon=":material/location_off:",
        )
    else:
        st.info(
            t("No facility meets these filters, so there is nothing to reach. Take one away, or clear them."),
            icon=":material/search_off:",
        )
    st.stop()


def _require_people(views: Views) -> None:
    for view in filter(None, (views.view, views.other)):
        if not cached_reach.reach_area(view.scope.counties, view.question.source).demand[schema.PEOPLE].any():
            st.info(
                t(
                    "Nobody is counted here by {source}. Choose other counties, or other people.",
                    source=plain(source_name(view.question.source)),
                ),
                icon=":material/group_off:",
            )
            st.stop()


def show_heading(view: View) -> None:
    """Say what is counted, and how much of it is simulated."""
    count, simulated, _ = cached_reach.reach_sources(view.scope.supply)
    shown = t(
        "{share} of the {count} facilities counted are simulated: the shares show the method and not the "
        "true state. Import real lists to make them true.",
        share=percent(simulated),
        count=f"{count:,}",
    )
    if simulated:
        st.warning(shown, icon=":material/science:")
    elif count:
        st.success(
            t(
                "None of the {count} facilities counted is simulated.",
                count=f"{count:,}",
            ),
            icon=":material/verified:",
        )
    else:
        st.info(t("Nothing is known to be open at this hour."), icon=":material/schedule:")
    st.caption(_what_counts(view))


def show_figures(views: Views) -> None:
    """Show the share, who is left out, and the range; of two settings side by side if two are asked."""
    if views.other is None:
        _show_figures(views.view)
        return
    left, right = st.columns(2, border=True)
    with left:
        st.markdown(f"**{t('This setting')}** · {plain(setting_name(views.view))}")
        _show_figures(views.view)
    with right:
        st.markdown(f"**{t('The other setting')}** · {plain(setting_name(views.other))}")
        _show_figures(views.other, beside=views.view)


def show_double_test(view: View) -> None:
    """Show the two tests of the official target for stations side by side, and explain the gap."""
    if types_of(view.filters) != (double_test.STATION,):
        return
    question = view.question
    row = figures_of(
        cached_reach.reach_double(view.any_time.supply, view.scope.counties, question.detour, question.kmh),
        schema.URBAN_PEOPLE,
    )
    straight, minutes = cached_reach.official_thresholds()
    with st.expander(t("The official double test: 1 km and 15 minutes, by urban residents"), expanded=True):
        with st.container(horizontal=True, gap="medium"):
            st.metric(
                t("Within {metres} m in a straight line", metres=f"{straight:,.0f}"),
                share_text(row[double_test.SHARE_STRAIGHT]),
                width=WIDE_PIXELS,
            )
            st.metric(
                t("Within {minutes} minutes on foot", minutes=f"{minutes:g}"),
                share_text(row[double_test.SHARE_WALK]),
                width=WIDE_PIXELS,
            )
            st.metric(
                t("Pass one, fail the other"), people_text(row[double_test.GAP_PEOPLE]), width=WIDE_PIXELS
            )
        st.caption(
            t(
                "At {kmh} km/h, with ways {detour} times the straight line, {minutes} minutes reach {metres} "
                "m in a straight line. The {people} urban residents who live between {metres} m and "
                "{straight} m pass one test and fail the other. Both figures can be set under “Walking” "
                "above; until a road network is given they stand for it.",
                kmh=f"{question.kmh:g}",
                detour=f"{question.detour:g}",
                minutes=f"{minutes:g}",
                metres=f"{row[double_test.WALK_REACH_M]:,.0f}",
                people=people_text(abs(row[double_test.GAP_PEOPLE])),
                straight=f"{straight:,.0f}",
            )
        )
        if question.hour != ANY_TIME:
            st.caption(t("The official test asks for no hour: it counts every station, open or not."))


def show_map(views: Views) -> None:
    """Show the map with what is laid over the counties; two maps side by side if two settings are asked."""
    ask_layers()
    if views.other is None:
        _show_map(views.view, views.layers, MAP_KEY)
        return
    settings = (t("This setting"), views.view, MAP_KEY), (t("The other setting"), views.other, OTHER_MAP_KEY)
    for column, (label, view, key) in zip(st.columns(2), settings, strict=True):
        with column:
            st.markdown(f"**{label}**")
            _show_map(view, views.layers, key)


def _show_map(view: View, layers: tuple[str, ...], key: str) -> None:
    st_folium(
        map_state.network_map(find_state(view, layers), script_url=cache.map_script_url()),
        key=key,
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        on_change=partial(open_clicked, key),
    )


def _show_figures(view: View, *, beside: View | None = None) -> None:
    row = figures_of(cached_reach.reach_shares(view.scope), view.question.who)
    delta = None
    if beside is not None:
        first = figures_of(cached_reach.reach_shares(beside.scope), beside.question.who)
        delta = t("{figure} points", figure=f"{100 * (row[SHARE] - first[SHARE]):+.1f}")
    with st.container(horizontal=True, gap="medium"):
        who = t(WHO[view.question.who])
        st.metric(
            t("{who} within reach", who=who), share_text(row[SHARE]), delta, width=figures.FIGURE_PIXELS + 30
        )
        st.metric(t("People within reach"), people_text(row[COVERED]), width=figures.FIGURE_PIXELS)
        st.metric(t("People left out"), people_text(row[LEFT_OUT]), width=figures.FIGURE_PIXELS)
        if view.scope.supply.hour != ANY_TIME:
            _show_doubtful(view, row[SHARE])
        bounds = figures_of(cached_reach.reach_range(view.scope), view.question.who)
        st.metric(
            t("Range"),
            f"{share_text(bounds[uncertainty.SHARE_WORST])} – {share_text(bounds[uncertainty.SHARE_BEST])}",
            width=WIDE_PIXELS,
            help=t(
                "The outer limits: every place as far from people as its stated error allows, and as near. A "
                "wide range says that the places are hardly known."
            ),
        )


def _show_doubtful(view: View, share: float) -> None:
    doubtful = replace(view.scope, supply=replace(view.scope.supply, doubtful=True))
    most = figures_of(cached_reach.reach_shares(doubtful), view.question.who)[SHARE]
    st.metric(
        t("Unknown hours could add"),
        share_text(most - share),
        width=WIDE_PIXELS,
        help=t("Within reach only of facilities whose hours are not known: neither open nor closed."),
    )


def _what_counts(view: View) -> str:
    types = cache.names().types
    parts = [
        t(
            "Counted: {types}, wherever in Guangxi they stand; who lives at a border may go across it.",
            types=t(", ").join(types[code] for code in types_of(view.filters)),
        ),
        "" if view.filters.types else t("No type is chosen, so worker stations are taken."),
        "" if view.filters.statuses else t("Only what operates counts unless a status is chosen."),
        rule_source(view.rule),
        walk_note(view.rule, view.question),
    ]
    return " ".join(part for part in parts if part)
