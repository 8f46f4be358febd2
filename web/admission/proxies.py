"""Proxies: whose word is taken for who a visitor is and where the visit comes from."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.errors import InvalidValueError
from web.admission.connections import current_connection, plain_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
FORWARDED_FOR = "x-forwarded-for"
# More hops than any real way has.
MOST_HOPS = 20


@dataclass(frozen=True)
class Proxies:
    """Hold the networks whose proxies are trusted; of none, nobody is."""

    networks: tuple[Network, ...] = ()

    def trust(self, address: str | None) -> bool:
        """Return whether an address is one of a trusted proxy."""
        if address is None:
            return False
        ip = ipaddress.ip_address(address)
        return any(ip in network for network in self.networks)

    def client_of(self, peer: str | None, forwarded: Iterable[str]) -> str | None:
        """Return the address of the client behind a connection.

        Parameters
        ----------
        peer
            The other end of the socket.
        forwarded
            Values of `X-Forwarded-For`: each proxy adds the address it was asked from. Read from the end,
            the first that no trusted proxy has is the client; what stands before it anybody can write.
        """
        if not self.trust(peer):
            return peer
        client = peer
        hops = ",".join(forwarded).split(",")[-MOST_HOPS:]
        for hop in reversed(hops):
            address = plain_address(_without_port(hop.strip()))
            if address is None:
                break
            client = address
            if not self.trust(address):
                break
        return client


def read_proxies(text: str) -> Proxies:
    """Read addresses and networks (CIDR), separated by commas or spaces.

    Raises
    ------
    InvalidValueError
        One of them is neither.
    """
    networks: list[Network] = []
    for word in text.replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            raise InvalidValueError("proxy_no_address", word=word) from None
    return Proxies(tuple(networks))


class TrustedHeaders:
    """Take headers that say who somebody is from trusted proxies alone, and set the true client address.

    The server may have put the first `X-Forwarded-For` it saw in the place of the client's address; here the
    socket's own other end is what counts.
    """

    def __init__(self, app: ASGIApp, *, proxies: Proxies, names: Iterable[str]) -> None:
        """Stand before `app`.

        Parameters
        ----------
        app
            The application answered for.
        proxies
            The addresses to trust.
        names
            The headers that say who somebody is.
        """
        self.app = app
        self.proxies = proxies
        self.names = frozenset(name.lower().encode("latin-1") for name in names if name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = current_connection()
        peer = connection.address if connection else None
        names = [name for name, _ in scope["headers"]]
        # Said twice, one of the two may be the client's own: then nobody is named.
        refused = {name for name in self.names if not self.proxies.trust(peer) or names.count(name) > 1}
        headers = [(name, value) for name, value in scope["headers"] if name not in refused]
        known = {**scope, "headers": headers}
        if peer is not None:
            client = self.proxies.client_of(peer, Headers(scope=scope).getlist(FORWARDED_FOR))
            known["client"] = (client, 0)
        await self.app(known, receive, send)


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
