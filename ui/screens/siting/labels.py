"""What the codes of siting are called on screen."""

from collections.abc import Mapping

import pandas as pd

from geo.network.network import Network
from geo.planning import actions, candidates
from geo.planning.constraints import FAIRNESS, PEOPLE_COVERED
from geo.planning.options import AND
from geo.planning.place_names import HOST, NEAR_DISTANCE_M, NEAR_NAME, TOWNSHIP_NAME
from geo.siting import CANCELLED, GREEDY, INFEASIBLE, OPTIMAL, TIME_LIMIT
from ui.screens.siting.question import ANY, AT_HOUR, AT_NIGHT, BY_SITES, BY_YUAN
from ui.shared.language import N_, t

ACTIONS = {
    actions.BUILD_STANDARD: N_("Build a standard station"),
    actions.BUILD_MICRO: N_("Build a micro station"),
    actions.SHARE_HOST: N_("Share a host's premises"),
    actions.EXTEND_HOURS: N_("Extend hours to 24 h"),
    actions.RELOCATE: N_("Relocate"),
    actions.UPGRADE: N_("Upgrade"),
    actions.CLOSE: N_("Close"),
}
CANDIDATES = {
    candidates.TOWNSHIP: N_("Townships"),
    candidates.CELL: N_("Cells where people live"),
    HOST: N_("Hosts: banks, petrol stations, service halls"),
    candidates.LISTED: N_("My own list"),
}
WHENS = {ANY: N_("Any time"), AT_NIGHT: N_("All night (22–6)"), AT_HOUR: N_("At an hour")}
LIMITS = {BY_SITES: N_("By number"), BY_YUAN: N_("By budget")}
MEASURES = {PEOPLE_COVERED: N_("Most people"), FAIRNESS: N_("The county worst off")}
STATUSES = {
    OPTIMAL: N_("Proven: no plan reaches more"),
    TIME_LIMIT: N_("Best found in the time; not proven"),
    CANCELLED: N_("Best found when stopped; not proven"),
    GREEDY: N_("Step by step; not proven"),
    INFEASIBLE: N_("No plan meets these limits"),
}


_DATE = len("2020-11-01")


def kinds_text(kinds: str) -> str:
    """Say what actions joined in one step are called."""
    return t(", ").join(t(ACTIONS[kind]) for kind in kinds.split(AND))


def place_text(row: Mapping[str, object], prefix: str = "") -> str:
    """Say in this session's language where a step, or its next best, is."""
    town, near, metres = (row[prefix + name] for name in (TOWNSHIP_NAME, NEAR_NAME, NEAR_DISTANCE_M))
    said = [] if _missing(town) else [str(town)]
    if not _missing(near):
        said.append(t("{metres} m from {name}", metres=f"{float(str(metres)):,.0f}", name=str(near)))
    return t(", ").join(said)


def yuan_text(yuan: float) -> str:
    """Write an amount of money."""
    return t("{yuan} yuan", yuan=f"{yuan:,.0f}")


def simulated_note(network: Network, share: float, count: int) -> str:
    """Return the source of the figures, how old they are, and what share is simulated."""
    people = network.catalog["demand"].as_of[:_DATE] if "demand" in network.catalog else ""
    return t(
        "Sites: {count}, {share} simulated. People: census 2020 spread by night lights, a model ({as_of}). "
        "Costs: assumptions unless set.",
        count=f"{count:,}",
        share=f"{share:.1%}",
        as_of=people,
    )


def _missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]
