"""Time the first view: from `streamlit run app.py` to a drawn map, first and second visit, and a filter.

Drives the true app in headless Chromium on the loopback address. Run it as
`python -m benchmarks.first_view`; it prints a Markdown table.
"""

import statistics
import time

from playwright.sync_api import sync_playwright

import geo
from benchmarks.sessions import ROOT, free_port, serve

ROUNDS = 5
SETTLE_MS = 2_000
FRAME = "iframe[title='streamlit_folium.st_folium']"


def wait_drawn(page, *, before="0"):
    """Wait until the map has been drawn again since `before`; give how often it has been by now."""
    drawn = page.frame_locator(FRAME).locator(f"[data-drawn]:not([data-drawn='{before}'])")
    drawn.wait_for(timeout=60_000)
    return drawn.get_attribute("data-drawn")


def visit(page, url):
    """Open the page; give the seconds until the map is drawn."""
    started = time.perf_counter()
    page.goto(url)
    wait_drawn(page)
    return time.perf_counter() - started


def filtered(page):
    """Switch to what has a source only; give the seconds until the map is drawn again."""
    page.wait_for_timeout(SETTLE_MS)
    before = wait_drawn(page)
    started = time.perf_counter()
    page.get_by_test_id("stSidebar").get_by_test_id("stCheckbox").locator("label").first.click()
    wait_drawn(page, before=before)
    return time.perf_counter() - started


def loaded():
    """Read the whole network with people and townships, files warm; give the seconds."""
    started = time.perf_counter()
    network = geo.load_network()
    _ = network.display_regions, network.demand, network.townships
    return time.perf_counter() - started


def one_round(browser):
    """Start the app again and visit it; give seconds by what was measured."""
    port = free_port()
    started = time.perf_counter()
    server = serve(ROOT / "app.py", port)
    try:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        first = visit(page, f"http://127.0.0.1:{port}/")
        cold = time.perf_counter() - started
        page.close()
        page = context.new_page()
        second = visit(page, f"http://127.0.0.1:{port}/")
        change = filtered(page)
        context.close()
    finally:
        server.terminate()
        server.wait()
    return {
        "`streamlit run app.py` to a drawn map, first visit": cold,
        "of which the browser's part, first visit": first,
        "second visit (browser cache warm)": second,
        "a filter changed to the map redrawn": change,
        "reading all data, files warm": min(loaded() for _ in range(3)),
    }


def main():
    """Measure every round and print medians and extremes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        rounds = [one_round(browser) for _ in range(ROUNDS)]
        browser.close()
    print("| step | median ms | fastest | slowest |\n|---|---|---|---|")
    for step in rounds[0]:
        times = sorted(1000 * measured[step] for measured in rounds)
        print(f"| {step} | {statistics.median(times):.0f} | {times[0]:.0f} | {times[-1]:.0f} |")


if __name__ == "__main__":
    main()
