"""Say what was applied, lead to the map, hand over the rest, and offer the way back."""

import streamlit as st

from ui.screens.data import history
from ui.screens.data.return_rows import offer_rest
from ui.screens.data.session import ImportSession, import_session
from ui.screens.data.signature import signature
from ui.shared.language import plain, t
from ui.shared.presses import kept_button

OVERVIEW = "screens/overview/page.py"


def show_applied(session: ImportSession) -> None:
    """Show what the list just applied did, until the next one is or it is put aside."""
    applied = session.applied
    if applied is None:
        return
    counts = applied.counts
    st.success(
        t(
            "{name} was applied: {new} new, {changed} changed, {unchanged} unchanged, {closed} closed; "
            "{rest} rows are left to be fixed.",
            name=plain(applied.title, limit=60),
            **{name: f"{counts[name]:,}" for name in ("new", "changed", "unchanged", "closed", "rest")},
        ),
        icon=":material/task_alt:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(OVERVIEW, label=t("See it on the map"), icon=":material/map:")
        key = f"undo_applied_{applied.batch}"
        undoing = kept_button(t("Undo it"), icon=":material/undo:", key=key)
        st.button(t("Hide this"), on_click=_hide, type="tertiary")
    if undoing and history.undo(applied.batch, key, who=signature(session)):
        session.applied = None
        st.toast(plain(t("{name} was undone.", name=applied.title)), duration="long")
        st.rerun()
    offer_rest(applied.checked)


def _hide() -> None:
    import_session().applied = None
