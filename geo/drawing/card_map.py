"""Draw one county as a small picture: its outline, its neighbours, its facilities and its gaps.

Only numbers, colours that are checked and this module's own words stand in the picture, so nothing that a
table holds can run in it. Its colours are seen on white and on black.
"""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.arrays import Floats
from geo.errors import InvalidValueError, UnknownNameError
from geo.schema import (
    COLOUR,
    COUNTY_LEVEL,
    FACILITY_TYPE,
    LEVEL,
    ORIGIN,
    SIMULATED,
    SYMBOL,
    located,
    require_columns,
    require_values,
)

WIDTH, HEIGHT = 440, 400
_MARGIN = 14.0
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_RADIUS, _MANY, _SMALL_RADIUS = 3.6, 60, 2.2
_GAP_COLOUR, _EDGE_COLOUR, _LAND_COLOUR, _NEIGHBOUR_COLOUR = "#c2410c", "#8a8f94", "#8a8f94", "#a9adb1"
# Corners of each symbol on a circle of radius 1: degrees from the top, clockwise. Others are circles.
_CORNERS = {
    "square": (45, 135, 225, 315),
    "triangle": (0, 120, 240),
    "diamond": (0, 90, 180, 270),
    "triangle_down": (60, 180, 300),
    "pentagon": (0, 72, 144, 216, 288),
    "hexagon": (30, 90, 150, 210, 270, 330),
}


def county_picture(
    regions: gpd.GeoDataFrame,
    *,
    county: str,
    facilities: gpd.GeoDataFrame,
    facility_types: pd.DataFrame,
    gaps: gpd.GeoDataFrame,
) -> str:
    """Draw a county as SVG: gaps shaded and numbered, facilities in the colour and shape of their type.

    Parameters
    ----------
    regions
        Outlines for drawing, indexed by adcode, with `level`; neighbours inside the frame are drawn too.
    county
        The adcode of the county.
    facilities
        Those to draw, WGS-84, with `facility_type` and `origin`; one without a place is left out, one that is
        simulated is drawn hollow. Types listed first in `facility_types` are drawn on top.
    facility_types
        Indexed by type code: `colour` (#rrggbb) and `symbol`.
    gaps
        Outlines in WGS-84, numbered 1, 2, ... in their order.

    Returns
    -------
    str
        SVG, `WIDTH` by `HEIGHT`, without background.

    Raises
    ------
    UnknownNameError
        There is no such county.
    InvalidValueError, MissingColumnError
        A colour is none, a facility has another type, or a column is missing.
    """
    require_columns(facilities, [FACILITY_TYPE, ORIGIN], what="facilities")
    require_values(facilities[FACILITY_TYPE], facility_types.index, what="facilities.facility_type")
    strange = [colour for colour in facility_types[COLOUR] if not _HEX.fullmatch(str(colour))]
    if strange:
        raise InvalidValueError("colours_unusable", values=strange)
    counties = regions[regions[LEVEL] == COUNTY_LEVEL]
    if county not in counties.index:
        raise UnknownNameError("county_to_draw_unknown", county=county)
    outline = counties.geometry[county]
    sheet = _Sheet(outline)
    around = counties.geometry[counties.index != county]
    around = around[around.intersects(shapely.box(*sheet.window))]
    parts = [
        _path(sheet, around, f'fill="none" stroke="{_NEIGHBOUR_COLOUR}" stroke-opacity="0.55"'),
        _path(
            sheet,
            gpd.GeoSeries([outline]),
            f'fill="{_LAND_COLOUR}" fill-opacity="0.10" stroke="{_EDGE_COLOUR}" stroke-width="1.6"',
        ),
        _path(
            sheet,
            gaps.geometry,
            f'fill="{_GAP_COLOUR}" fill-opacity="0.45" stroke="{_GAP_COLOUR}" stroke-width="0.8"',
        ),
        *_marks(sheet, facilities[located(facilities).to_numpy()], facility_types),
        *_numbers(sheet, gaps),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
    )
    return head + "".join(parts) + "</svg>"


class _Sheet:
    """Turn degrees into the picture's own units, so that the outline fills it and shapes stay true."""

    def __init__(self, outline: BaseGeometry) -> None:
        west, south, east, north = outline.bounds
        self.squeeze = float(np.cos(np.radians((south + north) / 2)))
        wide, tall = (east - west) * self.squeeze, north - south
        self.scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / tall)
        self.lon, self.lat = (west + east) / 2, (south + north) / 2
        half_lon = WIDTH / 2 / self.scale / self.squeeze
        half_lat = HEIGHT / 2 / self.scale
        self.window = (
            self.lon - half_lon,
            self.lat - half_lat,
            self.lon + half_lon,
            self.lat + half_lat,
        )

    def places(self, degrees: Floats) -> Floats:
        """Return the picture's x and y of rows of longitude and latitude."""
        x = WIDTH / 2 + (degrees[:, 0] - self.lon) * self.squeeze * self.scale
        y = HEIGHT / 2 - (degrees[:, 1] - self.lat) * self.scale
        return np.stack([x, y], axis=1)


def _path(sheet: _Sheet, shapes: gpd.GeoSeries, style: str) -> str:
    rings = shapely.get_rings(shapely.get_parts(shapes.to_numpy()))
    drawn = [
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in sheet.places(shapely.get_coordinates(ring))[:-1]) + "Z"
        for ring in rings
    ]
    return f'<path fill-rule="evenodd" {style} d="{"".join(drawn)}"/>' if drawn else ""


def _marks(sheet: _Sheet, facilities: gpd.GeoDataFrame, facility_types: pd.DataFrame) -> list[str]:
    groups = []
    for code in reversed(list(facility_types.index)):
        here = facilities[facilities[FACILITY_TYPE] == code]
        if not len(here):
            continue
        places = sheet.places(shapely.get_coordinates(here.geometry.to_numpy()))
        radius = _RADIUS if len(here) <= _MANY else _SMALL_RADIUS
        corners = _CORNERS.get(str(facility_types[SYMBOL][code]))
        hollow = (here[ORIGIN] == SIMULATED).to_numpy()
        for simulated in (True, False):
            shapes = "".join(_shape(x, y, radius, corners) for x, y in places[hollow == simulated])
            fill = 'fill-opacity="0"' if simulated else f'fill="{facility_types[COLOUR][code]}"'
            ink = f'{fill} stroke="{facility_types[COLOUR][code]}" stroke-width="1.2"'
            groups.append(f"<g {ink}>{shapes}</g>" if shapes else "")
    return groups


def _shape(x: float, y: float, radius: float, corners: tuple[int, ...] | None) -> str:
    if corners is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'
    angle = np.radians(corners)
    there = zip(x + 1.3 * radius * np.sin(angle), y - 1.3 * radius * np.cos(angle), strict=True)
    return f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in there)}"/>'


def _numbers(sheet: _Sheet, gaps: gpd.GeoDataFrame) -> list[str]:
    if not len(gaps):
        return []
    hearts = sheet.places(shapely.get_coordinates(shapely.point_on_surface(gaps.geometry.to_numpy())))
    style = 'font-family="sans-serif" font-size="12" font-weight="700" fill="#ffffff" text-anchor="middle"'
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8.5" fill="{_GAP_COLOUR}"/>'
        f'<text x="{x:.1f}" y="{y + 4.2:.1f}" {style}>{number}</text>'
        for number, (x, y) in enumerate(hearts, start=1)
    ]
