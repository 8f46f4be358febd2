"""A press reaches a callback, which reads what is asked from the session: its run may end early."""

import ast
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[3] / "ui"
CALLBACKS = {"on_click", "on_change", "on_select", "on_submit"}
# Widgets whose value is there for the one run that follows the press.
GIVE_A_PRESS = {"button", "form_submit_button", "download_button", "menu_button", "chat_input"}
# What a widget may hand to its own callback: which row, key or step it is, that no run changes.
FIXED = {
    "open_clicked": {"MAP_KEY", "key"},  # which of two maps
    "_slide": {"prefix"},  # which of two settings
    "_press": {"job.name", "True", "False"},  # which job, and which of its two buttons
    "_turn_to": {"key"},  # the widget's own key
    "_place": {"key"},
    "_take_datum": {"key"},
    "_decide": {"key"},
    "keep": {"key"},
    "_cancel": {"comparing"},  # which work its button stands beside
    "_try_password": {"key"},  # which of the places that ask for the password
    "_take_default": {"name", "key"},  # which field the widget asks for
    "_answer": {"text", "key"},  # which name in the list it asks about
    "_change": {"column.header", "key"},  # which column it stands over
    "_take_encoding": {"digest_of(unclear.data)", "name"},  # which file, by what is in it, and which button
    "_go_back": {"back"},  # a step of the way
    "_go_on": {"onward"},
}


def faults(text):
    """Give every callback of a source that carries more than is fixed for its widget."""
    found = []
    for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
        given = {word.arg: word.value for word in call.keywords if word.arg in CALLBACKS | {"args", "kwargs"}}
        callback = next((given[name] for name in CALLBACKS if name in given), None)
        if callback is None:
            continue
        carried = [given[name] for name in ("args", "kwargs") if name in given]
        if isinstance(callback, ast.Call) and ast.unparse(callback.func) == "partial":
            carried += callback.args[1:]
            callback = callback.args[0]
        if isinstance(callback, ast.Constant):
            continue
        name = ast.unparse(callback)
        # A method of something that a run made carries it along, as a lambda does.
        module = isinstance(callback, ast.Attribute) and isinstance(callback.value, ast.Name)
        plain = isinstance(callback, ast.Name) or (module and callback.value.id in imported(text))
        allowed = FIXED.get(name, set())
        if not plain or not {ast.unparse(part) for one in carried for part in parts(one)} <= allowed:
            found.append(f"{call.lineno}: {ast.unparse(callback)}")
    return found


def asked_for_value(text):
    """Give every place of a source that uses what a button gives back: it is True in a single run."""
    tree = ast.parse(text)
    drawn = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in drawn]
    return [
        f"{call.lineno}: {ast.unparse(call.func)}"
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] in GIVE_A_PRESS
    ]


def parts(carried):
    return carried.elts if isinstance(carried, ast.Tuple | ast.List) else [carried]


def imported(text):
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return {(alias.asname or alias.name).split(".")[0] for node in nodes for alias in node.names}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.relative_to(UI).as_posix())
def test_no_callback_carries_what_a_run_knew(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.relative_to(UI).as_posix())
def test_no_page_asks_a_button_for_its_value(path):
    assert asked_for_value(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "if st.button('go'):\n    act()",
        "pressed = st.button('go')",
        "if ready and not column.button('go'):\n    act()",
        "with st.form('form'):\n    tried = st.form_submit_button('go')",
        "answer = found if st.download_button('file', b'') else None",
        "def ask():\n    return st.button('go')",
    ],
)
def test_a_value_that_is_asked_for_is_found_in_every_guise(source):
    assert asked_for_value(source) != []


def test_a_button_that_is_only_drawn_is_let_through():
    assert asked_for_value("st.button('go', on_click=act)\nif kept_button('go', key='go'):\n    act()") == []


@pytest.mark.parametrize(
    "call",
    [
        "st.button('go', on_click=start, args=(wish,))",
        "st.button('go', on_click=start, kwargs={'wish': wish})",
        "st.button('go', on_click=partial(start, wish))",
        "st.button('go', on_click=lambda: start(wish))",
        "st.button('go', on_click=job.stop.set)",
        "st.button('go', on_click=job.end)",
        "st.dataframe(rows, on_select=lambda: open_row(rows))",
        "st.text_input('name', on_change=_turn_to, args=(plan,))",
    ],
)
def test_what_a_run_made_is_found_in_every_guise(call):
    assert faults(call) != []


def test_what_is_fixed_is_let_through():
    assert faults("import streamlit as st\nst.button('in', on_click=st.login)\nst.x(on_click='ignore')") == []
    assert faults("st.selectbox('list', numbers, on_change=_turn_to, args=(key,))") == []
