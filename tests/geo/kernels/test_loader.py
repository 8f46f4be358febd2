"""Loops made ready elsewhere: the plain forms answer until then, and nothing is compiled after."""

import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from geo import cli
from geo.kernels import loader
from geo.kernels.loader import (
    AREAS,
    CATCHMENTS,
    FAMILIES,
    WITHIN,
    are_awaited,
    await_loops,
    load_loops,
    take_loops,
)
from geo.proximity.nearest import nearest_place
from geo.proximity.within import PlaceIndex


@pytest.fixture(autouse=True)
def taken():
    """Let no test leave a family awaited."""
    yield
    take_loops()


def test_a_family_that_is_awaited_is_not_at_hand_until_it_is_taken():
    await_loops([AREAS, CATCHMENTS])
    assert load_loops(AREAS) is None
    take_loops([AREAS])
    assert not are_awaited(AREAS)
    assert are_awaited(CATCHMENTS)
    assert not loader.are_loaded(CATCHMENTS)


def test_meanwhile_the_plain_search_answers_and_the_answer_is_the_same():
    pytest.importorskip("numba")
    lon, lat = np.random.default_rng(1).uniform((107, 22), (109, 24), (300, 2)).T
    await_loops()
    plain = nearest_place(lon, lat, lon[:20] + 0.1, lat[:20], compile_kernels=True)
    assert PlaceIndex(lon, lat)._loops is None
    take_loops()
    compiled = nearest_place(lon, lat, lon[:20] + 0.1, lat[:20], compile_kernels=True)
    assert (plain[0] == compiled[0]).all()
    np.testing.assert_allclose(plain[1], compiled[1], rtol=0, atol=1e-9)


def test_without_numba_there_is_nothing_to_prepare_and_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setattr(loader, "_imported", loader._imported.__wrapped__)
    for family in FAMILIES:
        monkeypatch.setitem(sys.modules, family, None)
    assert cli.main(["prepare"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("Error: numba is not installed")
    assert said.out == ""


@pytest.mark.slow
def test_without_a_folder_to_keep_them_in_the_command_says_how_to_give_one(monkeypatch, capsys):
    pytest.importorskip("numba")
    loaded = {family: load_loops(family) for family in FAMILIES}
    monkeypatch.setattr(loaded[WITHIN], "LOOPS", [SimpleNamespace(stats=SimpleNamespace(cache_path=None))])
    assert cli.main(["prepare"]) == 2
    assert "NUMBA_CACHE_DIR" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_counts_the_loops_up_to_all_of_them_family_by_family(capsys):
    pytest.importorskip("numba")
    assert cli.main(["prepare"]) == 0
    *lines, kept = capsys.readouterr().out.splitlines()
    counts = [tuple(map(int, line.split()[0].split("/"))) for line in lines]
    assert counts == sorted(counts)
    assert counts[-1][0] == counts[-1][1] > 40
    assert lines[-1].split()[1:] == list(FAMILIES)
    assert kept.startswith("kept in ")
    assert cli.main(["prepare", "--first", AREAS]) == 0
    families = capsys.readouterr().out.splitlines()[-2].split()[1:]
    assert families == [AREAS, *(family for family in FAMILIES if family != AREAS)]


def test_a_family_there_is_not_cannot_come_first(capsys):
    assert cli.main(["prepare", "--first", "geo._no_kernels"]) == 2
    assert "geo._no_kernels" in capsys.readouterr().err


# Prepares in a process of its own, answers as the pages do, and tells which loops took new kinds of input.
PAGES = """
from geo.commands.warm_up import prepare_loops
prepare_loops(lambda *told: None)
from geo.kernels.within import LOOPS
before = {loop.py_func.__qualname__: len(loop.signatures) for loop in LOOPS}
from geo.access.catchment import floating_catchment_of_points
from geo.coverage.distance_bounds import outer_distances
from geo.coverage.land import covered_area
from geo.coverage.opening_hours import coverage_by_hour
from geo.coverage.shares import nearest
from geo.coverage.uncertainty import draw_shares
from geo.network.network import load_network
from geo.planning.baseline import find_baseline
from geo.planning.objective import Objective
world = load_network()
stations = world.select(types=["worker_station"])
asked = dict(regions=world.regions, threshold_m=1000.0)
nearest(world.demand, stations)
outer_distances(world.demand, stations)
draw_shares(world.demand, stations, draws=2, **asked)
coverage_by_hour(world.demand, stations, weekday=0, **asked)
covered_area(stations, world.regions, thresholds_m=[1000.0])
floating_catchment_of_points(world.demand, stations, max_distance_m=1000.0)
floating_catchment_of_points(world.demand, stations, max_distance_m=1000.0, method="gaussian_2sfca")
find_baseline(Objective("worker_station", 1000.0), world)
after = {loop.py_func.__qualname__: len(loop.signatures) for loop in LOOPS}
print("NEW", *sorted(name for name in after if after[name] > before[name] > 0), sep=" ")
print("MISSED", *sorted(name for name in after if after[name] > 0 == before[name]), sep=" ")
"""


@pytest.mark.slow
def test_after_preparing_no_page_compiles_anything(project_root):
    pytest.importorskip("numba")
    ran = subprocess.run(
        [sys.executable, "-c", PAGES], cwd=project_root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-2:] == ["NEW", "MISSED"]


@pytest.mark.slow
def test_shares_are_the_same_whether_the_loops_are_ready_or_not(network):
    pytest.importorskip("numba")
    from geo.coverage.distance_bounds import outer_distances
    from geo.coverage.shares import DISTANCE_M, covered_people, nearest

    stations = network.select(types=["worker_station"], statuses=["operating"])
    found = []
    for ready in (False, True):
        (take_loops if ready else await_loops)()
        along_m = nearest(network.demand, stations)[DISTANCE_M]
        bounds = outer_distances(network.demand, stations)
        frames = [
            covered_people(each, network.demand, regions=network.regions, thresholds_m=[500, 1000, 1500])
            for each in (along_m, bounds["least_m"], bounds["most_m"])
        ]
        found.append(pd.concat(frames)[["covered", "share"]])
    pd.testing.assert_frame_equal(*found, check_exact=True)


def test_other_sources_have_another_folder_for_their_loops(monkeypatch, tmp_path):
    here = loader.loops_folder()
    assert here == loader.loops_folder()
    for family in FAMILIES:
        copy = tmp_path.joinpath(*family.split(".")).with_suffix(".py")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((Path(loader.__file__).parents[2] / copy.relative_to(tmp_path)).read_bytes())
    monkeypatch.setattr(loader, "__file__", str(tmp_path / "geo" / "kernels" / "loader.py"))
    assert loader.loops_folder() == here
    with copy.open("a", encoding="utf-8") as source:
        source.write("# changed\n")
    assert loader.loops_folder() != here


@pytest.mark.slow
def test_who_gives_way_waits_for_another_preparation_and_who_does_not_goes_on():
    pytest.importorskip("numba")
    from filelock import FileLock

    from geo.commands import warm_up

    folder = Path(load_loops(WITHIN).LOOPS[0].stats.cache_path)
    done = threading.Event()
    told = []
    with FileLock(folder / warm_up.LOCK):
        thread = threading.Thread(
            target=lambda: (warm_up.prepare_loops(lambda *count: told.append(count)), done.set())
        )
        thread.start()
        assert not done.wait(0.5)
        assert not told
        counts = []
        warm_up.prepare_loops(lambda *count: counts.append(count), in_turn=False)
        assert counts[-1][0] == counts[-1][1]
        assert not told
    thread.join(120)
    assert done.is_set()
    assert told[-1][0] == told[-1][1]
