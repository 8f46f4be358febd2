"""Our page takes the place of Streamlit's wherever that would be sent, and of nothing else."""

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from web.encoding import OneEncoding
from web.page import shell as shells
from web.page.shell import OwnShell, shell, shell_routes

STATIC = Path(streamlit.__file__).parent / "static"
ES6 = re.compile(r"=>|`|\b(const|let|class|async|await)\s|\.\.\.|\?\.|\?\?")


@pytest.fixture(params=["", "gongtu"])
def base(request):
    return request.param and f"/{request.param}"


@pytest.fixture
def pages(base):
    routes = [
        Route("/component/x/index.html", lambda _request: HTMLResponse("<p>frame</p>")),
        *shell_routes(),
        *create_streamlit_static_assets_routes(base_url=base),
    ]
    middleware = [Middleware(OneEncoding), Middleware(OwnShell)]
    return TestClient(Starlette(routes=routes, middleware=middleware))


def test_every_screens_address_gives_our_page_with_its_own_length_and_validator(pages, base):
    body = shell().body
    for path in ("/", "/coverage", "/nowhere/at/all", "/index.html"):
        for encoding in ("gzip", "identity"):
            answer = pages.get(f"{base}{path}", headers={"Accept-Encoding": encoding})
            assert (answer.status_code, answer.content) == (200, body)
            assert answer.headers.get("content-encoding", "identity") == encoding
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["vary"] == "Accept-Encoding"
            assert "last-modified" not in answer.headers
        again = pages.get(f"{base}{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_browser_that_kept_streamlits_page_is_given_ours(base):
    plain = TestClient(Starlette(routes=create_streamlit_static_assets_routes(base_url=base)))
    kept = plain.get(f"{base}/").headers
    ours = TestClient(
        Starlette(
            routes=create_streamlit_static_assets_routes(base_url=base), middleware=[Middleware(OwnShell)]
        )
    )
    for name, header in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
        answer = ours.get(f"{base}/", headers={name: kept[header]})
        assert (answer.status_code, answer.content) == (200, shell().body)


def test_other_answers_pass_as_they_are(pages, base):
    assert pages.get("/component/x/index.html").text == "<p>frame</p>"
    script = next((STATIC / "static" / "js").glob("index.*.js"))
    assert pages.get(f"{base}/static/js/{script.name}").content == script.read_bytes()
    assert pages.get("/map/reached.json").json() == {"host": "testserver"}


def test_the_page_is_streamlits_own_with_our_parts():
    page, shipped = shell().body.decode(), (STATIC / "index.html").read_text(encoding="utf-8")
    for line in shipped.splitlines():
        if "modulepreload" in line or 'type="module"' in line or "stylesheet" in line:
            assert line in page
    assert page.index("toSorted") < page.index('type="module"')
    assert "Streamlit</title>" not in page
    assert page.count("<noscript>") == 1


def test_a_page_of_streamlits_that_changed_is_noticed(tmp_path, monkeypatch):
    other = tmp_path / "index.html"
    other.write_text('<html lang="fr"><head><noscript></noscript></head></html>', encoding="utf-8")
    monkeypatch.setattr(shells, "streamlit_page", lambda: other)
    with pytest.raises(ValueError, match="adapt web/page/shell"):
        shell.__wrapped__()


@pytest.mark.parametrize("name", ["early.js", "notices.js"])
def test_our_scripts_are_read_by_any_browser_and_hold_no_words_for_people(name):
    text = (shells.ASSETS / name).read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    assert not ES6.search(code)
    assert not re.search(r"[\u4e00-\u9fff]", text)
    assert "innerHTML" not in text


def test_every_notice_is_there_in_both_languages():
    page = (shells.ASSETS / "notices.html").read_text(encoding="utf-8")
    named = re.findall(r'data-notice="(\w+)" lang="([\w-]+)"', page)
    notices = {name for name, _ in named}
    assert sorted(named) == sorted((name, language) for name in notices for language in ("zh-CN", "en"))
    script = (shells.ASSETS / "notices.js").read_text(encoding="utf-8")
    assert {name for name in notices if f'"{name}"' not in script} == set()


def test_what_older_browsers_lack_of_what_streamlit_calls_is_given_back():
    """Look through Streamlit's own scripts, so that an upgrade that calls more is noticed."""
    early = (shells.ASSETS / "early.js").read_text(encoding="utf-8")
    # Newer than Chromium 94.
    newer = (
        "toSorted", "toReversed", "toSpliced", "withResolvers", "structuredClone", "groupBy", "canParse",
        "findLast", "findLastIndex", "isSubsetOf", "fromAsync", "isWellFormed", "AbortSignal.any",
        "AbortSignal.timeout", "Promise.try", "Iterator.from", "RegExp.escape", "getOrInsert", "URL.parse",
    )  # fmt: skip
    loaded = re.findall(r'(?:src|href)="\./static/js/([^"]+)"', shell().body.decode())
    text = "\n".join((STATIC / "static" / "js" / name).read_text(encoding="utf-8") for name in loaded)
    called = {name for name in newer if re.search(rf"{re.escape(name)}\(", text)}
    assert "toSorted" in called
    assert {name for name in called if name.rsplit(".", maxsplit=1)[-1] not in early} == set()
