"""Where the app is reached: below `server.baseUrlPath`, or below a prefix that a proxy has taken off."""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

# What a proxy says it has taken off: a path of plain segments, so that it can be written into links as it is.
FORWARDED_PREFIX = "x-forwarded-prefix"
PREFIX = re.compile(r"(/[A-Za-z0-9._~\-]{1,64}){1,8}")


class BelowBasePath:
    """Let our own routes answer below the base path, and their links begin where the client's addresses do.

    Streamlit puts the base path before its own routes, and takes ours as they are.
    """

    def __init__(self, app: ASGIApp, *, base: str, folders: Iterable[str]) -> None:
        """Wrap `app`.

        Parameters
        ----------
        app
            The application answered for.
        base
            As `/path`, empty where the app is at the root of its host.
        folders
            The first part of our own addresses, as `/api`.
        """
        self._app = app
        self._own = re.compile(
            f"{re.escape(base)}(?P<local>({'|'.join(map(re.escape, folders))})(/.*)?)", re.DOTALL
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            found = self._own.fullmatch(scope["path"])
            if found is not None:
                scope = _rooted(scope, found["local"])
        await self._app(scope, receive, send)


def _rooted(scope: Scope, local: str) -> Scope:
    base = scope["path"].removesuffix(local)
    root = f"{_forwarded_prefix(scope)}{base}"
    # By ASGI's rule the path holds the root path too; a proxy's prefix is put back before both.
    return {**scope, "root_path": root, "path": f"{root}{local}"}


def _forwarded_prefix(scope: Scope) -> str:
    prefix = Headers(scope=scope).get(FORWARDED_PREFIX, "").rstrip("/")
    return prefix if PREFIX.fullmatch(prefix) and ".." not in prefix.split("/") else ""
