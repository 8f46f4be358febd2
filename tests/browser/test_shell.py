"""The page around every screen: what it loads, its language, older browsers, what it says of a failure."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("", "coverage", "siting", "card", "data", "sources")
NOTICE = "#gui-notice"
WAIT_MS = 40_000
# What Chrome 94 lacks of what Streamlit calls: 98, 103, 110, 117, 119 and 120 brought it.
TAKE_AWAY = """
delete Array.prototype.toSorted; delete Array.prototype.toReversed; delete Promise.withResolvers;
delete window.structuredClone; delete AbortSignal.timeout; delete Object.groupBy; delete URL.canParse;
"""
CLONES = """(() => {
  const first = { day: new Date(5), map: new Map([[1, [2]]]) };
  first.self = first;
  const second = structuredClone(first);
  const same = second.self === second && second.day.getTime() === 5 && second.map.get(1)[0] === 2;
  return second !== first && same;
})()"""
OLD_ENGINE = """
const set = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  if (name !== 'data-gui-modern') set.call(this, name, value);
};
"""


def answers_of(page):
    given = []

    def note(answer):
        given.append(answer)

    # Playwright marks what it is given, which a method of a list does not allow.
    page.context.on("response", note)
    return given


def map_of(page):
    return page.frame_locator("iframe[src*='streamlit_folium']").first.locator(".gui-map[data-drawn]")


def test_every_page_loads_all_it_asks_for_from_here_under_our_headers_in_its_language(page, app_url):
    answers = answers_of(page)
    for path in PAGES:
        page.goto(f"{app_url}/{path}?lang=zh")
        page.settle()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.goto(f"{app_url}/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(map_of(page)).to_be_visible(timeout=WAIT_MS)
    frame = page.frame_locator("iframe[src*='streamlit_folium']").locator("html")
    expect(frame).to_have_attribute("lang", "en")
    assert [(one.status, one.url) for one in answers if one.status >= 400] == []
    assert (page.outside_requests, page.console_errors, page.violations) == ([], [], [])
    frames = [one for one in answers if "/component/" in one.url and ".html" in one.url]
    assert frames
    for one in [*frames, answers[0]]:
        headers = one.headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
    assert all("wasm" not in one.headers["content-security-policy"] for one in frames)


def test_a_browser_without_the_newer_functions_is_given_them_and_everything_works(open_page, app_url):
    page = open_page()
    page.context.add_init_script(TAKE_AWAY)
    page.goto(app_url)
    page.settle()
    expect(map_of(page)).to_be_visible(timeout=WAIT_MS)
    assert page.evaluate("[3, 1, 2].toSorted().join() + [1, 2].toReversed().join()") == "1,2,32,1"
    assert page.evaluate(CLONES) is True
    assert (
        page.evaluate("(async () => { const p = Promise.withResolvers(); p.resolve(7); return p.promise })()")
        == 7
    )
    for path in ("card", "sources"):
        page.goto(f"{app_url}/{path}")
        page.settle()
    assert (page.console_errors, page.violations) == ([], [])
    expect(page.locator(NOTICE)).to_be_hidden()


def test_an_engine_that_is_too_old_is_said_so_in_chinese_first(open_page, app_url):
    page = open_page()
    page.context.add_init_script(OLD_ENGINE)
    page.goto(app_url)
    words = page.locator(f"{NOTICE} p:visible")
    expect(words).to_have_count(2)
    expect(words.first).to_contain_text("浏览器版本太旧")
    expect(words.last).to_contain_text("too old")


def test_a_map_whose_script_does_not_come_is_said_so_in_the_screens_language(open_page, app_url):
    page = open_page()
    page.route(re.compile(r"/map/map\.js"), lambda route: route.abort())
    page.goto(f"{app_url}/?lang=en")
    words = page.locator(f"{NOTICE} p:visible")
    expect(words).to_contain_text("The map is not there", timeout=WAIT_MS)
    expect(words).to_have_count(1)


def test_a_server_that_is_gone_is_said_so(open_page, app_url):
    page = open_page()
    page.route_web_socket(re.compile("_stcore/stream"), lambda socket: socket.close())
    page.route(re.compile(r"_stcore/(health|host-config)|reached\.json"), lambda route: route.abort())
    page.goto(app_url)
    expect(page.locator(f"{NOTICE} p:visible").first).to_contain_text("连不上服务器", timeout=WAIT_MS)


def test_the_page_is_known_by_its_validator_and_refuses_nothing(page, app_url):
    first = page.request.get(f"{app_url}/coverage", headers={"Accept-Encoding": "identity"})
    held = {"If-None-Match": first.headers["etag"]}
    assert page.request.get(f"{app_url}/coverage", headers=held).status == 304
    for path in PAGES:
        answer = page.request.get(f"{app_url}/{path}", headers={"Accept-Encoding": "gzip"})
        assert answer.text() == first.text()
        assert answer.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) == len(first.body())
    assert '<html lang="zh-CN">' in first.text()
    assert urlsplit(page.request.get(f"{app_url}/data/").url).path == "/data"
