"""Show what is wrong, and let it be edited where it stands; every change is checked at once."""

import pandas as pd
import streamlit as st

from geo.importing.draft import edit_draft
from geo.importing.finding_tables import (
    DECISION,
    EVERY_ROW,
    LEFT_OUT,
    MOST_ROWS,
    OWN,
    RESULT,
    Counts,
    count_kinds,
    count_rows,
    editable_table,
    edits_of,
    rows_aside,
    rows_of,
    severities_of,
    texts_by_row,
    texts_of_file,
)
from geo.importing.findings import ERROR, NOTE, WARNING, read_kinds
from geo.importing.location.placing import TAKE_DECLARED, TAKE_POINT
from ui.screens.data.progress import check_again
from ui.screens.data.return_rows import offer_rows
from ui.screens.data.session import ImportSession, import_session, turn_page, widget_key
from ui.shared.language import N_, current_language, plain, t
from ui.shared.presses import answered, kept_button

EDITOR_HEIGHT, ROW_PIXELS, HEADER_PIXELS = 300, 35, 40
# Longer lists are checked again when the user asks for it, not after every cell.
CHECKED_AT_ONCE = 30_000
EDITED = "edited_rows"
DECISION_WORDS = {TAKE_POINT: N_("the point"), TAKE_DECLARED: N_("the county written")}
WIDE = 420


def show_result(session: ImportSession) -> None:
    """Say in figures and one sentence how the list stands."""
    checked = session.draft.checked
    if checked is None:
        return
    counts = count_rows(checked)
    figures = {
        t("Rows"): counts.rows,
        t("Ready"): counts.sound,
        t("To be fixed"): counts.wrong,
        t("Worth a look"): counts.doubtful,
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, f"{value:,}", width=130)
    _say_how_it_stands(counts)
    notes = texts_of_file(checked, language=current_language())
    if notes:
        st.caption("  \n".join(f":material/info: {plain(note, limit=300)}" for note in notes))


def edit_rows_on_screen(session: ImportSession) -> None:
    """Show the rows of one kind of finding in an editor, and take what is changed in it."""
    draft = session.draft
    if draft.checked is None:
        return
    choice = _ask_choice(session)
    rows = _rows_shown(session, choice)
    if not rows:
        st.success(t("No row here needs fixing."), icon=":material/check_circle:")
        return
    severities = severities_of(choice)
    shown = texts_by_row(draft.checked, rows, language=current_language(), severities=severities)
    done = pd.Series(
        [t("left out") if row in draft.dropped else t("✓ in order") for row in rows], shown.index
    )
    table = editable_table(
        draft, rows, shown.fillna(done), order=session.shown_columns, severities=severities
    )
    session.shown_columns = tuple(header for header in table.columns if header not in OWN)
    key = f"editor_{session.current}_{session.turn}"
    st.data_editor(
        table,
        key=key,
        height=min(EDITOR_HEIGHT, HEADER_PIXELS + ROW_PIXELS * len(rows)),
        disabled=["_index", RESULT],
        placeholder="",
        column_config={
            "_index": st.column_config.NumberColumn(t("Row"), format="%d", pinned=True),
            RESULT: st.column_config.TextColumn(t("What is said of it, and what to do"), width=WIDE),
            LEFT_OUT: st.column_config.CheckboxColumn(t("Leave out")),
            DECISION: st.column_config.SelectboxColumn(
                t("What is right"), options=list(DECISION_WORDS), format_func=_decision_word
            ),
        },
    )
    _take_edits(session, table, key)
    _offer_to_clear(session, choice)
    # What must be fixed is offered at the end of the page in any case.
    if choice != ERROR:
        offer_rows(draft.checked, rows_of(draft.checked, choice, most=None))


def show_aside(session: ImportSession) -> None:
    """Show which lines of the file were taken for no rows, folded away."""
    checked = session.draft.checked
    if checked is None:
        return
    aside = rows_aside(checked, language=current_language())
    if len(aside):
        with st.expander(t("{count} lines of the file were taken for no rows", count=f"{len(aside):,}")):
            st.dataframe(
                aside.head(MOST_ROWS).rename(RESULT),
                column_config={
                    "_index": st.column_config.NumberColumn(t("Row"), format="%d"),
                    RESULT: t("Why, and what to do if that is wrong"),
                },
            )


def _decision_word(code: str | float | bool) -> str:  # noqa: FBT001 - as Streamlit asks it
    return t(DECISION_WORDS[str(code)])


def _say_how_it_stands(counts: Counts) -> None:
    if not counts.wrong:
        st.success(
            t("All {count} rows can be applied.", count=f"{counts.sound:,}"), icon=":material/check_circle:"
        )
    else:
        st.warning(
            t(
                "{wrong} rows must be fixed: here, or in Excel. The other {sound} can be applied "
                "right away; nothing is lost.",
                wrong=f"{counts.wrong:,}",
                sound=f"{counts.sound:,}",
            ),
            icon=":material/build:",
        )


def _ask_choice(session: ImportSession) -> str:
    """Ask which findings to see; what must be fixed comes first."""
    checked = session.draft.checked
    if checked is None:
        return EVERY_ROW
    counts = count_rows(checked)
    words = {
        ERROR: t("All that must be fixed ({count})", count=counts.wrong),
        WARNING: t("All that is worth a look ({count})", count=counts.doubtful),
        **{
            code: _kind_word(code, severity, rows)
            for code, severity, rows in count_kinds(checked).itertuples(name=None)
        },
        NOTE: t("All notes ({count})", count=counts.noted),
        EVERY_ROW: t("Every row"),
    }
    first = ERROR if counts.wrong else WARNING if counts.doubtful else EVERY_ROW
    # What is being edited stays chosen until the user turns away from it, even when nothing of it is left.
    session.choice = session.choice or first
    if session.choice not in words:
        words[session.choice] = _kind_word(session.choice, "", 0)
    key = widget_key(session, "choice")
    st.selectbox(
        t("Show"),
        list(words),
        index=list(words).index(session.choice),
        format_func=words.__getitem__,
        key=key,
        on_change=_turn_to,
        args=(key,),
    )
    return session.choice


def _turn_to(key: str) -> None:
    turn_page(import_session(), choice=st.session_state[key])


def _kind_word(code: str, severity: str, rows: int) -> str:
    kind = read_kinds()[code]
    sentence = kind.zh if current_language() == "zh" else kind.en
    shown = sentence.replace("!r}", "}").format(value="…", detail="…")
    mark = {ERROR: t("must"), WARNING: t("look"), NOTE: t("note")}.get(severity, "✓")
    return f"{mark} · {shown} ({rows})"


def _rows_shown(session: ImportSession, choice: str) -> tuple[int, ...]:
    """Return the rows on the page: they stay while they are being edited, so that nothing jumps."""
    checked = session.draft.checked
    if checked is None:
        return ()
    if not session.shown_rows:
        session.shown_rows = rows_of(checked, choice)
    if len(session.shown_rows) >= MOST_ROWS:
        st.caption(
            t("The first {count} are shown. Fix these, or take all home in Excel below.", count=MOST_ROWS)
        )
    return session.shown_rows


def _offer_to_clear(session: ImportSession, choice: str) -> None:
    """Offer to take off the page what is fixed; it does not go by itself, so that nothing jumps."""
    checked = session.draft.checked
    if checked is None or choice == EVERY_ROW:
        return
    still = set(rows_of(checked, choice))
    done = [row for row in session.shown_rows if row not in still]
    if done:
        st.button(
            t("Clear away the {count} that are done", count=len(done)),
            on_click=_clear_away,
            icon=":material/done_all:",
        )


def _clear_away() -> None:
    turn_page(import_session())


def _take_edits(session: ImportSession, table: pd.DataFrame, key: str) -> None:
    edits = edits_of(table, st.session_state[key][EDITED])
    if not edits.rows:
        st.caption(t("Click a cell and write; each change is checked at once."))
        return
    check = f"check_{key}_{session.changes}"
    if len(session.draft.table.rows) > CHECKED_AT_ONCE and not kept_button(
        t("Check the {count} changed rows", count=len(edits.rows)), key=check, type="primary"
    ):
        return
    answered(check)
    left_out = session.draft.dropped | {row for row, out in edits.dropped.items() if out}
    left_out -= {row for row, out in edits.dropped.items() if not out}
    turn = session.turn
    check_again(
        session,
        lambda grounds: edit_draft(
            session.draft, edits.texts, grounds, dropped=frozenset(left_out), decisions=edits.decisions
        ),
    )
    # The same editor goes on: its cells hold what was just taken.
    session.turn = turn
    st.rerun()
