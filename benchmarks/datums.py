"""Convert a million pairs back to WGS-84: ours beside coord-convert and geocoordinates-rs, turn by turn.

Run `python -m benchmarks.datums`; the peers are in `benchmarks/requirements.txt`. The truth is where the
pairs came from: points of Guangxi shifted forward by each program, so that only its way back is judged.
"""

import gc
import statistics
import sys
import time

import geocoordinates_ffi as rust
import numpy as np
from coord_convert import transform as python

import geo

PAIRS, ROUNDS, SEED = 1_000_000, 3, 20_261_126
BOX = ((104.4, 112.1), (20.8, 26.4))
METRES_A_DEGREE = 111_320
PROMISED = 20


def rust_pairs(way, kind, lon, lat):
    moved = [way(kind(lon=x, lat=y)) for x, y in zip(lon, lat, strict=True)]
    return [place.lon for place in moved], [place.lat for place in moved]


def python_pairs(way, lon, lat):
    return tuple(zip(*(way(x, y) for x, y in zip(lon, lat, strict=True)), strict=True))


def rust_to_bd09(lon, lat):
    moved = [
        rust.gcj02_to_bd09(rust.wgs84_to_gcj02(rust.Wgs84(lon=x, lat=y)))
        for x, y in zip(lon, lat, strict=True)
    ]
    return [place.lon for place in moved], [place.lat for place in moved]


def ways():
    """Give for each datum the ways forward and back by program; ours takes arrays, the peers lists."""
    return {
        "GCJ-02": {
            "ours": (geo.wgs84_to_gcj02, geo.gcj02_to_wgs84),
            "coord-convert": (
                lambda lon, lat: python_pairs(python.wgs2gcj, lon, lat),
                lambda lon, lat: python_pairs(python.gcj2wgs, lon, lat),
            ),
            "geocoordinates-rs": (
                lambda lon, lat: rust_pairs(rust.wgs84_to_gcj02, rust.Wgs84, lon, lat),
                lambda lon, lat: rust_pairs(rust.gcj02_to_wgs84_refined, rust.Gcj02, lon, lat),
            ),
        },
        "BD-09": {
            "ours": (geo.wgs84_to_bd09, geo.bd09_to_wgs84),
            "coord-convert": (
                lambda lon, lat: python_pairs(python.wgs2bd, lon, lat),
                lambda lon, lat: python_pairs(python.bd2wgs, lon, lat),
            ),
            "geocoordinates-rs": (
                rust_to_bd09,
                lambda lon, lat: rust_pairs(rust.bd09_to_wgs84_refined, rust.Bd09, lon, lat),
            ),
        },
    }


def timed_s(way, *pairs):
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    moved = way(*pairs)
    return time.perf_counter() - start, time.process_time() - start_cpu, moved


def main():
    random = np.random.default_rng(SEED)
    lon, lat = (random.uniform(*span, PAIRS) for span in BOX)
    print("| datum | program | s | processor, s | ours is × as fast | off by at most, m |")
    print("|---|---|---:|---:|---:|---:|")
    faults = []
    for datum, programs in ways().items():
        times, errors_m, shifted = {name: [] for name in programs}, {}, {}
        for name, (forward, _) in programs.items():
            pairs = forward(lon, lat) if name == "ours" else forward(lon.tolist(), lat.tolist())
            shifted[name] = pairs if name == "ours" else tuple(map(list, pairs))
        for _ in range(ROUNDS):
            for name, (_, back) in programs.items():
                *taken, moved = timed_s(back, *shifted[name])
                times[name].append(taken)
                apart = np.hypot(np.subtract(moved[0], lon), np.subtract(moved[1], lat))
                errors_m[name] = float(apart.max()) * METRES_A_DEGREE
        medians = {
            name: [statistics.median(each) for each in zip(*taken, strict=True)]
            for name, taken in times.items()
        }
        for name, (clock_s, processor_s) in medians.items():
            ratio = processor_s / medians["ours"][1]
            off = f"{errors_m[name]:.1e}"
            print(f"| {datum} | {name} | {clock_s:.2f} | {processor_s:.2f} | {ratio:.1f} | {off} |")
            if name != "ours" and (ratio < PROMISED or errors_m[name] <= errors_m["ours"]):
                faults.append(f"{datum} beside {name}")
    if faults:
        sys.exit(f"not {PROMISED} times as fast, or not more exact: {', '.join(faults)}")


if __name__ == "__main__":
    main()
