"""Time what a screen waits for: 24 hours, 200 draws, and a threshold slider, all on the real network.

Run `python -m benchmarks.hours`. Prints a Markdown table, and fails if an answer is not what a slower way
gives.
"""

import sys
import time

import numpy as np

import geo

THRESHOLD_M, WEEKDAY, CHECKED_HOUR, ROUNDS = 1000.0, 2, 3, 3


def timed_s(way):
    start, start_cpu = time.perf_counter(), time.process_time()
    answer = way()
    return time.perf_counter() - start, time.process_time() - start_cpu, answer


def main():
    network = geo.load_network()
    demand, regions = network.demand, network.regions
    stations = network.select(types=["worker_station"])
    distance_m = geo.nearest(demand, stations)["distance_m"]
    jobs = {
        "nearest station of every cell": lambda: geo.nearest(demand, stations),
        "threshold slider: every region, all who count, 4 thresholds": lambda: geo.covered_people(
            distance_m, demand, regions=regions, thresholds_m=[500, 800, 1000, 1500]
        ),
        "mean, median, p90 of every region": lambda: geo.distance_summary(
            distance_m, demand, regions=regions
        ),
        "all 24 hours": lambda: geo.coverage_by_hour(
            demand, stations, regions=regions, threshold_m=THRESHOLD_M, weekday=WEEKDAY
        ),
        "200 draws of every place": lambda: geo.draw_shares(
            demand, stations, regions=regions, threshold_m=THRESHOLD_M
        ),
        "best and worst": lambda: geo.share_range(demand, stations, regions=regions, threshold_m=THRESHOLD_M),
        "evidence": lambda: geo.evidence(demand, stations, regions=regions, threshold_m=THRESHOLD_M),
        "worst ten under 12 settings": lambda: geo.worst_counties(distance_m, demand, regions=regions),
        "200 largest gaps": lambda: geo.find_gaps(
            distance_m, demand, threshold_m=THRESHOLD_M, townships=network.townships, largest=200
        ),
        "land within reach, 3 thresholds": lambda: geo.covered_area(
            stations, regions, thresholds_m=[500, 1000, 1500]
        ),
    }
    print(f"{len(demand):,} cells, {len(stations):,} stations, {len(regions)} regions, best of {ROUNDS}\n")
    print("| job | first, s | later, s | processor, s |\n|---|---:|---:|---:|")
    answers = {}
    for name, job in jobs.items():
        first_s, _, answers[name] = timed_s(job)
        later = [timed_s(job)[:2] for _ in range(ROUNDS)]
        later_s, processor_s = (min(taken) for taken in zip(*later, strict=True))
        print(f"| {name} | {first_s:.2f} | {later_s:.3f} | {processor_s:.3f} |", flush=True)
    states = geo.open_at(stations, weekday=WEEKDAY, hour=CHECKED_HOUR)
    alone_m = geo.nearest(demand, stations[states == "open"])["distance_m"]
    slow = geo.covered_people(alone_m, demand, regions=regions, thresholds_m=[THRESHOLD_M])["covered"]
    quick = answers["all 24 hours"]["covered"].xs(CHECKED_HOUR, level="hour")
    bounds, drawn = answers["best and worst"], answers["200 draws of every place"]
    within = (drawn["share_low"] >= bounds["share_worst"]) & (drawn["share_high"] <= bounds["share_best"])
    if not np.allclose(slow.droplevel(2), quick) or not within.all():
        sys.exit("the quick answers are not those of the slow way")


if __name__ == "__main__":
    main()
