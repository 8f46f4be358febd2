"""Show what applying a list would do, ask what is left to say, and apply it: all of it or nothing."""

import pandas as pd
import streamlit as st

from geo import schema
from geo.errors import ConflictError
from geo.importing.checks.likely_pairs import LIKENESS
from geo.registry.applying import apply_import
from geo.registry.difference import FIELD, Difference, plan_import
from geo.registry.tables import AFTER, BEFORE, CLOSE, KEEP
from ui.screens.data import history, shared
from ui.screens.data.difference_rows import (
    APART,
    MOST_ROWS,
    ROW,
    alike_rows,
    changed_rows,
    new_rows,
    replaced_simulated,
    sites_in_words,
)
from ui.screens.data.progress import working
from ui.screens.data.session import Applied, ImportSession, import_session, put_away, widget_key
from ui.screens.data.signature import ask_name, now
from ui.shared import cache
from ui.shared.language import N_, plain, t
from ui.shared.presses import answered, kept_button

EACH, LATER = "each", "later"
MISSING_WORDS = {
    KEEP: N_("Keep them as they are"),
    CLOSE: N_("Mark all of them as closed"),
    LATER: N_("Decide later: they wait as open questions"),
    EACH: N_("Decide one by one"),
}
CLOSED = "closed"


def compare_and_apply(session: ImportSession) -> None:
    """Show the difference and the button that applies it."""
    difference = _difference(session)
    _show_counts(difference)
    _show_parts(difference)
    _ask_alike(session, difference)
    close, ask = _ask_missing(session, difference)
    who = ask_name(session)
    key = widget_key(session, "apply")
    if kept_button(
        t("Apply {count} rows", count=f"{len(difference.records):,}"),
        key=key,
        type="primary",
        icon=":material/done:",
        disabled=difference.records.empty,
    ):
        _apply(session, difference, key, close=close, ask=ask, who=who)


def _difference(session: ImportSession) -> Difference:
    """Compare once for each check and answer: what is applied is what was shown, whatever others did."""
    checked = session.draft.checked
    if checked is None or session.current is None:
        raise KeyError("an unchecked list has no difference")
    if session.difference is None or session.difference.checked is not checked:
        with working(session, t("Comparing…"), comparing=True) as on_progress:
            session.difference = plan_import(
                shared.registry(),
                checked,
                sha256=session.digests[session.current],
                sourced=shared.published_facilities(),
                apart=session.apart,
                progress=on_progress,
            )
    return session.difference


def _show_counts(difference: Difference) -> None:
    counts = difference.counts
    figures = {
        t("New"): counts["new"],
        t("Changed"): counts["changed"],
        t("Unchanged"): counts["unchanged"],
        t("Missing from this list"): counts["missing"],
        t("Left to be fixed"): counts["rest"],
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, f"{value:,}", width=130)
    replaced = replaced_simulated(difference, cache.network().facilities)
    if replaced:
        shown = t(
            "{count} simulated sites of the same types and counties give way to it.",
            count=f"{replaced:,}",
        )
        st.info(shown, icon=":material/science:")
    st.caption(
        t(
            "Applied lists are seen by whoever uses this installation. Telephone numbers and names of "
            "contacts are in no public layer and no export."
        )
    )


def _show_parts(difference: Difference) -> None:
    names = cache.names()
    words = {
        ROW: t("Row"),
        schema.NAME: t("Name"),
        schema.FACILITY_TYPE: t("Type"),
        schema.COUNTY: t("County"),
        schema.ADDRESS: t("Address"),
        FIELD: t("What"),
        BEFORE: t("Before"),
        AFTER: t("After"),
    }
    if len(difference.changed):
        st.subheader(t("What changes, field by field"), anchor=False)
        _show_table(changed_rows(difference, names), words)
    if len(difference.new):
        with st.expander(t("{count} new", count=f"{len(difference.new):,}")):
            _show_table(new_rows(difference, names), words)


def _show_table(rows: pd.DataFrame, words: dict[str, str]) -> None:
    config = {str(name): words[str(name)] for name in rows.columns}
    st.dataframe(rows, hide_index=True, column_config=config, placeholder="")
    if len(rows) >= MOST_ROWS:
        st.caption(t("The first {count} are shown.", count=f"{MOST_ROWS:,}"))


def _ask_alike(session: ImportSession, difference: Difference) -> None:
    """Show which rows were taken for a site that is known, and let the user say that they are not."""
    rows = alike_rows(difference, cache.names()).head(MOST_ROWS)
    if session.apart:
        st.button(
            t("{count} rows are kept apart; join them again", count=len(session.apart)),
            on_click=_join_again,
        )
    if rows.empty:
        return
    st.subheader(t("Taken for sites that are known already"), anchor=False)
    st.caption(t("They are joined and not counted twice. Tick those that are sites of their own."))
    rows[APART] = False
    edited = st.data_editor(
        rows,
        key=widget_key(session, "alike"),
        disabled=[schema.NAME, schema.COUNTY, BEFORE, LIKENESS],
        column_config={
            ROW: st.column_config.NumberColumn(t("Row"), format="%d"),
            schema.NAME: t("Name"),
            schema.COUNTY: t("County"),
            BEFORE: t("Known as"),
            LIKENESS: st.column_config.NumberColumn(t("Likeness (0-100)"), format="%.0f"),
            APART: st.column_config.CheckboxColumn(t("A site of its own")),
        },
    )
    ticked = frozenset(int(row) for row in edited.index[edited[APART].to_numpy(bool)])
    if ticked:
        _keep_apart(session, session.apart | ticked)
        st.rerun()


def _join_again() -> None:
    _keep_apart(import_session(), frozenset())


def _keep_apart(session: ImportSession, rows: frozenset[int]) -> None:
    session.apart, session.difference = rows, None
    session.turn += 1


def _ask_missing(session: ImportSession, difference: Difference) -> tuple[list[str], list[str]]:
    """Ask what becomes of the sites the list no longer names; give the ids to close, and those that wait."""
    missing = difference.missing
    if missing.empty:
        return [], []
    st.subheader(t("Held, but not in this list"), anchor=False)
    decision = st.radio(
        t("What becomes of these {count}?", count=f"{len(missing):,}"),
        list(MISSING_WORDS),
        format_func={code: t(word) for code, word in MISSING_WORDS.items()}.__getitem__,
        key=widget_key(session, "missing"),
    )
    rows = sites_in_words(missing, cache.names()).head(MOST_ROWS)
    words = {schema.NAME: t("Name"), schema.FACILITY_TYPE: t("Type"), schema.COUNTY: t("County")}
    words[schema.ADDRESS] = t("Address")
    if decision != EACH:
        _show_table(rows, words)
        ids = list(map(str, missing.index))
        return (ids if decision == CLOSE else []), (ids if decision == LATER else [])
    rows.insert(0, CLOSED, value=False)
    edited = st.data_editor(
        rows,
        key=widget_key(session, "closing"),
        hide_index=True,
        disabled=list(words),
        column_config={CLOSED: st.column_config.CheckboxColumn(t("Closed")), **words},
    )
    return [str(one) for one in edited.index[edited[CLOSED].to_numpy(bool)]], []


def _apply(
    session: ImportSession, difference: Difference, key: str, *, close: list[str], ask: list[str], who: str
) -> None:
    whole = max(1, len(difference.records))
    try:
        with working(session, t("Applying…")) as on_progress:
            batch = apply_import(
                shared.registry(),
                difference,
                who=who,
                at=now(),
                close=close,
                ask=ask,
                progress=lambda done: on_progress(done / whole),
            )
            # What is written stays written: nothing is shown before the session knows of it.
            answered(key)
            title = session.draft.title
            counts = {**difference.counts, CLOSED: len(close)}
            session.applied = Applied(batch, title, counts, difference.checked)
            put_away(session)
            shared.see_what_was_written()
    except ConflictError as fault:
        history.show_conflict(fault)
        st.button(t("Compare again"), type="primary", on_click=_compare_again)
        answered(key)
        return
    st.toast(plain(t("{name} was applied.", name=title)), duration="long")
    st.rerun()


def _compare_again() -> None:
    import_session().difference = None
