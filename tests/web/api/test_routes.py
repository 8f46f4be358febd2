"""The read-only API on a world one can picture: 4 square counties, 6 facilities, and the hostile ones."""

import datetime as dt
import gzip
import json
from urllib.parse import parse_qs, quote, urlsplit

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from geo import schema
from geo.export.geojson import to_geojson
from geo.export.provenance import provenance_of
from web.api import collections as api_collections
from web.api import responses
from web.api.datetimes import read_datetime
from web.api.query import DEFAULT_LIMIT, MAX_LIMIT, read_box
from web.api.responses import ApiError, GzipCache, whole
from web.api.routes import CleanRefusals, features_routes

BASE = "http://127.0.0.1"
ITEMS = "/api/collections/facilities/items"
JIA, YI = (108.0, 22.8, 108.1, 22.9), (108.1, 22.8, 108.2, 22.9)


def _client(world):
    return TestClient(Starlette(routes=features_routes(lambda: world)), base_url=BASE)


@pytest.fixture
def api(tiny_network):
    return _client(tiny_network)


def _ask(api, path, expected=200, /, **parameters):
    answer = api.get(path, params=parameters)
    assert answer.status_code == expected, answer.text[:500]
    return answer.json()


def _ids(page):
    return [feature["id"] for feature in page["features"]]


def _own(page):
    return [name for name in _ids(page) if name.startswith("T")]


def _link(document, rel):
    found = [link["href"] for link in document["links"] if link["rel"] == rel]
    assert len(found) <= 1
    return found[0] if found else None


def _box(edges):
    return ",".join(map(str, edges))


def _fault(api, path, expected=400, /, **parameters):
    fault = _ask(api, path, expected, **parameters)
    assert set(fault) == {"code", "description"}
    return fault["description"]


# Documents.


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_the_landing_page_leads_to_everything_with_and_without_a_slash(api, path):
    page = _ask(api, path)
    assert {link["rel"] for link in page["links"]} == {"self", "service-desc", "conformance", "data"}
    assert all(api.get(link["href"]).status_code == 200 for link in page["links"])


def test_what_it_conforms_to_is_core_openapi_and_geojson(api):
    classes = _ask(api, "/api/conformance")["conformsTo"]
    assert [name.rsplit("/", 1)[1] for name in classes] == ["core", "oas30", "geojson"]


def test_there_are_four_collections_each_with_its_extent_and_items(api):
    collections = _ask(api, "/api/collections")["collections"]
    assert [one["id"] for one in collections] == ["facilities", "counties", "prefectures", "townships"]
    assert collections[1]["extent"]["spatial"]["bbox"] == [[108.0, 22.8, 108.2, 23.0]]
    for one in collections:
        assert _ask(api, f"/api/collections/{one['id']}") == one
        assert _ask(api, urlsplit(_link(one, "items")).path)["type"] == "FeatureCollection"


def test_the_openapi_document_is_valid_and_refers_to_nothing_outside(api):
    answer = api.get("/api/openapi")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    validate(document)
    assert document["openapi"].startswith("3.0.")
    text = json.dumps(document)
    assert '"$ref": "http' not in text
    assert schema.IMPORTED not in text


def test_every_get_the_openapi_document_lists_is_answered(api):
    for path, operations in _ask(api, "/api/openapi")["paths"].items():
        assert set(operations) == {"get"}
        status = 404 if "{featureId}" in path else 200
        assert api.get(f"/api{path.format(featureId='nobody')}").status_code == status


def test_links_carry_the_address_the_client_used(tiny_network):
    client = TestClient(
        Starlette(routes=features_routes(lambda: tiny_network)), base_url="http://map.local:81"
    )
    assert _link(client.get("/api").json(), "data") == "http://map.local:81/api/collections"


# Items.


def test_a_page_says_how_many_match_and_how_many_it_holds(api, hostile_texts):
    page = _ask(api, ITEMS, limit=4)
    assert page["numberMatched"] == 6 + len(hostile_texts)
    assert page["numberReturned"] == len(page["features"]) == 4
    assert page["timeStamp"].endswith("Z")
    assert api.get(ITEMS).headers["content-type"] == "application/geo+json"


def test_following_next_gives_every_item_once_and_prev_leads_back(api):
    whole = _ids(_ask(api, ITEMS, limit=MAX_LIMIT))
    seen, address, pages = [], f"{ITEMS}?limit=4&status=operating,under_construction,institution_only", []
    while address:
        page = api.get(address).json()
        pages.append(page)
        seen += _ids(page)
        address = _link(page, "next")
    assert seen == whole
    assert _link(pages[0], "prev") is None
    assert api.get(_link(pages[-1], "prev")).json() == pages[-2]


def test_paging_links_carry_all_parameters(api):
    asked = {
        "limit": "1",
        "county": "甲区,乙县",
        "bbox": _box(JIA),
        "origin": "sourced,simulated",
        "f": "json",
    }
    page = _ask(api, ITEMS, **asked)
    told = parse_qs(urlsplit(_link(page, "next")).query)
    assert told == {name: [value] for name, value in {**asked, "offset": "1"}.items()}


def test_without_a_limit_a_page_holds_the_default(api):
    parameters = _ask(api, "/api/openapi")["components"]["parameters"]
    assert parameters["limit"]["schema"]["default"] == DEFAULT_LIMIT
    assert f"limit={DEFAULT_LIMIT}&" in _link(_ask(api, ITEMS), "self")


def test_a_limit_beyond_the_maximum_means_the_maximum(api):
    assert f"limit={MAX_LIMIT}&" in _link(_ask(api, ITEMS, limit=10**9), "self")


@pytest.mark.parametrize("limit", ["0", "-1", "", "ten", "1.5", "1e3", "９", " 1", "1" * 5000])
def test_a_limit_that_is_no_positive_whole_number_is_refused(api, limit):
    assert "limit" in _fault(api, ITEMS, limit=limit)


@pytest.mark.parametrize("offset", ["-1", "", "x", "1" * 30])
def test_an_offset_that_is_no_whole_number_is_refused(api, offset):
    assert "offset" in _fault(api, ITEMS, offset=offset)


def test_an_offset_past_the_end_gives_an_empty_page_that_leads_back(api):
    page = _ask(api, ITEMS, offset=10**15, limit=2)
    assert page["features"] == []
    assert _link(page, "next") is None
    assert len(api.get(_link(page, "prev")).json()["features"]) == 2


def test_an_item_is_given_by_its_id_as_in_its_collection(api):
    page = _ask(api, ITEMS, limit=MAX_LIMIT)
    for feature in page["features"]:
        item = _ask(api, f"{ITEMS}/{feature['id']}")
        assert {name: item[name] for name in feature} == feature
    assert _ask(api, urlsplit(_link(item, "self")).path) == item
    assert _link(item, "collection") == f"{BASE}/api/collections/facilities"


def test_unknown_places_are_null_and_match_every_box_as_core_says(api):
    page = _ask(api, ITEMS, limit=MAX_LIMIT)
    unknown = {feature["id"] for feature in page["features"] if feature["geometry"] is None}
    assert unknown == {"T5", "T6"}
    for box in ("-180,-90,180,90", _box(YI), "0,0,0,0"):
        assert unknown <= set(_ids(_ask(api, ITEMS, limit=MAX_LIMIT, bbox=box)))


def test_missing_values_are_null_and_never_nan(api):
    answer = api.get(ITEMS)
    assert "NaN" not in answer.text
    palace = _ask(api, f"{ITEMS}/T6")["properties"]
    assert palace["county"] is None
    assert palace["place_error_m"] is None


def test_texts_come_back_letter_for_letter(api, hostile_texts):
    for rank, text in enumerate(hostile_texts):
        properties = _ask(api, f"{ITEMS}/H{rank}")["properties"]
        assert properties["name"] == properties["address"] == text


def test_coordinates_have_six_decimals_at_most_and_exteriors_turn_left(tiny_network):
    regions = tiny_network.regions
    third = shapely.transform(regions.geometry.to_numpy(), lambda xy: xy + 1 / 3e5)
    moved = regions.set_geometry(gpd.GeoSeries(shapely.reverse(third), index=regions.index, crs=schema.WGS84))
    vars(tiny_network)["counties"] = moved[moved["level"] == "county"]
    for feature in _ask(_client(tiny_network), "/api/collections/counties/items")["features"]:
        ring = feature["geometry"]["coordinates"][0]
        assert all(number == round(number, 6) for point in ring for number in point)
        assert shapely.LinearRing(ring).is_ccw


# Filters.


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"facility_type": "drivers_home"}, ["T4"]),
        ({"facility_type": "drivers_home,cultural_palace"}, ["T4", "T6"]),
        ({"county": "450102"}, ["T3"]),
        ({"county": "乙县"}, ["T3"]),
        ({"county": "乙县,丙区"}, ["T3", "T4"]),
        ({"prefecture": "西江市"}, ["T4", "T5", "T6"]),
        ({"prefecture": "西江"}, ["T4", "T5", "T6"]),
        ({"status": "under_construction"}, ["T4"]),
        ({"origin": "simulated"}, ["T2", "T3"]),
        ({"origin": "simulated", "county": "甲区"}, ["T2"]),
        ({"origin": "simulated", "status": "closed"}, []),
        ({"bbox": _box(YI)}, ["T3", "T5", "T6"]),
        ({"bbox": "108.1,22.8,-50,108.2,22.9,9000"}, ["T3", "T5", "T6"]),
        ({"bbox": _box(YI), "origin": "sourced"}, ["T5", "T6"]),
        ({"bbox": "108.02,22.82,108.02,22.82"}, ["T1", "T5", "T6"]),
        ({"bbox": "177,-90,-177,90"}, ["T5", "T6"]),
        ({"bbox": "170,22,109,23", "limit": "1"}, None),
    ],
)
def test_filters_find_exactly_what_meets_them_all(api, asked, found):
    if found is None:
        assert "upside down" in _fault(api, ITEMS, **asked)
    else:
        assert _own(_ask(api, ITEMS, **{"limit": MAX_LIMIT, **asked})) == found


def test_counties_and_townships_can_be_asked_by_the_places_they_lie_in(api):
    counties, townships = "/api/collections/counties/items", "/api/collections/townships/items"
    assert _ids(_ask(api, counties, prefecture="西江市")) == ["450201", "450202"]
    assert _ids(_ask(api, counties, bbox="108.01,22.81,108.02,22.82")) == ["450101"]
    assert _ids(_ask(api, townships, county="丁县")) == ["450202001"]
    assert _ids(_ask(api, townships, prefecture="450100")) == ["450101001"]
    assert _ids(_ask(api, "/api/collections/prefectures/items")) == ["450100", "450200"]


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [
        ("facility_type", "worker_statoin", "worker_station"),
        ("county", "甲县", "甲区"),
        ("prefecture", "东江区", "东江市"),
        ("status", "operatin", "operating"),
        ("origin", "sourcd", "sourced"),
    ],
)
def test_an_unknown_value_is_refused_with_the_near_names(api, name, value, near):
    fault = _fault(api, ITEMS, **{name: value})
    assert value in fault
    assert near in fault


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (ITEMS, {"colour": "red"}),
        (ITEMS, {"counties": "甲区"}),
        (ITEMS, {"Limit": "3"}),
        (ITEMS, {"": ""}),
        (ITEMS, {"county": ""}),
        (ITEMS, {"county": "甲区,"}),
        (ITEMS, {"f": "html"}),
        (ITEMS, {"county": ["甲区", "乙县"]}),
        (ITEMS, {"county": ",".join(f"x{rank}" for rank in range(201))}),
        (ITEMS, {"county": "甲" * 65}),
        (ITEMS, {"county": "甲" * 5000}),
        ("/api/collections/prefectures/items", {"county": "甲区"}),
        ("/api/collections/counties/items", {"origin": "sourced"}),
        (f"{ITEMS}/T1", {"limit": "1"}),
        ("/api", {"limit": "1"}),
        ("/api/openapi", {"x": "1"}),
    ],
)
def test_what_cannot_be_used_is_refused(api, path, asked):
    assert _fault(api, path, **asked)


@pytest.mark.parametrize(
    "box",
    [
        "108,23,109,22",
        "109,22,108,23",
        "1,2,3",
        "1,2,3,4,5",
        "",
        "a,b,c,d",
        "108,22,109,nan",
        "108,22,inf,23",
        "108,22,109,91",
        "-181,22,109,23",
        "1_0,22,109,23",
        "108;22;109;23",
        "108,22,109,23,",
    ],
)
def test_a_box_that_is_none_is_refused(api, box):
    assert "bbox" in _fault(api, ITEMS, bbox=box)


# The rows of the world are of 2025-06-30, a day in China.
MOMENTS_THAT_MEET = (
    "2025-06-30",
    "2025-06-30T08:00:00Z",
    "2025-06-30t08:00:00z",
    "2025-06-30T08:00:00.5+08:00",
    "2025-06-30T08:00:00.123456789012z",
    "2025-06-30T23:59:59+08:00",
    "2025-06-29T16:00:00Z",
    "2025-06-29T11:00:00-05:00",
    "2025-06-29T16:00:00-00:00",
    "2025-01-01/2025-12-31",
    "../2025-12-31",
    "2025-01-01/..",
    "2025-01-01/",
    "/2025-06-30T08:00:00Z",
    "2016-12-31T23:59:60Z/2025-06-30",
    "0000-01-01T00:00:00Z/9999-12-31T23:59:59.999Z",
)
MOMENTS_THAT_MISS = (
    "2025-06-29",
    "2025-07-01",
    "2025-06-30T16:00:00Z",
    "2025-06-29T15:59:59.999999Z",
    "1990-12-31T15:59:60-08:00",
    "2015-06-30T23:59:60.5z",
    "2025-07-01/..",
    "../2025-06-29",
    "/2025-01-01T00:00:00Z",
    "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z",
)
NO_MOMENTS = (
    "", "yesterday", "2025-13-01", "2025-06-31", "2025-02-29", "2025", "2025-06", "2026-01-01/2025-01-01",
    "a/b", "1/2/3", "..", "/", "../..", "../", "2025-06-30/P1D", "2025-06-30T08:00:00", "2025-06-30T08:00Z",
    "2025-06-30T24:00:00Z", "2025-06-30T08:60:00Z", "2025-06-30T08:00:61Z", "2025-06-30T08:00:00.Z",
    "2025-06-30T08:00:60Z", "2025-06-29T23:59:60Z", "2025-06-30T23:59:60+08:00", "2025-06-30T08:00:00+24:00",
    "2025-06-30T08:00:00+08", "2025-06-30T08:00:00+0800", "2025-06-30T08:00:00+08:60", "20250630T080000Z",
    "2025-06-30T08:00:00ZZ", "٢٠٢٥-06-30", "2025-6-30", "-025-06-30", "2025-06-30T08:00:00Z\n", " 2025-06-30",
)  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS_THAT_MEET)
def test_a_time_that_meets_the_date_of_the_data_gives_every_item(api, moment):
    assert _ask(api, ITEMS, datetime=moment)["numberMatched"] == _ask(api, ITEMS)["numberMatched"]


@pytest.mark.parametrize("moment", MOMENTS_THAT_MISS)
def test_a_time_that_misses_the_date_of_the_data_gives_none(api, moment):
    page = _ask(api, ITEMS, datetime=moment)
    assert (page["numberMatched"], page["features"]) == (0, [])
    assert moment in page["provenance"]["filters"].values()


@pytest.mark.slow
@pytest.mark.parametrize("moment", NO_MOMENTS)
def test_a_malformed_time_is_refused(api, moment):
    assert "datetime" in _fault(api, ITEMS, datetime=moment)


def test_a_plus_sign_that_was_not_escaped_is_still_an_offset(api):
    assert _ask(api, f"{ITEMS}?datetime=2025-06-30T08:00:00+08:00")["numberMatched"] > 0


def test_an_item_is_of_the_whole_month_or_year_its_source_names_and_without_a_date_of_any_time(tiny_network):
    dates = {
        "T1": "2024",
        "T2": "2024-02",
        "T3": None,
        "T4": "unknown",
        "T5": "2024-02-29",
        "T6": "2021-02 (update)",
    }
    for name, date in dates.items():
        tiny_network.facilities.loc[name, schema.AS_OF] = date
    found = {
        moment: _own(_ask(_client(tiny_network), ITEMS, datetime=moment, limit=MAX_LIMIT))
        for moment in ("2024-02-29", "2024-02-28", "2024-12-31", "2021-02-28")
    }
    assert found == {
        "2024-02-29": ["T1", "T2", "T3", "T4", "T5"],
        "2024-02-28": ["T1", "T2", "T3", "T4"],
        "2024-12-31": ["T1", "T3", "T4"],
        "2021-02-28": ["T3", "T4", "T6"],
    }


@pytest.mark.parametrize("name", ["counties", "prefectures", "townships"])
def test_places_are_of_the_time_of_their_sources(network, name):
    api = _client(network)
    items = f"/api/collections/{name}/items"
    everything = _ask(api, items, limit=1)["numberMatched"]
    assert _ask(api, items, limit=1, datetime="1949-10-01")["numberMatched"] == 0
    assert _ask(api, items, limit=1, datetime="2020-11-01/2025-12-31")["numberMatched"] == everything


# What is not there, and what must not be.


def test_unknown_collections_and_items_are_not_found(api):
    assert "facilities" in _fault(api, "/api/collections/stations", 404)
    _fault(api, "/api/collections/stations/items", 404, limit="0")
    _fault(api, f"{ITEMS}/nobody", 404)
    _fault(api, "/api/collections/", 404)
    _fault(api, "/api/nowhere", 404)


def test_hostile_texts_in_addresses_get_a_clean_answer(api, hostile_texts):
    others = ("\0", "../../etc/passwd", "..\\..", "x" * 5000, "%00", "\ud7ff", "'; DROP TABLE x;--")
    for text in (*hostile_texts, *others):
        told = quote(text, safe="")
        answers = [
            api.get(f"{ITEMS}/{told}"),
            api.get(f"/api/collections/{told}"),
            api.get(f"/api/collections/{told}/items"),
            api.get(f"{ITEMS}?county={told}"),
            api.get(f"{ITEMS}?{told}=1"),
            api.get(f"{ITEMS}?bbox={told}"),
        ]
        for answer in answers:
            assert answer.status_code in {400, 404}
            assert set(answer.json()) == {"code", "description"}
            assert answer.headers["content-type"] == "application/json"
            assert "1337" not in answer.text
            assert len(answer.content) < 1500


def test_query_bytes_that_are_no_utf8_are_refused_as_unknown(api):
    assert api.get(f"{ITEMS}?county=%ff%fe").status_code == 400
    assert api.get(f"{ITEMS}?%ff=1").status_code == 400


@pytest.mark.parametrize("path", ["/api/%00", f"{ITEMS}/..%2f..%2fetc", "/api/..%5c..%5c", "/api/a/%2e%2e"])
def test_paths_streamlit_refuses_in_plain_text_are_refused_in_json(path):
    api = TestClient(CleanRefusals(PlainTextResponse("plain", 418)), base_url=BASE)
    assert api.get(path).status_code == 404
    assert api.get(path).json()["code"] == "NotFound"
    assert api.get(path.replace("/api", "/static")).status_code == 418
    assert api.get(ITEMS).status_code == 418


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_reading_is_allowed(api, method):
    for path in ("/api", "/api/collections", ITEMS, f"{ITEMS}/T1", "/api/openapi"):
        answer = api.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.json()["code"] == "MethodNotAllowed"


def test_head_tells_what_get_would(api):
    for path in ("/api", ITEMS):
        assert api.head(path).status_code == 200
        assert api.head(path).headers["etag"] == api.get(path).headers["etag"]


def test_no_other_origin_is_invited(api):
    headers = api.get(ITEMS, headers={"Origin": "https://elsewhere.example"}).headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_imported_facilities_are_never_served(tiny_network):
    facilities = tiny_network.facilities
    facilities.loc["T1", schema.ORIGIN] = schema.IMPORTED
    api = _client(tiny_network)
    page = _ask(api, ITEMS, limit=MAX_LIMIT)
    assert page["numberMatched"] == len(facilities) - 1
    assert "T1" not in _ids(page)
    assert "江边驿站" not in api.get(ITEMS).text
    assert _own(_ask(api, ITEMS, county="甲区")) == ["T2"]
    _fault(api, f"{ITEMS}/T1", 404)
    assert "sourced" in _fault(api, ITEMS, origin="imported")
    assert "imported" not in _fault(api, ITEMS, origin="nobody")


def test_a_failing_server_tells_neither_path_nor_trace_and_recovers(tiny_network, caplog):
    told = iter([OSError("/srv/secret/catalog.json is gone")])

    def loader():
        for fault in told:
            raise fault
        return tiny_network

    client = TestClient(Starlette(routes=features_routes(loader)), base_url=BASE)
    answer = client.get(ITEMS)
    assert answer.status_code == 500
    assert answer.json()["code"] == "ServerError"
    assert "secret" not in answer.text
    assert "secret" in caplog.text
    assert client.get(ITEMS).status_code == 200


def test_a_host_header_that_is_no_host_is_refused(api):
    for host in ("a b", "a<b>", "x/../y", "[::1", "h:port"):
        answer = api.get("/api", headers={"Host": host})
        assert answer.status_code == 400
        assert host not in answer.text


def test_the_network_is_loaded_once_and_only_when_needed(tiny_network):
    calls = []

    def loader():
        calls.append(1)
        return tiny_network

    client = TestClient(Starlette(routes=features_routes(loader)), base_url=BASE)
    client.get("/api")
    client.get("/api/collections/nowhere/items")
    assert not calls
    for path in (ITEMS, "/api/collections", "/api/openapi", f"{ITEMS}/T1"):
        client.get(path)
    assert len(calls) == 1


# Provenance and caches.


def test_an_item_is_letter_for_letter_what_an_export_holds(api, tiny_network):
    facilities = tiny_network.facilities
    about = provenance_of(facilities, tiny_network, title="", filters={}, generated_on=dt.date(2026, 1, 31))
    exported = to_geojson(facilities, about=about)
    features = exported[exported.index(b'"features"') :].strip().removesuffix(b"}")
    assert features in api.get(ITEMS, params={"limit": MAX_LIMIT}).content


def test_the_provenance_says_what_was_asked_in_words(api):
    about = _ask(api, ITEMS, county="450101", origin="simulated", bbox=_box(JIA))["provenance"]
    assert about["filters"] == {"县区": "甲区", "数据性质": "模拟", "范围": "108,22.8,108.1,22.9"}
    assert about["rows"] == 1
    assert "simulated" in about["notice"]
    assert _ask(api, ITEMS)["provenance"]["filters"] == {}


def test_every_answer_says_what_share_of_what_matched_is_simulated(api, hostile_texts):
    whole = 6 + len(hostile_texts)
    assert _ask(api, ITEMS, limit=1)["provenance"]["simulated_share"] == round(2 / whole, 6)
    assert _ask(api, ITEMS, origin="simulated")["provenance"]["simulated_share"] == 1
    assert _ask(api, ITEMS, county="乙县", limit=1)["provenance"]["simulated_share"] == 1
    assert _ask(api, ITEMS, origin="sourced")["provenance"]["simulated_share"] == 0
    assert _ask(api, ITEMS, status="closed")["provenance"]["simulated_share"] is None
    assert _ask(api, f"{ITEMS}/T2")["provenance"]["simulated_share"] == 1


def test_a_client_that_holds_the_answer_is_told_so(api):
    for path in ("/api", ITEMS, f"{ITEMS}/T1"):
        first = api.get(path)
        assert "max-age" in first.headers["cache-control"]
        etag = first.headers["etag"]
        again = api.get(path, headers={"If-None-Match": f'"other", {etag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert api.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_different_answers_have_different_validators(api):
    asked = [{}, {"limit": 1}, {"limit": 1, "offset": 1}, {"county": "甲区"}, {"origin": "simulated"}]
    etags = {api.get(ITEMS, params=parameters).headers["etag"] for parameters in asked}
    assert len(etags) == len(asked)


def test_the_validator_outlives_the_process_and_follows_the_data(tiny_network):
    first = _client(tiny_network).get(ITEMS).headers["etag"]
    assert _client(tiny_network).get(ITEMS).headers["etag"] == first
    tiny_network.facilities.loc["T1", schema.NAME] = "改名驿站"
    assert _client(tiny_network).get(ITEMS).headers["etag"] != first


def test_faults_are_not_kept_by_caches(api):
    assert api.get(ITEMS, params={"limit": 0}).headers["cache-control"] == "no-store"


def test_a_large_answer_is_compressed_once_for_those_who_take_it(api, monkeypatch):
    monkeypatch.setattr(responses, "LARGE_BYTES", 1000)
    plain = api.get(ITEMS, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    packed = api.get(ITEMS, headers={"Accept-Encoding": "br;q=1, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["vary"] == "Accept-Encoding"
    refused = api.get(ITEMS, headers={"Accept-Encoding": "gzip; q=0"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize("piece_bytes", [1, 700, 2000, 10**6])
def test_an_answer_cut_into_pieces_is_the_same_answer(api, monkeypatch, piece_bytes):
    whole_answer = api.get(ITEMS, headers={"Accept-Encoding": "identity"})
    monkeypatch.setattr(responses, "LARGE_BYTES", 1)
    monkeypatch.setattr(responses, "PIECE_BYTES", piece_bytes)
    monkeypatch.setattr(api_collections, "PIECE_BYTES", piece_bytes)
    for path in (ITEMS, f"{ITEMS}?status=closed", f"{ITEMS}/T1", "/api"):
        for encoding in ("identity", "gzip"):
            cut = api.get(path, headers={"Accept-Encoding": encoding})
            assert cut.json()["links"]
            if encoding == "identity":
                assert int(cut.headers["content-length"]) == len(cut.content)
            if path == ITEMS:
                assert cut.content == whole_answer.content
    assert api.head(ITEMS).content == b""


def test_the_cache_of_compressed_answers_is_bounded():
    cache = GzipCache(kept_bytes=300)
    bodies = {str(rank): bytes(range(rank, rank + 100)) for rank in range(20)}
    for key, body in bodies.items():
        assert gzip.decompress(cache.compressed(whole(body), key=key)) == body
        assert cache.weight_bytes() <= 300
    assert cache.compressed(whole(b"never looked at"), key="19") == gzip.compress(bodies["19"], 5, mtime=0)


# Laws.

_longitude = st.floats(-180, 180, allow_nan=False)
_latitude = st.floats(-90, 90, allow_nan=False)


@given(_longitude, _latitude, _longitude, _latitude)
@hypothesis_settings(deadline=None)
def test_a_box_in_order_is_read_as_it_stands(west, south, east, north):
    west, east, south, north = min(west, east), max(west, east), min(south, north), max(south, north)
    assert read_box(f"{west!r},{south!r},{east!r},{north!r}") == (west, south, east, north)


def _fault_status(read, text):
    try:
        read(text)
    except ApiError as fault:
        return fault.status
    return None


@given(st.text() | st.lists(st.floats(), max_size=7).map(_box))
@hypothesis_settings(deadline=None)
def test_any_text_is_a_box_or_a_fault_and_nothing_else(text):
    assert _fault_status(read_box, text) in {None, 400}


@given(st.text() | st.from_regex(r"\A[0-9.]{1,5}[-0-9T:Z/.+]{0,40}\Z"))
@hypothesis_settings(deadline=None)
def test_any_text_is_a_time_or_a_fault_and_nothing_else(text):
    assert _fault_status(read_datetime, text) in {None, 400}
