"""Draw the curves of one setting, or of two in one chart, each line named by its setting."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geo.access import equity
from geo.coverage import opening_hours, shares
from geo.coverage.people import SHARE, WHO
from geo.drawing import compared_charts, coverage_charts
from geo.drawing.compared_charts import SETTING
from ui.screens.coverage import cache
from ui.screens.coverage.chart_pictures import show_chart
from ui.screens.coverage.labels import DAYS, setting_names
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.rows import source_note
from ui.screens.coverage.view import Views
from ui.shared import labels
from ui.shared.language import t

# More corners than these do not show.
CURVE_ROWS = 400


def show_thresholds(views: Views) -> None:
    """Draw the share in reach against the threshold: of all who count, or of two settings."""
    words = {shares.THRESHOLD_M: t("Kilometres, straight line"), SHARE: t("Share within reach")}
    curves = [cache.reach_curve(view.scope) for view in views.both]
    name = t("Share against distance")
    if views.other is None:
        chart = coverage_charts.threshold_chart(
            curves[0],
            threshold_m=views.view.scope.reach_m,
            names=labels.translated(WHO_WORDS),
            words=words,
            note=source_note(views.view),
        )
    else:
        mine = [
            curve[curve[WHO].eq(view.question.who).to_numpy()]
            for curve, view in zip(curves, views.both, strict=True)
        ]
        limits_m = [view.scope.reach_m for view in views.both]
        chart = compared_charts.threshold_lines(
            _named(mine, views),
            thresholds_m=dict(zip(setting_names(views), limits_m, strict=True)),
            words=words,
            note=_notes(views),
        )
    show_chart(chart, views, name=name)


def show_days(views: Views, days: Sequence[pd.DataFrame]) -> None:
    """Draw the share in reach of something open, hour by hour.

    Parameters
    ----------
    views
        What is shown.
    days
        Of each setting, the rows of everybody asked about.
    """
    translated = t(", ").join(dict.fromkeys(t(DAYS[view.question.day]) for view in views.both))
    st.subheader(t("Share within reach of something open: {day}", day=translated), anchor=False)
    words = {
        SHARE: t("Known to be open"),
        opening_hours.SHARE_UNKNOWN: t("Hours not known"),
        opening_hours.HOUR: t("Hour"),
        "night": t("Night"),
    }
    columns = [opening_hours.HOUR, SHARE, opening_hours.SHARE_UNKNOWN]
    rows = [day.reset_index()[columns] for day in days]
    if views.other is None:
        chart = coverage_charts.day_chart(rows[0], words=words, note=source_note(views.view))
    else:
        chart = compared_charts.day_lines(
            _named(rows, views), names=setting_names(views), words=words, note=_notes(views)
        )
    show_chart(chart, views, name=t("Share by hour"))


def show_lorenz(views: Views, curves: Sequence[pd.DataFrame]) -> None:
    """Draw the Lorenz curve.

    Parameters
    ----------
    views
        What is shown.
    curves
        Of each setting.
    """
    words = {
        equity.PEOPLE_SHARE: t("Share of people, the least served first"),
        equity.ACCESS_SHARE: t("Share of access"),
    }
    thin = [coverage_charts.thinned(curve, rows=CURVE_ROWS) for curve in curves]
    if views.other is None:
        chart = coverage_charts.lorenz_chart(thin[0], words=words, note=source_note(views.view))
    else:
        chart = compared_charts.lorenz_lines(
            _named(thin, views), names=setting_names(views), words=words, note=_notes(views)
        )
    show_chart(chart, views, name=t("Lorenz curve"))


def _named(rows: Sequence[pd.DataFrame], views: Views) -> pd.DataFrame:
    """Put the rows of two settings below each other, each named by its own."""
    return pd.concat(
        [each.assign(**{SETTING: name}) for each, name in zip(rows, setting_names(views), strict=True)],
        ignore_index=True,
    )


def _notes(views: Views) -> list[str]:
    return [
        f"{name}: {source_note(view)}"
        for name, view in zip((t("This setting"), t("The other setting")), views.both, strict=True)
    ]
