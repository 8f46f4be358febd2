"""Guesses at the password: counted by session and by address, so that nobody's delay anybody else."""

import hashlib
import hmac
import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

# This many wrong ones in this many seconds; then none is looked at until the first is that old.
PER_SESSION, PER_ADDRESS, WINDOW_SECONDS = 5, 30, 300.0
MOST_KEPT = 10_000
IPV6_NETWORK_BITS = 64


class Guesses:
    """Count wrong guesses; of too many who guess, those longest silent are forgotten."""

    def __init__(self, *, most: int = MOST_KEPT, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        self._most, self._clock = most, clock
        self._wrong: OrderedDict[Hashable, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, session: str, address: str | None) -> float:
        """Return how long this visitor has to wait before another guess is looked at; 0 for not at all."""
        with self._lock:
            return max(self._wait(key, most) for key, most in _keys(session, address))

    def is_right(self, said: str, password: str, *, session: str, address: str | None) -> bool:
        """Compare a guess in constant time, and count a wrong one; nobody else waits for it.

        Parameters
        ----------
        said
            What was typed.
        password
            What is right.
        session, address
            Who guesses; one that has to wait is answered no, without being looked at.
        """
        with self._lock:
            if any(self._wait(key, most) for key, most in _keys(session, address)):
                return False
            right = hmac.compare_digest(_digest(said), _digest(password))
            if not right:
                for key, most in _keys(session, address):
                    self._count(key, most)
        return right

    def __len__(self) -> int:
        return len(self._wrong)

    def _wait(self, key: Hashable, most: int) -> float:
        times = self._wrong.get(key)
        if times is None or len(times) < most:
            return 0.0
        return max(0.0, times[0] + WINDOW_SECONDS - self._clock())

    def _count(self, key: Hashable, most: int) -> None:
        self._wrong.setdefault(key, deque(maxlen=most)).append(self._clock())
        self._wrong.move_to_end(key)
        while len(self._wrong) > self._most:
            self._wrong.popitem(last=False)


def _keys(session: str, address: str | None) -> tuple[tuple[Hashable, int], tuple[Hashable, int]]:
    return (("session", session), PER_SESSION), (("address", _network(address)), PER_ADDRESS)


def _network(address: str | None) -> str | None:
    """Return the network one client has for itself: an IPv6 client has 2**64 addresses."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return address
    if ip.version == 4:  # noqa: PLR2004 - IPv4
        return address
    return str(ipaddress.ip_network((ip, IPV6_NETWORK_BITS), strict=False))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
