"""Make every compiled loop ready: call each once, on a village made up for it, so that it is kept on disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from filelock import FileLock

from geo.access.decay import GaussianWeight, StepWeight
from geo.access.reach import BY_DEMAND, lay_out
from geo.arrays import Floats
from geo.coverage.distance_bounds import outer_distances
from geo.coverage.land import covered_area
from geo.errors import GeoDataError
from geo.kernels.loader import (
    AREAS,
    CATCHMENTS,
    CENTERS,
    ERRORS,
    FAMILIES,
    MEDIANS,
    NEAREST,
    PAIRS,
    WITHIN,
    load_loops,
)
from geo.proximity.nearest import nearest_place
from geo.proximity.pairs import HomeIndex
from geo.proximity.within import PlaceIndex
from geo.schema import COUNTY_LEVEL, LEVEL, PARENT, PLACE_ERROR_M, WGS84
from geo.siting.center.exchange import reaching_all
from geo.siting.median.sums import Nearest
from geo.siting.solver.deadline import Deadline

# Called after each loop: how many are ready, of how many, and the families that are ready as a whole.
Progress = Callable[[int, int, tuple[str, ...]], object]

LOCK = "prepare.lock"
_SIDE = 6
_STEP_DEGREES = 0.05
_REACH_M = 3000.0


def prepare_loops(on_progress: Progress, *, in_turn: bool = True, first: str | None = None) -> Path:
    """Compile every loop that is not on disk yet, one family after another; give the folder they are in.

    Parameters
    ----------
    on_progress
        Called with how many loops are ready, of how many, and which families of
        `geo.kernels.loader.FAMILIES` are whole; what it raises ends the preparation.
    in_turn
        Wait for whoever else makes them ready on this machine instead of repeating it. Not while somebody
        waits for this one: the other may give way to everything.
    first
        The family to begin with.

    Raises
    ------
    GeoDataError
        There is no such family, numba is not installed, or there is no folder to keep the loops in.
    """
    if first is not None and first not in FAMILIES:
        raise GeoDataError("loops_unknown", name=first, known=[*FAMILIES])
    if any(load_loops(family) is None for family in FAMILIES):
        raise GeoDataError("numba_missing")
    loops: list[Any] = import_module(WITHIN).LOOPS
    folder = getattr(loops[0].stats, "cache_path", None)
    if folder is None:
        raise GeoDataError("loops_without_folder")
    ready: list[str] = []

    def report() -> None:
        whole = sum(loop.py_func.__module__ in ready or bool(loop.signatures) for loop in loops)
        on_progress(whole, len(loops), tuple(ready))

    turn = FileLock(Path(folder) / LOCK) if in_turn else nullcontext()
    with turn, _reported(report):
        for family in sorted(FAMILIES, key=lambda family: family != first):
            _CALLS[family]()
            ready.append(family)
            report()
    return Path(folder)


@contextmanager
def _reported(report: Callable[[], object]) -> Iterator[None]:
    """Call `report` whenever a loop has been compiled."""
    event = import_module("numba.core.event")

    class CompileListener(event.Listener):  # type: ignore[misc, name-defined]
        def on_start(self, event: Any) -> None:
            """Wait for the end."""

        def on_end(self, event: Any) -> None:  # noqa: ARG002
            report()

    with event.install_listener("numba:compile", CompileListener()):
        yield


def _village() -> tuple[Floats, Floats]:
    """Return places at the corners of a few fields."""
    east, north = np.divmod(np.arange(_SIDE * _SIDE), _SIDE) * np.full((2, 1), _STEP_DEGREES)
    return 108.0 + east, 22.5 + north


def _facilities() -> gpd.GeoDataFrame:
    lon, lat = _village()
    frame = pd.DataFrame({PLACE_ERROR_M: 50.0}, index=[f"{number:02d}" for number in range(len(lon))])
    return gpd.GeoDataFrame(frame, geometry=shapely.points(lon, lat), crs=WGS84)


def _call_nearest() -> None:
    lon, lat = _village()
    nearest_place(lon, lat, lon, lat, compile_kernels=True)


def _call_within() -> None:
    lon, lat = _village()
    PlaceIndex(lon, lat).within(lon, lat, np.full(len(lon), _REACH_M))


def _call_errors() -> None:
    facilities = _facilities()
    outer_distances(facilities, facilities)


def _call_pairs() -> None:
    lon, lat = _village()
    HomeIndex(lon, lat).reach(lon, lat, within_m=_REACH_M)


def _call_areas() -> None:
    field = shapely.box(107.9, 22.4, 108.6, 22.9)
    county = pd.DataFrame({LEVEL: COUNTY_LEVEL, PARENT: None}, index=["450101"])
    covered_area(
        _facilities(), gpd.GeoDataFrame(county, geometry=[field], crs=WGS84), thresholds_m=[_REACH_M]
    )


def _call_catchments() -> None:
    lon, lat = _village()
    for weight in (StepWeight((_REACH_M,), (1.0,)), GaussianWeight(_REACH_M)):
        reach = lay_out((lon, lat), (lon, lat), weight, _REACH_M)
        reach.serve(np.ones(len(lon)), np.ones(len(lon)), mode=BY_DEMAND)


def _call_centers() -> None:
    from scipy import sparse

    lists = sparse.csr_array(np.ones((_SIDE, _SIDE)) - np.eye(_SIDE))
    reaching_all(lists, np.arange(2), steps=2, deadline=Deadline(np.inf, {}))


def _call_medians() -> None:
    loops: Any = load_loops(MEDIANS)
    count = np.zeros(_SIDE, np.int64)
    start, site, paid = np.arange(_SIDE + 1), np.zeros(_SIDE, np.int32), np.zeros(_SIDE)
    lists, is_open = (start, site, paid), np.ones(_SIDE, bool)
    loops.add_savings(lists, paid, np.zeros(_SIDE))
    loops.count_served(lists, paid, is_open, np.zeros(_SIDE))
    loops.find_open(lists, is_open, count, np.zeros(_SIDE), np.zeros(_SIDE))
    loops.value_exchanges(lists, Nearest(count, paid, paid), count, np.zeros(_SIDE), np.zeros((_SIDE, _SIDE)))


_CALLS = {
    NEAREST: _call_nearest,
    WITHIN: _call_within,
    ERRORS: _call_errors,
    PAIRS: _call_pairs,
    AREAS: _call_areas,
    CATCHMENTS: _call_catchments,
    CENTERS: _call_centers,
    MEDIANS: _call_medians,
}
