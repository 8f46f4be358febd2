"""Time what the server does when the threshold on the coverage page is moved: the whole page, all of Guangxi.

Run `python -m benchmarks.slider`. The page runs as Streamlit runs it, in process: the server's part is the
run of the page alone; with the tester, who takes apart again what the browser would be told, it is longer.
Each share is checked against a plain count.
"""

import os
import statistics
import time
from pathlib import Path

from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

import geo
from geo.coverage.shares import DISTANCE_M

HOME = Path(__file__).resolve().parent.parent / "ui" / "home.py"
THRESHOLDS_M = (650.0, 700.0, 750.0, 850.0, 950.0, 1050.0, 1150.0, 1250.0, 1350.0, 1450.0)


SERVER_MS = []
run_page = script_runner.exec_func_with_error_handling


def timed_page(*asked, **options):
    """Run a page as Streamlit does, and note how long that took."""
    start, start_cpu = time.perf_counter(), time.thread_time()
    try:
        return run_page(*asked, **options)
    finally:
        SERVER_MS.append((1000 * (time.perf_counter() - start), 1000 * (time.thread_time() - start_cpu)))


def opened():
    page = AppTest.from_file(HOME, default_timeout=300)
    page.run()
    page.query_params["by"] = "metres"
    page.query_params["m"] = "1000"
    return page.switch_page("screens/coverage/page.py").run()


def moved(page, metres):
    start, start_cpu = time.perf_counter(), time.process_time()
    page.slider(key="reach_slider").set_value(int(metres)).run()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - start_cpu)


def main():
    script_runner.exec_func_with_error_handling = timed_page
    network = geo.load_network()
    stations = network.select(types=["worker_station"], statuses=["operating"])
    along_m, people = geo.nearest(network.demand, stations)[DISTANCE_M], network.demand["urban_people"]
    start = time.perf_counter()
    page = opened()
    first = 1000 * (time.perf_counter() - start)
    moved(page, 600.0)
    times = []
    SERVER_MS.clear()
    for metres in THRESHOLDS_M:
        times.append(moved(page, metres))
        expected = f"{people[along_m <= metres].sum() / people.sum():.1%}"
        assert page.metric[0].value == expected, (metres, page.metric[0].value, expected)
    server = SERVER_MS.copy()
    SERVER_MS.clear()
    again = [moved(page, metres) for metres in THRESHOLDS_M]
    print("| the page, all of Guangxi | median, ms | slowest, ms | processor, median ms |")
    print("|---|---:|---:|---:|")
    print(f"| opened for the first time | {first:,.0f} | | |")
    kinds = {
        "the server alone, a threshold not seen before": server,
        "the server alone, one seen before": SERVER_MS,
        "with the tester, a threshold not seen before": times,
        "with the tester, one seen before": again,
    }
    for name, figures in kinds.items():
        wall, cpu = zip(*figures, strict=True)
        median, least = statistics.median(wall), statistics.median(cpu)
        print(f"| {name} | {median:.0f} | {max(wall):.0f} | {least:.0f} |")
    print("Load:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
