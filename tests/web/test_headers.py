"""The headers: what a page may load, and that every answer carries them."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_gzip_middleware import SelectiveGZipMiddleware

from geo.drawing.map_state import map_points
from web.encoding import OneEncoding, takes_gzip
from web.headers import SecurityHeaders, content_policy, script_hash
from web.map.packed import pack, send_packed
from web.map.points import pack_map
from web.map.preloads import preload_links
from web.map.script import script_url
from web.page.shell import shell


def client():
    routes = [
        Route(path, lambda _request: PlainTextResponse("")) for path in ("/", "/component/map/index.html")
    ]
    headers = Middleware(
        SecurityHeaders, frame_script_hashes=("sha256-ours",), image_hosts=("https://tiles.example.org",)
    )
    return TestClient(Starlette(routes=routes, middleware=[headers]))


def directives(policy):
    return {part.split()[0]: part.split()[1:] for part in policy.split("; ")}


def test_every_answer_says_what_may_be_loaded_and_who_may_frame_it():
    for path in ("/", "/component/map/index.html", "/nowhere"):
        headers = client().get(path).headers
        policy = directives(headers["content-security-policy"])
        assert policy["default-src"] == ["'self'"]
        assert policy["frame-ancestors"] == ["'self'"]
        assert policy["object-src"] == ["'none'"]
        assert policy["connect-src"] == ["'self'"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_no_page_may_run_inline_or_evaluated_scripts():
    for path in ("/", "/component/map/index.html"):
        scripts = directives(client().get(path).headers["content-security-policy"])["script-src"]
        assert scripts[0] == "'self'"
        hashes = [source for source in scripts[1:] if source != "'wasm-unsafe-eval'"]
        assert all(re.fullmatch(r"'sha256-[\w+/=]+'", source) for source in hashes)


def test_a_maps_frame_is_told_what_it_will_fetch_and_no_other_answer_is():
    routes = [
        Route(path, lambda _request: PlainTextResponse("")) for path in ("/", "/component/m/index.html")
    ]
    headers = Middleware(SecurityHeaders, frame_links=lambda: "</map/map.js>; rel=preload; as=script")
    told = TestClient(Starlette(routes=routes, middleware=[headers]))
    assert told.get("/component/m/index.html").headers["link"] == "</map/map.js>; rel=preload; as=script"
    assert "link" not in told.get("/").headers
    assert "link" not in client().get("/component/map/index.html").headers


def test_the_preloads_are_what_the_map_fetches(network):
    public = pack_map(
        network.facilities, map_points(network.facilities, network.facility_types), network.display_regions
    )
    links = preload_links(public)
    for name in ("points", "regions"):
        assert f"<{public.urls[name]}>" in links
    assert f"<{script_url()}>" in links
    assert preload_links(None).count("preload") == 1


def test_only_component_frames_may_run_the_maps_one_inline_script():
    assert "'sha256-ours'" in client().get("/component/map/index.html").headers["content-security-policy"]
    assert "wasm" not in client().get("/component/map/index.html").headers["content-security-policy"]
    assert "'sha256-ours'" not in client().get("/").headers["content-security-policy"]


def test_images_may_come_from_the_enabled_basemaps_and_nowhere_else():
    policy = directives(client().get("/").headers["content-security-policy"])
    assert policy["img-src"] == ["'self'", "data:", "blob:", "https://tiles.example.org"]
    assert "https" not in content_policy((), ())


def test_the_page_around_every_screen_may_run_its_own_inline_scripts_and_no_other():
    shipped = (Path(find_spec("streamlit").origin).parent / "static" / "index.html").read_text(
        encoding="utf-8"
    )
    page = shell().body.decode()
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert set(re.findall(r"<script>(.*?)</script>", shipped, re.DOTALL)) < set(inline)
    allowed = directives(client().get("/").headers["content-security-policy"])["script-src"]
    assert [f"'{script_hash(script)}'" for script in inline] == allowed[2:]


@pytest.mark.parametrize(
    ("offers", "taken"),
    [
        ("gzip", True), ("GZIP", True), ("x-gzip", True), ("br;q=1, gzip;q=0.5", True), ("*", True),
        ("gzip; q = 0.001", True), ("identity;q=0, *;q=0.5", True), ("gzip;q=1.000", True),
        ("", False), ("identity", False), ("gzip;q=0", False), ("gzip; q=0.000", False), ("gzip;Q=0", False),
        ("gzip;q=0, *;q=1", False), ("*;q=0", False), ("deflate, br", False), ("gzipped", False),
        ("gzip;q=nonsense", False), ("gzip;q=-1", False), ("br, gzip;q=0;", False),
    ],
)  # fmt: skip
def test_gzip_is_taken_only_where_the_client_allows_it_and_by_every_layer(offers, taken):
    assert takes_gzip(offers) is taken
    body = "桂工图" * 1000
    beneath = [Middleware(OneEncoding), Middleware(SelectiveGZipMiddleware)]
    packed = pack(body.encode(), media_type="text/plain")
    routes = [
        Route(
            "/plain", lambda _request: PlainTextResponse(body, headers={"Vary": "Cookie, accept-encoding"})
        ),
        Route("/packed", lambda request: send_packed(request, packed)),
    ]
    for app in (
        Starlette(routes=routes, middleware=beneath),
        Starlette(routes=routes, middleware=beneath[:1]),
    ):
        for path in ("/plain", "/packed"):
            answer = TestClient(app).get(path, headers={"Accept-Encoding": offers})
            assert answer.text == body
            squeezed = path == "/packed" or len(app.user_middleware) > 1
            assert answer.headers.get("content-encoding") == ("gzip" if taken and squeezed else None)
            vary = "accept-encoding" if path == "/packed" else "cookie, accept-encoding"
            assert [line.lower() for line in answer.headers.get_list("vary")] == [vary]
