"""Small things a process keeps beside the register, each with its bound and the moment it is dropped.

`geo.caching.register.every_cache` lists them with the caches of the register. This module imports nothing
heavy, so that whatever is asked at a start can use it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

NEVER = "Never: with the process."
USED_LEAST = "What was used least goes first."
LAST = "After all that can be found again, what was used least first."
Given = TypeVar("Given")


@dataclass(frozen=True)
class CacheBound:
    """Say of one cache what it holds, the most it holds, and when that is dropped.

    `most_entries` is None where bytes alone bound it; `most_bytes` are those of all its entries together.
    """

    name: str
    holds: str
    most_entries: int | None
    most_bytes: int
    dropped: str


_declared: dict[str, CacheBound] = {}


def remember(
    *, holds: str, most_bytes: int, most_entries: int = 1, dropped: str = ""
) -> "Callable[[Callable[..., Given]], _lru_cache_wrapper[Given]]":
    """Keep what a function gives by its arguments, as `functools.lru_cache`, and declare it.

    Parameters
    ----------
    holds
        What it gives, in a few words.
    most_bytes, most_entries
        The most it keeps; the bytes are measured by a test.
    dropped
        When it is dropped; if left out, `NEVER` for one entry, `USED_LEAST` for more.
    """

    def decorate(function: Callable[..., Given]) -> "_lru_cache_wrapper[Given]":
        name = f"{function.__module__}.{function.__qualname__}"
        when = dropped or (NEVER if most_entries == 1 else USED_LEAST)
        _declared[name] = CacheBound(name, holds, most_entries, most_bytes, when)
        return lru_cache(maxsize=most_entries)(function)

    return decorate


def declare(name: str, *, holds: str, most_entries: int | None, most_bytes: int, dropped: str) -> None:
    """Declare a cache that is kept in another way.

    Parameters
    ----------
    name
        The module and what in it keeps.
    holds, most_entries, most_bytes, dropped
        As of `CacheBound`.

    Raises
    ------
    ValueError
        There is one of that name already.
    """
    if name in _declared:
        raise ValueError(f"There is a cache called {name!r} already.")
    _declared[name] = CacheBound(name, holds, most_entries, most_bytes, dropped)


def declared() -> list[CacheBound]:
    """List what was declared, by name."""
    return sorted(_declared.values(), key=lambda bound: bound.name)
