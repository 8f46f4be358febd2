"""What a page lays over the counties of the map: people left out, gaps, circles; all of it ready for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo.drawing.left_out_picture import Picture, picture_legend
from geo.schema import LAT, LON

# More numbers than these stand on each other.
GAPS_DRAWN = 25
_DECIMALS = 5


def overlay_state(
    *,
    words: Mapping[str, str],
    picture: Picture | None = None,
    picture_url: str = "",
    gaps: Sequence[Mapping[str, Any]] = (),
    circle_m: float | None = None,
) -> dict[str, Any]:
    """Gather what lies over the counties.

    Parameters
    ----------
    words
        What the legend says: `picture`, `gap`, `circle` and `hatched`.
    picture, picture_url
        Where people are left out, and where the browser fetches it; None for no picture.
    gaps
        What `gap_entries` gave.
    circle_m
        Metres of the circles around the points shown; None for no circles.
    """
    drawn = None
    if picture is not None and picture.png:
        drawn = {
            "url": picture_url,
            "west": picture.west,
            "south": picture.south,
            "east": picture.east,
            "north": picture.north,
            "label": words["picture"],
            "classes": picture_legend(),
        }
    return {
        "picture": drawn,
        "gaps": [dict(gap) for gap in gaps],
        "circle_m": circle_m,
        "gap_label": words["gap"],
        "circle_label": words["circle"],
        "hatched_label": words["hatched"],
    }


def gap_entries(
    gaps: pd.DataFrame,
    *,
    who: str,
    titles: Sequence[str],
    lines: Sequence[Sequence[tuple[str, str]]],
    most: int = GAPS_DRAWN,
) -> list[dict[str, Any]]:
    """List the largest gaps with what their popups say.

    Parameters
    ----------
    gaps
        Of `geo.coverage.gaps.find_gaps`.
    who
        Whose number is the size of a gap.
    titles, lines
        What a popup says of each gap: its heading, and pairs of a word and its text.
    most
        How many to list.
    """
    first = gaps.iloc[:most]
    rows = zip(first.index, first[LON], first[LAT], first[who], titles, lines, strict=False)
    return [
        {
            "rank": int(rank),
            "lon": round(float(lon), _DECIMALS),
            "lat": round(float(lat), _DECIMALS),
            "people": round(float(people)),
            "title": title,
            "lines": [list(line) for line in said],
        }
        for rank, lon, lat, people, title, said in rows
    ]
