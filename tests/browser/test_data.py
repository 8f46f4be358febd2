"""The whole job of a clerk in a true browser: drop, confirm, fix, apply, see it on the map, undo."""

import io
import re
import sqlite3
from contextlib import closing

import openpyxl
import pytest
from playwright.sync_api import expect

FRAME = "iframe[title='streamlit_folium.st_folium']"
WAIT = 60_000
LOOKING_FOR_ITS_BASE = "Failed to load resource: the server responded with a status of 404 (Not Found)"
HOSTILE = "{{7*191}}<img src=x onerror=document.title='runs'>[x](javascript:alert(1)) $x^2$ :smile: www.a.org"
ROWS = (
    ["江南区工会驿站名单（2026年11月）"],
    ["序号", "站点名称", "类型", "县区", "经度(°)", "纬度(°)", "坐标系", "联系电话"],
    [1, "亭洪路工会驿站", "工会驿站", "江南区", "108.3080", "22.7890", "WGS-84", "13812345678"],
    [2, "", "工会驿站", "江南区", "108.3100", "22.7800", "WGS-84", ""],
    [3, f"{HOSTILE}驿站", "工会驿站", "江南区", "108.2900", "22.7700", "WGS-84", ""],
    [4, "海上工会驿站", "工会驿站", "江南区", "109.0000", "21.0000", "WGS-84", ""],
    ["合计", 4, "", "", "", "", "", ""],
)


@pytest.fixture(scope="module")
def registry_file(tmp_path_factory):
    """Give the place of the registry the app keeps its lists in."""
    return tmp_path_factory.mktemp("registry") / "r.sqlite3"


@pytest.fixture(scope="module")
def own_app(serve, registry_file, project_root):
    """Serve the app with an empty registry of its own."""
    served = serve(project_root / "app.py", environment={"DATABASE_URL": f"sqlite:///{registry_file}"})
    return served.url


def messy_workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("A1:H1")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def drop(page, name, content):
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def figure(page, label):
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def press(page, name):
    page.get_by_role("button", name=name).click()


def quiet(page):
    assert page.outside_requests == []
    assert page.violations == []
    assert [text for text in page.console_errors if text != LOOKING_FOR_ITS_BASE] == []


def opened(page, own_app):
    page.goto(f"{own_app}/data")
    expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible(timeout=WAIT)


def write_in_cell(page, column, row, text):
    """Write into a cell of the editor: its canvas tells a screen reader where each is."""
    grid = page.get_by_test_id("stDataFrame").first
    page.settle()
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    header = grid.locator("th[role=columnheader]").filter(has_text=column)
    at = int(header.get_attribute("aria-colindex"))
    page.mouse.click(box["x"] + 200, box["y"] + 60)
    page.keyboard.press("Control+Home")
    page.wait_for_timeout(300)
    for _ in range(at - 1):
        page.keyboard.press("ArrowRight")
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # What is typed before the cell is open is lost.
    expect(page.locator(".gdg-input")).to_be_visible(timeout=WAIT)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_clerk_brings_a_messy_list_in_and_takes_it_back(page, own_app, network):
    opened(page, own_app)
    drop(page, f"{HOSTILE}.xlsx".replace("/", ""), messy_workbook())
    press(page, re.compile("没错"))
    expect(figure(page, "必须修改")).to_have_text("2", timeout=WAIT)
    frame = page.frame_locator(FRAME)
    expect(frame.locator(".gui-legend")).to_contain_text("必须修改", timeout=WAIT)
    write_in_cell(page, "站点名称", 0, "白沙大道工会驿站")
    expect(figure(page, "必须修改")).to_have_text("1", timeout=WAIT)
    expect(page.get_by_role("button", name=re.compile("收起已改好的 1 行"))).to_be_visible(timeout=WAIT)
    put_on_the_map(page, frame)
    expect(figure(page, "可以入库")).to_have_text("4", timeout=WAIT)
    press(page, re.compile("与已有数据对比"))
    press(page, re.compile("入库 4 行"))
    expect(page.get_by_text("已入库").first).to_be_visible(timeout=WAIT)
    assert page.title() != "runs"
    see_it_on_the_map(page, network)
    page.goto(f"{own_app}/data")
    page.get_by_role("radio", name="历史与撤销").click()
    page.get_by_role("combobox", name=re.compile("某一份")).click()
    page.get_by_role("option").first.click()
    press(page, re.compile("撤销这份名单"))
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_text("已撤销").first).to_be_visible(timeout=WAIT)
    expect_shown(page, own_app, network.select(types=["worker_station"], counties=["江南区"]))
    quiet(page)


def put_on_the_map(page, frame):
    """Point at where the other sites of the list are; the map shows them and the point in the sea."""
    choose_row(page, frame)
    box = frame.locator(".gui-marker:not(.gui-dragged)").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 - 2, box["y"] + box["height"] / 2)


def choose_row(page, frame):
    """Choose the row in the sea; the map shows its marker and waits to be told its place."""
    at_rest(page)
    choice = page.get_by_role("combobox", name=re.compile("放到正确位置"))
    choice.click()
    choice.press_sequentially("海上")
    choice.press("Enter")
    expect(frame.locator(".gui-dragged")).to_be_visible(timeout=WAIT)
    page.locator(FRAME).scroll_into_view_if_needed()
    page.wait_for_timeout(600)


def middle(marker):
    box = marker.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_marker_is_dragged_to_where_the_site_is_and_lands_there(page, own_app, registry_file):
    header = "站点名称,类型,县区,经度,纬度,坐标系"
    rows = (
        "那洪大道工会驿站,工会驿站,江南区,108.2800,22.7700,WGS-84",
        "海上渔民工会驿站,工会驿站,江南区,109.0000,21.0000,WGS-84",
    )
    opened(page, own_app)
    drop(page, "拖动.csv", "\n".join((header, *rows)).encode())
    press(page, re.compile("没错"))
    expect(figure(page, "必须修改")).to_have_text("1", timeout=WAIT)
    frame = page.frame_locator(FRAME)
    choose_row(page, frame)
    dragged = frame.locator(".gui-dragged")
    start, end = middle(dragged), middle(frame.locator(".gui-marker:not(.gui-dragged)").first)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*((a + b) / 2 for a, b in zip(start, end, strict=True)), steps=5)
    page.mouse.move(*end, steps=5)
    page.mouse.up()
    expect(figure(page, "可以入库")).to_have_text("2", timeout=WAIT)
    expect(dragged).to_have_count(0, timeout=WAIT)
    press(page, re.compile("与已有数据对比"))
    press(page, re.compile("入库 2 行"))
    expect(page.get_by_text("已入库").first).to_be_visible(timeout=WAIT)
    with closing(sqlite3.connect(registry_file)) as connection:
        asked = "SELECT lon, lat, given_datum, county FROM facilities WHERE name = '海上渔民工会驿站'"
        lon, lat, datum, county = connection.execute(asked).fetchone()
    # One pixel is some 500 m where the county and the sea are both in view.
    assert (lon, lat) == (pytest.approx(108.28, abs=0.03), pytest.approx(22.77, abs=0.03))
    assert (datum, county) == ("WGS-84", "450105")
    press(page, re.compile("^撤销"))
    expect(page.get_by_text("已撤销").first).to_be_visible(timeout=WAIT)
    quiet(page)


def at_rest(page):
    """Wait until the page has run to its end: a list that opens meanwhile would close again."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


def see_it_on_the_map(page, network):
    """Four listed sites stand in the county in the place of all its simulated stations."""
    page.get_by_role("link", name=re.compile("在地图上看")).click()
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=WAIT)
    stations = network.select(types=["worker_station"])
    there = stations[stations["county"] == "450105"]
    left = len(network.facilities) - (there["origin"] == "simulated").sum() + 4
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{left:,}", timeout=WAIT)


def expect_shown(page, own_app, facilities):
    page.goto(f"{own_app}/?type=worker_station&county=450105")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{len(facilities):,}", timeout=WAIT)


def test_a_wrong_file_is_told_in_one_line_and_its_name_means_nothing(page, own_app):
    opened(page, own_app)
    drop(page, f"{HOSTILE}.pdf".replace("/", ""), b"%PDF-1.7")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_have_count(1, timeout=WAIT)
    expect(alert).to_contain_text("{{7*191}}<img src=x onerror=document.title='runs'>", timeout=WAIT)
    shown = alert.inner_text().replace("\u2060", "")
    assert "$x^2$ :smile: www.a.org" in shown
    assert page.get_by_test_id("stMain").locator("img, .katex, [data-testid=stAlert] a").count() == 0
    assert page.title() != "runs"
    quiet(page)


@pytest.mark.parametrize("link", ["data", "data?lang=en"])
def test_the_data_page_fits_a_telephone(open_page, own_app, link):
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{own_app}/{link}")
    expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible(timeout=WAIT)
    drop(page, "list.xlsx", messy_workbook())
    onward = page.get_by_role("button", name=re.compile("没错|Right, go on"))
    expect(onward.or_(page.locator(FRAME)).first).to_be_visible(timeout=WAIT)
    # The header is known from the second time on.
    if onward.is_visible():
        onward.click()
    expect(page.frame_locator(FRAME).locator(".gui-legend")).to_be_visible(timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    quiet(page)
