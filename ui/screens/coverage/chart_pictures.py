"""Show a chart, and hand it over as a picture."""

import altair as alt
import streamlit as st

from ui.screens.coverage.view import Views
from ui.shared.downloads import offer_pictures


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
    of = "-".join(f"{view.question.who}-{view.scope.reach_m:.0f}m" for view in views.both)
    offer_pictures(chart, stem=f"{name}-{of}", key="reach_chart")
