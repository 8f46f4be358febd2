"""Work out beside the page what the next search will ask for."""

import contextlib
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from geo.errors import GeoDataError

_ahead, _underway = ThreadPoolExecutor(1, thread_name_prefix="siting-ahead"), threading.Lock()


def begin_ahead(find_it: Callable[[], object]) -> None:
    """Work out beside the page what a search will ask for; nothing where something is under way already.

    Parameters
    ----------
    find_it
        Keeps what it finds. Whoever searches is shown a fault in the question.
    """
    if _underway.acquire(blocking=False):
        context = contextvars.copy_context()
        _ahead.submit(context.run, _find_ahead, find_it)


def _find_ahead(find_it: Callable[[], object]) -> None:
    try:
        with contextlib.suppress(GeoDataError):
            find_it()
    finally:
        _underway.release()
