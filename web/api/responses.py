"""What the read-only API sends: JSON bytes, validators for caches, and faults as JSON."""

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from geo.caching.remembered import USED_LEAST, declare
from web.encoding import takes_gzip

GEOJSON_TYPE = "application/geo+json"
JSON_TYPE = "application/json"
OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"
CACHE_SECONDS = 300
# Smaller answers are left to the gzip middleware of the process.
LARGE_BYTES = 64 * 1024
# What one client that reads slowly may hold; 400 of them stay far below the bound of the process.
PIECE_BYTES = 128 * 1024
GZIP_KEPT_BYTES = 16 * 1024 * 1024
declare(
    "web.api.responses.GzipCache",
    holds="Answers of the API, compressed.",
    most_entries=None,
    most_bytes=GZIP_KEPT_BYTES,
    dropped=USED_LEAST,
)
GZIP_LEVEL = 5
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

BAD_VALUE = "InvalidParameterValue"
NOT_FOUND = "NotFound"
NOT_ALLOWED = "MethodNotAllowed"
SERVER_FAULT = "ServerError"


class ApiError(Exception):
    """Report a request that cannot be answered: an HTTP status, a code, and a sentence with the cure."""

    def __init__(self, status: int, code: str, description: str) -> None:
        """Keep the three parts of the answer."""
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description


def bad_value(description: str) -> ApiError:
    """Make the fault of a parameter that cannot be used as it is (400)."""
    return ApiError(400, BAD_VALUE, description)


def not_found(description: str) -> ApiError:
    """Make the fault of a collection, item or address that does not exist (404)."""
    return ApiError(404, NOT_FOUND, description)


def quoted(text: str) -> str:
    """Quote what a client sent for a message: control characters escaped, at most 60 characters."""
    shown = text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004 - the docstring names it
    return repr(shown)


def to_json(content: Any) -> bytes:
    """Encode as UTF-8 JSON that holds neither NaN nor infinity."""
    return _ENCODER.encode(content).encode("utf-8")


def fault_response(fault: ApiError, *, headers: dict[str, str] | None = None) -> Response:
    """Make the JSON answer of a fault, with the two members OGC API names."""
    body = to_json({"code": fault.code, "description": fault.description})
    return Response(
        body, fault.status, {"Cache-Control": "no-store", **(headers or {})}, media_type=JSON_TYPE
    )


@dataclass(frozen=True)
class Body:
    """Hold what an answer sends: its length in bytes, and a maker of its pieces."""

    length: int
    pieces: Callable[[], Iterator[bytes]]


class GzipCache:
    """Keep the most recently used compressed answers, bounded by their bytes."""

    def __init__(self, *, kept_bytes: int = GZIP_KEPT_BYTES) -> None:
        """Start empty.

        Parameters
        ----------
        kept_bytes
            The most all kept answers may weigh together.
        """
        self._kept_bytes = kept_bytes
        self._answers: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def compressed(self, body: Body, *, key: str) -> bytes:
        """Return `body` compressed, from the cache if an answer of that key is there."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        small = gzip.compress(b"".join(body.pieces()), GZIP_LEVEL, mtime=0)
        with self._lock:
            self._answers[key] = small
            while len(self._answers) > 1 and self.weight_bytes() > self._kept_bytes:
                self._answers.popitem(last=False)
        return small

    def weight_bytes(self) -> int:
        """Return the bytes all kept answers weigh together."""
        return sum(map(len, self._answers.values()))


def etag_of(*parts: bytes) -> str:
    """Return a weak validator of an answer made from `parts`."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return f'W/"{digest.hexdigest()}"'


def is_known_to(request: Request, etag: str) -> bool:
    """Return whether the client already holds the answer with this validator (`If-None-Match`)."""
    held = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in held.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def caching_headers(etag: str) -> dict[str, str]:
    """Return the headers that let a client and a proxy keep an answer."""
    return {
        "ETag": etag,
        "Cache-Control": f"public, max-age={CACHE_SECONDS}",
        "Vary": "Accept-Encoding",
    }


def unchanged_response(etag: str) -> Response:
    """Make the answer that says the client's copy still holds (304)."""
    return Response(status_code=304, headers=caching_headers(etag))


def body_response(request: Request, body: Body, *, etag: str, media_type: str, kept: GzipCache) -> Response:
    """Make a successful answer; a large one goes out compressed, or else piece by piece.

    Nothing large is ever held for one client, however slowly it reads.

    Parameters
    ----------
    request
        Its method and `Accept-Encoding` are looked at.
    body
        What to send.
    etag, media_type
        Validator and type of the answer.
    kept
        Where compressed answers are kept.
    """
    headers = caching_headers(etag)
    if body.length >= LARGE_BYTES and takes_gzip(request.headers.get("accept-encoding", "")):
        packed = kept.compressed(body, key=etag)
        headers["Content-Encoding"] = "gzip"
        body = Body(len(packed), lambda: sliced(packed))
    headers["Content-Length"] = str(body.length)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    if body.length <= PIECE_BYTES:
        return Response(b"".join(body.pieces()), headers=headers, media_type=media_type)
    return StreamingResponse(_sent_one_by_one(body.pieces()), headers=headers, media_type=media_type)


def whole(content: bytes) -> Body:
    """Make the body of an answer that is one piece."""
    return Body(len(content), lambda: iter((content,)))


def sliced(content: bytes) -> Iterator[bytes]:
    """Cut `content` into pieces without copying it twice."""
    return (content[start : start + PIECE_BYTES] for start in range(0, len(content), PIECE_BYTES))


async def _sent_one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    # An ordinary generator would cost Starlette a thread switch a piece.
    for piece in pieces:
        yield piece
