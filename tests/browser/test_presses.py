"""What a session sends is heard: a press that another request overtakes, and that its window was closed."""

import time
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PRESSES, SOON_S, QUIET_S = 12, 20, 0.3
APP = """
import os
from pathlib import Path

import streamlit as st

from ui.shared import sessions
from ui.shared.presses import keep_presses

NOTES = Path(os.environ["NOTES"])


def note(text):
    with NOTES.open("a", encoding="utf-8") as stream:
        stream.write(text + "\\n")


keep_presses()
sessions.GRACE_S = 0.2
if not sessions._at_end:
    sessions.when_one_ends(lambda session: note("ended"))
sessions.this_session()
st.button("go", key="go", on_click=note, args=("pressed",))
bar = st.progress(0.0)
for step in range(5):
    sum(range(50_000))
    bar.progress(step / 5)
"""


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.txt"
    path.touch()
    return path


@pytest.fixture
def address(serve, project_root, tmp_path, notes):
    app = tmp_path / "presses_app.py"
    app.write_text(APP, encoding="utf-8")
    served = serve(app, environment={"PYTHONPATH": str(project_root), "NOTES": str(notes)})
    return f"ws://{urlsplit(served.url).netloc}/_stcore/stream"


def heard(session, seconds):
    """Give what the server says until it has been quiet for a while."""
    while True:
        try:
            told = ForwardMsg()
            told.ParseFromString(session.recv(timeout=seconds))
            yield told
        except TimeoutError:
            return


def asked(page, *, button=""):
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    if button:
        message.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
    return message.SerializeToString()


def waited_for(notes, word, count):
    end = time.monotonic() + SOON_S
    while notes.read_text(encoding="utf-8").split().count(word) < count and time.monotonic() < end:
        time.sleep(0.05)
    return notes.read_text(encoding="utf-8").split().count(word)


def test_no_press_is_lost_to_a_request_right_behind_it_and_a_closed_window_is_noticed(address, notes):
    with connect(address, max_size=None, subprotocols=["streamlit"]) as session:
        session.send(asked(""))
        told = [next(heard(session, SOON_S)), *heard(session, 2)]
        page = next(one.new_session.page_script_hash for one in told if one.HasField("new_session"))
        drawn = [one.delta.new_element for one in told if one.HasField("delta")]
        button = next(one.button.id for one in drawn if one.HasField("button"))
        for number in range(1, PRESSES + 1):
            session.send(asked(page, button=button))
            session.send(asked(page))
            assert waited_for(notes, "pressed", number) == number
            list(heard(session, QUIET_S))
        assert waited_for(notes, "ended", 0) == 0
    assert waited_for(notes, "ended", 1) == 1
    assert waited_for(notes, "pressed", PRESSES) == PRESSES, "each was taken up once"
