"""Who may bring lists in: everybody on this machine, whoever is let in, or nobody."""

import hmac
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from geo.registry.place import is_read_only
from ui.words import t

PASSWORD = "GUIGONGTU_PASSWORD"  # noqa: S105 - a name, not a value
LOGIN_HEADER, LOGIN = "GUIGONGTU_LOGIN_HEADER", "GUIGONGTU_LOGIN"
OFF = frozenset(("", "0", "false", "no", "off"))
LET_IN, TRIED = "let_in", "password_tried"
WRONG_SECONDS = 1.0
LONGEST_NAME = 60
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Rules:
    """Hold how this installation guards what is written."""

    read_only: bool
    password: str
    header: str
    login: bool


def read_rules(environment: Mapping[str, str] = os.environ) -> Rules:
    """Read the rules from the environment; a login is asked for by any value but 0, false, no and off.

    Raises
    ------
    InvalidValueError
        The setting `GUIGONGTU_READ_ONLY` is neither yes nor no.
    """
    header = environment.get(LOGIN_HEADER, "").strip()
    login = environment.get(LOGIN, "").strip().lower() not in OFF
    return Rules(is_read_only(environment), environment.get(PASSWORD, ""), header, login)


def may_write() -> bool:
    """Tell whether this visitor may write, and ask for the password or the login where one is wanted.

    Everything that is configured must be met. A header counts only where the program is reached through the
    proxy that sets it and no other way.
    """
    rules = read_rules()
    if rules.read_only:
        st.info(t("This installation is read-only: lists can be looked at, not brought in."))
        return False
    if rules.header and not _header_name(rules):
        st.error(t("The login of your network did not tell who you are. Open the program by its usual link."))
        return False
    return _is_logged_in(rules) and _knows_password(rules)


def writer_name() -> str | None:
    """Give who writes, as the proxy or the login says it; None where nobody does."""
    rules = read_rules()
    if rules.header:
        return _header_name(rules) or None
    if rules.login and st.user.get("is_logged_in"):
        return str(st.user.get("name") or st.user.get("email") or "")[:LONGEST_NAME] or None
    return None


def is_right_password(said: str, rules: Rules) -> bool:
    """Compare a password in constant time; a wrong one costs everybody who guesses a second.

    Parameters
    ----------
    said
        What was typed.
    rules
        As from `read_rules`.
    """
    with _one_at_a_time:
        right = hmac.compare_digest(
            said.encode("utf-8", "replace"), rules.password.encode("utf-8", "replace")
        )
        if not right:
            time.sleep(WRONG_SECONDS)
    return right


def _header_name(rules: Rules) -> str:
    said = st.context.headers.get(rules.header) or ""
    return " ".join(said.split())[:LONGEST_NAME]


def _is_logged_in(rules: Rules) -> bool:
    """Tell whether the login that is wanted was made; without its settings nobody is let in."""
    if not rules.login or st.user.get("is_logged_in"):
        return True
    if "is_logged_in" not in st.user.to_dict():
        st.error(
            t("The login is not set up. Ask whoever runs this program to fill in [auth] in its secrets.")
        )
        return False
    st.info(t("Log in to bring lists in."))
    st.button(t("Log in"), on_click=st.login, type="primary", icon=":material/login:")
    return False


def _knows_password(rules: Rules) -> bool:
    return not rules.password or bool(st.session_state.get(LET_IN)) or _ask_password(rules)


def _ask_password(rules: Rules) -> bool:
    st.info(t("Bringing lists in needs the password of this installation."), icon=":material/lock:")
    with st.form("password_form", border=False):
        said = st.text_input(t("Password"), type="password", max_chars=200, autocomplete="current-password")
        tried = st.form_submit_button(t("Enter"), type="primary")
    if not tried:
        return False
    if is_right_password(said, rules):
        st.session_state[LET_IN] = True
        st.rerun()
    st.error(t("The password is wrong. Ask whoever runs this program."))
    return False
