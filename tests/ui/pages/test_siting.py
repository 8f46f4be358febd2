"""The page of siting: ask, search, be told why, change, keep; the link says what is asked."""

import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.errors import InvalidValueError
from geo.registry.scenarios import load_scenario, save_scenario
from ui.screens.siting import ahead, cache, candidate_lists, edit, jobs, search
from ui.screens.siting import plan as siting_plan
from ui.screens.siting import question as siting
from ui.screens.siting.question import SitingQuestion
from web.registry import shared_registry
from web.shared_data import refreshed_store

pytestmark = pytest.mark.slow

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
SITING = "screens/siting/page.py"
PATIENCE_S = 90


@pytest.fixture(autouse=True)
def own_registry(monkeypatch, tmp_path):
    """Let every test have a registry of its own."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'registry.sqlite3'}")
    # Else the network of the test before is followed for another two seconds.
    refreshed_store()
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
    asked = page.session_state[search.ASKED_KEY]
    return [job for (_, question), job in jobs._jobs.items() if question == asked][-1]


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
    assert "每个县都达到最低占比" in words(page)
    assert link_of(page)["least"] == "99"


@pytest.mark.slow
def test_a_plan_is_changed_by_clicks_and_a_click_that_cannot_be_is_refused():
    page = searched(**SMALL)
    plan = page.session_state[siting_plan.PLAN_KEY]
    before = figure(page, "新服务到的人数")
    first = plan.actions[0]
    click(page, edit.ADD, lon=first.lon, lat=first.lat)
    assert "会设在已有站点的位置上" in words(page)
    assert page.session_state[siting_plan.PLAN_KEY].actions == plan.actions, "the plan is kept"
    click(page, edit.MOVE, site=1)
    click(page, edit.MOVE, lon=first.lon + 0.05, lat=first.lat + 0.05)
    moved = page.session_state[siting_plan.PLAN_KEY]
    assert moved.actions[0].lon == first.lon + 0.05
    assert "已手工修改" in words(page)
    assert figure(page, "新服务到的人数") != before
    click(page, edit.REMOVE, site=1)
    assert page.session_state[siting_plan.PLAN_KEY].actions == moved.actions[1:]
    page.button(key="siting_back").click().run()
    assert figure(page, "新服务到的人数") == before


def click(page, mode, **picked):
    """Do to the session what the map's click does: AppTest has no map to click on."""
    page.session_state["test_click"] = {"picked": picked}
    page.session_state[edit.MODE_KEY] = mode
    page.run()
    taken = AppTest.from_function(_take)
    more = ("siting_no_spots", "siting_no_metres", edit.STATION_KEY, edit.KIND_KEY)
    for key in (siting_plan.PLAN_KEY, edit.MODE_KEY, edit.MARKED_KEY, "test_click", *more):
        if key in page.session_state:
            taken.session_state[key] = page.session_state[key]
    taken.run(timeout=60)
    assert not taken.exception
    for key in (siting_plan.PLAN_KEY, edit.MARKED_KEY, siting_plan.FAULT_KEY, *more):
        if key in taken.session_state:
            page.session_state[key] = taken.session_state[key]
    for key in (edit.MARKED_KEY, edit.STATION_KEY):
        if key not in taken.session_state and key in page.session_state:
            del page.session_state[key]
    page.run()
    assert not page.exception


def _take():
    import streamlit as st

    from ui.screens.siting import edit

    st.session_state[edit.MAP_KEY] = st.session_state["test_click"]
    edit.take_click()


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
    click(page, edit.REMOVE, site=1)
    assert figure(page, "服务到的城镇居民占比") != saved
    assert page.button(key="siting_back"), "to save changes nothing about the search"
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
    assert job.wait_for(jobs.QUICK, seconds=PATIENCE_S)
    job.stop.set()
    page = waited(page)
    assert job.choice is not None
    assert len(page.session_state[siting_plan.PLAN_KEY].actions) == 20


@pytest.mark.slow
def test_a_place_that_is_clicked_is_forbidden_and_the_next_plan_keeps_off_it():
    page = searched(**SMALL)
    first = page.session_state[siting_plan.PLAN_KEY].actions[0]
    click(page, edit.NOT_HERE, site=1)
    spot = f"{round(first.lon, 5):.5f}:{round(first.lat, 5):.5f}"
    assert link_of(page)["noat"] == spot
    assert "不得设站：1 处及其周边 500 米" in words(page)
    assert "问题已改" in words(page)
    page.button(key="siting_start").click().run()
    page = waited(page)
    plan = page.session_state[siting_plan.PLAN_KEY]
    assert first.candidate not in {action.candidate for action in plan.actions}
    assert "不得设站而排除的候选点：" in words(page)
    click(page, edit.ADD, lon=first.lon, lat=first.lat)
    assert "会设在不得设站的地方" in words(page)
    assert page.session_state[siting_plan.PLAN_KEY].actions == plan.actions, "the plan is kept"
    click(page, edit.NOT_HERE, lon=first.lon + 0.0005, lat=first.lat)
    assert "noat" not in link_of(page), "a second click allows the place again"


@pytest.mark.slow
def test_a_candidate_found_by_its_name_and_a_county_can_be_forbidden():
    page = opened(prefecture="450100", new="2")
    page.text_input(key="siting_no_text").set_value("township 兴宁区").run()
    offered = page.multiselect(key="siting_no_candidates").options
    assert offered
    assert all("兴宁区" in label and "乡镇" in label for label in offered)
    page.multiselect(key="siting_no_candidates").set_value(offered[:1]).run()
    page.multiselect(key="siting_no_counties").set_value(["青秀区"]).run()
    link = link_of(page)
    assert link["no"].startswith("township:450102")
    assert link["nocounty"] == "450103"
    page.text_input(key="siting_no_text").set_value("").run()
    assert link_of(page)["no"] == link["no"], "a choice outlives the text that found it"
    page.multiselect(key="siting_counties").set_value(["西乡塘区"]).run()
    assert "已去掉" in words(page)
    assert not {"no", "nocounty"} & set(link_of(page))


def test_a_list_of_places_where_none_may_stand_is_kept_and_a_bad_one_told():
    page = opened(county="450107", new="2")
    page.session_state["siting_no_listed"] = candidate_lists.keep(b"lon,lat\n108.3,22.85\n108.31,22.86\n")
    page.run()
    assert "不得设站：2 处及其周边 500 米" in words(page)
    page.session_state["siting_no_listed"] = candidate_lists.keep(b"lon,lat\n8.3,22.85\n")
    page.run()
    assert "不在广西境内" in words(page)
    page.button(key="siting_no_forget").click().run()
    assert "不得设站：" not in words(page)


@pytest.mark.slow
def test_a_candidate_where_a_station_stands_is_passed_over_and_said(network):
    stations = network.facilities
    stations = stations[(stations["county"] == "450107") & (stations["facility_type"] == "worker_station")]
    at = stations.geometry.iloc[0]
    homes = network.demand[network.demand["county"] == "450107"].geometry.iloc[::5]
    rows = f"lon,lat\n{at.x},{at.y}\n" + "\n".join(f"{home.x},{home.y}" for home in homes)
    page = opened(county="450107", new="1")
    page.session_state["siting_listed"] = candidate_lists.keep(rows.encode())
    page.multiselect(key="siting_candidates").set_value(["listed"]).run()
    page.button(key="siting_start").click().run()
    page = waited(page)
    assert "因已有站点而略过的候选点：1 个" in words(page)


def test_too_many_searches_are_refused_and_the_plan_on_screen_is_kept(monkeypatch):
    page = searched(**SMALL)
    plan = page.session_state[siting_plan.PLAN_KEY]
    busy = [jobs.SearchJob(SitingQuestion(), None, holders={f"other {number}": ""}) for number in range(8)]
    monkeypatch.setattr(jobs, "_open", busy)
    page.number_input(key="siting_sites").set_value(4).run()
    page.button(key="siting_start").click().run()
    assert "排队的求解太多" in words(page)
    assert page.session_state[siting_plan.PLAN_KEY] == plan


def test_a_search_stopped_in_the_middle_keeps_the_best_so_far(monkeypatch):
    real = jobs.choose_best

    def slow(*asked, cancelled, **more):
        while not cancelled():
            time.sleep(0.01)
        return real(*asked, cancelled=cancelled, **more)

    monkeypatch.setattr(jobs, "choose_best", slow)
    page = opened(county="450107", new="5")
    page.button(key="siting_start").click().run()
    assert job_of(page).wait_for(jobs.QUICK, seconds=PATIENCE_S)
    page.run()
    assert "逐步选取得到的初步方案" in words(page)
    page.button(key="siting_stop").click().run()
    page = waited(page)
    assert job_of(page).best.status == "cancelled"
    assert "停止时的最好方案" in words(page)
    assert len(page.session_state[siting_plan.PLAN_KEY].actions) == 5
    assert figure(page, "费用") == "400,000 元"


def test_a_question_without_an_answer_keeps_the_plan_before():
    page = searched(**SMALL)
    plan = page.session_state[siting_plan.PLAN_KEY]
    page.number_input(key="siting_least").set_value(99.0).run()
    page.button(key="siting_start").click().run()
    page = waited(page)
    assert "每个县都达到最低占比" in words(page)
    assert "上一次的方案" in words(page)
    assert page.session_state[siting_plan.PLAN_KEY] == plan


def test_the_link_says_everything_that_is_asked(network):
    question = SitingQuestion(
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
        no_candidates=("host:1:bank", "cell:5"),
        no_counties=("450103",),
        no_spots=((108.36641, 22.81732), (108.4, 22.9)),
        no_metres=750.0,
    )
    assert siting.LINK.read(siting.LINK.write(question), network) == (question, ())
    assert siting.LINK.write(SitingQuestion()) == {}
    request = siting.problem_of(question, network)
    assert request.objective.hours == (23,)
    assert request.constraints.least_share == 0.125
    assert request.costs == {"build_micro": 9000.0}
    assert request.forbidden.spots == question.no_spots
    assert request.forbidden.within_m == 750.0
    _, faults = siting.LINK.read({"no": "castle:1,cell", "noat": "10:22", "nom": "-1"}, network)
    assert {fault.parameter for fault in faults} == {"no", "noat", "nom"}


def test_a_list_of_places_is_read_in_the_encodings_clerks_save(tmp_path):
    from geo.errors import InvalidValueError
    from geo.planning.candidate_list import read_candidate_list

    rows = "名称,经度,纬度\n=1+1,108.1,22.8\n"
    for encoding in ("utf-8-sig", "gb18030"):
        found = read_candidate_list(rows.encode(encoding))
        assert found.to_dict("records") == [{"lon": "108.1", "lat": "22.8", "name": "=1+1"}]
    for bad, told in ((b"", "no CSV"), (b"a,b\n1,2\n", "lacks lon, lat"), (b"x" * 5_000_001, "bytes")):
        with pytest.raises(InvalidValueError, match=told):
            read_candidate_list(bad)


@pytest.mark.slow
def test_the_map_and_the_tables_tell_two_scenarios_apart():
    page = searched(**SMALL)
    page.segmented_control(key="siting_section").set_value("scenarios").run()
    page.text_input(key="siting_name").set_value("甲案").run()
    page.button(key="siting_save").click().run()
    click(page, edit.REMOVE, site=1)
    page.text_input(key="siting_name").set_value("乙案").run()
    page.button(key="siting_save").click().run()
    page.selectbox(key="siting_against").set_value("甲案").run()
    assert not page.exception
    assert not page.error
    page.multiselect(key="siting_compared").set_value(["甲案", "乙案"]).run()
    assert not page.exception
    figures, counties = (frame.value for frame in page.dataframe[:2])
    assert float(figures.loc["费用（元）", "甲案"].replace(",", "")) == 240_000
    assert float(figures.loc["费用（元）", "乙案"].replace(",", "")) == 160_000
    assert counties.loc["西乡塘区", "甲案"] > counties.loc["西乡塘区", "乙案"]


@pytest.mark.slow
def test_a_plan_is_put_in_phases_by_the_budget_of_each_year():
    page = searched(**SMALL)
    page.segmented_control(key="siting_section").set_value("phases").run()
    assert not page.exception
    first, *_others = (box for box in page.number_input if box.label.endswith("年预算（元）"))
    first.set_value(160_000.0).run()
    assert page.dataframe[-1].value["步数"].iloc[0] == 2
    page.button(key="siting_put_years").click().run()
    assert not page.exception
    plan = page.session_state[siting_plan.PLAN_KEY]
    assert [action.year for action in plan.actions] == [2027, 2027, 2028]
    assert "已证明最优" in words(page), "years change nothing about the proof"


def test_a_point_of_the_curve_is_a_plan_with_its_own_limit_and_proof():
    page = searched(**SMALL)
    page.segmented_control(key="siting_section").set_value("curve").run()
    point = next(box for box in page.selectbox if box.key.startswith("siting_point_"))
    point.set_value(2.0).run()
    page.button(key="siting_show_point").click().run()
    plan = page.session_state[siting_plan.PLAN_KEY]
    assert len(plan.actions) == 2
    assert plan.run.scenario.constraints.sites == 2
    assert "已证明最优" in words(page)
    assert figure(page, "费用") == "160,000 元"


@pytest.mark.slow
def test_a_station_that_stands_is_moved_upgraded_and_closed_by_clicks(network):
    page = searched(**SMALL)
    before = page.session_state[siting_plan.PLAN_KEY].actions
    sites = page.session_state[siting_plan.PLAN_KEY].run.baseline.sites
    (first, at), (second, there) = list(sites.geometry[sites["county"] == "450107"].items())[:2]
    click(page, edit.MOVE, lon=at.x, lat=at.y)
    assert "已选中" in words(page)
    click(page, edit.MOVE, lon=at.x + 0.02, lat=at.y + 0.02)
    moved = page.session_state[siting_plan.PLAN_KEY].actions[-1]
    assert (moved.kind, moved.facility_id, moved.lon) == ("relocate", first, at.x + 0.02)
    page.session_state[edit.KIND_KEY] = "upgrade"
    click(page, edit.ADD, lon=there.x, lat=there.y)
    better = page.session_state[siting_plan.PLAN_KEY].actions[-1]
    assert (better.kind, better.facility_id, better.cost_yuan) == ("upgrade", second, 40_000.0)
    click(page, edit.REMOVE, lon=there.x, lat=there.y)
    assert "不能同时采取这些行动" in words(page)
    assert page.session_state[siting_plan.PLAN_KEY].actions == (*before, moved, better)
    click(page, edit.ADD, lon=109.9, lat=25.9)
    assert "400 米内没有站点" in words(page)


def test_a_standard_is_chosen_and_the_metres_say_which():
    page = opened(county="450107")
    rule = page.selectbox(key="siting_rule")
    assert rule.options[0].startswith("1,000 m · 全国总工会")
    rule.set_value(500.0).run()
    assert link_of(page)["m"] == "500"
    page.number_input(key="siting_metres").set_value(640.0).run()
    assert page.selectbox(key="siting_rule").value == 0.0
    page.selectbox(key="siting_kind").set_value("cultural_palace").run()
    assert not [box for box in page.selectbox if box.key == "siting_rule"]


def test_whom_no_candidate_reaches_is_listed_with_the_distance_that_would_do():
    page = searched(county="450107", new="2", **{"from": "township"})
    page.segmented_control(key="siting_section").set_value("counties").run()
    assert not page.exception
    rows = page.dataframe[-1].value
    assert (rows["多少米起可服务到"] > 1000).all()
    assert list(rows["计入的人数"]) == sorted(rows["计入的人数"], reverse=True)


@pytest.mark.parametrize(
    ("link", "chosen", "told"),
    [
        ({"m": "1", "from": "township"}, None, "无法服务到更多人"),
        ({"from": "township", "new": "90"}, None, "可选的地方只有"),
        ({}, ("siting_candidates", []), "没有候选点"),
        ({}, ("siting_actions", []), "没有选择行动"),
        ({}, ("siting_candidates", ["listed"]), "没有名单"),
        ({"when": "night", "act": "build_standard"}, None, "在所问时刻不开放"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why_in_the_visitors_language(link, chosen, told):
    page = opened(**({"county": "450107", "new": "2"} | link))
    if chosen:
        page.multiselect(key=chosen[0]).set_value(chosen[1]).run()
    page.button(key="siting_start").click().run()
    assert told in words(waited(page))


def test_a_search_out_of_time_at_the_first_moment_shows_what_it_has_and_its_gap(monkeypatch):
    monkeypatch.setattr(jobs, "TIME_LIMIT_S", 0.0)
    page = searched(county="450107", new="4")
    assert "限时内的最好方案" in words(page)
    assert len(page.session_state[siting_plan.PLAN_KEY].actions) == 4
    assert page.session_state[siting_plan.PLAN_KEY].found.gap > 0


def test_a_saved_scenario_of_other_data_says_what_changed_and_is_kept():
    page = searched(**SMALL)
    share = figure(page, "服务到的城镇居民占比")
    page.segmented_control(key="siting_section").set_value("scenarios").run()
    page.text_input(key="siting_name").set_value("旧案").run()
    page.button(key="siting_save").click().run()
    kept = load_scenario(shared_registry(), "旧案")
    recipe = kept.recipe | {"data": kept.recipe["data"] | {"demand": "0" * 64}}
    now = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    save_scenario(shared_registry(), "旧案", recipe, who="甲", at=now, expected_version=kept.version)
    page.button(key="siting_open").click().run()
    assert not page.exception
    assert "人口（demand）：当时 000000000000，现在" in words(page)
    assert "已证明最优" not in words(page), "on other data nothing is proven"
    assert figure(page, "服务到的城镇居民占比") == share
    assert load_scenario(shared_registry(), "旧案").recipe == recipe


def test_a_scenario_opened_again_brings_back_its_whole_question():
    page = searched(county="450107", new="2", **{"from": "cell"}, nom="700", noat="108.30000:22.85000")
    asked = link_of(page)
    page.segmented_control(key="siting_section").set_value("scenarios").run()
    page.text_input(key="siting_name").set_value("甲案").run()
    page.button(key="siting_save").click().run()
    page.multiselect(key="siting_candidates").set_value(["township"]).run()
    page.number_input(key="siting_sites").set_value(9).run()
    page.button(key="siting_allow_spots").click().run()
    assert link_of(page) != asked
    page.button(key="siting_open").click().run()
    assert link_of(page) == asked
    assert "已证明最优" in words(page), "on the same data the proof holds"


def test_the_page_works_out_ahead_what_a_search_will_ask_for(monkeypatch):
    begun = []
    monkeypatch.setattr(ahead, "begin_ahead", begun.append)
    opened(county="450103")
    begun[-1]()
    known = cache.baseline_of(SitingQuestion(counties=("450103",)))
    assert cache.baseline_of(SitingQuestion(counties=("450103",))) is known
    monkeypatch.setattr(cache, "find_baseline", lambda *_: pytest.fail("it was worked out before"))
    cache.baseline_of(SitingQuestion(counties=("450103",), sites=7))


def test_one_thing_at_a_time_is_worked_out_ahead_and_a_fault_is_left_to_the_search(caplog):
    begun, go_on, found = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        go_on.wait(PATIENCE_S)
        raise InvalidValueError("nobody_in_area")

    free()
    ahead.begin_ahead(slow)
    assert begun.wait(PATIENCE_S)
    ahead.begin_ahead(lambda: found.append("at the same time"))
    go_on.set()
    free()
    ahead.begin_ahead(lambda: found.append("after it"))
    free()
    assert found == ["after it"]
    assert not caplog.records


def free():
    """Wait until nothing is worked out ahead."""
    assert ahead._underway.acquire(timeout=PATIENCE_S)
    ahead._underway.release()


def test_what_was_typed_right_before_the_press_is_what_is_searched_for():
    page = opened(**SMALL)
    page.number_input(key="siting_sites").set_value(2)
    page.number_input(key="siting_metres").set_value(800.0)
    page.number_input(key="siting_cost_build_standard").set_value(70_000.0)
    page.button(key="siting_start").click().run()
    asked = page.session_state[search.ASKED_KEY]
    assert (asked.sites, asked.metres, dict(asked.costs)) == (2, 800.0, {"build_standard": 70_000.0})
    assert len(waited(page).session_state[siting_plan.PLAN_KEY].actions) == 2


def test_a_name_typed_right_before_the_press_is_saved_and_none_at_all_is_said(own_registry):
    page = searched(**SMALL)
    page.segmented_control(key="siting_section").set_value("scenarios").run()
    page.button(key="siting_save").click().run()
    assert "请先填写方案名称" in words(page)
    page.text_input(key="siting_name").set_value("刚写的名")
    page.button(key="siting_save").click().run()
    assert page.selectbox(key="siting_scenario").options == ["刚写的名"]


def test_a_search_that_broke_is_begun_again_by_the_same_press(monkeypatch):
    real = jobs.choose_best
    monkeypatch.setattr(jobs, "choose_best", lambda *_, **__: 1 / 0)
    page = searched(county="450107", new="6")
    assert "求解失败" in words(page)
    monkeypatch.setattr(jobs, "choose_best", real)
    page.button(key="siting_start").click().run()
    assert "已证明最优" in words(waited(page))


def test_a_search_in_the_queue_says_how_it_stands(monkeypatch):
    busy = [jobs.SearchJob(SitingQuestion(), None, began_s=time.monotonic() - 5, holders={"other": ""})]
    monkeypatch.setattr(jobs, "_open", busy)
    monkeypatch.setattr(jobs, "_begins", lambda job: job.stop.wait(PATIENCE_S) and False)
    page = opened(county="450107", new="7")
    page.button(key="siting_start").click().run()
    assert not page.exception
    told = [bar.proto.text for bar in page.get("progress")]
    assert any("排队中：前面还有 0 个求解；正在进行的已用" in text for text in told)
    job = job_of(page)
    page.button(key="siting_stop").click().run()
    assert job.ended
    assert "已停止" in words(page)
