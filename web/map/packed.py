"""Answers made once and sent many times: bytes, their compressed form, and a version in the address."""

import gzip
import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.encoding import takes_gzip

JSON_TYPE = "application/json"
SCRIPT_TYPE = "text/javascript; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Packed:
    """Hold one answer: its bytes, the same bytes gzipped, what they are, and their version."""

    body: bytes
    gzipped: bytes
    media_type: str
    version: str


def pack(body: bytes, *, media_type: str) -> Packed:
    """Compress an answer once and name its version after its content.

    Parameters
    ----------
    body
        What is sent.
    media_type
        The content type to send it with.
    """
    # Without the clock in the gzip header the same input gives the same bytes.
    return Packed(body, gzip.compress(body, 9, mtime=0), media_type, hashlib.sha256(body).hexdigest()[:16])


def send_packed(request: Request, packed: Packed) -> Response:
    """Answer a request with a packed body, kept for ever by the browser if the address names this version.

    Parameters
    ----------
    request
        Its `v` is the version asked for; its headers say what the browser has and understands.
    packed
        The answer.

    Returns
    -------
    Response
        200, or 304 where the browser has it already.
    """
    asked = request.query_params.get("v")
    headers = {
        "Cache-Control": FOREVER if asked == packed.version else ASK_AGAIN,
        "ETag": f'"{packed.version}"',
        "Vary": "Accept-Encoding",
    }
    if packed.version in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        return Response(packed.gzipped, media_type=packed.media_type, headers=headers)
    return Response(packed.body, media_type=packed.media_type, headers=headers)
