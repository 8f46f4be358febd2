"""Below a path: our routes answer there, and every link begins where the client's own addresses do."""

from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from web.api.routes import PATH, features_routes
from web.base_path import BelowBasePath
from web.map.points import FOLDER

HOST = "http://map.example.org"


def client(world, base):
    """Serve the API and the map's folder as the app does, with a catch-all behind as Streamlit has."""
    routes = [
        *features_routes(lambda: world),
        Route(f"{FOLDER}/map.js", lambda _request: PlainTextResponse("script")),
        Mount(base or "/", app=PlainTextResponse("page")),
    ]
    below = Middleware(BelowBasePath, base=base, folders=(PATH, FOLDER))
    return TestClient(Starlette(routes=routes, middleware=[below]), base_url=HOST)


def links_of(document):
    if isinstance(document, dict):
        own = [document["href"]] if "href" in document else []
        return own + links_of(list(document.values()))
    return [link for one in document for link in links_of(one)] if isinstance(document, list) else []


@pytest.mark.parametrize("base", ["", "/a/b.c", "/map"])
@pytest.mark.parametrize("prefix", ["", "/site/"])
def test_every_link_leads_back_through_the_same_way(tiny_network, base, prefix):
    api = client(tiny_network, base)
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    begin = f"{prefix.rstrip('/')}{base}/api"
    for path in (
        "",
        "/collections",
        "/collections/facilities/items?limit=2",
        "/collections/counties/items/450101",
    ):
        answer = api.get(f"{base}/api{path}", headers=headers)
        assert answer.status_code == 200
        links = links_of(answer.json())
        assert links
        for link in links:
            assert link.startswith(f"{HOST}{begin}")
            local = link.removeprefix(f"{HOST}{prefix.rstrip('/')}")
            assert api.get(local, headers=headers).status_code == 200
    assert api.get(f"{base}/api/openapi", headers=headers).json()["servers"] == [{"url": f"{HOST}{begin}"}]
    assert api.get(f"{base}/map/map.js", headers=headers).text == "script"
    assert api.get(f"{base}/coverage", headers=headers).text == "page"


@pytest.mark.parametrize(
    "prefix",
    [
        "//elsewhere.example", "https://elsewhere.example", "/a/../b", "/a b", "site", "/a?b", "/a#b", "/<b>",
        "/a%2e", "/" + "a" * 65, "/a" * 9, '/a"', "/站",
    ],
)  # fmt: skip
def test_a_prefix_that_is_no_plain_path_never_reaches_a_link(tiny_network, prefix):
    headers = {"X-Forwarded-Prefix": prefix.encode()}
    landing = client(tiny_network, "").get("/api", headers=headers).json()
    assert {urlsplit(link).path.split("/")[1] for link in links_of(landing)} == {"api"}
    assert {urlsplit(link).netloc for link in links_of(landing)} == {"map.example.org"}


def test_what_only_looks_like_ours_is_left_to_the_screens(tiny_network):
    api = client(tiny_network, "/gongtu")
    for path in ("/gongtu/apis", "/gongtu/mapping/x", "/gongtu/coverage/api"):
        assert api.get(path).text == "page"
