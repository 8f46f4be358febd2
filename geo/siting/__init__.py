"""Where next: models that choose sites, with the proof of how good the choice is."""

from geo.siting.center.p_center import p_center
from geo.siting.covering.backup import backup_cover
from geo.siting.covering.curve import cover_curve
from geo.siting.covering.max_cover import greedy_cover, max_cover
from geo.siting.covering.set_cover import set_cover
from geo.siting.median.capacitated import capacitated_cover, capacitated_p_median
from geo.siting.median.p_median import p_median
from geo.siting.road.corridor import CorridorPlan, corridor_cover
from geo.siting.road.flow_refuelling import flow_refuelling
from geo.siting.solver.result import (
    CANCELLED,
    GREEDY,
    INFEASIBLE,
    OPTIMAL,
    STATUSES,
    TIME_LIMIT,
    Options,
    Plan,
    Progress,
)

__all__ = [
    "CANCELLED",
    "GREEDY",
    "INFEASIBLE",
    "OPTIMAL",
    "STATUSES",
    "TIME_LIMIT",
    "CorridorPlan",
    "Options",
    "Plan",
    "Progress",
    "backup_cover",
    "capacitated_cover",
    "capacitated_p_median",
    "corridor_cover",
    "cover_curve",
    "flow_refuelling",
    "greedy_cover",
    "max_cover",
    "p_center",
    "p_median",
    "set_cover",
]
