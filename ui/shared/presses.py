"""Keep every press of a button until it was answered.

Streamlit 1.67 ends a run for the request after it, at times before the callbacks of the first were called,
and the two run side by side: the second takes the press from the first before it was looked at. A browser
sends the state of its widgets with every request, but a press once: such a press was lost, the more often the
busier the machine. Here a press stays with its session until a run takes it up, and goes along with every
request until then; it is taken up once, and what one run does with presses no other run disturbs.

A run that took a press up calls its callback at once, but may be ended before the page comes to where the
button stands. So no page asks a button for its value: what a callback cannot do by itself is kept as
`kept_button` says, until the page has done it.
"""

import itertools
import threading
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState

PRESSED, ANSWERED, KEPT_ON = "pressed_", "answered_press_", "presses_kept_on"
_numbers = itertools.count(1)


@dataclass
class _Presses:
    """Hold the buttons of a session that were pressed and not yet answered, and who may look at them."""

    waiting: set[str] = field(default_factory=set)
    counting: threading.Lock = field(default_factory=threading.Lock)
    turn: threading.RLock = field(default_factory=threading.RLock)


_presses: WeakKeyDictionary[AppSession, _Presses] = WeakKeyDictionary()
_request_rerun = AppSession.request_rerun
_will_rerun, _finished = SessionState.on_script_will_rerun, SessionState.on_script_finished


def keep_presses() -> None:
    """Let no press be lost from now on; to call it again changes nothing."""
    AppSession.request_rerun = _remember  # type: ignore[method-assign]
    SessionState.on_script_will_rerun = _take_up  # type: ignore[method-assign]
    SessionState.on_script_finished = _finish  # type: ignore[method-assign]


def kept_button(label: str, *, key: str, **looks: Any) -> bool:
    """Draw a button; tell from its press until `answered` that it was pressed, however many runs that takes.

    Parameters
    ----------
    label, key, looks
        As of `st.button`; the key is another one whenever the press would mean something else.
    """
    st.button(label, key=key, on_click=keep, args=(key,), **looks)
    return is_kept(key)


def keep(key: str) -> None:
    """Keep a press; the callback of a button."""
    st.session_state[PRESSED + key] = next(_numbers)


def is_kept(key: str) -> bool:
    """Return whether a button was pressed and not answered yet."""
    return st.session_state.get(PRESSED + key) != st.session_state.get(ANSWERED + key)


def answered(key: str) -> None:
    """Let a press go: what it asked for is done."""
    # A press and its answer are written apart: runs beside one another overwrite neither.
    st.session_state[ANSWERED + key] = st.session_state.get(PRESSED + key)


def forget_elsewhere(page: str) -> None:
    """Let all presses go once another page is open: whoever left does not want them done on coming back.

    Parameters
    ----------
    page
        The page that is open.
    """
    if st.session_state.get(KEPT_ON) != page:
        st.session_state[KEPT_ON] = page
        for name in [str(name) for name in st.session_state if str(name).startswith(PRESSED)]:
            answered(name.removeprefix(PRESSED))


@wraps(_request_rerun)
def _remember(self: AppSession, client_state: ClientState | None) -> None:
    if client_state is not None:
        mine = _presses.setdefault(self, _Presses())
        with mine.counting:
            mine.waiting |= _pressed(client_state.widget_states)
            _press(client_state.widget_states, mine.waiting)
    _request_rerun(self, client_state)


@wraps(_will_rerun)
def _take_up(self: SessionState, fresh_widget_states: WidgetStates | None, **more: Any) -> None:
    mine = _of_this_run()
    if mine is None or fresh_widget_states is None:
        _will_rerun(self, fresh_widget_states, **more)
        return
    with mine.turn:
        with mine.counting:
            pressed = _pressed(fresh_widget_states)
            # One that waits no more was taken up by the run before.
            _press(fresh_widget_states, pressed - mine.waiting, pressed=False)
            mine.waiting -= pressed
        _will_rerun(self, fresh_widget_states, **more)


@wraps(_finished)
def _finish(self: SessionState, *run: Any, **more: Any) -> None:
    mine = _of_this_run()
    if mine is None:
        _finished(self, *run, **more)
        return
    with mine.turn:
        _finished(self, *run, **more)


def _of_this_run() -> _Presses | None:
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return None
    session = runtime.get_instance().get_app_session(context.session_id)
    return None if session is None else _presses.get(session)


def _pressed(states: WidgetStates) -> set[str]:
    """Return the buttons that the states of widgets say were pressed."""
    return {
        one.id for one in states.widgets if one.WhichOneof("value") == "trigger_value" and one.trigger_value
    }


def _press(states: WidgetStates, buttons: set[str], *, pressed: bool = True) -> None:
    """Write into the states of widgets that these buttons were pressed, or were not."""
    there = {one.id: one for one in states.widgets}
    for button in buttons:
        (there.get(button) or states.widgets.add(id=button)).trigger_value = pressed
