"""Hand over exactly what is filtered, as a file or as an address."""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from ui import cached
from ui.answers import Answer, source_note
from ui.filters import Filters
from ui.words import N_, t

FORMATS = {
    "geojson": (N_("GeoJSON, for maps"), "application/geo+json"),
    "xlsx": (
        N_("Excel, one sheet a type"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": (N_("CSV, for tables"), "text/csv"),
    "gpkg": (N_("GeoPackage, for QGIS"), "application/geopackage+sqlite3"),
}
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
                file_name=cached.export_name(answer.filters, form),
                mime=mime,
                key=f"download_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
    st.caption(t("The same for QGIS and scripts, page by page (OGC API – Features):"))
    st.code(api_address(answer.filters), language=None)
    st.caption(source_note(answer))


def api_address(filters: Filters) -> str:
    """Give the address, without host, that answers with the same facilities.

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
    return lambda: cached.export_file(filters, form)
