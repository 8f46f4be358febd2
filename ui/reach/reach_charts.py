"""Show a chart, and hand it over as a picture."""

from functools import partial

import altair as alt
import streamlit as st

from geo.chart_files import chart_file
from ui.reach.reach_view import Views
from ui.words import t

PICTURES = {"png": ("PNG", "image/png"), "svg": ("SVG", "image/svg+xml")}


def show_chart(chart: alt.LayerChart, views: Views, *, name: str) -> None:
    """Show a chart with buttons that save it; a picture is drawn when it is asked for.

    Parameters
    ----------
    chart
        With its source under it.
    views
        The settings it is of: their thresholds and people stand in the file's name.
    name
        What it shows, in a few words of the screen's language.
    """
    st.altair_chart(chart)
    written = chart.to_json()
    of = "-".join(f"{view.question.who}-{view.scope.reach_m:.0f}m" for view in views.both)
    with st.container(horizontal=True):
        for form, (label, mime) in PICTURES.items():
            st.download_button(
                t("Chart as {form}", form=label),
                data=partial(chart_file, written, form),
                file_name=f"{name}-{of}.{form}",
                mime=mime,
                key=f"reach_chart_{form}",
                on_click="ignore",
                icon=":material/image:",
                type="tertiary",
            )
