"""What takes long with a list: a bar, and a button that cancels it with nothing half done.

The work runs in the page's own run. Streamlit ends a run wherever it shows something, so the button, or any
other wish of the visitor, stops the work at the next step it shows. Nothing is put back before it is whole: a
list that was being checked is as it was, and what was being written is taken back by its transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from geo.importing.draft import Draft, Grounds, open_draft
from ui.screens.data import shared
from ui.screens.data.session import MEND, Desk, go_to, my_desk, open_current, replace_draft
from ui.shared.language import t

# Shorter lists are checked before a bar could be read.
LONG = 15_000
Tell = Callable[[float], None]


@contextmanager
def working(desk: Desk, words: str, *, comparing: bool = False) -> Iterator[Callable[..., None]]:
    """Show how far some work is, and a button that cancels it.

    Parameters
    ----------
    desk
        Where the list lies.
    words
        What is being done.
    comparing
        Whether the page would begin the same again by itself: who cancels goes a step back then.
    """
    slot = st.empty()
    with slot.container():
        bar = st.progress(0.0, text=words)
        st.button(
            t("Cancel"),
            key=f"cancel_list_{desk.current}_{desk.turn}",
            on_click=_cancel,
            args=(comparing,),
            icon=":material/close:",
        )

    def tell(share: float, said: str = words) -> None:
        bar.progress(min(share, 1.0), text=said)

    yield tell
    slot.empty()


def check_anew(desk: Desk, change: Callable[[Grounds], Draft]) -> None:
    """Put the list at hand back as `change` gives it; a long one in the page, under a bar.

    Parameters
    ----------
    desk
        Where the list lies.
    change
        Gives the changed list, checked against what it is given.
    """
    if len(desk.draft.table.rows) < LONG:
        replace_draft(desk, change(shared.grounds()))
    else:
        # What a callback shows cannot be cancelled.
        desk.pending = change


def finish_pending(desk: Desk) -> None:
    """Do what waits: a change of a long list, or the first look at one of many; say what was cancelled."""
    if desk.cancelled:
        st.info(t("Cancelled; nothing was kept of it."), icon=":material/cancel:")
        desk.cancelled = False
    if desk.current is None:
        return
    words = t("Checking {rows} rows…", rows=f"{len(desk.draft.table.rows):,}")
    if desk.pending is not None:
        with working(desk, words) as tell:
            replace_draft(desk, desk.pending(replace(shared.grounds(), tell=tell)))
        desk.pending = None
    elif not desk.draft.opened:
        with working(desk, words) as tell:
            grounds = replace(shared.grounds(), tell=tell)
            open_current(desk, open_draft(desk.draft.table, grounds, remembered=shared.remembered()))


def _cancel(comparing: bool) -> None:  # noqa: FBT001 - Streamlit calls it so
    desk = my_desk()
    desk.pending, desk.cancelled = None, True
    if desk.current is not None and not desk.draft.opened:
        go_to(desk, "drop")
    elif comparing:
        go_to(desk, MEND)
    else:
        desk.turn += 1
