"""What a client takes, read once for every layer beneath: `Accept-Encoding` by the letter, and one `Vary`."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ACCEPT_ENCODING, VARY = "accept-encoding", "vary"
WEIGHT = re.compile(r"\s*q\s*=\s*(0(\.\d{0,3})?|1(\.0{0,3})?)\s*", re.ASCII | re.IGNORECASE)


def takes_gzip(accepted: str) -> bool:
    """Return whether `Accept-Encoding` allows gzip (RFC 9110, section 12.5.3).

    Parameters
    ----------
    accepted
        The header; several of them joined by commas.
    """
    weights: dict[str, float] = {}
    for coding in accepted.lower().split(","):
        name, _, parameters = coding.partition(";")
        weights.setdefault(name.strip(), _weight(parameters))
    # x-gzip is gzip by another name; a star stands for whatever is not named.
    return next((weights[name] for name in ("gzip", "x-gzip", "*") if name in weights), 0.0) > 0


def _weight(parameters: str) -> float:
    if not parameters.strip():
        return 1.0
    found = WEIGHT.fullmatch(parameters)
    # A weight that is none is no permission.
    return float(found[1]) if found else 0.0


class OneEncoding:
    """Let every layer beneath see the same plain choice, gzip or nothing, and send one `Vary`.

    Streamlit's own compression looks for the five letters alone and would send gzip to who refuses it.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        accepted = ",".join(Headers(scope=scope).getlist(ACCEPT_ENCODING))
        asked = ACCEPT_ENCODING.encode()
        others = [(name, value) for name, value in scope["headers"] if name.lower() != asked]
        chosen = [(asked, b"gzip")] if takes_gzip(accepted) else []

        async def send_one_vary(message: Message) -> None:
            if message["type"] == "http.response.start":
                _join_vary(MutableHeaders(scope=message))
            await send(message)

        await self._app({**scope, "headers": others + chosen}, receive, send_one_vary)


def _join_vary(headers: MutableHeaders) -> None:
    given = [name.strip() for line in headers.getlist(VARY) for name in line.split(",") if name.strip()]
    if given:
        del headers[VARY]
        names = {name.lower(): name for name in given}
        headers[VARY] = ", ".join(names.values())
