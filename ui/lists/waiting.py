"""Show how far the check of a long list has got."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ui.lists import shared
from ui.lists.desk import Desk, replace_draft
from ui.lists.draft import Draft, Grounds
from ui.words import t

# Shorter lists are checked before a bar could be read.
LONG = 15_000


def check_anew(desk: Desk, change: Callable[[Grounds], Draft]) -> None:
    """Put the list at hand back as `change` gives it, with a bar where that takes a while.

    Parameters
    ----------
    desk
        Where the list lies.
    change
        Gives the changed list, checked against what it is given.
    """
    rows = len(desk.draft.table.rows)
    if rows < LONG:
        replace_draft(desk, change(shared.grounds()))
        return
    words = t("Checking {rows} rows…", rows=f"{rows:,}")
    bar = st.progress(0.0, text=words)
    told = replace(shared.grounds(), tell=lambda share: _show(bar, share, words))
    replace_draft(desk, change(told))
    bar.empty()


def _show(bar: st.delta_generator.DeltaGenerator, share: float, words: str) -> None:
    bar.progress(share, text=words)
