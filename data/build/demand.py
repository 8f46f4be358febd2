"""Build `demand.parquet`: people and workers outside agriculture on a 30-arcsecond grid.

People are the gathered grid, scaled county by county (by less than 1 in 10,000) to add up to the census.
Workers are an estimate: the census sample gives each county's non-farm employed; within the county they are
spread in proportion to a * urban + b * rural residents, where a and b are the least-squares fit of non-farm
employed on urban and rural residents over the 111 counties.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.build.entry import write_entry
from data.build.parquet import parquet_bytes, writers
from geo.catalog import DATA_FOLDER, data_path
from geo.errors import InvalidValueError
from geo.schema import (
    ADCODE,
    COUNTY,
    DEMAND_ID,
    LAT,
    LIGHT,
    LON,
    NONFARM_EMPLOYED,
    PEOPLE,
    RESIDENTS,
    RURAL_RESIDENTS,
    URBAN_PEOPLE,
    URBAN_RESIDENTS,
    WGS84,
    WORKERS,
)

PATH = DATA_FOLDER / "demand.parquet"
COLUMNS = {
    "lon": LON,
    "lat": LAT,
    "adcode": COUNTY,
    "pop": PEOPLE,
    "pop_urban": URBAN_PEOPLE,
    "viirs": LIGHT,
}
AMOUNTS = (PEOPLE, URBAN_PEOPLE, WORKERS, LIGHT)
TOLERANCE_PEOPLE = 0.1


def build() -> tuple[bytes, dict[str, object]]:
    """Make the file and the measured facts that go into its notes.

    Returns
    -------
    tuple
        The Parquet bytes and the notes. Rows run from north to south, then west to east, then by county;
        `demand_id` counts them from 1.

    Raises
    ------
    InvalidValueError
        A sum by county strays from the census, or the fit gives a negative share.
    """
    census = pd.read_csv(data_path("census"), dtype={ADCODE: "str"}).set_index(ADCODE)
    cells = pd.read_csv(data_path("raw_popgrid"), dtype={"adcode": "str"}).rename(columns=COLUMNS)
    cells = cells.sort_values([LAT, LON, COUNTY], ascending=[False, True, True], ignore_index=True)
    rural = scaled(cells[PEOPLE] - cells[URBAN_PEOPLE], census[RURAL_RESIDENTS], by=cells[COUNTY])
    urban = scaled(cells[URBAN_PEOPLE], census[URBAN_RESIDENTS], by=cells[COUNTY])
    shares, r_squared = worker_shares(census)
    weight = shares[0] * urban + shares[1] * rural
    workers = scaled(weight, census[NONFARM_EMPLOYED], by=cells[COUNTY])
    cells = cells.assign(**{PEOPLE: urban + rural, URBAN_PEOPLE: urban, WORKERS: workers})
    cells = cells.astype(dict.fromkeys(AMOUNTS, "float32"))
    cells.insert(0, DEMAND_ID, np.arange(1, len(cells) + 1, dtype="int32"))
    worst = require_census(cells, census)
    columns = [DEMAND_ID, LON, LAT, PEOPLE, URBAN_PEOPLE, WORKERS, COUNTY, LIGHT]
    places = len(cells[[LON, LAT]].drop_duplicates())
    content = parquet_bytes(cells[columns], numbered=DEMAND_ID)
    return content, {
        **notes_of(shares, r_squared, worst=worst, places=places),
        "people_inside_their_county": round(share_inside(cells), 4),
    }


def scaled(amounts: pd.Series, totals: pd.Series, *, by: pd.Series) -> pd.Series:
    """Scale amounts so that they add up to the total of their county."""
    sums = amounts.groupby(by).sum()
    # 秀峰区 has no rural resident at all: nothing times anything is nothing.
    return amounts * by.map((totals / sums).where(sums > 0, 0.0))


def worker_shares(census: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Fit non-farm employed on urban and rural residents; give the two shares and R squared.

    Raises
    ------
    InvalidValueError
        A share is negative, where a person cannot employ less than nobody.
    """
    residents = census[[URBAN_RESIDENTS, RURAL_RESIDENTS]].to_numpy(dtype="float64")
    employed = census[NONFARM_EMPLOYED].to_numpy(dtype="float64")
    shares = np.linalg.lstsq(residents, employed)[0]
    if (shares < 0).any():
        raise InvalidValueError("workers_negative", shares=shares)
    left = employed - residents @ shares
    return shares, float(1 - left @ left / np.square(employed - employed.mean()).sum())


def require_census(cells: pd.DataFrame, census: pd.DataFrame) -> float:
    """Raise unless the stored cells add up to the census; give the largest difference by county."""
    truth = {PEOPLE: RESIDENTS, URBAN_PEOPLE: URBAN_RESIDENTS, WORKERS: NONFARM_EMPLOYED}
    sums = cells.astype(dict.fromkeys(truth, "float64")).groupby(COUNTY)[list(truth)].sum()
    differences = (sums - census[list(truth.values())].set_axis(list(truth), axis=1)).abs()
    worst = float(differences.max().max())
    if not worst <= TOLERANCE_PEOPLE:
        raise InvalidValueError("cells_off_census", people=worst)
    return worst


def share_inside(cells: pd.DataFrame) -> float:
    """Measure the share of people whose point lies inside the outline of their county."""
    outlines = gpd.read_parquet(data_path("regions")).set_index(ADCODE).geometry
    inside = 0.0
    for county, own in cells.groupby(COUNTY):
        shapely.prepare(outline := outlines[county])
        within = shapely.intersects_xy(outline, own[LON].to_numpy(), own[LAT].to_numpy())
        inside += float(own[PEOPLE].to_numpy(dtype="float64")[within].sum())
    return inside / float(cells[PEOPLE].astype("float64").sum())


def notes_of(shares: np.ndarray, r_squared: float, *, worst: float, places: int) -> dict[str, object]:
    """Say how the file was made and how well it fits."""
    return {
        "people": "MODELLED: census 2020 county totals, urban and rural apart, spread by night lights "
        "(recipe in raw_popgrid), scaled to the census county by county; 20.6 % of people stand in another "
        "5-arcminute cell than in WorldPop 2020",
        "workers": "ESTIMATE: non-farm employed of each county (scaled census sample) spread in proportion "
        "to a * urban + b * rural residents; a, b by least squares over the 111 counties",
        "workers_a_urban": round(float(shares[0]), 4),
        "workers_b_rural": round(float(shares[1]), 4),
        "workers_r_squared": round(r_squared, 4),
        "county_sums": f"people, urban people and workers equal the census of every county within "
        f"{TOLERANCE_PEOPLE} people",
        "county_sums_worst": round(worst, 4),
        "cells": f"{places} places; a cell that a border crosses has a row for each county it touches",
        "county": "that of the gathered grid, which followed other lines: cell centres lie up to 3.5 km "
        "outside the outline of their county (0.03 % of people more than 1 km)",
        "light": "VIIRS annual 2025, nW/cm²/sr",
        "written_with": writers(),
    }


def main() -> None:
    """Write the file and its entry."""
    content, notes = build()
    PATH.write_bytes(content)
    write_entry(
        "demand",
        PATH,
        title="30″ 人口与务工人员格网（模拟估算）",
        title_en="People and workers on a 30-arcsecond grid (modelled)",
        rows=312_959,
        crs=WGS84,
        source="Census 2020 by county (census.csv) and VIIRS night lights 2025 (raw/popgrid.csv.gz)",
        as_of="2020-11-01 (people), 2025 (lights)",
        retrieved="2026-11-23",
        licence="Public domain (night lights); facts of the official census",
        attribution="国务院第七次全国人口普查领导小组办公室《中国人口普查分县资料—2020》；Earth Observation "
        "Group, Payne Institute for Public Policy (VIIRS annual 2025)",
        built_by="data/build/demand.py",
        notes=notes,
    )


if __name__ == "__main__":
    main()
