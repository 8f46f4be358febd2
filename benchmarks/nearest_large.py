"""Find the nearest of 200,000 made-up places for ten million made-up points, alone in a process.

Run `python -m benchmarks.nearest_large`; `--peer` for `geopandas.sjoin_nearest` in the same way, which takes
minutes and gigabytes. Prints a Markdown row; the memory is the process's highest, points, libraries and all
(Linux). Checked on a sample: against the k-d tree, and against `Geod` to every place on a smaller one.
"""

import argparse
import resource
import subprocess
import sys
import time

import numpy as np

POINTS, PLACES, SEED = 10_000_000, 200_000, 20_261_123
CHECKED, CHECKED_AGAINST_ALL = 20_000, 20
SPANS = ((104, 112), (21, 26))


def made_up():
    random = np.random.default_rng(SEED)
    points = [random.uniform(*span, POINTS) for span in SPANS]
    return points, [random.uniform(*span, PLACES) for span in SPANS]


def highest_gb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def timed(way):
    start, start_cpu = time.perf_counter(), time.process_time()
    answer = way()
    return time.perf_counter() - start, time.process_time() - start_cpu, answer


def ours(points, places):
    import geo

    # Compiled, or read from disk, before the clock starts.
    geo.nearest_place(points[0][:10], points[1][:10], *places, compile_kernels=True)
    return timed(lambda: geo.nearest_place(*points, *places))


def peer(points, places):
    import geopandas as gpd

    from geo.geodesy.datums import EQUAL_AREA

    cells, stations = (
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(*spot), crs=4326) for spot in (points, places)
    )

    def joined():
        found = cells.to_crs(EQUAL_AREA).sjoin_nearest(stations.to_crs(EQUAL_AREA), distance_col="m")
        found = found[~found.index.duplicated()]
        return found["index_right"].to_numpy(), found["m"].to_numpy()

    return timed(joined)


def check(points, places, position, distance_m):
    """Give the share of wrong places and the largest error in millimetres, on a sample."""
    import geo
    from geo.geodesy.ellipsoid import geod

    rows = np.random.default_rng(SEED).choice(POINTS, CHECKED, replace=False)
    here = points[0][rows], points[1][rows]
    best_m = geo.nearest_place(*here, *places, compile_kernels=False)[1]
    named_m = geod().inv(*here, places[0][position[rows]], places[1][position[rows]])[2]
    few = slice(CHECKED_AGAINST_ALL)
    pairs = [np.repeat(part[few], PLACES) for part in here]
    every_m = geod().inv(*pairs, *(np.tile(part, CHECKED_AGAINST_ALL) for part in places))[2]
    if np.abs(every_m.reshape(-1, PLACES).min(axis=1) - best_m[few]).max() > 1e-6:
        sys.exit("brute force knows a nearer place than the k-d tree found")
    return float((named_m > best_m + 1e-3).mean()), float(np.abs(distance_m[rows] - best_m).max() * 1000)


def run(way, name):
    points, places = made_up()
    taken, processor, (position, distance_m) = way(points, places)
    memory = highest_gb()
    wrong, off_mm = check(points, places, position, distance_m)
    print(
        f"| {name} | {taken:.2f} | {processor:.2f} | {memory:.2f} | {wrong:.2%} | {off_mm:,.4f} |", flush=True
    )
    if way is ours and (wrong or off_mm > 1):
        sys.exit("wrong")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="store_true", help="geopandas.sjoin_nearest too")
    parser.add_argument("--one", choices=["ours", "peer"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        run(
            {"ours": ours, "peer": peer}[asked.one],
            {"ours": "ours, compiled", "peer": "sjoin_nearest"}[asked.one],
        )
        return
    print(f"{POINTS:,} points, {PLACES:,} places\n\n| way | s | processor, s | GB | wrong | off, mm |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for one in ("ours", "peer") if asked.peer else ("ours",):
        subprocess.run([sys.executable, "-m", "benchmarks.nearest_large", "--one", one], check=True)


if __name__ == "__main__":
    main()
