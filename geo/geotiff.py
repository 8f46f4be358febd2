"""Read a GeoTIFF of people, such as WorldPop's, into a table of points."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InvalidValueError
from geo.schema import COUNTY_LEVEL, LAT, LEVEL, LON, PEOPLE, WGS84

Floats = npt.NDArray[np.float64]

# Cells finer than this are added up: the shipped grid's own size, 30 seconds of arc.
FINEST_DEGREES = 1 / 120
_TIFF_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_NAMED = 5
_HALF = 0.5
# Rows of cells read at a time, so that a country's raster fits into memory.
_ROWS = 600


def read_people_geotiff(path: Path, regions: gpd.GeoDataFrame) -> pd.DataFrame:
    """Read the cells of a GeoTIFF that hold people, around the counties.

    Needs rasterio, which is not installed by default. Cells finer than 30 seconds of arc are added up to
    about that size; cells of nodata hold nobody.

    Parameters
    ----------
    path
        A GeoTIFF in WGS-84 degrees (EPSG:4326), north up, persons a cell in its first band.
    regions
        As `geo.regions.read_regions` gives them; its counties are the area.

    Returns
    -------
    DataFrame
        `lon` and `lat` (WGS-84 degrees, cell centres) and `people` (persons, above 0), north to south and
        west to east: what `geo.population.demand_from_table` takes.

    Raises
    ------
    InvalidValueError
        rasterio is not installed; the file is no GeoTIFF, has no CRS or another one, is turned, holds
        negative or infinite numbers that are not declared as nodata, holds nobody, or does not cover the
        counties.
    """
    counties = regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    with _opened(path) as raster:
        _require_readable(raster, path.name)
        window = _window_of(raster, counties, path.name)
        factor = max(1, int(FINEST_DEGREES / raster.transform.a + _HALF))
        people = np.concatenate(list(_summed_strips(raster, window, factor, path.name)))
        west = raster.bounds.left + window.col_off * raster.transform.a
        north = raster.bounds.top + window.row_off * raster.transform.e
        step_east, step_north = raster.transform.a * factor, raster.transform.e * factor
    row, column = np.nonzero(people > 0)
    if not len(row):
        raise InvalidValueError(
            f"{path.name} holds nobody around the counties; give persons a cell in band 1."
        )
    lon, lat = west + (column + _HALF) * step_east, north + (row + _HALF) * step_north
    return pd.DataFrame({LON: lon, LAT: lat, PEOPLE: people[row, column]})


def _opened(path: Path) -> Any:
    try:
        rasterio = import_module("rasterio")
    except ImportError:
        raise InvalidValueError(
            "Reading a GeoTIFF needs rasterio, which is not installed; run: pip install rasterio"
        ) from None
    with path.open("rb") as file:
        beginning = file.read(4)
    if beginning not in _TIFF_BEGINNINGS:
        raise InvalidValueError(f"{path.name} is not a GeoTIFF; give a .tif with persons a cell.")
    try:
        # One driver: GDAL must not guess another from what the file says.
        return rasterio.open(path, driver="GTiff")
    except rasterio.errors.RasterioIOError:
        raise InvalidValueError(f"{path.name} cannot be read as a GeoTIFF; it may be cut short.") from None


def _require_readable(raster: Any, name: str) -> None:
    if raster.crs is None:
        raise InvalidValueError(f"{name} says no CRS; save it in WGS-84 degrees ({WGS84}).")
    if raster.crs != import_module("rasterio.crs").CRS.from_string(WGS84):
        raise InvalidValueError(
            f"{name} is in {raster.crs}; turn it into WGS-84 degrees ({WGS84}), adding the people up, "
            "not averaging them."
        )
    transform = raster.transform
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise InvalidValueError(f"{name} is turned or upside down; save it north up.")


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
        raise InvalidValueError(
            f"{name} covers {', '.join(f'{edge:.2f}' for edge in edges)} degrees (west, south, east, north), "
            f"not the whole of {outside.sum()} counties ({', '.join(bounds.index[outside][:_NAMED])}); "
            "give a raster that does."
        )
    west, south, east, north = counties.total_bounds
    first, first_row = int((west - edges.left) // cell), int((edges.top - north) // height)
    last, last_row = int(-((edges.left - east) // cell)), int(-((south - edges.top) // height))
    columns = max(first, 0), min(last, raster.width)
    rows = max(first_row, 0), min(last_row, raster.height)
    return import_module("rasterio.windows").Window.from_slices(rows, columns)


def _summed_strips(raster: Any, window: Any, factor: int, name: str) -> Iterator[Floats]:
    """Read the window in strips and add blocks of factor by factor cells up; what is masked holds nobody."""
    windows = import_module("rasterio.windows")
    rows, columns = int(window.height), int(window.width)
    step = _ROWS * factor
    for first in range(0, rows, step):
        height = min(step, rows - first)
        strip = windows.Window(window.col_off, window.row_off + first, columns, height)
        read = raster.read(1, window=strip, masked=True)
        people = np.where(np.ma.getmaskarray(read), 0.0, read.data.astype(np.float64))
        people[np.isnan(people)] = 0.0
        if (people < 0).any() or np.isinf(people).any():
            raise InvalidValueError(
                f"{name} holds {people.min():g} people in a cell; "
                "declare that number as nodata, or give persons a cell."
            )
        padded = np.zeros((-(-height // factor) * factor, -(-columns // factor) * factor))
        padded[:height, :columns] = people
        shape = (padded.shape[0] // factor, factor, padded.shape[1] // factor, factor)
        yield padded.reshape(shape).sum(axis=(1, 3))
