"""Serve the network read-only as OGC API - Features, Part 1 Core, GeoJSON."""

import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.network.network import Network
from web.api import documents
from web.api.collections import Collections
from web.api.layers import find_layer
from web.api.openapi import openapi
from web.api.query import known_parameters, read_items_query
from web.api.responses import (
    GEOJSON_TYPE,
    JSON_TYPE,
    NOT_ALLOWED,
    OPENAPI_TYPE,
    SERVER_FAULT,
    ApiError,
    Body,
    GzipCache,
    bad_value,
    body_response,
    etag_of,
    fault_response,
    is_known_to,
    not_found,
    to_json,
    unchanged_response,
    whole,
)

PATH = "/api"
# Answers are made in threads of their own: a few, so that the screens keep theirs.
THREADS = 4
NO_ADDRESS = "There is nothing at this address. The landing page lists what there is."
HOST = re.compile(r"[A-Za-z0-9.\-_]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")

logger = logging.getLogger(__name__)


def features_routes(network_loader: Callable[[], Network], *, path: str = PATH) -> list[BaseRoute]:
    """Make the routes that serve the API under a path, with and without a slash at its end.

    Parameters
    ----------
    network_loader
        Gives the network; called on the first request that needs it, in a worker thread.
    path
        Where the API is, as `/api`.
    """
    mounted = Mount(path, app=features_app(network_loader))
    # Starlette's own pattern stops at a line break, and another route would answer for us.
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
    return [Route(path, endpoint=_WithSlash(mounted, path=path)), mounted]


def features_app(network_loader: Callable[[], Network]) -> Starlette:
    """Make the application that answers OGC API - Features requests.

    Parameters
    ----------
    network_loader
        Gives the network; called on the first request that needs it, in a worker thread. If it
        raises, that request is answered with 500 and the next one calls it again.
    """
    service = _Service(network_loader)
    answers: dict[str, Callable[[Request], Response]] = {
        "/": service.landing_page,
        "/conformance": service.conformance,
        "/openapi": service.openapi,
        "/collections": service.collections,
        "/collections/{collection}": service.collection,
        "/collections/{collection}/items": service.items,
        "/collections/{collection}/items/{item:path}": service.item,
    }
    routes = [Route(path, _in_thread(answer, service.limiter)) for path, answer in answers.items()]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _routing_fault})
    # A redirect would lead where the client's own Host header says.
    app.router.redirect_slashes = False
    return app


class CleanRefusals:
    """Answer hostile paths under the API in JSON, where Streamlit would refuse them in plain text.

    Add it to the middleware of the whole application; Streamlit's own path check runs before any route.
    """

    def __init__(self, app: ASGIApp, *, path: str = PATH) -> None:
        """Wrap `app`; `path` is where the API is."""
        self._app = app
        self._start = f"{path}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        hostile = "\0" in path or ".." in path.replace("\\", "/").split("/")
        if scope["type"] == "http" and hostile and path.startswith(self._start):
            await fault_response(not_found(NO_ADDRESS))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Service:
    """Answer each kind of request; every method runs in a worker thread."""

    def __init__(self, network_loader: Callable[[], Network]) -> None:
        self._collections = Collections(network_loader)
        self._kept = GzipCache()
        self.limiter = CapacityLimiter(THREADS)

    def landing_page(self, request: Request) -> Response:
        return self._document(request, documents.landing_page(_base(request)))

    def conformance(self, request: Request) -> Response:
        return self._document(request, documents.conformance(_base(request)))

    def openapi(self, request: Request) -> Response:
        described = openapi(_base(request), self._collections.network())
        return self._document(request, described, media_type=OPENAPI_TYPE)

    def collections(self, request: Request) -> Response:
        return self._document(request, documents.collections(_base(request), self._collections.network()))

    def collection(self, request: Request) -> Response:
        layer = find_layer(request.path_params["collection"])
        described = documents.collection(_base(request), layer, self._collections.network())
        return self._document(request, described)

    def items(self, request: Request) -> Response:
        layer = find_layer(request.path_params["collection"])
        query = read_items_query(request.query_params.multi_items(), filter_names=layer.filters)
        page = self._collections.find(layer.name).page(query)
        links = documents.page_links(_base(request), layer, query, matched=page.matched)
        return self._respond(request, page.body(links), etag=page.etag(links), media_type=GEOJSON_TYPE)

    def item(self, request: Request) -> Response:
        layer = find_layer(request.path_params["collection"])
        known_parameters(request.query_params.multi_items())
        item = request.path_params["item"]
        links = documents.item_links(_base(request), layer, quote(item, safe=""))
        found = self._collections.find(layer.name)
        body = found.item(item, links)
        return self._respond(
            request, body, etag=etag_of(found.digest, to_json(links)), media_type=GEOJSON_TYPE
        )

    def _document(self, request: Request, content: object, *, media_type: str = JSON_TYPE) -> Response:
        known_parameters(request.query_params.multi_items())
        body = to_json(content)
        return self._respond(request, whole(body), etag=etag_of(body), media_type=media_type)

    def _respond(self, request: Request, body: Body, *, etag: str, media_type: str) -> Response:
        if is_known_to(request, etag):
            return unchanged_response(etag)
        return body_response(request, body, etag=etag, media_type=media_type, kept=self._kept)


class _WithSlash:
    """Answer at `/api` as at `/api/`: a mount alone answers only the latter."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "path": scope["path"] + "/"}, receive, send)


def _in_thread(
    answer: Callable[[Request], Response], limiter: CapacityLimiter
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await to_thread.run_sync(answer, request, limiter=limiter)
        except ApiError as fault:
            return fault_response(fault)
        except Exception:
            # The trace is for the server's log alone.
            logger.exception("a request to the read-only API failed")
            return fault_response(
                ApiError(500, SERVER_FAULT, "The server failed at this request. Try again.")
            )

    return endpoint


async def _routing_fault(request: Request, fault: Exception) -> Response:
    del request
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    if status == 405:  # noqa: PLR2004 - HTTP's own number
        refused = ApiError(status, NOT_ALLOWED, "This service is read only. Use GET or HEAD.")
        return fault_response(refused, headers={"Allow": "GET, HEAD"})
    return fault_response(not_found(NO_ADDRESS))


def _base(request: Request) -> str:
    """Return the address the client reaches this service by, without a slash at the end."""
    host = request.headers.get("host", "")
    if host and not HOST.fullmatch(host):
        raise bad_value("The Host header is not the name of a host.")
    root = request.scope.get("root_path", "").rstrip("/")
    return str(URL(scope={**request.scope, "path": root, "query_string": b""})).rstrip("/")
