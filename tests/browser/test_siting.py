"""The whole job of siting in a true browser: choose, search, proven plan, change, save, compare, export."""

import json

import pytest
from playwright.sync_api import expect

FRAME = "iframe[title='streamlit_folium.st_folium']"
WAIT = 60_000
# Streamlit's page asks below the address of a sub-page first, to find out where the server's root is.
LOOKING_FOR_ITS_BASE = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def quiet(page):
    assert page.outside_requests == []
    assert page.violations == []
    assert [text for text in page.console_errors if text != LOOKING_FOR_ITS_BASE] == []


def people(page):
    """Read how many people are newly reached."""
    return int(page.get_by_test_id("stMetricValue").nth(1).inner_text().replace(",", ""))


@pytest.fixture
def planned(page, app_url):
    """Open the page, search for ten stations in one county, and wait for the proven plan."""
    page.goto(f"{app_url}/siting?county=450103&new=10")
    page.get_by_role("button", name="寻找最佳位置").click(timeout=WAIT)
    expect(page.get_by_text("已证明最优：没有别的方案")).to_be_visible(timeout=WAIT)
    frame = page.frame_locator(FRAME)
    expect(frame.locator(".gui-site")).to_have_count(10, timeout=WAIT)
    return page


def test_a_planner_searches_changes_saves_compares_and_takes_the_plan_home(planned, tmp_path):
    page = planned
    assert page.url.endswith("?county=450103&new=10")
    best = people(page)
    assert best > 0
    frame = page.frame_locator(FRAME)
    choose(page, "方案管理")
    save(page, "甲案")
    choose(page, "添加或改善")
    expect(frame.locator("#map_div.gui-picking")).to_be_visible(timeout=WAIT)
    frame.locator("#map_div").click(position={"x": 520, "y": 480})
    expect(frame.locator(".gui-site")).to_have_count(11, timeout=WAIT)
    expect(page.get_by_text("已手工修改")).to_be_visible(timeout=WAIT)
    assert people(page) >= best
    save(page, "乙案")
    pick_both(page)
    expect(page.get_by_text("各方案之后每县的占比")).to_be_visible(timeout=WAIT)
    choose(page, "导出")
    handed = json.loads(downloaded(page, "GeoJSON（地图）", tmp_path).read_text(encoding="utf-8"))
    assert len(handed["features"]) == 11
    assert handed["provenance"]["filters"]["县区"] == "青秀区"
    assert "模拟" in handed["provenance"]["filters"]["所依据的设施"]
    recipe = json.loads(downloaded(page, "配方（JSON）", tmp_path).read_text(encoding="utf-8"))
    assert recipe["name"] == "乙案"
    assert len(recipe["actions"]) == 11
    assert downloaded(page, "Excel", tmp_path).read_bytes()[:2] == b"PK"
    quiet(page)


def test_a_point_of_the_curve_is_clicked_and_its_chart_taken_home(planned, tmp_path):
    page = planned
    expect(page.get_by_text("/ 4").or_(page.get_by_text("求解用时"))).to_be_visible(timeout=WAIT)
    choose(page, "人数与数量或经费")
    chart = page.locator("[data-testid='stVegaLiteChart'] svg").first
    expect(chart).to_be_visible(timeout=WAIT)
    chart.scroll_into_view_if_needed()
    page.settle()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.4)
    frame = page.frame_locator(FRAME)
    expect(frame.locator(".gui-site")).to_have_count(5, timeout=WAIT)
    expect(page.get_by_text("400,000 元")).to_be_visible(timeout=WAIT)
    # The figures come before the rest of the page is drawn again.
    page.settle()
    assert downloaded(page, "图存为 PNG", tmp_path).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    drawn = downloaded(page, "图存为 SVG", tmp_path).read_text(encoding="utf-8")
    assert "模拟" in drawn
    quiet(page)


def test_a_place_is_forbidden_by_a_click_on_the_map_and_shown_there(planned):
    page, frame = planned, planned.frame_locator(FRAME)
    choose(page, "此处不设")
    expect(frame.locator("#map_div.gui-picking")).to_be_visible(timeout=WAIT)
    # By its own event: the page may scroll between the aim and the click of a mouse.
    frame.locator(".gui-site").first.dispatch_event("click")
    expect(frame.locator(".gui-no")).to_have_count(1, timeout=WAIT)
    expect(page.get_by_text("不得设站：1 处及其周边 500 米")).to_be_visible(timeout=WAIT)
    assert "noat=" in page.url
    # The link opens the same question; the first search, which draws the page again as it goes on, is over.
    page.goto(page.url)
    expect(page.get_by_role("button", name="寻找最佳位置")).to_be_visible(timeout=WAIT)
    page.settle()
    page.get_by_role("button", name="寻找最佳位置").click(timeout=WAIT)
    expect(page.get_by_text("不得设站而排除的候选点")).to_be_visible(timeout=WAIT)
    expect(frame.locator(".gui-site")).to_have_count(10, timeout=WAIT)
    # A station that stands is a place to click on as well, and opens no card while places are chosen.
    choose(page, "去掉或关闭")
    frame.get_by_role("button", name="显示全部").dispatch_event("click")
    station = frame.locator(".gui-marker[aria-label^='青秀区工会驿站']").first
    station.dispatch_event("click")
    expect(frame.locator(".gui-site-close")).to_have_count(1, timeout=WAIT)
    assert frame.locator(".leaflet-popup").count() == 0
    quiet(page)


def choose(page, name):
    """Choose once the page is at rest: a click on what is drawn again is lost."""
    page.settle()
    option = page.get_by_role("radio", name=name)
    option.click(timeout=WAIT)
    page.settle()
    expect(option).to_be_checked(timeout=WAIT)


def save(page, name):
    page.settle()
    page.get_by_label("方案名称").fill(name)
    page.get_by_label("方案名称").press("Enter")
    page.settle()
    page.get_by_role("button", name="保存", exact=True).click()
    page.settle()


def pick_both(page):
    # A list that is open closes when the page is scrolled: scroll first.
    field = page.get_by_role("combobox", name="选两到四个方案")
    for name in ("甲案", "乙案"):
        field.scroll_into_view_if_needed()
        page.settle()
        field.focus()
        field.press("ArrowDown")
        page.get_by_role("option", name=name, exact=True).click(timeout=WAIT)
    page.keyboard.press("Escape")


def downloaded(page, label, folder):
    with page.expect_download(timeout=WAIT) as caught:
        page.get_by_role("button", name=label).click(timeout=WAIT)
    target = folder / caught.value.suggested_filename
    caught.value.save_as(target)
    return target
