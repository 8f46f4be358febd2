"""A picture of the people nobody reaches: cell by cell, ready to lay over the map."""

import struct
import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Bytes, Floats, Int64s
from geo.coverage.people import WHO_COUNTS, people_of, require_distances, require_thresholds
from geo.errors import InvalidValueError
from geo.proximity.grid import demand_places

# The shipped grid: 30 seconds of arc.
CELL_DEGREES = 1 / 120
# Persons a cell from which each colour counts; fewer than the first are not drawn.
CLASS_STARTS = (1, 50, 250, 1000, 5000)
CLASS_COLOURS = ("#fbd38a", "#f6a04d", "#e8662f", "#c22f27", "#7d0f2b")
OPACITY = 0.82
# A picture is stretched evenly over the map, whose rows are not even in degrees.
_ROWS_PER_CELL = 2
_MOST_CELLS = 4_000_000
_PNG_SIGN = b"\x89PNG\r\n\x1a\n"


class Picture(NamedTuple):
    """Hold a PNG and its edges in degrees, WGS-84; no bytes if all of it is blank."""

    png: bytes
    west: float
    south: float
    east: float
    north: float


def left_out_picture(
    distance_m: pd.Series,
    demand: gpd.GeoDataFrame,
    *,
    who: str,
    threshold_m: float,
    cell_degrees: float = CELL_DEGREES,
) -> Picture:
    """Draw where the people live who are farther away than a threshold.

    The rows are those of the Mercator projection, so that an image laid between its corners fits the map.

    Parameters
    ----------
    distance_m
        Metres to the nearest facility, indexed like `demand`; infinite where nothing can be reached.
    demand
        Cell centres in WGS-84; `people`, `urban_people`, `workers`, `county`.
    who
        Who counts, one of `geo.coverage.people.WHO_COUNTS`.
    threshold_m
        Metres; a distance equal to it is covered.
    cell_degrees
        The side of a cell.

    Returns
    -------
    Picture
        A colour from `CLASS_COLOURS` for each cell with at least one person left out, transparent elsewhere.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.shares.covered_people`; or `who` counts nobody, or the cells are too many to draw.
    """
    cells = picture_cells(demand, cell_degrees=cell_degrees)
    return draw_left_out(cells, require_distances(distance_m, demand), who=who, threshold_m=threshold_m)


@dataclass(frozen=True)
class PictureCells:
    """Hold the grid of a picture: its south-west corner, its size, and the cell and people of each row.

    Cells are numbered from the south-west, row by row; `people` has one array for everybody who counts.
    """

    west: float
    south: float
    step: float
    width: int
    height: int
    cell: Int64s
    people: tuple[Floats, ...]


def picture_cells(demand: gpd.GeoDataFrame, *, cell_degrees: float = CELL_DEGREES) -> PictureCells:
    """Put people into the cells of a picture, once for all thresholds.

    Parameters
    ----------
    demand, cell_degrees
        As `left_out_picture` takes them.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `left_out_picture`.
    """
    people = tuple(people_of(demand))
    lon, lat = demand_places(demand)
    west, south = float(lon.min()) - cell_degrees / 2, float(lat.min()) - cell_degrees / 2
    column = ((lon - west) / cell_degrees).astype(np.int64)
    row = ((lat - south) / cell_degrees).astype(np.int64)
    width, height = int(column.max()) + 1, int(row.max()) + 1
    if width * height > _MOST_CELLS:
        raise InvalidValueError("picture_too_large", width=width, height=height)
    return PictureCells(west, south, cell_degrees, width, height, row * width + column, people)


def draw_left_out(cells: PictureCells, along_m: Floats, *, who: str, threshold_m: float) -> Picture:
    """Draw where those live who are left out; what `left_out_picture` gives.

    Parameters
    ----------
    cells
        Of `picture_cells`.
    along_m
        Metres, in the order of the demand.
    who, threshold_m
        As `left_out_picture` takes them.

    Raises
    ------
    InvalidValueError
        `who` counts nobody, or the threshold is not allowed.
    """
    if who not in WHO_COUNTS:
        raise InvalidValueError("who_unknown", who=who, known=[*WHO_COUNTS])
    outside = along_m > float(require_thresholds([threshold_m])[0])
    people = cells.people[WHO_COUNTS.index(who)][outside]
    summed = np.bincount(cells.cell[outside], people, minlength=cells.width * cells.height)
    drawn = np.flatnonzero(summed >= CLASS_STARTS[0])
    classes = np.zeros((cells.height, cells.width), np.uint8)
    classes.ravel()[drawn] = np.searchsorted(CLASS_STARTS, summed[drawn], side="right")
    rows, columns = (np.flatnonzero(classes.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Picture(b"", cells.west, cells.south, cells.west, cells.south)
    classes = classes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    south, west = cells.south + rows[0] * cells.step, cells.west + columns[0] * cells.step
    north, east = cells.south + (rows[-1] + 1) * cells.step, cells.west + (columns[-1] + 1) * cells.step
    png = _png(classes[_mercator_rows(south, north, len(classes))])
    return Picture(png, float(west), float(south), float(east), float(north))


def picture_legend() -> list[dict[str, Any]]:
    """List the classes of the picture: `colour`, and from how many persons a cell each counts (`least`)."""
    return [
        {"colour": colour, "least": least} for colour, least in zip(CLASS_COLOURS, CLASS_STARTS, strict=True)
    ]


def _mercator_rows(south: float, north: float, height: int) -> Int64s:
    """Choose, from the top, the row of cells that each row of the picture shows."""
    edges = np.arctanh(np.sin(np.radians([north, south])))
    count = height * _ROWS_PER_CELL
    middle = edges[0] + (np.arange(count) + 0.5) / count * (edges[1] - edges[0])
    lat = np.degrees(np.arcsin(np.tanh(middle)))
    row: Int64s = ((lat - south) / (north - south) * height).astype(np.int64)
    return np.clip(row, 0, height - 1)


def _png(classes: Bytes) -> bytes:
    """Write a PNG (ISO/IEC 15948) of palette colours; class 0 is transparent."""
    height, width = classes.shape
    palette = b"\0\0\0" + b"".join(bytes.fromhex(colour[1:]) for colour in CLASS_COLOURS)
    alpha = bytes([0, *[round(255 * OPACITY)] * len(CLASS_COLOURS)])
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = classes
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"tRNS", alpha),
        (b"IDAT", zlib.compress(lines.tobytes(), 1)),
        (b"IEND", b""),
    )
    return _PNG_SIGN + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
