"""Time the first use of each page that wants compiled loops: what a new machine waits for.

Run `python -m benchmarks.first_use`. Each in a fresh process, in three states: compiled on demand into an
empty folder; awaited, as while they are made ready beside the app, so that the plain forms answer; and ready.
Land and equity wait for their loops, so awaited has no time for them. Making all of them ready is timed too.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATES = ("compiled on demand", "awaited", "ready")
STEPS = ("coverage opened", "distance and land", "equity", "first plan, Guangxi")


def timed(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def pages():
    """Use the pages in this process; print the seconds of each step."""
    from streamlit.testing.v1 import AppTest

    from geo.kernels.loader import await_loops

    if sys.argv[2] == "awaited":
        await_loops()
    page = AppTest.from_file(ROOT / "ui" / "home.py", default_timeout=300)
    page.run()
    seconds = [timed(lambda: page.switch_page("screens/coverage/page.py").run())]
    seconds += [
        timed(lambda name=section: page.button_group(key="reach_section").set_value(name).run())
        for section in (("distance", "equity") if sys.argv[2] != "awaited" else ())
    ]
    assert not page.exception
    print(*seconds)


def first_plan():
    """Search the first plan of the default question in this process; print the seconds."""
    from geo.kernels.loader import await_loops
    from geo.planning.optimise import choose_greedily
    from ui.screens.siting import cache
    from ui.screens.siting.question import SitingQuestion
    from web.shared_data import shared_store

    if sys.argv[2] == "awaited":
        await_loops()
    shared_store()

    def search():
        ready = cache.prepared(SitingQuestion())
        choose_greedily(ready.baseline, ready.options, ready.problem.constraints)

    print(timed(search))


def asked(what, state, folder):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.first_use", what, state],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(word) for word in run.stdout.split()]


def main():
    with tempfile.TemporaryDirectory() as kept:
        command = [sys.executable, "-m", "geo", "prepare"]
        environment = os.environ | {"NUMBA_CACHE_DIR": kept}
        made = [
            timed(lambda: subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True))
            for _ in range(2)
        ]
        rows = {}
        for state in STATES:
            with tempfile.TemporaryDirectory() as empty:
                found = asked("pages", state, kept if state == "ready" else empty)
            found += [None] * (3 - len(found))
            with tempfile.TemporaryDirectory() as empty:
                found += asked("plan", state, kept if state == "ready" else empty)
            rows[state] = found
    print(f"| first use, s | {' | '.join(STATES)} |\n|---|{'---:|' * len(STATES)}")
    for number, step in enumerate(STEPS):
        told = ("–" if rows[state][number] is None else f"{rows[state][number]:.1f}" for state in STATES)
        print(f"| {step} | {' | '.join(told)} |")
    print(f"\nAll loops made ready: {made[0]:.1f} s at first, {made[1]:.1f} s when they are there.")
    print("Load:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    {"pages": pages, "plan": first_plan}.get((*sys.argv, "")[1], main)()
