"""Choose sites: ours beside PySAL's spopt with the same solver, and the whole region by ourselves.

Run `python -m benchmarks.siting`. Prints Markdown tables, and fails unless both find the same optimum. Times
are seconds of processor, one thread each, so that other work on the machine does not count; spopt's share for
writing its model is told apart. A peer that has not ended after `PEER_LIMIT_S` is ended.

Plane worlds are random points in a square with whole weights; a set cover keeps the demand that some site
reaches, because spopt has no answer otherwise. The medians' world is cells of the shipped grid, drawn by
people, with straight lines through the earth. The region is the whole grid with all worker stations standing.
"""

import multiprocessing
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

import geo
from geo.geodesy import ellipsoid
from geo.proximity.pairs import HomeIndex
from geo.siting.covering.problem import CoverProblem
from geo.siting.covering.state import CoverState
from geo.siting.solver.limits import Limits

PEER_LIMIT_S, SEED, WITHIN_M = 600, 0, 1000.0


def plane_world(homes: int, sites: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(SEED)
    here, there = random.uniform(0, 1, (homes, 2)), random.uniform(0, 1, (sites, 2))
    weights = random.integers(1, 1000, homes).astype(float)
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)), weights


def cell_world(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random, cells = np.random.default_rng(seed), geo.read_demand()
    share = (cells["people"] / cells["people"].sum()).to_numpy()
    cells = cells.iloc[random.choice(len(cells), count, replace=False, p=share)]
    place = cells.geometry.to_numpy()
    place = ellipsoid.earth_centred(shapely.get_x(place), shapely.get_y(place))
    metres = np.sqrt(((place[:, None] - place[None]) ** 2).sum(axis=2))
    return metres, cells["people"].to_numpy()


def timed(way: Callable[[], Any]) -> tuple[float, float, Any]:
    """Give seconds of processor, seconds on the wall, and the answer."""
    processor, wall = time.process_time(), time.perf_counter()
    answer = way()
    return time.process_time() - processor, time.perf_counter() - wall, answer


def ask_spopt(kind: str, cost: np.ndarray, told: tuple[Any, ...], answers: Any) -> None:
    import pulp
    from spopt import locate

    warnings.simplefilter("ignore")
    build, _, model = timed(lambda: getattr(locate, kind).from_cost_matrix(cost, *told))
    solver = pulp.HiGHS(msg=False, threads=1, gapRel=0)
    solved, _, _ = timed(lambda: model.solve(solver))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    answers.put((build, build + solved, float(model.problem.objective.value()), peak))


def peer(kind: str, cost: np.ndarray, *told: Any) -> tuple[float, float, float, float] | None:
    """Ask spopt in a process of its own; None if it has not ended in time."""
    answers: Any = multiprocessing.Queue()
    asked = multiprocessing.Process(target=ask_spopt, args=(kind, cost, told, answers))
    asked.start()
    try:
        answer = answers.get(timeout=PEER_LIMIT_S)
    except Exception:  # noqa: BLE001 - whatever ended it, it gave no answer
        answer = None
    asked.kill()
    asked.join()
    return answer


def compare(name: str, ours: Callable[[], Any], kind: str, cost: np.ndarray, *told: Any) -> bool:
    mine, _, plan = timed(ours)
    theirs = peer(kind, cost, *told)
    head = f"| {name} | {mine:.3f} | {plan.status}, {plan.objective:,.0f} |"
    if theirs is None:
        print(f"{head} no answer in {PEER_LIMIT_S} s | | | |", flush=True)
        return True
    build, whole, best, peak = theirs
    print(f"{head} {whole:.1f} | {build:.1f} | {peak:,.0f} | **{whole / mine:,.0f}** |", flush=True)
    return bool(abs(best - plan.objective) <= 1e-6 * max(best, 1.0))


def covers_and_medians() -> bool:
    print("| model | ours, s | proven | spopt + HiGHS, s | of which building | peak MB | × |")
    print("|---|---:|---|---:|---:|---:|---:|")
    geo.max_cover(*plane_world(80, 80), max_cost=0.1, sites=3)
    same = True
    for homes, sites, reach in ((1250, 1250, 0.03), (1250, 1250, 0.05), (10_000, 2000, 0.03)):
        cost, weights = plane_world(homes, sites)
        name = f"max_cover {homes:,} × {sites:,}, p = 50, reach {reach}"
        same &= compare(
            name,
            lambda c=cost, w=weights, r=reach: geo.max_cover(c, w, max_cost=r, sites=50),
            "MCLP",
            cost,
            weights,
            reach,
            50,
        )
    for homes, sites, reach in ((1250, 1250, 0.03), (10_000, 2000, 0.025)):
        cost, _ = plane_world(homes, sites)
        cost = cost[(cost <= reach).any(axis=1)]
        name = f"set_cover {len(cost):,} × {sites:,}, reach {reach}"
        same &= compare(name, lambda c=cost, r=reach: geo.set_cover(c, max_cost=r), "LSCP", cost, reach)
    cost, weights = cell_world(600, 0)
    return same & compare(
        "p_median 600 × 600, p = 20",
        lambda: geo.p_median(cost, weights, sites=20),
        "PMedian",
        cost,
        weights,
        20,
    )


def medians() -> None:
    print("\n| p_median 1,250 × 1,250, p = 50 | gap ≤ 0.2 % after | s, whole | status | gap |")
    print("|---|---:|---:|---|---:|")
    for seed in range(3):
        cost, weights = cell_world(1250, seed)
        begun, seen = time.process_time(), list[tuple[float, float]]()
        used, _, plan = timed(
            lambda c=cost, w=weights, b=begun, s=seen: geo.p_median(
                c,
                w,
                sites=50,
                time_limit_s=300,
                progress=lambda told: s.append((told.gap, time.process_time() - b)),
            )
        )
        near = [at for gap, at in seen if gap <= 0.002] or [used]
        print(f"| draw {seed} | {near[0]:.2f} s | {used:.2f} | {plan.status} | {plan.gap:.5%} |", flush=True)


def region() -> None:
    network = geo.load_network()
    homes, stations = network.demand, network.select(types=["worker_station"])
    stations = stations[~stations.geometry.isna()]
    places = [frame.geometry.to_numpy() for frame in (network.townships, homes, stations)]
    lon, lat = (np.concatenate([get(place) for place in places]) for get in (shapely.get_x, shapely.get_y))
    home = homes.geometry.to_numpy()
    HomeIndex(lon[:9], lat[:9]).reach(lon[:9], lat[:9], within_m=WITHIN_M)
    fixed, people = range(len(lon) - len(stations), len(lon)), homes["people"].to_numpy()
    told = {"max_cost": WITHIN_M, "fixed": fixed}

    def lists() -> Any:
        return HomeIndex(shapely.get_x(home), shapely.get_y(home)).reach(lon, lat, within_m=WITHIN_M)

    listing, _, pairs = timed(lists)
    easy, _, soon = timed(lambda: geo.greedy_cover(pairs, people, sites=20, **told))
    best, _, plan = timed(lambda: geo.max_cover(pairs, people, sites=20, **told))
    one, _, _ = timed(lambda: geo.max_cover(pairs, people, sites=50, **told))
    whole, _, curve = timed(lambda: geo.cover_curve(pairs, people, sites=range(1, 51), **told))
    limits = Limits(None, None, np.ones(len(lon)), None, None)
    matrix = pairs.tocsr().astype(bool).astype(float)
    state = CoverState(CoverProblem(matrix, people, np.arange(len(lon)), limits), [*fixed, 5])
    moved, _, _ = timed(lambda: (state.close(5), state.open(9000), state.covered()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"\n| {len(homes):,} cells, {len(lon) - len(fixed):,} candidates, {len(fixed):,} stand | s |")
    print("|---|---:|")
    print(f"| list the {pairs.nnz:,} pairs within {WITHIN_M:,.0f} m | {listing:.2f} |")
    print(f"| greedy and exchanges, 20 new ({soon.gap:.2%} from its bound) | {easy:.2f} |")
    print(f"| 20 new, {plan.status}, gap {plan.gap:.2%} | {best:.2f} |")
    proven = (curve["status"] == "optimal").sum()
    print(f"| 50 new | {one:.2f} |\n| curve of 1 to 50, {proven} proven | {whole:.2f} |")
    print(f"| one site moved, covered again | {moved:.4f} |\n| peak MB of the process | {peak:,.0f} |")


def region_medians() -> None:
    """Ask for medians and a center of all cells among all townships: a table of single precision."""
    network = geo.load_network()
    here, there = (
        ellipsoid.earth_centred(shapely.get_x(place), shapely.get_y(place))
        for place in (frame.geometry.to_numpy() for frame in (network.demand, network.townships))
    )
    metres, people = np.empty((len(here), len(there)), np.float32), network.demand["people"].to_numpy()
    for at in range(0, len(here), 1000):
        metres[at : at + 1000] = np.sqrt(((here[at : at + 1000, None] - there[None]) ** 2).sum(axis=2))
    print(f"\n| {len(here):,} cells × {len(there):,} townships | s | gap | status | peak MB of the process |")
    print("|---|---:|---:|---|---:|")
    for name, model, count in (("p_median", geo.p_median, 100), ("p_center", geo.p_center, 20)):
        plan = model(metres, people, sites=count, time_limit_s=60)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        print(
            f"| {name}, {count} new | {plan.seconds:.1f} | {plan.gap:.1%} | {plan.status} | {peak:,.0f} |",
            flush=True,
        )


def curve_of_a_plane() -> None:
    cost, weights = plane_world(1250, 1250)
    print("\n| curve of 1 to 50 sites, 1,250 × 1,250 | one solve of 50, s | curve, s | × | proven |")
    print("|---|---:|---:|---:|---:|")
    for reach in (0.03, 0.05, 0.06):
        one = timed(lambda r=reach: geo.max_cover(cost, weights, max_cost=r, sites=50))[0]
        all_of_them, _, curve = timed(
            lambda r=reach: geo.cover_curve(cost, weights, max_cost=r, sites=range(1, 51))
        )
        proven = (curve["status"] == "optimal").sum()
        print(f"| reach {reach} | {one:.3f} | {all_of_them:.3f} | {all_of_them / one:.1f} | {proven} |")


def main() -> None:
    region()
    region_medians()
    curve_of_a_plane()
    medians()
    print()
    if not covers_and_medians():
        sys.exit("ours and spopt differ")


if __name__ == "__main__":
    main()
