"""Change a plan by clicking on the map: add a site, move one, remove one, close one that stands."""

from dataclasses import replace

import numpy as np
import streamlit as st

from geo import ellipsoid
from geo.places import demand_places
from geo.planning.actions import CLOSE, NEW_KINDS, RELOCATE, Action, net_cost
from geo.schema import NAME
from ui.siting import siting_answers, siting_plan, siting_saved
from ui.siting.siting_plan import Plan
from ui.words import N_, t

MAP_KEY, MODE_KEY, MARKED_KEY = "siting_map", "siting_mode", "siting_marked"
LOOK, ADD, MOVE, REMOVE = "look", "add", "move", "remove"
MODES = {LOOK: N_("Look"), ADD: N_("Add a site"), MOVE: N_("Move a site"), REMOVE: N_("Remove or close")}
HINTS = {
    LOOK: N_("Click a number to see why it is there."),
    ADD: N_("Click where a new site should stand."),
    MOVE: N_("Click a number, then the place it should move to."),
    REMOVE: N_("Click a number to take it out; click beside a station to close that station."),
}
# How near a click must be to a station that is to be closed.
NEAR_M = 400.0


def ask_mode(plan: Plan) -> tuple[str, int, str]:
    """Ask what a click on the map does; give it with the marked site's number and what is compared with."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mode = st.segmented_control(
            t("A click on the map"),
            list(MODES),
            format_func={code: t(word) for code, word in MODES.items()}.__getitem__,
            key=MODE_KEY,
            default=None if MODE_KEY in st.session_state else LOOK,
            required=True,
        )
        against = siting_saved.ask_other(plan)
    marked = int(st.session_state.get(MARKED_KEY, 0)) if mode == MOVE else 0
    hint = t(HINTS[mode or LOOK])
    st.caption(
        t("Number {number} is taken up: click where it should stand.", number=marked) if marked else hint
    )
    return mode or LOOK, marked, against


def take_click() -> None:
    """Do what the last click on the map asks for."""
    picked = (st.session_state.get(MAP_KEY) or {}).get("picked")
    plan = siting_plan.current()
    if not picked or plan is None:
        return
    mode, number = st.session_state.get(MODE_KEY, LOOK), int(picked.get("site") or 0)
    steps = plan.steps
    if mode == MOVE and number:
        st.session_state[MARKED_KEY] = number
    elif mode == REMOVE and 0 < number <= len(steps):
        gone = set(map(id, steps[number - 1]))
        siting_plan.change(plan, tuple(action for action in plan.actions if id(action) not in gone))
    elif "lon" in picked:
        _take_place(plan, mode, float(picked["lon"]), float(picked["lat"]))


def _take_place(plan: Plan, mode: str, lon: float, lat: float) -> None:
    if mode == ADD:
        kind, cost = siting_answers.kind_to_add(plan.wish)
        siting_plan.change(plan, (*plan.actions, Action(kind, cost, lon=lon, lat=lat)))
    elif mode == MOVE and st.session_state.get(MARKED_KEY):
        _move(plan, int(st.session_state.pop(MARKED_KEY)), lon, lat)
    elif mode == REMOVE:
        _close_nearest(plan, lon, lat)


def _move(plan: Plan, number: int, lon: float, lat: float) -> None:
    steps = plan.steps
    if not 0 < number <= len(steps):
        return
    moved = steps[number - 1][0]
    if moved.kind not in {*NEW_KINDS, RELOCATE}:
        st.session_state[siting_plan.FAULT_KEY] = t(
            "This step works on a station that stands; it cannot be moved."
        )
        return
    there = replace(moved, lon=lon, lat=lat, candidate="", name="")
    siting_plan.change(plan, tuple(there if action is moved else action for action in plan.actions))


def _close_nearest(plan: Plan, lon: float, lat: float) -> None:
    ready = siting_answers.prepared(plan.wish)
    sites = ready.ground.sites[ready.ground.own_sites & ready.ground.counts]
    if len(sites):
        here = ellipsoid.earth_centred([lon], [lat])
        away = np.linalg.norm(ellipsoid.earth_centred(*demand_places(sites)) - here, axis=1)
        nearest = int(np.argmin(away))
        if away[nearest] <= NEAR_M:
            label = str(sites.index[nearest])
            shut = Action(
                CLOSE, net_cost(ready.table, CLOSE), facility_id=label, name=str(sites[NAME].iloc[nearest])
            )
            siting_plan.change(plan, (*plan.actions, shut))
            return
    st.session_state[siting_plan.FAULT_KEY] = t("No station stands within 400 m of this place.")
