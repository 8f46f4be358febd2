"""Where next: models that choose sites, with the proof of how good the choice is."""

from geo.siting.backup import backup_cover
from geo.siting.capacitated import capacitated_cover, capacitated_p_median
from geo.siting.corridor import CorridorPlan, corridor_cover
from geo.siting.cover import greedy_cover, max_cover
from geo.siting.curve import cover_curve
from geo.siting.flow_refuelling import flow_refuelling
from geo.siting.p_center import p_center
from geo.siting.p_median import p_median
from geo.siting.plan import (
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
from geo.siting.set_cover import set_cover

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
