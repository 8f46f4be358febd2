"""Keep answers while the network they were given for is the newest; each run of a page sees one network."""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from web.store import Store, shared_store

Asked = ParamSpec("Asked")
Given = TypeVar("Given")

_seen: ContextVar[Store | None] = ContextVar("store_of_this_run", default=None)
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
    """Give the store this run sees; outside a run, the newest."""
    return _seen.get() or shared_store()


def kept(maxsize: int | None) -> Callable[[Callable[Asked, Given]], Callable[Asked, Given]]:
    """Keep what a function gives, by its arguments and the network in sight.

    Parameters
    ----------
    maxsize
        How many answers at most; None where the arguments are few.
    """

    def keep(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
        @lru_cache(maxsize=maxsize)
        def by_store(store: Store, *args: Any, **kwargs: Any) -> Given:
            before = _seen.set(store)
            try:
                return function(*args, **kwargs)
            finally:
                _seen.reset(before)

        @wraps(function)
        def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Given:
            return by_store(store_in_sight(), *args, **kwargs)  # type: ignore[arg-type]

        _forget.append(by_store.cache_clear)
        return asked

    return keep


def forget_with_the_rest(forget: Callable[[], None]) -> None:
    """Have `forget` called when all answers are let go of; for those kept in another way."""
    _forget.append(forget)


def _drop_older_answers(store: Store) -> None:
    """Let go of all answers once a newer network is in sight: they hold the whole of the older one."""
    with _turning:
        if _newest and _newest[0] is store:
            return
        if _newest and store.revision < _newest[0].revision:
            return
        first = not _newest
        _newest[:] = [store]
    if not first:
        for forget in _forget:
            forget()
