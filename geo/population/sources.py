"""Other counts of people than the shipped grid: the townships, or a table of points.

A GeoTIFF becomes such a table in `geo.population.geotiff`.
"""

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.arrays import Floats, Positions, Shapes
from geo.coverage.people import WHO_COUNTS, binned, county_positions, people_of, summed_up
from geo.errors import InvalidValueError, Message
from geo.geodesy import ellipsoid
from geo.network.join import county_of_points
from geo.schema import (
    ADCODE,
    COUNTY,
    COUNTY_LEVEL,
    DEMAND_ID,
    LAT,
    LEVEL,
    LON,
    NONFARM_EMPLOYED,
    PEOPLE,
    RESIDENTS,
    URBAN_PEOPLE,
    URBAN_RESIDENTS,
    WGS84,
    WORKERS,
    require_columns,
)

DIFFERENCE, RATIO = "difference", "ratio"

# Of a region's residents: so many may live in counties a source has no row of.
UNKNOWN_MOST = 0.01
# A fourth axis that keeps counties farther apart than anything on earth.
_APART_M = 1e9
_CENSUS_OF = {URBAN_PEOPLE: URBAN_RESIDENTS, WORKERS: NONFARM_EMPLOYED}


class Population(NamedTuple):
    """Hold demand clipped to the counties, and how many people were left outside."""

    demand: gpd.GeoDataFrame
    outside_people: float


def demand_from_table(table: pd.DataFrame, regions: gpd.GeoDataFrame) -> Population:
    """Make demand of a table of points with people.

    Parameters
    ----------
    table
        `lon` and `lat` (WGS-84 degrees) and `people` (persons); `urban_people` and `workers` if known. Where
        a column is not there, each county's share in the census stands in for it: urban residents, and the
        estimate of those employed outside farming.
    regions
        As `geo.network.regions.read_regions` gives them; its counties are the area.

    Returns
    -------
    Population
        `demand`, indexed by `demand_id` from 1 in the order of the table, without the rows outside the
        counties and those without people: `people`, `urban_people`, `workers`, `county` and points in WGS-84;
        and `outside_people`, the persons of the rows outside.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing; a coordinate or a number of people is missing, negative or infinite; or nobody
        lives in the counties.
    """
    require_columns(table, [LON, LAT, PEOPLE], what=Message("frame_people"))
    lon, lat = (_numbers(table, column) for column in (LON, LAT))
    values = {who: _numbers(table, who) for who in WHO_COUNTS if who in table.columns}
    _require_numbers(table, {LON: lon, LAT: lat}, values)
    return _clipped(lon, lat, values, regions)


def demand_from_townships(
    townships: gpd.GeoDataFrame, demand: gpd.GeoDataFrame, regions: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Gather the people of each county's cells at the nearest township of that county.

    Townships publish no people of their own here: theirs are the grid's. What changes is where they are
    thought to live, which shows how much an answer owes to the grid's detail.

    Parameters
    ----------
    townships
        As `geo.network.demand.read_townships` gives them.
    demand
        Points in WGS-84; `people`, `urban_people`, `workers`, `county`.
    regions
        Indexed by adcode with `level` and `parent`.

    Returns
    -------
    GeoDataFrame
        Demand indexed by `demand_id` from 1, by county and township code. The cells of a county that has no
        placed township stay as they are, behind the townships: each county keeps its people.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing, or people or counties are not as `geo.coverage.shares.covered_people` takes them.
    """
    weights = people_of(demand)
    county, counties = county_positions(demand, regions)
    town_county = counties.get_indexer(pd.Index(townships[COUNTY]))
    order = np.lexsort([townships.index.to_numpy(), town_county])
    order = order[town_county[order] >= 0]
    towns, town_county = townships.iloc[order], town_county[order]
    placed = np.isin(county, town_county)
    nearest = _nearest_of_own(demand[placed], county[placed], towns, town_county)
    gathered = {
        who: np.bincount(nearest, weight[placed], minlength=len(towns))
        for who, weight in zip(WHO_COUNTS, weights, strict=True)
    }
    rest = demand[~placed]
    columns = {who: np.concatenate([gathered[who], rest[who].to_numpy(np.float64)]) for who in WHO_COUNTS}
    columns[COUNTY] = np.concatenate([towns[COUNTY].to_numpy(object), rest[COUNTY].to_numpy(object)])
    places = np.concatenate([towns.geometry.to_numpy(), rest.geometry.to_numpy()])
    return _frame(columns, places)


def compare_with_census(demand: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Put a source's people beside the census.

    Parameters
    ----------
    demand
        `people`, `urban_people`, `workers` and `county`.
    regions
        Indexed by adcode with `level`, `parent`, `residents` and `urban_residents`.

    Returns
    -------
    DataFrame
        Indexed like `regions` by `adcode`, sorted: `people` of the source and `residents` of the census
        (persons), `difference`, the first less the second, and `ratio`, the first by the second. A county
        without a row is missing, and so is a region where more than a hundredth of the residents live in such
        counties: the cells of a coarse grid may miss a small county, and the region is known all the same.

    Raises
    ------
    MissingColumnError, InvalidValueError
        As `geo.coverage.shares.covered_people`.
    """
    require_columns(regions, [RESIDENTS], what="regions")
    weights = people_of(demand)
    county, counties = county_positions(demand, regions)
    counted = binned(county, weights[:1], (1, len(counties), 1))
    people = summed_up(counted[:, :, 0], counties, regions)
    rows = np.bincount(county[county >= 0], minlength=len(counties))
    census = regions.sort_index()[RESIDENTS].astype("float64")
    not_known = np.where(rows == 0, regions[RESIDENTS].loc[counties].to_numpy(np.float64), 0.0)
    unknown = np.asarray(summed_up(not_known[None, :], counties, regions))
    people = np.where(unknown > UNKNOWN_MOST * census.to_numpy(), np.nan, people)
    frame = pd.DataFrame({PEOPLE: people, RESIDENTS: census.to_numpy()}, index=census.index.rename(ADCODE))
    frame[DIFFERENCE] = frame[PEOPLE] - frame[RESIDENTS]
    frame[RATIO] = frame[PEOPLE] / frame[RESIDENTS]
    return frame


def _clipped(lon: Floats, lat: Floats, values: dict[str, Floats], regions: gpd.GeoDataFrame) -> Population:
    """Keep what lies in a county and holds people; fill in who counts by the county's census."""
    counties = regions[(regions[LEVEL] == COUNTY_LEVEL).to_numpy()]
    county = np.asarray(county_of_points(lon, lat, counties), dtype=object)
    inside = np.asarray(pd.notna(county))
    people = values[PEOPLE]
    kept = np.flatnonzero(inside & (people > 0))
    if not len(kept):
        raise InvalidValueError("people_outside_counties", count=len(lon))
    columns: dict[str, Any] = {COUNTY: county[kept]}
    for who in WHO_COUNTS:
        columns[who] = (
            values[who][kept] if who in values else people[kept] * _share_in(counties, who, county[kept])
        )
    return Population(_frame(columns, shapely.points(lon[kept], lat[kept])), float(people[~inside].sum()))


def _share_in(counties: pd.DataFrame, who: str, county: npt.NDArray[np.object_]) -> Floats:
    share = counties[_CENSUS_OF[who]] / counties[RESIDENTS]
    return share.to_numpy(np.float64)[counties.index.get_indexer(pd.Index(county))]


def _frame(columns: dict[str, Any], places: Shapes) -> gpd.GeoDataFrame:
    index = pd.RangeIndex(1, len(places) + 1, name=DEMAND_ID)
    frame = pd.DataFrame({who: columns[who] for who in (*WHO_COUNTS, COUNTY)}, index=index)
    return gpd.GeoDataFrame(frame.astype({COUNTY: "str"}), geometry=places, crs=WGS84)


def _numbers(table: pd.DataFrame, column: str) -> Floats:
    read = pd.to_numeric(table[column], errors="coerce")
    numbers: Floats = read.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def _require_numbers(table: pd.DataFrame, places: dict[str, Floats], people: dict[str, Floats]) -> None:
    strange = {column: ~np.isfinite(degrees) for column, degrees in places.items()}
    strange |= {who: ~(np.isfinite(count) & (count >= 0)) for who, count in people.items()}
    faults = [
        Message("column_unusable", column=column, rows=rows.sum(), first=table.index[rows][0])
        for column, rows in strange.items()
        if rows.any()
    ]
    if faults:
        raise InvalidValueError("people_table_unusable", faults=faults)


def _nearest_of_own(
    cells: gpd.GeoDataFrame,
    county: Positions,
    towns: gpd.GeoDataFrame,
    town_county: Positions,
) -> Positions:
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

    here, there = (
        np.column_stack([ellipsoid.earth_centred(rows.geometry.x, rows.geometry.y), number * _APART_M])
        for rows, number in ((cells, county), (towns, town_county))
    )
    nearest: Positions = cKDTree(there).query(here)[1]
    return nearest
