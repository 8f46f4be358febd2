"""What the map's browser fetches: public points in short columns, packed once, kept by their version."""

import gzip
import json

import numpy as np
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import schema
from geo.drawing import map_state
from geo.errors import CatalogError, GeoDataError
from web.map import points, script
from web.map.basemaps import LISTING, browser_choice, image_hosts, read_basemaps


@pytest.fixture
def public(tiny_network):
    rows = map_state.map_points(tiny_network.facilities, tiny_network.facility_types)
    return points.pack_map(tiny_network.facilities, rows, tiny_network.display_regions)


@pytest.fixture
def client(public):
    with TestClient(
        Starlette(routes=[*points.map_routes(lambda: public), *script.vendor_routes()])
    ) as client:
        yield client


def columns(packed):
    return json.loads(packed.body)


def test_points_come_back_where_they_were_in_the_frames_order(public, tiny_network):
    told = columns(public.points)
    located = tiny_network.facilities[schema.located(tiny_network.facilities)]
    assert told["rows"] == len(tiny_network.facilities)
    assert list(tiny_network.facilities.index[np.cumsum(told["row"])]) == list(located.index)
    assert np.cumsum(told["lon"]) / 1e6 == pytest.approx(located.geometry.x.to_numpy(), abs=1e-9)
    assert np.cumsum(told["lat"]) / 1e6 == pytest.approx(located.geometry.y.to_numpy(), abs=1e-9)
    for name, column in zip(("type", "status", "origin", "county"), points.CODED, strict=True):
        assert [told["codes"][name][i] for i in told[name]] == list(located[column])


def test_details_stand_in_the_order_of_the_points_and_repeat_no_text(public, tiny_network):
    told = columns(public.details)
    located = tiny_network.facilities[schema.located(tiny_network.facilities)]
    assert told["name"] == list(located[schema.NAME])
    addresses = [None if at < 0 else told["address"]["texts"][at] for at in told["address"]["at"]]
    assert addresses == [None if address != address else address for address in located[schema.ADDRESS]]  # noqa: PLR0124
    assert len(set(told["source"]["texts"])) == len(told["source"]["texts"])


def test_hostile_texts_travel_as_they_are(public, hostile_texts):
    assert set(hostile_texts) <= set(columns(public.details)["name"])


def test_an_imported_facility_is_in_no_answer(tiny_network):
    facilities = tiny_network.facilities.copy()
    facilities.loc["T1", [schema.ORIGIN, schema.NAME]] = (schema.IMPORTED, "内部名单")
    rows = map_state.map_points(facilities, tiny_network.facility_types)
    public = points.pack_map(facilities, rows, tiny_network.display_regions)
    for packed in (public.points, public.details, public.regions):
        assert "内部名单" not in packed.body.decode()
    assert 0 not in np.cumsum(columns(public.points)["row"])


def test_outlines_come_back_to_a_metre(public, tiny_network):
    told = columns(public.regions)
    assert told["adcode"] == list(tiny_network.display_regions.index)
    assert told["parent"][0] is None
    for rings, outline in zip(told["rings"], tiny_network.display_regions.geometry, strict=True):
        corners = np.cumsum(np.array(rings[0]).reshape(-1, 2), axis=0) / 1e5
        assert shapely.Polygon(corners).normalize().equals_exact(outline.normalize(), 1e-5)


def test_the_same_network_gives_the_same_bytes(public, tiny_network):
    rows = map_state.map_points(tiny_network.facilities, tiny_network.facility_types)
    again = points.pack_map(tiny_network.facilities, rows, tiny_network.display_regions)
    assert again == public


@pytest.mark.parametrize("name", ["points", "details", "regions"])
def test_an_address_with_its_version_is_kept_for_ever(client, public, name):
    url = public.urls[name].replace("../..", "")
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json() == columns(getattr(public, name))


@pytest.mark.parametrize("version", ["", "?v=", "?v=0123", "?v=../../etc", "?v=%00"])
def test_an_address_with_another_version_is_asked_for_again(client, version):
    answer = client.get(f"/map/points.json{version}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_a_browser_that_has_it_is_told_so(client):
    first = client.get("/map/points.json")
    again = client.get("/map/points.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_without_gzip_gets_it_plain(client, public):
    answer = client.get("/map/points.json", headers={"Accept-Encoding": "identity"})
    assert answer.content == public.points.body
    assert gzip.decompress(public.points.gzipped) == public.points.body


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_routes_only_give(client, method):
    assert getattr(client, method)("/map/points.json").status_code == 405


def test_the_script_holds_leaflet_markercluster_and_our_own_and_no_source_map(client):
    answer = client.get(script.script_url().replace("../..", ""))
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    for sign in ("Leaflet 1.9.3", "MarkerClusterGroup", "networkMap", "leaflet-pane"):
        assert sign in answer.text
    assert "sourceMappingURL" not in answer.text


def test_a_package_that_is_not_installed_is_named_with_the_cure():
    with pytest.raises(CatalogError, match=r"xstatic\.pkg\.nothing .*pip install"):
        script.vendor_file("xstatic.pkg.nothing", "nothing.js")
    with pytest.raises(CatalogError, match=r"no nothing\.js"):
        script.vendor_file(script.LEAFLET, "nothing.js")


def test_our_own_scripts_write_no_markup_and_speak_no_language():
    for path in script.ASSETS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert "innerHTML" not in text
        assert "insertAdjacentHTML" not in text
        assert "eval(" not in text
        assert not [letter for letter in text if "\u4e00" <= letter <= "\u9fff"], path.name
        assert text.startswith("// @ts-check\n"), path.name
        assert len(text.splitlines()) <= 300


def test_of_the_shipped_base_maps_none_needs_the_network_unless_a_key_is_given():
    assert [entry.name for entry in read_basemaps(environment={})] == ["none"]
    assert image_hosts(read_basemaps(environment={})) == ()


def test_a_key_brings_tianditu_with_its_labels_and_its_hosts():
    basemaps = read_basemaps(environment={"TIANDITU_KEY": "abc"})
    assert [entry.name for entry in basemaps] == ["none", "tianditu"]
    choice = browser_choice(basemaps, language="zh")[1]
    assert (choice["label"], choice["datum"]) == ("天地图", "CGCS2000")
    assert all(url.endswith("tk=abc") for url in choice["urls"])
    assert len(choice["urls"]) == 2
    assert image_hosts(basemaps) == tuple(f"https://t{n}.tianditu.gov.cn" for n in range(8))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ('datum = "GCJ-02"', "amap: datum 'MOON'"),
        ("max_zoom = 19", "osm: max_zoom 99"),
        ('attribution = "高德地图"\n', "amap: lacks attribution"),
        ('urls = ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"]', "osm: has no urls"),
    ],
)
def test_a_faulty_entry_is_named(tmp_path, change, complaint):
    wrong = {
        'datum = "GCJ-02"': 'datum = "MOON"',
        "max_zoom = 19": "max_zoom = 99",
        'attribution = "高德地图"\n': "",
        'urls = ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"]': "urls = []",
    }[change]
    listing = tmp_path / "basemaps.toml"
    listing.write_text(LISTING.read_text(encoding="utf-8").replace(change, wrong), encoding="utf-8")
    with pytest.raises(GeoDataError, match=complaint):
        read_basemaps(listing, environment={})


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)/{z}/{x}/{y}",
        "https://tiles.example/fixed.png",
        "https://tiles.example; script-src */{z}/{x}/{y}",
        "ftp://tiles.example/{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_no_tile_address_is_refused(tmp_path, url):
    listing = tmp_path / "basemaps.toml"
    own = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    listing.write_text(LISTING.read_text(encoding="utf-8").replace(own, url), encoding="utf-8")
    with pytest.raises(GeoDataError, match="osm: url"):
        read_basemaps(listing, environment={})


def test_several_faults_are_named_at_once(tmp_path):
    listing = tmp_path / "basemaps.toml"
    listing.write_text('first = 1\n[second]\ndatum = 5\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(
        GeoDataError, match=r"first: is not a table.*second: lacks label.*colour.*datum is not str"
    ):
        read_basemaps(listing, environment={})


def test_a_list_that_is_missing_or_no_toml_is_said_to_be(tmp_path):
    with pytest.raises(GeoDataError, match="missing"):
        read_basemaps(tmp_path / "basemaps.toml", environment={})
    (tmp_path / "basemaps.toml").write_text("[[[", encoding="utf-8")
    with pytest.raises(GeoDataError, match="not TOML"):
        read_basemaps(tmp_path / "basemaps.toml", environment={})
