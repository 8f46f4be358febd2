"""Draw the network: one constant map shell, and everything that changes as plain data beside it.

No text from the data meets a template: branca renders generated scripts twice as Jinja, and text in a
Leaflet popup is HTML. So the shell's script never changes, the state travels as base64 in one attribute, and
the browser's own script (``web/map/assets``) writes every word of it with ``textContent``.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import folium
import numpy as np
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from geo import schema
from geo.arrays import Mask
from geo.drawing.legend import (
    MapPoints,
    choropleth,
    class_breaks,
    map_points,
    selection_mask,
    type_legend,
)
from geo.errors import InvalidValueError

__all__ = [
    "MapPoints",
    "choropleth",
    "class_breaks",
    "inline_script_hashes",
    "map_points",
    "map_state",
    "network_map",
    "selection_mask",
    "type_legend",
]

# The frame's own address is …/component/streamlit_folium.st_folium/index.html; relative, so that the app may
# live below any base path.
SCRIPT_URL = "../../map/map.js"

# What streamlit-folium 0.27.4 puts behind the map's own script; a test compares it with the package itself.
ADDED_BY_STREAMLIT_FOLIUM = (
    "\nvar drawnItems = [];window.map = map_div; window.initComponent(map_div, false);"
)

THEMES = ("auto", "light", "dark")
CLICK_LEVELS = (schema.COUNTY_LEVEL, schema.PREFECTURE_LEVEL)
# The browser's script speaks the caller's words; it fills `{n}` and `{name}` in.
WORD_KEYS = (
    "map_label",
    "zoom_in",
    "zoom_out",
    "reset_view",
    "full_screen",
    "exit_full_screen",
    "legend",
    "basemap",
    "close",
    schema.COUNTY,
    schema.ADDRESS,
    schema.HOURS,
    schema.SERVICES,
    schema.STATUS,
    schema.ORIGIN,
    "place",
    schema.SOURCE,
    schema.AS_OF,
    "simulated_warning",
    "solid",
    "hollow",
    "edged",
    "cluster",
    "points_here",
    "more",
    "show_only",
    "back",
    "loading",
    "load_failed",
)
WORD_TABLES = ("statuses", "origins", "place_precisions", "service_names")


def map_state(  # noqa: PLR0913 - the whole of what a screen may say to the map, each by name
    mask: Mask,
    *,
    urls: Mapping[str, str],
    words: Mapping[str, Any],
    legend: Sequence[Mapping[str, Any]],
    shading: Mapping[str, Any] | None = None,
    focus: str | None = None,
    click_level: str = schema.COUNTY_LEVEL,
    basemaps: Sequence[Mapping[str, Any]] = (),
    basemap: str = "none",
    theme: str = "auto",
    note: str = "",
    language: str = "zh",
    overlays: Mapping[str, Any] | None = None,
    own: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Gather everything the browser needs to draw one view; pure data, ready for JSON.

    Parameters
    ----------
    mask
        Which rows of the facilities frame are shown (`selection_mask`); behind them, those of `own`.
    urls
        `points`, `details`, `regions`: where the browser fetches them.
    words
        Every key of `WORD_KEYS`, and a code → word table for each of `WORD_TABLES`.
    legend
        What `type_legend` gave.
    shading
        What `choropleth` gave; None for plain counties.
    focus
        Adcode of the county or prefecture that is drilled into; None for the whole of Guangxi.
    click_level
        What a click on the map chooses: the county, or its prefecture.
    basemaps, basemap
        The choice of base maps (`id`, `label`, `datum`, `urls`, `attribution`, `max_zoom`) and the one shown.
    theme
        `light`, `dark`, or `auto` to follow the page.
    note
        The line in the corner: share simulated, source, as of.
    language
        `zh` or `en`: which region names are shown.
    overlays
        What lies over the counties (`geo.drawing.overlays`); None for nothing.
    own
        Points that no address may give away, for this session alone: `packed` (base64 of gzip of JSON with
        `points` and `details` as the addresses give them) and their `version`.

    Raises
    ------
    InvalidValueError
        Names every word that is missing, or a theme, level or base map that does not exist.
    """
    missing = [key for key in (*WORD_KEYS, *WORD_TABLES) if key not in words]
    if missing:
        raise InvalidValueError("map_words_missing", missing=missing)
    _require_one("theme", theme, THEMES)
    _require_one("click level", click_level, CLICK_LEVELS)
    _require_one("base map", basemap, ("none", *(str(entry["id"]) for entry in basemaps)))
    return {
        "urls": dict(urls),
        "rows": int(mask.size),
        "shown": int(np.count_nonzero(mask)),
        "mask": base64.b64encode(np.packbits(mask, bitorder="little").tobytes()).decode("ascii"),
        "types": [dict(entry) for entry in legend],
        "shading": None if shading is None else dict(shading),
        "focus": focus,
        "click_level": click_level,
        "basemaps": [dict(entry) for entry in basemaps],
        "basemap": basemap,
        "theme": theme,
        "note": note,
        "language": language,
        "words": dict(words),
        "overlays": None if overlays is None else dict(overlays),
        "own": None if own is None else dict(own),
    }


def _require_one(what: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise InvalidValueError("map_choice_unknown", what=what, value=value, known=[*allowed])


class _Markup(Element):
    """Ready markup that is never read as a template."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.markup = markup

    def render(self, **_: Any) -> str:
        return self.markup


class _Shell(Figure):
    """A figure without the parts a whole page would need: the frame around it is Streamlit's."""

    def __init__(self, markup: str) -> None:
        Element.__init__(self)
        self._name = "Figure"
        self.header, self.html, self.script = Element(), _Markup(markup), Element()
        for part in (self.header, self.html, self.script):
            part._parent = self  # noqa: SLF001 - branca has no public way to say it

    def render(self, **_: Any) -> str:
        """Return the markup; streamlit-folium reads the parts one by one."""
        return self.html.render()


class NetworkMap(folium.Map):
    """A folium map whose script is one constant line and whose data stand beside it."""

    _template = Template(
        "{% macro script(this, kwargs) %}var {{ this.get_name() }} = "
        'L.networkMap("{{ this.get_name() }}");{% endmacro %}'
    )

    def __init__(self, markup: str, *, script_url: str) -> None:
        MacroElement.__init__(self)  # type: ignore[no-untyped-call]
        self._name = "Map"
        self._id = "div"
        self.options: dict[str, Any] = {}
        self.default_js = [("gui_map", script_url)]
        self.default_css: list[tuple[str, str]] = []
        _Shell(markup).add_child(self, name="map")

    def render(self, **_: Any) -> str:
        """Return nothing: streamlit-folium asks for the script itself, and the header stays empty."""
        return ""


def network_map(state: Mapping[str, Any], *, script_url: str = SCRIPT_URL) -> folium.Map:
    """Make the map to hand to ``st_folium``: a constant shell with `state` beside it.

    Parameters
    ----------
    state
        What `map_state` gave.
    script_url
        Where the browser finds the map's script, with its version.

    Returns
    -------
    folium.Map
        Its script is the same for every state, so the frame in the page is never mounted again.
    """
    text = json.dumps(state, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    packed = base64.b64encode(text.encode("ascii")).decode("ascii")
    return NetworkMap(f'<div id="gui-state" hidden data-state="{packed}"></div>', script_url=script_url)


def inline_script_hashes() -> tuple[str, ...]:
    """Return the content-security-policy source of the one inline script of streamlit-folium.

    Returns
    -------
    tuple
        ``sha256-…`` without quotes.
    """
    shell = network_map({})
    script = shell._template.module.script(shell) + ADDED_BY_STREAMLIT_FOLIUM  # noqa: SLF001 - as it does itself
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return (f"sha256-{base64.b64encode(digest).decode('ascii')}",)
