"""Keep answers while the network they were given for is the newest; each run of a page sees one network."""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from geo.caching.register import Cache, register
from geo.caching.remembered import USED_LEAST
from ui.shared.language import current_language
from web.shared_data import Store, shared_store

Asked = ParamSpec("Asked")
Given = TypeVar("Given")

NEWER_NETWORK = f"When a newer network is in sight, all of it; before that: {USED_LEAST}"
_seen: ContextVar[Store | None] = ContextVar("store_of_this_run", default=None)
_by_network: list[Cache] = []
_forget: list[Callable[[], None]] = []
_turning = threading.Lock()
_newest: list[Store] = []


def see_one_network() -> Store:
    """Let this run of a page see one network from its first line to its last; call it at its start."""
    store = shared_store()
    _seen.set(store)
    _drop_older_answers(store)
    return store


def store_in_sight() -> Store:
    """Return the store this run sees; outside a run, the newest."""
    return _seen.get() or shared_store()


def cache_by_network(name: str, *, holds: str, grows: bool = False) -> Cache:
    """Enter a cache whose keys begin with the network, as `geo.caching.register.CacheRegister.cache` does."""
    cache = register.cache(name, holds=holds, grows=grows, dropped=NEWER_NETWORK)
    _by_network.append(cache)
    return cache


def forget_with_the_rest(forget: Callable[[], None]) -> None:
    """Have `forget` called when a newer network is in sight; for answers kept in another way."""
    _forget.append(forget)


def kept(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """Keep what a function gives by its arguments and the network in sight; its docstring says what it is."""
    return _kept(function)


def kept_growing(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """Keep what a function gives where that holds more after it was used; see `kept`."""
    return _kept(function, grows=True)


def kept_in_language(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """Keep what a function gives in this session's language; see `kept`."""
    return _kept(function, spoken=True)


def _kept(
    function: Callable[Asked, Given], *, grows: bool = False, spoken: bool = False
) -> Callable[Asked, Given]:
    name = f"{function.__module__}.{function.__qualname__}"
    holds = (function.__doc__ or "").partition("\n")[0]
    cache = cache_by_network(name, holds=holds, grows=grows)

    @wraps(function)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        store, language = store_in_sight(), current_language() if spoken else ""
        key = (store, language, args, *sorted(kwargs.items()))
        return cache.find(key, partial(_seeing, store, function, *args, **kwargs))

    return asked


def _seeing(
    store: Store, function: Callable[Asked, Given], *args: Asked.args, **kwargs: Asked.kwargs
) -> Given:
    before = _seen.set(store)
    try:
        return function(*args, **kwargs)
    finally:
        _seen.reset(before)


def _drop_older_answers(store: Store) -> None:
    """Let go of all answers once a newer network is in sight: they hold the whole of the older one."""
    with _turning:
        if _newest and (_newest[0] is store or store.revision < _newest[0].revision):
            return
        first = not _newest
        _newest[:] = [store]
    register.set_base(store, store.network)
    if not first:
        register.clear(*_by_network)
        for forget in _forget:
            forget()
