"""Draw who is reached: against distance, through the day, and how evenly."""

import re
import textwrap
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from geo.access.equity import ACCESS_SHARE, PEOPLE_SHARE
from geo.coverage.opening_hours import HOUR, NIGHT_HOURS, SHARE_UNKNOWN
from geo.coverage.people import SHARE, WHO
from geo.coverage.shares import THRESHOLD_M
from geo.drawing.charts import NOTE_COLOUR

HEIGHT_PIXELS, LINE_PIXELS, NOTE_LINES = 320, 14, 3
WHO_COLOURS = ("#0f766e", "#b4231a", "#2c6693")
OPEN_COLOUR, UNKNOWN_COLOUR, NIGHT_COLOUR, EVEN_COLOUR = "#0f766e", "#d9a441", "#8a94a6", "#a8a29e"
NAME, STATE, KILOMETRES = "who_name", "state_name", "km"
_METRES_PER_KM = 1000
# A chart on a telephone is narrower than its note.
WIDE = re.compile(r"[\u4e00-\u9fff]")
CLOSING = "，。；：、！？）》”"
SENTENCES, NOTE_LETTERS = re.compile(r"(?<=[。；;])\s*(?!$)|(?<=\.)\s+(?!$)"), 64


def threshold_chart(
    curve: pd.DataFrame, *, threshold_m: float, names: Mapping[str, str], words: Mapping[str, str], note: str
) -> alt.LayerChart:
    """Draw the share in reach against the threshold, a line for each who counts, the chosen one marked.

    Parameters
    ----------
    curve
        `who`, `threshold_m` (metres) and `share` (0-1), one row each.
    threshold_m
        The threshold that is marked.
    names
        What each `who` is called.
    words
        What the axes are called: `threshold_m` and `share`.
    note
        Source, date and simulated share, written under the chart.
    """
    rows = curve.assign(
        **{NAME: curve[WHO].map(dict(names)), KILOMETRES: curve[THRESHOLD_M] / _METRES_PER_KM}
    )
    colours = alt.Scale(domain=list(names.values()), range=list(WHO_COLOURS[: len(names)]))
    lines = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.2)
        .encode(
            x=alt.X(f"{KILOMETRES}:Q", title=words[THRESHOLD_M]),
            y=share_axis(SHARE, words[SHARE]),
            color=alt.Color(
                f"{NAME}:N", scale=colours, sort=list(names.values()), title=None, legend=_top_legend()
            ),
            tooltip=[
                alt.Tooltip(f"{NAME}:N", title=" "),
                alt.Tooltip(f"{KILOMETRES}:Q", title=words[THRESHOLD_M], format=",.2~f"),
                alt.Tooltip(f"{SHARE}:Q", title=words[SHARE], format=".1%"),
            ],
        )
    )
    here = pd.DataFrame({KILOMETRES: [threshold_m / _METRES_PER_KM]})
    mark = alt.Chart(here).mark_rule(strokeDash=[5, 4], color=NOTE_COLOUR).encode(x=f"{KILOMETRES}:Q")
    return finish(lines + mark, note=note)


def day_chart(day: pd.DataFrame, *, words: Mapping[str, str], note: str) -> alt.LayerChart:
    """Draw the share in reach of something open, hour by hour; hours that are not known stand apart.

    Parameters
    ----------
    day
        `hour` (0-23), `share` and `share_unknown` (0-1), one row each.
    words
        What is open, unknown, the axes and the night are called: `share`, `share_unknown`, `hour`, `night`.
    note
        Source, date and simulated share, written under the chart.
    """
    rows = day.melt(HOUR, [SHARE, SHARE_UNKNOWN], var_name=STATE, value_name="figure")
    rows["place"] = rows[STATE].map({SHARE: 0, SHARE_UNKNOWN: 1})
    rows[STATE] = rows[STATE].map(dict(words))
    scale = alt.Scale(domain=[words[SHARE], words[SHARE_UNKNOWN]], range=[OPEN_COLOUR, UNKNOWN_COLOUR])
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(f"{HOUR}:O", title=words[HOUR], axis=alt.Axis(labelAngle=0)),
            y=alt.Y("figure:Q", title=None, stack=True, axis=alt.Axis(format="%")),
            color=alt.Color(f"{STATE}:N", scale=scale, title=None, legend=_top_legend()),
            order="place:Q",
            tooltip=[
                alt.Tooltip(f"{HOUR}:O", title=words[HOUR]),
                alt.Tooltip(f"{STATE}:N", title=" "),
                alt.Tooltip("figure:Q", title="  ", format=".1%"),
            ],
        )
    )
    night = pd.DataFrame({HOUR: NIGHT_HOURS, "figure": 0.0})
    feet = (
        alt.Chart(night)
        .mark_tick(thickness=5, color=NIGHT_COLOUR, orient="horizontal", width={"band": 1})
        .encode(x=f"{HOUR}:O", y="figure:Q", tooltip=alt.value(words["night"]))
    )
    return finish(bars + feet, note=note)


def lorenz_chart(curve: pd.DataFrame, *, words: Mapping[str, str], note: str) -> alt.LayerChart:
    """Draw the Lorenz curve beside the line where all have the same.

    Parameters
    ----------
    curve
        Of `geo.access.equity.lorenz_curve`.
    words
        What the axes are called: `people_share` and `access_share`.
    note
        Source, date and simulated share, written under the chart.
    """
    axis = alt.Axis(format="%")
    x = alt.X(f"{PEOPLE_SHARE}:Q", title=words[PEOPLE_SHARE], axis=axis, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y(f"{ACCESS_SHARE}:Q", title=words[ACCESS_SHARE], axis=axis, scale=alt.Scale(domain=[0, 1]))
    area = alt.Chart(curve).mark_area(color=OPEN_COLOUR, opacity=0.16, line={"color": OPEN_COLOUR})
    ends = pd.DataFrame({PEOPLE_SHARE: [0.0, 1.0], ACCESS_SHARE: [0.0, 1.0]})
    even = alt.Chart(ends).mark_line(color=EVEN_COLOUR, strokeDash=[5, 4])
    return finish(area.encode(x=x, y=y) + even.encode(x=x, y=y), note=note)


def thinned(curve: pd.DataFrame, *, rows: int) -> pd.DataFrame:
    """Keep about so many rows of a curve, the first and the last among them: more do not show.

    Parameters
    ----------
    curve
        Rows in order.
    rows
        How many at most, at least 2.
    """
    if len(curve) <= rows:
        return curve
    chosen = [round(place * (len(curve) - 1) / (rows - 1)) for place in range(rows)]
    return curve.iloc[chosen]


def share_axis(column: str, title: str) -> alt.Y:
    """Return an axis of shares from nothing to all."""
    return alt.Y(
        f"{column}:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=6)
    )


def finish(chart: alt.LayerChart, *, note: str | Sequence[str], beside_pixels: int = 0) -> alt.LayerChart:
    """Set the height of a chart and its note, of one line or more, under it."""
    lines = [line for part in ([note] if isinstance(note, str) else note) for line in _lines_of(part)]
    caption = alt.TitleParams(
        text=lines,
        orient="bottom",
        anchor="start",
        color=NOTE_COLOUR,
        fontSize=11,
        fontWeight="normal",
        offset=8,
    )
    # The height is shared with the note: a longer one must not press the drawing flat.
    height = HEIGHT_PIXELS + LINE_PIXELS * max(len(lines) - NOTE_LINES, 0) + beside_pixels
    finished: alt.LayerChart = chart.properties(height=height, title=caption)
    return finished


def _lines_of(note: str) -> list[str]:
    """Break a note at its sentences, and long ones between words: what is cut off is not said."""
    # A Chinese letter is as wide as two of ours.
    letters = NOTE_LETTERS // 2 if WIDE.search(note) else NOTE_LETTERS
    lines: list[str] = []
    for sentence in SENTENCES.split(note):
        for line in textwrap.wrap(sentence, letters):
            # No line begins with what ends a part of a sentence.
            rest = line.lstrip(CLOSING)
            if lines and len(rest) < len(line):
                lines[-1] += line[: len(line) - len(rest)]
            if rest:
                lines.append(rest.lstrip())
    return lines


def _top_legend() -> alt.Legend:
    return alt.Legend(orient="top", symbolType="square", columns=2)
