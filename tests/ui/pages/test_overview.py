"""The overview page: what it shows follows the filters, and the link follows both."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import schema

pytestmark = pytest.mark.slow

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"


def opened(**link):
    page = AppTest.from_file(HOME, default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def figure(page, place):
    return int(page.metric[place].value.replace(",", ""))


def words(page):
    return "\n".join(box.value for kind in (page.warning, page.success, page.info) for box in kind)


def link_of(page):
    return {
        name: values[0] if isinstance(values, list) else values for name, values in page.query_params.items()
    }


def test_the_first_view_shows_everything_and_says_how_much_is_simulated(network):
    page = opened()
    assert figure(page, 0) == len(network.facilities)
    simulated = (network.facilities[schema.ORIGIN] == schema.SIMULATED).mean()
    assert f"{simulated:.1%}" in words(page)
    assert "模拟" in words(page)
    assert link_of(page) == {}


def test_choosing_a_type_and_a_county_narrows_figures_and_link(network):
    page = opened()
    page.sidebar.multiselect(key="types").set_value(["worker_station"])
    page.sidebar.multiselect(key="counties").set_value(["450103"])
    page.run()
    expected = network.select(types=["worker_station"], counties=["450103"])
    assert figure(page, 0) == len(expected)
    assert link_of(page) == {"type": "worker_station", "county": "450103"}


def test_a_link_opens_the_view_it_was_copied_from(network):
    page = opened(type="drivers_home,cultural_palace", prefecture="450200", status="operating")
    expected = network.select(
        types=["drivers_home", "cultural_palace"], prefectures=["450200"], statuses=["operating"]
    )
    assert figure(page, 0) == len(expected)
    assert page.sidebar.multiselect(key="types").value == ["drivers_home", "cultural_palace"]


def test_only_what_has_a_source_hides_every_simulated_facility(network):
    page = opened()
    page.sidebar.toggle(key="sourced_only").set_value(True).run()
    assert figure(page, 0) == (network.facilities[schema.ORIGIN] != schema.SIMULATED).sum()
    assert figure(page, 3) == 0
    assert not page.warning
    assert "没有模拟" in words(page)


@pytest.mark.parametrize(
    "parameter", ["type", "county", "prefecture", "status", "origin", "service", "shade"]
)
def test_a_link_to_what_does_not_exist_says_so_and_shows_the_rest(network, parameter):
    page = opened(**{parameter: "{{7*191}}<img src=x>"})
    assert figure(page, 0) == len(network.facilities)
    assert "7\\*191" in page.warning[0].value
    assert "1337" not in words(page)
    assert page.warning[0].value.count("<") == page.warning[0].value.count("\\<")


def test_a_search_finds_by_text_and_reads_no_pattern(network):
    page = opened(q="文化宫")
    assert figure(page, 0) == len(network.select(text="文化宫")) > 0
    page.sidebar.text_input(key="text").set_value("{{7*191}}").run()
    assert figure(page, 0) == 0
    assert not page.exception
    assert "没有符合条件的设施" in words(page)


def test_choosing_a_prefecture_offers_its_counties_and_drops_the_others(network):
    page = opened(county="450103")
    page.sidebar.multiselect(key="prefectures").set_value(["450200"]).run()
    offered = page.sidebar.multiselect(key="counties").options
    assert len(offered) == (network.counties[schema.PARENT] == "450200").sum()
    assert page.sidebar.multiselect(key="counties").value == []


def test_a_county_has_its_own_figures_and_a_way_back(network):
    page = opened(county="450103")
    residents = int(network.regions.loc["450103", schema.RESIDENTS])
    assert f"{residents:,}" in [metric.value for metric in page.metric]
    page.button(key="up_to_prefecture").click().run()
    assert link_of(page) == {"prefecture": "450100"}
    page.button(key="up_to_province").click().run()
    assert link_of(page) == {}
    assert figure(page, 0) == len(network.facilities)


def test_the_filters_are_still_there_after_a_look_at_another_page(network):
    page = opened(type="drivers_home", prefecture="450100")
    page.switch_page("screens/sources/page.py").run()
    page.query_params.clear()
    page.switch_page("screens/overview/page.py").run()
    assert not page.exception
    assert figure(page, 0) == len(network.select(types=["drivers_home"], prefectures=["450100"]))
    assert link_of(page) == {"type": "drivers_home", "prefecture": "450100"}


def test_clearing_the_filters_shows_everything_again(network):
    page = opened(type="drivers_home", q="南宁", sourced="1")
    next(button for button in page.sidebar.button if button.label == "清除全部筛选").click().run()
    assert figure(page, 0) == len(network.facilities)
    assert link_of(page) == {}


def test_english_is_one_switch_away_and_stays_in_the_link():
    page = opened(lang="en")
    assert page.title[0].value == "Guangxi union service network"
    assert link_of(page) == {"lang": "en"}


def test_the_language_switch_turns_every_word_and_the_link():
    page = opened()
    page.segmented_control(key="language_switch").set_value("en").run()
    assert page.title[0].value == "Guangxi union service network"
    assert "Clear all filters" in [button.label for button in page.sidebar.button]
    assert link_of(page) == {"lang": "en"}
    page.segmented_control(key="language_switch").set_value("zh").run()
    assert page.title[0].value == "广西工会服务网络"
    assert link_of(page) == {}


@pytest.mark.parametrize("section", ["types", "counties", "charts", "unknown", "list", "export"])
def test_every_section_below_the_map_opens(section):
    page = opened(prefecture="450600")
    page.segmented_control(key="section").set_value(section).run()
    assert not page.exception


def test_two_visitors_do_not_see_each_others_filters(network):
    one, other = opened(type="drivers_home"), opened()
    other.sidebar.multiselect(key="counties").set_value(["450103"]).run()
    one.run()
    assert figure(one, 0) == len(network.select(types=["drivers_home"]))
    assert figure(other, 0) == len(network.select(counties=["450103"]))
    assert link_of(one) == {"type": "drivers_home"}
    assert link_of(other) == {"county": "450103"}
