"""Read a GeoTIFF of people, such as WorldPop's, into a table of points.

The one place where GDAL meets a file from outside, and only as rasterio opens it: after a look at size and
beginning, with the driver of GeoTIFF alone, which reads no other file; and what was uploaded from memory,
where nothing stands beside it. What the file says of itself (cells, blocks) is bounded before a cell is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import UnreadablePeopleError
from geo.schema import COUNTY_LEVEL, LAT, LEVEL, LON, NAME, PEOPLE, WGS84

Floats = npt.NDArray[np.float64]

# Cells finer than this are added up: the shipped grid's own size, 30 seconds of arc.
FINEST_DEGREES = 1 / 120
_TIFF_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MAX_BYTES = 200 * 2**20
# At most this many cells around the counties (about 30 m over Guangxi), and this many in one block.
_MOST_CELLS = 600_000_000
_MOST_BLOCK_CELLS = 64_000_000
_NAMED = 5
_HALF = 0.5
# Cells read at a time, so that a country's raster fits into memory.
_STRIP_CELLS = 20_000_000
# No look at files beside it, no other driver.
_SETTINGS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "PROJ_NETWORK": "OFF"}


def read_people_geotiff(
    source: Path | bytes, regions: gpd.GeoDataFrame, *, file_name: str | None = None
) -> pd.DataFrame:
    """Read the cells of a GeoTIFF that hold people, around the counties.

    Needs rasterio, which is not installed by default. Cells finer than 30 seconds of arc are added up to
    about that size; cells of nodata hold nobody.

    Parameters
    ----------
    source
        A GeoTIFF in WGS-84 degrees (EPSG:4326), north up, persons a cell in its first band; or its bytes.
    regions
        As `geo.regions.read_regions` gives them; its counties are the area.
    file_name
        What errors call it; the path's own name if missing.

    Returns
    -------
    DataFrame
        `lon` and `lat` (WGS-84 degrees, cell centres) and `people` (persons, above 0), north to south and
        west to east: what `geo.population.demand_from_table` takes.

    Raises
    ------
    UnreadablePeopleError
        rasterio is not installed; the file is no GeoTIFF, is too large, has no CRS or another one, is turned,
        holds negative or infinite numbers that are not declared as nodata, holds nobody, or does not cover
        the counties.
    """
    counties = regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    name = file_name or (source.name if isinstance(source, Path) else "GeoTIFF")
    with _opened(source, name) as raster:
        _require_readable(raster, name)
        window = _window_of(raster, counties, name)
        factor = max(1, int(FINEST_DEGREES / raster.transform.a + _HALF))
        people = np.concatenate(list(_summed_strips(raster, window, factor, name)))
        west = raster.bounds.left + window.col_off * raster.transform.a
        north = raster.bounds.top + window.row_off * raster.transform.e
        step_east, step_north = raster.transform.a * factor, raster.transform.e * factor
    row, column = np.nonzero(people > 0)
    if not len(row):
        raise UnreadablePeopleError(
            zh=f"{name} 在广西各县范围内没有人口；第 1 波段应是每格人数。",
            en=f"{name} holds nobody around the counties; give persons a cell in band 1.",
        )
    lon, lat = west + (column + _HALF) * step_east, north + (row + _HALF) * step_north
    return pd.DataFrame({LON: lon, LAT: lat, PEOPLE: people[row, column]})


@contextmanager
def _opened(source: Path | bytes, name: str) -> Iterator[Any]:
    try:
        rasterio = import_module("rasterio")
    except ImportError:
        raise UnreadablePeopleError(
            zh="读取 GeoTIFF 需要 rasterio，本机没有安装；请运行 pip install rasterio，或改用 CSV、XLSX。",
            en="Reading a GeoTIFF needs rasterio, which is not installed; run pip install rasterio, or give "
            "a CSV or XLSX.",
        ) from None
    size, beginning = _size_and_beginning(source)
    if size > MAX_BYTES:
        raise UnreadablePeopleError(
            zh=f"{name} 有 {size / 2**20:.0f} MB，上限 {MAX_BYTES / 2**20:.0f} MB；请先裁剪到广西。",
            en=f"{name} has {size / 2**20:.0f} MB, the most is {MAX_BYTES / 2**20:.0f}; cut it to Guangxi.",
        )
    if beginning not in _TIFF_BEGINNINGS:
        raise UnreadablePeopleError(
            zh=f"{name} 不是 GeoTIFF；请提供每格人数的 .tif。",
            en=f"{name} is not a GeoTIFF; give a .tif with persons a cell.",
        )
    with rasterio.Env(**_SETTINGS):
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
    return UnreadablePeopleError(
        zh=f"{name} 无法作为 GeoTIFF 读取，可能不完整。",
        en=f"{name} cannot be read as a GeoTIFF; it may be cut short.",
    )


def _require_readable(raster: Any, name: str) -> None:
    if raster.crs is None:
        raise UnreadablePeopleError(
            zh=f"{name} 没有坐标系；请另存为 WGS-84 经纬度（{WGS84}）。",
            en=f"{name} says no CRS; save it in WGS-84 degrees ({WGS84}).",
        )
    if raster.crs != import_module("rasterio.crs").CRS.from_string(WGS84):
        raise UnreadablePeopleError(
            zh=f"{name} 的坐标系是 {raster.crs}；请转换为 WGS-84 经纬度（{WGS84}），人口要相加，不要取平均。",
            en=f"{name} is in {raster.crs}; turn it into WGS-84 degrees ({WGS84}), adding the people up, "
            "not averaging them.",
        )
    height, width = raster.block_shapes[0]
    if height * width > _MOST_BLOCK_CELLS:
        raise UnreadablePeopleError(
            zh=f"{name} 的一块有 {width} × {height} 格，太大；请另存为分块（tiled）的 GeoTIFF。",
            en=f"{name} has {width} × {height} cells in one block, which is too many; save it tiled.",
        )
    transform = raster.transform
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise UnreadablePeopleError(
            zh=f"{name} 有旋转或上下颠倒；请另存为正北朝上。",
            en=f"{name} is turned or upside down; save it north up.",
        )


def _window_of(raster: Any, counties: gpd.GeoDataFrame, name: str) -> Any:
    """Give the part of the raster around the counties, each of which must lie within it."""
    edges, cell, height = raster.bounds, raster.transform.a, -raster.transform.e
    bounds = counties.bounds
    outside = (
        (bounds["minx"] < edges.left - cell)
        | (bounds["maxx"] > edges.right + cell)
        | (bounds["miny"] < edges.bottom - cell)
        | (bounds["maxy"] > edges.top + cell)
    )
    if outside.any():
        covered = ", ".join(f"{edge:.2f}" for edge in edges)
        labels = counties[NAME] if NAME in counties else counties.index.to_series()
        named = ", ".join(labels[outside].iloc[:_NAMED])
        raise UnreadablePeopleError(
            zh=f"{name} 的范围是 {covered}（西、南、东、北，度），"
            f"没有完整覆盖 {outside.sum()} 个县（{named}）；请提供覆盖全广西的栅格。",
            en=f"{name} covers {covered} degrees (west, south, east, north), "
            f"not the whole of {outside.sum()} counties ({named}); give a raster that does.",
        )
    west, south, east, north = counties.total_bounds
    first, first_row = int((west - edges.left) // cell), int((edges.top - north) // height)
    last, last_row = int(-((edges.left - east) // cell)), int(-((south - edges.top) // height))
    columns = max(first, 0), min(last, raster.width)
    rows = max(first_row, 0), min(last_row, raster.height)
    cells = (columns[1] - columns[0]) * (rows[1] - rows[0])
    if cells > _MOST_CELLS:
        raise UnreadablePeopleError(
            zh=f"{name} 在广西范围内有 {cells:,} 格，上限 {_MOST_CELLS:,}；请先合并成较大的格子。",
            en=f"{name} has {cells:,} cells around the counties, the most is {_MOST_CELLS:,}; "
            "add them up to larger ones.",
        )
    return import_module("rasterio.windows").Window.from_slices(rows, columns)


def _summed_strips(raster: Any, window: Any, factor: int, name: str) -> Iterator[Floats]:
    """Read the window in strips and add blocks of factor by factor cells up; what is masked holds nobody."""
    windows = import_module("rasterio.windows")
    rows, columns = int(window.height), int(window.width)
    step = max(1, _STRIP_CELLS // (columns * factor)) * factor
    for first in range(0, rows, step):
        height = min(step, rows - first)
        strip = windows.Window(window.col_off, window.row_off + first, columns, height)
        read = raster.read(1, window=strip, masked=True)
        people = np.where(np.ma.getmaskarray(read), 0.0, read.data.astype(np.float64))
        people[np.isnan(people)] = 0.0
        if (people < 0).any() or np.isinf(people).any():
            raise UnreadablePeopleError(
                zh=f"{name} 有的格子人口是 {people.min():g}；请把这个数声明为 nodata，或给出每格人数。",
                en=f"{name} holds {people.min():g} people in a cell; "
                "declare that number as nodata, or give persons a cell.",
            )
        padded = np.zeros((-(-height // factor) * factor, -(-columns // factor) * factor))
        padded[:height, :columns] = people
        shape = (padded.shape[0] // factor, factor, padded.shape[1] // factor, factor)
        yield padded.reshape(shape).sum(axis=(1, 3))
