"""What a plan lays over the map: numbered sites, cells won and lost; pure data, ready for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd

from geo.coverage.settled_cells import CELL_DEGREES
from geo.planning.actions import CLOSE, NEW_KINDS, RELOCATE
from geo.planning.baseline import CHANGE, GONE, WON
from geo.planning.forbidden import Forbidden
from geo.planning.options import AND, KINDS
from geo.proximity.grid import demand_places
from geo.schema import PEOPLE

NEW, IMPROVE, MOVE, SHUT = "new", "mend", "move", "close"
# More cells than these do not show at any zoom a plan is read at; those with most people are drawn.
CELLS_DRAWN = 4000
SPOTS_DRAWN = 1000
_DECIMALS = 5
_HALF = CELL_DEGREES / 2


def plan_state(  # noqa: PLR0913 - the whole of what a plan says to the map, each by name
    explanation: gpd.GeoDataFrame,
    changed: gpd.GeoDataFrame,
    *,
    titles: Sequence[str],
    lines: Sequence[Sequence[tuple[str, str]]],
    words: Mapping[str, str],
    no: Mapping[str, Any],
    circle_m: float,
    bounds: Sequence[float],
    pick: bool = False,
    marked: int = 0,
) -> dict[str, Any]:
    """Gather what the map draws of a plan.

    Parameters
    ----------
    explanation
        As `geo.planning.explanation.find_explanation` gives them: a numbered site for each row.
    changed
        As `geo.planning.comparison.won_and_gone` gives them.
    titles, lines
        What a popup says of each site: its heading, and pairs of a word and its text.
    words
        What the legend says: `site`, `won`, `gone` and `no`.
    no
        As `forbidden_state` gives it.
    circle_m
        The radius of the circles around sites, metres.
    bounds
        West, south, east and north of the area; the map moves there when it changes.
    pick
        Whether a click chooses a place.
    marked
        The number of a site that stands out, 0 for none.
    """
    lon, lat = demand_places(explanation)
    sites = [
        {
            "n": int(number),
            "lon": round(float(x), _DECIMALS),
            "lat": round(float(y), _DECIMALS),
            "kind": _kind(str(kinds)),
            "marked": int(number) == marked,
            "title": title,
            "lines": [list(line) for line in said],
        }
        for number, x, y, kinds, title, said in zip(
            explanation.index, lon, lat, explanation[KINDS], titles, lines, strict=True
        )
    ]
    return {
        "sites": sites,
        "won": _cells(changed, WON),
        "gone": _cells(changed, GONE),
        "half": _HALF,
        "words": dict(words),
        "no": dict(no),
        "circle_m": circle_m,
        "pick": pick,
        "bounds": [round(float(edge), _DECIMALS) for edge in bounds],
        "area": ",".join(f"{edge:.2f}" for edge in bounds),
    }


def forbidden_state(forbidden: Forbidden, places: gpd.GeoSeries | None) -> dict[str, Any]:
    """Gather what the map draws of where no site may stand.

    Parameters
    ----------
    forbidden
        Counties, places and the metres around them.
    places
        Points in WGS-84 of the candidates forbidden by their ids.
    """
    points = [] if places is None else list(zip(places.x, places.y, strict=True))
    return {
        "counties": list(forbidden.counties),
        "spots": [_rounded(spot) for spot in forbidden.spots[:SPOTS_DRAWN]],
        "sites": [_rounded(point) for point in points[:SPOTS_DRAWN]],
        "within_m": forbidden.within_m,
    }


def _rounded(place: tuple[float, float]) -> list[float]:
    return [round(float(degrees), _DECIMALS) for degrees in place]


def _cells(changed: gpd.GeoDataFrame, change: str) -> list[list[float]]:
    cells = changed[changed[CHANGE].eq(change).to_numpy(dtype=bool)]
    cells = cells.sort_values(PEOPLE, ascending=False, kind="stable").head(CELLS_DRAWN)
    lon, lat = demand_places(cells)
    return [[round(float(x), _DECIMALS), round(float(y), _DECIMALS)] for x, y in zip(lon, lat, strict=True)]


def _kind(kinds: str) -> str:
    first = kinds.split(AND, maxsplit=1)[0]
    return NEW if first in NEW_KINDS else MOVE if first == RELOCATE else SHUT if first == CLOSE else IMPROVE
