"""Find the nearest station of every cell: ours and the peers in turn, each answer checked against `Geod`.

Run `python -m benchmarks.nearest`. Prints a Markdown table, and fails if ours names a wrong place or is off
by more than a millimetre. `sjoin_nearest` needs metres: it starts from the frames as they are, like ours, and
projects them; what it takes with projected shapes and no other column stands beside it. The fastest round
counts, since other work on the machine only ever adds; the processor's time is of all threads together.
"""

import gc
import sys
import time

import numpy as np
import pandas as pd
from pyproj import Geod

import geo
from geo.geodesy.datums import EQUAL_AREA
from geo.proximity.grid import demand_places, facility_places

STATIONS, ROUNDS, OUR_TURNS, SEED = 6_500, 4, 5, 20_261_123
EARTH_M = 6_371_008.8


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
    network = geo.load_network()
    cells = network.demand
    stations = network.facilities[network.facilities.geometry.notna()].sort_index().iloc[:STATIONS]
    lon, lat = demand_places(cells)
    _, place_lon, place_lat = facility_places(stations)
    ways = peers(cells, stations, (lon, lat), (place_lon, place_lat)) | {
        "ours, k-d tree": lambda: arrays(compiled=False),
        "ours, compiled": lambda: arrays(compiled=True),
        "ours, frame in, frame out": lambda: frames(),  # noqa: PLW0108 - it is defined below
    }

    def arrays(*, compiled):
        return geo.nearest_place(lon, lat, place_lon, place_lat, compile_kernels=compiled)

    def frames():
        return geo.nearest(cells, stations)

    def numbered(found):
        """Turn a frame's ids into positions, as the other ways give them; no part of what is timed."""
        if not isinstance(found, pd.DataFrame):
            return found
        return stations.index.get_indexer(found["facility_id"]), found["distance_m"].to_numpy()

    arrays(compiled=True), arrays(compiled=False)
    times, answers = {name: [] for name in ways}, {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            for _ in range(OUR_TURNS if name.startswith("ours") else 1):
                *taken, answers[name] = timed_s(way)
                times[name].append(taken)
    answers = {name: numbered(found) for name, found in answers.items()}
    exact_m = checked_m(answers, lon, lat, place_lon, place_lat)
    print(f"{len(lon):,} cells, {len(place_lon):,} places, the fastest of {ROUNDS} rounds in turn\n")
    columns = ["way", "ms", "processor, ms", *(f"× {name}" for name in list(ways)[:3]), "wrong", "off, mm"]
    print(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
    fastest, processor = (
        {name: min(t[part] for t in taken) for name, taken in times.items()} for part in (0, 1)
    )
    faults = []
    for name, (position, distance_m) in answers.items():
        wrong = wrong_share(position, lon, lat, place_lon, place_lat, exact_m)
        off_mm = np.abs(distance_m - exact_m).max() * 1000
        ratios = " | ".join(f"{fastest[peer] / fastest[name]:.1f}" for peer in list(ways)[:3])
        print(
            f"| {name} | {fastest[name] * 1000:,.1f} | {processor[name] * 1000:,.1f} | {ratios} | "
            f"{wrong:.2%} | {off_mm:,.4f} |"
        )
        faults += [name] if name.startswith("ours") and (wrong or off_mm > 1) else []
    if faults:
        sys.exit(f"wrong: {', '.join(faults)}")


def peers(cells, stations, points, places):
    """Give the peers: the frames as they are, projected as `sjoin_nearest` needs them, and less than that."""
    shapes, place_shapes = (frame[["geometry"]] for frame in (cells, stations))
    plane_cells, plane_places = shapes.to_crs(EQUAL_AREA), place_shapes.to_crs(EQUAL_AREA)
    number = pd.Series(np.arange(len(stations)), stations.index)

    def joined(left, right):
        found = left.reset_index(drop=True).sjoin_nearest(right, distance_col="m")
        found = found[~found.index.duplicated()]
        return number[found["facility_id"]].to_numpy(), found["m"].to_numpy()

    return {
        "sjoin_nearest": lambda: joined(cells.to_crs(EQUAL_AREA), stations.to_crs(EQUAL_AREA)),
        "sjoin_nearest, shapes alone, projected before": lambda: joined(plane_cells, plane_places),
        "BallTree": lambda: balltree(*points, *places),
    }


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


if __name__ == "__main__":
    main_table()
