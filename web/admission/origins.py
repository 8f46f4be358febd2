"""Origins: which other pages, and which names of this server, a request may come from."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PORTS = {"http": 80, "https": 443}
FOREIGN_HOST = (
    "本程序不以这个网址提供服务。请用管理员给您的网址打开；管理员可在 server.allowedHosts 中加入此名称。\n"
    "This program is not served under this address. Open it by the address you were given; whoever runs it "
    "can add the name to server.allowedHosts.\n"
)
FOREIGN_ORIGIN = (
    "请求来自其他网站的页面，已拒绝。请直接打开本程序。\n"
    "The request comes from a page of another site and was refused. Open this program itself.\n"
)
POLICY = 1008
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Origin:
    """Name an origin (RFC 6454): scheme, host in lower case without the last dot, port."""

    scheme: str
    host: str
    port: int


class OwnOrigins:
    """Refuse requests under a foreign name of this server, or sent by a page of another origin.

    A request that names no origin (a link followed, a tool) passes; browsers name it wherever a page of
    another site could read an answer, change something or open a WebSocket.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_host_allowed: Callable[[str | None], bool],
        is_origin_allowed: Callable[[Origin], bool],
    ) -> None:
        """Stand before `app`.

        Parameters
        ----------
        app
            The application answered for.
        is_host_allowed
            Says of a `Host` header whether the server goes by it.
        is_origin_allowed
            Says of an origin other than the server's own whether it may ask.
        """
        self.app = app
        self.is_host_allowed = is_host_allowed
        self.is_origin_allowed = is_origin_allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        host = hosts[0] if len(hosts) == 1 else None
        if len(hosts) > 1 or not self.is_host_allowed(host):
            await refuse(scope, receive, send, status=421, words=FOREIGN_HOST)
        elif len(origins) > 1 or (origins and not self._is_known(origins[0], host)):
            await refuse(scope, receive, send, status=403, words=FOREIGN_ORIGIN)
        else:
            await self.app(scope, receive, send)

    def _is_known(self, text: str, host: str | None) -> bool:
        origin = read_origin(text)
        if origin is None:
            return False
        # Behind a proxy that speaks TLS the page's scheme is not the one asked here.
        own = host is not None and read_origin(f"{origin.scheme}://{host}") == origin
        return own or self.is_origin_allowed(origin)


def read_origin(text: str) -> Origin | None:
    """Read an origin as browsers write it; None for `null` and for whatever is none.

    Parameters
    ----------
    text
        Such as `https://map.example.org:8443`.
    """
    if not text.isascii() or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    extra = parts.path or parts.query or parts.fragment or "@" in parts.netloc or parts.netloc.endswith(":")
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in PORTS or not host or extra or text.endswith(("?", "#")):
        return None
    return Origin(parts.scheme, host, PORTS[parts.scheme] if port is None else port)


def named_origins(entries: Iterable[str]) -> frozenset[Origin]:
    """Read a list of origins; an entry without a scheme stands for both.

    Parameters
    ----------
    entries
        As people write them: with or without a scheme, perhaps with a slash at the end.
    """
    whole = [entry.strip().rstrip("/") for entry in entries]
    texts = [
        text
        for entry in whole
        for text in ([entry] if "://" in entry else [f"{scheme}://{entry}" for scheme in PORTS])
    ]
    return frozenset(filter(None, map(read_origin, texts)))


async def refuse(scope: Scope, receive: Receive, send: Send, *, status: int, words: str) -> None:
    """Refuse a request in one sentence of each language, or a WebSocket before it is accepted.

    Parameters
    ----------
    scope, receive, send
        Of the request.
    status
        HTTP status of the answer.
    words
        What is said.
    """
    logger.info("refused %s with %s", scope.get("path"), status)
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": POLICY})
        return
    answer = PlainTextResponse(words, status_code=status)
    await answer(scope, receive, send)
