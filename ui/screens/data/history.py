"""Show what the registry holds: who holds what, what was done, and the way back."""

import datetime as dt

import pandas as pd
import streamlit as st

from geo import schema
from geo.errors import ConflictError
from geo.network import summary
from geo.registry.applying import undo_batch
from geo.registry.conflicts import SEEN, THEIRS, YOURS
from geo.registry.currency import (
    CLOSED_SITES,
    LATEST,
    LISTED,
    LOCATED,
    MISSING,
    PLACE_UNKNOWN,
    PUBLISHED,
    read_currency,
)
from geo.registry.difference import FIELD
from geo.registry.history import read_batches, read_listing
from geo.registry.tables import AT, BATCH_ID, FILE_NAME, ORIGINAL, OUTCOME, PART, UNDONE_AT, UNDONE_BY, WHO
from ui.screens.data import shared
from ui.screens.data.difference_rows import MOST_ROWS, conflict_rows
from ui.screens.data.session import ImportSession, import_session
from ui.screens.data.signature import ask_name, now
from ui.shared import cache, permission
from ui.shared.filters import Filters
from ui.shared.language import N_, plain, t
from ui.shared.presses import answered, kept_button

STANDING = "standing"
CLOCK = "%Y-%m-%d %H:%M"
COUNT_WORDS = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    CLOSED_SITES: N_("Closed"),
    "asked": N_("Waiting"),
    "rest": N_("Left to be fixed"),
}
OUTCOME_WORDS = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "rest": N_("Left to be fixed"),
}


def show_currency() -> None:
    """Show per county and type how many sites the lists name, how new they are, and by whose list."""
    if not shared.has_registry():
        st.info(t("No list has been brought in yet."), icon=":material/inbox:")
        return
    currency = read_currency(shared.registry(), cache.network().counts)
    if currency.empty:
        st.info(t("No list has been brought in yet."), icon=":material/inbox:")
        return
    names = cache.names()
    rows = currency.reset_index()
    rows[schema.COUNTY] = rows[schema.COUNTY].map(names.regions)
    rows[schema.FACILITY_TYPE] = rows[schema.FACILITY_TYPE].map(names.types)
    rows[AT] = local_times(rows[AT])
    st.caption(
        t(
            "{sites} sites in {lists} counties and types. Located: it has a place, if only the township. "
            "Missing: published less located.",
            sites=f"{int(currency[LISTED].sum()):,}",
            lists=f"{len(currency):,}",
        )
    )
    _show_totals(currency)
    words = {
        schema.COUNTY: t("County"),
        schema.FACILITY_TYPE: t("Type"),
        PUBLISHED: t("Published"),
        LISTED: t("In the lists"),
        LOCATED: t("Located"),
        PLACE_UNKNOWN: t("Place unknown"),
        MISSING: t("Missing"),
        CLOSED_SITES: t("Closed"),
        LATEST: t("As of"),
        WHO: t("By"),
        AT: t("Applied on"),
        FILE_NAME: t("File"),
    }
    pinned = {schema.COUNTY: st.column_config.TextColumn(words[schema.COUNTY], pinned=True)}
    st.dataframe(rows[list(words)], hide_index=True, placeholder="—", column_config={**words, **pinned})


def _show_totals(currency: pd.DataFrame) -> None:
    """Say for each type in the lists how many were published for Guangxi, and how many have a place."""
    names, published = cache.names().types, cache.answer(Filters()).types[summary.PUBLISHED]
    located = currency.groupby(schema.FACILITY_TYPE)[LOCATED].sum()
    for code, count in located.items():
        total = published.get(code)
        if total is not None and not pd.isna(total):
            shown = t(
                "{type}, all of Guangxi: published {published}, located {located}, missing {missing}",
                type=names[str(code)],
                published=f"{int(total):,}",
                located=f"{count:,}",
                missing=f"{int(total) - count:,}",
            )
            st.text(shown)


def show_history() -> None:
    """Show every list that was applied, the latest first, and take one back if asked."""
    if not shared.has_registry():
        st.info(t("No list has been brought in yet."), icon=":material/inbox:")
        return
    batches = read_batches(shared.registry())
    if batches.empty:
        st.info(t("No list has been brought in yet."), icon=":material/inbox:")
        return
    rows = batches.reset_index()
    rows[AT] = local_times(rows[AT])
    rows[STANDING] = [
        t("stands") if by is None or by != by else t("undone by {who}", who=by)  # noqa: PLR0124
        for by in rows[UNDONE_BY]
    ]
    st.dataframe(
        rows[[BATCH_ID, FILE_NAME, PART, WHO, AT, STANDING, *COUNT_WORDS]].head(MOST_ROWS),
        hide_index=True,
        placeholder="",
        column_config={
            BATCH_ID: st.column_config.NumberColumn(t("Number"), format="%d"),
            FILE_NAME: t("File"),
            PART: t("Sheet"),
            WHO: t("By"),
            AT: t("Applied on"),
            STANDING: t("State"),
            **{name: t(word) for name, word in COUNT_WORDS.items()},
        },
    )
    # A list as it was written holds telephone numbers and names: only whoever may write looks into it.
    if permission.may_write():
        _show_batch(batches)


def undo(batch: int, key: str, *, who: str) -> bool:
    """Take a batch back; where somebody changed a record since, show both sides and leave all as it is.

    Parameters
    ----------
    batch
        Its number.
    key
        Of the button that was pressed for it.
    who
        Takes it back.
    """
    try:
        undo_batch(shared.registry(), batch, who=who, at=now())
    except ConflictError as fault:
        show_conflict(fault)
        answered(key)
        return False
    answered(key)
    shared.see_what_was_written()
    return True


def show_conflict(fault: ConflictError) -> None:
    """Show what two people wrote to the same records; nothing of it was lost or written over."""
    conflicts = fault.conflicts
    if not isinstance(conflicts, pd.DataFrame):
        raise fault
    rows = conflict_rows(conflicts, cache.names())
    st.error(
        t("Somebody changed the same sites in the meantime. Nothing was written: look at both sides below."),
        icon=":material/sync_problem:",
    )
    rows[AT] = local_times(rows[AT])
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="",
        column_config={
            schema.FACILITY_ID: t("Number of the site"),
            FIELD: t("What"),
            SEEN: t("What you saw"),
            YOURS: t("Yours"),
            THEIRS: t("Theirs"),
            WHO: t("By"),
            AT: t("Applied on"),
        },
    )


def local_times(texts: pd.Series) -> list[str]:
    """Return moments of the registry, which are in UTC, as the clock of this machine shows them."""
    return [
        dt.datetime.fromisoformat(text).astimezone().strftime(CLOCK) if isinstance(text, str) else ""
        for text in texts
    ]


def _show_batch(batches: pd.DataFrame) -> None:
    """Show one batch as its user wrote it, and offer to take it back."""
    words = {number: f"{number} · {name}" for number, name in batches[[FILE_NAME]].itertuples(name=None)}
    number = st.selectbox(
        t("Look at one list"),
        list(words),
        index=None,
        format_func=words.__getitem__,
        placeholder=t("Choose a list"),
    )
    if number is None:
        return
    listing = read_listing(shared.registry(), number).head(MOST_ROWS)
    wording = {code: t(word) for code, word in OUTCOME_WORDS.items()}
    originals = pd.DataFrame(listing[ORIGINAL].tolist(), index=listing.index)
    originals.insert(0, OUTCOME, listing[OUTCOME].map(wording))
    st.dataframe(
        originals,
        placeholder="",
        column_config={
            "_index": st.column_config.NumberColumn(t("Row"), format="%d"),
            OUTCOME: t("What became of it"),
        },
    )
    standing = pd.isna(batches.loc[number, UNDONE_AT])
    if standing:
        _offer_undo(import_session(), number, words[number])


def _offer_undo(session: ImportSession, number: int, title: str) -> None:
    with st.popover(t("Undo this list"), icon=":material/undo:"):
        st.write(t("Everything it changed is again as it was before. The history keeps both."))
        who = ask_name(session)
        key = f"undo_{number}"
        if kept_button(t("Undo it"), key=key, type="primary") and undo(number, key, who=who):
            st.toast(plain(t("{name} was undone.", name=title)), duration="long")
            st.rerun()
