"""The page of siting: ask, search, be told why, change, keep; the link says what is asked."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.siting import siting_edit, siting_jobs, siting_plan, siting_run
from ui.siting import siting_page as siting
from ui.siting.siting_page import Wish

HOME = Path(__file__).resolve().parents[2] / "ui" / "home.py"
SITING = "screens/siting.py"
PATIENCE_S = 90


@pytest.fixture(autouse=True)
def own_registry(monkeypatch, tmp_path):
    """Let every test have a registry of its own."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'registry.sqlite3'}")
    return tmp_path / "registry.sqlite3"


def opened(**link):
    page = AppTest.from_file(HOME, default_timeout=120)
    page.run()
    for name, value in link.items():
        page.query_params[name] = value
    page.switch_page(SITING)
    page.run()
    assert not page.exception
    return page


def searched(**link):
    """Search and come back until nothing more is to come."""
    page = opened(**link)
    page.button(key="siting_start").click().run()
    assert not page.exception
    return waited(page)


def job_of(page):
    """Give the newest search for what the page asked."""
    asked = page.session_state[siting_run.ASKED_KEY]
    return [job for (_, wish), job in siting_jobs._jobs.items() if wish == asked][-1]


def waited(page):
    job = job_of(page)
    end = time.monotonic() + PATIENCE_S
    while not job.ended and time.monotonic() < end:
        time.sleep(0.05)
    assert job.ended
    page.run()
    assert not page.exception
    return page


def words(page):
    boxes = (box.value for kind in (page.success, page.info, page.warning, page.error) for box in kind)
    return "\n".join([*boxes, *(code.value for code in page.code), *(line.value for line in page.caption)])


def figure(page, label):
    return next(metric.value for metric in page.metric if metric.label == label)


def link_of(page):
    return {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}


SMALL = {"county": "450107", "new": "3"}


def test_before_a_search_the_page_says_what_to_do_and_makes_no_registry(own_registry):
    page = opened(**SMALL)
    assert "寻找最佳位置" in words(page)
    assert link_of(page) == SMALL
    assert not own_registry.exists()


def test_a_search_ends_in_a_proven_plan_that_says_what_is_simulated():
    page = searched(**SMALL)
    told = words(page)
    assert "已证明最优" in told
    assert "是模拟的" in told
    assert "精确求解" in told
    assert figure(page, "费用") == "240,000 元"
    assert int(figure(page, "新服务到的人数").replace(",", "")) > 0
    table = page.dataframe[0].value
    assert list(table.index) == [1, 2, 3]
    assert list(table["新服务到的人数"]) == sorted(table["新服务到的人数"], reverse=True)
    assert all(text.endswith("/ 4") for text in table["仍入选（4 种距离中）"])


def test_a_bad_link_is_told_and_the_rest_of_it_holds(network):
    page = opened(county="450107", new="0", who="cats", cost="fly:1", m="nan")
    told = words(page)
    for strange in ("cats", "fly", "nan"):
        assert strange in told
    assert link_of(page) == {"county": "450107"}


def test_a_question_nobody_can_answer_says_why_and_keeps_the_question():
    page = searched(county="450107", new="2", least="99")
    assert "least share" in words(page)
    assert link_of(page)["least"] == "99"


@pytest.mark.slow
def test_a_plan_is_changed_by_clicks_and_a_click_that_cannot_be_is_refused():
    page = searched(**SMALL)
    plan = page.session_state[siting_plan.PLAN_KEY]
    before = figure(page, "新服务到的人数")
    first = plan.actions[0]
    click(page, siting_edit.ADD, lon=first.lon, lat=first.lat)
    assert "puts a site at the place of that of action 1" in words(page)
    assert page.session_state[siting_plan.PLAN_KEY].actions == plan.actions, "the plan is kept"
    click(page, siting_edit.MOVE, site=1)
    click(page, siting_edit.MOVE, lon=first.lon + 0.05, lat=first.lat + 0.05)
    moved = page.session_state[siting_plan.PLAN_KEY]
    assert moved.actions[0].lon == first.lon + 0.05
    assert "已手工修改" in words(page)
    assert figure(page, "新服务到的人数") != before
    click(page, siting_edit.REMOVE, site=1)
    assert page.session_state[siting_plan.PLAN_KEY].actions == moved.actions[1:]
    page.button(key="siting_back").click().run()
    assert figure(page, "新服务到的人数") == before


def click(page, mode, **picked):
    """Do to the session what the map's click does: AppTest has no map to click on."""
    page.session_state["test_click"] = {"picked": picked}
    page.session_state[siting_edit.MODE_KEY] = mode
    page.run()
    taken = AppTest.from_function(_take)
    for key in (siting_plan.PLAN_KEY, siting_edit.MODE_KEY, siting_edit.MARKED_KEY, "test_click"):
        if key in page.session_state:
            taken.session_state[key] = page.session_state[key]
    taken.run(timeout=60)
    assert not taken.exception
    for key in (siting_plan.PLAN_KEY, siting_edit.MARKED_KEY, siting_plan.FAULT_KEY):
        if key in taken.session_state:
            page.session_state[key] = taken.session_state[key]
    if siting_edit.MARKED_KEY not in taken.session_state and siting_edit.MARKED_KEY in page.session_state:
        del page.session_state[siting_edit.MARKED_KEY]
    page.run()
    assert not page.exception


def _take():
    import streamlit as st

    from ui.siting import siting_edit

    st.session_state[siting_edit.MAP_KEY] = st.session_state["test_click"]
    siting_edit.take_click()


def test_a_plan_is_saved_duplicated_compared_and_opened_again():
    page = searched(**SMALL)
    saved = figure(page, "服务到的城镇居民占比")
    page.segmented_control(key="siting_section").set_value("scenarios").run()
    page.text_input(key="siting_name").set_value("=甲 {{7*191}}").run()
    page.button(key="siting_save").click().run()
    page.button(key="siting_copy").click().run()
    names = page.selectbox(key="siting_scenario").options
    assert names == ["=甲 {{7*191}}", "=甲 {{7*191}} (2)"]
    page.multiselect(key="siting_compared").set_value(names).run()
    assert not page.exception
    side = page.dataframe[0].value
    assert list(side.columns) == names
    assert side.iloc[1].nunique() == 1
    click(page, siting_edit.REMOVE, site=1)
    assert figure(page, "服务到的城镇居民占比") != saved
    page.selectbox(key="siting_scenario").set_value(names[1]).run()
    page.button(key="siting_open").click().run()
    assert figure(page, "服务到的城镇居民占比") == saved
    assert page.session_state[siting_plan.PLAN_KEY].name == names[1]
    page.button(key="siting_delete").click().run()
    assert page.selectbox(key="siting_scenario").options == names[:1]


@pytest.mark.slow
def test_without_an_end_a_search_can_be_stopped_and_keeps_its_best():
    page = opened(new="20")
    page.button(key="siting_start").click().run()
    job = job_of(page)
    job.stop.set()
    page = waited(page)
    assert job.choice is not None
    assert len(page.session_state[siting_plan.PLAN_KEY].actions) == 20


def test_the_link_says_everything_that_is_asked(network):
    wish = Wish(
        prefectures=("450100",),
        counties=("450107", "450103"),
        metres=800.0,
        who="workers",
        when="hour",
        day=5,
        hour=23,
        limit="yuan",
        yuan=123_456.0,
        measure="fairness",
        most=2,
        least=12.5,
        actions=("build_micro", "close"),
        candidates=("host",),
        costs=(("build_micro", 9000.0),),
        sourced_only=True,
    )
    assert siting.from_link(siting.to_link(wish), network) == (wish, ())
    assert siting.to_link(Wish()) == {}
    request = siting.request_of(wish, network)
    assert request.aim.hours == (23,)
    assert request.means.least_share == 0.125
    assert request.costs == {"build_micro": 9000.0}


def test_a_list_of_places_is_read_in_the_encodings_clerks_save(tmp_path):
    from geo.errors import InvalidValueError
    from geo.planning.candidate_list import read_candidate_list

    rows = "名称,经度,纬度\n=1+1,108.1,22.8\n"
    for encoding in ("utf-8-sig", "gb18030"):
        found = read_candidate_list(rows.encode(encoding))
        assert found.to_dict("records") == [{"lon": "108.1", "lat": "22.8", "name": "=1+1"}]
    for bad, told in ((b"", "no CSV"), (b"a,b\n1,2\n", "lacks lon and lat"), (b"x" * 5_000_001, "bytes")):
        with pytest.raises(InvalidValueError, match=told):
            read_candidate_list(bad)
