"""Hand over exactly what is filtered, as a file or as an address."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

import altair as alt
import streamlit as st

from geo.drawing.chart_files import chart_file
from ui.shared import cache
from ui.shared.answers import Answer, source_note
from ui.shared.filters import Filters
from ui.shared.language import N_, t

FORMATS = {
    "geojson": (N_("GeoJSON, for maps"), "application/geo+json"),
    "xlsx": (
        N_("Excel, one sheet a type"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": (N_("CSV, for tables"), "text/csv"),
    "gpkg": (N_("GeoPackage, for QGIS"), "application/geopackage+sqlite3"),
}
PICTURES = {"png": ("PNG", "image/png"), "svg": ("SVG", "image/svg+xml")}
API_ITEMS = "/api/collections/facilities/items"
API_LIMIT = 1000


def offer_files(answer: Answer) -> None:
    """Offer the facilities that meet the filters in every format; a file is made when it is asked for."""
    st.caption(
        t(
            "These files hold exactly the {count} facilities shown, those without a place too. "
            "Each says its sources, dates, filters and simulated share.",
            count=f"{len(answer.facilities):,}",
        )
    )
    with st.container(horizontal=True):
        for form, (label, mime) in FORMATS.items():
            st.download_button(
                t(label),
                data=_maker(answer.filters, form),
                file_name=cache.export_name(answer.filters, form),
                mime=mime,
                key=f"download_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
    st.caption(t("The same for QGIS and scripts, page by page (OGC API – Features):"))
    # As the visitor reaches it, below whatever path a proxy adds.
    st.code(f"{(st.context.url or '').rstrip('/')}{api_address(answer.filters)}", language=None)
    st.caption(source_note(answer))


def offer_pictures(chart: alt.LayerChart, *, stem: str, key: str) -> None:
    """Offer a chart as a picture; it is drawn when it is asked for.

    Parameters
    ----------
    chart
        With its source under it.
    stem
        The files' name: what it shows, in a few words of the screen's language.
    key
        Begins the keys of the buttons.
    """
    written = chart.to_json()
    with st.container(horizontal=True):
        for form, (label, mime) in PICTURES.items():
            st.download_button(
                t("Chart as {form}", form=label),
                data=partial(chart_file, written, form),
                file_name=f"{stem}.{form}",
                mime=mime,
                key=f"{key}_{form}",
                on_click="ignore",
                icon=":material/image:",
                type="tertiary",
            )


def api_address(filters: Filters) -> str:
    """Return the address, without host, that answers with the same facilities.

    What the API has no parameter for, services and text, is left out.
    """
    conditions = filters.conditions()
    asked = {
        "facility_type": conditions.get("types"),
        "county": conditions.get("counties"),
        "prefecture": conditions.get("prefectures"),
        "status": conditions.get("statuses"),
        "origin": conditions.get("origins"),
    }
    parameters = {name: ",".join(values) for name, values in asked.items() if values}
    return f"{API_ITEMS}?{urlencode(parameters | {'limit': API_LIMIT}, safe=',')}"


def _maker(filters: Filters, form: str) -> Callable[[], bytes]:
    return lambda: cache.export_file(filters, form)
