"""Check the wheel as whoever installs it meets it: `python .ci/wheel.py FOLDER`, from the tests' environment.

The wheel is built and installed into an environment of its own in FOLDER, which holds none of the tests'
packages and does not see the checkout: what the wheel forgets to bring or to ask for is missing there.
`guigongtu` then exports a GeoJSON and opens the app, and a browser waits until the map is drawn.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS, WAIT_MS = 90, 60_000
# What the map fetches of ours.
FETCHED = {"/map/map.js", "/map/points.json", "/map/regions.json"}
DRAWN = """() => [...document.querySelectorAll('canvas')].some(canvas => canvas.width &&
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0))"""
# Nothing but this machine can be reached.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
FRAME = "iframe[title='streamlit_folium.st_folium']"


def install(folder: Path) -> Path:
    """Build the wheel, install it into a fresh environment, and return the folder of its programs."""
    dist = folder / "dist"
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "--wheel-dir", dist, ROOT], check=True)
    (wheel,) = dist.glob("guigongtu-*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "fresh")], check=True)
    programs = folder / "fresh" / "bin"
    # Bytecode is made of what is imported alone: half the time of the installation.
    subprocess.run([programs / "pip", "install", "-q", "--no-compile", wheel], check=True)
    return programs


def export(programs: Path, away: Path, settings: dict[str, str]) -> int:
    """Export the worker stations of a county, and return how many the file holds."""
    command = [programs / "guigongtu", "export", "--type", "worker_station", "--county", "青秀区"]
    command += ["--format", "geojson", "-o", "stations.geojson"]
    subprocess.run(command, cwd=away, env=settings, check=True)
    return len(json.loads((away / "stations.geojson").read_text(encoding="utf-8"))["features"])


@contextmanager
def opened(programs: Path, away: Path, settings: dict[str, str]) -> Iterator[str]:
    """Open the app, and give its address until it is closed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [programs / "guigongtu", "app", "--server.headless", "true", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=away, env=settings, start_new_session=True) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            # `guigongtu app` starts Streamlit as its child.
            os.killpg(process.pid, 15)


def await_health(address: str) -> None:
    """Wait until the app says that it is well."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:  # noqa: S310
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def see_map(address: str) -> set[str]:
    """Open the overview in a browser, wait until the map is drawn, and return the paths answered."""
    answered: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(locale="zh-CN")
        page.on("response", lambda answer: answer.ok and answered.add(urlsplit(answer.url).path))
        page.goto(address, timeout=WAIT_MS)
        expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=WAIT_MS)
        page.wait_for_selector(FRAME, timeout=WAIT_MS).content_frame().wait_for_function(
            DRAWN, timeout=WAIT_MS
        )
        browser.close()
    return answered


def main() -> int:
    """Check the wheel; print what was seen, or what is missing and return 1."""
    folder = Path(sys.argv[1]).resolve()
    away = folder / "away"
    away.mkdir(parents=True)
    own = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "DATABASE_URL"}}
    settings = own | {"HOME": str(away), "PYTHONUTF8": "1"}
    began = time.monotonic()
    programs = install(folder)
    installed_s = time.monotonic() - began
    stations = export(programs, away, settings)
    with opened(programs, away, settings) as address:
        await_health(address)
        answered = see_map(address)
    missing = FETCHED - answered
    print(f"installed in {installed_s:.0f} s, exported {stations} stations, the map is drawn")
    if missing or not stations:
        print(f"not fetched: {sorted(missing)}", file=sys.stderr)
    return 1 if missing or not stations else 0


if __name__ == "__main__":
    sys.exit(main())
