"""Who signs a change, and when."""

import datetime as dt

import streamlit as st

from ui.screens.data.session import Desk
from ui.shared import permission
from ui.shared.language import t

NAME_LENGTH = 40


def ask_name(desk: Desk) -> str:
    """Give who signs the change: as the login says it, else as the visitor writes it."""
    known = permission.writer_name()
    if known is not None:
        return known
    said = st.text_input(
        t("Your name or office, for the history"),
        value=desk.writer,
        max_chars=NAME_LENGTH,
        placeholder=t("this computer"),
    )
    desk.writer = " ".join((said or "").split())
    return signature(desk)


def signature(desk: Desk) -> str:
    """Give who signs where nobody is asked."""
    return permission.writer_name() or desk.writer or t("this computer")


def now() -> dt.datetime:
    """Give this moment, aware of its time zone."""
    return dt.datetime.now(tz=dt.UTC)
