"""Who may bring lists in: everybody on this machine, whoever is let in, or nobody."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.registry.place import is_read_only
from ui.shared.language import t
from web.admission.guesses import Guesses
from web.admission.uploads import permitted

PASSWORD = "GUIGONGTU_PASSWORD"  # noqa: S105 - a name, not a value
LOGIN_HEADER, LOGIN = "GUIGONGTU_LOGIN_HEADER", "GUIGONGTU_LOGIN"
TRUSTED_PROXIES = "GUIGONGTU_TRUSTED_PROXIES"
OFF = frozenset(("", "0", "false", "no", "off"))
LET_IN, SAID, WAIT = "let_in", "password_", "password_wait_"
LONGEST_NAME = 60
guesses = Guesses()


@dataclass(frozen=True)
class Rules:
    """Hold how this installation guards what is written; `proxies` name who may set the header."""

    read_only: bool
    password: str
    header: str
    login: bool
    proxies: str = ""

    @property
    def ask_anything(self) -> bool:
        """Return whether a visitor has to be let in at all."""
        return bool(self.password or self.header or self.login)


def read_rules(environment: Mapping[str, str] = os.environ) -> Rules:
    """Read the rules from the environment; a login is asked for by any value but 0, false, no and off.

    Raises
    ------
    InvalidValueError
        The setting `GUIGONGTU_READ_ONLY` is neither yes nor no.
    """
    header = environment.get(LOGIN_HEADER, "").strip()
    login = environment.get(LOGIN, "").strip().lower() not in OFF
    proxies = environment.get(TRUSTED_PROXIES, "").strip()
    return Rules(is_read_only(environment), environment.get(PASSWORD, ""), header, login, proxies)


def may_write() -> bool:
    """Return whether this visitor may write, and ask for the password or the login where one is wanted."""
    if read_rules().read_only:
        st.info(t("This installation is read-only: lists can be looked at, not brought in."))
        return False
    return is_let_in(key="write")


def is_let_in(*, key: str) -> bool:
    """Return whether this visitor is let in, and so may upload files; ask for what is wanted.

    Everything that is configured must be met. The header is seen only where a trusted proxy set it; see
    `web.admission.proxies`.

    Parameters
    ----------
    key
        Of the question for the password: a page may ask at several places.
    """
    rules = read_rules()
    met = _is_named(rules) and _is_logged_in(rules, key) and _knows_password(rules, key)
    if met and rules.ask_anything:
        permitted.permit(_session_id())
    elif not met:
        permitted.withdraw(_session_id())
    return met


def writer_name() -> str | None:
    """Return who writes, as the proxy or the login says it; None where nobody does."""
    rules = read_rules()
    if rules.header:
        return _header_name(rules) or None
    if rules.login and st.user.get("is_logged_in"):
        return str(st.user.get("name") or st.user.get("email") or "")[:LONGEST_NAME] or None
    return None


def _header_name(rules: Rules) -> str:
    said = st.context.headers.get(rules.header) or ""
    return " ".join(said.split())[:LONGEST_NAME]


def _is_named(rules: Rules) -> bool:
    """Return whether the proxy names the visitor, where it has to."""
    if not rules.header or _header_name(rules):
        return True
    if not rules.proxies:
        st.error(
            t(
                "No trusted proxy is set, so nobody can be let in. Whoever runs this program has to name the "
                "address of the proxy in {setting}.",
                setting=TRUSTED_PROXIES.replace("_", "\\_"),
            )
        )
        return False
    st.error(t("The login of your network did not say who you are. Open the program by its usual link."))
    return False


def _is_logged_in(rules: Rules, key: str) -> bool:
    """Return whether the login that is wanted was made; without its settings nobody is let in."""
    if not rules.login or st.user.get("is_logged_in"):
        return True
    if "is_logged_in" not in st.user.to_dict():
        st.error(
            t("The login is not set up. Ask whoever runs this program to fill in [auth] in its secrets.")
        )
        return False
    st.info(t("Log in to bring lists in."))
    st.button(t("Log in"), on_click=st.login, type="primary", icon=":material/login:", key=f"login_{key}")
    return False


def _knows_password(rules: Rules, key: str) -> bool:
    return not rules.password or bool(st.session_state.get(LET_IN)) or _ask_password(key)


def _ask_password(key: str) -> bool:
    st.info(t("Bringing lists in needs the password of this installation."), icon=":material/lock:")
    with st.form(f"password_form_{key}", border=False):
        st.text_input(
            t("Password"),
            type="password",
            max_chars=200,
            autocomplete="current-password",
            key=f"{SAID}{key}",
        )
        st.form_submit_button(t("Enter"), type="primary", on_click=_try_password, args=(key,))
    wait = st.session_state.get(f"{WAIT}{key}")
    if wait:
        minutes = math.ceil(wait / 60)
        st.error(t("Too many wrong passwords. Try again in {minutes} minutes.", minutes=minutes))
    elif wait is not None:
        st.error(t("The password is wrong. Ask whoever runs this program."))
    return False


def _try_password(key: str) -> None:
    """Let the visitor in by the password in the box; else keep how many seconds must pass, 0 for none."""
    session, address = _session_id(), st.context.ip_address
    wait = guesses.wait_seconds(session, address)
    said = st.session_state.get(f"{SAID}{key}") or ""
    right = read_rules().password
    if not wait and guesses.is_right(said, right, session=session, address=address):
        st.session_state[LET_IN] = True
    else:
        st.session_state[f"{WAIT}{key}"] = wait


def _session_id() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""
