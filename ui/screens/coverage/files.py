"""Hand over the figures by county and the gaps as files."""

import datetime as dt
from collections.abc import Callable

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo import schema
from geo.coverage.people import SHARE, WHO
from geo.export import files
from geo.export.provenance import percent, simulated_share
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage.labels import DAYS, rule_name, source_name
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.question import ANY_TIME, GRID, TOWNSHIPS
from ui.screens.coverage.rows import county_results, show_note
from ui.screens.coverage.view import View, Views
from ui.shared import cache
from ui.shared.downloads import FORMATS
from ui.shared.language import N_, t

_FINE, _COARSE = 6, 3
FORMS = ("geojson", "xlsx", "csv")
COUNTIES, GAPS = "counties", "gaps"
TITLES = {COUNTIES: N_("Coverage by county"), GAPS: N_("Coverage gaps")}
ENTRIES = {COUNTIES: ("regions", "census"), GAPS: ("townships", "regions", "census")}
# What the people of a source come from; a file of the user's own is named among the filters.
PEOPLE_ENTRIES = {GRID: ("demand",), TOWNSHIPS: ("demand", "townships")}


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
    network = cache.network()
    found = _counties(view) if what == COUNTIES else cached_reach.reach_gaps(view.scope, view.question.who)
    rows = _rounded(found)
    facilities = cached_reach.reach_measured(view.scope.supply).facilities
    sources = [
        *ENTRIES[what],
        *PEOPLE_ENTRIES.get(view.question.source, ()),
        *facilities[schema.DATASET].dropna().unique(),
    ]
    about = files.provenance_of(
        rows,
        network,
        title=t(TITLES[what]),
        filters=_asked(view),
        generated_on=today,
        entries=sources,
    )
    return cache.EXPORTERS[form](rows, about=about)


def _counties(view: View) -> gpd.GeoDataFrame:
    results = county_results(view, whole=True)
    outlines = cache.network().display_regions.geometry.reindex(results.index)
    names = (
        cache.network()
        .counties[[schema.NAME, schema.PARENT]]
        .rename(columns={schema.PARENT: schema.PREFECTURE})
    )
    rows = names.reindex(results.index).assign(**{WHO: view.question.who}).join(results)
    inside = outlines.representative_point()
    rows[schema.LON], rows[schema.LAT] = inside.x, inside.y
    return gpd.GeoDataFrame(rows, geometry=outlines, crs=schema.WGS84)


def _rounded(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round what is modelled: shares and degrees to a millionth, all else to a thousandth."""
    numbers = [str(name) for name in rows.columns if pd.api.types.is_float_dtype(rows[name].dtype)]
    fine = {name for name in numbers if name.startswith(SHARE) or name.endswith(SHARE)}
    digits = {name: _FINE if name in fine | {schema.LON, schema.LAT} else _COARSE for name in numbers}
    rounded: gpd.GeoDataFrame = rows.round(digits)
    return rounded


def _asked(view: View) -> dict[str, str]:
    facilities = cached_reach.reach_measured(view.scope.supply).facilities
    names = files.names_of_codes(cache.network())
    asked = files.filters_in_words(dict(view.filters.conditions()), names)  # type: ignore[arg-type]
    question = view.question
    hour = "" if question.hour == ANY_TIME else f"{t(DAYS[question.day])} {question.hour:02d}:00"
    told = {
        t("Threshold"): rule_name(view.rule),
        t("Metres, straight line"): f"{view.scope.reach_m:,.1f}",
        t("Who counts"): t(WHO_WORDS[question.who]),
        t("Hour"): hour,
        t("People from"): source_name(question.source),
        t("Facilities counted"): f"{len(facilities):,}",
        t("Simulated share of the facilities"): percent(simulated_share(facilities) or 0.0),
    }
    return asked | {label: text for label, text in told.items() if text}


def _maker(view: View, what: str, form: str) -> Callable[[], bytes]:
    return lambda: make_file(view, what, form, today=cache.today())
