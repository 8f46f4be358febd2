"""Measure the land of every county within 1,000 m of a station: ours and shapely, turn by turn.

Run `python -m benchmarks.covered_area`. Prints a Markdown table, and fails unless ours is right to 1e-9 of
the sum and 1e-7 of every county beside shapely with 256 segments, and to 1e-9 beside 65,536 segments on a few
discs. All start from the same discs in the equal-area plane and the same counties there.
"""

import gc
import statistics
import sys
import time

import numpy as np
import shapely

import geo
from geo.coverage import land as areas
from geo.proximity.grid import facility_places

RADIUS_M, ROUNDS, FEW = 1000.0, 5, 12
QUARTER_SEGMENTS = 16


def timed_s(way):
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    answer = way()
    return time.perf_counter() - start, time.process_time() - start_cpu, answer


def few_discs_error(loops, discs, outlines):
    """Give the error beside very many segments where discs overlap and borders cut them."""
    order = np.argsort(np.hypot(*(discs[:, :2] - discs[len(discs) // 2, :2]).T))[:FEW]
    near = discs[order]
    exact = areas.areas_by_arcs_m2(loops, near, outlines, 5 * RADIUS_M)
    drawn = areas.areas_by_polygons_m2(near, outlines, 5 * RADIUS_M, segments=1 << 16)
    return abs(exact.sum() / drawn.sum() - 1)


def main():
    network = geo.load_network()
    stations = network.select(types=["worker_station"])
    outlines = areas._outlines_of(tuple(network.counties.geometry))  # noqa: SLF001 - the peers get them too
    _, lon, lat = facility_places(stations)
    discs = areas.plane_discs(lon, lat)
    loops = areas._area_kernels(len(discs))  # noqa: SLF001 - compiled before the clock starts

    def shapely_peer():
        circles = shapely.buffer(shapely.points(discs[:, :2]), RADIUS_M, quad_segs=QUARTER_SEGMENTS)
        return shapely.area(shapely.intersection(outlines.polygons, shapely.union_all(circles)))

    def union_alone():
        circles = shapely.buffer(shapely.points(discs[:, :2]), RADIUS_M, quad_segs=QUARTER_SEGMENTS)
        return shapely.union_all(circles)

    ways = {
        f"shapely union({QUARTER_SEGMENTS}), no counties": union_alone,
        f"shapely union({QUARTER_SEGMENTS}), cut by county": shapely_peer,
        "ours without numba (128 segments)": lambda: areas.areas_by_polygons_m2(
            discs, outlines, RADIUS_M, segments=128
        ),
        "ours, exact arcs, by county": lambda: areas.areas_by_arcs_m2(loops, discs, outlines, RADIUS_M),
    }
    ways["ours, exact arcs, by county"]()
    times, answers = {name: [] for name in ways}, {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            *taken, answers[name] = timed_s(way)
            times[name].append(taken)
    limit_m2 = areas.areas_by_polygons_m2(discs, outlines, RADIUS_M, segments=256)
    print(f"{len(discs):,} discs of {RADIUS_M:,.0f} m, {len(outlines.polygons)} counties, ", end="")
    print(f"{len(outlines.edges):,} edges, median of {ROUNDS} rounds in turn\n")
    print("| way | ms | processor, ms | against union | sum, relative error | worst county |")
    print("|---|---:|---:|---:|---:|---:|")
    medians = {name: statistics.median(taken for taken, _ in pairs) for name, pairs in times.items()}
    peer = medians[next(iter(ways))]
    for name, answer in answers.items():
        processor = statistics.median(taken for _, taken in times[name])
        error = (
            "| "
            if isinstance(answer, shapely.Geometry)
            else f"{answer.sum() / limit_m2.sum() - 1:.1e} | {np.abs(answer / limit_m2 - 1).max():.1e}"
        )
        ratio = peer / medians[name]
        print(f"| {name} | {medians[name] * 1000:,.1f} | {processor * 1000:,.1f} | {ratio:.1f} × | {error} |")
    ours = answers["ours, exact arcs, by county"]
    error = few_discs_error(loops, discs, outlines)
    print(f"\n{FEW} discs of {5 * RADIUS_M:,.0f} m beside 65,536 segments: relative error {error:.1e}")
    if (
        error > 1e-9
        or abs(ours.sum() / limit_m2.sum() - 1) > 1e-9
        or np.abs(ours / limit_m2 - 1).max() > 1e-7
    ):
        sys.exit("the exact areas are not exact")


if __name__ == "__main__":
    main()
