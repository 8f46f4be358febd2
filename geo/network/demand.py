"""Where people live and work: the population grid and the townships, as points."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.catalog import DATA_FOLDER, data_path
from geo.schema import (
    CODE,
    COUNTY,
    DEMAND_COLUMNS,
    DEMAND_ID,
    GEOMETRY,
    LAT,
    LIGHT,
    LON,
    TOWNSHIP_COLUMNS,
    WGS84,
    points,
    require_columns,
)

DEMAND_NAME, TOWNSHIPS_NAME = "demand", "townships"


def read_demand(folder: Path = DATA_FOLDER) -> gpd.GeoDataFrame:
    """Read the modelled population grid.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    GeoDataFrame
        Cell centres in WGS-84, indexed by `demand_id` (whole number, north to south, west to east):
        `people`, `urban_people` and `workers` (persons, modelled, with fractions), `county` (adcode) and
        `light` (night light, nW/cm²/sr). Nothing is missing. A cell that a border crosses has one row, with
        the same point, for each county it touches.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError
        The file lacks a column.
    """
    cells = pd.read_parquet(data_path(DEMAND_NAME, folder=folder))
    require_columns(cells, [DEMAND_ID, LON, LAT, *DEMAND_COLUMNS, LIGHT], what=DEMAND_NAME)
    cells = cells.set_index(DEMAND_ID)
    places = shapely.points(cells[LON].to_numpy(), cells[LAT].to_numpy())
    return gpd.GeoDataFrame(cells[[*DEMAND_COLUMNS, LIGHT]], geometry=places, crs=WGS84)


def read_townships(folder: Path = DATA_FOLDER) -> gpd.GeoDataFrame:
    """Read the townships whose place is known.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    GeoDataFrame
        Points in WGS-84, indexed by `code` (nine digits, text): `name`, `kind` (镇, 乡 or 街道), `county`
        (adcode), `position_source` and `position_accuracy` (text). Nothing is missing.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError
        The file lacks a column.
    """
    path = data_path(TOWNSHIPS_NAME, folder=folder)
    townships = pd.read_csv(path, dtype={CODE: "str", COUNTY: "str"})
    require_columns(townships, [CODE, LON, LAT, *TOWNSHIP_COLUMNS], what=TOWNSHIPS_NAME)
    townships = townships.set_index(CODE)
    places = points(townships[LON], townships[LAT])
    return gpd.GeoDataFrame(townships[[*TOWNSHIP_COLUMNS]], geometry=places.rename(GEOMETRY))
