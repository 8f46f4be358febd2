"""Draw places inside grid cells and inside their county, no two the same."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import schema

CELL_DEGREES = 1 / 120
# 1e-6 degrees is 0.1 m.
DECIMALS = 6
ROUNDS = 200
GROUP, WEIGHT = "group", "weight"


def draw_places(
    rng: np.random.Generator, cells: pd.DataFrame, wanted: pd.Series, *, outlines: gpd.GeoSeries
) -> pd.DataFrame:
    """Draw `wanted` places a group: a cell by its weight, then any spot in the cell inside the cell's county.

    Parameters
    ----------
    rng
        The source of chance.
    cells
        `group`, `weight` (not negative), `county`, `lon`, `lat` of the centre (degrees, WGS-84).
    wanted
        How many places every group gets, by group.
    outlines
        County polygons by adcode, full detail.

    Returns
    -------
    DataFrame
        `group`, `county`, `lon`, `lat`, in the order of `wanted`, all places different.

    Raises
    ------
    ValueError
        A group has no cell of any weight, or its cells hardly touch their county.
    """
    cells = cells[cells[WEIGHT] > 0].sort_values(GROUP, kind="stable").reset_index(drop=True)
    groups = np.repeat(wanted.index.to_numpy(), wanted.to_numpy())
    lacking = sorted(set(groups) - set(cells[GROUP]))
    if lacking:
        raise ValueError(f"no cell to draw from in {', '.join(lacking)}")
    shapes = outlines.to_numpy()
    shapely.prepare(shapes)
    chosen = np.zeros(len(groups), dtype="int64")
    lon, lat = np.zeros(len(groups)), np.zeros(len(groups))
    open_rows = np.arange(len(groups))
    for _ in range(ROUNDS):
        picked = _draw_cells(rng, cells, groups[open_rows])
        x = _jitter(rng, cells[schema.LON].to_numpy()[picked])
        y = _jitter(rng, cells[schema.LAT].to_numpy()[picked])
        chosen[open_rows], lon[open_rows], lat[open_rows] = picked, x, y
        county = outlines.index.get_indexer(cells[schema.COUNTY].to_numpy()[picked])
        outside = ~shapely.contains_xy(shapes[county], x, y)
        again = pd.DataFrame({"x": lon, "y": lat}).duplicated().to_numpy()[open_rows]
        open_rows = open_rows[outside | again]
        if not len(open_rows):
            county_of = cells[schema.COUNTY].to_numpy()[chosen]
            return pd.DataFrame({GROUP: groups, schema.COUNTY: county_of, schema.LON: lon, schema.LAT: lat})
    raise ValueError(f"no place inside the county for {', '.join(sorted(set(groups[open_rows])))}")


def _draw_cells(rng: np.random.Generator, cells: pd.DataFrame, groups: np.ndarray) -> np.ndarray:
    """Draw one cell of the right group a row, by weight: one search in the running sum of all weights."""
    upto = cells[WEIGHT].to_numpy(dtype="float64").cumsum()
    names = cells[GROUP].to_numpy()
    first = np.searchsorted(names, groups, side="left")
    last = np.searchsorted(names, groups, side="right") - 1
    low = np.where(first > 0, upto[first - 1], 0)
    drawn = low + rng.random(len(groups)) * (upto[last] - low)
    return np.clip(np.searchsorted(upto, drawn, side="right"), first, last)


def _jitter(rng: np.random.Generator, centre: np.ndarray) -> np.ndarray:
    return np.round(centre + (rng.random(len(centre)) - 0.5) * CELL_DEGREES, DECIMALS)
