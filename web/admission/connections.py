"""Connections: how long a slow client may hold one, how many there may be, and who is at the other end.

The server (uvicorn) has no time limit for the head or the body of a request, and none for an answer nobody
reads. So every connection it accepts is wrapped, whatever protocol it speaks, and looked at once a second.
"""

import asyncio
import ipaddress
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, cast

# From opening, or from the end of the last answer, to the whole head of the next request.
HEAD_SECONDS = 10.0
# An answer has to be read: at least so many bytes in so many seconds.
STALL_SECONDS, STALL_BYTES = 30.0, 16 * 1024
SWEEP_SECONDS = 1.0
# Where there are too many, whoever came just now is given this time to say what is wanted.
FIRST_SECONDS = 1.0
PER_ADDRESS, IN_ALL = 200, 600
# The longest message a WebSocket may send; the forms of a page are far below.
MESSAGE_BYTES = 4 * 1024 * 1024

logger = logging.getLogger(__name__)
_current: ContextVar["Connection | None"] = ContextVar("connection", default=None)


class Connection(asyncio.Protocol):
    """Stand between the socket and the server's own protocol, and know how far the client has got."""

    def __init__(self, served: asyncio.Protocol, register: "Connections") -> None:
        """Wrap `served`, a fresh protocol of the server."""
        self._served, self._register = served, register
        self._admitted = False
        self.address: str | None = None
        self.transport: asyncio.Transport | None = None
        self.answering = 0
        self.idle_since = self.moved_at = register.time()
        self.unsent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in where there is room for one more."""
        self.transport = cast("asyncio.Transport", transport)
        self.address = plain_address(transport.get_extra_info("peername"))
        self.idle_since = self.moved_at = self._register.time()
        self._admitted = self._register.admit(self)
        if self._admitted:
            self._served.connection_made(transport)
        else:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand on what came; whatever the server starts because of it knows this connection."""
        _current.set(self)
        self._served.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand on that the client sends no more."""
        return self._served.eof_received()

    def pause_writing(self) -> None:
        """Hand on that the client reads too slowly."""
        self._served.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the client has read."""
        self._served.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._register.forget(self)
        if self._admitted:
            self._served.connection_lost(exc)

    def close(self) -> None:
        """Close at once; what was not sent is dropped."""
        self._register.forget(self)
        if self.transport is not None:
            self.transport.abort()

    def is_over(self) -> bool:
        """Return whether the socket is closed: after an upgrade only the transport knows."""
        return (self.transport is None or self.transport.is_closing()) and not self.transport_buffer()

    def transport_buffer(self) -> int:
        """Return how many bytes wait to be read by the client."""
        try:
            return self.transport.get_write_buffer_size() if self.transport is not None else 0
        except AttributeError:
            # A TLS transport that was closed has lost what it would ask (CPython's sslproto).
            return 0

    def is_too_slow(self, now: float) -> bool:
        """Return whether the client has used up its time."""
        waiting = self.transport_buffer()
        if not waiting or waiting > self.unsent or waiting <= self.unsent - STALL_BYTES:
            self.unsent, self.moved_at = waiting, now
        if waiting:
            self.idle_since = now
            return now - self.moved_at > STALL_SECONDS
        return not self.answering and now - self.idle_since > HEAD_SECONDS

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Mark that an answer is being made: the client waits for us, not we for it."""
        self.answering += 1
        try:
            yield
        finally:
            self.answering -= 1
            self.idle_since = self._register.time()


class Connections:
    """Hold every open connection, the oldest first."""

    def __init__(
        self,
        *,
        per_address: int = PER_ADDRESS,
        in_all: int = IN_ALL,
        is_proxy: Callable[[str], bool] = lambda _address: False,
    ) -> None:
        """Begin with none.

        Parameters
        ----------
        per_address, in_all
            How many there may be from one address, and from all.
        is_proxy
            Says of an address that it speaks for many; only the second bound holds for it.
        """
        self._per_address, self._in_all, self._is_proxy = per_address, in_all, is_proxy
        self._open: dict[Connection, None] = {}
        self._swept_at = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def time(self) -> float:
        """Return the clock all limits go by, in seconds."""
        return asyncio.get_running_loop().time()

    def admit(self, new: Connection) -> bool:
        """Take one more in; where there is no room, one of the fullest address makes way."""
        for gone in [one for one in self._open if one.is_over()]:
            self.forget(gone)
        answered = sum(one.answering > 0 and one.address == new.address for one in self._open)
        if answered >= self._per_address and self._is_one_client(new):
            return False
        if len(self._open) >= self._in_all:
            fullest, _ = Counter(one.address for one in self._open).most_common(1)[0]
            fair = self.time() - (FIRST_SECONDS if fullest == new.address else 0.0)
            waiting = next((one for one in self._waiting(fair) if one.address == fullest), None)
            if waiting is None:
                return False
            waiting.close()
        self._open[new] = None
        return True

    def forget(self, gone: Connection) -> None:
        """Take one out."""
        self._open.pop(gone, None)

    def sweep(self) -> None:
        """Close whatever has used up its time, and the oldest of an address that has too many."""
        now = self.time()
        # While the program itself stood still no client could be heard: that time is given back.
        late = max(0.0, now - self._swept_at - SWEEP_SECONDS)
        self._swept_at = now
        for one in list(self._open):
            one.idle_since, one.moved_at = one.idle_since + late, one.moved_at + late
            if one.is_over():
                self.forget(one)
            elif one.is_too_slow(now):
                one.close()
        counts = Counter(one.address for one in self._open)
        for one in list(self._waiting(now - FIRST_SECONDS)):
            if counts[one.address] > self._per_address and self._is_one_client(one):
                counts[one.address] -= 1
                one.close()

    def _is_one_client(self, connection: Connection) -> bool:
        return connection.address is None or not self._is_proxy(connection.address)

    def _waiting(self, before: float) -> Iterator[Connection]:
        """List those that wait for their client since a time, the oldest first."""
        return (one for one in self._open if not one.answering and one.idle_since <= before)

    async def sweep_for_ever(self) -> None:
        """Sweep for ever; a fault in one sweep is logged and does not end the watch."""
        self._swept_at = self.time()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                self.sweep()
            except Exception:
                logger.exception("slow connections could not be looked at")


def current_connection() -> Connection | None:
    """Return the connection the running request came by; None where no wrapped server runs."""
    return _current.get()


def plain_address(peername: object) -> str | None:
    """Write the address of a socket's other end in one form; None where it has none."""
    host = peername[0] if isinstance(peername, tuple) and peername else peername
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


@contextmanager
def wrapped_connections(connections: Connections) -> Iterator[None]:
    """Wrap every connection accepted by a server that begins to listen on the running loop meanwhile.

    Parameters
    ----------
    connections
        Where they are held.
    """
    loop: Any = asyncio.get_running_loop()
    create = loop.create_server

    async def create_wrapped(factory: Callable[[], asyncio.Protocol], *args: Any, **options: Any) -> Any:
        if options.get("ssl") is not None:
            options.setdefault("ssl_handshake_timeout", HEAD_SECONDS)
        return await create(partial(_wrapped, factory, connections), *args, **options)

    loop.create_server = create_wrapped
    sweeping = asyncio.ensure_future(connections.sweep_for_ever())
    try:
        yield
    finally:
        sweeping.cancel()
        loop.create_server = create


def _wrapped(factory: Callable[[], asyncio.Protocol], connections: Connections) -> Connection:
    served = factory()
    settings = getattr(served, "config", None)
    if getattr(settings, "ws_max_size", 0) > MESSAGE_BYTES:
        settings.ws_max_size = MESSAGE_BYTES  # type: ignore[union-attr]
    return Connection(served, connections)
