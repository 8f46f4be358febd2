"""OGC 17-069r4, Annex A: the abstract tests of Core, GeoJSON and OpenAPI 3.0, as the certified suite asks."""

import json
import re
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import shapely
from shapely.geometry import shape
from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.api.routes import features_routes

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "peers" / "ogc_ets_by_hand.json"
COLLECTIONS = ("facilities", "counties", "prefectures", "townships")
CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"
TIMES = (
    "2018-02-12T23:20:52Z",
    "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z",
    "2018-02-12T00:00:00Z/..",
    "../2018-03-18T12:31:12Z",
    "2018-02-12",
    "2018-02-12T00:00:00Z/",
    "/2018-03-18T12:31:12Z",
    "2018-02-12T23:20:52.5+08:00",
)
REFUSED = (
    "limit=0", "limit=-1", "limit=a", "limit=1.5", "limit=", "bbox=a,b,c,d", "bbox=1,2,3", "bbox=1,2,3,4,5",
    "bbox=0,10,5,1", "datetime=yesterday", "datetime=2018-13-01T00:00:00Z",
    "datetime=2018-03-18T12:31:12Z/2018-02-12T00:00:00Z",
)  # fmt: skip
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FORM = {"in": "query", "required": False, "style": "form", "explode": False}


class Suite:
    """Ask one service every abstract test; each case is a name and a check that gives what it found."""

    def __init__(self, network):
        routes = features_routes(lambda: network)
        self.client = TestClient(Starlette(routes=routes), base_url="http://127.0.0.1")
        self.api = self.json("/api/openapi")
        self.described = {one["id"]: one for one in self.json("/api/collections")["collections"]}

    def json(self, path, **asked):
        return self.client.get(path, params=asked or None).json()

    def items(self, name, **asked):
        return self.client.get(f"/api/collections/{name}/items", params=asked or None)

    def link(self, document, rel):
        return next((one for one in document["links"] if one["rel"] == rel), None)

    def cases(self):
        """Give every case by the name it has in the hand-made translation of the suite."""
        cases = dict(self._service())
        for name in COLLECTIONS:
            cases |= self._collection(name) | self._definitions(name) | self._errors(name)
            for words, asked in self._questions(name).items():
                cases |= self._answer(name, words, asked)
            cases |= self._values(name)
        return cases

    def _service(self):
        landing = self.json("/api")
        yield "AT4 service-desc or service-doc", lambda: self.link(landing, "service-desc") is not None
        for rel in ("service-desc", "conformance", "data"):
            found = self.link(landing, rel) or {}
            yield f"AT4 {rel}", partial(bool, found)
            yield f"AT4 link has href,rel,type {rel}", partial({"href", "rel", "type"}.issubset, found)
            yield f"link resolves {rel}", partial(self._answers, found["href"])
        yield "AT4 data", lambda: self.link(landing, "data") is not None
        yield "AT5/6 api definition", lambda: self.api["openapi"].startswith("3.0.")
        conforms = self.json("/api/conformance")["conformsTo"]
        for part in ("core", "oas30", "geojson"):
            yield f"AT7/8 conformance {part}", partial(conforms.__contains__, f"{CONFORMANCE}/{part}")
        yield "AT9 collections 200", partial(self._answers, "/api/collections")
        listing = self.json("/api/collections")
        yield "AT10 self link", lambda: self.link(listing, "self")["type"] == "application/json"
        yield (
            "AT10 every collection of the landing page has id, links",
            lambda: all({"id", "links"} <= set(one) for one in listing["collections"]),
        )
        yield from self._http()

    def _http(self):
        get, items = self.client.get, "/api/collections/facilities/items"
        yield "AT1 HTTP: HEAD", lambda: self.client.head(items).status_code == 200
        yield "POST refused", lambda: self.client.post(items).status_code == 405
        html = get(items, headers={"Accept": "text/html"})
        yield "406 or JSON for Accept: text/html", lambda: html.status_code == 406 or html.json()
        yield "404 unknown collection", lambda: get("/api/collections/nothing").status_code == 404
        yield "404 unknown collection items", lambda: get("/api/collections/nothing/items").status_code == 404
        beyond = self.items("facilities", offset=10**6)
        empty = (beyond.status_code, beyond.json()["features"]) == (200, [])
        yield "pygeoapi: offset beyond the end is empty 200", lambda: empty
        for words in ("offset -1", "invalid f"):
            name, value = words.split() if words.startswith("offset") else ("f", "xml")
            refused = self.items("facilities", **{name: value}).status_code == 400
            yield f"pygeoapi: {words} is 400", partial(bool, refused)

    def _answers(self, address):
        parts = urlsplit(address)
        return self.client.get(parts.path).status_code == 200

    def _collection(self, name):
        one = self.described[name]
        alone = self.json(f"/api/collections/{name}")
        feature = self.items(name, limit=1).json()["features"][0]
        found = self.client.get(f"/api/collections/{name}/items/{feature['id']}")
        links = {link["rel"]: link for link in found.json()["links"]}
        unknown = self.client.get(f"/api/collections/{name}/items/nobody").status_code
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        return {
            f"AT10 {name}: items link with type": lambda: self.link(one, "items")["type"] == GEOJSON,
            f"AT10 {name}: extent crs84": lambda: (
                one["extent"]["spatial"]["crs"] == CRS84
                and -180 <= west <= east <= 180
                and -90 <= south <= north <= 90
            ),
            f"AT2 {name}: crs list has CRS84": lambda: CRS84 in one["crs"],
            f"AT11/12 {name}: same metadata as in /collections": lambda: alone == one,
            f"AT27/28 {name}: feature": lambda: (
                found.headers["content-type"] == GEOJSON
                and found.json()["type"] == "Feature"
                and found.json()["id"] == feature["id"]
            ),
            f"AT29 {name}: self and collection links": lambda: (
                links["self"]["type"] == GEOJSON
                and links["collection"]["href"].endswith(f"/collections/{name}")
            ),
            f"404 {name}: unknown feature": lambda: unknown == 404,
        }

    def _definitions(self, name):
        asked = self.api["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        kept = self.api["components"]["parameters"]
        given = [kept[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in asked]
        by_name = {one["name"]: one for one in given}

        def formed(parameter, check):
            one = by_name[parameter]
            return {key: one[key] for key in FORM} == FORM and check(one["schema"])

        return {
            f"AT14 {name}: bbox definition": lambda: formed(
                "bbox",
                lambda bbox: (
                    (bbox["type"], bbox["minItems"], bbox["maxItems"], bbox["items"]["type"])
                    == ("array", 4, 6, "number")
                    and all(one["minItems"] == one["maxItems"] for one in bbox["oneOf"])
                ),
            ),
            f"AT16 {name}: limit definition": lambda: formed(
                "limit",
                lambda limit: limit["type"] == "integer" and min(limit["minimum"], limit["default"]) >= 1,
            ),
            f"AT18 {name}: datetime definition": lambda: formed(
                "datetime", lambda time: time["type"] == "string"
            ),
        }

    def _errors(self, name):
        here = f"/api/collections/{name}"
        cases = {
            f"AT20 {name}: {query} is 400": partial(self._refuses, f"{here}/items?{query}")
            for query in REFUSED
        }
        cases[f"AT21 {name}: unknown parameter 400"] = partial(self._refuses, f"{here}/items?nothing=1")
        cases[f"AT21 {name}: unknown parameter on the collection 400"] = partial(
            self._refuses, f"{here}?nothing=1"
        )
        return cases

    def _refuses(self, address):
        answer = self.client.get(address)
        return answer.status_code == 400 and {"code", "description"} == set(answer.json())

    def _questions(self, name):
        west, south, east, north = self.described[name]["extent"]["spatial"]["bbox"][0]
        x, y, w, h = (west + east) / 2, (south + north) / 2, (east - west) / 8, (north - south) / 8
        boxes = {
            "of extent": (west, south, east, north),
            "middle": (x - w, y - h, x + w, y + h),
            "globe": (-180, -90, 180, 90),
            "over the antimeridian": (177, 65, -177, 70),
            "of no width": (x, south, x, south),
        }
        return {
            "plain": {},
            "limit 10": {"limit": 10},
            **{f"bbox {words}": {"bbox": ",".join(map(str, box))} for words, box in boxes.items()},
            **{f"datetime {time}": {"datetime": time} for time in TIMES},
        }

    def _answer(self, name, words, asked):
        answer = self.items(name, **asked)
        page, kind = answer.json(), answer.headers["content-type"]
        own = self.link(page, "self")
        return {
            f"AT13/22 {name} {words}: 200, geo+json, FeatureCollection": lambda: (
                (answer.status_code, kind, page["type"]) == (200, GEOJSON, "FeatureCollection")
            ),
            f"AT22-4/23 {name} {words}: self link with rel and type": lambda: own["type"] == GEOJSON,
            f"AT24 {name} {words}: timeStamp RFC3339": lambda: RFC_3339.fullmatch(page["timeStamp"]),
            f"AT26 {name} {words}: numberReturned": lambda: page["numberReturned"] == len(page["features"]),
        }

    def _values(self, name):
        middle = self._questions(name)["bbox middle"]["bbox"]
        west, south, east, north = middle.split(",")
        four, six = (
            self.items(name, limit=10_000, bbox=box).json()
            for box in (middle, f"{west},{south},-9,{east},{north},9000")
        )
        box = shapely.box(*map(float, (west, south, east, north)))
        return {
            f"AT15 {name}: all geometries meet the bbox": lambda: self._only_what_meets(name, four, box),
            f"AT15 {name}: bbox of 6 numbers": lambda: six["features"] == four["features"],
            f"AT17 {name}: at most limit": lambda: self.items(name, limit=3).json()["numberReturned"] <= 3,
            f"AT17 {name}: limit 10000 and above": lambda: (
                self.items(name, limit=10_001).json()["numberReturned"] <= 10_000
            ),
            f"AT25 {name}: numberMatched equals what next links give": lambda: self._walk(name),
        }

    def _only_what_meets(self, name, page, box):
        """Tell whether exactly what touches the box or has no place came, by looking at every feature."""
        everything = self.items(name, limit=10_000).json()["features"]
        meets = [
            one["id"]
            for one in everything
            if one["geometry"] is None or shapely.intersects(shape(one["geometry"]), box)
        ]
        return [one["id"] for one in page["features"]] == meets

    def _walk(self, name):
        address, seen = f"/api/collections/{name}/items?limit=3", []
        while address:
            page = self.client.get(address).json()
            seen += [one["id"] for one in page["features"]]
            following = self.link(page, "next")
            address = following and following["href"].removeprefix("http://127.0.0.1")
        return len(seen) == len(set(seen)) == page["numberMatched"]


def test_every_abstract_test_of_the_declared_classes_passes(tiny_network):
    cases = Suite(tiny_network).cases()
    assert [name for name, check in cases.items() if not check()] == []
    if not CASES.exists():
        pytest.skip("the cases in the shared folder are not here")
    wanted = {row["case"] for row in json.loads(CASES.read_text(encoding="utf-8"))["rows"]}
    assert wanted - set(cases) == set()
