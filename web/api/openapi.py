"""Describe the read-only API as an OpenAPI 3.0 document that refers to nothing outside itself."""

from typing import Any

from geo.network.network import Network
from web.api.documents import DESCRIPTION, TITLE
from web.api.layers import LAYERS, Layer, allowed_values
from web.api.query import DEFAULT_LIMIT, FORMATS, ITEM_PARAMETERS, MAX_LIMIT, MAX_VALUES
from web.api.responses import GEOJSON_TYPE, JSON_TYPE, OPENAPI_TYPE

OPENAPI_VERSION = "3.0.3"
API_VERSION = "1.0.0"

Schema = dict[str, Any]


def openapi(base: str, network: Network) -> Schema:
    """Write the OpenAPI document of this service.

    Parameters
    ----------
    base
        Address of the service, without a slash at the end.
    network
        Where the allowed values of the filters come from.
    """
    paths = {
        "/": _operation("landingPage", "The landing page", "LandingPage"),
        "/conformance": _operation("conformance", "The conformance classes", "Conformance"),
        "/openapi": _operation("openapi", "This document", "Document", media_type=OPENAPI_TYPE),
        "/collections": _operation("collections", "The collections", "Collections"),
    }
    for layer in LAYERS.values():
        paths |= _layer_paths(layer, network)
    return {
        "openapi": OPENAPI_VERSION,
        "info": {"title": TITLE, "description": DESCRIPTION, "version": API_VERSION},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"parameters": _parameters(), "responses": _faults(), "schemas": _schemas()},
    }


def _layer_paths(layer: Layer, network: Network) -> dict[str, Schema]:
    here, name = f"/collections/{layer.name}", layer.name
    filters = [_filter_parameter(prop, values) for prop, values in allowed_values(layer, network).items()]
    common = [{"$ref": f"#/components/parameters/{name}"} for name in ITEM_PARAMETERS if name != "f"]
    item = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        here: _operation(f"{name}.describe", layer.description, "Collection", missing=True),
        f"{here}/items": _operation(
            f"{name}.items", layer.title, "FeatureCollection", parameters=common + filters,
            media_type=GEOJSON_TYPE, missing=True,
        ),
        f"{here}/items/{{featureId}}": _operation(
            f"{name}.item", layer.title, "Feature", parameters=[item], media_type=GEOJSON_TYPE, missing=True
        ),
    }  # fmt: skip


def _operation(
    name: str,
    summary: str,
    answer: str,
    *,
    parameters: list[Schema] | None = None,
    media_type: str = JSON_TYPE,
    missing: bool = False,
) -> Schema:
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    codes = ["400", "404", "500"] if missing else ["400", "500"]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*(parameters or []), {"$ref": "#/components/parameters/f"}],
            "responses": {
                "200": {"description": summary, "content": content},
                **{code: {"$ref": f"#/components/responses/Fault{code}"} for code in codes},
            },
        }
    }


def _query(name: str, description: str, schema: Schema) -> Schema:
    asked = {"name": name, "in": "query", "description": description, "required": False, "schema": schema}
    return {**asked, "style": "form", "explode": False}


def _filter_parameter(name: str, values: tuple[str, ...]) -> Schema:
    value: Schema = {"type": "string", **({"enum": list(values)} if values else {})}
    words = "Codes" if values else "Adcodes, full or short names (450103, 青秀区, 青秀)"
    several = {"type": "array", "minItems": 1, "maxItems": MAX_VALUES, "items": value}
    return _query(name, f"{words}, joined by commas; any one of them matches.", several)


def _parameters() -> dict[str, Schema]:
    number = {"type": "number"}
    # The certified suite of version 1.0 reads the bounds beside the array, that of 1.0.1 those of `oneOf`.
    sizes: Schema = {
        "minItems": 4,
        "maxItems": 6,
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    }
    box = _query(
        "bbox",
        "west,south,east,north in degrees, WGS-84, longitude first. Items without a place match every box.",
        {"type": "array", "items": number, **sizes},
    )
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return {
        "limit": _query("limit", "Items a page holds; more than the maximum means the maximum.", limit),
        "offset": _query("offset", "Items before the page.", {"type": "integer", "minimum": 0, "default": 0}),
        "bbox": box,
        "datetime": _query(
            "datetime",
            "A date, a date-time or an interval (RFC 3339; .. or nothing for an open end) that the date of "
            "the data (as_of) must meet; a date is a day in China. Items without a date match every time.",
            {"type": "string"},
        ),
        "f": _query("f", "The format of the answer.", {"type": "string", "enum": list(FORMATS)}),
    }


def _faults() -> dict[str, Schema]:
    content = {JSON_TYPE: {"schema": {"$ref": "#/components/schemas/Fault"}}}
    words = {
        "400": "A parameter is unknown or has a value that cannot be used.",
        "404": "There is no such collection or item.",
        "500": "The server failed.",
    }
    return {f"Fault{code}": {"description": text, "content": content} for code, text in words.items()}


def _object(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


def _schemas() -> dict[str, Schema]:
    text: Schema = {"type": "string"}
    whole: Schema = {"type": "integer", "minimum": 0}
    links: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
    geometry: Schema = {"type": "object", "nullable": True, "description": "A GeoJSON geometry, or null."}
    described = _object(("id", "links"), id=text, title=text, description=text, itemType=text, links=links)
    feature = _object(
        ("type", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id=text,
        geometry=geometry,
        properties={"type": "object", "nullable": True},
        links=links,
    )
    page = _object(
        ("type", "features", "numberMatched", "numberReturned", "timeStamp", "links"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        features={"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
        numberMatched=whole,
        numberReturned=whole,
        timeStamp={"type": "string", "format": "date-time"},
        provenance={"type": "object", "description": "Attribution, source dates and simulated share."},
        links=links,
    )
    return {
        "Link": _object(("href", "rel"), href=text, rel=text, type=text, title=text),
        "LandingPage": _object(("links",), title=text, description=text, links=links),
        "Conformance": _object(("conformsTo",), conformsTo={"type": "array", "items": text}),
        "Collections": _object(
            ("links", "collections"),
            links=links,
            collections={"type": "array", "items": {"$ref": "#/components/schemas/Collection"}},
        ),
        "Collection": described,
        "Feature": feature,
        "FeatureCollection": page,
        "Document": {"type": "object"},
        "Fault": _object(("code", "description"), code=text, description=text),
    }
