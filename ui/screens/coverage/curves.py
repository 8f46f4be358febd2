"""Show how the share changes with distance and through the day, and how evenly it falls."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from geo.access import equity
from geo.access.catchment import MAX_REACH_M
from geo.analysis.coverage_study import AREA, Even, figures_of
from geo.coverage import opening_hours, shares
from geo.coverage.land import LEFT_OUT_KM2
from geo.coverage.people import SHARE, WHO
from geo.kernels.loader import AREAS, CATCHMENTS
from geo.schema import HOURS
from ui.screens.coverage import cache, curve_charts
from ui.screens.coverage.controls import ask_day
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.labels import distance_text, setting_names, share_text
from ui.screens.coverage.link import OWN
from ui.screens.coverage.question import ANY_TIME
from ui.screens.coverage.view import View, Views
from ui.shared.language import plain, t
from ui.shared.long_jobs import JobProgress, LongJob, show_job, wait_for_loops

Given = TypeVar("Given")


def show_distance(views: Views) -> None:
    """Show how far people have to go, who has a second facility, and the share against the threshold."""
    rows = []
    for name in setting_names(views):
        _head(views, name)
        rows.append(st.container(horizontal=True, gap="medium"))
    waiting = st.container()
    st.subheader(t("Share within reach against the threshold"), anchor=False)
    curve_charts.show_thresholds(views)
    for view, row in zip(views.both, rows, strict=True):
        with row:
            _show_metrics(_distances(view))
    for number, (view, row) in enumerate(zip(views.both, rows, strict=True)):
        with waiting:
            found = _second_and_land(view, number)
        with row:
            _show_metrics(found)


def show_hours(views: Views) -> None:
    """Show the share at every hour of a day, the least of the night, the mean, and what is not known."""
    if views.view.question.hour == ANY_TIME:
        ask_day(OWN)
    for view in views.both:
        _warn_of_unreadable(view)
    days = _of_both(
        "day",
        [(view.any_time, view.question.day) for view in views.both],
        cache.reach_day,
        doing=t("Computing 24 hours…"),
        again=t("Compute all 24 hours"),
    )
    if days is None:
        return
    mine = [_of_area(day, view.question.who) for day, view in zip(days, views.both, strict=True)]
    for day, name in zip(mine, setting_names(views), strict=True):
        _head(views, name)
        _show_day_figures(day)
    curve_charts.show_days(views, mine)
    st.caption(t("Hours of simulated facilities are simulated; hours not known are neither open nor closed."))


def show_equity(views: Views) -> None:
    """Show the Lorenz curve of facilities in reach for each person, and its indices."""
    if max(view.scope.reach_m for view in views.both) > MAX_REACH_M:
        st.info(t("Equity is measured for thresholds of up to {km} km.", km=f"{MAX_REACH_M / 1000:g}"))
        return
    found = _of_both(
        "even",
        [(view.scope, view.question.who) for view in views.both],
        cache.reach_even,
        doing=t("Sharing out what is in reach…"),
        again=t("Compute equity measures"),
        family=CATCHMENTS,
    )
    if found is None:
        return
    for even, name in zip(found, setting_names(views), strict=True):
        _head(views, name)
        _show_indices(even)
    st.caption(
        t(
            "Access is the facilities in reach divided among all who reach them (two-step floating "
            "catchment, Luo and Wang 2003), for {who}. On the dashed line everybody would have the same; the "
            "farther the curve hangs below it, the less even.",
            who=t(", ").join(dict.fromkeys(t(WHO_WORDS[view.question.who]) for view in views.both)),
        )
    )
    if all(len(even.curve) and even.curve[equity.ACCESS_SHARE].notna().all() for even in found):
        curve_charts.show_lorenz(views, [even.curve for even in found])
    else:
        st.info(t("Nobody has anything in reach, so there is nothing to share out."))


def _of_both(
    name: str,
    asked: Sequence[tuple[Any, ...]],
    compute: Callable[..., Given],
    *,
    doing: str,
    again: str,
    family: str | None = None,
) -> list[Given] | None:
    """Compute what takes long for one setting or both, under one bar; None while it is not wanted."""

    def work(on_progress: JobProgress) -> list[Given]:
        if family is not None:
            wait_for_loops(family, on_progress)
        return [compute(*each, on_progress.part(number, len(asked))) for number, each in enumerate(asked)]

    known = all(cache.is_known(name, *each) for each in asked)
    return show_job(LongJob(name, tuple(asked), doing=doing, again=again, known=known), work)


def _head(views: Views, name: str) -> None:
    """Say which of two settings the figures below are of."""
    if views.other is not None:
        st.markdown(f"**{plain(name)}**")


def _distances(view: View) -> dict[str, str]:
    scope = view.scope
    row = figures_of(cache.reach_distances(scope.supply, scope.counties), view.question.who)
    short_km = figures_of(cache.reach_shares(scope), view.question.who)[shares.SHORTFALL_PERSON_KM]
    return {
        t("Mean distance"): distance_text(row[shares.MEAN_M]),
        t("Half live within"): distance_text(row[shares.MEDIAN_M]),
        t("9 in 10 live within"): distance_text(row[shares.P90_M]),
        t("Farthest"): distance_text(row[shares.MAX_M]),
        t("Short by, person-km"): "∞" if short_km == float("inf") else f"{short_km:,.0f}",
    }


def _second_and_land(view: View, number: int) -> dict[str, str]:
    """Compute what takes long of distances; leave out what is not wanted."""
    scope = view.scope
    second = show_job(
        LongJob(
            f"second_{number}",
            cache.second_asked(scope),
            doing=t("Looking for the second nearest…"),
            again=t("Look for the second nearest"),
            known=cache.is_known(*cache.second_asked(scope)),
        ),
        lambda on_progress: cache.reach_second(scope, on_progress),
    )

    def measure(on_progress: JobProgress) -> pd.DataFrame:
        wait_for_loops(AREAS, on_progress)
        return cache.reach_land(scope, on_progress)

    land = show_job(
        LongJob(
            f"land_{number}",
            scope,
            doing=t("Measuring land…"),
            again=t("Measure the land within reach"),
            known=cache.is_known("land", scope),
        ),
        measure,
    )
    figures = {}
    if second is not None:
        figures[t("With a second in reach")] = share_text(second.loc[(AREA, view.question.who)])
    if land is not None:
        figures[t("Land within reach")] = share_text(float(land[SHARE][AREA]))
        figures[t("Land left out, km²")] = f"{float(land[LEFT_OUT_KM2][AREA]):,.0f}"
    return figures


def _of_area(day: pd.DataFrame, who: str) -> pd.DataFrame:
    mine = day.loc[[AREA]]
    return mine[mine.index.get_level_values(WHO) == who]


def _show_day_figures(day: pd.DataFrame) -> None:
    summary = opening_hours.night_and_day(day).iloc[0]
    with st.container(horizontal=True, gap="medium"):
        st.metric(t("Mean of 24 hours"), share_text(summary[opening_hours.DAY_MEAN]))
        st.metric(
            t("Least at night (22–6)"),
            share_text(summary[opening_hours.NIGHT_MINIMUM]),
            help=t(
                "The first hour with it: {hour}:00.", hour=_hour(summary[opening_hours.NIGHT_MINIMUM_HOUR])
            ),
        )
        st.metric(t("Unknown hours could add"), share_text(summary[opening_hours.DAY_MEAN_UNKNOWN]))


def _show_indices(even: Even) -> None:
    with st.container(horizontal=True, gap="medium"):
        _show_metrics(
            {
                t("Gini"): _index(even.gini),
                t("Theil T"): _index(even.theil),
                t("… within prefectures"): _index(even.within),
                t("… between prefectures"): _index(even.between),
                t("Palma (by access)"): _index(even.palma),
                t("People with nothing in reach"): share_text(even.without),
            }
        )


def _show_metrics(figures: Mapping[str, str]) -> None:
    helps = {
        t("With a second in reach"): t("They would still be within reach if the nearest facility closed."),
        t("Short by, person-km"): t(
            "The kilometres beyond the threshold that all those left out have to go, added up."
        ),
    }
    for label, figure in figures.items():
        st.metric(label, figure, help=helps.get(label))


def _warn_of_unreadable(view: View) -> None:
    """Say which opening hours cannot be read, and that they count as unknown."""
    unreadable = opening_hours.unreadable_hours(cache.reach_measured(view.any_time.supply).facilities)
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
