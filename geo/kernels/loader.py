"""Which compiled loops are at hand, by family; those made ready elsewhere are not waited for.

A family is one module of loops. numba compiles a loop when it is first called, which takes seconds, and keeps
it on disk. Whoever has a family made ready by another process awaits it here: until it is taken, the plain
forms answer, which are slower and give the same.
"""

import hashlib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from sys import modules
from types import ModuleType

import platformdirs

from geo.caching.remembered import remember

NEAREST, WITHIN = "geo.kernels.nearest", "geo.kernels.within"
ERRORS, PAIRS = "geo.kernels.errors", "geo.kernels.pairs"
AREAS, CATCHMENTS = "geo.kernels.areas", "geo.kernels.catchments"
CENTERS, MEDIANS = "geo.kernels.centers", "geo.kernels.medians"
# In the order they are made ready: what the first pages want comes first.
FAMILIES = (NEAREST, WITHIN, ERRORS, PAIRS, AREAS, CATCHMENTS, CENTERS, MEDIANS)

_FOLDER = "guigongtu"
_awaited: set[str] = set()


def load_loops(family: str) -> ModuleType | None:
    """Return a family of compiled loops; None while it is awaited, and where numba is not installed."""
    return None if family in _awaited else _imported(family)


def are_loaded(family: str) -> bool:
    """Return whether a family is at hand without importing anything."""
    return family in modules and family not in _awaited


def await_loops(families: Iterable[str] = FAMILIES) -> None:
    """Have the plain forms answer until these families are taken."""
    _awaited.update(families)


def take_loops(families: Iterable[str] = FAMILIES) -> None:
    """Use these families from now on: they have been made ready, or nobody makes them ready any more."""
    _awaited.difference_update(families)


def are_awaited(family: str) -> bool:
    """Return whether a family is still being made ready."""
    return family in _awaited


def loops_folder() -> Path:
    """Name the folder compiled loops are kept in, another one for other sources.

    What is kept holds the loops it calls, of other modules too, and numba looks at its own module alone: kept
    in one folder, a loop would go on as it was when only one that it calls has changed.
    """
    sources = hashlib.sha256()
    for family in FAMILIES:
        sources.update(Path(__file__).parents[2].joinpath(*family.split(".")).with_suffix(".py").read_bytes())
    kept = Path(platformdirs.user_cache_dir(_FOLDER, appauthor=False))
    return kept / f"loops-{sources.hexdigest()[:16]}"


@remember(holds="Modules of compiled loops.", most_bytes=1_000_000, most_entries=len(FAMILIES))
def _imported(family: str) -> ModuleType | None:
    try:
        # Importing numba takes half a second: only who computes much may pay for it.
        return import_module(family)
    except ImportError:
        return None
