"""Coverage in a true browser: the link opens the view, files come out, nothing runs longer than one wants."""

import json
import re

import pytest
from playwright.sync_api import expect

WAIT = 90_000
FRAME = "iframe[title='streamlit_folium.st_folium']"
LOOKING_FOR_ITS_BASE = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def opened(page, app_url, link):
    page.goto(f"{app_url}/{link}")
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=WAIT)
    page.settle()
    return page


def quiet(page):
    assert page.outside_requests == []
    assert page.violations == []
    assert [text for text in page.console_errors if text != LOOKING_FOR_ITS_BASE] == []


def saved(page, name, folder):
    page.settle()
    with page.expect_download(timeout=WAIT) as caught:
        page.get_by_role("button", name=name).first.click()
    target = folder / caught.value.suggested_filename
    caught.value.save_as(target)
    return target


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_map_shows_shares_people_left_out_gaps_and_circles(open_page, app_url, size):
    page = open_page(viewport={"width": size[0], "height": size[1]})
    opened(page, app_url, "coverage?layers=share,left_out,gaps,facilities,circles&lang=en")
    frame = page.frame_locator(FRAME)
    expect(frame.locator(".gui-gap")).to_have_count(25, timeout=WAIT)
    expect(frame.locator("img.gui-picture")).to_have_count(1)
    loaded = frame.locator("img.gui-picture").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert loaded > 500
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    quiet(page)


def test_what_is_seen_goes_home_as_files_and_pictures(page, app_url, tmp_path):
    opened(page, app_url, "coverage?county=450103&section=distance")
    svg = saved(page, "图存为 SVG", tmp_path)
    assert "直线 1,000 米" in re.sub(r"<[^>]+>", "", svg.read_text(encoding="utf-8"))
    assert saved(page, "图存为 PNG", tmp_path).read_bytes().startswith(b"\x89PNG")
    page.get_by_role("radio", name="导出").click()
    page.wait_for_url("**section=export*", timeout=WAIT)
    handed = json.loads(saved(page, "GeoJSON", tmp_path).read_text(encoding="utf-8"))
    assert [feature["id"] for feature in handed["features"]] == ["450103"]
    assert handed["features"][0]["geometry"]["type"].endswith("Polygon")
    assert handed["provenance"]["sources"]
    quiet(page)


def test_the_card_prints_on_one_page_of_a4(page, app_url):
    for link in ("card?county=450103", "card?county=450107&lang=en", "card?county=451121"):
        opened(page, app_url, link)
        expect(page.get_by_test_id("stImage").locator("img")).to_be_visible(timeout=WAIT)
        printed = page.pdf(format="A4", print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, link
    quiet(page)
