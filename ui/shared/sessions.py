"""The session a page is drawn for, and what is done once its window is closed."""

import threading
from collections.abc import Callable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.caching.remembered import declare

# A connection that breaks comes back within this time, and its session with it.
GRACE_S = 10.0
_at_end: list[Callable[[str], None]] = []


def this_session() -> str:
    """Return the id of this session; from now on its end is watched for. Empty outside a session."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return ""
    if runtime.exists():
        _watched(context.session_id)
    return context.session_id


def when_one_ends(act: Callable[[str], None]) -> None:
    """Have `act` called with the id of every session that has ended, in a thread of its own."""
    _at_end.append(act)


def is_open(session: str) -> bool:
    """Return whether a browser is connected to a session."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def _released(session: str) -> None:
    """Look again after a while: Streamlit lets go of what a session holds when its connection breaks."""
    ended = threading.Timer(GRACE_S, _end, (session,))
    ended.daemon = True
    ended.start()


declare(
    "ui.shared.sessions._watched",
    holds="The name of each session, so that Streamlit says when it ends.",
    most_entries=None,
    most_bytes=1_000_000,
    dropped="With its session.",
)


@st.cache_resource(scope="session", on_release=_released, show_spinner=False)
def _watched(session: str) -> str:
    return session


def _end(session: str) -> None:
    if not is_open(session):
        for act in _at_end:
            act(session)
