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
from ui.screens.data.session import EDIT, ImportSession, go_to, import_session, open_current, replace_draft
from ui.shared.language import t

# Shorter lists are checked before a bar could be read.
LONG = 15_000
OnProgress = Callable[[float], None]


@contextmanager
def working(session: ImportSession, words: str, *, comparing: bool = False) -> Iterator[Callable[..., None]]:
    """Show how far some work is, and a button that cancels it.

    Parameters
    ----------
    session
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
            key=f"cancel_list_{session.current}_{session.turn}",
            on_click=_cancel,
            args=(comparing,),
            icon=":material/close:",
        )

    def on_progress(share: float, said: str = words) -> None:
        bar.progress(min(share, 1.0), text=said)

    yield on_progress
    slot.empty()


def check_again(session: ImportSession, change: Callable[[Grounds], Draft]) -> None:
    """Put the list at hand back as `change` gives it; a long one in the page, under a bar.

    Parameters
    ----------
    session
        Where the list lies.
    change
        Gives the changed list, checked against what it is given.
    """
    if len(session.draft.table.rows) < LONG:
        replace_draft(session, change(shared.grounds()))
    else:
        # What a callback shows cannot be cancelled.
        session.pending = change


def finish_pending(session: ImportSession) -> None:
    """Do what waits: a change of a long list, or the first look at one of many; say what was cancelled."""
    if session.cancelled:
        st.info(t("Cancelled; nothing was kept of it."), icon=":material/cancel:")
        session.cancelled = False
    if session.current is None:
        return
    words = t("Checking {rows} rows…", rows=f"{len(session.draft.table.rows):,}")
    if session.pending is not None:
        with working(session, words) as on_progress:
            replace_draft(session, session.pending(replace(shared.grounds(), on_progress=on_progress)))
        session.pending = None
    elif not session.draft.opened:
        with working(session, words) as on_progress:
            grounds = replace(shared.grounds(), on_progress=on_progress)
            open_current(session, open_draft(session.draft.table, grounds, remembered=shared.remembered()))


def _cancel(comparing: bool) -> None:  # noqa: FBT001 - Streamlit calls it so
    session = import_session()
    session.pending, session.cancelled = None, True
    if session.current is not None and not session.draft.opened:
        go_to(session, "drop")
    elif comparing:
        go_to(session, EDIT)
    else:
        session.turn += 1
