"""Hand over the figures by county and the gaps as files."""

import datetime as dt
from collections.abc import Callable

import streamlit as st

from geo.analysis import county_table
from geo.analysis.county_table import asked_in_words, county_rows, coverage_provenance, rounded
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage.labels import DAYS, rule_name, source_name
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.question import ANY_TIME, GRID, TOWNSHIPS
from ui.screens.coverage.rows import county_results, show_note
from ui.screens.coverage.view import View, Views
from ui.shared import cache
from ui.shared.downloads import FORMATS
from ui.shared.language import N_, t

FORMS = ("geojson", "xlsx", "csv")
COUNTIES, GAPS = "counties", "gaps"
TITLES = {COUNTIES: N_("Coverage by county"), GAPS: N_("Coverage gaps")}
ENTRIES = {COUNTIES: county_table.ENTRIES, GAPS: ("townships", *county_table.ENTRIES)}
LABELS = {
    "threshold": N_("Threshold"),
    "straight_m": N_("Metres, straight line"),
    "who": N_("Who counts"),
    "hour": N_("Hour"),
    "source": N_("People from"),
    "facilities": N_("Facilities counted"),
    "simulated": N_("Simulated share of the facilities"),
    "dated": N_("Facilities up to"),
}
# What the people of a source come from; a file of the user's own is named among the filters.
PEOPLE_ENTRIES = {
    GRID: county_table.GRID_ENTRIES,
    TOWNSHIPS: (*county_table.GRID_ENTRIES, "townships"),
}


def offer_files(views: Views) -> None:
    """Offer the counties and the gaps in every format; a file is made when it is asked for."""
    view = views.view
    labels = {COUNTIES: t("Figures by county"), GAPS: t("Gaps, with their outlines")}
    for what, label in labels.items():
        st.markdown(f"**{label}**")
        with st.container(horizontal=True):
            for form in FORMS:
                name, mime = FORMATS[form]
                st.download_button(
                    t(name) if form != "xlsx" else "Excel",
                    data=_maker(view, what, form),
                    file_name=f"{t(TITLES[what])}-{view.question.who}-{view.scope.reach_m:.0f}m.{form}",
                    mime=mime,
                    key=f"reach_download_{what}_{form}",
                    on_click="ignore",
                    icon=":material/download:",
                )
    st.caption(
        t(
            "Each file says its threshold, who counts, hour, sources and simulated share. The charts are "
            "saved as PNG or SVG below each of them."
        )
    )
    show_note(view)


def make_file(view: View, what: str, form: str, *, today: dt.date) -> bytes:
    """Write the counties or the gaps of one setting.

    Parameters
    ----------
    view
        The setting.
    what, form
        `counties` or `gaps`; one of `FORMS`.
    today
        The day the file is made.
    """
    network, who = cache.network(), view.question.who
    if what == COUNTIES:
        rows = county_rows(county_results(view, whole=True), network, who=who)
    else:
        rows = rounded(cached_reach.reach_gaps(view.scope, who))
    facilities = cached_reach.reach_measured(view.scope.supply).facilities
    about = coverage_provenance(
        rows,
        network,
        facilities=facilities,
        filters=asked_in_words(
            network,
            facilities,
            conditions=dict(view.filters.conditions()),  # type: ignore[arg-type]
            settings=_settings(view),
            reach_m=view.scope.reach_m,
            labels={key: t(label) for key, label in LABELS.items()},
        ),
        generated_on=today,
        title=t(TITLES[what]),
        entries=[*ENTRIES[what], *PEOPLE_ENTRIES.get(view.question.source, ())],
    )
    return cache.EXPORTERS[form](rows, about=about)


def _settings(view: View) -> dict[str, str]:
    question = view.question
    timed = question.hour != ANY_TIME
    return {
        "threshold": rule_name(view.rule),
        "who": t(WHO_WORDS[question.who]),
        "hour": f"{t(DAYS[question.day])} {question.hour:02d}:00" if timed else "",
        "source": source_name(question.source),
    }


def _maker(view: View, what: str, form: str) -> Callable[[], bytes]:
    return lambda: make_file(view, what, form, today=cache.today())
