"""A press is kept until the page has done what it asks for, through every run that ends before that."""

import pytest
from streamlit.testing.v1 import AppTest


def page_with_a_button():
    import streamlit as st

    from ui.shared.presses import answered, forget_elsewhere, kept_button

    forget_elsewhere(st.session_state.get("page", "data"))
    if st.session_state.pop("overtaken", False):
        # Another request comes before the page has come to the button.
        st.stop()
    key = f"act_{st.session_state.get('turn', 0)}"
    if kept_button("act", key=key):
        if st.session_state.pop("broken_off", False):
            st.stop()
        st.session_state["acts"] = st.session_state.get("acts", 0) + 1
        answered(key)
    st.text(f"{st.session_state.get('acts', 0)} acts")


def pressed(**state):
    page = AppTest.from_function(page_with_a_button, default_timeout=30).run()
    for name, value in state.items():
        page.session_state[name] = value
    return page.button(key="act_0").click().run()


def acts(page):
    assert not page.exception
    return [box.value for box in page.text]


def test_a_press_is_answered_once():
    page = pressed()
    assert acts(page) == ["1 acts"]
    assert acts(page.run()) == ["1 acts"]
    assert acts(page.button(key="act_0").click().run()) == ["2 acts"]


@pytest.mark.parametrize("where", ["overtaken", "broken_off"])
def test_a_run_that_ends_early_leaves_the_press_to_the_next(where):
    page = pressed(**{where: True})
    assert acts(page) == []
    assert acts(page.run()) == ["1 acts"]
    assert acts(page.run()) == ["1 acts"]


@pytest.mark.parametrize(("name", "other"), [("page", "siting"), ("turn", 1)])
def test_a_press_is_not_answered_once_it_would_mean_something_else(name, other):
    page = pressed(overtaken=True)
    page.session_state[name] = other
    assert acts(page.run()) == ["0 acts"]
    page.session_state["page"] = "data"
    assert acts(page.run()) == ["0 acts"]


def page_with_two_buttons():
    import streamlit as st

    from ui.shared.presses import answered, is_kept, keep

    # The second press comes from a run beside the one that answers the first.
    keep("one")
    keep("two")
    answered("one")
    st.text(f"{is_kept('one')} {is_kept('two')}")


def test_to_answer_one_press_lets_go_of_no_other():
    page = AppTest.from_function(page_with_two_buttons, default_timeout=30).run()
    assert acts(page) == ["False True"]
