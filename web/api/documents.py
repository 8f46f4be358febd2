"""The documents of the read-only API that describe it: landing page, conformance, collections."""

from typing import Any

import numpy as np

from geo.network.network import Network
from web.api.layers import LAYERS, Layer
from web.api.query import ItemsQuery
from web.api.responses import GEOJSON_TYPE, JSON_TYPE, OPENAPI_TYPE

TITLE = "桂工图 · Guangxi union service map"
DESCRIPTION = (
    "The union service network of Guangxi, read only. 广西工会服务网络，只读。"
    "Simulated facilities are marked as such in every record; do not use them to find a place."
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "oas30", "geojson")
)


def link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """Make one link of an answer."""
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def landing_page(base: str) -> dict[str, Any]:
    """Describe the service and say where its parts are."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            link(f"{base}/", "self", JSON_TYPE, "This document"),
            link(f"{base}/openapi", "service-desc", OPENAPI_TYPE, "The OpenAPI definition"),
            link(f"{base}/conformance", "conformance", JSON_TYPE, "What this service conforms to"),
            link(f"{base}/collections", "data", JSON_TYPE, "The collections"),
        ],
    }


def conformance(base: str) -> dict[str, Any]:
    """List the conformance classes this service meets."""
    return {
        "conformsTo": list(CONFORMANCE),
        "links": [link(f"{base}/conformance", "self", JSON_TYPE, "This document")],
    }


def collections(base: str, network: Network) -> dict[str, Any]:
    """Describe every collection."""
    return {
        "links": [link(f"{base}/collections", "self", JSON_TYPE, "This document")],
        "collections": [collection(base, layer, network) for layer in LAYERS.values()],
    }


def collection(base: str, layer: Layer, network: Network) -> dict[str, Any]:
    """Describe one collection: words, extent in CRS84, and where its items are."""
    here = f"{base}/collections/{layer.name}"
    described: dict[str, Any] = {
        "id": layer.name,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(here, "self", JSON_TYPE, "This document"),
            link(f"{here}/items", "items", GEOJSON_TYPE, layer.title),
        ],
    }
    west, south, east, north = np.asarray(layer.rows(network).total_bounds, dtype="float64")
    if np.isfinite(west):
        box = [*np.floor([west * 1e6, south * 1e6]), *np.ceil([east * 1e6, north * 1e6])]
        extent = {"bbox": [[round(float(edge) / 1e6, 6) for edge in box]], "crs": CRS84}
        described["extent"] = {"spatial": extent}
    return described


def page_links(base: str, layer: Layer, query: ItemsQuery, *, matched: int) -> list[dict[str, str]]:
    """Link a page to itself, to its neighbours, and to its collection.

    Parameters
    ----------
    base
        Address of the service.
    layer, query
        What was asked of which collection.
    matched
        How many items match; a page past the end leads back to the last one.
    """
    here = f"{base}/collections/{layer.name}"
    window = [("self", query.offset, "This page")]
    if query.offset + query.limit < matched:
        window.append(("next", query.offset + query.limit, "Next page"))
    if query.offset > 0:
        previous = min(query.offset, matched) - query.limit
        window.append(("prev", max(previous, 0), "Previous page"))
    return [
        *(
            link(f"{here}/items?{query.window(offset=offset)}", rel, GEOJSON_TYPE, title)
            for rel, offset, title in window
        ),
        link(here, "collection", JSON_TYPE, layer.title),
    ]


def item_links(base: str, layer: Layer, item: str) -> list[dict[str, str]]:
    """Link an item to itself and to its collection; `item` is already escaped for an address."""
    here = f"{base}/collections/{layer.name}"
    return [
        link(f"{here}/items/{item}", "self", GEOJSON_TYPE, "This item"),
        link(here, "collection", JSON_TYPE, layer.title),
    ]
