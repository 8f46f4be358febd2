"""Bring a list in: the way from a dropped file to the registry, a step at a time."""

import html

import streamlit as st

from geo.registry.mappings import remember_mapping
from ui.screens.data import applied, asking, columns, difference, edit, preview, shared, upload
from ui.screens.data.progress import finish_pending
from ui.screens.data.return_rows import offer_rest
from ui.screens.data.session import APPLY, CONFIRM, DROP, MEND, STEPS, Desk, go_to, my_desk, take_up
from ui.screens.data.signature import now, signature
from ui.shared import permission
from ui.shared.errors import said
from ui.shared.language import N_, t

STEP_WORDS = {
    DROP: N_("Choose files"),
    CONFIRM: N_("Confirm"),
    MEND: N_("Check and mend"),
    APPLY: N_("Compare and apply"),
}


def show_bringing() -> None:
    """Show the step the list at hand has got to."""
    if not permission.may_write() or not _can_be_written():
        return
    shared.begin_to_warm_up()
    desk = my_desk()
    finish_pending(desk)
    upload.read_as_chosen(desk)
    if desk.applied is not None and desk.current is not None:
        applied.show_applied(desk)
    _show_steps(desk.step)
    if desk.drafts and desk.current is not None:
        upload.choose_list(desk)
    {DROP: _drop, CONFIRM: _confirm, MEND: _mend, APPLY: _apply}[desk.step](desk)


def _can_be_written() -> bool:
    """Say before anybody works on a list that it could not be kept, and why."""
    fault = shared.write_fault()
    if fault is not None:
        until_then = t("Until then no list can be brought in.")
        st.error(f"{said(fault)} {until_then}")
    return fault is None


def _drop(desk: Desk) -> None:
    applied.show_applied(desk)
    upload.ask_files(desk)
    if desk.drafts:
        st.button(
            t("Back to the {count} lists on the desk", count=len(desk.drafts)),
            on_click=_back_to_lists,
        )
    upload.offer_templates()


def _back_to_lists() -> None:
    desk = my_desk()
    take_up(desk, next(iter(desk.drafts), None))


def _confirm(desk: Desk) -> None:
    # A sound file leads here at once; what came of those beside it must not go unsaid.
    upload.show_refused(desk)
    columns.ask_columns(desk)
    asking.ask_datum(desk)
    asking.ask_counties(desk)
    asking.ask_conflicts(desk)
    asking.ask_defaults(desk)
    settled = desk.draft.is_settled
    if settled:
        edit.show_result(desk)
    _show_ways(back=DROP, onward=MEND, label=t("Right, go on"), barred=not settled)


def _mend(desk: Desk) -> None:
    edit.show_result(desk)
    asking.ask_conflicts(desk)
    edit.mend_rows_on_screen(desk)
    edit.show_aside(desk)
    preview.show_preview(desk)
    offer_rest(desk.draft.checked)
    nothing = desk.draft.checked is None or desk.draft.checked.facilities.empty
    _show_ways(back=CONFIRM, onward=APPLY, label=t("Compare with what is held"), barred=nothing)


def _apply(desk: Desk) -> None:
    difference.compare_and_apply(desk)
    _show_ways(back=MEND)


def _show_ways(*, back: str, onward: str | None = None, label: str = "", barred: bool = False) -> None:
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
    go_to(my_desk(), step)


def _go_on(step: str) -> None:
    """Go on; a header that was looked at is known again in the next file."""
    desk = my_desk()
    if desk.step == CONFIRM:
        remember_mapping(shared.registry(), desk.draft.mapping, who=signature(desk), at=now())
    go_to(desk, step)


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
