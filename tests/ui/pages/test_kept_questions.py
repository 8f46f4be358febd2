"""What a page asks stays through hidden widgets, other pages, the back button, F5 and the language switch."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.screens.card import controls as card
from ui.screens.coverage import link as coverage
from ui.screens.siting import question as siting
from ui.shared import filters
from ui.shared.language import SWITCH_KEY

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "ui" / "home.py"
OPENED = {
    "overview": {"county": "450103", "shade": "none"},
    "coverage": {"county": "450103", "by": "metres", "m": "850"},
    "siting": {"county": "450103", "new": "7"},
    "card": {"county": "450321"},
}
LINKS = {"overview": filters.LINK, "coverage": coverage.LINK, "siting": siting.LINK, "card": card.LINK}

pytestmark = pytest.mark.slow


def turned(page, name, **link):
    """Go to a page: its link says nothing but what is given."""
    for parameter in list(page.query_params):
        del page.query_params[parameter]
    for parameter, value in link.items():
        page.query_params[parameter] = value
    page.switch_page(f"screens/{name}/page.py").run()
    assert not page.exception
    return page


def opened(name, **link):
    return turned(AppTest.from_file(HOME, default_timeout=120).run(), name, **link)


def link_of(page):
    return {
        name: value[-1] if isinstance(value, list) else value for name, value in page.query_params.items()
    }


@pytest.mark.parametrize("name", OPENED)
def test_a_page_that_is_come_back_to_asks_what_it_asked(name):
    page = opened(name, **OPENED[name])
    asked = page.session_state[LINKS[name].seen_key].asked
    turned(page, "sources")
    assert link_of(turned(page, name)) == OPENED[name]
    assert page.session_state[LINKS[name].seen_key].asked == asked


@pytest.mark.parametrize("name", ["overview", "coverage", "siting"])
def test_back_to_an_empty_link_of_the_same_page_asks_nothing(name):
    page = opened(name, **OPENED[name])
    for parameter in list(page.query_params):
        del page.query_params[parameter]
    page.run()
    assert link_of(page) == {}
    assert page.session_state[LINKS[name].seen_key].link == {}


def test_the_card_stays_with_its_county_where_a_link_names_none():
    page = opened("card", county="450321")
    del page.query_params["county"]
    assert link_of(page.run()) == {"county": "450321"}


@pytest.mark.parametrize("name", OPENED)
def test_another_link_of_the_same_page_is_followed(name):
    page = opened(name, **OPENED[name])
    page.query_params["county"] = "450502"
    page.run()
    assert link_of(page) == {**OPENED[name], "county": "450502"}


@pytest.mark.parametrize("name", OPENED)
def test_the_language_switch_keeps_the_question_and_says_itself_in_the_link(name):
    page = opened(name, **OPENED[name])
    page.button_group(key=SWITCH_KEY).set_value("en").run()
    assert link_of(page) == {**OPENED[name], "lang": "en"}


@pytest.mark.parametrize("name", ["overview", "siting", "card"])
def test_the_first_language_is_named_in_no_link(name):
    page = opened(name, **OPENED[name])
    page.button_group(key=SWITCH_KEY).set_value("en").run()
    page.button_group(key=SWITCH_KEY).set_value("zh").run()
    assert link_of(page) == OPENED[name]


def test_what_coverage_does_not_draw_is_kept_until_it_is_drawn_again():
    page = opened("coverage", by="minutes", min="12", county="450103")
    page.number_input(key="reach_minutes").set_value(9.0).run()
    page.selectbox(key="reach_by").set_value("metres").run()
    page.selectbox(key="reach_hour").set_value(8).run()
    assert not [box for box in page.number_input if box.key == "reach_minutes"]
    page.selectbox(key="reach_by").set_value("minutes").run()
    assert page.number_input(key="reach_minutes").value == 9.0


def test_the_other_setting_is_kept_while_it_is_not_compared():
    page = opened("coverage", vs="1", vs_by="metres", county="450103")
    page.number_input(key="vs_metres").set_value(640.0).run()
    page.toggle(key="reach_compare").set_value(False).run()
    assert "vs_m" not in link_of(page)
    page.toggle(key="reach_compare").set_value(True).run()
    assert link_of(page)["vs_m"] == "640"


def test_what_siting_does_not_draw_is_kept_until_it_is_drawn_again():
    page = opened("siting", county="450103")
    page.number_input(key="siting_sites").set_value(7).run()
    page.button_group(key="siting_limit").set_value("yuan").run()
    page.number_input(key="siting_yuan").set_value(450_000.0).run()
    page.button_group(key="siting_limit").set_value("sites").run()
    assert page.number_input(key="siting_sites").value == 7
    assert link_of(page) == {"county": "450103", "new": "7", "yuan": "450000"}


def test_the_shade_is_kept_on_the_page_that_does_not_ask_for_it():
    page = opened("overview", shade="none")
    turned(page, "coverage")
    assert link_of(page) == {"shade": "none"}
    page.multiselect(key="counties").set_value(["450103"]).run()
    assert link_of(turned(page, "overview")) == {"shade": "none", "county": "450103"}


def test_the_card_opens_on_the_county_of_the_overview_and_then_stays():
    page = opened("overview", county="450502")
    assert link_of(turned(page, "card")) == {"county": "450502"}
    page.selectbox(key="card_county").set_value("450321").run()
    turned(page, "overview")
    assert link_of(turned(page, "card")) == {"county": "450321"}


def test_nothing_keeps_a_widget_alive_by_writing_its_own_value():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "ui").rglob("*.py")]
    written = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    assert not [node for node in written if ast.unparse(node.value) in map(ast.unparse, node.targets)]


def widgets_of(tree):
    drawn = {"selectbox", "multiselect", "text_input", "number_input", "segmented_control", "pills", "toggle"}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in drawn:
            yield {word.arg: ast.unparse(word.value) for word in call.keywords}


def test_every_widget_that_a_link_fills_is_kept_by_streamlit():
    asking = ["shared/sidebar.py", "screens/card/controls.py", "screens/coverage/controls.py"]
    asking += ["screens/coverage/sections.py", "screens/siting/controls.py", "screens/siting/prices.py"]
    asking += ["screens/siting/forbidden.py", "screens/siting/standard.py"]
    # Made of others at every run, or no part of the question.
    others = {"RULE_KEY", "TEXT_KEY", "key"}
    widgets = [
        (name, words)
        for name in asking
        for words in widgets_of(ast.parse((ROOT / "ui" / name).read_text(encoding="utf-8")))
    ]
    bare = [(name, words["key"]) for name, words in widgets if words.get("persist_state") != "'session'"]
    assert {key for _, key in bare} == others
    assert len(widgets) - len(bare) >= 30
