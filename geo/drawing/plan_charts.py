"""Draw how many people more sites, or more money, reach."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from geo.drawing.charts import NOTE_COLOUR
from geo.planning.sensitivity import COVERED, GREEDY_COVERED, PROVEN, SHARE

HEIGHT_PIXELS = 320
LINE, GREEDY = "#0b4f6c", "#d9822b"
AMOUNT = "amount"
POINT = "chosen_point"


def people_chart(curve: pd.DataFrame, *, words: Mapping[str, str], note: str) -> alt.LayerChart:
    """Draw people within reach against sites or yuan: proven, and step by step; a point can be chosen.

    Parameters
    ----------
    curve
        As `geo.planning.sensitivity.people_curve` gives it.
    words
        What the axis, the two lines and a share are called: `amount`, `covered`, `greedy_covered`, `share`.
    note
        Source, date and simulated share, written under the chart.
    """
    rows = curve.reset_index(names=AMOUNT)
    tips = [
        alt.Tooltip(f"{AMOUNT}:Q", title=words[AMOUNT], format=",.0f"),
        alt.Tooltip(f"{COVERED}:Q", title=words[COVERED], format=",.0f"),
        alt.Tooltip(f"{GREEDY_COVERED}:Q", title=words[GREEDY_COVERED], format=",.0f"),
        alt.Tooltip(f"{SHARE}:Q", title=words[SHARE], format=".2%"),
    ]
    pick = alt.selection_point(name=POINT, fields=[AMOUNT], on="click", nearest=True, empty=False)
    axis = alt.X(f"{AMOUNT}:Q", title=words[AMOUNT], axis=alt.Axis(format=",.0f", tickMinStep=1))
    people = alt.Y(
        f"{COVERED}:Q", title=words[COVERED], scale=alt.Scale(zero=False), axis=alt.Axis(format=",.0f")
    )
    base = alt.Chart(rows).encode(x=axis)
    greedy = base.mark_line(strokeDash=[5, 4], color=GREEDY).encode(y=alt.Y(f"{GREEDY_COVERED}:Q"))
    best = base.mark_line(color=LINE, strokeWidth=2.2).encode(y=people)
    dots = (
        base.mark_point(size=90, filled=True, color=LINE)
        .encode(
            y=people,
            tooltip=tips,
            shape=alt.Shape(
                f"{PROVEN}:N",
                scale=alt.Scale(domain=[True, False], range=["circle", "triangle"]),
                legend=None,
            ),
            size=alt.condition(pick, alt.value(220), alt.value(80)),
        )
        .add_params(pick)
    )
    caption = alt.TitleParams(
        text=note,
        orient="bottom",
        anchor="start",
        color=NOTE_COLOUR,
        fontSize=11,
        fontWeight="normal",
        offset=8,
    )
    chart: alt.LayerChart = (greedy + best + dots).properties(height=HEIGHT_PIXELS, title=caption)
    return chart
