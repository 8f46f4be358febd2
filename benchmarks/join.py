"""Join a million points to the 111 full-detail counties: ours and `geopandas.sjoin`, turn by turn.

Run `python -m benchmarks.join`. Prints a Markdown table, and fails unless both give the same answer.
"""

import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import geo
from geo.network.county_raster import county_raster
from geo.schema import ADCODE, COUNTY, COUNTY_LEVEL, GEOMETRY, LEVEL, WGS84

POINTS, ROUNDS, SEED = 1_000_000, 3, 20_261_123
BORDER_VERTICES = 5_000


def read_counties() -> gpd.GeoDataFrame:
    """Read the counties again, so that nothing prepared for one way helps the other."""
    regions = geo.read_regions()
    return regions[regions[LEVEL] == COUNTY_LEVEL]


def make_points(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Scatter points over the bounding box, some of them on vertices of the borders."""
    random = np.random.default_rng(SEED)
    west, south, east, north = counties.total_bounds
    vertices = shapely.get_coordinates(counties.geometry.to_numpy())
    on_border = vertices[random.choice(len(vertices), BORDER_VERTICES, replace=False)]
    anywhere = random.uniform((west, south), (east, north), (POINTS - BORDER_VERTICES, 2))
    places = np.concatenate([on_border, anywhere])
    random.shuffle(places)
    return gpd.GeoDataFrame(geometry=shapely.points(places), crs=WGS84)


def sjoin(points: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.Series:
    """Join as the manual shows it."""
    pairs = gpd.sjoin(points, counties[[GEOMETRY]], how="left", predicate="intersects")
    return pairs[ADCODE]


def sjoin_turned(points: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.Series:
    """Join the other way round, which geopandas does faster, with the same pairs."""
    pairs = gpd.sjoin(counties[[GEOMETRY]], points, how="right", predicate="intersects")
    return pairs[ADCODE]


def timed_ms(way: Callable[..., object], *inputs: object) -> float:
    gc.collect()
    start = time.perf_counter()
    way(*inputs)
    return (time.perf_counter() - start) * 1000


def peak_mb(way: Callable[..., object], *inputs: object) -> float:
    tracemalloc.start()
    way(*inputs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def lowest(pairs: pd.Series) -> pd.Series:
    """Give a point that is in several counties to the lowest; outside time."""
    return pairs.groupby(level=0, sort=True).min()


def main() -> None:
    counties = read_counties()
    points = make_points(counties)
    lon, lat = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    build_ms = timed_ms(lambda: county_raster(counties.sort_index().geometry.to_numpy()))
    few_ms = timed_ms(lambda: geo.assign_county(points.iloc[:7000], counties))
    ways = {
        "geopandas.sjoin(points, counties)": sjoin,
        "geopandas.sjoin(counties, points)": sjoin_turned,
        "assign_county(points, counties)": lambda points, _: geo.assign_county(points, counties)[COUNTY],
        "county_of_points(lon, lat, counties)": lambda _, __: pd.Series(
            geo.county_of_points(lon, lat, counties)
        ),
    }
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            # New frames each turn: nothing that was built or prepared before helps sjoin or hinders it.
            times[name].append(timed_ms(way, points.copy(), read_counties()))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    answers = [lowest(way(points, counties)).rename(COUNTY) for way in ways.values()]
    same = all(answer.equals(answers[0]) for answer in answers)
    peaks = {name: peak_mb(way, points.copy(), read_counties()) for name, way in ways.items()}
    show(medians, peaks, counties, same=same)
    print(f"| building the raster, once per set of counties | {build_ms:,.0f} | | | |")
    print(f"| `assign_county`, 7,000 points, no raster needed | {few_ms:,.0f} | | | |")
    if not same:
        sys.exit("the ways differ")


def show(
    medians: dict[str, float], peaks: dict[str, float], counties: gpd.GeoDataFrame, *, same: bool
) -> None:
    vertices = shapely.get_num_coordinates(counties.geometry.to_numpy()).sum()
    print(
        f"{POINTS:,} points ({BORDER_VERTICES:,} of them on vertices of borders), {len(counties)} counties "
        f"with {vertices:,} vertices, medians of {ROUNDS} turns; "
        f"the same answer for every point: {'yes' if same else 'NO'}.\n"
    )
    plain, turned, *_ = medians.values()
    print("| way | ms | first sjoin ÷ this | second sjoin ÷ this | peak MB |\n|---|---:|---:|---:|---:|")
    for name, median in medians.items():
        ratios = f"{plain / median:.1f} | {turned / median:.1f}"
        print(f"| `{name}` | {median:,.0f} | {ratios} | {peaks[name]:,.0f} |")


if __name__ == "__main__":
    main()
