"""Draw who is reached under two settings: one chart, a line for each, named by its setting."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from geo.access.equity import ACCESS_SHARE, PEOPLE_SHARE
from geo.coverage.opening_hours import HOUR, NIGHT_HOURS, SHARE_UNKNOWN
from geo.coverage.people import SHARE
from geo.coverage.shares import THRESHOLD_M
from geo.drawing.coverage_charts import EVEN_COLOUR, KILOMETRES, NIGHT_COLOUR, finish, share_axis

SETTING, POSSIBLE = "setting", "possible"
# Between what a setting is called and what it asks.
NAMED = ": "
SETTING_COLOURS = ("#0f766e", "#b4231a")
# The second line is broken too: colour alone tells nothing on a black-and-white print.
DASHES = ([1, 0], [7, 3])
_METRES_PER_KM = 1000
_WIDE_PIXELS, _LEGEND_PIXELS = 900, 90


def threshold_lines(
    curves: pd.DataFrame, *, thresholds_m: Mapping[str, float], words: Mapping[str, str], note: Sequence[str]
) -> alt.LayerChart:
    """Draw the shares in reach of two settings against the threshold, that of each marked.

    Parameters
    ----------
    curves
        `setting` (its name), `threshold_m` (metres) and `share` (0-1), one row each.
    thresholds_m
        The threshold of each setting, by its name, in the order they are named.
    words
        What the axes are called: `threshold_m` and `share`.
    note
        Source, date and simulated share of each, a line each, written under the chart.
    """
    names = list(thresholds_m)
    rows = curves.assign(**{KILOMETRES: curves[THRESHOLD_M] / _METRES_PER_KM})
    x = alt.X(f"{KILOMETRES}:Q", title=words[THRESHOLD_M])
    tooltip = [
        alt.Tooltip(f"{SETTING}:N", title=" "),
        alt.Tooltip(f"{KILOMETRES}:Q", title=words[THRESHOLD_M], format=",.2~f"),
        alt.Tooltip(f"{SHARE}:Q", title=words[SHARE], format=".1%"),
    ]
    lines = _lines(rows, names).encode(x=x, y=share_axis(SHARE, words[SHARE]), tooltip=tooltip)
    here = pd.DataFrame(
        {SETTING: names, KILOMETRES: [metres / _METRES_PER_KM for metres in thresholds_m.values()]}
    )
    marks = alt.Chart(here).mark_rule(strokeDash=[5, 4], opacity=0.7).encode(x=x, color=_colour(names))
    return finish(lines + marks, note=note, beside_pixels=_LEGEND_PIXELS)


def day_lines(
    days: pd.DataFrame, *, names: Sequence[str], words: Mapping[str, str], note: Sequence[str]
) -> alt.LayerChart:
    """Draw the shares in reach of something open of two settings, hour by hour.

    Above each line a band of its colour goes up to what the hours that are not known could add.

    Parameters
    ----------
    days
        `setting` (its name), `hour` (0-23), `share` and `share_unknown` (0-1), one row each.
    names
        The settings, in order.
    words
        What is open, unknown, the hour and the night are called: `share`, `share_unknown`, `hour`, `night`.
    note
        Source, date and simulated share of each, a line each, written under the chart.
    """
    rows = days.assign(**{POSSIBLE: days[SHARE] + days[SHARE_UNKNOWN]})
    x = alt.X(f"{HOUR}:O", title=words[HOUR], axis=alt.Axis(labelAngle=0))
    tooltip = [
        alt.Tooltip(f"{SETTING}:N", title=" "),
        alt.Tooltip(f"{HOUR}:O", title=words[HOUR]),
        alt.Tooltip(f"{SHARE}:Q", title=words[SHARE], format=".1%"),
        alt.Tooltip(f"{SHARE_UNKNOWN}:Q", title=words[SHARE_UNKNOWN], format=".1%"),
    ]
    axis = alt.Axis(format="%")
    band = (
        alt.Chart(rows)
        .mark_area(opacity=0.14)
        .encode(
            x=x,
            y=alt.Y(f"{SHARE}:Q", axis=axis, title=words[SHARE]),
            y2=f"{POSSIBLE}:Q",
            color=_colour(names),
        )
    )
    lines = _lines(rows, names, point=True).encode(x=x, y=f"{SHARE}:Q", tooltip=tooltip)
    night = pd.DataFrame({HOUR: NIGHT_HOURS, SHARE: 0.0})
    feet = (
        alt.Chart(night)
        .mark_tick(thickness=5, color=NIGHT_COLOUR, orient="horizontal", width={"band": 1})
        .encode(x=x, y=f"{SHARE}:Q", tooltip=alt.value(words["night"]))
    )
    return finish(band + lines + feet, note=note, beside_pixels=_LEGEND_PIXELS)


def lorenz_lines(
    curves: pd.DataFrame, *, names: Sequence[str], words: Mapping[str, str], note: Sequence[str]
) -> alt.LayerChart:
    """Draw the Lorenz curves of two settings beside the line where all have the same.

    Parameters
    ----------
    curves
        Of `geo.access.equity.lorenz_curve`, one after the other, with `setting` (its name).
    names
        The settings, in order.
    words
        What the axes are called: `people_share` and `access_share`.
    note
        Source, date and simulated share of each, a line each, written under the chart.
    """
    axis, whole = alt.Axis(format="%"), alt.Scale(domain=[0, 1])
    x = alt.X(f"{PEOPLE_SHARE}:Q", title=words[PEOPLE_SHARE], axis=axis, scale=whole)
    y = alt.Y(f"{ACCESS_SHARE}:Q", title=words[ACCESS_SHARE], axis=axis, scale=whole)
    ends = pd.DataFrame({PEOPLE_SHARE: [0.0, 1.0], ACCESS_SHARE: [0.0, 1.0]})
    even = alt.Chart(ends).mark_line(color=EVEN_COLOUR, strokeDash=[5, 4])
    return finish(
        _lines(curves, names).encode(x=x, y=y) + even.encode(x=x, y=y),
        note=note,
        beside_pixels=_LEGEND_PIXELS,
    )


def _lines(rows: pd.DataFrame, names: Sequence[str], *, point: bool = False) -> Any:
    dash = alt.Scale(domain=list(names), range=list(DASHES[: len(names)]))
    return (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.2, point=point)
        .encode(
            color=_colour(names),
            strokeDash=alt.StrokeDash(
                f"{SETTING}:N", scale=dash, sort=list(names), title=None, legend=_legend()
            ),
        )
    )


def _colour(names: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=list(SETTING_COLOURS[: len(names)]))
    return alt.Color(f"{SETTING}:N", scale=scale, sort=list(names), title=None, legend=_legend())


def _legend() -> alt.Legend:
    """Name the settings one below the other, each in two lines: a narrow screen has no room for one."""
    return alt.Legend(
        orient="top",
        direction="vertical",
        columns=1,
        labelLimit=_WIDE_PIXELS,
        labelExpr=f"split(datum.label, {NAMED!r})",
        symbolType="stroke",
        symbolOpacity=1,
        symbolStrokeWidth=2.2,
    )
