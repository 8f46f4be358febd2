"""Share 6,062 stations among all cells of Guangxi within 15 km: ours and PySAL's `access`, turn by turn.

Run `python -m benchmarks.catchment`. Prints a Markdown table, and fails unless both give the same access.
The cells are those of the shipped grid, each place once; the stations are made up, where people live.

`access` needs the distance of every pair as a table. From coordinates, as the job is, they are listed with a
k-d tree and measured with our own quick distance, which is kind to it; the same with the table at hand stands
beside it. The fastest round counts, since other work on the machine only ever adds; the processor's time is
of all threads together.
"""

import ctypes
import gc
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

import geo
from geo.access import catchment
from geo.geodesy import ellipsoid
from geo.schema import PEOPLE, WGS84

STATIONS, REACH_M, SEED = 6_062, 15_000.0, 20_261_123
ZONES = {5_000.0: 1.0, 10_000.0: 0.68, 15_000.0: 0.22}
OUR_ROUNDS, PEER_ROUNDS, TURNS = 5, 2, 4
AGREE = 1e-12


def make_world() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Take the cells with people, each place once, and scatter stations around the cells people live in."""
    random = np.random.default_rng(SEED)
    cells = geo.read_demand()
    cells = (
        cells[[PEOPLE]].groupby([cells.geometry.y, cells.geometry.x]).sum().reset_index(names=["lat", "lon"])
    )
    near = random.choice(len(cells), STATIONS, p=(cells[PEOPLE] / cells[PEOPLE].sum()).to_numpy())
    places = cells[["lon", "lat"]].to_numpy()[near] + random.normal(0, 0.01, (STATIONS, 2))
    homes = gpd.GeoDataFrame(
        {PEOPLE: cells[PEOPLE]}, geometry=shapely.points(cells[["lon", "lat"]].to_numpy()), crs=WGS84
    )
    return homes, gpd.GeoDataFrame(geometry=shapely.points(places), crs=WGS84)


def list_pairs(homes: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """List every pair within reach with its geodesic distance."""
    here = ellipsoid.earth_centred(homes.geometry.x, homes.geometry.y)
    there = ellipsoid.earth_centred(stations.geometry.x, stations.geometry.y)
    near = KDTree(here).sparse_distance_matrix(KDTree(there), REACH_M + 1, output_type="ndarray")
    home, station = homes.geometry.to_numpy()[near["i"]], stations.geometry.to_numpy()[near["j"]]
    ends = [*shapely.get_coordinates(home).T, *shapely.get_coordinates(station).T]
    distance_m = ellipsoid.geod().inv(*ends)[2]
    pairs = pd.DataFrame({"origin": near["i"], "dest": near["j"], "cost": distance_m})
    return pairs[pairs["cost"] <= REACH_M].reset_index(drop=True)


def list_pairs_quickly(homes: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the same pairs with the distance this program measures."""
    here = ellipsoid.earth_centred(homes.geometry.x, homes.geometry.y)
    there = ellipsoid.earth_centred(stations.geometry.x, stations.geometry.y)
    near = KDTree(here).sparse_distance_matrix(KDTree(there), REACH_M, output_type="ndarray")
    distance_m = ellipsoid.distance_m(here[near["i"]], there[near["j"]])
    kept = distance_m <= REACH_M
    return pd.DataFrame({"origin": near["i"][kept], "dest": near["j"][kept], "cost": distance_m[kept]})


def serve_with_access(demand: pd.DataFrame, supply: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    from access import Access, weights

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asked = Access(
            demand_df=demand,
            demand_value="demand",
            supply_df=supply,
            supply_value="supply",
            cost_df=pairs,
            cost_origin="origin",
            cost_dest="dest",
            cost_name="cost",
        )
        answer = asked.enhanced_two_stage_fca(name="answer", weight_fn=weights.step_fn(ZONES))
    return answer["answer_supply"].fillna(0)


def timed_ms(way: Callable[[], object]) -> tuple[float, float]:
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    way()
    return (time.perf_counter() - start) * 1000, (time.process_time() - start_cpu) * 1000


def peak_mb(way: Callable[[], object]) -> float:
    """Measure how much memory the process takes on at its peak, on top of what it holds already (Linux)."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = status_mb("VmRSS")
    way()
    return status_mb("VmHWM") - before


def status_mb(line: str) -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{line}:")[1].split()[0]) * 1024 / 1e6


def with_k_d_tree(way: Callable[[], pd.Series]) -> pd.Series:
    compiled, catchment.COMPILE_FROM_PRODUCT = catchment.COMPILE_FROM_PRODUCT, sys.maxsize
    try:
        return way()
    finally:
        catchment.COMPILE_FROM_PRODUCT = compiled


def main() -> None:
    homes, stations = make_world()
    pairs = list_pairs(homes, stations)
    demand = pd.DataFrame({"demand": homes[PEOPLE]}).rename_axis("id")
    supply = pd.DataFrame({"supply": 1.0}, index=stations.index).rename_axis("id")
    cost = pairs.rename(columns={"dest": "destination"})

    def ours() -> pd.Series:
        return geo.floating_catchment_of_points(
            homes, stations, method="e2sfca", weight=ZONES, max_distance_m=REACH_M
        )

    ways = {
        "PySAL access, from coordinates": lambda: serve_with_access(
            demand, supply, list_pairs_quickly(homes, stations)
        ),
        "PySAL access, from pairs": lambda: serve_with_access(demand, supply, pairs),
        "floating_catchment, from pairs": lambda: geo.floating_catchment(
            cost, supply["supply"], demand["demand"], method="e2sfca", weight=ZONES
        ),
        "floating_catchment_of_points, k-d tree": lambda: with_k_d_tree(ours),
        "floating_catchment_of_points, compiled": ours,
    }
    first_ms = timed_ms(ours)[0]
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(OUR_ROUNDS):
        for name, way in ways.items():
            for _ in range(TURNS if "compiled" in name else turn < PEER_ROUNDS):
                times[name].append(timed_ms(way))
    answers = {name: way() for name, way in ways.items()}
    peer = answers["PySAL access, from pairs"].to_numpy()
    apart = {
        name: float(np.max(np.abs(answer.to_numpy() - peer) / np.where(peer > 0, peer, 1)))
        for name, answer in answers.items()
    }
    print(
        f"{len(homes):,} cells, {len(stations):,} stations, {len(pairs):,} pairs within {REACH_M:,.0f} m; "
        f"the fastest of {OUR_ROUNDS} rounds in turn ({PEER_ROUNDS} for the slow ones)\n"
    )
    memory = {name: peak_mb(way) for name, way in ways.items()}
    fastest = {name: min(taken)[0] for name, taken in times.items()}
    peers = [name for name in ways if "access" in name]
    heads = [
        "way",
        "ms",
        "processor, ms",
        *(f"× {name}" for name in peers),
        "peak MB",
        "off access by at most",
    ]
    print(f"| {' | '.join(heads)} |\n|---{'|---:' * (len(heads) - 1)}|")
    for name, taken in times.items():
        ratios = " | ".join(f"{fastest[other] / fastest[name]:,.1f}" for other in peers)
        processor = min(used for _, used in taken)
        print(
            f"| {name} | {fastest[name]:,.0f} | {processor:,.0f} | {ratios} | {memory[name]:,.1f} | "
            f"{apart[name]:.0e} |"
        )
    print(f"\nCompiled, the first time in a process: {first_ms:,.0f} ms")
    if max(apart.values()) > AGREE:
        sys.exit("the ways differ")


if __name__ == "__main__":
    main()
