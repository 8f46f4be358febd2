"""The whole job in a true browser: open, filter, drill down, come back, export; nothing goes outside."""

import json

import pytest
from playwright.sync_api import expect

FRAME = "iframe[title='streamlit_folium.st_folium']"
WAIT = 60_000
# Streamlit's page asks below the address of a sub-page first, to find out where the server's root is.
LOOKING_FOR_ITS_BASE = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def opened(page, app_url, link=""):
    page.goto(f"{app_url}/{link}")
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=WAIT)
    expect(page.frame_locator(FRAME).locator("canvas").first).to_be_visible(timeout=WAIT)
    return page


def expect_shown(page, facilities):
    first = page.get_by_test_id("stMetricValue").first
    expect(first).to_have_text(f"{len(facilities):,}", timeout=WAIT)


def quiet(page):
    assert page.outside_requests == []
    assert page.violations == []
    assert [text for text in page.console_errors if text != LOOKING_FOR_ITS_BASE] == []


def test_a_visitor_opens_filters_and_takes_a_file_home(page, app_url, network, tmp_path):
    opened(page, app_url)
    expect_shown(page, network.facilities)
    page.get_by_test_id("stMultiSelect").first.locator("input").click()
    page.get_by_role("option", name="司机之家").click()
    expected = network.select(types=["drivers_home"])
    expect_shown(page, expected)
    assert page.url.endswith("?type=drivers_home")
    page.keyboard.press("Escape")
    page.settle()
    page.get_by_role("radio", name="导出").click()
    with page.expect_download(timeout=WAIT) as caught:
        page.get_by_role("button", name="GeoJSON（地图）").click()
    target = tmp_path / "out.geojson"
    caught.value.save_as(target)
    handed = json.loads(target.read_text(encoding="utf-8"))
    assert "司机之家" in caught.value.suggested_filename
    assert [feature["id"] for feature in handed["features"]] == list(expected.index)
    quiet(page)


def test_clicking_a_county_on_the_map_opens_it_and_the_way_back_closes_it(page, app_url, network):
    opened(page, app_url, "?origin=sourced&type=sanatorium")
    frame = page.frame_locator(FRAME)
    box = frame.locator("#map_div").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.38)
    page.wait_for_url("**county=45*", timeout=WAIT)
    code = page.url.split("county=")[1][:6]
    assert code in network.counties.index
    expect(page.get_by_text(network.counties.loc[code, "name"]).first).to_be_visible(timeout=WAIT)
    page.settle()
    page.get_by_role("button", name="← 全广西").click()
    page.wait_for_url(lambda address: "county" not in address, timeout=WAIT)
    quiet(page)


def test_the_back_button_opens_the_view_before(page, app_url, network):
    opened(page, app_url, "?type=drivers_home")
    page.settle()
    page.get_by_test_id("stSidebar").get_by_text("只看有来源的").click()
    page.wait_for_url("**sourced=1*", timeout=WAIT)
    sourced = network.select(types=["drivers_home"], origins=["sourced"])
    expect_shown(page, sourced)
    page.go_back()
    whole = network.select(types=["drivers_home"])
    expect_shown(page, whole)


@pytest.mark.parametrize("path", ["", "sources", "?lang=en", "card?lang=en", "coverage?lang=en"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_no_page_asks_anything_of_the_outside_or_breaks_the_policy(open_page, app_url, path, size):
    page = open_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{app_url}/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)
    page.settle()
    assert page.requests
    quiet(page)


def test_no_page_is_wider_than_a_telephone(open_page, app_url):
    page = open_page(viewport={"width": 390, "height": 844})
    for path in ("", "sources"):
        page.goto(f"{app_url}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)
        page.settle()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_words_in_the_link_are_shown_as_they_are_and_run_nowhere(page, app_url):
    hostile = "%7B%7B7*191%7D%7D%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E"
    opened(page, app_url, f"?county={hostile}&q={hostile}")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("{{7*191}}<img src=x", timeout=WAIT)
    assert "1337" not in page.content()
    assert page.title() not in {"1", "1337"}
    quiet(page)


def test_two_visitors_see_their_own_filters(open_page, app_url, network):
    one, other = open_page(), open_page()
    opened(one, app_url, "?type=drivers_home")
    opened(other, app_url, "?county=450103")
    expect_shown(one, network.select(types=["drivers_home"]))
    expect_shown(other, network.select(counties=["450103"]))


def test_the_maps_own_way_back_leads_a_level_up_each_time(page, app_url):
    opened(page, app_url, "?county=450103")
    frame = page.frame_locator(FRAME)
    frame.get_by_role("button", name="返回").click()
    page.wait_for_url("**/?prefecture=450100", timeout=WAIT)
    frame.get_by_role("button", name="返回").click()
    page.wait_for_url(lambda address: "=" not in address, timeout=WAIT)
    quiet(page)
