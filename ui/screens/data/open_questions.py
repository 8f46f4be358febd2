"""Show the sites a list did not name and nobody decided on yet, and take the decision."""

import pandas as pd
import streamlit as st

from geo import schema
from geo.errors import ConflictError
from geo.registry.open_questions import answer_questions, read_questions
from geo.registry.tables import AT, CLOSE, FILE_NAME, KEEP, WHO
from ui.screens.data import history, shared
from ui.screens.data.difference_rows import MOST_ROWS, sites_in_words
from ui.screens.data.session import import_session
from ui.screens.data.signature import ask_name, now
from ui.shared import cache, permission
from ui.shared.language import N_, plain, t
from ui.shared.presses import answered, kept_button

DECIDED = "decided"
ANSWERS = {KEEP: N_("It stays"), CLOSE: N_("It is closed")}


def show_questions() -> None:
    """Show what waits, and let whoever may write decide on as much of it as they like."""
    waiting = read_questions(shared.registry()) if shared.has_registry() else pd.DataFrame()
    if waiting.empty:
        st.info(t("No site waits for a decision."), icon=":material/inbox:")
        return
    st.caption(
        t(
            "{count} sites are held that a later list of their type and county does not name. Until somebody "
            "decides they stay as they are.",
            count=f"{len(waiting):,}",
        )
    )
    shown = waiting.head(MOST_ROWS)
    rows = sites_in_words(shown, cache.names())
    rows[FILE_NAME], rows[WHO], rows[AT] = shown[FILE_NAME], shown[WHO], history.local_times(shown[AT])
    words = {
        schema.NAME: t("Name"),
        schema.FACILITY_TYPE: t("Type"),
        schema.COUNTY: t("County"),
        schema.ADDRESS: t("Address"),
        FILE_NAME: t("Not named in"),
        WHO: t("By"),
        AT: t("Applied on"),
    }
    if len(waiting) > MOST_ROWS:
        st.caption(t("The first {count} are shown.", count=f"{MOST_ROWS:,}"))
    if not permission.may_write():
        st.dataframe(rows, hide_index=True, column_config=words, placeholder="")
        return
    _ask(waiting, rows, words)


def _ask(waiting: pd.DataFrame, rows: pd.DataFrame, words: dict[str, str]) -> None:
    session = import_session()
    rows.insert(0, DECIDED, pd.Series(None, index=rows.index, dtype="str"))
    column = st.column_config.SelectboxColumn(
        t("Decision"), options=list(ANSWERS), format_func=lambda code: t(ANSWERS[str(code)])
    )
    st.caption(t("Choose under “Decision” what becomes of each; what is left blank goes on waiting."))
    edited = st.data_editor(
        rows,
        key=f"questions_{session.turn}",
        hide_index=True,
        disabled=list(words),
        placeholder="",
        column_config={DECIDED: column, **words},
    )
    said = edited[DECIDED].dropna()
    who = ask_name(session)
    key = f"decide_{session.turn}"
    if kept_button(
        t("Decide on {count} sites", count=len(said)),
        key=key,
        type="primary",
        icon=":material/done:",
        disabled=said.empty,
    ):
        _answer(waiting, said, key, who=who)


def _answer(waiting: pd.DataFrame, said: pd.Series, key: str, *, who: str) -> None:
    closed = list(said.index[(said == CLOSE).to_numpy(bool)])
    try:
        answer_questions(shared.registry(), waiting.loc[said.index], close=closed, who=who, at=now())
    except ConflictError as fault:
        history.show_conflict(fault)
        answered(key)
        return
    answered(key)
    shared.see_what_was_written()
    import_session().turn += 1
    st.toast(plain(t("{count} sites were decided on.", count=len(said))), duration="long")
    st.rerun()
