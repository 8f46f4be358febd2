"""The map alone in a true Chromium: what it draws, what it answers, what it never runs."""

import io
import json
import math
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytest import approx  # noqa: PT013

from geo.geodesy.datums import wgs84_to_gcj02

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HARNESS = Path(__file__).resolve().parent / "map_harness.py"
NANNING = (108.32, 22.82)


@pytest.fixture(scope="module")
def harness(serve):
    root = str(HARNESS.parent.parent.parent)
    return serve(HARNESS, environment={"PYTHONPATH": root}).url


def opened(page, address):
    """Open a view and give the map's frame once it is drawn."""
    page.goto(address)
    page.frame_locator("iframe").locator(".gui-map[data-drawn]").wait_for()
    return next(frame for frame in page.frames if "streamlit_folium" in frame.url)


def runs(harness):
    with urllib.request.urlopen(f"{harness}/runs") as answer:
        return json.load(answer)["count"]


def settled(page, harness):
    """Give the number of runs of the page once it has stopped rising."""
    before = -1
    while before != (now := runs(harness)):
        before = now
        page.wait_for_timeout(700)
    return now


def until(frame, script):
    """Wait for what a script says; Playwright's own way polls with `eval`, which the policy forbids."""
    end = time.monotonic() + 20
    while not frame.evaluate(script):
        assert time.monotonic() < end, script
        frame.page.wait_for_timeout(50)


def redrawn(frame, before):
    until(frame, f"+document.getElementById('map_div').dataset.drawn > {before}")


def drawn(frame):
    return frame.evaluate("+document.getElementById('map_div').dataset.drawn")


def spot(frame, lon, lat):
    """Give where a place is on the page, in pixels."""
    box = frame.frame_element().bounding_box()
    x, y = frame.evaluate(
        "([lon, lat]) => { const p = map.latLngToContainerPoint([lat, lon]); return [p.x, p.y] }", [lon, lat]
    )
    return box["x"] + x, box["y"] + y


def look_at(frame, lon, lat, zoom):
    frame.evaluate("([lon, lat, z]) => void map.setView([lat, lon], z, {animate: false})", [lon, lat, zoom])


def test_the_map_draws_under_the_strict_policy_without_one_outside_request(page, harness):
    frame = opened(page, harness)
    page.wait_for_timeout(500)
    policy = page.request.get(frame.url).headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert page.violations == []
    assert page.outside_requests == []
    assert page.console_errors == []
    assert frame.evaluate("map.network.view.chosen.length") > 6000


def test_every_selected_facility_stands_in_exactly_one_group_at_every_zoom(page, harness):
    frame = opened(page, harness)
    count = frame.evaluate("map.network.view.chosen.length")
    for zoom in (5, 7.25, 10, 13, 16, 19):
        members = frame.evaluate(
            "z => { const { facilities, view } = map.network;"
            "return facilities.canvas._items(view, z).flatMap(group => group.members) }",
            zoom,
        )
        assert len(members) == len(set(members)) == count


def test_moving_and_zooming_never_runs_the_page_again(page, harness):
    frame = opened(page, harness)
    before = settled(page, harness)
    for _ in range(3):
        frame.evaluate("void map.panBy([80, 40], {animate: false})")
        page.wait_for_timeout(300)
    frame.locator(".leaflet-control-zoom-in").click()
    frame.locator(".leaflet-control-zoom-out").click()
    assert settled(page, harness) == before


def test_a_click_on_a_county_runs_the_page_once_and_names_the_county(page, harness):
    frame = opened(page, f"{harness}/?view=none")
    before = settled(page, harness)
    page.mouse.click(*spot(frame, 107.3654, 22.4))
    page.get_by_text('"clicked_county"').first.wait_for()
    assert settled(page, harness) == before + 1
    answer = json.loads(page.get_by_text('"clicked_county"').inner_text())
    assert answer["clicked_county"].startswith("4514")
    assert answer["clicked_region"] == answer["clicked_county"]
    frame.evaluate("void map.panBy([30, 0], {animate: false})")
    assert settled(page, harness) == before + 1
    assert answer["n"] == json.loads(page.get_by_text('"clicked_county"').inner_text())["n"]


def test_a_click_outside_guangxi_answers_nothing(page, harness):
    frame = opened(page, f"{harness}/?view=none")
    before = settled(page, harness)
    page.mouse.click(*spot(frame, 106.0, 21.3))
    assert settled(page, harness) == before


def test_a_new_filter_reaches_the_same_frame_without_mounting_it_again(page, harness):
    frame = opened(page, harness)
    frame.evaluate("window.mounted = 'once'")
    look_at(frame, *NANNING, 11)
    before = drawn(frame)
    page.get_by_role("button", name="fewer").click()
    redrawn(frame, before)
    assert frame.evaluate("window.mounted") == "once"
    assert frame.evaluate("map.network.view.chosen.length") <= 400
    assert frame.evaluate("map.getZoom()") == 11


def test_a_filter_changed_while_the_script_still_loads_is_not_lost(page, harness):
    waiting = []
    page.route("**/map/map.js*", lambda route: waiting.append(route))  # noqa: PLW0108 - it wants to mark the function
    page.goto(harness)
    page.get_by_role("button", name="none").click()
    page.wait_for_timeout(1500)
    waiting[0].continue_()
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.wait_for_selector(".gui-map[data-drawn]")
    until(frame, "map.network.view.chosen.length === 0")


def test_hostile_names_are_shown_literally_and_nothing_runs(page, harness, hostile_texts):
    frame = opened(page, f"{harness}/?view=hostile")
    title = page.title()
    until(frame, "map.network.view.details")
    for i in frame.evaluate("map.network.view.chosen"):
        frame.evaluate(
            "async i => { const { reading, view } = map.network; "
            "await reading.openFacility(i, L.latLng(view.points.lat[i], view.points.lon[i])); "
            "reading.tipFor({members: [i]}, map.getCenter()) }",
            i,
        )
        text = frame.evaluate("i => map.network.view.details.name[i]", i)
        assert text in hostile_texts
        assert frame.locator(".gui-card h3").last.text_content() == text
        assert text in [line.text_content() for line in frame.locator(".gui-popup").last.locator("dd").all()]
        assert text in frame.locator(".gui-tip strong").text_content()
    assert frame.locator(".gui-card img, .gui-card script, .gui-tip img, .gui-tip script").count() == 0
    assert page.title() == title
    assert frame.evaluate("document.title") == "Streamlit Folium Component"
    assert page.violations == []
    assert page.console_errors == []


def test_hostile_names_are_shown_literally_in_lists_and_marker_names(page, harness, hostile_texts):
    frame = opened(page, f"{harness}/?view=hostile")
    until(frame, "map.network.view.details")
    frame.evaluate("map.network.reading.openList(map.network.view.chosen, map.getCenter())")
    frame.locator(".gui-list").wait_for()
    shown = [button.text_content() for button in frame.locator(".gui-list button span").all()]
    assert shown == list(hostile_texts)[: len(shown)]
    frame.locator(".gui-list button").first.click()
    assert frame.locator(".gui-card h3").last.text_content() == hostile_texts[0]
    assert page.console_errors == []


def test_a_simulated_facility_says_so_loudly(page, harness):
    frame = opened(page, f"{harness}/?view=worker_station")
    frame.evaluate(
        "() => { const { reading, view } = map.network, p = view.points;"
        "const i = view.chosen.find(k => p.codes.origin[p.origin[k]] === 'simulated');"
        "reading.openFacility(i, L.latLng(p.lat[i], p.lon[i])) }"
    )
    assert frame.locator(".gui-warning").text_content() == "模拟记录：此处并无真实设施"


def test_a_click_on_a_cluster_zooms_in_and_a_click_on_a_point_opens_it(page, harness):
    frame = opened(page, f"{harness}/?view=county_union&shade=no")
    frame = opened(page, harness)
    zoom = frame.evaluate("map.getZoom()")
    middle = frame.evaluate(
        "() => { const { facilities: { canvas: c }, view } = map.network;"
        "const items = c._items(view, map.getZoom());"
        "const [x, y] = c._place(items.at(-1), map.getZoom()); const p = map.layerPointToLatLng([x, y]);"
        "return [p.lng, p.lat] }"
    )
    page.mouse.click(*spot(frame, *middle))
    until(frame, f"map.getZoom() > {zoom + 0.9}")
    page.wait_for_timeout(600)
    i, lon, lat = frame.evaluate(
        "() => { const { facilities, view } = map.network, p = view.points;"
        "map.setZoom(16, {animate: false});"
        "const items = facilities.canvas._items(view, 16);"
        "const alone = items.find(item => item.members.length === 1).members[0];"
        "return [alone, p.lon[alone], p.lat[alone]] }"
    )
    look_at(frame, lon, lat, 16)
    page.mouse.click(*spot(frame, lon, lat))
    frame.locator(".gui-card").wait_for()
    assert frame.locator(".gui-card h3").last.text_content() == frame.evaluate(
        "i => map.network.view.details.name[i]", i
    )


def test_facilities_in_one_spot_are_offered_as_a_list(page, harness):
    frame = opened(page, harness)
    frame.evaluate(
        "() => { const { facilities, reading, view } = map.network, [a, b] = view.chosen;"
        "for (const k of ['lon', 'lat', 'x', 'y']) view.points[k][b] = view.points[k][a];"
        "facilities.canvas.show(view); reading.openItem({members: [a, b]}) }"
    )
    frame.locator(".gui-list").wait_for()
    assert frame.locator(".gui-list button").count() == 2


def test_few_facilities_are_markers_the_keyboard_reaches_and_opens(page, harness):
    frame = opened(page, f"{harness}/?view=few")
    markers = frame.locator(".gui-marker")
    assert markers.count() > 10
    names = [marker.get_attribute("aria-label") for marker in markers.all()]
    assert all(names)
    frame.evaluate(
        "() => { const one = map.network.facilities.markers.getLayers()[0];"
        "map.setView(one.getLatLng(), 18, {animate: false}) }"
    )
    one = frame.locator(".gui-marker").first
    one.focus()
    page.keyboard.press("Enter")
    frame.locator(".gui-card").wait_for()
    assert frame.evaluate("document.activeElement.className") == "leaflet-popup-close-button"
    page.keyboard.press("Escape")
    frame.locator(".gui-card").wait_for(state="detached")


def test_focus_on_a_prefecture_fits_it_outlines_it_and_dims_the_rest(page, harness):
    frame = opened(page, f"{harness}/?focus=450100")
    inside = frame.evaluate(
        "() => { const { west, south, east, north } = map.network.view.regions.byCode.get('450100').box;"
        "return map.getBounds().contains([[south, west], [north, east]]) }"
    )
    assert inside
    assert frame.evaluate("map.getZoom()") > 7.5
    assert "南宁市" in frame.locator(".gui-place").text_content()
    frame.locator(".gui-place button").click()
    page.get_by_text('"back": true').wait_for()


def test_a_county_says_its_name_and_figure_under_the_pointer(page, harness):
    frame = opened(page, f"{harness}/?view=none")
    x, y = spot(frame, 107.3654, 22.4)
    page.mouse.move(x, y)
    page.mouse.move(x + 2, y)
    tip = frame.locator(".gui-tip")
    tip.wait_for()
    assert "每万人设施数" in tip.text_content()
    assert "处/万人" in tip.text_content()


def test_full_screen_fills_the_window_and_comes_back(page, harness):
    frame = opened(page, harness)
    frame.locator(".gui-full-button").click()
    frame.wait_for_selector(".gui-map.gui-full")
    assert frame.evaluate("map.getSize().x") == approx(1440, abs=2)
    frame.locator(".gui-full-button").click()
    frame.wait_for_selector(".gui-map:not(.gui-full)")


def test_where_full_screen_is_forbidden_the_frame_covers_the_page(page, harness):
    page.add_init_script("Object.defineProperty(Document.prototype, 'fullscreenEnabled', {get: () => false})")
    frame = opened(page, harness)
    frame.locator(".gui-full-button").click()
    frame.wait_for_selector(".gui-map.gui-full")
    until(frame, "map.getSize().x >= 1438 && map.getSize().y >= 898")
    page.keyboard.press("Escape")
    frame.wait_for_selector(".gui-map:not(.gui-full)")


def test_what_fits_is_fitted_again_when_the_frame_grows_until_a_reader_moves_the_map(open_page, harness):
    page = open_page(viewport={"width": 390, "height": 844})
    frame = opened(page, harness)
    before = frame.evaluate("map.getZoom()")
    page.set_viewport_size({"width": 1440, "height": 900})
    until(frame, f"map.getSize().x > 1000 && map.getZoom() > {before} + 0.5")
    box = page.locator("iframe").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200)
    wide = frame.evaluate("map.getZoom()")
    page.mouse.wheel(0, -300)
    until(frame, f"map.getZoom() > {wide} && !map._animatingZoom")
    page.wait_for_timeout(300)
    moved = frame.evaluate("map.getZoom()")
    page.set_viewport_size({"width": 390, "height": 844})
    until(frame, "map.getSize().x < 500")
    page.wait_for_timeout(300)
    assert frame.evaluate("map.getZoom()") == moved


def test_the_dark_page_gets_a_dark_map(open_page, harness):
    frame = opened(open_page(color_scheme="dark"), harness)
    frame.wait_for_selector(".gui-map.gui-dark")


def test_on_a_small_screen_the_legend_waits_folded_behind_a_button(open_page, harness):
    frame = opened(open_page(viewport={"width": 390, "height": 844}), harness)
    assert not frame.locator(".gui-legend-body").is_visible()
    frame.locator(".gui-legend-toggle").click()
    assert frame.locator(".gui-legend-body").is_visible()
    assert frame.locator(".gui-legend-toggle").get_attribute("aria-expanded") == "true"


def test_on_a_small_screen_no_button_covers_what_is_read(open_page, harness):
    frame = opened(open_page(viewport={"width": 390, "height": 844}), harness)
    frame.evaluate("() => map.network.reading.openFacility(map.network.view.chosen[0], map.getCenter())")
    frame.locator(".gui-card").wait_for()
    assert not frame.locator(".gui-legend-toggle").is_visible()
    frame.page.keyboard.press("Escape")
    frame.evaluate("map.network.reading.closePopup()")
    frame.locator(".gui-legend-toggle").wait_for(state="visible")


def test_data_that_cannot_be_loaded_are_said_to_be_missing(page, harness):
    page.route("**/map/points.json*", lambda route: route.fulfill(status=500, body="no"))
    page.goto(harness)
    message = page.frame_locator("iframe").locator(".gui-message[role=alert]")
    message.wait_for()
    assert message.text_content() == "地图数据未能载入，请刷新页面。"


def test_a_request_that_the_network_drops_is_made_again(page, harness):
    dropped = []

    def drop_two(route):
        if len(dropped) < 2:
            dropped.append(route.abort("connectionreset"))
        else:
            route.continue_()

    page.route("**/map/points.json*", drop_two)
    frame = opened(page, harness)
    assert len(dropped) == 2
    assert frame.evaluate("map.network.view.chosen.length") > 6000


def tile_with(z, x, y, lon, lat):
    """Draw a tile that is white, with a red square where Mercator puts the given longitude and latitude."""
    scale = 256 * 2**z
    column = (lon + 180) / 360 * scale - x * 256
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * scale - y * 256
    pixels = np.full((256, 256, 3), 255, dtype=np.uint8)
    rows, columns = np.ogrid[:256, :256]
    pixels[(abs(rows - row) < 6) & (abs(columns - column) < 6)] = (255, 0, 0)
    answer = io.BytesIO()
    Image.fromarray(pixels).save(answer, "PNG")
    return answer.getvalue()


@pytest.fixture
def gcj_tiles():
    """Serve tiles in GCJ-02 that mark one true place; give the port."""
    lon, lat = (float(value[0]) for value in wgs84_to_gcj02(np.array([NANNING[0]]), np.array([NANNING[1]])))

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self):
            z, x, y = (int(part) for part in self.path.removesuffix(".png").split("/")[1:])
            body = tile_with(z, x, y, lon, lat)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("zoom", "shift"), [(15, (0, 0)), (17, (150, -90)), (13, (-200, 120))])
def test_gcj_tiles_show_a_place_where_it_truly_is(page, harness, gcj_tiles, zoom, shift):
    frame = opened(page, f"{harness}/?view=none&shade=no&tiles={gcj_tiles}&basemap=local_gcj")
    look_at(frame, *NANNING, zoom)
    frame.evaluate("shift => void map.panBy(shift, {animate: false})", list(shift))
    frame.evaluate("void map.network.regions.remove()")
    until(frame, "[...document.querySelectorAll('.leaflet-tile')].every(tile => tile.complete)")
    page.wait_for_timeout(600)
    x, y = spot(frame, *NANNING)
    seen = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    red = (seen[..., 0] > 200) & (seen[..., 1] < 80) & (seen[..., 2] < 80)
    rows, columns = np.nonzero(red)
    assert len(rows) > 20
    assert (columns.mean(), rows.mean()) == (approx(x, abs=3), approx(y, abs=3))
    assert frame.locator(".gui-note").text_content().endswith("<b>本机</b>")
