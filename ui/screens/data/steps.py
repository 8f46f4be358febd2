"""Bring a list in: the way from a dropped file to the registry, a step at a time."""

import html

import streamlit as st

from geo.registry.mappings import remember_mapping
from ui.screens.data import applied, asking, columns, difference, edit, preview, shared, upload
from ui.screens.data.progress import finish_pending
from ui.screens.data.return_rows import offer_rest
from ui.screens.data.session import (
    APPLY,
    CONFIRM,
    DROP,
    EDIT,
    STEPS,
    ImportSession,
    go_to,
    import_session,
    take_up,
)
from ui.screens.data.signature import now, signature
from ui.shared import permission
from ui.shared.errors import said
from ui.shared.language import N_, t

STEP_WORDS = {
    DROP: N_("Choose files"),
    CONFIRM: N_("Confirm"),
    EDIT: N_("Check and fix"),
    APPLY: N_("Compare and apply"),
}


def show_import_steps() -> None:
    """Show the step the list at hand has got to."""
    if not permission.may_write() or not _can_be_written():
        return
    shared.begin_to_warm_up()
    session = import_session()
    finish_pending(session)
    upload.read_as_chosen(session)
    if session.applied is not None and session.current is not None:
        applied.show_applied(session)
    _show_steps(session.step)
    if session.drafts and session.current is not None:
        upload.choose_list(session)
    {DROP: _drop, CONFIRM: _confirm, EDIT: _edit, APPLY: _apply}[session.step](session)


def _can_be_written() -> bool:
    """Say before anybody works on a list that it could not be kept, and why."""
    fault = shared.write_fault()
    if fault is not None:
        until_then = t("Until then no list can be brought in.")
        st.error(f"{said(fault)} {until_then}")
    return fault is None


def _drop(session: ImportSession) -> None:
    applied.show_applied(session)
    upload.ask_files(session)
    if session.drafts:
        st.button(
            t("Back to the {count} lists in this session", count=len(session.drafts)),
            on_click=_back_to_lists,
        )
    upload.offer_templates()


def _back_to_lists() -> None:
    session = import_session()
    take_up(session, next(iter(session.drafts), None))


def _confirm(session: ImportSession) -> None:
    # A sound file leads here at once; what came of those beside it must not go unsaid.
    upload.show_refused(session)
    columns.ask_columns(session)
    asking.ask_datum(session)
    asking.ask_counties(session)
    asking.ask_conflicts(session)
    asking.ask_defaults(session)
    settled = session.draft.is_settled
    if settled:
        edit.show_result(session)
    _show_step_buttons(back=DROP, onward=EDIT, label=t("Right, go on"), barred=not settled)


def _edit(session: ImportSession) -> None:
    edit.show_result(session)
    asking.ask_conflicts(session)
    edit.edit_rows_on_screen(session)
    edit.show_aside(session)
    preview.show_preview(session)
    offer_rest(session.draft.checked)
    nothing = session.draft.checked is None or session.draft.checked.facilities.empty
    _show_step_buttons(back=CONFIRM, onward=APPLY, label=t("Compare with what is held"), barred=nothing)


def _apply(session: ImportSession) -> None:
    difference.compare_and_apply(session)
    _show_step_buttons(back=EDIT)


def _show_step_buttons(
    *, back: str, onward: str | None = None, label: str = "", barred: bool = False
) -> None:
    with st.container(horizontal=True):
        st.button(t("← Back"), on_click=_go_back, args=(back,), key=f"back_{back}")
        if onward:
            st.button(
                f"{label} →",
                on_click=_go_on,
                args=(onward,),
                key=f"onward_{onward}",
                type="primary",
                disabled=barred,
            )


def _go_back(step: str) -> None:
    go_to(import_session(), step)


def _go_on(step: str) -> None:
    """Go on; a header that was looked at is known again in the next file."""
    session = import_session()
    if session.step == CONFIRM:
        remember_mapping(shared.registry(), session.draft.mapping, who=signature(session), at=now())
    go_to(session, step)


def _show_steps(step: str) -> None:
    """Show where one is on the way; in constant words alone."""
    here = STEPS.index(step)
    marks = []
    for place, name in enumerate(STEPS):
        state = "done" if place < here else "here" if place == here else "ahead"
        current = ' aria-current="step"' if place == here else ""
        sign = "✓" if place < here else str(place + 1)
        word = html.escape(t(STEP_WORDS[name]))
        marks.append(f'<li class="gui-step gui-{state}"{current}><b>{sign}</b><span>{word}</span></li>')
    st.html(f'<ol class="gui-steps">{"".join(marks)}</ol>')
