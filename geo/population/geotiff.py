"""Read a GeoTIFF of people, such as WorldPop's, into a table of points.

The one place where GDAL meets a file from outside, and only as rasterio opens it: after a look at size and
beginning, with the driver of GeoTIFF alone, which reads no other file; and what was uploaded from memory,
where nothing stands beside it. What the file says of itself (cells, blocks, how far it was packed) is bounded
before a cell is read, and cells are read a few million at a time: memory is bounded by what is left of them.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo.arrays import Floats, Positions
from geo.errors import UnreadablePeopleError
from geo.network.join import county_of_points
from geo.schema import COUNTY_LEVEL, LAT, LEVEL, LON, NAME, PEOPLE, WGS84

# Cells finer than this are added up: the shipped grid's own size, 30 seconds of arc.
FINEST_DEGREES = 1 / 120
_TIFF_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MAX_BYTES = 200 * 2**20
# At most this many cells around the counties (about 30 m over Guangxi), and this many bytes in one block.
_MOST_CELLS = 600_000_000
_MOST_BLOCK_BYTES = 64 * 2**20
# What is read may be this many times as large as the file (a raster of 30 m, mostly nodata, is 200); this
# much is always read.
_MOST_UNPACKED, _UNPACKED_BYTES = 300, 256 * 2**20
# More people than the earth has: a number that stands for nodata and is not declared.
_MOST_PEOPLE = 1e10
_NAMED = 5
_HALF = 0.5
# Cells read at a time.
_PIECE_CELLS = 4_000_000
# Degrees on these datums are the same to a metre.
_DATUMS = ("World Geodetic System 1984", "World Geodetic System 1984 ensemble", "China 2000")
# No look at files beside it, no other driver.
_SETTINGS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "PROJ_NETWORK": "OFF"}
# Megabytes of blocks kept unpacked: room for one of the largest; by itself GDAL takes a share of the machine.
_CACHE_MB = 96


def read_people_geotiff(
    source: Path | bytes,
    regions: gpd.GeoDataFrame,
    *,
    file_name: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """Read the cells of a GeoTIFF that hold people, around the counties.

    Needs rasterio, which is not installed by default. Cells finer than 30 seconds of arc are added up to
    about that size; cells of nodata, declared or not-a-number, hold nobody. Counties that do not lie wholly
    in the raster are left out, with their people.

    Parameters
    ----------
    source
        A GeoTIFF in degrees of WGS-84 (EPSG:4326) or CGCS2000 (EPSG:4490), north up, persons a cell in its
        first band; or its bytes.
    regions
        As `geo.network.regions.read_regions` gives them; its counties are the area.
    file_name
        What errors call it; the path's own name if missing.
    progress
        Called with the share that is read, 0-1, after every few million cells.

    Returns
    -------
    DataFrame
        `lon` and `lat` (WGS-84 degrees, cell centres) and `people` (persons, above 0), north to south and
        west to east: what `geo.population.sources.demand_from_table` takes.

    Raises
    ------
    UnreadablePeopleError
        rasterio is not installed; the file is no GeoTIFF, is too large, has no CRS or another one, is turned,
        holds negative, infinite or impossibly large numbers that are not declared as nodata, holds nobody, or
        covers no county wholly.
    """
    name = file_name or (source.name if isinstance(source, Path) else "GeoTIFF")
    with _opened(source, name) as raster:
        _require_readable(raster, name)
        counties = _covered(raster, regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()], name)
        window = _window_of(raster, counties, name)
        _require_bounded(raster, window, _size_and_beginning(source)[0], name)
        factor = max(1, int(FINEST_DEGREES / raster.transform.a + _HALF))
        people = _summed(raster, window, factor, name, progress)
        west = raster.bounds.left + window.col_off * raster.transform.a
        north = raster.bounds.top + window.row_off * raster.transform.e
        step_east, step_north = raster.transform.a * factor, raster.transform.e * factor
    row, column = np.nonzero(people > 0)
    if not len(row):
        raise UnreadablePeopleError("raster_without_people", name=name)
    lon, lat = west + (column + _HALF) * step_east, north + (row + _HALF) * step_north
    table = pd.DataFrame({LON: lon, LAT: lat, PEOPLE: people[row, column]})
    # What lies in a county that the raster cuts through is no count of it.
    county = pd.Series(county_of_points(lon, lat, regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]))
    return table[(county.isna() | county.isin(counties.index)).to_numpy()].reset_index(drop=True)


@contextmanager
def _opened(source: Path | bytes, name: str) -> Iterator[Any]:
    try:
        rasterio = import_module("rasterio")
    except ImportError:
        raise UnreadablePeopleError("raster_needs_rasterio") from None
    size, beginning = _size_and_beginning(source)
    if size > MAX_BYTES:
        raise UnreadablePeopleError("raster_over_bytes", name=name, size=size / 2**20, most=MAX_BYTES / 2**20)
    if beginning not in _TIFF_BEGINNINGS:
        raise UnreadablePeopleError("raster_no_geotiff", name=name)
    with rasterio.Env(**_SETTINGS, GDAL_CACHEMAX=_CACHE_MB):
        try:
            # One driver: GDAL must not guess another from what the file says.
            if isinstance(source, Path):
                raster = rasterio.open(source, driver="GTiff")
            else:
                raster = import_module("rasterio.io").MemoryFile(source).open(driver="GTiff")
        except rasterio.errors.RasterioIOError:
            raise _broken(name) from None
        with raster:
            try:
                yield raster
            except rasterio.errors.RasterioIOError:
                raise _broken(name) from None


def _size_and_beginning(source: Path | bytes) -> tuple[int, bytes]:
    if isinstance(source, bytes):
        return len(source), source[:4]
    with source.open("rb") as file:
        return source.stat().st_size, file.read(4)


def _broken(name: str) -> UnreadablePeopleError:
    return UnreadablePeopleError("raster_broken", name=name)


def _require_readable(raster: Any, name: str) -> None:
    if raster.crs is None:
        raise UnreadablePeopleError("raster_without_crs", name=name, wanted=WGS84)
    crs = CRS.from_wkt(raster.crs.to_wkt())
    degrees = crs.is_geographic and {axis.unit_name for axis in crs.axis_info} == {"degree"}
    if (
        not degrees
        or crs.datum is None
        or crs.datum.name not in _DATUMS
        or (crs.prime_meridian and crs.prime_meridian.longitude)
    ):
        said = crs.name if crs.to_epsg() is None else f"{crs.name} (EPSG:{crs.to_epsg()})"
        raise UnreadablePeopleError("raster_of_other_crs", name=name, crs=said, wanted=WGS84)
    height, width = raster.block_shapes[0]
    if height * width * _cell_bytes(raster) > _MOST_BLOCK_BYTES:
        raise UnreadablePeopleError("raster_block_too_large", name=name, width=width, height=height)
    transform = raster.transform
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise UnreadablePeopleError("raster_turned", name=name)


def _cell_bytes(raster: Any) -> int:
    """Return the bytes that are unpacked for one cell: those of all bands where these lie side by side."""
    interleaving = raster.interleaving
    bands = raster.count if interleaving is not None and interleaving.value == "PIXEL" else 1
    return int(np.dtype(raster.dtypes[0]).itemsize) * int(bands)


def _covered(raster: Any, counties: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the counties that lie wholly within the raster, to a cell."""
    edges, cell, height = raster.bounds, raster.transform.a, -raster.transform.e
    bounds = counties.bounds
    inside = (
        (bounds["minx"] >= edges.left - cell)
        & (bounds["maxx"] <= edges.right + cell)
        & (bounds["miny"] >= edges.bottom - height)
        & (bounds["maxy"] <= edges.top + height)
    )
    if not inside.any():
        covered = [*edges]
        labels = counties[NAME] if NAME in counties else counties.index.to_series()
        named = labels.iloc[:_NAMED].tolist()
        raise UnreadablePeopleError(
            "raster_covers_no_county", name=name, covered=covered, count=len(counties), names=named
        )
    return counties[inside]


def _window_of(raster: Any, counties: gpd.GeoDataFrame, name: str) -> Any:
    """Return the part of the raster around the counties."""
    edges, cell, height = raster.bounds, raster.transform.a, -raster.transform.e
    west, south, east, north = counties.total_bounds
    first, first_row = int((west - edges.left) // cell), int((edges.top - north) // height)
    last, last_row = int(-((edges.left - east) // cell)), int(-((south - edges.top) // height))
    columns = max(first, 0), min(last, raster.width)
    rows = max(first_row, 0), min(last_row, raster.height)
    cells = (columns[1] - columns[0]) * (rows[1] - rows[0])
    if cells > _MOST_CELLS:
        raise UnreadablePeopleError("raster_of_many_cells", name=name, cells=cells, most=_MOST_CELLS)
    return import_module("rasterio.windows").Window.from_slices(rows, columns)


def _require_bounded(raster: Any, window: Any, size: int, name: str) -> None:
    """Raise where far more would be unpacked than a file of this size can mean."""
    unpacked = int(window.width) * int(window.height) * _cell_bytes(raster)
    most = max(_UNPACKED_BYTES, _MOST_UNPACKED * size)
    if unpacked > most:
        raise UnreadablePeopleError(
            "raster_unpacks_too_large",
            name=name,
            size=size / 2**20,
            unpacked=unpacked / 2**20,
            most=most / 2**20,
        )


def _summed(
    raster: Any, window: Any, factor: int, name: str, progress: Callable[[float], None] | None
) -> Floats:
    """Add the cells of a window up by blocks of factor by factor, reading a few million at a time."""
    windows = import_module("rasterio.windows")
    rows, columns = int(window.height), int(window.width)
    people = np.zeros((-(-rows // factor), -(-columns // factor)))
    pieces = list(_pieces(raster.block_shapes[0], window))
    for done, (top, bottom, left, right) in enumerate(pieces):
        piece = windows.Window(window.col_off + left, window.row_off + top, right - left, bottom - top)
        read = raster.read(1, window=piece, masked=True)
        cells = np.where(np.ma.getmaskarray(read), 0.0, read.data.astype(np.float64))
        _require_people(cells, name)
        by_row = np.add.reduceat(cells, _starts(top, bottom, factor), axis=0)
        summed = np.add.reduceat(by_row, _starts(left, right, factor), axis=1)
        first, start = top // factor, left // factor
        people[first : first + summed.shape[0], start : start + summed.shape[1]] += summed
        if progress is not None:
            progress((done + 1) / len(pieces))
    return people


def _pieces(block: tuple[int, int], window: Any) -> Iterator[tuple[int, int, int, int]]:
    """Cut a window into pieces of whole blocks, so that each is unpacked once: top, bottom, left, right."""
    height, width = min(block[0], _PIECE_CELLS), block[1]
    across = max(1, _PIECE_CELLS // (height * width)) * width
    across = min(across, max(1, _PIECE_CELLS // height))
    down = max(1, _PIECE_CELLS // (height * min(across, int(window.width)))) * height
    for top, bottom in _cuts(int(window.row_off), int(window.height), down):
        for left, right in _cuts(int(window.col_off), int(window.width), across):
            yield top, bottom, left, right


def _cuts(offset: int, length: int, step: int) -> list[tuple[int, int]]:
    """Cut a length at the multiples of a step counted from the edge of the raster."""
    edges = [0, *range(step - offset % step, length, step), length]
    return list(itertools.pairwise(edges))


def _starts(first: int, last: int, factor: int) -> Positions:
    """Return where in a piece each block of cells that are added up begins."""
    return np.unique(np.maximum(np.arange(first // factor, -(-last // factor)) * factor - first, 0))


def _require_people(cells: Floats, name: str) -> None:
    """Make cells of not-a-number hold nobody; raise where a cell holds what can be no number of people."""
    cells[np.isnan(cells)] = 0.0
    least, most = float(cells.min()), float(cells.max())
    if not np.isfinite(least) or not np.isfinite(most):
        raise UnreadablePeopleError("raster_infinite", name=name, cells=np.isinf(cells).sum())
    if least < 0 or most > _MOST_PEOPLE:
        strange = least if least < 0 else most
        raise UnreadablePeopleError("raster_people_strange", name=name, people=strange)
