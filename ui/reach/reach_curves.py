"""Show how the share changes with distance and through the day, and how evenly it falls."""

import pandas as pd
import streamlit as st

from geo import coverage, equity, opening, reach_charts
from geo.catchment import MAX_REACH_M
from geo.people import SHARE, WHO
from geo.schema import HOURS
from ui import cached_reach, vocabulary
from ui.reach.reach import ANY_TIME
from ui.reach.reach_answers import AREA, figures_of
from ui.reach.reach_ask import OWN, ask_day
from ui.reach.reach_charts import show_chart
from ui.reach.reach_rows import source_note
from ui.reach.reach_view import View, Views
from ui.reach.reach_words import DAYS, distance_text, share_text
from ui.reach.reach_words import WHO as WHO_WORDS
from ui.words import plain, t

CANCELLED = "reach_day_cancelled"
# More corners than these do not show.
CURVE_ROWS = 400


def show_distance(views: Views) -> None:
    """Show how far people have to go, who has a second facility, and the share against the threshold."""
    view = views.view
    who, scope = view.question.who, view.scope
    row = figures_of(cached_reach.reach_distances(scope.supply, scope.counties), who)
    figures = {
        t("Mean distance"): distance_text(row[coverage.MEAN_M]),
        t("Half live within"): distance_text(row[coverage.MEDIAN_M]),
        t("9 in 10 live within"): distance_text(row[coverage.P90_M]),
        t("Farthest"): distance_text(row[coverage.MAX_M]),
    }
    with st.container(horizontal=True, gap="medium"):
        for label, figure in figures.items():
            st.metric(label, figure)
        with st.spinner(t("Looking for the second nearest…")):
            second = cached_reach.reach_second(scope).loc[(AREA, who)]
        st.metric(
            t("With a second in reach"),
            share_text(second),
            help=t("They would still be within reach if the nearest facility closed."),
        )
        with st.spinner(t("Measuring land…")):
            land = cached_reach.reach_land(scope.supply, scope.reach_m, scope.counties)
        st.metric(t("Land within reach"), share_text(land))
    st.subheader(t("Share within reach against the threshold"), anchor=False)
    chart = reach_charts.threshold_chart(
        cached_reach.reach_curve(scope),
        threshold_m=scope.reach_m,
        names=vocabulary.told(WHO_WORDS),
        words={coverage.THRESHOLD_M: t("Kilometres, straight line"), SHARE: t("Share within reach")},
        note=source_note(view),
    )
    show_chart(chart, view, name=t("Share against distance"))


def show_hours(views: Views) -> None:
    """Show the share at every hour of a day, the least of the night, the mean, and what is not known."""
    view = views.view
    if view.question.hour == ANY_TIME:
        ask_day(OWN)
    _warn_of_unreadable(view)
    slot = st.empty()
    if st.session_state.pop(CANCELLED, False):
        st.info(t("Cancelled; nothing was kept of it."), icon=":material/cancel:")
        st.button(t("Reckon the 24 hours"), icon=":material/play_arrow:")
        return
    with slot.container():
        bar = st.progress(0.0, text=t("Reckoning 24 hours…"))
        st.button(t("Cancel"), on_click=_cancel_day, icon=":material/close:", key="reach_cancel_day")
    day = cached_reach.reach_day(view.any_time, view.question.day, bar.progress)
    slot.empty()
    mine = day.loc[[AREA]]
    mine = mine[mine.index.get_level_values(WHO) == view.question.who]
    summary = opening.night_and_day(mine).iloc[0]
    with st.container(horizontal=True, gap="medium"):
        st.metric(t("Mean of 24 hours"), share_text(summary[opening.DAY_MEAN]))
        st.metric(
            t("Least at night (22–6)"),
            share_text(summary[opening.NIGHT_MINIMUM]),
            help=t("The first hour with it: {hour}:00.", hour=_hour(summary[opening.NIGHT_MINIMUM_HOUR])),
        )
        st.metric(t("Unknown hours could add"), share_text(summary[opening.DAY_MEAN_UNKNOWN]))
    st.subheader(
        t("Share within reach of something open: {day}", day=t(DAYS[view.question.day])), anchor=False
    )
    words = {
        SHARE: t("Known to be open"),
        opening.SHARE_UNKNOWN: t("Hours not known"),
        opening.HOUR: t("Hour"),
        "night": t("Night"),
    }
    rows = mine.reset_index()[[opening.HOUR, SHARE, opening.SHARE_UNKNOWN]]
    chart = reach_charts.day_chart(rows, words=words, note=source_note(view))
    show_chart(chart, view, name=t("Share by hour"))
    st.caption(t("Hours of simulated facilities are simulated; hours not known are neither open nor closed."))


def show_equity(views: Views) -> None:
    """Show the Lorenz curve of facilities in reach for each person, and its indices."""
    view = views.view
    if view.scope.reach_m > MAX_REACH_M:
        st.info(t("Equity is measured for thresholds of up to {km} km.", km=f"{MAX_REACH_M / 1000:g}"))
        return
    with st.spinner(t("Sharing out what is in reach…")):
        even = cached_reach.reach_even(view.scope, view.question.who)
    figures = {
        t("Gini"): even.gini,
        t("Theil T"): even.theil,
        t("… within prefectures"): even.within,
        t("… between prefectures"): even.between,
    }
    with st.container(horizontal=True, gap="medium"):
        for label, figure in figures.items():
            st.metric(label, _index(figure))
        st.metric(t("Palma (by access)"), _index(even.palma))
        st.metric(t("People with nothing in reach"), share_text(even.without))
    st.caption(
        t(
            "Access is the facilities in reach divided among all who reach them (two-step floating "
            "catchment, Luo and Wang 2003), for {who}. On the dashed line everybody would have the same; the "
            "farther the curve hangs below it, the less even.",
            who=t(WHO_WORDS[view.question.who]),
        )
    )
    if len(even.curve) and even.curve[equity.ACCESS_SHARE].notna().all():
        chart = reach_charts.lorenz_chart(
            reach_charts.thinned(even.curve, rows=CURVE_ROWS),
            words={
                equity.PEOPLE_SHARE: t("Share of people, the least served first"),
                equity.ACCESS_SHARE: t("Share of access"),
            },
            note=source_note(view),
        )
        show_chart(chart, view, name=t("Lorenz curve"))
    else:
        st.info(t("Nobody has anything in reach, so there is nothing to share out."))


def _warn_of_unreadable(view: View) -> None:
    """Say which opening hours cannot be read, and that they count as unknown."""
    unreadable = opening.unreadable_hours(cached_reach.reach_measured(view.any_time.supply).facilities)
    if len(unreadable):
        st.warning(
            t(
                "The hours of {count} facilities cannot be read and count as unknown, the first: “{text}”.",
                count=f"{len(unreadable):,}",
                text=plain(str(unreadable[HOURS].iloc[0])),
            ),
            icon=":material/schedule:",
        )


def _index(figure: float) -> str:
    if figure == float("inf"):
        return "∞"
    return f"{figure:.3f}" if figure == figure else "—"  # noqa: PLR0124 - NaN alone differs from itself


def _hour(hour: float) -> str:
    return "—" if pd.isna(hour) else f"{int(hour):02d}"


def _cancel_day() -> None:
    st.session_state[CANCELLED] = True
