"""Time what the server does when the threshold on the coverage page is moved: the whole page, all of Guangxi.

Run `python -m benchmarks.slider`. The page runs as Streamlit runs it, in process; what the browser would be
told is taken apart again by the tester, which is in the figures. Each share is checked against a plain count.
"""

import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from geo.coverage import DISTANCE_M, nearest
from geo.network import load_network

HOME = Path(__file__).resolve().parent.parent / "ui" / "home.py"
THRESHOLDS_M = (650.0, 700.0, 750.0, 850.0, 950.0, 1050.0, 1150.0, 1250.0, 1350.0, 1450.0)


def opened():
    page = AppTest.from_file(HOME, default_timeout=300)
    page.run()
    page.query_params["by"] = "metres"
    page.query_params["m"] = "1000"
    return page.switch_page("screens/coverage.py").run()


def moved(page, metres):
    start, start_cpu = time.perf_counter(), time.process_time()
    page.slider(key="reach_slider").set_value(int(metres)).run()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - start_cpu)


def main():
    network = load_network()
    stations = network.select(types=["worker_station"], statuses=["operating"])
    along_m, people = nearest(network.demand, stations)[DISTANCE_M], network.demand["urban_people"]
    start = time.perf_counter()
    page = opened()
    first = 1000 * (time.perf_counter() - start)
    moved(page, 600.0)
    times = []
    for metres in THRESHOLDS_M:
        times.append(moved(page, metres))
        expected = f"{people[along_m <= metres].sum() / people.sum():.1%}"
        assert page.metric[0].value == expected, (metres, page.metric[0].value, expected)
    again = [moved(page, metres) for metres in THRESHOLDS_M]
    print("| the page, all of Guangxi | median, ms | slowest, ms | processor, median ms |")
    print("|---|---:|---:|---:|")
    print(f"| opened for the first time | {first:,.0f} | | |")
    for name, figures in (("a threshold not seen before", times), ("one seen before", again)):
        wall, cpu = zip(*figures, strict=True)
        median, least = statistics.median(wall), statistics.median(cpu)
        print(f"| {name} | {median:.0f} | {max(wall):.0f} | {least:.0f} |")


if __name__ == "__main__":
    main()
