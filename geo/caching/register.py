"""The register of all caches of this process: what each holds, and one bound in bytes for all together."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from geo.caching.held_bytes import Base, Parts, near_parts
from geo.caching.remembered import LAST, USED_LEAST, CacheBound, declared

BOUND_BYTES = 200_000_000
Value = TypeVar("Value")
# What has not been kept: None may be an answer.
_NOTHING = object()


@dataclass(frozen=True)
class CacheState:
    """Say what one cache holds now.

    `bytes` are those it alone holds and those it shares with others, so that the sum over all caches may be
    more than they hold together; `most_entries` is None where bytes alone bound it.
    """

    name: str
    holds: str
    entries: int
    bytes: int
    most_entries: int | None
    hits: int
    misses: int


@dataclass(eq=False)
class _Entry:
    value: Any
    parts: Parts
    near: frozenset[int] = frozenset()


@dataclass
class _Held:
    size: int
    holders: int = 0


class Cache:
    """Hold the answers of one kind; made by `CacheRegister.cache`.

    Whatever was given out stays good when it is let go of here.
    """

    def __init__(
        self,
        register: "CacheRegister",
        name: str,
        holds: str,
        *,
        most_entries: int | None,
        grows: bool,
        handed_over: bool,
        dropped: str,
    ) -> None:
        self.name, self.holds, self.most_entries, self.dropped = name, holds, most_entries, dropped
        self.grows, self.handed_over = grows, handed_over
        self.entries = self.hits = self.misses = 0
        self._register = register
        self._turns: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()

    def find(self, key: Hashable, make: Callable[[], Value], *, in_turn: bool = True) -> Value:
        """Return what is kept under a key, else make it and keep it.

        Parameters
        ----------
        key, make
            Which answer, and how it is found.
        in_turn
            Whoever asks the same meanwhile waits for the one answer. Not where each can cancel its own.
        """
        known = self._register.get(self, key)
        if known is _NOTHING:
            if not in_turn:
                return self._made(key, make)
            with self._register.lock:
                turn = self._turns.setdefault(key, threading.RLock())
            with turn:
                known = self._register.get(self, key, again=True)
                if known is _NOTHING:
                    return self._made(key, make)
        return cast("Value", known)

    def get(self, key: Hashable) -> Any:
        """Return what is kept under a key; None where nothing is."""
        known = self._register.get(self, key)
        return None if known is _NOTHING else known

    def put(self, key: Hashable, value: object) -> None:
        """Keep a value."""
        self._register.put(self, key, value)

    def clear(self) -> None:
        """Let go of all of this cache."""
        self._register.clear(self)

    def __contains__(self, key: Hashable) -> bool:
        """Return whether something is kept under a key."""
        return self._register.has(self, key)

    def __len__(self) -> int:
        return self.entries

    def _made(self, key: Hashable, make: Callable[[], Value]) -> Value:
        cleared = self._register.times_cleared
        value = make()
        # What was begun before everything was let go of would be kept for nobody.
        if cleared == self._register.times_cleared:
            self.put(key, value)
        return value


class CacheRegister:
    """Name all caches and hold what they keep, together within one bound; what was used least goes first.

    A buffer that several values share is counted once, and what is pinned is not counted at all: base data
    that stay anyway. A value of more than the bound is given out and not kept.

    Parameters
    ----------
    bound_bytes
        The most all caches may hold together.
    """

    def __init__(self, bound_bytes: int = BOUND_BYTES) -> None:
        self.bound_bytes = bound_bytes
        self.lock = threading.RLock()
        self.times_cleared = self.bytes = 0
        self._caches: dict[str, Cache] = {}
        # What can be found again goes before what a visitor handed over.
        self._found: OrderedDict[tuple[Cache, Hashable], _Entry] = OrderedDict()
        self._handed: OrderedDict[tuple[Cache, Hashable], _Entry] = OrderedDict()
        self._holders: dict[int, _Held] = {}
        # Kept by caches that grow, and used since they were measured.
        self._used: set[tuple[Cache, Hashable]] = set()
        self._base = Base()

    def cache(
        self,
        name: str,
        *,
        holds: str,
        most_entries: int | None = None,
        grows: bool = False,
        handed_over: bool = False,
        dropped: str = "",
    ) -> Cache:
        """Make a cache and enter it.

        Parameters
        ----------
        name, holds
            What it is called, and what its values are, in a few words.
        most_entries
            A bound in number beside that in bytes.
        grows
            Its values hold more after they were used: they are measured again.
        handed_over
            Its values cannot be found again: they go last.
        dropped
            When its values are dropped; if left out, what was used least first, or last of all.

        Raises
        ------
        ValueError
            There is one of that name already.
        """
        with self.lock:
            if name in self._caches:
                raise ValueError(f"There is a cache called {name!r} already.")
            cache = Cache(
                self,
                name,
                holds,
                most_entries=most_entries,
                grows=grows,
                handed_over=handed_over,
                dropped=dropped or (LAST if handed_over else USED_LEAST),
            )
            self._caches[name] = cache
        return cache

    def states(self) -> list[CacheState]:
        """List every cache with what it holds now, the largest first."""
        with self.lock:
            states = [self._state_of(cache) for cache in self._caches.values()]
        return sorted(states, key=lambda state: (-state.bytes, state.name))

    def bounds(self) -> list[CacheBound]:
        """List every cache with its bound; that in bytes is one for all of them together."""
        with self.lock:
            caches = list(self._caches.values())
        return [
            CacheBound(one.name, one.holds, one.most_entries, self.bound_bytes, one.dropped) for one in caches
        ]

    def set_base(self, *values: object) -> None:
        """Name the data that stay whatever is let go of: what answers share with them is not counted."""
        base = Base(values)
        with self.lock:
            self._base = base

    def get(self, cache: Cache, key: Hashable, *, again: bool = False) -> Any:
        """Return what a cache keeps under a key and note that it was used; else a value of its own."""
        with self.lock:
            shelf = self._shelf(cache)
            entry = shelf.get((cache, key))
            if entry is None:
                cache.misses += not again
                return _NOTHING
            cache.hits += not again
            if cache.grows:
                self._used.add((cache, key))
            shelf.move_to_end((cache, key))
            return entry.value

    def has(self, cache: Cache, key: Hashable) -> bool:
        """Return whether a cache keeps something under a key."""
        return (cache, key) in self._shelf(cache)

    def put(self, cache: Cache, key: Hashable, value: object) -> None:
        """Keep a value, and let go of what was used least until all is within the bound again."""
        self._base.look_again()
        parts = Parts([value], self._base)
        with self.lock:
            self._drop((cache, key))
            if parts.total > self.bound_bytes:
                return
            self._shelf(cache)[cache, key] = _Entry(value, parts)
            cache.entries += 1
            self._hold(parts)
            self._measure_again()
            self._let_go(cache)

    def clear(self, *caches: Cache) -> None:
        """Let go of all that some caches keep; of everything where none is named."""
        with self.lock:
            self.times_cleared += 1
            for key in [key for key in (*self._found, *self._handed) if not caches or key[0] in caches]:
                self._drop(key)

    def _shelf(self, cache: Cache) -> "OrderedDict[tuple[Cache, Hashable], _Entry]":
        return self._handed if cache.handed_over else self._found

    def _let_go(self, cache: Cache) -> None:
        """Let go of what was used least until the number of one cache and the bytes of all are right."""
        if cache.most_entries is not None and cache.entries > cache.most_entries:
            self._drop(next(key for key in self._shelf(cache) if key[0] is cache))
        while self.bytes > self.bound_bytes and (self._found or self._handed):
            self._drop(next(iter(self._found or self._handed)))

    def _measure_again(self) -> None:
        """Measure what was used since, where use makes it hold more."""
        for key in self._used:
            entry = self._shelf(key[0])[key]
            near = near_parts(entry.value)
            if near != entry.near:
                self._release(entry.parts)
                entry.parts, entry.near = Parts([entry.value], self._base), near
                self._hold(entry.parts)
        self._used.clear()

    def _drop(self, key: tuple[Cache, Hashable]) -> None:
        entry = self._shelf(key[0]).pop(key, None)
        self._used.discard(key)
        if entry is not None:
            key[0].entries -= 1
            self._release(entry.parts)

    def _hold(self, parts: Parts) -> None:
        self.bytes += parts.own
        for place, size in parts.shared.items():
            held = self._holders.setdefault(place, _Held(size))
            self.bytes += 0 if held.holders else held.size
            held.holders += 1

    def _release(self, parts: Parts) -> None:
        self.bytes -= parts.own
        for place in parts.shared:
            held = self._holders[place]
            held.holders -= 1
            if not held.holders:
                self.bytes -= held.size
                del self._holders[place]

    def _state_of(self, cache: Cache) -> CacheState:
        parts = [entry.parts for (owner, _), entry in self._shelf(cache).items() if owner is cache]
        together: dict[int, int] = {}
        for part in parts:
            together |= part.shared
        size = sum(part.own for part in parts) + sum(together.values())
        return CacheState(
            cache.name, cache.holds, cache.entries, size, cache.most_entries, cache.hits, cache.misses
        )


register = CacheRegister()


def every_cache() -> list[CacheBound]:
    """List all caches of this process, as far as what keeps them is loaded: the one place that names them."""
    return sorted([*register.bounds(), *declared()], key=lambda bound: bound.name)
