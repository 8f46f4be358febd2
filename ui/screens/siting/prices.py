"""Ask what may be done, and at which prices."""

import streamlit as st

from geo.planning.actions import ACTION_KINDS
from geo.schema import COST_YUAN
from ui.screens.siting import cache
from ui.screens.siting.labels import ACTIONS
from ui.screens.siting.question import OWN
from ui.shared import labels
from ui.shared.language import t

COSTS = "siting_costs"


def ask_actions() -> None:
    """Ask what may be done, and what each of it costs."""
    st.multiselect(
        t("What may be done"),
        ACTION_KINDS,
        format_func=labels.namer(ACTIONS),
        key=f"{OWN}actions",
        persist_state="session",
        placeholder=t("Choose"),
        help=t(
            "A site may be moved or closed only where chosen here; then the search looks at every "
            "site of the area."
        ),
    )
    st.caption(
        t("Costs in yuan. Those shown at first are this program's own assumptions; set the local prices.")
    )
    with st.container(horizontal=True):
        for kind in st.session_state[f"{OWN}actions"]:
            key = f"{OWN}cost_{kind}"
            if key not in st.session_state:
                st.session_state[key] = float(st.session_state[COSTS].get(kind, _assumed(kind)))
            st.number_input(
                t(ACTIONS[kind]), min_value=0.0, max_value=1e9, step=1000.0, format="%.0f", key=key, width=190
            )
    st.session_state[COSTS] = costs_now()


def _assumed(kind: str) -> float:
    return float(cache.actions_table()[COST_YUAN][kind])


def costs_now() -> dict[str, float]:
    """Return the prices that differ from those assumed, as the widgets say them at this moment."""
    costs = dict(st.session_state[COSTS])
    for kind in st.session_state[f"{OWN}actions"]:
        yuan = st.session_state.get(f"{OWN}cost_{kind}")
        if yuan is not None:
            costs.pop(kind, None)
            costs |= {kind: yuan} if yuan != _assumed(kind) else {}
    return costs
