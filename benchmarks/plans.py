"""What a planner waits for: the first plan, the proven one, its reasons, and a site moved on the map.

Run `python -m benchmarks.plans`. The same question is asked of one county and of the whole region: 20 new
stations within 1,000 m of urban residents, townships, inhabited cells and hosts as candidates.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import geo
from geo.planning.baseline import find_outcome, headline
from geo.planning.constraints import Constraints
from geo.planning.explanation import find_explanation
from geo.planning.objective import Objective
from geo.planning.optimise import choose_best, choose_greedily
from geo.planning.options import flat
from geo.planning.problem import PlanningProblem, prepare

AREAS = {"青秀区": ("450103",), "Guangxi": ()}
ROUNDS = 5


def timed(work: Callable[[], Any], *, rounds: int = ROUNDS) -> tuple[float, Any]:
    """Give the median time of some work, in milliseconds, and its last answer."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        answer = work()
        times.append(1000 * (time.perf_counter() - begin))
    return median(times), answer


def main() -> None:
    """Print the table."""
    network = geo.load_network()
    _ = network.demand, network.townships
    print("| step, median ms | " + " | ".join(AREAS) + " |\n|---|" + "---:|" * len(AREAS))
    columns = [measure(network, counties) for counties in AREAS.values()]
    for step in columns[0]:
        print(f"| {step} | " + " | ".join(str(column[step]) for column in columns) + " |")


def measure(network, counties):
    """Give what each step takes in one area."""
    request = PlanningProblem(Objective("worker_station", 1000.0, counties), Constraints(sites=20))
    prepared_ms, ready = timed(lambda: prepare(request, network), rounds=3)
    baseline, options, table, constraints = ready.baseline, ready.options, ready.table, request.constraints
    quick_ms, quick = timed(lambda: choose_greedily(baseline, options, constraints))
    best_ms, best = timed(
        lambda: choose_best(baseline, options, constraints, kinds=request.kinds, table=table), rounds=3
    )
    reasons_ms, _ = timed(
        lambda: find_explanation(
            baseline,
            options,
            best.steps,
            table=table,
            townships=network.townships,
            named_points=ready.named_points,
        )
    )
    plan = flat(best.steps)
    moved = [replace(plan[0], lon=plan[0].lon + 0.01, candidate=""), *plan[1:]]
    click_ms, figures = timed(lambda: headline(baseline, find_outcome(baseline, moved, table=table), moved))
    assert quick.objective <= best.objective
    assert figures["covered"] <= best.objective
    return {
        "people, sites, candidates and lists of who is in reach": f"{prepared_ms:,.0f}",
        "first plan, step by step": f"{quick_ms:,.0f}",
        "the plan with its proof": f"{best_ms:,.0f} ({best.status}, gap {best.gap:.2%})",
        "reasons of its 20 steps": f"{reasons_ms:,.0f}",
        "one site moved: every figure again": f"**{click_ms:,.1f}**",
        "homes × places": f"{options.reach.shape[0]:,} × {options.reach.shape[1]:,}",
    }


if __name__ == "__main__":
    main()
