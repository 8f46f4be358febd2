"""The parts of the data page: bringing a list in; who holds what; what waits; what was done, and undo."""

import streamlit as st

from ui.screens.data import history, open_questions, steps
from ui.screens.data.page_top import begin_at_top
from ui.screens.data.session import import_session
from ui.shared.language import N_, t

KEY = "data_section"
SECTIONS = {
    "bring": (N_("Bring a list in"), steps.show_import_steps),
    "currency": (N_("Whose list is current"), history.show_currency),
    "questions": (N_("Waiting for a decision"), open_questions.show_questions),
    "history": (N_("History and undo"), history.show_history),
}


def show_heading() -> None:
    session = import_session()
    begin_at_top(f"{session.current} {session.step} {st.session_state.get(KEY)}")
    st.title(t("Your own lists"), anchor=False)


def show_section() -> None:
    chosen = st.segmented_control(
        t("Part of the page"),
        list(SECTIONS),
        format_func={key: t(name) for key, (name, _) in SECTIONS.items()}.__getitem__,
        default="bring",
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )
    _, show = SECTIONS[chosen or "bring"]
    show()
