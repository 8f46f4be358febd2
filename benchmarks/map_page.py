"""Time the map beside what folium offers, on the same points: in the browser and on the server.

Run: python -m benchmarks.map_page  (needs Chromium and the development requirements)
"""

import json
import logging
import re
import shutil
import statistics
import threading
import time

import folium
import folium.plugins
import numpy as np
import uvicorn
from playwright.sync_api import sync_playwright
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import geo
from geo.drawing import map_state
from web.map.points import map_routes, pack_map
from web.map.preloads import preload_links
from web.map.script import CLUSTERS, LEAFLET, script_url, vendor_file, vendor_routes

ROUNDS = 5
HEIGHT = 640
LOCAL_FILES = {
    "leaflet.js": (LEAFLET, "leaflet.js"),
    "leaflet.css": (LEAFLET, "leaflet.css"),
    "leaflet.markercluster.js": (CLUSTERS, "leaflet.markercluster.js"),
    "MarkerCluster.css": (CLUSTERS, "MarkerCluster.css"),
    "MarkerCluster.Default.css": (CLUSTERS, "MarkerCluster.Default.css"),
}
FOREIGN = re.compile(r"https?://[^\"' ]+/([^/\"' ]+\.(?:js|css))")
MARK = "<script>requestAnimationFrame(() => setTimeout(() => performance.mark('drawn')))</script>"
OURS = """<!doctype html><meta charset="utf-8"><div id="map_div" style="height:{height}px"></div>{markup}
<script>window.Streamlit = {{events: new EventTarget(), setComponentValue() {{}}}}</script>
<script src="{script}"></script><script>
new PerformanceObserver((list) => {{
  if (list.getEntriesByName("gui-map-drawn").length)
    requestAnimationFrame(() => setTimeout(() => performance.mark("drawn")));
}}).observe({{type: "mark"}});
window.map = L.networkMap("map_div");
</script>"""
PAN = """async () => {
  const view = L.networkMap ? map : Object.values(window).find(value => value instanceof L.Map);
  const times = [];
  view.setZoom(9, {animate: false});
  await new Promise(done => setTimeout(done, 800));
  for (let i = 0; i < 24; i++) {
    const start = performance.now();
    view.panBy([i % 8 < 4 ? 60 : -60, i % 4 < 2 ? 30 : -30], {animate: false});
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - start);
  }
  return times;
}"""


class World:
    """What is drawn: the real network, everything of it that has a place."""

    def __init__(self):
        network = geo.load_network()
        self.types = network.facility_types
        self.rows = map_state.map_points(network.facilities, self.types)
        self.public = pack_map(network.facilities, self.rows, network.display_regions)
        drawn = network.facilities[self.rows.drawn]
        self.places = np.column_stack([drawn.geometry.y, drawn.geometry.x]).tolist()
        self.names = drawn["name"].tolist()
        words = dict.fromkeys(map_state.WORD_KEYS, "…") | {table: {} for table in map_state.WORD_TABLES}
        self.words = words
        people = network.counties["residents"]
        counts = network.facilities.groupby("county").size()
        self.shading = map_state.choropleth(counts / people * 1e4, title="t", unit="u", no_data="n")

    def state(self):
        return map_state.map_state(
            self.rows.drawn,
            urls=self.public.urls,
            words=self.words,
            legend=map_state.type_legend(
                self.rows, self.rows.drawn, self.types, labels=dict.fromkeys(self.types.index, "…")
            ),
            shading=self.shading,
        )


def ours(world):
    return map_state.network_map(world.state(), script_url=script_url())


def empty(_world):
    return folium.Map(location=[23.7, 108.4], zoom_start=7, tiles=None)


def circles(world):
    drawing = folium.Map(location=[23.7, 108.4], zoom_start=7, tiles=None, prefer_canvas=True)
    for place in world.places:
        folium.CircleMarker(place, radius=4).add_to(drawing)
    return drawing


def markers(world):
    drawing = empty(world)
    cluster = folium.plugins.MarkerCluster().add_to(drawing)
    for place, name in zip(world.places, world.names, strict=True):
        folium.Marker(place, tooltip=name).add_to(cluster)
    return drawing


def fast_markers(world):
    drawing = empty(world)
    folium.plugins.FastMarkerCluster(world.places).add_to(drawing)
    return drawing


WAYS = {
    "this map": ours,
    "empty folium map": empty,
    "folium.CircleMarker, canvas": circles,
    "folium.Marker + MarkerCluster": markers,
    "FastMarkerCluster": fast_markers,
}


def page_of(name, world):
    """Write a page that draws one way with nothing from outside; foreign helpers answer empty at once."""
    drawing = WAYS[name](world)
    if name == "this map":
        markup = drawing.get_root().html.render()
        return OURS.format(height=HEIGHT, markup=markup, script=script_url())
    page = drawing.get_root().render()
    return FOREIGN.sub(r"/vendor/\1", page).replace("</html>", f"{MARK}</html>")


def serve(pages, world):
    """Serve the pages and the map's files on loopback; give the server and its address."""

    def page(request):
        text = pages[request.path_params["place"]]
        ours = "networkMap" in text
        return HTMLResponse(text, headers={"Link": preload_links(world.public)} if ours else {})

    def vendor(request):
        name = request.path_params["name"]
        text = vendor_file(*LOCAL_FILES[name]) if name in LOCAL_FILES else ""
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return Response(text, media_type=kind, headers={"Cache-Control": "max-age=3600"})

    own = [*map_routes(lambda: world.public), *vendor_routes()]
    routes = [Route("/page/{place:int}/index.html", page), Route("/vendor/{name}", vendor), *own]
    settings = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error")
    server = uvicorn.Server(settings)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def drawn_ms(browser, address, *, second_visit):
    """Give the time from asking to the drawn map, the work for it, and a pan: the median and the slowest."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    session = context.new_cdp_session(page)
    # Time the page's own thread truly worked: other programs on the machine do not lengthen it.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    for _ in range(2 if second_visit else 1):
        before = worked_ms(session)
        page.goto(address)
        page.wait_for_function("performance.getEntriesByName('drawn').length", timeout=120_000)
        worked = worked_ms(session) - before
    taken = page.evaluate("performance.getEntriesByName('drawn')[0].startTime")
    pans = page.evaluate(PAN)
    context.close()
    return taken, worked, statistics.median(pans), max(pans)


def worked_ms(session):
    """Give the processor time of the page's main thread so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration") * 1000


def browser_times(world):
    """Give, way by way, visits, work and pans, each the median of rounds taken in turn."""
    names = list(WAYS)
    server, address = serve([page_of(name, world) for name in names], world)
    taken = {name: ([], [], [], [], []) for name in names}
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            for place, name in enumerate(names):
                url = f"{address}/page/{place}/index.html"
                first, worked, pan, worst = drawn_ms(browser, url, second_visit=False)
                second, *_ = drawn_ms(browser, url, second_visit=True)
                for column, value in zip(taken[name], (first, second, worked, pan, worst), strict=True):
                    column.append(value)
        browser.close()
    server.should_exit = True
    return {name: [statistics.median(column) for column in columns] for name, columns in taken.items()}


def server_times(world):
    """Give the server's time for one rerun of each way, st_folium's rendering included, in ms."""
    logging.disable(logging.CRITICAL)
    from streamlit_folium import st_folium

    times = {}
    for name, build in WAYS.items():
        rounds = []
        for _ in range(2 if "Marker" in name and "Fast" not in name else 25):
            start = time.perf_counter()
            st_folium(build(world), key="map", returned_objects=[], use_container_width=True)
            rounds.append((time.perf_counter() - start) * 1000)
        times[name] = statistics.median(rounds)
    return times


def main():
    world = World()
    server = server_times(world)
    browser = browser_times(world)
    print(f"{len(world.places):,} points; medians of {ROUNDS} rounds in headless Chromium.\n")
    print("| way | server, one rerun | drawn, first visit | drawn, second visit | work | pan | slowest pan |")
    print("|---|---|---|---|---|---|---|")
    for name in WAYS:
        cells = (f"{server[name]:,.1f} ms", *(f"{value:,.0f} ms" for value in browser[name]))
        print(f"| {name} | {' | '.join(cells)} |")
    mine = server["this map"]
    print(
        f"\nServer: {server['folium.Marker + MarkerCluster'] / mine:,.0f} × faster than folium.Marker + ",
        end="",
    )
    print(f"MarkerCluster, {server['FastMarkerCluster'] / mine:,.0f} × than FastMarkerCluster.")
    later = browser["this map"][0] - browser["empty folium map"][0]
    work = browser["this map"][2] - browser["empty folium map"][2]
    print(
        f"Browser, beside an empty folium map: {later:+,.0f} ms on the first visit, {work:+,.0f} ms of work."
    )
    sizes = {
        name: len(getattr(world.public, name).gzipped) // 1024 for name in ("points", "details", "regions")
    }
    print(f"Sent once, gzipped, KB: {json.dumps(sizes)}.")


if __name__ == "__main__":
    main()
