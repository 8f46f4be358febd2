"""Who signs a change, and when."""

import datetime as dt

import streamlit as st

from ui.screens.data.session import ImportSession
from ui.shared import permission
from ui.shared.language import t

NAME_LENGTH = 40


def ask_name(session: ImportSession) -> str:
    """Return who signs the change: as the login says it, else as the visitor writes it."""
    known = permission.writer_name()
    if known is not None:
        return known
    said = st.text_input(
        t("Your name or office, for the history"),
        value=session.writer,
        max_chars=NAME_LENGTH,
        placeholder=t("this computer"),
    )
    session.writer = " ".join((said or "").split())
    return signature(session)


def signature(session: ImportSession) -> str:
    """Return who signs where nobody is asked."""
    return permission.writer_name() or session.writer or t("this computer")


def now() -> dt.datetime:
    """Return this moment, aware of its time zone."""
    return dt.datetime.now(tz=dt.UTC)
