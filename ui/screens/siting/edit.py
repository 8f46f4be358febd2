"""Change a plan by clicking on the map: add, improve, move, remove, close; and forbid places."""

from dataclasses import replace

import numpy as np
import streamlit as st

from geo.geodesy import ellipsoid
from geo.planning.actions import CLOSE, EXTEND_HOURS, NEW_KINDS, RELOCATE, UPGRADE, Action
from geo.proximity.grid import demand_places
from geo.schema import NAME
from ui.screens.siting import cache, forbidden, saved
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.labels import ACTIONS
from ui.screens.siting.plan import ShownPlan
from ui.shared.language import N_, plain, t

MAP_KEY, MODE_KEY, MARKED_KEY, STATION_KEY = (
    "siting_map",
    "siting_mode",
    "siting_marked",
    "siting_station",
)
KIND_KEY = "siting_kind_to_add"
LOOK, ADD, MOVE, REMOVE, NOT_HERE = "look", "add", "move", "remove", "not_here"
MODES = {
    LOOK: N_("Look"),
    ADD: N_("Add or improve"),
    MOVE: N_("Move a site"),
    REMOVE: N_("Remove or close"),
    NOT_HERE: N_("Not here"),
}
HINTS = {
    LOOK: N_("Click a number to see why it is there."),
    ADD: N_("Click where a new site should stand; to upgrade or open longer, click beside the station."),
    MOVE: N_("Click a number, or beside a station that stands; then the place it should move to."),
    REMOVE: N_("Click a number to take it out; click beside a station to close that station."),
    NOT_HERE: N_("Click where no site may stand, and again to allow it; then search again."),
}
ADDED = (*NEW_KINDS, EXTEND_HOURS, UPGRADE)
# How near a click must be to a station that is meant.
NEAR_M = 400.0


def ask_mode(plan: ShownPlan) -> tuple[str, int, str]:
    """Ask what a click on the map does; give it with the marked site's number and what is compared with."""
    mode = st.segmented_control(
        t("A click on the map"),
        list(MODES),
        format_func={code: t(word) for code, word in MODES.items()}.__getitem__,
        key=MODE_KEY,
        default=None if MODE_KEY in st.session_state else LOOK,
        required=True,
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if mode == ADD:
            _ask_kind(plan)
        against = saved.ask_other(plan)
    marked = int(st.session_state.get(MARKED_KEY, 0)) if mode == MOVE else 0
    station = str(st.session_state.get(STATION_KEY, "")) if mode == MOVE else ""
    st.caption(_hint(plan, mode or LOOK, marked, station))
    return mode or LOOK, marked, against


def take_click() -> None:
    """Do what the last click on the map asks for."""
    picked = (st.session_state.get(MAP_KEY) or {}).get("picked")
    plan = siting_plan.current()
    if not picked or plan is None:
        return
    mode, number = st.session_state.get(MODE_KEY, LOOK), int(picked.get("site") or 0)
    steps = plan.steps
    if mode == NOT_HERE:
        _forbid(plan, picked, number)
    elif mode == MOVE and number:
        st.session_state[MARKED_KEY] = number
        st.session_state.pop(STATION_KEY, None)
    elif mode == REMOVE and 0 < number <= len(steps):
        gone = set(map(id, steps[number - 1]))
        siting_plan.change(plan, tuple(action for action in plan.actions if id(action) not in gone))
    elif "lon" in picked:
        _take_place(plan, mode, float(picked["lon"]), float(picked["lat"]), picked.get("station"))


def _ask_kind(plan: ShownPlan) -> None:
    if KIND_KEY not in st.session_state:
        st.session_state[KIND_KEY] = cache.kind_to_add(plan.question)
    st.selectbox(
        t("What is added"),
        ADDED,
        format_func=lambda kind: t(ACTIONS[kind]),
        key=KIND_KEY,
        width=220,
        persist_state="session",
    )


def _hint(plan: ShownPlan, mode: str, marked: int, station: str) -> str:
    if marked:
        return t("Number {number} is taken up: click where it should stand.", number=marked)
    sites = plan.run.baseline.sites
    if station in sites.index:
        name = plain(str(sites.loc[station, NAME]))
        return t("{name} is taken up: click where it should stand.", name=name)
    return t(HINTS[mode])


def _forbid(plan: ShownPlan, picked: dict[str, float], number: int) -> None:
    """Forbid the place of a click; that of a step where its number was clicked."""
    if 0 < number <= len(plan.steps):
        first = plan.steps[number - 1][0]
        if not first.placed:
            _say(t("This step works on a station that stands: what is forbidden is where new ones stand."))
            return
        _say(forbidden.turn_spot(first.lon, first.lat))
    elif "lon" in picked:
        _say(forbidden.turn_spot(float(picked["lon"]), float(picked["lat"])))


def _take_place(
    plan: ShownPlan, mode: str, lon: float, lat: float, under: dict[str, float] | None = None
) -> None:
    """Do what a click on a place asks for; `under` is the place of the station whose sign is there."""
    at = (lon, lat) if under is None else (float(under["lon"]), float(under["lat"]))
    if mode == ADD:
        kind = st.session_state.get(KIND_KEY) or cache.kind_to_add(plan.question)
        cost = cache.cost_of(plan.question, kind)
        if kind in NEW_KINDS:
            siting_plan.change(plan, (*plan.actions, Action(kind, cost, lon=lon, lat=lat)))
        else:
            _work_on(plan, kind, *at)
    elif mode == MOVE and st.session_state.get(MARKED_KEY):
        _move(plan, int(st.session_state.pop(MARKED_KEY)), lon, lat)
    elif mode == MOVE and st.session_state.get(STATION_KEY):
        _relocate(plan, str(st.session_state.pop(STATION_KEY)), lon, lat)
    elif mode == MOVE:
        station = _nearest(plan, *at)
        if station:
            st.session_state[STATION_KEY] = station
    elif mode == REMOVE:
        _work_on(plan, CLOSE, *at)


def _move(plan: ShownPlan, number: int, lon: float, lat: float) -> None:
    steps = plan.steps
    if not 0 < number <= len(steps):
        return
    moved = steps[number - 1][0]
    if not moved.placed:
        _say(t("This step works on a station that stands; it cannot be moved."))
        return
    there = replace(moved, lon=lon, lat=lat, candidate="", name="" if moved.kind in NEW_KINDS else moved.name)
    siting_plan.change(plan, tuple(there if action is moved else action for action in plan.actions))


def _relocate(plan: ShownPlan, station: str, lon: float, lat: float) -> None:
    name = str(plan.run.baseline.sites.loc[station, NAME])
    cost = cache.cost_of(plan.question, RELOCATE)
    move = Action(RELOCATE, cost, facility_id=station, lon=lon, lat=lat, name=name)
    siting_plan.change(plan, (*plan.actions, move))


def _work_on(plan: ShownPlan, kind: str, lon: float, lat: float) -> None:
    """Close, upgrade or open longer the station beside a click."""
    station = _nearest(plan, lon, lat, closing=kind == CLOSE)
    if station:
        name = str(plan.run.baseline.sites.loc[station, NAME])
        cost = cache.cost_of(plan.question, kind)
        siting_plan.change(plan, (*plan.actions, Action(kind, cost, facility_id=station, name=name)))


def _nearest(plan: ShownPlan, lon: float, lat: float, *, closing: bool = False) -> str:
    """Return the station of the area that a click means; say so where there is none."""
    baseline = plan.run.baseline
    sites = (
        baseline.sites[baseline.own_sites & baseline.counts]
        if closing
        else baseline.sites[baseline.own_sites]
    )
    if len(sites):
        here = ellipsoid.earth_centred([lon], [lat])
        away = np.linalg.norm(ellipsoid.earth_centred(*demand_places(sites)) - here, axis=1)
        nearest = int(np.argmin(away))
        if away[nearest] <= NEAR_M:
            return str(sites.index[nearest])
    _say(t("No station stands within 400 m of this place."))
    return ""


def _say(fault: str) -> None:
    if fault:
        st.session_state[siting_plan.FAULT_KEY] = fault
