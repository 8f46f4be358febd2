"""The JSON the map fetches: points, their details, and the regions' outlines; public data only."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from geo import schema
from geo.arrays import Floats, Positions
from geo.drawing.map_state import MapPoints
from web.map.packed import JSON_TYPE, Packed, pack, send_packed

# Millionths of a degree are 0.1 m; the outlines are simplified to far more than a hundred-thousandth, 1 m.
POINT_STEPS = 1_000_000
OUTLINE_STEPS = 100_000
CODED = (schema.FACILITY_TYPE, schema.STATUS, schema.ORIGIN, schema.COUNTY)
REPEATED = (
    schema.ADDRESS,
    schema.HOURS,
    schema.SERVICES,
    schema.SERVICES_TEXT,
    schema.PLACE_PRECISION,
    schema.SOURCE,
    schema.AS_OF,
)
FOLDER = "/map"
# Relative to the frame streamlit-folium draws in.
FROM_FRAME = "../../map"


@dataclass(frozen=True)
class PublicMap:
    """Hold the three answers the map fetches, ready to send."""

    points: Packed
    details: Packed
    regions: Packed

    @property
    def urls(self) -> dict[str, str]:
        """Return the addresses as seen from the map's frame, each with its version."""
        files = {"points": self.points, "details": self.details, "regions": self.regions}
        return {name: f"{FROM_FRAME}/{name}.json?v={file.version}" for name, file in files.items()}


def pack_map(facilities: gpd.GeoDataFrame, points: MapPoints, regions: gpd.GeoDataFrame) -> PublicMap:
    """Prepare what the browser fetches; do it once for a network.

    Parameters
    ----------
    facilities
        Columns of `schema.FACILITY_COLUMNS`, WGS-84.
    points
        What `geo.drawing.map_state.map_points` gave for the same frame.
    regions
        Outlines simplified for display, indexed by adcode: name, name_en, level, parent.
    """
    drawn = facilities[points.drawn]
    return PublicMap(
        points=_packed_json(point_columns(drawn, np.flatnonzero(points.drawn), points)),
        details=_packed_json(detail_columns(drawn)),
        regions=_packed_json(region_outlines(regions)),
    )


def point_columns(drawn: gpd.GeoDataFrame, rows: Positions, points: MapPoints) -> dict[str, Any]:
    """Write the points as short columns of whole numbers.

    Parameters
    ----------
    drawn
        The facilities that are drawn, every one with a point.
    rows
        Their row numbers in the whole frame, which the masks count in.
    points
        What `geo.drawing.map_state.map_points` gave; its order of types is the legend's.

    Returns
    -------
    dict
        `rows` (how many the whole frame has), `row`, `lon`, `lat` (each as steps from the one before;
        degrees in millionths), `type`, `status`, `origin`, `county` (numbers into
        `codes`; -1 where missing), `codes`.
    """
    columns: dict[str, Any] = {
        "rows": len(points.rows),
        "row": _steps(rows),
        "lon": degree_steps(drawn.geometry.x.to_numpy()),
        "lat": degree_steps(drawn.geometry.y.to_numpy()),
        "codes": {},
    }
    counties = tuple(sorted(drawn[schema.COUNTY].dropna().unique()))
    codes = (points.type_codes, schema.STATUSES, schema.ORIGINS, counties)
    for column, name, known in zip(CODED, ("type", "status", "origin", "county"), codes, strict=True):
        columns["codes"][name] = list(known)
        columns[name] = pd.Index(known, dtype=object).get_indexer(drawn[column].astype(object)).tolist()
    return columns


def degree_steps(degrees: Floats) -> list[int]:
    """Write degrees as whole millionths, each as the step from the one before."""
    return _steps(np.rint(degrees * POINT_STEPS))


def detail_columns(drawn: gpd.GeoDataFrame) -> dict[str, Any]:
    """Write what a popup says, in the order of the points; a text that repeats is written once.

    Returns
    -------
    dict
        `name` (a list), and for each further field `texts` and `at` (numbers into `texts`; -1 where missing).
        `hours` is the source's own wording where there is one.
    """
    shown = drawn.assign(**{schema.HOURS: drawn[schema.HOURS_TEXT].combine_first(drawn[schema.HOURS])})
    columns: dict[str, Any] = {schema.NAME: shown[schema.NAME].fillna("").astype(str).tolist()}
    for column in REPEATED:
        at, texts = pd.factorize(shown[column].astype(object))
        columns[column] = {"texts": [str(text) for text in texts], "at": at.tolist()}
    return columns


def region_outlines(regions: gpd.GeoDataFrame) -> dict[str, Any]:
    """Write the outlines as rings of whole numbers, each vertex as steps from the one before.

    Returns
    -------
    dict
        `adcode`, `name`, `name_en`, `level`, `parent` as columns, and `rings`: for every region its rings,
        outer ones and holes alike (the even-odd rule tells them apart), as ``[lon, lat, Δlon, Δlat, …]`` in
        hundred-thousandths of a degree.
    """
    columns: dict[str, Any] = {schema.ADCODE: [str(code) for code in regions.index]}
    for column in (schema.NAME, schema.NAME_EN, schema.LEVEL, schema.PARENT):
        values = regions[column].astype(object)
        columns[column] = values.where(values.notna(), None).tolist()
    columns["rings"] = [_rings(outline) for outline in regions.geometry]
    return columns


def map_routes(public: Callable[[], PublicMap]) -> list[Route]:
    """Make the routes ``/map/points.json``, ``/map/details.json`` and ``/map/regions.json``.

    Parameters
    ----------
    public
        Gives what is sent; asked at every request, so it had better remember.
    """

    def route(name: str) -> Route:
        def send(request: Request) -> Response:
            return send_packed(request, getattr(public(), name))

        return Route(f"{FOLDER}/{name}.json", send, methods=["GET"])

    return [route(name) for name in ("points", "details", "regions")]


def _rings(outline: shapely.Geometry) -> list[list[int]]:
    parts = shapely.get_parts(outline)
    rings = shapely.get_rings(parts)
    return [
        np.column_stack(
            [_steps(column) for column in np.rint(shapely.get_coordinates(ring) * OUTLINE_STEPS).T]
        )
        .ravel()
        .tolist()
        for ring in rings
    ]


def _steps(numbers: NDArray[Any]) -> list[int]:
    steps: list[int] = np.diff(numbers.astype(np.int64), prepend=np.int64(0)).tolist()
    return steps


def _packed_json(columns: dict[str, Any]) -> Packed:
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return pack(text.encode("utf-8"), media_type=JSON_TYPE)
