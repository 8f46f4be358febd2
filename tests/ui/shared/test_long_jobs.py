"""What takes long on a page can be cancelled, stays so, and is begun again when it is wanted."""

from streamlit.testing.v1 import AppTest


def page_with_a_job():
    import streamlit as st

    from ui.shared.long_jobs import LongJob, show_job

    def work(told):
        told(0.5)
        st.session_state["begun"] = st.session_state.get("begun", 0) + 1
        # The visitor's press comes while it is at work: Streamlit ends the run there.
        if st.session_state["begun"] == 1:
            st.stop()
        return 42

    asked = st.session_state.get("asked", "one")
    at_once = st.session_state.get("at_once", True)
    job = LongJob("sum", asked, doing="at work", again="Begin", at_once=at_once)
    st.text(f"answer {show_job(job, work)}")


def opened(**state):
    page = AppTest.from_function(page_with_a_job, default_timeout=30)
    for name, value in state.items():
        page.session_state[name] = value
    return page.run()


def shown(page):
    assert not page.exception
    return [box.value for box in page.text]


def test_one_that_is_cancelled_is_not_begun_by_anything_but_its_button():
    page = opened()
    assert shown(page) == []
    page.button(key="cancel_sum").click().run()
    assert shown(page) == ["answer None"]
    page.run()
    assert page.session_state["begun"] == 1
    page.button(key="run_sum").click().run()
    assert shown(page) == ["answer 42"]
    assert any("st-key-job_sum { display: none; }" in part.value for part in page.get("html")), "out of sight"


def test_another_question_is_answered_at_once_though_the_one_before_was_cancelled():
    page = opened()
    page.button(key="cancel_sum").click().run()
    page.session_state["asked"] = "two"
    page.run()
    assert shown(page) == ["answer 42"]


def test_what_does_not_begin_by_itself_waits_for_its_button():
    page = opened(at_once=False, begun=1)
    assert shown(page) == ["answer None"]
    assert not page.info
    page.button(key="run_sum").click().run()
    assert shown(page) == ["answer 42"]


def test_a_press_is_not_lost_where_another_run_drops_what_its_own_run_wrote():
    page = opened()
    page.button(key="cancel_sum").click().run()
    page.session_state["job_sum"] = (None, None)
    page.run()
    assert shown(page) == ["answer None"]
    assert page.session_state["begun"] == 1
