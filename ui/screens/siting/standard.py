"""Offer the distances that standards name for a type; the metres asked for say which one it is."""

import streamlit as st

from geo.coverage.double_test import STRAIGHT_LINE_M
from geo.schema import MEASURE, THRESHOLD
from ui.screens.siting.question import OWN
from ui.shared import cache
from ui.shared.language import FIRST_LANGUAGE, current_language, plain, t

RULE_KEY, OWN_RULE = "siting_rule", 0.0


def ask_standard() -> None:
    """Offer the distances that standards name; the metres say which one it is."""
    rules = _standards()
    if not rules:
        return
    metres = float(st.session_state[f"{OWN}metres"])
    st.session_state[RULE_KEY] = metres if metres in rules else OWN_RULE
    st.selectbox(
        t("Standard"),
        [*rules, OWN_RULE],
        format_func=lambda rule: f"{rule:,.0f} m · {rules[rule]}" if rule else t("My own distance"),
        key=RULE_KEY,
        on_change=_take_standard,
        width=300,
    )


def _take_standard() -> None:
    if st.session_state[RULE_KEY]:
        st.session_state[f"{OWN}metres"] = float(st.session_state[RULE_KEY])


def _standards() -> dict[float, str]:
    """Return the distances that the standards of the type name, each with its source."""
    standards = cache.network().standards
    rows = standards[
        standards["facility_type"].eq(st.session_state[f"{OWN}kind"]) & standards[MEASURE].eq(STRAIGHT_LINE_M)
    ]
    sources = rows["source" if current_language() == FIRST_LANGUAGE else "source_en"]
    return dict(zip(rows[THRESHOLD].astype(float), map(str, sources), strict=True))


def standards_said() -> str:
    """Say which distances the standards of the type name."""
    shown = [f"{metres:,.0f} m: {source}" for metres, source in _standards().items()]
    return plain("; ".join(shown)) if shown else t("No standard names a distance for this type.")
