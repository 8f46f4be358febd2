"""Draw figures that were measured elsewhere as Altair charts; every chart says its source."""

import re
from collections.abc import Mapping
from typing import TypeVar

import altair as alt
import pandas as pd

from geo import schema
from geo.network.summary import LOCATED, PLACE_UNKNOWN, PUBLISHED, TOTAL

UNLISTED = "unlisted"
KINDS = (LOCATED, PLACE_UNKNOWN, schema.SIMULATED, UNLISTED)
COLOURS = {LOCATED: "#0f766e", PLACE_UNKNOWN: "#d97706", schema.SIMULATED: "#a8b8c8", UNLISTED: "#e8e4dc"}
ROW_PIXELS = 24
LABEL_PIXELS = 220
NOTE_COLOUR = "#78716c"
# A note is broken into lines here: a chart is often narrower than its note, and what is cut off is not said.
NOTE_BREAKS = re.compile(r"(?<=[;；])\s*(?!$)")
AnyChart = TypeVar("AnyChart", alt.Chart, alt.LayerChart)


def known_shares(summary: pd.DataFrame) -> pd.DataFrame:
    """Split every type's published total, or what is shown where that is more, by how it is known.

    Parameters
    ----------
    summary
        Of `summarise_types`, with a column `published` (missing where nothing was published).

    Returns
    -------
    DataFrame
        One row a type and kind, in the order of both: `type_code`, `kind` (one of `KINDS`; `unlisted`
        is published and in no list), `count`, `share` (0-1 of the whole; missing where the whole is 0).
    """
    whole = summary[PUBLISHED].astype("float64").fillna(0).clip(lower=summary[TOTAL])
    counts = summary[[LOCATED, PLACE_UNKNOWN, schema.SIMULATED]].astype("float64")
    counts[UNLISTED] = whole - summary[TOTAL]
    long = counts.rename_axis(schema.TYPE_CODE).reset_index()
    long = long.melt(schema.TYPE_CODE, list(KINDS), var_name="kind", value_name=schema.COUNT)
    long["share"] = long[schema.COUNT] / long[schema.TYPE_CODE].map(whole.where(whole > 0))
    return long


def types_chart(
    summary: pd.DataFrame, *, names: Mapping[str, str], words: Mapping[str, str], note: str
) -> alt.Chart:
    """Draw how much of every type's published total is located, unknown, simulated or in no list.

    Parameters
    ----------
    summary
        Of `summarise_types`, with a column `published` (missing where nothing was published).
    names
        What each type is called.
    words
        What each of `KINDS` is called.
    note
        Source, date and simulated share, written under the chart.
    """
    rows = known_shares(summary)
    order = [names[code] for code in summary.index]
    rows["type_name"] = rows[schema.TYPE_CODE].map(names)
    rows["place"] = rows["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    rows["kind"] = rows["kind"].map(words)
    scale = alt.Scale(domain=[words[kind] for kind in KINDS], range=[COLOURS[kind] for kind in KINDS])
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.72})
        .encode(
            y=_names_axis("type_name", order),
            x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            color=alt.Color("kind:N", scale=scale, title=None, legend=alt.Legend(orient="top", columns=2)),
            order="place:Q",
            tooltip=[
                alt.Tooltip("type_name:N", title=" "),
                alt.Tooltip("kind:N", title="  "),
                alt.Tooltip(f"{schema.COUNT}:Q", title="   ", format=","),
            ],
        )
    )
    return _finish(chart, note=note)


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
        Source, date and simulated share, written under the chart.
    """
    ranked = values.dropna().sort_values(ascending=False, kind="stable")
    rows = pd.DataFrame({"county_name": [names[code] for code in ranked.index], "figure": ranked.to_numpy()})
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(color=COLOURS[LOCATED], height={"band": 0.72})
        .encode(
            y=_names_axis("county_name", list(rows["county_name"])),
            x=alt.X("figure:Q", title=title),
            tooltip=[
                alt.Tooltip("county_name:N", title=" "),
                alt.Tooltip("figure:Q", title=title, format=",.2~f"),
            ],
        )
    )
    return _finish(chart, note=note)


def _names_axis(column: str, order: list[str]) -> alt.Y:
    axis = alt.Axis(labelLimit=LABEL_PIXELS, labelOverlap=False)
    return alt.Y(f"{column}:N", sort=order, title=None, axis=axis)


def _finish(chart: AnyChart, *, note: str) -> AnyChart:
    caption = alt.TitleParams(
        text=NOTE_BREAKS.split(note),
        orient="bottom",
        anchor="start",
        color=NOTE_COLOUR,
        fontSize=11,
        fontWeight="normal",
        offset=8,
    )
    finished: AnyChart = chart.properties(height=alt.Step(ROW_PIXELS), title=caption)
    return finished
