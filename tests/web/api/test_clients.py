"""The read-only API as real clients see it: a server on loopback over the real network."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features

from geo import schema

SERVER = """
import socket
import uvicorn
from starlette.applications import Starlette
from geo.network.network import load_network
from web.api.routes import features_routes

listener = socket.create_server(("127.0.0.1", 0), backlog=512)
print(listener.getsockname()[1], flush=True)
app = Starlette(routes=features_routes(load_network))
config = uvicorn.Config(app, log_level="warning", ws="none", lifespan="off")
uvicorn.Server(config).run(sockets=[listener])
"""
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
GDAL_PAGE = 1000
NANNING_CENTRE = (108.2, 22.7, 108.5, 22.95)
AT_ONCE = 400


@pytest.fixture(scope="module")
def server(project_root):
    """Serve the real network from a process of its own; GDAL would hold this one while it waits."""
    plain = {name: value for name, value in os.environ.items() if name not in PROXIES}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=project_root, env=plain, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api"
        process.terminate()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def gdal_source(server):
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("pyogrio's GDAL was built without OAPIF; pyogrio's wheels from PyPI have it")
    return f"OAPIF:{server}"


def _public(facilities):
    return facilities[facilities[schema.ORIGIN] != schema.IMPORTED]


@pytest.mark.slow
def test_gdal_reads_every_facility_page_by_page(gdal_source, network):
    facilities = _public(network.facilities)
    assert len(facilities) > 2 * GDAL_PAGE
    read = pyogrio.read_dataframe(gdal_source, layer="facilities").set_index("id")
    assert list(read.index) == list(facilities.index)
    assert read.crs == schema.WGS84
    assert (read.geometry.isna() == ~schema.located(facilities).to_numpy()).all()
    assert read.geometry.dropna().geom_equals_exact(facilities.geometry.dropna(), 1e-6).all()
    assert list(read[schema.NAME]) == list(facilities[schema.NAME])


@pytest.mark.slow
def test_gdal_lets_the_server_filter(gdal_source, network):
    homes = pyogrio.read_dataframe(gdal_source, layer="facilities", where="facility_type = 'drivers_home'")
    assert len(homes) == len(_public(network.select(types=["drivers_home"])))
    west, south, east, north = NANNING_CENTRE
    near = pyogrio.read_dataframe(gdal_source, layer="facilities", bbox=NANNING_CENTRE)
    inside = network.facilities.cx[west:east, south:north]
    assert set(near["id"]) == set(_public(inside).index)


@pytest.mark.slow
def test_gdal_reads_the_regions_and_the_townships(gdal_source, network):
    assert [name for name, _ in pyogrio.list_layers(gdal_source)] == [
        "facilities",
        "counties",
        "prefectures",
        "townships",
    ]
    counties = pyogrio.read_dataframe(gdal_source, layer="counties").set_index("id")
    assert list(counties.index) == list(network.counties.index)
    assert counties.geometry.is_valid.all()
    assert list(counties[schema.RESIDENTS]) == list(network.counties[schema.RESIDENTS])
    shifted = shapely.hausdorff_distance(counties.geometry.array, network.counties.geometry.array)
    assert shifted.max() < 1e-6
    assert len(pyogrio.read_dataframe(gdal_source, layer="townships")) == len(network.townships)


@pytest.mark.slow
def test_owslib_reads_the_service_its_collections_and_their_items(server, network):
    service = Features(server)
    assert service.feature_collections() == ["facilities", "counties", "prefectures", "townships"]
    assert any(name.endswith("/conf/core") for name in service.conformance()["conformsTo"])
    assert service.api()["openapi"].startswith("3.0")
    assert service.collection("counties")["itemType"] == "feature"
    asked = {"limit": 5, "facility_type": "drivers_home", "prefecture": "南宁"}
    page = service.collection_items("facilities", **asked)
    wanted = network.select(types=["drivers_home"], prefectures=["南宁"])
    assert page["numberMatched"] == len(_public(wanted))
    assert [feature["id"] for feature in page["features"]] == list(_public(wanted).index[:5])
    item = page["features"][0]["id"]
    assert service.collection_item("facilities", item)["properties"] == page["features"][0]["properties"]


def test_the_published_totals_of_the_demonstration_network_come_out(server):
    totals = {"worker_station": 6062, "drivers_home": 254, "county_union": 111, "cultural_palace": 102}
    with httpx.Client(trust_env=False, timeout=60) as client:
        found = Counter()
        address = f"{server}/collections/facilities/items?limit=3000&facility_type={','.join(totals)}"
        while address:
            page = client.get(address).json()
            found.update(feature["properties"]["facility_type"] for feature in page["features"])
            address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert dict(found) == totals
    about = page["provenance"]
    assert 0.9 < about["simulated_share"] < 1
    assert "© OpenStreetMap contributors" in "".join(about["attribution"])
    assert all(source["as_of"] for source in about["sources"])


def test_places_are_found_under_the_names_people_use(server):
    with httpx.Client(trust_env=False, timeout=60) as client:
        items = f"{server}/collections/facilities/items"
        for names in (("青秀区", "青秀", "450103"), ("横州市", "横县", "450181")):
            answers = [client.get(items, params={"county": name, "limit": 1}).json() for name in names]
            assert len({answer["numberMatched"] for answer in answers}) == 1
            assert answers[0]["numberMatched"] > 0
        fault = client.get(items, params={"county": "清秀区"})
        assert fault.status_code == 400
        assert "青秀区" in fault.json()["description"]


@pytest.mark.slow
def test_400_requests_at_once_are_all_answered_with_the_same_bytes(server):
    items = f"{server}/collections/facilities/items"
    addresses = [
        f"{items}?limit=100",
        f"{items}?county=青秀区&limit=1000",
        f"{items}?bbox=108,22,109,23",
        items,
    ]
    asked = [*addresses * 90, *[f"{items}?limit=10000"] * 40]
    assert len(asked) == AT_ONCE

    async def fetch(client, address):
        answer = await client.get(address)
        return address, answer.status_code, hashlib.sha256(answer.content).hexdigest()

    async def fetch_all():
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=300) as client:
            return await asyncio.gather(*(fetch(client, address) for address in asked))

    # In a thread of its own: Playwright keeps an event loop running in the one the tests stand in.
    with ThreadPoolExecutor(max_workers=1) as thread:
        answers = thread.submit(asyncio.run, fetch_all()).result()
    assert len(answers) == AT_ONCE
    assert {status for _, status, _ in answers} == {200}
    assert len({(address, digest) for address, _, digest in answers}) == len(set(asked))
