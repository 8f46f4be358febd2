"""Find the nearest station of every cell: ours and the peers in turn, each answer checked against `Geod`.

Run `python -m benchmarks.nearest`, `--large` for ten million points and two hundred thousand places too.
Prints Markdown tables, and fails if ours names a wrong place or is off by more than a millimetre. The time of
the processor is given beside the clock's: on a busy machine only the former says much.
"""

import argparse
import gc
import statistics
import subprocess
import sys
import time

import geopandas as gpd
import numpy as np
from pyproj import Geod

from geo import nearest as search
from geo.crs import EQUAL_AREA
from geo.network import load_network
from geo.places import demand_places, facility_places

STATIONS, ROUNDS, SEED = 6_500, 3, 20_261_123
LARGE_POINTS, LARGE_PLACES = 10_000_000, 200_000
EARTH_M = 6_371_008.8
CHECKED = 20_000


def balltree(lon, lat, place_lon, place_lat):
    from sklearn.neighbors import BallTree

    tree = BallTree(np.radians(np.column_stack([place_lat, place_lon])), metric="haversine")
    angle, position = tree.query(np.radians(np.column_stack([lat, lon])))
    return position[:, 0], angle[:, 0] * EARTH_M


def wrong_share(position, lon, lat, place_lon, place_lat, truth_m):
    """Tell the share of points whose named place is farther than the nearest by more than a millimetre."""
    named_m = Geod(ellps="WGS84").inv(lon, lat, place_lon[position], place_lat[position])[2]
    return float((named_m > truth_m + 1e-3).mean())


def timed_s(way):
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    answer = way()
    return time.perf_counter() - start, time.process_time() - start_cpu, answer


def main_table():
    network = load_network()
    cells = network.demand
    stations = network.facilities[network.facilities.geometry.notna()].sort_index().iloc[:STATIONS]
    lon, lat = demand_places(cells)
    _, place_lon, place_lat = facility_places(stations)
    plane_cells = cells[["geometry"]].to_crs(EQUAL_AREA).reset_index(drop=True)
    plane_stations = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(place_lon, place_lat), crs=cells.crs
    ).to_crs(EQUAL_AREA)

    def sjoin_nearest():
        joined = plane_cells.sjoin_nearest(plane_stations, distance_col="m")
        joined = joined[~joined.index.duplicated()]
        return joined["index_right"].to_numpy(), joined["m"].to_numpy()

    def arrays(*, compiled):
        return search.nearest_place(lon, lat, place_lon, place_lat, compile_kernels=compiled)

    def frames():
        found = search.nearest(cells, stations)
        return stations.index.get_indexer(found["facility_id"]), found["distance_m"].to_numpy()

    ways = {
        "geopandas.sjoin_nearest": sjoin_nearest,
        "sklearn BallTree, haversine": lambda: balltree(lon, lat, place_lon, place_lat),
        "ours, k-d tree": lambda: arrays(compiled=False),
        "ours, compiled": lambda: arrays(compiled=True),
        "ours, frame in, frame out": frames,
    }
    arrays(compiled=True)
    times, answers = {name: [] for name in ways}, {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            *taken, answers[name] = timed_s(way)
            times[name].append(taken)
    exact_m = checked_m(answers, lon, lat, place_lon, place_lat)
    print(f"{len(lon):,} cells, {len(place_lon):,} places, median of {ROUNDS} rounds in turn\n")
    columns = ["way", "ms", "processor, ms", "against sjoin_nearest", "against BallTree", "wrong", "off, mm"]
    print(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
    medians = {name: statistics.median(taken for taken, _ in pairs) for name, pairs in times.items()}
    processor = {name: statistics.median(taken for _, taken in pairs) for name, pairs in times.items()}
    faults = []
    for name, (position, distance_m) in answers.items():
        wrong = wrong_share(position, lon, lat, place_lon, place_lat, exact_m)
        off_mm = np.abs(distance_m - exact_m).max() * 1000
        ratios = [medians[peer] / medians[name] for peer in list(ways)[:2]]
        print(
            f"| {name} | {medians[name] * 1000:,.1f} | {processor[name] * 1000:,.1f} | "
            f"{ratios[0]:.1f} × | {ratios[1]:.1f} × | {wrong:.2%} | {off_mm:,.4f} |"
        )
        faults += [name] if name.startswith("ours") and (wrong or off_mm > 1) else []
    if faults:
        sys.exit(f"wrong: {', '.join(faults)}")


def checked_m(answers, lon, lat, place_lon, place_lat):
    """Measure with `Geod` to every place that any way names, and to all places on a sample."""
    geod = Geod(ellps="WGS84")
    named = {name: geod.inv(lon, lat, place_lon[p], place_lat[p])[2] for name, (p, _) in answers.items()}
    exact_m = np.minimum.reduce(list(named.values()))
    rows = np.random.default_rng(SEED).choice(len(lon), 200, replace=False)
    pairs = np.repeat(lon[rows], len(place_lon)), np.repeat(lat[rows], len(place_lon))
    brute_m = (
        geod.inv(*pairs, np.tile(place_lon, 200), np.tile(place_lat, 200))[2].reshape(200, -1).min(axis=1)
    )
    if np.abs(brute_m - exact_m[rows]).max() > 1e-6:
        sys.exit("brute force knows a nearer place than any way found")
    return exact_m


def large_points():
    random = np.random.default_rng(SEED)
    points = [random.uniform(*span, LARGE_POINTS) for span in ((104, 112), (21, 26))]
    places = [random.uniform(*span, LARGE_PLACES) for span in ((104, 112), (21, 26))]
    return points, places


def large_run():
    """Run the large case alone in this process, so that its memory is its own."""
    import resource

    points, places = large_points()
    search.nearest_place(points[0][:10], points[1][:10], *places, compile_kernels=True)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken, _, (position, distance_m) = timed_s(lambda: search.nearest_place(*points, *places))
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = np.random.default_rng(SEED).choice(LARGE_POINTS, CHECKED, replace=False)
    by_tree = search.nearest_place(points[0][rows], points[1][rows], *places, compile_kernels=False)
    wrong = float((by_tree[0] != position[rows]).mean())
    off_mm = np.abs(by_tree[1] - distance_m[rows]).max() * 1000
    print(f"| {taken:.2f} | {before_kb / 1e6:.2f} | {peak_kb / 1e6:.2f} | {wrong:.2%} | {off_mm:.4f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="ten million made-up points as well")
    parser.add_argument("--large-only", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.large_only:
        large_run()
        return
    main_table()
    if asked.large:
        print(
            f"\n{LARGE_POINTS:,} made-up points, {LARGE_PLACES:,} places, compiled, checked on {CHECKED:,}\n"
        )
        print("| s | GB with the input, before | GB at most | wrong | off by at most, mm |", flush=True)
        print("|---:|---:|---:|---:|---:|", flush=True)
        subprocess.run([sys.executable, "-m", "benchmarks.nearest", "--large-only"], check=True)


if __name__ == "__main__":
    main()
