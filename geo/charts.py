"""Draw figures that were measured elsewhere as Altair charts; every chart says its source."""

from collections.abc import Mapping
from typing import TypeVar

import altair as alt
import pandas as pd

from geo import schema
from geo.summary import LOCATED, PLACE_UNKNOWN, PUBLISHED

KINDS = (LOCATED, PLACE_UNKNOWN, schema.SIMULATED)
COLOURS = {LOCATED: "#0f766e", PLACE_UNKNOWN: "#b45309", schema.SIMULATED: "#cbd5e1"}
PUBLISHED_COLOUR = "#b3261e"
ROW_HEIGHT = 24
CHART_TYPE = "kind"
AnyChart = TypeVar("AnyChart", alt.Chart, alt.LayerChart)


def types_chart(
    summary: pd.DataFrame, *, names: Mapping[str, str], words: Mapping[str, str], note: str
) -> alt.LayerChart:
    """Draw published against located, unknown and simulated, one bar a type, on a square-root scale.

    Parameters
    ----------
    summary
        Of `summarise_types`, with a column `published` (missing where nothing was published).
    names
        What each type is called.
    words
        What `located`, `place_unknown`, `simulated` and `published` are called.
    note
        Source, date and simulated share, written under the title.
    """
    rows = summary.reset_index(names=schema.TYPE_CODE)
    rows["type_name"] = rows[schema.TYPE_CODE].map(names)
    order = list(rows["type_name"])
    long = rows.melt(["type_name"], list(KINDS), var_name=CHART_TYPE, value_name=schema.COUNT)
    long[CHART_TYPE] = long[CHART_TYPE].map(words)
    colours = alt.Scale(domain=[words[kind] for kind in KINDS], range=[COLOURS[kind] for kind in KINDS])
    kind_order = {words[kind]: place for place, kind in enumerate(KINDS)}
    long["kind_order"] = long[CHART_TYPE].map(kind_order)
    y = alt.Y("type_name:N", sort=order, title=None, axis=alt.Axis(labelLimit=220))
    bars = (
        alt.Chart(long)
        .mark_bar(height={"band": 0.7})
        .encode(
            y=y,
            x=alt.X(f"{schema.COUNT}:Q", title=None, scale=alt.Scale(type="sqrt")),
            color=alt.Color(f"{CHART_TYPE}:N", scale=colours, title=None, legend=alt.Legend(orient="top")),
            order="kind_order:Q",
            tooltip=["type_name:N", f"{CHART_TYPE}:N", f"{schema.COUNT}:Q"],
        )
    )
    published = rows.dropna(subset=[PUBLISHED])
    ticks = (
        alt.Chart(published[["type_name", PUBLISHED]].astype({PUBLISHED: "float64"}))
        .mark_tick(color=PUBLISHED_COLOUR, thickness=3, height={"band": 0.95})
        .encode(
            y=y,
            x=f"{PUBLISHED}:Q",
            tooltip=["type_name:N", alt.Tooltip(f"{PUBLISHED}:Q", title=words[PUBLISHED])],
        )
    )
    return _finish(alt.LayerChart(layer=[bars, ticks]), rows=len(rows), note=note)


def counties_chart(values: pd.Series, *, names: Mapping[str, str], title: str, note: str) -> alt.Chart:
    """Draw one figure of each county as a bar, largest first.

    Parameters
    ----------
    values
        Indexed by adcode; counties without a value are left out.
    names
        What each county is called.
    title
        What the figure is, with its unit.
    note
        Source, date and simulated share, written under the title.
    """
    ranked = values.dropna().sort_values(ascending=False, kind="stable")
    rows = pd.DataFrame({"county_name": [names[code] for code in ranked.index], "figure": ranked.to_numpy()})
    order = list(rows["county_name"])
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(color=COLOURS[LOCATED], height={"band": 0.7})
        .encode(
            y=alt.Y("county_name:N", sort=order, title=None),
            x=alt.X("figure:Q", title=title),
            tooltip=["county_name:N", alt.Tooltip("figure:Q", title=title, format=",.2~f")],
        )
    )
    return _finish(chart, rows=len(rows), note=note)


def _finish(chart: AnyChart, *, rows: int, note: str) -> AnyChart:
    caption = alt.TitleParams(
        text="", subtitle=note, anchor="start", subtitleColor="#6b7280", orient="bottom"
    )
    finished: AnyChart = chart.properties(height=max(rows, 2) * ROW_HEIGHT, title=caption)
    return finished
